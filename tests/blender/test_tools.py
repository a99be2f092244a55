"""Tools are real things of real size, in the hands and nobody's part."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.spec import stream
from rescue_synth.dataset.wardrobe import TOOLS
from rescue_synth.scene import poses, tools
from rescue_synth.scene.tool_shapes import LINES, SHAPES, smooth_course

from .test_poses import planned, somebody

LENGTHS = {
    "shovel": 1.40, "bar": 1.46, "sledge": 0.93, "torch": 0.22, "radio": 0.29, "phone": 0.15, "stretcher": 2.29,
    "slab": 0.6, "case": 0.485, "block": 0.6, "bucket": 0.48, "holdall": 0.5,
}  # fmt: skip


def test_every_word_has_a_mesh_and_holding_poses_use_no_other() -> None:
    assert set(TOOLS) <= set(SHAPES) | set(LINES)
    assert poses.held_names() <= set(SHAPES) | set(LINES)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_meshes_are_sound_and_of_real_size(name: str) -> None:
    piece = SHAPES[name](stream(1, "tool"), 10)
    assert piece.corners.max() < len(piece.vertices) and piece.sizes.sum() == len(piece.corners)
    assert np.isfinite(piece.vertices).all()
    assert 40 < len(piece.vertices) < 8000
    size = np.ptp(piece.vertices, axis=0).max()
    assert size == pytest.approx(LENGTHS.get(name, size), rel=0.15)
    assert {"col", "finish", "rest"} <= set(piece.points)


def test_the_same_seed_makes_the_same_tool_and_seeds_differ() -> None:
    for name, make in SHAPES.items():
        one, two = make(stream(5, "tool"), 10), make(stream(5, "tool"), 10)
        assert one.vertices.tobytes() == two.vertices.tobytes(), name
    colours = {tuple(SHAPES["case"](stream(seed, "tool"), 8).points["col"][0]) for seed in range(12)}
    assert len(colours) >= 3


def test_a_course_goes_through_its_points() -> None:
    points = np.array([(0, 0, 0), (1, 0, 0.2), (1, 1, 0), (2, 1, 1.0)], float)
    line = smooth_course(points, 12)
    assert all(np.linalg.norm(line - point, axis=1).min() < 1e-6 for point in points)
    assert np.linalg.norm(np.diff(line, axis=0), axis=1).max() < 0.25


@pytest.mark.parametrize(
    "pose", ["shovel_dig", "radio", "pull_rope", "drag_hose", "stretcher", "sit_block", "carry_bucket"]
)
def test_held_things_hang_below_the_root_and_belong_to_nobody(empty: None, pose: str) -> None:
    from mathutils import Matrix

    spec = planned(pose, 2, x=3.0, y=-2.0, yaw=40.0)
    posed = poses.solve(spec, somebody(2)[0], None)
    root = bpy.data.objects.new("Rescuer.001", None)
    bpy.context.scene.collection.objects.link(root)
    root.matrix_world = Matrix(posed.root.tolist())
    made = tools.add_tools(posed, bpy.context.scene.collection, root)
    bpy.context.view_layer.update()
    assert made
    for thing in made:
        assert thing.parent == root and thing["rescue_ignore"] and thing["rescue_part"] == ""
        assert thing.data.materials[0] is not None
        corners = np.array([thing.matrix_world @ vertex.co for vertex in thing.data.vertices])
        fists = [np.array(contact.point) for contact in posed.contacts if contact.part.startswith("hand")]
        for fist in fists:
            assert np.linalg.norm(corners - fist, axis=1).min() < 0.12, pose
        assert corners[:, 2].min() > -0.15


def test_the_rope_runs_through_the_fists() -> None:
    posed = poses.solve(planned("pull_rope", 1), somebody(1)[0], None)
    line = smooth_course(posed.tools[0].path, 14)
    body, measures = somebody(1)
    for side in "lr":
        number = body.base.bone(f"hand_{side}")
        hollow = 0.93 * measures.knuckle[side] + 0.03 * measures.palm[side]
        fist = posed.root[:3, :3] @ (posed.turns[number] @ hollow + posed.places[number]) + posed.root[:3, 3]
        assert np.linalg.norm(line - fist, axis=1).min() < 0.02
