"""One stance on one body and one ground: passes of kinematics, each mending what the pass before left wrong."""

from __future__ import annotations

import numpy as np

from . import limbs
from .footing import CLOTH, SOLE, Ground
from .measures import Capsule, Measures
from .skeleton import SIDES, rotation, unit
from .stances import Foot, Hand, Held, Place, Stance

PASSES = 8

BONES = {"chest": "spine_03", "pelvis": "pelvis", "head": "head", "knee_l": "calf_l", "knee_r": "calf_r"}
"""Spaces of places that hang on a bone."""

FIXED = ("root", "ground", "touch", "tool", "team")
"""Spaces where a hand must arrive; elsewhere it may be pushed aside."""

GAZE = ((-65.0, 65.0), (-42.0, 52.0))
"""How far the head turns and nods against the chest, degrees."""

NOD = 30.0
"""How far the neck of a lying person bends to lay the head down, degrees."""

DIP = 0.16
"""How far the knees may give so that the hands reach their work, metres."""

SLIDE = 0.16
"""How far a grip may move along a shaft to be within reach, metres."""

Frame = tuple[np.ndarray, np.ndarray]
"""Tool: (3, 3) axes and (3,) origin in the person's frame; z runs along the shaft from the tip."""


class Solver:
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

    # -- trunk -----------------------------------------------------------------------------------------------------

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

    # -- legs ------------------------------------------------------------------------------------------------------

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

    # -- arms and tool ---------------------------------------------------------------------------------------------

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

    def capsule_ends(self, capsule: Capsule) -> tuple[np.ndarray, np.ndarray]:
        """Posed ends of a capsule."""
        a, b = capsule.bones
        return (
            self.turns[a] @ (capsule.a - self.body.heads[a]) + self.places[a],
            self.turns[b] @ (capsule.b - self.body.heads[b]) + self.places[b],
        )

    # -- mending ---------------------------------------------------------------------------------------------------

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

    # -- results ---------------------------------------------------------------------------------------------------

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


_SIDE = {"l": "left", "r": "right"}
