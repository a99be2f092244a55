"""Seats and beds: sofas, armchairs, chairs, stools, beds, and cloth lying or hanging in folds.

Builders give a piece centred on x, standing on z 0, its back at y 0 and its front towards -y.
"""

from __future__ import annotations

import numpy as np

from .joinery import CLOTHS, METAL, WOODS, board, legs, pad, pick, rod
from .meshes import Piece, join
from .noise import fractal
from .shapes import OTHER, dressed, grid_quads, rotation


def sofa(draw: np.random.Generator) -> Piece:
    """Seat and back cushions between padded arms on short legs, a cushion askew or gone."""
    return _seat(draw, float(draw.uniform(1.5, 2.0)), 2 + int(draw.random() < 0.4))


def armchair(draw: np.random.Generator) -> Piece:
    """A sofa for one."""
    return _seat(draw, float(draw.uniform(0.78, 0.9)), 1)


def _seat(draw: np.random.Generator, wide: float, places: int) -> Piece:
    cloth, wood, seed = pick(draw, CLOTHS), pick(draw, WOODS), float(draw.uniform(0, 60))
    arm, tall = float(draw.uniform(0.13, 0.22)), float(draw.uniform(0.55, 0.66))
    parts = [
        legs(wide, 0.85, 0.1, wood, 0.03),
        pad((wide - 0.04, 0.8, 0.2), (0, -0.45, 0.2), cloth * 0.85, 0.03, 0.0, seed),
        pad((wide - 0.04, 0.18, 0.68), (0, -0.1, 0.46), cloth * 0.9, 0.05, 0.0, seed + 1),
    ]
    for side in (-1, 1):
        parts.append(
            pad((arm, 0.84, tall - 0.1), (side * (wide - arm) / 2, -0.44, 0.1 + (tall - 0.1) / 2), cloth, 0.06)
        )
    inner = wide - 2 * arm
    for number in range(places):
        x, fate = -inner / 2 + (number + 0.5) * inner / places, float(draw.random())
        size = (inner / places - 0.015, 0.62, 0.17)
        if fate > 0.14:
            cushion = pad(size, (0, 0, 0), cloth * 1.06, 0.06, 0.03, seed + number)
            slid = rotation((0, 0, 1), 0.25 * float(draw.normal())) if fate < 0.3 else np.eye(4)
            slid[:3, 3] = (x, -0.53 - (0.2 if fate < 0.3 else 0.0), 0.385)
            parts.append(cushion.moved(slid))
        back = pad((size[0], 0.4, 0.15), (0, 0, 0), cloth * 1.03, 0.06, 0.03, seed + 9 + number)
        lean = rotation((1, 0, 0), 1.33 + (0.5 if fate < 0.2 else 0.0))
        lean[:3, 3] = (x, -0.25, 0.66)
        parts.append(back.moved(lean))
    return join(parts)


def chair(draw: np.random.Generator) -> Piece:
    """A kitchen chair: bent back, slats, padded seat, rungs; sometimes short of a leg."""
    wood, seat = pick(draw, WOODS), pick(draw, CLOTHS)
    gone = int(draw.integers(4)) if draw.random() < 0.2 else -1
    parts = [pad((0.41, 0.41, 0.045), (0, -0.23, 0.455), seat, 0.02, 0.012)]
    for number, (x, y) in enumerate(((-1, -0.05), (1, -0.05), (-1, -0.41), (1, -0.41))):
        if number != gone:
            foot = (x * 0.2, y + (0.035 if y > -0.2 else -0.02), 0.0)
            parts.append(rod(foot, (x * 0.175, y, 0.45), (0.014, 0.02), wood))
    for x in (-0.175, 0.175):
        parts.append(rod((x, -0.05, 0.43), (1.05 * x, 0.03, 0.9), (0.019, 0.015), wood))
        parts.append(rod((x, -0.05, 0.22), (x, -0.41, 0.22), 0.01, wood))
    slats = int(draw.integers(2, 4))
    for z in np.linspace(0.62, 0.87, slats):
        parts.append(board((0.36, 0.018, 0.065), (0, -0.05 + 0.08 * (z - 0.43) / 0.47, z), wood * 1.05, 0.006))
    return join(parts)


