"""Walls and floors that a damage field has eaten: grids whose torn edge follows the field, without booleans.

A cell goes where the field is above zero; the vertices between kept and gone cells are drawn to the field's zero line,
so that the edge is ragged but has no stairs. All walls and floors of a house share one field: the hole is one hole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .meshes import Piece
from .noise import fractal
from .shapes import BROKEN, CAST, STEEL, dressed, tube

STEPS = 8
"""Pieces of a bar's bend."""


@dataclass(frozen=True, eq=False)
class Damage:
    """Blasts as rows (x, y, z, radius, up, down) in the house's own metres; up and down stretch them vertically.

    ``spared``: rows (low x, y, z, high x, y, z, most): boxes where the field stays below ``most``.
    """

    blasts: np.ndarray
    seed: float
    spared: tuple[tuple[float, ...], ...] = ()

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Metres inside the nearest blast, roughened, at points (..., 3); negative in what stands."""
        best = np.full(points.shape[:-1], -9.0)
        for x, y, z, radius, up, down in self.blasts:
            rise = points[..., 2] - z
            rise = rise * np.where(rise > 0, up, down)
            away = np.sqrt((points[..., 0] - x) ** 2 + (0.75 * (points[..., 1] - y)) ** 2 + rise**2)
            best = np.maximum(best, radius - away)
        near = best > -2.7  # farther off the noise can't decide anything
        if near.any():
            spot = points[near]
            best[near] += 1.3 * fractal(spot, 0.45, 3, self.seed) + 0.35 * fractal(spot, 2.2, 2, self.seed + 1)
        for *box, most in self.spared:
            within = np.all((points > box[:3]) & (points < box[3:]), axis=-1)
            best = np.where(within, np.minimum(best, most), best)
        return best


@dataclass(frozen=True, eq=False)
class Frame:
    """Where a panel stands: origin, the directions of u and v, and where its front looks (all (3,), metres)."""

    origin: np.ndarray
    along: np.ndarray
    up: np.ndarray
    normal: np.ndarray

    def at(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Points (..., 3)."""
        return self.origin + np.asarray(u)[..., None] * self.along + np.asarray(v)[..., None] * self.up


@dataclass(frozen=True, eq=False)
class Torn:
    """A panel as it was left: its piece (colours and soot still to be put on), and its torn edge.

    layer   (n,) 0 front, 1 back, 2 between
    flat    (n, 2) u and v of every vertex
    rim     (k, 3) points of the torn edge, half-way through
    away    (k, 3) unit directions from the edge into the hole
    """

    piece: Piece
    layer: np.ndarray
    flat: np.ndarray
    rim: np.ndarray
    away: np.ndarray


def torn(
    us: np.ndarray, vs: np.ndarray, frame: Frame, thickness: float, damage: Damage, shift: float,
    draw: np.random.Generator, opening: np.ndarray | None = None, jitter: float = 0.02,
) -> Torn | None:  # fmt: skip
    """What is left of a panel with grid lines ``us`` and ``vs``; None where nothing is.

    ``shift`` is added to the field (negative: survives more); ``opening`` (len(us)-1, len(vs)-1) marks windows.
    The piece's faces carry ``brk``: 1 on the torn edge.
    """
    u, v = np.meshgrid(us, vs, indexing="ij")
    field = damage(frame.at(u, v)) + shift
    middle = (field[:-1, :-1] + field[1:, :-1] + field[:-1, 1:] + field[1:, 1:]) / 4
    keep = middle < 0
    if opening is not None:
        keep &= ~opening
    if not keep.any():
        return None
    du, dv = np.gradient(field, us, vs)
    edge = _touching(keep) & _touching(middle >= 0)
    pull = np.clip(-field / (du**2 + dv**2 + 1e-6), -10, 10) * edge
    limit = 0.55 * np.diff(us).max()
    bent_u = np.clip(u + np.clip(pull * du, -limit, limit), us[0], us[-1])
    bent_v = np.clip(v + np.clip(pull * dv, -limit, limit), vs[0], vs[-1])
    shake = draw.normal(0, jitter, (2, *u.shape)) * edge
    back_u, back_v = np.clip(bent_u + shake[0], us[0], us[-1]), np.clip(bent_v + shake[1], vs[0], vs[-1])
    front = frame.at(bent_u, bent_v).reshape(-1, 3)
    back = frame.at(back_u, back_v).reshape(-1, 3) - thickness * frame.normal
    between = (front + back) / 2 + draw.normal(0, 1.2 * jitter, front.shape) * edge.reshape(-1, 1)
    flat = np.stack([bent_u.ravel(), bent_v.ravel()], 1)
    return _closed(keep, edge.ravel(), (front, back, between), flat, (du, dv), frame)


