"""How the runs stand, on the window manager: never saved, drawn by panels/status.py, written by the operators."""

import bpy
from bpy.props import CollectionProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty
from bpy.types import Context, PropertyGroup

from ..jobs.progress import ACTIVE, Progress, State

IDLE = "IDLE"
_ACTIVE = {state.name for state in ACTIVE}


class RescueSynthJob(PropertyGroup):
    """The latest run of one task. ``State`` of jobs/pool.py, and IDLE while there was none."""

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
    curve: IntProperty()
    """Icon of the loss over the steps; 0 while there is none."""
    figures: StringProperty()
    """What the last validation found, a line each: "AP50 0.41"."""
    page: StringProperty()
    """What is to be looked at in the end, or ""."""


class RescueSynthFinding(PropertyGroup):
    """One line of what ``python -m ml doctor`` has found."""

    state: StringProperty()
    text: StringProperty()
    fix: StringProperty()


class RescueSynthJobs(PropertyGroup):
    """One state a task, by the name that the task's operator has."""

    generate: PointerProperty(type=RescueSynthJob, name="Generate Dataset")
    preview: PointerProperty(type=RescueSynthJob, name="Preview")
    annotate: PointerProperty(type=RescueSynthJob, name="Annotate Masks")
    augment: PointerProperty(type=RescueSynthJob, name="Augment")
    train: PointerProperty(type=RescueSynthJob, name="Train")
    evaluate: PointerProperty(type=RescueSynthJob, name="Evaluate")
    crops: PointerProperty(type=RescueSynthJob, name="Cut Crops")
    synthesise: PointerProperty(type=RescueSynthJob, name="Synthesise Crops")
    environment: PointerProperty(type=RescueSynthJob, name="Make a Learning Python")
    check: PointerProperty(type=RescueSynthJob, name="Check the Learning Python")

    findings: CollectionProperty(type=RescueSynthFinding)
    """What the latest check has found."""

    building: StringProperty()
    """What Build in Viewport is at, or "" while it is not at work."""
    built: FloatProperty()
    """The share of it that stands, 0..1."""


def tasks() -> tuple[str, ...]:
    """Names of all tasks."""
    known = RescueSynthJobs.bl_rna.properties
    return tuple(name for name in RescueSynthJobs.__annotations__ if known[name].type == "POINTER")


def of(context: Context, task: str) -> RescueSynthJob:
    """How the task's latest run stands."""
    return getattr(context.window_manager.rescue_synth, task)


def busy(context: Context) -> str:
    """Name of the task that is running, or ""."""
    jobs = context.window_manager.rescue_synth
    for task in tasks():
        if getattr(jobs, task).state in _ACTIVE:
            return jobs.bl_rna.properties[task].name
    return ""


def show(context: Context, task: str, progress: Progress, folder: str) -> bool:
    """Put a snapshot on the window manager; whether anything changed."""
    state = of(context, task)
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


def clear(context: Context, task: str) -> None:
    """Forget the task's latest run."""
    state = of(context, task)
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


CLASSES = (RescueSynthJob, RescueSynthFinding, RescueSynthJobs)


def register() -> None:
    """Put the states on the window manager."""
    bpy.types.WindowManager.rescue_synth = PointerProperty(type=RescueSynthJobs)


def unregister() -> None:
    """Take them away."""
    for manager in bpy.data.window_managers:  # what it holds would come back with the next registration
        manager.property_unset("rescue_synth")
    del bpy.types.WindowManager.rescue_synth
