"""Dogs' bodies: breeds by their proportions, and where every bone and muscle lies when they stand, sniff, sit or lie.

A dog looks towards +x, y to its left, z up, and stands on z 0; joints are in heights of the withers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .implicit import Bone

Joint = tuple[float, float, float]
"""x, y, z; legs' y is the left one's."""

Leg = tuple[Joint, ...]


@dataclass(frozen=True)
class Breed:
    """How dogs of a breed differ from a shepherd."""

    name: str
    tall: float
    """Withers, metres."""
    girth: float
    muzzle: tuple[float, float]
    """Length and thickness."""
    ears: str
    """"pricked", "folded" or "long"."""
    tail: tuple[float, float, float, float]
    """Thickness from root to tip."""
    fur: float
    """Length of the hair on the back, metres."""


BREEDS = (
    Breed("shepherd", 0.62, 1.0, (1.0, 1.0), "pricked", (0.034, 0.048, 0.052, 0.022), 0.026),
    Breed("labrador", 0.57, 1.12, (0.88, 1.22), "folded", (0.044, 0.038, 0.028, 0.014), 0.013),
    Breed("spaniel", 0.46, 1.10, (0.92, 1.15), "long", (0.030, 0.036, 0.034, 0.016), 0.030),
    Breed("mongrel", 0.50, 0.92, (0.95, 0.95), "folded", (0.030, 0.036, 0.034, 0.014), 0.018),
)


@dataclass(frozen=True)
class Pose:
    """Where trunk, head, legs and tail lie. Trunk: chest, ribs' end, loin, pelvis, each with its radius."""

    trunk: tuple[tuple[float, float, float], ...]
    neck: tuple[tuple[float, float], tuple[float, float]]
    """Its root and its top, (x, z)."""
    nod: float
    """How far the head looks down, degrees."""
    fore: tuple[Leg, Leg]
    """Left and right: withers, shoulder, elbow, wrist, knuckles, toes."""
    hind: tuple[Leg, Leg]
    """Left and right: hip, stifle, hock, knuckles, toes."""
    tail: tuple[tuple[float, float], ...]


_FORE: Leg = ((0.27, 0.09, 0.86), (0.37, 0.105, 0.64), (0.23, 0.115, 0.54), (0.25, 0.105, 0.19),
              (0.285, 0.105, 0.055), (0.345, 0.105, 0.034))  # fmt: skip
_HIND: Leg = ((-0.38, 0.075, 0.77), (-0.22, 0.105, 0.51), (-0.50, 0.095, 0.27), (-0.475, 0.095, 0.055),
              (-0.405, 0.095, 0.034))  # fmt: skip
_STANDING = ((0.26, 0.735, 0.215), (0.0, 0.735, 0.205), (-0.26, 0.79, 0.145), (-0.43, 0.785, 0.125))
_HANGING = ((-0.50, 0.83), (-0.60, 0.70), (-0.64, 0.50), (-0.60, 0.33))


def _stepped(leg: Leg, swing: float, lift: float = 0.0) -> Leg:
    """A leg whose foot is ``swing`` ahead and ``lift`` higher; what is nearer to the trunk follows less."""
    top = leg[0][2]
    return tuple((x + swing * (1 - z / top), y, z + lift * (1 - z / top)) for x, y, z in leg)


HEAD = 1.13
"""Heads' size, against the numbers below."""

POSES: dict[str, Pose] = {
    "stand": Pose(
        _STANDING, ((0.31, 0.86), (0.52, 1.08)), 8.0, (_stepped(_FORE, 0.03), _stepped(_FORE, -0.02)),
        (_stepped(_HIND, -0.10), _stepped(_HIND, 0.06)), _HANGING,
    ),
    "sniff": Pose(
        _STANDING, ((0.34, 0.80), (0.60, 0.52)), 50.0, (_stepped(_FORE, 0.15), _stepped(_FORE, -0.16, 0.02)),
        (_stepped(_HIND, -0.13, 0.02), _stepped(_HIND, 0.16)),
        ((-0.50, 0.84), (-0.64, 0.80), (-0.78, 0.82), (-0.90, 0.90)),
    ),
    "sit": Pose(
        ((0.15, 0.735, 0.205), (0.02, 0.54, 0.205), (-0.10, 0.34, 0.175), (-0.21, 0.215, 0.155)),
        ((0.20, 0.87), (0.33, 1.11)), 5.0,
        (((0.17, 0.09, 0.88), (0.28, 0.105, 0.68), (0.16, 0.115, 0.52), (0.21, 0.10, 0.19), (0.245, 0.10, 0.055),
          (0.305, 0.10, 0.034)),) * 2,
        (((-0.17, 0.09, 0.25), (0.06, 0.165, 0.26), (-0.20, 0.16, 0.085), (-0.02, 0.165, 0.045), (0.05, 0.17, 0.034)),
         ) * 2,
        ((-0.30, 0.12), (-0.46, 0.055), (-0.62, 0.05), (-0.76, 0.035)),
    ),
    "lie": Pose(
        ((0.24, 0.245, 0.205), (0.0, 0.235, 0.20), (-0.25, 0.205, 0.155), (-0.42, 0.185, 0.135)),
        ((0.30, 0.38), (0.46, 0.63)), 6.0,
        (((0.25, 0.09, 0.37), (0.34, 0.12, 0.20), (0.20, 0.155, 0.075), (0.50, 0.13, 0.042), (0.56, 0.13, 0.04),
          (0.63, 0.13, 0.034)),) * 2,
        (((-0.37, 0.09, 0.20), (-0.15, 0.18, 0.19), (-0.42, 0.18, 0.07), (-0.24, 0.19, 0.045), (-0.16, 0.19, 0.034)),
         ) * 2,
        ((-0.52, 0.13), (-0.68, 0.05), (-0.84, 0.048), (-0.97, 0.033)),
    ),
}  # fmt: skip


