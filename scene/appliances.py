"""White goods, plumbing and what hangs on walls and ceilings: fridges, baths, radiators, lamps, pictures, carpets.

Builders give a piece centred on x, standing on z 0, its back at y 0 and its front towards -y.
"""

from __future__ import annotations

import numpy as np

from .joinery import CLOTHS, DARK, METAL, WOODS, board, handle, pad, pick, rod
from .meshes import Piece, join
from .shapes import OTHER, Colour, dressed, lathe, rotation, tube


def fridge(draw: np.random.Generator) -> Piece:
    """A rounded case with two doors, handles and a grille; some stand open on their shelves."""
    white, tall = np.array([0.60, 0.60, 0.58]) * float(draw.uniform(0.8, 1.0)), float(draw.uniform(1.3, 1.8))
    split = 0.68 * tall
    parts = [
        board((0.58, 0.56, tall - 0.04), (0, -0.29, tall / 2 + 0.02), white, 0.02),
        board((0.54, 0.52, 0.05), (0, -0.27, 0.03), DARK),
        *(
            rod((-0.25 + 0.05 * n, -0.004, 0.2), (-0.25 + 0.05 * n, -0.004, tall - 0.2), 0.004, DARK, 4)
            for n in range(11)
        ),
    ]
    parts += _fridge_door(draw, white, split + 0.01, tall, False)
    opened = draw.random() < 0.35
    parts += _fridge_door(draw, white, 0.06, split, opened)
    if opened:
        parts.append(board((0.5, 0.01, split - 0.12), (0, -0.575, split / 2 + 0.04), white * 0.55))
        parts += [board((0.48, 0.012, 0.015), (0, -0.578, z), METAL) for z in np.linspace(0.3, split - 0.2, 3)]
    return join(parts)


def _fridge_door(draw: np.random.Generator, white: Colour, low: float, high: float, opened: bool) -> list[Piece]:
    leaf = [
        pad((0.58, 0.055, high - low), (0.29, 0, 0), white, 0.018),
        handle(0.53, -0.027, 0.0, min(0.3, 0.5 * (high - low)), upright=True),
    ]
    place = rotation((0, 0, 1), -float(draw.uniform(0.6, 1.9)) if opened else 0.0)
    place[:3, 3] = (-0.29, -0.605, (low + high) / 2)
    return [join(leaf).moved(place)]


def washer(draw: np.random.Generator) -> Piece:
    """A washing machine: round window, panel, knob."""
    white = np.array([0.60, 0.60, 0.58]) * float(draw.uniform(0.8, 1.0))
    ring = np.array([[0.19, -0.02], [0.19, 0.02], [0.15, 0.03], [0.14, 0.0]])
    face = rotation((1, 0, 0), np.pi / 2)
    face[:3, 3] = (0, -0.56, 0.42)
    glass = lathe(np.array([[0.145, 0.0], [0.08, 0.025], [0.005, 0.03]]), 16).moved(face)
    parts = [
        board((0.59, 0.54, 0.83), (0, -0.285, 0.43), white, 0.015),
        board((0.59, 0.56, 0.03), (0, -0.28, 0.85), white * 0.95),
        dressed(lathe(ring, 18).moved(face), METAL, OTHER), dressed(glass, (0.03, 0.035, 0.04), OTHER),
        board((0.57, 0.012, 0.1), (0, -0.558, 0.77), white * 0.82),
        rod((0.2, -0.55, 0.77), (0.2, -0.595, 0.77), 0.03, METAL),
        board((0.16, 0.015, 0.07), (-0.18, -0.56, 0.77), white * 0.7),
    ]  # fmt: skip
    return join(parts)


def television(draw: np.random.Generator) -> Piece:
    """A flat screen on a low cabinet, the glass cracked or fallen forward."""
    wood, wide = pick(draw, WOODS), float(draw.uniform(0.7, 1.1))
    fallen = draw.random() < 0.4
    screen = [
        board((wide, 0.05, 0.6 * wide), (0, 0, 0.3 * wide), (0.025, 0.025, 0.027), 0.01),
        board((wide - 0.05, 0.006, 0.6 * wide - 0.06), (0, -0.026, 0.3 * wide), (0.012, 0.013, 0.016)),
    ]
    place = rotation((1, 0, 0), 1.35 if fallen else float(draw.normal(0, 0.05)))
    place[:3, 3] = (0, -0.2, 0.5)
    return join(
        [
            board((wide + 0.2, 0.4, 0.03), (0, -0.2, 0.47), wood, 0.006),
            *(board((0.025, 0.38, 0.45), (x * (wide / 2 + 0.07), -0.2, 0.23), wood * 0.9) for x in (-1, 0, 1)),
            board((wide + 0.16, 0.38, 0.02), (0, -0.2, 0.2), wood * 0.85),
            board((wide + 0.16, 0.01, 0.42), (0, -0.02, 0.25), wood * 0.6),
            join(screen).moved(place),
        ]
    )


