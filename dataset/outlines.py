"""Masks to polygons and back: one outline that every reader rasterises to exactly the mask it came from.

Tools disagree on where a polygon's corner lies: some test pixel centres, some pixel edges, some cut coordinates down
to integers. One outline is right for all of them. Trace the cracks between the pixels, then put a left or top edge of
pixel ``i`` at ``i`` and a right or bottom edge after pixel ``j`` at ``j + 0.75``. skimage.draw.polygon, pycocotools,
cv2.fillPoly after ``int()``, PIL and rasterio all give the mask back, at every size.

A polygon is a closed ring of ``(x, y)`` in pixels, (0, 0) at the picture's top-left corner, the first point not
repeated. One polygon an 8-connected piece: pixels that touch at a corner are joined by a bridge of no width across
that corner, holes by a keyhole bridge inside one row of solid pixels. numpy only, since this runs inside Blender.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

Point = tuple[float, float]
Polygon = tuple[Point, ...]

INSET = 0.25
"""How far before the crack a right or bottom edge lies: pixel j ends at j + 1 - INSET."""
BRIDGE = 0.25
"""Where in its pixel row a keyhole bridge runs: off every edge (those lie at 0 and 0.75), so it crosses none."""

# A corner between four pixels is numbered TL + 2 TR + 4 BL + 8 BR (1 where solid). Corners where the outline turns:
_ONE_VERTEX = np.array([code in (1, 2, 4, 7, 8, 11, 13, 14) for code in range(16)])
# Two pixels that touch only here turn the outline twice, once around each. Of a pair, numbered as its lone pixel:
_FIRST = {9: 1, 6: 4}  # the vertex that ends the run on its left
_SECOND = {9: 8, 6: 2}  # the vertex that starts the run on its right
# Whether the vertical edge at a vertex is a right edge, the horizontal one a bottom edge (set back by INSET).
_RIGHT = np.array([code in (1, 4, 7, 13) for code in range(16)])
_BOTTOM = np.array([code in (1, 2, 7, 11) for code in range(16)])


def bounds(mask: np.ndarray) -> tuple[int, int, int, int] | None:
    """``(x, y, width, height)`` of the solid pixels of a bool HxW mask; None when there are none."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(mask[top:bottom].any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    return left, top, right - left, bottom - top


def outlines(mask: np.ndarray) -> list[Polygon]:
    """Polygons of a bool HxW mask, one an 8-connected piece, in order of their topmost-leftmost pixels.

    Every reader named above gets the mask back exactly; so does ``fill``. An empty mask gives no polygons.
    """
    return trace(mask)[0]


def trace(mask: np.ndarray) -> tuple[list[Polygon], int]:
    """``outlines`` and how many holes they go around (8-connected background enclosed by one 4-connected piece)."""
    box = bounds(mask)
    if box is None:
        return [], 0
    left, top, width, height = box
    solid = np.zeros((height + 2, width + 2), np.uint8)
    solid[1:-1, 1:-1] = mask[top : top + height, left : left + width]
    rings = _Rings(solid)
    holes = rings.bridge()
    return rings.polygons(left, top), holes


def loops(mask: np.ndarray) -> list[np.ndarray]:
    """Closed rings along the cracks between solid and other pixels of a bool HxW mask, int Nx2 of (x, y).

    Pixel ``j`` covers ``j .. j + 1``. Solid lies on the right of the way, so outer rings run clockwise on the screen
    and holes, which are rings of their own here, the other way. Pixels that touch at a corner only are apart.
    """
    box = bounds(mask)
    if box is None:
        return []
    left, top, width, height = box
    rings = _Rings(np.pad(mask[top : top + height, left : left + width], 1).astype(np.uint8))
    corners = np.stack([rings.corner_x + left, rings.corner_y + top], axis=1)
    found = []
    for start in rings._number()[1]:
        way, vertex = [start], rings.following[start]
        while vertex != start:
            way.append(vertex)
            vertex = rings.following[vertex]
        found.append(corners[way])
    return found


