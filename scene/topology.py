"""Meshes whose shape changes and whose connections don't: subdivision, cutting and rims, worked out once and reused.

A person's garments differ in their points only. What depends on the connections alone is computed once a process, and
applying it to another person's points is a few numpy gathers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def edges(quads: np.ndarray) -> np.ndarray:
    """Unique edges (m, 2) of quads (f, 4)."""
    pairs = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    return np.unique(np.sort(pairs, 1), axis=0)


def normals(points: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """Vertex normals (n, 3) of a quad mesh, weighted by area."""
    face = np.cross(points[quads[:, 2]] - points[quads[:, 0]], points[quads[:, 3]] - points[quads[:, 1]])
    corners = quads.ravel()
    spread = np.repeat(face, 4, axis=0)
    total = np.stack([np.bincount(corners, spread[:, c], len(points)) for c in range(3)], 1)
    return total / np.maximum(1e-9, np.linalg.norm(total, axis=1))[:, None]


def smoothed(values: np.ndarray, links: np.ndarray, rounds: int, share: float | np.ndarray = 0.5) -> np.ndarray:
    """Laplacian smoothing of values (n, k) over edges (m, 2); ``share`` may be an array (n, 1)."""
    count = len(values)
    ends = np.concatenate([links, links[:, ::-1]])
    ends = ends[np.argsort(ends[:, 0], kind="stable")]
    degree = np.bincount(ends[:, 0], minlength=count)
    starts = np.cumsum(degree) - degree
    linked = degree > 0
    for _ in range(rounds):
        mean = values.copy()
        mean[linked] = np.add.reduceat(values[ends[:, 1]], starts[linked], axis=0) / degree[linked, None]
        values = values + share * (mean - values)
    return values


def cut(quads: np.ndarray, keep: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(used vertices, renumbered quads) of the quads whose corners are all kept."""
    inside = quads[keep[quads].all(1)]
    used, flat = np.unique(inside, return_inverse=True)
    return used, flat.reshape(-1, 4).astype(np.int64)


def rims(quads: np.ndarray) -> list[np.ndarray]:
    """Closed loops of border vertices, each in the direction of its faces, longest first."""
    half = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    count = int(quads.max()) + 1
    code, back = half[:, 0] * count + half[:, 1], half[:, 1] * count + half[:, 0]
    border = half[~np.isin(code, back)]
    after = {int(a): int(b) for a, b in border}
    found = []
    for start in sorted(after):
        if start not in after:
            continue
        loop, here = [start], after.pop(start)
        while here != start and here in after:
            loop.append(here)
            here = after.pop(here)
        found.append(np.array(loop))
    return sorted(found, key=len, reverse=True)


class Subdivision:
    """One Catmull-Clark step of a fixed quad mesh. ``quads`` are the finer faces."""

    def __init__(self, quads: np.ndarray, count: int) -> None:
        """``count``: vertices of the coarse mesh."""
        faces = len(quads)
        raw = np.concatenate([np.sort(quads[:, [k, (k + 1) % 4]], 1) for k in range(4)])
        links, where, uses = np.unique(raw, axis=0, return_inverse=True, return_counts=True)
        where = where.ravel()
        self._coarse, self._links, self._count = quads, links, count
        self._inner = (uses == 2)[:, None]
        order = np.argsort(where, kind="stable")
        self._beside = np.tile(np.arange(faces), 4)[order]
        self._beside_starts = np.cumsum(uses) - uses
        self._valence = np.bincount(quads.ravel(), minlength=count).clip(1)[:, None]
        self._degree = np.bincount(links.ravel(), minlength=count).clip(1)[:, None]
        rim = links[uses == 1]
        self._rim_links = rim
        self._rim = np.zeros((count, 1), bool)
        self._rim[rim.ravel()] = True
        self._rim_degree = np.bincount(rim.ravel(), minlength=count).clip(1)[:, None]
        edge = [count + where[k * faces : (k + 1) * faces] for k in range(4)]
        centre = count + len(links) + np.arange(faces)
        self.quads = np.concatenate([np.stack([quads[:, k], edge[k], centre, edge[k - 1]], 1) for k in range(4)])

    def points(self, points: np.ndarray) -> np.ndarray:
        """Positions (n, 3) one level finer."""
        centre = points[self._coarse].mean(1)
        ends = points[self._links]
        middle = ends.mean(1)
        around = np.add.reduceat(centre[self._beside], self._beside_starts, axis=0)
        edge = np.where(self._inner, (ends.sum(1) + around) / 4, middle)
        faces_mean = self._gathered(np.repeat(centre, 4, axis=0), self._coarse.ravel()) / self._valence
        edges_mean = self._gathered(np.repeat(middle, 2, axis=0), self._links.ravel()) / self._degree
        moved = (faces_mean + 2 * edges_mean + (self._valence - 3) * points) / self._valence
        if len(self._rim_links):
            swapped = points[self._rim_links[:, ::-1]].reshape(-1, 3)
            beside = self._gathered(swapped, self._rim_links.ravel()) / self._rim_degree
            moved = np.where(self._rim, 0.75 * points + 0.25 * beside, moved)
        return np.concatenate([moved, edge, centre])

    def values(self, values: np.ndarray) -> np.ndarray:
        """Values (n, k) one level finer, interpolated linearly."""
        return np.concatenate([values, values[self._links].mean(1), values[self._coarse].mean(1)])

    def _gathered(self, values: np.ndarray, where: np.ndarray) -> np.ndarray:
        return np.stack([np.bincount(where, values[:, c], self._count) for c in range(values.shape[1])], 1)


