"""What a camera will see of a person, reckoned from the plan alone: simple volumes stand for all that hides.

Good enough to choose among cameras; what is really seen is measured in the render (``Annotation.visible``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import flat
from .layout import LENGTHS
from .spec import BAY, DEPTH, STOREY, CameraSpec, PersonSpec, SiteSpec
from .wardrobe import POSES

HEIGHTS = {"car": 1.45, "van": 2.3, "truck": 3.0, "fire_engine": 3.2, "ambulance": 2.7}
STANDING = {"cracked": 1.0, "holed": 0.9, "collapsed": 0.5}
"""How much of a house's height a degree of destruction leaves."""
EXTENTS = {"lie": (0.55, 0.85, 0.4), "sit": (0.35, 0.4, 1.0), "search": (0.35, 0.4, 1.15), "dig": (0.35, 0.45, 1.35)}
"""Half width, half depth and height of a person by task, metres; who stands has ``UPRIGHT``."""
UPRIGHT = (0.3, 0.25, 1.78)
_STEPS = 40


@dataclass(frozen=True)
class Guess:
    """What is expected of one person in one picture."""

    size: float
    """Longer side of the box around the whole person, the unseen included, over the picture's height."""
    visible: float
    """Share that is inside the frame and hidden by nothing."""


class Sight:
    """The obstacles of a site as heights over the ground, and the people on it."""

    def __init__(self, site: SiteSpec, people: tuple[PersonSpec, ...], ratio: float) -> None:
        """``ratio``: width over height of the picture. People in a flat see its furniture, the others the site."""
        self._ratio = ratio
        inside = any(person.level is not None for person in people)
        heaps, trees = ((), ()) if inside else (site.heaps, [p for p in site.props if "tree" in p.kind])
        self._heaps = np.array([(h.x, h.y, h.radius, h.height) for h in heaps]).reshape(-1, 4)
        self._boxes = np.array(_furniture(site) if inside else _outdoors(site)).reshape(-1, 8)
        self._trunks = np.array([(p.x, p.y, 0.15, 3.0) for p in trees]).reshape(-1, 4)
        feet = np.array([(p.x, p.y) for p in people]).reshape(-1, 2)
        self._floors = self.mounds(feet[:, 0], feet[:, 1])
        self._extents = np.array([EXTENTS.get(POSES[p.pose].task, UPRIGHT) for p in people]).reshape(-1, 3)
        self._people = np.column_stack([feet, np.full(len(feet), 0.25), self._floors + self._extents[:, 2]])
        self._points = [self._cloud(number) for number in range(len(people))]

    def mounds(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Height of the heaps at (x, y), metres, arrays of one form."""
        high = np.zeros(np.shape(x))
        for hx, hy, radius, height in self._heaps:
            away = ((x - hx) ** 2 + (y - hy) ** 2) / radius**2
            high = np.maximum(high, height * np.clip(1.0 - away, 0.0, 1.0))
        return high

    def obstacles(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Height of heaps, houses and vehicles at (x, y), metres."""
        high = self.mounds(x, y)
        for bx, by, yaw, left, right, front, back, height in self._boxes:
            turn = np.radians(yaw)
            along = (x - bx) * np.cos(turn) + (y - by) * np.sin(turn)
            deep = -(x - bx) * np.sin(turn) + (y - by) * np.cos(turn)
            inside = (along > left) & (along < right) & (deep > front) & (deep < back)
            high = np.where(inside, np.maximum(high, height), high)
        return high

    def centre(self, number: int) -> np.ndarray:
        """The middle of a person, float64 [3]."""
        x, y = self._people[number, :2]
        return np.array([x, y, self._floors[number] + 0.55 * self._extents[number, 2]])

    def guess(self, number: int, camera: CameraSpec) -> Guess:
        """How large and how visible a person will be."""
        eye, seen, depth = self._projected(number, camera)
        inside = (np.abs(seen[:, 1]) < 0.5) & (np.abs(seen[:, 0]) < 0.5 * self._ratio) & (depth > 0.1)
        visible = np.mean(inside & ~self._hidden(number, eye, self._points[number])) if inside.any() else 0.0
        return Guess(_extent(seen), float(visible))

    def size(self, number: int, camera: CameraSpec) -> float:
        """``Guess.size`` alone, which is cheaper."""
        return _extent(self._projected(number, camera)[1])

    def free(self, camera: CameraSpec) -> bool:
        """Whether the camera stands in the open and sees at least the first half of its way."""
        eye, _ = frame(camera, self.floor(camera.position), self.floor(camera.target))
        aim = np.array(camera.target) + (0, 0, self.floor(camera.target))
        way = eye + np.linspace(0.0, 0.5, 12)[:, None] * (aim - eye)
        return bool(np.all(self.obstacles(way[:, 0], way[:, 1]) + 0.25 < way[:, 2]))

    def floor(self, place: tuple[float, ...]) -> float:
        """Height of what one stands on at a place."""
        return float(self.mounds(np.asarray(place[0]), np.asarray(place[1])))

    def _projected(self, number: int, camera: CameraSpec) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The eye, and a person's points in the picture (heights from its middle, [n, 2]) with their depth [n]."""
        eye, axes = frame(camera, self.floor(camera.position), self.floor(camera.target))
        seen = (self._points[number] - eye) @ axes.T
        scale = camera.focal / camera.sensor * self._ratio
        return eye, seen[:, :2] / np.maximum(seen[:, 2:], 0.05) * scale, seen[:, 2]

    def _cloud(self, number: int) -> np.ndarray:
        """Points spread over a person, float64 [n, 3]."""
        wide, deep, high = self._extents[number]
        x, y, z = np.meshgrid(np.linspace(-0.8, 0.8, 3), (-0.6, 0.6), np.linspace(0.03, 0.97, 7), indexing="ij")
        narrow = 1.0 - 0.5 * np.abs(z - 0.6)
        cloud = np.column_stack([(wide * x * narrow).ravel(), (deep * y * narrow).ravel(), (high * z).ravel()])
        return cloud + (*self._people[number, :2], self._floors[number])

    def _hidden(self, number: int, eye: np.ndarray, points: np.ndarray) -> np.ndarray:
        """Which points something stands before, bool [n]."""
        share = np.linspace(0.02, 0.97, _STEPS)[:, None, None]
        way = eye + share * (points - eye)
        hidden = (self.obstacles(way[..., 0], way[..., 1]) > way[..., 2]).any(axis=0)
        for x, y, radius, top in np.vstack([np.delete(self._people, number, axis=0), self._trunks]):
            ahead = points[:, :2] - eye[:2]
            length = np.maximum((ahead**2).sum(axis=1), 1e-9)
            nearest = ((np.array([x, y]) - eye[:2]) * ahead).sum(axis=1) / length
            beside = np.hypot(*(eye[:2] + nearest[:, None] * ahead - (x, y)).T)
            height = eye[2] + nearest * (points[:, 2] - eye[2])
            hidden |= (nearest > 0) & (nearest < 0.98) & (beside < radius) & (height < top)
        return hidden


def _outdoors(site: SiteSpec) -> list[tuple[float, ...]]:
    """Houses and vehicles as boxes: x, y, yaw, left, right, front, back, height."""
    boxes = [
        (h.x, h.y, h.yaw, 0.0, h.bays * BAY, 0.0, DEPTH, h.storeys * STOREY * STANDING[h.damage])
        for h in site.buildings
    ]
    for vehicle in site.vehicles:
        half = LENGTHS[vehicle.kind] * 0.5
        boxes.append((vehicle.x, vehicle.y, vehicle.yaw, -half, half, -1.0, 1.0, HEIGHTS[vehicle.kind]))
    return boxes


def _furniture(site: SiteSpec) -> list[tuple[float, ...]]:
    """A flat's furniture as boxes, heights over its floor."""
    house = site.buildings[site.flat.house]
    return [
        (*flat.world(house, site.flat, x, y), house.yaw, -radius, radius, -radius, radius, height)
        for x, y, radius, height in flat.obstacles(site.flat)
    ]


def _extent(points: np.ndarray) -> float:
    return float(np.ptp(points, axis=0).max())


def frame(camera: CameraSpec, floor: float, below: float) -> tuple[np.ndarray, np.ndarray]:
    """A camera's eye, float64 [3], and its axes as rows (right, up, ahead), float64 [3, 3]; roll is left out.

    ``floor`` and ``below``: heights of the ground at the camera and at its target.
    """
    eye = np.array(camera.position) + (0.0, 0.0, floor if camera.near_ground else 0.0)
    ahead = np.array(camera.target) + (0.0, 0.0, below) - eye
    ahead /= max(np.linalg.norm(ahead), 1e-9)
    right = np.cross(ahead, (0.0, 0.0, 1.0))
    right = right / np.linalg.norm(right) if np.linalg.norm(right) > 1e-6 else np.array([1.0, 0.0, 0.0])
    return eye, np.array([right, np.cross(right, ahead), ahead])
