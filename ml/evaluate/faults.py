"""What went wrong: kinds of false alarms, categories taken for each other, the worst misses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..predict.detections import Detections
from .match import Shape, Tally, greedy, overlaps
from .truth import Picture

NEAR = 0.1
"""Overlap (IoU) from which a false alarm is a badly placed detection and not one of nothing."""
KINDS = {
    "doubled": "a second detection of a thing that is found already",
    "other category": "on a labelled thing of another category",
    "badly placed": f"overlaps a labelled thing of its category by an IoU of at least {NEAR:g}, but not enough",
    "on nothing": "near nothing that is labelled (or on something that nobody labelled: look)",
}
NOTHING = "nothing"


@dataclass(frozen=True)
class Alarm:
    """A false alarm."""

    picture: int
    place: int
    """Which detection of that picture."""
    score: float
    kind: str
    """One of ``KINDS``."""


@dataclass(frozen=True)
class Miss:
    """A labelled thing that was not found."""

    picture: int
    place: int
    """Which truth of that picture."""
    size: float
    """Square root of its pixels."""
    best: float
    """Highest score of a detection below the threshold that would have been a hit; -1 for none."""


def alarms(
    tallies: Sequence[Tally],
    pictures: Sequence[Picture],
    found: Sequence[Detections],
    shape: Shape,
    limit: float,
    score: float,
) -> list[Alarm]:
    """False alarms with a score of at least ``score``, highest first."""
    listed: dict[int, list[tuple[int, float]]] = {}
    for item in tallies:
        for place in np.flatnonzero(~item.hit & (item.score >= score)):
            listed.setdefault(int(item.picture[place]), []).append((int(item.place[place]), float(item.score[place])))
    result = []
    for number, entries in listed.items():
        picture, detections = pictures[number], found[number]
        over, _ = overlaps(detections, picture, shape)
        for place, sure in entries:
            kind = _kind(over[place], detections.labels[place], picture, limit)
            result.append(Alarm(number, place, sure, kind))
    return sorted(result, key=lambda alarm: (-alarm.score, alarm.picture, alarm.place))


def _kind(row: np.ndarray, label: str, picture: Picture, limit: float) -> str:
    own = max((row[i] for i, t in enumerate(picture.truths) if t.category == label and not t.ignored), default=0.0)
    other = max((row[i] for i, t in enumerate(picture.truths) if t.category != label and not t.ignored), default=0.0)
    if own >= limit:
        return "doubled"
    if other >= limit:
        return "other category"
    return "badly placed" if own >= NEAR else "on nothing"


def misses(tallies: Sequence[Tally], score: float) -> list[Miss]:
    """What was not found, the largest first."""
    result = [
        Miss(
            int(item.truth_picture[place]),
            int(item.truth_place[place]),
            float(item.truth_size[place]),
            float(item.truth_score[place]),
        )
        for item in tallies
        for place in np.flatnonzero(item.truth_score < score)
    ]
    return sorted(result, key=lambda miss: (-miss.size, miss.picture, miss.place))


def confusion(
    pictures: Sequence[Picture],
    found: Sequence[Detections],
    categories: Sequence[str],
    shape: Shape,
    limit: float,
    score: float,
) -> np.ndarray:
    """int (C+1)x(C+1): rows what is labelled, columns what was called; the last of each is "nothing".

    Matched without regard to category, so a helmet called a vest stands at (helmet, vest).
    """
    table = np.zeros((len(categories) + 1, len(categories) + 1), int)
    nothing = len(categories)
    for picture, detections in zip(pictures, found, strict=True):
        sure = detections.take(np.flatnonzero(detections.scores.round(6) >= score))
        over, inside = overlaps(sure, picture, shape)
        ignored = np.array([bool(truth.ignored) for truth in picture.truths], bool)
        matches = greedy(over, inside, ignored, limit)
        for place, label in enumerate(sure.labels):
            if matches.status[place] >= 0:
                target = matches.truth[place]
                row = categories.index(picture.truths[target].category) if target >= 0 else nothing
                table[row, categories.index(label)] += 1
        for place, truth in enumerate(picture.truths):
            if matches.finder[place] == -1:
                table[categories.index(truth.category), nothing] += 1
    return table
