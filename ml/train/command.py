"""`python -m ml train`: a Mask R-CNN from labelled pictures. Several processes: `torchrun -m ml train ...`."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.network.design import BACKBONES, HEADS, Design

from .config import AUGMENTS, DEFAULTS, OPTIMISERS, TrainError, Wishes

if TYPE_CHECKING:
    from jobs.child import Leash

    from .data import Data
    from .loop import Run
    from .report import Speaker
    from .step import Stepper

_RATES = ", ".join(f"{rate:g} for {name}" for name, rate in OPTIMISERS.items())

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the sub-command."""
    add = parser.add_argument_group("data").add_argument
    add("--dataset", action="append", required=True, metavar="DIR", help="folder of ours, VIA or COCO; repeatable")
    add("--mix", metavar="A:B", help="shares of the data sets in what is shown, such as 4:1 (default: by their sizes)")
    add("--map", metavar="A=B,C=B", help="rename categories, such as rescuer=person,civilian=person")
    add("--classes", metavar="A,B", help="categories to learn (default: all, parts such as helmet included)")
    add("--holdout", type=float, help="share of pictures held back by whole sites (default %(default)s)")
    add("--min-pixels", type=int, help="smaller things are not taught, pixels of what the network sees")
    add("--min-visible", type=float, help="nor are those that are hidden more than this (default %(default)s)")
    add = parser.add_argument_group("network").add_argument
    add("--output", type=Path, required=True, metavar="RUN", help="the run's folder (goes on with the same run)")
    add("--backbone", choices=BACKBONES, help=f"default: {BACKBONES[0]}")
    add(
        "--weights", metavar="FROM", help="imagenet, coco, none, a file, or another run to fine-tune (default imagenet)"
    )
    add("--image-size", type=int, metavar="PX", help="longer side as the network sees it (default 320)")
    add("--heads", choices=HEADS, help="slim for CPUs and few pictures, stock as torchvision's (default slim)")
    add("--width", type=int, help="channels of the feature pyramid (default 96)")
    add = parser.add_argument_group("how long (one of them)").add_argument
    add("--minutes", type=float, help="fit as many steps as this time holds")
    add("--epochs", type=float, help="show every picture so many times")
    add("--steps", type=int)
    add = parser.add_argument_group("learning").add_argument
    add("--batch", type=int, help="pictures a step, over all processes (default %(default)s)")
    add("--optimiser", choices=OPTIMISERS, help="default %(default)s")
    add("--rate", type=float, help=f"highest learning rate (default: {_RATES})")
    add("--backbone-rate", type=float, help="the backbone's, as a share of it (default %(default)s)")
    add("--freeze", type=int, metavar="N", help="stages of the backbone, of 5, that stay as they are")
    add("--augment", choices=AUGMENTS, help="default: weak first, strong from 40 %% of the run")
    add("--warm-up", type=int, metavar="STEPS")
    add("--momentum", type=float)
    add("--decay", type=float, help="weight decay (default %(default)s)")
    add("--clip", type=float, help="longest gradient; 0: any (default %(default)s)")
    add("--averaging", type=float, help="largest share of the old in the moving average; 0: none")
    add("--precision", choices=("auto", "float32"))
    add("--validations", type=int, help="looks at the held-back pictures (default %(default)s)")
    add("--seed", type=int)
    parser.set_defaults(**{**DEFAULTS, "minutes": None, "epochs": None, "steps": None, "mix": None, "classes": None})
    add = parser.add_argument_group("machine (may differ when a run goes on)").add_argument
    add("--device", default="auto", help="auto, cpu, cuda, cuda:N")
    add("--threads", type=int, default=0, help="threads of a process (default: torch's choice)")
    add("--workers", type=int, default=-1, help="processes that load pictures (default: 1; up to 4 for a GPU)")
    add("--json", action="store_true", help="JSON lines on stdout, for a program that drives this one")


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 done or stopped on request, 2 wrong input or a run that can't go on."""
    from dataset.files import OutputError
    from jobs.voice import Voice

    errors: tuple[type[Exception], ...] = (TrainError, OutputError)
    first = os.environ.get("RANK", "0") == "0"
    try:
        wishes = wishes_of(args)
        try:
            import torch  # noqa: F401
            import torchvision  # noqa: F401
        except ImportError as error:
            raise TrainError(f"{error.name or 'torch'} is missing: pip install -r ml/requirements-train.txt") from error
        from ml.network.checkpoint import CheckpointError
        from ml.network.design import DesignError
        from ml.network.weights import WeightsError

        errors += (CheckpointError, DesignError, WeightsError)
        return _train(args, wishes)
    except errors as error:
        return Voice("train", args.json, silent=not first).refused(error)


