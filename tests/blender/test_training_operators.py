"""Train, Evaluate, Cut Crops, Check: what is run, what is shown meanwhile, and what the artist hears of failures."""

import json
import sys
import tomllib
from pathlib import Path

import bpy
import numpy as np
import pytest
from rescue_synth.dataset import export, labels, png, records, via_import
from rescue_synth.render import picture

STAND_IN = """#!{python}
import json, sys, time
open({asked!r}, "w").write(json.dumps(sys.argv[1:]))
def emit(event, **fields):
    print(json.dumps(dict(event=event, **fields)), flush=True)
{body}
"""


def room(extension, name: str):
    return sys.modules[f"{extension.__name__}.{name}"]


def job(name: str) -> bpy.types.PropertyGroup:
    return getattr(bpy.context.window_manager.rescue_synth, name)


def machine(extension):
    return bpy.context.preferences.addons[extension.__name__].preferences


@pytest.fixture
def learns(extension, tmp_path):
    """Makes a Learning Python that says what a test wants it to say; gives back what it was asked."""
    asked = tmp_path / "asked.json"

    def make(body: str):
        program = tmp_path / "python"
        program.write_text(STAND_IN.format(python=sys.executable, asked=str(asked), body=body))
        program.chmod(0o755)
        machine(extension).python = str(program)
        return lambda: json.loads(asked.read_text())

    return make


@pytest.fixture
def folder(extension, tmp_path):
    """A data set of two frames, chosen on screen."""
    made = tmp_path / "set"
    ids = np.zeros((48, 64), np.uint16)
    ids[10:30, 10:20], ids[10:30, 40:50] = 1, 2
    table = {1: labels.Piece(1, "rescuer"), 2: labels.Piece(2, "civilian")}
    for index in range(2):
        labelled = labels.label(ids, table)
        name = f"rescue_{index:06d}"
        data = picture.encode(np.random.default_rng(index).integers(0, 255, (48, 64, 3), np.uint8), Path("a.jpg"))
        (made / "images").mkdir(parents=True, exist_ok=True)
        (made / "images" / f"{name}.jpg").write_bytes(data)
        png.write(made / "masks" / f"{name}.png", labelled.masks)
        png.write(made / "parts" / f"{name}.png", labelled.parts)
        records.write(
            made,
            records.Record(name, index, 0, 0, "f" * 16, 64, 48, f"images/{name}.jpg", len(data), labelled.instances),
        )
    export.derive(made, None, picture.load, picture.encode)
    bpy.context.scene.rescue_synth.folder = str(made)
    return made


TRAINING = """
emit("start", total=60, there=20)
for step in range(21, 61):
    emit("loss", step=step, total=60, loss=3.0 / step)
    emit("frame", index=step, image="")
emit("validation", step=60, ap50=0.412, f1=0.5)
emit("done", total=60, made=40, there=20)
"""


def test_training_runs_the_command_and_shows_its_curve_and_figures(learns, extension, folder):
    asked = learns(TRAINING)
    wished = bpy.context.scene.rescue_synth.train
    wished.minutes, wished.backbone, wished.weights, wished.image_size = 12, "resnet18", "none", 256
    assert bpy.ops.rescue_synth.train() == {"FINISHED"}
    run = folder.with_name("set_run")
    assert asked() == [
        "-m", "ml", "train", "--dataset", str(folder), "--output", str(run), "--backbone", "resnet18",
        "--weights", "none", "--minutes", "12", "--image-size", "256", "--json",
    ]  # fmt: skip
    state = job("train")
    assert (state.state, state.done, state.total, state.folder) == ("DONE", 60, 60, str(run))
    assert state.figures == "AP50 0.412\nF1 0.500"
    # An icon needs a window; that its picture was drawn does not.
    assert "train curve" in room(extension, "operators.thumbnail")._shown


def test_training_takes_the_augmented_set_where_there_is_one(learns, folder):
    asked = learns(TRAINING)
    more = folder.with_name("set_augmented")
    (more / "frames").mkdir(parents=True)
    (more / "frames" / "a.json").touch()
    bpy.ops.rescue_synth.train()
    assert asked()[4] == str(more)


def test_training_may_begin_with_another_runs_weights(learns, folder, tmp_path):
    asked = learns(TRAINING)
    wished = bpy.context.scene.rescue_synth.train
    wished.weights = "FILE"
    with pytest.raises(RuntimeError, match="Weights: choose a file, or the folder of another run"):
        bpy.ops.rescue_synth.train()
    wished.weights_file = str(tmp_path / "other")
    bpy.ops.rescue_synth.train()
    assert asked()[asked().index("--weights") + 1] == str(tmp_path / "other")


