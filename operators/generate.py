"""Generate Dataset: background workers make the frames while the window stays alive."""

import math
from dataclasses import replace
from pathlib import Path

import bpy
from bpy.types import Context, Operator

from .. import preferences, settings
from ..dataset import recipe as recipes
from ..dataset.files import OutputError, explain, write_atomic
from ..dataset.recipe import Recipe, RecipeError
from ..jobs.pool import Pool
from ..jobs.progress import Progress
from ..scene import tags
from . import command
from .gaits import Gaits

FRAME = "Rescue Frame"
"""scene/build.py's collection: loading the builders takes a third of a second, and the window would wait for it."""

SCENE = "scene.blend"
"""Copy of the artist's file in the data set's folder."""


class ModelsError(Exception):
    """A collection of the open file can't serve; the message names it and those that exist."""


class RESCUE_SYNTH_OT_generate(Gaits, Operator):
    """Make the data set in background processes. Frames that are in the folder stay: it goes on from there"""

    bl_idname = "rescue_synth.generate"
    bl_label = "Generate Dataset"
    # No UNDO: it writes files and changes nothing in the scene.
    bl_options = {"REGISTER"}

    task = "generate"

    @classmethod
    def poll(cls, context: Context) -> bool:
        """One run at a time, and only of wishes that make sense."""
        return cls.idle(context) and sensible(cls, context)

    def begin(self, context: Context) -> tuple[Pool, Path] | None:
        """As many workers as the preferences say, each on a run of frames."""
        wished = context.scene.rescue_synth
        folder = settings.to_folder(wished)
        try:
            recipe = settings.to_recipe(wished)
            path = hand_over(recipe, folder)
        except (RecipeError, OutputError, ModelsError) as error:
            self.report({"ERROR"}, str(error))
            return None
        machine = preferences.machine(context)
        threads = command.threads(machine.workers)

        def work(frames: str) -> list[str]:
            return [*command.batch(folder, path, frames, machine.device, threads), "--json", "--no-derive"]

        pool = Pool(
            work,
            range(recipe.frames),
            folder / "logs",
            workers=machine.workers,
            together=math.lcm(recipe.site.frames_per_site, recipe.weather.variants),
            merge=lambda frame: [*command.batch(folder, path, frame), "--json"],
        )
        return pool, folder

    def succeeded(self, context: Context, progress: Progress) -> None:
        """Say where the data set is."""
        self.report({"INFO"}, f"{progress.total} frames are in {self._folder}")


def sensible(operator: type[Operator], context: Context) -> bool:
    """For ``poll``: whether the wishes on screen make sense; says what does not."""
    try:
        settings.to_recipe(context.scene.rescue_synth)
    except RecipeError as error:
        operator.poll_message_set(str(error))
        return False
    return True


def hand_over(recipe: Recipe, folder: Path) -> Path:
    """Put the recipe, and the open file where it is needed, where the workers find them; the recipe's path.

    It is needed where the artist uses her own models or scene, and where she placed people by hand. Her scene goes as a
    copy into the data set's folder. Frames that are there were made from the copy that is there, so it stays as long as
    they do. Raises ``OutputError`` and ``ModelsError``.
    """
    assets = recipe.assets
    if assets.collections and not assets.blend:
        from ..scene import user_assets  # here and not at the top: seldom needed

        try:
            user_assets.check(assets)  # at once, not after a worker has started
        except user_assets.UserAssetError as error:
            raise ModelsError(str(error)) from error
    by_hand = tags.placed_by_hand(bpy.context.scene, FRAME)
    if not assets.blend and (assets.collections or not assets.build_site or by_hand):
        scene = folder / SCENE
        if not any((folder / "frames").glob("*.json")) or not scene.exists():
            try:
                folder.mkdir(parents=True, exist_ok=True)
                bpy.ops.wm.save_as_mainfile(filepath=str(scene), copy=True)
            except OSError as error:
                raise OutputError(explain(scene, error)) from error
            except RuntimeError as error:
                raise OutputError(f"cannot hand over the open file as {scene}: {error}") from error
        recipe = replace(recipe, assets=replace(assets, blend=scene.as_posix()))
    elif assets.blend:
        recipe = replace(recipe, assets=replace(assets, blend=Path(bpy.path.abspath(assets.blend)).as_posix()))
    path = Path(bpy.app.tempdir) / f"rescue_synth_{folder.name}.toml"
    write_atomic(path, recipes.dumps(recipe).encode())
    return path


CLASSES = (RESCUE_SYNTH_OT_generate,)
