"""A learning command's voice, and its ear for the stop."""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable
from pathlib import Path

from dataset.files import OutputError
from dataset.recipe import RecipeError
from jobs import child
from jobs.voice import Voice

from ..crops.frames import CropsError
from .faults import Stopped, TrainingError


def guarded(name: str, args: argparse.Namespace, action: Callable[[argparse.Namespace, Console], None]) -> int:
    """Run a command's action. Exit code: 0 done or stopped on request, 2 wrong input, said in one line."""
    if importlib.util.find_spec("torch") is None:
        message = "torch is missing: pip install -r ml/requirements-train.txt"
        return Voice(name, args.json).refused(message)
    console = None
    try:
        console = Console(name, args.json, args.threads)
        action(args, console)
    except Stopped:
        console.stopped()
    except (RecipeError, CropsError, TrainingError, OutputError) as error:
        return Voice(name, args.json).refused(error)
    return 0


class Console(Voice):
    """What is done piece by piece, until somebody asks for the end."""

    def __init__(self, name: str, events: bool, threads: int = 0) -> None:
        """``threads``: of torch; 0 leaves its own choice."""
        import torch

        if threads > 0:
            torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(True, warn_only=True)
        super().__init__(name, events)
        self.made = self.there = 0
        self._leash = child.Leash(watch_stdin=events)

    def stop(self) -> bool:
        """Whether somebody asked for the end."""
        return self._leash.pulled

    def start(self, total: int, there: int = 0) -> None:
        """So many pieces of work are in the whole, so many of them were done before."""
        self.there = there
        self.event("start", total=total, there=there)

    def piece(self, what: str, image: str = "") -> None:
        """A piece of work is done; ``image`` shows it."""
        self._frame(image)
        self.say(f"{what}: done")

    def point(self, step: int, steps: int, loss: float) -> None:
        """Training, whose pieces of work are steps, has come to ``step`` of ``steps``, counted over all its runs."""
        self.event("loss", step=step, total=steps, loss=round(loss, 6))
        self.made = step - self.there - 1
        self._frame("")

    def _frame(self, image: str) -> None:
        self.event("frame", index=self.there + self.made, image=str(Path(image).resolve()) if image else "")
        self.made += 1

    def finish(self, text: str, page: str = "") -> None:
        """The whole is there; ``text`` for people, ``page`` to look at."""
        looked = {"page": str(Path(page).resolve())} if page else {}
        self.done(text, made=self.made, there=self.there, **looked)

    def stopped(self) -> None:
        """The end came on request."""
        self.done("stopped: the same command goes on", made=self.made, there=self.there, stopped=True)
