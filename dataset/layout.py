"""Where a site's houses, heaps, vehicles and props stand: (recipe, site number) -> SiteSpec.

The street runs along x at y -13..-6. Houses stand north of it with their fronts near y = 0, heaps lie in front of and
beside them, wrecks on the street and in the yard. The site's heart is the origin.
"""

from __future__ import annotations

import numpy as np

from .draw import count, pick, uniform
from .flat import flat
from .recipe import Recipe
from .recipe import Site as SiteWish
from .spec import (
    BAY,
    DEPTH,
    BuildingSpec,
    FireSpec,
    GroundSpec,
    HeapSpec,
    PropSpec,
    SiteSpec,
    VehicleSpec,
    child,
    stream,
)

ROAD = (-13.0, -6.0)
LENGTHS = {"car": 4.3, "van": 5.2, "truck": 8.0, "fire_engine": 8.0, "ambulance": 5.9}
"""Vehicles' lengths, metres: what the planners keep free."""

WORKING = ("fire_engine", "ambulance", "truck")
"""Vehicles that came to help: whole."""

DISTRACTORS = (
    "cone",
    "bucket",
    "sign",
    "barrier",
    "vest_pole",
    "barrel",
    "pallet",
    "pipes",
    "machine",
    "cloth",
)

ANIMALS = ("dog",)

BELONGINGS: dict[str, float] = {
    "pot": 3, "pan": 1.5, "bowl": 3, "basin": 2.5, "bottles": 2, "bear": 1.5, "dummy": 0.15, "suitcase": 1.5,
    "bicycle": 0.7, "seat": 2, "plumbing": 1.2,
}  # fmt: skip
"""What people lost, and how often it is met."""

LARGE = {"dummy": 0.9, "bicycle": 0.9, "plumbing": 0.85}
"""Metres around the largest of these that are taken; the others take a third of a metre."""

Circle = tuple[float, float, float]
"""(x, y, radius)."""


def site(recipe: Recipe, number: int, winter: bool) -> SiteSpec:
    """Site ``number`` of the recipe; ``winter`` decides whether trees have leaves."""
    seed = child(recipe.seed, "site", number)
    wish = recipe.site
    houses = _buildings(wish, seed)
    heaps = _heaps(wish, seed, houses)
    taken = [(heap.x, heap.y, heap.radius * 0.85) for heap in heaps]
    vehicles = _vehicles(wish, seed, taken)
    taken += [(v.x, v.y, LENGTHS[v.kind] * 0.5) for v in vehicles]
    draw = stream(seed, "ground")
    craters = []
    for _ in range(count(draw, wish.craters)):
        crater = (float(draw.uniform(-14, 14)), float(draw.uniform(-15, -3)), float(draw.uniform(0.7, 2.0)))
        if clear(crater[0], crater[1], crater[2] + 0.8, taken):
            craters.append(crater)
    taken += craters
    ground = GroundSpec(child(seed, "ground"), ROAD, str(draw.choice(["mud", "grass", "gravel"])), tuple(craters))
    props = _props(wish, seed, taken, houses, winter)
    props += _lost(wish, seed, heaps, [*taken[len(heaps) :], *((p.x, p.y, 0.5) for p in props)], houses)
    props += _animals(wish, seed, [*taken, *((p.x, p.y, 0.6) for p in props)], houses)
    within = flat(seed, houses) if recipe.camera.inside > 0 else None
    fires = _fires(wish, seed, vehicles, heaps)
    return SiteSpec(seed, number, ground, tuple(houses), tuple(heaps), tuple(vehicles), tuple(props), within, fires)


def bare(recipe: Recipe, number: int) -> SiteSpec:
    """Site ``number`` of a recipe that brings its own scene: nothing of ours stands in anybody's way or sight."""
    seed = child(recipe.seed, "site", number)
    return SiteSpec(seed, number, GroundSpec(child(seed, "ground"), ROAD))


