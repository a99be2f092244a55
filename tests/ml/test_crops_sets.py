"""Cutting crops: every format gives the same crop, no scene is on two sides, every bad input is named."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from dataset.spec import stream
from ml.__main__ import main
from ml.crops import boxes, cut, frames, run, split, store
from ml.crops.frames import CropsError
from ml.crops.run import Wishes

AUAIR = Path("/work/shared/real/aerial/auair")
BOX = (40, 30, 24, 36)
"""left, top, width, height"""


def picture(seed: int, width: int = 160, height: int = 120) -> np.ndarray:
    """Soft random colours, uint8 HxWx3."""
    small = stream(seed, "picture").integers(0, 256, (12, 16, 3), np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def write_picture(folder: Path, name: str = "a.png", seed: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / name), picture(seed))
    return folder / name


def as_visdrone(folder: Path) -> Path:
    write_picture(folder / "images")
    (folder / "annotations").mkdir()
    (folder / "annotations" / "a.txt").write_text("40,30,24,36,1,4,0,0\n")
    return folder


def as_auair(folder: Path) -> Path:
    write_picture(folder)
    left, top, width, height = BOX
    box = {"left": left, "top": top, "width": width, "height": height, "class": 0}
    tree = {"categories": ["car"], "annotations": [{"image_name": "a.png", "bbox": [box]}]}
    (folder / "annotations.json").write_text(json.dumps(tree))
    return folder


def coco(folder: Path, segmentation: list) -> Path:
    write_picture(folder)
    tree = {
        "images": [{"id": 1, "file_name": "a.png", "width": 160, "height": 120}],
        "categories": [{"id": 7, "name": "car"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 7, "bbox": list(BOX), "segmentation": segmentation}],
    }
    (folder / "instances.json").write_text(json.dumps(tree))
    return folder


def as_coco_boxes(folder: Path) -> Path:
    return coco(folder, [])


def as_coco_outlines(folder: Path) -> Path:
    left, top, width, height = BOX
    right, bottom = left + width, top + height
    return coco(folder, [[left, top, right, top, right, bottom, left, bottom]])


def as_via(folder: Path) -> Path:
    path = write_picture(folder)
    left, top, width, height = BOX
    shape = {"name": "rect", "x": left, "y": top, "width": width, "height": height}
    region = {"shape_attributes": shape, "region_attributes": {"category": "car"}}
    size = path.stat().st_size
    entry = {"filename": "a.png", "size": size, "file_attributes": {}, "regions": [region]}
    (folder / "via.json").write_text(json.dumps({f"a.png{size}": entry}))
    return folder


@pytest.mark.parametrize("made", [as_visdrone, as_auair, as_coco_boxes, as_coco_outlines, as_via])
def test_every_format_gives_the_same_crop(tmp_path, made):
    found = frames.open_frames(made(tmp_path / "set"))
    assert found.categories == ["car"]
    summary = run.run(found, Wishes(), tmp_path / "crops")
    assert summary.made == 1
    crop = store.read(tmp_path / "crops", 32).pixels[0]
    wanted = cut.cut(picture(1), BOX, 32)
    assert np.array_equal(crop, cv2.cvtColor(wanted, cv2.COLOR_BGR2RGB))


def test_visdrone_has_twelve_categories_and_ignored_regions_carry_score_0():
    names = [boxes.visdrone_line(f"1,2,3,4,0,{number},0,0,").category for number in range(12)]
    assert names == list(boxes.VISDRONE)
    held = {category: name for name, group in boxes.PAPER.items() for category in group}
    assert [held.get(name) for name in names] == [
        "ignored", "pedestrian", None, None, "car", None, "truck", None, None, "bus", "motorcycle", None,
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["1,2,3", "1,2,3,4,1,12,0,0", "1,2,0,4,1,4,0,0", "a,2,3,4,1,4,0,0"])
def test_a_bad_visdrone_line_is_named_and_the_rest_is_read(tmp_path, line):
    folder = as_visdrone(tmp_path)
    (folder / "annotations" / "a.txt").write_text(f"40,30,24,36,1,4,0,0\n{line}\n")
    found = frames.open_frames(folder)
    assert [target.box for target in found.frames[0].targets] == [BOX]
    assert "a.txt:2" in found.problems[0]


@pytest.mark.parametrize(
    ("name", "scene"),
    [
        ("frame_20190905111947_x_0000477", "20190905111947"),
        ("0000006_03636_d_0000009.jpg", "0000006"),
        ("yard_0012.png", "yard"),
        ("yard", "yard"),
        ("0042", "0042"),
    ],
)
def test_a_name_tells_its_scene(name, scene):
    assert frames.scene_of(name) == scene


def scenes(count: int) -> list[tuple[str, str]]:
    """(scene, class) of random crops, scenes of 1 to 40 crops and three classes of unlike frequency."""
    draw = stream(5, "scenes")
    kinds = draw.choice(3, p=[0.7, 0.2, 0.1], size=4000)
    sizes = draw.integers(1, 41, count)
    owner = np.repeat(np.arange(count), sizes)
    return [(f"s{scene}", "abc"[kind]) for scene, kind in zip(owner, kinds[: len(owner)], strict=True)]


def test_splits_are_near_80_10_10_for_every_class_in_whole_scenes():
    pairs = scenes(120)
    placed = split.split(pairs)
    for name in "abc":
        held = Counter(placed[scene] for scene, kind in pairs if kind == name)
        total = sum(held.values())
        for place, share in zip(split.SPLITS, split.SHARES, strict=True):
            assert held[place] / total == pytest.approx(share, abs=0.02), (name, place)
    assert placed == split.split(reversed(pairs))
    assert placed != split.split(pairs, seed=1)


def test_with_two_scenes_one_is_for_testing():
    assert sorted(split.split([("one", "a"), ("two", "a")]).values()) == ["test", "train"]


def test_a_square_crop_keeps_proportions_and_stays_in_the_picture():
    image = np.zeros((100, 200, 3), np.uint8)
    cv2.circle(image, (100, 50), 15, (255, 255, 255), -1)
    disc = cut.cut(image, (85, 35, 31, 31), 32, "square", 0.5) > 127
    assert abs(int(disc[:, :, 0].any(0).sum()) - int(disc[:, :, 0].any(1).sum())) <= 1
    flat = cut.cut(image, (85, 45, 31, 11), 32, "stretch", 0.0) > 127
    assert flat[:, :, 0].mean() > 0.85
    corner = cut.cut(np.full((100, 200, 3), 90, np.uint8), (-10, -10, 20, 60), 32)
    assert (corner == 90).all()
    assert cut.cut(image, (200, 10, 5, 5), 32) is None


def test_empty_windows_touch_nothing_labelled():
    taken = [(10.0, 10.0, 60.0, 60.0), (100.0, 40.0, 40.0, 60.0)]
    found = cut.empty_windows((200, 150), taken, 6, 32, stream(1, "windows"))
    assert found
    for left, top, side, _ in found:
        assert 0 <= left <= 200 - side and 0 <= top <= 150 - side
        assert all(left >= x + w or x >= left + side or top >= y + h or y >= top + side for x, y, w, h in taken)


@pytest.fixture
def visdrone(tmp_path: Path) -> Path:
    """Twelve frames of six scenes, two cars and a truck each; one bus in all."""
    folder = tmp_path / "visdrone"
    (folder / "annotations").mkdir(parents=True)
    for k in range(12):
        name = f"{k // 2:07d}_{k:05d}_d_0000001"
        write_picture(folder / "images", f"{name}.png", k)
        lines = ["10,10,20,16,1,4,0,0", "60,50,30,30,1,4,0,1", "100,20,40,20,1,6,0,0"]
        lines += ["4,80,30,20,1,9,0,0"] if k == 5 else []
        (folder / "annotations" / f"{name}.txt").write_text("\n".join(lines))
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_command_writes_a_folder_a_class_and_a_table(visdrone, tmp_path, capsys):
    output = tmp_path / "crops"
    assert main(["crops", "--dataset", str(visdrone), "--output", str(output), "--background", "2"]) == 0
    found = store.read(output, 32)
    assert found.classes == ("background", "bus", "car", "truck")
    assert found.counts["car"] == 24 and found.counts["truck"] == 12
    assert not set(found.of_split("train").scenes) & set(found.of_split("test").scenes)
    rows = list(csv.DictReader((output / "crops.csv").read_text().splitlines()))
    assert {row["file"] for row in rows} == set(found.names)
    assert all(row["file"].startswith(f"{row['split']}/{row['class']}/") for row in rows)
    assert "class 'bus' has one crop" in capsys.readouterr().err
    first = tree(output)
    assert main(["crops", "--dataset", str(visdrone), "--output", str(output), "--background", "2"]) == 0
    assert tree(output) == first
    assert main(["crops", "--dataset", str(visdrone), "--output", str(output), "--size", "16"]) == 2
    assert "another" in capsys.readouterr().err


@pytest.mark.parametrize("background", [0, 2])
def test_interrupted_and_resumed_is_the_same_as_not_interrupted(visdrone, tmp_path, background):
    found, wishes = frames.open_frames(visdrone), Wishes(classes=boxes.PAPER, background=background)
    run.run(found, wishes, tmp_path / "whole")
    asked = iter([False] * 5 + [True])
    assert run.run(found, wishes, tmp_path / "parts", lambda: next(asked)).stopped
    assert not (tmp_path / "parts" / "crops.csv").exists()
    run.run(found, wishes, tmp_path / "parts")
    assert tree(tmp_path / "parts") == tree(tmp_path / "whole")


def test_a_damaged_picture_is_named_and_left_out(visdrone, tmp_path, capsys):
    bad = sorted((visdrone / "images").glob("*.png"))[3]
    bad.write_bytes(bad.read_bytes()[:100])
    assert main(["crops", "--dataset", str(visdrone), "--output", str(tmp_path / "crops")]) == 0
    assert bad.name in capsys.readouterr().err
    assert store.read(tmp_path / "crops", 32).counts["car"] == 22


def test_a_damaged_crop_is_named_and_left_out(tmp_path):
    for k in range(3):
        write_picture(tmp_path / "train" / "car", f"{k}.png", k)
    (tmp_path / "train" / "car" / "1.png").write_bytes(b"not a picture")
    (tmp_path / "train" / "car" / "2.png").write_bytes(b"")
    found = store.read(tmp_path, 32)
    assert len(found) == 1
    assert [Path(problem.split(":")[0]).name for problem in found.problems] == ["1.png", "2.png"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--class", "=car"], "NAME=CATEGORY"),
        (["--class", "boat=ship"], "no crop can be cut"),
        (["--size", "4"], "--size"),
        (["--scene", "("], "regular expression"),
        (["--scene", "abc"], "brackets"),
        (["--weather", "snow"], "weather 'snow'"),
    ],
)
def test_a_wrong_wish_is_one_line_and_exit_code_2(visdrone, tmp_path, capsys, arguments, said):
    output = tmp_path / "crops"
    assert main(["crops", "--dataset", str(visdrone), "--output", str(output), *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not output.exists()


def test_a_folder_without_labels_is_refused(tmp_path, capsys):
    assert main(["crops", "--dataset", str(tmp_path), "--output", str(tmp_path / "crops")]) == 2
    assert str(tmp_path) in capsys.readouterr().err
    with pytest.raises(CropsError, match="no such folder"):
        store.read(tmp_path / "nowhere", 32)


def test_progress_is_one_event_a_frame(visdrone, tmp_path, capsys):
    assert main(["crops", "--dataset", str(visdrone), "--output", str(tmp_path / "crops"), "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["event"] for event in events] == ["start", *["frame"] * 12, "done"]
    assert events[0]["total"] == 12 and events[-1]["crops"] == 37


@pytest.mark.skipif(not AUAIR.is_dir(), reason="no AU-AIR pictures here")
def test_real_uav_frames_give_their_cars_by_flight(tmp_path):
    found = frames.open_frames(AUAIR)
    assert len(found.frames) == 80 and len({frame.scene for frame in found.frames}) == 8
    wishes = Wishes(classes={"car": ("Car",), "large": ("Truck", "Van", "Bus", "Trailer")})
    planned, _ = run.plan(found, wishes)
    counts = Counter((item.name, item.split) for _, cuts in planned for item in cuts)
    assert sum(count for (name, _), count in counts.items() if name == "car") == 265
    assert 0.7 < counts["car", "train"] / 265 < 0.9
    assert min(counts[name, place] for name in ("car", "large") for place in split.SPLITS) > 0
