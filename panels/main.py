"""The tab's first panel: which wishes, and a look at one frame of them in the viewport."""

from bpy.types import Context, Panel

from . import status
from .rows import Tab, split


class RESCUE_SYNTH_PT_main(Tab, Panel):
    """What the data set shows"""

    bl_label = "Disaster Site"
    bl_order = 0

    def draw_header_preset(self, _context: Context) -> None:
        """Ready recipes, where Blender has its presets."""
        self.layout.menu("RESCUE_SYNTH_MT_recipes", text="", icon="PRESET")

    def draw(self, context: Context) -> None:
        """Seed, and the frame in the viewport."""
        wishes = context.scene.rescue_synth
        column = split(self.layout)
        column.prop(wishes, "seed")
        column.prop(wishes, "shown", text="Frame in View")
        column.prop(wishes, "show_labels")
        row = self.layout.row(align=True)
        row.operator("rescue_synth.randomise", text="", icon="TRIA_LEFT").step = "PREVIOUS"
        row.operator("rescue_synth.randomise", text="Build in Viewport", icon="SCENE_DATA").step = "THIS"
        row.operator("rescue_synth.randomise", text="", icon="TRIA_RIGHT").step = "NEXT"
        status.draw_preview(self.layout, context, context.window_manager.rescue_synth.preview)


CLASSES = (RESCUE_SYNTH_PT_main,)
