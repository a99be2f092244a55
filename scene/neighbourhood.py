"""What lies around a site: streets, plots with houses and gardens, blocks of flats, garages, cars, trees, pylons.

Everything but the trees is one mesh; trees and bushes are instances. Nothing of it can be stood on or bears a label,
and it keeps clear of where people and cameras go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import bpy
import numpy as np

from ..dataset.spec import SiteSpec, child, stream
from . import dwellings, vegetation
from .dwellings import PAINTS, ROOFS, WALLS
from .farland import level, surfaced
from .ground import PAVING, REACH, asphalt
from .materials import far_material, glass_material, lit_material
from .meshes import Piece, join, to_object
from .shapes import grid_quads, turned

REACHES = 225.0
"""Metres from the middle to which there are streets."""

NEAR = 105.0
"""Metres within which houses have window frames and fences their posts."""

SITE = (-46.0, 46.0, -36.0, 46.0)
"""What stays free of plots; the back yard in its north has a strip of its own."""

QUARTERS = {"village": (0.75, 0.02, 0.08, 0.15), "suburb": (0.62, 0.18, 0.12, 0.08), "estate": (0.22, 0.50, 0.18, 0.10),
            "outskirts": (0.32, 0.10, 0.28, 0.30)}  # fmt: skip
"""Kind of neighbourhood -> shares of blocks with houses, flats, yards and greens."""

LAWNS = ((0.062, 0.095, 0.024), (0.085, 0.110, 0.032), (0.052, 0.080, 0.022), (0.125, 0.120, 0.050))
BEDS = (0.080, 0.058, 0.040)
BOARDS = (
    (0.20, 0.135, 0.085),
    (0.10, 0.15, 0.11),
    (0.12, 0.16, 0.22),
    (0.30, 0.29, 0.27),
    (0.24, 0.10, 0.07),
    (0.33, 0.31, 0.25),
)

Rect = tuple[float, float, float, float]
"""x from, to, y from, to."""


@dataclass
class _Quarter:
    """What is gathered before it becomes a mesh."""

    draw: np.random.Generator
    asphalt: np.ndarray
    """Linear colour of its streets."""
    pieces: list[Piece] = field(default_factory=list)
    trees: list[tuple[float, float, float]] = field(default_factory=list)
    bushes: list[tuple[float, float, float]] = field(default_factory=list)
    flats: list[tuple[float, float, float]] = field(default_factory=list)
    """(x, y, yaw) of blocks of flats."""


def add_neighbourhood(spec: SiteSpec, collection: bpy.types.Collection) -> list[tuple[float, float, float]]:
    """Build it around the site; (x, y, yaw) of the places left for blocks of flats, for the skyline's houses."""
    seed = child(spec.seed, "neighbourhood")
    quarter = _Quarter(stream(seed, "blocks"), asphalt(spec.ground))
    kind = str(quarter.draw.choice(list(QUARTERS)))
    xs, ys = _streets(quarter, spec.ground.road)
    for block in _blocks(xs, ys):
        _fill(quarter, block, QUARTERS[kind])
    _back_yards(quarter, spec)
    for _ in range(2 if kind == "outskirts" else int(quarter.draw.random() < 0.4)):
        x, y = quarter.draw.uniform(-200, 200), quarter.draw.uniform(240, 420)
        quarter.pieces.append(_plain(dwellings.pylon()).moved(turned(0.05, x, y, float(level(x, y)), 1.0)))
    materials = [far_material(), glass_material(), lit_material()]
    to_object("Neighbourhood", join(quarter.pieces), materials, collection)
    _plant(quarter, spec, collection)
    return quarter.flats


