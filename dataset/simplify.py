"""Fewer corners for an outline, as few as a wanted overlap with the mask allows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from . import outlines
from .outlines import Polygon

STEPS = 12
"""Halvings of the tolerance: fine enough to tell 2 ** 12 tolerances apart."""


def simplify(polygons: Sequence[Polygon], mask: np.ndarray, bound: float) -> list[Polygon]:
    """The same polygons with the largest Douglas-Peucker tolerance that keeps IoU with ``mask`` at ``bound`` or more.

    ``polygons`` come from ``outlines.outlines(mask)``; ``mask`` is bool HxW; IoU is that of ``outlines.fill``. One
    tolerance for all pieces, found by bisection; ``bound`` 1 or more gives the polygons back. Ends of bridges stay.
    """
    box = outlines.bounds(mask)
    if bound >= 1 or box is None:
        return list(polygons)
    left, top, width, height = box
    crop = mask[top : top + height, left : left + width]
    rings = [np.asarray(polygon) - (left, top) for polygon in polygons]
    weights = [significance(ring) for ring in rings]
    tolerances = np.unique(np.concatenate(weights))
    tolerances = tolerances[np.isfinite(tolerances)]
    low, high = -1, len(tolerances) - 1  # tolerances[low] is known to do (-1: all vertices stay)
    for _ in range(STEPS):
        if low == high:
            break
        middle = (low + high + 1) // 2
        thinned = [_thin(ring, weight, tolerances[middle]) for ring, weight in zip(rings, weights, strict=True)]
        if iou(outlines.fill(thinned, crop.shape), crop) >= bound:
            low = middle
        else:
            high = middle - 1
    if low < 0:
        return list(polygons)
    thinned = [_thin(ring, weight, tolerances[low]) for ring, weight in zip(rings, weights, strict=True)]
    return [tuple(map(tuple, (ring + (left, top)).tolist())) for ring in thinned]


def iou(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union of two bool masks; 1.0 when both are empty."""
    union = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / union) if union else 1.0


def significance(ring: np.ndarray) -> np.ndarray:
    """For every vertex of a closed Nx2 ring the Douglas-Peucker tolerance below which it stays; inf for anchors.

    Anchors are the ends of bridges (points that occur twice: moving one would open the bridge), or, where there are
    none, the first vertex, the one farthest from it, and the one farthest from the line between both.
    """
    count = len(ring)
    weight = np.zeros(count)
    anchors = _anchors(ring)
    weight[anchors] = np.inf
    spans = [(a, b, np.inf) for a, b in zip(anchors, [*anchors[1:], anchors[0] + count], strict=True)]
    while spans:
        first, last, limit = spans.pop()
        if last - first < 2:
            continue
        inner = np.arange(first + 1, last) % count
        distance = _distance(ring[inner], ring[first % count], ring[last % count])
        farthest = int(distance.argmax())
        value = min(float(distance[farthest]), limit)  # never above its parents: a vertex can't outlive them
        weight[inner[farthest]] = value
        middle = first + 1 + farthest
        spans += [(first, middle, value), (middle, last, value)]
    return weight


def _anchors(ring: np.ndarray) -> list[int]:
    _, index, times = np.unique(ring, axis=0, return_inverse=True, return_counts=True)
    bridged = np.flatnonzero(times[index.ravel()] > 1).tolist()
    if len(bridged) > 1:
        return bridged
    far = int(((ring - ring[0]) ** 2).sum(axis=1).argmax())
    wide = int(_distance(ring, ring[0], ring[far]).argmax())
    return sorted({0, far, wide})


def _distance(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Distance of Nx2 points from the segment between two points."""
    along = end - start
    length = float(along @ along)
    offset = points - start
    share = np.clip(offset @ along / length, 0, 1) if length else np.zeros(len(points))
    return np.hypot(*(offset - share[:, None] * along).T)


def _thin(ring: np.ndarray, weight: np.ndarray, tolerance: float) -> np.ndarray:
    """The vertices that matter more than the tolerance; three at least, or the ring as it is."""
    kept = ring[weight > tolerance]
    return kept if len(kept) >= 3 else ring