def test_nothing_to_learn_from_is_said(learns, extension, tmp_path):
    learns(TRAINING)
    bpy.context.scene.rescue_synth.folder = str(tmp_path / "nothing")
    for operator in (bpy.ops.rescue_synth.train, bpy.ops.rescue_synth.augment, bpy.ops.rescue_synth.crops):
        with pytest.raises(RuntimeError, match="generate the data set first, or choose another"):
            operator()


def test_a_crash_shows_its_last_line_and_the_log(learns, folder):
    learns("emit('start', total=9)\nraise MemoryError('tried to allocate 9 GB')")
    with pytest.raises(RuntimeError, match="MemoryError: tried to allocate 9 GB"):
        bpy.ops.rescue_synth.train()
    assert job("train").state == "FAILED" and Path(job("train").log).name == "set_run.log"


@pytest.mark.parametrize("program", ["/bin/true", "/bin/cat"])
def test_a_program_that_is_no_python_is_not_taken_for_success(extension, folder, program):
    machine(extension).python = program
    with pytest.raises(RuntimeError):
        bpy.ops.rescue_synth.train()
    assert job("train").state == "FAILED" and job("train").message


def test_evaluating_opens_a_page(learns, folder):
    asked = learns("emit('start', total=2)\nemit('frame')\nemit('done', total=2, made=2, page='/x/index.html', f1=0.5)")
    with pytest.raises(RuntimeError, match="set_run: no such run; train first"):
        bpy.ops.rescue_synth.evaluate()
    run = folder.with_name("set_run")
    run.mkdir()
    # Of what it was trained on, the run's own: only the pictures that it held back say anything.
    (run / "config.json").write_text(json.dumps({"training": {"datasets": [str(folder)]}}))
    bpy.context.scene.rescue_synth.folder = str(folder)
    assert bpy.ops.rescue_synth.evaluate() == {"FINISHED"}
    where = ["--dataset", str(folder), "--output", f"{run}_results"]
    assert asked()[2:] == ["evaluate", "--run", str(run), *where, "--held-back", "--json"]
    bpy.context.scene.rescue_synth.evaluate.source = str(folder)
    bpy.ops.rescue_synth.evaluate()
    assert asked()[2:] == ["evaluate", "--run", str(run), *where, "--json"]
    assert (job("evaluate").page, job("evaluate").figures) == ("/x/index.html", "F1 0.500")


def test_crops_go_beside_the_data_set(learns, folder):
    asked = learns("emit('start', total=2)\nemit('done', made=2)")
    assert bpy.ops.rescue_synth.crops() == {"FINISHED"}
    assert asked()[2:] == ["crops", "--dataset", str(folder), "--output", f"{folder}_crops", "--json"]


def test_synthesising_writes_its_study_where_none_is_given(learns, folder):
    asked = learns("emit('start', total=2)\nemit('done', made=2, page='/x/index.html')")
    crops = folder.with_name("set_crops")
    with pytest.raises(RuntimeError, match="set_crops: no crops there; cut them first"):
        bpy.ops.rescue_synth.synthesise()
    crops.mkdir()
    bpy.context.scene.rescue_synth.crops.steps = 300
    assert bpy.ops.rescue_synth.synthesise() == {"FINISHED"}
    study, made = folder.with_name("set_study.toml"), folder.with_name("set_made")
    assert asked()[2:] == ["synthesis-study", "--config", str(study), "--output", str(made), "--json"]
    wishes = tomllib.loads(study.read_text())
    assert wishes["study"]["old"] == "set_crops" and wishes["vae"]["steps"] == 300
    # Her own study is taken as it is.
    bpy.context.scene.rescue_synth.crops.config = str(folder.parent / "mine.toml")
    bpy.ops.rescue_synth.synthesise()
    assert asked()[4] == str(folder.parent / "mine.toml")


CHECK = """
emit("check", name="Python", state="ok", text="3.13", fix="")
emit("check", name="torch", state="missing", text="not installed: needed for training", fix="pip install torch")
emit("done")
sys.exit(1)
"""


