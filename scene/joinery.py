"""What furniture is put together from: boards with cut edges, pads that bulge, legs, handles and drawers."""

from __future__ import annotations

from functools import cache

import numpy as np

from .meshes import Piece, join
from .noise import fractal
from .shapes import OTHER, Colour, bevelled, dressed, lathe, rotation, tube

WOODS = ((0.20, 0.11, 0.055), (0.30, 0.19, 0.10), (0.11, 0.065, 0.04), (0.42, 0.34, 0.24), (0.50, 0.48, 0.44))
CLOTHS = (
    (0.35, 0.10, 0.09), (0.12, 0.17, 0.30), (0.45, 0.40, 0.32), (0.14, 0.24, 0.16), (0.50, 0.48, 0.46),
    (0.33, 0.22, 0.36), (0.45, 0.30, 0.12), (0.08, 0.08, 0.09),
)  # fmt: skip
METAL = (0.34, 0.33, 0.31)
DARK = (0.03, 0.028, 0.026)

Size = tuple[float, float, float] | np.ndarray


def pick(draw: np.random.Generator, palette: tuple[Colour, ...], spread: float = 0.15) -> np.ndarray:
    """A colour of the palette, a little lighter or darker."""
    return np.asarray(palette[int(draw.integers(len(palette)))]) * float(draw.uniform(1 - spread, 1 + spread))


def board(size: Size, centre: Size, colour: Colour, edge: float = 0.004) -> Piece:
    """A box of ``size`` metres around ``centre``, its edges cut by ``edge``."""
    half = np.asarray(size, float) / 2
    edge = min(edge, 0.3 * float(half.min()))
    signs, corners, sizes = _board()
    points = (signs * (half - edge * (1 - np.tile(np.eye(3), (8, 1))))) + np.asarray(centre, float)
    return dressed(Piece(points, corners, sizes), colour, OTHER)


