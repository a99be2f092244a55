"""What a real camera does to the light: optics (vignette, fringes, blur), sensor noise, and how it develops a picture.

Works on the linear picture before the view transform, as optics and sensors do. Labels are never touched.
"""

from __future__ import annotations

import numpy as np

from . import fields, tones

GREY = tones.GREY

SHADE = -2.2
"""Stops from mid grey below which a steeper tone curve flattens again: cameras keep something to see in shadows."""

DAZZLING = 16.0
"""Light from which on a lens scatters it visibly: lamps, the sun, and its glints."""


def expose(
    picture: np.ndarray,
    rng: np.random.Generator,
    *,
    exposure: float = 0.0,
    blur: float = 0.0,
    motion: float = 0.0,
    chroma: float = 0.0,
    vignette: float = 0.0,
    noise: float = 0.0,
    contrast: float = 1.0,
    saturation: float = 1.0,
    sharpening: float = 0.0,
    stops: float = 0.0,
    shadows: float = 0.0,
    highlights: float = 0.0,
    levels: float = 0.0,
) -> np.ndarray:
    """The picture (float32 (h, w, 3), linear, scene-referred) as the sensor sees it; same shape.

    exposure  stops
    blur      Gaussian sigma, pixels
    motion    length of a straight smear in a random direction, pixels
    chroma    radial shift of red outwards and blue inwards at the corners, pixels
    vignette  loss of light in the corners, 0..1
    noise     standard deviation at mid grey (0.18); shot noise grows with the square root of the light
    contrast, saturation, sharpening: see ``develop``
    stops     what is added to the exposure later on, by the view
    shadows, highlights: see ``tones.adapted``; shadows are opened with the noise in them
    levels    see ``tones.levelled``
    """
    out = picture.astype(np.float32) * np.float32(2.0**exposure)
    angle = float(rng.uniform(0, np.pi))
    if chroma > 0.02:
        out = _fringe(out, chroma)
    out = glare(out)
    if blur > 0.05:
        out = gaussian(out, blur)
    if motion > 0.3:
        out = smear(out, motion, angle)
    if vignette > 0:
        out *= (1.0 - vignette * _radius(out.shape) ** 2.4)[..., None]
    if noise > 0:
        # neighbouring pixels share some noise, as after demosaicing
        grain = rng.standard_normal(out.shape, np.float32)
        grain = 0.8 * grain + 0.35 * np.roll(grain, 1, 1) + 0.35 * np.roll(grain, 1, 0)
        grain = 0.6 * grain + 0.4 * grain.mean(-1, keepdims=True)
        out += grain * np.float32(noise) * np.sqrt(np.clip(out, 0.002, 4.0) * np.float32(0.18))
    np.maximum(out, 0.0, out=out)
    if shadows > 0 or highlights > 0:
        out = tones.adapted(out, stops, shadows, highlights)
    if levels > 0:
        out = tones.levelled(out, stops, levels)
    plain = (contrast, saturation, sharpening) == (1.0, 1.0, 0.0)
    return out if plain else develop(out, contrast, saturation, sharpening)


def develop(picture: np.ndarray, contrast: float, saturation: float, sharpening: float) -> np.ndarray:
    """The processing between sensor and file that makes phones' and drones' pictures crisp; same shape.

    contrast    exponent around mid grey, as a steeper tone curve does, and its inverse in deep shadow; 1: no change
    saturation  distance of muted colours from grey; the more vivid a colour is, the less it gains; 1: no change
    sharpening  gain of detail below two pixels, a third of it below a fortieth of the width (clarity); 0: none
    """
    weights = tones.LUMINANCE
    floor = np.float32(1e-3)
    light = picture @ weights + floor
    tone = np.log2(light / np.float32(GREY))
    target = tone * np.float32(contrast)
    if contrast > 1:
        deep = np.minimum(tone - np.float32(SHADE), 0)
        target -= deep * np.float32(contrast - 1 / contrast)
    if sharpening > 0:
        near, far = (tone - gaussian(tone, sigma) for sigma in (1.0, max(2.0, picture.shape[1] / 40)))
        # halos stay below what a camera's own limiter lets through
        target += np.clip(sharpening * near, -0.7, 0.7) + np.clip(sharpening / 3 * far, -0.5, 0.5)
    gain = (np.float32(GREY) * np.exp2(target) / light)[..., None]
    grey = (picture @ weights)[..., None]
    brightest = picture.max(-1, keepdims=True)
    vivid = (brightest - picture.min(-1, keepdims=True)) / (brightest + floor)
    further = 1 + np.float32(saturation - 1) * (1 - vivid * vivid if saturation > 1 else 1)
    return np.maximum((grey + (picture - grey) * further) * gain, 0.0)


