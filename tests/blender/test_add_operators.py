"""The Add menu: people, heaps, houses and wrecks by hand, and frames of the scene that was composed so."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import bpy
import numpy as np
import pytest
from rescue_synth.dataset import plan, recipe
from rescue_synth.dataset.spec import CameraSpec, LightSpec, WeatherSpec
from rescue_synth.dataset.wardrobe import POSES
from rescue_synth.render import frame
from rescue_synth.scene import build, tags

sys.path.insert(0, str(Path(__file__).parent))
from recorder import Recorder

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"

pytestmark = pytest.mark.skipif(not (ASSETS / "people.npz").exists(), reason="make assets first")


def ground(tilt: float = 0.0, z: float = 0.0, size: float = 40.0) -> bpy.types.Object:
    """A plane that rises along x by ``tilt`` degrees."""
    bpy.ops.mesh.primitive_plane_add(size=size, location=(0, 0, z), rotation=(0, -np.radians(tilt), 0))
    bpy.context.view_layer.update()
    return bpy.context.object


def added(word: str, **wishes: object) -> bpy.types.Object:
    """What an operator of the menu made."""
    assert getattr(bpy.ops.rescue_synth, f"add_{word}")(**wishes) == {"FINISHED"}
    bpy.context.view_layer.update()
    return bpy.context.view_layer.objects.active


def lowest(root: bpy.types.Object, *words: str) -> float:
    """Lowest z of the root's pieces whose names end in one of the words, or of all."""
    graph = bpy.context.evaluated_depsgraph_get()
    return min(
        tags.triangles(thing, graph)[0][:, 2].min()
        for thing in root.children_recursive
        if thing.type == "MESH" and (not words or thing.name.endswith(words))
    )


def test_the_add_menu_offers_all_five_and_each_exists(extension: ModuleType) -> None:
    layout = Recorder()
    bpy.types.RESCUE_SYNTH_MT_add.draw(SimpleNamespace(layout=layout), bpy.context)
    assert layout.operators == [
        f"rescue_synth.add_{word}" for word in ("rescuer", "civilian", "heap", "building", "wreck")
    ]
    for idname in layout.operators:
        operator = getattr(bpy.ops.rescue_synth, idname.partition(".")[2]).get_rna_type()
        assert operator.description
        for name, item in operator.properties.items():
            assert name == "rna_type" or item.description, (idname, name)


def test_a_rescuer_stands_at_the_cursor_on_the_ground_below_it(extension: ModuleType) -> None:
    ground(z=1.5)
    bpy.context.scene.cursor.location = (3.0, -2.0, 4.0)
    root = added("rescuer", pose="stand", outfit="ses", set_gear=True, gear={"helmet", "vest"})
    assert root.type == "EMPTY" and root.name == "Rescuer.001" and root["rescue_category"] == "rescuer"
    assert np.allclose(root.location[:2], (3.0, -2.0), atol=1e-5) and abs(lowest(root, "boots") - 1.5) < 0.02
    assert {thing.get("rescue_part") for thing in root.children} >= {"helmet", "vest"}
    assert all(thing.name.startswith("Rescuer.001 ") for thing in root.children)
    assert json.loads(root["rescue_about"])["outfit"] == "ses"
    before = lowest(root)
    root.location.z += 2.0
    bpy.context.view_layer.update()
    assert lowest(root) == pytest.approx(before + 2.0, abs=1e-4), "the person moves as one"


def test_the_floor_under_the_cursor_counts_and_not_the_roof(extension: ModuleType) -> None:
    ground(z=0.0)
    ground(z=3.0)
    bpy.context.scene.cursor.location = (0.0, 0.0, 0.1)
    assert abs(lowest(added("civilian", pose="stand"), "boots", "shoes")) < 0.02


def test_without_any_ground_the_cursor_is_the_ground(extension: ModuleType) -> None:
    bpy.context.scene.cursor.location = (0.0, 0.0, 7.0)
    assert abs(lowest(added("rescuer", pose="stand"), "boots", "shoes") - 7.0) < 0.02


