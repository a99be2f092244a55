"""The real network behind predict, evaluate and export: a small one with random weights."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.__main__ import main
from ml.predict.detections import whole
from ml.predict.detector import Detector, read

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

SIZE = 96


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """A run's folder."""
    from ml.network import checkpoint, design
    from ml.network.model import build

    torch.manual_seed(0)
    torch.set_num_threads(1)
    made = design.Design(("rescuer", "helmet"), backbone="resnet18", norm="group", size=SIZE, width=32, proposals=20)
    folder = tmp_path_factory.mktemp("runs") / "tiny"
    config = {"network": design.tree(made), "training": {}}
    state = {"averaged": build(made).state_dict(), "config": config, "step": 3, "figures": {}}
    checkpoint.write(folder / "best.pt", state)
    return folder


@pytest.fixture(scope="module")
def detector(trained: Path) -> Detector:
    return Detector(trained, "cpu")


def photo(height: int, width: int) -> np.ndarray:
    """Something smooth with something in it."""
    draw = np.random.default_rng(0)
    image = cv2.resize(draw.integers(0, 256, (6, 8, 3), np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    cv2.circle(image, (width // 3, height // 2), height // 5, (20, 30, 220), -1)
    return image


def test_a_picture_of_the_network_s_size_gives_just_what_the_network_says(detector):
    image = photo(72, SIZE)
    rgb = torch.from_numpy(image[:, :, ::-1].transpose(2, 0, 1).astype(np.float32) / 255)
    with torch.inference_mode():
        answer = detector.trained.model([rgb])[0]
    found = detector.detect(image)
    assert len(found) == len(answer["scores"]) > 5
    np.testing.assert_array_equal(found.boxes, answer["boxes"].numpy())
    np.testing.assert_array_equal(found.scores, answer["scores"].numpy())
    assert found.labels == tuple(("rescuer", "helmet")[label - 1] for label in answer["labels"].tolist())
    for mask, soft in zip(found.masks, answer["masks"][:, 0].numpy(), strict=True):
        np.testing.assert_array_equal(whole(mask, (72, SIZE)), soft >= 0.5)


def test_boxes_in_a_larger_picture_are_in_its_own_pixels(detector):
    small = photo(72, SIZE)
    large = cv2.resize(small, None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST)
    one, other = detector.detect(small), detector.detect(large)
    assert other.labels == one.labels
    np.testing.assert_allclose(other.boxes, 3 * one.boxes, atol=1e-3)


def test_masks_are_enlarged_smoothly_and_stay_in_place():
    y, x = np.mgrid[:72, :SIZE] + 0.5
    inside = ((x - 50) / 20) ** 2 + ((y - 40) / 26) ** 2 < 1
    soft = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 1.0)
    answer = {
        "boxes": torch.tensor([[30.0, 14.0, 70.0, 66.0]]),
        "labels": torch.tensor([2]),
        "scores": torch.tensor([0.9]),
        "masks": torch.from_numpy(soft)[None, None],
    }
    found = read(answer, ("rescuer", "helmet"), (5 * SIZE, 5 * 72), (SIZE, 72))
    assert found.labels == ("helmet",)
    assert found.boxes.tolist() == [[150, 70, 350, 330]]
    v, u = (np.mgrid[: 5 * 72, : 5 * SIZE] + 0.5) / 5
    wanted = ((u - 50) / 20) ** 2 + ((v - 40) / 26) ** 2 < 1
    solid = whole(found.masks[0], wanted.shape)
    assert (solid & wanted).sum() / (solid | wanted).sum() > 0.97


def test_tiles_are_looked_at_like_pictures_of_their_own(trained):
    image = photo(200, 260)
    tiled = Detector(trained, "cpu", tiling=128).detect(image)
    assert (tiled.boxes[:, 2] <= 260).all()
    assert (tiled.boxes[:, 3] <= 200).all()
    assert (np.diff(tiled.scores) <= 0).all()


def test_predict_and_evaluate_with_a_network(trained, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    cv2.imwrite(str(folder / "a_1.jpg"), photo(90, 120))
    paths = ["--run", str(trained), "--images", str(folder), "--output", str(tmp_path / "out")]
    assert main(["predict", *paths, "--via", "--score", "0.2", "--device", "cpu"]) == 0
    # What was found, taken for the truth: a network agrees with itself.
    words = ["evaluate", "--run", str(trained), "--dataset", str(tmp_path / "out" / "coco.json"), "--score", "0.2"]
    assert main([*words, "--output", str(tmp_path / "scored"), "--device", "cpu"]) == 0
    results = json.loads((tmp_path / "scored" / "results.json").read_text())
    assert results["detector"]["name"] == "tiny"
    assert results["kind"] == "real photos"
    assert results["box"]["overall"]["hits"] > 0


def test_an_exported_network_answers_alike_without_our_code(trained, tmp_path, capsys):
    assert main(["export", "--run", str(trained), "--output", str(tmp_path / "tiny.pt"), "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["event"] == "done"
    assert done["difference"] <= 1e-4
    about = json.loads((tmp_path / "tiny.pt.json").read_text())
    assert about["categories"] == ["rescuer", "helmet"]
    assert torch.jit.load(str(tmp_path / "tiny.pt")) is not None


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["export", "--output", "x.onnx"], "it becomes TorchScript"),
        (["export", "--output", "x.pt", "--run", "missing"], "no such checkpoint"),
        (["predict", "--images", "photo.jpg", "--output", "out", "--run", "cut"], "cut off"),
        (["predict", "--images", "photo.jpg", "--output", "out", "--device", "cuda:9"], "device 'cuda:9'"),
        (["evaluate", "--dataset", ".", "--held-back"], "neither frames/ of ours nor a VIA or COCO file"),
    ],
)
def test_wrong_runs_are_one_line_and_exit_code_2(trained, tmp_path, monkeypatch, capsys, command, words):
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("photo.jpg", photo(60, 80))
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "best.pt").write_bytes((trained / "best.pt").read_bytes()[:5000])
    arguments = command if "--run" in command else [*command, "--run", str(trained)]
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
