"""`python -m ml vae train|sample`: autoencoders of crops, and crops that were never photographed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of both sub-commands."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="train|sample")
    train = actions.add_parser("train", help="one autoencoder for each group of similar classes")
    sample = actions.add_parser("sample", help="draw crops, judge each one, keep the best")
    for action in (train, sample):
        action.add_argument("--crops", type=Path, required=True, metavar="DIR", help="real crops of the new domain")
        action.add_argument("--old", type=Path, metavar="DIR", help="real crops of the old domain, used beside them")
        action.add_argument("--classifier", type=Path, required=True, metavar="DIR", help="trained without made crops")
        action.add_argument("--class", dest="classes", action="append", metavar="NAME", help="only this one; repeat it")
        action.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder to write")
        action.add_argument("--config", type=Path, help="settings; `python -m ml synthesis-study --print-config`")
        action.add_argument("--seed", type=int, help="overrides the settings' seed")
        action.add_argument("--threads", type=int, default=0, help="threads of torch (default: its own choice)")
        action.add_argument("--json", action="store_true", help="JSON lines on stdout, for a driving program")
    train.add_argument("--latent", type=int, help="overrides the settings' vae.latent")
    train.add_argument("--steps", type=int, help="overrides the settings' vae.steps")
    sample.add_argument("--vae", type=Path, required=True, metavar="DIR", help="what train wrote")
    sample.add_argument("--count", type=int, help="crops kept a class (default: the settings', 10,000)")
    sample.add_argument("--keep", type=float, help="share of the drawn ones that is kept; 1: no filter")
    sample.add_argument("--mode", choices=("posterior", "prior", "between", "moved"), help="overrides the settings'")
    sample.add_argument("--spread", type=float, help="multiplies sigma")


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 done or stopped on request, 2 wrong input."""
    from . import console

    return console.guarded("vae", args, {"train": _train, "sample": _sample}[args.action])


def _train(args: argparse.Namespace, console: Console) -> None:
    from . import ensemble, fitting, settings
    from .fitting import Guard
    from .template import count

    wishes = settings.given(args.config, args.seed, {"vae": {"latent": args.latent, "steps": args.steps}})
    judge, new, old = _material(args, console)
    groups = ensemble.groups(new, wishes)
    folders = [ensemble.folder_of(args.output, group) for group in groups]
    total = wishes.vae.steps * len(groups)
    console.start(total, sum(fitting.steps_done(folder / ensemble.STATE) for folder in folders))
    lines = []
    for number, (group, folder) in enumerate(zip(groups, folders, strict=True)):

        def report(step: int, steps: int, loss: float, name: str = "+".join(group)) -> None:
            console.say(f"{name}: step {step} of {steps}, loss {loss:.3f}: saved")

        def point(step: int, steps: int, loss: float, before: int = number * wishes.vae.steps) -> None:
            console.point(before + step, total, loss)

        sets = [None if found is None else found.of_classes(group) for found in (new, old)]
        guard = Guard(console.stop, report, point, wishes.save_every)
        model = ensemble.train(*sets, judge, wishes, folder, guard)
        every, trainable = count(model)
        lines.append(f"{'+'.join(group)}: {every:,} parameters, {trainable:,} trainable; {folder}")
    console.finish("\n".join(lines))


def _material(args: argparse.Namespace, console: Console) -> tuple:
    """(classifier, real new crops for training, old ones or None), all with the classifier's classes."""
    from ..crops import store
    from ..crops.frames import CropsError
    from . import classifier

    judge, classes = classifier.load(args.classifier)
    found = []
    for folder in (args.crops, args.old):
        if folder is None:
            found.append(None)
            continue
        one = store.read(folder, judge.template.size, classes, partly=True)
        for problem in one.problems:
            console.say(problem)
        one = one.of_split("train") if any(one.splits) else one
        unknown = sorted(set(args.classes or ()) - set(classes))
        if unknown:
            raise CropsError(f"--class {', '.join(unknown)}: the classifier knows {', '.join(classes)}")
        found.append(one.of_classes(tuple(args.classes)) if args.classes else one)
    return judge, *found


def _sample(args: argparse.Namespace, console: Console) -> None:
    from . import gallery, settings

    changed = {"count": args.count, "keep": args.keep, "spread": args.spread}
    changed["modes"] = {args.mode: 1} if args.mode else None
    wishes = settings.given(args.config, args.seed, {"sampling": changed})
    judge, new, old = _material(args, console)
    models = gallery.models(args.vae, args.classes)
    console.start(len(models))
    lines = []
    for name, model in models.items():
        made = gallery.make(args.output, name, model, judge, new, old, wishes, console.stop)
        console.piece(f"{name}: {made.kept} kept of {made.drawn} drawn", str(made.sheet))
        lines.append(f"{name}: {made.kept} of {made.drawn} kept, {made.copies} copies; {made.sheet}")
    console.finish("\n".join(lines))