def clear(x: float, y: float, radius: float, taken: list[Circle]) -> bool:
    """Whether a circle touches none of ``taken``."""
    return all(np.hypot(x - cx, y - cy) >= radius + size for cx, cy, size in taken)


def inside_house(x: float, y: float, houses: list[BuildingSpec] | tuple[BuildingSpec, ...], margin: float) -> bool:
    """Whether (x, y) lies within ``margin`` metres of a house's footprint."""
    for house in houses:
        turn = np.radians(house.yaw)
        dx, dy = x - house.x, y - house.y
        along, deep = dx * np.cos(turn) + dy * np.sin(turn), -dx * np.sin(turn) + dy * np.cos(turn)
        if -margin < along < house.bays * BAY + margin and -margin < deep < DEPTH + margin:
            return True
    return False


def _buildings(wish: SiteWish, seed: int) -> list[BuildingSpec]:
    draw = stream(seed, "buildings")
    houses: list[BuildingSpec] = []
    left = float(draw.uniform(-18, -9))
    for number in range(count(draw, wish.buildings)):
        kind = pick(draw, wish.kinds)
        storeys = count(draw, wish.storeys)
        bays = int(draw.integers(4, 8)) if kind == "panel" else int(draw.integers(3, 6))
        yaw = float(draw.normal(0, 2.0))
        houses.append(
            BuildingSpec(
                child(seed, "house", number), kind, left, float(draw.uniform(-0.5, 2.0)), yaw,
                storeys if kind == "panel" else max(1, min(storeys, 4)), bays,
                pick(draw, wish.damage), uniform(draw, wish.burnt),
            )
        )  # fmt: skip
        left += bays * BAY + float(draw.uniform(3.0, 9.0))
    return houses


def _heaps(wish: SiteWish, seed: int, houses: list[BuildingSpec]) -> list[HeapSpec]:
    draw = stream(seed, "heaps")
    heaps: list[HeapSpec] = []
    for number in range(count(draw, wish.heaps)):
        for _ in range(30):
            radius = float(draw.uniform(2.0, 4.6)) if number == 0 else float(draw.uniform(1.3, 3.4))
            x, y = float(draw.uniform(-11, 11)), float(draw.uniform(-4.5, 1.0)) - (0.4 * radius if houses else 0.0)
            if clear(x, y, radius * 0.8, [(heap.x, heap.y, heap.radius * 0.8) for heap in heaps]):
                height = radius * float(draw.uniform(0.38, 0.62))
                turn = float(draw.uniform(0, 360))
                heaps.append(HeapSpec(child(seed, "heap", number), x, y, turn, radius, height))
                break
    return heaps


def _vehicles(wish: SiteWish, seed: int, taken: list[Circle]) -> list[VehicleSpec]:
    draw = stream(seed, "vehicles")
    vehicles: list[VehicleSpec] = []
    for number in range(count(draw, wish.vehicles)):
        kind = pick(draw, wish.vehicle_kinds)
        state = "whole" if kind in WORKING else pick(draw, wish.vehicle_states)
        for _ in range(30):
            x, y = float(draw.uniform(-17, 17)), float(draw.uniform(-12.2, -6.6))
            yaw = float(draw.choice([0.0, 180.0]) + draw.normal(0, 6 if state == "whole" else 35))
            size = LENGTHS[kind] * 0.5
            others = taken + [(v.x, v.y, LENGTHS[v.kind] * 0.5) for v in vehicles]
            if clear(x, y, size, others):
                vehicles.append(VehicleSpec(child(seed, "vehicle", number), kind, state, x, y, yaw))
                break
    return vehicles


