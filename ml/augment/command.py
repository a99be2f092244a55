"""`python -m ml augment`: a few labelled pictures become many."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .recipe import Recipe

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: its threads would fight with the workers

DESCRIPTION = "make many labelled pictures of a few: geometry, light, weather, paste; outlines stay exact"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the sub-command."""
    parser.add_argument(
        "--dataset", type=Path, required=True, help="folder of ours, or a VIA or COCO file or its folder"
    )
    parser.add_argument("--output", type=Path, help="folder to write (resumed when it holds a part of the same run)")
    parser.add_argument("--count", type=int, default=0, help="pictures to make (default: 25 a source)")
    parser.add_argument("--recipe", type=Path, help="augment.toml; `--print-recipe` shows all wishes")
    parser.add_argument("--seed", type=int, help="overrides the recipe's seed")
    parser.add_argument("--workers", type=int, default=1, help="processes (same files for any number)")
    parser.add_argument("--preview", type=Path, metavar="JPG", help="only draw 12 variants of one source with outlines")
    parser.add_argument("--operations", action="store_true", help="the preview shows every operation alone, named")
    parser.add_argument("--source", help="name of the preview's source (default: the one with most instances)")
    parser.add_argument("--json", action="store_true", help="JSON lines on stdout, for a program that drives this one")
    parser.add_argument("--print-recipe", action="store_true", help="print the recipe with all defaults and stop")


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 done or stopped on request, 1 some sources could not be used, 2 wrong input."""
    from dataset.files import OutputError
    from dataset.recipe import RecipeError
    from jobs.voice import Voice

    from . import recipe
    from .pictures import PictureError
    from .run import RunError
    from .sources import SourceError

    try:
        wishes = recipe.load(args.recipe) if args.recipe else recipe.Recipe()
        if args.seed is not None:
            wishes = recipe.parse({**recipe.tree(wishes), "seed": args.seed})
        if args.print_recipe:
            print(recipe.dumps(wishes), end="")
            return 0
        return _preview(args, wishes) if args.preview else _augment(args, wishes)
    except (RecipeError, SourceError, RunError, OutputError, PictureError) as error:
        return Voice("augment", args.json).refused(error)


def _augment(args: argparse.Namespace, wishes: Recipe) -> int:
    from jobs import child
    from jobs.voice import Voice

    from . import files, sources
    from .run import Outcome, Run, RunError, run

    if args.output is None:
        raise RunError("--output is missing: the folder to write, or --preview FILE.jpg")
    if args.count < 0 or args.workers < 1:
        raise RunError(
            f"--count {args.count} --workers {args.workers}: a count from 1 (0: 25 a source), at least 1 worker"
        )
    voice = Voice("augment", args.json)
    found = sources.open_set(args.dataset)
    for problem in found.problems:
        voice.warn(problem)
    count = args.count or 25 * len(found.sources)
    if count < len(found.sources):
        voice.warn(f"--count {count} is below the {len(found.sources)} sources: only the first {count} are used")
    job = Run(wishes, found, args.output, count)
    leash = child.Leash(watch_stdin=args.json)
    start = time.perf_counter()
    done = 0

    def report(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        if outcome.problem:
            voice.warn(f"output {outcome.index}: {outcome.problem}")
        image = str((args.output / outcome.image).resolve()) if outcome.image else ""
        seconds = round(outcome.seconds, 4)
        voice.event("frame", index=outcome.index, image=image, seconds=seconds, problem=outcome.problem)
        voice.count(f"{done} of {count}")

    voice.event("start", total=count, sources=len(found.sources), problems=len(found.problems))
    summary = run(job, args.workers, lambda: leash.pulled, report)
    files.derive(args.output, wishes)
    seconds = time.perf_counter() - start
    totals = {
        "total": count,
        "made": summary.made,
        "there": summary.there,
        "instances": summary.kept,
        "dropped": summary.dropped,
        "problems": len(found.problems) + len(summary.problems),
        "stopped": summary.stopped,
        "seconds": round(seconds, 3),
    }
    voice.done(_words(totals, args.output), **totals)
    return 1 if summary.problems and not summary.stopped else 0


def _words(totals: dict[str, object], output: Path) -> str:
    how = "stopped: the same command goes on" if totals["stopped"] else f"{totals['seconds']:.1f} s"
    return (
        f"{totals['made']} pictures made, {totals['there']} were there, of {totals['total']} ({how}); "
        f"{totals['instances']} instances labelled, {totals['dropped']} dropped (out of view, too small, too hidden); "
        f"{totals['problems']} problems; {output}"
    )


def _preview(args: argparse.Namespace, wishes: Recipe) -> int:
    from jobs.voice import Voice

    from . import preview, sources

    voice = Voice("augment", args.json)
    found = sources.open_set(args.dataset)
    for problem in found.problems:
        voice.warn(problem)
    preview.write(args.preview, wishes, found, args.source, args.operations)
    voice.done(str(args.preview), image=str(args.preview.resolve()))
    return 0
