"""Flesh around bones: tapered balls along lines melt into one closed surface, in whatever pose the lines are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .meshes import Piece

FAR = 1.0
"""What the field says where no bone is near, metres."""

CORNERS = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)])
EDGES = [(a, b) for a in range(8) for b in range(a + 1, 8) if np.abs(CORNERS[a] - CORNERS[b]).sum() == 1]
"""A cell's corners, and which of them its edges join."""


@dataclass(frozen=True)
class Bone:
    """A ball that runs from ``a`` to ``b`` while its radius goes from the first of ``radii`` to the second, metres."""

    name: str
    a: np.ndarray
    b: np.ndarray
    radii: tuple[float, float]
    flat: float = 1.0
    """How thick it is along ``across``, as a share of the radius."""
    across: tuple[float, float, float] = (0.0, 1.0, 0.0)
    melt: float = 0.02
    """Metres over which it melts into what came before it."""

    def distance(self, points: np.ndarray) -> np.ndarray:
        """About the distance of points (..., 3) from its surface, negative inside."""
        along = self.b - self.a
        share = np.clip((points - self.a) @ along / max(float(along @ along), 1e-12), 0.0, 1.0)
        away = points - (self.a + share[..., None] * along)
        if self.flat != 1.0:
            side = np.asarray(self.across, float) / np.linalg.norm(self.across)
            away = away + (away @ side)[..., None] * side * (1.0 / self.flat - 1.0)
        return np.sqrt(np.einsum("...i,...i", away, away)) - (self.radii[0] + share * (self.radii[1] - self.radii[0]))


def skinned(bones: list[Bone], cell: float, grown: float = 0.0) -> Piece:
    """The closed surface around all bones, ``grown`` metres outwards, of cells of ``cell`` metres; not dressed yet."""
    reach = max(max(bone.radii) + bone.melt for bone in bones) + grown + 3 * cell
    ends = np.concatenate([[bone.a, bone.b] for bone in bones])
    low = ends.min(0) - reach
    shape = np.ceil((ends.max(0) + reach - low) / cell).astype(int) + 1
    field = np.full(shape, FAR, np.float32)
    for bone in bones:
        _melted(field, bone, low, cell, grown)
    vertices, quads = _surface(field - np.float32(grown))
    return Piece.quads(low + vertices * cell, quads, smooth=True)


def nearest(bones: list[Bone], points: np.ndarray) -> np.ndarray:
    """Which bone's surface is nearest to each of points (n, 3): indices (n,)."""
    return np.argmin([bone.distance(points) for bone in bones], axis=0)


def _melted(field: np.ndarray, bone: Bone, low: np.ndarray, cell: float, grown: float) -> None:
    """Add a bone to the field, within the box where it can matter."""
    reach = max(bone.radii) + bone.melt + grown + 2 * cell
    start = np.floor((np.minimum(bone.a, bone.b) - reach - low) / cell).astype(int).clip(0)
    end = np.minimum(np.ceil((np.maximum(bone.a, bone.b) + reach - low) / cell).astype(int) + 1, field.shape)
    axes = [low[axis] + cell * np.arange(start[axis], end[axis]) for axis in range(3)]
    own = bone.distance(np.stack(np.meshgrid(*axes, indexing="ij"), -1)).astype(np.float32)
    part = field[tuple(slice(first, last) for first, last in zip(start, end, strict=True))]
    blend = np.clip(bone.melt - np.abs(part - own), 0.0, None) / max(bone.melt, 1e-9)
    part[...] = np.minimum(part, own) - blend * blend * np.float32(bone.melt / 4)


def _surface(field: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Surface nets of the zero level: vertices (n, 3) in cells, one a cell that is crossed; quads (m, 4) outwards."""
    inside = field < 0
    some, every = inside, inside
    for axis in range(3):
        some = _shifted(some, axis, 0) | _shifted(some, axis, 1)
        every = _shifted(every, axis, 0) & _shifted(every, axis, 1)
    used = some & ~every
    cells = np.argwhere(used)
    number = np.full(used.shape, -1, np.int32)
    number[used] = np.arange(len(cells), dtype=np.int32)
    values = np.stack([field[tuple((cells + corner).T)] for corner in CORNERS], 1)
    total, count = np.zeros((len(cells), 3)), np.zeros(len(cells))
    for first, second in EDGES:
        crossed = (values[:, first] < 0) != (values[:, second] < 0)
        share = values[:, first] / np.where(crossed, values[:, first] - values[:, second], 1)
        place = CORNERS[first] + share[:, None] * (CORNERS[second] - CORNERS[first])
        total += np.where(crossed[:, None], place, 0)
        count += crossed
    return cells + total / count[:, None], np.concatenate([_faces(inside, number, axis) for axis in range(3)])


def _shifted(field: np.ndarray, axis: int, step: int) -> np.ndarray:
    cut = [slice(None)] * 3
    cut[axis] = slice(step, field.shape[axis] - 1 + step)
    return field[tuple(cut)]


def _faces(inside: np.ndarray, number: np.ndarray, axis: int) -> np.ndarray:
    """A quad around every crossed edge along ``axis``, of the four cells that share it."""
    first, second = _shifted(inside, axis, 0), _shifted(inside, axis, 1)
    edges = np.argwhere(first != second)
    outward = first[tuple(edges.T)]
    one, two = np.eye(3, dtype=int)[(axis + 1) % 3], np.eye(3, dtype=int)[(axis + 2) % 3]
    ring = [number[tuple((edges - back).T)] for back in (one + two, two, 0 * one, one)]
    quads = np.stack(ring, -1)
    return np.where(outward[:, None], quads, quads[:, ::-1])
