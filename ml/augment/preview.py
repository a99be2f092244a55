"""A sheet of 12 outputs that one source would become, outlines drawn: to look before making a thousand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from dataset import preview
from dataset.files import write_atomic

from . import pixels, recipe
from .files import jpeg
from .frame import Maker
from .recipe import Recipe
from .sources import SourceError, SourceSet

VARIANTS = 12
_SILENT = ("view", "jpeg")
"""Operations that every output has; its caption names the others."""


def write(path: Path, wishes: Recipe, found: SourceSet, name: str | None = None) -> None:
    """Write the sheet of source ``name`` (by default the one with most instances) as JPEG.

    Raises ``SourceError`` for an unknown name, ``pictures.PictureError`` for a damaged source, ``OutputError``.
    """
    write_atomic(path, jpeg(sheet(wishes, found, _chosen(found, name)), path))


def _chosen(found: SourceSet, name: str | None) -> int:
    names = [source.name for source in found.sources]
    if name is None:
        return max(range(len(names)), key=lambda number: len(found.sources[number].instances))
    if name not in names:
        raise SourceError(f"--source {name}: not in the data set; it has {', '.join(names[:8])} ...")
    return names.index(name)


def sheet(wishes: Recipe, found: SourceSet, number: int) -> np.ndarray:
    """uint8 HxWx3 RGB: outputs ``number``, ``number + n`` ... of a run with these wishes, n the count of sources."""
    cv2.setNumThreads(1)
    pipeline = (lambda: pixels.load_pipeline(Path(wishes.pixels.pipeline))) if wishes.pixels.pipeline else None
    maker = Maker(wishes, found, recipe.fingerprint(wishes), pipeline)
    tiles = []
    for variant in range(VARIANTS):
        made = maker.make(number + variant * len(found.sources))
        image = cv2.imdecode(np.frombuffer(made.files[0][1], np.uint8), cv2.IMREAD_COLOR)
        done = [entry["operation"] for entry in made.record.about["operations"]]
        caption = ", ".join(name for name in dict.fromkeys(done) if name not in _SILENT) or "geometry only"
        tiles.append(preview.Tile(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), replace(made.record, name=caption)))
    categories = sorted({shape.category for source in found.sources for shape in source.instances})
    parts = sorted({shape.category for source in found.sources for shape in source.parts})
    return preview.sheet(tiles, categories + parts, found.sources[number].name, f"{VARIANTS} variants")
