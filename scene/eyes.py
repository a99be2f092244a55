"""Eyes seen from near: balls with a cornea, the wet line along the lower lid, lashes along both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from ..dataset.spec import stream
from .body import Base, Body, reference
from .head import EYES, sheet
from .meshes import Piece, join
from .shapes import grid_quads
from .skeleton import rotation
from .skeleton import skin as skinned
from .strands import ribbons

TURNS, RINGS = 32, 18
IRIS_ANGLE = 0.375
"""From the eye's axis to the iris' rim, radians."""

CORNEA = 0.0009
"""How far the cornea stands out of the ball, metres."""

MARGIN = 72
"""Points of a lid's rim, all round; a multiple of 4."""


@dataclass(frozen=True)
class Ball:
    """One posed eyeball, metres."""

    centre: np.ndarray
    radius: float
    axes: np.ndarray
    """Columns: to the person's left, out of the eye, up."""


def balls(body: Body, turns: np.ndarray, places: np.ndarray) -> dict[str, Ball]:
    """Both eyeballs in the posed head, looking straight ahead."""
    number = body.base.bone("head")
    axes = turns[number] @ np.stack([(1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)], 1)
    found = {}
    for side, (first, last) in EYES.items():
        points = skinned(body.vertices[first:last], body.weights[first:last], body, turns, places)
        centre = points.mean(0)
        found[side] = Ball(centre, float(np.linalg.norm(points - centre, axis=1).mean()), axes)
    return found


