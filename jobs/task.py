"""One long command, such as ``python -m ml augment --json``: the same face as a pool, around a single child.

Understands the events of the learning commands:

- ``start`` with ``total``, and ``done`` where a part was there before;
- ``frame``, one a finished piece of work, with ``image``;
- ``step``, one a step of training, with ``step`` (counted over all runs), ``loss``, ``left`` (seconds), ``total`` when
  it has changed;
- ``figures`` with ``values``, a name and a number each: what the last validation found;
- ``check`` with ``name``, ``state`` (ok, note, missing), ``text`` and ``fix`` (a command): what ``doctor`` found;
- ``message`` with ``text``; ``error`` with ``message``; ``done``, with ``image`` or ``page`` to look at, and figures.

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

SUMMED_UP = ("precision", "recall", "f1", "accuracy")
"""Figures that ``done`` may carry."""


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
        self._began = self._left = 0.0
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
        left = self._left or max(0, self._total - self._done) * seconds
        left = left if self.state is State.RUNNING else 0.0
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
            self._done = self._before = int(event.get("done") or 0)
            self._began = time.monotonic()
            if self.state is State.STARTING:
                self.state = State.RUNNING
        elif kind == "frame":
            self._done += 1
            self._image = str(event.get("image", "")) or self._image
        elif kind == "step":
            self._step(event)
        elif kind == "figures":
            values = event.get("values")
            values = values if isinstance(values, dict) else {}
            self.figures = {str(name): float(value) for name, value in values.items() if _is_number(value)}
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
            self._image = str(event.get("image", "")) or self._image
            self.page = str(event.get("page", ""))
            figures = {name: value for name, value in event.items() if name in SUMMED_UP and _is_number(value)}
            self.figures = self.figures | figures

    def _step(self, event: Event) -> None:
        """One step of training."""
        if _is_number(event.get("step")):
            self._done = int(event["step"])
        if _is_number(event.get("total")):
            self._total = int(event["total"])
        if _is_number(event.get("left")):
            self._left = float(event["left"])
        if _is_number(event.get("loss")):
            self.curve.append((self._done, float(event["loss"])))
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
                self._message = self._child.last_words() or f"ended with exit code {code}"
            if not self._spoke and code in self._good:
                command = Path(self._arguments[0][0])
                self._message = f"{command} said nothing: it is no Python; choose another one in the preferences"
            self._log = str(self._child.log)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
