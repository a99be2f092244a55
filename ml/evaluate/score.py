"""All figures of one evaluation as one tree of plain values: what results.json holds and the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..predict.detections import Detections
from . import bootstrap, coco, curves, faults, metrics
from .match import Shape, Tally, tally
from .truth import Picture, TruthSet

FORMAT = 1


@dataclass(frozen=True)
class Settings:
    """What was asked for."""

    iou: float = 0.5
    score: float = 0.5
    min_size: float = 0.0
    files: str = "all"
    mapping: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scored:
    """One kind of outline (boxes or masks) scored."""

    shape: Shape
    tallies: tuple[Tally, ...]
    """One a category, at the wanted IoU."""
    table: np.ndarray
    """int Px3: hits, false alarms, misses of each picture."""
    curve: curves.Curve
    calibration: curves.Calibration
    alarms: tuple[faults.Alarm, ...]
    misses: tuple[faults.Miss, ...]
    tree: dict[str, Any]
    """The figures as plain values."""


def score(
    found: Sequence[Detections], truth: TruthSet, categories: Sequence[str], settings: Settings, shape: Shape
) -> Scored:
    """Everything about one kind of outline. ``found``: each picture's detections, best first, renamed."""
    pictures = truth.pictures
    tallies = tuple(tally(name, pictures, found, shape, settings.iou) for name in categories)
    table = metrics.by_picture(tallies, settings.score, len(pictures))
    curve, calibration = curves.curve(tallies), curves.calibration(tallies)
    wrong = faults.alarms(tallies, pictures, found, shape, settings.iou, settings.score)
    missed = faults.misses(tallies, settings.score)
    confused = faults.confusion(pictures, found, categories, shape, settings.iou, settings.score)
    official = coco.score(pictures, found, categories, shape)
    tree = {
        "overall": {
            **metrics.counts(tallies, settings.score).tree(),
            "intervals": bootstrap.intervals(table),
        },
        "photos": metrics.photos(table),
        "coco": {
            **{name: value for name, value in official.items() if name != "categories"},
            "AP50_interval": _ap_interval(tallies, len(pictures), settings.iou),
        },
        "categories": {
            item.category: {
                **metrics.counts([item], settings.score).tree(),
                "AP50": official["categories"][item.category]["AP50"],
                "intervals": bootstrap.intervals(metrics.by_picture([item], settings.score, len(pictures))),
            }
            for item in tallies
        },
        "sizes": {
            name: metrics.counts(tallies, settings.score, (low, high)).tree() for name, low, high in metrics.SIZES
        },
        "best_threshold": _best(curve),
        "calibration": _calibration(calibration),
        "false_alarms": {
            kind: sum(alarm.kind == kind for alarm in wrong) for kind in faults.KINDS
        },
        "confusion": {
            "labelled": [*categories, faults.NOTHING],
            "called": [*categories, faults.NOTHING],
            "table": confused.tolist(),
        },
    }  # fmt: skip
    return Scored(shape, tallies, table, curve, calibration, tuple(wrong), tuple(missed), tree)


def _ap_interval(tallies: Sequence[Tally], pictures: int, iou: float) -> bootstrap.Interval | None:
    """Only where the tallies are those of AP50."""
    return bootstrap.ap_interval(tallies, pictures) if iou == 0.5 else None


def _best(curve: curves.Curve) -> dict[str, float] | None:
    best = curve.best()
    return None if best is None else {"score": best[0], "f1": best[1]}


def _calibration(found: curves.Calibration) -> dict[str, Any]:
    edges = np.linspace(0, 1, curves.BINS + 1)
    return {
        "ece": found.ece,
        "tenths": [
            {
                "from": round(float(edges[place]), 1),
                "detections": int(number),
                "score": float(found.score[place]) if number else None,
                "share_of_hits": float(found.share[place]) if number else None,
            }
            for place, number in enumerate(found.detections)
        ],
    }


def tree(
    scored: Sequence[Scored],
    truth: TruthSet,
    settings: Settings,
    categories: Sequence[str],
    *,
    detector: dict[str, Any],
    unjudged: Sequence[str],
    problems: Sequence[str],
    comparison: dict[str, Any] | None,
) -> dict[str, Any]:
    """The whole of results.json."""
    counted = [[t for t in picture.truths if not t.ignored] for picture in truth.pictures]
    return {
        "format": FORMAT,
        "kind": truth.kind,
        "dataset": {
            "name": truth.title,
            "kind": truth.kind,
            "pictures": len(truth.pictures),
            "labelled": sum(map(len, counted)),
            "ignored": sum(len(picture.truths) for picture in truth.pictures) - sum(map(len, counted)),
            "files": settings.files,
        },
        "detector": detector,
        "settings": {
            "iou": settings.iou,
            "score": settings.score,
            "min_size": settings.min_size,
            "map": dict(settings.mapping),
            "categories": list(categories),
            "left_out": list(unjudged),
        },
        "definitions": metrics.definitions(settings.iou, settings.score, settings.min_size),
        **{item.shape: item.tree for item in scored},
        "comparison": comparison,
        "pictures": _pictures(scored, truth.pictures),
        "problems": list(problems),
    }


def _pictures(scored: Sequence[Scored], pictures: Sequence[Picture]) -> list[dict[str, Any]]:
    """What each picture adds, so that a later run can be compared picture by picture."""
    return [
        {"name": picture.name, **{item.shape: item.table[number].tolist() for item in scored}}
        for number, picture in enumerate(pictures)
    ]


class ComparisonError(Exception):
    """Results that can't be compared; the message says why."""


def compare(scored: Sequence[Scored], truth: TruthSet, settings: Settings, other: dict[str, Any]) -> dict[str, Any]:
    """Differences from an earlier results.json, with paired intervals. Raises ``ComparisonError``."""
    try:
        theirs, asked = other["pictures"], other["settings"]
        same = [entry["name"] for entry in theirs] == [picture.name for picture in truth.pictures]
        wanted = (settings.iou, settings.min_size, truth.kind)
        had = (asked["iou"], asked["min_size"], other["kind"])
        detector, score = other["detector"]["name"], asked["score"]
        judged = asked["categories"]
    except (KeyError, TypeError) as error:
        raise ComparisonError(f"not a results.json of `python -m ml evaluate` ({error})") from error
    if not same:
        raise ComparisonError("made on other pictures; compare runs on the same data set and files")
    if judged != [item.category for item in scored[0].tallies]:
        raise ComparisonError(f"made for {', '.join(judged)}; compare the same categories")
    if wanted != had:
        raise ComparisonError(
            f"made at IoU {had[0]}, from {had[1]} pixels, on {had[2]}; this one is at IoU {wanted[0]}, from "
            f"{wanted[1]} pixels, on {wanted[2]}"
        )
    found: dict[str, Any] = {"with": detector, "score": score}
    for item in scored:
        if all(item.shape in entry for entry in theirs):
            table = np.array([entry[item.shape] for entry in theirs], int).reshape(-1, 3)
            pairs = bootstrap.differences(item.table, table)
            found[item.shape] = {
                name: None if pair is None else {"difference": pair[0], "interval": pair[1]}
                for name, pair in pairs.items()
            }
    return found
