"""Large pictures in tiles: UAV frames show people of 20 pixels that vanish when the whole frame is made small.

Tiles overlap, so most things lie whole in at least one. What a tile's inner border cuts gives way to the whole one that
another tile sees; where no tile sees it whole, the pieces on both sides of the seam are joined. One pass over the whole
picture finds what is larger than a tile.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .detections import Detections, clipped, shifted, stack, union
from .overlap import box_areas, box_intersections, mask_intersections

OVERLAP = 0.25
"""Share of its side by which a tile reaches into the next one, at least."""
FROM = 2.0
"""``auto``: pictures are cut up when they are this many times larger than the network sees them."""
SAME = 0.5
"""Two detections of one category are one thing from this IoU on; a cut piece belongs to a whole that covers so much."""
NESTED = 0.7
"""A mask with this share of itself inside a larger one is a piece of it."""
TRUSTED = 0.5
"""A piece gives way to a whole one that has at least this share of its score."""
EDGE = 2.0
"""Pixels: a box that ends nearer than this to a tile's inner border is cut by it."""
SMALLEST = 64
"""Pixels a side of a tile at least."""

Tile = tuple[int, int, int, int]
"""Left, top, right, bottom."""


class TilesError(Exception):
    """A wish for tiles that makes no sense; the message says what to write."""


def wish(text: str) -> int:
    """``auto`` (-1), ``0`` (no tiles) or the side of a tile in pixels. Raises ``TilesError``."""
    if text == "auto":
        return -1
    if not text.isdigit() or 0 < int(text) < SMALLEST:
        raise TilesError(f"--tiles {text}: write auto, 0 for none, or the side of a tile from {SMALLEST} pixels")
    return int(text)


def side(width: int, height: int, size: int, tiling: int) -> int:
    """Side of the tiles for a picture; 0: no tiles. ``tiling``: side wished for, 0 for none, -1 for auto.

    ``size``: pixels of the longer side as the network sees a picture; auto gives tiles that it sees as they are.
    """
    if tiling > 0:
        return tiling if tiling < max(width, height) else 0
    return size if tiling < 0 and max(width, height) >= FROM * size else 0


def layout(width: int, height: int, length: int) -> list[Tile]:
    """Tiles of ``length`` x ``length`` (less where the picture is smaller), evenly spread, row by row."""
    across, down = _starts(width, length), _starts(height, length)
    return [(x, y, min(x + length, width), min(y + length, height)) for y in down for x in across]


def _starts(whole: int, length: int) -> list[int]:
    if whole <= length:
        return [0]
    count = math.ceil((whole - length) / (length * (1 - OVERLAP))) + 1
    return [round(place * (whole - length) / (count - 1)) for place in range(count)]


def merge(views: Sequence[Detections], tiles: Sequence[Tile | None], size: tuple[int, int]) -> Detections:
    """One detection a thing, best first. ``tiles``: where each view lies; None: the whole picture.

    ``size``: (width, height) of the picture, whose own border cuts nothing.
    """
    found = stack(views)
    if not len(found):
        return found
    view = np.repeat(np.arange(len(views)), [len(part) for part in views])
    cut = np.concatenate([_cut(part, tile, size) for part, tile in zip(views, tiles, strict=True)])
    kept = [place for place in range(len(found)) if not (cut[place] and _seen_whole(found, place, cut))]
    found, view, cut = found.take(kept), view[kept], cut[kept]
    return _suppressed(_joined(found, [tiles[number] for number in view], np.flatnonzero(cut)))


def _cut(found: Detections, tile: Tile | None, size: tuple[int, int]) -> np.ndarray:
    """bool N: whether the tile's border, where it is not the picture's, cuts the box."""
    if tile is None:
        return np.zeros(len(found), bool)
    left, top, right, bottom = tile
    boxes = found.boxes
    result = (left > 0) & (boxes[:, 0] < left + EDGE)
    result |= (top > 0) & (boxes[:, 1] < top + EDGE)
    result |= (right < size[0]) & (boxes[:, 2] > right - EDGE)
    return result | ((bottom < size[1]) & (boxes[:, 3] > bottom - EDGE))


def _areas(found: Detections) -> np.ndarray:
    return box_areas(found.boxes) if found.masks is None else np.array([float(mask.area) for mask in found.masks])


