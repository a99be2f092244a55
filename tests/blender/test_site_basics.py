"""The ground lies where ``height`` says, surfaces share one weather, and light is replaced, never piled up."""

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.spec import GroundSpec, HeapSpec, LightSpec, WeatherSpec
from rescue_synth.scene import ground, lighting, materials

SPEC = GroundSpec(7, surface="mud", craters=((5.0, -8.5, 1.6),))
HEAPS = (HeapSpec(1, 3.0, -1.0, 0.0, 3.0, 1.5),)


def _points(thing: bpy.types.Object) -> np.ndarray:
    found = np.empty(len(thing.data.vertices) * 3, np.float32)
    thing.data.vertices.foreach_get("co", found)
    return found.reshape(-1, 3)


def _weather(kind: str = "clear", wetness: float = 0.0) -> WeatherSpec:
    return WeatherSpec(1, kind, "depth", 1000.0, 0.0, wetness, 0.0, (0.0, 0.0))


@pytest.fixture
def collection(empty: None) -> bpy.types.Collection:
    made = bpy.data.collections.new("Site")
    bpy.context.scene.collection.children.link(made)
    return made


def test_the_ground_mesh_lies_where_height_says(collection: bpy.types.Collection) -> None:
    surfaces = dict(reversed(ground.add_ground(SPEC, HEAPS, collection)))
    points = _points(surfaces["ground"])[::97]
    np.testing.assert_allclose(ground.height(SPEC, HEAPS, points[:, 0], points[:, 1]), points[:, 2], atol=2e-3)


def test_one_point_has_the_height_it_has_among_many() -> None:
    x, y = np.linspace(-20, 20, 50), np.linspace(-15, 5, 50)
    together = ground.height(SPEC, HEAPS, x, y)
    alone = [float(ground.height(SPEC, HEAPS, float(a), float(b))) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(alone, together, atol=1e-6)


def test_a_crater_is_a_hole_with_a_rim() -> None:
    (x, y, radius) = SPEC.craters[0]
    flat = GroundSpec(SPEC.seed, surface=SPEC.surface)
    middle = ground.height(SPEC, (), x, y) - ground.height(flat, (), x, y)
    turn = np.linspace(0, 2 * np.pi, 24)
    rim = (x + 1.05 * radius * np.cos(turn), y + 1.05 * radius * np.sin(turn))
    raised = ground.height(SPEC, (), *rim) - ground.height(flat, (), *rim)
    assert middle < -0.3 * radius
    assert raised.mean() > 0.03


def test_the_same_spec_makes_the_same_ground(collection: bpy.types.Collection) -> None:
    first = _points(ground.add_ground(SPEC, HEAPS, collection)[0][1])
    second = _points(ground.add_ground(SPEC, HEAPS, collection)[0][1])
    assert first.tobytes() == second.tobytes()


def test_every_kind_of_material_is_made_once(empty: None) -> None:
    made = [materials.site_material(), materials.ground_material(), materials.paint_material()]
    assert made == [materials.site_material(), materials.ground_material(), materials.paint_material()]
    assert len(bpy.data.materials) == 3


def test_one_call_changes_the_weather_of_all_surfaces(empty: None) -> None:
    users = (materials.site_material(), materials.ground_material(), materials.brick_material())
    materials.set_weather(0.25, 0.5, 0.75)
    for material in users:
        groups = [node.node_tree for node in material.node_tree.nodes if node.type == "GROUP"]
        assert groups == [materials.weather_group()]
    states = [materials.weather_group().nodes[name].outputs[0].default_value for name in materials.STATES]
    assert states == [0.25, 0.5, 0.75]


@pytest.mark.parametrize("sky", ["clear", "overcast", "dusk", "night"])
def test_light_is_replaced_not_piled_up(empty: None, sky: str) -> None:
    scene = bpy.context.scene
    for elevation in (-6.0, 20.0):
        for kind in ("night", "overcast", "clear", "dusk", sky):
            lighting.apply(scene, LightSpec(1, 12.0, 100, 50.0, elevation, 150.0, kind), _weather())
    lamps = [thing for thing in scene.objects if thing.type == "LIGHT"]
    assert len(lamps) == {"clear": 0, "overcast": 1, "dusk": 0, "night": 2}[sky]
    assert len(bpy.data.lights) == len(lamps)
    assert len(bpy.data.worlds) == 1


def test_the_sun_lamp_shines_from_its_azimuth(empty: None) -> None:
    scene = bpy.context.scene
    lighting.apply(scene, LightSpec(1, 12.0, 100, 50.0, 30.0, 90.0, "overcast"), _weather("overcast"))
    bpy.context.view_layer.update()
    lamp = next(thing for thing in scene.objects if thing.type == "LIGHT")
    shining = -np.array(lamp.matrix_world)[:3, 2]
    np.testing.assert_allclose(shining, (-np.cos(np.radians(30)), 0.0, -0.5), atol=1e-5)
