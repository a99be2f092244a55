"""A pool of workers: every frame once, through crashes, stops and resumes."""

import sys
import time
from pathlib import Path

import pytest

from jobs import pool as pools
from jobs.pool import Pool, split
from jobs.progress import Progress, State

WORKER = str(Path(__file__).with_name("worker.py"))


def make(folder: Path, frames: range, *options: str, merge: bool = False, **settings) -> Pool:
    base = [sys.executable, WORKER, str(folder)]
    return Pool(
        lambda span: [*base, "--frames", span, *options],
        frames,
        folder / "logs",
        merge=(lambda span: [sys.executable, "-c", f"open({str(folder / 'merged')!r}, 'w')", span]) if merge else None,
        **settings,
    )


def run(pool: Pool, seconds: float = 60.0) -> Progress:
    end = time.monotonic() + seconds
    while pool.active:
        pool.poll()
        assert time.monotonic() < end, f"still {pool.state}"
        time.sleep(0.01)
    return pool.progress()


def made(folder: Path) -> list[int]:
    return sorted(int(path.stem) for path in folder.glob("*.done"))


@pytest.mark.parametrize(
    ("frames", "workers", "recycle", "together", "expected"),
    [
        (range(0, 8), 1, 100, 1, [(0, 7)]),
        (range(0, 5), 1, 100, 4, [(0, 4)]),
        (range(0, 8), 2, 100, 1, [(0, 3), (4, 7)]),
        (range(0, 10), 2, 100, 4, [(0, 3), (4, 7), (8, 9)]),
        (range(5, 12), 2, 100, 4, [(5, 7), (8, 11)]),
        (range(0, 250), 1, 100, 4, [(0, 99), (100, 199), (200, 249)]),
        (range(0, 3), 8, 100, 4, [(0, 2)]),
        (range(0, 0), 2, 100, 4, []),
    ],
)
def test_frames_are_cut_into_runs_at_the_borders_of_sites(frames, workers, recycle, together, expected):
    runs = split(frames, workers, recycle, together)
    assert [(run[0], run[-1]) for run in runs] == expected
    assert [index for run in runs for index in run] == list(frames)


@pytest.mark.parametrize("workers", [1, 3])
def test_every_frame_is_made_and_the_label_files_are_merged_once(tmp_path, workers):
    progress = run(make(tmp_path, range(10), workers=workers, merge=True))
    assert progress.state is State.DONE and progress.done == progress.total == 10
    assert made(tmp_path) == list(range(10))
    assert (tmp_path / "merged").exists()
    assert progress.image.endswith(".done") and progress.seconds > 0


def test_workers_are_recycled(tmp_path):
    run(make(tmp_path, range(10), recycle=4))
    assert (tmp_path / "runs.txt").read_text().split() == ["0-3", "4-7", "8-9"]


def test_a_worker_that_dies_is_replaced_and_no_frame_is_lost(tmp_path):
    progress = run(make(tmp_path, range(8), "--crash", "3", workers=2))
    assert progress.state is State.DONE and made(tmp_path) == list(range(8))


def test_a_worker_that_somebody_else_stopped_has_its_rest_made(tmp_path):
    (tmp_path / "0.done").touch()
    progress = run(make(tmp_path, range(6), "--leave", "3"))
    assert progress.state is State.DONE and progress.done == 6 and made(tmp_path) == list(range(6))


def test_a_frame_that_kills_every_worker_is_given_up_by_name_and_the_others_are_made(tmp_path):
    progress = run(make(tmp_path, range(6), "--always", "2", merge=True))
    assert progress.state is State.FAILED
    assert made(tmp_path) == [0, 1, 3, 4, 5] and progress.done == 5
    assert progress.message == "1 frame is missing; frame 2: Segmentation fault (not really)"
    assert Path(progress.log).exists() and (tmp_path / "merged").exists()


def test_a_frame_that_fails_its_checks_is_named_and_not_drawn_again(tmp_path):
    progress = run(make(tmp_path, range(6), "--refuse", "2", merge=True))
    assert progress.state is State.FAILED and progress.done == 5
    assert progress.message == "1 frame is missing; frame 2: nobody in view"
    assert (tmp_path / "runs.txt").read_text().split() == ["0-5"] and (tmp_path / "merged").exists()


def test_workers_that_never_get_a_frame_done_end_the_run(tmp_path):
    progress = run(make(tmp_path, range(50), "--always", "0"))
    assert progress.state is State.FAILED
    assert progress.message == "no worker gets a frame done: Segmentation fault (not really)"


@pytest.mark.parametrize(("frames", "text"), [([7], "7"), ([0, 1, 2], "0-2"), ([0, 1, 5, 7, 8], "0-1,5,7-8")])
def test_frames_as_the_command_takes_them(frames, text):
    assert pools.span_text(frames) == text


def test_a_refused_wish_ends_the_run_at_once_with_its_reason(tmp_path):
    progress = run(make(tmp_path, range(40), "--error", "recipe: unknown key"))
    assert progress.state is State.FAILED and progress.message == "recipe: unknown key"


def test_a_hung_worker_is_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(pools, "SILENCE", 2.5)  # a worker takes a second to start on a busy machine
    progress = run(make(tmp_path, range(3), "--hang", "1"))
    assert progress.state is State.FAILED and made(tmp_path) == [0, 2]


def test_stop_answers_within_two_seconds_and_running_again_finishes_the_rest(tmp_path):
    pool = make(tmp_path, range(30), "--seconds", "0.1", workers=2, merge=True)
    while pool.poll().done < 3:
        time.sleep(0.01)
    began = time.monotonic()
    pool.stop()
    progress = run(pool)
    assert time.monotonic() - began < 2.0
    assert progress.state is State.STOPPED and 3 <= progress.done < 30
    assert len(made(tmp_path)) == progress.done and (tmp_path / "merged").exists()

    again = run(make(tmp_path, range(30), workers=2))
    assert again.state is State.DONE and again.done == 30 and made(tmp_path) == list(range(30))


def test_a_worker_deaf_to_the_stop_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(pools, "GRACE", 0.3)
    pool = make(tmp_path, range(4), "--hang", "1")
    while pool.poll().done < 1:
        time.sleep(0.01)
    pool.stop()
    assert run(pool, 3.0).state is State.STOPPED and not pool.pids


def test_close_leaves_no_process(tmp_path):
    pool = make(tmp_path, range(30), "--seconds", "0.2", workers=2)
    while pool.poll().done < 1:
        time.sleep(0.01)
    pids = pool.pids
    assert len(pids) == 2
    pool.close()
    assert not pool.pids and pool.state is State.STOPPED
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_program_that_is_not_there_fails_the_run(tmp_path):
    pool = Pool(lambda span: ["/no/such/blender", span], range(3), tmp_path)
    assert run(pool).state is State.FAILED
    assert "cannot start /no/such/blender" in pool.progress().message


def test_nothing_to_do_is_done(tmp_path):
    assert make(tmp_path, range(0)).progress().state is State.DONE
