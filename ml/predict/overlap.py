"""How much boxes and masks overlap, and which of several detections of one thing stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from .detections import Crop, Detections

DOUBLED = 0.5
"""Detections of one category that overlap by more than this (IoU of boxes) are one thing: the network's own rule."""


def box_areas(boxes: np.ndarray) -> np.ndarray:
    """Square pixels of Nx4 boxes, float64 N."""
    sides = np.maximum(boxes[:, 2:].astype(float) - boxes[:, :2], 0)
    return sides[:, 0] * sides[:, 1]


def box_intersections(ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Square pixels that each of Nx4 boxes shares with each of Mx4, float64 NxM."""
    ones, others = np.asarray(ones, float), np.asarray(others, float)
    low = np.maximum(ones[:, None, :2], others[None, :, :2])
    high = np.minimum(ones[:, None, 2:], others[None, :, 2:])
    sides = np.maximum(high - low, 0)
    return sides[..., 0] * sides[..., 1]


def mask_intersections(ones: Sequence[Crop], others: Sequence[Crop]) -> np.ndarray:
    """Pixels that each of N masks shares with each of M, float64 NxM."""
    found = np.zeros((len(ones), len(others)))
    for row, one in enumerate(ones):
        for column, other in enumerate(others):
            left, top = max(one.left, other.left), max(one.top, other.top)
            right, bottom = min(one.right, other.right), min(one.bottom, other.bottom)
            if left < right and top < bottom:
                mine = one.solid[top - one.top : bottom - one.top, left - one.left : right - one.left]
                its = other.solid[top - other.top : bottom - other.top, left - other.left : right - other.left]
                found[row, column] = np.count_nonzero(mine & its)
    return found


def iou(shared: np.ndarray, ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Intersection over union, NxM, of what is shared (NxM) and the areas N and M; 0 where both are empty."""
    total = ones[:, None] + others[None, :] - shared
    return np.divide(shared, total, out=np.zeros_like(shared), where=total > 0)


def suppressed(found: Detections, limit: float = DOUBLED) -> Detections:
    """One detection a thing: of those that overlap by more than ``limit`` within a category the highest score stays.

    The network does this for its own categories; where several of them are read as one, the same person may be found
    as both.
    """
    order = np.argsort(-found.scores, kind="stable")
    areas = box_areas(found.boxes)
    overlaps = iou(box_intersections(found.boxes, found.boxes), areas, areas)
    kept: list[int] = []
    for place in order:
        if not any(overlaps[place, other] > limit and found.labels[place] == found.labels[other] for other in kept):
            kept.append(int(place))
    return found.take(kept)


def distinct(found: Detections, parts: Collection[str], limit: float = DOUBLED) -> Detections:
    """One answer a thing: of a person found as rescuer and as civilian the surer one stays, best first.

    Judged by masks (IoU over ``limit``), by boxes where there are none. ``parts`` (what others wear) are left alone.
    """
    order = [int(place) for place in np.argsort(-found.scores, kind="stable")]
    wholes = [place for place in order if found.labels[place] not in parts]
    chosen = found.take(wholes)
    if chosen.masks is None:
        areas = box_areas(chosen.boxes)
        shared = box_intersections(chosen.boxes, chosen.boxes)
    else:
        areas = np.array([float(mask.area) for mask in chosen.masks])
        shared = mask_intersections(chosen.masks, chosen.masks)
    overlaps = iou(shared, areas, areas)
    kept: list[int] = []
    for row in range(len(wholes)):
        if not kept or overlaps[row, kept].max() <= limit:
            kept.append(row)
    stay = {wholes[row] for row in kept}
    return found.take([place for place in order if place in stay or found.labels[place] in parts])
