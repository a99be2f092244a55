"""`python -m ml evaluate`: what it reads, what it leaves behind, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.__main__ import main
from ml.evaluate import faults, mapping, match, truth
from ml.predict.detections import Crop, Detections
from tests.ml.judged_sets import coco_set, evaluate, our_set, predictions, square


def test_the_whole_evaluation_of_a_small_set(tmp_path, photos, found, capsys):
    results = evaluate(tmp_path, photos, found, "--map", "goggles=")
    assert results["kind"] == "real photos"
    for shape in ("box", "mask"):
        overall = results[shape]["overall"]
        assert (overall["hits"], overall["false_alarms"], overall["misses"]) == (3, 1, 3)
        assert overall["precision"] == 3 / 4
        assert overall["recall"] == 3 / 6
        assert overall["f1"] == pytest.approx(0.6)
        assert overall["accuracy"] == 3 / 7
        assert results[shape]["photos"]["wholly_right"] == 2  # site 1 and the empty site 4
        assert results[shape]["false_alarms"]["on nothing"] == 1
        assert results[shape]["sizes"]["small"]["misses"] == 2
    assert results["box"]["overall"]["intervals"]["f1"][0] < 0.6 < results["box"]["overall"]["intervals"]["f1"][1]
    assert [entry["box"] for entry in results["pictures"]] == [[2, 0, 0], [1, 1, 1], [0, 0, 2], [0, 0, 0]]
    out = capsys.readouterr().out
    assert "real photos" in out
    assert "110 of 150" in out


def test_the_page_stands_alone_and_says_what_it_counts(tmp_path, photos, found):
    results = evaluate(tmp_path, photos, found, "--map", "goggles=")
    folder = tmp_path / "evaluation"
    page = (folder / "index.html").read_text()
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "<script" not in page
    assert page.count("data:image/jpeg;base64,") == len(list((folder / "overlays").iterdir())) == 3 + 1 + 4
    for words in ("real photos", "0.75", "Worst misses", *results["definitions"]):
        assert words in page
    for name in ("precision_recall", "threshold", "found_by_size", "reliability"):
        assert cv2.imread(str(folder / "charts" / f"{name}.png")).shape[1] == 920


def test_evaluating_again_leaves_no_overlays_of_before(tmp_path, photos, found):
    evaluate(tmp_path, photos, found, "--map", "goggles=")
    evaluate(tmp_path, photos, found, "--map", "goggles=", "--min-size", "30", "--score", "0.65")
    names = [path.name for path in (tmp_path / "evaluation" / "overlays").iterdir()]
    assert not [name for name in names if name.startswith("false")]


def test_the_predictions_that_it_leaves_score_the_same(tmp_path, photos, found):
    results = evaluate(tmp_path, photos, found, "--map", "goggles=")
    again = tmp_path / "again.json"
    again.write_text((tmp_path / "evaluation" / "coco_results.json").read_text())
    assert {entry["image_id"] for entry in json.loads(again.read_text())} == {101, 102}
    repeated = evaluate(tmp_path, photos, again, "--map", "goggles=")
    assert repeated["box"] == results["box"]
    assert repeated["mask"] == results["mask"]


def test_small_things_are_neither_hits_nor_misses(tmp_path, photos, found):
    results = evaluate(tmp_path, photos, found, "--map", "goggles=", "--min-size", "30")
    overall = results["box"]["overall"]
    assert (overall["hits"], overall["false_alarms"], overall["misses"]) == (2, 1, 1)
    assert results["dataset"]["ignored"] == 3  # the small persons; goggles are not judged
    assert "smaller than 30 x 30" in results["definitions"]["ignored"]


def test_odd_and_even_files_go_by_the_number_in_their_name(tmp_path, photos, found):
    odd = evaluate(tmp_path, photos, found, "--map", "goggles=", "--files", "odd")
    even = evaluate(tmp_path, photos, found, "--map", "goggles=", "--files", "even")
    assert [entry["name"] for entry in odd["pictures"]] == ["site_1.png", "site_3.png"]
    assert [entry["name"] for entry in even["pictures"]] == ["site_2.png", "site_4.png"]
    assert truth.number_of("0063.JPG") == 63
    assert truth.number_of("DSC_0012_north.jpg") == 12
    assert truth.number_of("north.jpg") is None


def test_rendered_frames_are_called_synthetic_wherever_they_come_from(tmp_path):
    folder = our_set(tmp_path / "set", {"name": "Rescue Synth", "version": "1"})
    file = predictions(tmp_path / "found.json", ("rescue_0.png", 10, 10, 40, 0.9, "rescuer"))
    results = evaluate(tmp_path, folder, file)
    assert results["kind"] == "SYNTHETIC pictures"
    assert "SYNTHETIC" in (tmp_path / "evaluation" / "index.html").read_text()
    # The same pictures through a VIA file beside the records are no photos either.
    region = {
        "shape_attributes": {"name": "rect", "x": 10, "y": 10, "width": 40, "height": 40},
        "region_attributes": {"category": "rescuer"},
    }
    entry = {"filename": "rescue_0.png", "size": -1, "regions": [region], "file_attributes": {}}
    (folder / "via.json").write_text(json.dumps({"rescue_0.png-1": entry}))
    assert truth.open_truth(folder / "via.json").kind == "SYNTHETIC pictures"


@pytest.mark.parametrize(
    ("generator", "about", "kind"),
    [
        ({"name": "Rescue Synth annotate"}, {}, truth.REAL),
        ({"name": "Rescue Synth predict"}, {}, truth.REAL),
        ({"tool": "rescue_synth augment"}, {}, truth.AUGMENTED),
        ({"tool": "rescue_synth augment"}, {"site": 3}, truth.SYNTHETIC),
    ],
)
def test_folders_of_ours_are_named_by_what_made_them(tmp_path, generator, about, kind):
    assert truth.open_truth(our_set(tmp_path / "set", generator, about)).kind == kind


def test_real_and_synthetic_are_never_mixed(tmp_path, capsys):
    folder = our_set(tmp_path / "set", {"name": "Rescue Synth"})
    path = folder / "frames" / "rescue_1.json"
    path.write_text(path.read_text().replace('"Rescue Synth"', '"Rescue Synth annotate"'))
    words = ["evaluate", "--predictions", str(tmp_path / "x.json"), "--dataset", str(folder), "--output", str(tmp_path)]
    assert main(words) == 2
    assert "mixes SYNTHETIC pictures and real photos" in capsys.readouterr().err


def test_what_is_recorded_but_not_exported_does_not_count(tmp_path):
    folder = our_set(tmp_path / "set", {"name": "Rescue Synth"})
    file = predictions(
        tmp_path / "found.json",
        ("rescue_0.png", 10, 10, 40, 0.9, "rescuer"),
        ("rescue_0.png", 90, 10, 40, 0.8, "rescuer"),
        ("rescue_1.png", 20, 10, 10, 0.7, "helmet"),
    )
    results = evaluate(tmp_path, folder, file)
    table = results["box"]["categories"]
    assert [table["rescuer"][key] for key in ("hits", "false_alarms", "misses")] == [1, 0, 1]
    assert [table["helmet"][key] for key in ("hits", "false_alarms", "misses")] == [1, 0, 1]
    assert results["dataset"]["ignored"] == 2


def test_merged_categories_count_a_person_once(tmp_path):
    """The same person found as rescuer and as civilian is one detection once both are read as person."""
    opened = truth.open_truth(coco_set(tmp_path / "photos"))
    agreed = mapping.agree({"rescuer": "person", "civilian": "person"}, ["rescuer", "civilian", "helmet"], opened)
    assert agreed.judged == ("person",)
    assert agreed.merges
    assert len(agreed.unjudged) == 2  # helmet, goggles
    boxes = np.array([[10, 10, 50, 50], [12, 10, 50, 50], [90, 10, 110, 30], [0, 0, 9, 9]], np.float32)
    scores = np.array([0.6, 0.9, 0.5, 0.8], np.float32)
    masks = tuple(Crop(0, 0, np.ones((1, 1), bool)) for _ in range(4))
    left = mapping.of_detections(
        Detections(boxes, scores, ("rescuer", "civilian", "civilian", "helmet"), masks), agreed
    )
    assert left.labels == ("person", "person")
    assert left.scores.round(2).tolist() == pytest.approx([0.9, 0.5])


def test_a_file_s_own_categories_are_renamed_and_what_is_not_judged_is_listed(tmp_path, photos):
    file = predictions(
        tmp_path / "found.json",
        ("site_1.png", 10, 10, 40, 0.9, "rescuer"),
        ("site_1.png", 10, 10, 12, 0.9, "helmet"),
    )
    results = evaluate(tmp_path, photos, file, "--map", "rescuer=person,goggles=")
    assert results["box"]["overall"]["hits"] == 1
    assert results["settings"]["left_out"] == ["helmet: the detector knows it, photos does not label it"]
    results = evaluate(tmp_path, photos, file, "--map", "goggles=")
    assert results["box"]["overall"]["recall"] == 0
    assert len(results["settings"]["left_out"]) == 2


def test_kinds_of_false_alarms_and_confusion_worked_by_hand():
    whole = np.ones((40, 40), bool)
    truths = (
        truth.Truth("helmet", (0, 0, 40, 40), Crop(0, 0, whole)),
        truth.Truth("vest", (60, 0, 100, 40), Crop(60, 0, whole)),
    )
    picture = truth.Picture("a", Path("a"), None, 160, 120, truths)
    rows = [
        ((0, 0, 40, 40), 0.9, "helmet"),  # a hit
        ((0, 0, 40, 36), 0.8, "helmet"),  # the same helmet again
        ((60, 0, 100, 40), 0.7, "helmet"),  # the vest
        ((20, 20, 60, 60), 0.6, "helmet"),  # a corner of the helmet: IoU 400 / 2800
        ((120, 80, 150, 110), 0.5, "vest"),  # nothing
    ]
    found = Detections(
        np.array([row[0] for row in rows], np.float32),
        np.array([row[1] for row in rows], np.float32),
        tuple(row[2] for row in rows),
        None,
    )
    names = ("helmet", "vest")
    tallies = [match.tally(name, [picture], [found], "box", 0.5) for name in names]
    alarms = faults.alarms(tallies, [picture], [found], "box", 0.5, 0.5)
    assert [alarm.kind for alarm in alarms] == ["doubled", "other category", "badly placed", "on nothing"]
    assert [(miss.place, miss.best) for miss in faults.misses(tallies, 0.5)] == [(1, -1.0)]
    # rows labelled, columns called: helmet, vest, nothing
    table = faults.confusion([picture], [found], names, "box", 0.5, 0.5)
    assert table.tolist() == [[1, 0, 0], [1, 0, 0], [2, 1, 0]]


def test_against_an_earlier_result_differences_are_paired(tmp_path, photos, found):
    evaluate(tmp_path, photos, found, "--map", "goggles=")
    (tmp_path / "before.json").write_text((tmp_path / "evaluation" / "results.json").read_text())
    better = json.loads(found.read_text()) + [
        {"file_name": "site_3.png", "category": "person", "score": 0.9, "bbox": [10, 10, 40, 40],
         "segmentation": [square(10, 10, 40)]}
    ]  # fmt: skip
    (tmp_path / "better.json").write_text(json.dumps(better))
    more = ["--map", "goggles=", "--against", str(tmp_path / "before.json")]
    results = evaluate(tmp_path, photos, tmp_path / "better.json", *more)
    pair = results["comparison"]["box"]["recall"]
    assert pair["difference"] == pytest.approx(1 / 6)
    assert pair["interval"][0] <= 1 / 6 <= pair["interval"][1]
    assert "Against found" in (tmp_path / "evaluation" / "index.html").read_text()


def test_boxes_alone_are_scored_as_boxes(tmp_path, photos):
    items = [{"image_id": 101, "category_id": 1, "score": 0.9, "bbox": [10, 10, 40, 40]}]
    (tmp_path / "boxes.json").write_text(json.dumps(items))
    results = evaluate(tmp_path, photos, tmp_path / "boxes.json", "--map", "goggles=")
    assert "mask" not in results
    assert results["box"]["overall"]["hits"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--map", "rescuer=person"], "no such category; the detector knows"),
        (["--map", "rescuer"], "write OLD=NEW"),
        (["--map", "person=,goggles="], "no category in common"),
        (["--dataset", "nowhere"], "nowhere: no such file or folder"),
        (["--predictions", "nowhere.json"], "nowhere.json: No such file"),
        (["--predictions", "broken.json"], "not valid JSON"),
        (["--predictions", "strange.json"], "entry 0: image_id 7 is not in the data set"),
        (["--iou", "0"], "--iou 0"),
        (["--files", "odd", "--dataset", "named"], "has no number in its name"),
        (["--against", "broken.json"], "give a results.json"),
        (["--against", "other.json"], "made on other pictures"),
        (["--output", "found.json/x"], "a file stands where a folder is needed"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(tmp_path, photos, found, capsys, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    Path("broken.json").write_text("{")
    Path("strange.json").write_text(json.dumps([{"image_id": 7, "score": 0.5, "bbox": [0, 0, 1, 1]}]))
    other = {"pictures": [], "settings": {"iou": 0.5, "min_size": 0, "score": 0.5, "categories": ["person"]}}
    Path("other.json").write_text(json.dumps({**other, "kind": "real photos", "detector": {"name": "x"}}))
    named = coco_set(tmp_path / "named", 2)
    text = (named / "instances.json").read_text().replace("site_", "north")
    (named / "instances.json").write_text(text.replace("north1", "north").replace("north2", "south"))
    (named / "site_1.png").rename(named / "north.png")
    (named / "site_2.png").rename(named / "south.png")
    before = ["--predictions", "found.json", "--dataset", "photos", "--output", "out"]
    assert main(["evaluate", *before, *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
