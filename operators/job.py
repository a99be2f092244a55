"""How a run stands, on the window manager: never saved, drawn by panels/status.py, written by the operators."""

import bpy
from bpy.props import EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty
from bpy.types import Context, PropertyGroup

from ..jobs.pool import ACTIVE, Progress, State

IDLE = "IDLE"


class RescueSynthJob(PropertyGroup):
    """The latest run. ``State`` of jobs/pool.py, and IDLE while there was none."""

    state: EnumProperty(
        items=[(IDLE, "Idle", "Nothing has run yet"), *((state.name, state.value, "") for state in State)],
        default=IDLE,
    )
    done: IntProperty()
    total: IntProperty()
    seconds: FloatProperty()
    left: FloatProperty()
    image: StringProperty()
    icon: IntProperty()
    message: StringProperty()
    log: StringProperty()
    folder: StringProperty()


def of(context: Context) -> RescueSynthJob:
    """The run's state."""
    return context.window_manager.rescue_synth


def active(context: Context) -> bool:
    """Whether a run is going."""
    return of(context).state in {state.name for state in ACTIVE}


def show(context: Context, progress: Progress, folder: str) -> bool:
    """Put a snapshot on the window manager; whether anything changed."""
    state = of(context)
    values = {
        "state": progress.state.name,
        "done": progress.done,
        "total": progress.total,
        "seconds": progress.seconds,
        "left": progress.left,
        "image": progress.image,
        "message": progress.message,
        "log": progress.log,
        "folder": folder,
    }
    # Floats are stored in 32 bits: whole tenths compare well enough.
    changed = [key for key, value in values.items() if _rounded(getattr(state, key)) != _rounded(value)]
    for key in changed:
        setattr(state, key, values[key])
    return bool(changed)


def clear(context: Context) -> None:
    """Forget the latest run."""
    state = of(context)
    for key in type(state).__annotations__:
        state.property_unset(key)


def redraw(context: Context) -> None:
    """Draw the sidebars anew, in every window."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()


def _rounded(value: object) -> object:
    return round(value, 1) if isinstance(value, float) else value


CLASSES = (RescueSynthJob,)


def register() -> None:
    """Put the state on the window manager."""
    bpy.types.WindowManager.rescue_synth = PointerProperty(type=RescueSynthJob)


def unregister() -> None:
    """Take it away."""
    del bpy.types.WindowManager.rescue_synth
