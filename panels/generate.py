"""Output and Generate: where the data set goes, the button, and how the run stands."""

import bpy
from bpy.types import Context, Panel

from .. import settings
from ..dataset.recipe import RecipeError
from . import status
from .rows import Tab, split, wrapped


class RESCUE_SYNTH_PT_generate(Tab, Panel):
    """Make the data set"""

    bl_label = "Data Set"
    bl_order = 1

    def draw(self, context: Context) -> None:
        """Folder, size, button, status."""
        wishes = context.scene.rescue_synth
        layout = self.layout
        column = split(layout)
        job = context.window_manager.rescue_synth.generate
        column.enabled = not status.active(job)
        column.prop(wishes, "folder")
        if wishes.folder.startswith("//") and not bpy.data.filepath:
            hint = column.column()
            hint.active = False
            wrapped(hint, context, f"Unsaved file: ~/{wishes.folder[2:]}", icon="INFO")
        column.prop(wishes, "name")
        column.prop(wishes, "frames")
        try:
            settings.to_recipe(wishes)
        except RecipeError as error:
            wrapped(layout, context, str(error), icon="ERROR")
        status.draw(layout, context, job, status.GENERATE)


CLASSES = (RESCUE_SYNTH_PT_generate,)
