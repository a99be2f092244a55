"""Small things of the street and the site: what a detector takes for helmets, vests and people if it never saw them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from ..dataset.spec import stream
from .meshes import Piece, join
from .noise import fractal
from .poles import PAINT, PLAIN, SITE
from .shapes import CAST, OTHER, bevelled, box, dressed, grid_quads, lathe, rotation, tube, turned

Colour = tuple[float, float, float]

ORANGE = (0.62, 0.13, 0.015)
YELLOW = (0.60, 0.40, 0.02)
LIME = (0.42, 0.62, 0.03)
WHITE = (0.60, 0.60, 0.58)
RED = (0.42, 0.02, 0.018)
BLUE = (0.02, 0.07, 0.32)
BLACK = (0.015, 0.015, 0.016)
METAL = (0.30, 0.31, 0.32)
TIMBER = (0.24, 0.17, 0.10)


def cone(variant: int) -> Piece:
    """A traffic cone with bands, some grubby, some lying."""
    draw = stream(variant, "cone")
    tall = (0.5, 0.75)[variant % 2]
    colour = (ORANGE, ORANGE, YELLOW)[int(draw.integers(3))]
    foot = 0.26 * tall + 0.08
    edges = np.array([0.03, 0.38, 0.55, 0.68, 0.83, 1.0])
    parts = [_part(bevelled((2.2 * foot, 2.2 * foot, 0.04), 0.015, (0, 0, 0.02)), np.array(colour) * 0.7)]
    for number, (low, high) in enumerate(pairwise(edges)):
        profile = np.array([[_cone_radius(low, foot), low * tall], [_cone_radius(high, foot), high * tall]])
        parts.append(_part(lathe(profile, 20), WHITE if number in (1, 3) else colour))
    parts.append(_part(lathe(np.array([[_cone_radius(1.0, foot), tall], [0.012, tall - 0.01]]), 20), colour))
    whole = join(parts)
    if draw.random() < 0.25:
        whole = whole.moved(turned(0, 0, 0, foot * 1.0) @ rotation((0, 1, 0), np.radians(82)))
    return whole


def bucket(variant: int) -> Piece:
    """A builder's bucket, upright or upside down: from above as round as a helmet."""
    draw = stream(variant, "bucket")
    colour = (WHITE, ORANGE, YELLOW, RED, BLUE, BLACK, METAL, LIME)[variant % 8]
    tall = float(draw.uniform(0.26, 0.36))
    top, low = tall * 0.5, tall * 0.38
    profile = np.array(
        [
            [0.01, 0.005],
            [low, 0.005],
            [low + 0.004, 0.02],
            [top - 0.006, tall - 0.05],
            [top + 0.008, tall - 0.05],
            [top + 0.008, tall - 0.035],
            [top, tall - 0.03],
            [top, tall],
            [top - 0.006, tall],
            [low - 0.006, 0.02],
            [0.01, 0.016],
        ]
    )
    parts = [_part(lathe(profile, 24), colour)]
    turn = np.linspace(0, np.pi, 13)
    lean = float(draw.uniform(0.1, 1.4))
    arc = np.stack(
        [top * np.cos(turn), top * np.sin(turn) * np.cos(lean), tall - 0.03 + top * np.sin(turn) * np.sin(lean)], -1
    )
    parts.append(_part(tube(arc, 0.004, 4), METAL))
    whole = join(parts)
    if variant % 3 == 1:
        return whole.moved(turned(0, 0, 0, tall) @ rotation((1, 0, 0), np.pi))
    return whole


