"""Flames and columns of smoke over a finished picture, hidden by whatever its depth says stands before them.

A fire is given by points of its flames' axis and of its smoke's, as the camera sees them: (x, y) in pixels, y down,
the distance in metres and the radius in pixels. Labels know nothing of it, so they stay exact.

Pictures are float32 HxWx3 in linear light, red first; depths float32 HxW in metres, inf where the sky is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import fields

RADIANCE = 5.0
"""Light of a flame's heart; a white wall under a grey sky has about 1."""

TONGUES = 16
GRAIN = (160, 96)
"""Rows and columns in which flames are drawn before they are laid into the picture."""

HOT = np.array([(0.5, 0.03, 0.0), (1.0, 0.16, 0.012), (1.0, 0.34, 0.035), (1.0, 0.56, 0.14)], np.float32)
"""Colours of flames from the coolest to the hottest, linear."""

PUFF = 96
"""Pixels in which a puff's billows are drawn."""


@dataclass(frozen=True)
class Path:
    """Points along flames or smoke, from the fire away; float32 (n,) each."""

    x: np.ndarray
    y: np.ndarray
    radius: np.ndarray
    distance: np.ndarray
    """Metres to the camera."""


@dataclass(frozen=True)
class Seen:
    """A fire as the camera sees it."""

    flames: Path
    """Two points: foot and tip of the axis; the radius is half the width."""
    smoke: Path
    heights: np.ndarray
    """Metres above the fire of every point of the smoke."""
    thick: float
    """0 no smoke .. 1 black."""


def burn(
    picture: np.ndarray,
    depth: np.ndarray,
    fires: list[Seen],
    rng: np.random.Generator,
    *,
    air: tuple[float, float, float],
    extinction: float = 0.0,
) -> np.ndarray:
    """The picture with ``fires`` in it, the farthest first; a new array. ``air``: light of smoke that the sky lights.

    ``extinction`` (1/m) is that of the air before them.
    """
    out = picture.copy()
    light = np.asarray(air, np.float32)
    for fire in sorted(fires, key=lambda each: -float(each.flames.distance[0])):
        draw = np.random.default_rng(rng.integers(2**63))
        through = float(np.exp(-extinction * float(fire.flames.distance[0])))
        if fire.thick > 0:
            _smoke(out, depth, fire, light, through, draw)
        _flames(out, depth, fire.flames, through, draw)
    return out


def tongues(rng: np.random.Generator) -> np.ndarray:
    """float32 ``GRAIN``: heat 0..1 of a fire with its foot in the last row, a few tongues eaten away by the air."""
    rows, columns = GRAIN
    up = (1 - (np.arange(rows, dtype=np.float32) + 0.5) / rows)[:, None]
    across = ((np.arange(columns, dtype=np.float32) + 0.5) / columns * 2 - 1)[None]
    curl = fields.noise(rows, columns, rows / 3, rng, 3)
    across = across + np.float32(0.30) * up * curl
    cold = np.ones(GRAIN, np.float32)
    for _ in range(TONGUES):
        foot, sway = rng.uniform(-0.62, 0.62), rng.uniform(-0.22, 0.22)
        tall = rng.uniform(0.35, 1.0) * (1 - 0.55 * abs(foot))
        wide, turn = rng.uniform(0.10, 0.24), rng.uniform(0, 2 * np.pi)
        share = np.clip(up / tall, 0, 1)
        middle = foot * (1 - 0.6 * share) + sway * share * np.sin(3.5 * share + turn)
        width = wide * (0.35 + share) ** 0.4 * (1 - share) ** 0.8 + 1e-3
        cold *= 1 - 0.75 * np.clip(1 - np.abs(across - middle) / width, 0, 1)
    ragged = fields.noise(rows, columns, rows / 6, rng, 4, 0.5)
    heat = (1 - cold) * 1.35 - (0.18 + 0.45 * up) * (0.5 + 0.5 * ragged)
    return np.clip(heat, 0, 1).astype(np.float32)


