"""`python -m ml synthesis-study`: the paper's experiment with baselines and spread, one table and one page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the sub-command."""
    parser.add_argument("--config", type=Path, help="study.toml; `--print-config` shows all settings")
    parser.add_argument("--output", type=Path, metavar="DIR", help="folder to write (continued where it was stopped)")
    parser.add_argument("--threads", type=int, default=0, help="threads of torch (default: its own choice)")
    parser.add_argument("--json", action="store_true", help="JSON lines on stdout, for a program that drives this one")
    parser.add_argument("--print-config", action="store_true", help="print all settings with their defaults and stop")


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 done or stopped on request, 2 wrong input."""
    from dataset.files import OutputError
    from dataset.recipe import RecipeError
    from jobs import child

    from ..crops.frames import CropsError
    from . import settings
    from .faults import TrainingError

    try:
        wishes = settings.load(args.config) if args.config else settings.Settings()
        if args.print_config:
            print(settings.dumps(wishes), end="")
            return 0
        if args.config is None or args.output is None:
            raise RecipeError("--config FILE and --output DIR are needed; --print-config shows what a file may hold")
        return _study(args, wishes)
    except (RecipeError, CropsError, TrainingError, OutputError) as error:
        if args.json:
            child.emit("error", message=str(error))
        print(f"synthesis-study: {error}", file=sys.stderr)
        return 2


def _study(args: argparse.Namespace, wishes: Settings) -> int:
    from jobs import child

    from . import page, study
    from .console import Console
    from .faults import Stopped

    console = Console("synthesis-study", args.json, args.threads)
    console.start(study.stages(wishes))
    watch = study.Watch(console.stop, console.piece, console.say)
    try:
        results = study.run(wishes, args.output, watch)
    except Stopped:
        console.stopped()
        return 0
    targets = wishes.study.targets or tuple(results[0]["crops"]["new"])
    page.write(args.output, wishes, results, targets)
    if args.json:
        child.emit("done", made=study.stages(wishes), image=str((args.output / page.PAGE).resolve()))
    else:
        print((args.output / page.TABLE).read_text(encoding="utf-8"))
        print(args.output / page.PAGE)
    return 0
