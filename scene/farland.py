"""The land beyond the site: a plain with fields and gardens, rising to hills under haze.

Everything out there shares one light material and few meshes: at some fifty metres and more a picture can't tell.
"""

from __future__ import annotations

import bpy
import numpy as np

from .materials import far_material
from .meshes import Piece, to_object
from .noise import fractal
from .shapes import grid_quads, smooth_step

DEEP = -0.5
"""z of the plain around the site, metres: the site's own ground dips to it at its border."""

FLAT = 95.0
"""Metres from the middle to which the plain is level."""

FIELDS = (
    (0.075, 0.100, 0.028),
    (0.115, 0.125, 0.042),
    (0.190, 0.160, 0.085),
    (0.125, 0.092, 0.062),
    (0.060, 0.085, 0.026),
)
WOOD = (0.030, 0.045, 0.018)
HAZE = (0.235, 0.290, 0.350)
"""What a kilometre and more of clear air makes of a hillside in daylight."""

Colour = tuple[float, float, float]


def level(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """z of the land at (x, y), arrays of one shape: flat around the site, wavy beyond, hilly from 400 m on."""
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    p = np.stack([x, y, np.zeros_like(x)], -1)
    away = np.hypot(x, y)
    waves = smooth_step(FLAT, 380.0, away) * 3.0 * fractal(p, 0.006, 2, 3)
    hills = smooth_step(380.0, 1250.0, away) * 62.0 * np.clip(0.42 + fractal(p, 0.0022, 3, 11), 0.04, None)
    return DEEP + waves + hills


def surfaced(piece: Piece, colour: Colour | np.ndarray, hard: float | np.ndarray = 0.0) -> Piece:
    """The piece with what the far material reads: ``colour`` linear (3,) or (n, 3); ``hard`` as in materials.py."""
    count = len(piece.vertices)
    rgba = np.ones((count, 4), np.float32)
    rgba[:, :3] = colour
    piece.points = {"col": rgba, "hard": np.broadcast_to(np.asarray(hard, np.float32), count).copy()}
    return piece


def add_land(soil: Colour, grass: Colour, seed: float, inner: tuple[float, float, float, float],
             collection: bpy.types.Collection) -> bpy.types.Object:  # fmt: skip
    """The land to the horizon, but for what lies well within ``inner`` (x from, to, y from, to: the site's own ground).

    ``soil`` and ``grass`` are what the site's ground has too, so that no line shows; ``seed`` tells sites apart.
    """
    axis = _axis()
    x, y = np.meshgrid(axis, axis, indexing="ij")
    points = np.stack([x, y, level(x, y)], -1).reshape(-1, 3)
    quads = grid_quads(len(axis), len(axis))
    middle = points[quads, :2].mean(1)
    margin = 6.0
    within = (middle[:, 0] > inner[0] + margin) & (middle[:, 0] < inner[1] - margin)
    within &= (middle[:, 1] > inner[2] + margin) & (middle[:, 1] < inner[3] - margin)
    flat = np.stack([x, y, np.zeros_like(x)], -1)
    piece = Piece.quads(points, quads[~within], smooth=True)
    surfaced(piece, _colours(flat, soil, grass, seed).reshape(-1, 3))
    return to_object("Far", piece, [far_material()], collection)


def _axis() -> np.ndarray:
    """Coordinates 4 m apart to 130 m, then wider and wider to 1500 m."""
    out = [0.0]
    while out[-1] < 1500.0:
        out.append(out[-1] + max(4.0, 0.055 * (out[-1] - 60.0)))
    half = np.array(out)
    return np.concatenate([-half[:0:-1], half])


def _colours(p: np.ndarray, soil: Colour, grass: Colour, seed: float) -> np.ndarray:
    """Linear colours (..., 3): soil and grass near the site, fields of 80 m and woods beyond, hills in haze."""
    away = np.hypot(p[..., 0], p[..., 1])[..., None]
    green = np.clip(fractal(p, 0.05, 3, seed + 31) * 4 + 0.75, 0, 1)[..., None]
    near = np.asarray(soil) * (1 - green) + np.asarray(grass) * green
    near = near * (1 + 0.3 * fractal(p, 0.11, 3, seed + 2))[..., None]
    turn = 0.4
    u = (p[..., 0] * np.cos(turn) + p[..., 1] * np.sin(turn) + 22 * fractal(p, 0.008, 2, seed)) / 95
    v = (p[..., 1] * np.cos(turn) - p[..., 0] * np.sin(turn) + 22 * fractal(p, 0.008, 2, seed + 1)) / 140
    cell = np.stack([np.floor(u), np.floor(v), np.full_like(u, seed)], -1)
    drawn = (fractal(cell + 0.5, 0.77, 1) * 0.5 + 0.5) * 0.999
    field = np.asarray(FIELDS)[np.clip((drawn * len(FIELDS)).astype(int), 0, len(FIELDS) - 1)]
    wood = smooth_step(0.05, 0.18, fractal(p, 0.0045, 3, seed + 7) - 0.02)[..., None]
    field = field * (1 - wood) + np.asarray(WOOD) * (1 + 0.4 * fractal(p, 0.05, 2, seed + 9))[..., None] * wood
    out = smooth_step(200.0, 300.0, away)
    colour = near * (1 - out) + field * out
    haze = 0.85 * smooth_step(250.0, 1300.0, away)
    return colour * (1 - haze) + np.asarray(HAZE) * haze
