"""Site materials: shared, told apart by attributes, and following one weather."""

import importlib

import bpy
import pytest

materials = importlib.import_module("rescue_synth.scene.materials")

MAKERS = ("site", "brick", "ground", "paint", "plain", "leaf", "glass", "water", "lamp")


@pytest.mark.parametrize("name", MAKERS)
def test_a_material_is_made_once_and_reaches_the_output(empty: None, name: str) -> None:
    make = getattr(materials, f"{name}_material")
    first = make()
    assert make() is first
    output = next(node for node in first.node_tree.nodes if node.type == "OUTPUT_MATERIAL")
    assert output.inputs["Surface"].is_linked
    assert all(link.is_valid for link in first.node_tree.links)


@pytest.mark.parametrize("name", ("site", "brick", "ground", "paint", "plain"))
def test_surfaces_read_the_one_weather(empty: None, name: str) -> None:
    made = getattr(materials, f"{name}_material")()
    groups = [node.node_tree for node in made.node_tree.nodes if node.type == "GROUP"]
    assert groups and all(group == materials.weather_group() for group in groups)


def test_weather_changes_values_and_builds_nothing(empty: None) -> None:
    materials.site_material()
    before = len(bpy.data.node_groups), len(bpy.data.materials)
    materials.set_weather(0.7, 0.3, 0.5)
    nodes = materials.weather_group().nodes
    assert [nodes[name].outputs[0].default_value for name in materials.STATES] == pytest.approx([0.7, 0.3, 0.5])
    assert (len(bpy.data.node_groups), len(bpy.data.materials)) == before


@pytest.mark.parametrize("name", ("site", "brick", "plain"))
def test_snow_and_rain_stop_under_a_roof(empty: None, name: str) -> None:
    tree = getattr(materials, f"{name}_material")().node_tree
    shelter = [node for node in tree.nodes if node.type == "ATTRIBUTE" and node.attribute_name == "shelter"]
    assert shelter and shelter[0].outputs["Fac"].is_linked
