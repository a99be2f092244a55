"""Who stands where: the people of a frame, grouped by task."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import layout
from .draw import count, facing, pick
from .population import person
from .recipe import Recipe
from .spec import PersonSpec, SiteSpec, stream
from .wardrobe import POSES, RIDES, Pose

PATIENTS = 0.8
"""Share of the stretchers with somebody on them, where the frame has a civilian left to place."""

ELBOWS = 0.25
"""Metres that a neighbour's own body reaches into the free ground that somebody needs."""


@dataclass(frozen=True)
class Stage:
    """The people and the point that the scene is about."""

    people: tuple[PersonSpec, ...]
    focus: tuple[float, float]


def people(recipe: Recipe, site: SiteSpec, seed: int) -> Stage:
    """Rescuers and civilians of one frame around a focus: a heap, or free ground where there is none."""
    draw = stream(seed, "stage")
    if site.heaps:
        heap = site.heaps[int(draw.integers(len(site.heaps)))]
        focus = (heap.x, heap.y - 0.6 * heap.radius)
    else:
        focus = (float(draw.normal(0, 3)), float(draw.uniform(-5, -2)))
    cast = ["rescuer"] * count(draw, recipe.people.rescuers) + ["civilian"] * count(draw, recipe.people.civilians)
    taken = [(v.x, v.y, layout.LENGTHS[v.kind] * 0.32) for v in site.vehicles]
    taken += [(x, y, radius) for x, y, radius in site.ground.craters]
    taken += [(fire.x, fire.y, 0.5 + 0.6 * fire.size) for fire in site.fires]
    placed: list[PersonSpec] = []
    others: list[layout.Circle] = []
    while len(placed) < len(cast):
        number = len(placed)
        category = cast[number]
        mates = cast[number:].count(category)
        name = pose(stream(seed, "pose", number), category, mates, bool(site.heaps))
        words = POSES[name]
        spot = _spot(stream(seed, "spot", number), words, site, focus, taken, others)
        for role in range(words.team):
            placed.append(person(recipe, seed, len(placed), category, name, spot, role))
        left = len(placed) < len(cast) and cast[-1] == "civilian"
        if name in RIDES and left and stream(seed, "patient", number).random() < PATIENTS:
            cast.insert(len(placed), cast.pop())
            placed.append(person(recipe, seed, len(placed), "civilian", RIDES[name], spot, words.team))
        others.append((spot[0], spot[1], words.radius))
    return Stage(tuple(placed), focus)


def weights(category: str, mates: int, heaps: bool) -> dict[str, float]:
    """Pose -> its share: every variant counts the same, so a task's weight is the number of its variants.

    ``mates``: how many people of the category are left to place; without ``heaps`` only poses of free ground.
    """
    fitting = [
        name
        for name, words in POSES.items()
        if category in words.who
        and words.team <= mates
        and (words.where == "ground" or (heaps and words.where != "carried"))
    ]
    return dict.fromkeys(fitting, 1.0 / len(fitting))


def pose(draw: np.random.Generator, category: str, mates: int, heaps: bool) -> str:
    """What somebody does; see ``weights``."""
    return pick(draw, weights(category, mates, heaps))


def _spot(
    draw: np.random.Generator,
    pose: Pose,
    site: SiteSpec,
    focus: tuple[float, float],
    taken: list[layout.Circle],
    others: list[layout.Circle],
) -> tuple[float, float, float]:
    """(x, y, yaw) for a pose: on a heap, at its foot facing it, or on free ground near the focus.

    ``taken``: where things stand; ``others``: (x, y, free ground that they need) of the people placed before.
    """
    best = (focus[0], focus[1] - 3.0, 0.0)
    for attempt in range(60):
        if pose.where in ("edge", "heap"):
            heap = site.heaps[_nearest(draw, site, focus)]
            angle = float(draw.normal(-np.pi / 2, 1.1))
            reach = heap.radius * float(draw.uniform(0.85, 1.15) if pose.where == "edge" else draw.uniform(0.1, 0.6))
            x, y = heap.x + reach * np.cos(angle), heap.y + reach * np.sin(angle)
            yaw = facing(heap.x - x, heap.y - y) + float(draw.normal(0, 25))
        else:
            spread = 1.2 + 0.06 * attempt
            x, y = focus[0] + float(draw.normal(0, 2.2 * spread)), focus[1] - 1.5 + float(draw.normal(0, 1.6 * spread))
            inward = facing(focus[0] - x, focus[1] - y)
            yaw = inward + float(draw.normal(0, 40)) if draw.random() < 0.55 else float(draw.uniform(0, 360))
            blocked = [(heap.x, heap.y, heap.radius * 0.8) for heap in site.heaps]
            if not layout.clear(x, y, 0.1, blocked):
                continue
        if layout.inside_house(x, y, site.buildings, 0.5) or y < -15:
            continue
        best = (float(x), float(y), float(yaw))
        apart = all(np.hypot(x - cx, y - cy) >= max(pose.radius, radius) + ELBOWS for cx, cy, radius in others)
        if apart and layout.clear(x, y, pose.radius, taken):
            break
    return best


def _nearest(draw: np.random.Generator, site: SiteSpec, focus: tuple[float, float]) -> int:
    """Index of a heap, the nearer to the focus the likelier."""
    away = np.array([np.hypot(heap.x - focus[0], heap.y - focus[1]) for heap in site.heaps])
    weights = np.exp(-away / 4.0)
    return int(np.searchsorted(np.cumsum(weights / weights.sum()), draw.random()).clip(0, len(away) - 1))