def bones(breed: Breed, pose: str) -> list[Bone]:
    """A dog's flesh as bones, in metres; trunk first, then outwards. Raises KeyError for an unknown pose."""
    made = POSES[pose]
    found = [*_trunk(breed, made), *_head(breed, made)]
    for side in (0, 1):
        found += _fore(breed, made.fore[side], 1 - 2 * side) + _hind(breed, made.hind[side], 1 - 2 * side)
    points = [np.array([x, 0.0, z]) for x, z in made.tail]
    for number in range(3):
        found.append(Bone("tail", points[number], points[number + 1], breed.tail[number : number + 2], melt=0.03))
    return [_sized(bone, breed.tall) for bone in found]


def _trunk(breed: Breed, pose: Pose) -> list[Bone]:
    """Chest deep and narrow, the belly drawn up, withers and neck on top."""
    rows = [(np.array([x, 0.0, z]), r * breed.girth) for x, z, r in pose.trunk]
    made = [
        Bone("trunk", a, b, (ra, rb), flat, melt=0.06)
        for ((a, ra), (b, rb)), flat in zip(pairwise(rows), (0.74, 0.80, 0.88), strict=True)
    ]
    root, top = (np.array([x, 0.0, z]) for x, z in pose.neck)
    chest = rows[0][0]
    made.append(Bone("trunk", chest + [0.06, 0, -0.02], chest + [0.10, 0, -0.02], (0.14, 0.12), 0.85, melt=0.08))
    made.append(Bone("neck", 0.5 * (root + chest), top, (0.165 * breed.girth, 0.112), 0.85, melt=0.09))
    return made


def _head(breed: Breed, pose: Pose) -> list[Bone]:
    """Skull, stop, muzzle, jaw, nose, eyes and ears, as one moves them."""
    top = np.array([pose.neck[1][0], 0.0, pose.neck[1][1]])
    nod = np.radians(pose.nod)
    turn = np.array([[np.cos(nod), 0, np.sin(nod)], [0, 1, 0], [-np.sin(nod), 0, np.cos(nod)]])
    long, thick = breed.muzzle

    def at(x: float, y: float, z: float) -> np.ndarray:
        return top + HEAD * turn @ np.array([x, y, z])

    def bone(name: str, a: Joint, b: Joint, radii: tuple[float, float], flat: float = 1.0, melt: float = 0.02) -> Bone:
        return Bone(name, at(*a), at(*b), (HEAD * radii[0], HEAD * radii[1]), flat, melt=melt)

    tip = 0.135 + 0.16 * long
    made = [
        bone("head", (-0.01, 0, 0.035), (0.09, 0, 0.045), (0.092, 0.086), 0.95, 0.05),
        bone("head", (0.03, 0.05, 0.0), (0.09, 0.035, -0.005), (0.05, 0.045), melt=0.03),
        bone("head", (0.03, -0.05, 0.0), (0.09, -0.035, -0.005), (0.05, 0.045), melt=0.03),
        bone("muzzle", (0.11, 0, 0.015), (tip, 0, 0.0), (0.056 * thick, 0.040 * thick), 0.92, 0.035),
        bone("muzzle", (0.08, 0, -0.045), (tip - 0.04, 0, -0.042), (0.042, 0.024 * thick), 1.0, 0.015),
        bone("nose", (tip + 0.028, 0, 0.022), (tip + 0.034, 0, 0.018), (0.021, 0.018), 1.15, 0.006),
    ]
    for side in (1, -1):
        made.append(bone("brow", (0.098, 0.04 * side, 0.083), (0.12, 0.04 * side, 0.07), (0.022, 0.018), melt=0.025))
        made.append(
            bone("eye", (0.128, 0.047 * side, 0.058), (0.128, 0.047 * side, 0.058), (0.0165, 0.0165), melt=0.002)
        )
        made += _ear(breed, at, turn, side)
    return made


