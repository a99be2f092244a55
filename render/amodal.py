"""How many pixels a thing would cover if nothing stood before it: its triangles rasterised at pixel centres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NEAR = 0.05
"""Triangles nearer to the camera plane than this, metres, are left out."""


@dataclass(frozen=True)
class Lens:
    """A pinhole camera for projection.

    view    float (4, 4), world -> camera space (x right, y up, looking along -z)
    scale   pixels a unit of x/-z (square pixels)
    width, height   of the picture, pixels
    """

    view: np.ndarray
    scale: float
    width: int
    height: int

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """World points (n, 3) -> pixel coordinates (n, 2) from the top-left corner, and depths (n,) along the axis."""
        local = points @ self.view[:3, :3].T + self.view[:3, 3]
        depth = -local[:, 2]
        safe = np.maximum(depth, NEAR)
        x = self.width / 2 + self.scale * local[:, 0] / safe
        y = self.height / 2 - self.scale * local[:, 1] / safe
        return np.stack([x, y], 1), depth


@dataclass(frozen=True)
class Coverage:
    """Unoccluded pixels of one thing."""

    inside: int
    """Within the frame."""
    total: int
    """Also those beyond the frame's border."""

    @property
    def truncated(self) -> bool:
        """Whether the border cuts the thing."""
        return self.total > self.inside


def coverage(lens: Lens, meshes: list[tuple[np.ndarray, np.ndarray]]) -> Coverage:
    """Pixels whose centre the meshes' silhouette covers. ``meshes``: (world vertices (n, 3), triangles (m, 3)).

    What lies more than one frame's size beyond the border is not counted.
    """
    corners = []
    for points, triangles in meshes:
        pixels, depth = lens.project(points)
        seen = (depth[triangles] > NEAR).all(1)
        corners.append(pixels[triangles[seen]])
    shape = np.concatenate(corners) if corners else np.zeros((0, 3, 2))
    if not len(shape):
        return Coverage(0, 0)
    low = np.maximum(np.floor(shape.min((0, 1))), [-lens.width, -lens.height]).astype(int)
    high = np.minimum(np.ceil(shape.max((0, 1))), [2 * lens.width, 2 * lens.height]).astype(int) + 1
    if (high <= low).any():
        return Coverage(0, 0)
    canvas = np.zeros((high[1] - low[1], high[0] - low[0]), bool)
    _fill(canvas, shape - low)
    left, top = np.maximum(-low, 0)
    inside = canvas[top : max(lens.height - low[1], 0), left : max(lens.width - low[0], 0)]
    return Coverage(int(inside.sum()), int(canvas.sum()))


def _fill(canvas: np.ndarray, triangles: np.ndarray) -> None:
    """Mark the pixels whose centres lie in triangles (m, 3, 2), in classes of equal box size, 2**k pixels a side.

    Most triangles of a person a few metres away hold no pixel centre at all and drop out at once.
    """
    first = np.ceil(triangles.min(1) - 0.5).astype(int)
    last = np.floor(triangles.max(1) - 0.5).astype(int)
    inside = (last >= first).all(1)
    inside &= (last[:, 0] >= 0) & (last[:, 1] >= 0) & (first[:, 0] < canvas.shape[1]) & (first[:, 1] < canvas.shape[0])
    triangles, first = triangles[inside], first[inside]
    size = (last[inside] - first + 1).max(1)
    low = 0
    side = 1
    while low < size.max(initial=0):
        chosen = (size > low) & (size <= side)
        batch = max(1, 2_000_000 // (side * side))
        index = np.nonzero(chosen)[0]
        for start in range(0, len(index), batch):
            part = index[start : start + batch]
            _fill_boxes(canvas, triangles[part], first[part], side)
        low, side = side, side * 2


def _fill_boxes(canvas: np.ndarray, triangles: np.ndarray, first: np.ndarray, side: int) -> None:
    offsets = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2)
    pixels = first[:, None] + offsets
    centres = pixels + 0.5
    signs = []
    for start, end in ((0, 1), (1, 2), (2, 0)):
        edge = triangles[:, end] - triangles[:, start]
        away = centres - triangles[:, None, start]
        signs.append(edge[:, None, 0] * away[..., 1] - edge[:, None, 1] * away[..., 0])
    covered = (np.minimum.reduce(signs) >= 0) | (np.maximum.reduce(signs) <= 0)
    x, y = pixels[covered].T
    good = (x >= 0) & (y >= 0) & (x < canvas.shape[1]) & (y < canvas.shape[0])
    canvas[y[good], x[good]] = True
