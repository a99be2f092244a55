"""Teeth, which show when somebody speaks or shouts."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .body import Base, Body
from .meshes import Piece, join
from .shapes import grid_quads
from .strands import Strands, scalp

COLUMNS = 15
ROWS = ((1.5245, 1.5150, 0.0), (1.5110, 1.5045, 0.0022))
"""Upper and lower teeth on the average head: from, to, metres high, and how far back."""

FRONT = -0.1445


@lru_cache(maxsize=2)
def _arches(base: Base) -> Strands:
    """Both rows as lines of three points across."""
    share = np.linspace(-1, 1, COLUMNS)
    lines = []
    for high, low, back in ROWS:
        x = 0.0255 * np.sin(share * 1.35)
        y = FRONT + back + 0.026 * (1 - np.cos(share * 1.35))
        lines += [np.stack([x, y + 0.001 * (z == high), np.full(COLUMNS, z)], 1) for z in (high, (high + low) / 2, low)]
    found = np.stack(lines)
    return Strands(found, np.zeros_like(found), np.zeros(len(found)), *scalp(base).carried(found, base))


def teeth(body: Body, turns: np.ndarray, places: np.ndarray) -> Piece:
    """Both rows in the posed head; they move with the lips before them."""
    lines, _ = _arches(body.base).on(body, turns, places)
    quads = grid_quads(3, COLUMNS)
    return join([Piece.quads(lines[part : part + 3].reshape(-1, 3), quads, smooth=True) for part in (0, 3)])