def sign(variant: int) -> Piece:
    """A road sign without writing: triangle, disc, diamond or board."""
    draw = stream(variant, "sign")
    lean = rotation((1, 0, 0), float(draw.normal(0, 0.06))) @ rotation((0, 1, 0), float(draw.normal(0, 0.06)))
    parts = [_part(tube(np.array([[0, 0, -0.3], [0, 0, 2.65]]), 0.03, 8, True), METAL)]
    layers = (
        [(3, 0.46, RED), (3, 0.34, WHITE)], [(24, 0.32, RED), (24, 0.25, WHITE)], [(24, 0.32, BLUE)],
        [(4, 0.44, WHITE), (4, 0.38, YELLOW)], [(8, 0.36, WHITE), (8, 0.33, RED)], [(24, 0.32, RED)],
        [(3, 0.46, RED), (3, 0.34, YELLOW)], [(4, 0.42, ORANGE)],
    )[variant % 8]  # fmt: skip
    for number, (corners, radius, colour) in enumerate(layers):
        parts.append(_part(_plate(corners, radius, -0.038 - 0.004 * number), colour))
    mark = (box((0.06, 0.004, 0.22), (0, -0.05, 2.34)), box((0.36, 0.004, 0.08), (0, -0.05, 2.35)))[variant % 2]
    parts.append(_part(mark, WHITE if variant % 8 in (2, 4, 5) else BLACK))
    return join(parts).moved(lean)


def barrier(variant: int) -> Piece:
    """A striped plank on trestles, a tube fence or a concrete block."""
    if variant % 3 == 2:
        profile = [
            (-0.30, 0),
            (-0.30, 0.08),
            (-0.16, 0.30),
            (-0.09, 0.80),
            (0.09, 0.80),
            (0.16, 0.30),
            (0.30, 0.08),
            (0.30, 0),
        ]
        ends = np.array([[x, y, z] for x in (-1.0, 1.0) for y, z in profile])
        sides = np.array([[n, (n + 1) % 8, 8 + (n + 1) % 8, 8 + n] for n in range(8)])
        block = Piece(
            ends,
            np.concatenate([sides[:, ::-1].ravel(), np.arange(8), np.arange(8, 16)[::-1]]).astype(np.int32),
            np.array([4] * 8 + [8, 8], np.int32),
        )
        return _part(block, (0.36, 0.35, 0.33), SITE, CAST)
    if variant % 3 == 1:
        return _fence()
    stripes = (RED, WHITE) if variant % 2 else (ORANGE, WHITE)
    parts = []
    for level in (0.92, 0.55):
        for number in range(8):
            plank = bevelled((0.25, 0.03, 0.2), 0.004, (-0.875 + 0.25 * number, 0, level))
            parts.append(_part(plank, stripes[number % 2]))
    for x in (-0.8, 0.8):
        for y in (-0.3, 0.3):
            leg = np.array([[x, y, 0.0], [x, 0.02 * np.sign(y), 1.05]])
            parts.append(_part(tube(leg, 0.022, 6), METAL))
    return join(parts)


def vest_pole(variant: int) -> Piece:
    """A hi-vis vest hung on a stake, a fence post or a shovel's handle: nobody in it."""
    draw = stream(variant, "vest")
    colour = (LIME, ORANGE, YELLOW, LIME)[variant % 4]
    tall = float(draw.uniform(1.3, 1.7))
    stake = np.array([[0.0, 0.0, -0.2], [0.01, 0.0, tall * 0.6], [0.0, 0.01, tall + 0.06]])
    parts = [_part(tube(stake, 0.02, 7, True), TIMBER if variant % 2 else METAL)]
    if variant % 3 == 0:
        parts.append(
            _part(tube(np.array([[-0.24, 0, tall - 0.03], [0, 0, tall], [0.24, 0, tall - 0.03]]), 0.014, 6), TIMBER)
        )
        wide = 0.25
    else:
        wide = 0.10
    return join([*parts, _vest(draw, colour, tall, wide, float(draw.uniform(0, 64)))])


