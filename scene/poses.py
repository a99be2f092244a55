"""Poses on the ground as it is: joint goals for a 1.75 m person, solved by IK on a body and a terrain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..dataset.spec import PersonSpec, stream
from .body import Body
from .skeleton import SIDES, frame, rotation, twist, two_bones, unit
from .terrain import Terrain

ANKLE = 0.075
SOLE = 0.025
FINGERS = ("thumb", "index", "middle", "ring", "pinky")


@dataclass(frozen=True)
class Foot:
    x: float
    y: float
    z: float = ANKLE
    yaw: float = 0.0
    pitch: float = 0.0
    toe: float = 0.0
    pole: tuple = (0.0, -1.0, 0.0)


@dataclass(frozen=True)
class Hand:
    x: float
    y: float
    z: float
    pole: tuple
    point: tuple
    palm: tuple


@dataclass(frozen=True)
class Stance:
    pelvis: tuple
    pitch: float
    spine: tuple
    head: tuple
    feet: tuple
    hands: tuple
    clavicle: tuple = (0.0, 0.0)
    curl: float = 28.0
    yaw: float = 0.0


@dataclass(frozen=True)
class Posed:
    turns: np.ndarray
    places: np.ndarray
    root: np.ndarray
    placed: bool = True
    reason: str = ""


POSES = {
    "stand": Stance((0, 0, 0.943), 0, (1.5, 0, 0), (2, 0, 12),
        (Foot(0.14, -0.03, yaw=12, pole=(0.2, -1, 0)), Foot(-0.14, 0.05, yaw=-14, pole=(-0.2, -1, 0))),
        (Hand(0.30, -0.10, 0.84, (0.5, 1, 0), (0, -0.12, -1), (-1, 0.1, 0)), Hand(-0.31, -0.06, 0.85, (-0.5, 1, 0), (0, -0.2, -1), (1, 0.2, 0))), (-6, 0)),
    "walk": Stance((0, 0, 0.915), 4, (2, 0, 3), (0, 0, -6),
        (Foot(0.10, -0.30, ANKLE + 0.02, 5, -14, 0, (0.1, -1, 0)), Foot(-0.10, 0.32, ANKLE + 0.06, -6, 32, -24, (-0.1, -1, 0))),
        (Hand(0.28, 0.16, 0.90, (0.3, 1, 0), (0, 0.3, -1), (-1, 0.1, 0)), Hand(-0.27, -0.32, 0.98, (-0.4, 1, -0.3), (0.1, -0.7, -0.7), (1, 0.1, 0))), (-4, 0)),
    "crouch": Stance((0, 0.16, 0.36), 25, (14, 0, 3), (-18, 0, 0),
        (Foot(0.16, -0.14, yaw=16, pole=(0.35, -1, 0.3)), Foot(-0.15, 0.10, ANKLE + 0.06, -14, 35, -30, (-0.35, -1, 0))),
        (Hand(0.22, -0.50, 0.38, (0.7, 0.4, -0.3), (-0.1, -0.8, -0.5), (-0.2, 0.3, -1)), Hand(-0.20, -0.46, 0.30, (-0.7, 0.4, -0.3), (0.1, -0.8, -0.6), (0.2, 0.3, -1))), (0, 8), 30),
    "kneel_dig": Stance((0, 0.05, 0.52), 32, (13, 0, 4), (-14, 0, 6),
        (Foot(0.15, -0.33, yaw=8, pole=(0.2, -1, 0.4)), Foot(-0.13, 0.50, 0.11, -4, 70, -45, (-0.1, -1, -0.6))),
        (Hand(0.17, -0.62, 0.14, (0.8, 0.5, 0.2), (-0.2, -0.6, -0.8), (-0.2, 0.6, -0.8)), Hand(-0.18, -0.55, 0.10, (-0.8, 0.5, 0.2), (0.2, -0.6, -0.8), (0.2, 0.6, -0.8))), (0, 10), 35),
    "carry": Stance((0, 0, 0.90), 6, (4, 0, 0), (8, 0, -8),
        (Foot(0.13, -0.26, yaw=6, pole=(0.1, -1, 0)), Foot(-0.13, 0.28, ANKLE + 0.05, -8, 28, -24, (-0.1, -1, 0))),
        (Hand(0.20, -0.36, 0.98, (0.6, 0.6, -0.6), (-0.35, -0.9, 0), (0, 0, 1)), Hand(-0.20, -0.36, 0.98, (-0.6, 0.6, -0.6), (0.35, -0.9, 0), (0, 0, 1))), (4, 4), 30),
    "point": Stance((0, 0, 0.94), 0, (1, 0, -2), (-2, 0, 30),
        (Foot(0.15, -0.08, yaw=18, pole=(0.2, -1, 0)), Foot(-0.14, 0.08, yaw=-12, pole=(-0.2, -1, 0))),
        (Hand(0.58, -0.42, 1.42, (0.3, 0.4, -1), (0.7, -0.6, 0.05), (0.2, 0, -1)), Hand(-0.24, -0.20, 1.02, (-1, 0.5, 0), (0.7, -0.3, -0.6), (0.4, 1, 0))), (4, 4), 14, 8),
    "lift": Stance((0, 0.22, 0.62), 48, (6, 0, 0), (-30, 0, 0),
        (Foot(0.20, -0.06, yaw=20, pole=(0.35, -1, 0)), Foot(-0.20, 0.0, yaw=-20, pole=(-0.35, -1, 0))),
        (Hand(0.22, -0.36, 0.36, (1, 0.4, 0), (0, -0.3, -1), (-0.2, 1, 0)), Hand(-0.22, -0.36, 0.36, (-1, 0.4, 0), (0, -0.3, -1), (0.2, 1, 0))), (-6, 8), 45),
    "lie": Stance((0, 0, 0.125), -90, (1, 0, 0), (8, 0, 15),
        (Foot(0.16, -0.84, 0.06, 0, -75, 0, (0.25, 0, 1)), Foot(-0.13, -0.74, 0.06, 0, -80, 0, (-0.1, 0, 1))),
        (Hand(0.36, 0.02, 0.07, (0.6, 0.3, 0), (0.1, -1, 0), (-0.3, 0, -1)), Hand(-0.24, 0.20, 0.27, (-1, 0.1, 0.1), (1, -0.3, -0.1), (0, 0, -1))), (-4, 0), 25),
}  # fmt: skip


def solve(spec: PersonSpec, body: Body, terrain: Terrain | None) -> Posed:
    """The pose on the ground at the person's place."""
    stance = POSES[spec.pose]
    turn = rotation("z", spec.yaw)
    base = 0.0
    if terrain is not None:
        hit = terrain.down(spec.x, spec.y)
        if hit is None or hit.kind not in ("ground", "heap") or hit.normal[2] < 0.6:
            return Posed(np.zeros(0), np.zeros(0), np.eye(4), False, "no ground to stand on")
        base = hit.z
    drops = [0.0, 0.0]
    if terrain is not None and spec.pose != "lie":
        for number, foot in enumerate(stance.feet):
            spot = turn @ np.array([foot.x, foot.y, 0]) * body.scale + (spec.x, spec.y, 0)
            hit = terrain.down(spot[0], spot[1], base + 1.2, only=("ground", "heap"))
            drops[number] = float(np.clip((hit.z if hit else base) - base, -0.35, 0.45))
    draw = stream(spec.seed, "pose")
    lift = min(drops) if spec.pose != "lie" else 0.0
    turns, places = _solve(stance, body, drops, lift, draw)
    matrix = np.eye(4)
    matrix[:3, :3] = turn
    matrix[:3, 3] = (spec.x, spec.y, base + SOLE * 0.0)
    return Posed(turns, places, matrix)


