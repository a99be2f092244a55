"""The user's own models and scene instead of or beside ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from rescue_synth.dataset import plan, recipe
from rescue_synth.render import frame
from rescue_synth.scene import build, tags, user_assets

ASSETS = Path(__file__).resolve().parents[2] / "assets"

WISH = """
[render]
width = 96
height = 72
samples = 1
[people]
rescuers = [2, 2]
civilians = [0, 0]
[weather]
kinds = { clear = 1 }
[light]
hours = [12, 12]
[camera]
views = { handheld = 1 }
distance = [5, 6]
[assets]
collections = { rescuer = "Team" }
build_site = false
"""


@pytest.fixture
def blend(empty: None, tmp_path: Path) -> Path:
    """A file with a wide floor and a collection of two models, each a body with a helmet."""
    bpy.ops.mesh.primitive_plane_add(size=80)
    team = bpy.data.collections.new("Team")
    bpy.context.scene.collection.children.link(team)
    for number in range(2):
        bpy.ops.mesh.primitive_cylinder_add(radius=0.25, depth=1.6, location=(20 + number, 5, 4))
        trunk = bpy.context.object
        bpy.ops.mesh.primitive_uv_sphere_add(radius=0.2, location=(20 + number, 5, 4.9))
        head = bpy.context.object
        head["rescue_part"] = "helmet"
        head.parent = trunk
        head.matrix_parent_inverse = trunk.matrix_world.inverted()
        for thing in (trunk, head):
            bpy.context.scene.collection.objects.unlink(thing)
            team.objects.link(thing)
    path = tmp_path / "own.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


@pytest.fixture
def wish(blend: Path) -> recipe.Recipe:
    """The recipe on that file."""
    made = recipe.loads(WISH)
    return replace(made, assets=replace(made.assets, blend=str(blend)))


def test_the_users_models_stand_on_the_users_ground_and_are_labelled_with_their_parts(wish: recipe.Recipe) -> None:
    build.start(wish.assets)
    builder = build.Builder(wish, ASSETS)
    made = next(made for k in range(9) if not (made := frame.make(plan.frame(wish, k), wish, builder)).reasons)
    assert {item.category for item in made.record.instances} == {"rescuer"}
    assert {item.category for item in made.record.parts} <= {"helmet"} and made.record.parts
    roots = [thing for thing in bpy.context.scene.objects if thing.get(tags.CATEGORY)]
    assert len(roots) == 2
    graph = bpy.context.evaluated_depsgraph_get()
    for root in roots:
        low = min(tags.triangles(item, graph)[0][:, 2].min() for item in root.children_recursive if item.type == "MESH")
        assert abs(low) < 1e-3
        spec = next(
            p
            for p in plan.frame(wish, made.record.index).people
            if np.hypot(p.x - root.location.x, p.y - root.location.y) < 1e-3
        )
        assert spec.category == "rescuer"
    originals = bpy.data.collections["Team"].all_objects
    assert all(thing.hide_render and thing.pass_index == 0 for thing in originals)


def test_half_the_people_can_be_the_users_and_half_ours(wish: recipe.Recipe) -> None:
    mixed = replace(wish, assets=replace(wish.assets, own_share=0.5), people=replace(wish.people, rescuers=(8, 8)))
    build.start(mixed.assets)
    built = build.Builder(mixed, ASSETS).build(plan.frame(mixed, 0))
    own = [about for about in built.about.values() if "model" in about]
    assert 1 <= len(own) < len(built.about)


def test_a_missing_or_empty_collection_is_named_with_those_that_exist(blend: Path) -> None:
    bpy.data.collections.new("Empty")
    wrong = recipe.Assets(collections={"rescuer": "Teem"})
    with pytest.raises(
        user_assets.UserAssetError, match=r"rescuer = 'Teem': no such collection; there are: Empty, Team"
    ):
        user_assets.check(wrong)
    with pytest.raises(user_assets.UserAssetError, match="holds no mesh"):
        user_assets.check(recipe.Assets(collections={"civilian": "Empty"}))


def test_whoever_is_carried_is_ours_even_where_all_others_are_the_users() -> None:
    wish = recipe.Assets(collections={"civilian": "Team"}, own_share=1.0)
    patient = replace(plan.frame(recipe.Recipe(), 0).people[0], category="civilian", pose="on_stretcher")
    assert not user_assets.wanted(wish, patient)
    assert user_assets.wanted(wish, replace(patient, pose="stand"))
