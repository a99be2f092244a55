"""What the artist can do: each operator turns settings into one call below, and reports."""

import bpy

from . import folder, generate, job, randomise, recipe, thumbnail

_register, _unregister = bpy.utils.register_classes_factory(
    (*job.CLASSES, *folder.CLASSES, *recipe.CLASSES, *randomise.CLASSES, *generate.CLASSES)
)


def register() -> None:
    """Register the operators and the running state."""
    _register()
    job.register()
    thumbnail.register()


def unregister() -> None:
    """End a run that is still going, then take everything away."""
    generate.close()
    thumbnail.unregister()
    job.unregister()
    _unregister()
