"""People on their places: the first place and pose that the ground allows, teams together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

import bpy
import numpy as np

from ..dataset.spec import PersonSpec, child, stream
from . import burial, clearance, poses
from .body import Base, Body
from .skeleton import SIDES, skin
from .terrain import Terrain

TRIES = 8
"""Places tried before an easier pose is."""

BODY = 13380
"""The base mesh's body vertices come first."""

SPREAD = 0.4
"""Metres by which each further try may lie farther away."""


@dataclass(frozen=True)
class Cast:
    """One person who found a place."""

    spec: PersonSpec
    """As placed: the place, and the pose where it had to be an easier one."""
    body: Body
    posed: poses.Posed

    @property
    def about(self) -> dict[str, Any]:
        """The spec as plain values, for the record."""
        return asdict(self.spec)


def cast(
    people: tuple[PersonSpec, ...], base: Base, terrain: Terrain | None, sunk: float
) -> Iterator[tuple[int, Cast]]:
    """(number in ``people``, placed person) in order; those who find no place are left out.

    ``sunk``: how deep who is not buried may lie in what stands there, metres.
    """
    numbered = list(enumerate(people))
    for team, members in groupby(numbered, key=lambda item: item[1].group if item[1].group >= 0 else -1 - item[0]):
        mates = list(members)
        bodies = [Body(base, spec.body, spec.seed) for _, spec in mates]
        placed = _together([spec for _, spec in mates], bodies, terrain, sunk) if team >= 0 else None
        for place, (number, spec) in enumerate(mates):
            found = placed[place] if placed else _alone(spec, bodies[place], terrain, sunk)
            if found is not None:
                yield number, found


def _together(specs: list[PersonSpec], bodies: list[Body], terrain: Terrain | None, sunk: float) -> list[Cast] | None:
    """The whole team at one of the places, or None."""
    for dx, dy in _offsets(specs[0].seed):
        trial = [replace(spec, x=spec.x + dx, y=spec.y + dy) for spec in specs]
        posed = [poses.solve(spec, body, terrain) for spec, body in zip(trial, bodies, strict=True)]
        placed = [Cast(*one) for one in zip(trial, bodies, posed, strict=True)]
        if all(_fits(one, terrain, sunk) for one in placed):
            return placed
    return None


def _alone(spec: PersonSpec, body: Body, terrain: Terrain | None, sunk: float) -> Cast | None:
    """One person: the pose at several places, then easier poses at the same ones."""
    wish = spec
    if spec.group >= 0:  # the team found no place: each for themselves, a step apart
        side = 0.7 * (spec.role * 2 - 1)
        wish = replace(spec, pose=poses.fallback(spec.pose), group=-1, role=0, x=spec.x + side)
    for _ in range(3):
        for dx, dy in _offsets(spec.seed):
            trial = replace(wish, x=wish.x + dx, y=wish.y + dy)
            placed = Cast(trial, body, poses.solve(trial, body, terrain))
            if _fits(placed, terrain, sunk):
                return placed
        wish = replace(wish, pose=poses.fallback(wish.pose))
    return None


def _fits(person: Cast, terrain: Terrain | None, sunk: float) -> bool:
    """Whether the ground allows the pose, and nothing reaches deeper than ``sunk`` metres into who is not buried."""
    if not person.posed.placed:
        return False
    if terrain is None or person.spec.buried:
        return True
    return clearance.deepest(person.posed, person.body, terrain).metres <= sunk


def _offsets(seed: int) -> Iterator[tuple[float, float]]:
    """The planned place, then places farther and farther from it."""
    draw = stream(child(seed, "place"))
    for attempt in range(TRIES):
        yield tuple(float(value) for value in draw.normal(0.0, SPREAD, 2) * attempt)


def distance(person: Cast, eye: tuple[float, float, float]) -> float:
    """Metres from a point to the person's place."""
    return float(np.linalg.norm(person.posed.root[:3, 3] - np.array(eye)))


def bury(person: Cast, terrain: Terrain, collection: bpy.types.Collection) -> bpy.types.Object | None:
    """Lay slabs and bricks on somebody who is half buried, from the feet up; the pieces as one object."""
    body, posed = person.body, person.posed

    def world(points: np.ndarray) -> np.ndarray:
        return points @ posed.root[:3, :3].T + posed.root[:3, 3]

    sample = slice(0, BODY, 3)
    skinned = skin(body.vertices[sample], body.weights[sample], body, posed.turns, posed.places)
    feet = world(posed.places[[body.base.bone(f"foot_{side}") for side in SIDES]]).mean(0)

    def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        hits = [
            terrain.down(float(a), float(b), only=("ground", "heap"))
            for a, b in zip(np.ravel(x), np.ravel(y), strict=True)
        ]
        return np.array([hit.z if hit else feet[2] for hit in hits]).reshape(np.shape(x))

    seed = child(person.spec.seed, "burial")
    start = (float(feet[0]), float(feet[1]))
    return burial.slab_on(seed, world(skinned), start, person.spec.buried, height, collection)
