"""The inside of a house: floors bay by bay, papered walls, bars and slabs hanging, roofs."""

from __future__ import annotations

import numpy as np

from ..dataset.spec import BAY, DEPTH, STOREY
from .facade import PAPERS, finish, lines
from .fragments import KINDS, templates
from .furniture import WOODS, pick
from .house import SHIFT_FLOOR, SHIFT_INNER, House
from .laying import Batch, laid
from .meshes import Piece
from .panels import Frame, bars, torn
from .shapes import CAST, OTHER, box, dressed, rotation, tube, turned

FLOORS = ((0.26, 0.17, 0.10), (0.30, 0.21, 0.13), (0.20, 0.12, 0.075), (0.30, 0.27, 0.23), (0.24, 0.12, 0.09))
CEILING = (0.50, 0.49, 0.46)
TAR = (0.085, 0.085, 0.09)


def floors(house: House) -> list[Piece]:
    """Slabs a bay and half a depth each, torn where the field says; bars stand out of their torn edges."""
    done: list[Piece] = []
    for storey in range(house.spec.storeys + 1):
        for bay in range(house.spec.bays):
            for half in range(2):
                done += _slab(house, storey, bay, half)
    return done


def _slab(house: House, storey: int, bay: int, half: int) -> list[Piece]:
    draw = house.draw("slab", storey, bay, half)
    roof = storey == house.spec.storeys
    wide, deep = BAY - 0.02, DEPTH / 2 - 0.11
    # inset from the front, or slab and facade would fight for the same plane
    origin = np.array([bay * BAY + 0.01, 0.1 + half * (deep + 0.02), storey * STOREY + float(draw.normal(0, 0.006))])
    frame = Frame(origin, np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), np.array([0, 0, 1.0]))
    field = house.damage(frame.at(*np.meshgrid([0, wide / 2, wide], [0, deep / 2, deep], indexing="ij"))) + SHIFT_FLOOR
    if field.max() < -1.2:
        us, vs = np.array([0, wide]), np.array([0, deep])
    else:
        us, vs = np.linspace(0, wide, 17), np.linspace(0, deep, 27)
    part = torn(us, vs, frame, 0.2, house.damage, SHIFT_FLOOR, draw, jitter=0.05)
    if part is None:
        return []
    cover = TAR if roof else pick(house.draw("floor", storey, bay, half), FLOORS)
    done = [finish(house, part, cover, CEILING, draw)]
    if house.panel:
        done += bars(draw, part, 0.42, 0.009)
    else:
        done += _joists(house, draw, origin, wide, deep)
    return done


def _joists(house: House, draw: np.random.Generator, origin: np.ndarray, wide: float, deep: float) -> list[Piece]:
    """Timber beams under a brick house's floor, sticking out where the floor is gone."""
    done = []
    for x in np.arange(0.3, wide, 0.7):
        ys = np.linspace(0, deep, 12)
        points = np.stack([np.full(12, origin[0] + x), origin[1] + ys, np.full(12, origin[2] - 0.28)], 1)
        alive = house.damage(points) + SHIFT_FLOOR - float(draw.uniform(0.0, 0.9)) < 0
        if alive.sum() < 3 or alive.all():
            continue
        kept = ys[alive]
        size, middle = (0.09, float(np.ptp(kept)) + 0.1, 0.16), origin + [x, float(kept.mean()), -0.28]
        beam = dressed(box(size, middle), pick(draw, WOODS[:3]) * 0.7, OTHER)
        beam.points["soot"] = house.soot(beam.vertices).astype(np.float32)
        done.append(beam)
    return done


def partitions(house: House) -> list[Piece]:
    """Cross walls between the bays and the corridor's wall, each room with a paper of its own."""
    done = []
    for storey in range(house.spec.storeys):
        for bay in range(1, house.spec.bays):
            for half in range(2):
                made = _cross(house, storey, bay, half)
                if made is not None:
                    done.append(made)
        for bay in range(house.spec.bays):
            made = _corridor(house, storey, bay)
            if made is not None:
                done.append(made)
    return done


def paper(house: House, storey: int, bay: int, half: int) -> np.ndarray:
    """The colour of a room's walls."""
    return pick(house.draw("paper", storey, bay, half), PAPERS)


