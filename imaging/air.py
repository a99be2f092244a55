"""The air between camera and scene, from one clear picture and its depth: fog, smoke, dust, rain, snow.

Koschmieder's law: ``I exp(-b d) + A (1 - exp(-b d))``, d the distance, b the extinction, A the light that the air
scatters towards the camera. Rain and snow add particles (imaging/particles.py) in front of the veil that they
make. Labels know nothing of it, so one render gives many weathers with the same exact labels.

Pictures are float32 HxWx3 in linear light, red first (scene-referred ones too); depths float32 HxW in metres, inf
where the sky is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import fields, particles
from .particles import Lens
from .tones import LUMINANCE

KINDS = ("clear", "overcast", "fog", "smoke", "dust", "rain", "snow")

CONTRAST = 3.0
"""extinction = CONTRAST / visibility: at the visibility 5 % of the contrast is left (exp(-3))."""


@dataclass(frozen=True)
class Air:
    """State of the air and what the picture was taken with."""

    kind: str
    visibility: float = 2000.0
    """Metres."""
    rate: float = 0.0
    """Rain in mm/h, snow in mm/h of water."""
    wind: float = 0.0
    """Towards the picture's right, m/s."""
    light: tuple[float, float, float] | None = None
    """What the air scatters towards the camera, linear; None: taken from the picture."""
    focal: float = 0.0
    """Pixels; 0: a lens of 60 degrees."""
    aperture: float = 0.006
    """Metres."""
    focus: float = 12.0
    """Metres."""
    exposure: float = 0.0
    """Seconds; 0: drawn, as long as shows what falls."""
    down: tuple[float, float, float] = (0.0, 1.0, 0.0)
    """Gravity in camera axes (x right, y down, z into the scene)."""

    @property
    def extinction(self) -> float:
        """1/m."""
        return CONTRAST / self.visibility

    @property
    def reach(self) -> float:
        """Metres beyond which the air adds nothing: smoke and dust are clouds, behind them the sky is clear."""
        return _CLOUDS.get(self.kind, 20.0) * self.visibility

    def lens(self, width: int, rng: np.random.Generator) -> Lens:
        """The lens for a picture of ``width`` pixels."""
        usual = np.exp(rng.uniform(*np.log(_EXPOSURES[self.kind])))
        return Lens(self.focal or 0.866 * width, self.aperture, self.focus, self.exposure or float(usual), self.down)


_CLOUDS = {"smoke": 0.8, "dust": 1.0}
"""Visibilities over which a cloud stretches."""
_EXPOSURES = {"rain": (1 / 100, 1 / 40), "snow": (1 / 400, 1 / 120)}


def add(
    picture: np.ndarray,
    depth: np.ndarray,
    weather: Any,
    rng: np.random.Generator,
    *,
    focal: float = 0.0,
    down: tuple[float, float, float] = (0.0, 1.0, 0.0),
) -> np.ndarray:
    """The picture through the air of a ``dataset.spec.WeatherSpec`` (kind, visibility, rate, wind across and along).

    ``focal`` in pixels (0: 60 degrees) and ``down`` (gravity in camera axes) let drops fall as this camera sees them.
    """
    wind = float(weather.wind[0])
    air = Air(weather.kind, max(weather.visibility, 1.0), weather.rate, wind, focal=focal, down=down)
    return apply(picture, depth, air, rng)


def apply(image: np.ndarray, depth: np.ndarray, air: Air, rng: np.random.Generator) -> np.ndarray:
    """The picture through this air; a new array of the same shape. ``kind`` clear or overcast leaves it as it is.

    Raises ValueError for an unknown kind, or a depth of another size.
    """
    if air.kind not in KINDS:
        raise ValueError(f"air of kind {air.kind!r}: one of {', '.join(KINDS)}")
    if depth.shape != image.shape[:2]:
        raise ValueError(f"depth is {depth.shape}, the picture {image.shape[:2]}")
    if air.kind in ("clear", "overcast"):
        return image.copy()
    depth = np.where(np.isfinite(depth), depth, np.float32(np.inf))
    light, share = air.light, 1.0
    if light is None:
        light, share = airlight(image, depth, air.kind)
    light = np.asarray(light, np.float32)
    veiled = veil(image, transmission(depth, air, rng), light, share)
    if air.kind not in FALLING:
        return veiled
    make, own = FALLING[air.kind]
    height, width = depth.shape
    cloud = make(height, width, air.rate, air.wind, air.lens(width, rng), rng)
    return fall(veiled, particles.cover(cloud, depth, air.extinction), own, light)


def airlight(image: np.ndarray, depth: np.ndarray, kind: str) -> tuple[tuple[float, float, float], float]:
    """``airlight_of`` a whole picture and its depth."""
    return airlight_of(fields.shrink(image, 8), np.isinf(depth[::8, ::8]), kind)


