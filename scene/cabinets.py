"""Wooden furniture: wardrobes, chests, shelves with books, tables, desks, kitchens, doors.

Builders give a piece centred on x, standing on z 0, its back at y 0 and its front towards -y.
"""

from __future__ import annotations

import numpy as np

from .joinery import DARK, METAL, WOODS, Size, board, drawers, front, knob, legs, pick, rod
from .meshes import Piece, join
from .shapes import OTHER, Colour, dressed, rotation, tube

FRONTS = ((0.55, 0.53, 0.48), (0.30, 0.36, 0.40), (0.50, 0.42, 0.28), (0.26, 0.33, 0.24), *WOODS)
HARDBOARD = (0.155, 0.105, 0.062)
BINDINGS = (
    (0.30, 0.07, 0.06), (0.08, 0.12, 0.24), (0.10, 0.17, 0.10), (0.42, 0.36, 0.24), (0.05, 0.05, 0.05),
    (0.45, 0.43, 0.40), (0.34, 0.20, 0.08), (0.22, 0.10, 0.18),
)  # fmt: skip


def _case(wide: float, deep: float, tall: float, wood: Colour, low: float = 0.08, thick: float = 0.022) -> list[Piece]:
    """Sides, top, bottom, back and plinth of a cupboard open to -y; seen from aside and behind it is joinery too."""
    wood = np.asarray(wood)
    parts = [
        board((wide - 0.01, 0.008, tall - low), (0, -0.012, (tall + low) / 2), HARDBOARD),
        board((thick, deep, tall), (-wide / 2 + thick / 2, -deep / 2, tall / 2), wood),
        board((thick, deep, tall), (wide / 2 - thick / 2, -deep / 2, tall / 2), wood),
        board((wide + 0.03, deep + 0.03, 0.03), (0, -deep / 2, tall), wood * 1.06, 0.008),
        board((wide - 0.02, deep - 0.02, thick), (0, -deep / 2, low), wood * 0.9),
        board((wide - 0.03, 0.02, low), (0, -deep + 0.05, low / 2), wood * 0.6),
    ]
    rows = 2 if tall > 1.3 else 1
    step = (tall - low - 0.06) / rows
    for x in (-wide / 2, wide / 2):
        for row in range(rows):
            middle = (x, -deep / 2, low + 0.03 + (row + 0.5) * step)
            parts.append(board((0.012, deep - 0.13, step - 0.09), middle, wood * 0.78, 0.004))
        parts.append(board((0.008, 0.03, tall - 0.03), (x, 0.015 - deep, tall / 2 - 0.015), wood * 0.62, 0.002))
    for z in np.linspace(low + 0.05, tall - 0.08, rows + 1):
        parts.append(board((wide - 0.05, 0.012, 0.06), (0, -0.006, float(z)), wood * 0.8, 0.002))
    return parts


def wardrobe(draw: np.random.Generator) -> Piece:
    """Two or three doors, shut, open or torn off, drawers below, a rail with clothes inside."""
    wood, wide, tall = pick(draw, WOODS), float(draw.uniform(0.9, 1.6)), float(draw.uniform(1.7, 2.1))
    deep, base = 0.56, 0.08
    parts = _case(wide, deep, tall, wood, base)
    if draw.random() < 0.4:
        parts += drawers(draw, wide - 0.03, 1, base, base + 0.26, -deep - 0.01, wood * 1.05)
        base += 0.27
    count = 3 if wide > 1.35 else 2
    step = wide / count
    for number in range(count):
        left = -wide / 2 + number * step
        parts += front(
            draw, left, left + step, base, tall - 0.02, -deep - 0.01, wood * 1.08, -1 if number % 2 == 0 else 1
        )
    parts.append(rod((-wide / 2 + 0.03, -0.3, tall - 0.18), (wide / 2 - 0.03, -0.3, tall - 0.18), 0.013, METAL))
    parts.append(board((wide - 0.05, deep - 0.06, 0.018), (0, -deep / 2, tall - 0.1), wood * 0.8))
    for number in range(int(draw.integers(2, 5))):
        x = float(draw.uniform(-0.4, 0.4)) * wide
        cloth = pick(draw, BINDINGS)
        long = float(draw.uniform(0.6, 1.0))
        parts.append(board((0.05, 0.42, long), (x, -0.3, tall - 0.22 - long / 2), cloth, 0.02))
        parts.append(board((0.03, 0.3, 0.1), (x + 0.01 * number, -0.3, tall - 0.2), cloth * 0.8, 0.01))
    return join(parts)


