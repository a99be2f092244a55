"""What a face shows: effort, talk, fright, a squint, the closed eyes of the unconscious."""

from __future__ import annotations

from copy import copy

import numpy as np

from ..dataset.spec import PersonSpec, stream
from ..dataset.wardrobe import POSES
from .body import STEP, Body

UNIT = "expression/units/caucasian/"

SHOWN: dict[str, tuple[dict[str, tuple[float, float]], ...]] = {
    "effort": (
        {"eyebrows-down": (0.4, 0.9), "eye-slit": (0.2, 0.6), "mouth-compression": (0.2, 0.8)},
        {"eyebrows-down": (0.3, 0.8), "eye-slit": (0.3, 0.7), "mouth-retraction": (0.2, 0.5)},
        {"eyebrows-inner-up": (0.2, 0.5), "mouth-open": (0.1, 0.3)},
    ),
    "talk": (
        {"mouth-open": (0.12, 0.40)},
        {"mouth-open": (0.05, 0.25), "mouth-corner-puller": (0.1, 0.5)},
        {"mouth-open": (0.10, 0.30), "eyebrows-inner-up": (0.2, 0.5)},
    ),
    "call": ({"mouth-open": (0.4, 0.9), "eyebrows-inner-up": (0.3, 0.9)},),
    "calm": (
        {},
        {"eye-slit": (0.2, 0.6), "eyebrows-down": (0.1, 0.5)},
        {"mouth-corner-puller": (0.1, 0.4)},
        {"mouth-depression": (0.1, 0.4), "eyebrows-inner-up": (0.1, 0.5)},
        {"mouth-compression": (0.1, 0.4)},
    ),
    "unconscious": ({"eye-closure": (1.0, 1.0)}, {"eye-closure": (1.0, 1.0), "mouth-open": (0.08, 0.22)}),
}
"""Mood -> ways to show it: unit of the face -> span of its share."""

MOODS = {
    "dig": "effort", "break": "effort", "lift": "effort", "haul": "effort", "carry": "effort", "climb": "effort",
    "talk": "talk", "call": "call",
}  # fmt: skip
"""Task -> mood; the others are calm."""

UNCONSCIOUS = 0.6
"""Share of those who lie."""


SQUINT = 0.35
"""How far eyes narrow in daylight at most."""


def mood(spec: PersonSpec) -> str:
    """What somebody's face shows, by what they do."""
    task = POSES[spec.pose].task
    if task == "lie":
        return "unconscious" if stream(spec.seed, "conscious").random() < UNCONSCIOUS else "calm"
    return MOODS.get(task, "calm")


def expression(spec: PersonSpec) -> dict[str, float]:
    """Target name -> share of one person's expression."""
    draw = stream(spec.seed, "expression")
    shown = mood(spec)
    way = SHOWN[shown][int(draw.integers(len(SHOWN[shown])))]
    squint = float(draw.uniform(0.0, SQUINT)) * (shown != "unconscious")
    found = {f"{UNIT}eye-{side}-slit": squint for side in ("left", "right")}
    for unit in sorted(way):
        share = float(draw.uniform(*way[unit]))
        part, _, rest = unit.partition("-")
        sides = [f"{part}-{side}-{rest}" for side in ("left", "right")] if part.startswith("eye") else [unit]
        for name in sides:
            even = 1.0 if share == 1.0 else float(np.exp(draw.normal(0, 0.15)))
            found[UNIT + name] = share * even
    return found


def showing(body: Body, spec: PersonSpec) -> Body:
    """The body with its face's expression; everything but the head is as it was."""
    moved = np.zeros_like(body.vertices)
    for name, share in expression(spec).items():
        target = body.base.targets[name]
        moved += np.stack([target[:, 0], -target[:, 2], target[:, 1]], 1) * (0.1 * STEP * share)
    found = copy(body)
    found.vertices = body.vertices + moved
    return found
