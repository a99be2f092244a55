"""The ground: what builders and people stand on is what is rendered."""

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.spec import GroundSpec, HeapSpec
from rescue_synth.scene import ground
from rescue_synth.scene.terrain import Terrain

SPEC = GroundSpec(seed=5, surface="grass", craters=((5.5, -8.2, 1.7),))
HEAPS = (HeapSpec(1, 4.0, 1.0, 0.0, 4.0, 2.0),)


@pytest.fixture
def surfaces(empty: None) -> list[tuple[str, bpy.types.Object]]:
    return ground.add_ground(SPEC, HEAPS, bpy.context.scene.collection)


def test_height_is_that_of_the_mesh_where_people_go(surfaces: list) -> None:
    terrain = Terrain.of_objects(surfaces[:1])
    draw = np.random.default_rng(1)
    x, y = draw.uniform(-15, 15, 200), draw.uniform(-15, 4, 200)
    asked = ground.height(SPEC, HEAPS, x, y)
    built = np.array([terrain.down(float(a), float(b)).z for a, b in zip(x, y, strict=True)])
    assert np.median(np.abs(asked - built)) < 0.006
    assert np.quantile(np.abs(asked - built), 0.97) < 0.06  # kerb and crater edges lie between vertices


def test_one_mesh_covers_the_whole_area_without_cracks(surfaces: list) -> None:
    mesh = surfaces[0][1].data
    edges = len(mesh.edges)
    # a closed grid of quads: Euler's formula for a disc
    assert len(mesh.vertices) - edges + len(mesh.polygons) == 1
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    low, high = points.reshape(-1, 3).min(0), points.reshape(-1, 3).max(0)
    assert high[0] - low[0] >= 90 and high[1] - low[1] >= 70


def test_a_crater_is_a_hole_with_a_rim() -> None:
    x, y, radius = SPEC.craters[0]
    middle, rim = ground.height(SPEC, (), np.array([x, x + radius * 1.05]), np.array([y, y]))
    without = ground.height(GroundSpec(seed=5, surface="grass"), (), np.array([x]), np.array([y]))[0]
    assert middle < without - 0.3 * radius and rim > middle + 0.4 * radius


def test_dirt_gathers_in_hollows_and_not_on_rims(surfaces: list) -> None:
    mesh = surfaces[0][1].data
    points, hollow = np.empty(len(mesh.vertices) * 3, np.float32), np.empty(len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", points)
    mesh.attributes["hollow"].data.foreach_get("value", hollow)
    x, y, radius = SPEC.craters[0]
    away = np.hypot(*(points.reshape(-1, 3)[:, :2] - (x, y)).T) / radius
    assert hollow.min() >= 0 and hollow.max() <= 1
    assert hollow[(away > 0.55) & (away < 0.85)].mean() > 1.8 * hollow[(away > 0.95) & (away < 1.1)].mean()


def test_grass_grows_on_soil_and_not_on_the_street(surfaces: list) -> None:
    carriers = [thing for thing in bpy.context.scene.objects if thing.instance_type == "FACES"]
    tufts = [thing for thing in carriers if "tuft" in thing.children[0].data.name]
    places = np.concatenate([_middles(thing.data) for thing in tufts])
    assert len(places) > 2000
    on_street = (places[:, 1] > SPEC.road[0] + 1.2) & (places[:, 1] < SPEC.road[1] - 0.4)
    assert on_street.mean() < 0.03
    assert all(not thing.show_instancer_for_render for thing in carriers)


@pytest.mark.parametrize("surface", ["mud", "grass", "gravel"])
def test_the_yard_is_not_bare_where_a_camera_may_stand_aside(surface: str, empty: None) -> None:
    ground.add_ground(GroundSpec(seed=8, surface=surface), HEAPS, bpy.context.scene.collection)
    carriers = [thing for thing in bpy.context.scene.objects if thing.instance_type == "FACES"]
    places = np.concatenate([_middles(thing.data) for thing in carriers])[:, :2]
    spots = np.random.default_rng(3).uniform((22, -31), (37, -16), (60, 2))
    near = np.array([(np.hypot(*(places - spot).T) < 3.0).sum() for spot in spots])
    assert np.quantile(near, 0.1) >= 3 and np.median(near) >= 8


@pytest.mark.parametrize("surface", ["mud", "grass", "gravel"])
def test_soil_lies_in_patches(surface: str, empty: None) -> None:
    mesh = ground.add_ground(GroundSpec(seed=8, surface=surface), (), bpy.context.scene.collection)[0][1].data
    colours = np.empty(len(mesh.vertices) * 4, np.float32)
    mesh.attributes["col"].data.foreach_get("color", colours)
    x, y, _ = _points(mesh).T
    red = colours.reshape(-1, 4)[(y < -17) & (y > -30) & (np.abs(x) < 40), 0]
    dark, bright = np.quantile(red, (0.1, 0.9))
    assert 2.0 < bright / dark < 3.5


def test_feet_meet_the_wreckage_that_is_seen(empty: None) -> None:
    surfaces = ground.add_ground(SPEC, HEAPS, bpy.context.scene.collection)
    footing = surfaces[-1][1]
    assert footing.hide_render and len(footing.data.polygons) > 1000
    terrain = Terrain.of_objects(surfaces)
    graph = bpy.context.evaluated_depsgraph_get()
    seen = [
        (item.object.data, np.array(item.matrix_world))
        for item in graph.object_instances
        if item.is_instance and item.object.data.name.startswith("Rescue wreckage")
    ]
    above = []
    for mesh, matrix in seen[:40]:
        local = _points(mesh)
        tall = local[local[:, 2] > 0.10]
        for x, y, z in (tall @ matrix[:3, :3].T + matrix[:3, 3])[::7]:
            above.append(terrain.down(x, y, only=("ground",)).z - z)
    assert len(above) > 300
    assert np.median(np.abs(above)) < 0.05, "blocks are where the pieces are"


def test_the_same_spec_makes_the_same_vertices(empty: None) -> None:
    collection = bpy.context.scene.collection
    first, second = (ground.add_ground(SPEC, HEAPS, collection)[0][1].data for _ in range(2))
    assert _points(first).tobytes() == _points(second).tobytes()


def _points(mesh: bpy.types.Mesh) -> np.ndarray:
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    return points.reshape(-1, 3)


def _middles(mesh: bpy.types.Mesh) -> np.ndarray:
    return _points(mesh).reshape(-1, 4, 3).mean(1)