class _Rings:
    """The outline's rings as a linked list of vertices: ``following[v]`` comes after ``v``.

    ``solid`` is padded by one pixel; corner (x, y) here is the top-left corner of pixel (x, y) of the unpadded crop.
    Clockwise on the screen around solid pixels: top edges go right, right edges down, bottom edges left, left edges up.
    """

    def __init__(self, solid: np.ndarray) -> None:
        self.solid = solid
        code = solid[:-1, :-1] + 2 * solid[:-1, 1:] + 4 * solid[1:, :-1] + 8 * solid[1:, 1:]
        pairs = (code == 9) | (code == 6)
        self.forks = bool(pairs.any())
        # Row by row, left to right; the two vertices of a pair stand next to each other.
        at = np.flatnonzero((_ONE_VERTEX[code] | pairs).ravel())
        kind = code.ravel()[at]
        if self.forks:
            twice = (kind == 9) | (kind == 6)
            at, kind = self._split(at, kind, twice)
        self.stride = code.shape[1]
        self.corner_y, self.corner_x = np.divmod(at, self.stride)
        self.kind = kind
        right, bottom = _RIGHT[kind], _BOTTOM[kind]
        self.x = (self.corner_x - INSET * right).tolist()
        self.y = (self.corner_y - INSET * bottom).tolist()

        following = np.empty(len(at), np.intp)
        # Along a row vertices pair up to horizontal edges: an even one starts an edge that the next, odd one ends.
        first, last = np.arange(0, len(at), 2), np.arange(1, len(at), 2)
        self._link(following, first, last, forward=~bottom[first])
        # Along a column likewise; of a pair, the vertex around the upper pixel comes first.
        below = (kind == 4) | (kind == 8) if self.forks else np.zeros(len(at), bool)
        self.columns = self.corner_x * (2 * code.shape[0]) + 2 * self.corner_y + below
        self.by_column = np.argsort(self.columns, kind="stable")
        self.columns = self.columns[self.by_column]
        first, last = self.by_column[0::2], self.by_column[1::2]
        self._link(following, first, last, forward=right[first])
        self.following: list[int] = following.tolist()

    @staticmethod
    def _split(at: np.ndarray, kind: np.ndarray, twice: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Repeat the corners where two pixels touch, one vertex around each."""
        count = np.where(twice, 2, 1)
        ends = np.cumsum(count) - 1
        at, out = np.repeat(at, count), np.repeat(kind, count)
        for code in (9, 6):
            where = ends[kind == code]
            out[where - 1], out[where] = _FIRST[code], _SECOND[code]
        return at, out

    @staticmethod
    def _link(following: np.ndarray, first: np.ndarray, last: np.ndarray, forward: np.ndarray) -> None:
        following[first[forward]] = last[forward]
        following[last[~forward]] = first[~forward]

    def bridge(self) -> int:
        """Join rings: every hole to what lies left of it, then pieces that touch at a corner. Returns the holes."""
        ring, starts = self._number()
        # The first vertex of a hole, row by row, always has three solid neighbours and the hole to its lower right.
        holes = [start for start in starts if self.kind[start] == 7]
        group = list(range(len(starts)))
        for hole in holes:
            self._join(group, ring[self._keyhole(hole)], ring[hole])
        if self.forks:
            same = np.flatnonzero(np.diff(self.corner_y * self.stride + self.corner_x) == 0).tolist()
            for first in same:
                if self._join(group, ring[first], ring[first + 1]):
                    self._splice(first, first + 1)
        roots = {_find(group, number) for number in range(len(starts))}
        self.starts = [starts[number] for number in sorted(roots)]
        return len(holes)

    def _number(self) -> tuple[list[int], list[int]]:
        """The ring of every vertex and each ring's first vertex; rings in order of those."""
        following = self.following
        ring, starts = [-1] * len(following), []
        for start in range(len(following)):
            if ring[start] >= 0:
                continue
            vertex, number = start, len(starts)
            starts.append(start)
            while ring[vertex] < 0:
                ring[vertex] = number
                vertex = following[vertex]
        return ring, starts

    @staticmethod
    def _join(group: list[int], one: int, other: int) -> bool:
        """Union of two rings' groups, named by the earliest ring; False when they were one already."""
        one, other = _find(group, one), _find(group, other)
        group[max(one, other)] = min(one, other)
        return one != other

    def _keyhole(self, hole: int) -> int:
        """Bridge from the left side of a hole's first pixel to the solid run's start; returns a vertex over there.

        What is met there lies higher, or left of it in the same row, so bridges never form a circle. Holes come
        row by row, so a lower bridge to the same edge (which runs upwards) is inserted before the higher ones.
        """
        x, y = int(self.corner_x[hole]), int(self.corner_y[hole])
        run = int(np.flatnonzero(self.solid[y + 1, : x + 1] == 0)[-1])  # padded column left of the run = its start
        top = int(np.searchsorted(self.columns, run * (2 * (self.solid.shape[0] - 1)) + 2 * y + 1, side="right")) - 1
        foot = int(self.by_column[top + 1])
        near = self._insert(hole, x - INSET, y + BRIDGE)
        far = self._insert(foot, float(run), y + BRIDGE)
        self._splice(far, near)
        return foot

    def _insert(self, before: int, x: float, y: float) -> int:
        """A new vertex after ``before``."""
        self.x.append(x)
        self.y.append(y)
        self.following.append(self.following[before])
        self.following[before] = len(self.x) - 1
        return self.following[before]

    def _splice(self, here: int, there: int) -> None:
        """Walk from ``here`` over to ``there``, all around its ring, back over the same bridge, and on."""
        after = self.following[here]
        twin = self._insert(there, self.x[there], self.y[there])
        back = self._insert(there, self.x[here], self.y[here])
        self.following[here], self.following[back] = twin, after

    def polygons(self, left: int, top: int) -> list[Polygon]:
        """Walk what ``bridge`` left, one ring a piece; coordinates moved by (left, top)."""
        following = self.following
        xs = [x + left for x in self.x]
        ys = [y + top for y in self.y]
        found = []
        for start in self.starts:
            polygon, vertex = [(xs[start], ys[start])], following[start]
            while vertex != start:
                polygon.append((xs[vertex], ys[vertex]))
                vertex = following[vertex]
            found.append(tuple(polygon))
        return found


def _find(group: list[int], number: int) -> int:
    """The group's earliest ring."""
    while group[number] != number:
        number = group[number]
    return number


def fill(polygons: Iterable[Sequence[Sequence[float]]], shape: tuple[int, int]) -> np.ndarray:
    """Bool HxW mask covered by any of the polygons; gives the mask back exactly for polygons of ``outlines``.

    A pixel counts by its centre at integer coordinates, left and top edges in, right and bottom edges out; even-odd
    within one polygon. What lies outside the frame is left out.
    """
    height, width = shape
    mask = np.zeros(shape, bool)
    for polygon in polygons:
        points = np.asarray(polygon, float).reshape(-1, 2)
        if len(points) < 3:
            continue
        left, top = np.floor(points.min(axis=0)).astype(int)
        right, bottom = np.ceil(points.max(axis=0)).astype(int) + 1
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
        if left < right and top < bottom:
            mask[top:bottom, left:right] |= _scan(points - (left, top), bottom - top, right - left)
    return mask


def _scan(points: np.ndarray, height: int, width: int) -> np.ndarray:
    """Even-odd fill of one polygon: every edge flips all pixels to its right in the rows that it spans."""
    x0, y0 = points.T
    x1, y1 = np.roll(points, -1, axis=0).T
    low, high = np.minimum(y0, y1), np.maximum(y0, y1)
    first = np.clip(np.ceil(low), 0, height).astype(np.intp)
    count = np.clip(np.ceil(high), 0, height).astype(np.intp) - first
    edge = np.repeat(np.arange(len(points)), count)
    row = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    slope = (x1 - x0)[edge] / (y1 - y0)[edge]
    column = np.clip(np.ceil(x0[edge] + (row - y0[edge]) * slope), 0, width).astype(np.intp)
    flips = np.bincount(row * (width + 1) + column, minlength=height * (width + 1)).reshape(height, width + 1)
    return np.cumsum(flips[:, :width], axis=1, dtype=np.uint8) & 1 == 1  # its low bit outlives an overflow


def run_lengths(mask: np.ndarray) -> tuple[int, ...]:
    """COCO's uncompressed RLE of a bool HxW mask: runs down the columns, the first one of zeros (maybe 0 long)."""
    height, width = mask.shape
    columns = np.flatnonzero(mask.any(axis=0))
    if not columns.size:
        return (height * width,)
    left, right = int(columns[0]), int(columns[-1]) + 1
    pixels = np.concatenate(([False], mask[:, left:right].ravel(order="F"), [False]))
    turns = np.flatnonzero(pixels[1:] != pixels[:-1]) + left * height
    counts = np.diff(np.concatenate(([0], turns, [height * width])))
    return tuple((counts if counts[-1] else counts[:-1]).tolist())


def from_run_lengths(counts: Sequence[int], shape: tuple[int, int]) -> np.ndarray:
    """Inverse of ``run_lengths``. Raises ValueError when the counts don't add up to the shape."""
    height, width = shape
    counts = np.asarray(counts, np.int64)
    if counts.sum() != height * width or (counts < 0).any():
        raise ValueError(f"run lengths cover {counts.sum()} pixels, the picture has {width} x {height}")
    values = np.arange(len(counts)) % 2 == 1
    return np.repeat(values, counts).reshape((height, width), order="F")
