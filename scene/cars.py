"""Cars, vans and ambulances: one body with a bonnet, stretched and dressed in different ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bodywork import Outline, Shape, sheet
from .coachwork import AMBER, BLACK, CHROME, RED_LENS, TRIM, Coach, Colour, cabin, glaze, number_plate
from .shapes import bevelled, tube
from .wheels import ALLOY, DARK, GLASS, PAINT, PLAIN, STEEL

PAINTS = (
    (0.42, 0.42, 0.41), (0.30, 0.31, 0.32), (0.11, 0.115, 0.12), (0.018, 0.018, 0.02), (0.22, 0.018, 0.016),
    (0.018, 0.045, 0.15), (0.05, 0.085, 0.065), (0.30, 0.27, 0.21), (0.055, 0.13, 0.20), (0.33, 0.17, 0.03),
)  # fmt: skip

LENS = (0.30, 0.32, 0.34)


@dataclass(frozen=True)
class Plan:
    """What tells one car from another; metres."""

    length: float
    half: float
    sill: float
    nose: float
    """z of the bonnet's front edge."""
    belt: float
    """z of the side windows' lower edge."""
    height: float
    bonnet: float
    """Length from the nose to the windscreen's foot."""
    rake: float
    """Length of the windscreen seen from above."""
    deck: float
    """Length behind the rear window."""
    rear_rake: float
    tumble: float
    """How much narrower the roof is on each side."""
    radius: float
    axles: tuple[float, float]
    """Distance of the axles from the nose and from the tail."""
    doors: int
    glazed: float
    """x, as a share of the length, where the side windows end."""
    spokes: int
    squareness: float


def drawn(kind: str, draw: np.random.Generator) -> Plan:
    """A plan of that kind: "car", "van" or "ambulance"."""
    jitter = draw.uniform(-1, 1, 8)
    if kind == "car":
        form = int(draw.integers(3))  # saloon, hatchback, off-roader
        height = (1.45, 1.50, 1.68)[form] + 0.03 * jitter[0]
        length = (4.45, 4.0, 4.4)[form] + 0.15 * jitter[1]
        belt = height * 0.63
        return Plan(
            length, 0.87 + 0.03 * jitter[2], (0.22, 0.22, 0.28)[form], belt - 0.20 + 0.03 * jitter[3], belt, height,
            (1.20, 1.02, 1.15)[form] + 0.06 * jitter[4], (0.78, 0.72, 0.62)[form], (0.62, 0.10, 0.08)[form],
            (0.68, 0.48, 0.35)[form], 0.20, (0.31, 0.31, 0.35)[form], (0.82, (0.95, 0.72, 0.80)[form]), 2, 1.0,
            int(draw.choice([0, 5, 6, 7])), (4.5, 4.5, 5.5)[form],
        )  # fmt: skip
    tall = 2.55 if kind == "ambulance" else 2.05 + 0.25 * jitter[0]
    return Plan(
        5.6 if kind == "ambulance" else 5.0 + 0.25 * jitter[1], 0.98, 0.30, 1.02, 1.22, tall, 0.88, 0.72, 0.04, 0.10,
        0.13, 0.34, (0.92, 1.05), 1, 0.40 if kind == "ambulance" or draw.random() < 0.7 else 0.97, 0, 7.0,
    )  # fmt: skip


def shape_of(plan: Plan) -> Shape:
    """The plan's curves; the middle of the car is x 0."""
    front, back = -plan.length / 2, plan.length / 2
    foot, tail = front + plan.bonnet, back - plan.deck
    tall = plan.height > 1.8
    shoulder = (
        (front, plan.nose), (front + 0.35, plan.nose + 0.05), (foot, plan.belt - 0.03), (foot + 0.5, plan.belt),
        (tail - 0.4, plan.belt + 0.04), (back, plan.belt + (0.04 if plan.deck < 0.3 else -0.01)),
    )  # fmt: skip
    roof_front, roof_back = foot + plan.rake, tail - plan.rear_rake
    roof_z = (
        (roof_front, plan.height - 0.07), (roof_front + 0.4, plan.height - 0.03), (0.3, plan.height - 0.02),
        (roof_back, plan.height - (0.04 if tall else 0.09)),
    )  # fmt: skip
    square = plan.squareness + (6.0 if tall else 2.0)
    return Shape(
        Outline(front, back, plan.half, (plan.squareness, plan.squareness + (7.0 if tall else 1.5))),
        plan.sill, shoulder, Outline(foot, tail, plan.half - 0.075, (square, square + 2)),
        Outline(roof_front, roof_back, plan.half - 0.075 - plan.tumble, (square, square + 2)), roof_z,
        crown=0.045, lean=0.16 if not tall else 0.10, tuck=0.07,
    )  # fmt: skip


