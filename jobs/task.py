"""One long command, such as ``python -m ml augment --json``: the same face as a pool, around a single child.

Understands the events of the learning commands: ``start`` with ``total``; ``frame``, one a finished piece of work, with
``image``; ``message`` with ``text``; ``error``; ``done``. A command without events is done when it exits with 0.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .child import Child, ChildError, Event
from .progress import ACTIVE, Progress, State

GRACE = 10.0
"""Seconds a stopped command has to finish its step and save before it is killed."""


class Task:
    """A run of one command. Drive it by ``poll()`` until it is no longer active."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """``folder`` is the child's working folder, ``environment`` is added to ours. Starts at the first ``poll``."""
        self._arguments = (command, log, folder, environment)
        self._child: Child | None = None
        self._done = self._total = 0
        self._began = 0.0
        self._failed = False
        self._image = self._message = self._log = ""
        self.state = State.STARTING

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
        seconds = (time.monotonic() - self._began) / self._done if self._done and self._began else 0.0
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
                self._child.stop(GRACE)

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
        kind = event["event"]
        if kind == "start":
            self._total = int(event.get("total", 0))
            self._began = time.monotonic()
            if self.state is State.STARTING:
                self.state = State.RUNNING
        elif kind == "frame":
            self._done += 1
            self._image = str(event.get("image", "")) or self._image
        elif kind == "message":
            self._message = str(event.get("text", ""))
        elif kind == "error":
            self._failed = True
            self._message = str(event.get("message", ""))
        elif kind == "done":
            # What was there already counts: the whole is there now.
            self._done = int(event.get("made", self._done)) + int(event.get("there", 0))

    def _ended(self) -> None:
        code, stopped = self._child.returncode, self.state is State.STOPPING
        if stopped:
            self.state = State.STOPPED
            self._message = f"stopped at {self._done} of {self._total}; starting again goes on from there"
        elif code == 0:
            self.state = State.DONE
            self._message = ""
        else:
            self.state = State.FAILED
            if not self._failed:
                self._message = self._child.last_words() or f"ended with exit code {code}"
            self._log = str(self._child.log)
