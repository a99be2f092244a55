"""What of a picture is ground or another surface that faces up: rain wets it, snow comes to lie on it.

By its normals where the data set has depth and tells its camera. Where it has not, what looks like the strip along the
picture's lower edge, hangs together with it and lies under an open sky; without a sky nothing is known, and said.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

HEIGHT = 1.6
"""Metres from the ground to a camera of which nothing is known."""
_LEAST = 0.03
"""Share of the picture below which it shows too little ground to bother."""


@dataclass(frozen=True)
class Camera:
    """How the source was taken, and what of it the output shows."""

    focal: float
    """Pixels of the source."""
    width: int
    height: int
    """The source's."""
    forward: np.ndarray
    """3x3, source to output."""


@dataclass(frozen=True)
class Surfaces:
    """Surfaces that face up, at a fraction of the picture's size. All arrays float32 hxw."""

    up: np.ndarray
    """0..1: how surely this pixel shows one."""
    steep: np.ndarray
    """Cosine between the ray of sight and the vertical: 1 seen from above, 0 along the ground."""
    east: np.ndarray
    north: np.ndarray
    """Metres along the ground."""
    horizon: float | None
    """Row, of h; None where it lies outside of the picture or askew."""
    measured: bool
    """By depth, not by looks."""


def measured(depth: np.ndarray, camera: Camera, down: tuple[float, float, float], size: tuple[int, int]) -> Surfaces:
    """By ``depth``: float32 hxw metres along the ray, inf the sky, of an output of ``size`` (width, height).

    ``down``: gravity in the source camera's axes (x right, y down, z into the scene).
    """
    rays = _rays(camera, depth.shape, size)
    gravity = np.asarray(down, np.float32)
    steep = rays @ gravity
    points = rays * np.minimum(depth, np.float32(1e4))[..., None]
    across, along = _slope(points, 1), _slope(points, 0)
    normal = np.stack([_minor(across, along, axis) for axis in range(3)], axis=-1)
    length = np.sqrt(np.einsum("hwc,hwc->hw", normal, normal)) + np.float32(1e-12)
    rise = (normal @ gravity) * np.sign(np.einsum("hwc,hwc->hw", normal, rays)) / length  # normals point at the camera
    up = np.clip((rise - np.float32(0.55)) * np.float32(255 / 0.3), 0, 255)
    up[np.isinf(depth)] = 0
    up = cv2.blur(cv2.medianBlur(up.astype(np.uint8), 3), (3, 3)).astype(np.float32) * np.float32(1 / 255)
    lying = points - (points @ gravity)[..., None] * gravity
    east, north = np.ascontiguousarray(lying[..., 0]), lying[..., 2] - lying[..., 1]
    return Surfaces(up, np.abs(steep), east, north, _horizon(steep), True)


def _rays(camera: Camera, shape: tuple[int, int], size: tuple[int, int]) -> np.ndarray:
    """float32 hxwx3: directions of length 1 in the source camera's axes, of ``shape`` spread over ``size``."""
    rows, columns = shape
    back = np.linalg.inv(camera.forward) @ np.diag([size[0] / columns, size[1] / rows, 1.0])
    to_ray = np.array([[1, 0, -camera.width / 2], [0, 1, -camera.height / 2], [0, 0, camera.focal]]) @ back
    x, y = np.arange(columns) + 0.5, np.arange(rows) + 0.5
    rays = (x[:, None] * to_ray[:, 0])[None] + (y[:, None] * to_ray[:, 1] + to_ray[:, 2])[:, None]
    return (rays / np.linalg.norm(rays, axis=-1, keepdims=True)).astype(np.float32)


def _slope(points: np.ndarray, axis: int) -> np.ndarray:
    """Differences of the neighbours on both sides; at the border those of what lies beside it."""
    step = np.empty_like(points)
    if axis:
        np.subtract(points[:, 2:], points[:, :-2], out=step[:, 1:-1])
        step[:, 0], step[:, -1] = step[:, 1], step[:, -2]
    else:
        np.subtract(points[2:], points[:-2], out=step[1:-1])
        step[0], step[-1] = step[1], step[-2]
    return step


