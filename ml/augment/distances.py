"""A plausible depth for a picture that has none: ground towards a horizon, labelled things standing on it.

Sky is what looks like it and reaches the top; without any the camera looks down, and the horizon lies far above.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from imaging import fields

from .shapes import Shape

SHRUNK = 4
"""Depth is guessed this many times smaller than the picture: nothing in it is sharp."""


def shrunk(image: np.ndarray) -> np.ndarray:
    """The picture ``SHRUNK`` times smaller, averaged; at least 2 x 2."""
    height, width = image.shape[:2]
    half = cv2.resize(image, (max(4, width // 2), max(4, height // 2)), interpolation=cv2.INTER_AREA)
    return cv2.resize(half, (max(2, width // SHRUNK), max(2, height // SHRUNK)), interpolation=cv2.INTER_AREA)


@dataclass(frozen=True)
class Guess:
    """What a picture without depth is taken to show."""

    depth: np.ndarray
    """float32 hxw metres, inf the sky."""
    sky: np.ndarray
    """uint8 hxw, 1 the sky."""
    horizon: float
    """Row, of h; below 0 where the camera looks down."""


def guess(small: np.ndarray, size: tuple[int, int], instances: list[Shape], draws: np.random.Generator) -> Guess:
    """Of a picture of ``size`` (width, height); ``small``: ``shrunk`` of it."""
    rows, columns = small.shape[:2]
    sky = _sky(small)
    open_air = cv2.countNonZero(sky) > 0.02 * rows * columns
    horizon = draws.uniform(0.25, 0.5) if open_air else draws.uniform(-1.0, 0.3)
    horizon *= rows
    near, soft = draws.uniform(2.5, 5.0), draws.uniform(0.06, 0.14) * rows

    def metres(row: float | np.ndarray) -> np.ndarray:
        return near * (rows - horizon + soft) / (np.maximum(row - horizon, 0) + soft)

    ground = metres(np.arange(rows, dtype=np.float32) + 0.5).astype(np.float32)
    waves = fields.noise(rows, columns, columns / 3, draws, 3)
    depth = cv2.exp(waves * np.float32(0.3))
    depth *= ground[:, None]
    depth[sky > 0] = np.inf
    scale = np.array([columns / size[0], rows / size[1]]) * 16
    for shape in sorted(instances, key=lambda item: item.box[3]):  # nearer ones stand lower, and before the others
        foot = float(metres(min(shape.box[3] * scale[1] / 16, rows)))
        points = [np.rint(ring * scale - 8).astype(np.int32) for ring in shape.rings]
        cv2.fillPoly(depth, points, max(foot, 1.5), shift=4)
    return Guess(depth, sky, horizon)


def _sky(small: np.ndarray) -> np.ndarray:
    """uint8 hxw, 1: blue or bright grey without texture, joined to the picture's top. A guess: white walls fool it."""
    blue, green, red = cv2.split(small)
    light = cv2.max(cv2.max(blue, green), red)
    spread = cv2.subtract(light, cv2.min(cv2.min(blue, green), red))
    texture = cv2.absdiff(green, cv2.blur(green, (3, 3)))
    bluish = (cv2.subtract(blue, red) > 12) & (blue >= green) & (light > 110)
    bright = (light > 185) & (spread < 32)
    coloured = (bluish | bright).view(np.uint8)
    candidate = coloured & (texture < 10)
    candidate = cv2.morphologyEx(candidate, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    if not candidate[0].any():
        return np.zeros_like(candidate)
    _, labels = cv2.connectedComponents(candidate, connectivity=4, ltype=cv2.CV_16U)
    joined = np.zeros(65536, np.uint8)
    joined[labels[0]] = 1
    joined[0] = 0
    sky = joined[labels]
    sky |= cv2.dilate(sky, np.ones((5, 5), np.uint8)) & coloured  # texture ends it before the skyline does
    sky = (cv2.blur(sky * np.uint8(255), (5, 5)) > 127).view(np.uint8)  # a threshold's edge is ragged, a skyline is not
    below = cv2.countNonZero(np.maximum.accumulate(sky[::-1], axis=0))  # the sky and what stands above a piece of it
    if sky[-1].mean() > _STUDIO or below > _BROKEN * cv2.countNonZero(sky):
        return np.zeros_like(sky)
    _, pieces, about, _ = cv2.connectedComponentsWithStats(1 - sky, connectivity=8)
    # A piece of a post or a wire would hover before the veil.
    return sky | (about[:, cv2.CC_STAT_AREA] < _ISLAND * sky.size).astype(np.uint8)[pieces]


_STUDIO = 0.1
"""Share of the lower edge from which on what looks like a sky is a bright backdrop around the picture's subject."""
_BROKEN = 1.35
"""How much larger than the sky what it reaches up over may be; beyond that it is gaps in clouds or leaves, and a veil
before the gaps alone would look cut out."""
_ISLAND = 0.002
"""Share of the picture below which something that has sky all around counts as sky."""
