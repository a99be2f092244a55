"""What a command tells: events on stdout for the program that drives it (``--json``), words for a person.

The events are those of jobs/child.py. stderr is the log in either case, so what goes wrong is always written there.
"""

from __future__ import annotations

import sys
from typing import Any

from .child import emit


class Voice:
    """One command's voice. ``silent``: says nothing at all, as all but the first of several processes."""

    def __init__(self, name: str, events: bool, silent: bool = False) -> None:
        self.name, self.events, self.silent = name, events, silent
        self._open = False
        """Whether the terminal's line holds a count."""

    def event(self, name: str, **values: Any) -> None:
        """For the program that drives this one; people hear nothing."""
        if self.events and not self.silent:
            emit(name, **values)

    def say(self, text: str) -> None:
        """What goes on, for whoever listens."""
        self.event("message", text=text)
        self.warn(text)

    def warn(self, text: str) -> None:
        """A line of the log."""
        if not self.silent:
            self._line(f"{self.name}: {text}")

    def count(self, text: str) -> None:
        """How far the work is: a line that the next one replaces, in terminals only."""
        if not self.events and not self.silent and sys.stderr.isatty():
            print(f"\r{text} ", end="", file=sys.stderr, flush=True)
            self._open = True

    def done(self, text: str, **values: Any) -> None:
        """The end: ``text`` for people, a ``done`` event with ``values`` for programs."""
        self.event("done", **values)
        if not self.events and not self.silent:
            self._end()
            print(text)

    def refused(self, error: object) -> int:
        """Wrong input, in one line; the exit code that says so."""
        self.event("error", message=str(error))
        self.warn(str(error))
        return 2

    def _line(self, text: str) -> None:
        self._end()
        print(text, file=sys.stderr, flush=True)

    def _end(self) -> None:
        if self._open:
            print(file=sys.stderr)
            self._open = False
