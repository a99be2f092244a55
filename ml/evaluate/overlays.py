"""Pictures with what is labelled and what was found drawn in: one thing from near, or the whole picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..predict.detections import Detections
from ..predict.drawing import Frame, view_of
from .score import Scored
from .truth import Picture

HIT, FALSE, MISSED, LABEL, IGNORED = (96, 190, 60), (40, 120, 255), (70, 60, 230), (255, 255, 255), (190, 190, 190)
LEGEND = (
    ("hit", HIT),
    ("false alarm", FALSE),
    ("missed", MISSED),
    ("label of a hit", LABEL),
    ("nothing counts here", IGNORED),
)
NEAR = 340
"""Side of a close-up, pixels."""
WIDE = 640
"""Longer side of a whole picture."""
FOCUSED = 3.0
"""Pixels that the line around a close-up's subject is wide."""
_CONTEXT = 1.7
"""A close-up shows this many times the thing's longer side."""
_LEAST = 64
"""Pixels of the picture that a close-up shows at least."""


@dataclass(frozen=True)
class Judged:
    """One picture's detections above the threshold and its truths, with what became of each."""

    picture: Picture
    found: Detections
    hits: dict[int, bool]
    """Place of a detection that counts -> whether it is a hit."""
    missed: frozenset[int]
    """Places of the truths that were not found."""


def judge(number: int, picture: Picture, found: Detections, scored: Scored, score: float) -> Judged:
    """What became of everything in picture ``number``."""
    hits, missed = {}, set()
    for item in scored.tallies:
        own = (item.picture == number) & (item.score >= score)
        hits |= {int(place): bool(hit) for place, hit in zip(item.place[own], item.hit[own], strict=True)}
        lost = (item.truth_picture == number) & (item.truth_score < score)
        missed |= {int(place) for place in item.truth_place[lost]}
    return Judged(picture, found, hits, frozenset(missed))


def whole(pixels: np.ndarray, judged: Judged) -> np.ndarray:
    """uint8 HxWx3 BGR of the whole picture, its longer side ``WIDE``."""
    height, width = pixels.shape[:2]
    return _view(pixels, judged, (0.0, 0.0, float(width), float(height)), WIDE / max(width, height))


@dataclass(frozen=True)
class Focus:
    """What a close-up is about: the only thing with a tag, in the strongest line."""

    kind: Literal["truth", "detection"]
    place: int


def close(pixels: np.ndarray, judged: Judged, focus: Focus) -> np.ndarray:
    """uint8 ``NEAR`` x ``NEAR`` x 3 BGR around one thing."""
    if focus.kind == "truth":
        box: Sequence[float] = judged.picture.truths[focus.place].box
    else:
        box = [float(value) for value in judged.found.boxes[focus.place]]
    height, width = pixels.shape[:2]
    side = max(_CONTEXT * max(box[2] - box[0], box[3] - box[1]), _LEAST)
    side = min(side, max(width, height))
    left = _placed((box[0] + box[2]) / 2, side, width)
    top = _placed((box[1] + box[3]) / 2, side, height)
    return _view(pixels, judged, (left, top, left + side, top + side), NEAR / side, focus)


def _placed(middle: float, side: float, limit: int) -> float:
    """Start of a window of ``side`` around ``middle``, inside 0..limit where it fits."""
    if side >= limit:
        return (limit - side) / 2
    return min(max(middle - side / 2, 0.0), limit - side)


def _view(
    pixels: np.ndarray,
    judged: Judged,
    window: tuple[float, float, float, float],
    scale: float,
    focus: Focus | None = None,
) -> np.ndarray:
    frame = Frame(view_of(pixels, window, scale), window[0], window[1], scale)
    for place, truth in enumerate(judged.picture.truths):
        if truth.ignored:
            frame.mask(truth.mask, IGNORED, 1.0)
        elif place not in judged.missed:
            frame.mask(truth.mask, LABEL, 1.0)
    for place in sorted(judged.missed):
        frame.mask(judged.picture.truths[place].mask, MISSED, _weight(focus, "truth", place))
    for place in sorted(judged.hits, key=lambda place: judged.found.scores[place]):
        colour = HIT if judged.hits[place] else FALSE
        weight = _weight(focus, "detection", place)
        if focus and focus.kind == "detection" and weight < FOCUSED and not judged.hits[place]:
            continue  # one false alarm at a time
        if judged.found.masks is None:
            frame.box(judged.found.boxes[place], colour, weight)
        else:
            frame.mask(judged.found.masks[place], colour, weight)
    for place in sorted(judged.missed):
        truth = judged.picture.truths[place]
        if focus is None or focus == Focus("truth", place):
            frame.tag(truth.category, truth.box, MISSED)
    for place, hit in judged.hits.items():
        if focus is None or focus == Focus("detection", place):
            words = f"{judged.found.labels[place]} {judged.found.scores[place]:.2f}"
            frame.tag(words, judged.found.boxes[place], HIT if hit else FALSE)
    return frame.canvas


def _weight(focus: Focus | None, kind: Literal["truth", "detection"], place: int) -> float:
    """Pixels that a line is wide: everything alike in a whole picture, one thing before all else in a close-up."""
    if focus is None:
        return 1.8
    return FOCUSED if focus == Focus(kind, place) else 1.5
