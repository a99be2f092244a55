"""The wardrobe's cutting rules: coverall, jacket, trousers, shirts, boots, shoes, on the reference body."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .body import Base
from .clothing import Garment, Region, Ring, Rule, region, template

NECK = 0.45
"""Weight of neck and head where a garment ends."""


def _at_neck(points: np.ndarray) -> bool:
    return bool(points[:, 2].mean() > 1.3 and abs(points[:, 0].mean()) < 0.05)


def _at_wrist(points: np.ndarray) -> bool:
    return bool(abs(points[:, 0].mean()) > 0.2 and points[:, 2].mean() > 0.75)


def _at_ankle(points: np.ndarray) -> bool:
    return bool(points[:, 2].mean() < 0.75 and abs(points[:, 0].mean()) > 0.04)


def _at_hem(points: np.ndarray) -> bool:
    return bool(0.75 < points[:, 2].mean() < 1.3 and abs(points[:, 0].mean()) < 0.05)


STAND: Ring = (_at_neck, ((0.016, -0.05, 0.002), (0.040, -0.08, 0.003), (0.042, -0.13, 0.0), (0.022, -0.16, -0.004)))
"""A standing collar, turned in at its top."""
FALL: Ring = (
    _at_neck,
    (
        (0.012, -0.08, 0.0),
        (0.028, -0.14, 0.0),
        (0.029, -0.10, 0.0),
        (0.008, 0.06, 0.004),
        (-0.004, 0.10, 0.005),
        (-0.003, 0.06, 0.002),
    ),
)
"""A shirt collar that falls over itself."""
CREW: Ring = (_at_neck, ((0.006, -0.03, 0.001), (0.009, -0.07, 0.0), (0.000, -0.10, -0.006)))
ROLL: Ring = (
    _at_neck,
    ((0.010, -0.02, 0.004), (0.026, 0.06, 0.010), (0.030, 0.22, 0.016), (0.004, 0.32, 0.018), (-0.02, 0.24, 0.006)),
)
"""The thick roll of a lowered hood; its back is made in gear."""
CUFF: Ring = (_at_wrist, ((0.0, 0.05, 0.002), (0.0, -0.05, -0.002), (0.004, -0.22, -0.006)))
ENDS: Ring = (_at_ankle, ((-0.014, 0.06, 0.003), (-0.032, 0.10, 0.002), (-0.034, 0.02, 0.0), (-0.020, -0.12, -0.006)))


def _hem(length: float, flare: float) -> Ring:
    steps = [(-length * share, flare * share, 0.003 * share) for share in (0.25, 0.5, 0.75, 1.0)]
    return _at_hem, (*steps, (-length - 0.004, flare - 0.03, 0.0), (-length + 0.012, flare - 0.08, -0.004))


def _coverall(area: Region) -> Rule:
    hip = area.height("thigh_l") / area.body.scale
    keep = ((area.leg < 0.93) | (area.arm_w > 0.2) | (area.rest[:, 2] > hip)) & (area.head_w < NECK)
    waist = np.exp(-(((area.rest[:, 2] - 1.06) / 0.03) ** 2)) * (area.arm_w < 0.3)
    gap = 0.017 + 0.007 * area.arm_w + 0.015 * np.clip(area.leg * 1.3, 0, 1) * (area.leg_w > 0.3) - 0.006 * waist
    return Rule(keep, gap, (STAND, CUFF, ENDS))


def _upper(area: Region, gap: float, hang: float, rings: tuple[Ring, ...], sleeve: float = 1.05) -> Rule:
    low = area.height("thigh_l") / area.body.scale - 0.02
    keep = (area.leg_w < 0.95) & (area.rest[:, 2] > low) & (area.head_w < NECK)
    keep &= (area.arm < sleeve) | (area.arm_w + area.hand_w < 0.4)
    drop = np.clip((area.height("spine_03") / area.body.scale - area.rest[:, 2]) / 0.3, 0, 1) * (area.arm_w < 0.3)
    return Rule(keep, gap + 0.005 * area.arm_w + hang * drop, rings, 8, 0.4)


def _trousers(area: Region) -> Rule:
    waist = area.rest[:, 2] < area.height("spine_01") / area.body.scale + 0.03
    keep = (area.leg < 0.95) & waist & (area.arm_w + area.hand_w < 0.1) & (area.rest[:, 2] < 1.15)
    gap = 0.011 + 0.015 * np.clip(area.leg * 1.3, 0, 1) * (area.leg_w > 0.3)
    return Rule(keep, gap, (ENDS,), 5)


def _boots(area: Region, shaft: float) -> Rule:
    keep = (area.leg > shaft) & (area.leg_w > 0.5)
    gap = 0.009 + 0.006 * np.clip((1.0 - area.leg) / 0.15, 0, 1)
    top: Ring = (lambda points: True, ((0.006, 0.06, 0.003), (0.006, -0.06, -0.003), (-0.01, -0.16, -0.006)))
    return Rule(keep, gap, (top,), 1, 0.0)


_RULES = {
    "coverall": _coverall,
    "jacket": lambda area: _upper(area, 0.019, 0.012, (STAND, CUFF, _hem(0.10, 0.05))),
    "coat": lambda area: _upper(area, 0.025, 0.014, (STAND, CUFF, _hem(0.19, 0.10))),
    "hoodie": lambda area: _upper(area, 0.020, 0.011, (ROLL, CUFF, _hem(0.05, -0.03))),
    "shirt": lambda area: _upper(area, 0.014, 0.014, (FALL, CUFF, _hem(0.09, 0.04))),
    "tshirt": lambda area: _upper(area, 0.013, 0.015, (CREW, CUFF, _hem(0.08, 0.03)), 0.36),
    "trousers": _trousers,
    "boots": lambda area: _boots(area, 0.80),
    "shoes": lambda area: _boots(area, 0.955),
}

KINDS = tuple(_RULES)


@lru_cache(maxsize=2 * len(_RULES))
def garment(base: Base, kind: str) -> Garment:
    """The template of a garment, worked out once a process."""
    return template(base, _RULES[kind](region(base)))