def radiator(draw: np.random.Generator) -> Piece:
    """Cast-iron ribs with rounded edges on two pipes, hung on the wall."""
    ribs, paint = int(draw.integers(5, 10)), pick(draw, ((0.55, 0.54, 0.50), (0.48, 0.40, 0.30)))
    parts = []
    for number in range(ribs):
        x = (number - (ribs - 1) / 2) * 0.08
        parts.append(board((0.055, 0.05, 0.5), (x, -0.075, 0.38), paint, 0.015))
        parts.append(board((0.05, 0.05, 0.5), (x, -0.13, 0.38), paint, 0.015))
    for z in (0.17, 0.59):
        parts.append(rod((-ribs * 0.04 - 0.05, -0.1, z), (ribs * 0.04 + 0.05, -0.1, z), 0.022, paint))
    side = float(draw.choice([-1, 1])) * (ribs * 0.04 + 0.05)
    parts.append(rod((side, -0.1, 0.17), (side, -0.1, -0.02), 0.013, paint * 0.95))
    parts.append(rod((side, -0.1, 0.59), (side, -0.1, 1.6), 0.013, paint * 0.95))
    return join(parts)


def sink(draw: np.random.Generator) -> Piece:
    """A wash basin on its foot with a tap, a mirror and a shelf above."""
    white = np.array([0.58, 0.57, 0.55]) * float(draw.uniform(0.85, 1.0))
    bowl = np.array([[0.05, -0.15], [0.2, -0.1], [0.27, 0.05], [0.28, 0.07], [0.25, 0.07], [0.2, -0.02], [0.03, -0.08]])
    place = np.diag([1.0, 0.78, 1.0, 1.0])
    place[:3, 3] = (0, -0.24, 0.8)
    foot = np.array([[0.1, 0.0], [0.075, 0.1], [0.07, 0.6], [0.1, 0.68]])
    stem = np.eye(4)
    stem[:3, 3] = (0, -0.2, 0)
    tap = np.array([[0, -0.05, 0.86], [0, -0.05, 0.98], [0, -0.1, 1.02], [0, -0.18, 0.99]])
    parts = [
        dressed(lathe(bowl, 20).moved(place), white, OTHER), dressed(lathe(foot, 12).moved(stem), white * 0.97, OTHER),
        board((0.5, 0.1, 0.05), (0, -0.05, 0.84), white, 0.015), dressed(tube(tap, 0.012, 6), METAL, OTHER),
        board((0.5, 0.012, 0.6), (0, -0.01, 1.5), (0.10, 0.12, 0.13)),
        board((0.5, 0.1, 0.012), (0, -0.06, 1.16), white * 0.7),
    ]  # fmt: skip
    return join(parts)


def bath(draw: np.random.Generator) -> Piece:
    """An enamelled tub with a rolled rim, its inside hollow."""
    white = np.array([0.60, 0.59, 0.57]) * float(draw.uniform(0.85, 1.0))
    rings = ((0.62, 0.22, 0.04), (0.76, 0.33, 0.1), (0.8, 0.35, 0.52), (0.82, 0.37, 0.56), (0.79, 0.34, 0.57),
             (0.76, 0.31, 0.53), (0.7, 0.27, 0.2), (0.55, 0.18, 0.16))  # fmt: skip
    turn = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    # a superellipse: straight sides, round ends
    shape = np.stack([np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.6,
                      np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.6], 1)  # fmt: skip
    points = np.concatenate([np.c_[shape * (a, b) + (0, -0.38), np.full(28, z)] for a, b, z in rings])
    here, after = np.arange(28), (np.arange(28) + 1) % 28
    quads = [np.stack([k * 28 + here, k * 28 + after, (k + 1) * 28 + after, (k + 1) * 28 + here], 1) for k in range(7)]
    whole = Piece.quads(points, np.concatenate(quads), smooth=True)
    whole.corners = np.concatenate([whole.corners, 7 * 28 + here]).astype(np.int32)
    whole.sizes = np.r_[whole.sizes, 28].astype(np.int32)
    feet = [
        rod((x, y, 0), (0.9 * x, 0.9 * y - 0.04, 0.12), (0.02, 0.03), white * 0.8)
        for x in (-0.5, 0.5)
        for y in (-0.2, -0.55)
    ]
    return join([dressed(whole, white, OTHER), *feet, rod((-0.6, -0.03, 0.6), (-0.6, -0.03, 0.8), 0.012, METAL)])


