"""The operators at work, in the gait of scripts: what they run, what they hand over, what they say."""

import sys
from pathlib import Path
from types import ModuleType

import bpy
import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKER = ROOT / "tests" / "jobs" / "worker.py"


def room(extension: ModuleType, name: str) -> ModuleType:
    """A room of the mounted extension."""
    return sys.modules[f"{extension.__name__}.{name}"]


@pytest.fixture
def wishes(extension, tmp_path):
    wished = bpy.context.scene.rescue_synth
    wished.folder = str(tmp_path / "data set")
    wished.frames = 5
    return wished


@pytest.fixture
def worker(extension, monkeypatch):
    """Stand-in workers; the list of the commands that were asked for, and extra options to give them."""
    command = room(extension, "operators.command")
    asked, options = [], []

    def batch(output: Path, recipe: Path, frames: str, device: str = "auto", threads: int = 0) -> list[str]:
        asked.append({"output": output, "recipe": recipe, "frames": frames, "device": device, "threads": threads})
        return [sys.executable, str(WORKER), str(output), "--frames", frames, *options]

    monkeypatch.setattr(command, "batch", batch)
    return asked, options


def done(folder: Path) -> list[int]:
    return sorted(int(path.stem) for path in folder.glob("*.done"))


def test_generate_makes_all_frames_and_merges_at_the_end(wishes, worker, tmp_path):
    assert bpy.ops.rescue_synth.generate() == {"FINISHED"}
    assert done(tmp_path / "data set") == [0, 1, 2, 3, 4]
    asked, _ = worker
    assert [item["frames"] for item in asked] == ["0-4", "0"]
    job = bpy.context.window_manager.rescue_synth.generate
    assert (job.state, job.done, job.total) == ("DONE", 5, 5) and job.folder == str(tmp_path / "data set")


def test_generate_again_makes_only_the_new_frames(wishes, worker, tmp_path):
    bpy.ops.rescue_synth.generate()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "data set").glob("*.done")}
    wishes.frames = 7
    assert bpy.ops.rescue_synth.generate() == {"FINISHED"}
    assert done(tmp_path / "data set") == list(range(7))
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())


def test_several_workers_share_the_cores_and_no_site(wishes, worker, extension):
    bpy.context.preferences.addons[extension.__name__].preferences.workers = 2
    wishes.frames, wishes.site.frames_per_site = 10, 4
    bpy.ops.rescue_synth.generate()
    asked, _ = worker
    assert [item["frames"] for item in asked][:3] == ["0-3", "4-7", "8-9"]
    assert asked[0]["threads"] >= 1


def test_a_refusal_reaches_the_artist_in_the_workers_words(wishes, worker):
    worker[1][:] = ["--error", "data set was made with another seed: choose another folder"]
    with pytest.raises(RuntimeError, match="made with another seed: choose another folder"):
        bpy.ops.rescue_synth.generate()
    job = bpy.context.window_manager.rescue_synth.generate
    assert job.state == "FAILED" and job.log.endswith("worker_1.log")


def test_a_folder_that_cannot_be_written_is_named(wishes, worker, tmp_path):
    (tmp_path / "file").touch()
    wishes.folder = str(tmp_path / "file" / "data")
    with pytest.raises(RuntimeError, match="choose another output folder"):
        bpy.ops.rescue_synth.generate()
    assert not bpy.ops.rescue_synth.cancel.poll()


def test_the_open_scene_is_handed_over_as_a_copy_that_stays_with_its_frames(wishes, worker, extension, tmp_path):
    team = bpy.data.collections.new("Team")
    bpy.context.scene.collection.children.link(team)
    team.objects.link(bpy.data.objects.new("Model", bpy.data.meshes.new("Model")))
    wishes.assets.collections.rescuer = "Team"
    bpy.ops.rescue_synth.generate()
    copy = tmp_path / "data set" / "scene.blend"
    with bpy.data.libraries.load(str(copy)) as (inside, _):
        assert "Team" in inside.collections
    assert not bpy.data.filepath, "the artist's own file keeps its name"

    recipes = room(extension, "dataset.recipe")
    recipe = recipes.load(worker[0][0]["recipe"])
    assert recipe.assets.blend == copy.as_posix() and recipe.assets.collections == {"rescuer": "Team"}

    # With frames there, the copy that they were made from stays.
    (tmp_path / "data set" / "frames").mkdir()
    (tmp_path / "data set" / "frames" / "rescue_000000.json").touch()
    before = copy.stat().st_mtime_ns
    bpy.ops.rescue_synth.generate()
    assert copy.stat().st_mtime_ns == before


