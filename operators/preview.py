"""Preview: the frame in view, rendered in the background with few samples and shown with its outlines."""

import shutil
from dataclasses import replace
from pathlib import Path

import bpy
from bpy.types import Context, Operator

from .. import preferences, settings
from ..dataset.files import OutputError
from ..dataset.recipe import RecipeError
from ..jobs.pool import Pool, Progress
from . import command
from .gaits import Gaits
from .generate import hand_over, sensible

SAMPLES = 4
"""Enough, denoised, to judge site, light and framing."""

NAME = "Rescue Preview"


class RESCUE_SYNTH_OT_preview(Gaits, Operator):
    """Render the frame in view with few samples and show it with the outlines of its labels in an Image Editor"""

    bl_idname = "rescue_synth.preview"
    bl_label = "Preview"
    bl_options = {"REGISTER"}

    task = "preview"

    @classmethod
    def poll(cls, context: Context) -> bool:
        """One run at a time, and only of wishes that make sense."""
        return cls.idle(context) and sensible(cls, context)

    def begin(self, context: Context) -> tuple[Pool, Path] | None:
        """One worker, one frame, into a folder of its own."""
        wished = context.scene.rescue_synth
        folder = Path(bpy.app.tempdir) / "rescue_synth_preview"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            recipe = settings.to_recipe(wished)
            render = replace(recipe.render, samples=min(recipe.render.samples, SAMPLES))
            path = hand_over(replace(recipe, render=render), folder)
        except (RecipeError, OutputError) as error:
            self.report({"ERROR"}, str(error))
            return None
        device = preferences.machine(context).device

        def work(frames: str) -> list[str]:
            return [*command.batch(folder, path, frames, device), "--json"]

        return Pool(work, range(wished.shown, wished.shown + 1), folder / "logs"), folder

    def succeeded(self, context: Context, progress: Progress) -> None:
        """Load the picture with its outlines and show it where an Image Editor is open, or in a new window."""
        previous = bpy.data.images.get(NAME)
        if previous is not None:
            bpy.data.images.remove(previous)
        image = bpy.data.images.load(str(self._folder / "preview.jpg"))
        image.name = NAME
        # Packed: the folder is the next preview's.
        image.pack()
        if not bpy.app.background:
            _editor(context).image = image
        self.report({"INFO"}, f"Frame {context.scene.rescue_synth.shown} in {progress.seconds:.0f} s")


def _editor(context: Context) -> bpy.types.SpaceImageEditor:
    """An Image Editor: one that is open, else a window of its own."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "IMAGE_EDITOR":
                return area.spaces.active
    bpy.ops.wm.window_new()
    area = context.window_manager.windows[-1].screen.areas[0]
    area.type = "IMAGE_EDITOR"
    return area.spaces.active


CLASSES = (RESCUE_SYNTH_OT_preview,)
