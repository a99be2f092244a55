"""Weather of the method "scene": made anew each time, kept from the labels, even air by Koschmieder's formula."""

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.spec import GroundSpec, LightSpec, VehicleSpec, WeatherSpec
from rescue_synth.render import shoot
from rescue_synth.scene import falling, ground, lighting, snow, vehicles, weather


def spec(kind: str, visibility: float = 80.0, rate: float = 0.0, method: str = "scene") -> WeatherSpec:
    return WeatherSpec(3, kind, method, visibility, rate, 0.0, 0.0, (1.0, 0.5))


def light(sky: str = "overcast") -> LightSpec:
    return LightSpec(1, 12.0, 100, 50.0, 30.0 if sky != "night" else -20.0, 150.0, sky)


def test_it_lies_where_the_label_layer_does_not_look() -> None:
    assert weather.NAME == shoot.WEATHER


@pytest.mark.parametrize("kind", ["rain", "snow", "fog", "smoke", "dust"])
def test_it_is_replaced_and_leaves_nothing_behind(kind: str, empty: None) -> None:
    scene = bpy.context.scene
    counts = []
    for _ in range(3):
        lighting.apply(scene, light(), spec(kind, rate=5.0))
        weather.apply(scene, spec(kind, rate=5.0), (0.0, 0.0, 1.7))
        counts.append((len(bpy.data.objects), len(bpy.data.meshes), len(bpy.data.materials)))
    assert counts[0] == counts[1] == counts[2]
    weather.apply(scene, spec("clear", 8000.0), (0.0, 0.0, 1.7))
    assert not bpy.data.collections[weather.NAME].objects and not bpy.data.meshes


def test_weather_by_depth_adds_nothing_to_the_scene(empty: None) -> None:
    weather.apply(bpy.context.scene, spec("fog", method="depth"), (0.0, 0.0, 1.7))
    assert not bpy.data.collections[weather.NAME].objects


def test_heavier_rain_has_more_drops_and_the_same_seed_the_same_ones(empty: None) -> None:
    def drops(rate: float) -> np.ndarray:
        weather.apply(bpy.context.scene, spec("rain", 5000.0, rate), (0.0, 0.0, 1.7))
        mesh = bpy.data.collections[weather.NAME].objects[0].data
        points = np.empty(len(mesh.vertices) * 3, np.float32)
        mesh.vertices.foreach_get("co", points)
        return points

    light_rain, heavy, again = drops(2.0), drops(30.0), drops(30.0)
    assert len(heavy) > 2 * len(light_rain) and heavy.tobytes() == again.tobytes()


@pytest.mark.parametrize("kind", ["rain", "snow"])
def test_nothing_falls_right_before_the_lens(kind: str, empty: None) -> None:
    eye = np.array([3.0, -2.0, 1.7])
    weather.apply(bpy.context.scene, spec(kind, 5000.0, 6.0), tuple(eye))
    nearest = []
    for thing in bpy.data.collections[weather.NAME].objects:
        points = np.array([face.center for face in thing.data.polygons]) + np.array(thing.location)
        nearest.append(np.linalg.norm(points - eye, axis=1).min())
    assert falling.NEAR - 0.02 < min(nearest) < falling.NEAR + 0.3


def test_even_air_takes_light_as_the_formula_says(empty: None) -> None:
    scene = bpy.context.scene
    weather.apply(scene, spec("fog", 60.0), (0.0, 0.0, 1.7))
    nodes = bpy.data.materials["Rescue Haze"].node_tree.nodes
    density = next(node for node in nodes if node.type == "VOLUME_ABSORPTION").inputs["Density"].default_value
    strength = next(node for node in nodes if node.type == "EMISSION").inputs["Strength"].default_value
    assert density == pytest.approx(3 / 60.0)
    # far away the air's own light is all there is: emission over extinction
    assert strength / density == pytest.approx(weather.DAYLIGHT / 2**scene.view_settings.exposure)


def test_fog_by_night_is_dimmer_than_by_day(empty: None) -> None:
    def brightness(sky: str) -> float:
        lighting.apply(bpy.context.scene, light(sky), spec("fog"))
        weather.apply(bpy.context.scene, spec("fog"), (0.0, 0.0, 1.7))
        nodes = bpy.data.materials["Rescue Haze"].node_tree.nodes
        return next(node for node in nodes if node.type == "EMISSION").inputs["Strength"].default_value

    assert brightness("night") < 0.3 * brightness("overcast")


def test_lying_snow_has_thickness_on_ground_and_vehicles(empty: None) -> None:
    scene = bpy.context.scene
    ground.add_ground(GroundSpec(5), (), scene.collection)
    vehicles.add_vehicle(VehicleSpec(1, "car", "whole", 0, -9, 0), lambda x, y: 0.0 * (x + y), scene.collection)

    def heights(cover: float) -> list[float]:
        state = WeatherSpec(3, "clear", "depth", 8000.0, 0.0, 0.0, cover, (0.0, 0.0))
        weather.apply(scene, state, (0.0, 0.0, 1.7))
        return [float(np.mean([v.co.z for v in thing.data.vertices])) for thing in _snow()]

    def _snow() -> list[bpy.types.Object]:
        return sorted(bpy.data.collections[snow.NAME].objects, key=lambda thing: -len(thing.data.vertices))

    thin, deep = heights(0.4), heights(1.0)
    assert len(thin) == len(deep) == 2
    assert 0.02 < deep[0] - thin[0] < 0.1 and deep[1] > thin[1]
    assert heights(0.0) == []


def test_snow_is_dirty_where_people_and_wheels_go_and_clean_beside(empty: None) -> None:
    scene = bpy.context.scene
    ground.add_ground(GroundSpec(5), (), scene.collection)
    weather.apply(scene, WeatherSpec(3, "clear", "depth", 8000.0, 0.0, 0.0, 0.9, (0.0, 0.0)), (0.0, 0.0, 1.7))
    mesh = next(thing for thing in scene.objects if thing.name.startswith("Snow")).data
    colours, points = np.empty(len(mesh.vertices) * 4, np.float32), np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.attributes["col"].data.foreach_get("color", colours)
    mesh.vertices.foreach_get("co", points)
    green, (x, y, _) = colours.reshape(-1, 4)[:, 1], points.reshape(-1, 3).T
    street = (y > -12) & (y < -7)
    afar = (np.hypot(x, y) > 30) & (y > 0)
    assert green[street].mean() < green[afar].mean() - 0.05
    assert green[(np.hypot(x, y) < 14) & ~street].min() < 0.7 < green[afar].min()
