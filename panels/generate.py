"""Output and Generate: where the data set goes, the button, and how the run stands."""

from dataclasses import replace

import bpy
from bpy.types import Context, Panel

from .. import settings
from ..dataset.recipe import RecipeError
from ..settings.hold import held_parts
from . import status
from .rows import Tab, split, tick, wrapped


class RESCUE_SYNTH_PT_generate(Tab, Panel):
    """Make the data set"""

    bl_label = "Data Set"
    bl_order = 1

    def draw_header(self, context: Context) -> None:
        """Whether all frames are there."""
        there = context.window_manager.rescue_synth_steps.frames
        tick(self.layout, there >= context.scene.rescue_synth.frames)

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
        if held := held_parts(wishes.hold):
            # Where the button is pressed, and not only where the locks are: the run would be a waste.
            words = " and ".join(filter(None, (", ".join(held[:-1]), held[-1])))
            wrapped(layout, context, f"Frames get their own {words}: what is held counts in the viewport", icon="INFO")
        there = context.window_manager.rescue_synth_steps.frames
        if there and job.state == "IDLE":
            row = layout.row()
            row.label(text=f"{there} of {wishes.frames} frames are in the folder", icon="FILE_TICK")
            row.operator("rescue_synth.open_folder", text="", icon="FILE_FOLDER").path = ""
        words = replace(status.GENERATE, start="Resume") if 0 < there < wishes.frames else status.GENERATE
        status.draw(layout, context, job, words)


class RESCUE_SYNTH_PT_corrections(Tab, Panel):
    """Labels corrected by hand"""

    bl_label = "Correct in VIA"
    bl_parent_id = "RESCUE_SYNTH_PT_generate"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Context) -> None:
        """There, and back."""
        layout = self.layout
        hint = layout.column()
        hint.active = False
        wrapped(
            hint, context, "Open via_project.json of the data set in VIA, correct it, save the project, import it here"
        )
        layout.operator("rescue_synth.import_via", text="Import VIA...", icon="IMPORT")


CLASSES = (RESCUE_SYNTH_PT_generate, RESCUE_SYNTH_PT_corrections)
