"""What a classifier and a set of crops are judged by: numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Confusion:
    """How many crops of each class (rows) were taken for each class (columns)."""

    classes: tuple[str, ...]
    counts: np.ndarray
    """int64 classes x classes."""

    @property
    def accuracy(self) -> float:
        """Share of all crops that were recognised; nan without crops."""
        total = self.counts.sum()
        return float(np.trace(self.counts) / total) if total else float("nan")

    @property
    def per_class(self) -> dict[str, float]:
        """Share of each class's crops that were recognised (recall); nan for a class without crops."""
        totals = self.counts.sum(1)
        return {
            name: float(self.counts[k, k] / totals[k]) if totals[k] else float("nan")
            for k, name in enumerate(self.classes)
        }

    @property
    def balanced(self) -> float:
        """Mean of the classes' shares: every class that has crops counts alike."""
        known = [share for share in self.per_class.values() if share == share]
        return float(np.mean(known)) if known else float("nan")

    def tree(self) -> dict[str, object]:
        """Plain values: classes, counts, accuracies (None for a class without crops)."""
        shares = {name: None if share != share else share for name, share in self.per_class.items()}
        return {
            "classes": list(self.classes),
            "counts": self.counts.tolist(),
            "accuracy": self.accuracy,
            "balanced": self.balanced,
            "per_class": shares,
        }

    def __str__(self) -> str:
        width = max(8, *map(len, self.classes)) + 1
        head = " " * width + "".join(f"{name:>{width}}" for name in self.classes) + f"{'recall':>{width}}"
        shares = self.per_class
        rows = [
            f"{name:{width}}" + "".join(f"{n:{width}d}" for n in row) + f"{100 * shares[name]:{width - 2}.1f} %"
            for name, row in zip(self.classes, self.counts.tolist(), strict=True)
        ]
        return "\n".join([head, *rows, f"accuracy {100 * self.accuracy:.2f} %, balanced {100 * self.balanced:.2f} %"])


def confusion(classes: tuple[str, ...], labels: np.ndarray, guesses: np.ndarray) -> Confusion:
    """From true and guessed class indices, n each."""
    counts = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(counts, (labels, guesses), 1)
    return Confusion(classes, counts)


def spearman(one: np.ndarray, other: np.ndarray) -> float:
    """Rank correlation with ties at their mean rank; nan where either side is constant."""
    a, b = ranks(one), ranks(other)
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / norm if norm > 0 else float("nan")


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0, ties at their mean rank, float64."""
    _, place, held = np.unique(np.asarray(values, float), return_inverse=True, return_counts=True)
    last = np.cumsum(held)
    return (last - (held + 1) / 2)[place.reshape(-1)]


def distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Euclidean distances n x m between rows of n x d and m x d, float64."""
    one, other = np.asarray(one, float), np.asarray(other, float)
    squared = (one**2).sum(1)[:, None] + (other**2).sum(1)[None] - 2 * one @ other.T
    return np.sqrt(np.maximum(squared, 0))


def kernel_distance(real: np.ndarray, made: np.ndarray) -> float:
    """KID: unbiased squared maximum mean discrepancy with the kernel (x.y / d + 1)^3 (Binkowski et al. 2018).

    Unlike the Frechet distance it has no bias at a few hundred crops. 0 for equal sets in expectation; may be negative.
    """
    n, m = len(real), len(made)
    if min(n, m) < 2:
        return float("nan")
    within = _kernel_sum(real, real, True) / (n * (n - 1)) + _kernel_sum(made, made, True) / (m * (m - 1))
    return float(within - 2 * _kernel_sum(real, made, False) / (n * m))


def _kernel_sum(one: np.ndarray, other: np.ndarray, same: bool, block: int = 1000) -> float:
    """Sum of (x.y / d + 1)^3 over all pairs of rows; of the ``same`` set twice, without each row's own.

    Block by block: the whole matrix of 10,000 crops would take 0.8 GB.
    """
    one, other = np.asarray(one, float), np.asarray(other, float)
    size, total = one.shape[1], 0.0
    for first in range(0, len(one), block):
        total += float(((one[first : first + block] @ other.T / size + 1) ** 3).sum())
    return total - (float((((one**2).sum(1) / size + 1) ** 3).sum()) if same else 0.0)


def coverage(real: np.ndarray, made: np.ndarray, k: int = 3) -> tuple[float, float]:
    """(density, coverage) of ``made`` against ``real`` features (Naeem et al. 2020).

    Density: how many real neighbourhoods hold a made crop, over k (1 is ideal, more is crowding). Coverage: share of
    real crops whose neighbourhood holds a made one.
    """
    radius = neighbour_radius(real, k)
    inside = distances(made, real) < radius[None]
    return float(inside.sum() / (k * len(made))), float(inside.any(0).mean())


def neighbour_radius(features: np.ndarray, k: int) -> np.ndarray:
    """Distance from each of n rows to its k-th nearest other row; k is lowered to n - 1 where there are fewer."""
    between = distances(features, features)
    np.fill_diagonal(between, np.inf)
    k = max(1, min(k, len(features) - 1))
    return np.partition(between, k - 1, axis=1)[:, k - 1]
