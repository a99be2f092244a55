"""The menu of ready recipes, in the header of the tab's first panel."""

from functools import cache
from pathlib import Path

from bpy.types import Context, Menu

FOLDER = Path(__file__).resolve().parent.parent / "recipes"


@cache
def ready() -> tuple[tuple[str, str], ...]:
    """(name, path) of the recipes that come along, read once: drawing does no I/O."""
    return tuple((path.stem.replace("_", " ").capitalize(), str(path)) for path in sorted(FOLDER.glob("*.toml")))


class RESCUE_SYNTH_MT_recipes(Menu):
    """Ready recipes, and recipe files"""

    bl_label = "Recipes"

    def draw(self, _context: Context) -> None:
        """The ready ones, then files."""
        layout = self.layout
        layout.operator_context = "EXEC_DEFAULT"
        for name, path in ready():
            layout.operator("rescue_synth.load_recipe", text=name, icon="PRESET").filepath = path
        layout.separator()
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("rescue_synth.load_recipe", text="Load Recipe...", icon="FILE_FOLDER")
        layout.operator("rescue_synth.save_recipe", text="Save Recipe...", icon="FILE_TICK")
        layout.operator("rescue_synth.copy_command", icon="COPYDOWN")


CLASSES = (RESCUE_SYNTH_MT_recipes,)
