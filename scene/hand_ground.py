"""The ground of the artist's own scene around one place: whatever of her meshes lies there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Vector

from . import tags
from .terrain import Terrain

ABOVE = 0.3
"""A cursor may lie this deep in the ground, metres: the surface just over it still counts as below."""

STEP, CELLS = 0.15, 96
"""Metres between samples of a relief, and how many a side at most."""


@dataclass(frozen=True)
class Ground:
    """The ground around (x, y) and its height there. Where nothing lies, it is level."""

    x: float
    y: float
    z: float
    terrain: Terrain

    def relief(self, yaw: float, reach: float) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        """z over the place at (x, y) of its own turned axes, arrays of one form: sampled once, then interpolated."""
        count = int(np.clip(2 * reach / STEP, 8, CELLS))
        axis = np.linspace(-reach, reach, count)
        turn = np.radians(yaw)
        heights = np.zeros((count, count))
        for i, u in enumerate(axis):
            for j, v in enumerate(axis):
                hit = self.terrain.down(
                    self.x + u * np.cos(turn) - v * np.sin(turn), self.y + u * np.sin(turn) + v * np.cos(turn)
                )
                heights[i, j] = hit.z - self.z if hit else 0.0

        def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            a, b = (np.interp(np.asarray(value, float), axis, np.arange(count)) for value in (x, y))
            i, j = np.minimum(a.astype(int), count - 2), np.minimum(b.astype(int), count - 2)
            s, t = a - i, b - j
            low = heights[i, j] * (1 - t) + heights[i, j + 1] * t
            return low * (1 - s) + (heights[i + 1, j] * (1 - t) + heights[i + 1, j + 1] * t) * s

        return height


def ground_below(scene: bpy.types.Scene, x: float, y: float, z: float, reach: float, headroom: float) -> Ground:
    """The ground below a point, ``reach`` metres about it; what hangs more than ``headroom`` over it is left out.

    Where nothing lies below, the surface over the point counts; where there is none either, level ground at z.
    """
    meshes = list(_meshes(scene, x, y, reach))
    for ceiling in (z + headroom, np.inf):
        surfaces = [("ground", *cut) for mesh in meshes if (cut := _cut(*mesh, x, y, reach, ceiling)) is not None]
        terrain = Terrain(surfaces)
        hit = terrain.down(x, y, top=z + ABOVE) or terrain.down(x, y)
        if hit is not None:
            return Ground(x, y, hit.z, terrain)
    return Ground(x, y, z, _level(x, y, z, reach))


def _meshes(scene: bpy.types.Scene, x: float, y: float, reach: float):
    """World vertices and triangles of what the scene renders near (x, y), people left out."""
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    for thing in sorted(scene.objects, key=lambda item: item.name):
        if thing.type != "MESH" or thing.hide_render or not thing.visible_get() or tags.belongs(thing):
            continue
        corners = np.array([thing.matrix_world @ Vector(corner) for corner in thing.bound_box])[:, :2]
        if (corners.min(0) > (x + reach, y + reach)).any() or (corners.max(0) < (x - reach, y - reach)).any():
            continue
        yield tags.triangles(thing, graph)


def _cut(
    points: np.ndarray, faces: np.ndarray, x: float, y: float, reach: float, ceiling: float
) -> tuple[np.ndarray, list] | None:
    """The triangles that come near (x, y) and below the ceiling; None where there are none."""
    corners = points[faces]
    low, high = corners.min(1), corners.max(1)
    near = (low[:, :2] < (x + reach, y + reach)).all(1) & (high[:, :2] > (x - reach, y - reach)).all(1)
    kept = faces[near & (low[:, 2] < ceiling)]
    if not len(kept):
        return None
    used, places = np.unique(kept, return_inverse=True)
    return points[used], places.reshape(-1, 3).tolist()


def _level(x: float, y: float, z: float, reach: float) -> Terrain:
    size = 3 * reach
    corners = np.array(
        [(x - size, y - size, z), (x + size, y - size, z), (x + size, y + size, z), (x - size, y + size, z)]
    )
    return Terrain([("ground", corners, [(0, 1, 2, 3)])])
