"""The pieces of posing: soles on the ground, legs, arms, fingers, gaze, and how deep limbs sink into the body."""

from __future__ import annotations

import numpy as np

from .footing import CLOTH, SOLE, Ground, upright_to
from .measures import FINGERS, Measures
from .skeleton import SIDES, frame, rotation, twist, two_bones, unit
from .stances import Foot

KNEE_BEND = 10.0
"""Degrees that a standing knee keeps bent at least."""

WRIST_BEND = 58.0
"""Degrees between forearm and hand at most."""

SINK = 0.004
"""Soles press this deep into the ground, metres."""

CLEARANCE = 0.008
"""Gap that arms keep from the body for the clothes between them, metres."""

SWIVELS = (0, 10, -10, 20, -20, 32, -32, 46, -46, 62, -62, 80)
"""Degrees that an elbow may swing about the line from shoulder to wrist, tried in this order."""


def sole(
    measures: Measures, ground: Ground, side: str, foot: Foot, spot: np.ndarray, heel: float, toe: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(ankle (3,), foot turn, toe turn) of a foot set down at ``spot`` (2,): no point of it deeper than ``SINK``."""
    body = measures.body
    ankle = body.head(f"foot_{side}")
    joint = body.head(f"ball_{side}") - ankle
    samples = measures.feet[side]
    rest = samples.points - ankle
    toes = samples.weights[:, measures.bone[f"ball_{side}"]] > 0.5
    level = rotation("z", foot.yaw)
    tilt = np.eye(3)
    if abs(heel) <= 45 and not foot.roll:
        corners = spot + (rest @ level.T)[:, :2]
        tilt = upright_to(ground.plane(corners[::2]))
    turn = tilt @ level @ rotation("y", foot.roll) @ rotation("x", heel)
    bent = turn @ rotation("x", toe)
    points = np.where(toes[:, None], (rest - joint) @ bent.T + turn @ joint, rest @ turn.T)
    points = points[points[:, 2] < points[:, 2].min() + 0.05]
    z = (ground.heights(points[:, :2] + spot) - points[:, 2]).max()
    return np.array([*spot, z + SOLE - SINK + foot.up * body.scale]), turn, bent


def farthest(upper: float, lower: float) -> float:
    """Distance of hip and ankle when the knee is bent by ``KNEE_BEND``."""
    return float(np.sqrt(upper**2 + lower**2 + 2 * upper * lower * np.cos(np.radians(KNEE_BEND))))


def kneeling(
    measures: Measures, ground: Ground, side: str, foot: Foot, hip: np.ndarray, yaw: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float]:
    """(knee, ankle, foot turn, toe turn, metres the hip is too high) of a leg whose knee is on the ground."""
    upper, lower = measures.length(f"thigh_{side}", f"calf_{side}"), measures.length(f"calf_{side}", f"foot_{side}")
    heading = rotation("z", yaw + foot.yaw) @ (0.0, -1.0, 0.0)
    thick = 0.9 * measures.knee[side] + CLOTH
    knee = hip + heading * 0.2
    for _ in range(3):
        knee[2] = ground.height(knee[0], knee[1]) + thick
        drop = min(hip[2] - knee[2], upper * 0.995)
        across = np.sqrt(upper**2 - drop**2)
        knee[:2] = hip[:2] + heading[:2] * across
    high = float(hip[2] - knee[2] - upper * 0.995)
    heel = foot.heel or 72.0
    toe = -0.6 * heel if foot.toe is None else foot.toe
    turned = Foot(0, 0, yaw + foot.yaw, foot.heel, foot.toe)
    ankle = knee - heading * lower
    for _ in range(3):
        ankle, turn, bent = sole(measures, ground, side, turned, ankle[:2], heel, toe)
        rise = np.clip(ankle[2] - knee[2], -0.9 * lower, 0.9 * lower)
        ankle[:2] = knee[:2] - heading[:2] * np.sqrt(lower**2 - rise**2)
    return knee, ankle, turn, bent, max(0.0, high)


def leg(
    measures: Measures, side: str, hip: np.ndarray, ankle: np.ndarray, pole: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(thigh turn, calf turn, knee, ankle reached)."""
    body = measures.body
    rest = [body.head(f"{bone}_{side}") for bone in ("thigh", "calf", "foot")]
    upper, lower = np.linalg.norm(rest[1] - rest[0]), np.linalg.norm(rest[2] - rest[1])
    knee, end, hinge = two_bones(hip, ankle, upper, lower, pole)
    across = np.array([1.0, 0.0, 0.0])
    thigh = frame(knee - hip, hinge) @ frame(rest[1] - rest[0], across).T
    return thigh, frame(end - knee, hinge) @ frame(rest[2] - rest[1], across).T, knee, end


def elbow(
    measures: Measures, side: str, shoulder: np.ndarray, wrist: np.ndarray, pole: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(elbow, wrist reached, hinge axis)."""
    upper = measures.length(f"upperarm_{side}", f"lowerarm_{side}")
    return two_bones(shoulder, wrist, upper, measures.length(f"lowerarm_{side}", f"hand_{side}"), pole)


def arm(
    measures: Measures, side: str, shoulder: np.ndarray, joint: np.ndarray, wrist: np.ndarray, hinge: np.ndarray,
    hand: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """(upper arm turn, forearm turn); the forearm takes up most of the hand's twist, as radius and ulna do."""
    body = measures.body
    rest = [body.head(f"{bone}_{side}") for bone in ("upperarm", "lowerarm", "hand")]
    line = unit(rest[2] - rest[0])
    bend = rest[1] - rest[0]
    bend = unit(bend - line * np.dot(bend, line))
    across = np.cross(bend, line)
    upper = frame(joint - shoulder, hinge) @ frame(rest[1] - rest[0], across).T
    fore = frame(wrist - joint, hinge) @ frame(rest[2] - rest[1], across).T
    axis = unit(wrist - joint)
    return upper, rotation(axis, float(np.clip(0.62 * twist(hand @ fore.T, axis), -85, 85))) @ fore


def grip(measures: Measures, side: str, point: np.ndarray, palm: np.ndarray) -> np.ndarray:
    """Hand turn whose fingers run along ``point`` and whose palm faces ``palm``."""
    return frame(point, palm) @ frame(measures.knuckle[side], measures.palm[side]).T


def eased(point: np.ndarray, forearm: np.ndarray) -> np.ndarray:
    """Direction of the fingers, turned back where the wrist would bend more than ``WRIST_BEND``."""
    point, forearm = unit(point), unit(forearm)
    cosine = float(np.clip(point @ forearm, -1, 1))
    if cosine >= np.cos(np.radians(WRIST_BEND)):
        return point
    aside = point - forearm * cosine
    if np.linalg.norm(aside) < 1e-6:
        return forearm
    bend = np.radians(WRIST_BEND)
    return forearm * np.cos(bend) + unit(aside) * np.sin(bend)


def round_shaft(axis: np.ndarray, forearm: np.ndarray, side: str) -> tuple[np.ndarray, np.ndarray]:
    """(fingers, palm) of a fist around a shaft whose ``axis`` runs from little finger to thumb."""
    axis = unit(axis)
    # a power grip lies askew in the palm: the hand follows the forearm a little
    across = forearm - 0.8 * axis * np.dot(forearm, axis)
    point = unit(across) if np.linalg.norm(across) > 0.05 else unit(np.cross(axis, (0.0, 0.0, 1.0)))
    return point, np.cross(-SIDES[side] * axis, point)


def fingers(measures: Measures, turns: np.ndarray, places: np.ndarray, curl: dict[str, float]) -> None:
    """Bend all fingers in place: thumbs less, middle joints more."""
    body, parents = measures.body, measures.body.base.parents
    for number, name in enumerate(body.base.bones):
        if not name.startswith(FINGERS):
            continue
        side, parent = name[-1], parents[number]
        along = unit(body.tails[number] - body.heads[number])
        share = (0.4 if name.startswith("thumb") else 1.0) * (1.15 if "_02" in name else 0.85)
        bend = rotation(np.cross(along, measures.palm[side]), curl[side] * share)
        turns[number] = turns[parent] @ bend
        places[number] = turns[parent] @ (body.heads[number] - body.heads[parent]) + places[parent]


def closest(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> tuple[float, np.ndarray]:
    """(distance, vector from the second to the first) of segments ab and cd, sampled along ab."""
    points = a + np.linspace(0, 1, 9)[:, None] * (b - a)
    line = d - c
    along = np.clip((points - c) @ line / max(1e-12, line @ line), 0, 1)
    gaps = points - c - along[:, None] * line
    sizes = np.linalg.norm(gaps, axis=1)
    best = int(sizes.argmin())
    return float(sizes[best]), gaps[best]
