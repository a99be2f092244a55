"""`python -m ml evaluate --run`: what a run held back, what it learned from, where its figures go."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ml.__main__ import main
from ml.evaluate import held_back, mapping, run, truth
from ml.predict.detections import Crop, Detections, none
from ml.predict.detector import DetectorError
from tests.ml.judged_sets import our_set


def test_only_what_a_run_held_back_is_scored(tmp_path):
    from ml.train import config, data

    folder = our_set(tmp_path / "set", {"name": "Rescue Synth"})
    for number in (0, 1):
        path = folder / "frames" / f"rescue_{number}.json"
        path.write_text(path.read_text().replace('"about":{},"format"', f'"about":{{"site":"{number}"}},"format"'))
    wishes = config.Wishes((str(folder),), steps=1, holdout=0.4, min_pixels=1)
    training = {**config.tree(wishes), "data": data.read(wishes).digest, "pictures": 1}
    opened = truth.open_truth(folder)
    kept = held_back.keep(opened, {"training": training})
    assert len(kept.pictures) == 1
    assert kept.title == "set (held back)"
    assert held_back.learned_from({"training": training}, folder)
    assert held_back.learned_from({"training": training}, folder / "coco.json")
    assert not held_back.learned_from({"training": training}, tmp_path / "photos")
    with pytest.raises(truth.TruthError, match="have changed since"):
        held_back.keep(opened, {"training": {**training, "data": "0123"}})


def test_a_run_s_own_names_hold_unless_others_are_given(tmp_path):
    opened = truth.open_truth(our_set(tmp_path / "set", {"name": "Rescue Synth"}))
    config = {"training": {"names": [["rescuer", "person"], ["civilian", "person"]]}}
    assert mapping.of_run(config, opened) == {"rescuer": "person"}
    assert mapping.agree(mapping.of_run(config, opened), ["person", "helmet"], opened).judged == ("helmet", "person")
    assert mapping.of_run({}, opened) == {}


def test_figures_on_what_was_learned_carry_a_warning(fixed, photos, monkeypatch, capsys):
    monkeypatch.setattr(Fixed, "learned", [str(photos)])
    words = ["evaluate", "--run", str(fixed), "--dataset", str(photos), "--map", "rescuer=person"]
    assert main(words) == 0
    assert held_back.WARNING in capsys.readouterr().out
    assert held_back.WARNING in (fixed / "evaluation_photos" / "index.html").read_text()


class Fixed:
    """A detector that always finds the large person; stands in for a trained network."""

    categories = ("rescuer", "helmet")
    size, tiling = 320, 0
    learned: tuple[str, ...] | list[str] = ()

    def __init__(self, folder: Path, *_: object, **__: object) -> None:
        if not folder.is_dir():
            raise DetectorError(f"{folder}: no such checkpoint; give the folder of a run of `python -m ml train`")
        config = {"network": {}, "training": {"datasets": list(self.learned)}}
        self.trained = SimpleNamespace(run=folder, step=7, config=config, categories=self.categories)

    def detect(self, pixels: np.ndarray) -> Detections:
        if pixels.mean() > 130:
            return none()
        box, mask = np.array([[10, 10, 50, 50]], np.float32), Crop(10, 10, np.ones((40, 40), bool))
        return Detections(box, np.array([0.9], np.float32), ("rescuer",), (mask,))


@pytest.fixture
def fixed(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "Detector", Fixed)
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


def test_a_run_is_scored_into_its_own_folder(fixed, photos, capsys):
    words = ["evaluate", "--run", str(fixed), "--dataset", str(photos), "--map", "rescuer=person", "--json"]
    assert main(words) == 0
    output = capsys.readouterr()
    events = [json.loads(line) for line in output.out.splitlines()]
    assert [event["event"] for event in events] == ["start", *["frame"] * 4, "done"]
    assert events[0]["kind"] == "real photos"
    assert Path(events[-1]["page"]) == (fixed / "evaluation_photos" / "index.html").resolve()
    assert events[-1]["recall"] == 3 / 6
    results = json.loads((fixed / "evaluation_photos" / "results.json").read_text())
    assert results["detector"]["step"] == 7
    assert results["settings"]["map"] == {"rescuer": "person"}


def test_a_corrupt_picture_is_named_and_the_rest_is_scored(fixed, photos, capsys):
    (photos / "site_3.png").write_bytes(b"no picture")
    assert main(["evaluate", "--run", str(fixed), "--dataset", str(photos), "--map", "rescuer=person"]) == 0
    error = capsys.readouterr().err
    assert "site_3.png" in error
    results = json.loads((fixed / "evaluation_photos" / "results.json").read_text())
    assert results["dataset"]["pictures"] == 3
    assert any("site_3.png" in line for line in results["problems"])


def test_a_missing_run_and_a_category_that_nobody_knows(fixed, photos, capsys):
    assert main(["evaluate", "--run", str(fixed / "no"), "--dataset", str(photos)]) == 2
    assert "no such checkpoint" in capsys.readouterr().err
    assert main(["evaluate", "--run", str(fixed), "--dataset", str(photos)]) == 2
    assert "no category in common: the detector knows rescuer, helmet" in capsys.readouterr().err


def test_what_is_not_installed_is_said_in_one_line(photos, found, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda _: None)
    words = ["evaluate", "--predictions", str(found), "--dataset", str(photos), "--output", str(tmp_path / "out")]
    assert main(words) == 2
    assert "pip install -r ml/requirements-train.txt" in capsys.readouterr().err


def test_a_stop_leaves_no_half_figures(fixed, photos, monkeypatch, capsys):
    monkeypatch.setattr(run.child, "Leash", lambda **_: SimpleNamespace(pulled=True))
    assert main(["evaluate", "--run", str(fixed), "--dataset", str(photos), "--map", "rescuer=person"]) == 0
    assert "stopped, nothing scored" in capsys.readouterr().err
    assert not (fixed / "evaluation_photos" / "results.json").exists()