def test_what_a_check_finds_missing_greys_the_buttons_that_need_it(learns, extension, folder):
    learns(CHECK)
    assert bpy.ops.rescue_synth.train.poll()
    assert bpy.ops.rescue_synth.check_environment() == {"FINISHED"}
    findings = bpy.context.window_manager.rescue_synth.findings
    assert [(item.state, item.fix) for item in findings] == [("ok", ""), ("missing", "pip install torch")]
    assert not bpy.ops.rescue_synth.train.poll() and not bpy.ops.rescue_synth.evaluate.poll()
    assert bpy.ops.rescue_synth.augment.poll() and bpy.ops.rescue_synth.crops.poll()
    with pytest.raises(RuntimeError, match="lacks torch: press Check and do what it says"):
        bpy.ops.rescue_synth.train()
    # Another Python, another answer.
    learns(TRAINING)
    machine(extension).python = sys.executable
    assert bpy.ops.rescue_synth.train.poll() and not len(findings)


@pytest.mark.parametrize(("kind", "files", "index"), [("BASE", 1, False), ("PROCESSOR", 2, True), ("CUDA", 2, False)])
def test_an_environment_is_made_for_what_is_wanted(extension, monkeypatch, kind, files, index):
    environment, asked = room(extension, "operators.environment"), []

    class RefusedError(Exception):
        pass

    def task(command: list[str], *_arguments: object, **_options: object) -> None:
        asked.extend(command)
        raise RefusedError

    monkeypatch.setattr(environment, "Task", task)
    bpy.context.preferences.system.use_online_access = True
    with pytest.raises(RuntimeError):
        bpy.ops.rescue_synth.make_environment(kind=kind)
    wanted = asked[asked.index("--requirements") + 1 :]
    assert [Path(item).name for item in wanted[:files]] == ["requirements.txt", "requirements-train.txt"][:files]
    assert ("--index" in asked) is index and ("torch" in asked) is (kind != "BASE")


def test_the_steps_that_are_done_are_known_without_looking_while_drawing(extension, folder):
    known = bpy.context.window_manager.rescue_synth_steps
    assert (known.frames, known.augmented, known.trained, known.evaluated) == (2, 0, False, False)
    run = folder.with_name("set_run")
    run.mkdir()
    (run / "best.pt").touch()
    results = run.with_name("set_run_results")
    results.mkdir()
    (results / "index.html").touch()
    bpy.context.scene.rescue_synth.folder = str(folder)
    assert known.trained and known.evaluated
    bpy.context.scene.rescue_synth.folder = str(folder.with_name("another"))
    assert known.frames == 0 and not known.trained


def test_corrections_from_via_come_into_the_data_set(extension, folder):
    project = folder / export.VIA_PROJECT
    data = json.loads(project.read_text())
    entry = next(iter(data["_via_img_metadata"].values()))
    entry["regions"][0]["region_attributes"]["category"] = "civilian"
    project.write_text(json.dumps(data))
    assert bpy.ops.rescue_synth.import_via(filepath=str(project)) == {"FINISHED"}
    record = records.read(records.path_of(folder, "rescue_000000"))
    assert {item.category for item in record.instances} == {"civilian"} and record.about["edited"]["renamed"] == 1
    with pytest.raises(RuntimeError, match="not valid JSON"):
        project.write_text("{")
        bpy.ops.rescue_synth.import_via(filepath=str(project))


def test_what_an_import_did_is_said_in_one_line(extension):
    told = room(extension, "operators.via_edits").told
    assert told(0, via_import.Counter()) == "Nothing differs from the data set"
    assert told(2, via_import.Counter(new=1, deleted=3)) == "2 frames corrected: 1 new, 3 deleted"


def test_the_curve_falls_from_left_to_right_and_keeps_within_its_picture(extension):
    curve = room(extension, "operators.curve")
    drawn = curve.picture([(step, 4.0 / step) for step in range(1, 400)])
    assert drawn.shape == (curve.HEIGHT, curve.WIDTH, 4) and drawn.dtype == np.float32
    assert drawn.min() >= 0.0 and drawn.max() <= 1.0
    orange = (drawn[..., 0] - drawn[..., 2]) * drawn[..., 3] > 0.3
    inner = slice(curve.BOTTOM, curve.HEIGHT - curve.TOP)
    heights = [np.nonzero(orange[inner, left : left + 8])[0].mean() for left in (0, 56, 206)]
    assert heights[0] > heights[1] > heights[2]
    assert curve.picture([(7, 2.0)], 2.0).shape == (2 * curve.HEIGHT, 2 * curve.WIDTH, 4)
    assert curve.picture([(0, 0.0), (1, 0.0)]).any()
