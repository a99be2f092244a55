"""Rain and snow as particles in front of the camera: where they are while the shutter is open, and what they cover.

A particle is a disc that moves in a straight line during the exposure. Projected it sweeps a capsule (a thick segment
with round ends): long and thin for rain, short for snow, wide and faint where it is out of focus. A disc of diameter
``D`` pixels, blurred to ``d`` and swept over ``L``, covers every point of its path for the share ``D^2 / (d (d + L))``
of the exposure: so opacity follows from size, distance, speed, shutter and aperture, as it does in a photograph.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Lens:
    """What the picture was taken with, as far as particles care."""

    focal: float
    """Pixels."""
    aperture: float = 0.006
    """Metres; a phone about 0.0025, a drone 0.003, a reflex camera 0.01."""
    focus: float = 12.0
    """Metres to the plane of focus."""
    exposure: float = 1 / 60
    """Seconds."""
    down: tuple[float, float, float] = (0.0, 1.0, 0.0)
    """Gravity in camera axes (x right, y down, z into the scene): (0, 1, 0) level, (0, 0, 1) straight down."""


@dataclass(frozen=True)
class Cloud:
    """N particles as capsules in the picture. All arrays float32 N."""

    x0: np.ndarray
    y0: np.ndarray
    x1: np.ndarray
    y1: np.ndarray
    """Pixels: the centre when the shutter opens and when it closes."""
    radius: np.ndarray
    """Pixels, blur included."""
    opacity: np.ndarray
    """0..1 along the path's middle."""
    distance: np.ndarray
    """Metres."""


def rain(height: int, width: int, rate: float, wind: float, lens: Lens, rng: np.random.Generator) -> Cloud:
    """Drops of rain of ``rate`` mm/h: sizes after Marshall and Palmer, terminal speeds, ``wind`` m/s to the right."""
    count = int(np.clip(900 * rate**0.45, 500, 6000) * (height * width / 307200) ** 0.5)
    slope = 4.1 * max(rate, 0.1) ** -0.21  # 1/mm
    size = np.clip(0.9 + rng.exponential(1 / slope, count), 0.9, 5.0) * 1e-3
    speed = 9.65 - 10.3 * np.exp(-600 * size)  # Atlas 1973, size in m
    near, far = 0.5, 9.0
    distance = _distances(near, far, 0.6, count, rng)
    gust = wind * (1 + 0.12 * rng.standard_normal(count))
    return _project(height, width, size, speed, gust, 0.15, distance, _crowd(distance, 34.0, 2.5), lens, rng)


def snow(height: int, width: int, rate: float, wind: float, lens: Lens, rng: np.random.Generator) -> Cloud:
    """Flakes of snow of ``rate`` mm/h of water; heavier snow falls in bigger flakes."""
    count = int(np.clip(3500 * rate**0.6, 1000, 12000) * (height * width / 307200) ** 0.5)
    size = np.clip(rng.lognormal(np.log(2.8 + 0.4 * min(rate, 5)), 0.35, count), 1.2, 6.5) * 1e-3
    speed = np.clip(rng.normal(1.1, 0.25, count), 0.4, 2.0)
    distance = _distances(0.9, 14.0, 1.2, count, rng)
    gust = 0.6 * wind + 0.45 * rng.standard_normal(count)
    return _project(height, width, size, speed, gust, 0.4, distance, _crowd(distance, 5.0, 4.5), lens, rng)


