"""Trucks and fire engines: a cab over the front axle on a frame, and what is built behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bodywork import Outline, Shape, sheet
from .coachwork import AMBER, BLACK, CHROME, RED_LENS, TRIM, WHITE, Coach, Colour, cabin, glaze, number_plate
from .meshes import Piece
from .noise import fractal
from .shapes import bevelled, grid_quads, lathe, rotation, tube
from .wheels import DARK, GLASS, PAINT

KINDS = ("truck", "fire_engine")

LENGTH = {"truck": 7.4, "fire_engine": 7.8}
HALF = 1.22
RADIUS = 0.50
BEACON = (0.02, 0.07, 0.62)
LENS = (0.50, 0.52, 0.54)
SHUTTER = (0.34, 0.35, 0.36)
YELLOW = (0.56, 0.50, 0.03)
FIRE_RED = (0.36, 0.016, 0.013)
STRIPE = (0.56, 0.56, 0.54)
TRUCKS = ((0.10, 0.14, 0.06), (0.45, 0.22, 0.02), (0.02, 0.06, 0.20), (0.48, 0.48, 0.46), (0.30, 0.03, 0.02))


@dataclass(frozen=True)
class Cab:
    """Measures of a cab, metres from the vehicle's nose and the ground."""

    front: float
    back: float
    sill: float
    belt: float
    top: float
    doors: int


def paint_of(kind: str, draw: np.random.Generator) -> Colour:
    """A paint for that kind of vehicle."""
    if kind == "fire_engine":
        return FIRE_RED
    return TRUCKS[int(draw.integers(len(TRUCKS)))]


def add_heavy(coach: Coach, kind: str, draw: np.random.Generator, panes: tuple[str, ...], flat: np.ndarray) -> float:
    """Build a truck or a fire engine into ``coach``; its length. Arguments as in ``cars.add_car``."""
    length = LENGTH[kind]
    front = -length / 2
    doors = 2 if kind == "fire_engine" else 1
    cab = Cab(front, front + (2.75 if doors == 2 else 1.95), 0.62, 1.72, 2.72, doors)
    shape = _cab_shape(cab)
    _cab(coach, cab, shape, panes)
    _front(coach, cab, shape, draw)
    axles = (front + 1.25, length / 2 - (1.75 if kind == "fire_engine" else 1.45))
    twin = kind == "truck" and draw.random() < 0.5
    _frame(coach, cab, length, axles)
    rims = WHITE if kind == "fire_engine" else TRIM
    for number, x in enumerate((*axles, axles[1] - 1.15) if twin else axles):
        pair = flat.reshape(2, 2)[min(number, 1)]
        coach.axle(x, HALF - 0.02, RADIUS, 0.30 if number == 0 else 0.5, 0, rims, (bool(pair[0]), bool(pair[1])),
                   arch=number == 0)  # fmt: skip
    if kind == "truck":
        if draw.random() < 0.65:
            _tipper(coach, cab, length)
        else:
            _canvas(coach, cab, length, draw)
    else:
        _fire_body(coach, cab, length, axles[1], draw)
    if any(state != "whole" for state in panes):
        cabin(coach, cab.front + 0.1, cab.back - 0.3, HALF - 0.1, 1.0, doors, 0.55)
    return length


def _cab_shape(cab: Cab) -> Shape:
    shoulder = ((cab.front, cab.belt - 0.04), (cab.front + 0.4, cab.belt), (cab.back, cab.belt))
    roof = ((cab.front + 0.22, cab.top - 0.06), (cab.front + 0.7, cab.top), (cab.back, cab.top - 0.01))
    return Shape(
        Outline(cab.front, cab.back, HALF, (9.0, 16.0)), cab.sill, shoulder,
        Outline(cab.front + 0.06, cab.back - 0.02, HALF - 0.05, (10.0, 16.0)),
        Outline(cab.front + 0.26, cab.back - 0.04, HALF - 0.11, (10.0, 16.0)), roof,
        crown=0.05, lean=0.05, tuck=0.03, bulge=0.02,
    )  # fmt: skip