def chest(draw: np.random.Generator) -> Piece:
    """A chest of drawers, some pulled out, with things on top."""
    wood, wide, tall = pick(draw, WOODS), float(draw.uniform(0.7, 1.0)), float(draw.uniform(0.75, 1.05))
    parts = _case(wide, 0.46, tall, wood)
    parts += drawers(draw, wide - 0.03, int(draw.integers(3, 5)), 0.09, tall - 0.02, -0.47, wood * 1.07)
    return join([*parts, *_books(draw, -0.2, 0.15, -0.2, tall + 0.015, 0.4, lying=0.8)])


def shelves(draw: np.random.Generator) -> Piece:
    """Open shelves, books standing, leaning and fallen flat."""
    wood, wide, tall = pick(draw, WOODS), float(draw.uniform(0.7, 1.0)), float(draw.uniform(1.5, 2.0))
    count, deep = int(draw.integers(4, 6)), 0.28
    parts = _case(wide, deep, tall, wood, 0.07)
    step = (tall - 0.07) / count
    for number in range(count):
        z = 0.07 + number * step
        tilt = rotation((0, 1, 0), float(draw.normal(0, 0.12)) if draw.random() < 0.18 else 0.0)
        tilt[:3, 3] = (0, 0, z)
        row = [board((wide - 0.05, deep - 0.02, 0.02), (0, -deep / 2, 0.0), wood * 0.95)]
        if draw.random() < 0.85:
            row += _books(draw, -wide / 2 + 0.04, wide / 2 - 0.05, -0.02, 0.01, step * 0.85)
        parts.append(join(row).moved(tilt))
    return join(parts)


def _books(
    draw: np.random.Generator, left: float, right: float, back: float, z: float, room: float, lying: float = 0.25
) -> list[Piece]:
    """Books between ``left`` and ``right`` on a board at ``z``, or a pile of them lying."""
    done, x = [], left
    if draw.random() < lying:
        for _ in range(int(draw.integers(2, 6))):
            thick, turn = float(draw.uniform(0.015, 0.045)), rotation((0, 0, 1), float(draw.normal(0, 0.25)))
            turn[:3, 3] = ((left + right) / 2, back - 0.11, z + thick / 2)
            done.append(board((0.2, 0.14, thick), (0, 0, 0), pick(draw, BINDINGS), 0.003).moved(turn))
            z += thick
        return done
    while x < right - 0.03 and len(done) < 16:
        thick, tall = float(draw.uniform(0.015, 0.05)), min(room, float(draw.uniform(0.17, 0.27)))
        if draw.random() < 0.12:
            x += float(draw.uniform(0.02, 0.12))
            continue
        lean = rotation((0, 1, 0), float(draw.uniform(-0.5, -0.2)) if draw.random() < 0.12 else 0.0)
        lean[:3, 3] = (x + thick / 2, back - 0.09 - float(draw.uniform(0, 0.03)), z + tall / 2)
        done.append(board((thick, 0.15, tall), (0, 0, 0), pick(draw, BINDINGS), 0.003).moved(lean))
        x += thick + 0.002
    return done


def table(draw: np.random.Generator) -> Piece:
    """A table on tapered legs with an apron; a cloth, plates and a cup on some."""
    wood, wide, deep = pick(draw, WOODS), float(draw.uniform(0.8, 1.3)), float(draw.uniform(0.6, 0.8))
    parts = [board((wide, deep, 0.028), (0, -deep / 2, 0.735), wood, 0.008), legs(wide, deep, 0.72, wood * 0.85, 0.03)]
    for y in (-0.07, 0.07 - deep):
        parts.append(board((wide - 0.14, 0.02, 0.09), (0, y, 0.675), wood * 0.9))
    for x in (-1, 1):
        parts.append(board((0.02, deep - 0.16, 0.09), (x * (wide / 2 - 0.07), -deep / 2, 0.675), wood * 0.9))
    for _ in range(int(draw.integers(0, 4))):
        x, y = float(draw.uniform(-0.38, 0.38)) * wide, -deep * float(draw.uniform(0.2, 0.8))
        parts.append(_dish(draw, x, y, 0.75))
    return join(parts)


