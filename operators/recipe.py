"""Recipes in and out of the panel: files, and the command line."""

from dataclasses import replace
from pathlib import Path

from bpy.props import StringProperty
from bpy.types import Context, Operator
from bpy_extras.io_utils import ExportHelper, ImportHelper

from .. import preferences, settings
from ..dataset import recipe as recipes
from ..dataset.files import OutputError, write_atomic
from ..dataset.recipe import Recipe, RecipeError
from . import command


def wished(operator: Operator, context: Context) -> Recipe | None:
    """The recipe on screen, or None after reporting what is wrong with it."""
    try:
        return settings.to_recipe(context.scene.rescue_synth)
    except RecipeError as error:
        operator.report({"ERROR"}, str(error))
        return None


class RESCUE_SYNTH_OT_load_recipe(Operator, ImportHelper):
    """Show the wishes of a recipe file in the panel"""

    bl_idname = "rescue_synth.load_recipe"
    bl_label = "Load Recipe"
    bl_options = {"REGISTER", "UNDO"}

    filename_ext = ".toml"
    filter_glob: StringProperty(default="*.toml", options={"HIDDEN"})

    def execute(self, context: Context) -> set[str]:
        """Load ``filepath``."""
        path = Path(self.filepath)
        try:
            found = recipes.load(path)
        except RecipeError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if found.assets.blend:
            # A recipe names its .blend relative to itself; on screen there is no such place.
            blend = (path.resolve().parent / found.assets.blend).as_posix()
            found = replace(found, assets=replace(found.assets, blend=blend))
        settings.from_recipe(context.scene.rescue_synth, found)
        self.report({"INFO"}, f"Loaded recipe {path.stem}")
        return {"FINISHED"}


class RESCUE_SYNTH_OT_save_recipe(Operator, ExportHelper):
    """Save the wishes in the panel as a recipe file, for the command line or another machine"""

    bl_idname = "rescue_synth.save_recipe"
    bl_label = "Save Recipe"
    # No UNDO: it writes a file and changes nothing in the scene.
    bl_options = {"REGISTER"}

    filename_ext = ".toml"
    filter_glob: StringProperty(default="*.toml", options={"HIDDEN"})

    def execute(self, context: Context) -> set[str]:
        """Write ``filepath``."""
        recipe = wished(self, context)
        if recipe is None:
            return {"CANCELLED"}
        try:
            write_atomic(Path(self.filepath), recipes.dumps(recipe).encode())
        except OutputError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, f"Saved {self.filepath}")
        return {"FINISHED"}


class RESCUE_SYNTH_OT_copy_command(Operator):
    """Copy the command that makes this data set without a window, and save its recipe beside the folder"""

    bl_idname = "rescue_synth.copy_command"
    bl_label = "Copy Command Line"
    bl_options = {"REGISTER"}

    def execute(self, context: Context) -> set[str]:
        """Save the recipe as FOLDER.toml and copy the command that uses it."""
        recipe = wished(self, context)
        if recipe is None:
            return {"CANCELLED"}
        output = settings.to_folder(context.scene.rescue_synth)
        path = output.with_name(f"{output.name}.toml")
        try:
            write_atomic(path, recipes.dumps(recipe).encode())
        except OutputError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        frames = f"0-{recipe.frames - 1}" if recipe.frames > 1 else "0"
        line = command.text(command.batch(output, path, frames, preferences.machine(context).device))
        context.window_manager.clipboard = line
        self.report({"INFO"}, f"Copied; the recipe is {path}")
        return {"FINISHED"}


CLASSES = (
    RESCUE_SYNTH_OT_load_recipe,
    RESCUE_SYNTH_OT_save_recipe,
    RESCUE_SYNTH_OT_copy_command,
)
