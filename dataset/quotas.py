"""Draws that meet their shares: evenly spread over the frames of a data set instead of independent of each other.

Frame ``k`` takes ``fractional part of (offset + k * step)`` where the steps of several questions (weather, hour, view)
are powers of a generalised golden ratio (Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018):
each question's answers meet their shares within about log(n) / n, pairs of them too, and a frame is still a pure
function of (seed, index).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .spec import stream

QUESTIONS = ("weather", "hour", "view", "size", "visible")


def _steps(count: int) -> np.ndarray:
    """float64 [count] steps: powers of 1/g where g ** (count + 1) = g + 1."""
    ratio = 2.0
    for _ in range(60):
        ratio = (1.0 + ratio) ** (1.0 / (count + 1))
    return (1.0 / ratio) ** np.arange(1, count + 1) % 1.0


_STEPS = dict(zip(QUESTIONS, _steps(len(QUESTIONS)), strict=True))


def place(seed: int, question: str, index: int) -> float:
    """Where frame ``index`` falls in 0..1 for a question of ``QUESTIONS``."""
    offset = stream(seed, "quota", question).random()
    return float((offset + index * _STEPS[question]) % 1.0)


def joint(rows: Mapping[str, float], columns: Mapping[str, float], possible: np.ndarray) -> np.ndarray:
    """Shares of pairs whose sums meet both wishes as nearly as ``possible`` (bool [rows, columns]) allows.

    Iterative proportional fitting (Deming and Stephan 1940), rows last: they are met exactly where a row has anything
    possible; a row that has nothing spreads over all columns. float64 [rows, columns], sum 1.
    """
    wanted_rows, wanted_columns = (_normal(shares) for shares in (rows, columns))
    wishes = np.where(possible.any(axis=1, keepdims=True), possible, True) * wanted_columns
    table = np.where(wishes.sum(axis=1, keepdims=True) > 0, wishes, possible + 1e-9)
    for _ in range(200):
        sums = table.sum(axis=0)
        table = table * np.divide(wanted_columns, sums, out=np.zeros_like(sums), where=sums > 0) + 1e-12 * possible
        sums = table.sum(axis=1)
        table = table * (wanted_rows / sums)[:, None]
    return table


def _normal(shares: Mapping[str, float]) -> np.ndarray:
    values = np.array([*shares.values()], float)
    return values / values.sum()
