"""How a pose squeezes cloth: a garment's coarse faces in the pose against the same faces in the rest pose.

Cloth hardly shrinks, so where a pose shortens it along some direction it has to buckle: in folds that run across that
direction. Four directions are measured: along the limb or trunk, round it, and the two diagonals between.
"""

from __future__ import annotations

import numpy as np

from .body import Body
from .skeleton import dots, unit
from .topology import smoothed

ALONG, ROUND, RISING, FALLING = range(4)
"""Columns of ``squeezed``; the diagonals rise and fall in the direction of growing angle."""

LIMBS = (("upperarm", "hand"), ("thigh", "foot"))


def directions(
    body: Body, points: np.ndarray, arm_w: np.ndarray, leg_w: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(cosine and sine of the angle round limb or trunk (n, 2), unit vectors along it (n, 3) and round it (n, 3))."""
    around, along, turning = np.zeros((len(points), 2)), np.zeros_like(points), np.zeros_like(points)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        here = points[:, 0] * sign > 0
        for (start, end), share in zip(LIMBS, (arm_w, leg_w), strict=True):
            a, b = body.head(f"{start}_{side}"), body.head(f"{end}_{side}")
            axis = unit(b - a)
            away = points - a
            away = away - dots(away, axis)[:, None] * axis
            across = unit(np.cross(axis, (0.0, 1.0, 0.0)))
            deep, across = np.cross(axis, across), across * sign
            turn = np.stack([dots(away, across), dots(away, deep)], 1)
            turn /= np.maximum(np.linalg.norm(turn, axis=1), 1e-6)[:, None]
            weight = np.where(here, share, 0.0)[:, None]
            around += weight * turn
            along += weight * axis
            turning += weight * (turn[:, :1] * deep - turn[:, 1:] * across)
    trunk = np.clip(1 - arm_w - leg_w, 0, 1)[:, None]
    flat = points[:, :2] / np.maximum(np.linalg.norm(points[:, :2], axis=1), 1e-6)[:, None]
    around += trunk * flat
    along += trunk * np.array((0.0, 0.0, 1.0))
    turning += trunk * np.stack([-flat[:, 1], flat[:, 0], 0 * flat[:, 0]], 1)
    return around, along, turning


def squeezed(
    rest: np.ndarray,
    posed: np.ndarray,
    quads: np.ndarray,
    links: np.ndarray,
    along: np.ndarray,
    turning: np.ndarray,
) -> np.ndarray:
    """Share by which the cloth at each vertex is shortened along the four directions, (n, 4), negative if stretched.

    ``rest`` and ``posed``: the coarse vertices (n, 3); ``links``: its edges; ``along`` and ``turning``: ``directions``.
    """

    def spans(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        a, b, c, d = (points[quads[:, k]] for k in range(4))
        return (b + c - a - d) / 2, (c + d - a - b) / 2

    def flat(vectors: np.ndarray, normal: np.ndarray) -> np.ndarray:
        vectors = vectors - (vectors * normal).sum(1, keepdims=True) * normal
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    u, v = spans(rest)
    normal = np.cross(u, v)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    first = flat(along[quads].mean(1), normal)
    second = np.cross(normal, first)
    second *= np.sign((second * turning[quads].mean(1)).sum(1, keepdims=True) + 1e-9)
    moved_u, moved_v = spans(posed)
    ux, uy, vx, vy = ((one * axis).sum(1) for one in (u, v) for axis in (first, second))
    area = ux * vy - uy * vx
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)[:, None]
    # where the pose takes the two unit directions
    image_first = (moved_u * vy[:, None] - moved_v * uy[:, None]) / area
    image_second = (moved_v * ux[:, None] - moved_u * vx[:, None]) / area
    half = np.sqrt(0.5)
    images = (image_first, image_second, (image_first + image_second) * half, (image_first - image_second) * half)
    shorter = np.stack([1 - np.linalg.norm(image, axis=1) for image in images], 1).clip(-1, 1)
    corners, count = quads.ravel(), len(rest)
    spread = np.repeat(shorter, 4, axis=0)
    total = np.stack([np.bincount(corners, spread[:, k], count) for k in range(4)], 1)
    shares = total / np.bincount(corners, minlength=count).clip(1)[:, None]
    return smoothed(shares, links, 4, 0.5)
