"""Who is carried: the blanket or foil over somebody on a stretcher and the straps that hold them.

Label policy: what covers a patient is worn by them, as clothes are.
"""

from __future__ import annotations

import numpy as np

from . import noise
from .body import Body
from .clothing import HAND
from .fabrics import Colour
from .meshes import Piece, join
from .poses import Posed
from .shapes import grid_quads

HALF, STEP = 0.325, 0.025
"""Half the blanket's width over the stretcher and the size of its cells, metres."""

POLE = 0.262
"""From the middle to where the blanket lies over the stretcher's pole, metres."""

RIM, FALL = 0.052, 0.16
"""Height of the pole over the bed, and how far the blanket hangs beside it, metres."""

STRAPS = (-0.52, -0.10, 0.26)
"""Where straps cross, metres from the hips towards the head."""

BLANKETS: tuple[Colour, ...] = (
    (0.30, 0.29, 0.28), (0.42, 0.08, 0.04), (0.10, 0.16, 0.09), (0.55, 0.20, 0.03), (0.07, 0.10, 0.22),
    (0.50, 0.46, 0.38),
)  # fmt: skip
FOILS: tuple[Colour, ...] = ((0.83, 0.58, 0.16), (0.72, 0.72, 0.70))
"""A rescue blanket's two sides."""

BLANKET, WEBBING = 0, 1
"""Material slots."""


def cover(clothes: list[np.ndarray], body: Body, posed: Posed, draw: np.random.Generator, foil: bool) -> Piece:
    """The blanket over posed clothes (each (n, 3), in the person's frame), from the chest to beyond the feet, with
    straps over it."""
    fists = [place for name, place in zip(body.base.bones, posed.places, strict=True) if name.startswith(HAND)]
    points = np.concatenate([*clothes, np.array(fists) + (0.0, 0.0, 0.03)])
    neck = float(posed.places[body.base.bone("neck_01")][1])
    feet = float(min(posed.places[body.base.bone(f"ball_{side}")][1] for side in "lr"))
    high = neck - float(draw.uniform(0.16, 0.34)) * body.scale
    y = np.arange(feet - 0.10, high, STEP)
    x = np.linspace(-HALF, HALF, 2 * round(HALF / STEP) + 1)
    tops = _tops(points, x, y)
    sheet = _draped(tops, x, y, feet)
    for place in STRAPS:
        sheet -= 0.014 * np.exp(-(((y - place) / 0.035) ** 2))[:, None] * (np.abs(x) < POLE)[None]
    sheet = np.maximum(sheet, tops + 0.004)
    grid = np.stack([np.broadcast_to(x, sheet.shape), np.broadcast_to(y[:, None], sheet.shape), sheet], -1)
    grid = _crumpled(grid, 0.008 if foil else 0.010, 14.0 if foil else 7.0, float(draw.uniform(0, 50)))
    quads = grid_quads(len(y), len(x))[:, ::-1]
    made = Piece.quads(grid.reshape(-1, 3), quads, points={"rest": grid.reshape(-1, 3)}, smooth=not foil)
    return join([made, *(_strap(grid, int(np.argmin(np.abs(y - place)))) for place in STRAPS if place < high - 0.05)])


def _tops(points: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Height of what lies under each node of the grid, (rows, columns); 0 is the bed."""
    column = np.round((points[:, 0] - x[0]) / (x[1] - x[0])).astype(int)
    row = np.round((points[:, 1] - y[0]) / STEP).astype(int)
    inside = (column >= 0) & (column < len(x)) & (row >= 0) & (row < len(y))
    tops = np.zeros((len(y), len(x)))
    np.maximum.at(tops, (row[inside], column[inside]), points[inside, 2])
    wide = np.pad(tops, 1, mode="edge")
    rows, columns = tops.shape
    return np.max([wide[i : i + rows, j : j + columns] for i in range(3) for j in range(3)], axis=0)


def _draped(tops: np.ndarray, x: np.ndarray, y: np.ndarray, feet: float) -> np.ndarray:
    """A cloth pulled tight over ``tops``: down to the poles at its sides, where it hangs beside them."""
    aside = np.clip((np.abs(x) - POLE) / (HALF - POLE), 0, 1)
    floor = np.where(np.abs(x) < POLE, 0.012, RIM - FALL * aside)[None]
    least = np.where((np.abs(x) < POLE)[None], np.maximum(tops + 0.009, floor), np.maximum(floor, -FALL))
    sheet = least.copy()
    fixed = np.broadcast_to((np.abs(x) >= POLE)[None], sheet.shape)
    end = np.clip((feet - 0.02 - y) / 0.05, 0, 1)[:, None]
    for _ in range(24):
        wide = np.pad(sheet, 1, mode="edge")
        mean = (wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]) / 4
        sheet = np.where(fixed, floor, np.maximum(mean - 0.0012, least))
    return sheet * (1 - 0.5 * end)


def _crumpled(grid: np.ndarray, height: float, frequency: float, seed: float) -> np.ndarray:
    """With creases that only rise, so that they never reach what lies below."""
    crease = noise.ridged(grid * (1.0, 0.7, 1.0), frequency, 3, seed)
    grid = grid.copy()
    grid[..., 2] += height * np.clip(crease, 0, None)
    grid[..., 0] += 0.012 * noise.fractal(grid, 5.0, 2, seed + 9) * (np.abs(grid[..., 0]) > POLE)
    return grid


def _strap(grid: np.ndarray, row: int) -> Piece:
    """A strap along a row of the blanket."""
    rows = grid[max(0, row - 2) : row + 3].max(0)
    line = np.stack([grid[row, :, 0], grid[row, :, 1], rows[:, 2] + 0.006], 1)
    edge = np.concatenate([line + (0, 0.024, 0), line - (0, 0.024, 0)])
    k, count = np.arange(len(line) - 1), len(line)
    piece = Piece.quads(edge, np.stack([k + count, k + count + 1, k + 1, k], 1), points={"rest": edge}, smooth=True)
    piece.material = WEBBING
    return piece
