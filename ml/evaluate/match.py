"""Which detection found what: COCO's greedy rule, at one IoU, for boxes or for masks.

Within a picture and a category detections take turns, the highest score first. Each takes the free truth that it
overlaps most, if by at least the wanted IoU: a hit. One that takes none, but has at least that share of itself inside a
region where nothing counts (a crowd, something too small or too hidden), is left out. All others are false alarms.
Truths that nobody took are misses. The threshold on the score comes after: who is hit by a higher score never depends
on lower ones, so one matching serves every threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..predict.detections import Crop, Detections
from ..predict.overlap import box_areas, box_intersections, iou, mask_intersections
from .truth import Picture

Shape = Literal["box", "mask"]
HIT, FALSE, OUT = 1, 0, -1
"""What becomes of a detection."""


@dataclass(frozen=True)
class Matches:
    """One picture's detections and truths of one category."""

    status: np.ndarray
    """int8 D: HIT, FALSE or OUT."""
    truth: np.ndarray
    """int D: place of the truth that it hit, -1 for none."""
    finder: np.ndarray
    """int T: place of the detection that found each truth; -1 missed, -2 one that does not count."""


def greedy(overlaps: np.ndarray, inside: np.ndarray, ignored: np.ndarray, limit: float) -> Matches:
    """Match D detections, best first, with T truths.

    ``overlaps``: float DxT IoU. ``inside``: float DxT share of the detection that lies in each truth. ``ignored``: bool
    T. Of equal overlaps the last truth wins, as in pycocotools.
    """
    detections, truths = overlaps.shape
    limit = min(limit, 1 - 1e-10)
    status = np.full(detections, FALSE, np.int8)
    truth = np.full(detections, -1)
    finder = np.where(ignored, -2, -1)
    free = ~ignored
    for place in range(detections):
        fits = np.flatnonzero(free & (overlaps[place] >= limit)) if truths else ()
        if len(fits):
            best = fits[len(fits) - 1 - int(np.argmax(overlaps[place, fits][::-1]))]
            status[place], truth[place], finder[best], free[best] = HIT, best, place, False
        elif truths and (inside[place, ignored] >= limit).any():
            status[place] = OUT
    return Matches(status, truth, finder)


def overlaps(found: Detections, picture: Picture, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """(IoU, share of the detection inside the truth), float DxT, of all detections and truths of a picture."""
    if shape == "box":
        boxes = np.array([truth.box for truth in picture.truths], float).reshape(-1, 4)
        shared = box_intersections(found.boxes, boxes)
        ones, others = box_areas(found.boxes), box_areas(boxes)
    else:
        assert found.masks is not None
        shared = mask_intersections(found.masks, [truth.mask for truth in picture.truths])
        ones = areas(found, "mask")
        others = np.array([truth.area for truth in picture.truths], float)
    inside = np.divide(shared, ones[:, None], out=np.zeros_like(shared), where=ones[:, None] > 0)
    return iou(shared, ones, others), inside


def areas(found: Detections, shape: Shape) -> np.ndarray:
    """Pixels of each detection's box or mask, float D."""
    if shape == "box":
        return box_areas(found.boxes)
    masks: Sequence[Crop] = found.masks or ()
    return np.array([mask.area for mask in masks], float)


@dataclass(frozen=True)
class Tally:
    """All detections and truths of one category in a test set, matched. Detections that don't count are not in it.

    Detections come best first; of equal scores the one of the earlier picture.
    """

    category: str
    picture: np.ndarray
    """int D: which picture."""
    place: np.ndarray
    """int D: which detection of that picture."""
    score: np.ndarray
    """float D."""
    hit: np.ndarray
    """bool D."""
    size: np.ndarray
    """float D: square root of its pixels (its truth's, where it hit one)."""
    truth_picture: np.ndarray
    """int T."""
    truth_place: np.ndarray
    """int T: which truth of that picture."""
    truth_score: np.ndarray
    """float T: score of the detection that found it, -1 where none did."""
    truth_size: np.ndarray
    """float T: square root of its pixels."""


def tally(category: str, pictures: Sequence[Picture], found: Sequence[Detections], shape: Shape, limit: float) -> Tally:
    """Match one category over a test set; ``found``: detections of each picture, best first."""
    rows: list[tuple[int, int, float, bool, float]] = []
    truths: list[tuple[int, int, float, float]] = []
    for number, (picture, detections) in enumerate(zip(pictures, found, strict=True)):
        own = [place for place, label in enumerate(detections.labels) if label == category]
        there = [place for place, truth in enumerate(picture.truths) if truth.category == category]
        if not own and not there:
            continue
        chosen = detections.take(own)
        wanted = [picture.truths[place] for place in there]
        over, inside = overlaps(chosen, Picture("", picture.path, None, 0, 0, tuple(wanted)), shape)
        ignored = np.array([bool(truth.ignored) for truth in wanted], bool)
        matches = greedy(over, inside, ignored, limit)
        sizes = np.sqrt(areas(chosen, shape))
        scores = [round(float(score), 6) for score in chosen.scores]  # a float32 of 0.7 is a hair less than 0.7
        for index, place in enumerate(own):
            if matches.status[index] != OUT:
                target = matches.truth[index]
                size = wanted[target].area ** 0.5 if target >= 0 else float(sizes[index])
                rows.append((number, place, scores[index], target >= 0, size))
        for index, place in enumerate(there):
            finder = matches.finder[index]
            if finder != -2:
                score = scores[finder] if finder >= 0 else -1.0
                truths.append((number, place, score, wanted[index].area ** 0.5))
    rows.sort(key=lambda row: -row[2])
    columns = [np.array(column) for column in zip(*rows, strict=True)] or [np.zeros(0)] * 5
    others = [np.array(column) for column in zip(*truths, strict=True)] or [np.zeros(0)] * 4
    return Tally(
        category,
        columns[0].astype(int),
        columns[1].astype(int),
        columns[2].astype(float),
        columns[3].astype(bool),
        columns[4].astype(float),
        others[0].astype(int),
        others[1].astype(int),
        others[2].astype(float),
        others[3].astype(float),
    )
