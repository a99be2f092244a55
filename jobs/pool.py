"""N Blender workers over the frames of a data set: recycled, retried, stopped and resumed.

A worker is ``scripts/batch.py --json`` on a run of frames (jobs/child.py says what it may assume and must keep). Frames
are independent and written atomically, so a worker may die at any moment: what it finished stays, the rest is handed
out again. A frame on which workers die ``RETRIES`` times more is given up, named, and the others go on. Resuming is
running again: workers skip the frames that are there.

The pool never blocks and knows no Blender: an operator (or a test) calls ``poll()`` from a timer until the state is
no longer active.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .child import Child, ChildError, Event
from .progress import ACTIVE, Progress, State

RETRIES = 2
"""How often a frame on which a worker died is tried again."""

RECYCLE = 100
"""Frames after which a worker is replaced: Blender's memory creeps upwards over long runs."""

GRACE = 1.0
"""Seconds that a stopped worker has to end by itself. Frames are atomic: killing it costs the frame at hand only."""

SILENCE = 1200.0
"""Seconds without an event after which a worker counts as hung: far more than the slowest frame takes."""


@dataclass
class _Worker:
    """One slot: a child and the frames it still owes."""

    number: int
    child: Child
    owed: list[int]
    heard: float
    kept: int = 0
    """Frames of its run that were there already: it skips them without a word."""
    finished: bool = False
    """Whether it said so: its exit is then no crash, whatever the code."""


