"""The tab's first panel: which wishes, and a look at one frame of them in the viewport."""

from bpy.types import Context, Panel, UILayout

from ..settings.hold import held_parts
from . import status
from .rows import Tab, split, wrapped


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
        build(self.layout, context)
        hold(self.layout, context)
        status.draw_preview(self.layout, context, context.window_manager.rescue_synth.preview)


def build(layout: UILayout, context: Context) -> None:
    """The button and its arrows, or how far the building is."""
    jobs = context.window_manager.rescue_synth
    if jobs.building:
        layout.progress(factor=jobs.built, type="BAR", text=f"{jobs.building.capitalize()} (Esc cancels)")
        return
    row = layout.row(align=True)
    row.operator("rescue_synth.randomise", text="", icon="TRIA_LEFT").step = "PREVIOUS"
    row.operator("rescue_synth.randomise", text="Build in Viewport", icon="SCENE_DATA").step = "THIS"
    row.operator("rescue_synth.randomise", text="", icon="TRIA_RIGHT").step = "NEXT"


def hold(layout: UILayout, context: Context) -> None:
    """Locks, two in a row, each with the frame that it holds on to."""
    held = context.scene.rescue_synth.hold
    column = layout.column(align=True)
    column.use_property_split = False
    for pair in (("site", "people"), ("weather", "camera")):
        row = column.row(align=True)
        for name in pair:
            on = getattr(held, name)
            frame = held.camera_of[2] if name == "camera" else getattr(held, f"{name}_of")
            text = f"{name.title()} of {frame}" if on else f"Hold {name.title()}"
            row.prop(held, name, text=text, toggle=True, icon="LOCKED" if on else "UNLOCKED")
    if held_parts(held):
        hint = layout.column()
        hint.active = False
        wrapped(hint, context, "Held in the viewport only: preview and data set show each frame as planned")


CLASSES = (RESCUE_SYNTH_PT_main,)
