"""What a camera's processing does to the range of light: a wide one is narrowed, a narrow one stretched.

Phones and drones map tones region by region, so that a face before a bright sky is no black silhouette and the sky no
white paper. Regions follow the picture's edges; detail within them keeps its contrast. Then levels are set: fog and
snow come out light, and whatever is flat gets some of a full picture's contrast.
"""

from __future__ import annotations

import numpy as np

from . import fields

GREY = 0.18
"""Mid grey, which stays where it is."""

FLOOR = 0.002
"""Light below which nothing is told apart."""

EDGE = 0.7
"""Stops: what differs by more is another region."""

KNEE = 1.0
"""Stops above mid grey up to which highlights are left alone: snow and white walls stay white."""

LIFT, HOLD = 1.7, 3.0
"""Stops by which the darkest regions rise and the brightest fall at the most."""

BLACK, WHITE = -3.9, 3.1
"""Stops from mid grey where the darkest and the brightest fiftieth of a full picture lie."""

STRETCH, RISE = 1.3, (-0.5, 1.3)
"""Largest slope by which tones are drawn apart, and stops by which the brightest may be moved: fog stays fog."""

LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Weights of linear red, green and blue (Rec. 709)."""


def adapted(picture: np.ndarray, stops: float, shadows: float, highlights: float) -> np.ndarray:
    """The picture (float32 (h, w, 3), linear) with its regions drawn nearer to mid grey; same shape.

    stops       the exposure that the picture is going to get, for where mid grey lies
    shadows     0..1: share of the stops below mid grey that is taken back from dark regions
    highlights  0..1: the same from ``KNEE`` above it
    """
    tone = np.log2(picture @ LUMINANCE + np.float32(FLOOR / 2.0**stops)) + np.float32(stops - np.log2(GREY))
    region = _regions(tone)
    change = np.float32(LIFT) * np.tanh(np.float32(shadows / LIFT) * np.maximum(-region, 0))
    change -= np.float32(HOLD) * np.tanh(np.float32(highlights / HOLD) * np.maximum(region - KNEE, 0))
    return picture * np.exp2(change)[..., None]


def levelled(picture: np.ndarray, stops: float, share: float) -> np.ndarray:
    """The picture (float32 (h, w, 3), linear) with its tones laid out nearer to ``BLACK`` .. ``WHITE``; same shape.

    stops  the exposure that the picture is going to get
    share  0..1: how much of what is missing in range, and of what the brightest lack to white, is made up
    """
    light = picture @ LUMINANCE + np.float32(FLOOR / 2.0**stops)
    tone = np.log2(light) + np.float32(stops - np.log2(GREY))
    low, high = np.quantile(tone, (0.02, 0.98)).tolist()
    slope = float(np.clip(1 + share * ((WHITE - BLACK) / max(high - low, 1.0) - 1), 1.0, STRETCH))
    top = high + float(np.clip(share * (WHITE - high), *RISE))
    return picture * np.exp2((tone - np.float32(high)) * np.float32(slope) + np.float32(top) - tone)[..., None]


def _regions(tone: np.ndarray) -> np.ndarray:
    """``tone`` without its detail, float32 (h, w): a guided filter whose sums are taken on a small copy."""
    height, width = tone.shape
    factor = max(1, width // 160)
    small = fields.shrink(tone, factor)
    reach = max(2, small.shape[1] // 16)
    mean = _box(small, reach)
    spread = np.maximum(_box(small * small, reach) - mean * mean, 0)
    slope = spread / (spread + np.float32(EDGE**2))
    offset = _box(mean * (1 - slope), reach)
    slope = _box(slope, reach)
    return fields.enlarge(slope, height, width) * tone + fields.enlarge(offset, height, width)


def _box(field: np.ndarray, reach: int) -> np.ndarray:
    """Means over windows of 2 ``reach`` + 1, borders repeated."""
    for axis in (0, 1):
        padding = [(reach + 1, reach) if number == axis else (0, 0) for number in (0, 1)]
        sums = np.cumsum(np.pad(field, padding, mode="edge"), axis=axis, dtype=np.float64)
        count, size = 2 * reach + 1, field.shape[axis]
        above = sums.take(range(count, count + size), axis)
        field = ((above - sums.take(range(size), axis)) / count).astype(np.float32)
    return field
