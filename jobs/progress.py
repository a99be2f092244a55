"""How a run stands: what pools and tasks tell and panels show."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class State(enum.Enum):
    """Where a run stands; ``ACTIVE`` holds those in which something still happens."""

    STARTING = "Starting"
    RUNNING = "Running"
    STOPPING = "Stopping"
    MERGING = "Merging"
    DONE = "Done"
    STOPPED = "Stopped"
    FAILED = "Failed"


ACTIVE = frozenset({State.STARTING, State.RUNNING, State.STOPPING, State.MERGING})


@dataclass(frozen=True)
class Progress:
    """A snapshot for display."""

    state: State
    done: int
    total: int
    seconds: float = 0.0
    """Seconds that one worker spends on a frame (mean of the latest ones); 0 until the first is there."""
    left: float = 0.0
    """Estimated seconds to the end; 0 while unknown."""
    image: str = ""
    """The latest picture, as the child names it: absolute, or relative to the folder that it writes."""
    message: str = ""
    """What is being done; or what went wrong and what to do; or how it ended. One line."""
    log: str = ""
    """The log that belongs to ``message``, or ""."""
