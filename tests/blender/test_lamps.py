"""Lamps by night: fittings that can be seen, light from where they are, nothing of it by day."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.spec import LightSpec, VehicleSpec, WeatherSpec
from rescue_synth.scene import lamps, lighting, materials, vehicles
from rescue_synth.scene.meshes import to_object
from rescue_synth.scene.shapes import box, dressed

AIR = WeatherSpec(3, "clear", "depth", 8000.0, 0.0, 0.0, 0.0, (0.0, 0.0))


def light(sky: str, elevation: float) -> LightSpec:
    return LightSpec(1, 22.0, 100, 50.0, elevation, 150.0, sky)


def lit(kind: str) -> list[bpy.types.Object]:
    return [thing for thing in bpy.context.scene.objects if thing.type == "LIGHT" and thing.data.type == kind]


def test_floodlights_hang_on_masts_that_glow(empty: None) -> None:
    lighting.apply(bpy.context.scene, light("night", -20.0), AIR)
    heads = [thing for thing in bpy.context.scene.objects if thing.name.startswith("Glow")]
    assert len(lit("AREA")) == len(heads) == 2
    for lamp in lit("AREA"):
        points = [np.array(corner) for head in heads for corner in head.bound_box]
        assert min(np.linalg.norm(point - np.array(lamp.location)) for point in points) < 0.7
        assert not lamp.visible_camera


@pytest.mark.parametrize(("kind", "beams"), [("fire_engine", 1), ("truck", 1), ("car", 0)])
def test_vehicles_at_work_light_the_road_ahead(kind: str, beams: int, empty: None) -> None:
    scene = bpy.context.scene
    spec = VehicleSpec(1, kind, "whole", 3.0, -9.0, 90.0)
    vehicles.add_vehicle(spec, lambda x, y: 0.0 * (x + y), scene.collection)
    bpy.context.view_layer.update()
    lighting.apply(scene, light("night", -20.0), AIR)
    bpy.context.view_layer.update()
    assert len(lit("SPOT")) == beams
    for lamp in lit("SPOT"):
        turn = np.array(lamp.matrix_world)
        # at yaw 90 the nose, at -x of the vehicle, looks towards -y
        assert (-turn[:3, 2]) @ [0, -1, 0] > 0.98 and lamp.location.y < -11


def test_a_day_has_no_lamps_and_dark_windows(empty: None) -> None:
    scene = bpy.context.scene
    window = materials.lit_material().node_tree.nodes

    def glow() -> float:
        return next(node for node in window if node.type == "BSDF_PRINCIPLED").inputs["Emission Strength"].default_value

    lighting.apply(scene, light("night", -20.0), AIR)
    assert glow() > 1
    lighting.apply(scene, light("clear", 30.0), AIR)
    assert glow() == 0
    assert not lit("AREA") and not lit("SPOT")
    assert not any(thing.name.startswith(("Glow", "Mast")) for thing in scene.objects)


def test_a_headlamp_shines_where_its_lens_looks(empty: None) -> None:
    scene = bpy.context.scene
    for number in range(lamps.HEADLAMPS + 2):
        piece = dressed(box((0.05, 0.05, 0.05), (2.0 * number, 0.0, 1.7)), (0.5, 0.5, 0.5))
        piece.material = np.array([0, 0, 1, 0, 0, 0])  # the face towards -y
        to_object(f"Rescuer.{number:03d} lamp", piece, [materials.plain_material()] * 2, scene.collection)
    lighting.apply(scene, light("night", -20.0), AIR)
    lighting.add_headlamps(scene, light("night", -20.0))
    bpy.context.view_layer.update()
    beams = lit("SPOT")
    assert len(beams) == lamps.HEADLAMPS
    for beam in beams:
        assert -np.array(beam.matrix_world)[:3, 2] @ [0, -1, 0] > 0.9
        assert beam.location.y < -0.02
    lighting.apply(scene, light("clear", 30.0), AIR)
    lighting.add_headlamps(scene, light("clear", 30.0))
    assert not lit("SPOT")
