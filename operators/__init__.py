"""What the artist can do: each operator turns settings into one call below, and reports."""

import bpy

from . import (
    add,
    environment,
    folder,
    gaits,
    generate,
    job,
    learning,
    mix,
    preview,
    randomise,
    recipe,
    steps,
    terminal,
    thumbnail,
    training,
    via_edits,
)

_register, _unregister = bpy.utils.register_classes_factory(
    (
        *job.CLASSES,
        *steps.CLASSES,
        *folder.CLASSES,
        *recipe.CLASSES,
        *mix.CLASSES,
        *randomise.CLASSES,
        *preview.CLASSES,
        *gaits.CLASSES,
        *generate.CLASSES,
        *environment.CLASSES,
        *learning.CLASSES,
        *training.CLASSES,
        *via_edits.CLASSES,
        *add.CLASSES,
    )
)


def register() -> None:
    """Register the operators, the running state and the command for terminals."""
    _register()
    job.register()
    steps.register()
    environment.register()
    thumbnail.register()
    terminal.register()
    add.register()


def unregister() -> None:
    """End a run that is still going, then take everything away."""
    gaits.close()
    add.unregister()
    terminal.unregister()
    thumbnail.unregister()
    environment.unregister()
    steps.unregister()
    job.unregister()
    _unregister()
