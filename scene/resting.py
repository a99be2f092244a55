"""How things lie on whatever is below them: the plane through ground and rubble under a small footprint."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np
from mathutils import Vector

Height = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Metres of the ground at (x, y)."""

TILT = 0.45
"""Steepest slope on which things stay, metres a metre."""

TOP = 60.0


class Bed:
    """Ground and what lies on it, as built so far."""

    def __init__(self, height: Height, solids: list[bpy.types.Object]) -> None:
        """``solids``: meshes in the current view layer, in the world's own axes, evaluated already."""
        self._height = height
        self._solids = [
            (thing, *np.array([list(corner) for corner in thing.bound_box])[[0, 6], :2]) for thing in solids
        ]

    def level(self, x: float, y: float) -> float:
        """z of the highest of them at (x, y)."""
        best = float(self._height(np.array(x), np.array(y)))
        for thing, low, high in self._solids:
            if low[0] <= x <= high[0] and low[1] <= y <= high[1]:
                hit, place, _, _ = thing.ray_cast(Vector((x, y, TOP)), Vector((0, 0, -1)))
                if hit:
                    best = max(best, place.z)
        return best

    def lying(self, x: float, y: float, yaw: float, reach: tuple[float, float]) -> np.ndarray:
        """4x4 that lays a thing with its middle at (x, y), turned by ``yaw`` radians, on the plane below it.

        ``reach``: half of its footprint's length and width, metres. Steeper planes are taken as ``TILT``.
        """
        along, across = np.array([np.cos(yaw), np.sin(yaw)]), np.array([-np.sin(yaw), np.cos(yaw)])
        signs = np.array([(1, 1), (1, -1), (-1, 1), (-1, -1)])
        spots = [x, y] + signs[:, :1] * reach[0] * along + signs[:, 1:] * reach[1] * across
        z = np.array([self.level(*spot) for spot in spots])
        slope = np.clip([(z @ signs[:, n]) / (4 * reach[n]) for n in range(2)], -TILT, TILT)
        ahead, aside = np.array([*along, slope[0]]), np.array([*across, slope[1]])
        up = np.cross(ahead, aside)
        ahead, up = ahead / np.linalg.norm(ahead), up / np.linalg.norm(up)
        matrix = np.eye(4)
        matrix[:3, :3] = np.stack([ahead, np.cross(up, ahead), up], 1)
        matrix[:3, 3] = (x, y, float(z.mean()))
        return matrix
