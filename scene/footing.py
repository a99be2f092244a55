"""The ground as one person meets it: heights in the person's own frame, and how soles lie on them."""

from __future__ import annotations

import numpy as np

from .skeleton import rotation
from .terrain import Terrain

SOLE = 0.025
"""Thickness of boots' and shoes' soles, metres: bare feet end this far above the ground."""

CLOTH = 0.014
"""Clothes between trunk or knee and the ground, metres."""

WALKED = ("ground", "heap", "floor")
"""Surfaces that people stand on."""

HEADROOM = 1.2
"""Metres over a floor that are free where somebody stands on it."""

DEEP, HIGH = 0.5, 0.65
"""Ground further below or above the middle than this is no part of the footing, metres."""

TILT = 24.0
"""Largest tilt of a sole out of the level, degrees."""


class Ground:
    """Heights below a person at (x, y) with a yaw; x runs to the person's left, or right when ``mirrored``."""

    def __init__(
        self, terrain: Terrain | None, x: float, y: float, yaw: float, mirrored: bool, level: float | None = None
    ) -> None:
        """``level``: about the height of the floor they are on, metres; None: the highest thing there."""
        self._terrain = terrain
        self.flip = -1.0 if mirrored else 1.0
        self.turn = rotation("z", yaw)
        self.normal, self.kind = np.array([0.0, 0.0, 1.0]), "ground"
        self.base: float | None = 0.0
        self.origin = np.array([x, y, 0.0])
        if terrain is not None:
            hit = terrain.down(x, y) if level is None else terrain.down(x, y, level + HEADROOM)
            self.base = None if hit is None else hit.z
            if hit is not None:
                self.normal, self.kind = np.array(hit.normal), hit.kind
        self.origin[2] = self.base or 0.0
        self.tilt = np.eye(3)
        self.holes = 0

    def lean(self, tilt: np.ndarray) -> None:
        """Lay the person's frame on a slope: ``tilt`` (3, 3) turns its upright axes in its own frame."""
        self.tilt = tilt

    @property
    def root(self) -> np.ndarray:
        """4x4 world matrix of the person's frame (unmirrored)."""
        matrix = np.eye(4)
        mirror = np.diag([self.flip, 1.0, 1.0])
        matrix[:3, :3] = self.turn @ mirror @ self.tilt @ mirror
        matrix[:3, 3] = self.origin
        return matrix

    def world(self, point: np.ndarray) -> np.ndarray:
        """A point (3,) of the person's frame in the world."""
        point = self.tilt @ np.asarray(point, float)
        return self.turn @ (point * (self.flip, 1.0, 1.0)) + self.origin

    def height(self, x: float, y: float) -> float:
        """z of the ground at (x, y) of the person's frame, in that frame. A hole counts as level, and is noted."""
        if self._terrain is None:
            return 0.0
        spot = self.world((x, y, 0.0))
        # from not far above, so that a slab overhead is no footing
        hit = self._terrain.down(spot[0], spot[1], spot[2] + HIGH, only=WALKED)
        if hit is None or hit.z < spot[2] - DEEP:
            self.holes += 1
            return 0.0
        # along the frame's own upright: the slope between the two is small
        return float((hit.z - spot[2]) * self.tilt[2, 2])

    def heights(self, points: np.ndarray) -> np.ndarray:
        """Heights (n,) below points (n, 2 or 3)."""
        if self._terrain is None:
            return np.zeros(len(points))
        return np.array([self.height(p[0], p[1]) for p in points])

    def plane(self, points: np.ndarray) -> np.ndarray:
        """Unit normal of the plane through the ground below points (n, 2), leaning ``TILT`` degrees at most."""
        if self._terrain is None:
            return np.array([0.0, 0.0, 1.0])
        z = self.heights(points)
        design = np.column_stack([points[:, :2], np.ones(len(points))])
        (a, b, _), *_ = np.linalg.lstsq(design, z, rcond=None)
        steep = np.hypot(a, b)
        most = np.tan(np.radians(TILT))
        a, b = (a, b) if steep <= most else (a * most / steep, b * most / steep)
        return np.array([-a, -b, 1.0]) / np.sqrt(a * a + b * b + 1)

    def hit(self, start: np.ndarray, end: np.ndarray) -> bool:
        """Whether something stands between two points of the person's frame."""
        if self._terrain is None:
            return False
        a, b = self.world(start), self.world(end)
        reach = float(np.linalg.norm(b - a))
        return reach > 1e-6 and self._terrain.first(tuple(a), tuple(b - a), reach) is not None


def upright_to(normal: np.ndarray) -> np.ndarray:
    """The smallest rotation (3, 3) that takes z to ``normal``."""
    axis = np.cross([0.0, 0.0, 1.0], normal)
    size = float(np.linalg.norm(axis))
    return np.eye(3) if size < 1e-9 else rotation(axis, float(np.degrees(np.arctan2(size, normal[2]))))
