"""What people lose under their houses: pots, bowls, bottles, suitcases, toys, a shop's dummy, a bicycle.

Round, pale or shaped as people are, and nobody: what a detector takes for heads and bodies if it never saw them.
Builders give a dressed piece standing or lying on z 0 around the origin.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from ..dataset.spec import stream
from .furniture import fallen, made
from .implicit import Bone, skinned
from .joinery import CLOTHS, METAL, board, pad, pick, rod
from .meshes import Piece, join
from .noise import fractal
from .shapes import OTHER, dressed, lathe, rotation, tube, turned

ENAMELS = ((0.52, 0.50, 0.45), (0.42, 0.03, 0.02), (0.04, 0.10, 0.30), (0.06, 0.20, 0.10), (0.50, 0.38, 0.16),
           (0.30, 0.31, 0.32), (0.55, 0.30, 0.28))  # fmt: skip
PLASTICS = ((0.05, 0.20, 0.45), (0.50, 0.05, 0.04), (0.45, 0.42, 0.36), (0.10, 0.35, 0.25), (0.55, 0.25, 0.35))
GLASSES = ((0.03, 0.07, 0.03), (0.09, 0.045, 0.012), (0.20, 0.24, 0.23), (0.30, 0.42, 0.46))
PLUSH = ((0.24, 0.13, 0.06), (0.40, 0.30, 0.18), (0.45, 0.40, 0.36), (0.42, 0.22, 0.25))
DUMMY = (0.50, 0.38, 0.30)
BLACK = (0.012, 0.012, 0.013)


def pot(variant: int) -> Piece:
    """A cooking pot with ears, soot on its bottom; some have a lid on or lie."""
    draw = stream(variant, "pot")
    colour, r, tall = pick(draw, ENAMELS), float(draw.uniform(0.10, 0.17)), float(draw.uniform(0.10, 0.22))
    profile = [(0.005, 0.004), (0.9 * r, 0.002), (r, 0.02), (r, tall), (r + 0.006, tall + 0.004), (r - 0.004, tall),
               (r - 0.006, 0.02), (0.005, 0.012)]  # fmt: skip
    parts = [_round(profile, colour)]
    for side in (-1, 1):
        arc = np.linspace(-0.5, 0.5, 7)
        out = r + 0.035 * np.cos(np.pi * arc)
        parts.append(_tube(np.stack([side * out, 0.07 * arc / 0.5, np.full(7, 0.8 * tall)], -1), 0.006, BLACK))
    if draw.random() < 0.35:
        parts.append(_round([(r + 0.005, tall + 0.004), (0.6 * r, tall + 0.028), (0.016, tall + 0.035),
                             (0.012, tall + 0.05), (0.02, tall + 0.06), (0.003, tall + 0.066)], colour))  # fmt: skip
    return _dropped(draw, _dented(join(parts), variant), 0.4)


def pan(variant: int) -> Piece:
    """A frying pan with its handle."""
    draw = stream(variant, "pan")
    r = float(draw.uniform(0.11, 0.15))
    profile = [(0.005, 0.004), (0.85 * r, 0.002), (r, 0.045), (r + 0.004, 0.047), (0.84 * r, 0.010), (0.005, 0.010)]
    grip = rod((r - 0.01, 0, 0.035), (r + 0.19, 0, 0.06), (0.008, 0.013), BLACK)
    return _dropped(draw, join([_round(profile, (0.03, 0.03, 0.032)), grip]), 0.3)


def bowl(variant: int) -> Piece:
    """One to four bowls or plates in a stack that slid, or one upside down."""
    draw = stream(variant, "bowl")
    colour, r = pick(draw, ENAMELS), float(draw.uniform(0.08, 0.16))
    deep = float(draw.uniform(0.2, 0.62)) * r
    share = np.linspace(0.25, 1.0, 7)
    outer = [(r * s, deep * s**2.2) for s in share]
    inner = [(r * s - 0.004, deep * s**2.2 + 0.005) for s in share[::-1]]
    one = _round([(0.004, 0.0), *outer, *inner, (0.004, 0.006)], colour)
    parts = [
        one.moved(turned(0.0, *draw.normal(0, 0.012 * number, 2), 0.022 * number)) for number in range(1 + variant % 4)
    ]
    return _dropped(draw, join(parts), 0.25) if variant % 4 else _dropped(draw, one, 0.6)


def basin(variant: int) -> Piece:
    """A wash tub of plastic or enamel, upright or upside down."""
    draw = stream(variant, "basin")
    r, tall = float(draw.uniform(0.22, 0.36)), float(draw.uniform(0.12, 0.24))
    profile = [(0.001, 0.004), (0.78 * r, 0.002), (0.8 * r, 0.02), (r, tall), (r + 0.025, tall),
               (r + 0.024, tall - 0.012), (r - 0.004, tall - 0.004), (0.79 * r, 0.025), (0.001, 0.012)]  # fmt: skip
    shape = _dented(_round(profile, pick(draw, PLASTICS if variant % 2 else ENAMELS), 28), variant)
    shape = shape.moved(np.diag([1.0, float(draw.uniform(0.75, 1.0)), 1.0, 1.0]))
    return shape.moved(turned(0, 0, 0, tall) @ rotation((1, 0, 0), np.pi)) if draw.random() < 0.4 else shape


def bottles(variant: int) -> Piece:
    """Bottles and jars, standing and lying."""
    draw = stream(variant, "bottles")
    parts = []
    for number in range(int(draw.integers(1, 6))):
        tall, r = float(draw.uniform(0.16, 0.32)), float(draw.uniform(0.03, 0.048))
        neck = 0.35 * r if draw.random() < 0.7 else 0.8 * r
        profile = [(0.003, 0.003), (0.9 * r, 0.001), (r, 0.012), (r, 0.6 * tall), (0.9 * r, 0.66 * tall),
                   (neck, 0.78 * tall), (neck, 0.97 * tall), (1.15 * neck, 0.975 * tall), (1.1 * neck, tall),
                   (0.003, tall)]  # fmt: skip
        shape = _round(profile, pick(draw, GLASSES), 12)
        if draw.random() < 0.75:
            shape = shape.moved(turned(0, 0, 0, r) @ rotation((0, 1, 0), np.pi / 2))
        parts.append(
            shape.moved(turned(float(draw.uniform(0, 6.28)), 0.16 * np.cos(1.9 * number), 0.16 * np.sin(1.9 * number)))
        )
    return join(parts)


def bear(variant: int) -> Piece:
    """A stuffed bear, 25 to 70 cm, sitting or on its back."""
    draw = stream(variant, "bear")
    colour, tall = pick(draw, PLUSH), float(draw.uniform(0.25, 0.7))
    rows = [
        ((0, 0, 0.22), (0, 0, 0.42), (0.21, 0.16)), ((0.02, 0, 0.64), (0.04, 0, 0.68), (0.17, 0.17)),
        ((0.16, 0, 0.62), (0.21, 0, 0.61), (0.075, 0.06)),
        *(row for s in (-1, 1) for row in (
            ((0.05, 0.13 * s, 0.46), (0.20, 0.27 * s, 0.28), (0.075, 0.07)),
            ((0.06, 0.13 * s, 0.10), (0.36, 0.20 * s, 0.085), (0.095, 0.085)),
            ((0.38, 0.20 * s, 0.10), (0.385, 0.20 * s, 0.15), (0.085, 0.07)),
            ((0.0, 0.12 * s, 0.82), (0.0, 0.13 * s, 0.84), (0.06, 0.055)),
        )),
    ]  # fmt: skip
    body = _flesh(rows, tall, 0.03)
    snout = np.linalg.norm(body.vertices / tall - [0.23, 0, 0.61], axis=1) < 0.085
    tone = np.where(snout[:, None], np.clip(colour * 1.5, 0, 0.6), colour)
    tone = tone * (1 + 0.25 * fractal(body.vertices, 40.0, 2, 4.0))[:, None]
    eyes = [_ball((0.175, 0.07 * s, 0.70), 0.022, tall) for s in (-1, 1)] + [_ball((0.275, 0, 0.63), 0.03, tall)]
    return _laid(draw, join([dressed(body, tone, OTHER), *eyes]))


def dummy(variant: int) -> Piece:
    """A shop's dummy or its trunk, bare, on the ground: as a person is, and none."""
    draw = stream(variant, "dummy")
    tall = float(draw.uniform(1.65, 1.85))
    rows = [
        ((0, 0, 0.54), (0, 0, 0.60), (0.075, 0.066)), ((0, 0, 0.62), (0.005, 0, 0.74), (0.064, 0.078)),
        ((0, 0.035, 0.795), (0, -0.035, 0.795), (0.045, 0.045)), ((0, 0, 0.80), (0.008, 0, 0.88), (0.032, 0.028)),
        ((0.008, 0, 0.93), (0.012, 0, 0.955), (0.044, 0.044)), ((0.02, 0, 0.90), (0.022, 0, 0.92), (0.03, 0.034)),
    ]  # fmt: skip
    for s in (-1, 1):
        lift = float(draw.uniform(0.0, 0.10))
        rows.append(((0, 0.09 * s, 0.80), (-0.01, (0.115 + lift) * s, 0.64), (0.032, 0.026)))
        if variant % 3 == 0:
            continue  # arms end at the elbow, and there are no legs
        rows.append(((-0.01, (0.115 + lift) * s, 0.64), (0.04, (0.12 + lift) * s, 0.49), (0.026, 0.017)))
        rows.append(((0.04, (0.12 + lift) * s, 0.49), (0.055, (0.12 + lift) * s, 0.43), (0.019, 0.012)))
        rows.append(((0, 0.048 * s, 0.52), (0.01, 0.052 * s, 0.28), (0.056, 0.034)))
        rows.append(((0.01, 0.052 * s, 0.28), (-0.005, 0.055 * s, 0.045), (0.033, 0.02)))
        rows.append(((0.0, 0.055 * s, 0.025), (0.085, 0.062 * s, 0.016), (0.022, 0.016)))
    body = _flesh(rows, tall, 0.025)
    tone = np.asarray((DUMMY, (0.55, 0.54, 0.52), (0.03, 0.03, 0.032))[variant % 3 - 1])
    lying = dressed(body, tone * float(draw.uniform(0.85, 1.1)), OTHER)
    return _laid(draw, lying, 0.0)


