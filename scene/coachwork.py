"""Putting a vehicle together: sheets, trim, lamps, seams and cabin on a body's curves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .bodywork import MIRROR, Field, Map, Shape, sheet
from .meshes import Piece
from .shapes import OTHER, bevelled, box, dressed, rotation, tube
from .wheels import DARK, GLASS, PAINT, PLAIN, flattened, sunk, well, wheel

BLACK = (0.012, 0.012, 0.013)
TRIM = (0.028, 0.028, 0.030)
CHROME = (0.33, 0.335, 0.34)
RED_LENS = (0.28, 0.012, 0.012)
AMBER = (0.55, 0.20, 0.02)
CLOTH = (0.045, 0.046, 0.050)
WHITE = (0.62, 0.62, 0.60)

Colour = tuple[float, float, float]


class Coach:
    """A vehicle under construction in its own axes: see bodywork.py. ``pieces`` is the outcome."""

    def __init__(self, paint: Colour, soot: float) -> None:
        """``soot``: 0 clean paint, 1 burnt out."""
        self.paint, self.soot = paint, soot
        self.pieces: list[Piece] = []

    def add(
        self, piece: Piece | None, colour: Colour, slot: int = PLAIN, mirrored: bool = True, soot: float | None = None
    ) -> None:
        """Take a piece (for y >= 0) and, when ``mirrored``, its mirror image."""
        if piece is None:
            return
        burnt = self.soot if soot is None else soot
        # what burns turns to rust, ash and soot, whatever it was: only the paint's material knows how that looks
        piece.material = PAINT if burnt > 0.5 and slot == PLAIN else slot
        dressed(piece, colour, OTHER, burnt)
        self.pieces.append(piece)
        if mirrored:
            self.pieces.append(piece.moved(MIRROR))

    def panel(self, place: Map, us: np.ndarray, vs: np.ndarray, field: Field | None = None) -> None:
        """A painted sheet of metal."""
        self.add(sheet(place, us, vs, field, 0.018), self.paint, PAINT)

    def patch(
        self, shape: Shape, along: tuple[float, float], z: tuple[float, float], colour: Colour, *,
        lift: float = 0.004, slant: float = 0.0, corner: float = 0.02, step: float = 0.02, slot: int = PLAIN,
    ) -> None:  # fmt: skip
        """A rounded rectangle of other stuff lying on the wall.

        ``along``: metres from the middle of the nose; ``slant``: rise in z a metre along.
        """
        middle, reach = (along[0] + along[1]) / 2, (along[1] - along[0]) / 2
        centre, height = (z[0] + z[1]) / 2, (z[1] - z[0]) / 2
        from_nose = along[0] <= 0.0
        end = sum(shape.wall.lengths)
        to_tail = along[1] >= end

        def field(a: np.ndarray, level: np.ndarray) -> np.ndarray:
            dx = np.abs(a - middle) - (reach - corner)
            dx = np.where((from_nose & (a < middle)) | (to_tail & (a > middle)), -1.0, dx)
            dz = np.abs(level - centre - slant * (a - middle)) - (height - corner)
            outside = np.hypot(np.maximum(dx, 0), np.maximum(dz, 0)) + np.minimum(np.maximum(dx, dz), 0)
            return outside - corner

        tilt = abs(slant) * reach
        first = 0.0 if from_nose else along[0] - step
        last = end if to_tail else along[1] + step
        us = np.linspace(first, last, max(3, int((last - first) / step) + 1))
        low, high = z[0] - tilt - 0.5 * step, z[1] + tilt + 0.5 * step
        vs = np.linspace(low, high, max(4, int((high - low) / step) + 1))
        self.add(sheet(shape.in_metres, us, vs, field, lift=lift), colour, slot)

    def seam(self, points: np.ndarray, radius: float = 0.0045, colour: Colour = BLACK, mirrored: bool = True) -> None:
        """A gap, wire or rod along ``points``."""
        self.add(tube(points, radius, 4), colour, mirrored=mirrored)

    def block(
        self, size: Colour, centre: Colour, colour: Colour, bevel: float = 0.01, slot: int = PLAIN, *,
        mirrored: bool = False, pitch: float = 0.0, soot: float | None = None,
    ) -> None:  # fmt: skip
        """A box with cut edges, ``pitch`` radians about y."""
        piece = bevelled(size, bevel) if bevel else box(size)
        turn = rotation((0, 1, 0), pitch)
        turn[:3, 3] = centre
        self.add(piece.moved(turn), colour, slot, mirrored, soot)

    def axle(
        self, x: float, track: float, radius: float, width: float, spokes: int, colour: Colour,
        flat: tuple[bool, bool] = (False, False), arch: bool = True,
    ) -> None:  # fmt: skip
        """Two wheels whose outer faces are ``track`` from the middle; ``flat`` left and right."""
        colour = (0.05, 0.04, 0.035) if self.soot > 0.5 else colour
        for side, empty in zip((1, -1), flat, strict=True):
            made = wheel(radius, width, spokes, colour, 1.0 if self.soot > 0.5 and empty else 0.0)
            tyre = self.soot <= 0.5 or not empty
            if empty and tyre:
                made = flattened(made, radius)
            place = np.eye(4)
            drop = sunk(radius) if empty and tyre else (0.32 * radius if empty else 0.0)
            place[:3, 3] = (x, track - width / 2, radius - drop)
            piece = made.moved(place)
            self.pieces.append(piece if side > 0 else piece.moved(MIRROR))
        if arch:
            place = np.eye(4)
            place[:3, 3] = (x, track - width / 2 - 0.02, radius)
            lining = well(radius, width).moved(place)
            self.pieces += [lining, lining.moved(MIRROR)]
        self.seam(np.array([[x, -track + 0.1, radius], [x, track - 0.1, radius]]), 0.04, TRIM, mirrored=False)


def glaze(
    coach: Coach, shape: Shape, us: np.ndarray, vs: np.ndarray, hole: Callable[[np.ndarray, np.ndarray], np.ndarray],
    left: Callable[[int], str], sides: tuple[int, ...] = (1, -1),
) -> None:  # fmt: skip
    """Panes in a greenhouse's holes. ``left(number)`` says of pane 0 windscreen, 1 front, 2 back, 3 rear, 4.. the other
    side's what is left of it: "whole", "crazed" or "gone"."""
    for side in sides:
        for pane, (low, high) in enumerate(((0, 1), (1, 2), (2, 3))):
            state = left(pane + (0 if side > 0 or pane != 1 else 3))
            if state == "gone":
                continue
            part = us[(us >= low - 1e-6) & (us <= high + 1e-6)]
            piece = sheet(shape.on_house, part, vs, lambda u, v: -hole(u, v) - 0.012, lift=-0.010)
            if piece is None:
                continue
            piece = piece if side > 0 else piece.moved(MIRROR)
            crazed = state == "crazed"
            coach.add(piece, (0.34, 0.37, 0.37), PLAIN if crazed else GLASS, mirrored=False, soot=0.0)


