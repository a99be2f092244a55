"""A wrecked flat seen from inside: where it is, what stands in it, who is there and where the camera is.

Flats are two bays of a house's front side on one storey, the wall between them and part of the front blown out. All
places here are in the flat's own metres (``FlatSpec``) until ``world`` takes them to the site's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .draw import count, facing, uniform
from .population import person
from .recipe import Recipe
from .spec import (
    BAY,
    DEPTH,
    STOREY,
    BuildingSpec,
    CameraSpec,
    FlatSpec,
    FurnitureSpec,
    PersonSpec,
    SiteSpec,
    child,
    stream,
)
from .wardrobe import POSES

WIDE, DEEP = 2 * BAY - 0.24, DEPTH / 2 - 0.5
"""Metres from wall to wall."""
LEFT, FRONT = 0.16, 0.4
"""Where the flat's corner lies from its bay's left line and from the house's front."""
SUNK = 0.02
"""Houses stand so deep in the ground, metres."""

SIZES: dict[str, tuple[float, float, float]] = {
    "sofa": (2.0, 0.9, 0.9), "armchair": (0.9, 0.9, 0.9), "bed": (1.45, 2.1, 0.9), "chair": (0.45, 0.5, 0.9),
    "table": (1.3, 0.8, 0.78), "desk": (1.3, 0.65, 0.9), "wardrobe": (1.6, 0.8, 2.1), "chest": (1.0, 0.6, 1.1),
    "shelves": (1.0, 0.32, 2.0), "fridge": (0.6, 0.7, 1.8), "television": (1.3, 0.45, 1.1), "carpet": (2.2, 0.1, 0.0),
    "picture": (0.6, 0.05, 0.0), "radiator": (0.9, 0.2, 0.7),
}  # fmt: skip
"""Metres along the wall, from the wall and up; what hangs above heads has no height."""

HUNG = ("carpet", "picture", "radiator")
_SETS = (
    ("sofa", "shelves", "television", "armchair", "table", "chair", "carpet", "picture", "bed", "wardrobe"),
    ("bed", "wardrobe", "chest", "desk", "chair", "carpet", "shelves", "picture", "armchair", "chair"),
    ("table", "chair", "chair", "fridge", "sofa", "wardrobe", "picture", "shelves", "carpet", "chest"),
)
_VARIANTS = 5
MOST = {"rescuer": 4, "civilian": 2}
"""As many as a flat holds, unless the recipe wants more."""
_KEPT = 0.45
"""Metres that people and cameras keep from walls."""


@dataclass(frozen=True)
class Inside:
    """Whether and how a frame is taken inside: the people and the point that it is about."""

    people: tuple[PersonSpec, ...]
    flat: FlatSpec
    house: BuildingSpec

    @property
    def level(self) -> float:
        """z of the floor, metres."""
        return self.flat.storey * STOREY - SUNK


def flat(seed: int, houses: tuple[BuildingSpec, ...] | list[BuildingSpec]) -> FlatSpec | None:
    """The flat of a site: in a house that still stands, above the ground floor; None where there is none."""
    standing = [number for number, house in enumerate(houses) if house.damage != "collapsed"]
    fitting = [number for number in standing if houses[number].storeys > 1 and houses[number].bays > 2]
    if not fitting:
        return None
    draw = stream(seed, "flat")
    number = fitting[int(draw.integers(len(fitting)))]
    house = houses[number]
    storey = int(draw.integers(1, max(2, house.storeys - 1)))
    # not at an end: walls of the house's own lie left and right
    bay = int(draw.integers(0, house.bays - 1))
    return FlatSpec(child(seed, "flat"), number, storey, bay, _furniture(draw))


def _furniture(draw: np.random.Generator) -> tuple[FurnitureSpec, ...]:
    """Things along the three whole walls, some pulled out or toppled into the room."""
    kinds = _SETS[int(draw.integers(len(_SETS)))]
    used = {0: 0.2, 1: 0.3, 2: 0.3}
    room = {0: WIDE - 0.2, 1: DEEP - 1.4, 2: DEEP - 1.4}
    done = []
    for kind in kinds:
        wide = SIZES[kind][0]
        need = wide * (0.3 if kind in HUNG else 1.0) + 0.06
        for side in draw.permutation(3):
            if used[int(side)] + need > room[int(side)]:
                continue
            side = int(side)
            along = used[side] + need / 2
            used[side] += need + float(draw.uniform(0.0, 0.35))
            toppled = kind not in HUNG and draw.random() < 0.3
            out = 0.03 if kind in HUNG else 0.04 + abs(float(draw.normal(0, 0.12)))
            skew = 0.0 if kind in HUNG else float(draw.normal(0, 9))
            x, y, yaw = ((along, DEEP - out, 0.0), (out, DEEP - along, 90.0), (WIDE - out, DEEP - along, -90.0))[side]
            done.append(FurnitureSpec(kind, int(draw.integers(_VARIANTS)), x, y, yaw + skew, toppled))
            break
    return tuple(done)


