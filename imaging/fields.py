"""Smooth fields over a picture: shrunk copies, enlarged ones, and noise of low frequency. All float32."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


def shrink(image: np.ndarray, factor: int) -> np.ndarray:
    """Means of ``factor`` x ``factor`` blocks; HxW or HxWxC in, the last block of a row or column may be smaller."""
    height, width = image.shape[:2]
    rows, columns = np.arange(0, height, factor), np.arange(0, width, factor)
    sums = np.add.reduceat(np.add.reduceat(image, rows, axis=0, dtype=np.float32), columns, axis=1)
    tall = np.diff(np.append(rows, height)).astype(np.float32)
    wide = np.diff(np.append(columns, width)).astype(np.float32)
    count = tall[:, None] * wide
    return sums / (count[..., None] if image.ndim == 3 else count)


def enlarge(field: np.ndarray, height: int, width: int) -> np.ndarray:
    """Bilinear enlargement of hxw or hxwxC to ``height`` x ``width``, the cells' centres kept in place."""
    down, across = _weights(field.shape[0], height), _weights(field.shape[1], width)
    if field.ndim == 2:
        return down @ field @ across.T
    wide = np.stack([down @ field[..., channel] @ across.T for channel in range(field.shape[2])], axis=-1)
    return np.ascontiguousarray(wide)


@lru_cache(maxsize=64)
def _weights(few: int, many: int) -> np.ndarray:
    """many x few: each row's weights of its two neighbours."""
    at = np.clip((np.arange(many) + 0.5) * few / many - 0.5, 0, few - 1)
    low = np.minimum(at.astype(int), max(few - 2, 0))
    weights = np.zeros((many, few), np.float32)
    share = (at - low).astype(np.float32)
    weights[np.arange(many), low] = 1 - share
    if few > 1:
        weights[np.arange(many), low + 1] = share
    return weights


def blur(image: np.ndarray, factor: int) -> np.ndarray:
    """A wide, cheap blur of about ``factor`` pixels: shrunk and enlarged again."""
    return enlarge(shrink(image, factor), *image.shape[:2])


def noise(
    height: int, width: int, cell: float, rng: np.random.Generator, octaves: int = 4, stretch: float = 1.0
) -> np.ndarray:
    """float32 HxW in about -1..1: sum of octaves of value noise, the coarsest with cells of ``cell`` pixels.

    ``stretch`` above 1 makes the cells wider than tall.
    """
    total = np.zeros((height, width), np.float32)
    size, weight, sum_of_weights = cell, 1.0, 0.0
    for _ in range(octaves):
        rows, columns = int(height / size) + 2, int(width / (size * stretch)) + 2
        grid = rng.uniform(-1, 1, (rows, columns)).astype(np.float32)
        total += weight * (_smooth(rows, height, size) @ grid @ _smooth(columns, width, size * stretch).T)
        sum_of_weights += weight
        size, weight = max(size / 2.2, 1.5), weight * 0.5
    return total * np.float32(1.6 / sum_of_weights)


def _smooth(few: int, many: int, size: float) -> np.ndarray:
    """many x few weights with a smooth step between neighbours: no creases along the grid."""
    at = (np.arange(many) + 0.5) / size
    low = np.minimum(at.astype(int), few - 2)
    share = at - low
    share = (share * share * (3 - 2 * share)).astype(np.float32)
    weights = np.zeros((many, few), np.float32)
    weights[np.arange(many), low] = 1 - share
    weights[np.arange(many), low + 1] = share
    return weights