def _shared(found: Detections, one: int, others: Sequence[int]) -> np.ndarray:
    """What one detection shares with others, float N, in pixels of masks where there are masks, else of boxes."""
    boxes = box_intersections(found.boxes[[one]], found.boxes[list(others)])[0]
    if found.masks is None:
        return boxes
    near = [place for place, shared in zip(others, boxes, strict=True) if shared > 0]
    result = np.zeros(len(others))
    result[boxes > 0] = mask_intersections([found.masks[one]], [found.masks[place] for place in near])[0]
    return result


def _seen_whole(found: Detections, piece: int, cut: np.ndarray) -> bool:
    """Whether something that no border cuts covers most of a piece."""
    alike = [
        place
        for place in np.flatnonzero(~cut)
        if found.labels[place] == found.labels[piece] and found.scores[place] >= TRUSTED * found.scores[piece]
    ]
    area = _areas(found.take([piece]))[0]
    return bool(alike) and bool((_shared(found, piece, alike) >= SAME * max(area, 1.0)).any())


def _joined(found: Detections, tiles: Sequence[Tile | None], cut: np.ndarray) -> Detections:
    """Pieces of one thing that neighbouring tiles cut become one, with the highest of their scores.

    They belong together when they agree (IoU) on the strip that both tiles see.
    """
    head = {int(place): int(place) for place in cut}
    for number, one in enumerate(cut):
        for other in cut[number + 1 :]:
            if tiles[one] != tiles[other] and found.labels[one] == found.labels[other]:
                strip = _strip(tiles[one], tiles[other])
                if strip and _agree(found, int(one), int(other), strip):
                    _unite(head, int(one), int(other))
    return _fused(found, head)


def _strip(one: Tile | None, other: Tile | None) -> Tile | None:
    if one is None or other is None:
        return None
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[2], other[2]), min(one[3], other[3])
    return (left, top, right, bottom) if left < right and top < bottom else None


def _agree(found: Detections, one: int, other: int, strip: Tile) -> bool:
    left, top, right, bottom = strip
    pair = shifted(found.take([one, other]), -left, -top)
    limit = np.array([right - left, bottom - top] * 2, np.float32)
    masks = None if pair.masks is None else tuple(clipped(mask, right - left, bottom - top) for mask in pair.masks)
    inside = Detections(np.clip(pair.boxes, 0, limit), pair.scores, pair.labels, masks)
    shared = _shared(inside, 0, [1])[0]
    return shared > 0 and shared >= SAME * (_areas(inside).sum() - shared)


def _unite(head: dict[int, int], one: int, other: int) -> None:
    """Both groups get the head of the earlier one."""
    first, second = sorted((head[one], head[other]))
    for place, current in head.items():
        if current == second:
            head[place] = first


def _fused(found: Detections, head: dict[int, int]) -> Detections:
    boxes, scores = found.boxes.copy(), found.scores.copy()
    masks = None if found.masks is None else list(found.masks)
    for place, first in head.items():
        if first != place:
            boxes[first, :2] = np.minimum(boxes[first, :2], boxes[place, :2])
            boxes[first, 2:] = np.maximum(boxes[first, 2:], boxes[place, 2:])
            scores[first] = max(scores[first], scores[place])
            if masks is not None:
                masks[first] = union(masks[first], masks[place])
    merged = Detections(boxes, scores, found.labels, None if masks is None else tuple(masks))
    return merged.take([place for place in range(len(found)) if head.get(place, place) == place])


def _suppressed(found: Detections) -> Detections:
    """One detection a thing, best first: the surest of those that overlap, and no pieces of what was found whole."""
    areas = _areas(found)
    kept: list[int] = []
    for place in np.argsort(-found.scores, kind="stable"):
        alike = [other for other in kept if found.labels[other] == found.labels[place]]
        shared = _shared(found, int(place), alike) if alike else np.zeros(0)
        if not (shared >= SAME * np.maximum(areas[place] + areas[alike] - shared, 1.0)).any():
            kept.append(int(place))
    if found.masks is None:  # the box of somebody behind may well lie in the box of who stands before
        return found.take(kept)
    return found.take([place for place in kept if not _piece(found, place, kept, areas)])


def _piece(found: Detections, place: int, others: Sequence[int], areas: np.ndarray) -> bool:
    """Whether most of a mask lies in a larger one that is sure enough: a tile shows an arm as large as a person."""
    larger = [
        other
        for other in others
        if found.labels[other] == found.labels[place]
        and areas[other] > areas[place]
        and found.scores[other] >= TRUSTED * found.scores[place]
    ]
    return bool(larger) and bool((_shared(found, place, larger) >= NESTED * areas[place]).any())
