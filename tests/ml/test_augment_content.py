"""What `python -m ml augment` writes: records, masks and outlines that agree, paste, mosaic and weather."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from dataset import outlines, png, records, via_check
from ml.augment import preview, recipe, sources, weather
from ml.augment.frame import Maker
from tests.ml.sources_of_pictures import augment, make_photos

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Four photos with one square each."""
    return make_photos(tmp_path)


def test_records_name_the_source_and_every_operation_with_its_numbers(photos: Path, busy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    augment("--dataset", photos, "--output", out, "--count", 24, "--recipe", busy)
    found = records.read_all(out)
    assert {record.about["source"] for record in found} == {f"photo{k}" for k in range(4)}
    steps = [step for record in found for step in record.about["operations"]]
    assert {"view", "paste", "brightness", "jpeg"} <= {step["operation"] for step in steps}
    assert all(len(step["matrix"]) == 3 for step in steps if step["operation"] == "view")
    assert all(step["sigma"] > 0 for step in steps if step["operation"] == "blur")
    assert all(step["visibility"] > 0 for step in steps if step["operation"] in ("fog", "rain", "snow", "smoke"))


def test_masks_records_and_outlines_agree_pixel_for_pixel(renders: Path, busy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert augment("--dataset", renders, "--output", out, "--count", 20, "--recipe", busy) == 0
    for record in records.read_all(out):
        shape = (record.height, record.width)
        for kind, items in (("masks", record.instances), ("parts", record.parts)):
            if not items:
                continue
            labels = png.read(out / kind / f"{record.name}.png")
            assert sorted(np.unique(labels)[1:].tolist()) == [item.id for item in items]
            for item in items:
                own = labels == item.id
                assert np.array_equal(outlines.fill(item.polygons, shape), own)
                assert item.pixels == own.sum()
                assert item.box == outlines.bounds(own)
                assert item.pixels <= item.amodal_pixels
                assert 0 <= item.visible <= 1
                assert item.rle is None or np.array_equal(outlines.from_run_lengths(item.rle, shape), own)


def test_parts_keep_their_owner(renders: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "still.toml"
    recipe.write_text("[geometry]\nzoom = [1.0, 3.0]\n[weather]\nkinds = { clear = 1 }\n[paste]\nchance = 0.5\n")
    out = tmp_path / "out"
    augment("--dataset", renders, "--output", out, "--count", 20, "--recipe", recipe)
    seen = 0
    for record in records.read_all(out):
        owners = {item.id: item for item in record.instances}
        for part in record.parts:
            owner = owners[part.owner]
            left, top, width, height = owner.box
            assert left - 1 <= part.box[0] and part.box[0] + part.box[2] <= left + width + 1
            assert top - 1 <= part.box[1] and part.box[1] + part.box[3] <= top + height + 1
            assert owner.exported or not part.exported
            seen += 1
    assert seen > 20


def test_a_crop_lowers_the_visible_share_and_says_truncated(renders: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "crops.toml"
    recipe.write_text("[geometry]\nzoom = [2.0, 3.0]\n[weather]\nkinds = { clear = 1 }\n[paste]\nchance = 0\n")
    out = tmp_path / "out"
    augment("--dataset", renders, "--output", out, "--count", 20, "--recipe", recipe)
    shares = {True: [], False: []}
    for record in records.read_all(out):
        for item in record.instances:
            whole = 1.0 if item.category == "rescuer" else 0.8
            shares[item.truncated].append(item.visible / whole)
    assert max(shares[True]) < 1
    assert all(share == pytest.approx(1) for share in shares[False])
    assert shares[True] and shares[False]


def test_what_falls_under_the_minimum_is_recorded_but_not_exported(photos: Path, tmp_path: Path, capsys) -> None:
    recipe = tmp_path / "strict.toml"
    recipe.write_text("[labels]\nmin_visible = 0.9\n[geometry]\nzoom = [2.5, 3.0]\naim = 0\n[paste]\nchance = 0\n")
    out = tmp_path / "out"
    augment("--dataset", photos, "--output", out, "--count", 20, "--recipe", recipe)
    found = [item for record in records.read_all(out) for item in record.instances]
    hidden = [item for item in found if not item.exported]
    assert hidden and all("visible of at least 0.9" in item.reason for item in hidden)
    coco = json.loads((out / "coco.json").read_text())
    assert len(coco["annotations"]) == len(found) - len(hidden)
    dropped = int(capsys.readouterr().out.split(" dropped")[0].split()[-1])
    assert dropped == 20 - (len(found) - len(hidden))


def test_no_outline_lies_on_filler(renders: Path, busy: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "small.toml"
    recipe.write_text(busy.read_text().replace("[paste]", "[geometry]\nzoom = [0.4, 0.7]\n[paste]"))
    out = tmp_path / "out"
    augment("--dataset", renders, "--output", out, "--count", 12, "--recipe", recipe)
    for record in records.read_all(out):
        view = record.about["operations"][0]
        corners = np.array([[0, 0, 1], [160, 0, 1], [160, 120, 1], [0, 120, 1.0]]) @ np.array(view["matrix"]).T
        inside = outlines.fill([corners[:, :2] / corners[:, 2:] - 0.5], (120, 160))
        labels = png.read(out / "masks" / f"{record.name}.png")
        assert not (labels[~cv2.dilate(inside.astype(np.uint8), np.ones((3, 3))).astype(bool)] > 0).any()


def test_the_output_is_a_data_set_that_via_takes_and_that_can_be_augmented_again(photos: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert augment("--dataset", photos, "--output", first, "--count", 4) == 0
    assert via_check.validate_project(json.loads((first / "via_project.json").read_text())) == []
    assert augment("--dataset", first, "--output", second, "--count", 4) == 0
    assert augment("--dataset", first / "coco.json", "--output", tmp_path / "third", "--count", 4) == 0
    assert len(records.read_all(second)) == len(records.read_all(tmp_path / "third")) == 4


def test_a_mosaic_joins_four_sources_and_keeps_ids_apart(renders: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "mosaic.toml"
    recipe.write_text("[paste]\nmosaic = 1.0\nchance = 0.5\n[weather]\nkinds = { clear = 1 }\n")
    out = tmp_path / "out"
    assert augment("--dataset", renders, "--output", out, "--count", 6, "--recipe", recipe) == 0
    for record in records.read_all(out):
        steps = [step["operation"] for step in record.about["operations"]]
        assert steps[0] == "mosaic" and steps.count("view") == 4
        labels = png.read(out / "masks" / f"{record.name}.png")
        assert sorted(np.unique(labels)[1:].tolist()) == [item.id for item in record.instances]


def test_pasted_instances_hide_what_lies_behind(renders: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "crowd.toml"
    recipe.write_text(
        "[paste]\nchance = 1\ncount = [2, 3]\nocclude = 1\n[weather]\nkinds = { clear = 1 }\n[geometry]\nchances = {}\n"
    )
    out = tmp_path / "out"
    augment("--dataset", renders, "--output", out, "--count", 12, "--recipe", recipe)
    hidden = 0
    for record in records.read_all(out):
        for item in record.instances:
            if not item.about.get("pasted"):
                whole = 1.0 if item.category == "rescuer" else 0.8
                hidden += item.visible < 0.99 * whole
                assert item.visible >= 0.1 * whole
    assert hidden >= 5


def test_withheld_instances_stay_withheld(renders: Path, tmp_path: Path) -> None:
    path = renders / "frames" / "frame_000000.json"
    record = records.read(path)
    first = replace(record.instances[0], exported=False, reason="set aside by hand")
    records.write(renders, replace(record, instances=(first, record.instances[1])))
    augment("--dataset", renders, "--output", tmp_path / "out", "--count", 1)
    found = records.read_all(tmp_path / "out")[0].instances
    assert [item.reason for item in found if item.category == "rescuer"] == ["set aside by hand"]


def test_a_source_that_shows_weather_gets_no_second_one(renders: Path, tmp_path: Path) -> None:
    for k, kind in enumerate(("snow", "overcast", "clear")):
        record = records.read(renders / "frames" / f"frame_{k:06d}.json")
        records.write(renders, replace(record, about={"weather": {"kind": kind}}))
    recipe = tmp_path / "rain.toml"
    recipe.write_text("[weather]\nkinds = { rain = 1 }\n")
    augment("--dataset", renders, "--output", tmp_path / "out", "--count", 6, "--recipe", recipe)
    rained = {
        record.about["source"]
        for record in records.read_all(tmp_path / "out")
        if any(step["operation"] == "rain" for step in record.about["operations"])
    }
    assert rained == {"frame_000001", "frame_000002"}


def test_rain_falls_as_the_sources_camera_sees_it() -> None:
    level = {"camera": {"position": [0, 0, 2], "target": [0, 9, 2]}}
    nadir = {"camera": {"position": [0, 0, 30], "target": [0, 0, 0]}}
    assert weather.gravity(level) == pytest.approx((0, 1, 0))
    assert weather.gravity(nadir) == pytest.approx((0, 0, 1))
    assert weather.gravity({}) == weather.gravity({"camera": "unknown"}) == (0, 1, 0)


def test_a_sheet_shows_every_operation_by_its_name(photos: Path, tmp_path: Path) -> None:
    wishes = recipe.Recipe()
    found = sources.open_set(photos)
    steps = {name: recipe.parse(changes) for name, changes in preview._each(recipe.tree(wishes))}
    assert {*recipe.PIXELS, *recipe.KINDS[1:], "flip", "rotate", "night", "drops", "paste", "mosaic"} <= set(steps)
    for name, changed in steps.items():
        made = Maker(changed, found, "preview", None).make(0)
        done = {step["operation"] for step in made.record.about["operations"]} - {"view", "jpeg"}
        geometric = name in ("as it is", "flip", "zoom in", "zoom out", "rotate", "perspective")
        assert done == (set() if geometric else {name}), name
    path = tmp_path / "sheet.jpg"
    assert augment("--dataset", photos, "--preview", path, "--operations") == 0
    assert cv2.imread(str(path)).shape[1] > 4 * 480
