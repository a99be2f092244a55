"""Weather that is in the scene itself: haze and smoke as volumes, rain and snow as falling pieces around the camera.

This is the method "scene"; the method "depth" adds the air to the finished picture (imaging/air.py) and leaves the
air of the scene clear. All of it lies in one collection that the label layer leaves out. Lying snow comes with either.
"""

from __future__ import annotations

import bpy
import numpy as np

from ..dataset.spec import WeatherSpec, stream
from . import falling
from .cleaning import emptied
from .meshes import Piece, to_object
from .nodes import Graph, fresh
from .shapes import box, lathe, turned
from .snow import add_snow

NAME = "Rescue Weather"

DOMAIN = (320.0, 320.0, 46.0)
"""Size of the air that holds haze, metres: the sky's light still comes in from above."""

HAZES = {"fog": (0.80, 0.83, 0.86), "smoke": (0.30, 0.29, 0.28), "dust": (0.60, 0.54, 0.46), "rain": (0.70, 0.74, 0.78),
         "snow": (0.82, 0.84, 0.87)}  # fmt: skip
"""Colour of the air's own light."""

CLEAR = 3000.0
"""Visibility from which the air is taken as clear, metres."""

DAYLIGHT, LAMPLIGHT = 0.60, 0.035
"""Brightness of thick fog on the picture after exposure."""


def apply(scene: bpy.types.Scene, spec: WeatherSpec, camera_location: tuple[float, float, float]) -> None:
    """Fill the air as ``spec`` says; what an earlier call made is removed. Call after lighting.apply."""
    collection = emptied(NAME, scene.collection)
    add_snow(scene, spec)
    if spec.method != "scene":
        return
    if spec.visibility < CLEAR and spec.kind in HAZES:
        _haze(scene, spec, collection)
    if spec.kind == "smoke":
        _columns(scene, spec, collection)
    if spec.kind in falling.KINDS and spec.rate > 0:
        falling.add_falling(spec, camera_location, collection)


def _haze(scene: bpy.types.Scene, spec: WeatherSpec, collection: bpy.types.Collection) -> None:
    """One block of even air: it takes light away and gives its own, as Koschmieder's formula has it."""
    extinction = 3.0 / spec.visibility
    air = box(DOMAIN, (0.0, 0.0, DOMAIN[2] / 2 - 8.0))
    block = to_object("Haze", air, [_air_material(spec.kind, extinction, _brightness(scene))], collection)
    block.visible_shadow = False


def _columns(scene: bpy.types.Scene, spec: WeatherSpec, collection: bpy.types.Collection) -> None:
    """Two or three columns of smoke behind the houses, leaning with the wind."""
    draw = stream(spec.seed, "columns")
    material = _smoke_material(_brightness(scene))
    for _ in range(int(draw.integers(2, 4))):
        place = turned(0.0, float(draw.uniform(-45, 45)), float(draw.uniform(18, 60)), 1.0)
        size = float(draw.uniform(0.7, 1.4))
        column = to_object("Smoke", _column(np.array(spec.wind), size), [material], collection)
        column.matrix_world = place.T.tolist()


def _column(wind: np.ndarray, size: float) -> Piece:
    """A widening, leaning tube of 45 m."""
    level = np.linspace(0, 1, 14)
    profile = np.stack([size * (1.2 + 7.0 * level**0.8), 45.0 * level], -1)
    profile[0, 0] = profile[-1, 0] = 0.05
    piece = lathe(profile, 20)
    share = (piece.vertices[:, 2] / 45.0)[:, None]
    piece.vertices[:, :2] += share**1.4 * wind * 4.0
    return piece


def _brightness(scene: bpy.types.Scene) -> float:
    """Radiance of sunlit or lamplit haze: what the picture's exposure makes a bright grey, or a dim one by lamps."""
    lit = bpy.data.collections.get("Rescue Light")
    lamps = lit is not None and any(
        thing.type == "LIGHT" and thing.data.type in ("AREA", "SPOT") for thing in lit.objects
    )
    return (LAMPLIGHT if lamps else DAYLIGHT) / 2.0**scene.view_settings.exposure


def _material(name: str) -> tuple[bpy.types.Material, Graph]:
    """The volume material of that name, its tree emptied."""
    material = bpy.data.materials.get(name) or fresh(name)
    graph = Graph(material)
    graph.tree.nodes.remove(graph.surface)
    return material, graph


def _air_material(kind: str, extinction: float, brightness: float) -> bpy.types.Material:
    material, graph = _material("Rescue Haze")
    takes = graph.node("ShaderNodeVolumeAbsorption")
    # what absorption takes is extinction * (1 - colour): black takes it all
    graph.put(takes.inputs["Color"], (0.0, 0.0, 0.0))
    graph.put(takes.inputs["Density"], extinction)
    gives = graph.node("ShaderNodeEmission")
    graph.put(gives.inputs["Color"], HAZES[kind])
    graph.put(gives.inputs["Strength"], extinction * brightness)
    _mix(graph, takes, gives)
    return material


def _smoke_material(brightness: float) -> bpy.types.Material:
    material, graph = _material("Rescue Smoke")
    place = graph.node("ShaderNodeTexCoord").outputs["Object"]
    billows = graph.noise(0.16, place, 5.0, 0.62)
    height = graph.split(place)[2]
    density = graph.math("MULTIPLY", graph.ramp(billows, 0.46, 0.66), graph.ramp(height, 0.0, 45.0, 1.4, 0.12))
    takes = graph.node("ShaderNodeVolumeAbsorption")
    graph.put(takes.inputs["Color"], (0.0, 0.0, 0.0))
    graph.put(takes.inputs["Density"], density)
    gives = graph.node("ShaderNodeEmission")
    graph.put(gives.inputs["Color"], (0.16, 0.155, 0.15))
    graph.put(gives.inputs["Strength"], graph.math("MULTIPLY", density, brightness))
    _mix(graph, takes, gives)
    return material


def _mix(graph: Graph, takes: bpy.types.Node, gives: bpy.types.Node) -> None:
    both = graph.node("ShaderNodeAddShader")
    graph.put(both.inputs[0], takes.outputs[0])
    graph.put(both.inputs[1], gives.outputs[0])
    graph.put(graph.output.inputs["Volume"], both.outputs[0])
