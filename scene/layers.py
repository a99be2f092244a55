"""What lies on a garment's surface: vests, pockets, belts, pads, harness and pack straps.

Each is cut out of the garment along the zero line of a field over its rest coordinates, so its edge is smooth, its
shape follows the garment in every pose, and it is always outside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from . import folds
from .clothing import ARM_W, LEG_T, LEG_W, REST, Garment, Surface
from .meshes import Piece
from .topology import Patch, clip, smoothed

Field = Callable[[np.ndarray], np.ndarray]
"""Garment values (n, 10) -> metres, positive inside."""


def _least(*fields: np.ndarray) -> np.ndarray:
    return np.minimum.reduce(np.broadcast_arrays(*fields))


def _most(*fields: np.ndarray) -> np.ndarray:
    return np.maximum.reduce(np.broadcast_arrays(*fields))


def _off_arms(values: np.ndarray) -> np.ndarray:
    return (0.45 - values[:, ARM_W]) * 0.1


def _vest(opening: float) -> Field:
    def field(values: np.ndarray) -> np.ndarray:
        x, y, z = values[:, REST].T
        side = np.abs(x)
        hole = 0.178 - 0.020 * np.clip((z - 1.14) / 0.12, 0, 1) + 0.012 * np.clip((z - 1.34) / 0.08, 0, 1) - side
        neck = np.hypot(x / 1.05, y - 0.01) - 0.085 + 3.0 * np.clip(1.45 - z, 0.0, 1.0)
        low = np.clip((z - 1.20) / 0.24, 0, 1)
        slit = np.where(y < 0.0, side - np.maximum(0.100 * low, opening), 1.0)
        return _least(hole, neck, slit, z - 0.935, 0.12 - np.clip(values[:, ARM_W], 0, 1) * 0.16)

    return field


def _thigh(values: np.ndarray) -> np.ndarray:
    x, y, _ = values[:, REST].T
    leg = values[:, LEG_T]
    box = _least((leg - 0.27) * 0.86, (0.43 - leg) * 0.86, y + 0.075, 0.075 - y)
    return _least(box, (np.abs(x) - 0.115) * 1.0, (values[:, LEG_W] - 0.5) * 0.1)


def _flap(values: np.ndarray) -> np.ndarray:
    x, y, _ = values[:, REST].T
    leg = values[:, LEG_T]
    box = _least((leg - 0.262) * 0.86, (0.315 - leg) * 0.86, y + 0.079, 0.079 - y)
    return _least(box, np.abs(x) - 0.113, (values[:, LEG_W] - 0.5) * 0.1)


def _knees(values: np.ndarray) -> np.ndarray:
    leg, (_, y, _) = values[:, LEG_T], values[:, REST].T
    return _least(
        (leg - 0.44) * 0.86, (0.585 - leg) * 0.86, 0.022 - y - 0.06 * np.abs(leg - 0.5), (values[:, LEG_W] - 0.5) * 0.1
    )


def _chest(values: np.ndarray) -> np.ndarray:
    x, y, z = values[:, REST].T
    side = np.abs(x)
    return _least(side - 0.050, 0.138 - side, z - 1.165, 1.272 - z, -0.02 - y, _off_arms(values))


def _belt(values: np.ndarray) -> np.ndarray:
    return _least(0.021 - np.abs(values[:, 2] - 1.055), _off_arms(values))


def _straps(values: np.ndarray) -> np.ndarray:
    x, _, z = values[:, REST].T
    return _least(0.023 - np.abs(np.abs(x) - 0.108), z - 1.09, _off_arms(values))


def _sternum(values: np.ndarray) -> np.ndarray:
    x, y, z = values[:, REST].T
    return _least(0.010 - np.abs(z - 1.24), 0.100 - np.abs(x), -0.02 - y, _off_arms(values))


def _harness(values: np.ndarray) -> np.ndarray:
    x, y, z = values[:, REST].T
    trunk = _least(_off_arms(values), (0.6 - values[:, LEG_W]) * 0.1)
    shoulder = _least(0.021 - np.abs(np.abs(x) - 0.095 - 0.10 * np.clip(1.25 - z, 0, 0.3)), z - 0.99, trunk)
    waist = _least(0.026 - np.abs(z - 1.02), trunk)
    chest = _least(0.018 - np.abs(z - 1.21), trunk, -y)
    return _most(shoulder, waist, chest)


def _loops(values: np.ndarray) -> np.ndarray:
    return _least(0.022 - np.abs((values[:, LEG_T] - 0.17) * 0.86), (values[:, LEG_W] - 0.45) * 0.1)


def _carrier(values: np.ndarray) -> np.ndarray:
    x, y, z = values[:, REST].T
    side = np.abs(x)
    corner = 0.30 * np.clip(z - 1.28, 0, 0.2)
    plates = _least(0.142 - corner - side, z - 1.035, 1.365 - z, np.abs(y - 0.01) - 0.045)
    girdle = _least(0.055 - np.abs(z - 1.095), _off_arms(values))
    straps = _least(0.024 - np.abs(side - 0.088), z - 1.30)
    return _least(_most(plates, girdle, straps), _off_arms(values))


def _pouches(values: np.ndarray) -> np.ndarray:
    x, y, z = values[:, REST].T
    apart = 0.037 - np.abs(np.abs(x) - 0.044)
    return _least(_most(apart, 0.036 - np.abs(np.abs(x) - 0.132)), z - 1.045, 1.155 - z, -0.02 - y)


FIELDS: dict[str, Field] = {
    "carrier": _carrier,
    "pouches": _pouches,
    "vest": _vest(0.004),
    "open vest": _vest(0.040),
    "thigh": _thigh,
    "flap": _flap,
    "knees": _knees,
    "chest": _chest,
    "belt": _belt,
    "straps": _straps,
    "sternum": _sternum,
    "harness": _harness,
    "loops": _loops,
}


PINCH = {"harness": 0.0085, "loops": 0.0085, "straps": 0.0075, "sternum": 0.004, "belt": 0.0065, "carrier": 0.004}
"""Strap -> metres by which it presses in what lies under it."""


@lru_cache(maxsize=128)
def pinched(garment: Garment, level: int, names: tuple[str, ...]) -> np.ndarray | None:
    """Metres by which the named straps move each vertex of a garment, (n,); None without any."""
    if not names:
        return None
    values = garment.values[level].astype(float)
    moves = [folds.pressed(FIELDS[name](values), PINCH[name]) for name in names]
    # where straps cross, the deeper one counts; beside one, the other's groove does
    return np.where(_least(*moves) < -0.0005, _least(*moves), _most(*moves))


@lru_cache(maxsize=256)
def patch(garment: Garment, level: int, name: str) -> tuple[Patch, np.ndarray]:
    """(patch, its edges (m, 2)) of a named field on a garment, worked out once a process."""
    quads = garment.levels[level - 1].quads if level else garment.quads
    found = clip(quads, FIELDS[name](garment.values[level].astype(float)))
    starts = np.cumsum(found.sizes) - found.sizes
    after = np.arange(len(found.corners)) + 1
    after[starts + found.sizes - 1] = starts
    pairs = np.sort(np.stack([found.corners, found.corners[after]], 1), 1) if len(after) else np.zeros((0, 2), np.int64)
    return found, np.unique(pairs, axis=0)


def layer(
    surface: Surface,
    garment: Garment,
    level: int,
    name: str,
    lift: float,
    thick: float,
    rounds: int = 2,
) -> Piece | None:
    """A named patch ``lift`` above the surface and ``thick`` thick, with a rim; None where the garment has none."""
    found, links = patch(garment, level, name)
    if len(found.sizes) < 2:
        return None
    straight = found.of(surface.normals())
    straight /= np.maximum(np.linalg.norm(straight, axis=1), 1e-6)[:, None]
    outward = smoothed(straight, links, rounds + 2)
    outward /= np.maximum(np.linalg.norm(outward, axis=1), 1e-6)[:, None]
    base = found.of(surface.points)
    soft = smoothed(base, links, rounds)
    under = ((soft - base) * outward).sum(1)
    # where smoothing has cut through a bulge of the surface, climb back over it
    top = soft + outward * (lift + thick + np.maximum(0.0, -under))[:, None]
    for _ in range(3):  # where the surface is bent sharply, both directions differ: stay above it along its own
        short = 0.7 * lift + thick - ((top - base) * straight).sum(1)
        top = top + straight * np.clip(short, 0.0, 0.03)[:, None]
    foot = base - outward * 0.002 if lift < 0.008 else top - outward * thick
    count = len(top)
    a, b = found.rim.T
    walls = np.stack([b, a, a + count, b + count], 1)
    values = found.of(surface.values)
    marks = {"rest": values[:, REST], "limb": values[:, 3:6], "legm": values[:, LEG_W], "side": values[:, 7:10]}
    return Piece(
        np.concatenate([top, foot]),
        np.concatenate([found.corners, walls.ravel()]),
        np.concatenate([found.sizes, np.full(len(walls), 4)]),
        points={key: np.concatenate([mark, mark]) for key, mark in marks.items()},
        smooth=np.concatenate([np.ones(len(found.sizes), bool), np.zeros(len(walls), bool)]),
    )