def barrel(variant: int) -> Piece:
    """A steel drum, standing or lying."""
    draw = stream(variant, "barrel")
    colour = (BLUE, (0.05, 0.16, 0.07), RED, (0.25, 0.25, 0.25), BLACK, ORANGE, (0.10, 0.045, 0.026), WHITE)[
        variant % 8
    ]
    r, tall = 0.29, 0.88
    profile = [(0.01, 0.015), (r - 0.02, 0.015), (r + 0.006, 0.0), (r + 0.006, 0.02), (r, 0.03)]
    for level in (0.31, 0.59):
        profile += [(r, level - 0.025), (r + 0.014, level), (r, level + 0.025)]
    profile += [
        (r, tall - 0.03),
        (r + 0.006, tall - 0.02),
        (r + 0.006, tall),
        (r - 0.02, tall - 0.015),
        (0.01, tall - 0.015),
    ]
    drum = lathe(np.array(profile), 28)
    drum.vertices += 0.012 * fractal(drum.vertices, 3, 2, variant)[:, None] * [1, 1, 0]
    burnt = np.clip(0.5 * fractal(drum.vertices, 1.5, 3, variant + 3) + (0.5 if variant % 4 == 2 else 0.0), 0, 1)
    whole = _part(drum, colour, PAINT, OTHER, burnt)
    if draw.random() < 0.3:
        return whole.moved(turned(0, -tall / 2, 0, r) @ rotation((0, 1, 0), np.pi / 2))
    return whole


def pallet(variant: int) -> Piece:
    """One to four pallets, some with bricks or sacks on them."""
    draw = stream(variant, "pallet")
    layers = int(draw.integers(1, 4))
    parts = [piece for number in range(layers) for piece in _pallet(draw, 0.146 * number)]
    top = 0.146 * layers
    if variant % 3 == 0:
        parts += _bricks(draw, top)
    elif variant % 3 == 1:
        parts += _sacks(draw, top)
    return join(parts)


def pipes(variant: int) -> Piece:
    """Lengths of pipe lying side by side."""
    draw = stream(variant, "pipes")
    radius = float(draw.choice([0.05, 0.11, 0.16]))
    colour = ((0.16, 0.07, 0.04), (0.45, 0.20, 0.06), METAL, BLACK)[variant % 4]
    parts = []
    for number in range(int(draw.integers(2, 6))):
        length, lean = float(draw.uniform(1.5, 3.5)), float(draw.normal(0, 0.07))
        ends = np.array([[-length / 2, 0, 0], [length / 2, lean, 0]]) + [
            draw.normal(0, 0.2),
            number * 2.1 * radius,
            radius,
        ]
        parts += [_part(tube(ends, radius, 16), colour, PLAIN), _part(tube(ends, radius * 0.9, 16), BLACK, PLAIN)]
    return join(parts)


def machine(variant: int) -> Piece:
    """A generator or compressor on a frame."""
    draw = stream(variant, "machine")
    colour = (YELLOW, RED, ORANGE, (0.05, 0.16, 0.07))[variant % 4]
    parts = [_part(bevelled((0.75, 0.45, 0.4), 0.05, (0, 0, 0.38)), colour, PAINT)]
    parts.append(_part(bevelled((0.4, 0.40, 0.16), 0.05, (-0.12, 0, 0.66)), np.array(colour) * 0.4, PAINT))
    parts.append(_part(bevelled((0.2, 0.30, 0.26), 0.01, (0.39, 0, 0.36)), BLACK))
    parts += [_part(box((0.012, 0.26, 0.012), (0.49, 0, z)), METAL) for z in np.linspace(0.28, 0.46, 6)]
    for y in (-0.27, 0.27):
        frame = [
            [-0.5, y, 0.04],
            [0.5, y, 0.04],
            [0.55, y, 0.4],
            [0.5, y, 0.8],
            [-0.5, y, 0.8],
            [-0.55, y, 0.4],
            [-0.5, y, 0.04],
        ]
        parts.append(_part(tube(np.array(frame), 0.018, 7), BLACK))
    parts.append(_part(tube(np.array([[0.2, -0.2, 0.6], [0.32, -0.3, 0.62], [0.32, -0.3, 0.9]]), 0.03, 8), METAL))
    wheel = lathe(np.array([[0.02, -0.04], [0.15, -0.04], [0.16, 0.0], [0.15, 0.04], [0.02, 0.04]]), 18)
    for y in (-0.33, 0.33):
        place = rotation((1, 0, 0), np.pi / 2)
        place[:3, 3] = (-0.3 + 0.02 * draw.normal(), y, 0.16)
        parts.append(_part(wheel.moved(place), BLACK))
    return join(parts)


