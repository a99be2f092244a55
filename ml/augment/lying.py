"""What rain and snow leave on surfaces that face up: a wet sheen, puddles, a cover of snow.

Worked out at a fraction of the picture's size, laid on in two passes of 8-bit arithmetic; what is labelled is cut out
at full size, so nobody's edge is touched. Wet ground is darker, for water fills its pores; it mirrors by Schlick's
formula, little at one's feet and much far away. Puddles lie in the ground's own metres, so they flatten with distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np

from dataset.spec import stream
from imaging import fields

from .shapes import Shape
from .surfaces import Surfaces

DARKER = 0.38
"""Share of its (coded) brightness that open ground loses when it is soaked."""
DUSTING = 0.3
"""Share of the cover that lies on something labelled, where its shape is known."""
_GRAZING = 3.5
"""Schlick's power. 5 is for a calm surface; waves, drops and grain turn it, and from far more of the sky is seen."""
_TILE, _METRES = 256, 24.0
"""The pattern of puddles and drifts: pixels and metres after which it begins anew."""


@cache
def _pattern() -> np.ndarray:
    """float32 SxS, 0..1, every share of it as large as its value says."""
    rough = fields.noise(_TILE, _TILE, 18, stream(0, "ground"), 4)
    even = np.empty(rough.size, np.float32)
    even[np.argsort(rough, axis=None)] = np.linspace(0, 1, rough.size, dtype=np.float32)
    return even.reshape(rough.shape)