def _cab(coach: Coach, cab: Cab, shape: Shape, panes: tuple[str, ...]) -> None:
    tall = cab.top - cab.belt
    first, side, _ = shape.base.lengths
    ends = [cab.front + 1.25] + ([cab.front + 2.45] if cab.doors == 2 else [])
    arch = cab.front + 1.25

    def hole(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        x = shape.on_house(u, v)[..., 0]
        level = np.minimum((v - 0.06) * tall, (0.80 - v) * tall)
        ahead = (1 - u) * first - 0.07
        aside = np.minimum((u - 1) * side - 0.08, ends[-1] - x)
        if cab.doors == 2:
            aside = np.minimum(aside, np.abs(x - ends[0] - 0.12) - 0.07)
        return np.minimum(np.where(u < 1, ahead, np.where(u <= 2, aside, -1.0)), level)

    def wheel_arch(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        place = shape.on_wall(u, v)
        return RADIUS + 0.10 - np.hypot(place[..., 0] - arch, place[..., 2] - RADIUS)

    us = shape.wall.parameters(0.08)
    coach.panel(shape.on_wall, us, np.concatenate([np.linspace(0, 0.9, 14), np.linspace(0.94, 1, 4)]), wheel_arch)
    coach.panel(shape.on_house, shape.base.parameters(0.06), np.linspace(0, 1, 22), hole)
    coach.panel(shape.on_roof, shape.base.parameters(0.12), np.linspace(0, 1, 8))
    glaze(coach, shape, shape.base.parameters(0.06), np.linspace(0, 1, 22), hole, lambda pane: panes[pane])
    rubber = sheet(shape.on_house, shape.base.parameters(0.03), np.linspace(0, 1, 60),
                   lambda u, v: np.abs(hole(u, v) + 0.01) - 0.018, lift=0.003)  # fmt: skip
    coach.add(rubber, BLACK)
    for x in (cab.front + 0.30, *(end + 0.08 for end in ends)):
        a = float(shape.wall.metres(shape.wall.u_at(x)))
        zs = np.linspace(cab.sill + 0.55, cab.belt - 0.04, 12)
        coach.seam(shape.in_metres(np.full(12, a), zs), 0.006)
    for end in ends:
        coach.block((0.18, 0.03, 0.035), (end - 0.10, HALF + 0.005, cab.belt - 0.18), BLACK, 0.008, mirrored=True)
    for step in (0.38, 0.60):
        coach.block((0.5, 0.16, 0.05), (cab.front + 0.42, HALF - 0.10, step), TRIM, 0.01, mirrored=True)
    x, y = cab.front + 0.02, HALF + 0.17
    coach.block((0.10, 0.20, 0.42), (x, y, cab.belt + 0.38), TRIM, 0.03, mirrored=True)
    coach.add(bevelled((0.01, 0.16, 0.36), 0.003, (x + 0.052, y, cab.belt + 0.38)), DARK, GLASS, soot=0.0)
    coach.seam(np.array([[x + 0.1, HALF - 0.05, cab.belt + 0.66], [x, y, cab.belt + 0.60]]), 0.016, TRIM)
    coach.seam(np.array([[x + 0.1, HALF - 0.02, cab.belt + 0.1], [x, y, cab.belt + 0.2]]), 0.016, TRIM)
    for y in (0.25, 0.85):
        arm = np.array([[cab.front + 0.03, y, cab.belt + 0.02], [cab.front + 0.08, y - 0.5, cab.belt + 0.15]])
        coach.seam(arm, 0.01, BLACK, mirrored=False)


def _front(coach: Coach, cab: Cab, shape: Shape, draw: np.random.Generator) -> None:
    corner = shape.wall.lengths[0]
    low = float(draw.uniform(1.05, 1.15))
    coach.patch(shape, (0.0, corner - 0.18), (low, cab.belt - 0.12), BLACK, corner=0.04, lift=0.006)
    for level in np.linspace(low + 0.07, cab.belt - 0.2, int(draw.integers(4, 7))):
        coach.patch(shape, (0.0, corner - 0.24), (level - 0.018, level + 0.018), coach.paint, corner=0.01, lift=0.02,
                    slot=PAINT)  # fmt: skip
    coach.patch(shape, (0.0, 0.09), (cab.belt - 0.26, cab.belt - 0.12), CHROME, corner=0.06, lift=0.028)
    bumper = TRIM if draw.random() < 0.5 else WHITE
    coach.block((0.24, 2 * HALF + 0.02, 0.42), (cab.front + 0.02, 0, 0.62), bumper, 0.05)
    coach.block((0.06, 1.1, 0.10), (cab.front - 0.09, 0, 0.50), BLACK, 0.02)
    for y, radius in ((0.92, 0.105), (0.68, 0.075)):
        _lamp(coach, cab.front - 0.105, y, 0.66, radius)
    coach.block((0.03, 0.10, 0.12), (cab.front - 0.095, 1.10, 0.66), AMBER, 0.01, mirrored=True)
    number_plate(coach, cab.front - 0.125, 0.66, -1, draw)
    coach.block((0.34, 2 * HALF - 0.34, 0.04), (cab.front + 0.12, 0, cab.top - 0.10), BLACK, 0.015, pitch=0.25)


def _lamp(coach: Coach, x: float, y: float, z: float, radius: float) -> None:
    """A round lamp facing forward: bezel, glass, bulb."""
    for size, ahead, colour in ((1.0, 0.0, BLACK), (0.88, 0.014, LENS), (0.45, 0.022, (0.64, 0.65, 0.66))):
        disc = lathe(np.array([[radius * size, 0.0], [radius * size * 0.9, 0.012], [0.004, 0.02]]), 18)
        turn = rotation((0, 1, 0), -np.pi / 2)
        turn[:3, 3] = (x - ahead, y, z)
        coach.add(disc.moved(turn), colour)


def _frame(coach: Coach, cab: Cab, length: float, axles: tuple[float, float]) -> None:
    """Rails, tank, mudguards, rear lamps."""
    coach.block((length - 0.5, 0.09, 0.24), (0.15, 0.42, 0.80), DARK, 0.01, mirrored=True)
    coach.block((cab.back - cab.front - 0.2, 2 * HALF - 0.3, 0.3), ((cab.front + cab.back) / 2, 0, 0.80), DARK, 0.02)
    tank = tube(np.array([[cab.back + 0.15, HALF - 0.33, 0.66], [cab.back + 0.95, HALF - 0.33, 0.66]]), 0.27, 18, True)
    coach.add(tank, CHROME, mirrored=False)
    coach.block((0.7, 0.42, 0.45), (cab.back + 0.5, -HALF + 0.33, 0.68), TRIM, 0.03)
    turn = np.linspace(0.15, np.pi - 0.15, 14)
    for x in axles[1:]:
        arc = np.stack(
            [x + (RADIUS + 0.12) * np.cos(turn), np.full(14, HALF - 0.27), RADIUS + (RADIUS + 0.12) * np.sin(turn)], -1
        )
        near, far = arc + [0, 0.25, 0], arc - [0, 0.28, 0]
        guard = np.stack([near, far], 1).reshape(-1, 3)
        quads = np.array([[2 * n, 2 * n + 1, 2 * n + 3, 2 * n + 2] for n in range(13)])
        coach.add(Piece.quads(guard, quads, smooth=True), BLACK)
    back = length / 2
    coach.block((0.08, 2 * HALF - 0.3, 0.12), (back - 0.05, 0, 0.62), TRIM, 0.01)
    coach.block((0.05, 0.42, 0.13), (back - 0.02, HALF - 0.42, 0.80), RED_LENS, 0.015, mirrored=True)
    coach.block((0.05, 0.12, 0.13), (back - 0.018, HALF - 0.68, 0.80), AMBER, 0.015, mirrored=True)


def _tipper(coach: Coach, cab: Cab, length: float) -> None:
    """A steel tub with ribs."""
    start, end, low, top = cab.back + 0.18, length / 2, 1.18, 2.25
    long, middle = end - start, (start + end) / 2
    colour = tuple(np.array(coach.paint) * 0.8)
    coach.block((long, 2 * HALF, 0.10), (middle, 0, low), colour, 0.01, PAINT)
    coach.block((long, 0.05, top - low), (middle, HALF - 0.03, (low + top) / 2), colour, 0.008, PAINT, mirrored=True)
    for x in (start, end):
        coach.block((0.05, 2 * HALF - 0.04, top - low + 0.12), (x, 0, (low + top) / 2 + 0.06), colour, 0.008, PAINT)
    for x in np.linspace(start + 0.05, end - 0.05, 8):
        coach.block((0.09, 0.07, top - low), (x, HALF + 0.02, (low + top) / 2), colour, 0.012, PAINT, mirrored=True)
    coach.block((long + 0.05, 0.14, 0.10), (middle, HALF - 0.01, top), colour, 0.015, PAINT, mirrored=True)
    coach.block((0.9, 2 * HALF - 0.1, 0.05), (start - 0.40, 0, top + 0.16), colour, 0.01, PAINT, pitch=-0.12)


def _canvas(coach: Coach, cab: Cab, length: float, draw: np.random.Generator) -> None:
    """A low bed under a canvas roof on hoops."""
    start, end, low = cab.back + 0.2, length / 2, 1.15
    middle = (start + end) / 2
    coach.block((end - start, 2 * HALF, 0.12), (middle, 0, low), TRIM, 0.01)
    coach.block((end - start, 0.04, 0.45), (middle, HALF - 0.02, low + 0.25), coach.paint, 0.005, PAINT, mirrored=True)
    for x in (start, end):
        coach.block((0.04, 2 * HALF, 0.45), (x, 0, low + 0.25), coach.paint, 0.005, PAINT)
    along, share = np.meshgrid(np.linspace(start, end, 60), np.linspace(-1, 1, 41), indexing="ij")
    turn = share * np.pi / 2
    y = HALF * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.35
    z = low + 0.45 + 1.45 * np.abs(np.cos(turn)) ** 0.35
    sag = 0.04 * np.abs(np.sin((along - start) / (end - start) * np.pi * 4))
    p = np.stack([along, y * (1 - sag * 0.5), z - sag * np.abs(np.cos(turn))], -1)
    p += 0.02 * fractal(p, 2.0, 2, float(draw.uniform(0, 64)))[..., None]
    colour = ((0.075, 0.085, 0.045), (0.20, 0.19, 0.16), (0.03, 0.06, 0.13))[int(draw.integers(3))]
    coach.add(Piece.quads(p.reshape(-1, 3), grid_quads(60, 41), smooth=True), colour, mirrored=False)


def _fire_body(coach: Coach, cab: Cab, length: float, axle: float, draw: np.random.Generator) -> None:
    """Lockers with roller shutters, ladder and beacons on the roof, stripes."""
    start, end, low, top = cab.back + 0.06, length / 2 - 0.05, 0.72, 2.72
    long, middle = end - start, (start + end) / 2
    coach.block((long, 2 * HALF, top - 1.2), (middle, 0, (top + 1.2) / 2), coach.paint, 0.03, PAINT)
    for x0, x1 in ((start, axle - RADIUS - 0.12), (axle + RADIUS + 0.12, end)):
        coach.block(
            (x1 - x0, 2 * HALF - 0.01, 1.2 - low), ((x0 + x1) / 2, 0, (1.2 + low) / 2 + 0.01), coach.paint, 0.02, PAINT
        )
    bays = [(start + 0.08, axle - RADIUS - 0.16, low + 0.16), (axle - RADIUS - 0.06, axle + RADIUS + 0.04, 1.35),
            (axle + RADIUS + 0.16, end - 0.06, low + 0.16)]  # fmt: skip
    y = HALF + 0.004
    for x0, x1, z0 in bays:
        coach.block(
            (x1 - x0 + 0.06, 0.015, top - 0.22 - z0 + 0.06),
            ((x0 + x1) / 2, HALF, (z0 + top - 0.22) / 2),
            TRIM,
            0.004,
            mirrored=True,
        )
        for z in np.arange(z0, top - 0.26, 0.075):
            coach.block((x1 - x0, 0.03, 0.064), ((x0 + x1) / 2, y, z + 0.035), SHUTTER, 0.010, mirrored=True)
        coach.block((x1 - x0 - 0.1, 0.03, 0.035), ((x0 + x1) / 2, y + 0.022, z0 + 0.05), BLACK, 0.008, mirrored=True)
    for z, tall, colour in ((top - 0.10, 0.10, STRIPE), (low + 0.07, 0.09, STRIPE)):
        coach.block((long - 0.02, 0.008, tall), (middle, HALF + 0.006, z), colour, 0.0, mirrored=True)
    shape = _cab_shape(cab)
    first = float(shape.wall.metres(shape.wall.u_at(cab.front + 0.2)))
    last = float(sum(shape.wall.lengths[:2])) - 0.06
    coach.patch(shape, (first, last), (1.34, 1.52), STRIPE, corner=0.01, lift=0.004)
    coach.patch(shape, (0.0, 0.95), (cab.belt - 0.075, cab.belt - 0.035), STRIPE, corner=0.005, lift=0.004)
    _ladder(coach, start + 0.2, end - 0.1, top + 0.18, 0.45)
    coach.block((1.5, 0.5, 0.3), (middle - 0.3, -0.7, top + 0.14), SHUTTER, 0.02)
    x = cab.front + 0.62
    coach.block((0.3, 1.9, 0.09), (x, 0, cab.top + 0.07), TRIM, 0.03)
    for at in (0.28, 0.62, 0.86):
        coach.block((0.32, 0.24, 0.11), (x, at, cab.top + 0.13), BEACON, 0.035, mirrored=True)
    coach.block((0.16, 0.16, 0.14), (end - 0.2, HALF - 0.2, top + 0.07), BEACON, 0.04, mirrored=True)
    for number in range(8):
        coach.block((0.012, 0.24, 0.12), (end + 0.004, -0.96 + 0.27 * number, 1.0), (YELLOW, FIRE_RED)[number % 2], 0.0)
    coach.block((0.02, 1.3, 1.2), (end + 0.006, 0, 1.85), SHUTTER, 0.01)
    for z in np.arange(1.30, 2.42, 0.075):
        coach.block((0.03, 1.26, 0.062), (end + 0.014, 0, z), SHUTTER, 0.010)
    number_plate(coach, end + 0.02, 0.62, 1, draw)


def _ladder(coach: Coach, start: float, end: float, z: float, y: float) -> None:
    for side in (y - 0.22, y + 0.22):
        coach.block((end - start, 0.035, 0.09), ((start + end) / 2, side, z), CHROME, 0.005)
    for x in np.arange(start + 0.15, end, 0.3):
        coach.seam(np.array([[x, y - 0.22, z], [x, y + 0.22, z]]), 0.016, CHROME, mirrored=False)
    for x in (start + 0.3, end - 0.3):
        coach.block((0.05, 0.6, 0.14), (x, y, z - 0.1), TRIM, 0.008)