def _cross(house: House, storey: int, bay: int, half: int) -> Piece | None:
    draw = house.draw("cross", storey, bay, half)
    deep = DEPTH / 2 - 0.2
    origin = np.array([bay * BAY + 0.08, 0.2 + half * deep, storey * STOREY])
    frame = Frame(origin, np.array([0, 1.0, 0]), np.array([0, 0, 1.0]), np.array([1.0, 0, 0]))
    probe = house.damage(frame.at(*np.meshgrid([0, deep / 2, deep], [0, STOREY], indexing="ij")))
    if probe.max() < -1.6:
        us, vs = np.array([0, deep]), np.array([0, STOREY])
    else:
        us, vs = np.linspace(0, deep, 27), lines(0, STOREY)
    part = torn(us, vs, frame, 0.16, house.damage, 0.0, draw)
    if part is None:
        return None
    return finish(house, part, paper(house, storey, bay, half), paper(house, storey, bay - 1, half), draw)


def _corridor(house: House, storey: int, bay: int) -> Piece | None:
    draw = house.draw("corridor", storey, bay)
    origin = np.array([bay * BAY + 0.08, DEPTH / 2, storey * STOREY])
    wide = BAY - 0.16
    frame = Frame(origin, np.array([1.0, 0, 0]), np.array([0, 0, 1.0]), np.array([0, -1.0, 0]))
    us, vs = np.linspace(0, wide, 17), lines(0, STOREY)
    u, v = (us[:-1] + us[1:]) / 2, (vs[:-1] + vs[1:]) / 2
    opening = ((u > 1.1) & (u < 2.0))[:, None] & (v < 2.0)[None]
    part = torn(us, vs, frame, 0.12, house.damage, SHIFT_INNER, draw, opening)
    if part is None:
        return None
    return finish(house, part, paper(house, storey, bay, 0), paper(house, storey, bay, 1), draw)


