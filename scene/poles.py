"""Poles along the street and the wires between them."""

from __future__ import annotations

import numpy as np

from ..dataset.spec import stream
from .meshes import Piece, join
from .shapes import CAST, OTHER, bevelled, dressed, lathe, tube

SPAN = 18.0
"""Distance of two poles, metres: dataset/layout.py puts them so."""

TALL = 8.2
ARM = 7.6
"""z of the crossarm."""

PLAIN, PAINT, SITE = range(3)
CONCRETE = (0.33, 0.32, 0.30)
WIRE = (0.010, 0.010, 0.011)

OUTERMOST = 20.0
"""Poles farther than this from the middle carry the wires on to the horizon."""


def side_of(x: float) -> int:
    """-1 and 1 for the outermost poles, 0 between."""
    return 0 if abs(x) < OUTERMOST else int(np.sign(x))


def pole(side: int) -> Piece:
    """A concrete pole with crossarm, lamp and half of the wires to either side; more poles beyond the outermost."""
    pieces = [*_post(0.0), *_wires(0.0, -1, 0.5), *_wires(0.0, 1, 0.5)]
    for number in range(1, 5 if side else 1):
        away = side * number * SPAN
        pieces += [*_post(away), *_wires(away, -side, 0.5), *_wires(away, side, 0.5)]
    return join(pieces)


def _post(x: float) -> list[Piece]:
    post = _put(
        lathe(np.array([[0.17, -0.4], [0.165, 0.0], [0.11, TALL], [0.10, TALL + 0.02], [0.005, TALL + 0.03]]), 12),
        x,
        CONCRETE,
        SITE,
        CAST,
    )
    pieces = [post]
    arm = bevelled((0.09, 2.0, 0.09), 0.008, (0.1, 0.0, ARM))
    pieces.append(_put(arm, x, (0.16, 0.15, 0.14), PLAIN, OTHER))
    for y in (-0.85, 0.0, 0.85):
        bell = lathe(np.array([[0.012, 0.0], [0.012, 0.06], [0.045, 0.07], [0.03, 0.12], [0.04, 0.13], [0.02, 0.17],
                               [0.003, 0.175]]), 8)  # fmt: skip
        bell.vertices += [0.1, y, ARM + 0.04]
        pieces.append(_put(bell, x, (0.42, 0.41, 0.38), PLAIN, OTHER))
    bracket = tube(np.array([[0, -0.05, 6.6], [0, -0.7, 7.3], [0, -1.3, 7.45]]), 0.025, 6)
    pieces.append(_put(bracket, x, (0.2, 0.2, 0.2), PLAIN, OTHER))
    lamp = bevelled((0.2, 0.55, 0.11), 0.03, (0.0, -1.5, 7.44))
    pieces.append(_put(lamp, x, (0.28, 0.29, 0.30), PLAIN, OTHER))
    return pieces


def _wires(x: float, side: int, share: float) -> list[Piece]:
    """From the pole to the middle of the span, where the next pole's wires meet them."""
    sags = stream(3, "wires").uniform(0.35, 0.8, 4)
    pieces = []
    for number, y in enumerate((-0.85, 0.0, 0.85, 0.12)):
        part = np.linspace(0, share, 9)
        level = ARM + 0.2 if number < 3 else ARM - 1.3
        z = level - sags[number] * 4 * part * (1 - part)
        wire = tube(np.stack([side * part * SPAN + 0.1, np.full(9, y), z], -1), 0.011 if number < 3 else 0.018, 3)
        pieces.append(_put(wire, x, WIRE, PLAIN, OTHER))
    return pieces


def _put(piece: Piece, x: float, colour: tuple[float, float, float], slot: int, kind: float) -> Piece:
    piece.vertices = piece.vertices + [x, 0.0, 0.0]
    piece.material = slot
    return dressed(piece, colour, kind)
