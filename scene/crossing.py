"""How deep a posed body's limbs lie in each other."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from . import limbs
from .figure import Figure

LIMIT = 0.009
"""Capsules may share so much, metres: flesh and clothes give way."""

_LEAVES = {"upperarm": 0.55, "thigh": 0.35}
"""A limb leaves the trunk's capsule only this far down."""

_MEET = {
    frozenset(pair)
    for pair in (
        ("thigh", "pelvis"), ("thigh", "belly"), ("upperarm", "chest"), ("upperarm", "lowerarm"), ("lowerarm", "hand"),
        ("upperarm", "hand"), ("thigh", "calf"), ("calf", "foot"), ("chest", "belly"), ("pelvis", "belly"),
        ("head", "chest"), ("chest", "pelvis"),
    )
}  # fmt: skip
"""Neighbours of one side, or of the trunk, which always overlap."""


def deepest(figure: Figure) -> tuple[float, str]:
    """(metres, which two) of the worst crossing; negative where all are apart."""
    ends = {}
    for capsule in figure.m.capsules:
        a, b = figure.capsule_ends(capsule)
        ends[capsule.name] = (a + _LEAVES.get(_kind(capsule.name), 0.0) * (b - a), b, capsule.radius)
    worst = (-1.0, "")
    for one, two in combinations(ends, 2):
        if _neighbours(one, two):
            continue
        a, b, thick = ends[one]
        c, d, other = ends[two]
        # a cheap bound first: most limbs are far apart
        if np.linalg.norm((a + b - c - d) / 2) > thick + other + (np.linalg.norm(b - a) + np.linalg.norm(d - c)) / 2:
            continue
        gap, _ = limbs.closest(a, b, c, d)
        worst = max(worst, (thick + other - gap, f"{one} in {two}"))
    return worst


def _kind(name: str) -> str:
    return name.partition("_")[0]


def _neighbours(one: str, two: str) -> bool:
    if {one, two} == {"thigh_l", "thigh_r"}:
        return True
    same = one[-2:] == two[-2:] or "_" not in one or "_" not in two
    return same and frozenset((_kind(one), _kind(two))) in _MEET