def wishes_of(args: argparse.Namespace) -> Wishes:
    """The wishes that the arguments spell. Raises ``TrainError``."""
    names = [pair.partition("=") for pair in args.map.split(",")] if args.map else []
    if any(not ours or not theirs for theirs, _, ours in names):
        raise TrainError(f"--map {args.map}: THEIRS=OURS,... such as rescuer=person,civilian=person")
    try:
        mix = tuple(float(share) for share in args.mix.split(":")) if args.mix else ()
    except ValueError:
        raise TrainError(f"--mix {args.mix}: shares with colons between, such as 4:1") from None
    special = {
        "datasets": tuple(args.dataset),
        "mix": mix,
        "names": tuple((theirs, ours) for theirs, _, ours in names),
        "classes": tuple(name for name in args.classes.split(",") if name) if args.classes else (),
        **{name: getattr(args, name) or 0 for name in ("minutes", "epochs", "steps")},
    }
    return Wishes(**{name: getattr(args, name) for name in DEFAULTS if name not in special}, **special)


def _train(args: argparse.Namespace, wishes: Wishes) -> int:
    import cv2
    import torch

    from jobs.child import Leash
    from ml.network import checkpoint

    from . import data as reading
    from . import report
    from .loop import Run
    from .precision import Precision
    from .state import claim
    from .step import Stepper
    from .team import Team

    leash = Leash(watch_stdin=args.json)
    cv2.setNumThreads(1)
    if args.threads > 0:
        torch.set_num_threads(args.threads)
    team = Team(checkpoint.choose_device(args.device))
    voice = report.Speaker(args.json, silent=not team.first)
    try:
        if wishes.batch % team.size:
            raise TrainError(f"--batch {wishes.batch} can't be shared by {team.size} processes: give a multiple")
        voice.say("reading the data sets")
        data = reading.read(wishes)
        for problem in data.problems:
            voice.say(problem)
        design, model, start = _network(args, wishes, data, voice)
        run = Run(args.output, design, wishes, data, team, voice)
        run.state.start = start
        if team.first:
            claim(args.output, run.config())
        precision = Precision(team.device, wishes.precision)
        run.environment = report.environment(team.device.type, precision.name, team.size, torch.get_num_threads())
        return _go(args, run, Stepper(model, wishes, team, precision, design.depthwise), leash)
    finally:
        team.close()


def _network(args: argparse.Namespace, wishes: Wishes, data: Data, voice: Speaker) -> tuple[Design, Any, str]:
    """The design, the network with its initial weights, and what those were. Raises ``WeightsError``."""
    import torch

    from dataset.spec import child
    from ml.network import checkpoint, weights
    from ml.network.model import build

    given = {"backbone": args.backbone, "heads": args.heads, "width": args.width, "size": args.image_size}
    given = {name: value for name, value in given.items() if value is not None}
    design = weights.design_for(Design(data.categories, **given), wishes.weights, given)
    torch.manual_seed(child(wishes.seed, "weights"))
    if (args.output / checkpoint.LAST).exists():
        return design, build(design), ""  # its weights are there
    said: list[str] = []
    model = weights.start(design, wishes.weights, said.append)
    voice.say(said[-1])
    return design, model, said[-1]


def _go(args: argparse.Namespace, run: Run, stepper: Stepper, leash: Leash) -> int:
    """Make the steps and tell how it ended."""
    from dataset.files import write_atomic
    from ml.network import checkpoint

    run.resume(stepper)
    if run.state.step:
        run.voice.say(f"going on after step {run.state.step}")
    if run.team.first:
        text = json.dumps(run.environment, indent=1)
        write_atomic(args.output / checkpoint.ENVIRONMENT, text.encode() + b"\n")
    workers = _workers(args.workers, run.team.device.type)
    summary = run.train(stepper, workers, lambda: leash.pulled)
    figures = {key.replace(" ", "_"): value for key, value in summary.figures.items()}
    how = "stopped: the same command goes on" if summary.stopped else f"{summary.seconds:.0f} s"
    best = f"; best mask AP50 {figures['ap50']:.3f}, F1 {figures['f1']:.3f}" if figures else ""
    run.voice.done(
        f"{summary.made} steps, {summary.there} were there, of {summary.total} ({how}){best}; {args.output}",
        total=summary.total,
        made=summary.made,
        there=summary.there,
        stopped=summary.stopped,
        problems=summary.problems + len(run.data.problems),
        seconds=round(summary.seconds, 3),
        run=str(args.output.resolve()),
        **figures,
    )
    return 0


def _workers(wish: int, kind: str) -> int:
    """Processes that load pictures."""
    if wish >= 0:
        return wish
    cores = os.cpu_count() or 1
    return min(4, max(1, cores - 1)) if kind == "cuda" else int(cores > 1)
