"""Boxes, tubes, lathes and grids as pieces, and the attributes that the site's materials read."""

from __future__ import annotations

import numpy as np

from .meshes import Piece

BROKEN, CAST, STEEL, OTHER = 1.0, 0.0, -1.0, -2.0
"""Values of the face attribute ``brk``, see materials.py."""

Colour = tuple[float, float, float] | np.ndarray

_BOX = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])


def dressed(
    piece: Piece,
    colour: Colour,
    kind: float | np.ndarray = CAST,
    soot: float | np.ndarray = 0.0,
    rest: np.ndarray | float = 0.0,
) -> Piece:
    """The piece with its materials' attributes.

    ``colour`` linear (3,) or (n, 3); ``kind`` one of the constants above, one or a face; ``rest`` an offset from the
    vertices or, as (n, 3), the texture coordinates themselves.
    """
    count = len(piece.vertices)
    rgba = np.ones((count, 4), np.float32)
    rgba[:, :3] = colour
    own = isinstance(rest, np.ndarray) and rest.ndim == 2
    piece.points = {
        "col": rgba,
        "soot": np.broadcast_to(np.asarray(soot, np.float32), count).copy(),
        "rest": np.asarray(rest if own else piece.vertices + rest, np.float32),
    }
    piece.faces = {"brk": np.broadcast_to(np.asarray(kind, np.float32), len(piece.sizes)).copy()}
    return piece


def box(size: Colour, centre: Colour = (0.0, 0.0, 0.0)) -> Piece:
    """An axis-aligned box of ``size`` metres around ``centre``."""
    corners = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    return Piece.quads(corners * np.asarray(size, float) + np.asarray(centre, float), _BOX)


def bevelled(size: Colour, bevel: float, centre: Colour = (0.0, 0.0, 0.0)) -> Piece:
    """A box with all edges cut: 24 vertices, 26 faces."""
    half = np.asarray(size, float) / 2
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    # vertex 3 * corner + axis lies on the face across ``axis``: full along it, pulled in along the others
    vertices = np.concatenate([[sign * np.where(np.arange(3) == axis, half, half - bevel) for axis in range(3)]
                               for sign in signs])  # fmt: skip
    faces: list[list[int]] = []
    for axis in range(3):
        faces += [[3 * int(corner) + axis for corner in quad] for quad in _BOX if _axis(quad, signs) == axis]
    for a in range(8):
        for b in range(a + 1, 8):
            if np.abs(signs[a] - signs[b]).sum() == 2:
                along = int(np.argmax(np.abs(signs[a] - signs[b])))
                one, two = (axis for axis in range(3) if axis != along)
                faces.append([3 * a + one, 3 * a + two, 3 * b + two, 3 * b + one])
    faces += [[3 * corner, 3 * corner + 1, 3 * corner + 2] for corner in range(8)]
    return _outward(vertices, faces, centre)


def tube(points: np.ndarray, radius: float | np.ndarray, sides: int = 6, capped: bool = False) -> Piece:
    """A tube along ``points`` (n, 3); ``radius`` one number or (n,)."""
    points = np.asarray(points, float)
    count = len(points)
    ahead = np.gradient(points, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True) + 1e-9
    helper = np.where(np.abs(ahead[:, 2:3]) < 0.9, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]])
    across = np.cross(ahead, helper)
    across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
    other = np.cross(ahead, across)
    turn = np.arange(sides) * 2 * np.pi / sides
    ring = across[:, None] * np.cos(turn)[None, :, None] + other[:, None] * np.sin(turn)[None, :, None]
    reach = np.broadcast_to(np.asarray(radius, float), count)[:, None, None]
    vertices = (points[:, None] + ring * reach).reshape(-1, 3)
    quads = _ring_quads(count, sides)
    piece = Piece.quads(vertices, quads, smooth=True)
    if capped:
        first, last = np.arange(sides)[::-1], (count - 1) * sides + np.arange(sides)
        piece.corners = np.concatenate([piece.corners, first, last]).astype(np.int32)
        piece.sizes = np.concatenate([piece.sizes, [sides, sides]]).astype(np.int32)
    return piece


def lathe(profile: np.ndarray, sides: int = 16) -> Piece:
    """A body of revolution around z from ``profile`` (n, 2): (radius, height) from bottom to top along the outside."""
    profile = np.asarray(profile, float)
    turn = np.arange(sides) * 2 * np.pi / sides
    vertices = np.stack(
        [
            profile[:, :1] * np.cos(turn),
            profile[:, :1] * np.sin(turn),
            np.repeat(profile[:, 1:], sides, 1),
        ],
        -1,
    ).reshape(-1, 3)
    return Piece.quads(vertices, _ring_quads(len(profile), sides), smooth=True)


def grid_quads(rows: int, columns: int) -> np.ndarray:
    """Faces (m, 4) of rows x columns vertices, row by row; facing +z when rows run along x and columns along y."""
    first = np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None]
    return np.stack([first, first + columns, first + columns + 1, first + 1], -1).reshape(-1, 4)


def turned(yaw: float, x: float = 0.0, y: float = 0.0, z: float = 0.0, scale: float = 1.0) -> np.ndarray:
    """4x4: scaled, turned by ``yaw`` radians about z, moved."""
    matrix = np.eye(4)
    matrix[:2, :2] = [[np.cos(yaw), -np.sin(yaw)], [np.sin(yaw), np.cos(yaw)]]
    matrix[:3, :3] *= scale
    matrix[:3, 3] = (x, y, z)
    return matrix


def rotation(axis: Colour, angle: float) -> np.ndarray:
    """4x4 turning by ``angle`` radians about ``axis``."""
    x, y, z = np.asarray(axis, float) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    matrix = np.eye(4)
    matrix[:3, :3] = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return matrix


def smooth_step(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """0 below ``low``, 1 above ``high``, smooth between."""
    part = np.clip((value - low) / (high - low), 0.0, 1.0)
    return part * part * (3.0 - 2.0 * part)


def _ring_quads(rings: int, sides: int) -> np.ndarray:
    start = np.arange(rings - 1)[:, None] * sides
    here = np.arange(sides)[None]
    after = (here + 1) % sides
    return np.stack([start + here, start + after, start + sides + after, start + sides + here], -1).reshape(-1, 4)


def _axis(quad: np.ndarray, signs: np.ndarray) -> int:
    """The axis along which a box face's corners agree."""
    return int(np.argmin(np.ptp(signs[quad], axis=0)))


def _outward(vertices: np.ndarray, faces: list[list[int]], centre: Colour) -> Piece:
    """A convex body around the origin, each face turned to look away from it."""
    ordered = []
    for face in faces:
        a, b, c = vertices[face[0]], vertices[face[1]], vertices[face[2]]
        outside = np.dot(np.cross(b - a, c - a), vertices[face].mean(0)) > 0
        ordered.append(face if outside else face[::-1])
    corners = np.concatenate([np.asarray(face) for face in ordered]).astype(np.int32)
    sizes = np.array([len(face) for face in ordered], np.int32)
    return Piece(vertices + np.asarray(centre, float), corners, sizes)
