"""What rubble is made of: shapes to be dropped, laid and scattered, made once and the same in every process.

A template lies around its own origin, flat along z = 0 where it is flat. Its hull is what physics sees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..dataset.spec import stream
from . import furniture
from .convex import chunk
from .meshes import Piece, join
from .noise import fractal
from .shapes import BROKEN, CAST, OTHER, STEEL, bevelled, grid_quads, tube

KINDS = ("slab", "wall", "chunk", "brick", "masonry", "wood", "sheet", "pipe", "rebar", "cloth", "furniture")
"""Order is part of the baked heaps' format: append only."""

SEED = 41
"""All sites share these shapes; colours, places and mixture differ."""


@dataclass(frozen=True)
class Template:
    """One shape without a place.

    piece   vertices and faces with ``brk``
    hull    (k, 3): corners of a convex stand-in
    side    (n,) 0..1: how much of the second colour a vertex takes (wallpaper, mortar)
    tint    (n,) factor on the colour
    paint   (n, 3) its own colours, or None
    rest    (n, 3) its own texture coordinates, or None: the vertices
    """

    piece: Piece
    hull: np.ndarray
    side: np.ndarray
    tint: np.ndarray
    paint: np.ndarray | None = None
    rest: np.ndarray | None = None


@cache
def templates() -> dict[str, tuple[Template, ...]]:
    """kind -> its shapes, in a fixed order."""
    makers: dict[str, list[Callable[[np.random.Generator], Template]]] = {
        "slab": [_plate(radius, (0.16, 0.24), 0.05, 7) for radius in (1.6, 1.3, 1.1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.45)],
        "wall": [_plate(radius, (0.09, 0.15), 0.035, 2) for radius in (1.0, 0.8, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3)],
        "chunk": [_lump(size) for size in (0.5, 0.42, 0.36, 0.3, 0.26, 0.23, 0.2, 0.18, 0.16, 0.15)],
        "brick": [_brick(part) for part in (1.0, 1.0, 0.8, 0.6, 0.5, 0.4)],
        "masonry": [_masonry(5, 2), _masonry(7, 3), _masonry(5, 3), _masonry(4, 2)],
        "wood": [_plank] * 7,
        "sheet": [_sheet(1.3, 0.8), _sheet(0.9, 0.7), _sheet(1.8, 0.9)],
        "pipe": [_pipe(radius) for radius in (0.02, 0.03, 0.055, 0.025)],
        "rebar": [_tangle] * 5,
        "cloth": [_cloth] * 4,
        "furniture": [_leftover(number, kind) for number, kind in enumerate(furniture.LEFTOVERS)],
    }
    return {kind: tuple(make(stream(SEED, kind, number)) for number, make in enumerate(makers[kind])) for kind in KINDS}


@cache
def pebbles() -> tuple[Template, ...]:
    """Fines of 4 to 12 cm at scale 1: splinters of concrete and brick."""
    made = []
    for number in range(12):
        draw = stream(SEED, "pebble", number)
        size = draw.uniform(0.45, 1.25, 3) * np.array([0.08, 0.08, 0.055])
        piece, hull = chunk(draw, size, 6, 1, 0.08)
        piece.faces["brk"][:] = BROKEN
        made.append(_template(piece, hull))
    return tuple(made)


def _template(
    piece: Piece,
    hull: np.ndarray,
    side: np.ndarray | None = None,
    tint: np.ndarray | None = None,
    paint: np.ndarray | None = None,
    rest: np.ndarray | None = None,
) -> Template:
    count = len(piece.vertices)
    zeros, ones = np.zeros(count), np.ones(count)
    return Template(piece, hull, zeros if side is None else side, ones if tint is None else tint, paint, rest)


def _around(piece: Piece) -> np.ndarray:
    """Corners of the bounding box, at least 2 cm thick."""
    low, high = piece.vertices.min(0), piece.vertices.max(0)
    high = np.maximum(high, low + 0.02)
    return np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])