def _solve(stance, body, drops, lift, draw):
    base, k = body.base, body.scale
    turns, places = np.zeros((len(base.bones), 3, 3)), np.zeros((len(base.bones), 3))
    fixed = {}
    jitter = draw.normal(0, 1, 12)
    for number, bone in enumerate(base.bones):
        parent = base.parents[number]
        if parent < 0:
            turns[number], places[number] = np.eye(3), body.heads[number]
            continue
        place = turns[parent] @ (body.heads[number] - body.heads[parent]) + places[parent]
        turn = turns[parent]
        side, sign = bone[-1], SIDES.get(bone[-1], 0.0)
        which = 0 if side == "l" else 1
        if bone == "pelvis":
            turn = rotation("z", stance.yaw) @ rotation("x", stance.pitch + jitter[0])
            place = np.array(stance.pelvis) * k + (0, 0, lift + SOLE)
        elif bone.startswith("spine"):
            turn = turn @ rotation("z", stance.spine[2] + jitter[1]) @ rotation("y", stance.spine[1] + jitter[2] * .7) @ rotation("x", stance.spine[0] + jitter[3])
        elif bone in ("neck_01", "head"):
            turn = turn @ rotation("z", (stance.head[2] + 12 * jitter[4]) / 2) @ rotation("x", (stance.head[0] + 4 * jitter[5]) / 2)
        elif bone.startswith("clavicle"):
            turn = turn @ rotation("z", -sign * stance.clavicle[1]) @ rotation("y", -sign * stance.clavicle[0])
        elif bone.startswith("upperarm"):
            turn = _arm(stance.hands[which], body, side, sign, place, fixed, lift, k, jitter[6 + which])
        elif bone.startswith("thigh"):
            turn = _leg(stance.feet[which], body, side, place, fixed, drops[which], k)
        elif bone.startswith(FINGERS):
            turn = turn @ _curl(body, bone, side, sign, stance.curl)
        turns[number] = fixed.get(bone, turn)
        places[number] = place
    return turns, places