def test_the_body_is_as_wished_and_each_addition_is_somebody_else(extension: ModuleType) -> None:
    heights = {}
    for height in (1.58, 1.86):
        root = added("rescuer", seed=4, pose="stand", set_body=True, sex="WOMAN", height=height, age=60)
        head = root.children[[thing.name.split()[-1] for thing in root.children].index("head")]
        graph = bpy.context.evaluated_depsgraph_get()
        heights[height] = tags.triangles(head, graph)[0][:, 2].max() - lowest(root)
        told = json.loads(root["rescue_about"])["body"]
        assert told["sex"] < 0.2 and told["age"] == pytest.approx(0.5 + 0.5 * 35 / 45, abs=0.01)
    # bodies bend a little at knees and back, and stand on soles
    assert heights[1.86] - heights[1.58] == pytest.approx(0.28, abs=0.03)
    first, second = (json.loads(added("rescuer")["rescue_about"]) for _ in range(2))
    assert first["body"] != second["body"] and first["seed"] != second["seed"]


def test_the_same_values_make_the_same_person(extension: ModuleType) -> None:
    def shape(root: bpy.types.Object) -> dict[str, bytes]:
        found = {}
        for thing in root.children:
            points = np.empty(len(thing.data.vertices) * 3, np.float32)
            thing.data.vertices.foreach_get("co", points)
            found[thing.name.removeprefix(root.name)] = points.tobytes()
        return found

    one, two = (added("civilian", seed=11, location=(0, 0, 0)) for _ in range(2))
    assert one != two and shape(one) == shape(two)


def test_a_team_pose_brings_the_whole_team(extension: ModuleType) -> None:
    ground()
    added("rescuer", pose="stretcher", seed=2)
    roots = [thing for thing in bpy.context.scene.objects if thing.get("rescue_category")]
    assert [thing.name for thing in roots] == ["Rescuer.001", "Rescuer.002"]
    assert all(thing.select_get() for thing in roots)
    assert np.linalg.norm(np.subtract(roots[0].location, roots[1].location)) == pytest.approx(2.08, abs=0.2)
    ignored = [thing for root in roots for thing in root.children if thing.get("rescue_ignore")]
    assert len(ignored) == 1, "they carry one stretcher, which is nobody's"


def test_a_pose_that_the_ground_forbids_is_reported_and_leaves_nothing(extension: ModuleType) -> None:
    ground(tilt=50.0)
    before = set(bpy.data.objects)
    with pytest.raises(RuntimeError, match=r"'walk' does not fit here \(too steep\): move the cursor"):
        bpy.ops.rescue_synth.add_rescuer(pose="walk")
    assert set(bpy.data.objects) == before


