"""From arguments to the page: open the set, look at every picture, score, write."""

from __future__ import annotations

import argparse
import importlib.util
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobs import child
from jobs.voice import Voice

from ..augment import pictures
from ..predict import results as coco_results
from ..predict import tiles
from ..predict.detections import Detections, none
from ..predict.detector import Detector
from . import held_back, mapping, report, score, summary, truth
from .mapping import Agreement
from .score import Scored, Settings
from .truth import FULL_SIZE, TruthError, TruthSet


class EvaluateError(Exception):
    """Wrong input; the message says what to do."""


def evaluate(args: argparse.Namespace) -> int:
    """One evaluation from its arguments to its page; raises what ``command.run`` catches. Returns the exit code."""
    _check(args)
    names = mapping.parse(args.map)
    voice = Voice("evaluate", args.json)
    leash = child.Leash(watch_stdin=args.json)
    detector = _detector(args)
    opened = truth.choose(truth.open_truth(args.dataset, args.synthetic), args.files)
    learned = detector is not None and held_back.learned_from(detector.trained.config, args.dataset)
    if args.held_back and detector is not None:
        opened, learned = held_back.keep(opened, detector.trained.config), False
    opened = truth.smaller_ignored(opened, args.min_size)
    if detector:
        names = {**mapping.of_run(detector.trained.config, opened), **names}
    raw = None if detector else _read(args.predictions, opened)
    agreed = mapping.agree(names, detector.categories if detector else _called(raw, opened), opened)
    output = _output(args, opened.title)
    report.prepare(output)
    other = _against(args)
    problems = [*([held_back.WARNING] if learned else []), *opened.problems]
    for problem in problems:
        voice.warn(problem)
    voice.event("start", total=len(opened.pictures), kind=opened.kind, problems=len(problems))
    if detector:
        opened, raw = _look(opened, detector, leash, voice, problems)
    if raw is None:
        voice.warn("stopped, nothing scored")
        return 0
    found = [mapping.of_detections(one, agreed) for one in raw]
    judged = mapping.of_truth(opened, agreed)
    settings = _settings(args, names)
    scored, results = _score(found, judged, agreed, settings, _about(args, detector), problems, other)
    report.write(output, results, scored, judged, found, raw)
    _end(voice, output, results)
    return 0


def _check(args: argparse.Namespace) -> None:
    if importlib.util.find_spec("pycocotools") is None:
        raise EvaluateError("pycocotools is missing: pip install -r ml/requirements-train.txt")
    if not 0 < args.iou <= 1 or not 0 <= args.score <= 1 or args.min_size < 0:
        raise EvaluateError(
            f"--iou {args.iou:g} --score {args.score:g} --min-size {args.min_size:g}: an overlap from 0 to 1, a score "
            "from 0 to 1, a size of at least 0 pixels"
        )
    if args.predictions and args.output is None:
        raise EvaluateError("--output is missing: the folder to write the evaluation to")
    if args.held_back and args.run is None:
        raise EvaluateError("--held-back needs --run: predictions from a file don't say what was learned from")


def _detector(args: argparse.Namespace) -> Detector | None:
    if args.run is None:
        return None
    return Detector(args.run, args.device, args.weights, size=args.image_size, tiling=tiles.wish(args.tiles))


def _output(args: argparse.Namespace, title: str) -> Path:
    if args.output is not None:
        return args.output
    folder = args.run if args.run.is_dir() else args.run.parent
    name = title.replace(" (held back)", "_held_back")
    return folder / f"evaluation_{name}{'' if args.files == 'all' else f'_{args.files}'}"


def _against(args: argparse.Namespace) -> dict[str, Any] | None:
    if args.against is None:
        return None
    try:
        return json.loads(args.against.read_bytes())
    except (OSError, ValueError) as error:
        raise EvaluateError(f"--against {args.against}: {error}; give a results.json of this command") from error


def _read(path: Path, opened: TruthSet) -> list[Detections]:
    shapes = {picture.name: (picture.height, picture.width) for picture in opened.pictures}
    found = coco_results.read(path, opened.image_ids, opened.category_ids, shapes)
    boxes_only = any(one.masks is None for one in found.values())
    return [found.get(picture.name, none(masks=not boxes_only)) for picture in opened.pictures]


def _called(raw: Sequence[Detections], opened: TruthSet) -> list[str]:
    """What a detector knows of which there is only a file: all that it called, and what it could have called."""
    return sorted({*opened.categories, *(label for found in raw for label in found.labels)})


def _look(
    opened: TruthSet, detector: Detector, leash: child.Leash, voice: Voice, problems: list[str]
) -> tuple[TruthSet, list[Detections] | None]:
    """Let the network look at every picture; those that can't be read are named and left out. None when stopped."""
    kept, raw = [], []
    for number, picture in enumerate(opened.pictures):
        if leash.pulled:
            return opened, None
        start, problem = time.perf_counter(), ""
        try:
            pixels = pictures.read(picture.path, picture.annotated, FULL_SIZE).pixels
            raw.append(detector.detect(pixels))
            kept.append(picture)
        except pictures.PictureError as error:
            problem = f"{error}: left out"
            problems.append(problem)
            voice.warn(problem)
        seconds = round(time.perf_counter() - start, 4)
        voice.event("frame", index=number, image=str(picture.path.resolve()), seconds=seconds, problem=problem)
        voice.count(f"{number + 1} of {len(opened.pictures)}")
    if not kept:
        raise TruthError(f"{opened.title}: none of its pictures can be read")
    return replace(opened, pictures=tuple(kept)), raw


def _settings(args: argparse.Namespace, names: dict[str, str]) -> Settings:
    return Settings(args.iou, args.score, args.min_size, args.files, tuple(names.items()))


def _about(args: argparse.Namespace, detector: Detector | None) -> dict[str, Any]:
    if detector is None:
        return {"name": args.predictions.stem, "from": "a predictions file"}
    trained = detector.trained
    return {
        "name": trained.run.resolve().name,
        "weights": args.weights,
        "step": trained.step,
        "categories": list(trained.categories),
        "size": detector.size,
        "tiles": args.tiles,
        "config": trained.config,
    }


def _score(
    found: Sequence[Detections],
    judged: TruthSet,
    agreed: Agreement,
    settings: Settings,
    about: dict[str, Any],
    problems: Sequence[str],
    other: dict[str, Any] | None,
) -> tuple[list[Scored], dict[str, Any]]:
    shapes = ["box"] if any(one.masks is None for one in found) else ["box", "mask"]
    scored = [score.score(found, judged, agreed.judged, settings, shape) for shape in shapes]
    comparison = None if other is None else score.compare(scored, judged, settings, other)
    return scored, score.tree(
        scored,
        judged,
        settings,
        agreed.judged,
        detector=about,
        unjudged=agreed.unjudged,
        problems=problems,
        comparison=comparison,
    )


def _end(voice: Voice, output: Path, results: dict[str, Any]) -> None:
    overall, count = results["box"]["overall"], results["dataset"]["pictures"]
    figures = {name: overall[name] for name in summary.FIGURES}
    page = output / report.PAGE
    words = f"{summary.text(results)}\n\nlook at {page}"
    voice.done(words, total=count, made=count, kind=results["kind"], page=str(page.resolve()), **figures)
