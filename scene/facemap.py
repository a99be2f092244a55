"""Where on the head what lies: lips, cheeks, beard, lids, oily and thin skin, folds, and the borders of hair.

Painted by position on the unshaped base mesh (decimetres, y up, facing +z), where the eyes' centres lie at
(+-0.31, 7.28, 1.25), the mouth at y = 6.65, the chin at 6.15, the crown at 8.49.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from .body import Base

BODY = 13380
"""The base mesh's body vertices come first."""

COLUMNS = ("x", "y", "z", "lip", "cheek", "stubble", "lids", "oil", "thin", "groove")
"""What ``painted`` gives of each vertex."""

LINE = np.array(
    [(-0.5, 6.72), (0.12, 6.80), (0.24, 7.15), (0.30, 7.52), (0.50, 7.50), (0.55, 7.14), (0.66, 7.12),
     (0.73, 7.50), (0.90, 7.80), (1.15, 7.93), (1.40, 7.96), (2.0, 7.98)]
)  # fmt: skip
"""The hair's border from nape over ear and sideburn to forehead: (z, y)."""

FOLDS = (
    ((0.20, 6.98), (0.33, 6.84), (0.39, 6.66), (0.37, 6.50)),
    ((0.14, 7.20), (0.22, 7.10), (0.36, 7.06), (0.47, 7.12)),
    ((0.055, 7.52), (0.065, 7.44), (0.07, 7.38)),
)
"""Lines (x, y) of one half of the face: from the nose past the mouth, under the eye, between the brows."""

FOLD_WIDTH = (0.050, 0.040, 0.025)


@lru_cache(maxsize=2)
def painted(base: Base) -> np.ndarray:
    """Marks of every base vertex, (n, 10): ``COLUMNS``."""
    x, y, z = base.vertices.T
    side = np.abs(x)
    mouth = base.vertices[13380:13606].mean(0)[1] if len(base.vertices) > 13606 else 6.66
    lip = np.exp(-((side / 0.27) ** 4)) * np.exp(-(((y - mouth) / 0.095) ** 4)) * (z > 1.2)
    nose = np.exp(-((side / 0.17) ** 2 + ((y - 6.98) / 0.17) ** 2)) * (z > 1.35)
    ear = _soft(side, 0.74, 9, 0.03) * _soft(y, 6.8, 7.6, 0.05)
    cheek = np.exp(-(((side - 0.52) / 0.26) ** 2 + ((y - 6.92) / 0.24) ** 2)) * (z > 0.9)
    jaw = _soft(y, 5.95, 7.02, 0.07) * _soft(z, 0.42, 9, 0.09) * (1 - 0.9 * lip)
    jaw *= np.where((y > mouth + 0.10) & (side > 0.34), np.clip(1 - (y - mouth - 0.10) * 2.4 * (z > 0.72), 0, 1), 1)
    jaw *= np.where((y > 6.92) & (side < 0.16), 0.0, 1.0)
    lids = np.zeros(len(x))
    for sign in (1, -1):
        away = np.hypot((x - sign * 0.31) / 0.17, (y - 7.29) / 0.085)
        lids = np.maximum(lids, np.exp(-(((away - 0.95) / 0.28) ** 2)) * (z > 1.0))
    oil = np.exp(-((side / 0.42) ** 4 + ((y - 7.72) / 0.20) ** 2)) * (z > 1.0)
    oil += np.exp(-((side / 0.10) ** 2)) * _soft(y, 6.90, 7.40, 0.05) * (z > 1.4)
    oil += 0.8 * np.exp(-((side / 0.16) ** 2 + ((y - 6.25) / 0.14) ** 2)) * (z > 1.1)
    oil += 0.5 * np.exp(-(((side - 0.50) / 0.16) ** 2 + ((y - 7.02) / 0.12) ** 2)) * (z > 0.9)
    groove = _grooves(side, y) * (z > 1.0)
    marks = [lip, np.clip(cheek + 0.8 * nose + 0.7 * ear, 0, 1), jaw, lids]
    marks += [np.clip(oil, 0, 1), np.clip(ear + 0.6 * nose, 0, 1), groove]
    skin_only = np.arange(len(x)) < BODY
    return np.concatenate([base.vertices, np.stack(marks, 1) * skin_only[:, None]], 1)