def suitcase(variant: int) -> Piece:
    """A suitcase or a bag, standing, lying or sprung open."""
    draw = stream(variant, "suitcase")
    colour, wide, tall = pick(draw, CLOTHS), float(draw.uniform(0.42, 0.7)), float(draw.uniform(0.32, 0.5))
    half = pad((wide, 0.11, tall), (0, 0, tall / 2), colour, 0.035, 0.006, float(variant))
    back = pad((wide, 0.11, tall), (0, 0.112, tall / 2), colour * 0.95, 0.035, 0.006, float(variant) + 3)
    arc = np.linspace(0, np.pi, 8)
    grip = _tube(
        np.stack([0.07 * np.cos(arc), np.full(8, 0.056), tall - 0.005 + 0.035 * np.sin(arc)], -1), 0.009, BLACK
    )
    corners = [board((0.05, 0.235, 0.05), (x * (wide / 2 - 0.02), 0.056, z), colour * 0.45, 0.02)
               for x in (-1, 1) for z in (0.022, tall - 0.022)]  # fmt: skip
    whole = join([half, back, grip, *corners])
    return whole if draw.random() < 0.3 else _grounded(whole.moved(rotation((1, 0, 0), np.pi / 2)))


def bicycle(variant: int) -> Piece:
    """A bicycle on its side, its wheels more or less round."""
    draw = stream(variant, "bicycle")
    colour, r, turn = pick(draw, PLASTICS), 0.33, np.linspace(0, 2 * np.pi, 29)
    parts = []
    for x in (-0.52, 0.52):
        buckle = 0.03 * draw.normal() * np.sin(2 * turn)
        ring = np.stack([x + r * np.cos(turn), buckle, r + r * np.sin(turn)], -1)
        parts += [_tube(ring, 0.019, BLACK, 6), _tube((ring - [x, 0, r]) * 0.93 + [x, 0, r], 0.009, METAL, 4)]
        parts += [rod((x, 0, r), ring[2 * n + 1], 0.0014, METAL, 3) for n in range(14)]
        parts.append(rod((x, -0.045, r), (x, 0.045, r), 0.018, METAL))
    crank, seat, head, fork = (-0.10, 0, 0.29), (-0.23, 0, 0.80), (0.36, 0, 0.80), (0.41, 0, 0.64)
    for a, b in ((crank, seat), (crank, fork), (seat, head), (head, fork), (fork, (0.52, 0, r)), (crank, (-0.52, 0, r)),
                 (seat, (-0.52, 0, r)), (seat, (-0.25, 0, 0.90)), (head, (0.34, 0, 0.95))):  # fmt: skip
        parts.append(rod(a, b, 0.016, colour))
    bar = np.array([[0.22, -0.30, 0.98], [0.32, -0.22, 1.0], [0.34, 0, 0.95], [0.32, 0.22, 1.0], [0.22, 0.30, 0.98]])
    parts += [_tube(bar, 0.012, METAL), pad((0.26, 0.15, 0.06), (-0.26, 0, 0.93), BLACK, 0.025)]
    parts.append(rod((crank[0], -0.012, 0.29), (crank[0], 0.012, 0.29), 0.085, METAL, 18))
    for s in (-1, 1):
        parts.append(rod((-0.1, 0.06 * s, 0.29), (-0.1 + 0.12 * s, 0.06 * s, 0.29 - 0.12 * s), 0.010, METAL))
        parts.append(board((0.09, 0.09, 0.02), (-0.1 + 0.12 * s, 0.11 * s, 0.29 - 0.12 * s), BLACK))
    return _grounded(join(parts).moved(rotation((1, 0, 0), float(draw.choice([-1, 1])) * 1.42)))