def stool(draw: np.random.Generator) -> Piece:
    """A kitchen stool of steel tube."""
    top = pick(draw, (*WOODS, *CLOTHS))
    return join([pad((0.33, 0.33, 0.05), (0, -0.2, 0.45), top, 0.02), legs(0.38, 0.4, 0.43, METAL, 0.013, 0.03)])


def bed(draw: np.random.Generator) -> Piece:
    """Boards, legs, a mattress with its edge, a blanket thrown back and a dented pillow; the head at the back."""
    wood, wide = pick(draw, WOODS), float(draw.choice([0.9, 1.4]))
    ticking = pick(draw, ((0.55, 0.53, 0.48), (0.40, 0.42, 0.48)))
    slid = float(draw.normal(0, 0.05)) if draw.random() < 0.7 else float(draw.choice([-0.25, 0.25]))
    mattress = pad((wide - 0.03, 1.92, 0.17), (slid, -1.02, 0.43), ticking, 0.05, 0.02, float(draw.uniform(0, 60)))
    parts = [
        board((wide, 0.045, 0.62), (0, -0.03, 0.62), wood, 0.012),
        board((wide, 0.045, 0.32), (0, -2.02, 0.4), wood, 0.012),
        board((0.03, 1.95, 0.16), (-wide / 2 + 0.015, -1.02, 0.28), wood * 0.85),
        board((0.03, 1.95, 0.16), (wide / 2 - 0.015, -1.02, 0.28), wood * 0.85),
        board((wide - 0.06, 1.95, 0.03), (0, -1.02, 0.3), wood * 0.5), legs(wide + 0.05, 2.05, 0.32, wood * 0.9, 0.032),
        mattress,
        crumpled(draw, wide + 0.3, 1.35, 0.09, drape=(wide / 2, 0.26)).moved(_at(slid, -1.3, 0.545)),
    ]  # fmt: skip
    for number in range(1 if wide < 1 else 2):
        pillow = pad((0.56, 0.4, 0.11), (0, 0, 0), (0.58, 0.57, 0.55), 0.05, 0.05, number + 3.0)
        place = rotation((0, 0, 1), 0.3 * float(draw.normal()))
        place[:3, 3] = (slid + (number - 0.5) * 0.6 * (wide > 1) + float(draw.normal(0, 0.05)), -0.3, 0.59)
        parts.append(pillow.moved(place))
    return join(parts)


def crumpled(
    draw: np.random.Generator, wide: float, long: float, depth: float, drape: tuple[float, float] | None = None
) -> Piece:
    """A cloth lying in folds, centred, about ``depth`` metres thick.

    ``drape``: beyond (x, metres from the middle) it hangs down, (.., at most so many metres).
    """
    columns, rows = (22, 20) if wide > 0.9 else (13, 12)
    u, v = np.meshgrid(np.linspace(-0.5, 0.5, columns), np.linspace(-0.5, 0.5, rows), indexing="ij")
    flat = np.stack([u * wide, v * long, np.zeros_like(u)], -1)
    seed = float(draw.uniform(0, 60))
    fold = 1.0 - np.abs(fractal(flat, 2.6, 2, seed)) * 2.0
    fine = fractal(flat, 7.0, 2, seed + 11)
    points = flat + np.stack(
        [0.10 * fractal(flat, 1.7, 2, seed + 3), 0.10 * fractal(flat, 1.7, 2, seed + 7), depth * (fold + 0.35 * fine)],
        -1,
    )
    if drape is not None:
        # nothing of what it lies on looks through
        points[..., 2] = np.maximum(points[..., 2], 0.006)
        over = np.clip(np.abs(points[..., 0]) - drape[0], 0, None)
        points[..., 0] -= np.sign(points[..., 0]) * 0.85 * over
        points[..., 2] -= np.minimum(1.6 * over, drape[1])
    shape = Piece.quads(points.reshape(-1, 3), grid_quads(columns, rows), smooth=True)
    stripes = 1.0 - 0.3 * (np.sin(u.ravel() * wide * float(draw.uniform(12, 40))) > 0.3) * float(draw.random() < 0.5)
    return dressed(shape, pick(draw, CLOTHS) * stripes[:, None], OTHER)


def _at(x: float, y: float, z: float) -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, 3] = (x, y, z)
    return matrix
