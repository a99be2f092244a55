"""One long command, such as ``python -m ml augment --json``: the same face as a pool, around a single child.

Understands the events of the learning commands:

- ``start`` with ``total``, and ``there`` where a part was there before;
- ``frame``, one a finished piece of work (a picture, a step of training), with ``image``;
- ``loss`` with ``step`` (counted over all runs), ``total`` and ``loss``, as often as a panel draws;
- ``validation`` with ``step`` and figures by name: what the last look at held-back pictures found;
- ``check`` with ``name``, ``state`` (ok, note, missing), ``text`` and ``fix`` (a command): what ``doctor`` found;
- ``message`` with ``text``; ``error`` with ``message``; ``done``, with ``page`` to look at, and figures.

A command that says nothing of all this is no command of ours, however it ends.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from .child import Child, ChildError, Event
from .progress import ACTIVE, Progress, State

GRACE = 10.0
"""Seconds a stopped command has to finish its step and save before it is killed."""

POINTS = 2000
"""Points that a curve keeps: past them every second one goes."""

FIGURES = {
    "ap50": "AP50",
    "ap": "AP",
    "map": "AP",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "accuracy": "Accuracy",
}
"""Key in an event -> name that people know; the same keys with a category behind are left to the run's page."""


class Task:
    """A run of one command. Drive it by ``poll()`` until it is no longer active."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
        grace: float = GRACE,
        good: Collection[int] = (0,),
    ) -> None:
        """``folder`` is the child's working folder, ``environment`` is added to ours. Starts at the first ``poll``.

        ``grace``: seconds that a stop may take; ``good``: exit codes of a run that did what it was for.
        """
        self._arguments = (command, log, folder, environment)
        self._grace, self._good = grace, frozenset(good)
        self._child: Child | None = None
        self._done = self._total = self._before = 0
        self._began = 0.0
        self._spoke = self._failed = False
        self._image = self._message = self._log = ""
        self.state = State.STARTING
        self.curve: list[tuple[int, float]] = []
        """(step, loss), thinned out evenly once it grows long."""
        self.figures: dict[str, float] = {}
        """What the last validation found."""
        self.checks: list[Event] = []
        """``check`` events, oldest first."""
        self.page = ""
        """What the command says is to be looked at, or ""."""

    @property
    def active(self) -> bool:
        """Whether ``poll`` still has something to do."""
        return self.state in ACTIVE

    @property
    def pids(self) -> list[int]:
        """The child's process id while it runs."""
        return [self._child.pid] if self._child is not None and self._child.returncode is None else []

    def progress(self) -> Progress:
        """Where the run stands now."""
        here = self._done - self._before
        seconds = (time.monotonic() - self._began) / here if here > 0 and self._began else 0.0
        left = max(0, self._total - self._done) * seconds if self.state is State.RUNNING else 0.0
        return Progress(self.state, self._done, self._total, seconds, left, self._image, self._message, self._log)

    def poll(self) -> Progress:
        """Start the child, or hear it out. Never blocks."""
        if self.active:
            if self._child is None:
                self._start()
            else:
                for event in self._child.poll():
                    self._take(event)
                if self._child.ended:
                    self._ended()
        return self.progress()

    def stop(self) -> None:
        """Ask for the end: the child finishes its step and saves."""
        if self.active:
            self.state = State.STOPPING
            if self._child is None:
                self.state = State.STOPPED
            else:
                self._child.stop(self._grace)

    def close(self) -> None:
        """End the child at once and wait for that; for exit paths. Safe to repeat."""
        if self._child is not None:
            self._child.close()
        if self.active:
            self.state = State.STOPPED

    def _start(self) -> None:
        command, log, folder, environment = self._arguments
        try:
            self._child = Child(command, log, folder=folder, environment=environment)
        except ChildError as error:
            self.state = State.FAILED
            self._message = str(error)

    def _take(self, event: Event) -> None:
        self._spoke = True
        kind = event["event"]
        if kind == "start":
            self._total = int(event.get("total") or 0)
            self._done = max(self._done, int(event.get("there") or 0))
            self._run()
        elif kind == "frame":
            self._run()
            self._done += 1
            self._image = str(event.get("image", "")) or self._image
        elif kind == "loss":
            self._lose(event)
        elif kind == "validation":
            self.figures = figures(event)
        elif kind == "check":
            self.checks.append(event)
        elif kind == "message":
            self._message = str(event.get("text", ""))
        elif kind == "error":
            self._failed = True
            self._message = str(event.get("message", ""))
        elif kind == "done":
            # What was there already counts: the whole is there now.
            self._done = int(event.get("made", self._done)) + int(event.get("there", 0))
            self.page = str(event.get("page", ""))
            self.figures = figures(event) or self.figures

    def _run(self) -> None:
        """Work has begun. A training does so before it knows how many steps its minutes hold: ``start`` comes then."""
        if not self._began:
            self._began, self._before = time.monotonic(), self._done
        if self.state is State.STARTING:
            self.state = State.RUNNING

    def _lose(self, event: Event) -> None:
        """Another point of the curve."""
        if _is_number(event.get("total")):
            self._total = int(event["total"])
        if _is_number(event.get("step")):
            self._done = max(self._done, int(event["step"]) - 1)  # its frame is still to come
            self._run()
        if _is_number(event.get("loss")) and _is_number(event.get("step")):
            self.curve.append((int(event["step"]), float(event["loss"])))
            if len(self.curve) > POINTS:
                del self.curve[1::2]

    def _ended(self) -> None:
        code, stopped = self._child.returncode, self.state is State.STOPPING
        if stopped:
            self.state = State.STOPPED
            of = f" of {self._total}" if self._total else ""
            self._message = f"stopped at {self._done}{of}; starting again goes on from there"
        elif code in self._good and self._spoke:
            self.state = State.DONE
            self._message = ""
        else:
            self.state = State.FAILED
            if not self._failed:
                self._message = self._child.reason()
            if not self._spoke and code in self._good:
                command = Path(self._arguments[0][0])
                self._message = f"{command} said nothing: it is no Python; choose another one in the preferences"
            self._log = str(self._child.log)


def figures(event: Event) -> dict[str, float]:
    """The figures that an event carries, in our order."""
    return {name: float(event[key]) for key, name in FIGURES.items() if _is_number(event.get(key))}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
