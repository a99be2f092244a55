"""What a learning command tells: words for people, or the events of jobs/child.py for a program."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

from dataset.files import OutputError
from dataset.recipe import RecipeError
from jobs import child

from ..crops.frames import CropsError
from .faults import Stopped, TrainingError


def guarded(name: str, args: argparse.Namespace, action: Callable[[argparse.Namespace, Console], None]) -> int:
    """Run a command's action. Exit code: 0 done or stopped on request, 2 wrong input, said in one line."""
    if importlib.util.find_spec("torch") is None:
        return _refused(name, args, "torch is missing: pip install -r ml/requirements-train.txt")
    console = None
    try:
        console = Console(name, args.json, args.threads)
        action(args, console)
    except Stopped:
        console.stopped()
    except (RecipeError, CropsError, TrainingError, OutputError) as error:
        return _refused(name, args, str(error))
    return 0


def _refused(name: str, args: argparse.Namespace, message: str) -> int:
    if args.json:
        child.emit("error", message=message)
    print(f"{name}: {message}", file=sys.stderr)
    return 2


class Console:
    """One command's voice, and its ear for the stop."""

    def __init__(self, name: str, events: bool, threads: int = 0) -> None:
        """``threads``: of torch; 0 leaves its own choice."""
        import torch

        if threads > 0:
            torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(True, warn_only=True)
        self.name = name
        self.events = events
        self.made = 0
        self._leash = child.Leash(watch_stdin=events)

    def stop(self) -> bool:
        """Whether somebody asked for the end."""
        return self._leash.pulled

    def start(self, total: int) -> None:
        """So many pieces of work are ahead."""
        if self.events:
            child.emit("start", total=total)

    def piece(self, what: str, image: str = "") -> None:
        """A piece of work is done; ``image`` shows it."""
        if self.events:
            child.emit("frame", index=self.made, image=str(Path(image).resolve()) if image else "")
        self.made += 1
        self.say(f"{what}: done")

    def say(self, text: str) -> None:
        """What goes on."""
        if self.events:
            child.emit("message", text=text)
        else:
            print(f"{self.name}: {text}", file=sys.stderr, flush=True)

    def done(self, total: int, text: str) -> None:
        """All ``total`` pieces are there; ``text`` for people."""
        if self.events:
            child.emit("done", made=total)
        else:
            print(text)

    def stopped(self) -> None:
        """The end came on request."""
        if self.events:
            child.emit("done", made=self.made, stopped=True)
        else:
            print("stopped: the same command goes on")
