"""The boxes in the viewport lie around what will be labelled."""

import bpy
import numpy as np
import pytest
from mathutils import Matrix
from rescue_synth.panels import overlay

WIDTH, HEIGHT = 200, 100


def camera_matrix() -> np.ndarray:
    """World to clip space of a camera at (0, -10, 0) looking along +y, 90 degrees wide."""
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    bpy.context.scene.collection.objects.link(camera)
    camera.data.angle = np.pi / 2
    camera.matrix_world = Matrix.Translation((0, -10, 0)) @ Matrix.Rotation(np.pi / 2, 4, "X")
    window = camera.calc_matrix_camera(bpy.context.evaluated_depsgraph_get(), x=WIDTH, y=HEIGHT)
    return np.array(window @ camera.matrix_world.inverted())


def person(category: str, x: float, y: float) -> bpy.types.Object:
    """An Empty with a cube of 2 m below it."""
    root = bpy.data.objects.new(category, None)
    root["rescue_category"] = category
    mesh = bpy.data.meshes.new("cube")
    mesh.from_pydata([(i, j, k) for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)], [], [])
    cube = bpy.data.objects.new("cube", mesh)
    for thing in (root, cube):
        bpy.context.scene.collection.objects.link(thing)
    cube.parent = root
    root.location = (x, y, 0)
    bpy.context.view_layer.update()
    return root


def test_a_box_lies_around_the_whole_instance(empty):
    person("rescuer", 0, 0)
    ((category, box),) = overlay.boxes(bpy.context.scene, camera_matrix(), WIDTH, HEIGHT)
    # The cube's near face is 9 m away and 2 m wide; at 90 degrees 200 pixels show 18 m there.
    assert category == "rescuer"
    assert box == pytest.approx((100 - 100 / 9, 50 - 100 / 9, 100 + 100 / 9, 50 + 100 / 9), abs=0.1)


def test_what_is_behind_the_view_or_hidden_or_not_labelled_has_no_box(empty):
    person("rescuer", 0, -20)
    person("civilian", 0, 5).hide_set(True)
    del person("rescuer", 3, 0)["rescue_category"]
    assert not list(overlay.boxes(bpy.context.scene, camera_matrix(), WIDTH, HEIGHT))


def test_every_category_has_its_colour():
    from rescue_synth.dataset.wardrobe import CATEGORIES
    from rescue_synth.scene import tags

    assert set(CATEGORIES) == set(overlay.COLOURS) and overlay.CATEGORY == tags.CATEGORY