def _patches(ground: Surfaces, rng: np.random.Generator) -> np.ndarray:
    """float32 hxw, 0..1: the pattern as it lies on the ground; far away, where it would flicker, its mean."""
    shift = rng.uniform(0, _TILE, 2).astype(np.float32)
    scale = np.float32(_TILE / _METRES)
    x, y = ground.east * scale + shift[0], ground.north * scale + shift[1]
    limit = np.float32(
        4 * _TILE
    )  # beyond it is faded, and reflecting a place back takes as many steps as there are tiles
    found = cv2.remap(
        _pattern(),
        np.clip(x, -limit, limit),
        np.clip(y, -limit, limit),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    near = np.clip(40 / (np.abs(ground.north) + 1), 0, 1)
    return np.float32(0.5) + (found - np.float32(0.5)) * near


def wet(
    image: np.ndarray,
    small: np.ndarray,
    ground: Surfaces,
    amount: float,
    shapes: Sequence[Shape],
    rng: np.random.Generator,
) -> np.ndarray:
    """``image`` (uint8 HxWx3, blue first; changed in place) with wet ground.

    ``amount``: 0..1; ``small``: the picture shrunk.
    """
    small = _as_large(small, ground)
    soaked = ground.up * np.float32(amount)
    level = np.clip((_patches(ground, rng) - np.float32(1 - 0.45 * amount)) * 8, 0, 1) * ground.up
    mirrored = 0.04 + 0.96 * (1 - np.clip(ground.steep, 0, 1)) ** _GRAZING
    shine = soaked * mirrored * (np.float32(0.4) + np.float32(0.6) * level)
    dark = 1 - soaked * np.float32(DARKER)
    half = (max(1, image.shape[1] // 2), max(1, image.shape[0] // 2))
    taken = cv2.resize(cv2.convertScaleAbs(255 * (1 - dark * (1 - shine))), half, interpolation=cv2.INTER_LINEAR)
    share = cv2.resize(cv2.convertScaleAbs(255 * shine), half, interpolation=cv2.INTER_LINEAR)
    for amounts in (taken, share):
        _spare(amounts, shapes, 0.0)
    seen = cv2.resize(_mirrored(small, ground.horizon), half, interpolation=cv2.INTER_LINEAR)
    seen = cv2.multiply(seen, cv2.merge((share, share, share)), scale=1 / 255)
    return _laid(image, cv2.bitwise_not(taken), seen)


def _as_large(small: np.ndarray, ground: Surfaces) -> np.ndarray:
    """The shrunk picture at the surfaces' size."""
    rows, columns = ground.up.shape
    return small if small.shape[:2] == (rows, columns) else cv2.resize(small, (columns, rows))


def _mirrored(small: np.ndarray, horizon: float | None) -> np.ndarray:
    """uint8 hxwx3: what level water shows: what stands as far above the horizon, blurred by drops; else the sky."""
    rows = small.shape[0]
    grey = cv2.cvtColor(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    small = cv2.addWeighted(small, 0.3, grey, 0.7, 0)  # clouds have taken the blue of the day
    sky = np.full_like(small, np.rint(cv2.mean(small[: max(1, rows // 12)])[:3]).astype(np.uint8))
    if horizon is None:
        return sky
    above = np.clip(np.rint(2 * horizon - np.arange(rows)), 0, rows - 1).astype(np.intp)
    return cv2.addWeighted(cv2.blur(small[above], (3, 9)), 0.6, sky, 0.4, 0)


def snowed(
    image: np.ndarray,
    small: np.ndarray,
    ground: Surfaces,
    amount: float,
    shapes: Sequence[Shape],
    rng: np.random.Generator,
) -> np.ndarray:
    """``image`` (uint8 HxWx3, blue first; changed in place) with snow lying.

    ``amount`` 0..1: the share of level ground that it covers; ``small``: the picture shrunk.
    """
    small = _as_large(small, ground)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    drift = np.clip((np.float32(amount) - _patches(ground, rng)) * 2.5 + np.float32(0.6), 0, 1)
    white = min(238.0, 1.05 * float(np.quantile(grey, 0.97)) + 10)
    lit = np.clip(np.float32(0.72) + np.float32(0.28) * grey / (np.float32(grey.mean()) + 1), 0.72, 1.04)
    light = (white * lit)[..., None] * np.array([1.0, 0.985, 0.97], np.float32)
    cover = _settled(image, ground.up * drift)
    _spare(cover, shapes, DUSTING if ground.measured else 0.0)
    half = cover.shape[::-1]
    added = cv2.resize(cv2.convertScaleAbs(light), half, interpolation=cv2.INTER_LINEAR)
    added = cv2.multiply(added, cv2.merge((cover, cover, cover)), scale=1 / 255)
    return _laid(image, cv2.bitwise_not(cover), added)


def _settled(image: np.ndarray, cover: np.ndarray) -> np.ndarray:
    """uint8 at half the picture's size: ``cover`` (hxw, 0..1) with edges that follow what is seen.

    What is darker than its surroundings is a crack or lies under something: snow reaches there last.
    """
    half = (max(1, image.shape[1] // 2), max(1, image.shape[0] // 2))
    grey = cv2.cvtColor(cv2.resize(image, half, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    around = cv2.resize(cv2.convertScaleAbs(cover, alpha=255), half, interpolation=cv2.INTER_LINEAR)
    relief = cv2.addWeighted(grey, _RELIEF, cv2.blur(grey, (13, 13)), -_RELIEF, 128)
    return cv2.LUT(cv2.addWeighted(around, 1.0, relief, 1.0, -128), _EDGE)


_RELIEF = 1.3
"""How much brightness against the surroundings counts for, beside the cover of 0..255."""
_EDGE = (240 * np.clip((np.arange(256) - 100) / 90, 0, 1)).astype(np.uint8)
"""Snow lies or it doesn't: from a likely cover to one with edges; some ground always shines through."""


def _spare(amounts: np.ndarray, shapes: Sequence[Shape], share: float) -> None:
    """Leave only a ``share`` of ``amounts`` (uint8, half of the picture's size) on what is labelled; in place."""
    kept = np.full(amounts.shape[:2], 255, np.uint8)
    for shape in shapes:
        points = [np.rint(ring * 8 - 8).astype(np.int32) for ring in shape.rings]
        cv2.fillPoly(kept, points, round(255 * share), cv2.LINE_AA, 4)
    cv2.multiply(amounts, kept, dst=amounts, scale=1 / 255)


def _laid(image: np.ndarray, gain: np.ndarray, light: np.ndarray) -> np.ndarray:
    """``image`` times ``gain`` (of 255) plus ``light`` (of 255): uint8 hxw and hxwx3, half its size; in place."""
    changed = np.flatnonzero(gain.min(axis=1) < 255)
    if not changed.size:
        return image
    top = max(int(changed[0]) - 1, 0)
    start = top * image.shape[0] // gain.shape[0]
    piece = image[start:]
    size = (piece.shape[1], piece.shape[0])
    full = cv2.resize(cv2.merge((gain[top:],) * 3), size)
    cv2.multiply(piece, full, dst=piece, scale=1 / 255)
    cv2.add(piece, cv2.resize(light[top:], size, dst=full), dst=piece)
    return image
