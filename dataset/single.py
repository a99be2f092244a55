"""People one by one: what somebody asks for of a person; what she leaves open is drawn as the planner draws it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import population, staging
from .recipe import Recipe
from .spec import BodySpec, PersonSpec, child, stream
from .wardrobe import POSES

YOUNG, OLD = 25.0, 70.0
"""Years at a body's age of 0.5 and 1."""


@dataclass(frozen=True)
class Wish:
    """One person, or the team that a pose needs. None and "" leave the choice to the seed."""

    category: str
    seed: int = 0
    woman: bool | None = None
    years: float | None = None
    muscle: float | None = None
    weight: float | None = None
    outfit: str = ""
    gear: tuple[str, ...] | None = None
    """What is worn; the pose's tool comes by itself."""
    pose: str = ""
    mirrored: bool = False
    buried: float = 0.0
    """Share under rubble, 0..0.7, of those who lie."""


def people(wish: Wish, spot: tuple[float, float, float], attempt: int = 0) -> tuple[PersonSpec, ...]:
    """The person or team at (x, y, yaw); where the pose is open, another ``attempt`` draws another pose."""
    pose = wish.pose or staging.pose(stream(wish.seed, "pose", attempt), wish.category, 1, heaps=False)
    team = POSES[pose].team
    return tuple(_member(wish, pose, spot, role, team) for role in range(team))


def age(years: float) -> float:
    """A body's age of somebody of so many years, kept within what the base mesh can show."""
    return min(1.0, max(0.4, 0.5 + 0.5 * (years - YOUNG) / (OLD - YOUNG)))


def years(body: BodySpec) -> float:
    """The other way: about how old a body looks."""
    return YOUNG + (body.age - 0.5) * 2 * (OLD - YOUNG)


def _member(wish: Wish, pose: str, spot: tuple[float, float, float], role: int, team: int) -> PersonSpec:
    # the first of a team is who would stand here alone; the mates are other people
    seed = wish.seed if role == 0 else child(wish.seed, "mate", role)
    drawn = population.person(Recipe(), seed, 0, wish.category, pose, spot, role)
    body = {name: getattr(wish, name) for name in ("muscle", "weight") if getattr(wish, name) is not None}
    if wish.woman is not None:
        # as the planner draws them: no body is wholly at one end
        share = min(drawn.body.sex, 1 - drawn.body.sex)
        body["sex"] = share if wish.woman else 1 - share
    if wish.years is not None:
        body["age"] = age(wish.years)
    outfit = wish.outfit or drawn.outfit
    gear = drawn.gear
    if wish.gear is not None:
        tool = POSES[pose].tool
        gear = (*wish.gear, tool) if tool else wish.gear
    return replace(
        drawn,
        body=replace(drawn.body, **body),
        outfit=outfit,
        gear=gear,
        mirrored=wish.mirrored and team == 1,
        buried=wish.buried if POSES[pose].task == "lie" else 0.0,
        group=0 if team > 1 else -1,
    )
