"""Labels do not know the weather: the same ids with and without fog, falling drops and motion blur."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.recipe import Render
from rescue_synth.render import amodal, compat, shoot
from rescue_synth.scene import tags

WISH = Render(width=96, height=72, samples=2)


@pytest.fixture
def scene(empty: None) -> bpy.types.Scene:
    """Thirty overlapping shapes, each an instance, before a camera."""
    scene = bpy.context.scene
    rng = np.random.default_rng(1)
    for number in range(30):
        add = (bpy.ops.mesh.primitive_monkey_add, bpy.ops.mesh.primitive_torus_add)[number % 2]
        add(location=rng.uniform((-4, -3, -2), (4, 3, 2)), rotation=rng.uniform(0, 6, 3))
        thing = bpy.context.object
        thing.scale = [rng.uniform(0.3, 0.9)] * 3
        thing.name = f"Thing.{number:03d}"
        thing[tags.CATEGORY] = "rescuer"
    camera = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
    camera.location, camera.rotation_euler = (0, -12, 0), (np.pi / 2, 0, 0)
    scene.collection.objects.link(camera)
    scene.camera = camera
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    scene.collection.objects.link(sun)
    tags.number(scene)
    return scene


def fog(scene: bpy.types.Scene) -> None:
    """A world full of scattering air."""
    world = bpy.data.worlds.new("Fog")
    compat.use_nodes(world)
    nodes, links = world.node_tree.nodes, world.node_tree.links
    scatter = nodes.new("ShaderNodeVolumeScatter")
    scatter.inputs["Density"].default_value = 0.1
    output = next(node for node in nodes if node.type == "OUTPUT_WORLD")
    links.new(scatter.outputs[0], output.inputs["Volume"])
    scene.world = world


def falling(scene: bpy.types.Scene) -> None:
    """Thin drops before the camera."""
    collection = bpy.data.collections.new(shoot.WEATHER)
    scene.collection.children.link(collection)
    bpy.ops.mesh.primitive_cylinder_add(radius=0.02, depth=1.0)
    drop = bpy.context.object
    rng = np.random.default_rng(2)
    for _ in range(60):
        copy = bpy.data.objects.new("Drop", drop.data)
        copy.location = rng.uniform((-3, -10, -3), (3, -3, 3))
        collection.objects.link(copy)
    bpy.data.objects.remove(drop)


def moving(scene: bpy.types.Scene) -> None:
    """A moving camera and an open shutter."""
    scene.render.use_motion_blur = True
    camera = scene.camera
    for number, x in ((0, -0.6), (2, 0.6)):
        camera.location.x = x
        camera.keyframe_insert("location", frame=number)
    scene.frame_set(1)


@pytest.mark.parametrize("trouble", [fog, falling, moving])
def test_trouble_in_the_air_changes_the_picture_and_no_label(scene: bpy.types.Scene, trouble) -> None:
    clear = shoot.shoot(scene, WISH, separate=False)
    trouble(scene)
    bpy.context.view_layer.update()
    dim = shoot.shoot(scene, WISH, separate=True)
    assert np.abs(dim.picture - clear.picture).mean() > 0.001
    assert (dim.ids != clear.ids).sum() == 0
    assert np.array_equal(dim.distance, clear.distance)
    assert len(np.unique(clear.ids)) > 20


def test_the_pictures_own_layer_gives_the_ids_of_one_sample_through_each_pixels_centre(scene) -> None:
    many = shoot.shoot(scene, Render(width=96, height=72, samples=5), separate=False)
    layered = shoot.shoot(scene, Render(width=96, height=72, samples=3), separate=True)
    assert np.array_equal(many.ids, layered.ids)
    assert [layer.name for layer in scene.view_layers] == [shoot.IMAGE]


def test_the_distance_is_that_of_a_ray_through_the_pixel(scene: bpy.types.Scene) -> None:
    shot = shoot.shoot(scene, WISH, separate=False)
    graph = bpy.context.evaluated_depsgraph_get()
    scale = shoot.lens_scale(scene)
    turn = np.array(scene.camera.matrix_world)[:3, :3]
    for y, x in ((36, 48), (10, 20), (60, 70), (30, 80)):
        ray = turn @ np.array([(x + 0.5 - 48) / scale, -(y + 0.5 - 36) / scale, -1.0])
        hit, place, *_ = scene.ray_cast(graph, scene.camera.location, ray / np.linalg.norm(ray))
        far = np.linalg.norm(place - scene.camera.location) if hit else np.inf
        assert shot.distance[y, x] == pytest.approx(far, abs=2e-3)


def test_unhidden_things_cover_as_many_pixels_as_the_renderer_draws(scene: bpy.types.Scene) -> None:
    things = [thing for thing in scene.objects if thing.get(tags.CATEGORY)]
    for thing in things[1:]:
        thing.hide_render = True
    things[0].location = (0.3, 0, 0.2)
    for x in (0.0, 4.6):
        things[0].location.x = x
        bpy.context.view_layer.update()
        shot = shoot.shoot(scene, WISH, separate=False)
        lens = amodal.Lens(np.array(scene.camera.matrix_world.inverted()), shoot.lens_scale(scene), 96, 72)
        mesh = tags.triangles(things[0], bpy.context.evaluated_depsgraph_get())
        covered = amodal.coverage(lens, [mesh])
        assert abs(covered.inside - (shot.ids > 0).sum()) <= 2
        assert covered.truncated == (x > 4)
