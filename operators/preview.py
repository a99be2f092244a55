"""Preview: the frame in view, rendered in the background with few samples and shown with its outlines."""

import shutil
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
from bpy.types import Context, Operator

from .. import preferences, settings
from ..dataset import preview as drawing
from ..dataset import records, wardrobe
from ..dataset.files import OutputError
from ..dataset.recipe import RecipeError
from ..dataset.records import Record
from ..jobs.pool import Pool
from ..jobs.progress import Progress
from ..render import picture
from . import command
from .gaits import Gaits
from .generate import ModelsError, hand_over, sensible

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
        except (RecipeError, OutputError, ModelsError) as error:
            self.report({"ERROR"}, str(error))
            return None
        device = preferences.machine(context).device

        def work(frames: str) -> list[str]:
            return [*command.batch(folder, path, frames, device), "--json", "--no-derive"]

        return Pool(work, range(wished.shown, wished.shown + 1), folder / "logs"), folder

    def succeeded(self, context: Context, progress: Progress) -> None:
        """Show the picture with its outlines where an Image Editor is open, or in a new window."""
        (record,) = records.read_all(self._folder)
        image = _image(outlined(picture.load(self._folder / record.image), record))
        if not bpy.app.background:
            _editor(context).image = image
        people = sum(item.exported for item in record.instances)
        self.report({"INFO"}, f"Frame {record.index}: {people} labelled people, {progress.seconds:.0f} s")


def outlined(colours: np.ndarray, record: Record) -> np.ndarray:
    """The picture (uint8 (h, w, 3)) with the outlines of its labels drawn in, uint8 (h, w, 3)."""
    names = (*wardrobe.CATEGORIES, *wardrobe.PARTS)
    drawn = drawing.draw(colours, record, dict(zip(names, drawing.PALETTE, strict=False)), record.width)
    return np.clip(drawn + 0.5, 0, 255).astype(np.uint8)


def _image(colours: np.ndarray) -> bpy.types.Image:
    """An image of the open file that shows ``colours``; the preview before it gives way."""
    previous = bpy.data.images.get(NAME)
    if previous is not None:
        bpy.data.images.remove(previous)
    height, width = colours.shape[:2]
    image = bpy.data.images.new(NAME, width, height, alpha=False)
    pixels = np.ones((height, width, 4), np.float32)
    pixels[..., :3] = colours[::-1].astype(np.float32) / 255
    image.pixels.foreach_set(pixels.ravel())
    # Packed, so that it stays while it is looked at, and goes when nobody uses it any more.
    image.pack()
    return image


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
