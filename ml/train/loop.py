"""The loop: take the next batch, make a step, now and then look at what was held back, save.

What a step does depends on weights, pictures and its number alone (ml/train/samples.py, ml/network/sampling.py), so a
run that goes on from last.pt makes the same steps, to the bit, as one that was never stopped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from dataset.files import write_atomic
from ml.network import checkpoint
from ml.network import design as designs
from ml.network.checkpoint import CheckpointError
from ml.network.design import Design
from ml.network.model import build

from . import report, schedule
from .card import card
from .config import Wishes, tree
from .data import Data, Order
from .loading import Batches, Keys
from .samples import Samples
from .schedule import MEASURED, Plan
from .state import Pace, State, Summary
from .step import Stepper
from .team import Team
from .validate import chosen, validate

HELD_BACK = 60
"""Held-back pictures that are looked at each time; more cost time and hardly steady the choice."""
SAVED_EVERY = 60.0
"""Seconds of work that a killed run may lose, at most."""
REPLANNED_EVERY = 20
"""Steps after which a run by time looks at the clock."""


class Run:
    """One run's folder, and the way through its steps."""

    def __init__(
        self, output: Path, design: Design, wishes: Wishes, data: Data, team: Team, voice: report.Speaker
    ) -> None:
        self.output, self.design, self.wishes, self.data = output, design, wishes, data
        self.team, self.voice = team, voice
        self.order = Order(data.train, wishes.mix, wishes.seed)
        self.held_back = chosen(data.held_back, HELD_BACK)
        self.state = State(plan=Plan(total=self._steps()))
        self.environment: dict[str, Any] = {}
        self._pace = Pace()
        self._begun, self._spent = time.monotonic(), 0.0
        self._log: report.Log | None = None
        self._image = ""
        self._named: set[str] = set()

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
        saved = checkpoint.read(file)
        try:
            stepper.load(saved)
            self.state = State.parse(saved["state"])
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise CheckpointError(f"{file}: can't go on from it ({error}): train into another folder") from error
        self._spent = self.state.seconds

    def train(self, stepper: Stepper, workers: int, stop: Callable[[], bool]) -> Summary:
        """Make all steps that are missing; ``stop`` is asked between two. Raises ``TrainError``, ``OutputError``."""
        state, there = self.state, self.state.step
        if self.team.first:
            self._log = report.Log(self.output / checkpoint.LOG, there)
        if state.plan.total:
            self._announce(there)
        samples = Samples(self.data.train, self.order, self.design.size, self.wishes.min_pixels, self.wishes.seed)
        batches = Batches(samples, Keys(self.wishes, state, self.team), workers, self.voice.say)
        saved = time.monotonic()
        stopped = False
        while not (state.done or stopped):
            self._step(stepper, batches)
            if not state.plan.total or self.wishes.minutes:
                self._plan(there)
            due = self._due()
            if due and self.held_back:
                self._validate(stepper, stop)
            if due or time.monotonic() - saved > SAVED_EVERY:
                self._save(stepper)
                saved = time.monotonic()
            stopped = self.team.any(stop())
        self._save(stepper)
        self._card()
        if self._log:
            self._log.close()
        return Summary(
            state.plan.total,
            there,
            state.step - there,
            not state.done,
            len(batches.problems) + len(self._named),
            state.best_figures,
            time.monotonic() - self._begun,
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

    def _step(self, stepper: Stepper, batches: Batches) -> None:
        """The next one."""
        state, tick = self.state, time.monotonic()
        samples = next(batches)
        chunk = stepper.chunk
        rate = self.wishes.top_rate * state.plan.rate(state.step, self.wishes.warm_up)
        losses = stepper.step(samples, state.step, rate)
        if stepper.chunk != chunk:
            self.voice.say(f"out of memory with {chunk} pictures at once: {stepper.chunk} at once from now on")
        state.step += 1
        seconds = time.monotonic() - tick
        self._pace.add(seconds)
        state.seconds = self._spent + time.monotonic() - self._begun
        if self._log:
            parts = {name: round(value, 7) for name, value in losses.items()}
            self._log.write(state.step, **parts, rate=rate, seconds=round(seconds, 3))
        self.voice.step(state.step, state.plan.total, seconds, losses, rate, self._image)
        self._image = ""

    def _plan(self, there: int) -> None:
        """In a run by time: how many steps it will have. The first process decides."""
        state, pace = self.state, self._pace
        if pace.steps < MEASURED or (pace.steps - MEASURED) % REPLANNED_EVERY or state.done:
            return
        looks = self.wishes.validations * (1 - state.plan.at(state.step)) if self.held_back else 0.0
        left = 60 * self.wishes.minutes - state.seconds - pace.looking * looks
        known = state.plan.total
        state.plan = self.team.share(schedule.forecast(state.plan, state.step, pace.seconds, left))
        if not known:
            self._announce(there)
            self.voice.say(f"{pace.seconds:.2f} s a step: {state.plan.total} steps in {self.wishes.minutes:g} minutes")

    def _due(self) -> bool:
        """Whether a part of the run is over: time to look at what was held back, and to save."""
        state, parts = self.state, max(1, self.wishes.validations)
        if not state.plan.total:
            return False
        over = parts if state.done else math.floor(state.plan.at(state.step) * parts + 1e-9)
        due, state.parts = over > state.parts, max(over, state.parts)
        return due

    def _validate(self, stepper: Stepper, stop: Callable[[], bool]) -> None:
        """Figures of the averaged weights, which become best.pt when they are; only in the first process."""
        if not (self.team.first and self.wishes.validations):
            return
        state, tick = self.state, time.monotonic()
        averaged = stepper.average.state(stepper.model)
        model = build(self.design).to(self.team.device, memory_format=torch.channels_last)
        model.load_state_dict(averaged)
        looked = validate(
            model.eval(), self.held_back, self.data.categories, self.design.size, self.wishes.min_pixels, stop
        )
        if looked is None:
            return
        figures, shown = looked
        for problem in figures.problems:
            if problem not in self._named:
                self._named.add(problem)
                self.voice.say(problem)
        state.figures = figures.plain()
        if figures.mean_ap50 > state.best:
            state.best, state.best_figures = figures.mean_ap50, state.figures
            checkpoint.write(self.output / checkpoint.BEST, self._kept(averaged))
        if self._log:
            self._log.write(state.step, validation=state.figures)
        report.preview(self.output / report.PREVIEW, shown, self.data.categories)
        self._image = str((self.output / report.PREVIEW).resolve())
        values = {key.replace(" ", "_"): value for key, value in state.figures.items()}
        self.voice.event("validation", step=state.step, image=self._image, **values)
        self.voice.say(f"step {state.step}: {report.words(figures)}")
        self._card()
        self._pace.looking = time.monotonic() - tick

    def _kept(self, averaged: dict[str, torch.Tensor]) -> dict[str, Any]:
        """What every checkpoint has."""
        state = self.state
        return {"config": self.config(), "step": state.step, "figures": state.figures, "averaged": averaged}

    def _save(self, stepper: Stepper) -> None:
        """last.pt: everything to go on from."""
        if self.team.first:
            self.state.seconds = self._spent + time.monotonic() - self._begun
            tensors = stepper.state()
            kept = self._kept(tensors.pop("averaged"))
            checkpoint.write(self.output / checkpoint.LAST, {**kept, **tensors, "state": self.state.plain()})

    def _card(self) -> None:
        if self.team.first:
            text = card(self.design, self.wishes, self.data, self.environment, self.state)
            write_atomic(self.output / checkpoint.CARD, text.encode())
