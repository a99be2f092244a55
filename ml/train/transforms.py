"""Changes of a picture on its way into the network. What is drawn depends on the stream alone.

Geometry is ml/augment's: one matrix for picture and outlines. What changes pixels here is stronger and cheaper than
there: it has to be different at every step, and need not look like a photo. Weather is in the renders already.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ml.augment.recipe import Geometry

Generator = np.random.Generator
Image = np.ndarray
"""uint8 HxWx3, blue first."""
Box = tuple[int, int, int, int]
"""(left, top, right, bottom) in whole pixels."""


@dataclass(frozen=True)
class Strength:
    """What may happen to a picture. Chances 0..1; spans are drawn from evenly, those of factors by their logarithm."""

    geometry: Geometry
    light: float = 0.0
    """Largest change of brightness, contrast and saturation: factors from 1 / (1 + x) to 1 + x."""
    tint: float = 0.0
    """Largest gain of one channel against the others."""
    hue: float = 0.0
    """Degrees of the colour circle."""
    gamma: float = 0.0
    """Chance; factors 0.55 to 1.8."""
    grey: float = 0.0
    blur: float = 0.0
    """Chance; sigma 0.3 to 1.6 pixels."""
    coarse: float = 0.0
    """Chance; brought down to 0.4 to 0.9 and up again."""
    noise: float = 0.0
    """Chance; deviation 2 to 16 of 255."""
    jpeg: float = 0.0
    """Chance; quality 30 to 95."""
    amplitude: float = 0.0
    """Chance of jitter of the Fourier amplitudes (PASTA, Chattopadhyay et al. 2023): changes texture, keeps shapes."""
    close: float = 0.0
    """Chance that one thing is brought close (``samples.aim``)."""
    erase: float = 0.0
    """Chance; one to three boxes of 0.5 to 4 % of the picture, cut out of the masks as well."""


_STILL = {"flip": 0.0, "flip_vertical": 0.0, "zoom": 0.0, "rotate": 0.0, "perspective": 0.0}

STRENGTHS = {
    "none": Strength(Geometry(chances=_STILL)),
    "weak": Strength(
        Geometry(zoom=(0.9, 1.4), chances={**_STILL, "flip": 0.5, "zoom": 0.8}),
        light=0.25,
        tint=0.05,
        jpeg=0.2,
        close=0.35,
    ),
    "strong": Strength(
        Geometry(
            zoom=(0.6, 2.2),
            rotate=(-10, 10),
            perspective=(0.0, 0.06),
            chances={"flip": 0.5, "flip_vertical": 0.0, "zoom": 0.9, "rotate": 0.2, "perspective": 0.1},
        ),
        light=0.7,
        tint=0.15,
        hue=10,
        gamma=0.3,
        grey=0.1,
        blur=0.25,
        coarse=0.25,
        noise=0.3,
        jpeg=0.4,
        amplitude=0.2,
        close=0.35,
        erase=0.3,
    ),
}


def change(image: Image, strength: Strength, draws: Generator) -> Image:
    """Colours, sharpness and noise of a picture; the picture given stays as it is."""
    out = _colours(image, strength, draws)
    if draws.random() < strength.amplitude:
        out = amplitude(out, draws)
    if draws.random() < strength.blur:
        out = cv2.GaussianBlur(out, (0, 0), draws.uniform(0.3, 1.6))
    if draws.random() < strength.coarse:
        out = _coarse(out, draws.uniform(0.4, 0.9))
    if draws.random() < strength.noise:
        out = _noise(out, draws.uniform(2, 16), draws)
    if draws.random() < strength.jpeg:
        quality = int(draws.integers(30, 96))
        out = cv2.imdecode(cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return out


def _colours(image: Image, strength: Strength, draws: Generator) -> Image:
    """Saturation and hue as one matrix; brightness, contrast, tint and gamma as one table a channel."""
    bright, contrast, saturation = (_factor(draws, 1 + strength.light) for _ in range(3))
    tint = [_factor(draws, 1 + strength.tint) for _ in range(3)]
    hue = np.deg2rad(draws.uniform(-1, 1) * strength.hue)
    gamma = _factor(draws, 1.8) if draws.random() < strength.gamma else 1.0
    if draws.random() < strength.grey:
        saturation = 0.0
    if saturation != 1 or hue:
        image = cv2.transform(image, _turn(hue, saturation))
    levels = np.linspace(0, 1, 256)
    middle = float(image.mean()) / 255 * bright
    table = np.stack([(levels * bright * gain - middle) * contrast + middle for gain in tint], axis=-1)
    table = np.clip(table, 0, 1) ** gamma
    return cv2.LUT(image, np.rint(table * 255).astype(np.uint8).reshape(256, 1, 3))


def _factor(draws: Generator, most: float) -> float:
    return float(most ** draws.uniform(-1, 1))


_GREY = np.array([0.114, 0.587, 0.299])
"""Luma of blue, green, red."""


def _turn(hue: float, saturation: float) -> np.ndarray:
    """3x3: colours turned about the grey axis by ``hue`` radians and drawn away from (or to) their luma."""
    axis = np.full(3, 3**-0.5)
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    turn = np.cos(hue) * np.eye(3) + np.sin(hue) * cross + (1 - np.cos(hue)) * np.outer(axis, axis)
    grey = np.tile(_GREY, (3, 1))
    return (grey + saturation * (np.eye(3) - grey)) @ turn


def _coarse(image: Image, share: float) -> Image:
    height, width = image.shape[:2]
    small = cv2.resize(
        image, (max(8, round(width * share)), max(8, round(height * share))), interpolation=cv2.INTER_AREA
    )
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def _noise(image: Image, deviation: float, draws: Generator) -> Image:
    grain = draws.standard_normal(image.shape, np.float32) * np.float32(deviation)
    return cv2.add(image, grain, dtype=cv2.CV_8U)


def amplitude(image: Image, draws: Generator) -> Image:
    """Amplitudes of all frequencies multiplied by 1 + noise that grows with the frequency; phases stay."""
    height, width = image.shape[:2]
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]) * np.sqrt(2)
    spread = (0.25 + 3.0 * frequency) * draws.uniform(0.3, 1.0)
    spread[0, 0] = 0.0
    gain = 1 + spread * draws.standard_normal((height, spread.shape[1]))
    spectrum = np.fft.rfft2(image.astype(np.float32), axes=(0, 1)) * np.abs(gain)[..., None]
    return np.clip(np.fft.irfft2(spectrum, (height, width), axes=(0, 1)), 0, 255).astype(np.uint8)


def erase(image: Image, strength: Strength, draws: Generator) -> tuple[Image, list[Box]]:
    """The picture with boxes of noise or one colour in it, and where; what they cover is no longer to be seen."""
    if draws.random() >= strength.erase:
        return image, []
    image = image.copy()
    height, width = image.shape[:2]
    boxes = []
    for _ in range(int(draws.integers(1, 4))):
        area, shape = draws.uniform(0.005, 0.04) * height * width, 2 ** draws.uniform(-1.2, 1.2)
        tall, wide = min(height, round((area * shape) ** 0.5) + 1), min(width, round((area / shape) ** 0.5) + 1)
        left, top = int(draws.integers(0, width - wide + 1)), int(draws.integers(0, height - tall + 1))
        patch = draws.integers(0, 256, (tall, wide, 3) if draws.random() < 0.5 else (1, 1, 3), np.uint8)
        image[top : top + tall, left : left + wide] = patch
        boxes.append((left, top, left + wide, top + tall))
    return image, boxes
