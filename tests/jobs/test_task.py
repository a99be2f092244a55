"""A single long command: progress by its events, a stop that saves, an end that is explained."""

import os
import signal
import sys
import time
from pathlib import Path

from jobs.progress import Progress, State
from jobs.task import Task

ROOT = Path(__file__).parents[2]
HEAD = "import sys, time\nfrom jobs.child import Leash, emit\n"


def make(tmp_path: Path, body: str) -> Task:
    # As ``python -m ml`` runs: in the project's folder, whose rooms are then top-level.
    return Task([sys.executable, "-c", HEAD + body], tmp_path / "task.log", folder=ROOT)


def run(task: Task, until=lambda progress: False) -> Progress:
    end = time.monotonic() + 10.0
    while task.active:
        progress = task.poll()
        if until(progress):
            return progress
        assert time.monotonic() < end, task.state
        time.sleep(0.01)
    return task.progress()


def test_events_become_progress(tmp_path):
    body = """
emit("start", total=4)
for k in range(4):
    time.sleep(0.05)
    emit("frame", image=f"images/{k}.jpg")
emit("done", made=4, there=0)
"""
    task = make(tmp_path, body)
    seen = run(task, until=lambda progress: progress.done == 2)
    assert seen.state is State.RUNNING and seen.total == 4 and 0.02 < seen.seconds < 2.0 and seen.left > 0
    progress = run(task)
    assert (progress.state, progress.done, progress.image) == (State.DONE, 4, "images/3.jpg")


def test_what_was_there_counts_as_done(tmp_path):
    progress = run(make(tmp_path, "emit('start', total=9)\nemit('done', made=0, there=9)"))
    assert (progress.state, progress.done) == (State.DONE, 9)


def test_a_program_that_says_nothing_is_no_command_of_ours(tmp_path):
    progress = run(make(tmp_path, "pass"))
    assert progress.state is State.FAILED and "it is no Python; choose another one" in progress.message


def test_training_tells_steps_loss_and_figures(tmp_path):
    body = """
for k in range(101, 104):
    emit("loss", step=k, total=0, loss=1.0 / k)
    emit("frame", index=k, image="")
emit("start", total=500, there=100)
emit("loss", step=104, total=500, loss=float("nan"))
emit("frame", index=104, image="")
emit("validation", step=104, ap50=0.5, f1=0.25, ap50_rescuer=0.6, mask_seconds=2.0)
time.sleep(30)
"""
    task = make(tmp_path, body)
    progress = run(task, until=lambda progress: bool(task.figures))
    assert (progress.done, progress.total) == (104, 500) and progress.left > 0
    assert task.curve == [(k, 1.0 / k) for k in range(101, 104)] and task.figures == {"AP50": 0.5, "F1": 0.25}
    task.close()


def test_a_long_curve_is_thinned_out_evenly(tmp_path):
    task = make(tmp_path, "for k in range(5001):\n    emit('loss', step=k, loss=float(k))")
    run(task)
    steps = [step for step, _ in task.curve]
    assert 500 < len(steps) <= 2000 and steps[0] == 0 and steps[-1] > 4990
    assert steps == sorted(set(steps))


def test_an_exit_code_may_be_as_good_as_nought(tmp_path):
    body = HEAD + "emit('check', name='torch', state='missing', text='not installed')\nsys.exit(1)"
    task = Task([sys.executable, "-c", body], tmp_path / "task.log", folder=ROOT, good=(0, 1))
    assert run(task).state is State.DONE and task.checks[0]["name"] == "torch"


def test_wrong_input_is_explained_in_its_own_words(tmp_path):
    body = "emit('error', message='no picture in /x')\nprint('augment: no picture in /x', file=sys.stderr)\nsys.exit(2)"
    progress = run(make(tmp_path, body))
    assert progress.state is State.FAILED and progress.message == "no picture in /x"
    assert Path(progress.log) == tmp_path / "task.log"


def test_a_crash_shows_its_last_line(tmp_path):
    progress = run(make(tmp_path, "raise ValueError('mask and picture differ')"))
    assert progress.message == "ValueError: mask and picture differ"


def test_a_child_that_is_killed_says_what_may_have_been(tmp_path):
    task = make(tmp_path, "emit('start', total=9)\ntime.sleep(30)")
    run(task, until=lambda progress: progress.state is State.RUNNING)
    os.kill(task.pids[0], signal.SIGKILL)
    progress = run(task)
    assert progress.state is State.FAILED
    assert progress.message == "killed from outside (signal 9): the system may have run out of memory"


def test_stop_lets_it_save(tmp_path):
    saved = tmp_path / "saved"
    body = f"""
leash = Leash()
emit("start", total=100)
emit("frame")
while not leash.pulled:
    time.sleep(0.02)
open({str(saved)!r}, "w")
"""
    task = make(tmp_path, body)
    run(task, until=lambda progress: progress.done == 1)
    task.stop()
    assert task.state is State.STOPPING
    progress = run(task)
    assert progress.state is State.STOPPED and saved.exists()
    assert progress.message == "stopped at 1 of 100; starting again goes on from there"


def test_a_python_that_is_none_is_named(tmp_path):
    progress = run(Task([str(tmp_path / "python"), "-m", "ml"], tmp_path / "task.log"))
    assert progress.state is State.FAILED and "check the path" in progress.message


def test_close_leaves_no_process(tmp_path):
    task = make(tmp_path, "emit('start')\ntime.sleep(60)")
    run(task, until=lambda progress: progress.state is State.RUNNING)
    (pid,) = task.pids
    task.close()
    assert task.state is State.STOPPED and not Path(f"/proc/{pid}").exists()
