"""`python -m ml crops`: every labelled object of a set, cut out at one size, a folder a class."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .run import Summary, Wishes

SHEET = "crops.png"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the sub-command."""
    parser.add_argument(
        "--dataset",
        type=Path,
        required=True,
        help="folder of ours, VIA, COCO, AU-AIR or VisDrone-DET",
    )
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder of crops to write")
    parser.add_argument("--size", type=int, default=32, help="side of a crop, pixels (default 32)")
    parser.add_argument(
        "--class",
        dest="classes",
        action="append",
        default=[],
        metavar="NAME=CATEGORY,...",
        help="a class and the categories that it holds; repeat it (default: every category is a class; "
        "VisDrone-DET: the six classes of the paper)",
    )
    parser.add_argument("--fit", choices=("square", "stretch"), default="square", help="keep proportions, or the box")
    parser.add_argument("--margin", type=float, default=0.1, help="share of the longer side added around")
    parser.add_argument("--min-side", type=float, default=8, metavar="PIXELS", help="smaller objects are left out")
    parser.add_argument("--min-visible", type=float, default=0.3, metavar="SHARE", help="more hidden ones are left out")
    parser.add_argument("--background", type=int, default=0, metavar="N", help="empty windows a frame, as a class")
    parser.add_argument("--group", choices=("scene", "frame"), default="scene", help="what is never split")
    parser.add_argument("--scene", metavar="REGEX", help="the scene within a file's name: the part in brackets")
    parser.add_argument("--weather", default="", help="only frames with this weather, where the set knows it")
    parser.add_argument("--shift", choices=("winter",), default="", help="change the crops: an artificial winter")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="JSON lines on stdout, for a program that drives this one")


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 done or stopped on request, 2 wrong input."""
    from dataset.files import OutputError
    from jobs.voice import Voice

    from .frames import CropsError

    try:
        return _crops(args)
    except (CropsError, OutputError) as error:
        return Voice("crops", args.json).refused(error)


def _wishes(args: argparse.Namespace, visdrone: bool) -> Wishes:
    """Raises ``CropsError``."""
    from .boxes import PAPER
    from .frames import CropsError
    from .run import Wishes

    classes: dict[str, tuple[str, ...]] = {}
    for item in args.classes:
        name, _, held = item.partition("=")
        categories = tuple(word.strip() for word in (held or name).split(",") if word.strip())
        if not name.strip() or not categories:
            raise CropsError(f"--class {item!r}: write NAME=CATEGORY,CATEGORY, such as car=Car,Van")
        classes[name.strip()] = categories
    if not 8 <= args.size <= 512 or args.background < 0 or not 0 <= args.margin <= 4:
        raise CropsError("--size is 8 to 512 pixels, --background at least 0, --margin 0 to 4")
    return Wishes(
        size=args.size,
        fit=args.fit,
        margin=args.margin,
        min_side=args.min_side,
        min_visible=args.min_visible,
        background=args.background,
        group=args.group,
        weather=args.weather,
        classes=classes or (PAPER if visdrone else {}),
        shift=args.shift,
        seed=args.seed,
    )


def _crops(args: argparse.Namespace) -> int:
    from jobs import child
    from jobs.voice import Voice

    from . import frames, sheet, store
    from .run import run

    scene = frames.pattern_scene(args.scene) if args.scene else None
    found = frames.open_frames(args.dataset, scene)
    wishes = _wishes(args, (args.dataset / "annotations").is_dir())
    leash = child.Leash(watch_stdin=args.json)
    voice = Voice("crops", args.json)
    voice.event("start", total=len(found.frames))

    def report(index: int, image: str) -> None:
        voice.event("frame", index=index, image=str(Path(image).resolve()) if image else "")

    summary = run(found, wishes, args.output, lambda: leash.pulled, report)
    for problem in summary.problems:
        voice.warn(problem)
    if not summary.stopped:
        sheet.write(args.output / SHEET, sheet.overview(store.read(args.output, wishes.size, limit=200)))
    words = _words(summary, args.output)
    voice.done(words, made=len(found.frames), crops=summary.made, stopped=summary.stopped)
    return 0


def _words(summary: Summary, output: Path) -> str:
    if summary.stopped:
        return f"{summary.made} crops made; stopped: the same command goes on; {output}"
    lines = [f"{summary.made} crops made, {summary.there} were there; {output}"]
    for name, counts in sorted(summary.counts.items()):
        lines.append(f"  {name:16} train {counts['train']:6}  valid {counts['valid']:6}  test {counts['test']:6}")
    return "\n".join(lines)
