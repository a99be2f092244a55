"""What people leave behind: beds, wardrobes, tables, doors, radiators, as dressed pieces standing on z = 0.

Every builder takes a random stream and gives a piece centred on x, its back at y = 0 and its front towards -y.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .meshes import Piece, join
from .noise import fractal
from .shapes import OTHER, Colour, box, dressed, grid_quads, tube

WOODS = ((0.20, 0.11, 0.055), (0.30, 0.19, 0.10), (0.11, 0.065, 0.04), (0.42, 0.34, 0.24), (0.50, 0.48, 0.44))
CLOTHS = (
    (0.35, 0.10, 0.09), (0.12, 0.17, 0.30), (0.45, 0.40, 0.32), (0.14, 0.24, 0.16), (0.50, 0.48, 0.46),
    (0.33, 0.22, 0.36), (0.45, 0.30, 0.12), (0.08, 0.08, 0.09),
)  # fmt: skip

Box = tuple[tuple[float, float, float], tuple[float, float, float], Colour]
"""(size, centre, colour)."""


def boxes(parts: list[Box]) -> Piece:
    """Coloured boxes as one piece."""
    return join([dressed(box(size, centre), colour, OTHER) for size, centre, colour in parts])


def pick(draw: np.random.Generator, palette: tuple[Colour, ...], spread: float = 0.15) -> np.ndarray:
    """A colour of the palette, a little lighter or darker."""
    return np.asarray(palette[int(draw.integers(len(palette)))]) * float(draw.uniform(1 - spread, 1 + spread))


def wardrobe(draw: np.random.Generator) -> Piece:
    """Two doors, one of them maybe open."""
    wood, wide, tall = pick(draw, WOODS), float(draw.uniform(0.9, 1.6)), float(draw.uniform(1.7, 2.1))
    parts: list[Box] = [
        ((wide, 0.03, tall), (0, -0.02, tall / 2), wood * 0.6),
        ((0.03, 0.55, tall), (-wide / 2, -0.28, tall / 2), wood),
        ((0.03, 0.55, tall), (wide / 2, -0.28, tall / 2), wood),
        ((wide, 0.55, 0.03), (0, -0.28, tall), wood),
        ((wide, 0.55, 0.06), (0, -0.28, 0.06), wood),
        ((wide, 0.5, 0.02), (0, -0.28, tall * 0.8), wood * 0.8),
        ((wide / 2 - 0.01, 0.025, tall - 0.1), (wide / 4, -0.56, tall / 2 + 0.02), wood * 1.1),
    ]
    if draw.random() < 0.5:
        parts.append(((0.025, wide / 2, tall - 0.1), (-wide / 2, -0.56 - wide / 4, tall / 2 + 0.02), wood * 1.1))
    else:
        parts.append(((wide / 2 - 0.01, 0.025, tall - 0.1), (-wide / 4, -0.56, tall / 2 + 0.02), wood * 1.05))
    return boxes(parts)


def bed(draw: np.random.Generator) -> Piece:
    """Frame, mattress, a crumpled blanket and a pillow; the head at the back."""
    wood, wide = pick(draw, WOODS), float(draw.choice([0.9, 1.4]))
    frame = boxes(
        [
            ((wide, 0.05, 0.9), (0, -0.03, 0.45), wood),
            ((wide, 0.05, 0.5), (0, -2.0, 0.25), wood),
            ((wide, 1.95, 0.12), (0, -1.0, 0.28), wood * 0.8),
            ((wide - 0.04, 1.9, 0.16), (0, -1.0, 0.42), pick(draw, ((0.55, 0.53, 0.48), (0.40, 0.42, 0.48)))),
            ((0.55, 0.35, 0.12), (float(draw.normal(0, 0.1)), -0.28, 0.55), (0.58, 0.57, 0.55)),
        ]
    )
    blanket = crumpled(draw, wide + 0.25, 1.4, 0.06).moved(_at(0, -1.25, 0.53))
    return join([frame, blanket])


def table(draw: np.random.Generator) -> Piece:
    """A table with four legs."""
    wood, wide, deep = pick(draw, WOODS), float(draw.uniform(0.8, 1.3)), float(draw.uniform(0.6, 0.8))
    legs: list[Box] = [
        ((0.05, 0.05, 0.72), (x * (wide / 2 - 0.05), -deep / 2 + y * (deep / 2 - 0.05), 0.36), wood * 0.8)
        for x in (-1, 1)
        for y in (-1, 1)
    ]
    return boxes([((wide, deep, 0.03), (0, -deep / 2, 0.735), wood), *legs])


def chair(draw: np.random.Generator) -> Piece:
    """A kitchen chair."""
    wood = pick(draw, WOODS)
    legs: list[Box] = [
        ((0.035, 0.035, tall), (x * 0.18, -0.05 - y * 0.35, tall / 2), wood)
        for x in (-1, 1)
        for y, tall in ((0, 0.9), (1, 0.45))
    ]
    seat = pick(draw, CLOTHS)
    return boxes([((0.4, 0.4, 0.04), (0, -0.22, 0.46), seat), ((0.38, 0.02, 0.16), (0, -0.05, 0.8), wood), *legs])


def sofa(draw: np.random.Generator) -> Piece:
    """Seat, back and arms, one cushion gone."""
    cloth, wide = pick(draw, CLOTHS), float(draw.uniform(1.5, 2.0))
    parts: list[Box] = [
        ((wide, 0.2, 0.75), (0, -0.1, 0.42), cloth),
        ((wide, 0.8, 0.25), (0, -0.42, 0.2), cloth * 0.9),
        ((0.18, 0.8, 0.5), (-wide / 2, -0.42, 0.3), cloth),
        ((0.18, 0.8, 0.5), (wide / 2, -0.42, 0.3), cloth),
        ((wide / 2 - 0.12, 0.62, 0.16), (-wide / 4 + 0.02, -0.5, 0.4), cloth * 1.1),
    ]
    return boxes(parts)


def kitchen(draw: np.random.Generator) -> Piece:
    """Cupboards, a sink or stove, wall cupboards above."""
    front, count = pick(draw, ((0.55, 0.53, 0.48), (0.30, 0.36, 0.40), *WOODS)), int(draw.integers(2, 5))
    parts: list[Box] = [((count * 0.6, 0.62, 0.035), (0, -0.31, 0.87), (0.25, 0.24, 0.23))]
    for number in range(count):
        x = (number - (count - 1) / 2) * 0.6
        shade = front if number != 1 else np.array([0.52, 0.52, 0.52])
        parts.append(((0.58, 0.58, 0.84), (x, -0.3, 0.43), shade * float(draw.uniform(0.9, 1.1))))
        if draw.random() < 0.6:
            parts.append(((0.58, 0.32, 0.65), (x, -0.17, 1.75), front * float(draw.uniform(0.9, 1.1))))
    return boxes(parts)


def radiator(draw: np.random.Generator) -> Piece:
    """Cast-iron ribs hung on the wall."""
    ribs, paint = int(draw.integers(5, 10)), pick(draw, ((0.55, 0.54, 0.50), (0.48, 0.40, 0.30)))
    parts: list[Box] = [((0.055, 0.11, 0.5), ((n - ribs / 2) * 0.08, -0.1, 0.38), paint) for n in range(ribs)]
    return boxes([*parts, ((ribs * 0.08, 0.04, 0.04), (-0.04, -0.1, 0.16), paint)])


def door(draw: np.random.Generator) -> Piece:
    """A door's leaf with sunk panels."""
    paint = pick(draw, ((0.55, 0.53, 0.48), (0.32, 0.20, 0.11), (0.22, 0.30, 0.34), (0.45, 0.36, 0.24)))
    parts: list[Box] = [((0.8, 0.035, 2.0), (0, -0.02, 1.0), paint)]
    for z, tall in ((0.5, 0.7), (1.42, 0.8)):
        parts += [((0.56, 0.012, tall), (0, side * 0.022 - 0.02, z), paint * 0.8) for side in (-1, 1)]
    return boxes([*parts, ((0.1, 0.09, 0.02), (0.33, -0.02, 1.02), (0.3, 0.29, 0.27))])


