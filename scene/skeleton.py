"""Moving the 53-bone skeleton: forward kinematics in world axes, two-bone IK, linear-blend skinning.

Bone rolls are ignored: a rotation is a 3x3 matrix relative to the rest pose, in world axes.
"""

from __future__ import annotations

import numpy as np

from .body import Body

SIDES = {"l": 1.0, "r": -1.0}


def unit(vector: np.ndarray) -> np.ndarray:
    """The vector at length 1."""
    vector = np.asarray(vector, float)
    return vector / max(1e-9, float(np.linalg.norm(vector)))


def dots(vectors: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Scalar products of vectors (n, 3) with one, (n,); added up in one order, whatever library is behind ``@``."""
    return vectors[:, 0] * axis[0] + vectors[:, 1] * axis[1] + vectors[:, 2] * axis[2]


def rotation(axis: np.ndarray | str, degrees: float) -> np.ndarray:
    """3x3 rotation about "x", "y", "z" or a vector, counter-clockwise."""
    if isinstance(axis, str):
        axis = np.eye(3)["xyz".index(axis)]
    u = unit(axis)
    angle = np.radians(degrees)
    cross = np.array([[0, -u[2], u[1]], [u[2], 0, -u[0]], [-u[1], u[0], 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def frame(direction: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Orthonormal columns: direction, normal made orthogonal to it, their cross product."""
    d = unit(direction)
    n = unit(np.asarray(normal, float) - d * np.dot(normal, d))
    return np.stack([d, n, np.cross(d, n)], 1)


def two_bones(
    start: np.ndarray, goal: np.ndarray, upper: float, lower: float, pole: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(middle joint, end joint, hinge axis) of a limb that reaches for ``goal`` and bends towards ``pole``."""
    line = goal - start
    away = float(np.linalg.norm(line))
    reach = min(max(away, abs(upper - lower) + 0.01), upper + lower - 0.002)
    u = line / max(away, 1e-9)
    along = (upper**2 - lower**2 + reach**2) / (2 * reach)
    side = np.sqrt(max(0.0, upper**2 - along**2))
    q = np.asarray(pole, float)
    q = unit(q - u * np.dot(q, u))
    return start + u * along + q * side, start + u * reach, np.cross(q, u)


def twist(turn: np.ndarray, axis: np.ndarray) -> float:
    """Degrees of a rotation about ``axis``."""
    vector = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    w = np.sqrt(max(1e-6, 1 + np.trace(turn)))
    return float(np.degrees(2 * np.arctan2(np.dot(vector, axis) / 2 / w, w / 2)))


def skin(points: np.ndarray, weights: np.ndarray, body: Body, turns: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Rest points (n, 3) with bone weights (n, b) under bone rotations (b, 3, 3) and joint places (b, 3)."""
    offsets = places - np.einsum("bij,bj->bi", turns, body.heads)
    matrices = np.concatenate([turns, offsets[:, :, None]], 2)
    blended = (weights @ matrices.reshape(len(turns), 12)).reshape(-1, 3, 4)
    return np.einsum("vij,vj->vi", blended[:, :, :3], points) + blended[:, :, 3]
