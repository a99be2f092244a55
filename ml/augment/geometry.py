"""One matrix from source to output: for the picture, for its depth and for every outline.

All coordinates are edges: pixel ``j`` covers ``j .. j + 1``, (0, 0) is the picture's top-left corner. A view is the
quadrilateral of the source that becomes the output, so crop, zoom, flip, rotation and perspective are one thing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from dataset.draw import uniform

from .recipe import Geometry

ALIASING = 0.6
"""Below this scale one bilinear warp skips source pixels, so a smaller version of the source is warped."""


@dataclass(frozen=True)
class View:
    """What part of the source the output shows."""

    quad: tuple[tuple[float, float], ...]
    """Source points of the output's corners, clockwise from its (0, 0)."""
    width: int
    height: int
    flip: bool = False
    flip_vertical: bool = False
    zoom: float = 1.0
    angle: float = 0.0
    perspective: float = 0.0

    @property
    def aligned(self) -> bool:
        """Whether rows stay rows: then the view is a resized crop."""
        return self.angle == 0 and self.perspective == 0


def draw(
    wishes: Geometry,
    stream: np.random.Generator,
    source: tuple[int, int],
    output: tuple[int, int],
    centres: Sequence[tuple[float, float]] = (),
) -> View:
    """A view of a source of ``(width, height)`` for an output of that size; ``centres`` are the instances' centres.

    Takes the same count of numbers from the stream whatever comes out, so one wish changes one thing.
    """
    done = {word: stream.random() < wishes.chances.get(word, 0.0) for word in sorted(_CHANCES)}
    zoom = _drawn(stream, wishes.zoom, done["zoom"], 1.0)
    angle = _drawn(stream, wishes.rotate, done["rotate"], 0.0)
    perspective = _drawn(stream, wishes.perspective, done["perspective"], 0.0)
    corners = stream.random((4, 2)).tolist()
    aimed, target, x, y = stream.random(4).tolist()

    turn = math.radians(angle)
    cos, sin = math.cos(turn), math.sin(turn)
    (width, height), (out_width, out_height) = source, output
    scale = max(out_width / width, out_height / height) * zoom
    across, down = out_width / scale, out_height / scale
    extent = abs(cos) * across + abs(sin) * down, abs(sin) * across + abs(cos) * down
    if not wishes.filler:
        shrink = max(extent[0] / width, extent[1] / height, 1.0)
        across, down, zoom = across / shrink, down / shrink, zoom * shrink
        extent = extent[0] / shrink, extent[1] / shrink
    at = centres[int(target * len(centres))] if centres and aimed < wishes.aim else (None, None)
    middle = _centre(x, width, extent[0], at[0]), _centre(y, height, extent[1], at[1])
    quad = []
    for (right, lower), (inward, upward) in zip(_CORNERS, corners, strict=True):
        u = (right - 0.5) * (1 - 2 * perspective * inward) * across
        v = (lower - 0.5) * (1 - 2 * perspective * upward) * down
        quad.append((u * cos - v * sin + middle[0], u * sin + v * cos + middle[1]))
    if angle == 0 and perspective == 0:
        quad = _whole_pixels(quad[0], quad[2], source if not wishes.filler else None)
    if done["flip"]:
        quad = [quad[i] for i in (1, 0, 3, 2)]
    if done["flip_vertical"]:
        quad = [quad[i] for i in (3, 2, 1, 0)]
    points = tuple((round(px, 4), round(py, 4)) for px, py in quad)
    return View(points, out_width, out_height, done["flip"], done["flip_vertical"], round(zoom, 4), angle, perspective)


_CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1))
_CHANCES = ("flip", "flip_vertical", "zoom", "rotate", "perspective")


def _drawn(stream: np.random.Generator, span: tuple[float, float], done: bool, otherwise: float) -> float:
    value = round(uniform(stream, span), 4)
    return value if done else otherwise


def _centre(share: float, size: float, extent: float, target: float | None) -> float:
    """Centre of the view along one axis: inside the source where it fits, else so that the whole source is seen."""
    low, high = sorted((extent / 2, size - extent / 2))
    if target is not None:  # the target's centre stays in the middle 90 % of the view
        low, high = max(low, min(target - 0.45 * extent, high)), min(high, max(target + 0.45 * extent, low))
    return low + share * (high - low)


def _whole_pixels(
    low: tuple[float, float], high: tuple[float, float], inside: tuple[int, int] | None
) -> list[tuple[float, float]]:
    """An upright view whose edges lie between pixels: then one resize is the whole warp."""
    spans = []
    for axis in (0, 1):
        first, last = round(low[axis]), round(high[axis])
        last = max(last, first + 1)
        if inside is not None:
            first, last = min(max(first, 0), inside[axis] - 1), min(max(last, 1), inside[axis])
        spans.append((float(first), float(last)))
    (left, right), (top, bottom) = spans
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def matrix(view: View) -> np.ndarray:
    """3x3 float64, source edges to output edges."""
    quad = np.asarray(view.quad)
    width, height = view.width, view.height
    if view.perspective:
        frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        return _homography(quad, frame.astype(float))
    along, down = (quad[1] - quad[0]) / width, (quad[3] - quad[0]) / height
    back = np.array([[along[0], down[0], quad[0, 0]], [along[1], down[1], quad[0, 1]], [0, 0, 1.0]])
    return np.linalg.inv(back) if not view.aligned else _inverse_aligned(back)


