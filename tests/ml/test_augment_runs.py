"""Whole runs of `python -m ml augment`: same bytes by any number of workers, resumable, every bad input named."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from dataset import files, outlines, png, records, via_check
from dataset.records import Annotation, Record
from dataset.spec import stream
from ml.__main__ import main
from ml.augment import preview, recipe, sources, weather
from ml.augment.frame import Maker

ROOT = Path(__file__).resolve().parents[2]
SQUARE = [(40, 30), (100, 30), (100, 110), (40, 110)]
BUSY = """
[paste]
chance = 0.6
[weather]
night = 0.2
drops = 0.3
"""


def picture(seed: int, width: int = 160, height: int = 120) -> np.ndarray:
    """Soft random colours, uint8 HxWx3."""
    small = stream(seed, "picture").integers(0, 256, (6, 8, 3), np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def write_via(folder: Path, names: list[str], regions: list[list[tuple[float, float]]] | None = None) -> Path:
    """A bare VIA file: the same outlines on every picture."""
    entries = {}
    for name in names:
        path = folder / name
        size = path.stat().st_size if path.exists() else 1
        entries[f"{name}{size}"] = {
            "filename": name,
            "size": size,
            "file_attributes": {},
            "regions": [
                {
                    "shape_attributes": {
                        "name": "polygon",
                        "all_points_x": [x for x, _ in ring],
                        "all_points_y": [y for _, y in ring],
                    },
                    "region_attributes": {"category": "person"},
                }
                for ring in (regions or [SQUARE])
            ],
        }
    file = folder / "via_region_data.json"
    file.write_text(json.dumps(entries))
    return file


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Four photos with one square each."""
    folder = tmp_path / "photos"
    folder.mkdir()
    names = [f"photo{k}.jpg" for k in range(4)]
    for k, name in enumerate(names):
        cv2.imwrite(str(folder / name), picture(k))
    write_via(folder, names)
    return folder


@pytest.fixture
def renders(tmp_path: Path) -> Path:
    """Three frames of ours: two people with a helmet each, one of them hidden in part, depth and a sky."""
    folder = tmp_path / "renders"
    for k in range(3):
        masks, parts = np.zeros((120, 160), np.uint16), np.zeros((120, 160), np.uint16)
        masks[40:110, 30 + 5 * k : 60 + 5 * k] = 1
        masks[30:100, 90:120] = 2
        masks[60:70, 100:110] = 0
        parts[40:52, 34 + 5 * k : 54 + 5 * k] = 1
        parts[30:42, 94:114] = 2
        depth = np.full((120, 160), 1500, np.uint16)
        depth[:25], depth[masks == 1], depth[masks == 2] = 65535, 800, 600
        data = cv2.imencode(".jpg", picture(k))[1].tobytes()
        name = f"frame_{k:06d}"

        def found(labels: np.ndarray, number: int, category: str, **more: object) -> Annotation:
            own = labels == number
            polygons, holes = outlines.trace(own)
            pixels = int(own.sum())
            rle = outlines.run_lengths(own) if holes else None
            given = {"amodal_pixels": pixels, **more}
            return Annotation(
                number, category, box=outlines.bounds(own), pixels=pixels, polygons=tuple(polygons), rle=rle, **given
            )

        record = Record(
            name, k, 1, 0, "r", 160, 120, f"images/{name}.jpg", len(data),
            instances=(found(masks, 1, "rescuer"), found(masks, 2, "civilian", visible=0.8, amodal_pixels=2500)),
            parts=(found(parts, 1, "helmet", owner=1), found(parts, 2, "helmet", owner=2)),
            depth_scale=0.01,
        )  # fmt: skip
        files.write_atomic(folder / record.image, data)
        png.write(folder / "masks" / f"{name}.png", masks)
        png.write(folder / "parts" / f"{name}.png", parts)
        png.write(folder / "depth" / f"{name}.png", depth)
        records.write(folder, record)
    return folder


def augment(*arguments: object) -> int:
    """The command in this process."""
    return main(["augment", *map(str, arguments)])


