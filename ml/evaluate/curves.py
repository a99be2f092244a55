"""Curves over the score: precision and recall, average precision, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .match import Tally

RECALLS = np.linspace(0, 1, 101)
"""Where COCO reads precision off."""
BINS = 10


@dataclass(frozen=True)
class Curve:
    """Precision and recall as the threshold falls, one point a distinct score, float N each."""

    score: np.ndarray
    precision: np.ndarray
    recall: np.ndarray

    @property
    def f1(self) -> np.ndarray:
        """Float N."""
        total = self.precision + self.recall
        return np.divide(2 * self.precision * self.recall, total, out=np.zeros_like(total), where=total > 0)

    def best(self) -> tuple[float, float] | None:
        """(score, F1) where F1 is highest: to be chosen on other pictures than those reported."""
        if not len(self.score):
            return None
        place = int(np.argmax(self.f1))
        return float(self.score[place]), float(self.f1[place])


def curve(tallies: Sequence[Tally]) -> Curve:
    """All categories together; no points where nothing is labelled."""
    score, hit = _ranked(tallies)
    truths = sum(len(item.truth_score) for item in tallies)
    if not truths or not len(score):
        return Curve(np.zeros(0), np.zeros(0), np.zeros(0))
    hits = np.cumsum(hit)
    last = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)
    return Curve(score[last], (hits / np.arange(1, len(hit) + 1))[last], (hits / truths)[last])


def _ranked(tallies: Sequence[Tally]) -> tuple[np.ndarray, np.ndarray]:
    score = np.concatenate([item.score for item in tallies]) if tallies else np.zeros(0)
    hit = np.concatenate([item.hit for item in tallies]) if tallies else np.zeros(0, bool)
    order = np.argsort(-score, kind="stable")
    return score[order], hit[order]


def average_precision(item: Tally, weights: np.ndarray | None = None) -> float:
    """COCO's AP of one category at the tally's IoU: precision read off at 101 recalls.

    ``weights``: how often each picture counts, float P; None: once. NaN where nothing is labelled.
    """
    of_detection = np.ones(len(item.score)) if weights is None else weights[item.picture]
    truths = len(item.truth_score) if weights is None else weights[item.truth_picture].sum()
    if not truths:
        return float("nan")
    hits = np.cumsum(item.hit * of_detection)
    total = np.cumsum(of_detection)
    counted = total > 0
    hits, total = hits[counted], total[counted]
    if not len(hits):
        return 0.0
    envelope = np.maximum.accumulate((hits / total)[::-1])[::-1]
    places = np.searchsorted(hits / truths, RECALLS, side="left")
    return float(np.where(places < len(envelope), envelope[np.minimum(places, len(envelope) - 1)], 0.0).mean())


@dataclass(frozen=True)
class Calibration:
    """How far scores are to be believed."""

    detections: np.ndarray
    """int BINS: detections in each tenth of the score."""
    score: np.ndarray
    """float BINS: their mean score; NaN where there are none."""
    share: np.ndarray
    """float BINS: share of hits; NaN where there are none."""

    @property
    def ece(self) -> float | None:
        """Expected calibration error; None without detections."""
        total = self.detections.sum()
        return (
            float((np.nan_to_num(np.abs(self.score - self.share)) * self.detections).sum() / total) if total else None
        )


def calibration(tallies: Sequence[Tally]) -> Calibration:
    """All categories and all scores together."""
    score, hit = _ranked(tallies)
    place = np.minimum((score * BINS).astype(int), BINS - 1)
    number = np.bincount(place, minlength=BINS)
    with np.errstate(invalid="ignore"):
        return Calibration(
            number,
            np.bincount(place, score, minlength=BINS) / number,
            np.bincount(place, hit.astype(float), minlength=BINS) / number,
        )
