"""Linear light behind 8-bit pictures: tables there and back, and a law of light applied to a picture by look-up.

A picture has 256 values a channel, and what the air or a lamp leaves of a pixel's light is coded in 256 steps. So a
law of light in float32 is worked out for 65536 pairs a channel, not for every pixel.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

STEPS = (np.arange(256, dtype=np.float32) / 255) ** 2
"""Shares of light are coded as their square roots in 8 bits: fine steps where little comes through."""

_WIDE_TABLES = int(cv2.__version__.split(".")[0]) >= 5
_WHITE = np.float32(65535)


@cache
def linear() -> np.ndarray:
    """float32 256: linear light of an 8-bit sRGB value."""
    value = np.arange(256, dtype=np.float32) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)


@cache
def _coded() -> np.ndarray:
    """uint8 65536: 8-bit sRGB of linear light i / 65535."""
    light = np.arange(65536) / 65535
    value = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(value * 255).astype(np.uint8)


def code(light: np.ndarray) -> np.ndarray:
    """8-bit sRGB of linear light (float32, at least 0), clipped to 1."""
    scaled = light * _WHITE
    scaled += np.float32(0.5)
    return _take(_coded(), np.minimum(scaled, _WHITE, out=scaled).astype(np.uint16))


def _take(table: np.ndarray, index: np.ndarray) -> np.ndarray:
    """``table[index]`` for 65536 uint8 and uint16 of any shape; OpenCV 5 does it five times faster than numpy."""
    if not _WIDE_TABLES:
        return np.take(table, index)
    return cv2.LUT(index.reshape(index.shape[0], -1), table).reshape(index.shape)


def apply(image: np.ndarray, codes: np.ndarray, gain: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """uint8 HxWx3 whose linear light is ``gain`` times the image's plus ``offset``, both by the pixel's code.

    ``codes``: uint8 HxW. ``gain``, ``offset``: float32 3x256 or 1x256, in the image's order of channels.
    """
    low, high, _, _ = cv2.minMaxLoc(codes)
    used = slice(int(low), int(high) + 1)
    table = np.empty((3, 256, 256), np.uint8)
    table[:, used] = code(gain[:, used, None] * linear() + offset[:, used, None])
    index = np.empty((*codes.shape, 2), np.uint8)
    index[..., 1] = codes  # the high byte of a pair: no arithmetic on pixels
    pairs = index.view("<u2")[..., 0]
    planes = []
    for channel in range(3):
        cv2.mixChannels([image], [index], [channel, 0])
        planes.append(_take(table[channel].reshape(65536), pairs))
    return cv2.merge(planes)