def carpet(draw: np.random.Generator) -> Piece:
    """A patterned rug hung on the wall behind, one corner down on some."""
    field, edge = pick(draw, CLOTHS), pick(draw, CLOTHS)
    wide, rows, columns = float(draw.uniform(1.4, 2.2)), 22, 31
    u, v = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows), indexing="ij")
    colour = np.where((np.maximum(np.abs(u) * 1.05, np.abs(v)) > 0.82)[..., None], edge * 0.7, field)
    diamond = (np.abs(u) / 0.6 + np.abs(v) / 0.7 < 1) & (np.abs(u) / 0.45 + np.abs(v) / 0.5 > 0.7)
    colour = np.where(diamond[..., None], edge * 1.2, colour)
    colour = np.where(((np.sin(u * 19) * np.sin(v * 13)) > 0.62)[..., None], 0.6 * colour + 0.1, colour)
    down = np.clip(u * float(draw.choice([-1, 1])) + v - float(draw.choice([1.0, 2.5])), 0, None)
    y = -0.014 - 0.012 * (1 + np.sin(4.0 * u + 2.0 * v)) - 0.22 * down
    points = np.stack([u * wide / 2, y, 1.55 + 0.65 * v - 0.5 * down**1.5], -1).reshape(-1, 3)
    first = np.arange(columns - 1)[:, None] * rows + np.arange(rows - 1)
    quads = np.stack([first, first + rows, first + rows + 1, first + 1], -1).reshape(-1, 4)
    return dressed(Piece.quads(points, quads, smooth=True), colour.reshape(-1, 3), OTHER)


def picture(draw: np.random.Generator) -> Piece:
    """A framed picture or a calendar, hanging askew."""
    wide, tall = float(draw.uniform(0.25, 0.6)), float(draw.uniform(0.3, 0.5))
    wood, sky, land = pick(draw, WOODS), pick(draw, CLOTHS) + 0.15, pick(draw, CLOTHS)
    parts = [
        board((wide, 0.008, tall * 0.55), (0, -0.012, tall * 0.2), sky),
        board((wide, 0.008, tall * 0.45), (0, -0.012, -tall * 0.28), land),
    ]
    for side in (-1, 1):
        parts.append(board((0.03, 0.025, tall + 0.03), (side * wide / 2, -0.014, 0), wood, 0.006))
        parts.append(board((wide + 0.03, 0.025, 0.03), (0, -0.014, side * tall / 2), wood, 0.006))
    askew = rotation((0, 1, 0), float(draw.normal(0, 0.12)))
    askew[:3, 3] = (0, 0, float(draw.uniform(1.5, 1.75)))
    return join(parts).moved(askew)


def lamp(draw: np.random.Generator) -> Piece:
    """A ceiling lamp on its wire, hanging down from z = 0: a shade, a globe or three arms."""
    drop, style = float(draw.uniform(0.3, 0.6)), float(draw.random())
    sway = 0.12 * float(draw.normal())
    end = np.array([sway, 0.0, -drop])
    parts = [dressed(tube(np.array([[0, 0, 0], 0.5 * end + [0.02, 0, 0], end]), 0.006, 4), DARK, OTHER)]
    place = np.eye(4)
    place[:3, 3] = end
    if style < 0.45:
        shade = lathe(np.array([[0.19, -0.15], [0.1, 0.0], [0.09, 0.0], [0.18, -0.15]]), 16)
        parts.append(dressed(shade.moved(place), pick(draw, ((0.50, 0.47, 0.40), *CLOTHS)), OTHER))
    elif style < 0.7:
        turn = np.linspace(0.02, np.pi - 0.02, 9)
        globe = lathe(np.stack([0.12 * np.sin(turn), -0.12 * np.cos(turn) - 0.1], 1), 14)
        parts.append(dressed(globe.moved(place), (0.58, 0.57, 0.54), OTHER))
    else:
        for number in range(3):
            spin = 2.09 * number
            tip = end + [0.22 * np.cos(spin), 0.22 * np.sin(spin), 0.03]
            parts.append(rod(end - [0, 0, 0.05], tip, 0.008, METAL, 5))
            cup = np.eye(4)
            cup[:3, 3] = tip
            parts.append(dressed(lathe(np.array([[0.02, 0], [0.06, 0.1]]), 10).moved(cup), (0.55, 0.52, 0.45), OTHER))
    return join(parts)