def airlight_of(small: np.ndarray, sky: np.ndarray, kind: str) -> tuple[tuple[float, float, float], float]:
    """Light that the air scatters towards the camera, and the share that the scene keeps of its own.

    ``small``: the picture shrunk, hxwx3; ``sky``: bool hxw. The sky's colour where it is seen, else that of the
    brightest parts, towards the grey of this air. An overcast sky is about as bright as white things under it, and no
    scene outshines it: a sunlit one gets darker until that holds.
    """
    small, sky = small.reshape(-1, 3), sky.ravel()
    luminance = small @ LUMINANCE
    scene = luminance[~sky] if not sky.all() else luminance
    brightest, white = np.quantile(scene, (0.95, 0.99)).tolist()
    chosen = sky if sky.mean() > 0.03 else luminance >= np.quantile(luminance, 0.9)
    colour = np.median(small[chosen], axis=0)
    level = max(float(colour @ LUMINANCE), 0.9 * brightest, 0.75 * white, 0.004)
    share = min(1.0, 0.75 * level / max(brightest, 1e-6))
    grey = np.array(_TINT[kind])
    mixed = (1 - _GREYNESS[kind]) * colour + _GREYNESS[kind] * grey * (level / (grey @ LUMINANCE))
    return tuple((mixed * _LEVEL[kind]).tolist()), share * _SHARE[kind]


_TINT = {
    "fog": (0.95, 0.98, 1.0),
    "rain": (0.93, 0.97, 1.0),
    "snow": (0.95, 0.98, 1.0),
    "smoke": (1.0, 0.97, 0.92),
    "dust": (1.0, 0.92, 0.80),
}
_LEVEL = {"fog": 0.95, "rain": 0.75, "snow": 0.95, "smoke": 0.42, "dust": 0.75}
"""Scattered light against the sky's: smoke absorbs, rain comes from dark clouds."""
_SHARE = {"fog": 0.95, "rain": 0.75, "snow": 0.95, "smoke": 0.9, "dust": 0.95}
"""The scene's own light against the sky's under such a sky."""
_GREYNESS = {"fog": 0.8, "rain": 0.85, "snow": 0.85, "smoke": 0.95, "dust": 0.95}
"""How far the sky's own colour (blue) gives way to the air's."""


def transmission(depth: np.ndarray, air: Air, rng: np.random.Generator) -> np.ndarray:
    """float32 HxW: share of each pixel's light that comes through. Fog, smoke and dust drift in banks and plumes."""
    path = np.minimum(depth, np.float32(air.reach)) * np.float32(-air.extinction)
    thick = banks(depth.shape, air.kind, rng)
    if thick is not None:
        path *= thick
    return np.exp(path, out=path)


def banks(shape: tuple[int, int], kind: str, rng: np.random.Generator) -> np.ndarray | None:
    """float32 HxW with mean near 1: how much fog, smoke or dust lies in each direction. None: everywhere the same."""
    height, width = shape
    if kind == "fog":
        return 1 + np.float32(0.25) * fields.noise(height, width, width / 2.5, rng, 2, 2.5)
    if kind not in _CLOUDS:
        return None
    billows = fields.noise(height, width, width / 3, rng, 5)
    side = rng.uniform(-0.9, 0.9)
    thick = np.exp(np.float32(1.3) * billows + np.linspace(-side, side, width, dtype=np.float32)[None])
    if kind == "dust":  # thickest near the ground
        thick *= np.linspace(0.55, 1.45, height, dtype=np.float32)[:, None]
    return thick * np.float32(1 / thick.mean())


def veil(image: np.ndarray, through: np.ndarray, light: np.ndarray, share: float = 1.0) -> np.ndarray:
    """Koschmieder's law: transmission ``through`` HxW, air light of 3 channels, the scene dimmed to ``share``."""
    result = image * np.float32(share)
    result -= light
    result *= through[..., None]
    result += light
    return result


FALLING: dict[str, tuple[Callable[..., particles.Cloud], float]] = {
    "rain": (particles.rain, 0.6),
    "snow": (particles.snow, 0.85),
}
"""What falls, and how far its colour is the sky's and not its backdrop's."""


def fall(image: np.ndarray, covered: np.ndarray, own: float, light: np.ndarray) -> np.ndarray:
    """Particles that cover ``covered`` HxW of each pixel, before the veiled picture.

    A drop shows the scene around it upside down, a flake scatters it: both take on the blurred light behind them.
    """
    height, width = covered.shape
    backdrop = fields.shrink(image, 16)
    colour = fields.enlarge(own * light + (1 - own) * backdrop, height, width)
    colour -= image
    colour *= covered[..., None]
    colour += image
    return colour
