"""Batches, one a step, made in processes of their own while the network learns from the one before."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import cv2
import torch

from . import schedule
from .config import TrainError, Wishes
from .samples import Key, Sample, Samples
from .state import State
from .team import Team

# what a half-sent batch raises when its sender is killed, beside torch's own RuntimeError
CUT_OFF = (EOFError, ConnectionError, FileNotFoundError)


class Keys:
    """Keys of this process's pictures, step by step, without end; how strongly they are changed follows the plan."""

    def __init__(self, wishes: Wishes, state: State, team: Team) -> None:
        self.wishes, self.state, self.team = wishes, state, team

    def __iter__(self) -> Iterator[list[Key]]:
        each = self.wishes.batch // self.team.size
        step = self.state.step
        while True:
            strength = schedule.strength(self.wishes.augment, self.state.plan.at(step))
            first = step * self.wishes.batch + self.team.rank * each
            yield [(place, strength) for place in range(first, first + each)]
            step += 1


class Batches:
    """This process's pictures of every step from the state's on; ``say`` hears of those that can't be read, once."""

    def __init__(self, samples: Samples, keys: Keys, workers: int, say: Callable[[str], None]) -> None:
        self.say, self.workers = say, workers
        self.problems: set[str] = set()
        self._batches = iter(
            torch.utils.data.DataLoader(
                samples,
                batch_sampler=keys,
                num_workers=workers,
                collate_fn=list,
                worker_init_fn=_settle,
                prefetch_factor=2 if workers else None,
            )
        )

    def __next__(self) -> list[Sample]:
        """Raises ``TrainError`` when a loading process has died or nothing can be read."""
        try:
            samples = next(self._batches)
        except (RuntimeError, *CUT_OFF) as error:
            if not self._killed(error):
                raise
            raise TrainError(
                "a process that loads pictures was killed (out of memory?): run the same command again, it goes on "
                "from its last save; --workers 0 loads them without another process"
            ) from error
        for sample in samples:
            if sample.problem and sample.problem not in self.problems:
                self.problems.add(sample.problem)
                self.say(f"{sample.problem}: skipped")
            if sample.example < 0:
                raise TrainError(f"no picture of the data sets can be read, the first: {sample.problem}")
        return samples

    def _killed(self, error: Exception) -> bool:
        """Whether a loading process died; what went wrong inside of one says that it was caught there."""
        words = str(error)
        if not self.workers or words.startswith("Caught "):
            return False
        return isinstance(error, CUT_OFF) or "worker" in words.lower()


def _settle(_: int) -> None:
    """In a loading process: the parent hears interrupts and ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cv2.setNumThreads(1)