def obstacles(flat: FlatSpec) -> list[tuple[float, float, float, float]]:
    """What stands about as (x, y, radius, height)."""
    found = []
    for thing in flat.furniture:
        wide, deep, tall = SIZES[thing.kind]
        if thing.kind in HUNG:
            continue
        turn = np.radians(thing.yaw)
        reach = max(deep, tall) if thing.toppled else deep
        height = max(0.45, min(wide, deep)) if thing.toppled else tall
        # a row of circles along the piece
        for step in np.linspace(-0.5, 0.5, max(1, round(wide / 0.5))) * max(0.0, wide - 0.5):
            for out in np.arange(0.25, max(reach, 0.3), 0.45):
                x = thing.x + step * np.cos(turn) + out * np.sin(turn)
                y = thing.y + step * np.sin(turn) - out * np.cos(turn)
                found.append((float(x), float(y), 0.28, float(height)))
    return found


def world(house: BuildingSpec, flat: FlatSpec, x: float, y: float) -> tuple[float, float]:
    """(x, y) of the flat on the site."""
    turn = np.radians(house.yaw)
    along, deep = flat.bay * BAY + LEFT + x, FRONT + y
    return (
        float(house.x + along * np.cos(turn) - deep * np.sin(turn)),
        float(house.y + along * np.sin(turn) + deep * np.cos(turn)),
    )


def staged(recipe: Recipe, site: SiteSpec, seed: int) -> Inside | None:
    """A few people between the furniture; None where the site has no flat, or too small a one for those wanted."""
    if site.flat is None:
        return None
    flat, house, draw = site.flat, site.buildings[site.flat.house], stream(seed, "inside")
    wish, cast = recipe.people, []
    for category, (low, high) in (("rescuer", wish.rescuers), ("civilian", wish.civilians)):
        cast += [category] * count(draw, (low, max(low, min(high, MOST[category]))))
    taken = [(x, y, radius) for x, y, radius, _ in obstacles(flat)]
    placed: list[PersonSpec] = []
    for category in cast:
        pose = _pose(draw, category)
        spot = _free(draw, taken, 0.45 if POSES[pose].task != "lie" else 0.8)
        if spot is None:
            continue
        taken.append((*spot, 0.5))
        aim = (WIDE / 2 + float(draw.normal(0, 1.2)), DEEP / 2 + float(draw.normal(0, 0.8)))
        yaw = facing(aim[0] - spot[0], aim[1] - spot[1]) + float(draw.normal(0, 40)) + house.yaw
        there = (*world(house, flat, *spot), yaw)
        one = person(recipe, seed, len(placed), category, pose, there, 0)
        placed.append(replace(one, buried=0.0, level=flat.storey * STOREY - SUNK))
    found = [one.category for one in placed]
    enough = found.count("rescuer") >= wish.rescuers[0] and found.count("civilian") >= wish.civilians[0]
    return Inside(tuple(placed), flat, house) if placed and enough else None


def _pose(draw: np.random.Generator, category: str) -> str:
    """Something that is done on free ground, alone and in little room."""
    fitting = [name for name, words in POSES.items()
               if category in words.who and words.where == "ground" and words.team == 1
               and (words.radius <= 0.8 or words.task == "lie") and words.task not in ("haul",)]  # fmt: skip
    return fitting[int(draw.integers(len(fitting)))]


def _free(
    draw: np.random.Generator, taken: list[tuple[float, float, float]], radius: float
) -> tuple[float, float] | None:
    """A place on the floor that nothing takes, away from walls, the torn front and the stump of the middle wall."""
    for _ in range(60):
        x, y = float(draw.uniform(_KEPT, WIDE - _KEPT)), float(draw.uniform(1.3, DEEP - _KEPT))
        if abs(x - WIDE / 2) < 0.25 + radius * 0.5:
            continue
        if all(np.hypot(x - cx, y - cy) >= radius + size for cx, cy, size in taken):
            return x, y
    return None


def candidate(
    draw: np.random.Generator, inside: Inside, view: str, focal: float, sensor: float
) -> tuple[CameraSpec, int]:
    """A camera held by somebody in the flat who looks at somebody else there; and at whom."""
    target = int(draw.integers(len(inside.people)))
    one = inside.people[target]
    taken = [(x, y, radius) for x, y, radius, height in obstacles(inside.flat) if height > 0.9]
    for _ in range(40):
        x, y = float(draw.uniform(_KEPT, WIDE - _KEPT)), float(draw.uniform(0.9, DEEP - _KEPT))
        place = world(inside.house, inside.flat, x, y)
        alone = all(np.hypot(place[0] - other.x, place[1] - other.y) > 0.9 for other in inside.people)
        if alone and all(np.hypot(x - cx, y - cy) > size + 0.4 for cx, cy, size in taken):
            break
    away = float(np.hypot(one.x - place[0], one.y - place[1]))
    aside = 0.12 * away * float(draw.normal())
    across = np.array([-(one.y - place[1]), one.x - place[0]]) / max(away, 1e-6)
    aim = (one.x + float(aside * across[0]), one.y + float(aside * across[1]), float(draw.uniform(0.6, 1.25)))
    camera = CameraSpec(
        view, (*place, uniform(draw, (1.35, 1.75))), aim, float(draw.normal(0, 1.5)), focal, sensor, False, inside.level
    )
    return camera, target
