"""What posing must know of a body: where soles, hands and trunk touch, how thick the limbs are, where the mass is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body import Body
from .skeleton import SIDES, unit

FINGERS = ("thumb", "index", "middle", "ring", "pinky")
SKIN = 13380
"""Vertices of the body itself; helpers follow."""

MASSES = {
    "pelvis": 0.142, "spine_02": 0.139, "spine_03": 0.216, "head": 0.081, "upperarm": 0.028, "lowerarm": 0.016,
    "hand": 0.006, "thigh": 0.1, "calf": 0.0465, "foot": 0.0145,
}  # fmt: skip
"""Shares of the body's mass, limbs a side (Winter's table)."""


@dataclass(frozen=True)
class Samples:
    """Some skin points of one region in the rest pose, with their weights."""

    points: np.ndarray
    weights: np.ndarray

    def moved(self, body: Body, turns: np.ndarray, places: np.ndarray) -> np.ndarray:
        """The points (n, 3) under bone rotations (b, 3, 3) and joint places (b, 3)."""
        offsets = places - np.einsum("bij,bj->bi", turns, body.heads)
        flat = np.concatenate([turns, offsets[:, :, None]], 2).reshape(len(turns), 12)
        blended = (self.weights @ flat).reshape(-1, 3, 4)
        return np.einsum("vij,vj->vi", blended[:, :, :3], self.points) + blended[:, :, 3]


@dataclass(frozen=True)
class Capsule:
    """A stretch of the body as a swept sphere: rest ends ``a`` and ``b``, each carried by a bone."""

    name: str
    bones: tuple[int, int]
    a: np.ndarray
    b: np.ndarray
    radius: float


class Measures:
    """Contact points, capsules and masses of one body, all in its rest pose."""

    def __init__(self, body: Body) -> None:
        self.body = body
        names = body.base.bones
        self.bone = {name: number for number, name in enumerate(names)}
        self._owner = body.weights[:SKIN].argmax(1)
        self.feet = {side: self._samples((f"foot_{side}", f"ball_{side}"), 36) for side in SIDES}
        self.hands = {
            side: self._samples(
                (f"hand_{side}", *(name for name in names if name.startswith(FINGERS) and name[-1] == side)), 60
            )
            for side in SIDES
        }
        self.trunk = self._samples(("pelvis", "spine_01", "spine_02", "spine_03", "clavicle_l", "clavicle_r"), 150)
        self.seat = self._samples(("pelvis", "thigh_l", "thigh_r"), 110)
        self.whole = Samples(body.vertices[:SKIN:24], body.weights[:SKIN:24])
        self.knuckle = {side: body.head(f"middle_01_{side}") - body.head(f"hand_{side}") for side in SIDES}
        self.palm = {side: self._palm(side) for side in SIDES}
        self.knee = {side: self._knee(side) for side in SIDES}
        self.capsules = self._capsules()
        self.capsule = {capsule.name: capsule for capsule in self.capsules}

    def length(self, start: str, end: str) -> float:
        """Distance of two joints at rest."""
        return float(np.linalg.norm(self.body.head(end) - self.body.head(start)))

    def mass_centre(self, turns: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Centre of mass (3,) of the posed body."""
        total, weight = np.zeros(3), 0.0
        for name, share in MASSES.items():
            for bone in [name] if name in self.bone else [f"{name}_{side}" for side in SIDES]:
                number = self.bone[bone]
                middle = turns[number] @ ((self.body.tails[number] - self.body.heads[number]) / 2) + places[number]
                total += share * middle
                weight += share
        return total / weight

    def _samples(self, bones: tuple[str, ...], count: int) -> Samples:
        """``count`` vertices of the bones' region, spread by farthest-point choice along its outer hull."""
        mine = np.flatnonzero(np.isin(self._owner, [self.bone[name] for name in bones]))
        points = self.body.vertices[mine]
        chosen = [int(points[:, 2].argmin())]
        away = np.full(len(points), np.inf)
        for _ in range(min(count, len(mine)) - 1):
            away = np.minimum(away, ((points - points[chosen[-1]]) ** 2).sum(1))
            chosen.append(int(away.argmax()))
        picked = mine[chosen]
        return Samples(self.body.vertices[picked], self.body.weights[picked])

    def _palm(self, side: str) -> np.ndarray:
        """The direction that the palm faces at rest."""
        wrist = self.body.head(f"hand_{side}")
        across = np.cross(self.body.head(f"index_01_{side}") - wrist, self.body.head(f"pinky_01_{side}") - wrist)
        return unit(across * -SIDES[side])

    def _knee(self, side: str) -> float:
        """Thickness of the knee in front of its joint."""
        joint = self.body.head(f"calf_{side}")
        near = np.abs(self.body.vertices[:SKIN] - joint)
        points = self.body.vertices[:SKIN][(near[:, 2] < 0.03) & (near[:, 0] < 0.07)]
        return float(joint[1] - points[:, 1].min())

    def _capsules(self) -> tuple[Capsule, ...]:
        found = [
            self._slice("pelvis", "pelvis", self.body.head("thigh_l")[2] + 0.03),
            self._slice("belly", "spine_02", self.body.head("spine_02")[2]),
            self._slice("chest", "spine_03", self.body.tail("spine_03")[2]),
        ]
        number = self.bone["head"]
        middle = (self.body.heads[number] + self.body.tails[number]) / 2
        found.append(Capsule("head", (number, number), middle - (0, 0.01, 0.04), middle + (0, -0.02, 0.03), 0.083))
        for side in SIDES:
            for name, after in (("upperarm", "lowerarm"), ("lowerarm", "hand"), ("thigh", "calf"), ("calf", "foot")):
                found.append(self._limb(f"{name}_{side}", f"{after}_{side}"))
            found.append(self._hand(side))
            found.append(self._foot(side))
        return tuple(found)

    def _slice(self, name: str, bone: str, height: float) -> Capsule:
        """A horizontal capsule as wide and deep as the trunk is at ``height``."""
        number = self.bone[bone]
        trunk = np.isin(self._owner, [self.bone[b] for b in ("pelvis", "spine_01", "spine_02", "spine_03")])
        points = self.body.vertices[:SKIN][trunk & (np.abs(self.body.vertices[:SKIN, 2] - height) < 0.025)]
        low, high = points[:, 1].min(), points[:, 1].max()
        radius = (high - low) / 2 * 0.94
        # narrower than the arm pits, or hanging arms would count as inside
        wide = max(0.02, min(np.abs(points[:, 0]).max(), 0.82 * self.body.head("upperarm_l")[0]) - radius)
        middle = np.array([0.0, (low + high) / 2, height])
        return Capsule(name, (number, number), middle - (wide, 0, 0), middle + (wide, 0, 0), float(radius))

    def _limb(self, bone: str, after: str) -> Capsule:
        a, b = self.body.head(bone), self.body.head(after)
        points = self.body.vertices[:SKIN][self._owner == self.bone[bone]]
        line = b - a
        along = np.clip((points - a) @ line / (line @ line), 0, 1)
        away = np.linalg.norm(points - a - along[:, None] * line, axis=1)
        middle = (along > 0.2) & (along < 0.8)
        return Capsule(bone, (self.bone[bone],) * 2, a, b, float(np.percentile(away[middle], 55)))

    def _hand(self, side: str) -> Capsule:
        number = self.bone[f"hand_{side}"]
        start = self.body.heads[number]
        inward = self.palm[side] * 0.012
        return Capsule(f"hand_{side}", (number, number), start + inward, start + self.knuckle[side] + inward, 0.034)

    def _foot(self, side: str) -> Capsule:
        a, b = self.bone[f"foot_{side}"], self.bone[f"ball_{side}"]
        start, end = self.body.heads[a].copy(), self.body.tails[b].copy()
        start[2] = end[2] = 0.045 * self.body.scale
        return Capsule(f"foot_{side}", (a, b), start + (0, 0.02, 0), end, 0.042 * self.body.scale)
