"""What lies flat on the street with sharp edges: worn lines, a crossing, tarred patches, manholes, drains."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np

from ..dataset.spec import GroundSpec, stream
from .materials import ground_material, plain_material
from .meshes import Piece, join, to_object
from .noise import fractal
from .shapes import OTHER, Colour, dressed, grid_quads, lathe

Share = Callable[[np.ndarray, np.ndarray], np.ndarray]

PAINT = (0.34, 0.34, 0.32)
TAR = (0.022, 0.022, 0.023)
PATCH = (0.040, 0.040, 0.042)
IRON = (0.060, 0.050, 0.044)

LIFT = 0.007
"""Metres over the ground's mesh: more than its triangles stray from the height that is asked."""

CELL = 0.06


def add_markings(
    spec: GroundSpec, height: Share, whole: Share, dust: Share, reach: float, collection: bpy.types.Collection
) -> None:
    """Lines and patches within ``reach`` metres along x.

    ``whole``: 1 where the asphalt is unbroken; ``dust``: 0..1, how much rubble's dust covers it.
    """
    draw = stream(spec.seed, "markings")
    seed = float(draw.uniform(0, 64))
    wear = float(draw.uniform(-0.25, 0.15))
    near, far = spec.road
    pieces: list[Piece] = []

    def flat(x0: float, x1: float, y0: float, y1: float, colour: Colour, worn: float, ragged: float = 0.02) -> None:
        pieces.append(_flat((x0, x1, y0, y1), colour, worn, ragged, height, whole, dust, seed))

    middle = (near + far) / 2
    for start in np.arange(-reach, reach - 3, 8.0):
        flat(start, start + 3.0, middle - 0.06, middle + 0.06, PAINT, wear)
    if draw.random() < 0.6:
        flat(-reach, reach, near + 0.42, near + 0.53, PAINT, wear - 0.05)
        flat(-reach, reach, far - 0.53, far - 0.42, PAINT, wear - 0.05)
    if draw.random() < 0.5:
        x = float(draw.uniform(-14, 14))
        for y in np.arange(near + 0.75, far - 0.6, 1.0):
            flat(x - 1.6, x + 1.6, y, y + 0.5, PAINT, wear + 0.05)
    for _ in range(int(draw.integers(4, 10))):
        x, y = float(draw.uniform(-24, 24)), float(draw.uniform(near + 0.8, far - 0.8))
        long, wide = float(draw.uniform(0.8, 3.5)), float(draw.uniform(0.6, 1.8))
        flat(x, x + long, y - wide / 2, y + wide / 2, PATCH, -2.0, 0.05)
        for edge in (y - wide / 2, y + wide / 2):
            flat(x, x + long, edge - 0.03, edge + 0.03, TAR, -2.0, 0.03)
    kept = [piece for piece in pieces if len(piece.sizes)]
    if kept:
        to_object("Markings", join(kept), [ground_material()], collection)
    _ironware(draw, spec, height, whole, collection)


def _flat(
    area: tuple[float, float, float, float], colour: Colour, worn: float, ragged: float, height: Share, whole: Share,
    dust: Share, seed: float,
) -> Piece:  # fmt: skip
    """A rectangle x0, x1, y0, y1 with eaten edges; ``worn`` -1 whole, 0.3 mostly gone."""
    x0, x1, y0, y1 = area
    xs = np.linspace(x0, x1, max(2, int((x1 - x0) / CELL) + 1))
    ys = np.linspace(y0, y1, max(3, int((y1 - y0) / CELL) + 1))
    x, y = np.meshgrid(xs, ys, indexing="ij")
    p = np.stack([x, y, np.zeros_like(x)], -1)
    eaten = np.stack([fractal(p, 3.0, 3, seed + 1), fractal(p, 3.0, 3, seed + 5)], -1) * ragged
    x, y = x + eaten[..., 0], y + eaten[..., 1]
    left = (fractal(p, 2.3, 3, seed + 9) + 0.4 * fractal(p, 11.0, 2, seed + 11) > worn) & (whole(x, y) > 0.97)
    keep = left[:-1, :-1] & left[1:, :-1] & left[:-1, 1:] & left[1:, 1:]
    quads = grid_quads(len(xs), len(ys))[keep.ravel()]
    used, corners = np.unique(quads, return_inverse=True)
    points = np.stack([x, y, height(x, y) + LIFT], -1).reshape(-1, 3)[used]
    share = dust(points[:, 0], points[:, 1])[:, None]
    tint = np.asarray(colour) * (1 - share) + np.array([0.24, 0.22, 0.19]) * share
    piece = dressed(Piece.quads(points, corners.reshape(-1, 4), smooth=True), tint, rest=points * [1.0, 1.0, 0.0])
    piece.points["hard"] = np.ones(len(points), np.float32)
    return piece


def _ironware(
    draw: np.random.Generator, spec: GroundSpec, height: Share, whole: Share, collection: bpy.types.Collection
) -> None:
    """Manhole covers in the street and grates at the kerb."""
    near, far = spec.road
    pieces = []
    for _ in range(int(draw.integers(2, 5))):
        x, y = float(draw.uniform(-22, 22)), float(draw.uniform(near + 1.2, far - 1.0))
        z = float(height(np.array(x), np.array(y)))
        if whole(np.array(x), np.array(y)) > 0.95:
            rings = [(0.36, -0.02), (0.355, 0.014), (0.31, 0.012), (0.305, 0.004), (0.28, 0.004), (0.275, 0.011)]
            rings += [(0.20, 0.011), (0.195, 0.005), (0.17, 0.005), (0.165, 0.011), (0.01, 0.012)]
            cover = lathe(np.array(rings), 28)
            cover.vertices += [x, y, z]
            pieces.append(dressed(cover, IRON, OTHER))
    for x in np.arange(-20.0, 21.0, 13.0) + float(draw.uniform(-3, 3)):
        y = far - 0.36
        z = float(height(np.array(x), np.array(y))) + 0.012
        for offset in np.linspace(-0.2, 0.2, 9):
            bar = np.array([[x + offset - 0.012, y - 0.15, z], [x + offset + 0.012, y - 0.15, z],
                            [x + offset + 0.012, y + 0.15, z], [x + offset - 0.012, y + 0.15, z]])  # fmt: skip
            pieces.append(dressed(Piece.quads(bar, np.array([[0, 1, 2, 3]])), IRON, OTHER))
        hole = np.array([[x - 0.22, y - 0.17, z - 0.004], [x + 0.22, y - 0.17, z - 0.004],
                         [x + 0.22, y + 0.17, z - 0.004], [x - 0.22, y + 0.17, z - 0.004]])  # fmt: skip
        pieces.append(dressed(Piece.quads(hole, np.array([[0, 1, 2, 3]])), (0.004, 0.004, 0.004), OTHER))
    to_object("Ironware", join(pieces), [plain_material()], collection)