def _distances(near: float, far: float, power: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """Distances with density ~ d ** power: fewer far ones than there are (d ** 2), for those melt into the veil."""
    low, high = near ** (power + 1), far ** (power + 1)
    return (low + rng.random(count) * (high - low)) ** (1 / (power + 1))


def _crowd(distance: np.ndarray, most: float, full: float) -> np.ndarray:
    """How much more than itself a particle covers, 1 at the lens to ``most`` from ``full`` metres on.

    Far ones stand for the many that are left out. A near one is as faint as it is: more, and it would be a white slug.
    """
    return 1 + (most - 1) * np.clip(distance / full, 0.0, 1.0) ** 2


def _project(
    height: int,
    width: int,
    size: np.ndarray,
    speed: np.ndarray,
    gust: np.ndarray,
    turbulence: float,
    distance: np.ndarray,
    gain: np.ndarray,
    lens: Lens,
    rng: np.random.Generator,
) -> Cloud:
    """Capsules of particles with ``size`` m, fall ``speed`` and sideways ``gust`` m/s at ``distance`` m."""
    count = len(size)
    size, speed, gust, distance, gain = (np.asarray(a, np.float32) for a in (size, speed, gust, distance, gain))
    down = np.asarray(lens.down, float)
    down = down / np.linalg.norm(down)
    across = np.array([1.0, 0, 0]) - down[0] * down
    across /= max(np.linalg.norm(across), 1e-6)
    sway = rng.standard_normal((3, count), np.float32) * np.float32(turbulence)
    path = [
        (speed * float(down[axis]) + gust * float(across[axis]) + sway[axis]) * np.float32(0.5 * lens.exposure)
        for axis in range(3)
    ]
    focal = np.float32(lens.focal)
    reach = 2 * focal * np.maximum(np.abs(path[0]), np.abs(path[1])) / distance
    places = rng.random((4, count), np.float32)
    x = (places[0] * np.float32(1.04) - np.float32(0.02)) * width + reach * (places[1] - np.float32(0.5))
    y = (places[2] * np.float32(1.04) - np.float32(0.02)) * height + reach * (places[3] - np.float32(0.5))
    middle = np.float32(width / 2), np.float32(height / 2)
    left, top = (x - middle[0]) * distance, (y - middle[1]) * distance
    ends = []
    for sign in (-1, 1):
        zoom = 1 / np.maximum(distance + sign * path[2], np.float32(0.25))
        ends += [
            (left + sign * focal * path[0]) * zoom + middle[0],
            (top + sign * focal * path[1]) * zoom + middle[1],
        ]
    true = focal * size / distance
    blurred = focal * np.float32(lens.aperture) * np.abs(1 / distance - np.float32(1 / lens.focus))
    wide = np.sqrt(true * true + blurred * blurred + np.float32(0.9))  # 0.9: a pixel and the lens' own softness
    length = np.hypot(ends[2] - ends[0], ends[3] - ends[1])
    opacity = np.minimum(gain * true * true / (wide * (wide + length)), np.float32(0.95))
    return Cloud(*ends, wide * np.float32(0.5), opacity, distance)


def cover(cloud: Cloud, depth: np.ndarray, extinction: float = 0.0) -> np.ndarray:
    """float32 HxW, 0..1: what share of each pixel's light comes from particles.

    A particle behind what ``depth`` (HxW metres) shows is hidden, a far one loses contrast by ``extinction`` (1/m).
    """
    height, width = depth.shape
    strength = cloud.opacity * np.exp(-extinction * cloud.distance, dtype=np.float32)
    seen = strength > 0.002
    total = np.zeros(height * width, np.float64)
    swapped = np.abs(cloud.x1 - cloud.x0) > np.abs(cloud.y1 - cloud.y0)
    flat = depth.ravel()
    for mostly_across in (False, True):
        chosen = np.flatnonzero(seen & (swapped == mostly_across))
        if chosen.size:
            _sweep(cloud, chosen, strength, mostly_across, (height, width), flat, total)
    return (1 - np.exp(-total)).astype(np.float32).reshape(height, width)


_CLASSES = (1.2, 2.2, 4.2, 8.2, 16.2, 64.2)
"""Radii, pixels: particles are drawn in groups with windows of one width."""


def _sweep(
    cloud: Cloud,
    chosen: np.ndarray,
    strength: np.ndarray,
    across: bool,
    shape: tuple[int, int],
    depth: np.ndarray,
    total: np.ndarray,
) -> None:
    """Add the capsules ``chosen`` to ``total`` (flat HxW), scanning along their longer axis."""
    lower = 0.0
    for upper in _CLASSES:
        group = chosen[(cloud.radius[chosen] > lower) & (cloud.radius[chosen] <= upper)]
        lower = upper
        if group.size:
            _draw(cloud, group, strength, across, shape, depth, total)


def _rim(radius: np.ndarray) -> np.ndarray:
    """Pixels over which a particle fades: the farther out of focus, the less there is of a rim."""
    return np.maximum(1, radius * np.clip(0.6 + 0.15 * radius, 0.9, 1.7))


def _draw(
    cloud: Cloud,
    group: np.ndarray,
    strength: np.ndarray,
    across: bool,
    shape: tuple[int, int],
    depth: np.ndarray,
    total: np.ndarray,
) -> None:
    height, width = shape
    a0, b0, a1, b1 = (getattr(cloud, name)[group] for name in ("y0", "x0", "y1", "x1"))  # a: scanned, b: beside it
    long, wide = height, width
    if across:
        a0, b0, a1, b1, long, wide = b0, a0, b1, a1, width, height
    radius = cloud.radius[group]
    reach = radius + 0.5 * _rim(radius)
    first = np.clip(np.ceil(np.minimum(a0, a1) - reach - 0.5), 0, long).astype(np.int64)
    last = np.clip(np.floor(np.maximum(a0, a1) + reach - 0.5), -1, long - 1).astype(np.int64)
    count = np.maximum(last - first + 1, 0)
    owner = np.repeat(np.arange(len(group)), count)
    if not owner.size:
        return
    a = (np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count) + first[owner]).astype(np.float32) + 0.5
    da, db = (a1 - a0)[owner], (b1 - b0)[owner]
    along = np.clip((a - a0[owner]) / np.where(da == 0, 1, da), 0, 1)
    middle = b0[owner] + along * db
    squeeze = np.hypot(1, db / np.where(da == 0, 1, da))  # a slanted capsule is wider along one axis
    half = int(np.ceil(float(reach.max() * squeeze.max())))
    start = np.floor(middle - half).astype(np.int64)
    b = start[:, None] + np.arange(2 * half + 1)
    length2 = np.maximum(da * da + db * db, 1e-9)
    offset_a, offset_b = (a - a0[owner])[:, None], b + np.float32(0.5) - b0[owner][:, None]
    share = np.clip((offset_a * da[:, None] + offset_b * db[:, None]) / length2[:, None], 0, 1)
    gap = np.hypot(offset_a - share * da[:, None], offset_b - share * db[:, None])
    edge = _rim(radius)[owner][:, None]
    value = np.clip((radius[owner][:, None] + 0.5 * edge - gap) / edge, 0, 1) * strength[group][owner][:, None]
    inside = (value > 0) & (b >= 0) & (b < wide)
    rows = np.broadcast_to(a.astype(np.int64)[:, None], b.shape)[inside]
    columns = b[inside]
    index = columns * width + rows if across else rows * width + columns
    distance = np.broadcast_to(cloud.distance[group][owner][:, None], b.shape)[inside]
    value = np.where(depth[index] > distance, value[inside], 0)
    total += np.bincount(index, value, minlength=total.size)
