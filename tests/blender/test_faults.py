"""What may go wrong while an artist works, and what the panel then says and offers."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import bpy
import pytest
from rescue_synth.dataset import files
from rescue_synth.render import generate

sys.path.insert(0, str(Path(__file__).parent))
from recorder import Recorder

ROOT = Path(__file__).resolve().parents[2]
WORKER = ROOT / "tests" / "jobs" / "worker.py"


def room(extension: ModuleType, name: str) -> ModuleType:
    return sys.modules[f"{extension.__name__}.{name}"]


def said(panel: type) -> tuple[str, list[str]]:
    """The words of a panel, its wrapped lines joined, and the operators of its buttons."""
    layout = Recorder()
    panel.draw(SimpleNamespace(layout=layout), bpy.context)
    return " ".join(layout.texts), layout.operators


@pytest.fixture
def data(extension, tmp_path):
    """The data set's folder, for five frames."""
    wished = bpy.context.scene.rescue_synth
    wished.folder, wished.frames = str(tmp_path / "data set"), 5
    return tmp_path / "data set"


@pytest.fixture
def workers(extension, data, monkeypatch):
    """Chooses how the stand-in workers misbehave."""
    options: list[str] = []

    def batch(output: Path, recipe: Path, frames: str, device: str = "auto", threads: int = 0) -> list[str]:
        output.mkdir(parents=True, exist_ok=True)
        return [sys.executable, str(WORKER), str(output), "--frames", frames, *options]

    monkeypatch.setattr(room(extension, "operators.command"), "batch", batch)
    return options


def meanwhile(extension: ModuleType, act: Callable[[int], None]) -> threading.Thread:
    """Calls ``act`` with the process id of the run's first child, once there is one."""

    def wait() -> None:
        gaits, end = room(extension, "operators.gaits"), time.monotonic() + 60
        while time.monotonic() < end:
            if gaits._running is not None and gaits._running.pids:
                time.sleep(0.5)
                act(gaits._running.pids[0])
                return
            time.sleep(0.01)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


def test_a_worker_that_is_killed_costs_nothing(extension, workers, data):
    workers[:] = ["--seconds", "0.4"]
    killer = meanwhile(extension, lambda pid: os.killpg(pid, signal.SIGKILL))
    assert bpy.ops.rescue_synth.generate() == {"FINISHED"}
    killer.join()
    words, buttons = said(bpy.types.RESCUE_SYNTH_PT_generate)
    assert "5 frames are ready" in words and "rescue_synth.open_folder" in buttons


def test_a_frame_that_kills_every_worker_is_named_and_the_log_offered(extension, workers):
    workers[:] = ["--always", "3"]
    with pytest.raises(RuntimeError, match="1 frame is missing; frame 3: Segmentation fault"):
        bpy.ops.rescue_synth.generate()
    words, buttons = said(bpy.types.RESCUE_SYNTH_PT_generate)
    assert "1 frame is missing; frame 3: Segmentation fault" in words
    job = bpy.context.window_manager.rescue_synth.generate
    assert (job.state, job.done) == ("FAILED", 4) and Path(job.log).is_file()
    assert {"rescue_synth.generate", "rescue_synth.open_folder"} <= set(buttons)


@pytest.mark.parametrize(
    ("reason", "way_out"),
    [
        (files.explain(Path("/data/a.jpg"), OSError(28, "No space left on device")), "free some space"),
        (generate.GONE.format("/data"), "generate again to begin anew"),
    ],
)
def test_a_full_disk_and_a_deleted_folder_are_said_with_what_to_do(extension, workers, reason, way_out):
    workers[:] = ["--error", reason]
    with pytest.raises(RuntimeError, match=way_out):
        bpy.ops.rescue_synth.generate()
    words, buttons = said(bpy.types.RESCUE_SYNTH_PT_generate)
    assert reason in words and "rescue_synth.generate" in buttons


def test_a_missing_collection_is_said_before_anything_starts(extension, workers, data):
    assets = bpy.context.scene.rescue_synth.assets
    bpy.data.collections.new("Crew")
    assets.collections.rescuer = "Team"
    for run in (bpy.ops.rescue_synth.generate, bpy.ops.rescue_synth.preview):
        with pytest.raises(RuntimeError, match="'Team': no such collection; there are: Crew"):
            run()
    assets.collections.rescuer = "Crew"
    with pytest.raises(RuntimeError, match="'Crew': the collection holds no mesh to render"):
        bpy.ops.rescue_synth.generate()
    assert not data.exists()


def test_a_learning_command_that_is_killed_says_what_may_have_been(extension, data):
    (data / "frames").mkdir(parents=True)
    (data / "frames" / "rescue_000000.json").touch()
    program = data.parent / "python"
    program.write_text(
        f"#!{sys.executable}\nimport json, time\n"
        "print(json.dumps(dict(event='start', total=9)), flush=True)\ntime.sleep(60)\n"
    )
    program.chmod(0o755)
    bpy.context.preferences.addons[extension.__name__].preferences.python = str(program)
    killer = meanwhile(extension, lambda pid: os.killpg(pid, signal.SIGKILL))
    with pytest.raises(RuntimeError, match="killed from outside"):
        bpy.ops.rescue_synth.train()
    killer.join()
    words, buttons = said(bpy.types.RESCUE_SYNTH_PT_train)
    assert "the system may have run out of memory" in words
    assert {"rescue_synth.train", "rescue_synth.open_folder"} <= set(buttons)


def test_a_learning_python_that_has_gone_is_named(extension, data):
    (data / "frames").mkdir(parents=True)
    (data / "frames" / "rescue_000000.json").touch()
    bpy.context.preferences.addons[extension.__name__].preferences.python = "/nowhere/python"
    with pytest.raises(RuntimeError, match="/nowhere/python: no such program; choose the Learning Python"):
        bpy.ops.rescue_synth.augment()


def test_building_shows_how_far_it_is_and_nothing_to_press(extension):
    jobs = bpy.context.window_manager.rescue_synth
    jobs.building, jobs.built = "house 1 of 2", 0.25
    layout = Recorder()
    bpy.types.RESCUE_SYNTH_PT_main.draw(SimpleNamespace(layout=layout), bpy.context)
    assert layout.progress_bars == [(0.25, "House 1 of 2 (Esc cancels)")]
    assert "rescue_synth.randomise" not in layout.operators
