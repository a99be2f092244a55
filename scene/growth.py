"""What grows and lies on the ground by the thousand: grass, weeds along kerb and cracks, dry leaves, litter."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import bpy
import numpy as np

from ..dataset.spec import GroundSpec, stream
from . import vegetation
from .fragments import pebbles, templates
from .laying import BRICK, PLASTERS, TIMBERS
from .materials import leaf_material, plain_material, site_material
from .meshes import Piece, join, to_mesh, to_object
from .noise import fractal
from .shapes import CAST, OTHER, box, dressed, rotation, turned

Share = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(x, y) -> number."""

AREA = (-29.0, 29.0, -34.0, 13.0)
"""Where it grows thickly: x and y from and to, metres."""

YARD, EDGE = 0.7, 40.0
"""Share that lies evenly as far as ``EDGE`` metres aside, for cameras that stand there. Beyond, colour must do."""

SWARDS = {"grass": 11000, "mud": 6500, "gravel": 4000}
"""Tries to plant some tufts by what lies beside the street."""

WEEDS, LITTER = 1500, 700

STONES = {"grass": 1800, "mud": 3600, "gravel": 9000}
"""Tries to drop a handful of stones."""

HANDFULS = 3
"""Different ones."""

THROWN = 600
"""Tries to drop some wreckage."""

BLUNT = 0.85
"""Size of a block that feet meet against the piece that is seen: its corners are broken off."""

FLAT = np.zeros((0, 4), np.int32)

GREYS = ((0.20, 0.19, 0.17), (0.15, 0.14, 0.125), (0.26, 0.25, 0.23), (0.17, 0.12, 0.09))