def cabin(coach: Coach, front: float, back: float, half: float, floor: float, rows: int, wheel_y: float) -> None:
    """Floor, dashboard, seats and steering wheel between x ``front`` and ``back``; burnt, the seats are bare frames."""
    length = back - front
    coach.block((length + 0.5, 2 * half, 0.05), ((front + back) / 2, 0, floor), DARK, 0)
    coach.block((0.32, 2 * half - 0.06, 0.24), (front + 0.30, 0, floor + 0.62), TRIM, 0.05)
    coach.block((0.05, 2 * half, 0.7), (front + 0.1, 0, floor + 0.3), DARK, 0)
    for row in range(rows):
        x = front + 1.05 + 0.85 * row
        for y in (-0.5 * half, 0.5 * half):
            if coach.soot > 0.5:
                _frame(coach, x, y, floor)
            else:
                coach.block((0.5, 0.5, 0.16), (x, y, floor + 0.28), CLOTH, 0.05)
                coach.block((0.14, 0.48, 0.62), (x + 0.30, y, floor + 0.62), CLOTH, 0.05, pitch=0.22)
                coach.block((0.08, 0.26, 0.17), (x + 0.40, y, floor + 1.02), CLOTH, 0.03, pitch=0.15)
    turn = np.linspace(0, 2 * np.pi, 21)
    centre = np.array([front + 0.58, wheel_y, floor + 0.72])
    ring = centre + 0.18 * np.stack([0.35 * np.sin(turn), np.cos(turn), 0.94 * np.sin(turn)], -1)
    coach.seam(ring, 0.014, TRIM, mirrored=False)
    coach.seam(np.array([centre + [0, -0.17, 0], centre, centre + [0, 0.17, 0]]), 0.014, TRIM, mirrored=False)
    coach.seam(np.array([centre, centre + [-0.25, 0, -0.1]]), 0.025, TRIM, mirrored=False)


def number_plate(coach: Coach, x: float, z: float, face: int, draw: np.random.Generator) -> None:
    """A white plate at ``x`` facing ``face`` (-1 forward) with marks that are no writing."""
    coach.block((0.012, 0.52, 0.112), (x, 0, z), WHITE, 0.004)
    y = -0.17
    while y < 0.20:
        width = float(draw.uniform(0.018, 0.045))
        coach.block((0.004, width, 0.07), (x + face * 0.008, y + width / 2, z), BLACK, 0)
        y += width + float(draw.uniform(0.014, 0.03))
    coach.block((0.004, 0.04, 0.10), (x + face * 0.008, face * 0.235, z), (0.01, 0.04, 0.30), 0)


def _frame(coach: Coach, x: float, y: float, floor: float) -> None:
    for aside in (-0.2, 0.2):
        side = [(x - 0.25, y + aside, floor + 0.2), (x + 0.2, y + aside, floor + 0.25),
                (x + 0.3, y + aside, floor + 0.6), (x + 0.42, y + aside, floor + 0.95)]  # fmt: skip
        coach.seam(np.array(side), 0.015, TRIM, mirrored=False)
    for level in np.linspace(0.32, 0.95, 6):
        lean = x + 0.22 + 0.2 * (level - 0.25) / 0.7
        coach.seam(np.array([[lean, y - 0.2, floor + level], [lean, y + 0.2, floor + level]]), 0.007, TRIM, False)
