"""The loop: take the next batch, make a step, now and then look at what was held back, save.

What a step does depends on weights, pictures and its number alone (ml/train/samples.py, ml/network/sampling.py), so a
run that goes on from last.pt makes the same steps, to the bit, as one that was never stopped.
"""

from __future__ import annotations

import json
import math
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import cv2
import torch

from dataset.files import write_atomic
from ml.network import checkpoint
from ml.network import design as designs
from ml.network.checkpoint import CheckpointError
from ml.network.design import Design
from ml.network.model import build

from . import report, schedule
from .card import card
from .config import TrainError, Wishes, differences, tree
from .data import Data, Order
from .samples import Key, Sample, Samples
from .schedule import MEASURED, Plan
from .step import Stepper
from .team import Team
from .validate import Figures, chosen, validate

HELD_BACK = 60
"""Held-back pictures that are looked at each time; more cost time and hardly steady the choice."""


@dataclass
class State:
    """Where a run stands, beside its tensors."""

    step: int = 0
    plan: Plan = field(default_factory=Plan)
    seconds: float = 0.0
    """Spent so far, all its sessions together."""
    best: float = -1.0
    figures: dict[str, float] = field(default_factory=dict)
    """The latest."""
    best_figures: dict[str, float] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """For the checkpoint."""
        return {**asdict(self), "plan": asdict(self.plan)}


@dataclass(frozen=True)
class Summary:
    """How a run ended."""

    total: int
    there: int
    made: int
    stopped: bool
    problems: int
    best: dict[str, float]
    seconds: float


