"""Hardware of straps: buckles, adjusters, rings, carabiners and the loose ends that hang below them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .clothing import REST, Garment, Surface
from .meshes import Piece, join
from .shapes import bevelled, tube

PLASTIC, STEEL, WEBBING = range(3)
"""Material slots."""


@dataclass(frozen=True)
class Fitting:
    """A piece of hardware on a strap, by its place on the reference body."""

    kind: str
    x: float
    z: float
    tail: float = 0.0
    """Length of the loose strap end below it, metres."""


def _pair(kind: str, x: float, z: float, tail: float = 0.0) -> tuple[Fitting, Fitting]:
    return Fitting(kind, x, z, tail), Fitting(kind, -x, z, tail)


FITTINGS: dict[str, tuple[Fitting, ...]] = {
    "harness": (
        Fitting("clip", 0.0, 1.21, 0.05),
        Fitting("clip", 0.0, 1.02, 0.10),
        *_pair("slide", 0.107, 1.135, 0.09),
        *_pair("ring", 0.145, 1.02),
        Fitting("carabiner", 0.145, 0.985),
        Fitting("ring", 0.0, 1.165),
    ),
    "loops": (*_pair("slide", 0.105, 0.755, 0.07),),
    "straps": (*_pair("slide", 0.108, 1.135, 0.13), *_pair("slide", 0.108, 1.31)),
    "sternum": (Fitting("clip", 0.0, 1.24, 0.04),),
    "belt": (Fitting("clip", 0.0, 1.055), Fitting("carabiner", -0.13, 1.03)),
}
"""Strap -> what is on it, all in front."""


def fittings(
    surface: Surface, garment: Garment, level: int, name: str, lift: float, draw: np.random.Generator
) -> Piece | None:
    """The hardware of a strap on the posed cloth, ``lift`` metres over it; None where the garment has no such place."""
    outward = surface.normals()
    made = []
    for fitting in FITTINGS[name]:
        tail = fitting.tail * float(draw.uniform(0.5, 1.3))
        spots = _spots(garment, level, fitting.x, fitting.z, round(tail / 0.022))
        if spots is None:
            continue
        frame = _frame(surface.points, outward, spots[0], spots[1], lift)
        made.append(SHAPES[fitting.kind]().moved(frame))
        if len(spots) > 3:
            made.append(_tail(surface.points, outward, spots[2:], frame[:3, 0], lift, draw))
    return join(made) if made else None


@lru_cache(maxsize=512)
def _spots(garment: Garment, level: int, x: float, z: float, steps: int) -> tuple[int, ...] | None:
    """The vertices at a place in front, above it, and step by step below it."""
    rest = garment.values[level][:, REST]
    front = rest[:, 1] < -0.02
    found = []
    for height in (z, z + 0.025, *(z - 0.022 * k for k in range(steps + 1))):
        away = np.hypot(rest[:, 0] - x, rest[:, 2] - height) + np.where(front, 0.0, 1.0)
        nearest = int(np.argmin(away))
        if away[nearest] > 0.02:
            if len(found) < 2:
                return None
            break
        found.append(nearest)
    return tuple(found)


def _frame(points: np.ndarray, outward: np.ndarray, here: int, above: int, lift: float) -> np.ndarray:
    """4x4 whose x runs along the strap's width, -y out of the cloth, z up along it."""
    out = outward[here]
    up = points[above] - points[here]
    up = up - out * (up @ out)
    up /= max(1e-6, float(np.linalg.norm(up)))
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([np.cross(-out, up), -out, up], 1)
    matrix[:3, 3] = points[here] + out * lift
    return matrix


def _tail(
    points: np.ndarray,
    outward: np.ndarray,
    course: tuple[int, ...],
    across: np.ndarray,
    lift: float,
    draw: np.random.Generator,
) -> Piece:
    """A loose strap end that lies down along the cloth and lifts off it at its end."""
    count = len(course)
    t = np.linspace(0, 1, count)[:, None]
    line = points[list(course)] + outward[list(course)] * (lift + 0.004 + 0.016 * t**2)
    line = line + across * 0.02 * float(draw.normal()) * t**1.5
    sheet = np.concatenate([line + across * 0.0095, line - across * 0.0095])
    k = np.arange(count - 1)
    quads = np.stack([k, k + count, k + count + 1, k + 1], 1)
    piece = Piece.quads(sheet, quads, smooth=True)
    piece.material = WEBBING
    return piece


def _of(piece: Piece, slot: int) -> Piece:
    piece.material = slot
    return piece


def _oval(wide: float, tall: float, radius: float, sides: int = 5) -> Piece:
    turn = np.linspace(0, 2 * np.pi, 13)
    points = np.stack([wide / 2 * np.cos(turn), np.full(13, -0.006), tall / 2 * np.sin(turn)], 1)
    return tube(points, radius, sides)


def _clip() -> Piece:
    """A side release buckle across the strap."""
    body = bevelled((0.052, 0.011, 0.034), 0.003, (0.0, -0.006, 0.0))
    prongs = [bevelled((0.010, 0.008, 0.026), 0.002, (x, -0.006, 0.0)) for x in (-0.031, 0.031)]
    return join([_of(part, PLASTIC) for part in (body, *prongs)])


def _slide() -> Piece:
    """A ladder lock along the strap."""
    sides = [bevelled((0.005, 0.008, 0.030), 0.0015, (x, -0.005, 0.0)) for x in (-0.020, 0.020)]
    bars = [bevelled((0.040, 0.006, 0.005), 0.0015, (0.0, -0.006, z)) for z in (-0.013, 0.0, 0.013)]
    return join([_of(part, STEEL) for part in (*sides, *bars)])


def _ring() -> Piece:
    """A steel ring."""
    return _of(_oval(0.040, 0.036, 0.0032), STEEL)


def _carabiner() -> Piece:
    """A carabiner that hangs from the strap, with its gate's sleeve."""
    hook = _oval(0.052, 0.100, 0.0048, 6)
    hook.vertices = hook.vertices + (0.0, -0.004, -0.045)
    sleeve = bevelled((0.013, 0.013, 0.030), 0.004, (0.026, -0.010, -0.045))
    return join([_of(hook, STEEL), _of(sleeve, STEEL)])


SHAPES = {"clip": _clip, "slide": _slide, "ring": _ring, "carabiner": _carabiner}
