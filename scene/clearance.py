"""How deep a posed person lies in what stands around: every limb as a row of balls against the terrain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body import Body
from .measures import Measures
from .poses import Posed
from .terrain import Terrain

STEP = 0.05
"""Metres between the balls along a limb."""

STOOD_ON = ("ground", "heap", "floor")
"""Soles press into these by design."""


@dataclass(frozen=True)
class Overlap:
    """The deepest place."""

    metres: float
    limb: str
    kind: str
    """The terrain's word for what it lies in; "" where everything is free."""


def limbs(posed: Posed, body: Body) -> list[tuple[str, float, np.ndarray]]:
    """(name, radius, middles of balls (n, 3) in the world) of every limb, trunk and head."""
    turn, place = posed.root[:3, :3], posed.root[:3, 3]
    found = []
    for capsule in _measures(body).capsules:
        first, last = capsule.bones
        start = posed.turns[first] @ (capsule.a - body.heads[first]) + posed.places[first]
        end = posed.turns[last] @ (capsule.b - body.heads[last]) + posed.places[last]
        count = max(2, round(float(np.linalg.norm(end - start)) / STEP) + 1)
        balls = start + (end - start) * np.linspace(0.0, 1.0, count)[:, None]
        found.append((capsule.name, capsule.radius, balls @ turn.T + place))
    return found


def deepest(posed: Posed, body: Body, terrain: Terrain) -> Overlap:
    """Where a person lies deepest in ground, rubble, houses, vehicles or props."""
    worst = Overlap(0.0, "", "")
    for name, radius, balls in limbs(posed, body):
        spared = STOOD_ON if name.startswith("foot") else ()
        for ball in balls:
            metres, kind = terrain.depth(tuple(ball), radius, spared)
            if metres > worst.metres:
                worst = Overlap(metres, name, kind)
    return worst


def _measures(body: Body) -> Measures:
    if "measures" not in body.kept:
        body.kept["measures"] = Measures(body)
    return body.kept["measures"]
