"""Linear light to a JPEG file's bytes, by Blender's own view transform and encoder."""

from __future__ import annotations

import tempfile
from pathlib import Path

import bpy
import numpy as np

from ..imaging.tones import LUMINANCE
from . import compat


def jpeg(scene: bpy.types.Scene, light: np.ndarray, quality: int) -> bytes:
    """``light`` (float32 (h, w, 3), linear) through the scene's view settings; the JPEG file's bytes."""
    height, width = light.shape[:2]
    image = bpy.data.images.new("Rescue Picture", width, height, alpha=False, float_buffer=True)
    try:
        pixels = np.ones((height, width, 4), np.float32)
        pixels[..., :3] = light[::-1]
        image.pixels.foreach_set(pixels.ravel())
        compat.set_jpeg(scene.render.image_settings, quality)
        with tempfile.TemporaryDirectory(prefix="rescue-synth-") as folder:
            path = Path(folder) / "picture.jpg"
            image.save_render(str(path), scene=scene)
            return path.read_bytes()
    finally:
        bpy.data.images.remove(image)


def load(path: Path) -> np.ndarray:
    """An image file as uint8 (h, w, 3) in display colours. Raises ``OSError`` when it can't be read."""
    try:
        image = bpy.data.images.load(str(path))
    except RuntimeError as error:
        raise OSError(f"{path}: not a picture that Blender reads") from error
    try:
        width, height = image.size
        pixels = np.empty(width * height * image.channels, np.float32)
        image.pixels.foreach_get(pixels)
        pixels = pixels.reshape(height, width, image.channels)[::-1, :, :3]
        return np.round(pixels * 255).astype(np.uint8)
    finally:
        bpy.data.images.remove(image)


def encode(pixels: np.ndarray, path: Path, quality: int = 90) -> bytes:
    """``pixels`` (uint8 (h, w, 3), display colours) as JPEG bytes; ``path`` only lends its suffix."""
    height, width = pixels.shape[:2]
    image = bpy.data.images.new("Rescue Sheet", width, height, alpha=False)
    try:
        full = np.ones((height, width, 4), np.float32)
        full[..., :3] = pixels[::-1].astype(np.float32) / 255
        image.pixels.foreach_set(full.ravel())
        with tempfile.TemporaryDirectory(prefix="rescue-synth-") as folder:
            target = Path(folder) / f"sheet{path.suffix}"
            image.filepath_raw = str(target)
            image.file_format = "JPEG"
            image.save(quality=quality)
            return target.read_bytes()
    finally:
        bpy.data.images.remove(image)


def luminance(data: bytes) -> np.ndarray:
    """uint8 (h, w) of a JPEG file's bytes: what a viewer will see."""
    with tempfile.TemporaryDirectory(prefix="rescue-synth-") as folder:
        path = Path(folder) / "picture.jpg"
        path.write_bytes(data)
        colours = load(path).astype(np.float32)
    return np.round(colours @ LUMINANCE).astype(np.uint8)
