"""The body of a heap: fines and dust under the pieces, as a height over the ground."""

from __future__ import annotations

import numpy as np

from .noise import fractal


def mound(shape: int, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Height 0..about 1.2 of the ``shape``-th mound at (u, v), arrays of one form, in units of its radius.

    About 0.05 at radius 1 and 0 beyond 1.6: lobed outline, uneven top.
    """
    place = np.stack([u, v, np.zeros_like(u)], -1).astype(np.float32)
    away = np.hypot(u, v)
    turn = np.arctan2(v, u)
    ring = np.stack([np.cos(turn), np.sin(turn), np.zeros_like(turn)], -1)
    lobed = away * (1 + 0.22 * fractal(ring, 1.1, 2, 5 + 3 * shape))
    body = np.exp(-((lobed / 0.62) ** 2.0)) * (1 + 0.40 * fractal(place, 1.9, 3, 11 + shape))
    fade = np.clip((1.6 - away) / 0.5, 0, 1)
    return (0.92 * body + 0.035 * fractal(place, 5.5, 2, 23 + shape) * np.exp(-(away**4))) * fade


def roughness(x: np.ndarray, y: np.ndarray, away: np.ndarray) -> np.ndarray:
    """Metres of unevenness at world (x, y) on the fines' surface; ``away`` in radii."""
    place = np.stack([x, y, np.zeros_like(x)], -1)
    lumps = 0.07 * fractal(place, 2.6, 2, 8) + 0.05 * fractal(place, 7.5, 2, 3)
    crumbs = 0.035 * np.clip(fractal(place, 13, 1, 6), 0, 1)
    return (lumps + crumbs) * np.exp(-((away / 1.15) ** 4))
