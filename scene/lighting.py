"""Sun and sky of a frame, the lamps that go with them, and the exposure that a camera would choose."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ..dataset.spec import LightSpec, WeatherSpec, stream
from ..render import compat
from . import lamps
from .cleaning import emptied
from .nodes import Graph, Value

NAME = "Rescue Light"

LOOK = "AgX - Medium High Contrast"

REACH = 4.0
"""Metres within which a wall keeps the sky from what is lit at second hand; as long as a room, rooms would go black."""

Colour = tuple[float, float, float]


def apply(scene: bpy.types.Scene, spec: LightSpec, weather: WeatherSpec) -> None:
    """Light the scene: world, lamps and view settings; what an earlier call made is replaced."""
    collection = emptied(NAME, scene.collection)
    graph = _world(scene)
    dark = is_dark(spec)
    lamps.set_windows(float(np.interp(spec.elevation, [-8.0, -1.0, 3.0], [3.0, 1.2, 0.0])))
    if dark:
        lamps.add_floodlights(collection, spec.seed, 1100.0 if spec.sky == "dusk" else 1900.0)
        lamps.add_vehicle_lamps(scene, collection, spec.seed)
    murk = {"smoke": 0.8, "dust": 0.8, "fog": 0.6}.get(weather.kind, 1.0)
    if spec.sky == "clear":
        stops = _clear(graph, spec, murk)
    elif spec.sky == "overcast":
        stops = _overcast(graph, spec, collection, murk)
    elif spec.sky == "dusk":
        stops = _dusk(graph, spec, weather)
    else:
        stops = _night(graph)
    view = scene.view_settings
    view.view_transform = "AgX"
    view.look = LOOK
    view.exposure, view.gamma = stops, 1.0


def is_dark(spec: LightSpec) -> bool:
    """Whether the sun is gone and lamps burn."""
    return spec.sky == "night" or (spec.sky == "dusk" and spec.elevation < -1.0)


def add_headlamps(scene: bpy.types.Scene, spec: LightSpec) -> None:
    """People's headlamps, burning when it is dark. Call after ``apply``, when the people stand."""
    lamps.set_headlamps(is_dark(spec))
    if is_dark(spec):
        lamps.add_headlamps(scene, bpy.data.collections[NAME])


def _clear(graph: _World, spec: LightSpec, murk: float) -> float:
    """A physical sky with its own sun; the lower the sun, the longer the camera exposes."""
    elevation = max(spec.elevation, 2.0)
    draw = stream(spec.seed, "clouds")
    clouds = float(draw.uniform(0.40, 0.62)), float(draw.uniform(0, 50))
    _sky(graph, elevation, spec.azimuth, 0.09, 0.5 * murk, clouds)
    return float(np.interp(elevation, [2, 6, 15, 35, 60], [2.2, 1.5, 0.7, 0.15, -0.05]))


def _overcast(graph: _World, spec: LightSpec, collection: bpy.types.Collection, murk: float) -> float:
    """Grey cloud, brighter overhead, with a broad weak sun behind it."""
    draw = stream(spec.seed, "overcast")
    warmth = float(draw.uniform(-0.03, 0.03))
    _clouds(graph, (0.58 + warmth, 0.605, 0.64 - warmth), 0.75, float(draw.uniform(0, 50)))
    _sun(collection, spec.elevation, spec.azimuth, 0.35 * murk, 25.0, (1.0, 0.97, 0.93))
    return float(np.interp(spec.elevation, [4, 15, 40], [1.0, 0.95, 0.8]))


def _dusk(graph: _World, spec: LightSpec, weather: WeatherSpec) -> float:
    """The sun at the horizon or just below it."""
    strength = float(np.interp(spec.elevation, [-8, -4, 0, 4], [0.09, 0.19, 0.30, 0.33]))
    if weather.kind in ("clear", "smoke", "dust"):
        _sky(graph, max(spec.elevation, 1.0), spec.azimuth, strength, 0.5 if spec.elevation > 0 else 0.0)
    else:
        _clouds(graph, (0.48, 0.52, 0.59), 1.1 * strength, float(stream(spec.seed, "dusk").uniform(0, 50)))
    if is_dark(spec):
        return 1.3
    return 1.2 if weather.kind == "clear" else 1.7


def _night(graph: _World) -> float:
    """A town's glow in the clouds."""
    _clouds(graph, (0.24, 0.25, 0.32), 0.06, 7.0)
    return 1.2


class _World(Graph):
    """A world's tree: an emptied tree with its background."""

    def __init__(self, world: bpy.types.World) -> None:
        compat.use_nodes(world)
        self.tree = world.node_tree
        self.tree.nodes.clear()
        self.background = self.node("ShaderNodeBackground")
        output = self.node("ShaderNodeOutputWorld")
        self.tree.links.new(self.background.outputs[0], output.inputs["Surface"])


