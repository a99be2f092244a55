"""The sidebar tab: drawing only. The order of the panels is the order of work."""

import bpy

from . import generate, learning, main, overlay, recipes, training, wishes

_register, _unregister = bpy.utils.register_classes_factory(
    (*recipes.CLASSES, *main.CLASSES, *wishes.CLASSES, *generate.CLASSES, *learning.CLASSES, *training.CLASSES)
)


def register() -> None:
    """Add the tab, and the boxes in the viewport."""
    _register()
    overlay.register()


def unregister() -> None:
    """Take them away."""
    overlay.unregister()
    _unregister()