def test_our_own_site_needs_no_copy(wishes, worker, tmp_path):
    bpy.ops.rescue_synth.generate()
    assert not (tmp_path / "data set" / "scene.blend").exists()


def test_disabling_the_extension_ends_a_run(extension, wishes, worker, tmp_path):
    pools, gaits = room(extension, "jobs.pool"), room(extension, "operators.gaits")
    pool = pools.Pool(
        lambda frames: [sys.executable, str(WORKER), str(tmp_path), "--frames", frames, "--seconds", "30"],
        range(5),
        tmp_path,
    )
    pool.poll()
    gaits._running = pool
    (pid,) = pool.pids
    gaits.close()
    assert not Path(f"/proc/{pid}").exists() and gaits._running is None


def test_recipes_are_saved_and_loaded(extension, wishes, tmp_path):
    settings = room(extension, "settings")
    wishes.people.rescuers, wishes.weather.kinds.snow = (4, 9), 0.0
    wished = settings.to_recipe(wishes)
    path = tmp_path / "mine.toml"
    assert bpy.ops.rescue_synth.save_recipe(filepath=str(path)) == {"FINISHED"}
    settings.from_recipe(wishes, room(extension, "dataset.recipe").Recipe())
    assert bpy.ops.rescue_synth.load_recipe(filepath=str(path)) == {"FINISHED"}
    assert settings.to_recipe(wishes) == wished


def test_a_recipe_finds_its_blend_beside_itself(extension, wishes, tmp_path):
    (tmp_path / "mine.toml").write_text('[assets]\nblend = "models/team.blend"\n')
    bpy.ops.rescue_synth.load_recipe(filepath=str(tmp_path / "mine.toml"))
    assert wishes.assets.blend == (tmp_path / "models" / "team.blend").as_posix()


def test_a_broken_recipe_changes_nothing_and_is_explained(wishes, tmp_path):
    (tmp_path / "broken.toml").write_text("seed = 5\n[people]\nhelmets = 2.0\n")
    with pytest.raises(RuntimeError, match=r"people.helmets = 2.0; allowed: a number from 0 to 1"):
        bpy.ops.rescue_synth.load_recipe(filepath=str(tmp_path / "broken.toml"))
    assert wishes.seed == 0


def test_the_copied_command_line_is_the_one_that_runs(extension, wishes, tmp_path):
    wishes.seed = 3
    assert bpy.ops.rescue_synth.copy_command() == {"FINISHED"}
    recipe = room(extension, "dataset.recipe").load(tmp_path / "data set.toml")
    assert recipe.seed == 3
    command = room(extension, "operators.command")
    line = command.batch(tmp_path / "data set", tmp_path / "data set.toml", "0-4")
    assert Path(line[1]) == ROOT / "scripts" / "batch.py" or Path(line[1]).samefile(ROOT / "scripts" / "batch.py")
    assert line[2:] == [
        "--output", str(tmp_path / "data set"), "--recipe", str(tmp_path / "data set.toml"), "--frames", "0-4",
    ]  # fmt: skip


def test_the_terminal_command_explains_itself(extension, capsys):
    terminal = room(extension, "operators.terminal")
    assert terminal.run([]) == 2 and "generate --output DIR" in capsys.readouterr().out
    assert terminal.run(["generate", "--help"]) == 0 and "--recipe" in capsys.readouterr().out
    assert terminal.run(["generate", "--output", "x", "--frames", "9-3"]) == 2


def test_nothing_to_open_is_said(wishes):
    with pytest.raises(RuntimeError, match="generate first"):
        bpy.ops.rescue_synth.open_folder()


def test_people_placed_by_hand_take_the_open_scene_along(wishes, worker, tmp_path):
    person = bpy.data.objects.new("Rescuer.001", None)
    person["rescue_category"] = "rescuer"
    bpy.context.scene.collection.objects.link(person)
    bpy.ops.rescue_synth.generate()
    with bpy.data.libraries.load(str(tmp_path / "data set" / "scene.blend")) as (inside, _):
        assert "Rescuer.001" in inside.objects


def test_pressing_generate_loads_no_builder(extension, wishes, worker):
    for name in [name for name in sys.modules if name.startswith(f"{extension.__name__}.scene.")]:
        if not name.endswith((".tags", ".add")):
            sys.modules.pop(name)
    bpy.ops.rescue_synth.generate()
    assert f"{extension.__name__}.scene.build" not in sys.modules
    from rescue_synth.scene import build

    assert room(extension, "operators.generate").FRAME == build.FRAME