def _plate(radius: float, thickness: tuple[float, float], jag: float, bars: int):
    def make(draw: np.random.Generator) -> Template:
        return plate(draw, radius, float(draw.uniform(*thickness)), jag, int(draw.integers(bars // 2, bars + 1)))

    return make


def plate(draw: np.random.Generator, radius: float, thickness: float, jag: float, bars: int) -> Template:
    """A broken slab: flat cast faces, spalled layered edges, maybe one straight edge as cast, bars sticking out."""
    corners = _outline(draw, radius)
    straight = int(draw.integers(len(corners))) if draw.random() < 0.6 else -1
    points, torn = [], []
    for number, corner in enumerate(corners):
        after = corners[(number + 1) % len(corners)]
        count = int(np.clip(np.linalg.norm(after - corner) / 0.065, 2, 30))
        share = np.arange(count)[:, None] / count
        points.append(corner + (after - corner) * share)
        torn.append(np.full(count, 0.0 if number == straight else 1.0))
    edge, tag = np.concatenate(points), np.concatenate(torn)
    count, seed = len(edge), float(draw.uniform(0, 60))
    outward = edge / np.linalg.norm(edge, axis=1, keepdims=True)
    rows = []
    for row, z in enumerate((-0.5, -0.2, 0.15, 0.5)):
        place = np.c_[edge, np.full(count, z * thickness)]
        push = 2.2 * fractal(place, 2.2 / max(radius, 0.3), 2, seed) + 1.1 * fractal(place, 9, 2, seed + row * 0.37)
        push = push + draw.normal(0, 0.13, count)
        if row in (1, 2):
            push = push + draw.uniform(-0.6, 0.8)
        lift = draw.normal(0, 0.1 * thickness, count) if row in (1, 2) else 0.0
        rows.append(np.c_[edge + outward * (push * jag * tag)[:, None], z * thickness + lift * tag])
    here, after = np.arange(count), (np.arange(count) + 1) % count
    sides = [np.stack([k * count + here, k * count + after, (k + 1) * count + after, (k + 1) * count + here], 1)
             for k in range(3)]  # fmt: skip
    body = Piece(
        np.concatenate(rows),
        np.concatenate([np.concatenate(sides).ravel(), here[::-1], 3 * count + here]).astype(np.int32),
        np.r_[np.full(3 * count, 4), count, count].astype(np.int32),
        faces={"brk": np.r_[np.tile(tag, 3) * BROKEN, CAST, CAST]},
    )
    steel = [_bar(draw, np.r_[edge[i] * 0.9, 0.0], outward[i], min(radius, 1.0))
             for i in draw.integers(0, count, bars) if tag[i]]  # fmt: skip
    hull = np.concatenate([np.c_[corners, np.full(len(corners), z * thickness)] for z in (-0.5, 0.5)])
    piece = join([body, *steel])
    side = np.zeros(len(piece.vertices))
    side[3 * count : 4 * count] = 1.0
    return _template(piece, hull, side)


def _outline(draw: np.random.Generator, radius: float) -> np.ndarray:
    """A rough polygon of 4 to 6 corners, counter-clockwise."""
    count = int(draw.integers(4, 7))
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False) + draw.normal(0, 0.22, count)
    reach = radius * draw.uniform(0.65, 1.15, count)
    return np.stack([np.cos(turn) * reach, np.sin(turn) * reach * draw.uniform(0.6, 1.0)], 1)


def _bar(draw: np.random.Generator, start: np.ndarray, outward: np.ndarray, scale: float) -> Piece:
    """A bent reinforcing bar."""
    ahead, long = np.r_[outward, draw.normal(0, 0.2)], float(draw.uniform(0.2, 0.9)) * scale
    path = [start]
    for _ in range(6):
        path.append(path[-1] + ahead * long / 6)
        ahead = ahead + draw.normal(0, 0.3, 3) + [0, 0, -0.1]
    return _steel(tube(np.array(path), 0.008, 4))


def _steel(piece: Piece) -> Piece:
    piece.faces = {"brk": np.full(len(piece.sizes), STEEL)}
    return piece


def _lump(size: float):
    def make(draw: np.random.Generator) -> Template:
        piece, hull = chunk(draw, draw.uniform(0.6, 1.3, 3) * size, 7, 3 if size > 0.25 else 2)
        return _template(piece, hull)

    return make


def _brick(part: float):
    def make(draw: np.random.Generator) -> Template:
        if part == 1.0:
            piece = bevelled((0.25, 0.12, 0.065), 0.006)
            piece.faces = {"brk": np.full(len(piece.sizes), OTHER)}
        else:
            piece, _ = chunk(draw, np.array([0.25 * part, 0.12, 0.065]), 2, 2, 0.2)
        return _template(piece, _around(piece), tint=np.full(len(piece.vertices), draw.uniform(0.8, 1.1)))

    return make


def _masonry(courses: int, bricks: int):
    def make(draw: np.random.Generator) -> Template:
        """Courses still held by their mortar, lying on the wall's side."""
        parts, side, tint = [], [], []
        for course in range(courses):
            for number in range(bricks + int(draw.integers(-1, 2))):
                shift = 0.13 * (course % 2) - bricks * 0.13
                size = (0.25 * (draw.uniform(0.4, 0.7) if draw.random() < 0.2 else 1.0), 0.065, 0.12)
                brick = bevelled(size, 0.005, (shift + number * 0.26, (course - courses / 2) * 0.077, 0))
                parts.append(brick)
                side.append(np.zeros(24))
                tint.append(np.full(24, draw.uniform(0.7, 1.2)))
        wide = bricks * 0.26 - 0.12
        mortar = bevelled((wide, courses * 0.077 - 0.02, 0.10), 0.01, (-0.13 + 0.03, -0.035, 0))
        piece = join([*parts, mortar])
        piece.faces = {"brk": np.r_[np.full(len(piece.sizes) - 26, OTHER), np.full(26, BROKEN)]}
        return _template(piece, _around(piece), np.r_[np.concatenate(side), np.ones(24)],
                         np.r_[np.concatenate(tint), np.ones(24)])  # fmt: skip

    return make


def _plank(draw: np.random.Generator) -> Template:
    """A board or beam, its ends splintered."""
    long = float(draw.uniform(0.7, 2.6))
    wide, thick = (float(draw.uniform(0.07, 0.17)), float(draw.uniform(0.02, 0.04))) if draw.random() < 0.7 else (
        0.11, 0.09)  # fmt: skip
    across, along = 6, 8
    u, v = np.meshgrid(np.linspace(-0.5, 0.5, along), np.linspace(-0.5, 0.5, across), indexing="ij")
    x = u * long
    x[0] -= draw.uniform(-0.05, 0.12, across)
    x[-1] += draw.uniform(-0.05, 0.12, across)
    bow = float(draw.normal(0, 0.02)) * (1 - (2 * u) ** 2)
    top = np.stack([x, v * wide, bow + thick / 2], -1).reshape(-1, 3)
    low = top - [0, 0, thick]
    quads = grid_quads(along, across)
    rim = np.r_[np.arange(along) * across, (along - 1) * across + np.arange(1, across),
                (np.arange(along - 2, -1, -1)) * across + across - 1, np.arange(across - 2, 0, -1)]  # fmt: skip
    after, under = np.roll(rim, -1), len(top)
    sides = np.stack([after, rim, rim + under, after + under], 1)[:, ::-1]
    piece = Piece.quads(np.concatenate([top, low]), np.concatenate([quads, quads[:, ::-1] + under, sides]))
    piece.faces = {"brk": np.full(len(piece.sizes), OTHER)}
    return _template(piece, _around(piece))


def _sheet(wide: float, deep: float):
    def make(draw: np.random.Generator) -> Template:
        """Bent corrugated roofing."""
        columns, rows = int(wide / 0.028), 10
        u, v = np.meshgrid(np.linspace(-0.5, 0.5, columns), np.linspace(-0.5, 0.5, rows), indexing="ij")
        flat = np.stack([u * wide, v * deep, np.zeros_like(u)], -1)
        seed = float(draw.uniform(0, 60))
        bend = 0.22 * fractal(flat, 1.2, 2, seed) + 0.05 * np.abs(fractal(flat, 2.6, 1, seed + 3))
        flat[..., 2] = np.sin(u * wide * 2 * np.pi / 0.15) * 0.02 + bend
        flat[..., 1] += 0.05 * fractal(flat, 7, 2, seed + 9) * (np.abs(v) > 0.45)
        piece = Piece.quads(flat.reshape(-1, 3), grid_quads(columns, rows), smooth=True)
        piece.faces = {"brk": np.full(len(piece.sizes), OTHER)}
        return _template(piece, _around(piece))

    return make


def _pipe(radius: float):
    def make(draw: np.random.Generator) -> Template:
        long, bend = float(draw.uniform(0.9, 2.6)), float(draw.normal(0, 0.25))
        share = np.linspace(-0.5, 0.5, 9)
        path = np.stack([share * long, bend * (np.abs(share) * 2) ** 2 * long * 0.3, 0 * share], 1)
        piece = _steel(tube(path, radius, 8))
        return _template(piece, _around(piece))

    return make


def _tangle(draw: np.random.Generator) -> Template:
    """A few bent bars, some still tied as a mat."""
    bars = []
    for number in range(int(draw.integers(2, 6))):
        path = [np.array([draw.normal(0, 0.25), 0.18 * number - 0.3, draw.uniform(0, 0.1)])]
        ahead = np.array([1.0, draw.normal(0, 0.15), draw.normal(0, 0.15)])
        for _ in range(10):
            path.append(path[-1] + ahead * 0.13)
            ahead = ahead + draw.normal(0, 0.22, 3)
        bars.append(_steel(tube(np.array(path) - [0.6, 0, 0], 0.008, 4)))
    piece = join(bars)
    return _template(piece, _around(piece))


def _cloth(draw: np.random.Generator) -> Template:
    piece = furniture.crumpled(draw, float(draw.uniform(0.7, 1.6)), float(draw.uniform(0.6, 1.2)), 0.10)
    return _bare(piece)


def _leftover(number: int, kind: str) -> Callable[[np.random.Generator], Template]:
    def made(draw: np.random.Generator) -> Template:
        shape = furniture.made(kind, number)
        low, high = shape.vertices.min(0), shape.vertices.max(0)
        shift = np.eye(4)
        shift[:3, 3] = -(low + high) / 2
        return _bare(shape.moved(shift))

    return made


def _bare(piece: Piece) -> Template:
    """A dressed piece as a template with its own colours."""
    paint, rest = piece.points["col"][:, :3], piece.points["rest"]
    bare = Piece(piece.vertices, piece.corners, piece.sizes, {}, piece.faces, None, piece.smooth)
    return _template(bare, _around(bare), paint=paint, rest=rest)
