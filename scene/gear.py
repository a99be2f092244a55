"""Things carried on the body: packs, breathing apparatus, radios, made about the origin and hung on a bone."""

from __future__ import annotations

import numpy as np

from .body import Body
from .meshes import Piece, join


def rounded_box(size: tuple[float, float, float], bulge: float = 0.0, steps: int = 5) -> Piece:
    """A soft box about the origin: a cube's faces divided and pulled towards an ellipsoid by ``bulge`` 0..1."""
    sheets, quads = [], []
    grid = np.linspace(-1, 1, steps)
    u, v = np.meshgrid(grid, grid, indexing="ij")
    cells = np.arange(steps - 1)[:, None] * steps + np.arange(steps - 1)[None]
    square = np.stack([cells, cells + steps, cells + steps + 1, cells + 1], -1).reshape(-1, 4)
    for axis in range(3):
        for sign in (-1.0, 1.0):
            sheet = np.empty((steps, steps, 3))
            sheet[..., axis] = sign
            sheet[..., (axis + 1) % 3], sheet[..., (axis + 2) % 3] = u, v
            quads.append((square if sign > 0 else square[:, ::-1]) + len(sheets) * steps * steps)
            sheets.append(sheet.reshape(-1, 3))
    points = np.concatenate(sheets)
    power = 8.0 - 5.5 * bulge  # a superellipsoid: 8 a crate, 2.5 a cushion
    points /= (np.abs(points) ** power).sum(1, keepdims=True) ** (1 / power)
    return Piece.quads(points * np.array(size) / 2, np.concatenate(quads), smooth=True)


def on_bone(piece: Piece, body: Body, bone: str, at: np.ndarray, turns: np.ndarray, places: np.ndarray) -> Piece:
    """A rigid thing made about the origin, put at rest place ``at`` and carried by a bone."""
    number = body.base.bone(bone)
    turn, place = turns[number], places[number] + turns[number] @ (at - body.heads[number])
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = turn, place
    return piece.moved(matrix)


def backpack(draw: np.random.Generator) -> Piece:
    """A rescue pack: body, lid, side and front pockets, about the middle of its front face."""
    wide, deep, tall = draw.uniform(0.28, 0.34), draw.uniform(0.15, 0.22), draw.uniform(0.40, 0.52)
    parts = [
        rounded_box((wide, deep, tall), 0.35, 7).moved(_at(0, deep / 2, 0)),
        rounded_box((wide * 0.98, deep * 1.05, 0.10), 0.6).moved(_at(0, deep / 2, tall * 0.48)),
        rounded_box((wide * 0.7, 0.08, tall * 0.42), 0.5).moved(_at(0, deep + 0.02, -tall * 0.18)),
    ]
    parts += [
        rounded_box((0.07, deep * 0.7, tall * 0.4), 0.5).moved(_at(s * wide / 2, deep / 2, -tall * 0.2))
        for s in (-1, 1)
    ]
    return join(parts)


def radio() -> Piece:
    """A handheld radio with its antenna."""
    return join(
        [
            rounded_box((0.058, 0.036, 0.13), 0.1),
            rounded_box((0.012, 0.012, 0.14), 0.1, 3).moved(_at(-0.018, 0, 0.13)),
            rounded_box((0.018, 0.018, 0.02), 0.2, 3).moved(_at(0.016, 0, 0.072)),
        ]
    )


def air_bottle() -> Piece:
    """A breathing apparatus: cylinder with domes and valve; back plate and hoop are material 1."""
    around = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    rows = []
    for z, r in (
        (-0.27, 0.02),
        (-0.25, 0.06),
        (-0.21, 0.078),
        (0.21, 0.078),
        (0.25, 0.06),
        (0.27, 0.025),
        (0.31, 0.025),
        (0.31, 0.001),
    ):
        rows.append(np.stack([np.cos(around) * r, 0.13 + np.sin(around) * r, np.full(20, z)], 1))
    start = np.arange(len(rows) - 1)[:, None] * 20
    near, after = np.arange(20)[None], (np.arange(20)[None] + 1) % 20
    quads = np.stack([start + near, start + after, start + 20 + after, start + 20 + near], -1).reshape(-1, 4)
    plate = rounded_box((0.24, 0.05, 0.50), 0.2).moved(_at(0, 0.03, 0))
    plate.material = 1
    hoop = rounded_box((0.18, 0.16, 0.035), 0.2).moved(_at(0, 0.13, 0.06))
    hoop.material = 1
    return join([Piece.quads(np.concatenate(rows), quads, smooth=True), plate, hoop])


def bag() -> Piece:
    """A civilian's rucksack."""
    return join(
        [
            rounded_box((0.29, 0.16, 0.40), 0.55, 7).moved(_at(0, 0.08, 0)),
            rounded_box((0.22, 0.06, 0.18), 0.5).moved(_at(0, 0.17, -0.08)),
        ]
    )


def _at(x: float, y: float, z: float) -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, 3] = (x, y, z)
    return matrix
