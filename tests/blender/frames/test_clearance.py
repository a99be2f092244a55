"""Nobody stands in a wall, and no camera in anything: planned frames, built, against all meshes of their sites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Vector
from mathutils.bvhtree import BVHTree
from rescue_synth.dataset import plan
from rescue_synth.dataset.recipe import loads
from rescue_synth.dataset.spec import CameraSpec, FrameSpec, SiteSpec
from rescue_synth.scene import body, build, buildings, cameras, casting, clearance, ground, rubble, site, vehicles
from rescue_synth.scene.cleaning import emptied
from rescue_synth.scene.skeleton import skin
from rescue_synth.scene.terrain import Terrain, tree_of

ASSETS = Path(__file__).resolve().parents[3] / "assets"
SITES, FRAMES = 4, 10
WISH = loads(
    f"seed = 11\n[site]\nframes_per_site = {FRAMES}\nbuildings = [1, 1]\nstoreys = [2, 2]\nheaps = [1, 2]\n"
    "vehicles = [2, 3]\n[people]\nrescuers = [2, 3]\ncivilians = [1, 1]\n"
)
FLESH = 0.025
"""Metres by which skin and clothes stand out of the balls that a body is reckoned with."""
SOFT = ("Strewn", "Sown", "Ground")
"""Grass and litter give way; the ground is what people are on."""


@dataclass
class Seen:
    """One frame as it was built."""

    spec: FrameSpec
    people: list[casting.Cast]
    terrain: Terrain
    solids: list[tuple[str, BVHTree]]
    """Every solid mesh of the site, evaluated."""
    eye: tuple[float, float, float]
    blocked: str


def solids(collection: bpy.types.Collection) -> list[tuple[str, BVHTree]]:
    """Name and tree of each evaluated mesh that does not give way."""
    graph = bpy.context.evaluated_depsgraph_get()
    found = []
    for thing in collection.all_objects:
        if thing.type != "MESH" or thing.name.startswith(SOFT):
            continue
        evaluated = thing.evaluated_get(graph)
        found.append((thing.name, tree_of(evaluated.to_mesh(), thing.matrix_world)))
        evaluated.to_mesh_clear()
    return found


@pytest.fixture(scope="module")
def frames() -> Iterator[list[Seen]]:
    """Forty frames of four sites: places and poses of everybody, without clothes and without a render."""
    build.start(WISH.assets)
    heaps, base = rubble.load_heaps(ASSETS), body.load_base(ASSETS)
    seen = []
    for number in range(SITES):
        collection = emptied("Site", bpy.context.scene.collection)
        surfaces = hard(plan.site(WISH, number), heaps, collection)
        bpy.context.view_layer.update()
        terrain, things = Terrain.of_objects(surfaces), solids(collection)
        for index in range(number * FRAMES, (number + 1) * FRAMES):
            spec = plan.frame(WISH, index)
            people = [one for _, one in casting.cast(spec.people, base, terrain, WISH.people.sunk)]
            camera = cameras.add_camera(spec.camera, terrain, emptied("Eye", bpy.context.scene.collection))
            blocked = cameras.obstruction(camera, spec.camera, terrain)
            seen.append(Seen(spec, people, terrain, things, tuple(camera.location), blocked))
    yield seen
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)


def hard(spec: SiteSpec, heaps: rubble.Library, collection: bpy.types.Collection) -> list[site.Surface]:
    """What of a site can hurt: houses, heaps, loose pieces and vehicles on their ground."""

    def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return ground.height(spec.ground, spec.heaps, x, y)

    surfaces = ground.add_ground(spec.ground, spec.heaps, collection)
    for house in spec.buildings:
        surfaces += buildings.add_building(house, collection, heaps, height, spec.flat)
    for heap in spec.heaps:
        surfaces += rubble.add_heap(heap, heaps, height, collection)
    surfaces += rubble.add_debris(spec.seed, spec.heaps, heaps, height, collection)
    for vehicle in spec.vehicles:
        surfaces += vehicles.add_vehicle(vehicle, height, collection)
    return surfaces


def deepest(person: casting.Cast, things: list[tuple[str, BVHTree]]) -> tuple[float, str]:
    """How far inside a body the skin reaches, metres, and inside which: an eighth of its vertices, feet left out."""
    shape, posed = person.body, person.posed
    chosen = np.arange(0, casting.BODY, 8)
    chosen = chosen[shape.weights[chosen][:, _feet(shape)].sum(1) < 0.05]
    points = skin(shape.vertices[chosen], shape.weights[chosen], shape, posed.turns, posed.places)
    worst = (0.0, "")
    for point in points @ posed.root[:3, :3].T + posed.root[:3, 3]:
        for name, tree in things:
            place, normal, _, away = tree.find_nearest(Vector(point), 0.4)
            if place is None or away <= worst[0] or (Vector(point) - place).dot(normal) > 0:
                continue
            if enclosed(Vector(point), tree):
                worst = (away, name)
    return worst


def enclosed(point: Vector, tree: BVHTree) -> bool:
    """Whether a point is inside a closed body, not just behind a sheet of cloth: seen from within on all sides."""
    for direction in ((0, 0, 1), (1, 0, 0.2), (-1, 0, 0.2), (0, 1, 0.2), (0, -1, 0.2)):
        ahead, start, leaves = Vector(direction).normalized(), point, 0
        for _ in range(40):
            place, normal, _, _ = tree.ray_cast(start, ahead)
            if place is None:
                break
            leaves += 1 if normal.dot(ahead) > 0 else -1
            start = place + 1e-4 * ahead
        if leaves < 1:
            return False
    return True


def _feet(shape: body.Body) -> list[int]:
    return [number for number, name in enumerate(shape.base.bones) if name.startswith(("foot", "ball"))]


def test_nobody_lies_deeper_in_anything_than_the_recipe_allows(frames: list[Seen]) -> None:
    standing = [(one, seen) for seen in frames for one in seen.people if not one.spec.buried]
    assert len(standing) > 2.5 * len(frames)
    for one, seen in standing:
        found = clearance.deepest(one.posed, one.body, seen.terrain)
        assert found.metres <= WISH.people.sunk, (seen.spec.name, one.spec.pose, found)
        metres, name = deepest(one, seen.solids)
        assert metres <= WISH.people.sunk + FLESH, (seen.spec.name, one.spec.pose, metres, name)


def test_nearly_everybody_who_was_planned_finds_a_place(frames: list[Seen]) -> None:
    wanted = sum(len(seen.spec.people) for seen in frames)
    assert sum(len(seen.people) for seen in frames) >= 0.95 * wanted


def test_whoever_is_put_into_a_slab_a_wall_or_a_car_is_found_there(frames: list[Seen]) -> None:
    found: dict[str, float] = {}
    for seen in frames[::FRAMES]:
        one = next(one for one in seen.people if one.spec.pose not in ("lie", "sit_block"))
        for kind, (x, y, z) in _middles(seen).items():
            root = one.posed.root.copy()
            root[:3, 3] = x, y, z - 0.9
            moved = replace(one, posed=replace(one.posed, root=root))
            overlap = clearance.deepest(moved.posed, moved.body, seen.terrain)
            found[kind] = max(found.get(kind, 0.0), overlap.metres)
    assert set(found) == {"wall", "heap", "vehicle"}
    assert all(metres > WISH.people.sunk for metres in found.values()), found


def _middles(seen: Seen) -> dict[str, tuple[float, float, float]]:
    """A place in a wall, in a heap and at the side of a vehicle."""
    where = seen.spec.site
    heap = where.heaps[0]
    places = {"heap": (heap.x, heap.y, seen.terrain.down(heap.x, heap.y).z - 0.15)}
    for name, kinds in (("wall", ("building",)), ("vehicle", ("vehicle",))):
        thing = where.buildings[0] if name == "wall" else next(iter(where.vehicles), None)
        if thing is None:
            continue
        for height in np.linspace(0.5, 1.5, 6):
            for aside in np.linspace(-3.0, 3.0, 25):
                start, ahead = (thing.x + 3.0 + aside, thing.y - 6.0, height), (0.0, 1.0, 0.0)
                if name == "vehicle":
                    start = (thing.x + aside * 0.3, thing.y - 4.0, height)
                away = seen.terrain.first(start, ahead, 9.0)
                if away is None:
                    continue
                spot = (start[0], start[1] + away, height)
                if seen.terrain.depth(spot, 0.02)[1] in kinds:
                    places[name] = spot
    return places


def test_cameras_that_are_kept_are_inside_nothing_and_touch_nothing(frames: list[Seen]) -> None:
    kept = [seen for seen in frames if not seen.blocked]
    assert len(kept) >= 0.85 * len(frames)
    for seen in kept:
        assert seen.terrain.nearest(seen.eye, cameras.CLEARANCE) is None
        near = [(name, tree.find_nearest(Vector(seen.eye), 0.1)[3]) for name, tree in seen.solids]
        assert not [name for name, away in near if away is not None], (seen.spec.name, seen.spec.camera.view)


@pytest.mark.parametrize("kind", ["building", "heap", "vehicle"])
def test_a_camera_put_into_something_is_refused(frames: list[Seen], kind: str) -> None:
    refused = 0
    for seen in frames[::FRAMES]:
        spot = _middles(seen).get("wall" if kind == "building" else kind)
        if spot is None:
            continue
        spec = CameraSpec("cctv", spot, (spot[0], spot[1] - 5.0, 1.0), 0.0, 35.0, 36.0, False)
        camera = cameras.add_camera(spec, None, emptied("Eye", bpy.context.scene.collection))
        assert cameras.obstruction(camera, spec, seen.terrain) == "camera inside or against something"
        refused += 1
    assert refused >= 2


def test_a_camera_that_stares_at_a_wall_is_refused(frames: list[Seen]) -> None:
    for seen in frames[::FRAMES]:
        spot = _middles(seen).get("wall")
        if spot is not None:
            eye, aim = (spot[0], spot[1] - 1.0, spot[2]), (spot[0], spot[1] + 5.0, spot[2])
            spec = CameraSpec("cctv", eye, aim, 0.0, 35.0, 36.0, False)
            camera = cameras.add_camera(spec, None, emptied("Eye", bpy.context.scene.collection))
            assert cameras.obstruction(camera, spec, seen.terrain)
