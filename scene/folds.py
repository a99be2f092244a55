"""What makes cloth of an offset surface: it hangs, and creases where limbs bend.

Folds are ridges across a limb and spirals round it, stronger the more the joint is bent and on the side that is
pressed together; cuffs stack over hands and boots; a trunk creases at the waist and drags from the armpits.
"""

from __future__ import annotations

import numpy as np

from . import noise
from .body import Body
from .clothing import ARM_T, ARM_W, AROUND, GAP, LEG_T, LEG_W, REST, Surface

JOINTS = {"elbow": ("upperarm", "lowerarm"), "knee": ("thigh", "calf"), "hip": ("pelvis", "thigh"),
          "shoulder": ("spine_03", "upperarm")}  # fmt: skip


def bends(body: Body, turns: np.ndarray) -> dict[str, tuple[float, float]]:
    """How far each joint is turned from the rest pose, (left, right), 0..1 for 0..120 degrees."""
    found = {}
    for name, (upper, lower) in JOINTS.items():
        pair = []
        for side in "lr":
            above = upper if upper in body.base.bones else f"{upper}_{side}"
            turn = turns[body.base.bone(above)].T @ turns[body.base.bone(f"{lower}_{side}")]
            angle = np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1)))
            pair.append(float(np.clip(angle / 120, 0, 1)))
        found[name] = (pair[0], pair[1])
    return found


def hung(surface: Surface, slack: float) -> Surface:
    """The cloth lies on what is below it and hangs from what is above: moved by up to ``slack`` metres."""
    outward = surface.normals()
    sag = slack * np.clip(-outward[:, 2], -0.45, 1.0) * np.clip(surface.values[:, GAP] / 0.02, 0.3, 1.0)
    return Surface(surface.points + outward * sag[:, None], surface.quads, surface.values)


def creased(
    surface: Surface,
    bent: dict[str, tuple[float, float]],
    height: float,
    seed: int,
    stiff: float = 1.0,
    under: float | None = None,
) -> Surface:
    """With folds of about ``height`` metres; ``stiff`` stretches their spacing. They never reach the body.

    ``under``: height in the rest pose above which the garment is worn under another one and lies flat.
    """
    if height <= 0:
        return surface
    values = surface.values
    depth = _relief(values, bent, seed % 61, stiff) * height
    depth = np.maximum(depth, -0.55 * values[:, GAP])
    if under is not None:
        depth = np.where(values[:, 2] > under, np.minimum(depth, 0.0), depth)
        depth -= 0.006 * np.clip((values[:, 2] - under) / 0.03, 0, 1)
    return Surface(surface.points + surface.normals() * depth[:, None], surface.quads, values)


def _bump(value: np.ndarray, middle: float, width: float) -> np.ndarray:
    return np.exp(-(((value - middle) / width) ** 2))


def _ridge(phase: np.ndarray) -> np.ndarray:
    """Sharp crests, wide valleys, mean about 0."""
    return 0.64 - np.abs(np.sin(phase)) ** 0.7


def _relief(values: np.ndarray, bent: dict[str, tuple[float, float]], seed: int, stiff: float) -> np.ndarray:
    rest = values[:, REST]
    arm, leg = values[:, ARM_T], values[:, LEG_T]
    on_arm, on_leg = np.clip(values[:, ARM_W] * 1.3 - 0.15, 0, 1), np.clip(values[:, LEG_W] * 1.3 - 0.15, 0, 1)
    trunk = np.clip(1 - on_arm - on_leg, 0, 1)
    across, deep = values[:, AROUND].T
    left = rest[:, 0] > 0
    bend = {name: np.where(left, *pair) for name, pair in bent.items()}

    slow = noise.fractal(rest, 3.1, 2, seed)
    fine = noise.fractal(rest, 11.0, 2, seed + 7)
    patchy = np.clip(0.62 + 0.75 * noise.fractal(rest, 4.7, 1, seed + 13), 0.05, 1.3)
    inner = 0.5 + 0.5 * np.clip(-deep, -1, 1)

    limb = on_arm * (
        _bump(arm, 0.5, 0.14) * (0.25 + 1.3 * bend["elbow"] * (0.35 + 0.65 * inner))
        + _bump(arm, 0.93, 0.10) * 0.75
        + _bump(arm, 0.06, 0.16) * (0.45 + 0.7 * bend["shoulder"])
        + 0.36
    )
    limb += on_leg * (
        _bump(leg, 0.5, 0.12) * (0.25 + 1.2 * bend["knee"] * (1.35 - 0.65 * inner))
        + _bump(leg, 0.90, 0.09) * 1.05
        + _bump(leg, 0.05, 0.14) * (0.6 + 0.8 * bend["hip"])
        + 0.36
    )
    along = arm * 0.56 * on_arm + leg * 0.86 * on_leg
    rings = _ridge(np.pi * (along / (0.052 * stiff) + 1.7 * slow + 0.45 * fine + 0.22 * across * np.cos(seed)))
    spiral = _ridge(
        np.pi * (along / (0.105 * stiff) + 0.75 * across * np.where(left, 1, -1) + 0.5 * deep + 1.3 * slow + 0.1 * seed)
    )
    relief = limb * (rings * patchy * 0.75 + spiral * (1.25 - patchy) * 0.9)

    waist = _bump(rest[:, 2], 1.02, 0.09) * 0.85 + _bump(rest[:, 2], 1.17, 0.08) * 0.5 + 0.30
    waist += 0.5 * trunk * (bend["hip"] + 0.3) * _bump(rest[:, 2], 0.96, 0.12)
    tilt = 0.16 * np.abs(rest[:, 0]) * np.where(rest[:, 2] > 1.1, -1.0, 1.0)
    lying = _ridge(np.pi * ((rest[:, 2] + tilt) / (0.066 * stiff) + 1.5 * slow + 0.3 * fine + 0.37 * seed))
    # the cloth hangs from shoulders and chest in long folds that fan out of the armpits
    fan = np.abs(rest[:, 0]) + 0.35 * np.clip(rest[:, 2] - 1.05, 0, 0.4)
    drag = _ridge(np.pi * (fan / (0.075 * stiff) + 1.8 * slow + 0.21 * seed))
    hanging = 0.34 + 0.60 * _bump(np.abs(rest[:, 0]), 0.15, 0.07) + 0.35 * _bump(rest[:, 2], 0.90, 0.10)
    relief += trunk * (waist * lying * patchy + hanging * drag * (1.25 - patchy))
    relief += _pulled(rest, arm, on_arm, slow, fine, seed) * (0.75 + 0.7 * bend["shoulder"])
    # collars keep their shape
    return (relief + 0.17 * fine + 0.25 * slow) * np.clip((1.46 - rest[:, 2]) / 0.08, 0.08, 1.0)


def _pulled(
    rest: np.ndarray, arm: np.ndarray, on_arm: np.ndarray, slow: np.ndarray, fine: np.ndarray, seed: int
) -> np.ndarray:
    """Creases that run out of the armpit over chest, shoulder blade and upper arm, where a sleeve pulls."""
    aside, up = np.abs(rest[:, 0]) - 0.165, rest[:, 2] - 1.295
    away = np.hypot(aside, up)
    turn = np.arctan2(up, -aside)
    creases = _ridge(5.2 * turn + 2.2 * slow + 0.7 * fine + 0.9 * seed + 9.0 * away)
    return creases * _bump(away, 0.085, 0.065) * np.clip(1.15 - on_arm * np.clip((arm - 0.12) / 0.1, 0, 1), 0, 1)
