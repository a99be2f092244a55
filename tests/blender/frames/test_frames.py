"""A data set is a pure function of its recipe: in any order, in any process, after any kill."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rescue_synth.dataset import checks, outlines, png, records, via

ROOT = Path(__file__).resolve().parents[3]

TINY = """
[render]
width = 96
height = 72
samples = 1
[site]
frames_per_site = 2
buildings = [0, 0]
heaps = [1, 1]
vehicles = [0, 0]
trees = [0, 1]
distractors = [0, 1]
[people]
rescuers = [1, 2]
civilians = [0, 1]
[camera]
views = { handheld = 1 }
distance = [2.5, 5.0]
[labels]
min_pixels = 12
"""


BARE = TINY.replace("heaps = [1, 1]", "heaps = [0, 0]").replace("[0, 1]", "[0, 0]").replace("[1, 2]", "[1, 1]")
"""As little as a frame can hold: for tests that start many processes."""


def command(folder: Path, frames: str, *more: str) -> list[str]:
    """batch.py under this very Python, as a user starts it."""
    recipe = folder.parent / "tiny.toml"
    if not recipe.exists() and "--recipe" not in more:
        recipe.write_text(TINY)
    batch = [sys.executable, str(ROOT / "scripts" / "batch.py"), "--output", str(folder), "--frames", frames]
    return [*batch, "--recipe", str(recipe), "--device", "cpu", *more]


def run(folder: Path, frames: str, *more: str) -> subprocess.CompletedProcess:
    """One run to its end."""
    return subprocess.run(command(folder, frames, *more), capture_output=True, text=True, timeout=300)


def contents(folder: Path) -> dict[str, str]:
    """Every file but the log: path -> hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "log.jsonl"
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames 0-3 in one run."""
    folder = tmp_path_factory.mktemp("whole") / "set"
    done = run(folder, "0-3")
    assert done.returncode == 0, done.stderr
    return folder


def test_the_folder_keeps_its_contract(whole: Path) -> None:
    names = [f"rescue_{index:06d}" for index in range(4)]
    for name in names:
        record = records.read(whole / "frames" / f"{name}.json")
        masks, parts = png.read(whole / "masks" / f"{name}.png"), png.read(whole / "parts" / f"{name}.png")
        assert checks.problems_of_masks(record, masks, parts) == []
        assert (whole / record.image).stat().st_size == record.bytes
        assert png.read(whole / "depth" / f"{name}.png").dtype == "uint16"
        for item in record.instances:
            shape = masks == item.id
            assert (outlines.fill(item.polygons, masks.shape) == shape).all()
            silhouette = png.read(whole / "silhouettes" / item.category / f"{name}.png")
            assert (silhouette[shape] == 255).all()
        for item in record.parts:
            owner = next(other for other in record.instances if other.id == item.owner)
            assert (masks[parts == item.id] == owner.id).all(), "a part lies within its wearer"
    project = json.loads((whole / "via_project.json").read_text())
    assert via.validate_project(project) == []
    for name in ("recipe.toml", "via_region_data.json", "coco.json", "preview.jpg", "log.jsonl"):
        assert (whole / name).is_file(), name


def test_frames_made_one_by_one_in_any_order_are_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    for index in (3, 1, 0, 2):
        done = run(folder, str(index), *(("--no-derive",) if index != 2 else ()))
        assert done.returncode == 0, done.stderr
    assert contents(folder) == contents(whole)


def test_after_twenty_kills_the_folder_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(BARE)
    start = time.monotonic()
    assert run(tmp_path / "calm", "0-2").returncode == 0
    length = time.monotonic() - start
    folder, draw, kills = tmp_path / "set", random.Random(5), 0
    while kills < 20:
        child = subprocess.Popen(command(folder, "0-2"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=draw.uniform(0.1, 0.7) * length)
            shutil.rmtree(folder)  # it came to its end before it could be killed: once more from nothing
            continue
        child.send_signal(signal.SIGKILL)
        child.wait()
        kills += 1
        for path in (folder / "frames").glob("*.json"):
            records.read(path)
    assert run(folder, "0-2").returncode == 0
    assert contents(folder) == contents(tmp_path / "calm")


def test_running_again_makes_only_what_is_missing(whole: Path) -> None:
    before = contents(whole)
    lost = whole / "images" / "rescue_000001.jpg"
    lost.write_bytes(lost.read_bytes()[:100])
    done = run(whole, "0-3")
    assert done.returncode == 0 and "1 frames to make, 3 are there already" in done.stdout
    assert contents(whole) == before


def test_an_interrupt_finishes_the_frame_and_keeps_it(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    child = subprocess.Popen(command(folder, "0-3", "--json"), stdout=subprocess.PIPE, text=True)
    for line in child.stdout:  # some Blenders add warnings of their own; readers take what is a JSON object
        if line.startswith("{") and json.loads(line)["event"] == "frame":
            child.send_signal(signal.SIGINT)
            break
    rest = child.stdout.read()
    assert child.wait(timeout=120) == 0 and '"finished"' in rest
    done = [records.read(path) for path in (folder / "frames").glob("*.json")]
    assert 1 <= len(done) <= 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--seed", "9"), "another recipe or seed"),
        (("--width", "64"), "render.width: 96 -> 64"),
        (("--width", "4"), "render.width = 4"),
        (("--frames", "9-3"), "write 3-9"),
        (("--frames", "x"), "write 0-99"),
        (("--recipe", "none.toml"), "none.toml"),
        (("--assets", "nowhere"), "make assets"),
        (("--device", "metal"), "no metal device"),
        (("--colour", "red"), "unrecognized arguments"),
    ],
)
def test_wrong_input_gets_one_line_and_exit_code_2(whole: Path, change: tuple[str, ...], said: str) -> None:
    done = run(whole, "0-3", *change)
    assert done.returncode == 2 and said in done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[people]\nrescuers = [-1, 2]", "people.rescuers = [-1, 2]"),
        ("[peple]\nrescuers = [1, 2]", "unknown key peple"),
        ("[assets]\ncollections = { rescuer = 'Team' }", "assets.collections.rescuer = 'Team': no such collection"),
        ("[assets]\nblend = 'none.blend'", "none.blend"),
    ],
)
def test_a_wrong_recipe_gets_one_line_and_exit_code_2(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "tiny.toml").write_text(text)
    done = run(tmp_path / "set", "0")
    assert done.returncode == 2 and said in done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "tiny.toml").write_text(TINY)
    done = run(tmp_path / "file" / "set", "0", "--recipe", str(tmp_path / "tiny.toml"))
    assert done.returncode == 2 and "choose another output folder" in done.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="a small disk is mounted, which needs root")
def test_a_full_disk_is_said_in_one_line_and_nothing_half_written_stays(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    folder = disk / "set"
    (tmp_path / "tiny.toml").write_text(TINY)
    batch = " ".join(command(folder, "0", "--recipe", str(tmp_path / "tiny.toml")))
    mount = f"mount -t tmpfs -o size=24k none {disk} && {batch}; "
    look = f"code=$?; find {disk} -name '*.part' -o -name '*_000000.json'; exit $code"
    done = subprocess.run(["unshare", "--mount", "sh", "-c", mount + look], capture_output=True, text=True, timeout=300)
    assert done.returncode == 2 and "no space left" in done.stderr and "Traceback" not in done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith(str(disk))] == []
