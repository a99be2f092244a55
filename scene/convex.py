"""Convex chunks: a box cut by planes, its cast faces left flat and its broken ones roughened."""

from __future__ import annotations

import numpy as np

from .meshes import Piece
from .noise import fractal
from .shapes import BROKEN, CAST

Face = tuple[np.ndarray, bool]
"""Corners (k, 3) counter-clockwise from outside, and whether a cut made it."""


def chunk(
    draw: np.random.Generator, size: np.ndarray, cuts: int, steps: int = 2, rough: float = 0.12
) -> tuple[Piece, np.ndarray]:
    """A broken lump within a box of ``size`` metres around the origin, and the corners of its hull (k, 3).

    ``steps``: into how many parts each edge is divided; ``rough``: depth of the roughness as a share of the smallest
    side. The piece's faces carry ``brk``.
    """
    half = np.asarray(size, float) / 2
    faces = _box(half)
    for _ in range(cuts):
        normal = draw.normal(0, 1, 3)
        normal /= np.linalg.norm(normal)
        faces = _cut(faces, normal, float(np.abs(normal * half).sum() * draw.uniform(0.35, 0.78)))
    hull = np.concatenate([corners for corners, _ in faces])
    triangles, broken = _divided(faces, steps)
    points, corners = np.unique(triangles.reshape(-1, 3).round(6), axis=0, return_inverse=True)
    return Piece.quads(
        points + _roughness(points, half, rough, float(draw.uniform(0, 60))),
        corners.reshape(-1, 3),
        faces={"brk": np.where(broken, BROKEN, CAST)},
    ), np.unique(hull.round(5), axis=0)


def _roughness(points: np.ndarray, half: np.ndarray, rough: float, seed: float) -> np.ndarray:
    """Radial displacement (n, 3): a function of place only, so that faces stay joined; none on the box's own sides."""
    small = float(half.min()) * 2
    inside = np.clip(np.min(half - np.abs(points), axis=1) / (0.08 * small), 0, 1)
    wave = 0.7 * fractal(points, 2.2 / small, 2, seed) + 0.45 * fractal(points, 7.0 / small, 1, seed + 5)
    outward = points / (np.linalg.norm(points, axis=1, keepdims=True) + 1e-9)
    return outward * (wave * rough * small * inside)[:, None]


def _box(half: np.ndarray) -> list[Face]:
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * half
    quads = ([0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3])
    return [(corners[quad], False) for quad in quads]


def _cut(faces: list[Face], normal: np.ndarray, reach: float) -> list[Face]:
    """What lies below the plane normal . p = reach, closed by a new broken face."""
    kept: list[Face] = []
    rim: list[np.ndarray] = []
    for corners, broken in faces:
        above = corners @ normal - reach
        ring: list[np.ndarray] = []
        for here in range(len(corners)):
            after = (here + 1) % len(corners)
            if above[here] <= 0:
                ring.append(corners[here])
            if above[here] * above[after] < 0:
                share = above[here] / (above[here] - above[after])
                point = corners[here] + share * (corners[after] - corners[here])
                ring.append(point)
                rim.append(point)
        if len(ring) > 2:
            kept.append((np.array(ring), broken))
    if len(rim) < 3:
        return kept or faces
    points = np.unique(np.array(rim).round(9), axis=0)
    if len(points) < 3:
        return kept
    middle = points.mean(0)
    first = points[0] - middle
    second = np.cross(normal, first)
    turn = np.arctan2((points - middle) @ second, (points - middle) @ first)
    return [*kept, (points[np.argsort(turn)], True)]


def _divided(faces: list[Face], steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Triangles (m, 3, 3), each face's fan divided ``steps`` times along every edge, and which are broken (m,)."""
    fans, broken = [], []
    for corners, is_broken in faces:
        middle = np.broadcast_to(corners.mean(0), corners.shape)
        fans.append(np.stack([corners, np.roll(corners, -1, 0), middle], 1))
        broken.append(np.full(len(corners), is_broken))
    fan, mask = np.concatenate(fans), np.concatenate(broken)
    weights = _barycentric(steps)
    parts = np.einsum("tki,fij->ftkj", weights, fan)
    return parts.reshape(-1, 3, 3), np.repeat(mask, len(weights))


def _barycentric(steps: int) -> np.ndarray:
    """Weights (steps^2, 3, 3) of the small triangles of a triangle."""
    out = []
    for i in range(steps):
        for j in range(steps - i):
            out.append([(i, j), (i + 1, j), (i, j + 1)])
            if i + j < steps - 1:
                out.append([(i + 1, j), (i + 1, j + 1), (i, j + 1)])
    places = np.array(out, float) / steps
    return np.stack([1 - places.sum(-1), places[..., 0], places[..., 1]], -1)
