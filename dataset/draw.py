"""Small draws shared by the planners: by weight, by range, by count."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def pick(draw: np.random.Generator, weights: Mapping[str, float]) -> str:
    """One word by weight; always takes exactly one number from the stream."""
    return choose(draw.random(), weights)


def choose(share: float, weights: Mapping[str, float]) -> str:
    """The word at ``share`` (0..1) of the weights laid end to end."""
    words = [word for word, weight in weights.items() if weight > 0]
    edges = np.cumsum([weights[word] for word in words])
    return words[int(np.searchsorted(edges, share * edges[-1], side="right").clip(0, len(words) - 1))]


def uniform(draw: np.random.Generator, span: tuple[float, float], logarithmic: bool = False) -> float:
    """A number from the span, evenly or evenly in its logarithm (then both ends are above 0)."""
    low, high = span
    share = draw.random()
    return float(low * (high / low) ** share if logarithmic else low + (high - low) * share)


def count(draw: np.random.Generator, span: tuple[int, int]) -> int:
    """A whole number from the span, both ends included."""
    return int(draw.integers(span[0], span[1] + 1))


def facing(dx: float, dy: float) -> float:
    """The yaw (degrees) of somebody who looks along (dx, dy); 0 looks along -y."""
    return float(np.degrees(np.arctan2(dx, -dy)))
