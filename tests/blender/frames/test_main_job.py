"""The buttons with the real builders and workers behind them: one small frame each."""

import shutil
from pathlib import Path

import bpy
import pytest
from rescue_synth import settings
from rescue_synth.dataset import recipe as recipes
from rescue_synth.render import generate

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.skipif(not (ROOT / "assets" / "heaps.npz").exists(), reason="make assets first")


@pytest.fixture
def wishes(extension, tmp_path):
    wished = bpy.context.scene.rescue_synth
    wished.folder, wished.frames = str(tmp_path / "data"), 2
    wished.render.width, wished.render.height, wished.render.samples = 96, 72, 1
    wished.site.buildings = wished.site.vehicles = (0, 0)
    wished.site.heaps = (1, 1)
    wished.people.rescuers, wished.people.civilians = (1, 2), (0, 0)
    for word in ("uav_oblique", "uav_nadir", "helmet", "cctv"):
        setattr(wished.camera.views, word, 0.0)
    wished.camera.distance = (2.5, 5.0)
    return wished


def labelled() -> list[str]:
    return sorted(thing.name for thing in bpy.context.scene.objects if thing.get("rescue_category"))


def test_generate_writes_a_whole_data_set(wishes, tmp_path):
    assert bpy.ops.rescue_synth.generate() == {"FINISHED"}
    names = {str(path.relative_to(tmp_path / "data")) for path in (tmp_path / "data").rglob("*") if path.is_file()}
    assert {"via_project.json", "coco.json", "preview.jpg", "recipe.toml"} <= names
    assert {f"frames/rescue_00000{k}.json" for k in (0, 1)} | {f"images/rescue_00000{k}.jpg" for k in (0, 1)} <= names

    wishes.seed = 5
    with pytest.raises(RuntimeError, match=r"another recipe or seed \(seed: 0 -> 5\)"):
        bpy.ops.rescue_synth.generate()


def test_preview_shows_the_frame_with_its_outlines(wishes):
    assert bpy.ops.rescue_synth.preview() == {"FINISHED"}
    image = bpy.data.images["Rescue Preview"]
    assert tuple(image.size) == (96, 72) and len({round(value, 2) for value in image.pixels[:]}) > 20
    assert [item.name for item in bpy.data.images if "Rescue" in item.name] == ["Rescue Preview"]


def test_randomise_builds_the_frame_that_is_shown_and_the_next(wishes):
    assert bpy.ops.rescue_synth.randomise() == {"FINISHED"}
    scene = bpy.context.scene
    first, cameras = labelled(), [thing for thing in scene.objects if thing.type == "CAMERA"]
    assert 1 <= len(first) <= 2 and cameras == [scene.camera]
    assert (scene.render.resolution_x, scene.render.resolution_y) == (96, 72)
    place = scene.camera.matrix_world.copy()

    assert bpy.ops.rescue_synth.randomise(step="NEXT") == {"FINISHED"}
    assert wishes.shown == 1 and scene.camera.matrix_world != place
    assert bpy.ops.rescue_synth.randomise(step="PREVIOUS") == {"FINISHED"}
    assert wishes.shown == 0 and labelled() == first and scene.camera.matrix_world == place


def test_randomise_keeps_what_the_artist_made(wishes):
    cube = bpy.data.objects.new("Mine", bpy.data.meshes.new("Mine"))
    bpy.context.scene.collection.objects.link(cube)
    bpy.ops.rescue_synth.randomise()
    bpy.ops.rescue_synth.randomise(step="NEXT")
    assert bpy.context.scene.objects["Mine"] == cube


def test_what_is_held_stays_while_the_others_change(wishes):
    bpy.ops.rescue_synth.randomise()
    scene = bpy.context.scene
    place, ground = scene.camera.matrix_world.copy(), scene.objects["Ground"].data.vertices[0].co.copy()
    wishes.site.frames_per_site = 1
    wishes.hold.site = wishes.hold.camera = True
    wishes.shown = 6
    bpy.ops.rescue_synth.randomise()
    assert scene.camera.matrix_world == place and scene.objects["Ground"].data.vertices[0].co == ground
    wishes.hold.site = wishes.hold.camera = False
    bpy.ops.rescue_synth.randomise()
    assert scene.camera.matrix_world != place


def test_a_folder_deleted_under_the_workers_is_named_and_made_anew(wishes, tmp_path):
    recipe = settings.to_recipe(wishes)
    folder = tmp_path / "data"

    def spoil(event: dict) -> None:
        if event["event"] == "start":
            shutil.rmtree(folder)

    with pytest.raises(generate.FolderError, match="was deleted or moved while it was being written: generate again"):
        generate.generate(recipe, folder, [0], ROOT / "assets", spoil)
    assert not (folder / "frames").exists(), "no frame without its recipe: the folder could not be gone on with"
    assert generate.generate(recipe, folder, [0], ROOT / "assets").made == 1


def test_a_data_set_with_its_scene_may_be_moved_and_gone_on_with(wishes, tmp_path):
    team = bpy.data.collections.new("Team")
    bpy.context.scene.collection.children.link(team)
    mesh = bpy.data.meshes.new("Model")
    mesh.from_pydata(
        [(0, 0, 0), (0.4, 0, 0), (0, 0.4, 0), (0, 0, 1.8)], [], [(0, 1, 2), (0, 1, 3), (1, 2, 3), (0, 2, 3)]
    )
    team.objects.link(bpy.data.objects.new("Model", mesh))
    wishes.assets.collections.rescuer, wishes.frames = "Team", 1
    assert bpy.ops.rescue_synth.generate() == {"FINISHED"}
    text = (tmp_path / "data" / "recipe.toml").read_text()
    assert 'blend = "scene.blend"' in text and str(tmp_path) not in text

    moved = tmp_path / "elsewhere"
    shutil.move(tmp_path / "data", moved)
    known = recipes.load(moved / "recipe.toml")
    assert generate.finished(moved, generate.portable(known, moved), 0)
    wishes.folder = str(moved)
    assert bpy.ops.rescue_synth.generate() == {"FINISHED"}
    assert "made with another recipe" not in (moved / "log.jsonl").read_text()
