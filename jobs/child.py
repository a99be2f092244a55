"""One child process that speaks JSON lines.

The contract between a parent (the panel, a pool of workers, a test) and a long job (``scripts/batch.py --json``,
``python -m ml ... --json``):

- stdout carries events, one JSON object a line with an ``"event"`` key, flushed at once. Lines that are not events
  (Blender prints its own) go to the log.
- stderr is the log.
- stdin is the leash. Nothing is ever written to it. When it closes, because the parent asked for a stop or because the
  parent died, the child finishes the step at hand, saves and exits 0. A child that still runs after the parent's
  grace is killed. An interrupt (Ctrl-C, SIGTERM) means the same as the closed leash.
- Exit code 0: done, or stopped on request. 2: wrong input, after an event ``{"event": "error", "message": ...}`` of one
  line that says what to do. Anything else is a crash, and the log's last line is the best explanation there is.

``Child`` is the parent's end; ``Leash`` is the child's. Neither blocks: a parent calls ``poll()`` from a timer.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

Event = dict[str, Any]

ORPHAN_GRACE = 20.0
"""Seconds an orphaned child has to finish its step and save before it ends itself."""

CHATTER = re.compile(r"Blender (\d|quit)|Error: script failed|Fra:|Saved: |Freeing memory|Error: Not freed memory")
"""What Blender itself says around the reason for an end, in whatever order its streams arrive."""

NICENESS = 5
"""How far a child stands back where processors are scarce: the window that started it goes first."""

_WINDOWS = sys.platform == "win32"


class ChildError(Exception):
    """The child could not be started; the message names the program and what to do."""


class Child:
    """A running job. Drive it by calling ``poll()`` until ``ended``."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start ``command`` in ``folder``, its log appended to ``log``. Raises ``ChildError``.

        ``environment`` is added to this process's own.
        """
        self.log = log
        self.returncode: int | None = None
        self.stopping = False
        self._deadline: float | None = None
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            # Unbuffered: the reader thread and the child's stderr append to the same file, line by line.
            self._log: BinaryIO = open(log, "ab", buffering=0)  # noqa: SIM115 (lives as long as the child)
        except OSError as error:
            raise ChildError(f"cannot write the log {log}: {error.strerror}; choose another output folder") from error
        self._log_start = self._log.tell()
        try:
            self._process = subprocess.Popen(
                list(command),
                cwd=folder,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                # A group of its own: Ctrl-C in the parent's terminal is the parent's affair, and killing the group
                # takes the child's own helpers (data loaders, wrappers) along.
                start_new_session=not _WINDOWS,
                creationflags=(
                    subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS if _WINDOWS else 0
                ),
            )
        except OSError as error:
            self._log.close()
            raise ChildError(f"cannot start {command[0]}: {error.strerror}; check the path") from error
        _stand_back(self._process.pid)
        # Pipes can't be read without blocking on every platform; a thread that does nothing but block can.
        self._reader = threading.Thread(target=self._read, name=f"reader of {self._process.pid}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the child has exited and every event of it has been handed out."""
        return self.returncode is not None and self._events.empty()

    def poll(self) -> list[Event]:
        """Events since the last call, oldest first. Never blocks; kills the child once its grace is over."""
        if self.returncode is None:
            if self._deadline is not None and time.monotonic() > self._deadline:
                self.kill()
            code = self._process.poll()
            # Events are complete only when the reader has met the end of stdout.
            if code is not None and not self._reader.is_alive():
                self._close()
                self.returncode = code
        events = []
        with contextlib.suppress(queue.Empty):
            while True:
                events.append(self._events.get_nowait())
        return events

    def stop(self, grace: float) -> None:
        """Ask the child to finish its step and exit; after ``grace`` seconds ``poll`` kills it. Safe to repeat."""
        deadline = time.monotonic() + grace
        self._deadline = deadline if self._deadline is None else min(self._deadline, deadline)
        if self.stopping or self.returncode is not None:
            return
        self.stopping = True
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        with contextlib.suppress(OSError):
            self._process.send_signal(signal.CTRL_BREAK_EVENT if _WINDOWS else signal.SIGINT)

    def kill(self) -> None:
        """End the child and its helpers at once. Files written atomically are whole or absent afterwards."""
        self.stopping = True
        with contextlib.suppress(OSError):
            if _WINDOWS:
                self._process.kill()
            else:
                # Only while the child has not been reaped is its group surely still its own.
                if self._process.poll() is None:
                    os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill the child if it still runs and release everything. For exit paths: waits until it is gone."""
        if self.returncode is None:
            self.kill()
            self.returncode = self._process.wait()
            self._reader.join(timeout=1.0)
            self._close()

    def last_words(self) -> str:
        """The last line that this child left in its log: the best explanation of a crash, or ""."""
        try:
            with open(self.log, "rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(self._log_start, size - 8192))
                lines = file.read().decode(errors="replace").split("\n")
        except OSError:
            return ""
        spoken = [line.strip() for line in lines if line.strip() and not CHATTER.match(line.strip())]
        return spoken[-1][:300] if spoken else ""

    def reason(self) -> str:
        """Why it ended, in one line: its own last words, else what its exit code tells."""
        words = self.last_words()
        if words or self.returncode is None:
            return words
        if self.returncode in (-9, 137):
            return "killed from outside (signal 9): the system may have run out of memory"
        if self.returncode < 0:
            return f"ended by signal {-self.returncode}"
        return f"ended with exit code {self.returncode}"

    def _read(self) -> None:
        """Reader thread: events into the queue, all else into the log, until stdout ends."""
        for line in self._process.stdout:
            event = parse(line)
            if event is not None:
                self._events.put(event)
            elif line.strip():
                with contextlib.suppress(OSError, ValueError):
                    self._log.write(line)

    def _close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout, self._log):
            with contextlib.suppress(OSError):
                stream.close()


def _stand_back(pid: int) -> None:
    """Lower the priority of a child that has just begun and leads a group of its own; what it starts inherits it."""
    if _WINDOWS:
        return  # done as it was started
    with contextlib.suppress(OSError):
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PGRP, pid, min(19, own + NICENESS))
    # Linux desktops weigh sessions against each other first, and the child leads one.
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(NICENESS), encoding="ascii")


def parse(line: bytes) -> Event | None:
    """The event in one line of a child's stdout, or None where the line is none."""
    if not line.lstrip().startswith(b"{"):
        return None
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None


