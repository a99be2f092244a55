"""Whole runs of `python -m ml augment`: same bytes by any number of workers, resumable, every bad input named."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dataset import records
from tests.ml.sources_of_pictures import augment, content, make_photos

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Four photos with one square each."""
    return make_photos(tmp_path)


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