def _minor(one: np.ndarray, other: np.ndarray, axis: int) -> np.ndarray:
    """A component of the cross product; numpy's own takes three times as long."""
    a, b = (axis + 1) % 3, (axis + 2) % 3
    return one[..., a] * other[..., b] - one[..., b] * other[..., a]


def _horizon(steep: np.ndarray) -> float | None:
    """Where the middle column of rays turns from above to below level."""
    middle = steep[:, steep.shape[1] // 2]
    below = np.flatnonzero((middle[1:] > 0) & (middle[:-1] <= 0))
    return float(below[0] + 1) if len(below) else None


_STRIP = 0.12
"""Share of the picture's height along its lower edge that is taken for ground, where nothing is labelled."""
_DARKEST = 48
"""Ground with less than that in all channels may as well be water, or nothing that can be made out."""
_OPEN = 0.08
"""Least share of the picture that an open sky covers, besides half of the upper edge: less may be a ceiling."""
_GRAIN = 14.0
"""How rough ground may be, of 255: leaves and crowds are rougher."""
_ALIKE = 26.0
"""How much a colour may differ from the strip's, of 255; shadows of it count a third."""


def guessed(small: np.ndarray, sky: np.ndarray, horizon: float, taken: np.ndarray) -> Surfaces | None:
    """By looks: what is like the lower edge of ``small`` (uint8 hxwx3, blue first) and hangs together with it.

    ``sky``, ``taken``: uint8 hxw, not 0 where the sky is and where something is labelled; ``horizon``: a row, at least
    below the sky. What is found has half that size. None where no open sky is seen, or too little ground.
    """
    if cv2.countNonZero(sky) < _OPEN * sky.size or 2 * cv2.countNonZero(sky[:1]) < sky.shape[1]:
        return None
    lowest = np.flatnonzero(np.count_nonzero(sky, axis=1) > 0.1 * sky.shape[1])
    horizon = max(horizon, float(lowest[-1] + 1))
    rows, columns = max(2, sky.shape[0] // 2), max(2, sky.shape[1] // 2)
    horizon *= rows / sky.shape[0]
    small = cv2.resize(small, (columns, rows), interpolation=cv2.INTER_AREA)
    sky, taken = (cv2.resize(mask, (columns, rows), interpolation=cv2.INTER_NEAREST) for mask in (sky, taken))
    strip = np.s_[rows - max(2, round(_STRIP * rows)) :]
    free = taken[strip] == 0
    if free.mean() < 0.3:
        return None
    smooth = cv2.blur(small, (3, 3))
    typical = np.median(smooth[strip][free], axis=0).astype(np.float32)
    if typical.max() < _DARKEST:
        return None
    apart = smooth.astype(np.float32) - typical
    light = apart.mean(axis=-1)
    chroma = np.abs(apart - light[..., None]).max(axis=-1)
    grain = cv2.absdiff(small, smooth).mean(axis=-1, dtype=np.float32)
    unlike = (chroma / _ALIKE) ** 2 + (light / (3 * _ALIKE)) ** 2 + (grain / _GRAIN) ** 2
    likeness = np.exp(-unlike, dtype=np.float32)
    row = np.arange(rows, dtype=np.float32)[:, None] + np.float32(0.5)
    likeness *= np.clip((row - np.float32(horizon)) * np.float32(12 / rows), 0, 1)
    likeness[(taken | sky) > 0] = 0
    _, pieces = cv2.connectedComponents((likeness > 0.4).astype(np.uint8), connectivity=4, ltype=cv2.CV_16U)
    joined = np.zeros(int(pieces.max()) + 1, np.float32)
    joined[pieces[strip]] = 1
    joined[0] = 0
    up = cv2.blur(likeness * joined[pieces], (3, 3))
    if up.mean() < _LEAST:
        return None
    across = (np.arange(columns, dtype=np.float32)[None] + np.float32(0.5 - columns / 2)) / np.float32(0.866 * columns)
    fall = np.maximum((row - np.float32(horizon)) / np.float32(0.866 * columns), np.float32(1e-3))
    north = np.broadcast_to(np.float32(HEIGHT) / fall, up.shape)
    steep = fall / np.sqrt(1 + across * across + fall * fall)
    return Surfaces(up, steep, across * north, north, horizon, False)