def _ear(breed: Breed, at: Callable[..., np.ndarray], turn: np.ndarray, side: int) -> list[Bone]:
    """One ear's flap: upright, folded at its root or hanging long."""
    paths = {
        "pricked": ([(0.0, 0.055, 0.10), (0.01, 0.078, 0.175), (0.012, 0.088, 0.245)], (0.052, 0.042, 0.009),
                    (1.0, 0.25, 0.0)),
        "folded": ([(0.0, 0.078, 0.095), (0.03, 0.108, 0.07), (0.055, 0.108, -0.015)], (0.03, 0.042, 0.018),
                   (0.2, 1.0, 0.35)),
        "long": ([(0.0, 0.085, 0.07), (0.01, 0.112, -0.01), (0.03, 0.105, -0.12)], (0.032, 0.052, 0.042),
                 (0.1, 1.0, 0.2)),
    }  # fmt: skip
    path, radii, across = paths[breed.ears]
    points = [at(x, y * side, z) for x, y, z in path]
    facing = tuple(turn @ (np.array(across) * [1, side, 1]))
    return [
        Bone("ear", points[n], points[n + 1], radii[n : n + 2], 0.32, facing, 0.012 if n else 0.02) for n in range(2)
    ]


def _fore(breed: Breed, leg: Leg, side: int) -> list[Bone]:
    withers, shoulder, elbow, wrist, knuckles, toes = _sided(leg, side)
    stout = 0.5 + 0.5 * breed.girth
    return [
        Bone("shoulder", withers, shoulder, (0.085 * stout, 0.085 * stout), 0.6, melt=0.06),
        Bone("shoulder", shoulder, elbow, (0.085 * stout, 0.058 * stout), 0.7, melt=0.05),
        Bone("leg", elbow, wrist, (0.056 * stout, 0.034 * stout), 0.85, melt=0.03),
        Bone("leg", wrist, knuckles, (0.035 * stout, 0.032 * stout), melt=0.02),
        *_paw(knuckles, toes, stout),
    ]


def _hind(breed: Breed, leg: Leg, side: int) -> list[Bone]:
    hip, stifle, hock, knuckles, toes = _sided(leg, side)
    stout = 0.5 + 0.5 * breed.girth
    heel = hock + 0.035 * (hock - knuckles) / np.linalg.norm(hock - knuckles) + [-0.018, 0, 0]
    back = 0.5 * (hip + stifle) + [-0.07, 0.01 * side, -0.01]
    return [
        Bone("thigh", hip, stifle, (0.125 * stout, 0.072 * stout), 0.55, melt=0.06),
        Bone("thigh", hip + [-0.05, 0, -0.02], back, (0.085 * stout, 0.07 * stout), 0.6, melt=0.05),
        Bone("leg", stifle, hock, (0.068 * stout, 0.030 * stout), 0.7, melt=0.04),
        Bone("leg", back + [0, 0, -0.05], heel, (0.035 * stout, 0.017), 0.7, melt=0.03),
        Bone("leg", hock, knuckles, (0.032 * stout, 0.027 * stout), 0.85, melt=0.02),
        *_paw(knuckles, toes, stout),
    ]


def _paw(knuckles: np.ndarray, toes: np.ndarray, stout: float) -> list[Bone]:
    """A flat foot and its four toes."""
    made = [Bone("paw", knuckles + [0, 0, -0.01], toes, (0.036 * stout, 0.03 * stout), melt=0.02)]
    for aside, ahead in ((-0.033, 0.010), (-0.012, 0.026), (0.012, 0.026), (0.033, 0.010)):
        tip = toes + [ahead, aside * stout, -0.012]
        made.append(Bone("paw", toes + [-0.01, aside * stout, 0.0], tip, (0.017, 0.017), melt=0.006))
    return made


def _sided(leg: Leg, side: int) -> list[np.ndarray]:
    return [np.array([x, y * side, z]) for x, y, z in leg]


def _sized(bone: Bone, tall: float) -> Bone:
    radii = (bone.radii[0] * tall, bone.radii[1] * tall)
    return Bone(bone.name, bone.a * tall, bone.b * tall, radii, bone.flat, bone.across, bone.melt * tall)
