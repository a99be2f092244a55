"""Annotate Masks and Augment: the learning commands as children, and what the artist hears of them."""

import json
import sys
from pathlib import Path

import bpy
import numpy as np
import pytest
from rescue_synth.dataset import png

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "ml" / "bin" / "python"

needs_python = pytest.mark.skipif(not PYTHON.exists(), reason="no .venv/ml")


@pytest.fixture
def wishes(extension, tmp_path):
    wished = bpy.context.scene.rescue_synth
    wished.annotate.images, wished.annotate.masks = str(tmp_path / "pictures"), str(tmp_path / "masks")
    wished.annotate.output = str(tmp_path / "annotated")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "masks").mkdir()
    picture = np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8)
    mask = np.zeros((48, 64), np.uint8)
    mask[10:30, 10:20] = mask[10:30, 40:50] = 255
    for name in ("0001", "0002"):
        (tmp_path / "pictures" / f"{name}.png").write_bytes(png.encode(picture))
        (tmp_path / "masks" / f"{name}.png").write_bytes(png.encode(mask))
    return wished


def choose(extension, python: Path | str) -> None:
    bpy.context.preferences.addons[extension.__name__].preferences.python = str(python)


def job(name: str) -> bpy.types.PropertyGroup:
    return getattr(bpy.context.window_manager.rescue_synth, name)


def test_without_a_python_the_button_says_where_to_choose_one(wishes):
    assert not bpy.ops.rescue_synth.annotate.poll() and not bpy.ops.rescue_synth.augment.poll()
    with pytest.raises(RuntimeError, match="Choose a Python for learning in the preferences"):
        bpy.ops.rescue_synth.annotate()


def test_a_learning_python_is_made_and_chosen(extension, wishes, tmp_path, monkeypatch):
    room = sys.modules[f"{extension.__name__}.operators.environment"]
    (tmp_path / "requirements.txt").touch()
    monkeypatch.setattr(room, "REQUIREMENTS", tmp_path / "requirements.txt")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    bpy.context.preferences.system.use_online_access = False
    with pytest.raises(RuntimeError, match="Allow Online Access in Preferences"):
        bpy.ops.rescue_synth.make_environment()
    bpy.context.preferences.system.use_online_access = True
    # The packages themselves are not installed here: the last step says so, and nothing is chosen.
    with pytest.raises(RuntimeError, match="No module named 'numpy'"):
        bpy.ops.rescue_synth.make_environment()
    assert bpy.context.preferences.addons[extension.__name__].preferences.python == ""
    folder = Path(job("environment").folder)
    (next((folder / "lib").glob("python*")) / "site-packages" / "stand_ins.pth").write_text(str(tmp_path / "stand_ins"))
    for name in ("numpy", "cv2", "albumentations"):
        (tmp_path / "stand_ins").mkdir(exist_ok=True)
        (tmp_path / "stand_ins" / f"{name}.py").touch()
    assert bpy.ops.rescue_synth.make_environment() == {"FINISHED"}
    chosen = bpy.context.preferences.addons[extension.__name__].preferences.python
    assert Path(chosen).is_relative_to(folder) and bpy.ops.rescue_synth.annotate.poll()


@needs_python
@pytest.mark.parametrize(("kind", "instances"), [("PIECES", 2), ("ONE", 1)])
def test_masks_of_any_origin_become_a_via_project(extension, wishes, tmp_path, kind, instances):
    choose(extension, PYTHON)
    wishes.annotate.kind = kind
    assert bpy.ops.rescue_synth.annotate() == {"FINISHED"}
    project = json.loads((tmp_path / "annotated" / "via_project.json").read_text())
    pictures = project["_via_img_metadata"].values()
    numbers = [{region["region_attributes"]["instance"] for region in picture["regions"]} for picture in pictures]
    assert [len(found) for found in numbers] == [instances, instances]


@needs_python
def test_a_data_set_is_augmented_beside_itself(extension, wishes, tmp_path):
    choose(extension, PYTHON)
    bpy.ops.rescue_synth.annotate()
    wishes.folder = str(tmp_path / "annotated")
    wishes.augment.use_count, wishes.augment.count = True, 4
    assert bpy.ops.rescue_synth.augment() == {"FINISHED"}
    assert (job("augment").state, job("augment").done, job("augment").total) == ("DONE", 4, 4)
    assert len(list((tmp_path / "annotated_augmented" / "images").iterdir())) == 4


@needs_python
def test_wrong_input_is_heard_in_the_commands_words(extension, wishes, tmp_path):
    choose(extension, PYTHON)
    (tmp_path / "masks" / "0002.png").unlink()
    with pytest.raises(RuntimeError, match="0002"):
        bpy.ops.rescue_synth.annotate()
    assert job("annotate").state == "FAILED" and Path(job("annotate").log).exists()


def test_a_python_without_the_packages_is_heard(extension, wishes):
    choose(extension, sys.executable)
    with pytest.raises(RuntimeError, match="No module named"):
        bpy.ops.rescue_synth.annotate()


def test_a_path_that_is_no_python_is_heard(extension, wishes, tmp_path):
    choose(extension, tmp_path / "python")
    with pytest.raises(RuntimeError, match=r"python: no such program; choose the Learning Python"):
        bpy.ops.rescue_synth.annotate()


def test_a_folder_that_was_not_chosen_is_named(extension, wishes):
    choose(extension, sys.executable)
    wishes.annotate.masks = ""
    with pytest.raises(RuntimeError, match="Masks: choose a folder"):
        bpy.ops.rescue_synth.annotate()