def bars(draw: np.random.Generator, part: Torn, share: float, radius: float) -> list[Piece]:
    """Bent reinforcement of ``radius`` metres out of a ``share`` of a torn edge's points."""
    done = []
    for point, ahead in zip(part.rim, part.away, strict=True):
        if draw.random() > share:
            continue
        direction = np.r_[ahead[:2], ahead[2] + draw.normal(-0.1, 0.25)]
        long, path = float(draw.uniform(0.25, 1.3)) * float(draw.random() ** 0.6), [point - 0.1 * direction, point]
        bend = draw.normal(0, 0.16, 3) + [0, 0, -0.10]  # it bends one way, sharply where it leaves the concrete
        for step in range(STEPS):
            direction = direction + bend * (1.6 - 1.2 * step / STEPS) + draw.normal(0, 0.07, 3)
            path.append(path[-1] + direction / np.linalg.norm(direction) * long / STEPS)
        done.append(dressed(tube(np.array(path), radius, 4), (0.10, 0.05, 0.03), STEEL))
    return done


def _touching(cells: np.ndarray) -> np.ndarray:
    """Vertices that touch a cell of the mask."""
    wide = np.pad(cells, 1)
    return wide[:-1, :-1] | wide[1:, :-1] | wide[:-1, 1:] | wide[1:, 1:]


def _closed(
    keep: np.ndarray, edge: np.ndarray, layers: tuple[np.ndarray, ...], flat: np.ndarray,
    slope: tuple[np.ndarray, np.ndarray], frame: Frame,
) -> Torn:  # fmt: skip
    """Front, back and sides in one piece."""
    count = len(layers[0])
    index = np.arange(count).reshape(keep.shape[0] + 1, keep.shape[1] + 1)
    quads = np.stack([index[:-1, :-1][keep], index[1:, :-1][keep], index[1:, 1:][keep], index[:-1, 1:][keep]], 1)
    if np.dot(np.cross(frame.along, frame.up), frame.normal) < 0:
        quads = quads[:, ::-1]
    sides = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    key = sides.min(1).astype(np.int64) * count + sides.max(1)
    _, inverse, times = np.unique(key, return_inverse=True, return_counts=True)
    rim = sides[times[inverse] == 1]
    broken = (edge[rim[:, 0]] & edge[rim[:, 1]]).astype(float) * BROKEN
    outer = np.stack([rim[:, 1], rim[:, 0], rim[:, 0] + 2 * count, rim[:, 1] + 2 * count], 1)
    inner = np.stack([rim[:, 1] + 2 * count, rim[:, 0] + 2 * count, rim[:, 0] + count, rim[:, 1] + count], 1)
    faces = np.concatenate([quads, (quads + count)[:, ::-1], outer, inner])
    used, small = np.unique(faces, return_inverse=True)
    piece = Piece.quads(np.concatenate(layers)[used], small.reshape(-1, 4))
    piece.faces = {"brk": np.r_[np.full(2 * len(quads), CAST), broken, broken]}
    ends = np.unique(rim[edge[rim[:, 0]] & edge[rim[:, 1]]])
    away = slope[0].ravel()[ends, None] * frame.along + slope[1].ravel()[ends, None] * frame.up
    away = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    layer = np.repeat([0, 1, 2], count)[used]
    return Torn(piece, layer, np.tile(flat, (3, 1))[used], (layers[0][ends] + layers[1][ends]) / 2, away)
