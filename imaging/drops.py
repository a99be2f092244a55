"""Drops of water on the lens: out of focus, each showing the scene small and upside down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import fields

SHRUNK = 16
"""Drops show a copy of the picture that is this many times smaller."""


@dataclass(frozen=True)
class Patch:
    """One drop: ``colour`` (hxwx3) laid over the picture from (left, top) on with ``opacity`` (hxw, 0..1)."""

    left: int
    top: int
    opacity: np.ndarray
    colour: np.ndarray


def patches(small: np.ndarray, height: int, width: int, count: int, rng: np.random.Generator) -> list[Patch]:
    """``count`` drops for a picture of ``height`` x ``width``; ``small`` is it shrunk by ``SHRUNK``, linear float32."""
    found = []
    for _ in range(count):
        radius = float(np.clip(rng.lognormal(np.log(0.02), 0.5), 0.007, 0.07)) * width
        tall, lean = rng.uniform(0.95, 1.35), rng.uniform(-0.25, 0.25)
        waves = rng.uniform(0, 0.07, 3), rng.uniform(0, 2 * np.pi, 3)
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        strength, spread = rng.uniform(0.55, 0.9), rng.uniform(4, 8)
        reach = int(np.ceil(radius * 1.6))
        left, top = max(int(x) - reach, 0), max(int(y) - reach, 0)
        right, bottom = min(int(x) + reach, width), min(int(y) + reach, height)
        if right - left < 2 or bottom - top < 2:
            continue
        dx = np.arange(left, right, dtype=np.float32)[None] + np.float32(0.5 - x)
        dy = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5 - y)
        angle = np.arctan2(dy, dx)
        wobble = sum(a * np.cos((n + 2) * angle + p) for n, (a, p) in enumerate(zip(*waves, strict=True)))
        out = np.hypot(dx - lean * dy, dy / tall) / (radius * (1 + wobble))
        edge = np.clip((1.15 - out) / 0.4, 0, 1)
        opacity = (edge * edge * (3 - 2 * edge) * strength).astype(np.float32)
        # A drop bends light more towards its rim: the farther out, the farther on the other side one sees.
        bend = spread * (0.6 + 0.6 * np.minimum(out, 1.2))
        inverted = _sample(small, x - dx * bend, y - dy * bend)
        shade = (1.12 - 0.3 * np.clip(out, 0, 1.1) ** 3)[..., None].astype(np.float32)
        found.append(Patch(left, top, opacity, inverted * shade))
    return found


def _sample(small: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bilinear values of the shrunk picture at full-size coordinates, mirrored beyond the border."""
    rows, columns = small.shape[:2]
    x, y = np.broadcast_arrays(x / SHRUNK - 0.5, y / SHRUNK - 0.5)
    x, y = _mirrored(x, columns), _mirrored(y, rows)
    left, top = x.astype(np.int64), y.astype(np.int64)
    right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
    fx, fy = (x - left)[..., None].astype(np.float32), (y - top)[..., None].astype(np.float32)
    upper = small[top, left] * (1 - fx) + small[top, right] * fx
    lower = small[bottom, left] * (1 - fx) + small[bottom, right] * fx
    return upper * (1 - fy) + lower * fy


def _mirrored(at: np.ndarray, size: int) -> np.ndarray:
    period = 2 * max(size - 1, 1)
    at = np.abs(at) % period
    return np.minimum(np.where(at > size - 1, period - at, at), size - 1)


def add(image: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """A linear float32 HxWx3 picture through a lens with ``count`` drops on it; a new array."""
    result = image.copy()
    for patch in patches(fields.shrink(image, SHRUNK), *image.shape[:2], count, rng):
        height, width = patch.opacity.shape
        piece = result[patch.top : patch.top + height, patch.left : patch.left + width]
        piece += (patch.colour - piece) * patch.opacity[..., None]
    return result
