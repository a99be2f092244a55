"""Far houses, garages, cars, fences: light meshes that carry their own paint, for what stands beyond the site.

Templates are worked out once a process; a copy is moved, repainted and joined into the neighbourhood's one mesh.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from ..dataset.spec import stream
from .farland import surfaced
from .meshes import Piece, join
from .noise import fractal
from .shapes import box

FAR, PANE, LIT = range(3)
"""Material slots: paint, dark panes, panes behind which a lamp burns."""

WALL, ROOF = 1.0, 2.0
"""Values of the attribute ``tint``: what a copy repaints; 0 stays."""

WALLS = ((0.45, 0.42, 0.36), (0.50, 0.47, 0.42), (0.36, 0.19, 0.12), (0.40, 0.33, 0.22), (0.33, 0.36, 0.36),
         (0.28, 0.12, 0.085), (0.55, 0.53, 0.49), (0.22, 0.17, 0.12))  # fmt: skip
ROOFS = ((0.24, 0.085, 0.055), (0.13, 0.13, 0.135), (0.30, 0.29, 0.28), (0.17, 0.075, 0.05), (0.085, 0.075, 0.07),
         (0.09, 0.14, 0.10), (0.36, 0.13, 0.075))  # fmt: skip
PAINTS = ((0.55, 0.55, 0.55), (0.03, 0.03, 0.035), (0.20, 0.21, 0.22), (0.34, 0.03, 0.025), (0.035, 0.07, 0.20),
          (0.42, 0.40, 0.34), (0.09, 0.13, 0.10), (0.50, 0.36, 0.07))  # fmt: skip
FRAME, DARK, CONCRETE, TIMBER = (0.62, 0.61, 0.58), (0.025, 0.026, 0.03), (0.30, 0.29, 0.27), (0.20, 0.13, 0.075)

HOUSES, VARIANTS = 8, 4
"""Different whole houses, and damaged ones."""


def painted(piece: Piece, wall: np.ndarray, roof: np.ndarray) -> Piece:
    """A copy whose walls and roof (or a car's body) take other colours; shade within them is kept."""
    points = dict(piece.points)
    tint = points.pop("tint")
    colour = points["col"].copy()
    for value, paint in ((WALL, wall), (ROOF, roof)):
        colour[tint == value, :3] *= paint
    points["col"] = colour
    return Piece(piece.vertices, piece.corners, piece.sizes, points, {}, None, piece.smooth, piece.material)


@lru_cache(maxsize=64)
def house(variant: int, damaged: bool, near: bool) -> Piece:
    """A detached house of one or two storeys around the origin, front towards -y; z from 0. ``near``: with frames."""
    draw = stream(variant, "dwelling", int(damaged))
    long, deep = float(draw.uniform(8.5, 13.0)), float(draw.uniform(7.0, 9.0))
    storeys = int(draw.choice([1, 1, 2]))
    eaves = 2.9 * storeys + float(draw.uniform(0.3, 0.8))
    ridge = eaves + deep / 2 * float(draw.uniform(0.55, 0.95))
    pieces = [*_walls(long, deep, eaves, ridge)]
    pieces += _roof(draw, long, deep, eaves, ridge, damaged, near)
    pieces += _openings(draw, long, deep, storeys, near, damaged)
    pieces.append(_part((0.55, 0.55, 1.5), (long * 0.2, deep * 0.12, ridge), (0.28, 0.14, 0.10)))
    pieces.append(_part((long + 0.1, deep + 0.1, 0.5), (0, 0, 0.1), CONCRETE))
    if draw.random() < 0.6:  # a porch or a lean-to
        side = float(draw.choice([-1, 1]))
        pieces.append(_part((3.0, 2.4, 2.4), (side * long * 0.25, -deep / 2 - 1.2, 1.2), (0.9, 0.9, 0.9), WALL))
        pieces.append(_part((3.4, 2.7, 0.12), (side * long * 0.25, -deep / 2 - 1.25, 2.48), (0.9, 0.9, 0.9), ROOF))
    if damaged:
        for _ in range(14):
            size = draw.uniform(0.3, 1.6, 3) * [1, 1, 0.35]
            at = (draw.uniform(-0.6, 0.6) * long, draw.choice([-1, 1]) * draw.uniform(0.5, 0.85) * deep, 0.15)
            pieces.append(_part(tuple(size), at, (0.26, 0.23, 0.20)))
    return join(pieces)


@lru_cache(maxsize=16)
def shed(variant: int) -> Piece:
    """A garage, barn or shed with a single slope and a door towards -y."""
    draw = stream(variant, "shed")
    wide, deep, tall = float(draw.uniform(2.6, 4.2)), float(draw.uniform(4.0, 6.0)), float(draw.uniform(2.1, 2.7))
    pieces = [_part((wide, deep, tall), (0, 0, tall / 2), (0.9, 0.9, 0.9), WALL)]
    roof = _part((wide + 0.4, deep + 0.5, 0.12), (0, 0, tall + 0.1), (0.85, 0.85, 0.85), ROOF)
    roof.vertices[:, 2] += roof.vertices[:, 1] * 0.09
    pieces.append(roof)
    pieces.append(_part((wide * 0.72, 0.06, tall * 0.82), (0, -deep / 2 - 0.02, tall * 0.42), TIMBER))
    return join(pieces)


@lru_cache(maxsize=16)
def car(variant: int, near: bool = True) -> Piece:
    """A parked car, front towards -x: body and cabin on curves, panes, wheels, lamps; far: two boxes."""
    draw = stream(variant, "parked")
    long, wide = float(draw.uniform(3.9, 4.6)), 1.74
    if not near:
        body = _part((long, wide, 0.62), (0, 0, 0.59), (0.9, 0.9, 0.9), WALL)
        return join([body, _part((0.5 * long, 1.45, 0.5), (0.06 * long, 0, 1.13), (0.12, 0.12, 0.13))])
    estate = variant % 3 == 1
    waist = np.array([0.62, 0.78, 0.86, 0.90, 0.92, 0.90, 0.72])
    along = np.array([-0.5, -0.47, -0.22, 0.0, 0.2, 0.42, 0.5]) * long
    section = [(-0.84, 0.24), (-1.0, 0.5), (-0.96, 1.0), (0.96, 1.0), (1.0, 0.5), (0.84, 0.24)]
    rings = [
        [(x, u * wide / 2, v * z if v > 0.3 else 0.24) for u, v in section] for x, z in zip(along, waist, strict=True)
    ]
    body = _loft(rings)
    pieces = [_tinted(body, (1.0, 1.0, 1.0), WALL)]
    back = 0.46 if estate else 0.34
    low = [(-0.24 * long, 0.84), (-0.09 * long, 1.40), ((back - 0.12) * long, 1.43), (back * long, 0.90)]
    cabin = _loft([[(x, s * (wide / 2 - 0.06 - 0.22 * (z > 1)), z), (x, -s * (wide / 2 - 0.06 - 0.22 * (z > 1)), z)]
                   for s in (1,) for x, z in low], closed=False)  # fmt: skip
    pieces.append(_tinted(cabin, (1.0, 1.0, 1.0), WALL))
    cabin.material = np.array([PANE, FAR, PANE], np.int32)
    for side in (1, -1):
        ring = np.array([[x, side * (wide / 2 - 0.06 - 0.22 * (z > 1)), z] for x, z in low])
        pane = Piece.quads(ring, np.array([[0, 1, 2, 3]] if side < 0 else [[3, 2, 1, 0]]), material=PANE)
        pieces.append(_tinted(pane, DARK))
        for x in (-0.31 * long, 0.29 * long):
            pieces.append(_wheel(x, side * (wide / 2 - 0.06)))
        pieces.append(_part((0.06, 0.34, 0.13), (-0.485 * long, side * 0.6, 0.62), (0.6, 0.6, 0.58)))
        pieces.append(_part((0.06, 0.30, 0.14), (0.492 * long, side * 0.62, 0.66), (0.25, 0.02, 0.015)))
    return join(pieces)


def fence(kind: str, start: np.ndarray, end: np.ndarray, level: float, colour: np.ndarray, near: bool = True) -> Piece:
    """A fence of ``kind`` "board", "slab" or "picket" from ``start`` to ``end`` (x, y). ``near``: with posts."""
    way = np.asarray(end, float) - start
    long = float(np.hypot(*way))
    tall, count = {"board": 1.7, "slab": 1.5, "picket": 1.1}[kind], max(2, int(long / 2.4) + 1)
    at = np.linspace(-long / 2, long / 2, count)
    pieces = [_part((0.12, 0.12, tall + 0.15), (x, 0, tall / 2), np.asarray(colour) * 0.75) for x in at if near]
    if kind == "picket":
        rails = np.linspace(-long / 2, long / 2, max(3, int(long / 0.16)))
        pieces += [_part((long, 0.04, 0.08), (0, 0, z), colour) for z in (0.35, 0.85)]
        pieces += [_sheet((0.09, tall), (x, -0.03, tall / 2), colour) for x in rails]
    else:
        for left, right in pairwise(at):
            pieces.append(_sheet((right - left, tall), ((left + right) / 2, 0, tall / 2 + 0.05), colour))
    turn = np.eye(4)
    turn[:2, 0], turn[:2, 1] = way / long, np.array([-way[1], way[0]]) / long
    turn[:3, 3] = (*(np.asarray(start) + way / 2), level)
    piece = join(pieces).moved(turn)
    shade = 1 + 0.22 * fractal(piece.vertices, 0.4, 2, 3)[:, None]
    piece.points["col"][:, :3] *= shade
    piece.points.pop("tint")
    return piece


def pylon() -> Piece:
    """A lattice mast of 32 m with three arms and its wires along x, 240 m to each side."""
    pieces = []
    for x in (-1, 1):
        for y in (-1, 1):
            leg = np.array([[x * 3.2, y * 3.2, 0.0], [x * 0.6, y * 0.6, 24.0], [0.0, 0.0, 32.0]])
            pieces += [_beam(a, b, 0.16) for a, b in pairwise(leg)]
    for z in np.arange(3.0, 24.0, 4.2):
        half = 3.2 - 2.6 * z / 24.0
        ring = np.array([[half, half, z], [-half, half, z], [-half, -half, z], [half, -half, z]])
        nxt = np.roll(ring, -1, 0)
        pieces += [_beam(a, b, 0.08) for a, b in zip(ring, nxt, strict=True)]
        pieces += [_beam(a, b + [0, 0, 4.2], 0.07) for a, b in zip(ring, nxt * [0.82, 0.82, 1], strict=True)]
    for z, reach in ((20.0, 6.0), (24.0, 4.6), (28.0, 3.6)):
        pieces.append(_beam(np.array([0, -reach, z]), np.array([0, reach, z]), 0.18))
        for y in (-reach, reach):
            part = np.linspace(0, 1, 9)
            for side in (-1, 1):
                wire = np.stack([side * 240 * part, np.full(9, y), z - 1.2 - 36 * part * (1 - part)], -1)
                pieces += [_beam(a, b, 0.05) for a, b in pairwise(wire)]
    return join(pieces)


def _walls(long: float, deep: float, eaves: float, ridge: float) -> list[Piece]:
    """Four walls, two of them with gables."""
    x, y = long / 2, deep / 2
    points = np.array([[-x, -y, 0], [x, -y, 0], [x, y, 0], [-x, y, 0], [-x, -y, eaves], [x, -y, eaves], [x, y, eaves],
                       [-x, y, eaves], [-x, 0, ridge], [x, 0, ridge]])  # fmt: skip
    quads = Piece.quads(points, np.array([[0, 1, 5, 4], [2, 3, 7, 6], [1, 2, 6, 5], [3, 0, 4, 7]]))
    gables = Piece.quads(points.copy(), np.array([[5, 6, 9], [7, 4, 8]]))
    shade = np.where(points[:, 2:] < 1, 0.78, 1.0) * np.ones(3)
    return [_tinted(quads, shade, WALL), _tinted(gables, (1.0, 1.0, 1.0), WALL)]


def _roof(
    draw: np.random.Generator, long: float, deep: float, eaves: float, ridge: float, damaged: bool, near: bool
) -> list[Piece]:
    """Two slopes with overhang; on a damaged house torn open over its rafters."""
    over, (columns, rows) = 0.45, (9, 5) if damaged else (3, 2)
    slope = (ridge - eaves) / (deep / 2)
    xs = np.linspace(-long / 2 - over, long / 2 + over, columns + 1)
    hole = np.array([draw.uniform(-0.3, 0.3) * long, draw.uniform(0.2, 0.9)])
    pieces = []
    for side in (-1, 1):
        ys = np.linspace(0, deep / 2 + over, rows + 1)
        x, y = np.meshgrid(xs, ys, indexing="ij")
        points = np.stack([x, side * y, ridge - slope * y + 0.12], -1).reshape(-1, 3)
        first = (np.arange(columns)[:, None] * (rows + 1) + np.arange(rows)).reshape(-1, 1)
        order = [0, rows + 1, rows + 2, 1] if side < 0 else [0, 1, rows + 2, rows + 1]
        quads = first + np.array(order)
        shade = 1 + draw.normal(0, 0.06, len(points))[:, None] * np.ones(3)
        if damaged:
            points[:, 2] -= 0.25 * np.abs(fractal(points, 0.5, 2, 5))
            middle = points[quads].mean(1)
            spread = np.array([0.24 * long, 0.5])
            aside = (np.stack([middle[:, 0], np.abs(middle[:, 1]) / deep * 2], -1) - hole) / spread
            torn = np.hypot(*aside.T) + draw.normal(0, 0.25, len(middle))
            quads = quads[torn > (1.0 if side < 0 else 0.45)]
        if len(quads):
            pieces.append(_tinted(Piece.quads(points, quads), shade, ROOF))
        low = ridge - slope * (deep / 2 + over)
        pieces.append(_part((long + 2 * over, 0.1, 0.16), (0, side * (deep / 2 + over), low + 0.06), (0.5, 0.5, 0.5)))
    if damaged:
        for x in np.arange(-long / 2 + 0.4, long / 2, 0.9 if near else 2.7):
            for side in (-1, 1):
                end = np.array([x, side * deep / 2, eaves])
                pieces.append(_beam(np.array([x, 0, ridge]), end + draw.normal(0, 0.08, 3), 0.09))
        pieces.append(_part((long * 0.94, deep * 0.94, 0.1), (0, 0, eaves - 0.3), (0.035, 0.032, 0.030)))
    return pieces


def _openings(
    draw: np.random.Generator, long: float, deep: float, storeys: int, near: bool, damaged: bool
) -> list[Piece]:
    """Windows on the four sides and a door in front."""
    pieces = []
    for face, (run, away) in enumerate(((long, deep / 2), (long, deep / 2), (deep, long / 2), (deep, long / 2))):
        count = max(1, int(run / 3.0))
        for storey in range(storeys):
            for number in range(count):
                along = (number + 0.5) / count * run - run / 2
                if draw.random() < (0.25 if face > 1 else 0.08):
                    continue
                door = face == 0 and storey == 0 and number == count // 2
                size, z = ((1.0, 2.1), 1.25) if door else ((1.25, 1.35), 1.75 + 2.9 * storey)
                soot = damaged and draw.random() < 0.5
                slot = FAR if door or soot else (LIT if draw.random() < 0.12 else PANE)
                paint = (0.16, 0.10, 0.07) if door else DARK
                window = [_sheet(size, (along, -0.05, z), paint, slot)]
                if near:
                    window.append(_sheet((size[0] + 0.22, size[1] + 0.2), (along, -0.03, z), FRAME))
                    window.append(_part((size[0] + 0.3, 0.16, 0.07), (along, -0.08, z - size[1] / 2 - 0.1), FRAME))
                if soot:
                    window.append(_sheet((1.5, 1.1), (along, -0.015, z + 1.1), (0.05, 0.045, 0.04)))
                turn = np.eye(4)
                angle = (0, np.pi, np.pi / 2, -np.pi / 2)[face]
                turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
                turn[:2, 3] = turn[:2, :2] @ [0, -away - 0.02]
                pieces += [part.moved(turn) for part in window]
    return pieces


def _part(
    size: tuple[float, ...], centre: tuple[float, ...], colour: object, tint: float = 0.0, slot: int = FAR
) -> Piece:
    piece = _tinted(box(size, centre), colour, tint)
    piece.material = slot
    return piece


def _sheet(size: tuple[float, float], centre: tuple[float, ...], colour: object, slot: int = FAR) -> Piece:
    """A rectangle of width and height that looks along -y."""
    half = np.array([[-0.5, 0, -0.5], [0.5, 0, -0.5], [0.5, 0, 0.5], [-0.5, 0, 0.5]]) * [size[0], 0, size[1]]
    return _tinted(Piece.quads(half + np.asarray(centre, float), np.array([[0, 1, 2, 3]]), material=slot), colour)


def _tinted(piece: Piece, colour: object, tint: float = 0.0) -> Piece:
    surfaced(piece, colour)
    piece.points["tint"] = np.full(len(piece.vertices), tint, np.float32)
    return piece


def _beam(start: np.ndarray, end: np.ndarray, thick: float) -> Piece:
    """A square bar from ``start`` to ``end``."""
    way = end - start
    long = float(np.linalg.norm(way))
    ahead = way / long
    across = np.cross(ahead, [0.0, 1.0, 0.0] if abs(ahead[1]) < 0.9 else [1.0, 0.0, 0.0])
    across /= np.linalg.norm(across)
    turn = np.eye(4)
    turn[:3, :3] = np.stack([ahead, across, np.cross(ahead, across)], 1)
    turn[:3, 3] = (start + end) / 2
    return _part((long, thick, thick), (0, 0, 0), (0.30, 0.31, 0.32)).moved(turn)


def _loft(rings: list, closed: bool = True) -> Piece:
    """Quads between rings of points; ``closed`` adds a cap at both ends."""
    points = np.array(rings, float)
    count, sides = points.shape[:2]
    last = sides if sides > 2 else 1
    quads = [[r * sides + k, r * sides + (k + 1) % sides, (r + 1) * sides + (k + 1) % sides, (r + 1) * sides + k]
             for r in range(count - 1) for k in range(last)]  # fmt: skip
    piece = Piece.quads(points.reshape(-1, 3), np.array(quads))
    if closed:
        ends = np.concatenate([np.arange(sides)[::-1], (count - 1) * sides + np.arange(sides)])
        piece.corners = np.concatenate([piece.corners, ends]).astype(np.int32)
        piece.sizes = np.concatenate([piece.sizes, [sides, sides]]).astype(np.int32)
    return piece


def _wheel(x: float, y: float) -> Piece:
    turn = np.arange(8) * np.pi / 4
    rings = [[(x + 0.31 * np.cos(a), y + aside, 0.31 + 0.31 * np.sin(a)) for a in turn] for aside in (-0.1, 0.1)]
    return _tinted(_loft(rings), (0.018, 0.018, 0.019))