def test_missing_assets_are_named(extension: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = sys.modules[f"{extension.__name__}.operators.command"]
    monkeypatch.setattr(command, "ROOT", tmp_path)
    for word in ("rescuer", "heap", "building"):
        with pytest.raises(RuntimeError, match=r"people\.npz|heaps\.npz"):
            getattr(bpy.ops.rescue_synth, f"add_{word}")()


def test_operators_wait_for_object_mode(extension: ModuleType) -> None:
    ground()
    bpy.ops.object.mode_set(mode="EDIT")
    with pytest.raises(RuntimeError, match="Object Mode first"):
        bpy.ops.rescue_synth.add_rescuer()
    bpy.ops.object.mode_set(mode="OBJECT")


def test_half_buried_people_lie_under_pieces_that_are_nobodys(extension: ModuleType) -> None:
    ground()
    root = added("civilian", pose="lie", buried=0.5, seed=3)
    rubble = next(thing for thing in root.children if thing.name.endswith("rubble"))
    assert rubble.get("rescue_ignore") and not rubble.get("rescue_part")
    graph = bpy.context.evaluated_depsgraph_get()
    points = tags.triangles(rubble, graph)[0]
    assert np.linalg.norm(points[:, :2] - root.location[:2], axis=1).min() < 0.8, "the pieces lie where the person lies"
    assert points[:, 2].min() > -0.2


@pytest.mark.parametrize(
    ("word", "wishes", "size"),
    [
        ("heap", {"radius": 2.0, "height": 1.0}, (3.5, 9.2)),
        ("building", {"damage": "collapsed", "storeys": 2, "bays": 3}, (9.0, 26.0)),
        ("wreck", {"kind": "van", "state": "burnt"}, (4.5, 6.0)),
    ],
)
def test_things_stand_on_slopes_and_move_as_one(extension: ModuleType, word: str, wishes: dict, size: tuple) -> None:
    ground(tilt=8.0, size=80.0)
    bpy.context.scene.cursor.location = (6.0, 4.0, 9.0)
    root = added(word, turn=0.5, **wishes)
    assert root.type == "EMPTY" and not root.get("rescue_category") and root.children
    assert root.location.z == pytest.approx(6.0 * np.tan(np.radians(8.0)), abs=0.02)
    assert root.rotation_euler.z == pytest.approx(0.5, abs=1e-4)
    graph = bpy.context.evaluated_depsgraph_get()
    points = np.concatenate([tags.triangles(thing, graph)[0] for thing in root.children_recursive])
    extent = np.ptp(points[:, :2], axis=0).max()
    assert size[0] < extent < size[1], extent
    over = points[:, 2] - np.tan(np.radians(8.0)) * points[:, 0]
    assert -2.5 < over.min() < 0.1 and over.max() > 0.8
    assert abs(points[:, :2].mean(0) - root.location[:2]).max() < 8.0


WISH = """
[render]
width = 128
height = 160
samples = 2
[people]
rescuers = [1, 1]
civilians = [0, 0]
[weather]
kinds = { clear = 1 }
[assets]
build_site = false
"""


def test_frames_of_a_scene_composed_by_hand_label_who_was_placed_there(extension: ModuleType, tmp_path: Path) -> None:
    ground()
    bpy.context.scene.cursor.location = (0.0, 2.4, 0.0)
    added("heap", radius=2.0, height=1.0)
    bpy.context.scene.cursor.location = (0.3, -0.6, 0.0)
    added("rescuer", pose="stand", outfit="orange", set_gear=True, gear={"helmet"}, seed=5)
    path = tmp_path / "composed.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))

    wish = recipe.loads(WISH)
    wish = replace(wish, assets=replace(wish.assets, blend=str(path)))
    build.start(wish.assets)
    builder = build.Builder(wish, ASSETS)
    planned = plan.frame(wish, 0)
    spec = replace(
        planned,
        people=tuple(replace(person, x=1.2, y=-0.4, pose="stand") for person in planned.people[:1]),
        camera=CameraSpec("handheld", (0.6, -4.5, 1.6), (0.6, 0.0, 0.9), 0.0, 30.0, 36.0, True),
        light=LightSpec(1, 12.0, 180, 50.0, 55.0, 170.0, "clear"),
        weather=WeatherSpec(1, "clear", "depth", 8000.0, 0.0, 0.0, 0.0, (0.0, 0.0)),
    )
    made = frame.make(spec, wish, builder)
    assert not made.reasons, made.reasons
    hand = [item for item in made.record.instances if item.about.get("outfit") == "orange"]
    assert len(hand) == 1 and len(made.record.instances) == 2, "hers and the planned one"
    assert hand[0].category == "rescuer" and hand[0].pixels > 400
    assert any(item.category == "helmet" for item in made.record.parts)
    assert bpy.data.objects["Rubble Heap.001"].children, "the heap came along"


def test_every_pose_of_the_menu_can_be_added_on_level_ground(extension: ModuleType) -> None:
    refused = []
    for pose in sorted(name for name, words in POSES.items() if "civilian" not in words.who and words.team == 1)[::4]:
        try:
            bpy.ops.rescue_synth.add_rescuer(pose=pose, detail="FAR", seed=3)
        except RuntimeError as error:
            refused.append((pose, str(error)))
    assert not refused
