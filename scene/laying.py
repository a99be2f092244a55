"""Many copies of templates as one dressed piece, each with its own colour, size and place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fragments import KINDS, templates
from .meshes import Piece, join

PLASTERS = ((0.31, 0.295, 0.27), (0.36, 0.33, 0.265), (0.26, 0.29, 0.29), (0.34, 0.30, 0.28), (0.39, 0.375, 0.345))
PAPERS = ((0.45, 0.36, 0.22), (0.24, 0.33, 0.38), (0.46, 0.43, 0.36), (0.40, 0.27, 0.24), (0.35, 0.40, 0.31))
TIMBERS = ((0.20, 0.13, 0.08), (0.12, 0.09, 0.065), (0.31, 0.24, 0.16), (0.30, 0.30, 0.29), (0.09, 0.07, 0.06))
SHEETS = ((0.25, 0.26, 0.27), (0.18, 0.09, 0.055), (0.30, 0.31, 0.32), (0.14, 0.20, 0.18), (0.34, 0.33, 0.30))
BRICK = (0.29, 0.135, 0.085)
DUST = (0.27, 0.25, 0.22)
"""What has settled on everything that fell."""


@dataclass
class Batch:
    """Pieces to lay: kinds (n,) indices into KINDS, shapes (n,), scales (n,), matrices (n, 4, 4) without the scale."""

    kinds: np.ndarray
    shapes: np.ndarray
    scales: np.ndarray
    matrices: np.ndarray

    def __len__(self) -> int:
        return len(self.kinds)

    def only(self, mask: np.ndarray) -> Batch:
        """The pieces of a mask or of indices."""
        return Batch(self.kinds[mask], self.shapes[mask], self.scales[mask], self.matrices[mask])


def gathered(batches: list[Batch]) -> Batch:
    """One batch after the other."""
    return Batch(*(np.concatenate([getattr(batch, name) for batch in batches])
                   for name in ("kinds", "shapes", "scales", "matrices")))  # fmt: skip


def laid(batch: Batch, draw: np.random.Generator, soot: float = 0.0) -> Piece:
    """All pieces of a batch, coloured and dressed for the site's materials. Raises ValueError when it is empty."""
    shapes = templates()
    done: list[Piece] = []
    codes = batch.kinds.astype(int) * 100 + batch.shapes
    for code in np.unique(codes):
        template = shapes[KINDS[code // 100]][code % 100]
        chosen = np.flatnonzero(codes == code)
        count, points = len(chosen), template.piece.vertices
        scaled = points[None] * batch.scales[chosen][:, None, None]
        matrix = batch.matrices[chosen]
        placed = np.einsum("nij,nkj->nki", matrix[:, :3, :3], scaled) + matrix[:, None, :3, 3]
        offset = draw.uniform(-20, 20, (count, 1, 3))
        first, second = _colours(KINDS[code // 100], count, draw)
        side = template.side[None, :, None]
        colour = (first[:, None] * (1 - side) + second[:, None] * side) * template.tint[None, :, None]
        if template.paint is not None:
            share = draw.uniform(0.25, 0.6, (count, 1, 1))
            colour = template.paint[None] * (1 - share) + np.asarray(DUST) * share
        rest = scaled if template.rest is None else template.rest[None] * batch.scales[chosen][:, None, None]
        done.append(_copies(template.piece, placed, colour, rest + offset, soot))
    return join(done)


def _copies(shape: Piece, placed: np.ndarray, colour: np.ndarray, rest: np.ndarray, soot: float) -> Piece:
    count, size = placed.shape[:2]
    starts = np.arange(count) * size
    rgba = np.ones((count * size, 4), np.float32)
    rgba[:, :3] = colour.reshape(-1, 3)
    return Piece(
        placed.reshape(-1, 3),
        (shape.corners[None] + starts[:, None]).ravel().astype(np.int32),
        np.tile(shape.sizes, count),
        {
            "col": rgba,
            "soot": np.full(count * size, soot, np.float32),
            "rest": rest.reshape(-1, 3).astype(np.float32),
        },
        {"brk": np.tile(shape.faces["brk"], count)},
        None,
        np.tile(np.broadcast_to(shape.smooth, len(shape.sizes)), count),
    )


def _colours(kind: str, count: int, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Linear colours (count, 3) of both sides."""
    shade = draw.uniform(0.78, 1.12, (count, 1))

    def of(palette: tuple[tuple[float, float, float], ...]) -> np.ndarray:
        return np.asarray(palette)[draw.integers(0, len(palette), count)] * shade

    if kind == "slab":
        grey = np.array([0.255, 0.245, 0.225]) * shade
        floors = of(
            ((0.255, 0.245, 0.225), (0.255, 0.245, 0.225), (0.26, 0.17, 0.10), (0.30, 0.24, 0.17), (0.12, 0.12, 0.12))
        )
        return grey, floors
    if kind == "wall":
        return of(PLASTERS), of(PLASTERS + PAPERS)
    if kind == "chunk":
        grey = np.array([0.265, 0.25, 0.225]) * shade
        return grey, grey
    if kind in ("brick", "masonry"):
        share = draw.uniform(0.05, 0.55, (count, 1))
        red = np.asarray(BRICK) * draw.uniform(0.65, 1.2, (count, 1)) * (1 - share) + np.asarray(DUST) * share
        red = red * (1 + np.c_[np.zeros(count), draw.uniform(-0.15, 0.2, count), draw.uniform(-0.15, 0.25, count)])
        return red, np.tile([0.30, 0.285, 0.26], (count, 1)) * shade
    if kind == "wood":
        wood = of(TIMBERS)
        return wood, wood
    sheet = of(SHEETS) if kind == "sheet" else np.tile([0.10, 0.05, 0.03], (count, 1)) * shade
    return sheet, sheet