def add_car(coach: Coach, kind: str, draw: np.random.Generator, panes: tuple[str, ...], flat: np.ndarray) -> float:
    """Build a car, van or ambulance into ``coach``; its length.

    ``panes``: what is left of each pane, see ``glaze``; ``flat`` (4,) which tyres are flat: front left and right, rear
    left and right.
    """
    plan = drawn(kind, draw)
    shape = shape_of(plan)
    axles = (-plan.length / 2 + plan.axles[0], plan.length / 2 - plan.axles[1])
    _body(coach, plan, shape, axles)
    _greenhouse(coach, plan, shape, panes)
    _face(coach, plan, shape, draw)
    _back(coach, plan, shape, draw)
    _trim(coach, plan, shape, axles)
    colour = STEEL if plan.spokes == 0 else tuple(np.array(ALLOY) * draw.uniform(0.5, 1.1))
    for axle, pair in zip(axles, flat.reshape(2, 2), strict=True):
        coach.axle(axle, plan.half - 0.015, plan.radius, 0.21, plan.spokes, colour, (bool(pair[0]), bool(pair[1])))
    if any(state != "whole" for state in panes):
        foot = -plan.length / 2 + plan.bonnet
        rows = 1 if plan.height > 1.8 else 2
        cabin(coach, foot - 0.1, plan.length / 2 - plan.deck - 0.3, plan.half - 0.14, plan.sill + 0.06, rows, 0.36)
    coach.block((plan.length - 0.5, 2 * plan.half - 0.24, 0.1), (0, 0, plan.sill + 0.02), DARK, 0)
    coach.block((0.7, 2 * plan.half - 0.5, 0.35), (axles[0] - 0.05, 0, plan.sill + 0.28), DARK, 0)
    if kind == "ambulance":
        _ambulance(coach, plan, shape)
    return plan.length


