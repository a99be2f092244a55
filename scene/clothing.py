"""Garments cut from the base mesh's clothing cage: offset regions, smoothed weights, folds where limbs bend."""

from __future__ import annotations

import numpy as np

from .body import Body

ARM = ("upperarm", "lowerarm")
HAND = ("hand", "thumb", "index", "middle", "ring", "pinky")
LEG = ("thigh", "calf")
FOOT = ("foot", "ball")


def family(body: Body, weights: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Sum of the weights of bones whose names start so, (n,)."""
    chosen = [number for number, bone in enumerate(body.base.bones) if bone.startswith(names)]
    return weights[:, chosen].sum(1)


def limb_parameters(body: Body, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Arm and leg parameter of rest points: 0 at shoulder or hip, 0.5 at elbow or knee, 1 at wrist or ankle."""

    def along(a, b, c):
        def share(start, end):
            line = end - start
            return (points - start) @ line / (line @ line)

        first, second = share(a, b), share(b, c)
        return np.where(first < 1, np.minimum(first, 1) * 0.5, 0.5 + 0.5 * np.maximum(second, 0))

    left = points[:, 0] > 0
    arm = [along(*(body.head(f"{bone}_{side}") for bone in ("upperarm", "lowerarm", "hand"))) for side in "lr"]
    leg = [along(*(body.head(f"{bone}_{side}") for bone in ("thigh", "calf", "foot"))) for side in "lr"]
    return np.where(left, *arm), np.where(left, *leg)


def normals(points: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """Vertex normals (n, 3) of a quad mesh."""
    face = np.cross(points[quads[:, 2]] - points[quads[:, 0]], points[quads[:, 3]] - points[quads[:, 1]])
    total = np.zeros_like(points)
    for corner in range(4):
        np.add.at(total, quads[:, corner], face)
    return total / np.maximum(1e-9, np.linalg.norm(total, axis=1))[:, None]


def edges(quads: np.ndarray) -> np.ndarray:
    """Unique edges (m, 2)."""
    pairs = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    return np.unique(np.sort(pairs, 1), axis=0)


def smoothed(values: np.ndarray, links: np.ndarray, rounds: int, share: float = 0.5) -> np.ndarray:
    """Laplacian smoothing of values (n, k) over edges."""
    count = len(values)
    degree = np.bincount(links.ravel(), minlength=count).clip(1)[:, None]
    for _ in range(rounds):
        total = np.stack(
            [
                np.bincount(links[:, 0], values[links[:, 1], c], count)
                + np.bincount(links[:, 1], values[links[:, 0], c], count)
                for c in range(values.shape[1])
            ],
            1,
        )
        values = values + share * (total / degree - values)
    return values


def cut(quads: np.ndarray, keep: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(used vertices, renumbered quads) of the quads whose corners are all kept."""
    inside = quads[keep[quads].all(1)]
    used, flat = np.unique(inside, return_inverse=True)
    return used, flat.reshape(-1, 4)


def subdivided(points, quads, values):
    """One Catmull-Clark step for points, a linear one for values (n, k)."""
    count = len(points)
    raw = np.concatenate([np.sort(quads[:, [k, (k + 1) % 4]], 1) for k in range(4)])
    links, where, uses = np.unique(raw, axis=0, return_inverse=True, return_counts=True)
    where = where.ravel()
    centre = points[quads].mean(1)
    middle = points[links].mean(1)
    around = np.zeros_like(middle)
    np.add.at(around, where, np.tile(centre, (4, 1)))
    inner = uses == 2
    edge_points = np.where(inner[:, None], (points[links].sum(1) + around) / 4, middle)
    valence = np.bincount(quads.ravel(), minlength=count).clip(1)[:, None]
    faces_mean = np.zeros_like(points)
    for k in range(4):
        np.add.at(faces_mean, quads[:, k], centre)
    faces_mean /= valence
    degree = np.bincount(links.ravel(), minlength=count).clip(1)[:, None]
    edges_mean = np.zeros_like(points)
    np.add.at(edges_mean, links[:, 0], middle)
    np.add.at(edges_mean, links[:, 1], middle)
    edges_mean /= degree
    moved = (faces_mean + 2 * edges_mean + (valence - 3) * points) / valence
    border = links[~inner]
    rim = np.zeros(count, bool)
    rim[border.ravel()] = True
    beside = np.zeros_like(points)
    number = np.bincount(border.ravel(), minlength=count).clip(1)[:, None]
    np.add.at(beside, border[:, 0], points[border[:, 1]])
    np.add.at(beside, border[:, 1], points[border[:, 0]])
    moved = np.where(rim[:, None], 0.75 * points + 0.25 * beside / number, moved)
    new = np.concatenate([moved, edge_points, centre])
    data = np.concatenate([values, values[links].mean(1), values[quads].mean(1)])
    m = len(quads)
    e = [count + where[k * m : (k + 1) * m] for k in range(4)]
    c = count + len(links) + np.arange(m)
    faces = np.concatenate([np.stack([quads[:, k], e[k], c, e[k - 1]], 1) for k in range(4)])
    return new, faces, data


def border_loops(quads: np.ndarray) -> list[np.ndarray]:
    """Closed loops of border vertices, in the direction that new quads (loop, loop + 1, new + 1, new) need."""
    count = int(quads.max()) + 1
    pairs = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    keys = pairs.min(1).astype(np.int64) * count + pairs.max(1)
    _, where, uses = np.unique(keys, return_inverse=True, return_counts=True)
    after = {int(b): int(a) for a, b in pairs[uses[where.ravel()] == 1]}
    loops = []
    while after:
        start, following = next(iter(after.items()))
        loop = [start]
        del after[start]
        while following != start and following in after:
            loop.append(following)
            following = after.pop(following)
        loops.append(np.array(loop))
    return loops


def collared(
    points: np.ndarray, quads: np.ndarray, values: np.ndarray, rise: float, flare: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The garment with a standing collar on its highest opening: two rows ``rise`` metres high in all."""
    loops = [loop for loop in border_loops(quads) if len(loop) >= 8]
    if not loops:
        return points, quads, values
    loop = max(loops, key=lambda item: points[item, 2].mean())
    middle = points[loop].mean(0)
    for _ in range(2):
        row = points[loop].copy()
        row[:, :2] = middle[:2] + (row[:, :2] - middle[:2]) * flare
        row[:, 2] = row[:, 2] * 0.9 + row[:, 2].mean() * 0.1 + rise / 2
        fresh = np.arange(len(points), len(points) + len(loop))
        added = np.stack([loop, np.roll(loop, -1), np.roll(fresh, -1), fresh], 1)
        points, quads = np.concatenate([points, row]), np.concatenate([quads, added])
        values = np.concatenate([values, values[loop]])
        loop = fresh
    return points, quads, values