def hanging(house: House) -> list[Piece]:
    """Slabs that hang from the torn edges by their bars, and rubble left lying on the floors."""
    draw = house.draw("hanging")
    plates = templates()["slab"]
    rows = []
    for storey in range(1, house.spec.storeys):
        for _ in range(3):
            spot = _edge_spot(house, draw, storey, (0.02, 0.4))
            if spot is None:
                continue
            lean = rotation((0, 0, 1), float(draw.uniform(0, 6.28))) @ rotation(
                (0, 1, 0), float(draw.uniform(0.9, 1.45))
            )
            lean[:3, 3] = spot - [0, 0, 0.7]
            rows.append((KINDS.index("slab"), int(draw.integers(2, len(plates))), 0.85, lean))
    for storey in range(house.spec.storeys):
        for _ in range(26):
            spot = _edge_spot(house, draw, storey, (-2.2, -0.25))
            if spot is None or house.in_flat(storey, int(spot[0] // BAY), int(spot[1] > DEPTH / 2)):
                continue
            name = ("chunk", "brick", "wall", "wood", "masonry")[int(draw.choice(5, p=[0.4, 0.3, 0.15, 0.1, 0.05]))]
            flat = turned(float(draw.uniform(0, 6.28))) @ rotation((1, 0, 0), float(draw.normal(0, 0.15)))
            flat[:3, 3] = spot + [0, 0, 0.06]
            rows.append(
                (KINDS.index(name), int(draw.integers(len(templates()[name]))), float(draw.uniform(0.4, 1)), flat)
            )
    if not rows:
        return []
    kinds, shapes, scales, matrices = zip(*rows, strict=True)
    piece = laid(Batch(np.array(kinds), np.array(shapes), np.array(scales), np.array(matrices)), draw)
    piece.points["soot"] = (0.6 * house.soot(piece.vertices)).astype(np.float32)
    piece.points["shelter"] = house.sheltered(piece.vertices).astype(np.float32)
    return [piece]


def _edge_spot(house: House, draw: np.random.Generator, storey: int, band: tuple[float, float]) -> np.ndarray | None:
    """A point of a floor where the field lies within a band; None where none is found soon."""
    spots = np.stack([draw.uniform(0.3, house.length - 0.3, 40), draw.uniform(0.4, DEPTH - 0.4, 40),
                      np.full(40, storey * STOREY)], 1)  # fmt: skip
    field = house.damage(spots) + SHIFT_FLOOR
    fitting = np.flatnonzero((field > band[0]) & (field < band[1]))
    return spots[fitting[0]] if len(fitting) else None


def roof(house: House) -> list[Piece]:
    """A flat roof's parapet and vents, or the rafters and sheets left of a pitched one."""
    return _parapet(house) if house.panel else _rafters(house)


def _parapet(house: House) -> list[Piece]:
    draw, done = house.draw("parapet"), []
    for y in (0.13, DEPTH - 0.13):
        for x in np.arange(0.4, house.length, 0.8):
            if house.stands(x, y, house.top, 0.35):
                done.append(dressed(box((0.8, 0.24, 0.45), (x, y, house.top + 0.2)), house.wall * 0.95, CAST))
    for _ in range(house.spec.bays):
        x, y = float(draw.uniform(1, house.length - 1)), float(draw.uniform(3, DEPTH - 3))
        if house.stands(x, y, house.top, 1.2):
            size = (0.5, 0.7, float(draw.uniform(0.7, 1.3)))
            done.append(dressed(box(size, (x, y, house.top + size[2] / 2)), house.wall * 0.8, CAST))
            mast = np.array([[x + 0.8, y, house.top], [x + 0.8, y, house.top + 2.2]])
            done.append(dressed(tube(mast, 0.02, 5), (0.2, 0.2, 0.2), OTHER))
    return done


def _rafters(house: House) -> list[Piece]:
    draw, done = house.draw("rafters"), []
    rise, over = DEPTH * 0.32, 0.45
    wood = np.array([0.13, 0.085, 0.055])
    burnt = house.spec.burnt > 0.25
    for x in np.arange(0.2, house.length, 0.9):
        for side in (-1, 1):
            lost = float(draw.uniform(0, 1)) if draw.random() < (0.6 if burnt else 0.3) else 0.0
            foot = np.array([x, -over if side < 0 else DEPTH + over, house.top + 0.1])
            ridge = np.array([x, DEPTH / 2, house.top + 0.1 + rise])
            if not house.stands(x, float(foot[1]) * 0.6 + ridge[1] * 0.4, house.top, 0.2):
                continue
            end = foot + (ridge - foot) * (1 - 0.7 * lost)
            beam = dressed(
                tube(np.stack([foot, end]), 0.075, 4, capped=True), wood * float(draw.uniform(0.6, 1.2)), OTHER
            )
            beam.smooth = False
            beam.points["soot"][:] = 0.85 if burnt else 0.1
            done.append(beam)
            if not burnt:
                done += _roofing(house, draw, foot, ridge)
    for end in (0, 1):
        done += _gable(house, end, rise)
    return done


def _roofing(house: House, draw: np.random.Generator, foot: np.ndarray, ridge: np.ndarray) -> list[Piece]:
    """Sheets over one rafter, some slipped, some gone."""
    done, slope = [], ridge - foot
    long = float(np.linalg.norm(slope))
    angle = float(np.arctan2(slope[2], abs(slope[1])))
    for number in range(int(long / 1.1)):
        spot = foot + slope * ((number + 0.5) * 1.1 / long) + [0.45, 0, 0.12]
        near = float(house.damage(np.array([[spot[0], spot[1], house.top]]))[0])
        if near > -0.6 or draw.random() < (0.10 if near < -2 else 0.45):
            continue
        grey = np.array([0.26, 0.25, 0.24]) * float(draw.uniform(0.75, 1.1))
        sheet = dressed(box((0.94, 1.2, 0.012)), grey, OTHER)
        tilt = rotation((1, 0, 0), angle if slope[1] > 0 else -angle) @ turned(float(draw.normal(0, 0.015)))
        tilt[:3, 3] = spot
        done.append(sheet.moved(tilt))
    return done


def _gable(house: House, end: int, rise: float) -> list[Piece]:
    """The brick triangle under the roof at an end, if its wall stands."""
    x = 0.0 if end == 0 else house.length
    if not house.stands(x, DEPTH / 2, house.top, 1.5):
        return []
    ys = np.array([0, DEPTH, DEPTH / 2])
    zs = house.top + np.array([0, 0, rise])
    points = np.concatenate([np.stack([np.full(3, x + dx), ys, zs], 1) for dx in (0.0, 0.3 if end == 0 else -0.3)])
    order = np.array([[0, 2, 1], [3, 4, 5]] if end == 0 else [[0, 1, 2], [3, 5, 4]])
    rest = np.stack([points[:, 1], np.zeros(6), points[:, 2]], 1)
    piece = dressed(Piece.quads(points, order), house.wall, OTHER, rest=rest)
    piece.material = 1
    return [piece]
