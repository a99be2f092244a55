"""`python -m ml predict`: overlays, and labels that VIA opens and that come back as training data."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from dataset import checks, outlines, png, records, via
from ml.__main__ import main
from ml.augment import sources
from ml.evaluate import truth
from ml.predict import labelled, results, run
from ml.predict.detections import Crop, Detections, crop, none, stack
from ml.predict.detector import DetectorError
from ml.predict.overlap import distinct

SIZE = (120, 160)
COLOURS = {"rescuer": (0, 0, 220), "civilian": (220, 0, 0), "helmet": (0, 220, 220)}
"""Blue, green, red of what the detector here finds."""
SCORES = {"rescuer": 0.9, "civilian": 0.4, "helmet": 0.8}


class ByColour:
    """A detector that finds patches of colour, exactly; stands in for a trained network."""

    categories = tuple(COLOURS)
    size, tiling = 320, 0
    seen: list[tuple[int, int]]

    def __init__(self, folder: Path, *_: object, floor: float = 0.05, **__: object) -> None:
        if not folder.is_dir():
            raise DetectorError(f"{folder}: no such checkpoint; give the folder of a run of `python -m ml train`")
        self.trained = SimpleNamespace(run=folder, step=7, config={}, categories=self.categories)
        self.floor = floor
        type(self).seen = []

    def detect(self, pixels: np.ndarray) -> Detections:
        self.seen.append(pixels.shape[:2])
        parts = [none()]
        for label, colour in COLOURS.items():
            near = (np.abs(pixels.astype(int) - colour) < 90).all(axis=2).astype(np.uint8)
            count, pieces, stats, _ = cv2.connectedComponentsWithStats(near)
            for piece in range(1, count):
                if stats[piece, cv2.CC_STAT_AREA] > 20 and SCORES[label] >= self.floor:
                    mask = crop(pieces == piece)
                    box = np.array([[mask.left, mask.top, mask.right, mask.bottom]], np.float32)
                    parts.append(Detections(box, np.array([SCORES[label]], np.float32), (label,), (mask,)))
        return stack(parts)


@pytest.fixture(autouse=True)
def by_colour(monkeypatch):
    monkeypatch.setattr(run, "Detector", ByColour)


def scene() -> np.ndarray:
    """A rescuer with a helmet, a helmet on nobody, a civilian."""
    image = np.full((*SIZE, 3), 128, np.uint8)
    image[30:100, 20:50] = COLOURS["rescuer"]
    image[30:44, 28:44] = COLOURS["helmet"]
    image[80:90, 90:104] = COLOURS["helmet"]
    image[40:90, 120:140] = COLOURS["civilian"]
    return image


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("0001.png", "site north, 2.png"):
        cv2.imwrite(str(folder / name), scene())
    (tmp_path / "run").mkdir()
    return folder


def predict(pictures: Path, *more: str, output: str = "out") -> int:
    base = pictures.parent if pictures.is_dir() else pictures.parent.parent
    return main(
        ["predict", "--run", str(base / "run"), "--images", str(pictures), "--output", str(base / output), *more]
    )


def test_predictions_open_in_via_and_come_back_as_training_data(pictures, tmp_path):
    assert predict(pictures, "--via", "--simplify", "1", "--score", "0.3") == 0
    out = tmp_path / "out"
    assert checks.check_folder(out) == []
    project = json.loads((out / "via_project.json").read_text())
    assert via.validate_project(project) == []
    assert list(project["_via_attributes"]["region"]["category"]["options"]) == ["rescuer", "civilian", "helmet"]
    for path in (out, out / "via_project.json", out / "coco.json"):
        found = sources.open_set(path)
        assert [problem for problem in found.problems if "second entry" not in problem] == []
        assert len(found.sources) == 2
        for source in found.sources:
            labels = sorted(shape.category for shape in (*source.instances, *source.parts))
            assert labels == ["civilian", "helmet", "helmet", "rescuer"]
            areas = sorted(round(shape.area) for shape in source.instances if shape.category == "rescuer")
            assert areas == pytest.approx([70 * 30], rel=0.02)


def test_a_correction_made_in_via_is_what_is_learned(pictures, tmp_path):
    predict(pictures, "--via", "--simplify", "1", "--score", "0.3")
    project = json.loads((tmp_path / "out" / "via_project.json").read_text())
    entry = next(iter(project["_via_img_metadata"].values()))
    entry["regions"] = [r for r in entry["regions"] if r["region_attributes"]["category"] != "civilian"]
    entry["regions"][0]["region_attributes"]["category"] = "civilian"
    (tmp_path / "out" / "via_project.json").write_text(json.dumps(project))
    found = sources.open_set(tmp_path / "out" / "via_project.json").sources[0]
    assert sorted(shape.category for shape in found.instances) == ["civilian", "helmet", "helmet"]


def test_corrections_are_never_overwritten(pictures, tmp_path, capsys):
    predict(pictures, "--via")
    project = tmp_path / "out" / "via_project.json"
    corrected = project.read_text().replace('"rescuer"', '"civilian"')
    project.write_text(corrected)
    assert predict(pictures, "--via") == 2
    assert "corrected in VIA?" in capsys.readouterr().err
    assert project.read_text() == corrected


def test_helmets_belong_to_whoever_wears_them(pictures, tmp_path):
    predict(pictures, "--via", "--simplify", "1", "--score", "0.3")
    for record in records.read_all(tmp_path / "out"):
        wholes = {item.category: item for item in record.instances}
        assert sorted(wholes) == ["civilian", "helmet", "rescuer"]
        assert [(part.category, part.owner) for part in record.parts] == [("helmet", wholes["rescuer"].id)]
        masks = png.read(tmp_path / "out" / "masks" / f"{record.name}.png")
        assert (masks[30:44, 28:44] == wholes["rescuer"].id).all()
        assert wholes["civilian"].about == {"score": 0.4}


def test_two_helmets_in_one_box_are_not_both_worn_by_one():
    solid = np.ones((70, 30), bool)
    solid[40:50, 10:20] = False  # somebody who was not found stands before the knee
    body = Crop(20, 30, solid)
    head, knee = Crop(28, 32, np.ones((12, 14), bool)), Crop(30, 70, np.ones((10, 10), bool))
    boxes = np.array([[20, 30, 50, 100], [30, 70, 40, 80], [28, 32, 42, 44]], np.float32)
    found = Detections(
        boxes, np.array([0.9, 0.5, 0.8], np.float32), ("rescuer", "helmet", "helmet"), (body, knee, head)
    )
    assert labelled.owners(found, ("helmet",)) == [0, 1, 0]
    labels = labelled.label(found, SIZE, ("helmet",), 1.0)
    assert [item.category for item in labels.instances] == ["rescuer", "helmet"]
    assert [part.owner for part in labels.part_annotations] == [1]


def test_of_two_that_overlap_the_surer_keeps_the_pixels():
    boxes = np.array([[10, 10, 60, 60], [40, 10, 90, 60]], np.float32)
    masks = (Crop(10, 10, np.ones((50, 50), bool)), Crop(40, 10, np.ones((50, 50), bool)))
    found = Detections(boxes, np.array([0.6, 0.9], np.float32), ("rescuer", "rescuer"), masks)
    labels = labelled.label(found, SIZE, (), 1.0)
    assert [item.pixels for item in labels.instances] == [30 * 50, 50 * 50]


def test_slivers_around_a_surer_one_are_no_labels():
    boxes = np.array([[10, 10, 60, 60], [12, 12, 62, 62]], np.float32)
    masks = (Crop(10, 10, np.ones((50, 50), bool)), Crop(12, 12, np.ones((50, 50), bool)))
    found = Detections(boxes, np.array([0.6, 0.9], np.float32), ("rescuer", "rescuer"), masks)
    assert [item.pixels for item in labelled.label(found, SIZE, (), 1.0).instances] == [50 * 50]


def test_somebody_behind_gear_of_their_own_stays():
    boxes = np.array([[10, 10, 40, 60], [10, 14, 40, 58]], np.float32)
    masks = (Crop(10, 10, np.ones((50, 30), bool)), Crop(10, 14, np.ones((44, 30), bool)))
    found = Detections(boxes, np.array([0.6, 0.9], np.float32), ("rescuer", "vest"), masks)
    labels = labelled.label(found, SIZE, ("vest",), 1.0)
    assert [item.pixels for item in labels.instances] == [50 * 30]
    assert [part.pixels for part in labels.part_annotations] == [44 * 30]


def test_a_person_found_as_rescuer_and_as_civilian_is_one():
    boxes = np.array([[10, 10, 60, 60], [12, 12, 62, 62], [12, 12, 40, 40], [90, 10, 120, 60]], np.float32)
    masks = tuple(Crop(int(x), int(y), np.ones((int(b - y), int(r - x)), bool)) for x, y, r, b in boxes)
    labels = ("rescuer", "civilian", "vest", "civilian")
    found = distinct(Detections(boxes, np.array([0.6, 0.9, 0.7, 0.5], np.float32), labels, masks), ("vest",))
    assert found.labels == ("civilian", "vest", "civilian")
    assert distinct(none(), ("vest",)).labels == ()


def test_simplified_outlines_have_few_corners_and_keep_the_wished_overlap(pictures, tmp_path):
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    round_one = scene()
    round_one[(y - 60) ** 2 + (x - 85) ** 2 < 30**2] = COLOURS["civilian"]
    cv2.imwrite(str(pictures / "0001.png"), round_one)
    predict(pictures, "--via", "--score", "0.3")
    assert checks.check_folder(tmp_path / "out", 0.95) == []
    record = records.read(records.path_of(tmp_path / "out", "image_0001"))
    circle = max(record.instances, key=lambda item: item.pixels)
    assert 6 <= len(circle.polygons[0]) < 40
    assert len(outlines.outlines((y - 60) ** 2 + (x - 85) ** 2 < 30**2)[0]) > 100


def test_without_via_there_are_overlays_and_results_only(pictures, tmp_path):
    assert predict(pictures) == 0
    out = tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == ["coco_results.json", "found", "overlays"]
    overlay = cv2.imread(str(out / "overlays" / "image_0001.jpg"))
    assert overlay.shape == (720, 960, 3)
    plain = cv2.resize(scene(), (960, 720), interpolation=cv2.INTER_LINEAR)
    drawn = np.abs(overlay.astype(int) - plain).max(axis=2) > 60
    assert drawn[30 * 6 : 100 * 6, 20 * 6 - 8 : 20 * 6 + 8].any(axis=1).all()  # the left side of the rescuer
    assert not drawn[:, 110 * 6 :].any()  # the civilian is below the threshold
    entries = json.loads((out / "coco_results.json").read_text())
    assert {entry["file_name"] for entry in entries} == {"0001.png", "site north, 2.png"}
    assert sorted(entry["category"] for entry in entries) == ["helmet"] * 4 + ["rescuer"] * 2


def test_the_results_are_the_detections(pictures, tmp_path):
    predict(pictures, "--score", "0.3")
    found = results.read(tmp_path / "out" / "coco_results.json", {}, {}, {"0001.png": SIZE})["0001.png"]
    wanted = ByColour(tmp_path / "run").detect(scene())
    wanted = wanted.take(np.argsort(-wanted.scores, kind="stable"))  # best first
    assert found.labels == wanted.labels
    assert (found.boxes == wanted.boxes).all()
    for one, other in zip(found.masks, wanted.masks, strict=True):
        assert (one.left, one.top) == (other.left, other.top)
        assert (one.solid == other.solid).all()


def test_a_stopped_run_goes_on_with_what_is_missing(pictures, tmp_path, capsys):
    predict(pictures, "--via")
    before = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*.json")}
    (tmp_path / "out" / "found" / "site_north_2.json").unlink()
    assert predict(pictures, "--via") == 0
    assert len(ByColour.seen) == 1
    assert "1 pictures looked at, 1 were there" in capsys.readouterr().out
    assert {p: p.read_bytes() for p in (tmp_path / "out").rglob("*.json")} == before


def test_another_threshold_looks_again(pictures):
    predict(pictures)
    predict(pictures, "--score", "0.3")
    assert len(ByColour.seen) == 2


def test_a_corrupt_picture_is_named_and_the_rest_is_done(pictures, tmp_path, capsys):
    (pictures / "broken.jpg").write_bytes(b"\xff\xd8 not a picture")
    assert predict(pictures, "--via") == 1
    error = capsys.readouterr().err
    assert "broken.jpg" in error
    assert "Traceback" not in error
    assert len(records.read_all(tmp_path / "out")) == 2


def test_pictures_turned_by_exif_are_saved_upright(pictures, tmp_path):
    image = cv2.rotate(scene(), cv2.ROTATE_90_COUNTERCLOCKWISE)
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 98])[1].tobytes()
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
    body = b"Exif\x00\x00" + tiff
    turned = data[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + data[2:]
    (pictures / "turned.jpg").write_bytes(turned)
    predict(pictures, "--via")
    record = records.read(records.path_of(tmp_path / "out", "turned"))
    assert (record.height, record.width) == SIZE
    stored = cv2.imread(str(tmp_path / "out" / record.image), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    assert stored.shape[:2] == SIZE
    assert (tmp_path / "out" / "images" / "image_0001.png").read_bytes() == (pictures / "0001.png").read_bytes()


def test_a_rendered_frame_keeps_its_site_and_is_never_taken_for_a_photo(pictures, tmp_path):
    folder = tmp_path / "set"
    (folder / "images").mkdir(parents=True)
    cv2.imwrite(str(folder / "images" / "rescue_0.png"), scene())
    size = (folder / "images" / "rescue_0.png").stat().st_size
    record = records.Record("rescue_0", 0, 0, 0, "", SIZE[1], SIZE[0], "images/rescue_0.png", size, about={"site": 4})
    records.write(folder, record)
    words = ["predict", "--run", str(tmp_path / "run"), "--images", str(folder / "images"), "--via"]
    assert main([*words, "--output", str(tmp_path / "out")]) == 0
    for path in (tmp_path / "out", tmp_path / "out" / "via_project.json"):
        assert truth.open_truth(path).kind == truth.SYNTHETIC


def test_a_single_picture_will_do(pictures, tmp_path):
    assert predict(pictures / "0001.png") == 0
    assert len(list((tmp_path / "out" / "overlays").iterdir())) == 1


def test_progress_lines_are_those_of_the_contract(pictures, tmp_path, capsys):
    assert predict(pictures, "--json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["event"] for event in events] == ["start", "frame", "frame", "done"]
    assert events[0]["total"] == 2
    assert all(Path(event["image"]).is_file() for event in events[1:3])
    assert (events[3]["made"], events[3]["instances"]) == (2, 6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--run", "nowhere"], "no such checkpoint"),
        (["--images", "nowhere"], "no such file or folder"),
        (["--images", "empty"], "no pictures in it"),
        (["--score", "1.5"], "--score 1.5"),
        (["--tiles", "some"], "write auto"),
        (["--output", "photos"], "a folder of its own"),
        (["--output", "other"], "holds another data set"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(pictures, tmp_path, capsys, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    record = records.Record("a", 0, 0, 0, "", 4, 4, "images/a.png", 1, generator={"name": "Rescue Synth"})
    records.write(tmp_path / "other", record)
    before = ["--run", "run", "--images", "photos", "--output", "out"]
    assert main(["predict", *before, *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
