"""Arms: hands on the ground, on tools and on the own body, elbows out of it; the frames of what is held."""

from __future__ import annotations

import numpy as np

from . import limbs
from .figure import Frame
from .footing import CLOTH
from .skeleton import SIDES, rotation, unit
from .stances import Hand, Held
from .stepping import Stepping


class Grasping(Stepping):
    """A figure with legs and arms."""

    def _tool(self) -> None:
        """Frame of a tool whose place doesn't hang on the hands."""
        for held in self.stance.held:
            if held.how != "shaft":
                continue
            tip, toward = self.at(held.tip, held.tip_space), self.at(held.toward, held.toward_space)
            axis = unit(toward - tip)
            if held.anchor:
                tip = toward - axis * held.anchor
            across = np.cross((0.0, 0.0, 1.0), axis)
            across = unit(across) if np.linalg.norm(across) > 0.05 else np.array([1.0, 0.0, 0.0])
            axes = np.stack([across, np.cross(axis, across), axis], 1)
            self.tool = (axes @ rotation("z", held.roll), tip)

    def _arms(self) -> None:
        for side, hand in zip(SIDES, self.stance.hands, strict=True):
            self._collar(side, self._target(side, hand)[0])
            shoulder = self.places[self._set(f"upperarm_{side}", np.eye(3))].copy()
            spot, point, palm = self._target(side, hand)
            turn = limbs.grip(self.m, side, point, palm)
            hollow = 1.55 * self.m.knuckle[side] if hand.space == "touch" else self._hollow(side)
            wrist = spot + self.fix[side] - turn @ hollow
            pole = np.array(hand.pole) * (SIDES[side], 1, 1)
            self.swing[side] = self._swing(side, shoulder, wrist, pole)
            pole = rotation(unit(wrist - shoulder), -SIDES[side] * self.swing[side]) @ pole
            joint, end, hinge = limbs.elbow(self.m, side, shoulder, wrist, pole)
            upper, fore = limbs.arm(self.m, side, shoulder, joint, end, hinge, turn)
            self.turns[self.m.bone[f"upperarm_{side}"]] = upper
            self._set(f"lowerarm_{side}", fore)
            self._set(f"hand_{side}", turn)
            self.forearm[side] = unit(0.5 * self.forearm[side] + 0.5 * unit(end - joint))
            self.wanted[f"hand_{side}"] = wrist - end

    def _target(self, side: str, hand: Hand) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(grip or touch point, direction of the fingers, of the palm) of a hand."""
        sign, forearm = SIDES[side], self.forearm[side]
        outward = np.array([sign, 1.0, 1.0])
        axis = None
        if hand.space == "tool" and self.tool is not None:
            axes, tip = self.tool
            spot, axis = tip + axes[:, 2] * (hand.at + self.slide[side]), axes[:, 2] * hand.thumb
            if hand.point is not None:
                spot = spot + axes @ (np.array([hand.x * sign, hand.y, hand.z]))
        elif hand.space == "team" and self.team is not None:
            axes, middle = self.team
            spot = middle + axes @ (np.array([hand.x, hand.y, hand.z]) * outward)
            axis = -axes[:, 1] * hand.thumb
        else:
            # what is held between the hands has its own width, whatever the body's size
            x = hand.x / self.k if any(held.how == "between" for held in self.stance.held) else hand.x
            spot = self.at((x, hand.y, hand.z), hand.space, sign)
        if axis is not None and hand.point is None:
            point, palm = limbs.round_shaft(axis, forearm, side)
            return spot, point, palm
        point = forearm if hand.point is None else limbs.eased(np.array(hand.point) * outward, forearm)
        palm = np.array(hand.palm if hand.palm is not None else (-1.0, 0.15, 0.0)) * outward
        if abs(unit(palm) @ unit(point)) > 0.97:
            palm = palm + (0.0, 0.3, -0.3)
        return spot, point, palm

    def _collar(self, side: str, goal: np.ndarray) -> None:
        """The collar bone follows a raised or stretched arm."""
        sign, chest = SIDES[side], self.turn("spine_03")
        up, ahead, more = self.stance.shrug
        self._set(f"clavicle_{side}", chest)
        shoulder = self.places[self._set(f"upperarm_{side}", chest)]
        away = chest.T @ (goal - shoulder) / self.k
        up = up + sign * more + 24.0 * float(np.clip((away[2] + 0.15) / 0.6, 0, 1)) - 3.0
        ahead = ahead + 14.0 * float(np.clip((-away[1] - 0.25) / 0.3, 0, 1))
        ahead += 12.0 * float(np.clip((-sign * away[0]) / 0.3, 0, 1))
        self._set(f"clavicle_{side}", chest @ rotation("z", -sign * ahead) @ rotation("y", -sign * up))

    def _swing(self, side: str, shoulder: np.ndarray, wrist: np.ndarray, pole: np.ndarray) -> float:
        """Degrees about the arm's line that keep the arm out of the body: those of the pass before, or the fewest."""
        line = unit(wrist - shoulder)
        best, cost = 0.0, np.inf
        for swing in (self.swing[side], *limbs.SWIVELS):
            trial = rotation(line, -SIDES[side] * swing) @ pole
            joint, end, _ = limbs.elbow(self.m, side, shoulder, wrist, trial)
            deep = self._arm_depth(side, shoulder, joint, end)
            price = 100 * max(0.0, deep) + abs(swing) / 100
            if price < cost:
                best, cost = float(swing), price
            if deep <= 0:
                break
        return best

    def _arm_depth(self, side: str, shoulder: np.ndarray, joint: np.ndarray, wrist: np.ndarray) -> float:
        """How deep an arm would lie in the trunk, head or thighs, clothes included."""
        radii = {capsule.name: capsule.radius for capsule in self.m.capsules}
        upper = (shoulder + 0.55 * (joint - shoulder), joint, radii[f"upperarm_{side}"])
        lower = (joint, wrist, radii[f"lowerarm_{side}"])
        deep = -np.inf
        for capsule in self.m.capsules:
            if capsule.name not in ("pelvis", "belly", "chest", "head", "thigh_l", "thigh_r"):
                continue
            a, b = self.capsule_ends(capsule)
            for start, end, radius in (upper, lower):
                gap, _ = limbs.closest(start, end, a, b)
                deep = max(deep, radius + capsule.radius + limbs.CLEARANCE - gap)
        if self.stance.rest == "trunk":
            low = self.ground.height(joint[0], joint[1]) + radii[f"lowerarm_{side}"] + CLOTH
            deep = max(deep, low - joint[2])
        return deep

    def held_frame(self, held: Held) -> Frame:
        """Axes (3, 3) and origin (3,) of what is held, in the person's frame."""
        if held.how == "shaft" and self.tool is not None:
            return self.tool
        if held.how == "team" and self.team is not None:
            axes, middle = self.team
            return axes, middle
        if held.how == "between":
            left, right = self.fist("l"), self.fist("r")
            across = unit(left - right)
            up = self.turn("hand_l") @ self.m.palm["l"] + self.turn("hand_r") @ self.m.palm["r"]
            behind = unit(np.cross(up, across))
            return np.stack([across, behind, np.cross(across, behind)], 1), (left + right) / 2
        if held.how == "set":
            return np.eye(3), self.at(held.tip, held.tip_space)
        if held.how == "line":
            return np.eye(3), np.zeros(3)
        side = "l" if held.how.endswith("left") else "r"
        turn = self.turn(f"hand_{side}")
        point, palm = turn @ unit(self.m.knuckle[side]), turn @ self.m.palm[side]
        palm = unit(palm - point * (palm @ point))
        thumb = -SIDES[side] * np.cross(point, palm)
        if held.how.startswith("hang"):
            ahead = np.array([thumb[0], thumb[1], 0.0])
            ahead = unit(ahead) if np.linalg.norm(ahead) > 0.1 else np.array([0.0, -1.0, 0.0])
            up = np.array([0.0, 0.0, 1.0])
            return np.stack([np.cross(up, ahead), -ahead, up], 1), self.fist(side)
        return np.stack([np.cross(palm, thumb), palm, thumb], 1), self.fist(side)

    def path(self, held: Held) -> np.ndarray | None:
        """Course (n, 3) of a rope or hose in the person's frame; None for other things."""
        if not held.path:
            return None
        axes, tip = self.tool if self.tool is not None else (np.eye(3), np.zeros(3))
        found = []
        for x, y, z, space in held.path:
            if space == "shaft":
                found += [tip + axes[:, 2] * t for t in (0.22, 0.36, 0.52, 0.66)]
            else:
                found.append(self.at((x, y, z), space))
        return np.array(found)
