"""Pictures as icons that panels can draw: the latest one of a run, and the curve of a training."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import bpy.utils.previews
import numpy as np

_pictures: bpy.utils.previews.ImagePreviewCollection | None = None
_shown: dict[str, str] = {}
"""Place of a picture in the panel -> its name in the collection: a new picture needs a new name to be drawn."""
_numbers = count()


def show(place: str, path: Path) -> int:
    """Make the file ``path`` the picture at ``place``; its icon, or 0 where the file is not there."""
    if _pictures is None or not path.is_file():
        return 0
    return _pictures.load(_named(place), str(path), "IMAGE").icon_id


def draw(place: str, pixels: np.ndarray) -> int:
    """Make ``pixels`` (float32 HxWx4, 0..1, the lowest row first) the picture at ``place``; its icon."""
    if _pictures is None:
        return 0
    picture = _pictures.new(_named(place))
    height, width = pixels.shape[:2]
    picture.image_size = width, height
    # Blender blends icons as premultiplied: otherwise faint lines would show as bright as strong ones.
    pixels = np.concatenate([pixels[..., :3] * pixels[..., 3:], pixels[..., 3:]], axis=-1)
    picture.image_pixels_float.foreach_set(pixels.ravel())
    return picture.icon_id


def _named(place: str) -> str:
    """A fresh name for the picture at ``place``; the one before it is released."""
    before = _shown.pop(place, None)
    if before is not None:
        del _pictures[before]
    _shown[place] = f"{place} {next(_numbers)}"
    return _shown[place]


def register() -> None:
    """Make room for the pictures."""
    global _pictures
    _pictures = bpy.utils.previews.new()


def unregister() -> None:
    """Release them: Blender complains about previews that stay."""
    global _pictures
    _shown.clear()
    bpy.utils.previews.remove(_pictures)
    _pictures = None