def _arm(hand, body, side, sign, place, fixed, lift, k, jitter):
    shoulder, elbow, wrist = (body.head(f"{b}_{side}") for b in ("upperarm", "lowerarm", "hand"))
    goal = np.array([hand.x + 0.02 * jitter, hand.y, hand.z + 0.015 * jitter]) * k + (0, 0, lift + SOLE)
    upper, lower = np.linalg.norm(elbow - shoulder), np.linalg.norm(wrist - elbow)
    middle, end, hinge = two_bones(place, goal, upper, lower, np.array(hand.pole, float))
    line = unit(wrist - shoulder)
    bend = elbow - shoulder
    bend = unit(bend - line * np.dot(bend, line))
    rest = np.cross(bend, line)
    knuckle = body.head(f"middle_01_{side}") - wrist
    palm = np.cross(body.head(f"index_01_{side}") - wrist, body.head(f"pinky_01_{side}") - wrist) * -sign
    fore = frame(end - middle, hinge) @ frame(wrist - elbow, rest).T
    grip = frame(hand.point, hand.palm) @ frame(knuckle, palm).T
    axis = unit(end - middle)
    fixed[f"lowerarm_{side}"] = rotation(axis, float(np.clip(0.6 * twist(grip @ fore.T, axis), -70, 70))) @ fore
    fixed[f"hand_{side}"] = grip
    return frame(middle - place, hinge) @ frame(elbow - shoulder, rest).T


def _leg(foot, body, side, place, fixed, drop, k):
    hip, knee, ankle = (body.head(f"{b}_{side}") for b in ("thigh", "calf", "foot"))
    goal = np.array([foot.x, foot.y, foot.z]) * k
    goal[2] = foot.z - ANKLE + ankle[2] + drop + SOLE if foot.z >= ANKLE else goal[2] + SOLE
    upper, lower = np.linalg.norm(knee - hip), np.linalg.norm(ankle - knee)
    middle, end, hinge = two_bones(place, goal, upper, lower, np.array(foot.pole, float))
    side_axis = np.array([1.0, 0, 0])
    fixed[f"calf_{side}"] = frame(end - middle, hinge) @ frame(ankle - knee, side_axis).T
    fixed[f"foot_{side}"] = rotation("z", foot.yaw) @ rotation("x", foot.pitch)
    fixed[f"ball_{side}"] = fixed[f"foot_{side}"] @ rotation("x", foot.toe)
    return frame(middle - place, hinge) @ frame(knee - hip, side_axis).T


def _curl(body, bone, side, sign, curl):
    wrist = body.head(f"hand_{side}")
    palm = unit(np.cross(body.head(f"index_01_{side}") - wrist, body.head(f"pinky_01_{side}") - wrist) * -sign)
    along = unit(body.tail(bone) - body.head(bone))
    share = (0.45 if bone.startswith("thumb") else 1.0) * (1.15 if "_02" in bone else 0.8)
    return rotation(np.cross(along, palm), curl * share)