@dataclass(frozen=True)
class Patch:
    """A piece cut out of a mesh along the zero line of a field.

    Its vertex v is ``first[v]`` + ``share[v]`` * (``second[v]`` - ``first[v]``) of the mesh's vertices; polygons of 3
    to 6 corners; ``rim`` are its border edges (m, 2), directed as their faces.
    """

    first: np.ndarray
    second: np.ndarray
    share: np.ndarray
    corners: np.ndarray
    sizes: np.ndarray
    rim: np.ndarray

    def of(self, values: np.ndarray) -> np.ndarray:
        """The mesh's values (n, k) or (n,) at the patch's vertices."""
        share = self.share if values.ndim == 1 else self.share[:, None]
        return values[self.first] * (1 - share) + values[self.second] * share


def clip(quads: np.ndarray, field: np.ndarray) -> Patch:
    """The part of a quad mesh where ``field`` (n,) is positive, its edge running smoothly through the faces."""
    field = np.where(np.abs(field) < 1e-6, 1e-6, field)
    quads = quads[(field[quads] > 0).any(1)]
    index: dict[tuple[int, int], int] = {}
    first, second, share, corners, sizes = [], [], [], [], []

    def vertex(a: int, b: int) -> int:
        key = (a, b) if a <= b else (b, a)
        if key not in index:
            index[key] = len(first)
            p, q = key
            first.append(p)
            second.append(q)
            share.append(0.0 if p == q else float(np.clip(field[p] / (field[p] - field[q]), 0.02, 0.98)))
        return index[key]

    inside = (field > 0).tolist()
    for quad in quads.tolist():
        polygon = []
        for k in range(4):
            a, b = quad[k], quad[(k + 1) % 4]
            if inside[a]:
                polygon.append(vertex(a, a))
            if inside[a] != inside[b]:
                polygon.append(vertex(a, b))
        if len(polygon) >= 3:
            corners += polygon
            sizes.append(len(polygon))
    corners_, sizes_ = np.array(corners, np.int64), np.array(sizes, np.int64)
    return Patch(
        np.array(first, np.int64),
        np.array(second, np.int64),
        np.array(share),
        corners_,
        sizes_,
        _border(corners_, sizes_),
    )


def _border(corners: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Directed edges (m, 2) that belong to one polygon only."""
    if not len(corners):
        return np.zeros((0, 2), np.int64)
    starts = np.cumsum(sizes) - sizes
    nexts = np.arange(len(corners)) + 1
    nexts[starts + sizes - 1] = starts
    a, b = corners, corners[nexts]
    count = int(corners.max()) + 1
    return np.stack([a, b], 1)[~np.isin(a * count + b, b * count + a)]