def sink(draw: np.random.Generator) -> Piece:
    """A wash basin on its foot, with a mirror."""
    white = np.array([0.58, 0.57, 0.55]) * float(draw.uniform(0.85, 1.0))
    return boxes(
        [
            ((0.55, 0.42, 0.16), (0, -0.22, 0.8), white),
            ((0.16, 0.16, 0.75), (0, -0.12, 0.37), white),
            ((0.5, 0.02, 0.6), (0, -0.015, 1.5), (0.10, 0.12, 0.13)),
        ]
    )


def bath(draw: np.random.Generator) -> Piece:
    """An enamelled tub, open on top."""
    white = np.array([0.60, 0.59, 0.57]) * float(draw.uniform(0.85, 1.0))
    return boxes(
        [
            ((1.6, 0.7, 0.06), (0, -0.36, 0.18), white * 0.8),
            ((1.6, 0.06, 0.45), (0, -0.03, 0.38), white),
            ((1.6, 0.06, 0.45), (0, -0.69, 0.38), white),
            ((0.06, 0.7, 0.45), (-0.8, -0.36, 0.38), white),
            ((0.06, 0.7, 0.45), (0.8, -0.36, 0.38), white),
        ]
    )


def fridge(draw: np.random.Generator) -> Piece:
    """A white box with two doors."""
    white, tall = np.array([0.60, 0.60, 0.58]) * float(draw.uniform(0.8, 1.0)), float(draw.uniform(1.3, 1.8))
    return boxes(
        [
            ((0.58, 0.58, tall), (0, -0.3, tall / 2), white),
            ((0.585, 0.03, tall * 0.3), (0, -0.61, tall * 0.83), white),
            ((0.585, 0.03, tall * 0.64), (0, -0.61, tall * 0.34), white),
        ]
    )