def _dish(draw: np.random.Generator, x: float, y: float, z: float) -> Piece:
    """A plate, a cup or a pot."""
    shade = pick(draw, ((0.58, 0.57, 0.54), (0.30, 0.33, 0.42), (0.42, 0.12, 0.10), (0.40, 0.40, 0.39)))
    radius, tall = ((0.11, 0.02), (0.04, 0.09), (0.1, 0.14))[int(draw.integers(3))]
    ring = np.array([[x, y, z], [x, y, z + tall]])
    return dressed(tube(ring, np.array([0.75, 1.0]) * radius, 12, capped=True), shade, OTHER)


def desk(draw: np.random.Generator) -> Piece:
    """A writing desk: a top on a side and a pedestal of drawers."""
    wood, wide = pick(draw, WOODS), float(draw.uniform(1.0, 1.3))
    parts = [
        board((wide, 0.58, 0.028), (0, -0.29, 0.745), wood, 0.006),
        board((0.022, 0.54, 0.73), (-wide / 2 + 0.03, -0.29, 0.365), wood * 0.9),
        board((wide - 0.08, 0.018, 0.35), (0, -0.05, 0.52), wood * 0.8),
    ]
    x = wide / 2 - 0.23
    parts += [board((0.02, 0.54, 0.73), (x + side * 0.2, -0.29, 0.365), wood * 0.9) for side in (-1, 1)]
    parts += drawers(draw, 0.39, 3, 0.1, 0.72, -0.56, wood * 1.05, x)
    return join([*parts, *_books(draw, -0.3, 0.1, -0.1, 0.76, 0.25, lying=0.6)])


def kitchen(draw: np.random.Generator) -> Piece:
    """Base units under a worktop, a sink or stove among them, wall units above, tiles behind."""
    paint, count = pick(draw, FRONTS), int(draw.integers(2, 5))
    wide, white = count * 0.6, np.array([0.56, 0.56, 0.54])
    parts = [board((wide + 0.02, 0.62, 0.035), (0, -0.31, 0.87), pick(draw, ((0.25, 0.24, 0.23), (0.33, 0.26, 0.17))))]
    parts.append(board((wide, 0.012, 0.5), (0, -0.008, 1.14), pick(draw, ((0.52, 0.53, 0.52), (0.30, 0.40, 0.44)))))
    for number in range(count):
        x = (number - (count - 1) / 2) * 0.6
        if number == 1:
            parts += _stove(draw, x, white * float(draw.uniform(0.85, 1.0)))
        else:
            parts += _unit(draw, x, paint)
        if draw.random() < 0.65:
            parts += _hung(draw, x, paint)
    return join(parts)


def _unit(draw: np.random.Generator, x: float, paint: Colour) -> list[Piece]:
    """A base unit with a drawer over a door; some hold a sink."""
    paint = np.asarray(paint)
    parts = [
        board((0.59, 0.54, 0.74), (x, -0.27, 0.47), paint * 0.55), board((0.58, 0.03, 0.09), (x, -0.5, 0.045), DARK),
        *drawers(draw, 0.58, 1, 0.7, 0.85, -0.56, paint, x),
        *front(draw, x - 0.295, x + 0.295, 0.1, 0.69, -0.56, paint, int(draw.choice([-1, 1]))),
    ]  # fmt: skip
    if draw.random() < 0.5:
        steel = np.asarray(METAL) * 1.2
        parts.append(board((0.46, 0.4, 0.012), (x, -0.31, 0.891), steel, 0.004))
        parts.append(board((0.38, 0.32, 0.004), (x, -0.31, 0.898), steel * 0.35))
        tap = np.array([[x, -0.08, 0.89], [x, -0.08, 1.1], [x, -0.12, 1.16], [x, -0.24, 1.12]])
        parts.append(dressed(tube(tap, 0.012, 6), steel, OTHER))
    return parts