def cloth(variant: int) -> Piece:
    """A tarpaulin or a blanket dropped on something: lies in folds, as a body might."""
    draw = stream(variant, "cloth")
    colour = (BLUE, ORANGE, (0.05, 0.16, 0.07), WHITE, LIME, (0.25, 0.22, 0.18), RED, METAL)[variant % 8]
    size = float(draw.uniform(1.4, 2.4))
    steps = np.linspace(-0.5, 0.5, 46) * size
    x, y = np.meshgrid(steps, steps * draw.uniform(0.5, 0.8), indexing="ij")
    p = np.stack([x, y, np.zeros_like(x)], -1)
    seed = float(draw.uniform(0, 64))
    hidden = np.exp(-((x / (0.32 * size)) ** 2) - (y / (0.16 * size)) ** 2) * draw.uniform(0.1, 0.4)
    folds = 0.05 * np.abs(fractal(p * [1, 2.2, 1], 2.2, 2, seed)) + 0.018 * np.abs(fractal(p, 6, 2, seed + 5))
    p[..., 2] = 0.012 + hidden * (1 + 0.5 * fractal(p, 2.5, 2, seed + 3)) + folds
    p[..., :2] += 0.08 * np.stack([fractal(p, 1.2, 2, seed + 7), fractal(p, 1.2, 2, seed + 9)], -1)
    return _part(Piece.quads(p.reshape(-1, 3), grid_quads(46, 46), smooth=True), colour)


BUILDERS: dict[str, Callable[[int], Piece]] = {
    "cone": cone, "bucket": bucket, "sign": sign, "barrier": barrier, "vest_pole": vest_pole, "barrel": barrel,
    "pallet": pallet, "pipes": pipes, "machine": machine, "cloth": cloth,
}  # fmt: skip


def _part(
    piece: Piece, colour: Colour | np.ndarray, slot: int = PLAIN, kind: float = OTHER, soot: float | np.ndarray = 0.0
) -> Piece:
    piece.material = slot
    return dressed(piece, colour, kind, soot)


def _cone_radius(share: float, foot: float) -> float:
    return foot * (0.86 - 0.68 * share)


def _plate(corners: int, radius: float, y: float) -> Piece:
    """A regular plate facing -y, its middle 2.35 m high."""
    turn = np.arange(corners) * 2 * np.pi / corners + (np.pi / 2 if corners != 8 else np.pi / 8)
    ring = np.stack([radius * np.cos(turn), np.full(corners, y), 2.35 + radius * np.sin(turn)], -1)
    both = np.concatenate([ring, ring + [0, 0.003, 0]])
    face = np.concatenate([np.arange(corners), corners + np.arange(corners)[::-1]])
    return Piece(both, face.astype(np.int32), np.array([corners, corners], np.int32))


def _fence() -> Piece:
    parts = []
    frame = [[-1.1, 0, 0.1], [-1.1, 0, 1.05], [1.1, 0, 1.05], [1.1, 0, 0.1], [-1.1, 0, 0.1]]
    parts.append(_part(tube(np.array(frame), 0.021, 7), METAL))
    parts += [_part(tube(np.array([[x, 0, 0.1], [x, 0, 1.05]]), 0.008, 5), METAL) for x in np.linspace(-1, 1, 17)]
    parts += [_part(box((0.06, 0.5, 0.03), (x, 0, 0.03)), METAL) for x in (-0.8, 0.8)]
    return join(parts)


