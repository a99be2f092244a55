"""An artificial winter for real crops: snow on what is flat and bright, pale cold colours, haze, falling flakes.

A stand-in for winter pictures where there are none. It changes what a camera would see in every winter picture at once
(colour, contrast, white ground), and knows nothing of depth or of what is ground.
"""

from __future__ import annotations

import cv2
import numpy as np

from dataset.spec import stream

SNOW = np.array([232, 238, 246], np.float32)
"""Lit snow, RGB."""
HAZE = np.array([196, 204, 216], np.float32)


def winterise(pixels: np.ndarray, seed: int, name: str) -> np.ndarray:
    """One crop in winter, uint8 HxWx3 RGB, the same for the same ``seed`` and ``name`` everywhere."""
    draw = stream(seed, "winter", name)
    cover, veil, cold, pale = (draw.uniform(*span) for span in ((0.55, 0.98), (0.04, 0.25), (0.02, 0.1), (0.35, 0.75)))
    light = draw.uniform(0.85, 1.1)
    image = pixels.astype(np.float32)
    grey = image @ np.array([0.299, 0.587, 0.114], np.float32)
    image = grey[..., None] + (image - grey[..., None]) * np.float32(1 - pale)
    amount = (cover * _lies(grey, draw))[..., None]
    shaded = SNOW * np.clip(
        0.72 + 0.28 * grey[..., None] / 255 + _grain(grey.shape, draw, 2)[..., None] * 0.05, 0, 1.05
    )
    image = image + (shaded - image) * amount
    image = image * np.float32(light) * np.array([1 - cold, 1.0, 1 + 0.8 * cold], np.float32)
    image = image + (HAZE - image) * np.float32(veil)
    image = _flakes(image, draw)
    return np.clip(image + 0.5, 0, 255).astype(np.uint8)


def _lies(grey: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """0..1 where snow lies: on flat and bright pixels, more at the rim, on edges lit from above, in patches."""
    soft = cv2.GaussianBlur(grey, (0, 0), 0.8)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    flat = np.exp(-np.hypot(across, down) / 60)
    # A surface brighter than what is under it faces the sky: roofs, bonnets, backs.
    top = np.clip(-down / 160, 0, 1)
    bright = 1 / (1 + np.exp(-(soft - np.median(soft)) / 22))
    patches = _grain(grey.shape, draw, 5)
    # The object stands in the middle of its crop, ground and sky are around it.
    y, x = (np.abs(np.linspace(-1, 1, side, dtype=np.float32)) for side in grey.shape)
    rim = _smooth(np.maximum(y[:, None], x), 0.45, 1.0)
    return _smooth(0.5 * flat * bright + (0.3 + 0.3 * rim) * flat + 0.45 * top + 0.2 * patches, 0.3, 0.8)


def _grain(shape: tuple[int, int], draw: np.random.Generator, cells: int) -> np.ndarray:
    """Smooth noise of about -1..1."""
    coarse = draw.uniform(-1, 1, (cells + 1, cells + 1)).astype(np.float32)
    return cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def _smooth(value: np.ndarray, low: float, high: float) -> np.ndarray:
    share = np.clip((value - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def _flakes(image: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """A few falling flakes, a pixel or two long, blurred as near ones are."""
    height, width = image.shape[:2]
    layer = np.zeros((height, width), np.float32)
    count = int(draw.integers(0, 1 + height * width // 100))
    for x, y, strength in zip(
        draw.integers(0, width, count), draw.integers(0, height, count), draw.uniform(0.15, 0.7, count), strict=True
    ):
        layer[y : y + int(draw.integers(1, 3)), x] = strength
    layer = cv2.GaussianBlur(layer, (0, 0), 0.5)[..., None]
    return image + (SNOW - image) * np.clip(layer, 0, 1)
