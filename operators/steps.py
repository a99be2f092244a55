"""Which steps are done: looked up on disk whenever something may have changed, never while drawing."""

import os
from pathlib import Path

import bpy
from bpy.app.handlers import persistent
from bpy.props import BoolProperty, IntProperty, PointerProperty
from bpy.types import Context, PropertyGroup

from ..settings import kinds
from . import places


class RescueSynthSteps(PropertyGroup):
    """What lies in the folders on screen."""

    frames: IntProperty()
    """Frames of the data set."""
    augmented: IntProperty()
    trained: BoolProperty()
    evaluated: BoolProperty()
    crops: BoolProperty()


def look(context: Context | None = None) -> None:
    """Look at the disk anew."""
    context = context or bpy.context
    known = getattr(context.window_manager, "rescue_synth_steps", None)
    if known is None or getattr(context, "scene", None) is None:
        return
    known.frames = count(places.dataset(context) / "frames")
    known.augmented = count(places.augmented(context) / "frames")
    known.trained = any((places.run(context) / name).is_file() for name in TRAINED)
    known.evaluated = (places.results(context) / "index.html").is_file()
    known.crops = (places.crops(context) / "crops.png").is_file()


TRAINED = ("best.pt", "last.pt")
"""What a training leaves behind."""


def count(folder: Path) -> int:
    """Records in a folder; 0 where there is none."""
    try:
        with os.scandir(folder) as entries:
            return sum(entry.name.endswith(".json") for entry in entries)
    except OSError:
        return 0


@persistent
def _loaded(*_arguments: object) -> None:
    """Handler after a file was opened."""
    look()


def _first() -> None:
    """Timer: while the extension is registered there may be no scene yet."""
    look()


CLASSES = (RescueSynthSteps,)


def register() -> None:
    """Look now, whenever a path changes and after every file."""
    bpy.types.WindowManager.rescue_synth_steps = PointerProperty(type=RescueSynthSteps)
    kinds.heard.append(look)
    bpy.app.handlers.load_post.append(_loaded)
    bpy.app.timers.register(_first, first_interval=0.1)


def unregister() -> None:
    """Look no more."""
    if bpy.app.timers.is_registered(_first):
        bpy.app.timers.unregister(_first)
    bpy.app.handlers.load_post.remove(_loaded)
    kinds.heard.remove(look)
    del bpy.types.WindowManager.rescue_synth_steps
