"""A sheet of 12 outputs that one source would become, outlines drawn: to look before making a thousand."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from dataset.files import write_atomic
from dataset.records import Annotation, Record

from . import pixels, recipe
from .frame import Maker
from .recipe import Recipe
from .sources import SourceError, SourceSet

VARIANTS = 12
COLUMNS = 4
_WIDTH = 480
_MARGIN = 4
_COLOURS = ((80, 255, 80), (60, 160, 255), (255, 120, 60), (60, 60, 255), (255, 60, 220), (60, 240, 255))
"""Blue first; one a category, in order of their names."""


def write(path: Path, wishes: Recipe, found: SourceSet, name: str | None = None) -> None:
    """Write the sheet of source ``name`` (by default the one with most instances) as JPEG.

    Raises ``SourceError`` for an unknown name, ``pictures.PictureError`` for a damaged source, ``OutputError``.
    """
    data = cv2.imencode(".jpg", sheet(wishes, found, _chosen(found, name)), [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
    write_atomic(path, data.tobytes())


def _chosen(found: SourceSet, name: str | None) -> int:
    names = [source.name for source in found.sources]
    if name is None:
        return max(range(len(names)), key=lambda number: len(found.sources[number].instances))
    if name not in names:
        raise SourceError(f"--source {name}: not in the data set; it has {', '.join(names[:8])} ...")
    return names.index(name)


def sheet(wishes: Recipe, found: SourceSet, number: int) -> np.ndarray:
    """uint8 HxWx3: the outputs ``number``, ``number + n`` ... of a run with these wishes, n the count of sources."""
    cv2.setNumThreads(1)
    pipeline = (lambda: pixels.load_pipeline(Path(wishes.pixels.pipeline))) if wishes.pixels.pipeline else None
    maker = Maker(wishes, found, recipe.fingerprint(wishes), pipeline)
    categories = sorted({shape.category for source in found.sources for shape in (*source.instances, *source.parts)})
    colours = {category: _COLOURS[i % len(_COLOURS)] for i, category in enumerate(categories)}
    tiles = []
    for variant in range(VARIANTS):
        made = maker.make(number + variant * len(found.sources))
        image = cv2.imdecode(np.frombuffer(made.files[0][1], np.uint8), cv2.IMREAD_COLOR)
        tiles.append(_tile(image, made.record, colours))
    height = max(tile.shape[0] for tile in tiles)
    blank = np.full((height + _MARGIN, _WIDTH + _MARGIN, 3), 24, np.uint8)
    rows = []
    for first in range(0, len(tiles), COLUMNS):
        cells = []
        for tile in tiles[first : first + COLUMNS]:
            cell = blank.copy()
            cell[: tile.shape[0], :_WIDTH] = tile
            cells.append(cell)
        rows.append(np.concatenate(cells, axis=1))
    return np.concatenate(rows)


def _tile(image: np.ndarray, record: Record, colours: dict[str, tuple[int, int, int]]) -> np.ndarray:
    scale = _WIDTH / record.width
    tile = cv2.resize(image, (_WIDTH, round(record.height * scale)), interpolation=cv2.INTER_AREA)
    for item in record.annotations:
        _draw(tile, item, scale, colours[item.category])
    words = [entry["operation"] for entry in record.about["operations"] if entry["operation"] not in ("view", "jpeg")]
    lines = [" ".join(words[i : i + 4]) for i in range(0, len(words), 4)]
    for row, line in enumerate(lines):
        at = (6, tile.shape[0] - 8 - 14 * (len(lines) - 1 - row))
        cv2.putText(tile, line, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 3, cv2.LINE_AA)
        cv2.putText(tile, line, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
    return tile


def _draw(tile: np.ndarray, item: Annotation, scale: float, colour: tuple[int, int, int]) -> None:
    """The item's outline; dark red where it is recorded but not exported."""
    for polygon in item.polygons:
        points = np.rint((np.asarray(polygon) * scale - 0.5) * 16).astype(np.int32)
        cv2.polylines(tile, [points], True, colour if item.exported else (0, 0, 120), 1, cv2.LINE_AA, shift=4)
