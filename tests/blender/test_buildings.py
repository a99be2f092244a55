"""Houses: two kinds, three degrees of destruction, no two alike, the same spec the same bytes."""

import importlib
import time
from dataclasses import replace

import bpy
import numpy as np
import pytest

PACKAGE = "rescue_synth"
specs = importlib.import_module(f"{PACKAGE}.dataset.spec")
buildings = importlib.import_module(f"{PACKAGE}.scene.buildings")
panels = importlib.import_module(f"{PACKAGE}.scene.panels")
houses = importlib.import_module(f"{PACKAGE}.scene.house")
terrain = importlib.import_module(f"{PACKAGE}.scene.terrain")

HOUSE = specs.BuildingSpec(11, "panel", -6.0, 0.5, 1.0, 4, 4, "holed", 0.2)


def built(spec: "specs.BuildingSpec") -> tuple[bpy.types.Object, bpy.types.Object]:
    """Structure and details."""
    before = set(bpy.data.objects)
    surfaces = buildings.add_building(spec, bpy.context.scene.collection)
    made = [thing for thing in bpy.data.objects if thing not in before]
    details = next(thing for thing in made if thing.name.startswith("House Details"))
    return surfaces[0][1], details


def points(thing: bpy.types.Object) -> np.ndarray:
    values = np.empty(3 * len(thing.data.vertices), np.float32)
    thing.data.vertices.foreach_get("co", values)
    return values.reshape(-1, 3)


def attribute(thing: bpy.types.Object, name: str) -> np.ndarray:
    data = thing.data.attributes[name].data
    values = np.empty(len(data), np.float32)
    data.foreach_get("value", values)
    return values


@pytest.mark.parametrize("kind", ["panel", "brick"])
@pytest.mark.parametrize("damage", ["cracked", "holed", "collapsed"])
def test_every_kind_and_degree_stands_where_its_spec_says(empty: None, kind: str, damage: str) -> None:
    spec = replace(HOUSE, kind=kind, damage=damage, yaw=0.0, storeys=3)
    structure, details = built(spec)
    places = points(structure)
    assert np.isfinite(places).all() and np.isfinite(points(details)).all()
    bars = 1.6  # reinforcement reaches out of torn floors
    assert places[:, 0].min() > spec.x - bars and places[:, 0].max() < spec.x + 4 * specs.BAY + bars
    assert places[:, 1].min() > spec.y - bars and places[:, 1].max() < spec.y + specs.DEPTH + bars
    assert places[:, 2].max() == pytest.approx(3 * specs.STOREY, abs=0.8)
    areas = np.empty(len(structure.data.polygons), np.float32)
    structure.data.polygons.foreach_get("area", areas)
    assert (areas > 1e-7).mean() > 0.98
    assert not structure.data.validate()


def test_the_same_spec_gives_the_same_bytes_and_another_seed_another_house(empty: None) -> None:
    first, again, other = built(HOUSE), built(HOUSE), built(replace(HOUSE, seed=12))
    for one, two in zip(first, again, strict=True):
        assert points(one).tobytes() == points(two).tobytes()
        assert attribute(one, "soot").tobytes() == attribute(two, "soot").tobytes()
    assert points(first[0]).tobytes() != points(other[0]).tobytes()


def test_the_worse_the_damage_the_less_wall_is_left(empty: None) -> None:
    left = []
    for damage in ("cracked", "holed", "collapsed"):
        area = []
        for seed in (1, 2, 3):
            structure, _ = built(replace(HOUSE, damage=damage, seed=seed, bays=6, storeys=5))
            sizes = np.empty(len(structure.data.polygons), np.float32)
            structure.data.polygons.foreach_get("area", sizes)
            area.append(sizes.sum())
        left.append(np.mean(area))
    assert left[0] > left[1] > left[2]


def test_fire_blackens_only_burnt_houses(empty: None) -> None:
    burnt, _ = built(replace(HOUSE, burnt=0.8))
    whole, _ = built(replace(HOUSE, burnt=0.0, damage="cracked"))
    assert attribute(burnt, "soot").mean() > 2.5 * attribute(whole, "soot").mean()