def _body(coach: Coach, plan: Plan, shape: Shape, axles: tuple[float, float]) -> None:
    opening = plan.radius + 0.055

    def arches(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        place = shape.on_wall(u, v)
        away = [np.hypot(place[..., 0] - axle, place[..., 2] - plan.radius) for axle in axles]
        return opening - np.minimum(*away)

    us = shape.wall.parameters(0.055)
    vs = np.concatenate([np.linspace(0, 0.86, 13), np.linspace(0.9, 1, 5)])
    coach.panel(shape.on_wall, us, vs, arches)

    def under_house(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        place = shape.on_top(u, v)
        return shape.base.depth(place[..., 0], place[..., 1]) - 0.05

    coach.panel(shape.on_top, us, np.linspace(0, 1, 11), under_house)
    for axle in axles:
        turn = np.linspace(-0.12, np.pi + 0.12, 24)
        lip = np.stack([axle + opening * np.cos(turn), plan.radius + opening * np.sin(turn)], -1)
        along = shape.wall.metres(np.array([shape.wall.u_at(x) for x in lip[:, 0]]))
        ring = shape.in_metres(along, np.maximum(lip[:, 1], shape.sill))
        coach.add(tube(ring, 0.016, 5), TRIM if plan.squareness > 5 else coach.paint,
                  PLAIN if plan.squareness > 5 else PAINT)  # fmt: skip


def _greenhouse(coach: Coach, plan: Plan, shape: Shape, panes: tuple[str, ...]) -> None:
    front_length, side_length, back_length = shape.base.lengths
    end = -plan.length / 2 + plan.length * plan.glazed
    pillars = [-plan.length / 2 + plan.bonnet + 0.62 * plan.rake + 0.78]
    if plan.doors == 2:
        pillars.append(pillars[0] + 0.92)

    def hole(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Above 0 in a window, metres from its edge."""
        place = shape.on_house(u, v)
        tall = plan.height - plan.belt
        level = np.minimum((v - 0.09) * tall, (0.90 - v) * tall)
        ahead = (1 - u) * front_length - 0.035
        behind = (u - 2) * back_length - 0.06
        side = np.minimum((u - 1) * side_length - 0.045, (2 - u) * side_length - 0.10)
        side = np.minimum(side, end - place[..., 0])
        for number, pillar in enumerate(pillars):
            side = np.minimum(side, np.abs(place[..., 0] - pillar) - (0.05 if number == 0 else 0.03))
        if plan.height > 1.8:
            behind = np.minimum(behind, (u - 2.15) * back_length)
            level = np.where(u < 2, np.minimum(level, 0.62 - (v - 0.09) * tall), np.minimum(level, 0.55 - v * tall))
        return np.minimum(np.where(u < 1, ahead, np.where(u > 2, behind, side)), level)

    us, vs = shape.base.parameters(0.045), np.linspace(0, 1, 15 if plan.height < 1.8 else 25)
    coach.panel(shape.on_house, us, vs, hole)
    coach.panel(shape.on_roof, shape.base.parameters(0.09), np.linspace(0, 1, 9))
    glaze(coach, shape, us, vs, hole, lambda pane: panes[pane])
    rubber = sheet(shape.on_house, shape.base.parameters(0.02), np.linspace(0, 1, 48),
                   lambda u, v: np.abs(hole(u, v) + 0.008) - 0.014, lift=0.003)  # fmt: skip
    coach.add(rubber, BLACK)
    if panes[0] == "whole":
        for y in (0.05, 0.42):
            us = np.array([shape.base.u_across(y + reach) for reach in np.linspace(0, 0.5, 6)])
            arm = shape.on_house(us, np.linspace(0.08, 0.17, 6)) + [-0.02, 0.0, 0.015]
            coach.seam(arm, 0.008, BLACK, mirrored=False)
            coach.seam(arm * [1, -1, 1] + [0, 0.5, 0], 0.008, BLACK, mirrored=False)


def _face(coach: Coach, plan: Plan, shape: Shape, draw: np.random.Generator) -> None:
    """Lamps, grille, intake, plate."""
    nose, corner = plan.nose, shape.wall.lengths[0]
    front = -plan.length / 2
    z = nose - 0.10
    inner, size = corner - float(draw.uniform(0.24, 0.34)), float(draw.uniform(0.045, 0.065))
    outer = corner + float(draw.uniform(0.02, 0.22))
    slant = float(draw.uniform(0.0, 0.16))
    coach.patch(shape, (inner, outer), (z - size, z + size), BLACK, slant=slant, corner=0.03, lift=0.003)
    coach.patch(shape, (inner + 0.012, outer - 0.012), (z - size + 0.012, z + size - 0.012), LENS, slant=slant,
                corner=0.025, lift=0.007)  # fmt: skip
    for share in (0.3, 0.68):
        a = inner + share * (outer - inner)
        level = z + slant * (a - (inner + outer) / 2)
        bulb = size - 0.018
        coach.patch(shape, (a - bulb, a + bulb), (level - bulb, level + bulb), (0.05, 0.05, 0.055), corner=bulb * 0.98,
                    lift=0.010, step=0.012)  # fmt: skip
        coach.patch(shape, (a - bulb * 0.6, a + bulb * 0.6), (level - bulb * 0.6, level + bulb * 0.6),
                    (0.62, 0.64, 0.66), corner=bulb * 0.58, lift=0.013, step=0.01)  # fmt: skip
    coach.patch(shape, (outer - 0.06, outer - 0.016), (z - size + 0.016, z + size - 0.016), AMBER, slant=slant,
                corner=0.01, lift=0.009)  # fmt: skip
    half, low = inner - 0.03, z - float(draw.uniform(0.06, 0.13))
    coach.patch(shape, (0.0, half), (low, z + 0.045), BLACK, corner=0.03, lift=0.005)
    bars = int(draw.integers(2, 6))
    chrome = CHROME if draw.random() < 0.6 else TRIM
    for level in np.linspace(low, z + 0.045, bars + 2)[1:-1]:
        coach.patch(shape, (0.0, half - 0.02), (level - 0.007, level + 0.007), chrome, corner=0.006, lift=0.016)
    middle = (low + z + 0.045) / 2
    coach.patch(shape, (0.0, 0.055), (middle - 0.05, middle + 0.05), CHROME, corner=0.048, lift=0.022)
    lower = plan.sill + 0.07
    tall = plan.height > 1.8
    coach.patch(shape, (0.0, corner - 0.20), (lower, lower + 0.11), BLACK, corner=0.03, lift=0.004)
    for level in (lower + 0.035, lower + 0.075):
        coach.patch(shape, (0.0, corner - 0.24), (level - 0.006, level + 0.006), TRIM, corner=0.005, lift=0.012)
    coach.patch(shape, (corner - 0.15, corner - 0.03), (lower, lower + 0.09), BLACK, corner=0.03)
    coach.patch(shape, (corner - 0.125, corner - 0.055), (lower + 0.01, lower + 0.08), LENS, corner=0.034, lift=0.009)
    if tall:
        coach.patch(shape, (0.0, corner + 0.25), (plan.sill, plan.sill + 0.30), TRIM, corner=0.01, lift=0.002)
    number_plate(coach, front - 0.045, lower + 0.17, -1, draw)
    line = np.linspace(0.0, corner + 0.05, 24)
    coach.seam(shape.in_metres(line, np.full(24, plan.nose - 0.025)) + [-0.002, 0, 0.0])
    coach.seam(shape.in_metres(line, np.full(24, plan.sill + 0.30)) + [-0.002, 0, 0.0], 0.003)


def _back(coach: Coach, plan: Plan, shape: Shape, draw: np.random.Generator) -> None:
    end = sum(shape.wall.lengths)
    corner = end - shape.wall.lengths[2]
    top = float(shape.shoulder_at(np.array(plan.length / 2)))
    z = top - 0.17
    tall = plan.height > 1.8
    inner = corner + (0.06 if tall else float(draw.uniform(0.16, 0.3)))
    outer, size = corner - float(draw.uniform(0.03, 0.2)), 0.16 if tall else float(draw.uniform(0.055, 0.09))
    coach.patch(shape, (outer, inner), (z - size, z + size), RED_LENS, corner=0.03, lift=0.008)
    coach.patch(shape, (corner - 0.005, inner - 0.02), (z - size + 0.02, z - size + 0.055), LENS, corner=0.012,
                lift=0.013)  # fmt: skip
    coach.patch(shape, (corner - 0.005, inner - 0.02), (z - size + 0.06, z - size + 0.09), AMBER, corner=0.012,
                lift=0.013)  # fmt: skip
    coach.patch(shape, (corner + 0.02, end), (plan.sill, plan.sill + 0.12), TRIM, corner=0.02)
    line = np.linspace(corner - 0.1, end, 20)
    coach.seam(shape.in_metres(line, np.full(20, plan.sill + 0.30)) + [0.003, 0, 0], 0.003)
    number_plate(coach, plan.length / 2 + (0.0 if tall else -0.005), z - 0.02, 1, draw)
    pipe = np.array([[plan.length / 2 - 0.35, 0.5, plan.sill + 0.02], [plan.length / 2 + 0.01, 0.5, plan.sill]])
    coach.seam(pipe, 0.025, TRIM, mirrored=False)


def _trim(coach: Coach, plan: Plan, shape: Shape, axles: tuple[float, float]) -> None:
    """Door gaps, handles, mirrors, sills."""
    first = -plan.length / 2 + plan.bonnet + 0.62 * plan.rake
    doors = [first - 0.22, first + 0.78] + ([first + 1.70] if plan.doors == 2 else [])
    level = plan.sill + 0.10
    for number, x in enumerate(doors):
        a = float(shape.wall.metres(shape.wall.u_at(x)))
        top = float(shape.shoulder_at(np.array(x)))
        zs = np.linspace(level, top - 0.05, 14)
        # the last gap swings round the rear wheel
        dodge = 0.0
        if number == 2:
            away = plan.radius + 0.09 - np.hypot(x - axles[1], zs - plan.radius)
            dodge = np.maximum(away, 0) * 1.2
        coach.seam(shape.in_metres(a - dodge, zs))
    low = [float(shape.wall.metres(shape.wall.u_at(x))) for x in (doors[0], doors[-1])]
    line = np.linspace(low[0], low[1] - (0.25 if plan.doors == 2 else 0), 20)
    coach.seam(shape.in_metres(line, np.full(20, level)))
    coach.patch(shape, (low[0] - 0.2, low[1] - 0.1), (plan.sill, plan.sill + 0.075), TRIM, corner=0.01)
    for x in doors[1:]:
        z = float(shape.shoulder_at(np.array(x))) - 0.13
        a = float(shape.wall.metres(shape.wall.u_at(x - 0.14)))
        y = float(shape.in_metres(np.array(a), np.array(z))[1])
        coach.patch(shape, (a - 0.085, a + 0.085), (z - 0.03, z + 0.03), BLACK, corner=0.028, lift=0.002)
        coach.block((0.16, 0.02, 0.026), (x - 0.14, y + 0.014, z), coach.paint, 0.006, PAINT, mirrored=True)
    x = first - 0.13
    z, y = plan.belt + 0.10, plan.half + (0.06 if plan.height < 1.8 else 0.1)
    tall = 0.13 if plan.height < 1.8 else 0.26
    coach.block((0.09, 0.19, tall), (x, y, z), coach.paint if plan.height < 1.8 else TRIM, 0.035,
                PAINT if plan.height < 1.8 else PLAIN, mirrored=True)  # fmt: skip
    coach.add(bevelled((0.01, 0.16, tall - 0.03), 0.003, (x + 0.045, y, z)), DARK, GLASS, soot=0.0)
    coach.seam(np.array([[x, y - 0.15, z - 0.06], [x, y - 0.05, z - 0.03]]), 0.025, TRIM)
    if plan.height > 1.8 and plan.glazed > 0.5:
        return
    if plan.height > 1.8:
        rail = np.linspace(low[1] + 0.1, low[1] + 1.3, 10)
        coach.seam(shape.in_metres(rail, np.full(10, plan.belt - 0.12)), 0.012, TRIM)
        return
    back = shape.on_roof(np.array([1.9]), np.array([0.9]))[0]
    coach.seam(np.array([back, back + [0.14, 0, 0.18]]), 0.005, BLACK, mirrored=False)


def _ambulance(coach: Coach, plan: Plan, shape: Shape) -> None:
    """Red band with yellow squares, crosses, beacons on the roof."""
    start = float(shape.wall.metres(shape.wall.u_at(-plan.length / 2 + 0.7)))
    corner = sum(shape.wall.lengths[:2])
    belt = plan.belt
    coach.patch(shape, (start, corner - 0.1), (belt - 0.34, belt - 0.14), (0.42, 0.02, 0.02), corner=0.01, lift=0.003)
    for number, a in enumerate(np.arange(start + 0.1, corner - 0.4, 0.24)):
        colour = (0.50, 0.52, 0.03) if number % 2 else (0.42, 0.02, 0.02)
        coach.patch(shape, (a, a + 0.24), (belt - 0.50, belt - 0.36), colour, corner=0.002, lift=0.003, step=0.06)
    along = shape.base.metres(shape.base.u_at(0.9))
    u = float(np.interp(along, np.cumsum([0, *shape.base.lengths]), [0, 1, 2, 3]))
    _cross(coach, shape, u, 0.5)
    width = plan.half - 0.35
    x = float(shape.roof.front) + 0.25
    z = plan.height + 0.02
    coach.block((0.26, 2 * width, 0.10), (x, 0, z + 0.03), TRIM, 0.03)
    for y in np.linspace(0.12, width - 0.1, 3):
        coach.block((0.28, 0.2, 0.09), (x, y, z + 0.09), (0.02, 0.07, 0.62), 0.03, mirrored=True)
    coach.block(
        (0.14, 0.14, 0.10), (plan.length / 2 - 0.4, plan.half - 0.34, z - 0.02), (0.02, 0.07, 0.62), 0.04, mirrored=True
    )


def _cross(coach: Coach, shape: Shape, u: float, v: float) -> None:
    """A red cross on the side."""

    def field(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        place, middle = shape.on_house(a, b), shape.on_house(np.array(u), np.array(v))
        dx, dz = np.abs(place[..., 0] - middle[0]), np.abs(place[..., 2] - middle[2])
        return np.minimum(np.maximum(dx - 0.10, dz - 0.32), np.maximum(dx - 0.32, dz - 0.10))

    us = np.linspace(u - 0.12, u + 0.12, 36)
    coach.add(sheet(shape.on_house, us, np.linspace(v - 0.3, v + 0.3, 30), field, lift=0.004), (0.45, 0.015, 0.015))


def paint_of(kind: str, draw: np.random.Generator) -> Colour:
    """A paint for that kind of vehicle."""
    if kind == "ambulance":
        return (0.56, 0.56, 0.54)
    if kind == "van" and draw.random() < 0.6:
        return (0.50, 0.50, 0.48)
    return tuple(float(channel) for channel in np.array(PAINTS[int(draw.integers(len(PAINTS)))]))