def _props(wish: SiteWish, seed: int, taken: list[Circle], houses: list[BuildingSpec], winter: bool) -> list[PropSpec]:
    draw = stream(seed, "props")
    props = [
        PropSpec(child(seed, "pole", number), "pole", -24.0 + 18.0 * number, ROAD[1] + 1.1, 0.0) for number in range(4)
    ]
    wanted = ["tree"] * count(draw, wish.trees) + ["distractor"] * count(draw, wish.distractors)
    for number, sort in enumerate(wanted):
        for _ in range(30):
            if sort == "tree":
                grown = "bare_tree" if winter else "tree"
                kind = str(draw.choice(["burnt_tree", "bush", grown], p=[0.2, 0.25, 0.55]))
                x = float(draw.uniform(-30, 30))
                y = float(draw.uniform(-26, -15)) if draw.random() < 0.6 else float(draw.uniform(-4.6, -2.5))
                size = 0.8
            else:
                kind = str(draw.choice(DISTRACTORS))
                x, y, size = float(draw.normal(0, 7)), float(draw.uniform(-12, 0)), 0.4
            yaw = float(draw.uniform(0, 360))
            if clear(x, y, size, taken) and not inside_house(x, y, houses, 1.0):
                props.append(PropSpec(child(seed, "prop", number), kind, x, y, yaw))
                taken = [*taken, (x, y, size)]
                break
    return props


def _lost(
    wish: SiteWish, seed: int, heaps: list[HeapSpec], taken: list[Circle], houses: list[BuildingSpec]
) -> list[PropSpec]:
    """What people lost: on the heaps and around them, some of it anywhere in the yard."""
    draw = stream(seed, "belongings")
    lost: list[PropSpec] = []
    for number in range(count(draw, wish.belongings)):
        kind = pick(draw, BELONGINGS)
        size = LARGE.get(kind, 0.33)
        for _ in range(20):
            if heaps and draw.random() < 0.75:
                heap = heaps[int(draw.integers(len(heaps)))]
                turn, away = float(draw.uniform(0, 2 * np.pi)), heap.radius * float(draw.uniform(0.45, 1.45))
                x, y = heap.x + away * float(np.cos(turn)), heap.y + away * float(np.sin(turn))
            else:
                x, y = float(draw.normal(0, 8)), float(draw.uniform(-12, 0))
            yaw = float(draw.uniform(0, 360))
            if clear(x, y, size, taken) and not inside_house(x, y, houses, size):
                lost.append(PropSpec(child(seed, "lost", number), kind, x, y, yaw))
                taken = [*taken, (x, y, size)]
                break
    return lost


def _fires(wish: SiteWish, seed: int, vehicles: list[VehicleSpec], heaps: list[HeapSpec]) -> tuple[FireSpec, ...]:
    """In burnt-out cars first, then in the heaps, away from their middles, where people work."""
    draw = stream(seed, "fires")
    places = [(v.x, v.y) for v in vehicles if v.state == "burnt"]
    for heap in heaps:
        turn = float(draw.uniform(0, 2 * np.pi))
        places.append((heap.x + 0.7 * heap.radius * np.cos(turn), heap.y + 0.7 * heap.radius * np.sin(turn)))
    fires = []
    for number, (x, y) in enumerate(places[: count(draw, wish.fires)]):
        size, smoke = uniform(draw, (0.5, 1.8), logarithmic=True), uniform(draw, (0.3, 1.0))
        fires.append(FireSpec(child(seed, "fire", number), float(x), float(y), size, smoke))
    return tuple(fires)


def _animals(wish: SiteWish, seed: int, taken: list[Circle], houses: list[BuildingSpec]) -> list[PropSpec]:
    """Dogs where people work: on level ground beside heaps, things and vehicles."""
    draw = stream(seed, "animals")
    animals: list[PropSpec] = []
    for number in range(count(draw, wish.animals)):
        for _ in range(40):
            x, y, yaw = float(draw.normal(0, 6)), float(draw.uniform(-12, -1)), float(draw.uniform(0, 360))
            if clear(x, y, 0.6, taken) and not inside_house(x, y, houses, 0.7):
                animals.append(PropSpec(child(seed, "animal", number), str(draw.choice(ANIMALS)), x, y, yaw))
                taken = [*taken, (x, y, 0.6)]
                break
    return animals