class Run:
    """One run's folder, and the way through its steps."""

    def __init__(
        self, output: Path, design: Design, wishes: Wishes, data: Data, team: Team, voice: report.Voice, workers: int
    ) -> None:
        self.output, self.design, self.wishes, self.data = output, design, wishes, data
        self.team, self.voice, self.workers = team, voice, workers
        self.order = Order(data.train, wishes.mix, wishes.seed)
        self.samples = Samples(data.train, self.order, design.size, wishes.min_pixels, wishes.seed)
        self.held_back = chosen(data.held_back, HELD_BACK)
        self.state = State(plan=Plan(total=self._steps()))
        self.problems: set[str] = set()
        self.environment: dict[str, Any] = {}
        self.start = ""
        """What the weights started from, in words."""
        self._image = ""

    def _steps(self) -> int:
        """Steps of the whole run; 0: as many as the minutes hold."""
        if self.wishes.epochs:
            return max(1, math.ceil(self.wishes.epochs * self.order.length / self.wishes.batch))
        return self.wishes.steps

    def config(self) -> dict[str, Any]:
        """Of config.json: what must be the same when the run goes on."""
        training = {**tree(self.wishes), "data": self.data.digest, "pictures": len(self.data.train)}
        return {"format": checkpoint.FORMAT, "network": designs.tree(self.design), "training": training}

    def resume(self, stepper: Stepper) -> None:
        """Go on from last.pt if there is one. Raises ``CheckpointError`` when it can't be used."""
        file = self.output / checkpoint.LAST
        if not file.exists():
            return
        state = checkpoint.read(file)
        try:
            stepper.load(state)
            there = dict(state["state"])
            self.start = state["start"]
            self.state = State(**{**there, "plan": Plan(**there["plan"])})
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise CheckpointError(f"{file}: can't go on from it ({error}): train into another folder") from error

    def train(self, stepper: Stepper, stop: Callable[[], bool]) -> Summary:
        """Make all steps that are missing; ``stop`` is asked between two. Raises ``TrainError``, ``OutputError``."""
        state, there, begun = self.state, self.state.step, time.monotonic()
        before = state.seconds
        clock = lambda: before + time.monotonic() - begun  # noqa: E731
        log = report.Log(self.output / checkpoint.LOG, there) if self.team.first else None
        pace = Pace()
        if state.plan.total:
            self._announce(there)
        loader = iter(self._loader())
        saved = time.monotonic()
        stopped = False
        while not state.plan.total or state.step < state.plan.total:
            if self.team.any(stop()):
                stopped = True
                break
            tick = time.monotonic()
            samples = self._next(loader)
            chunk = stepper.chunk
            rate = self.wishes.rate * state.plan.rate(state.step, self.wishes.warm_up)
            losses = stepper.step(samples, state.step, rate)
            if stepper.chunk != chunk:
                self.voice.say(f"out of memory with {chunk} pictures at once: {stepper.chunk} at once from now on")
            state.step += 1
            seconds = time.monotonic() - tick
            if log:
                parts = {name: round(value, 7) for name, value in losses.items()}
                log.write(state.step, **parts, rate=rate, seconds=round(seconds, 3))
            self.voice.step(state.step, state.plan.total, seconds, losses, rate, self._image)
            self._image = ""
            pace.add(seconds)
            state.seconds = clock()
            self._plan(pace, there)
            if self._due():
                looked = time.monotonic()
                self._validate(stepper, log, stop)
                pace.looking = time.monotonic() - looked
                state.seconds = clock()
                self._save(stepper)
                saved = time.monotonic()
            elif time.monotonic() - saved > SAVED_EVERY:
                self._save(stepper)
                saved = time.monotonic()
        state.seconds = clock()
        self._save(stepper)
        self._card(finished=not stopped)
        if log:
            log.close()
        figures = state.best_figures or state.figures
        return Summary(
            state.plan.total, there, state.step - there, stopped, len(self.problems), figures, time.monotonic() - begun
        )

    def _announce(self, there: int) -> None:
        data = self.data
        self.voice.event(
            "start",
            total=self.state.plan.total,
            there=there,
            pictures=len(data.train),
            held_back=len(data.held_back),
            categories=list(data.categories),
            problems=len(data.problems),
        )

    def _loader(self) -> torch.utils.data.DataLoader:
        return torch.utils.data.DataLoader(
            self.samples,
            batch_sampler=Keys(self),
            num_workers=self.workers,
            collate_fn=list,
            worker_init_fn=_quiet,
            prefetch_factor=2 if self.workers else None,
        )

    def _next(self, loader: Iterator[list[Sample]]) -> list[Sample]:
        """This process's pictures of the next step. Raises ``TrainError``."""
        try:
            samples = next(loader)
        except RuntimeError as error:
            if "worker" not in str(error).lower():
                raise
            raise TrainError(
                "a process that loads pictures was killed (out of memory?): run the same command again, it goes on "
                "from its last save; --workers 0 loads them without another process"
            ) from error
        for sample in samples:
            if sample.problem and sample.problem not in self.problems:
                self.problems.add(sample.problem)
                self.voice.say(f"{sample.problem}: skipped")
            if sample.example < 0:
                raise TrainError(f"no picture of the data sets can be read, the first: {sample.problem}")
        return samples

    def _plan(self, pace: Pace, there: int) -> None:
        """In a run by time: how many steps it will have. The first process decides."""
        state, minutes = self.state, self.wishes.minutes
        if not minutes or pace.steps < MEASURED or (pace.steps - MEASURED) % 20:
            return
        if state.step == state.plan.total:
            return
        looks = 0.0 if not self.held_back else self.wishes.validations * (1 - state.plan.at(state.step))
        left = 60 * minutes - state.seconds - pace.looking * looks
        known = state.plan.total
        state.plan = self.team.share(schedule.forecast(state.plan, state.step, pace.seconds, left))
        if not known:
            self._announce(there)
            self.voice.say(f"{pace.seconds:.2f} s a step: {state.plan.total} steps in {minutes:g} minutes")

    def _due(self) -> bool:
        """Whether the held-back pictures are looked at after this step."""
        state, times = self.state, self.wishes.validations
        if not self.held_back or not times or not state.plan.total:
            return False
        done, before = (math.floor(state.plan.at(step) * times + 1e-9) for step in (state.step, state.step - 1))
        return done > before or state.step >= state.plan.total

    def _validate(self, stepper: Stepper, log: report.Log | None, stop: Callable[[], bool]) -> None:
        """Figures of the averaged weights, kept as best.pt when they are; only in the first process."""
        if not self.team.first:
            return
        averaged = stepper.average.state(stepper.model)
        model = build(self.design).to(self.team.device, memory_format=torch.channels_last)
        model.load_state_dict(averaged)
        found = validate(
            model.eval(), self.held_back, self.data.categories, self.design.size, self.wishes.min_pixels, stop
        )
        if found is None:
            return
        figures, shown = found
        state = self.state
        state.figures = figures.plain()
        if figures.mean_ap50 > state.best:
            state.best, state.best_figures = figures.mean_ap50, state.figures
            checkpoint.write(self.output / checkpoint.BEST, self._kept(averaged, state.figures))
        if log:
            log.write(state.step, validation=state.figures)
        report.preview(self.output / report.PREVIEW, shown, self.data.categories)
        self._image = str((self.output / report.PREVIEW).resolve())
        self.voice.event("validation", step=state.step, **{k.replace(" ", "_"): v for k, v in state.figures.items()})
        self.voice.say(f"step {state.step}: {_words(figures)}")
        self._card(finished=False)

    def _kept(self, averaged: dict[str, torch.Tensor], figures: dict[str, float]) -> dict[str, Any]:
        """What every checkpoint has."""
        return {"config": self.config(), "step": self.state.step, "figures": figures, "averaged": averaged}

    def _save(self, stepper: Stepper) -> None:
        """last.pt: everything to go on from."""
        if self.team.first:
            tensors = stepper.state()
            kept = self._kept(tensors.pop("averaged"), self.state.figures)
            state = {**kept, **tensors, "state": self.state.plain(), "start": self.start}
            checkpoint.write(self.output / checkpoint.LAST, state)

    def _card(self, finished: bool) -> None:
        if self.team.first:
            state = self.state
            text = card(
                self.design, self.wishes, self.data, self.environment, self.start, state.step, state.seconds / 60,
                state.best_figures or state.figures, finished,
            )  # fmt: skip
            write_atomic(self.output / checkpoint.CARD, text.encode())


