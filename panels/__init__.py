"""The sidebar tab: drawing only. The order of the panels is the order of work."""

import bpy

from . import generate, main, recipes, wishes

register, unregister = bpy.utils.register_classes_factory(
    (*recipes.CLASSES, *main.CLASSES, *wishes.CLASSES, *generate.CLASSES)
)
