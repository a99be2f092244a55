"""What lies around a site: houses, streets and land, different on every site, out of everybody's way."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.spec import GroundSpec, PropSpec, SiteSpec
from rescue_synth.scene import dwellings, farland, neighbourhood, skyline

SPEC = SiteSpec(seed=11, index=0, ground=GroundSpec(seed=5))


def built(spec: SiteSpec) -> tuple[bpy.types.Object, list[tuple[float, float, float]]]:
    collection = bpy.context.scene.collection
    flats = neighbourhood.add_neighbourhood(spec, collection)
    return [thing for thing in collection.objects if thing.name.startswith("Neighbourhood")][-1], flats


def points_of(mesh: bpy.types.Mesh) -> np.ndarray:
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    return points.reshape(-1, 3)


def test_nothing_stands_where_people_and_cameras_go(empty: None) -> None:
    for seed in (11, 12, 13):
        thing, flats = built(replace(SPEC, seed=seed))
        x, y, z = points_of(thing.data).T
        within = (np.abs(x) < 33) & (y > -35) & (y < 16) & (z > 0.3)
        assert not within.any()
        assert all(abs(fx) > 46 or fy > 46 or fy < -36 for fx, fy, _ in flats)


def test_houses_stand_on_every_side_and_reach_far(empty: None) -> None:
    thing, _ = built(SPEC)
    points = points_of(thing.data)
    high = points[points[:, 2] > 2.0]
    for side in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        assert (high[:, :2] @ side).max() > 150
    assert (np.hypot(*high[:, :2].T) < 110).mean() > 0.1


def test_every_site_has_its_own_and_the_same_again(empty: None) -> None:
    first, again, other = (points_of(built(replace(SPEC, seed=seed))[0].data) for seed in (11, 11, 12))
    assert first.tobytes() == again.tobytes()
    assert first.shape != other.shape or not np.array_equal(first, other)


def test_trees_are_shared_instances_and_bare_when_the_streets_trees_are(empty: None) -> None:
    winter = replace(SPEC, props=(PropSpec(1, "bare_tree", 8.0, -18.0, 0.0),))
    for spec, name in ((SPEC, "far leafy"), (winter, "far bare")):
        built(spec)
        sown = {thing.data.name for thing in bpy.data.objects if thing.name.startswith("Sown")}
        assert any(name in mesh for mesh in sown)
    assert len({mesh for mesh in bpy.data.meshes if mesh.name.startswith("Rescue far")}) <= 10


def test_a_neighbourhood_is_light(empty: None) -> None:
    thing, _ = built(SPEC)
    assert len(thing.data.polygons) < 130_000
    assert {slot.name for slot in thing.data.materials} == {"Rescue Far", "Rescue Glass", "Rescue Lit"}


def test_the_land_is_level_near_and_hilly_far_away() -> None:
    bearing = np.linspace(0, 2 * np.pi, 73)
    near = farland.level(80 * np.cos(bearing), 80 * np.sin(bearing))
    far = farland.level(1200 * np.cos(bearing), 1200 * np.sin(bearing))
    assert np.allclose(near, farland.DEEP, atol=1e-6)
    assert np.ptp(far) > 8 and far.min() > farland.DEEP - 4


@pytest.mark.parametrize("damaged", [False, True])
def test_a_dwelling_takes_the_paint_it_is_given(damaged: bool) -> None:
    piece = dwellings.house(1, damaged, True)
    red, blue = np.array([0.6, 0.1, 0.1]), np.array([0.1, 0.1, 0.6])
    painted = dwellings.painted(piece, red, blue)
    walls = painted.points["col"][piece.points["tint"] == dwellings.WALL, :3]
    assert np.all(walls[:, 0] > 3 * walls[:, 2])
    assert "tint" not in painted.points and "tint" in piece.points


def test_flats_stand_where_the_neighbourhood_left_room(empty: None) -> None:
    collection = bpy.context.scene.collection
    skyline.add_skyline(3, collection, [(120.0, 60.0, 0.0), (-90.0, 100.0, 0.0)])
    far = [thing for thing in collection.objects if thing.name.startswith("Far House")]
    assert sum(np.hypot(*(np.array(thing.location[:2]) - (120, 60))) < 1 for thing in far) == 1
    assert all(np.hypot(*thing.location[:2]) > 90 for thing in far)
