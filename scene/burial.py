"""Rubble on a half-buried person: slabs and bricks resting on the body, hiding a share of it from the feet up."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np

from ..dataset.spec import stream
from .fragments import KINDS, templates
from .laying import Batch, laid
from .materials import site_material
from .meshes import to_object

Height = Callable[[np.ndarray, np.ndarray], np.ndarray]

GAP = 0.015
"""Metres between body and slab: touching surfaces would flicker."""


def slab_on(
    seed: int,
    points: np.ndarray,
    feet: tuple[float, float],
    share: float,
    height: Height,
    collection: bpy.types.Collection,
) -> bpy.types.Object | None:
    """Cover ``share`` (0..1) of a lying body's length, beginning at its feet; None where nothing is to be covered.

    points  (n, 3) the body's vertices in the world
    feet    (x, y) of its feet
    height  z of the ground or heap under it, for arrays x, y
    Returns the pieces as one object. No piece goes through the body: each is lifted until it rests on it.
    """
    if share <= 0.02 or len(points) == 0:
        return None
    draw = stream(seed, "burial")
    start = np.asarray(feet, float)
    far = points[np.argmax(np.linalg.norm(points[:, :2] - start, axis=1)), :2]
    long = max(float(np.linalg.norm(far - start)), 0.2)
    axis = (far - start) / long
    kinds, shapes, scales, matrices = [], [], [], []
    for along in np.arange(0.22, max(share * long, 0.3), 0.42):
        kind = "slab" if draw.random() < 0.35 else "wall"
        shape = int(draw.integers(5, 9)) if kind == "slab" else int(draw.integers(1, 4))
        spot = start + axis * along + draw.normal(0, 0.05, 2)
        matrix = _resting(draw, kind, shape, 0.9, spot, axis, points, height)
        kinds.append(KINDS.index(kind))
        shapes.append(shape)
        scales.append(0.9)
        matrices.append(matrix)
    for _ in range(int(10 + 22 * share)):
        kind = ("brick", "chunk", "masonry")[int(draw.choice(3, p=[0.5, 0.42, 0.08]))]
        spot = start + axis * float(draw.uniform(-0.2, share * long)) + draw.normal(0, 0.42, 2)
        shape, scale = int(draw.integers(len(templates()[kind]))), float(draw.uniform(0.5, 0.95))
        kinds.append(KINDS.index(kind))
        shapes.append(shape)
        scales.append(scale)
        matrices.append(_resting(draw, kind, shape, scale, spot, axis, points, height))
    batch = Batch(np.array(kinds), np.array(shapes), np.array(scales), np.array(matrices))
    return to_object("Burial", laid(batch, draw), [site_material()], collection)


def _resting(
    draw: np.random.Generator, kind: str, shape: int, scale: float, spot: np.ndarray, axis: np.ndarray,
    points: np.ndarray, height: Height,
) -> np.ndarray:  # fmt: skip
    """4x4 of a piece over ``spot``: one side on the body, the other on the ground, nowhere through either."""
    hull = templates()[kind][shape].hull * scale
    reach = float(np.linalg.norm(hull[:, :2], axis=1).max())
    near = points[np.linalg.norm(points[:, :2] - spot, axis=1) < 0.9 * reach]
    across = np.array([-axis[1], axis[0]]) * (1.0 if draw.random() < 0.5 else -1.0)
    ground = float(height(*_pair(spot + across * reach)))
    top = float(near[:, 2].max()) if len(near) else float(height(*_pair(spot)))
    slope = np.clip((top - ground) / (1.3 * reach), -0.7, 0.7) if len(near) else float(draw.normal(0, 0.15))
    up = np.array([across[0] * slope, across[1] * slope, 1.0])
    up /= np.linalg.norm(up)
    turn = float(draw.uniform(0, 2 * np.pi))
    first = np.array([np.cos(turn), np.sin(turn), 0.0])
    first -= up * (first @ up)
    first /= np.linalg.norm(first)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = first, np.cross(up, first), up
    under = float(-(hull[:, 2]).min())
    base = _plane_over(near, spot, up) if len(near) else float(height(*_pair(spot)))
    matrix[:3, 3] = (*spot, base + GAP + under)
    return matrix


def _plane_over(near: np.ndarray, spot: np.ndarray, up: np.ndarray) -> float:
    """z at ``spot`` of the lowest plane with normal ``up`` that has all points of ``near`` below it."""
    offsets = near - np.r_[spot, 0.0]
    return float(((offsets @ up) / up[2]).max())


def _pair(spot: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.array(spot[0]), np.array(spot[1])