def test_rooms_are_sheltered_and_roofs_and_fronts_are_not(empty: None) -> None:
    spec = replace(HOUSE, yaw=0.0, damage="cracked")
    structure, _ = built(spec)
    places, shelter = points(structure), attribute(structure, "shelter")
    top = places[:, 2] > 4 * specs.STOREY - 0.1
    inside = (places[:, 1] > spec.y + 2) & (places[:, 1] < spec.y + 9) & (places[:, 2] < 2.5)
    inside &= (places[:, 0] > spec.x + 1) & (places[:, 0] < spec.x + 4 * specs.BAY - 1)
    assert shelter[top].mean() < 0.05
    assert shelter[inside].mean() > 0.8


def test_a_window_can_be_looked_through_and_a_wall_can_not(empty: None) -> None:
    spec = replace(HOUSE, x=0.0, y=0.0, yaw=0.0, damage="cracked", burnt=0.0)
    structure, _ = built(spec)
    bpy.context.view_layer.update()
    ground = terrain.Terrain.of_objects([("building", structure)])
    damage = houses.planned(spec).damage
    spared = [
        bay
        for bay in range(4)
        if damage(np.array([[(bay + 0.5) * specs.BAY, 0, z] for z in (1.5, 4.3, 7.1)])).max() < -1.5
        and damage(np.array([[bay * specs.BAY + 0.4, 0, 1.5]])).max() < -1.5
    ]
    assert spared
    for bay in spared:
        wall = ground.first((bay * specs.BAY + 0.4, -5, 1.5), (0, 1, 0), 30)
        window = ground.first(((bay + 0.5) * specs.BAY + 0.2, -5, 1.5), (0, 1, 0), 30)
        assert wall == pytest.approx(5.0, abs=0.15)
        assert window is None or window > 5.4


def test_torn_edges_follow_the_field_without_stairs() -> None:
    damage = panels.Damage(np.array([[2.0, 0.0, 2.0, 1.2, 1.0, 1.0]]), 3.0)
    axis = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])
    lines = np.linspace(0, 4, 21)
    part = panels.torn(lines, lines, panels.Frame(np.zeros(3), *axis), 0.2, damage, 0.0, np.random.default_rng(1))
    assert len(part.rim) > 12
    off_grid = np.abs((part.rim[:, [0, 2]] / 0.2) - np.round(part.rim[:, [0, 2]] / 0.2)).max(1) > 0.05
    assert off_grid.mean() > 0.8
    assert np.abs(damage(part.rim)).mean() < 0.12
    assert (part.piece.faces["brk"] == 1).sum() > 12


def test_a_blown_away_panel_is_nothing() -> None:
    damage = panels.Damage(np.array([[1.0, 0.0, 1.0, 30.0, 1.0, 1.0]]), 0.0)
    frame = panels.Frame(np.zeros(3), np.array([1.0, 0, 0]), np.array([0, 0, 1.0]), np.array([0, -1.0, 0]))
    lines = np.linspace(0, 2, 11)
    assert panels.torn(lines, lines, frame, 0.2, damage, 0.0, np.random.default_rng(1)) is None


def test_the_skyline_is_far_away_and_shares_its_meshes(empty: None) -> None:
    buildings.add_background(4, bpy.context.scene.collection)
    far = [thing for thing in bpy.data.objects if thing.name.startswith("Far House")]
    assert len(far) >= 6
    assert len({thing.data.name for thing in far}) <= 4
    assert min(np.hypot(*thing.location[:2]) for thing in far) > 45
    assert sum(len(mesh.vertices) for mesh in {thing.data for thing in far}) < 60_000


def test_a_large_house_builds_within_seconds(empty: None) -> None:
    start = time.process_time()
    built(replace(HOUSE, bays=7, storeys=5, damage="collapsed"))
    assert time.process_time() - start < 8.0