def eyeballs(found: dict[str, Ball], seed: int) -> Piece:
    """Both balls looking at the same far point near the axis.

    Point attribute ``eye``: (radians from the ball's axis, -1..1 from the right to the left corner, 0..1 upwards).
    """
    draw = stream(seed, "gaze")
    aside, up = float(np.clip(draw.normal(0, 7.0), -16, 16)), float(np.clip(draw.normal(-2.0, 3.0), -8, 6))
    gaze = rotation("z", aside) @ rotation("x", up)
    polar = np.concatenate([np.linspace(0, 0.5, RINGS // 2), np.linspace(0.58, 2.2, RINGS - RINGS // 2)])
    turn = np.linspace(0, 2 * np.pi, TURNS, endpoint=False)
    away, around = np.meshgrid(polar, turn, indexing="ij")
    bulge = CORNEA * np.clip(1 - (away / (IRIS_ANGLE * 1.25)) ** 2, 0, 1) ** 1.5
    pieces = []
    for ball in found.values():
        local = np.stack([np.sin(away) * np.cos(around), np.cos(away), np.sin(away) * np.sin(around)], -1)
        flip = np.array([[1, 0, 0], [0, -1, 0], [0, 0, 1.0]])
        looking = local @ (flip @ gaze @ flip).T
        points = ball.centre + (looking * (ball.radius + bulge)[..., None]) @ ball.axes.T
        marks = np.stack([away, looking[..., 0], 0.5 + 0.5 * looking[..., 2]], -1)
        quads = _closed(RINGS, TURNS)
        pieces.append(Piece.quads(points.reshape(-1, 3), quads, points={"eye": marks.reshape(-1, 3)}, smooth=True))
    return join(pieces)


def _closed(rows: int, turns: int) -> np.ndarray:
    start = np.arange(rows - 1)[:, None] * turns
    near, after = np.arange(turns)[None], (np.arange(turns)[None] + 1) % turns
    return np.stack([start + near, start + turns + near, start + turns + after, start + after], -1).reshape(-1, 4)


@lru_cache(maxsize=8)
def _rims(base: Base, level: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Side -> (corners (MARGIN, 3) of the head's sheet, shares (MARGIN, 3)) where the lids end, as the ball sees it.

    Starts at the person's left corner and runs over the upper lid.
    """
    body = reference(base)
    head = sheet(base, "head")
    points = body.vertices[head.used]
    for step in head.steps[:level]:
        points = step.points(points)
    quads = head.quads[level]
    near = quads[(points[quads, 1].min(1) < -0.09) & (np.abs(points[quads, 2] - 1.578).max(1) < 0.045)]
    triangles = np.concatenate([near[:, [0, 1, 2]], near[:, [0, 2, 3]]])
    surface = BVHTree.FromPolygons(points.tolist(), triangles.tolist())
    found = {}
    for side, ball in balls(body, _still(body), body.heads).items():
        corners, shares = [], []
        for around in np.linspace(0, 2 * np.pi, MARGIN, endpoint=False):
            index, place = _edge(surface, ball, around)
            a, b, c = points[triangles[index]]
            solved = np.linalg.lstsq(np.stack([a - c, b - c], 1), place - c, rcond=None)[0]
            corners.append(triangles[index])
            shares.append((solved[0], solved[1], 1 - solved[0] - solved[1]))
        found[side] = (np.array(corners), np.array(shares))
    return found


def _still(body: Body) -> np.ndarray:
    return np.tile(np.eye(3), (len(body.base.bones), 1, 1))


def _edge(surface: BVHTree, ball: Ball, around: float) -> tuple[int, np.ndarray]:
    """The first skin that a ray from the ball's centre meets, turning away from its axis: (triangle, place)."""

    def hit(away: float) -> tuple[int, np.ndarray] | None:
        local = np.array([np.sin(away) * np.cos(around), np.cos(away), np.sin(away) * np.sin(around)])
        place, _, index, _ = surface.ray_cast(Vector(ball.centre), Vector(ball.axes @ local), 0.04)
        return None if index is None else (index, np.array(place))

    free, met = 0.0, None
    for away in np.linspace(0.06, 1.5, 49):
        met = hit(float(away))
        if met is not None:
            break
        free = float(away)
    else:
        raise ValueError("the eye has no lids")
    blocked = free + 0.03
    for _ in range(9):
        middle = (free + blocked) / 2
        trial = hit(middle)
        if trial is None:
            free = middle
        else:
            blocked, met = middle, trial
    return met


def lid_rims(body: Body, level: int, head: np.ndarray) -> dict[str, np.ndarray]:
    """Side -> where the lids end (MARGIN, 3) on a posed head's sheet of that level."""
    found = {}
    for side, (corners, shares) in _rims(body.base, level).items():
        line = (head[corners] * shares[..., None]).sum(1)
        for _ in range(2):
            line = 0.5 * line + 0.25 * (np.roll(line, 1, 0) + np.roll(line, -1, 0))
        found[side] = line
    return found


def wet_line(found: dict[str, Ball], rims: dict[str, np.ndarray]) -> Piece:
    """Tears along the lower lid: a thin swelling between lid and ball."""
    pieces = []
    for side, ball in found.items():
        line = rims[side][MARGIN // 2 :]
        outward = _units(line - ball.centre)
        down = -_level(np.gradient(line, axis=0), outward, ball)
        rows = []
        for out, low in ((-0.0010, -0.0009), (0.0001, -0.0007), (0.0004, 0.0001), (0.0001, 0.0008)):
            rows.append(line + outward * out + down * low)
        quads = grid_quads(len(rows), len(line))
        pieces.append(Piece.quads(np.concatenate(rows), quads, smooth=True))
    return join(pieces)


def lashes(found: dict[str, Ball], rims: dict[str, np.ndarray], length: float, seed: int) -> Piece:
    """Upper and lower lashes; ``length`` metres of the longest."""
    draw = stream(seed, "lashes")
    lines, outs, widths = [], [], []
    half = MARGIN // 2
    for side, ball in found.items():
        for upper, count, long in ((True, 64, length), (False, 30, 0.5 * length)):
            spots = np.sort(draw.uniform(0.05, 0.95, count)) * (half - 1)
            line = rims[side][:half] if upper else rims[side][half:]
            root = np.stack([np.interp(spots, np.arange(half), line[:, c]) for c in range(3)], 1)
            outward = _units(root - ball.centre)
            along = _units(np.gradient(line, axis=0))
            tangent = np.stack([np.interp(spots, np.arange(half), along[:, c]) for c in range(3)], 1)
            away = _level(tangent, outward, ball) * (1 if upper else -1)
            # they fan out to the temple, and are longest there
            share = spots / (half - 1)
            to_temple = share if side == "r" else 1 - share
            to_temple = to_temple if upper else 1 - to_temple
            sideways = ball.axes[:, 0] * (1 if side == "l" else -1)
            fan = sideways * ((to_temple - 0.35) * 0.7)[:, None]
            size = long * (0.55 + 0.45 * to_temple) * draw.uniform(0.75, 1.1, count)
            heading = _units(outward + 0.15 * away + fan + draw.normal(0, 0.08, (count, 3)))
            lift = away * (0.9 if upper else 0.5)
            points = [root + outward * 0.0011]
            for bend in (0.0, 0.35, 0.8):
                points.append(points[-1] + _units(heading + lift * bend) * (size / 3)[:, None])
            lines.append(np.stack(points, 1))
            outs.append(np.repeat(_units(np.cross(tangent, outward))[:, None], 4, 1))
            widths.append(np.full(count, 0.0006 if upper else 0.0003))
        # where they stand so close that they are one dark edge
        line = rims[side][2 : half - 1]
        outward = _units(line - ball.centre)
        edge = line + outward * 0.0013 + _level(_units(np.gradient(line, axis=0)), outward, ball) * 0.0002
        for part in np.array_split(np.arange(len(edge)), len(edge) // 3):
            first = max(0, part[0] - 1)
            lines.append(_resampled(edge[first : part[-1] + 1])[None])
            outs.append(_resampled(outward[first : part[-1] + 1])[None])
            widths.append(np.array([0.14 * length]))
    return ribbons(np.concatenate(lines), np.concatenate(outs), np.concatenate(widths), 0.15, seed)


def _resampled(line: np.ndarray) -> np.ndarray:
    """A line with four points."""
    at = np.linspace(0, len(line) - 1, 4)
    return np.stack([np.interp(at, np.arange(len(line)), line[:, c]) for c in range(3)], 1)


def _level(tangent: np.ndarray, outward: np.ndarray, ball: Ball) -> np.ndarray:
    """Up across a lid's rim."""
    across = _units(np.cross(outward, tangent))
    return across * np.where(across @ ball.axes[:, 2] < 0, -1.0, 1.0)[:, None]


def _units(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(1e-9, np.linalg.norm(vectors, axis=-1, keepdims=True))
