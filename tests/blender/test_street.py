"""Props: every planned kind can be built, shares its mesh, and stands on the ground."""

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.layout import DISTRACTORS
from rescue_synth.dataset.spec import PropSpec
from rescue_synth.scene import furnishings, street, vegetation
from rescue_synth.scene.cleaning import emptied

KINDS = (*street.TREES, "bush", "pole", *furnishings.BUILDERS)


def hill(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 0.5 + 0.0 * (np.asarray(x) + np.asarray(y))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_stands_on_the_ground(kind: str, empty: None) -> None:
    collection = bpy.context.scene.collection
    for seed in range(4):
        word, made = street.add_prop(PropSpec(seed, kind, 2.0, 1.0, 40.0), hill, collection)[0]
        bpy.context.view_layer.update()
        z = np.array([made.matrix_world @ vertex.co for vertex in made.data.vertices])[:, 2]
        assert word == "prop" and 0.0 < z.max() - 0.5 < 14.0
        assert -0.75 < z.min() - 0.5 < 0.05, "it neither floats nor hides"


def test_the_planner_names_only_what_can_be_built() -> None:
    assert set(DISTRACTORS) <= set(furnishings.BUILDERS)


def test_trees_share_meshes_that_outlive_their_site(empty: None) -> None:
    scene = bpy.context.scene
    for _ in range(2):
        collection = emptied("Site", scene.collection)
        made = [street.add_prop(PropSpec(seed, "tree", seed, 0.0, 0.0), hill, collection)[0][1] for seed in range(12)]
    meshes = {thing.data.name for thing in made}
    assert len(meshes) <= vegetation.VARIANTS
    assert len([mesh for mesh in bpy.data.meshes if mesh.name.startswith("Rescue tree")]) == len(meshes)


def test_leaves_are_on_living_trees_only(empty: None) -> None:
    sizes = {kind: len(vegetation.tree(kind, 1).vertices) for kind in street.TREES}
    assert sizes["tree"] > 3 * sizes["bare_tree"] > 3 * sizes["burnt_tree"]


def test_wires_of_two_neighbouring_poles_meet(empty: None) -> None:
    from rescue_synth.scene import poles

    points = poles.pole(0).vertices
    half = poles.SPAN / 2
    east, west = points[np.abs(points[:, 0] - half) < 0.15], points[np.abs(points[:, 0] + half) < 0.15]
    assert len(east) and len(east) == len(west)
    assert np.allclose(np.sort(east[:, 2]), np.sort(west[:, 2]), atol=0.02)


def test_the_sky_shows_through_crowns_and_some_boughs_bear_more_than_others(empty: None) -> None:
    found = []
    for variant in range(vegetation.VARIANTS):
        mesh = vegetation.tree("tree", variant)
        slots, middles = np.empty(len(mesh.polygons), np.int32), np.empty(len(mesh.polygons) * 3, np.float32)
        mesh.polygons.foreach_get("material_index", slots)
        mesh.polygons.foreach_get("center", middles)
        leaves = middles.reshape(-1, 3)[slots == 1][:, [0, 2]]
        low, high = np.quantile(leaves, 0.02, axis=0), np.quantile(leaves, 0.98, axis=0)
        cells = np.ceil((high - low) / 0.12).astype(int)
        seen = np.histogram2d(*leaves.T, bins=tuple(cells), range=tuple(zip(low, high, strict=True)))[0]
        found.append(((seen == 0).mean(), seen.std() / seen.mean()))
    gaps, unevenness = np.mean(found, axis=0)
    assert 0.16 < gaps < 0.5, "as large as a hand is wide, over all of the crown"
    assert unevenness > 1.05
