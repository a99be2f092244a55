"""The ground: a broken street with kerb and pavement, soil beside it, potholes, craters, puddles, and the far plain."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

from ..dataset.spec import GroundSpec, HeapSpec, stream
from .farland import DEEP, add_land
from .growth import add_growth
from .markings import add_markings
from .materials import ground_material, site_material, water_material
from .meshes import Piece, join, to_object
from .noise import fractal
from .shapes import CAST, bevelled, dressed, grid_quads, smooth_step, turned

REACH = (46.0, -36.0, 46.0)
"""Half length along x, and the two ends along y, metres."""

FINE = (24.0, -19.0, 6.0)
"""The same of the part with small cells."""

PAVEMENT = 2.4
"""Width of the pavement beyond the kerb, metres."""

SOILS = {"mud": (0.130, 0.095, 0.066), "grass": (0.105, 0.088, 0.052), "gravel": (0.190, 0.175, 0.155)}
GRASS = (0.082, 0.102, 0.034)
STRAW = (0.205, 0.165, 0.105)
FRESH, WEATHERED = (0.058, 0.058, 0.060), (0.125, 0.121, 0.115)
"""Asphalt: bitumen wears off, the stones in it bleach."""
PAVING = (0.23, 0.22, 0.21)
RUBBLE_DUST = (0.24, 0.22, 0.19)

UNEVEN = {"mud": 0.85, "grass": 0.85, "gravel": 0.5}
"""How much the soil's lightness varies."""

RUTS, GAUGE = 4, 1.6
"""Ways that were driven through the yard, and how far apart an axle's wheels are, metres."""

Surface = tuple[str, bpy.types.Object]


@dataclass(frozen=True)
class _Relief:
    """What the height and the colour of the ground share, arrays of one shape: shares 0..1 but for ``height``."""

    height: np.ndarray
    road: np.ndarray
    paving: np.ndarray
    hole: np.ndarray


def asphalt(spec: GroundSpec) -> np.ndarray:
    """Linear colour (3,) of the streets, new or old."""
    age = float(stream(spec.seed, "asphalt").uniform())
    return (1 - age) * np.asarray(FRESH) + age * np.asarray(WEATHERED)


