"""How far a figure can be trusted: pictures drawn anew with replacement, the same draws for every figure and run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .curves import average_precision
from .match import Tally

DRAWS = 2000
AP_DRAWS = 500
LEVEL = (2.5, 97.5)
Interval = tuple[float, float]


def draws(pictures: int, count: int = DRAWS) -> np.ndarray:
    """float RxP: how often each picture counts in each draw. The same for the same number of pictures."""
    generator = np.random.default_rng(20)
    return generator.multinomial(pictures, np.full(pictures, 1 / pictures), size=count).astype(float)


def figures(table: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Every figure in every draw, float R each (NaN where undefined); ``table``: ``metrics.by_picture``."""
    hits, false, missed = (weights @ table).T
    right = ((table[:, 1] == 0) & (table[:, 2] == 0)).astype(float)
    with np.errstate(invalid="ignore"):
        return {
            "precision": hits / (hits + false),
            "recall": hits / (hits + missed),
            "f1": 2 * hits / (2 * hits + false + missed),
            "accuracy": hits / (hits + false + missed),
            "share_wholly_right": weights @ right / weights.sum(axis=1),
        }


def interval(values: np.ndarray) -> Interval | None:
    """The middle 95 %; None where too few draws give a figure."""
    known = values[np.isfinite(values)]
    if len(known) < 0.9 * len(values) or not len(known):
        return None
    low, high = np.percentile(known, LEVEL)
    return float(low), float(high)


def intervals(table: np.ndarray) -> dict[str, Interval | None]:
    """95 % intervals of precision, recall, F1, accuracy and the share of pictures wholly right."""
    return {name: interval(values) for name, values in figures(table, draws(len(table))).items()}


def ap_interval(tallies: Sequence[Tally], pictures: int) -> Interval | None:
    """95 % interval of AP at the tallies' IoU, the mean over categories that are labelled in the draw."""
    found = []
    for row in draws(pictures)[:AP_DRAWS]:
        each = np.array([average_precision(item, row) for item in tallies])
        known = each[np.isfinite(each)]
        found.append(known.mean() if known.size else np.nan)
    return interval(np.array(found))


def differences(ours: np.ndarray, theirs: np.ndarray) -> dict[str, tuple[float, Interval] | None]:
    """Ours less theirs on the same pictures, with its paired 95 % interval; None where undefined.

    Both ``metrics.by_picture`` tables, rows in the same order.
    """
    weights = draws(len(ours))
    once = np.ones((1, len(ours)))
    found: dict[str, tuple[float, Interval] | None] = {}
    mine, its = figures(ours, weights), figures(theirs, weights)
    now, then = figures(ours, once), figures(theirs, once)
    for name in mine:
        spread = interval(mine[name] - its[name])
        point = float(now[name][0] - then[name][0])
        found[name] = (point, spread) if spread and np.isfinite(point) else None
    return found