def seat(variant: int) -> Piece:
    """A chair or a stool, most of them overturned."""
    return _furniture(("chair", "chair", "stool", "chair")[variant % 4], variant, 0.8)


def plumbing(variant: int) -> Piece:
    """A bath tub, a washing machine or a wash basin outside of the house that had it."""
    return _furniture(("bath", "washer", "bath", "sink")[variant % 4], variant, 0.35)


@cache
def small(variant: int) -> Piece:
    """One of the things that lie on a room's floor; not to be changed."""
    kind = SMALL[variant % len(SMALL)]
    return BUILDERS[kind](variant // len(SMALL))


SMALL = ("pot", "bowl", "bottles", "pan", "bear", "bowl", "basin", "pot")
BUILDERS: dict[str, Callable[[int], Piece]] = {
    "pot": pot, "pan": pan, "bowl": bowl, "basin": basin, "bottles": bottles, "bear": bear, "dummy": dummy,
    "suitcase": suitcase, "bicycle": bicycle, "seat": seat, "plumbing": plumbing,
}  # fmt: skip


def _round(
    profile: list[tuple[float, float]], colour: np.ndarray | tuple[float, float, float], sides: int = 22
) -> Piece:
    return dressed(lathe(np.array(profile), sides), colour, OTHER)


def _tube(path: np.ndarray, radius: float, colour: tuple[float, float, float], sides: int = 6) -> Piece:
    return dressed(tube(path, radius, sides, capped=True), colour, OTHER)


def _flesh(rows: list[tuple], tall: float, melt: float) -> Piece:
    """Soft limbs from (start, end, radii), all in heights; not dressed yet."""
    bones = [
        Bone("", np.array(a, float) * tall, np.array(b, float) * tall, (r[0] * tall, r[1] * tall), melt=melt * tall)
        for a, b, r in rows
    ]
    return skinned(bones, 0.016 * tall if tall < 1 else 0.0105 * tall)


def _ball(place: tuple[float, float, float], radius: float, tall: float) -> Piece:
    turn = np.linspace(-np.pi / 2, np.pi / 2, 7)
    profile = np.stack([np.maximum(radius * np.cos(turn), 1e-4), radius * np.sin(turn)], -1) * tall
    made_ball = lathe(profile, 10)
    made_ball.vertices += np.array(place) * tall
    return dressed(made_ball, BLACK, OTHER)


def _furniture(kind: str, variant: int, share: float) -> Piece:
    """A piece of a room in the open; toppled in a ``share`` of cases."""
    draw = stream(variant, "outside", kind)
    shape = made(kind, variant)
    if draw.random() < share:
        shape = fallen(shape, draw)
    return _grounded(shape)


def _dented(piece: Piece, variant: int) -> Piece:
    """Knocked out of the round."""
    piece.vertices = piece.vertices + (0.012 * fractal(piece.vertices, 5.0, 2, 3.0 * variant))[:, None] * [1, 1, 0]
    return piece


def _dropped(draw: np.random.Generator, piece: Piece, share: float) -> Piece:
    """The piece as it is, or in a ``share`` of cases on its side or upside down."""
    if draw.random() < share:
        angle = np.pi if draw.random() < 0.5 else float(draw.uniform(1.2, 1.7))
        piece = piece.moved(rotation((*draw.normal(0, 1, 2), 0), angle))
    return _grounded(piece)


def _laid(draw: np.random.Generator, piece: Piece, upright: float = 0.5) -> Piece:
    """Upright in a share of cases, else on its back, face or side."""
    if draw.random() >= upright:
        piece = piece.moved(rotation((0, 1, 0), float(draw.choice([-1, 1])) * np.pi / 2))
        piece = piece.moved(rotation((1, 0, 0), float(draw.normal(0, 0.35))))
    return _grounded(piece)


def _grounded(piece: Piece) -> Piece:
    """Moved so that it lies on z 0 around the origin."""
    low, high = piece.vertices.min(0), piece.vertices.max(0)
    moved = piece.moved(np.eye(4))
    moved.vertices = moved.vertices - [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]]
    return moved