def _world(scene: bpy.types.Scene) -> _World:
    world = bpy.data.worlds.get(NAME) or bpy.data.worlds.new(NAME)
    scene.world = world
    # the automatic map for sampling the sky costs seconds a frame; the sun's disc is sampled apart from it
    world.cycles.sampling_method = "MANUAL"
    world.cycles.sample_map_resolution = 256
    world.light_settings.distance = REACH
    return _World(world)


def _sky(
    graph: _World, elevation: float, azimuth: float, strength: float, sun: float,
    clouds: tuple[float, float] = (1.0, 0.0),
) -> None:  # fmt: skip
    """A physical sky; ``clouds``: the noise from which on there is one (1: none anywhere), and where in the noise."""
    sky = graph.node("ShaderNodeTexSky")
    # the node's rotation 0 puts the sun over +y and turns clockwise seen from above, as a compass does
    compat.set_sky(sky, math.radians(elevation), math.radians(azimuth), 2.0)
    sky.sun_disc = sun > 0
    sky.sun_intensity = sun
    sky.sun_size = math.radians(1.0)
    # a camera's white balance takes back half of what a low sun reddens
    balanced = graph.node("ShaderNodeHueSaturation")
    low = math.degrees(sky.sun_elevation)
    graph.put(balanced.inputs["Saturation"], float(np.interp(low, [1, 6, 18, 40], [0.42, 0.52, 0.78, 1.0])))
    graph.put(balanced.inputs["Color"], sky.outputs[0])
    colour = balanced.outputs[0]
    if clouds[0] < 1.0:
        colour = _clouded(graph, colour, *clouds)
    graph.put(graph.background.inputs["Color"], colour)
    graph.put(graph.background.inputs["Strength"], strength)


def _clouded(graph: _World, sky: Value, start: float, place: float) -> Value:
    """Fair-weather clouds on a sheet overhead, thin at their rims and gone at the horizon; never over the sun."""
    x, y, z = graph.split(graph.node("ShaderNodeTexCoord").outputs["Generated"])
    away = graph.math("MAXIMUM", z, 0.04)
    sheet = graph.node("ShaderNodeCombineXYZ")
    for axis, value in (("X", x), ("Y", y)):
        graph.put(sheet.inputs[axis], graph.add(graph.math("DIVIDE", value, away), place))
    share = graph.ramp(graph.noise(0.55, sheet.outputs[0], 6.0, 0.58, flat=True), start, start + 0.22, 0.0, 0.85)
    share = graph.times(share, graph.ramp(z, 0.03, 0.16))
    parts = graph.node("ShaderNodeSeparateColor")
    graph.put(parts.inputs[0], sky)
    share = graph.times(share, graph.math("LESS_THAN", parts.outputs[0], 150.0))
    white = graph.node("ShaderNodeHueSaturation")
    for name, value in (("Saturation", 0.12), ("Value", 1.55), ("Color", sky)):
        graph.put(white.inputs[name], value)
    return graph.mix(share, sky, white.outputs[0])


def _clouds(graph: _World, colour: Colour, strength: float, place: float) -> None:
    """A sheet of cloud: mottled, brighter towards the zenith."""
    direction = graph.node("ShaderNodeTexCoord").outputs["Generated"]
    mapping = graph.node("ShaderNodeMapping")
    graph.put(mapping.inputs["Vector"], direction)
    mapping.inputs["Scale"].default_value = (1.0, 1.0, 4.0)
    mapping.inputs["Location"].default_value = (place, 0.0, 0.0)
    mottled = graph.noise(2.5, mapping.outputs[0], 5.0)
    bright = graph.math("MULTIPLY_ADD", graph.split(direction)[2], 0.6, mottled)
    low = tuple(0.72 * channel for channel in colour)
    high = tuple(1.35 * channel for channel in colour)
    graph.put(graph.background.inputs["Color"], graph.mix(graph.ramp(bright, 0.3, 1.05), low, high))
    graph.put(graph.background.inputs["Strength"], strength)


def _sun(
    collection: bpy.types.Collection, elevation: float, azimuth: float, power: float, size: float, colour: Colour
) -> None:
    """A sun lamp of ``size`` degrees."""
    data = bpy.data.lights.new(NAME, "SUN")
    data.energy, data.angle, data.color = power, math.radians(size), colour
    lamp = bpy.data.objects.new(NAME, data)
    lamp.rotation_euler = (math.radians(90 - max(elevation, 8.0)), 0.0, math.radians(180 - azimuth))
    collection.objects.link(lamp)
