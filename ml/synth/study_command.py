"""`python -m ml synthesis-study`: the paper's experiment with baselines and spread, one table and one page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the sub-command."""
    parser.add_argument("--config", type=Path, help="study.toml; `--print-config` shows all settings")
    parser.add_argument("--output", type=Path, metavar="DIR", help="folder to write (continued where it was stopped)")
    parser.add_argument("--threads", type=int, default=0, help="threads of torch (default: its own choice)")
    parser.add_argument("--json", action="store_true", help="JSON lines on stdout, for a program that drives this one")
    parser.add_argument("--print-config", action="store_true", help="print all settings with their defaults and stop")


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 done or stopped on request, 2 wrong input."""
    from . import console, settings

    if args.print_config:
        print(settings.dumps(settings.Settings()), end="")
        return 0
    return console.guarded("synthesis-study", args, _study)


def _study(args: argparse.Namespace, console: Console) -> None:
    from dataset.recipe import RecipeError

    from . import page, settings, study

    if args.config is None or args.output is None:
        raise RecipeError("--config FILE and --output DIR are needed; --print-config shows what a file may hold")
    wishes = settings.load(args.config)
    watch = study.Watch(console.stop, console.start, console.piece, console.say)
    results = study.run(wishes, args.output, watch)
    targets = wishes.study.targets or tuple(results[0]["crops"]["new"])
    page.write(args.output, wishes, results, targets)
    table = (args.output / page.TABLE).read_text(encoding="utf-8")
    console.finish(f"{table}\n{args.output / page.PAGE}", str(args.output / page.PAGE))
