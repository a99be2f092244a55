"""Legs: feet on the ground, knees that keep their bend and stay off the chest."""

from __future__ import annotations

import numpy as np

from . import limbs
from .figure import Figure
from .skeleton import SIDES, rotation, unit
from .stances import Foot


class Stepping(Figure):
    """A figure with legs."""

    def _legs(self) -> None:
        feet = dict(zip(SIDES, self.stance.feet, strict=True))
        goals = {side: self._goal(side, foot) for side, foot in feet.items()}
        self._lower(feet, goals)
        for side, foot in feet.items():
            hip = self.places[self._set(f"thigh_{side}", np.eye(3))]
            ankle, turn, bent, pole = goals[side]
            if foot.kneel:
                knee, ankle, turn, bent, high = limbs.kneeling(
                    self.m, self.ground, side, foot, hip, self.stance.turn[2]
                )
                self.shift[2] -= 0.5 * high
                pole = knee - (hip + ankle) / 2
            else:
                ankle, turn, bent = self._near(side, foot, hip, ankle, turn, bent)
                pole = self._aside(side, hip, ankle, pole)
            thigh, calf, _, end = limbs.leg(self.m, side, hip, ankle, pole)
            self.turns[self.m.bone[f"thigh_{side}"]] = thigh
            self._set(f"calf_{side}", calf)
            self._set(f"foot_{side}", turn)
            self._set(f"ball_{side}", bent)
            self.ankles[side] = ankle
            self.wanted[f"foot_{side}"] = ankle - end

    def _goal(self, side: str, foot: Foot) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(ankle, foot turn, toe turn, pole of the knee) of a foot on the ground or in the air."""
        spot = np.array([foot.x, foot.y]) * self.k
        ankle, turn, bent = limbs.sole(self.m, self.ground, side, foot, spot, foot.heel, self._toe(foot))
        sign = SIDES[side]
        if foot.pole is not None:
            pole = np.array(foot.pole) * (sign, 1, 1)
        else:
            pole = rotation("z", 0.85 * foot.yaw + 0.15 * self.stance.turn[2]) @ (0.04 * sign, -1.0, 0.25)
        return ankle, turn, bent, pole

    def _near(
        self, side: str, foot: Foot, hip: np.ndarray, ankle: np.ndarray, turn: np.ndarray, bent: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The foot drawn in where the leg of a sitting or lying person is too short for its place."""
        reach = 0.995 * sum(
            self.m.length(f"{a}_{side}", f"{b}_{side}") for a, b in (("thigh", "calf"), ("calf", "foot"))
        )
        for _ in range(2):
            away = ankle - hip
            if self.stance.rest not in ("seat", "trunk") or np.linalg.norm(away) <= reach:
                break
            flat = np.sqrt(max(0.01, reach**2 - away[2] ** 2))
            spot = hip[:2] + away[:2] * flat / np.linalg.norm(away[:2])
            ankle, turn, bent = limbs.sole(self.m, self.ground, side, foot, spot, foot.heel, self._toe(foot))
        return ankle, turn, bent

    def _aside(self, side: str, hip: np.ndarray, ankle: np.ndarray, pole: np.ndarray) -> np.ndarray:
        """The knee's pole, swung outwards until the thigh clears the chest of somebody who bends low."""
        if self.stance.rest == "trunk":
            return pole
        chest, thigh = self.m.capsule["chest"], self.m.capsule[f"thigh_{side}"]
        a, b = self.capsule_ends(chest)
        line = unit(ankle - hip)
        best, cost = pole, np.inf
        for swing in (0, 12, 24, 36, 48, 60):
            trial = rotation(line, -SIDES[side] * swing) @ pole
            knee = limbs.leg(self.m, side, hip, ankle, trial)[2]
            gap, _ = limbs.closest(hip + 0.4 * (knee - hip), knee, a, b)
            price = max(0.0, thigh.radius + chest.radius - gap) + swing / 10000
            if price < cost:
                best, cost = trial, price
            if cost <= swing / 10000:
                break
        return best

    def _toe(self, foot: Foot) -> float:
        """Bend of the toes: flat on the ground unless the stance says otherwise."""
        return foot.toe if foot.toe is not None else -0.95 * float(np.clip(foot.heel, 0, 50))

    def _lower(self, feet: dict[str, Foot], goals: dict[str, tuple]) -> None:
        """Lower the hips until both knees keep their bend."""
        if self.stance.rest not in ("feet", "knees"):
            return
        drop = 0.0
        for side, foot in feet.items():
            if foot.kneel:
                continue
            hip = self.places[self._set(f"thigh_{side}", np.eye(3))]
            reach = limbs.farthest(
                self.m.length(f"thigh_{side}", f"calf_{side}"), self.m.length(f"calf_{side}", f"foot_{side}")
            )
            away = np.linalg.norm(goals[side][0][:2] - hip[:2])
            top = goals[side][0][2] + np.sqrt(max(0.01, reach**2 - away**2))
            drop = max(drop, hip[2] - top)
        if drop > 0:
            self.shift[2] -= drop
            self.places[:, 2] -= drop