def _flames(out: np.ndarray, depth: np.ndarray, axis: Path, through: float, rng: np.random.Generator) -> None:
    """Lay a fire between foot and tip of its axis into the picture."""
    foot, tip = (np.array([axis.x[end], axis.y[end]]) for end in (0, 1))
    long, half = tip - foot, float(axis.radius[0])
    length = float(np.hypot(*long))
    if half < 0.4 or length < 0.8:
        return
    corners = np.stack([foot, tip])
    box = _box(corners.min(0) - half, corners.max(0) + half, depth.shape)
    if box is None:
        return
    top, bottom, left, right = box
    y, x = np.mgrid[top:bottom, left:right].astype(np.float32) + np.float32(0.5)
    ahead, aside = long / length, np.array([-long[1], long[0]]) / length
    up = ((x - foot[0]) * ahead[0] + (y - foot[1]) * ahead[1]) / length
    across = ((x - foot[0]) * aside[0] + (y - foot[1]) * aside[1]) / half
    heat = _looked_up(tongues(rng), (1 - up) * GRAIN[0], (across + 1) / 2 * GRAIN[1])
    heat *= depth[top:bottom, left:right] > axis.distance[0] - 0.5
    place = np.clip(heat * (1.25 - 0.5 * np.clip(up, 0, 1)), 0, 0.999) * (len(HOT) - 1)
    low = place.astype(int)
    colour = HOT[low] + (HOT[low + 1] - HOT[low]) * (place - low)[..., None]
    part = out[top:bottom, left:right]
    part *= 1 - 0.5 * (heat * np.float32(through))[..., None]
    part += colour * (np.float32(RADIANCE * through) * heat**1.4)[..., None]


def _smoke(
    out: np.ndarray, depth: np.ndarray, fire: Seen, light: np.ndarray, through: float, rng: np.random.Generator
) -> None:
    """Lay puffs along the smoke's way into the picture, black and lit from below at first, paler and thinner above."""
    puffs = [_puff(rng) for _ in range(4)]
    path, count = fire.smoke, len(fire.smoke.x)
    for number in np.argsort(-path.distance, kind="stable"):
        share, radius = number / max(count - 1, 1), float(path.radius[number])
        centre = np.array([path.x[number], path.y[number]])
        box = _box(centre - radius, centre + radius, depth.shape)
        puff = puffs[int(rng.integers(4))][:: int(rng.choice([-1, 1])), :: int(rng.choice([-1, 1]))]
        if box is None or radius < 0.5:
            continue
        top, bottom, left, right = box
        rows = (np.arange(top, bottom) + 0.5 - centre[1] + radius) / (2 * radius) * PUFF
        columns = (np.arange(left, right) + 0.5 - centre[0] + radius) / (2 * radius) * PUFF
        cover = _looked_up(puff, rows[:, None] + 0 * columns, columns + 0 * rows[:, None])
        # smoke half before and half behind a thing hides half of it: no hard line where it meets the ground
        room = np.clip((depth[top:bottom, left:right] - path.distance[number]) / 1.5 + 0.5, 0, 1)
        cover *= room * np.float32(fire.thick * (0.80 - 0.66 * share))
        pale = light * np.float32(0.18 + 0.9 * share + 0.4 * (1 - fire.thick))
        warm = np.array([1.0, 0.34, 0.08], np.float32) * np.float32(0.9 * np.exp(-fire.heights[number] / 0.9))
        colour = (pale + warm) * np.float32(through) + light * np.float32(1 - through)
        part = out[top:bottom, left:right]
        part += (colour - part) * cover[..., None]


def _puff(rng: np.random.Generator) -> np.ndarray:
    """float32 ``PUFF`` x ``PUFF``: how much a ball of smoke covers, 0 towards its rim."""
    at = (np.arange(PUFF, dtype=np.float32) + 0.5) / PUFF * 2 - 1
    away = np.hypot(at[:, None], at[None]) + np.float32(0.33) * fields.noise(PUFF, PUFF, PUFF / 3, rng, 4)
    solid = np.clip((0.82 - away) / 0.55, 0, 1)
    return solid * solid * (3 - 2 * solid)


def _box(low: np.ndarray, high: np.ndarray, shape: tuple[int, ...]) -> tuple[int, int, int, int] | None:
    """(top, bottom, left, right) of the part of a picture from ``low`` to ``high`` (x, y); None outside of it."""
    left, top = (int(max(np.floor(value), 0)) for value in low)
    right, bottom = (int(min(np.ceil(value), size)) for value, size in zip(high, (shape[1], shape[0]), strict=True))
    return (top, bottom, left, right) if left < right and top < bottom else None


def _looked_up(field: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """``field`` at places in its cells, bilinear; 0 outside of it."""
    framed = np.pad(field, 1)
    y = np.clip(rows + 0.5, 0, framed.shape[0] - 1.001).astype(np.float32)
    x = np.clip(columns + 0.5, 0, framed.shape[1] - 1.001).astype(np.float32)
    y0, x0 = y.astype(int), x.astype(int)
    fy, fx = y - y0, x - x0
    above = framed[y0, x0] * (1 - fx) + framed[y0, x0 + 1] * fx
    below = framed[y0 + 1, x0] * (1 - fx) + framed[y0 + 1, x0 + 1] * fx
    return above * (1 - fy) + below * fy
