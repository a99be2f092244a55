"""Where a run stands, and whether a folder is its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dataset.files import write_atomic
from ml.network.checkpoint import CONFIG

from .config import TrainError, differences
from .schedule import Plan


@dataclass
class State:
    """Everything beside the tensors that a run goes on from."""

    step: int = 0
    plan: Plan = field(default_factory=Plan)
    seconds: float = 0.0
    """Spent so far, all its sessions together."""
    parts: int = 0
    """Of the run that are over: as many as it looks at held-back pictures."""
    best: float = -1.0
    figures: dict[str, float] = field(default_factory=dict)
    """The latest."""
    best_figures: dict[str, float] = field(default_factory=dict)
    start: str = ""
    """What the weights started from, in words."""

    @property
    def done(self) -> bool:
        """Whether all steps are made."""
        return bool(self.plan.total) and self.step >= self.plan.total

    def plain(self) -> dict[str, Any]:
        """For the checkpoint."""
        return asdict(self)

    @staticmethod
    def parse(values: Mapping[str, Any]) -> State:
        """Inverse of ``plain``. Raises TypeError or KeyError."""
        return State(**{**values, "plan": Plan(**values["plan"])})


@dataclass(frozen=True)
class Summary:
    """How a session of a run ended."""

    total: int
    there: int
    """Steps of earlier sessions."""
    made: int
    stopped: bool
    problems: int
    figures: dict[str, float]
    """Of the best weights."""
    seconds: float


@dataclass
class Pace:
    """How long a step takes, the first ones (which warm caches) aside."""

    steps: int = 0
    seconds: float = 0.0
    looking: float = 0.0
    """Seconds of the latest validation."""

    def add(self, seconds: float) -> None:
        """One more step."""
        self.steps += 1
        share = 1.0 if self.steps <= 3 else max(0.05, 1 / (self.steps - 2))
        self.seconds += share * (seconds - self.seconds)


def claim(output: Path, config: Mapping[str, Any]) -> None:
    """Make the run's folder, or make sure that it holds this run. Raises ``TrainError``, ``OutputError``."""
    file = output / CONFIG
    wanted = json.loads(json.dumps(config))
    if not file.exists():
        if output.is_file() or (output.is_dir() and any(output.iterdir())):
            raise TrainError(f"{output} holds something else: choose an empty folder")
        write_atomic(file, json.dumps(wanted, indent=1).encode() + b"\n")
        return
    try:
        there = json.loads(file.read_bytes())
        found = differences(there["network"], wanted["network"]) + differences(there["training"], wanted["training"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainError(f"{file}: not the configuration of a run; choose another folder") from error
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        raise TrainError(
            f"{output} holds another run ({'; '.join(found[:3])}{more}): choose another folder, or ask for the same "
            "to go on with it"
        )