def add_growth(
    spec: GroundSpec, height: Share, green: Share, soil: Share, collection: bpy.types.Collection
) -> bpy.types.Object:
    """Strew the ground; what feet meet of it, never rendered.

    ``green``: how grassy it is; ``soil``: 1 on soil, 0 on asphalt and paving, both 0..1.
    """
    draw = stream(spec.seed, "growth")
    x, y = _scattered(draw, SWARDS[spec.surface])
    grown = green(x, y) * soil(x, y)
    grown = grown * np.clip(0.55 + 1.2 * fractal(np.stack([x, y, 0 * x], -1), 0.9, 2, 5), 0.05, 1)
    kept = draw.random(len(x)) < grown
    x, y = x[kept], y[kept]
    size = 0.55 + 0.9 * grown[kept] * draw.random(len(x))
    wx, wy = _kerbside(draw, spec, WEEDS)
    wild = draw.uniform(0.25, 0.75, len(wx))
    mixture = _mixture(draw)
    for places, sizes, mesh in (((x, y), size, vegetation.sward), ((wx, wy), wild, vegetation.tuft)):
        kind = draw.choice(len(vegetation.GRASSES), len(sizes), p=mixture)
        for number in range(len(vegetation.GRASSES)):
            own = kind == number
            if own.any():
                at = places[0][own], places[1][own]
                _strewn(draw, *at, sizes[own], height, mesh(number), collection)
    _stones(draw, spec, height, collection)
    footing = _thrown(draw, spec, height, collection)
    for number, name in enumerate(("leaf", "leaf", "paper", "board")):
        x, y = _scattered(draw, LITTER // (1, 1, 20, 24)[number])
        mesh = _litter(name, number)
        _strewn(draw, x, y, draw.uniform(0.5, 1.4, len(x)), height, mesh, collection, 0.012)
    return footing


def _stones(draw: np.random.Generator, spec: GroundSpec, height: Share, collection: bpy.types.Collection) -> None:
    """Handfuls of stones in drifts, on soil and street alike; a gravel yard has most."""
    for number in range(HANDFULS):
        x, y = _scattered(draw, STONES[spec.surface] // HANDFULS)
        drift = fractal(np.stack([x, y, 0 * x], -1), 0.5, 3, 21)
        on_street = (y > spec.road[0]) & (y < spec.road[1])
        kept = draw.random(len(x)) < np.clip(0.35 + 1.6 * drift, 0.05, 1) * np.where(on_street, 0.2, 1.0)
        x, y = x[kept], y[kept]
        mesh = _shared(f"Rescue stones {number}", partial(_handful, number))
        _strewn(draw, x, y, draw.uniform(0.6, 1.3, len(x)), height, mesh, collection)


def _thrown(
    draw: np.random.Generator, spec: GroundSpec, height: Share, collection: bpy.types.Collection
) -> bpy.types.Object:
    """Broken bricks, lumps and splinters of wood that flew into the yard; few on the street and where people work.

    As for feet: an object of blocks in the pieces' stead, never rendered.
    """
    blocks = []
    for number in range(HANDFULS):
        count = THROWN // HANDFULS
        x, y = draw.uniform(-EDGE, EDGE, count), draw.uniform(AREA[2], AREA[3], count)
        drift = fractal(np.stack([x, y, 0 * x], -1), 0.22, 2, 33)
        swept = (y > spec.road[0] - 0.5) | (np.hypot(x, y) < 13.0)
        kept = draw.random(count) < np.clip(0.5 + 1.3 * drift, 0.1, 1) * np.where(swept, 0.12, 1.0)
        x, y = x[kept], y[kept]
        mesh = _shared(f"Rescue wreckage {number}", lambda number=number: _wreckage(number)[0])
        sizes, yaws = draw.uniform(0.6, 1.15, len(x)), draw.uniform(0, 2 * np.pi, len(x))
        places = np.stack([x, y, height(x, y)], -1)
        vegetation.strew(places, sizes, yaws, mesh, collection)
        blocks += [  # instances on faces look back along the yaw
            _wreckage(number)[1].moved(turned(yaw + np.pi, *place, size))
            for place, size, yaw in zip(places, sizes, yaws, strict=True)
        ]
    footing = to_object(
        "Ground Wreckage", join(blocks) if blocks else Piece.quads(np.zeros((0, 3)), FLAT), [], collection
    )
    footing.hide_render = footing.hide_viewport = True
    return footing


def _shared(title: str, make: Callable[[], Piece]) -> bpy.types.Mesh:
    """The mesh of that name, made where there is none yet; kept for other sites."""
    mesh = bpy.data.meshes.get(title)
    if mesh is None:
        mesh = to_mesh(title, make(), [site_material()])
        mesh.use_fake_user = True
    return mesh


@cache
def _wreckage(variant: int) -> tuple[Piece, Piece]:
    """A dozen broken things over two metres, the most of them small, sunk a little; and a block in each one's stead."""
    draw = stream(variant, "wreckage")
    kinds, things, blocks = templates(), [], []
    for number, kind in enumerate(("chunk", "brick", "brick", "wood", *("chunk", "brick") * 3, "wall", "wood")):
        shapes = kinds[kind]
        piece = shapes[int(draw.integers(len(shapes)))].piece
        reach = {"chunk": 0.26, "brick": 0.26, "wood": 0.9, "wall": 0.5}[kind]
        size = min(reach / float(np.ptp(piece.vertices[:, :2], axis=0).max()), 1.0)
        size *= min(0.35 * (float(draw.pareto(2.5)) + 1), 1.0) if kind != "brick" else float(draw.uniform(0.75, 1.0))
        low = float(piece.vertices[:, 2].min()) * size
        place = turned(float(draw.uniform(0, 6.28)), *draw.normal(0, 0.75, 2), -0.7 * low, size)
        tilt = rotation((1.0, 0.3, 0.0), float(draw.normal(0, 0.2)))
        colour = {"brick": BRICK, "wood": TIMBERS[number % 3]}.get(kind, PLASTERS[number % 3])
        colour = np.asarray(colour) * float(draw.uniform(0.7, 1.1))
        faces = dict(piece.faces)
        thing = dressed(piece.moved(place @ tilt), colour, OTHER, rest=float(number))
        thing.faces |= faces
        things.append(thing)
        bottom, top = piece.vertices.min(0), piece.vertices.max(0)
        blocks.append(box(BLUNT * (top - bottom), (bottom + top) / 2).moved(place @ tilt))
    return join(things), join(blocks)


def _handful(variant: int) -> Piece:
    """A dozen stones over half a metre, their sizes by a power law."""
    draw = stream(variant, "handful")
    templates, stones = pebbles(), []
    for number in range(14):
        size = min(0.16 * (float(draw.pareto(2.0)) + 1), 1.1)
        place = turned(float(draw.uniform(0, 6.28)), *draw.normal(0, 0.22, 2), 0.0, size)
        piece = templates[int(draw.integers(len(templates)))].piece.moved(place)
        colour = np.asarray(GREYS[int(draw.integers(len(GREYS)))]) * float(draw.uniform(0.8, 1.2))
        stones.append(dressed(piece, colour, CAST, rest=float(number)))
    return join(stones)


def _strewn(
    draw: np.random.Generator, x: np.ndarray, y: np.ndarray, size: np.ndarray, height: Share, mesh: bpy.types.Mesh,
    collection: bpy.types.Collection, lift: float = 0.0,
) -> bpy.types.Object:  # fmt: skip
    places = np.stack([x, y, height(x, y) + lift], -1)
    return vegetation.strew(places, size, draw.uniform(0, 2 * np.pi, len(x)), mesh, collection)


def _scattered(draw: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """``count`` places, thicker towards the middle, where cameras look; and more of them in the yard around."""
    yard = round(YARD * count)
    x = np.concatenate([draw.triangular(AREA[0], 0.0, AREA[1], count), draw.uniform(-EDGE, EDGE, yard)])
    return x, draw.uniform(AREA[2], AREA[3], count + yard)


def _kerbside(draw: np.random.Generator, spec: GroundSpec, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Places along the kerb's two sides and the pavement's back, in clumps."""
    x = draw.uniform(AREA[0], AREA[1], count)
    clump = fractal(np.stack([x, 0 * x, 0 * x], -1), 0.5, 3, 9) > 0.05
    x = x[clump]
    line = draw.choice([spec.road[1] - 0.11, spec.road[1] + 0.13, spec.road[1] + 2.45, spec.road[0] - 0.25], len(x))
    return x, line + draw.normal(0, 0.05, len(x))


def _mixture(draw: np.random.Generator) -> np.ndarray:
    return draw.dirichlet(np.array([4.0, 3.0, 1.2, 3.0]))


def _litter(name: str, variant: int) -> bpy.types.Mesh:
    """One shared mesh of something light that lies about: a few of it together."""
    title = f"Rescue {name} {variant}"
    mesh = bpy.data.meshes.get(title)
    if mesh is not None:
        return mesh
    draw = stream(variant, "litter", name)
    size, count = {"leaf": (0.045, 4), "paper": (0.20, 1), "board": (0.35, 1)}[name]
    sheets = []
    for _ in range(count):
        steps = np.linspace(-0.5, 0.5, 6)
        u, v = np.meshgrid(steps, steps * (0.6 if name == "leaf" else 0.72), indexing="ij")
        if name == "leaf":
            v = v * (1.2 - 2.0 * np.abs(u))
        p = np.stack([u, v, np.zeros_like(u)], -1) * size
        p[..., 2] = size * 0.35 * np.abs(fractal(p / size, 1.7, 2, float(draw.uniform(0, 64))))
        turn = draw.uniform(0, 2 * np.pi)
        spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        p[..., :2] = p[..., :2] @ spin.T + (draw.normal(0, 0.12, 2) if count > 1 else 0.0)
        sheets.append(p.reshape(-1, 3))
    quads = np.array([[6 * a + b, 6 * a + b + 6, 6 * a + b + 7, 6 * a + b + 1] for a in range(5) for b in range(5)])
    piece = Piece.quads(
        np.concatenate(sheets), np.concatenate([quads + 36 * number for number in range(count)]), smooth=True
    )
    colour = {"leaf": ((0.17, 0.10, 0.035), (0.12, 0.065, 0.03))[variant % 2], "paper": (0.36, 0.35, 0.32),
              "board": (0.26, 0.18, 0.11)}[name]  # fmt: skip
    made = to_mesh(title, dressed(piece, colour, OTHER), [leaf_material() if name == "leaf" else plain_material()])
    made.use_fake_user = True
    return made
