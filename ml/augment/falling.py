"""Rain and snow of imaging/particles.py, drawn fast enough for every picture.

What falls slowly is thousands of points, added up; streaks are lines, and near ones, out of focus, thick soft lines.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from imaging.particles import Cloud

_LEVELS = 16
FAINTEST = 1 / 255
"""Particles that cover less of a pixel than this are not drawn."""
_FINE = 1.1
"""Radius, pixels, up to which a particle is about as wide as a pixel; larger ones are out of focus."""
_SHORT = 2.0
"""Length, pixels, below which a path is a point."""


def cover(cloud: Cloud, depth: np.ndarray, size: tuple[int, int], extinction: float) -> np.ndarray:
    """uint8 HxW: share of each pixel that particles cover, of 255, in a picture of ``size`` (width, height).

    ``depth``: float32 metres at any size. A particle is hidden or not as a whole, by the depth at its middle.
    """
    width, height = size
    rows, columns = depth.shape
    x = np.clip((cloud.x0 + cloud.x1) * np.float32(0.5 * columns / width), 0, columns - 1).astype(np.intp)
    y = np.clip((cloud.y0 + cloud.y1) * np.float32(0.5 * rows / height), 0, rows - 1).astype(np.intp)
    strength = cloud.opacity * np.exp(cloud.distance * np.float32(-extinction))
    seen = np.flatnonzero((depth[y, x] > cloud.distance) & (strength > FAINTEST))
    path = np.stack([getattr(cloud, name)[seen] for name in ("x0", "y0", "x1", "y1")])
    strength, radius, distance = strength[seen], cloud.radius[seen], cloud.distance[seen]
    length = np.hypot(path[2] - path[0], path[3] - path[1])
    near = radius >= _FINE
    short = ~near & (length < _SHORT)
    long = ~near & ~short
    area = strength * radius * (np.float32(np.pi) * radius + 2 * length)
    layer = _points(size, (path[0, short] + path[2, short]) / 2, (path[1, short] + path[3, short]) / 2, area[short])
    _lines(layer, path[:, long], np.minimum(2 * strength * radius, 0.95)[long])
    if near.any():
        order = np.flatnonzero(near)
        order = order[np.argsort(-distance[order], kind="stable")]  # far ones first
        layer = cv2.max(layer, _blurred(size, path[:, order], strength[order], radius[order]))
    return layer


def _points(size: tuple[int, int], x: np.ndarray, y: np.ndarray, cover: np.ndarray) -> np.ndarray:
    """uint8 HxW: N points, each sharing its cover (pixels) among the four pixels beside it."""
    width, height = size
    if not x.size:
        return np.zeros((height, width), np.uint8)
    wide, tall = width + 4, height + 4  # a margin of two pixels takes what falls out of the picture
    x, y = np.clip(x + np.float32(1.5), 0, wide - 2), np.clip(y + np.float32(1.5), 0, tall - 2)
    left, top = x.astype(np.int32), y.astype(np.int32)
    first = top * wide + left
    right, below = (x - left) * cover, (y - top) * cover
    corner = (x - left) * below
    places = np.concatenate([first, first + 1, first + wide, first + wide + 1])
    covers = np.concatenate([cover - right - below + corner, right - corner, below - corner, corner])
    total = np.bincount(places, covers, minlength=wide * tall).reshape(tall, wide)
    return cv2.convertScaleAbs(total[2:-2, 2:-2], alpha=255)


def _lines(layer: np.ndarray, path: np.ndarray, strength: np.ndarray) -> None:
    """Draw lines of one pixel along ``path`` (4xN) into the layer, the faintest first, in groups of one strength."""
    if not strength.size:
        return
    top = float(strength.max())
    level = np.minimum(strength * np.float32(_LEVELS / top), _LEVELS - 1).astype(np.uint8)
    order = np.argsort(level, kind="stable")
    ends = list(np.rint(path.T[order] * 16 - 8).astype(np.int32).reshape(-1, 2, 2))
    stops = np.searchsorted(level[order], np.arange(_LEVELS + 1)).tolist()
    for number, (start, stop) in enumerate(pairwise(stops)):
        if stop > start:
            value = round(255 * top * (number + 0.5) / _LEVELS)
            cv2.polylines(layer, ends[start:stop], False, value, 1, cv2.LINE_AA, 4)


def _blurred(size: tuple[int, int], path: np.ndarray, strength: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """uint8 HxW: thick soft lines along ``path`` (4xN), drawn at half the size."""
    width, height = size
    small = np.zeros((height // 2 + 1, width // 2 + 1), np.uint8)
    ends = np.rint(path.T * 8 - 8).astype(np.int32).reshape(-1, 2, 2)
    thick = np.maximum(np.rint(radius), 1).astype(int).tolist()
    values = (255 * strength).tolist()
    for (one, other), value, wide in zip(ends.tolist(), values, thick, strict=True):
        cv2.line(small, one, other, value, wide, cv2.LINE_AA, 4)
    small = cv2.GaussianBlur(small, (0, 0), 1.2)
    return cv2.resize(small, (2 * small.shape[1], 2 * small.shape[0]))[:height, :width]