def height(spec: GroundSpec, heaps: tuple[HeapSpec, ...], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Metres of the ground at (x, y), arrays of one shape or numbers; heaps themselves lie on top of it."""
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    return _relief(spec, heaps, x, y).height


def add_ground(spec: GroundSpec, heaps: tuple[HeapSpec, ...], collection: bpy.types.Collection) -> list[Surface]:
    """Ground, kerb, puddles and the far plain; ground, kerb and wreckage are what can be stood on."""
    xs = _spaced(-REACH[0], REACH[0], -FINE[0], FINE[0])
    ys = _spaced(REACH[1], REACH[2], FINE[1], FINE[2])
    x, y = np.meshgrid(xs, ys, indexing="ij")
    relief = _relief(spec, heaps, x, y)
    flat = np.stack([x, y, np.zeros_like(x)], -1)
    piece = Piece.quads(np.stack([x, y, relief.height], -1).reshape(-1, 3), grid_quads(len(xs), len(ys)), smooth=True)
    dressed(piece, _colours(spec, heaps, flat, relief).reshape(-1, 3), rest=flat.reshape(-1, 3))
    piece.points["hard"] = np.maximum(relief.road, relief.paving).ravel()
    piece.points["paved"] = relief.paving.ravel()
    piece.points["hollow"] = _hollow(relief.height).ravel()
    ground = to_object("Ground", piece, [ground_material()], collection)
    kerb = to_object("Kerb", _kerb(spec, heaps), [site_material()], collection)
    add_land(SOILS[spec.surface], GRASS, _offset(spec), (-REACH[0], REACH[0], REACH[1], REACH[2]), collection)
    to_object("Puddles", _water(spec), [water_material()], collection)
    thrown = _grow(spec, heaps, xs, ys, relief, collection)
    return [("ground", ground), ("ground", kerb), ("ground", thrown)]


def _relief(spec: GroundSpec, heaps: tuple[HeapSpec, ...], x: np.ndarray, y: np.ndarray) -> _Relief:
    p = np.stack([x, y, np.zeros_like(x)], -1)
    seed = _offset(spec)
    near, far = spec.road
    middle = (near + far) / 2
    edge = fractal(p, 0.5, 3, seed + 3) * 0.7 + fractal(p, 3, 2, seed + 4) * 0.18
    inside = np.minimum(y - near, far - y) + edge * np.where(y < middle, 1.0, 0.05)
    hole = np.clip((fractal(p, 0.28, 2, seed + 11) - 0.47) * 9, 0, 1) * (inside > 0)
    road = np.clip(inside / 0.10, 0, 1) * (1 - hole)
    strip = np.minimum(y - (far + 0.15), far + PAVEMENT + fractal(p, 1, 2, seed) * 0.35 - y)
    paving = np.clip(strip / 0.1, 0, 1) * (1 - np.clip((fractal(p, 0.4, 3, seed + 21) - 0.35) * 9, 0, 1))
    ruggedness = {"mud": 1.0, "grass": 0.7, "gravel": 0.6}[spec.surface]
    soil = 0.16 * fractal(p, 0.25, 3, seed + 7) + 0.07 * fractal(p, 1.2, 3, seed + 9)
    soil = ruggedness * (soil + 0.035 * fractal(p, 5, 2, seed + 6)) - 0.06
    for track in (near - 1.6, near - 3.2):
        aside = y - track - 0.6 * np.sin(x * 0.13) - 0.3 * fractal(p, 0.15, 1, seed + 2)
        soil -= ruggedness * 0.11 * np.exp(-((aside / 0.22) ** 2)) * (1 + 0.5 * fractal(p, 0.6, 2, seed + 8))
    made = road * (0.03 + 0.03 * fractal(p, 0.2, 2, seed + 5) + 0.006 * fractal(p, 3, 2, seed + 2))
    made = made + paving * (0.12 + 0.01 * fractal(p, 1, 2, seed + 2)) - 0.10 * hole
    z = soil * (1 - road) * (1 - paving) + made
    for cx, cy, radius in spec.craters:
        away = np.hypot(x - cx, y - cy) / radius
        rim = 0.14 * np.exp(-(((away - 1.05) / 0.28) ** 2)) * (1 + 0.6 * fractal(p, 2, 2, seed + 3))
        z = z + radius * (rim - 0.42 * np.exp(-((away / 0.62) ** 4))) * (away < 2.2)
        torn = np.clip((away - 1.12 + 0.25 * fractal(p, 1.2, 2, seed + 9)) * 6, 0, 1)
        road, paving = road * torn, paving * torn
    for heap in heaps:
        away = np.hypot(x - heap.x, y - heap.y) / heap.radius
        z = z + 0.07 * np.exp(-(away**4) * 0.5) * (1 + fractal(p, 1.5, 3, seed + 13))
    border = np.minimum(REACH[0] - np.abs(x), np.minimum(y - REACH[1], REACH[2] - y))
    dip = smooth_step(7.0, 0.0, border) * (1 - road)
    z = z * (1 - dip) + (DEEP - 0.02) * dip
    return _Relief(z, road, paving, hole)


def _colours(spec: GroundSpec, heaps: tuple[HeapSpec, ...], p: np.ndarray, relief: _Relief) -> np.ndarray:
    """Linear colours (..., 3)."""
    seed = _offset(spec)
    x, y = p[..., 0], p[..., 1]
    near, far = spec.road
    colour = np.empty(p.shape, np.float32)
    colour[:] = SOILS[spec.surface]
    green = _green(spec, p)
    colour = _blend(colour, GRASS, green * 0.85 * (1 - relief.road))
    colour = _patched(colour, p, seed, UNEVEN[spec.surface])
    colour = _driven(spec, colour, p)
    street = asphalt(spec) * (1 + 0.25 * fractal(p, 0.35, 3, seed + 2))[..., None]
    colour = _blend(colour, street, relief.road)
    colour = _blend(colour, PAVING, relief.paving)
    lane = (y - near) % ((far - near) / 2) - (far - near) / 4
    colour *= (1 + 0.12 * relief.road * np.exp(-(((lane + 0.2 * fractal(p, 0.3, 1, seed)) / 0.35) ** 2)))[..., None]
    for cx, cy, radius in spec.craters:
        thrown = np.exp(-((np.hypot(x - cx, y - cy) / radius / 1.5) ** 2)) * (1 + 0.7 * fractal(p, 1.1, 3, seed + 17))
        colour = _blend(colour, (0.085, 0.068, 0.052), np.clip(thrown, 0, 0.9))
    colour = _blend(colour, RUBBLE_DUST, _dust(spec, heaps, p))
    return colour


def _patched(colour: np.ndarray, p: np.ndarray, seed: float, uneven: float) -> np.ndarray:
    """Soil and grass trodden dark, dried pale and strewn with straw: by the yard, by the step and by the clod alike.

    No scale stands out, and nothing has an edge: from the air patches of one size and two colours look painted.
    """
    shade = 1 + uneven * (
        0.9 * fractal(p, 0.07, 2, seed + 55) + 0.7 * fractal(p, 0.3, 3, seed + 51)
        + 0.75 * fractal(p, 1.3, 2, seed + 53) + 0.55 * fractal(p, 3.7, 1, seed + 59)
    )  # fmt: skip
    straw = np.clip(0.25 + 1.2 * fractal(p, 0.55, 5, seed + 57), 0, 1) * np.clip(0.5 + fractal(p, 2.6, 2, seed), 0, 1)
    return _blend(colour * np.clip(shade, 0.55, 1.55)[..., None], STRAW, 0.7 * uneven * straw)


def _driven(spec: GroundSpec, colour: np.ndarray, p: np.ndarray) -> np.ndarray:
    """The colours with what wheels left: pairs of ruts that bend through the yard, worn and interrupted.

    Gravel and grass are pressed pale, mud is churned dark; little grows in a rut.
    """
    draw = stream(spec.seed, "ruts")
    share = np.zeros(p.shape[:-1])
    for number in range(RUTS):
        turn, aside = float(draw.uniform(-0.5, 0.5)), float(draw.uniform(-9, 9))
        if number % 2:  # some come in from the street
            turn += np.pi / 2
        along = p[..., 0] * np.cos(turn) + p[..., 1] * np.sin(turn)
        off = p[..., 1] * np.cos(turn) - p[..., 0] * np.sin(turn) - aside
        off = off - float(draw.uniform(0.5, 2.5)) * np.sin(along * float(draw.uniform(0.06, 0.14)) + number)
        off = off + 0.35 * fractal(p, 0.4, 2, _offset(spec) + 61 + number)
        rut = np.exp(-(((np.abs(off) - GAUGE / 2) / 0.21) ** 2))
        worn = np.clip(0.45 + 1.1 * fractal(p, 0.16, 3, _offset(spec) + 71 + number), 0, 1)
        share = np.maximum(share, rut * worn)
    pressed = np.asarray(SOILS[spec.surface]) * (0.62 if spec.surface == "mud" else 1.12)
    return _blend(colour, pressed, 0.7 * share)


def _hollow(height: np.ndarray) -> np.ndarray:
    """How far each point of the grid lies below its four neighbours, 0..1 (2 cm)."""
    edged = np.pad(height, 1, mode="edge")
    around = (edged[2:, 1:-1] + edged[:-2, 1:-1] + edged[1:-1, 2:] + edged[1:-1, :-2]) / 4
    return np.clip((around - height) / 0.02, 0.0, 1.0).astype(np.float32)


def _dust(spec: GroundSpec, heaps: tuple[HeapSpec, ...], p: np.ndarray) -> np.ndarray:
    """How much of the heaps' dust lies around them, 0..0.9."""
    share = np.zeros(p.shape[:-1])
    broken = np.clip(0.9 + 0.9 * fractal(p, 0.7, 4, _offset(spec) + 13), 0, 1.2)
    for heap in heaps:
        away = np.hypot((p[..., 0] - heap.x) / 1.2, p[..., 1] - heap.y) / (heap.radius * 1.15)
        share = np.maximum(share, np.exp(-(away**2)) * broken)
    return np.clip(share, 0, 0.9)


def _green(spec: GroundSpec, p: np.ndarray) -> np.ndarray:
    """How grassy the soil is, 0..1."""
    seed = _offset(spec)
    share = {"mud": -0.18, "grass": -0.5, "gravel": 0.05}[spec.surface]
    grown = fractal(p, 0.18, 4, seed + 31) + 0.34 * fractal(p, 1.1, 2, seed + 37) + 0.3 * fractal(p, 3.3, 2, seed + 30)
    return np.clip((grown - share) * 2.2 + 0.15, 0, 1)  # a wide border: it thins out, tuft by tuft


def _grow(
    spec: GroundSpec, heaps: tuple[HeapSpec, ...], xs: np.ndarray, ys: np.ndarray, relief: _Relief,
    collection: bpy.types.Collection,
) -> bpy.types.Object:  # fmt: skip
    """Grass and litter, none of it in craters, on heaps or under water; lines and irons on the whole asphalt.

    What feet meet of it.
    """

    def level(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return _sampled(xs, ys, relief.height, x, y)

    def soil(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        free = 1 - np.maximum(_sampled(xs, ys, relief.road, x, y), _sampled(xs, ys, relief.paving, x, y))
        for cx, cy, radius in (*spec.craters, *((heap.x, heap.y, heap.radius * 0.8) for heap in heaps)):
            free = free * smooth_step(1.0, 1.7, np.hypot(x - cx, y - cy) / radius)
        return free * (level(x, y) > _water_level(spec))

    def green(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return _green(spec, np.stack([x, y, np.zeros_like(x)], -1))

    def whole(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return _sampled(xs, ys, relief.road, x, y)

    def dust(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return _dust(spec, heaps, np.stack([x, y, np.zeros_like(x)], -1))

    thrown = add_growth(spec, level, green, soil, collection)
    add_markings(spec, level, whole, dust, REACH[0] - 1.0, collection)
    return thrown


def _sampled(xs: np.ndarray, ys: np.ndarray, values: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bilinear interpolation of ``values`` on the grid of xs and ys: the mesh's own height."""
    column, row = np.interp(x, xs, np.arange(len(xs))), np.interp(y, ys, np.arange(len(ys)))
    i, j = np.clip(column.astype(int), 0, len(xs) - 2), np.clip(row.astype(int), 0, len(ys) - 2)
    u, v = column - i, row - j
    near = values[i, j] * (1 - u) + values[i + 1, j] * u
    return near * (1 - v) + (values[i, j + 1] * (1 - u) + values[i + 1, j + 1] * u) * v


def _kerb(spec: GroundSpec, heaps: tuple[HeapSpec, ...]) -> Piece:
    """Stones of a metre, some tilted, some missing, none in a crater."""
    draw = stream(spec.seed, "kerb")
    stones = []
    for number in range(int(2 * REACH[0]) - 6):
        x, y = number - REACH[0] + 3.5, spec.road[1] + float(draw.normal(0, 0.01))
        turn = float(draw.normal(0, 0.012 if draw.random() < 0.85 else 0.2))
        shade, drop, missing = draw.uniform(0.85, 1.1), draw.normal(0, 0.008), draw.random() < 0.1
        if missing or any(np.hypot(x - cx, y - cy) < radius * 1.2 for cx, cy, radius in spec.craters):
            continue
        z = float(height(spec, heaps, x, y + 0.6)) - 0.11 + drop
        stone = bevelled((0.98, 0.15, 0.3), 0.015).moved(turned(turn, x, y, z))
        stones.append(dressed(stone, np.array([0.36, 0.355, 0.34]) * shade, CAST))
    return join(stones)


def _water(spec: GroundSpec) -> Piece:
    """One level plane under the soil's high ground: exact shorelines for nothing."""
    level = _water_level(spec)
    x, south, north = REACH[0] - 8, REACH[1] + 8, REACH[2] - 8
    corners = [(-x, south, level), (x, south, level), (x, north, level), (-x, north, level)]
    return Piece.quads(np.array(corners), np.array([[0, 1, 2, 3]]))


def _water_level(spec: GroundSpec) -> float:
    """z of the puddles."""
    return float(stream(spec.seed, "water").uniform(-0.16, -0.10))


def _spaced(start: float, end: float, fine_start: float, fine_end: float) -> np.ndarray:
    """Coordinates 0.17 m apart in the fine part and up to 0.7 m outside."""
    return np.concatenate(
        [
            np.arange(start, fine_start, 0.6),
            np.arange(fine_start, fine_end, 0.17),
            np.linspace(fine_end, end, int((end - fine_end) / 0.6) + 1),
        ]
    )


def _blend(colour: np.ndarray, other: np.ndarray | tuple[float, float, float], share: np.ndarray) -> np.ndarray:
    return colour * (1 - share[..., None]) + np.asarray(other) * share[..., None]


def _offset(spec: GroundSpec) -> float:
    """Where in the noise this ground lies."""
    return float(stream(spec.seed, "relief").uniform(0, 64))
