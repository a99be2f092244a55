"""Making a Python for learning: done, failed with pip's own reason, stopped."""

import os
import sys
import time
from pathlib import Path

import pytest

from jobs import environment
from jobs.progress import Progress, State
from jobs.task import Task

ROOT = Path(__file__).parents[2]


def make(tmp_path: Path, requirements: str, *check: str) -> Task:
    (tmp_path / "requirements.txt").write_text(requirements)
    return Task(
        [sys.executable, "-m", "jobs.environment", "--folder", str(tmp_path / "python"),
         "--requirements", str(tmp_path / "requirements.txt"), "--check", *check],
        tmp_path / "environment.log",
        folder=ROOT,
        # No test reaches for the network.
        environment={"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull},
    )  # fmt: skip


def run(task: Task) -> tuple[Progress, list[str]]:
    end, messages = time.monotonic() + 240.0, []
    while task.active:
        messages.append(task.poll().message)
        assert time.monotonic() < end
        time.sleep(0.02)
    return task.progress(), messages


def test_it_is_made_tried_and_made_again_at_once(tmp_path):
    progress, messages = run(make(tmp_path, "", "json"))
    assert (progress.state, progress.done, progress.total, progress.message) == (State.DONE, 3, 3, "")
    assert "Making a virtual environment" in messages and environment.program(tmp_path / "python").exists()

    made = environment.program(tmp_path / "python").lstat().st_mtime_ns
    progress, messages = run(make(tmp_path, "", "no_such_module"))
    assert environment.program(tmp_path / "python").lstat().st_mtime_ns == made
    assert progress.state is State.FAILED
    assert progress.message == "ModuleNotFoundError: No module named 'no_such_module'"


def test_pips_own_reason_is_heard(tmp_path):
    progress, _ = run(make(tmp_path, "no-such-package-of-ours==1\n"))
    assert progress.state is State.FAILED and "No matching distribution found" in progress.message
    assert Path(progress.log).exists()


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks at /proc")
def test_stopping_it_ends_the_step_too(tmp_path):
    task = make(tmp_path, "")
    while not task.pids or not (children := Path(f"/proc/{task.pids[0]}/task/{task.pids[0]}/children").read_text()):
        task.poll()
        time.sleep(0.01)
    task.stop()
    progress, _ = run(task)
    assert progress.state is State.STOPPED
    assert not any(Path(f"/proc/{pid}").exists() for pid in children.split())