SAVED_EVERY = 60.0
"""Seconds of work that a killed run may lose, at most."""


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


class Keys:
    """Keys of this process's pictures, step by step, without end; how strongly they are changed follows the plan."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __iter__(self) -> Iterator[list[Key]]:
        run = self.run
        batch, each = run.wishes.batch, run.wishes.batch // run.team.size
        step = run.state.step
        while True:
            strength = schedule.strength(run.wishes.augment, run.state.plan.at(step))
            first = step * batch + run.team.rank * each
            yield [(place, strength) for place in range(first, first + each)]
            step += 1


def check_folder(output: Path, config: dict[str, Any]) -> None:
    """Make the folder, or make sure that it holds the same run. Raises ``TrainError``, ``OutputError``."""
    file = output / checkpoint.CONFIG
    wanted = json.loads(json.dumps(config))
    if not file.exists():
        if output.is_dir() and any(output.iterdir()):
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


def _words(figures: Figures) -> str:
    each = ", ".join(f"{n} {v:.3f}" for n, v in zip(figures.categories, figures.ap50, strict=True) if v == v)
    return (
        f"mask AP50 {figures.mean_ap50:.3f} ({each}), F1 {figures.f1:.3f} "
        f"(P {figures.precision:.3f}, R {figures.recall:.3f}) on {figures.pictures} held-back pictures"
    )


def _quiet(_: int) -> None:
    """In a loading process: the parent hears interrupts and ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cv2.setNumThreads(1)