def _stove(draw: np.random.Generator, x: float, white: Colour) -> list[Piece]:
    """Four rings, an oven with a window, a row of knobs."""
    white = np.asarray(white)
    parts = [
        board((0.56, 0.56, 0.86), (x, -0.3, 0.43), white, 0.008),
        board((0.56, 0.56, 0.012), (x, -0.3, 0.893), DARK),
    ]
    parts += [
        board((0.48, 0.02, 0.45), (x, -0.59, 0.45), white * 0.95, 0.006),
        board((0.34, 0.006, 0.24), (x, -0.603, 0.46), DARK),
    ]
    parts.append(rod((x - 0.2, -0.63, 0.64), (x + 0.2, -0.63, 0.64), 0.01, METAL))
    parts += [knob(x + 0.1 * n, -0.585, 0.77, 0.02, DARK) for n in (-2, -1, 0, 1, 2)]
    for dx in (-0.13, 0.13):
        for y in (-0.17, -0.43):
            ring = np.array([[x + dx, y, 0.895], [x + dx, y, 0.912]])
            parts.append(dressed(tube(ring, 0.085, 12, capped=True), (0.05, 0.045, 0.045), OTHER))
    return parts


def _hung(draw: np.random.Generator, x: float, paint: Colour) -> list[Piece]:
    """A wall unit with its door; some have come off one hook."""
    paint = np.asarray(paint)
    parts = [
        board((0.59, 0.01, 0.64), (0, -0.008, 0), paint * 0.5),
        *(board((0.018, 0.3, 0.65), (side * 0.286, -0.16, 0), paint * 0.9) for side in (-1, 1)),
        *(board((0.58, 0.3, 0.018), (0, -0.16, z), paint * 0.85) for z in (-0.316, 0.0, 0.316)),
        *front(draw, -0.293, 0.293, -0.32, 0.32, -0.32, paint, int(draw.choice([-1, 1])), 0.45),
    ]
    hang = rotation((0, 1, 0), float(draw.normal(0, 0.3)) if draw.random() < 0.2 else 0.0)
    hang[:3, 3] = (x, 0, 1.72)
    return [join(parts).moved(hang)]


def door(draw: np.random.Generator) -> Piece:
    """A door's leaf with framed panels, a handle and hinges; some split."""
    paint = pick(draw, ((0.55, 0.53, 0.48), (0.32, 0.20, 0.11), (0.22, 0.30, 0.34), (0.45, 0.36, 0.24)))
    parts = [_across((0.8, 0.03, 2.0), (0, -0.02, 1.0), paint * 0.92)]
    for x in (-0.35, 0.35):
        parts.append(board((0.1, 0.042, 2.0), (x, -0.02, 1.0), paint, 0.006))
    for z, tall in ((0.07, 0.14), (0.92, 0.12), (1.94, 0.12)):
        parts.append(board((0.62, 0.042, tall), (0, -0.02, z), paint * 0.98, 0.006))
    for y, side in ((-0.045, -1), (0.005, 1)):
        parts.append(board((0.035, 0.006, 0.18), (0.34, y, 1.0), METAL))
        parts.append(rod((0.34, y, 1.03), (0.34, y + side * 0.045, 1.03), 0.009, METAL))
        parts.append(rod((0.345, y + side * 0.045, 1.03), (0.23, y + side * 0.045, 1.03), 0.009, METAL))
    parts += [rod((-0.405, -0.035, z), (-0.405, -0.035, z + 0.1), 0.008, METAL) for z in (0.25, 1.65)]
    if draw.random() < 0.3:
        split = board((0.5, 0.05, 0.014), (0.05, -0.02, 0), (0.38, 0.29, 0.17))
        tilt = rotation((0, 1, 0), float(draw.normal(0, 0.5)))
        tilt[:3, 3] = (0, 0, float(draw.uniform(0.6, 1.5)))
        parts.append(split.moved(tilt))
    return join(parts)


def _across(size: Size, centre: Size, colour: Colour) -> Piece:
    """The thin sheet between a door's frame."""
    return board((size[0] - 0.1, size[1] * 0.5, size[2] - 0.1), centre, colour)
