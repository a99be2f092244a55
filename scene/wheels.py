"""Wheels: tyre, rim and spokes; whole, flat or burnt down to the rim."""

from __future__ import annotations

import numpy as np

from .meshes import Piece, join
from .shapes import OTHER, bevelled, dressed, lathe, rotation

RUBBER = (0.016, 0.016, 0.017)
ALLOY = (0.26, 0.265, 0.27)
STEEL = (0.16, 0.16, 0.165)
DARK = (0.008, 0.008, 0.008)

PAINT, PLAIN, GLASS, LAMP = range(4)
"""Material slots of a vehicle's mesh, in the order of vehicles.py."""


def wheel(radius: float, width: float, spokes: int, colour: tuple[float, float, float], burnt: float) -> Piece:
    """A wheel about the origin, its axle along y and its outside towards +y.

    ``spokes`` 0 makes a pressed steel disc with holes' shadows; ``burnt`` 0 new, 1 without a tyre and rusty.
    """
    rim = radius * 0.66
    parts = [_turned(_rim_profile(rim, width), STEEL if burnt else colour, burnt)]
    if burnt < 0.5:
        parts.append(_turned(_tyre_profile(radius, rim, width), RUBBER, 0.0))
    face = 0.5 * width - 0.035
    parts.append(_disc(rim * 0.96, face - 0.075, DARK, burnt))
    if spokes:
        parts += [_spoke(rim, face, 2 * np.pi * n / spokes, colour, burnt) for n in range(spokes)]
    else:
        parts.append(_turned(np.array([[0.02, face - 0.02], [rim * 0.45, face], [rim * 0.7, face - 0.03],
                                       [rim * 0.97, face - 0.055]]), colour, burnt))  # fmt: skip
        parts += [_hole(rim, face, 2 * np.pi * n / 8) for n in range(8)]
    parts.append(_turned(np.array([[0.075, face - 0.04], [0.07, face + 0.008], [0.005, face + 0.014]]), colour, burnt))
    return join(parts)


def flattened(piece: Piece, radius: float) -> Piece:
    """The wheel let down: its lower part pressed wide, the axle ``sunk(radius)`` lower over the ground."""
    vertices = piece.vertices.copy()
    floor = -radius + sunk(radius)
    low = np.clip((floor - vertices[:, 2]) / sunk(radius), 0, 1)
    vertices[:, 2] = np.maximum(vertices[:, 2], floor)
    vertices[:, 0] *= 1 + 0.12 * low
    vertices[:, 1] *= 1 + 0.30 * low
    piece.vertices = vertices
    return piece


def sunk(radius: float) -> float:
    """How much lower an axle with a flat tyre lies."""
    return 0.2 * radius


def well(radius: float, width: float) -> Piece:
    """The dark inside of a wheel arch, axle along y, open towards +y."""
    ring = radius + 0.07
    lining = _turned(np.array([[ring, 0.5 * width], [ring, -0.6 * width], [0.02, -0.62 * width]]), DARK, 0.0)
    # only the upper part: the rest would stick in the ground
    lining.vertices[:, 2] = np.maximum(lining.vertices[:, 2], -0.5 * radius)
    return lining


def _turned(profile: np.ndarray, colour: object, burnt: float) -> Piece:
    """A lathe whose axis is y; the profile is (radius, y)."""
    piece = lathe(profile, 24).moved(rotation((1, 0, 0), -np.pi / 2))
    piece.material = PAINT if burnt else PLAIN
    return dressed(piece, colour, OTHER, burnt)


def _disc(radius: float, y: float, colour: object, burnt: float) -> Piece:
    return _turned(np.array([[radius, y], [0.01, y]]), colour, burnt)


def _tyre_profile(radius: float, rim: float, width: float) -> np.ndarray:
    """Half-round shoulders and four shallow grooves, from the inner bead over the tread to the outer bead."""
    half = width / 2
    bulge = [(rim, -half + 0.02), (0.5 * (rim + radius), -half - 0.008), (radius - 0.02, -half + 0.01)]
    tread = []
    for start in np.linspace(-half + 0.03, half - 0.03, 5)[:-1]:
        step = (width - 0.06) / 4
        tread += [(radius, start), (radius, start + step * 0.8), (radius - 0.009, start + step * 0.82),
                  (radius - 0.009, start + step * 0.98)]  # fmt: skip
    tread[-2:] = [(radius, half - 0.03)]
    other = [(r, -y) for r, y in reversed(bulge)]
    return np.array(bulge + tread + other)


def _rim_profile(rim: float, width: float) -> np.ndarray:
    half = width / 2
    return np.array(
        [
            (rim * 0.9, -half + 0.02),
            (rim * 1.03, -half + 0.015),
            (rim * 0.93, -half * 0.5),
            (rim * 0.93, half * 0.4),
            (rim * 1.035, half - 0.018),
            (rim * 0.985, half - 0.010),
            (rim * 0.94, half - 0.03),
            (rim * 0.90, half * 0.1),
        ]
    )


def _spoke(rim: float, face: float, angle: float, colour: object, burnt: float) -> Piece:
    bar = bevelled((rim * 0.92, 0.028, rim * 0.15), 0.008, (rim * 0.5, face - 0.02, 0))
    # spokes lean in towards the rim and widen at the hub
    vertices = bar.vertices
    vertices[:, 1] -= 0.018 * vertices[:, 0] / rim
    vertices[:, 2] *= 1.35 - 0.6 * vertices[:, 0] / rim
    bar = bar.moved(rotation((0, 1, 0), angle))
    bar.material = PAINT if burnt else PLAIN
    return dressed(bar, colour, OTHER, burnt)


def _hole(rim: float, face: float, angle: float) -> Piece:
    disc = _disc(0.028, face - 0.038, DARK, 0.0)
    offset = np.eye(4)
    offset[:3, 3] = (rim * 0.83 * np.cos(angle), 0.008, rim * 0.83 * np.sin(angle))
    return disc.moved(offset)