def emit(event: str, **fields: Any) -> None:
    """Child's end: send one event to the parent. A parent that has gone is no error here; the leash tells."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps({"event": event, **fields}, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _is_pipe(descriptor: int) -> bool:
    """Whether a parent may hold the other end: a terminal, a file or /dev/null holds nobody."""
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False


class Leash:
    """Child's end of the stop: ``pulled`` turns True when the parent asks for a stop, has died, or on an interrupt.

    Ask between two steps. Make one at the start, in the main thread; ``watch_stdin`` only when a parent holds the other
    end (``--json``): in a terminal or a cron job stdin means something else. A second Ctrl-C ends the step at hand.
    """

    def __init__(self, watch_stdin: bool = True) -> None:
        self._event = threading.Event()
        names = ("SIGINT", "SIGTERM", "SIGBREAK")
        for number in (getattr(signal, name) for name in names if hasattr(signal, name)):
            signal.signal(number, self._on_signal)
        if watch_stdin and _is_pipe(0):
            threading.Thread(target=self._watch, name="leash", daemon=True).start()

    @property
    def pulled(self) -> bool:
        """Whether the work should end after the step at hand."""
        return self._event.is_set()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.default_int_handler)
        self._event.set()

    def _watch(self) -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        self._event.set()
        time.sleep(ORPHAN_GRACE)
        # Still here: the step never ended. Nobody is left to kill us, so do it ourselves.
        os._exit(1)
