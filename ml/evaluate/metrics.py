"""The paper's figures (equations 17 to 20) and their like, from matched detections.

Every figure has its definition in words in ``DEFINITIONS``; all outputs carry them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .match import Tally

SIZES = (("small", 0.0, 32.0), ("medium", 32.0, 96.0), ("large", 96.0, float("inf")))
"""COCO's classes of size: name, from, to (less than), by the square root of the pixels."""


def definitions(iou: float, score: float, min_size: float) -> dict[str, str]:
    """What each figure counts, in words."""
    least = f" Labelled things smaller than {min_size:g} x {min_size:g} pixels are such regions." if min_size else ""
    return {
        "hit": f"A detection with a score of at least {score:g} that overlaps a labelled thing of its own category by "
        f"an IoU of at least {iou:g} and is the best-scored one to do so (each labelled thing is found once). Boxes "
        "are compared with boxes, masks with masks.",
        "false alarm": f"A detection with a score of at least {score:g} that is no hit: on nothing, badly placed, of "
        "another category, or a second one of the same thing.",
        "miss": "A labelled thing that no detection hits.",
        "ignored": "Crowds and what is recorded but not exported are regions where nothing counts: neither hit nor "
        f"miss, and detections with at least a share of {iou:g} inside are left out.{least}",
        "precision": "hits / (hits + false alarms), equation 18, over all pictures together.",
        "recall": "hits / (hits + misses), equation 19, over all pictures together.",
        "f1": "harmonic mean of precision and recall, equation 17.",
        "accuracy": "hits / (hits + false alarms + misses), equation 20 per thing. Nothing counts as a true negative: "
        "there is no number of places where rightly nothing was found.",
        "photos wholly right": "share of pictures with no miss and no false alarm (pictures with nothing in them "
        "included). The paper's accuracy of 0.73 is its 110 of 150 photos in which all objects were recognised "
        "correctly.",
        "everything found": "share of pictures without a miss, false alarms allowed.",
        "AP": "COCO's average precision by pycocotools: mean over IoU 0.50 to 0.95; AP50 and AP75 at one IoU; small, "
        "medium, large below 32 x 32, below 96 x 96 and from 96 x 96 pixels of the label's mask; all detections count, "
        "whatever their score.",
        "interval": "95 % bootstrap interval: pictures drawn with replacement, the same draws for every figure.",
        "calibration": "detections grouped by score, share of hits a group; ECE: mean distance between score and share "
        "of hits, weighted by detections.",
    }


@dataclass(frozen=True)
class Counts:
    """Hits, false alarms and misses."""

    hits: int
    false: int
    missed: int

    @property
    def precision(self) -> float | None:
        """Equation 18; None where nothing was detected."""
        return _share(self.hits, self.hits + self.false)

    @property
    def recall(self) -> float | None:
        """Equation 19; None where nothing is labelled."""
        return _share(self.hits, self.hits + self.missed)

    @property
    def f1(self) -> float | None:
        """Equation 17; None where nothing is labelled and nothing was detected."""
        return _share(2 * self.hits, 2 * self.hits + self.false + self.missed)

    @property
    def accuracy(self) -> float | None:
        """Equation 20 without true negatives; None where nothing is labelled and nothing was detected."""
        return _share(self.hits, self.hits + self.false + self.missed)

    def tree(self) -> dict[str, float | int | None]:
        """Plain values for JSON."""
        return {
            "hits": self.hits,
            "false_alarms": self.false,
            "misses": self.missed,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "accuracy": self.accuracy,
        }


def _share(part: float, of: float) -> float | None:
    return part / of if of else None


def counts(tallies: Sequence[Tally], score: float, size: tuple[float, float] = (0.0, float("inf"))) -> Counts:
    """Over all pictures; ``size``: only things from the first up to the second (square root of pixels).

    A false alarm belongs to the class of its own size, hits and misses to that of the label.
    """
    hits = false = missed = 0
    for item in tallies:
        sure = (item.score >= score) & (item.size >= size[0]) & (item.size < size[1])
        labelled = (item.truth_size >= size[0]) & (item.truth_size < size[1])
        hits += int((sure & item.hit).sum())
        false += int((sure & ~item.hit).sum())
        missed += int((labelled & (item.truth_score < score)).sum())
    return Counts(hits, false, missed)


def by_picture(tallies: Sequence[Tally], score: float, pictures: int) -> np.ndarray:
    """int Px3: hits, false alarms and misses of every picture."""
    table = np.zeros((pictures, 3), int)
    for item in tallies:
        sure = item.score >= score
        table[:, 0] += np.bincount(item.picture[sure & item.hit], minlength=pictures)
        table[:, 1] += np.bincount(item.picture[sure & ~item.hit], minlength=pictures)
        table[:, 2] += np.bincount(item.truth_picture[item.truth_score < score], minlength=pictures)
    return table


def photos(table: np.ndarray) -> dict[str, float | int | None]:
    """Pictures wholly right, with everything found, and the mean of each picture's own precision and recall."""
    hits, false, missed = table.T
    with np.errstate(invalid="ignore"):
        precision, recall = hits / (hits + false), hits / (hits + missed)
    right = (false == 0) & (missed == 0)
    return {
        "pictures": len(table),
        "wholly_right": int(right.sum()),
        "share_wholly_right": _share(int(right.sum()), len(table)),
        "everything_found": int((missed == 0).sum()),
        "share_everything_found": _share(int((missed == 0).sum()), len(table)),
        "empty_and_silent": int((right & (hits == 0)).sum()),
        "mean_precision": _mean(precision),
        "mean_recall": _mean(recall),
    }


def _mean(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else None