def _vest(draw: np.random.Generator, colour: Colour, tall: float, wide: float, seed: float) -> Piece:
    """A hanging vest: a closed band of cloth gathered at the top, with reflective stripes."""
    levels, around = np.linspace(0, 1, 27), np.linspace(0, 2 * np.pi, 65)
    v, turn = np.meshgrid(levels, around, indexing="ij")
    reach = wide + (0.20 - 0.35 * wide) * np.sqrt(v)
    fold = 0.03 * v * np.sin(turn * 5 + 2.0 * v) + 0.018 * np.sin(turn * 9 + seed)
    x, y = (reach + fold) * np.cos(turn), (0.05 + 0.07 * v + fold) * np.sin(turn)
    hem = 0.025 * np.sin(turn * 3 + seed)
    z = tall - 0.02 - (0.66 + hem) * v - 0.10 * (1 - v) * (np.abs(np.cos(turn)) * wide / 0.25)
    p = np.stack([x, y, z], -1)
    p += 0.022 * v[..., None] * np.stack([fractal(p, 5, 2, seed + k) for k in range(3)], -1)
    tint = np.broadcast_to(np.asarray(colour), (*v.shape, 3)).copy()
    silver = ((np.abs(v - 0.55) < 0.045) | (np.abs(v - 0.80) < 0.045)) | (
        (np.abs(np.abs(np.cos(turn)) - 0.62) < 0.13) & (v < 0.5)
    )
    tint[silver] = (0.50, 0.51, 0.52)
    # the open front
    keep = ~((turn[:-1, :-1] > 4.5) & (turn[:-1, :-1] < 4.5 + 0.4 * float(draw.random())))
    quads = grid_quads(*v.shape)[keep.ravel()]
    piece = Piece.quads(p.reshape(-1, 3), quads, smooth=True)
    return _part(piece, tint.reshape(-1, 3))


def _pallet(draw: np.random.Generator, z: float) -> list[Piece]:
    parts = []
    shade = draw.uniform(0.7, 1.2)
    for level, count in ((0.011, 3), (0.133, 7)):
        for y in np.linspace(-0.35, 0.35, count):
            if draw.random() < 0.08:
                continue
            plank = bevelled((1.2, 0.09, 0.022), 0.003, (0, y + draw.normal(0, 0.004), z + level))
            parts.append(_part(plank, np.array(TIMBER) * shade * draw.uniform(0.8, 1.25)))
    for x in (-0.54, 0.0, 0.54):
        parts.append(_part(bevelled((0.1, 0.8, 0.022), 0.003, (x, 0, z + 0.111)), np.array(TIMBER) * shade))
        parts += [_part(box((0.1, 0.1, 0.078), (x, y, z + 0.061)), np.array(TIMBER) * 0.8) for y in (-0.35, 0.0, 0.35)]
    return parts


def _bricks(draw: np.random.Generator, top: float) -> list[Piece]:
    brick = np.array([0.36, 0.15, 0.085])
    parts = []
    for level in range(int(draw.integers(2, 6))):
        for row in range(6):
            for column in range(4):
                if draw.random() < 0.06 * level:
                    continue
                place = (-0.39 + 0.26 * column, -0.325 + 0.13 * row, top + 0.033 + 0.067 * level)
                stone = bevelled((0.25, 0.12, 0.065), 0.005).moved(turned(float(draw.normal(0, 0.03)), *place))
                parts.append(_part(stone, brick * draw.uniform(0.7, 1.2), SITE, CAST))
    return parts


def _sacks(draw: np.random.Generator, top: float) -> list[Piece]:
    parts = []
    for number in range(int(draw.integers(3, 9))):
        steps = np.linspace(-1, 1, 13)
        x, y = np.meshgrid(steps, steps, indexing="ij")
        fat = 0.07 * np.sqrt(np.clip((1 - x**4) * (1 - y**4), 0, 1))
        upper = np.stack([0.34 * x, 0.2 * y, fat + 0.02 * fractal(np.stack([x, y, 0 * x], -1), 2, 2, number)], -1)
        lower = upper * [1, 1, -0.8]
        quads = grid_quads(13, 13)
        sack = Piece.quads(np.concatenate([upper.reshape(-1, 3), lower.reshape(-1, 3)]),
                           np.concatenate([quads, quads[:, ::-1] + 169]), smooth=True)  # fmt: skip
        level, slot = divmod(number, 3)
        place = turned(
            float(draw.normal(np.pi / 2, 0.1)),
            -0.4 + 0.4 * slot,
            float(draw.normal(0, 0.04)),
            top + 0.07 + 0.12 * level,
        )
        parts.append(_part(sack.moved(place), np.array([0.33, 0.30, 0.25]) * draw.uniform(0.85, 1.15)))
    return parts