def _streets(quarter: _Quarter, road: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Streets' middle lines, those along y (their x) and along x (their y), laid with pavements on both sides."""
    draw = quarter.draw

    def lines(first: float, way: int) -> list[float]:
        found = [first * way]
        while abs(found[-1]) < REACHES:
            found.append(found[-1] + way * float(draw.uniform(58, 84)))
        return found

    xs = sorted([*lines(float(draw.uniform(52, 58)), -1), *lines(float(draw.uniform(52, 58)), 1)])
    ys = sorted([*lines(float(draw.uniform(46, 54)), -1), *lines(float(draw.uniform(54, 62)), 1)])
    main = (road[0] + road[1]) / 2
    for y in [*ys, main]:
        wide = road[1] - road[0] if y == main else 5.5
        for side in (-1, 1):
            _lane(quarter, (0.0, y), (side * REACHES, y), wide, REACH[0] - 0.5 if y == main else 0.0)
    for x in xs:
        for side in (-1, 1):
            _lane(quarter, (x, main), (x, side * REACHES), 5.5, 3.0)
    return np.array(xs), np.array(sorted([*ys, main]))


def _lane(quarter: _Quarter, start: tuple[float, float], end: tuple[float, float], wide: float, skip: float) -> None:
    """Asphalt with pavements and a broken middle line, from ``skip`` metres behind ``start`` to ``end``."""
    along = 0 if start[1] == end[1] else 1
    way = np.sign(end[along] - start[along])
    first, last = start[along] + way * skip, end[along]
    cuts = np.linspace(min(first, last), max(first, last), max(2, int(abs(last - first) / 9)))
    middle = start[1 - along]
    for low, high, colour, lift, hard in (
        (middle - wide / 2 - 1.8, middle + wide / 2 + 1.8, PAVING, 0.05, 0.6),
        (middle - wide / 2, middle + wide / 2, tuple(1.15 * quarter.asphalt), 0.075, 1.0),
    ):
        quarter.pieces.append(_strip(along, cuts, low, high, colour, lift, hard))
    if wide > 6:
        for begin in np.arange(min(first, last) + 3, max(first, last) - 4, 7.5):
            dash = _strip(along, np.array([begin, begin + 2.6]), middle - 0.07, middle + 0.07, (0.42,) * 3, 0.09, 1.0)
            quarter.pieces.append(dash)


def _strip(along: int, cuts: np.ndarray, low: float, high: float, colour: object, lift: float, hard: float) -> Piece:
    """A band over the land, along x (0) or y (1)."""
    a, b = np.meshgrid(cuts, np.array([low, high]), indexing="ij")
    x, y = (a, b) if along == 0 else (b, a)
    points = np.stack([x, y, level(x, y) + lift], -1).reshape(-1, 3)
    return surfaced(Piece.quads(points, grid_quads(len(cuts), 2), smooth=True), colour, hard)


def _blocks(xs: np.ndarray, ys: np.ndarray) -> Iterator[Rect]:
    """What lies between the streets, but for the site and what is too far to see."""
    for x0, x1 in pairwise(xs):
        for y0, y1 in pairwise(ys):
            rect = (x0 + 5.2, x1 - 5.2, y0 + 5.6, y1 - 5.6)
            inside = rect[0] < SITE[1] and rect[1] > SITE[0] and rect[2] < SITE[3] and rect[3] > SITE[2]
            if not inside and np.hypot((x0 + x1) / 2, (y0 + y1) / 2) < REACHES + 20 and rect[3] - rect[2] > 14:
                yield rect


def _fill(quarter: _Quarter, block: Rect, shares: tuple[float, ...]) -> None:
    """One block: houses on plots, flats on a lawn, a yard with garages, or a green."""
    x0, x1, y0, y1 = block
    kind = int(quarter.draw.choice(4, p=shares))
    if kind == 0:
        _plots(quarter, block)
        return
    base = (0.62, 0.6, 0.57) if kind == 2 else (1.0, 1.0, 1.0)
    lawn = LAWNS[int(quarter.draw.integers(len(LAWNS)))] if kind != 2 else quarter.asphalt
    _patch(quarter, block, np.asarray(lawn) * (2.0 if kind == 2 else 1.0) * np.asarray(base), 0.03, float(kind == 2))
    if kind == 1:
        for y in np.arange(y0 + 10, y1 - 4, 30.0):
            quarter.flats.append(((x0 + x1) / 2 + float(quarter.draw.normal(0, 3)), float(y), 0.0))
            _parked(quarter, x0 + 4, x1 - 4, float(y) - 11.0, 0.35)
        _scatter(quarter, block, 9, 5)
    elif kind == 2:
        _garages(quarter, block)
    else:
        _scatter(quarter, block, int(quarter.draw.integers(6, 26)), 8)


def _plots(quarter: _Quarter, block: Rect) -> None:
    """Two rows of plots back to back, each with house, shed, fence, beds and trees."""
    draw = quarter.draw
    x0, x1, y0, y1 = block
    rows = ((y0, (y0 + y1) / 2, 1), (y1, (y0 + y1) / 2, -1)) if y1 - y0 > 34 else ((y0, y1, 1),)
    for front, back, way in rows:
        left = x0
        while x1 - left > 13:
            wide = min(float(draw.uniform(15, 23)), x1 - left)
            _plot(quarter, left, left + wide, front, back, way)
            left += wide


def _plot(quarter: _Quarter, x0: float, x1: float, front: float, back: float, way: int) -> None:
    """``way``: 1 where the street lies south of the plot, -1 where it lies north."""
    draw, deep = quarter.draw, abs(back - front)
    middle = ((x0 + x1) / 2 + float(draw.normal(0, 0.8)), front + way * min(float(draw.uniform(8, 11)), deep - 5))
    base = float(level(*middle))
    near = np.hypot(*middle) < NEAR
    low, high = min(front, back), max(front, back)
    _patch(
        quarter, (x0, x1, low, high), np.asarray(LAWNS[int(draw.integers(len(LAWNS)))]) * draw.uniform(0.8, 1.2), 0.02
    )
    damaged = draw.random() < 0.22
    variant = int(draw.integers(dwellings.VARIANTS if damaged else dwellings.HOUSES))
    yaw = (0.0 if way > 0 else np.pi) + float(draw.choice([0.0, 0.0, np.pi / 2])) + float(draw.normal(0, 0.03))
    _put(quarter, dwellings.house(variant, damaged, bool(near)), middle[0], middle[1], base, yaw)
    side = float(draw.choice([-1, 1]))
    drive = middle[0] + side * (x1 - x0) * 0.36
    _patch(quarter, (drive - 1.4, drive + 1.4, *sorted((front, middle[1]))), (0.17, 0.16, 0.145), 0.035, 0.6)
    if draw.random() < 0.6:
        _put(
            quarter,
            dwellings.shed(int(draw.integers(6))),
            drive,
            front + way * (deep - 5),
            base,
            yaw if deep > 20 else 0.0,
        )
    if draw.random() < 0.45:
        _put(
            quarter, dwellings.car(int(draw.integers(6))), drive, front + way * 4.5, base, np.pi / 2 * way, paints=True
        )
    if draw.random() < 0.5:
        bed = (middle[0] - 4, middle[0] + 4, *sorted((back - way * 2, back - way * 6)))
        _patch(quarter, bed, np.asarray(BEDS) * draw.uniform(0.8, 1.3), 0.04)
    if np.hypot(*middle) < 175:
        _border(quarter, (x0, x1, front, back), base, bool(near))
    for _ in range(int(draw.integers(1, 5))):
        quarter.trees.append(
            (float(draw.uniform(x0 + 1, x1 - 1)), float(draw.uniform(low, high)), float(draw.uniform(0.45, 0.95)))
        )


def _border(quarter: _Quarter, plot: Rect, base: float, near: bool) -> None:
    """A fence, or a hedge of bushes, in front and at one side."""
    draw = quarter.draw
    x0, x1, front, back = plot
    colour = np.asarray(BOARDS[int(draw.integers(len(BOARDS)))]) * draw.uniform(0.8, 1.25)
    kind = str(draw.choice(["board", "slab", "picket" if near else "board", "hedge"]))
    for start, end in (((x0 + 4.0, front), (x1, front)), ((x0, front), (x0, back))):
        if kind == "hedge":
            for share in np.linspace(0, 1, int(np.hypot(end[0] - start[0], end[1] - start[1]) / 1.1)):
                at = np.asarray(start) + share * (np.asarray(end) - start)
                quarter.bushes.append((float(at[0]), float(at[1]), float(draw.uniform(0.8, 1.2))))
        else:
            quarter.pieces.append(dwellings.fence(kind, np.asarray(start), np.asarray(end), base, colour, near))


def _garages(quarter: _Quarter, block: Rect) -> None:
    """A row of garages, a hall, containers and cars on asphalt."""
    draw = quarter.draw
    x0, x1, y0, y1 = block
    paint = np.asarray(WALLS[int(draw.integers(len(WALLS)))])
    for x in np.arange(x0 + 3, x1 - 3, 3.3):
        _put(quarter, dwellings.shed(int(draw.integers(2))), float(x), y1 - 4.0, float(level(x, y1)), 0.0, wall=paint)
    hall = dwellings.shed(5)
    size = float(draw.uniform(2.6, 3.6))
    at = ((x0 + x1) / 2, (y0 + y1) / 2 - 3)
    placed = hall.moved(turned(float(draw.choice([0, np.pi / 2])), *at, float(level(*at)), size))
    quarter.pieces.append(dwellings.painted(placed, *_coats(draw)))
    _parked(quarter, x0 + 4, x1 - 4, y0 + 4, 0.6)
    _scatter(quarter, (x0, x1, y1 - 1, y1), 3, 6)


def _parked(quarter: _Quarter, x0: float, x1: float, y: float, share: float) -> None:
    """A row of cars side by side."""
    for x in np.arange(x0, x1, 2.9):
        if quarter.draw.random() < share:
            car = dwellings.car(int(quarter.draw.integers(6)), bool(np.hypot(x, y) < NEAR))
            _put(quarter, car, float(x), y, float(level(x, y)), np.pi / 2, paints=True)


def _scatter(quarter: _Quarter, block: Rect, trees: int, bushes: int) -> None:
    draw = quarter.draw
    for target, count, low, high in ((quarter.trees, trees, 0.7, 1.4), (quarter.bushes, bushes, 0.7, 1.5)):
        for _ in range(count):
            target.append((float(draw.uniform(block[0], block[1])), float(draw.uniform(block[2], block[3])),
                           float(draw.uniform(low, high))))  # fmt: skip


def _back_yards(quarter: _Quarter, spec: SiteSpec) -> None:
    """Fences, sheds, garages and trees on the site's own ground behind its houses, and a hedge far south."""
    draw = quarter.draw
    for x in np.arange(-41.0, 41.0, float(draw.uniform(4.5, 9.0))):
        y = float(draw.uniform(27, 37))
        turn = float(draw.choice([0.0, np.pi / 2]) + draw.normal(0, 0.06))
        if draw.random() < 0.55:
            _put(quarter, dwellings.shed(int(draw.integers(6))), float(x), y, -0.15, turn)
        elif draw.random() < 0.5:
            _put(quarter, dwellings.car(int(draw.integers(6))), float(x), y - 6, -0.05, turn + 0.3, paints=True)
    colour = np.asarray(BOARDS[int(draw.integers(len(BOARDS)))])
    kind = str(draw.choice(["board", "slab", "board"]))
    for x in np.arange(-44.0, 40.0, 12.0):
        if draw.random() < 0.8:
            quarter.pieces.append(dwellings.fence(kind, np.array([x, 41.0]), np.array([x + 11.5, 41.0]), -0.3, colour))
    for side in (-1, 1):  # along the street beyond the last house
        edge = 34.0 if side > 0 else -34.0
        for _ in range(4):
            quarter.trees.append(
                (edge + float(draw.uniform(-4, 9)) * side, float(draw.uniform(3, 40)), float(draw.uniform(0.6, 1.2)))
            )
    _scatter(quarter, (-40, 40, 24, 42), 9, 14)
    _scatter(quarter, (-44, 44, -38.5, -36.5), 5, 26)


def _plant(quarter: _Quarter, spec: SiteSpec, collection: bpy.types.Collection) -> None:
    """Trees and bushes as instances, bare in winter; the street's trees tell the season."""
    draw = quarter.draw
    bare = any(prop.kind == "bare_tree" for prop in spec.props)
    for places, name, kinds in ((quarter.trees, "bare" if bare else "leafy", 4), (quarter.bushes, "bush", 2)):
        if not places:
            continue
        rows = np.array(places)
        kind = draw.integers(0, kinds, len(rows))
        yaw = draw.uniform(0, 2 * np.pi, len(rows))
        ground = np.where(_on_site(rows), -0.1, level(rows[:, 0], rows[:, 1]))
        spots = np.stack([rows[:, 0], rows[:, 1], ground], -1)
        for number in range(kinds):
            own = kind == number
            if own.any():
                mesh = vegetation.far_plant(name, number)
                vegetation.strew(spots[own], rows[own, 2], yaw[own], mesh, collection)


def _on_site(rows: np.ndarray) -> np.ndarray:
    return (np.abs(rows[:, 0]) < SITE[1] - 3) & (rows[:, 1] > SITE[2] + 3) & (rows[:, 1] < SITE[3] - 3)


def _patch(quarter: _Quarter, rect: Rect, colour: object, lift: float, hard: float = 0.0) -> None:
    """A level-following patch of lawn, bed or paving."""
    cuts = np.linspace(rect[0], rect[1], max(2, int((rect[1] - rect[0]) / 9) + 1))
    rows = np.linspace(rect[2], rect[3], max(2, int((rect[3] - rect[2]) / 9) + 1))
    x, y = np.meshgrid(cuts, rows, indexing="ij")
    points = np.stack([x, y, level(x, y) + lift], -1).reshape(-1, 3)
    quarter.pieces.append(surfaced(Piece.quads(points, grid_quads(len(cuts), len(rows)), smooth=True), colour, hard))


def _put(
    quarter: _Quarter, piece: Piece, x: float, y: float, z: float, yaw: float, paints: bool = False,
    wall: np.ndarray | None = None,
) -> None:  # fmt: skip
    """A repainted copy of a template."""
    coats = _coats(quarter.draw)
    if paints:
        coats = (np.asarray(PAINTS[int(quarter.draw.integers(len(PAINTS)))]), coats[1])
    coats = (coats[0] if wall is None else wall, coats[1])
    quarter.pieces.append(dwellings.painted(piece.moved(turned(yaw, x, y, z)), *coats))


def _coats(draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Colours of walls and of a roof."""
    wall, roof = (np.asarray(table[int(draw.integers(len(table)))]) for table in (WALLS, ROOFS))
    return wall * draw.uniform(0.8, 1.1), roof * draw.uniform(0.8, 1.2)


def _plain(piece: Piece) -> Piece:
    """Without the mark of what may be repainted."""
    piece.points.pop("tint", None)
    return piece
