"""The latest picture of a run as an icon that panels can draw."""

from __future__ import annotations

from pathlib import Path

import bpy.utils.previews

_NAME = "latest"
_pictures: bpy.utils.previews.ImagePreviewCollection | None = None


def show(path: Path) -> int:
    """Make ``path`` the picture; its icon, or 0 where the file is not there."""
    if _pictures is None or not path.is_file():
        return 0
    _pictures.clear()
    return _pictures.load(_NAME, str(path), "IMAGE").icon_id


def register() -> None:
    """Make room for the picture."""
    global _pictures
    _pictures = bpy.utils.previews.new()


def unregister() -> None:
    """Release it: Blender complains about previews that stay."""
    global _pictures
    bpy.utils.previews.remove(_pictures)
    _pictures = None
