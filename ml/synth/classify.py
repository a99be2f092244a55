"""`python -m ml classify train|evaluate`: SE-SOTA-ConvNN on a folder of crops."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .console import Console

ABOUT = "classifier.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of both sub-commands."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="train|evaluate")
    train = actions.add_parser("train", help="train on the crops of train/, test on those of valid/ and test/")
    evaluate = actions.add_parser("evaluate", help="confusion matrix and each class's accuracy")
    for action in (train, evaluate):
        action.add_argument("--crops", type=Path, required=True, metavar="DIR", help="made by `python -m ml crops`")
        action.add_argument("--threads", type=int, default=0, help="threads of torch (default: its own choice)")
        action.add_argument("--json", action="store_true", help="JSON lines on stdout, for a driving program")
    train.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder to write or to continue")
    train.add_argument("--config", type=Path, help="settings as `python -m ml synthesis-study --print-config` shows")
    train.add_argument("--seed", type=int, help="overrides the settings' seed")
    train.add_argument("--steps", type=int, help="overrides the settings' classifier.steps")
    evaluate.add_argument("--classifier", type=Path, required=True, metavar="DIR", help="what train wrote")
    evaluate.add_argument("--split", default="test", help="train, valid or test (default)")
    evaluate.add_argument("--output", type=Path, metavar="FILE", help="write the figures as JSON")


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 done or stopped on request, 2 wrong input."""
    from . import console

    return console.guarded("classify", args, {"train": _train, "evaluate": _evaluate}[args.action])


def _train(args: argparse.Namespace, console: Console) -> None:
    from dataset.files import write_atomic

    from ..crops import store
    from . import classifier, fitting, settings
    from .curve import PICTURE
    from .fitting import Guard
    from .template import count

    wishes = settings.given(args.config, args.seed, {"classifier": {"steps": args.steps}})
    found = store.read(args.crops, wishes.model.size)
    for problem in found.problems:
        console.say(problem)
    learnt = found.of_split("train") if any(found.splits) else found
    console.start(wishes.classifier.steps, fitting.steps_done(args.output / classifier.STATE))

    def report(step: int, steps: int, loss: float) -> None:
        console.say(f"step {step} of {steps}, loss {loss:.4f}: saved")

    guard = Guard(console.stop, report, console.point, wishes.save_every)
    model = classifier.train(learnt, wishes, args.output, guard)
    every, trainable = count(model)
    about: dict[str, object] = {"parameters": every, "trainable": trainable, "classes": list(found.classes)}
    about["crops"] = learnt.counts
    lines = [f"{every:,} parameters, {trainable:,} trainable"]
    for split in ("valid", "test"):
        asked = found.of_split(split)
        if len(asked):
            result = classifier.evaluate(model, asked, wishes.precision)
            about[split] = result.tree()
            lines += [f"{split}:", str(result)]
    write_atomic(args.output / ABOUT, json.dumps(about, indent=1).encode() + b"\n")
    console.finish("\n".join([*lines, str(args.output / PICTURE)]))


def _evaluate(args: argparse.Namespace, console: Console) -> None:
    from dataset.files import write_atomic

    from ..crops import store
    from ..crops.frames import CropsError
    from . import classifier

    model, classes = classifier.load(args.classifier)
    found = store.read(args.crops, model.template.size, classes)
    for problem in found.problems:
        console.say(problem)
    asked = found.of_split(args.split) if any(found.splits) else found
    if not len(asked):
        raise CropsError(f"{args.crops}: no crops in {args.split}/; it has {', '.join(sorted(set(found.splits)))}")
    console.start(1)
    result = classifier.evaluate(model, asked)
    if args.output:
        write_atomic(args.output, json.dumps(result.tree(), indent=1).encode() + b"\n")
    console.piece(f"{len(asked)} crops of {args.split}")
    console.finish(str(result))