def _inverse_aligned(back: np.ndarray) -> np.ndarray:
    """Inverse of a scale and shift; exact for flips and whole-pixel crops, where a general one may be off by 1e-16."""
    sx, sy, x, y = 1 / back[0, 0], 1 / back[1, 1], back[0, 2], back[1, 2]
    return np.array([[sx, 0, -x * sx], [0, sy, -y * sy], [0, 0, 1.0]])


def _homography(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The projective map of four points onto four points."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(values)), 1.0).reshape(3, 3)


def warp(
    image: np.ndarray,
    view: View,
    filler: Sequence[float],
    levels: dict[int, np.ndarray] | None = None,
    nearest: bool = False,
) -> np.ndarray:
    """The output picture: uint8 HxWx3, or HxW of uint8, uint16 or float32. ``filler`` is what lies outside the source.

    ``levels`` keeps smaller versions of the same image between calls (level n: 2 ** n times smaller). ``nearest``
    takes source values as they are, for depth.
    """
    size = (view.width, view.height)
    if view.aligned:
        cut = _resized(image, view, size, nearest)
        if cut is not None:
            return cut
    forward = matrix(view)
    level = 0 if nearest else _level(forward, size)
    colour = image.ndim == 3
    if colour or level:
        shrunk = _shrunk(image, level, {} if levels is None else levels)
        forward = forward @ np.diag([image.shape[1] / shrunk.shape[1], image.shape[0] / shrunk.shape[0], 1])
        image = shrunk
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])  # cv2 counts from pixel centres
    centred = np.linalg.inv(half) @ forward @ half
    flags = cv2.INTER_NEAREST if nearest else cv2.INTER_LINEAR
    how = {"flags": flags, "borderMode": cv2.BORDER_CONSTANT, "borderValue": tuple(map(float, filler))}
    if view.perspective:
        out = cv2.warpPerspective(image, centred, size, **how)
    else:
        out = cv2.warpAffine(image, centred[:2], size, **how)
    return cv2.cvtColor(out, cv2.COLOR_BGRA2BGR) if colour else out


def _shrunk(image: np.ndarray, level: int, levels: dict[int, np.ndarray]) -> np.ndarray:
    """The image halved ``level`` times; colours with a fourth channel: OpenCV warps four in a third of three's time."""
    if level not in levels:
        small = (max(1, image.shape[1] >> level), max(1, image.shape[0] >> level))
        shrunk = cv2.resize(image, small, interpolation=cv2.INTER_AREA) if level else image
        levels[level] = cv2.cvtColor(shrunk, cv2.COLOR_BGR2BGRA) if image.ndim == 3 else shrunk
    return levels[level]


def _resized(image: np.ndarray, view: View, size: tuple[int, int], nearest: bool) -> np.ndarray | None:
    """The upright view as crop, resize and flip; None where it reaches out of the source or lies between pixels."""
    quad = np.asarray(view.quad)
    low, high = quad.min(axis=0), quad.max(axis=0)
    whole = (low == np.round(low)).all() and (high == np.round(high)).all()
    if not whole or low.min() < 0 or high[0] > image.shape[1] or high[1] > image.shape[0]:
        return None
    cut = image[int(low[1]) : int(high[1]), int(low[0]) : int(high[0])]
    if (cut.shape[1], cut.shape[0]) != size:
        shrinks = cut.shape[1] > size[0] or cut.shape[0] > size[1]
        smooth = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        cut = cv2.resize(cut, size, interpolation=cv2.INTER_NEAREST if nearest else smooth)
    code = {(True, False): 1, (False, True): 0, (True, True): -1}.get((view.flip, view.flip_vertical))
    return cut.copy() if code is None else cv2.flip(cut, code)


def _level(forward: np.ndarray, size: tuple[int, int]) -> int:
    """How many halvings bring the scale at the output's centre to ``ALIASING`` or more."""
    scale = float(np.sqrt(abs(np.linalg.det(jacobian(forward, size)))))
    level = 0
    while scale * 2**level < ALIASING and level < 8:
        level += 1
    return level


def jacobian(forward: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """2x2 derivative of output by source at the output's centre."""
    centre = np.linalg.inv(forward) @ (size[0] / 2, size[1] / 2, 1)
    x, y, w = forward @ (centre / centre[2])
    upper = forward[:2, :2] - np.outer((x / w, y / w), forward[2, :2])
    return upper / w


def filler(view: View, forward: np.ndarray, source: tuple[int, int]) -> np.ndarray | None:
    """Bool HxW: output pixels outside of the source; None when the source covers the whole output."""
    width, height = source
    quad = np.asarray(view.quad)
    slack = 1e-3  # views are rounded to 1e-4
    if quad.min() >= -slack and quad[:, 0].max() <= width + slack and quad[:, 1].max() <= height + slack:
        return None
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1.0]]) @ forward.T
    outside = np.ones((view.height, view.width), np.uint8)
    points = np.rint((corners[:, :2] / corners[:, 2:] - 0.5) * 16).astype(np.int32)
    cv2.fillConvexPoly(outside, points, 0, shift=4)
    return outside > 0
