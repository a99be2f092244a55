"""One stance on one body and one ground: passes of kinematics, each mending what the pass before left wrong."""

from __future__ import annotations

import numpy as np

from . import limbs
from .footing import CLOTH
from .grasping import Grasping
from .skeleton import SIDES

PASSES = 8

FIXED = ("root", "ground", "touch", "tool", "team")
"""Spaces where a hand must arrive; elsewhere it may be pushed aside."""

NOD = 30.0
"""How far the neck of a lying person bends to lay the head down, degrees."""

DIP = 0.16
"""How far the knees may give so that the hands reach their work, metres."""

SLIDE = 0.16
"""How far a grip may move along a shaft to be within reach, metres."""

_SIDE = {"l": "left", "r": "right"}


class Solver(Grasping):
    """Poses one person; results are ``turns``, ``places``, ``contacts()``, ``held_frame`` and ``path``."""

    def run(self) -> None:
        """Pose the body."""
        for number in range(PASSES):
            self._trunk()
            self._legs()
            self._tool()
            self._arms()
            curl = {side: hand.curl for side, hand in zip(SIDES, self.stance.hands, strict=True)}
            limbs.fingers(self.m, self.turns, self.places, curl)
            if number < PASSES - 1:
                self._mend(number)

    def _mend(self, number: int) -> None:
        """Settle, balance, touch and push after pass ``number``; lean only once the rest has calmed down."""
        stance = self.stance
        if stance.rest in ("seat", "trunk"):
            self._settle()
        elif stance.balance and stance.rest == "feet":
            self._balance()
        short = 0.0
        for side, hand in zip(SIDES, stance.hands, strict=True):
            away = float(np.linalg.norm(self.wanted[f"hand_{side}"]))
            if hand.space == "touch" and away < 0.03:
                points = self.m.hands[side].moved(self.body, self.turns, self.places)
                low = (points[:, 2] - self.ground.heights(points)).min()
                self.fix[side][2] -= 0.85 * float(np.clip(low - 0.004 - hand.z * self.k, -0.15, 0.15))
            elif hand.space == "tool" and away > 0.004 and self.tool is not None:
                # along the shaft towards the shoulder
                axis = self.tool[0][:, 2]
                spot = self.tool[1] + axis * (hand.at + self.slide[side])
                ahead = float((self.place(f"upperarm_{side}") - spot) @ axis)
                self.slide[side] = float(np.clip(self.slide[side] + np.clip(ahead, -0.05, 0.05), -SLIDE, SLIDE))
            elif hand.space not in FIXED:
                self._push(side)
            if hand.space in FIXED:
                short = max(short, away)
        if number and short > 0.004 and stance.reach:
            self.lean = min(stance.reach, self.lean + min(14.0, 110.0 * short))
            if stance.rest == "feet":
                step = min(0.03, 0.7 * short, DIP * self.k - self.dip)
                self.dip += step
                self.shift[2] -= step

    def _settle(self) -> None:
        """Let trunk or seat come to rest, and a lying head."""
        stance = self.stance
        samples = self.m.trunk if stance.rest == "trunk" else self.m.seat
        points = samples.moved(self.body, self.turns, self.places)
        if stance.rest == "seat":
            hips = self.place("pelvis")
            points = points[np.hypot(*(points[:, :2] - hips[:2]).T) < 0.2 * self.k]
            low = (points[:, 2] - self.ground.height(hips[0], hips[1]) - stance.seat).min()
        else:
            low = float(np.partition(points[:, 2] - self.ground.heights(points), 3)[3])
        self.shift[2] -= float(np.clip(low - CLOTH + self.sunk, -0.3, 0.3))
        if stance.rest == "trunk":
            whole = self.m.whole
            mine = whole.weights[:, self.m.bone["head"]] > 0.5
            points = whole.moved(self.body, self.turns, self.places)[mine]
            low = (points[:, 2] - self.ground.heights(points)).min() - 0.01 + self.sunk
            self.nod = float(np.clip(self.nod + 0.8 * np.degrees(-low / 0.24), -NOD, NOD))

    def _balance(self) -> None:
        """Move the hips so that the centre of mass comes over the feet that stand."""
        spots = [
            self.ankles[side][:2] + (self.turn(f"foot_{side}") @ (0.0, -0.055, 0.0))[:2]
            for side, foot in zip(SIDES, self.stance.feet, strict=True)
            if not foot.up
        ]
        centre = self.m.mass_centre(self.turns, self.places)[:2]
        step = 0.7 * self.stance.balance * (np.mean(spots, axis=0) - centre)
        self.shift[:2] += np.clip(step, -0.1, 0.1)

    def _push(self, side: str) -> None:
        """Move a free hand out of the body."""
        move = np.zeros(3)
        hand = [capsule for capsule in self.m.capsules if capsule.name in (f"hand_{side}", f"lowerarm_{side}")]
        for mine in hand:
            a, b = self.capsule_ends(mine)
            for other in self.m.capsules:
                if other.name[-1] == side and other.name.startswith(("hand", "lowerarm", "upperarm")):
                    continue
                c, d = self.capsule_ends(other)
                gap, vector = limbs.closest(a, b, c, d)
                deep = mine.radius + other.radius - gap + (0.006 if mine.name.startswith("hand") else 0.0)
                if deep > 0 and gap > 1e-6:
                    move += vector / gap * deep * (0.5 if other.name.startswith(("hand", "lowerarm")) else 1.0)
        size = float(np.linalg.norm(move))
        self.fix[side] += move * min(1.0, 0.06 / size) if size > 0 else 0.0

    def contacts(self) -> list[tuple[str, np.ndarray, str]]:
        """(part, point in the person's frame, what it touches)."""
        found: list[tuple[str, np.ndarray, str]] = []
        kind = self.ground.kind
        for side, foot, hand in zip(SIDES, self.stance.feet, self.stance.hands, strict=True):
            if not foot.up:
                points = self.m.feet[side].moved(self.body, self.turns, self.places)
                found.append((f"foot_{side}", points[points[:, 2].argmin()], kind))
            if foot.kneel:
                found.append((f"knee_{side}", self.place(f"calf_{side}"), kind))
            if hand.space == "touch":
                points = self.m.hands[side].moved(self.body, self.turns, self.places)
                found.append((f"hand_{side}", points[(points[:, 2] - self.ground.heights(points)).argmin()], kind))
            elif hand.space in ("tool", "team") or any(held.how.endswith(_SIDE[side]) for held in self.stance.held):
                found.append((f"hand_{side}", self.fist(side), "tool"))
        if self.stance.rest in ("seat", "trunk"):
            found.append((self.stance.rest, self.place("pelvis"), "seat" if self.stance.seat else kind))
        return found
