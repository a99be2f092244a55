"""Night out of a daylight picture: little light left, bluer, and a lamp that lights what is near."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOON = (0.55, 0.75, 1.0)
"""What is left of red, green and blue without a lamp: eyes and sensors see nights blue."""
LAMP = (1.0, 0.93, 0.78)


@dataclass(frozen=True)
class Night:
    """How dark, and which lamp."""

    level: float = 0.05
    """Light left of the day's, 0..1."""
    lamp: float = 0.5
    """Light of the lamp on things 4 m away, against the day's; 0: none."""
    x: float = 0.5
    y: float = 0.55
    """Where the lamp points, share of width and height."""
    spread: float = 0.35
    """Radius of its beam, share of the width."""


def beam(depth: np.ndarray, night: Night) -> np.ndarray:
    """float32 HxW: the lamp's light on each pixel, falling with the square of its distance (metres, inf: none)."""
    height, width = depth.shape
    across = (np.arange(width, dtype=np.float32)[None] / width - night.x) / night.spread
    down = (np.arange(height, dtype=np.float32)[:, None] - night.y * height) / (night.spread * width)
    cone = np.exp(-0.5 * (across * across + down * down))
    far = 0.25 * np.minimum(depth, 1e4)
    return (cone * np.float32(night.lamp) / np.maximum(far * far, 0.35)).astype(np.float32)


def fall(image: np.ndarray, depth: np.ndarray, night: Night) -> np.ndarray:
    """A linear float32 HxWx3 picture (red first) by night; a new array. Sensor noise is left to the camera."""
    light = np.float32(night.level) * np.array(MOON, np.float32) + beam(depth, night)[..., None] * np.array(
        LAMP, np.float32
    )
    return image * np.minimum(light, 1.0)