@cache
def _board() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signs (24, 3), corners and sizes that all boards share."""
    shape = bevelled((2.0, 2.0, 2.0), 0.5)
    return np.sign(shape.vertices), shape.corners, shape.sizes


def pad(size: Size, centre: Size, colour: Colour, soft: float = 0.05, puff: float = 0.0, seed: float = 0.0) -> Piece:
    """A cushion: edges rounded by ``soft``, its middle standing out by ``puff`` metres, its cloth a little uneven."""
    half = np.asarray(size, float) / 2
    soft = min(soft, 0.95 * float(half.min()))
    sides, quads = [], []
    for axis in range(3):
        one, two = (axis + 1) % 3, (axis + 2) % 3
        u, v = np.meshgrid(_lines(half[one], soft), _lines(half[two], soft), indexing="ij")
        for sign in (-1.0, 1.0):
            grid = np.empty((*u.shape, 3))
            grid[..., axis], grid[..., one], grid[..., two] = sign * half[axis], u, v
            index = np.arange(u.size).reshape(u.shape) + sum(len(side) for side in sides)
            faces = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], -1).reshape(-1, 4)
            quads.append(faces if sign > 0 else faces[:, ::-1])
            sides.append(grid.reshape(-1, 3))
    flat = np.concatenate(sides)
    core = np.clip(flat, soft - half, half - soft)
    away = flat - core
    points = core + soft * away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    share = np.prod(1 - np.clip(np.abs(points[:, :2]) / half[:2], 0, 1) ** 2, axis=1)
    points[:, 2] += np.sign(points[:, 2]) * puff * share
    points += (0.12 * soft * fractal(points, 5.0, 2, seed))[:, None] * np.array([0.5, 0.5, 1.0])
    _, first, same = np.unique(np.round(flat, 6), axis=0, return_index=True, return_inverse=True)
    shape = Piece.quads(points[first] + np.asarray(centre, float), same.reshape(-1)[np.concatenate(quads)], smooth=True)
    return dressed(shape, colour, OTHER)


def _lines(half: float, soft: float) -> np.ndarray:
    """Grid lines from edge to edge, close where it is round."""
    inner = half - soft
    return np.unique(np.round([-half, -inner - 0.4 * soft, -inner, 0.0, inner, inner + 0.4 * soft, half], 6))


def rod(start: Size, end: Size, radius: float | tuple[float, float], colour: Colour, sides: int = 7) -> Piece:
    """A round bar from one point to another, thinner at one end where two radii are given."""
    thick = np.broadcast_to(np.asarray(radius, float), 2)
    return dressed(tube(np.array([start, end], float), thick, sides, capped=True), colour, OTHER)


def legs(wide: float, deep: float, tall: float, colour: Colour, radius: float = 0.022, splay: float = 0.0) -> Piece:
    """Four legs under something whose back is at y = 0, thinner at the foot."""
    made = []
    for x in (-1, 1):
        for y in (-0.06, 0.06 - deep):
            top = np.array([x * (wide / 2 - 0.06), y, tall])
            out = np.array([x * splay, np.sign(y + deep / 2) * splay, 0.0])
            made.append(rod((top + out) * (1, 1, 0), top, (0.65 * radius, radius), colour))
    return join(made)


def handle(x: float, y: float, z: float, long: float = 0.11, upright: bool = False, colour: Colour = METAL) -> Piece:
    """A bowed pull on a front that looks towards -y."""
    along = np.array([0, 0, long / 2]) if upright else np.array([long / 2, 0, 0])
    middle = np.array([x, y, z])
    out = np.array([0, -0.028, 0])
    path = np.array([middle - along, middle - along + out, middle + along + out, middle + along])
    return dressed(tube(path, 0.006, 5), colour, OTHER)


def knob(x: float, y: float, z: float, radius: float = 0.015, colour: Colour = METAL) -> Piece:
    """A turned knob on a front that looks towards -y."""
    profile = np.array([[0.4, 0.0], [0.4, 0.6], [1.0, 1.0], [1.0, 1.6], [0.02, 2.0]]) * radius
    place = rotation((1, 0, 0), np.pi / 2)
    place[:3, 3] = (x, y, z)
    return dressed(lathe(profile, 9).moved(place), colour, OTHER)


def drawers(
    draw: np.random.Generator,
    wide: float,
    count: int,
    low: float,
    high: float,
    y: float,
    colour: Colour,
    x: float = 0.0,
) -> list[Piece]:
    """A column of drawers with their fronts at ``y``; some pulled out, one maybe gone."""
    done, tall = [], (high - low) / count
    for number in range(count):
        fate = float(draw.random())
        z = low + (number + 0.5) * tall
        if fate < 0.1:
            done.append(board((wide - 0.02, 0.01, tall - 0.02), (x, y + 0.3, z), DARK))
            continue
        out = float(draw.uniform(0.06, 0.28)) if fate < 0.35 else 0.0
        shade = np.asarray(colour) * float(draw.uniform(0.94, 1.06))
        done += [board((wide - 0.012, 0.02, tall - 0.012), (x, y - out, z), shade), handle(x, y - out - 0.01, z)]
        if out:
            for side in (-1, 1):
                done.append(
                    board((0.012, out, tall * 0.6), (x + side * (wide / 2 - 0.02), y - out / 2, z), shade * 0.7)
                )
            done.append(board((wide - 0.04, out, 0.01), (x, y - out / 2, z - 0.3 * tall), shade * 0.6))
    return done


def front(
    draw: np.random.Generator, left: float, right: float, low: float, high: float, y: float, colour: Colour,
    hinge: int, open_share: float = 0.3,
) -> list[Piece]:  # fmt: skip
    """A framed cupboard door at ``y`` between ``left`` and ``right``; shut, ajar, hanging or gone (then nothing).

    ``hinge``: -1 at the left edge, 1 at the right.
    """
    wide, tall = right - left - 0.006, high - low - 0.006
    if draw.random() < 0.07:
        return []
    shade = np.asarray(colour) * float(draw.uniform(0.95, 1.06))
    # as built around its hinge at the origin, reaching away from it
    parts = [
        board((wide, 0.018, tall), (-hinge * wide / 2, 0, 0), shade),
        board((0.6 * wide, 0.006, 0.75 * tall), (-hinge * wide / 2, -0.011, 0), shade * 0.86, 0.003),
        handle(-hinge * (wide - 0.045), -0.01, -0.1 * tall, 0.11, upright=True),
    ]
    swing = float(draw.uniform(0.3, 1.9)) if draw.random() < open_share else 0.0
    place = rotation((0, 0, 1), hinge * swing)
    if swing and draw.random() < 0.35:  # one hinge torn off
        place = place @ rotation((0, 1, 0), -hinge * float(draw.uniform(0.05, 0.16)))
    place[:3, 3] = (left if hinge < 0 else right, y, (low + high) / 2)
    return [join(parts).moved(place)]