def content(folder: Path) -> dict[str, str]:
    """Digest by file name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """A recipe in which much happens."""
    path = tmp_path / "busy.toml"
    path.write_text(BUSY)
    return path


def test_any_number_of_workers_writes_the_same_bytes(renders: Path, busy: Path, tmp_path: Path) -> None:
    for workers in (1, 3):
        command = [
            sys.executable,
            "-m",
            "ml",
            "augment",
            "--dataset",
            renders,
            "--output",
            tmp_path / f"{workers}" / "set",
        ]
        command += ["--count", "14", "--recipe", busy, "--workers", str(workers)]
        subprocess.run([str(part) for part in command], cwd=ROOT, check=True, capture_output=True, timeout=120)
    assert content(tmp_path / "1") == content(tmp_path / "3")
    assert len(list((tmp_path / "1" / "set" / "images").glob("*.jpg"))) == 14


def test_a_run_goes_on_where_it_was(photos: Path, busy: Path, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole" / "set", tmp_path / "parts" / "set"
    assert augment("--dataset", photos, "--output", whole, "--count", 9, "--recipe", busy) == 0
    assert augment("--dataset", photos, "--output", parts, "--count", 5, "--recipe", busy) == 0
    (parts / "images" / "aug_000001.jpg").write_bytes(b"damaged")
    (parts / "frames" / "aug_000003.json").write_text("{")
    assert augment("--dataset", photos, "--output", parts, "--count", 9, "--recipe", busy) == 0
    assert content(whole) == content(parts)


def test_another_recipe_or_data_set_does_not_mix_into_a_folder(photos: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    assert augment("--dataset", photos, "--output", out, "--count", 3) == 0
    assert augment("--dataset", photos, "--output", out, "--count", 3, "--seed", 5) == 2
    assert "choose another folder" in capsys.readouterr().err
    assert augment("--dataset", photos, "--output", out, "--count", 4) == 0


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


def test_torch_is_never_imported(photos: Path, tmp_path: Path) -> None:
    bait = tmp_path / "bait" / "torch"
    bait.mkdir(parents=True)
    (bait / "__init__.py").write_text("raise SystemExit('torch was imported')")
    code = (
        "import sys\nfrom ml.__main__ import main\n"
        f"folder, out = {str(photos)!r}, {str(tmp_path / 'out')!r}\n"
        "code = main(['augment', '--dataset', folder, '--output', out, '--count', '6'])\n"
        "assert 'albumentations' in sys.modules\nassert 'torch' not in sys.modules\nsys.exit(code)"
    )
    path = os.pathsep.join([str(tmp_path / "bait"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_an_interrupt_finishes_the_step_and_keeps_what_is_done(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "ml", "augment", "--dataset", photos, "--output", out, "--count", 4000]
    command = [str(part) for part in [*command, "--workers", 2, "--json"]]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    events = [json.loads(process.stdout.readline()) for _ in range(6)]
    process.send_signal(signal.SIGINT)
    events += [json.loads(line) for line in process.stdout]  # not communicate(): it loses what readline() read ahead
    assert process.wait(timeout=30) == 0
    assert [events[0]["event"], events[-1]["event"]] == ["start", "done"]
    assert events[-1]["stopped"]
    frames = [event for event in events if event["event"] == "frame"]
    assert len(records.read_all(out)) == len(frames) < 4000
    assert len(list((out / "images").iterdir())) == len(frames)
    assert not list(out.rglob(".*.part"))


def test_closing_the_leash_stops_a_run(photos: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "ml",
        "augment",
        "--dataset",
        photos,
        "--output",
        tmp_path / "out",
        "--count",
        4000,
    ]
    process = subprocess.Popen(
        [str(part) for part in [*command, "--json"]], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    process.stdout.readline()
    time.sleep(0.3)
    process.stdin.close()
    last = [json.loads(line) for line in process.stdout.read().splitlines()][-1]
    assert process.wait(timeout=30) == 0
    assert last["event"] == "done" and last["stopped"]


def test_a_full_disk_is_named_and_leaves_whole_frames_only(photos: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    out, real, calls = tmp_path / "out", os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    assert augment("--dataset", photos, "--output", out, "--count", 12) == 2
    assert "no space left" in capsys.readouterr().err
    stems = {path.stem for path in (out / "frames").iterdir()}
    assert stems == {path.stem for path in (out / "images").iterdir()}
    assert stems and not list(out.rglob(".*.part"))
    monkeypatch.undo()
    assert augment("--dataset", photos, "--output", out, "--count", 12) == 0
    assert len(records.read_all(out)) == 12


def test_fewer_outputs_than_sources_is_said(photos: Path, tmp_path: Path, capsys) -> None:
    assert augment("--dataset", photos, "--output", tmp_path / "out", "--count", 3) == 0
    assert "--count 3 is below the 4 sources" in capsys.readouterr().err
    assert len(records.read_all(tmp_path / "out")) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--count", "-1"], "--count -1"),
        (["--workers", "0"], "--workers 0"),
        (["--recipe", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_wrong_arguments_are_one_line_and_exit_code_2(photos: Path, tmp_path: Path, capsys, arguments, words) -> None:
    assert augment("--dataset", photos, "--output", tmp_path / "out", *arguments) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1


def test_a_folder_without_annotations_is_refused(tmp_path: Path, capsys) -> None:
    assert augment("--dataset", tmp_path, "--output", tmp_path / "out") == 2
    assert "neither frames/ of ours nor a VIA or COCO file" in capsys.readouterr().err
    assert augment("--dataset", tmp_path / "nothing", "--output", tmp_path / "out") == 2
    assert "no such file or folder" in capsys.readouterr().err


def test_a_damaged_frame_of_ours_is_named_and_the_rest_done(renders: Path, tmp_path: Path, capsys) -> None:
    image = renders / "images" / "frame_000001.jpg"
    image.write_bytes(image.read_bytes()[:900])
    (renders / "images" / "frame_000002.jpg").unlink()
    assert augment("--dataset", renders, "--output", tmp_path / "out", "--count", 4) == 0
    error = capsys.readouterr().err
    assert "frame_000001.jpg: 900 bytes" in error and "frame_000002.jpg: picture is missing" in error
    assert {record.about["source"] for record in records.read_all(tmp_path / "out")} == {"frame_000000"}


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