def _soft(value: np.ndarray, low: float, high: float, edge: float) -> np.ndarray:
    """1 between two borders, 0 outside, as soft as ``edge``."""
    rise = 1 / (1 + np.exp(np.clip(-(value - low) / edge, -60, 60)))
    return rise / (1 + np.exp(np.clip((value - high) / edge, -60, 60)))


def _grooves(side: np.ndarray, y: np.ndarray) -> np.ndarray:
    """0..1 near the lines in which a face folds."""
    spots = np.stack([side, y], 1)
    found = np.zeros(len(spots))
    for line, width in zip(FOLDS, FOLD_WIDTH, strict=True):
        corners = np.array(line)
        away = np.full(len(spots), np.inf)
        for a, b in pairwise(corners):
            share = np.clip((spots - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
            away = np.minimum(away, np.linalg.norm(spots - a - share[:, None] * (b - a), axis=1))
        found = np.maximum(found, np.exp(-((away / width) ** 2)))
    return found


def scalp(marks: np.ndarray) -> np.ndarray:
    """Above 0 where hair grows; about metres from its border."""
    x, y, z = marks[:, :3].T
    ear = np.where((z > 0.10) & (y < 7.52) & (z < 0.60), 0.735 - np.abs(x), 1.0)
    temple = 0.10 * np.clip((np.abs(x) - 0.25) / 0.3, 0, 1) * (z > 0.9)
    return np.minimum((y - np.interp(z, LINE[:, 0], LINE[:, 1]) - temple) * 0.07, ear * 0.1)


def balding(marks: np.ndarray) -> np.ndarray:
    """The same of somebody who kept only a wreath."""
    _, y, z = marks[:, :3].T
    return np.minimum(scalp(marks), (7.95 - y - 0.25 * z) * 0.08)


def receding(marks: np.ndarray) -> np.ndarray:
    """The same with bare corners at the temples."""
    x, y, z = marks[:, :3].T
    corner = np.exp(-(((np.abs(x) - 0.45) / 0.20) ** 2)) * np.clip((z - 0.45) / 0.5, 0, 1)
    return np.minimum(scalp(marks), (y - 7.96 - 0.24 * corner) * 0.07 + 5.0 * (z < 0.75))


def brow(marks: np.ndarray) -> np.ndarray:
    """The same of eyebrows."""
    x, y, z = marks[:, :3].T
    side = np.abs(x)
    arch = 7.475 + 0.055 * np.sin(np.clip((side - 0.13) / 0.42, 0, 1.3) * np.pi * 0.75)
    half = np.interp(side, (0.13, 0.20, 0.40, 0.56), (0.030, 0.048, 0.040, 0.014))
    return np.where(z > 0.95, np.minimum.reduce([half - np.abs(y - arch), side - 0.135, 0.565 - side]) * 0.1, -0.01)


def beard(marks: np.ndarray) -> np.ndarray:
    """The same of beards."""
    x, y, z = marks[:, :3].T
    ear = np.where((y > 6.78) & (z < 0.66), 0.715 - np.abs(x), 1.0)
    cheek = 6.93 - 0.42 * np.clip((z - 0.62) / 0.5, 0, 1) + 0.10 * np.clip((z - 1.2) / 0.2, 0, 1) - y
    return np.minimum.reduce([(marks[:, 5] - 0.42) * 0.02, ear * 0.1, np.where(z > 0.60, cheek * 0.1, 1.0)])


def moustache(marks: np.ndarray) -> np.ndarray:
    """The same of moustaches."""
    x, y, z = marks[:, :3].T
    side = np.abs(x)
    return np.where(z > 1.2, np.minimum(0.045 - np.abs(y - 6.80 + 0.30 * side**1.5), 0.30 - side) * 0.1, -0.01)


GROWTHS = {
    "hair": scalp,
    "balding": balding,
    "receding": receding,
    "brows": brow,
    "beard": beard,
    "moustache": moustache,
}
