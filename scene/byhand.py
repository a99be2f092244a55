"""What an artist adds by hand: people, heaps, houses and wrecks at a place of her scene, on the ground that lies there.

Each thing is a small hierarchy under one Empty, so that it moves as one. People are labelled through their Empty, like
those of the plan; the rest hides them and is never labelled.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from ..dataset.single import Wish, people
from ..dataset.spec import BAY, DEPTH, BodySpec, BuildingSpec, HeapSpec, PersonSpec, VehicleSpec
from . import body, buildings, casting, poses, rubble, tools, vehicles
from . import people as dressed
from .hand_ground import Ground, ground_below
from .tags import ABOUT, CATEGORY, IGNORE

TRIES, STRAY = 14, 0.6
"""How often a person is tried at a place, at last so many metres beside it."""

AWAY = {"NEAR": 1.5, "MIDDLE": 5.0, "FAR": 30.0}
"""Metres to the camera that each degree of detail is made for."""


class PlacingError(Exception):
    """Something can't stand here or can't be made; the message says what to do."""


@dataclass(frozen=True)
class Spot:
    """Where something goes: world metres, degrees about z (0 faces -y, counter-clockwise from above)."""

    x: float
    y: float
    z: float
    yaw: float = 0.0


def add_people(
    wish: Wish,
    spot: Spot,
    assets: Path,
    scene: bpy.types.Scene,
    collection: bpy.types.Collection,
    metres: float | None = None,
    detail: str = "MIDDLE",
) -> list[bpy.types.Object]:
    """The person, or the team of the pose, on the ground below the spot or up to ``STRAY`` beside it; their Empties.

    ``metres``: body height instead of the drawn one. Raises ``PlacingError`` and leaves the scene as it was.
    """
    base = _made(lambda: body.load_base(assets))
    ground = ground_below(scene, spot.x, spot.y, spot.z, reach=4.0, headroom=1.2)
    reason = ""
    for attempt in range(TRIES):
        x, y = _beside(spot, attempt)
        team = people(wish, (x, y, spot.yaw), attempt)
        team = tuple(_as_tall(base, spec, metres) for spec in team)
        bodies = [body.Body(base, spec.body, spec.seed) for spec in team]
        posed = [poses.solve(spec, shape, ground.terrain) for spec, shape in zip(team, bodies, strict=True)]
        refused = next((one.reason for one in posed if not one.placed), "")
        if not refused:
            cast = [casting.Cast(*one) for one in zip(team, bodies, posed, strict=True)]
            return [_dressed(person, ground, collection, AWAY[detail]) for person in cast]
        reason = reason or refused
    what = f"pose {wish.pose!r}" if wish.pose else "any pose"
    raise PlacingError(f"{what} does not fit here ({reason}): move the cursor, or choose another pose or seed")


def add_heap(
    spec: HeapSpec, spot: Spot, assets: Path, scene: bpy.types.Scene, collection: bpy.types.Collection
) -> bpy.types.Object:
    """A rubble heap; its place in ``spec`` is not used. Raises ``PlacingError``."""
    library = _made(lambda: rubble.load_heaps(assets))
    own = replace(spec, x=0.0, y=0.0, yaw=0.0)

    def build(height: rubble.Height, into: bpy.types.Collection) -> None:
        rubble.add_heap(own, library, height, into)

    return _placed("Rubble Heap", spot, 1.7 * spec.radius, scene, collection, build)


def add_house(
    spec: BuildingSpec, spot: Spot, assets: Path, scene: bpy.types.Scene, collection: bpy.types.Collection
) -> bpy.types.Object:
    """A destroyed house whose front's middle is at the spot; its place in ``spec`` is not used. Raises as above."""
    library = _made(lambda: rubble.load_heaps(assets))
    half = spec.bays * BAY / 2
    own = replace(spec, x=-half, y=0.0, yaw=0.0)

    def build(height: rubble.Height, into: bpy.types.Collection) -> None:
        buildings.add_building(own, into, library, height)

    return _placed("Destroyed Building", spot, half + DEPTH, scene, collection, build)


def add_wreck(
    spec: VehicleSpec, spot: Spot, scene: bpy.types.Scene, collection: bpy.types.Collection
) -> bpy.types.Object:
    """A vehicle with its wheels on the ground; its place in ``spec`` is not used."""
    own = replace(spec, x=0.0, y=0.0, yaw=0.0)

    def build(height: rubble.Height, into: bpy.types.Collection) -> None:
        vehicles.add_vehicle(own, height, into)

    return _placed("Wreck", spot, 5.0, scene, collection, build)


def _beside(spot: Spot, attempt: int) -> tuple[float, float]:
    """The spot, then places on a spiral around it."""
    away, turn = STRAY * attempt / (TRIES - 1), 2.399963 * attempt
    return spot.x + away * float(np.cos(turn)), spot.y + away * float(np.sin(turn))


def _made(load: Callable):
    """What ``load`` gives; missing assets as a ``PlacingError``."""
    try:
        return load()
    except body.AssetError as error:
        raise PlacingError(str(error)) from error


def _as_tall(base: body.Base, spec: PersonSpec, metres: float | None) -> PersonSpec:
    if metres is None:
        return spec
    shape: BodySpec = body.as_tall(base, spec.body, metres)
    return replace(spec, body=shape)


def _dressed(person: casting.Cast, ground: Ground, collection: bpy.types.Collection, away: float) -> bpy.types.Object:
    """The person's objects, with the tools in the hands and the rubble on them."""
    spec, posed = person.spec, person.posed
    name = _free(spec.category.capitalize())
    root = dressed.add_person(spec, person.body, posed, collection, name, away)
    level = int(np.digitize(away, (6.0, 20.0)))
    tools.add_tools(posed, collection, root, 2 - level)
    if spec.buried:
        cover = casting.bury(person, ground.terrain, collection)
        if cover is not None:
            cover.name = f"{name} rubble"
            cover[IGNORE] = True
            cover.parent = root
            cover.matrix_parent_inverse = Matrix(posed.root.tolist()).inverted()
    root[ABOUT] = json.dumps(asdict(spec))
    return root


def _placed(
    name: str,
    spot: Spot,
    reach: float,
    scene: bpy.types.Scene,
    collection: bpy.types.Collection,
    build: Callable[[rubble.Height, bpy.types.Collection], None],
) -> bpy.types.Object:
    """Build something around its own origin on the ground as it lies at the spot, and hang it on an Empty there."""
    ground = ground_below(scene, spot.x, spot.y, spot.z, reach, headroom=1.0 + 0.4 * reach)
    root = bpy.data.objects.new(_free(name), None)
    root.empty_display_size = 0.5
    root.matrix_world = Matrix.Translation((spot.x, spot.y, ground.z)) @ Matrix.Rotation(np.radians(spot.yaw), 4, "Z")
    before = set(collection.objects)
    build(ground.relief(spot.yaw, reach), collection)
    for made in sorted(set(collection.objects) - before, key=lambda thing: thing.name):
        made.name = f"{root.name} {made.name}"
        if made.parent is None:
            made.parent = root
    collection.objects.link(root)
    return root


def _free(word: str) -> str:
    """The first name of the kind "Rescuer.001" that no object has."""
    number = 1
    while f"{word}.{number:03d}" in bpy.data.objects:
        number += 1
    return f"{word}.{number:03d}"


def count(scene: bpy.types.Scene) -> int:
    """How many labelled people the scene holds."""
    return sum(1 for thing in scene.objects if thing.get(CATEGORY))