def glare(picture: np.ndarray) -> np.ndarray:
    """The picture (float32 (h, w, 3)) with the light of lamps and glints partly scattered around them.

    Three in ten parts of what exceeds ``DAZZLING`` go to a close ring and a wide veil; without such light the picture
    comes back as it is.
    """
    excess = np.clip(picture.max(-1) - np.float32(DAZZLING), 0, 80)
    if not excess.any():
        return picture
    height, width = excess.shape
    colour = picture / np.maximum(picture.max(-1, keepdims=True), np.float32(1e-6)) * excess[..., None]
    factor = max(1, width // 160)
    small = fields.shrink(colour, factor)
    out = picture - np.float32(0.3) * colour
    for share, sigma in ((0.14, 0.006), (0.10, 0.022), (0.06, 0.075)):
        spread = gaussian(small, max(sigma * width / factor, 0.5))
        out += np.float32(share) * fields.enlarge(spread, height, width)
    return out


def metered(
    picture: np.ndarray, stops: float, strength: float, target: float = 0.21, sky: np.ndarray | None = None
) -> float:
    """The stops by which a camera's meter corrects ``stops`` for this linear picture.

    The meter weighs the picture's middle, averages logarithms and goes ``strength`` (0..1) of the way to ``target``, so
    that dark scenes stay darker than bright ones. Of what is darker than a quarter of ``target`` it takes back most, as
    a camera does whose owner wants to see something. Where ``sky`` (bool (h, w)) is, the meter hardly looks: it is set
    for what stands before it. Between -1.5 and 2.4 stops.
    """
    light = picture @ tones.LUMINANCE * np.float32(2.0**stops)
    weight = 1.25 - _radius(picture.shape)
    if sky is not None and not sky.all():
        weight = np.where(sky, 0.3 * weight, weight)
    mean = float((np.log2(np.clip(light, 0.004, 4.0)) * weight).sum() / weight.sum())
    short = float(np.log2(target)) - mean
    return float(np.clip(strength * min(short, 2.0) + 0.7 * max(short - 2.0, 0.0), -1.5, 2.4))


def gaussian(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Separable Gaussian blur with repeated borders, float32 (h, w) or (h, w, c)."""
    reach = max(1, int(np.ceil(3 * sigma)))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2).astype(np.float32)
    weights /= weights.sum()
    for axis in (0, 1):
        padding = [(reach, reach) if number == axis else (0, 0) for number in range(picture.ndim)]
        padded = np.pad(picture, padding, mode="edge")
        length = picture.shape[axis]
        picture = sum(w * padded.take(range(k, k + length), axis) for k, w in enumerate(weights))
    return picture


def smear(picture: np.ndarray, length: float, angle: float) -> np.ndarray:
    """Straight motion blur by ``length`` pixels along ``angle`` (radians)."""
    steps = max(3, 2 * int(np.ceil(length)) + 1)
    total = np.zeros_like(picture)
    for share in np.linspace(-0.5, 0.5, steps):
        total += _shift(picture, share * length * np.cos(angle), share * length * np.sin(angle))
    return total / np.float32(steps)


def _radius(shape: tuple[int, ...]) -> np.ndarray:
    """Distance from the centre, 1 in the corners, float32 (h, w)."""
    height, width = shape[:2]
    y = (np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1
    x = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
    return np.sqrt((x[None] ** 2 + y[:, None] ** 2) / 2)


def _fringe(picture: np.ndarray, pixels: float) -> np.ndarray:
    corner = np.hypot(*picture.shape[:2]) / 2
    out = picture.copy()
    out[..., 0] = _zoom(picture[..., 0], 1 - pixels / corner)
    out[..., 2] = _zoom(picture[..., 2], 1 + pixels / corner)
    return out


def _zoom(channel: np.ndarray, factor: float) -> np.ndarray:
    """Sample one channel at ``factor`` times the distance from the centre, bilinear."""
    height, width = channel.shape
    y = np.clip((np.arange(height) + 0.5 - height / 2) * factor + height / 2 - 0.5, 0, height - 1.001)
    x = np.clip((np.arange(width) + 0.5 - width / 2) * factor + width / 2 - 0.5, 0, width - 1.001)
    y0, x0 = y.astype(int), x.astype(int)
    fy, fx = (y - y0).astype(np.float32)[:, None], (x - x0).astype(np.float32)
    rows = channel[y0] * (1 - fy) + channel[np.minimum(y0 + 1, height - 1)] * fy
    return rows[:, x0] * (1 - fx) + rows[:, np.minimum(x0 + 1, width - 1)] * fx


def _shift(picture: np.ndarray, dx: float, dy: float) -> np.ndarray:
    """The picture moved by a fraction of pixels, bilinear, borders repeated."""
    height, width = picture.shape[:2]
    y = np.clip(np.arange(height) - dy, 0, height - 1)
    x = np.clip(np.arange(width) - dx, 0, width - 1)
    y0, x0 = np.floor(y).astype(int), np.floor(x).astype(int)
    fy, fx = (y - y0).astype(np.float32)[:, None, None], (x - x0).astype(np.float32)[None, :, None]
    rows = picture[y0] * (1 - fy) + picture[np.minimum(y0 + 1, height - 1)] * fy
    return rows[:, x0] * (1 - fx) + rows[:, np.minimum(x0 + 1, width - 1)] * fx
