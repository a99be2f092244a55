"""The head: skin with lips, cheeks and stubble, eyes, brows, hair and beards, all from the base mesh."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .body import Base, Body
from .clothing import cut, normals, subdivided
from .meshes import Piece
from .skeleton import skin as skinned

EYES = {"l": (14598, 14670), "r": (14670, 14742)}

HAIR = ((0.012, 0.009, 0.007), (0.035, 0.022, 0.014), (0.10, 0.055, 0.03), (0.25, 0.15, 0.07), (0.25, 0.24, 0.23))
"""Black, dark brown, brown, fair, grey; linear."""


@lru_cache(maxsize=2)
def masks(base: Base) -> dict[str, np.ndarray]:
    """0..1 a body vertex, painted by position on the unshaped mesh (decimetres, y up, facing +z)."""
    x, y, z = base.vertices.T
    side = np.abs(x)

    def soft(value: np.ndarray, low: float, high: float, edge: float) -> np.ndarray:
        rise = 1 / (1 + np.exp(np.clip(-(value - low) / edge, -60, 60)))
        return rise / (1 + np.exp(np.clip((value - high) / edge, -60, 60)))

    eye = base.vertices[EYES["l"][0] : EYES["l"][1]].mean(0)
    mouth_y, nose_z = eye[1] - 0.62, z[:13380].max()
    lip = np.exp(-((side / 0.27) ** 4)) * np.exp(-(((y - mouth_y) / 0.085) ** 4)) * (z > nose_z - 0.55)
    cheek = np.exp(-(((side - 0.55) / 0.25) ** 2 + ((y - eye[1] + 0.42) / 0.22) ** 2)) * (z > 0.9)
    brow_y = eye[1] + 0.19 + 0.06 * np.sin(np.clip(side - 0.12, 0, 1) * 5.0)
    brow = soft(side, 0.13, 0.52, 0.03) * soft(y - brow_y, -0.055, 0.055, 0.012) * (z > 0.85)
    jaw = soft(y, mouth_y - 0.75, mouth_y + 0.42, 0.08) * soft(z, 0.32, 9, 0.1) * (1 - lip)
    jaw *= np.where((y > mouth_y + 0.12) & (side > 0.36), np.clip(1 - (y - mouth_y - 0.12) * 2.6 * (z > 0.75), 0, 1), 1)
    line = eye[1] + 0.62 - 0.95 * np.clip(0.9 - z, 0, 1.1) + 0.10 * np.cos(side * 4)
    scalp = soft(y - line, 0, 9, 0.05) * soft(z, -9, 1.2, 0.05) * (y > eye[1] - 0.75)
    return {"lip": lip, "cheek": cheek, "brow": brow, "stubble": jaw, "scalp": scalp}


def head(body: Body, turns: np.ndarray, places: np.ndarray, keep: np.ndarray, shadow: float, detail: int) -> Piece:
    """Skin of head and neck; ``shadow`` 0..1 is the stubble's strength, ``detail`` the subdivisions."""
    painted = masks(body.base)
    used, quads = cut(body.base.groups["body"], keep)
    values = np.stack([painted["lip"], painted["cheek"], painted["stubble"] * shadow, painted["brow"]], 1)[used]
    points = skinned(body.vertices[used], body.weights[used], body, turns, places)
    values = np.concatenate([values, body.vertices[used] / body.scale], 1)
    for _ in range(detail):
        points, quads, values = subdivided(points, quads, values)
    names = ("lip", "cheek", "stubble", "brow")
    marks = {name: values[:, number] for number, name in enumerate(names)}
    return Piece.quads(points, quads, points=marks | {"rest": values[:, 4:7]}, smooth=True)


def eyes(body: Body, turns: np.ndarray, places: np.ndarray) -> Piece:
    """Both eyeballs, with the distance from the front pole for iris and pupil."""
    both = np.concatenate([body.base.groups["helper-l-eye"], body.base.groups["helper-r-eye"]])
    used, quads = cut(both, np.ones(len(body.vertices), bool))
    iris = np.zeros(len(body.vertices))
    for first, last in EYES.values():
        ball = body.vertices[first:last]
        front = ball[np.argsort(ball[:, 1])[:4]].mean(0)
        iris[first:last] = np.linalg.norm(ball - front, axis=1)
    points = skinned(body.vertices[used], body.weights[used], body, turns, places)
    points, quads, values = subdivided(points, quads, iris[used][:, None])
    return Piece.quads(points, quads, points={"iris": values[:, 0]}, smooth=True)


def hair(
    body: Body, turns: np.ndarray, places: np.ndarray, length: float, what: str, draw: np.random.Generator
) -> Piece | None:
    """A coat of hair over "scalp", "brow" or "stubble" (a beard), ``length`` metres off the skin; None where none grows."""
    share = masks(body.base)[what]
    used, quads = cut(body.base.groups["body"], share > {"scalp": 0.35, "brow": 0.2, "stubble": 0.55}[what])
    if not len(used):
        return None
    rest = body.vertices[used]
    values = np.concatenate([share[used][:, None], rest / body.scale], 1)
    outward = normals(rest, quads)
    lumps = 0.75 + 0.5 * draw.random(len(used))
    lift = length * np.clip((share[used] - 0.25) / 0.5, 0.05, 1) * lumps
    rest = rest + outward * lift[:, None]
    if what == "scalp":
        rest[:, 2] += 0.35 * length
    points = skinned(rest, body.weights[used], body, turns, places)
    for _ in range(2 if what == "brow" else 1):
        points, quads, values = subdivided(points, quads, values)
    return Piece.quads(points, quads, points={"rest": values[:, 1:4]}, smooth=True)
