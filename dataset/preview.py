"""A contact sheet: frames with their outlines drawn in, to look at before anything else. Arrays in, one array out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import font
from .outlines import fill
from .records import Annotation, Record

TILE = 480
"""Width of one frame on the sheet, pixels."""
FRAMES = 8
GAP, BAR = 8, 56
BACKGROUND, INK, FAINT = (24, 26, 30), (240, 242, 245), (150, 156, 165)
PALETTE = ((255, 92, 168), (64, 214, 255), (255, 214, 10), (96, 230, 120), (178, 140, 255), (255, 140, 60))
"""One colour a category, in the order of the categories, from the start again after the last."""
_FINE = 4
"""Outlines are drawn this many times larger and averaged down: smooth edges."""


@dataclass(frozen=True)
class Tile:
    """One frame of the sheet."""

    image: np.ndarray
    """uint8 HxWx3, RGB."""
    record: Record


def choose(records: Sequence[Record], count: int = FRAMES) -> list[Record]:
    """At most ``count`` records, evenly spread over all."""
    if len(records) <= count:
        return list(records)
    return [records[round(k * (len(records) - 1) / (count - 1))] for k in range(count)]


def pick(records: Sequence[Record], folder: Path, read_image: Callable[[Path], np.ndarray]) -> list[Tile]:
    """Tiles of the chosen records; ``read_image`` gives uint8 HxWx3 RGB."""
    return [Tile(read_image(folder / record.image), record) for record in choose(records)]


def sheet(tiles: Sequence[Tile], names: Sequence[str], title: str, note: str = "") -> np.ndarray:
    """uint8 HxWx3 RGB: a title bar with the legend over a grid of frames; ``names``: all categories, in order."""
    colours = {name: PALETTE[place % len(PALETTE)] for place, name in enumerate(names)}
    columns = min(4, len(tiles) if len(tiles) <= 3 else math.ceil(len(tiles) / 2))
    cells = [draw(tile.image, tile.record, colours, TILE) for tile in tiles]
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    width = max(2 * TILE, columns * (TILE + GAP) - GAP) + 2 * GAP
    heights = [max(cell.shape[0] for cell in row) for row in rows]
    canvas = np.empty((BAR + sum(heights) + GAP * len(rows), width, 3), np.float32)
    canvas[:] = BACKGROUND
    _title(canvas, title, note, colours, tiles)
    top = BAR
    for row, height in zip(rows, heights, strict=True):
        for column, cell in enumerate(row):
            left = GAP + column * (TILE + GAP)
            canvas[top : top + cell.shape[0], left : left + TILE] = cell
        top += height + GAP
    return np.clip(canvas + 0.5, 0, 255).astype(np.uint8)


def draw(image: np.ndarray, record: Record, colours: dict[str, tuple[int, int, int]], width: int) -> np.ndarray:
    """float32 0..255 RGB of one frame, ``width`` pixels wide, with outlines, labels and its name."""
    scale = width / record.width
    height = max(1, round(record.height * scale))
    canvas = font.resample(image[..., :3].astype(np.float32), (height, width))
    # Parts lie on the people who wear them: draw them last and thinner.
    for item in record.instances:
        outline(canvas, item, colours.get(item.category, INK) if item.exported else FAINT, scale, 1.6)
    for item in record.parts:
        if item.exported:
            outline(canvas, item, colours.get(item.category, INK), scale, 1.0)
    taken: list[tuple[int, int, int, int]] = []
    bodies = [
        (y * scale, x * scale, (y + h) * scale, (x + w) * scale) for x, y, w, h in (i.box for i in record.instances)
    ]
    for item in sorted(record.instances, key=lambda item: -item.pixels):
        if item.exported:
            _tag(canvas, f"{item.category} {item.id}", item.box, scale, colours.get(item.category, INK), taken, bodies)
    caption = font.line(record.name, 13)
    shade = canvas[height - caption.shape[0] - 6 :, : caption.shape[1] + 10]
    shade *= 0.45
    _ink(canvas, caption, (height - caption.shape[0] - 3, 5), INK)
    return canvas


def outline(canvas: np.ndarray, item: Annotation, colour: Sequence[float], scale: float, weight: float) -> None:
    """Draw an instance into a float32 RGB canvas: a smooth line ``weight`` pixels wide on a dark rim, a faint tint."""
    height, width = canvas.shape[:2]
    margin = math.ceil(weight) + 2
    left, top = (int(value * scale) - margin for value in item.box[:2])
    right, bottom = (math.ceil((item.box[axis] + item.box[axis + 2]) * scale) + margin for axis in (0, 1))
    factor = scale * _FINE
    # Polygons end at j + 0.75 for the sake of their readers; the picture's pixel ends at j + 1.
    moved = [
        [((x + 0.125) * factor - left * _FINE, (y + 0.125) * factor - top * _FINE) for x, y in polygon]
        for polygon in item.polygons
    ]
    inside = fill(moved, ((bottom - top) * _FINE, (right - left) * _FINE))
    half = weight * _FINE / 2
    grown, shrunk = _grow(inside, half), ~_grow(~inside, half)
    rim = _grow(inside, half + _FINE) & ~shrunk
    own = slice(max(top, 0), min(bottom, height)), slice(max(left, 0), min(right, width))
    crop = slice(own[0].start - top, own[0].stop - top), slice(own[1].start - left, own[1].stop - left)
    for cover, paint, strength in ((inside, colour, 0.14), (rim, (0, 0, 0), 0.45), (grown & ~shrunk, colour, 1.0)):
        alpha = strength * cover.reshape(bottom - top, _FINE, right - left, _FINE).mean(axis=(1, 3), dtype=np.float32)
        _blend(canvas[own], alpha[crop], paint)


def _grow(mask: np.ndarray, radius: float) -> np.ndarray:
    """Dilation of a bool mask by a disc."""
    reach = int(radius)
    padded = np.pad(mask, reach)
    grown = np.zeros_like(mask)
    height, width = mask.shape
    for dy in range(-reach, reach + 1):
        span = int(math.sqrt(radius * radius - dy * dy))
        row = padded[reach + dy : reach + dy + height]
        for dx in range(-span, span + 1):
            grown |= row[:, reach + dx : reach + dx + width]
    return grown


def _tag(
    canvas: np.ndarray,
    text: str,
    box: tuple[int, int, int, int],
    scale: float,
    colour: Sequence[float],
    taken: list[tuple[int, int, int, int]],
    bodies: Sequence[tuple[float, float, float, float]],
) -> None:
    """A label at the first free place around the box; small far figures in a crowd may go without."""
    glyphs = font.line(text, 13)
    height, width = glyphs.shape[0] + 4, glyphs.shape[1] + 8
    x, y, w, h = (value * scale for value in box)
    above, below, middle = y - height - 2, y + h + 2, x + (w - width) / 2
    places = [(above, middle), (above, x), (above, x + w - width), (below, middle), (y, x + w + 3), (y, x - width - 3)]
    spots = []
    for top, left in places:
        top = round(min(max(top, 0), canvas.shape[0] - height - 22))
        left = round(min(max(left, 0), canvas.shape[1] - width))
        spots.append((top, left, top + height, left + width))
    free = [spot for spot in spots if not any(_overlap(spot, other) for other in taken)]
    if not free:
        return
    # Of the free places the first that covers nobody, else the first.
    spot = next((spot for spot in free if not any(_overlap(spot, other) for other in bodies)), free[0])
    top, left = spot[:2]
    taken.append(spot)
    _blend(canvas[top : top + height, left : left + width], np.full((height, width), 0.86, np.float32), colour)
    _ink(canvas, glyphs, (top + 2, left + 4), (12, 14, 18))


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two (top, left, bottom, right) share area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _title(
    canvas: np.ndarray, title: str, note: str, colours: dict[str, tuple[int, int, int]], tiles: Sequence[Tile]
) -> None:
    """Title and note on the left, the legend with counts on the right."""
    head = font.line(title, 24)
    _ink(canvas, head, (8 if note else 16, GAP + 2), INK)
    if note:
        _ink(canvas, font.line(note, 14), (36, GAP + 2), FAINT)
    counts = Counter(item.category for tile in tiles for item in tile.record.annotations if item.exported)
    right = canvas.shape[1] - GAP
    for name, colour in reversed(colours.items()):
        words = font.line(f"{name} {counts[name]}", 18)
        right -= words.shape[1] + 6
        if right < head.shape[1] + 60:
            return
        _ink(canvas, words, (20, right), INK)
        right -= 18
        canvas[20:34, right : right + 14] = colour
        right -= 18


def _ink(canvas: np.ndarray, alpha: np.ndarray, place: tuple[int, int], colour: Sequence[float]) -> None:
    """Text or another coverage at (top, left), cut off at the canvas's border."""
    target = canvas[place[0] : place[0] + alpha.shape[0], place[1] : place[1] + alpha.shape[1]]
    _blend(target, alpha[: target.shape[0], : target.shape[1]], colour)


def _blend(target: np.ndarray, alpha: np.ndarray, colour: Sequence[float]) -> None:
    """Mix a colour into a float32 HxWx3 view; ``alpha`` 0..1 HxW."""
    target += alpha[..., None] * (np.asarray(colour, np.float32) - target)