def span_text(frames: Sequence[int]) -> str:
    """Ascending frames as ``--frames`` takes them: "7", "0-99" or "0-9,20"."""
    runs: list[list[int]] = []
    for index in frames:
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def split(frames: range, workers: int, recycle: int = RECYCLE, together: int = 1) -> list[list[int]]:
    """Runs of consecutive frames: none longer than ``recycle`` (nearly), enough of them to keep every worker busy.

    Cuts fall on multiples of ``together`` (the frames that share a site), so that no site is built by two workers;
    a run is at least one such group long.
    """
    if len(frames) == 0:
        return []
    wanted = min(recycle, -(-len(frames) // max(workers, 1)))
    if wanted == len(frames):
        return [list(frames)]
    length = max(1, wanted // together) * together
    runs: dict[int, list[int]] = {}
    first = frames[0] // together * together
    for index in frames:
        runs.setdefault((index - first) // length, []).append(index)
    return list(runs.values())


class Pool:
    """A run of several workers over ``frames``."""

    def __init__(
        self,
        command: Callable[[str], Sequence[str]],
        frames: range,
        logs: Path,
        *,
        workers: int = 1,
        recycle: int = RECYCLE,
        together: int = 1,
        merge: Callable[[str], Sequence[str]] | None = None,
        folder: Path | None = None,
    ) -> None:
        """``command`` makes the worker's command from a text for ``--frames``; ``logs`` is where the logs go.

        ``merge``, if given, makes the command that runs once at the end, on a frame that is there, to derive the files
        about all frames. ``folder`` is the children's working folder. Nothing starts before the first ``poll()``.
        """
        self._command = command
        self._logs = logs
        self._folder = folder
        self._merge = merge
        self._queue = deque(split(frames, workers, recycle, together))
        self._total = len(frames)
        self._slots = max(1, min(workers, len(self._queue)))
        self._workers: list[_Worker] = []
        self._merger: Child | None = None
        self._done: set[int] = set()
        self._deaths: Counter[int] = Counter()
        self._given_up: dict[int, str] = {}
        self._seconds: deque[float] = deque(maxlen=20)
        self._image = ""
        self._message = ""
        self._log = ""
        self._stopped = False
        self.state = State.STARTING if self._queue else State.DONE

    @property
    def active(self) -> bool:
        """Whether ``poll`` still has something to do."""
        return self.state in ACTIVE

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that run now."""
        children = [worker.child for worker in self._workers] + ([self._merger] if self._merger else [])
        return [child.pid for child in children if child.returncode is None]

    def progress(self) -> Progress:
        """Where the run stands now."""
        seconds = sum(self._seconds) / len(self._seconds) if self._seconds else 0.0
        owing = self._total - len(self._done) - len(self._given_up)
        left = owing * seconds / max(1, len(self._workers)) if self.state is State.RUNNING else 0.0
        return Progress(self.state, len(self._done), self._total, seconds, left, self._image, self._message, self._log)

    def poll(self) -> Progress:
        """Hear the children out, hand out work, and say where the run stands. Never blocks."""
        if self.active:
            for worker in list(self._workers):
                if self.active:
                    self._attend(worker)
            if self.state in (State.STARTING, State.RUNNING):
                self._hand_out()
            if self.state is State.MERGING:
                self._attend_merge()
            elif self.active and not self._workers:
                self._begin_merge()
        return self.progress()

    def stop(self) -> None:
        """Ask for the end: what is done stays. While the label files are merged, a second call cuts that short."""
        if self.state is State.MERGING and self._merger is not None:
            self._merger.stop(GRACE)
        elif self.state in (State.STARTING, State.RUNNING):
            self.state = State.STOPPING
            self._queue.clear()
            for worker in self._workers:
                worker.child.stop(GRACE)

    def close(self) -> None:
        """End every child at once and wait for that; for exit paths. Safe to repeat."""
        for child in [worker.child for worker in self._workers] + ([self._merger] if self._merger else []):
            child.close()
        self._workers.clear()
        self._merger = None
        if self.active:
            self.state = State.STOPPED

    def _hand_out(self) -> None:
        while self._queue and len(self._workers) < self._slots:
            number = next(n for n in range(1, self._slots + 1) if n not in {w.number for w in self._workers})
            owed = self._queue.popleft()
            try:
                child = Child(self._command(span_text(owed)), self._logs / f"worker_{number}.log", folder=self._folder)
            except ChildError as error:
                self._fail(str(error))
                return
            self._workers.append(_Worker(number, child, owed, time.monotonic()))

    def _attend(self, worker: _Worker) -> None:
        """Take in one worker's events, and its end."""
        events = worker.child.poll()
        now = time.monotonic()
        if events:
            worker.heard = now
        for event in events:
            self._take(worker, event)
        if self.state is State.FAILED:
            return
        if worker.child.ended:
            self._workers.remove(worker)
            self._ended(worker)
        elif now - worker.heard > SILENCE:
            worker.child.kill()

    def _take(self, worker: _Worker, event: Event) -> None:
        kind = event["event"]
        if kind == "start":
            worker.kept = int(event.get("frames", 0)) - int(event.get("todo", 0))
            if self.state is State.STARTING:
                self.state = State.RUNNING
        elif kind == "refused" and isinstance(event.get("index"), int):
            # Drawn as often as the recipe allows and never right: drawing it again would give the same.
            self._give_up(worker, event["index"], str(event.get("reason", "")))
        elif kind == "frame" and isinstance(event.get("index"), int):
            self._seconds.append(float(event.get("seconds", 0.0)))
            if event["index"] in worker.owed:
                worker.owed.remove(event["index"])
            if event["index"] not in self._given_up:
                self._done.add(event["index"])
                self._image = str(event.get("image", "")) or self._image
        elif kind == "finished":
            worker.finished = True
        elif kind == "error":
            # A worker that says why is no crash: the same wish would meet the same answer. First one wins.
            self._fail(str(event.get("message", "the worker gave no reason")), worker.child.log)

    def _ended(self, worker: _Worker) -> None:
        """A worker has exited: its frames are done, or owed again, or given up."""
        if self.state not in (State.STARTING, State.RUNNING):
            return
        if worker.finished and len(worker.owed) <= worker.kept:
            self._done.update(worker.owed)
            return
        if not worker.owed:
            return
        # A crash; or somebody else asked it to stop, and it did so in good order.
        words = worker.child.reason()
        suspect = worker.owed[0]
        self._deaths[suspect] += 1
        if self._deaths[suspect] > RETRIES:
            if not self._done:
                self._fail(f"no worker gets a frame done: {words}", worker.child.log)
                return
            self._give_up(worker, suspect, words)
        if worker.owed:
            self._queue.appendleft(worker.owed)

    def _give_up(self, worker: _Worker, index: int, reason: str) -> None:
        self._given_up[index] = reason
        self._log = str(worker.child.log)
        if index in worker.owed:
            worker.owed.remove(index)

    def _fail(self, message: str, log: Path | None = None) -> None:
        """The run can't go on: the reason, and the end of every worker."""
        if self.state is State.FAILED:
            return
        self.state = State.FAILED
        self._message = message
        self._log = str(log) if log else ""
        self._queue.clear()
        for worker in self._workers:
            worker.child.close()
        self._workers.clear()

    def _begin_merge(self) -> None:
        """No worker is left: derive the merged files, unless nothing new is there."""
        self._stopped = self.state is State.STOPPING
        if self._merge is None or not self._done:
            self._finish()
            return
        try:
            self._merger = Child(self._merge(str(min(self._done))), self._logs / "merge.log", folder=self._folder)
            self.state = State.MERGING
        except ChildError as error:
            self._fail(str(error))

    def _attend_merge(self) -> None:
        for event in self._merger.poll():
            if event["event"] == "error":
                self._fail(str(event.get("message", "")), self._merger.log)
        if self._merger.ended:
            code, words = self._merger.returncode, self._merger.last_words()
            stopping, log = self._merger.stopping, self._merger.log
            self._merger = None
            if self.state is State.FAILED:
                return
            if code != 0 and not stopping:
                self._fail(f"the label files could not be merged: {words}", log)
            else:
                self._finish()

    def _finish(self) -> None:
        if self._stopped:
            self.state = State.STOPPED
            self._message = f"{len(self._done)} of {self._total} frames are there; Generate goes on from them"
        elif self._given_up:
            self.state = State.FAILED
            first, reason = next(iter(self._given_up.items()))
            count = len(self._given_up)
            frames = "frame is" if count == 1 else "frames are"
            self._message = f"{count} {frames} missing; frame {first}: {reason or 'no reason given'}"
        else:
            self.state = State.DONE
