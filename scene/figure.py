"""A body being posed: its bones, its trunk and head, and the places that stances name."""

from __future__ import annotations

import numpy as np

from .footing import SOLE, Ground
from .measures import Capsule, Measures
from .skeleton import SIDES, rotation
from .stances import Place, Stance

BONES = {"chest": "spine_03", "pelvis": "pelvis", "head": "head", "knee_l": "calf_l", "knee_r": "calf_r"}
"""Spaces of places that hang on a bone."""

GAZE = ((-65.0, 65.0), (-42.0, 52.0))
"""How far the head turns and nods against the chest, degrees."""

Frame = tuple[np.ndarray, np.ndarray]
"""Tool: (3, 3) axes and (3,) origin in the person's frame; z runs along the shaft from the tip."""


class Figure:
    """State of one person while being posed. ``turns`` (b, 3, 3) and ``places`` (b, 3) are in the person's frame."""

    def __init__(self, stance: Stance, measures: Measures, ground: Ground, team: Frame | None) -> None:
        """``team``: frame of the tool that mates share, in the person's frame."""
        self.stance, self.m, self.ground, self.team = stance, measures, ground, team
        self.body, self.k = measures.body, measures.body.scale
        count = len(self.body.base.bones)
        self.turns = np.tile(np.eye(3), (count, 1, 1))
        self.places = self.body.heads.copy()
        self.shift = np.zeros(3)
        self.lean = 0.0
        self.nod = 0.0
        self.fix = {side: np.zeros(3) for side in SIDES}
        self.dip = 0.0
        self.swing = dict.fromkeys(SIDES, 0.0)
        self.slide = dict.fromkeys(SIDES, 0.0)
        self.forearm = {side: np.array([0.0, -0.6, -0.8]) for side in SIDES}
        self.wanted: dict[str, np.ndarray] = {}
        self.ankles: dict[str, np.ndarray] = {}
        self.tool: Frame | None = None
        self.level = 0.0
        self.sunk = 0.0
        """How deep a lying person's trunk is pressed into the rubble, metres."""

    def _set(self, bone: str, turn: np.ndarray) -> int:
        """Give a bone its turn; its place follows from its parent."""
        number = self.m.bone[bone]
        parent = self.body.base.parents[number]
        offset = self.body.heads[number] - self.body.heads[parent]
        self.places[number] = self.turns[parent] @ offset + self.places[parent]
        self.turns[number] = turn
        return number

    def turn(self, bone: str) -> np.ndarray:
        """Turn (3, 3) of a bone."""
        return self.turns[self.m.bone[bone]]

    def place(self, bone: str) -> np.ndarray:
        """Joint (3,) at the root of a bone."""
        return self.places[self.m.bone[bone]]

    def _trunk(self) -> None:
        stance = self.stance
        pitch, roll, yaw = stance.turn
        turn = rotation("z", yaw) @ rotation("y", roll) @ rotation("x", pitch + 0.45 * self.lean)
        number = self.m.bone["pelvis"]
        self.turns[number] = turn
        self.level = self._level()
        base = self.level + (SOLE if stance.rest == "feet" else 0.0)
        self.places[number] = np.array(stance.pelvis) * self.k + self.shift + (0, 0, base)
        bend, side, twist = stance.spine
        for bone in ("spine_01", "spine_02", "spine_03"):
            turn = turn @ rotation("z", twist / 3) @ rotation("y", side / 3)
            turn = turn @ rotation("x", (bend + 0.55 * self.lean) / 3)
            self._set(bone, turn)
        self._head()

    def _level(self) -> float:
        """Height of the ground that the pelvis is counted from: nearer to the lower foot's."""
        if self.stance.rest == "trunk":
            return 0.0
        spots = [(foot.x * self.k, foot.y * self.k) for foot in self.stance.feet if not foot.up and not foot.kneel]
        if self.stance.rest == "seat" or not spots:
            spots = [tuple(np.array(self.stance.pelvis[:2]) * self.k + self.shift[:2])]
        heights = [self.ground.height(*spot) for spot in spots]
        return min(heights) + 0.35 * (max(heights) - min(heights))

    def _head(self) -> None:
        """Neck and head seek the point to look at, within ``GAZE`` of the chest."""
        stance, chest = self.stance, self.turn("spine_03")
        self._set("neck_01", chest)
        yaw = pitch = 0.0
        if stance.rest != "trunk":
            eye = self.place("neck_01") + chest @ (0.0, -0.08, 0.17)
            ahead = rotation("z", stance.turn[2]) @ (0.0, -6.0, 1.25)
            goal = np.array(stance.look) * self.k + (0, 0, self.level) if stance.look else ahead
            view = chest.T @ (goal - eye)
            yaw = float(np.clip(np.degrees(np.arctan2(view[0], -view[1])), *GAZE[0]))
            pitch = float(np.clip(np.degrees(np.arctan2(-view[2], np.hypot(view[0], view[1]))), *GAZE[1]))
        down, side, aside = stance.nod
        yaw, pitch = yaw + aside, pitch + down
        neck = chest @ rotation("z", 0.4 * yaw) @ rotation("y", 0.5 * side) @ rotation("x", 0.4 * pitch)
        rise = self._rise()
        self._set("neck_01", rise @ neck)
        head = neck @ rotation("z", 0.6 * yaw) @ rotation("y", 0.5 * side) @ rotation("x", 0.6 * pitch)
        self._set("head", rise @ head)

    def _rise(self) -> np.ndarray:
        """Turn that lifts a lying head off the ground, or lays it down."""
        if not self.nod:
            return np.eye(3)
        along = self.turn("spine_03") @ (0.0, 0.0, 1.0)
        return rotation(np.cross(along, (0.0, 0.0, 1.0)), self.nod)

    def at(self, place: Place, space: str, mirror: float = 1.0) -> np.ndarray:
        """A place of a stance (see stances.py) in the person's frame; x counts outwards when ``mirror`` is a side."""
        point = np.array(place, float) * self.k * (mirror, 1, 1)
        if space in BONES:
            number = self.m.bone[BONES[space]]
            rest = self.body.heads[number]
            if space.startswith("knee"):
                return self.turns[number] @ (np.array(place, float) * self.k * (mirror, 1, 1)) + self.places[number]
            return self.turns[number] @ (point - rest) + self.places[number]
        if space in ("ground", "touch"):
            return point + (0, 0, self.ground.height(point[0], point[1]))
        if space in ("hand_l", "hand_r"):
            return self.fist(space[-1])
        return point + (0, 0, self.level)

    def fist(self, side: str) -> np.ndarray:
        """Middle of the closed hand."""
        number = self.m.bone[f"hand_{side}"]
        return self.turns[number] @ self._hollow(side) + self.places[number]

    def _hollow(self, side: str) -> np.ndarray:
        """The same in the hand's rest pose, from the wrist."""
        return 0.93 * self.m.knuckle[side] + 0.03 * self.m.palm[side]

    def capsule_ends(self, capsule: Capsule) -> tuple[np.ndarray, np.ndarray]:
        """Posed ends of a capsule."""
        a, b = capsule.bones
        return (
            self.turns[a] @ (capsule.a - self.body.heads[a]) + self.places[a],
            self.turns[b] @ (capsule.b - self.body.heads[b]) + self.places[b],
        )