def carpet(draw: np.random.Generator) -> Piece:
    """A patterned rug, hung on the wall behind."""
    field, edge = pick(draw, CLOTHS), pick(draw, CLOTHS)
    wide = float(draw.uniform(1.4, 2.2))
    return boxes(
        [
            ((wide, 0.01, 1.3), (0, -0.012, 1.55), edge * 0.7),
            ((wide - 0.24, 0.01, 1.06), (0, -0.018, 1.55), field),
            ((wide - 0.8, 0.01, 0.5), (0, -0.024, 1.55), edge * 1.2),
        ]
    )


def crumpled(draw: np.random.Generator, wide: float, long: float, depth: float) -> Piece:
    """A cloth lying in folds, centred, about ``depth`` metres thick."""
    columns, rows = 18, 18
    u, v = np.meshgrid(np.linspace(-0.5, 0.5, columns), np.linspace(-0.5, 0.5, rows), indexing="ij")
    flat = np.stack([u * wide, v * long, np.zeros_like(u)], -1)
    seed = float(draw.uniform(0, 60))
    fold = 1.0 - np.abs(fractal(flat, 2.6, 2, seed)) * 2.0
    points = flat + np.stack(
        [0.10 * fractal(flat, 1.7, 2, seed + 3), 0.10 * fractal(flat, 1.7, 2, seed + 7), depth * fold], -1
    )
    shape = Piece.quads(points.reshape(-1, 3), grid_quads(columns, rows), smooth=True)
    stripes = 1.0 - 0.3 * (np.sin(u.ravel() * wide * float(draw.uniform(12, 40))) > 0.3) * float(draw.random() < 0.5)
    return dressed(shape, pick(draw, CLOTHS) * stripes[:, None], OTHER)


def lamp(draw: np.random.Generator) -> Piece:
    """A ceiling lamp on its wire, hanging down from z = 0."""
    drop = float(draw.uniform(0.3, 0.6))
    wire = dressed(tube(np.array([[0, 0, 0], [0, 0, -drop]]), 0.008, 3), (0.03, 0.03, 0.03), OTHER)
    return join([wire, dressed(box((0.22, 0.22, 0.12), (0, 0, -drop)), (0.50, 0.47, 0.40), OTHER)])


ROOMS: dict[str, tuple[Callable[[np.random.Generator], Piece], ...]] = {
    "bedroom": (bed, wardrobe, carpet, chair),
    "living": (sofa, table, wardrobe, carpet, chair),
    "kitchen": (kitchen, table, chair, fridge),
    "bath": (bath, sink),
}


def _at(x: float, y: float, z: float) -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, 3] = (x, y, z)
    return matrix
