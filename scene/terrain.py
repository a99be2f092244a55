"""What people and cameras can stand on: rays against the site's evaluated static surfaces."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix, Vector
from mathutils.bvhtree import BVHTree


@dataclass(frozen=True)
class Hit:
    """Where a downward ray met the site."""

    z: float
    normal: tuple[float, float, float]
    kind: str
    """The builder's word for the surface: "ground", "heap", "building", "vehicle", "prop"."""


class Terrain:
    """Static surfaces in world space, each under a word. Instances (gravel, leaves) are not part of it."""

    def __init__(self, surfaces: list[tuple[str, np.ndarray, list]]) -> None:
        """``surfaces``: (kind, vertices (n, 3) in world space, faces as index sequences)."""
        self._trees = [(kind, BVHTree.FromPolygons(points.tolist(), faces)) for kind, points, faces in surfaces]

    @classmethod
    def of_objects(cls, objects: list[tuple[str, bpy.types.Object]]) -> Terrain:
        """From mesh objects (base mesh under matrix_world, modifiers left out)."""
        made = cls([])
        for kind, thing in objects:
            made.add(kind, thing)
        return made

    def add(self, kind: str, thing: bpy.types.Object) -> None:
        """One more mesh object (base mesh under matrix_world, modifiers left out)."""
        self._trees.append((kind, tree_of(thing.data, thing.matrix_world)))

    def down(self, x: float, y: float, top: float = 60.0, only: tuple[str, ...] = ()) -> Hit | None:
        """The highest surface below ``top`` at (x, y), of the kinds ``only`` (all when empty); None beside the site."""
        best: Hit | None = None
        for kind, tree in self._trees:
            if only and kind not in only:
                continue
            place, normal, _, _ = tree.ray_cast(Vector((x, y, top)), Vector((0, 0, -1)))
            if place is not None and (best is None or place.z > best.z):
                best = Hit(place.z, tuple(normal), kind)
        return best

    def first(
        self, origin: tuple[float, float, float], direction: tuple[float, float, float], reach: float
    ) -> float | None:
        """Distance to the first surface along ``direction``, or None within ``reach`` metres."""
        ray = Vector(direction).normalized()
        distances = [
            hit[3] for _, tree in self._trees if (hit := tree.ray_cast(Vector(origin), ray, reach))[0] is not None
        ]
        return min(distances, default=None)

    def nearest(self, point: tuple[float, float, float], reach: float) -> float | None:
        """Distance from ``point`` to the nearest surface, or None within ``reach`` metres."""
        found = [hit[3] for _, tree in self._trees if (hit := tree.find_nearest(Vector(point), reach))[0] is not None]
        return min(found, default=None)

    def depth(
        self, point: tuple[float, float, float], radius: float, spared: tuple[str, ...] = ()
    ) -> tuple[float, str]:
        """How deep a ball lies in what stands there, metres, and in what kind; (0, "") where it is free.

        A ball whose middle is behind a surface lies deeper than its radius. Kinds ``spared`` don't count.
        """
        worst, what, spot = 0.0, "", Vector(point)
        for kind, tree in self._trees:
            if kind in spared:
                continue
            place, normal, _, away = tree.find_nearest(spot, radius)
            if place is None:
                continue
            deep = radius + away if (spot - place).dot(normal) < 0 else radius - away
            if deep > worst:
                worst, what = deep, kind
        return worst, what


def tree_of(mesh: bpy.types.Mesh, world: Matrix) -> BVHTree:
    """A mesh under a matrix, for rays.

    Of Blender's own triangles: polygons are dearer, and ``FromBMesh`` never comes back in Debian's Blender 5.2.
    """
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    matrix = np.array(world)
    placed = points.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
    mesh.calc_loop_triangles()
    faces = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", faces)
    return BVHTree.FromPolygons(placed.tolist(), faces.reshape(-1, 3).tolist(), all_triangles=True)
