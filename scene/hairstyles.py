"""Ways to wear hair, brows and beards. Directions in the average body's rest pose: x to the left, y back, z up."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from ..dataset.spec import stream
from .body import Base, reference
from .headgear import skull
from .strands import Comb, Cut, Strands, grow, scalp

TIES = {"high": np.array([0.0, 0.040, 1.622]), "low": np.array([0.0, 0.032, 1.560])}
"""Where a ponytail or a bun is bound, on the average head; low below a helmet's rim."""

WHORL = np.array([0.008, 0.020, 1.690])


def _from_whorl(place: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Away from the crown, forward on top: as short hair lies by itself."""
    away = place - WHORL
    return away + np.array([0.0, -0.03, 0.0])


def _forward(place: np.ndarray, share: np.ndarray) -> np.ndarray:
    side = np.clip((np.abs(place[:, 0]) - 0.045) / 0.03, 0, 1)[:, None]
    back = np.clip((place[:, 1] + 0.02) / 0.05, 0, 1)[:, None]
    top = np.array([0.10, -1.0, 0.0]) * (1 - back) + (place - WHORL) * 12 * back
    return top * (1 - side) + np.array([0.0, -0.25, -1.0]) * side


def _backward(place: np.ndarray, share: np.ndarray) -> np.ndarray:
    side = np.clip((np.abs(place[:, 0]) - 0.05) / 0.03, 0, 1)[:, None]
    return np.array([0.0, 1.0, 0.0]) * (1 - side) + np.array([0.0, 0.9, -0.6]) * side


def _parted(at: float, forward: float) -> Comb:
    """To both sides of a parting ``at`` metres from the middle, then down."""

    def comb(place: np.ndarray, share: np.ndarray) -> np.ndarray:
        side = np.where(place[:, 0] > at, 1.0, -1.0)
        front = np.clip((-0.06 - place[:, 1]) / 0.06, 0, 1)
        behind = np.clip((place[:, 1] - 0.0) / 0.04, 0, 1)
        below = np.clip((1.585 - place[:, 2]) / 0.05, 0, 1)[:, None]
        inward = place * (-14.0, -14.0, 0.0) * below + np.array([0.0, 0.3, 0.0]) * below
        across = side * (1 - 0.8 * behind) * np.clip(1 - 2.2 * share, -0.12, 1)
        down = np.stack([across, 0.9 * behind * (1 - share) - forward * front, -0.45 - 0.8 * behind - share], 1)
        return down + inward

    return comb


def _to(tie: np.ndarray) -> Comb:
    """Towards where the hair is bound."""

    def comb(place: np.ndarray, share: np.ndarray) -> np.ndarray:
        return tie + np.array([0.0, 0.012, 0.0]) - place

    return comb


def _bound(where: str, length: tuple[float, float]) -> Cut:
    """Hair that lies close and runs to a tie."""
    return Cut("hair", 6000, length, _to(TIES[where]), 7, 0.06, 0.0, 0.004, 0.05, 0.0, 0.008, 0.0009, 1.0, TIES[where])


def _beard_down(place: np.ndarray, share: np.ndarray) -> np.ndarray:
    return np.stack([0.5 * np.sign(place[:, 0]) * (place[:, 2] > 1.50), 0 * share - 0.25, 0 * share - 1.0], 1)


def _moustache_out(place: np.ndarray, share: np.ndarray) -> np.ndarray:
    return np.stack([12.0 * place[:, 0], 0 * share - 0.2, 0 * share - 0.8], 1)


def _brow_out(place: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Upwards near the nose, outwards and down at the temple."""
    side = np.abs(place[:, 0])
    up = np.interp(side, (0.012, 0.022, 0.040, 0.055), (1.4, 0.5, 0.05, -0.35))
    return np.stack([np.sign(place[:, 0]) * np.interp(side, (0.012, 0.022), (0.4, 1.0)), 0 * side, up], 1)


STYLES: dict[str, Cut] = {
    "buzz": Cut("hair", 7000, (0.003, 0.006), _from_whorl, 3, 0.75, 0.0, 0.001, 0.25, width=0.0008, ragged=0.006),
    "crew": Cut("hair", 5200, (0.010, 0.017), _from_whorl, 4, 0.55, 0.02, 0.003, 0.22, width=0.0010, ragged=0.008),
    "short": Cut("hair", 4600, (0.018, 0.034), _forward, 5, 0.30, 0.06, 0.009, 0.20, width=0.0011),
    "receding": Cut("receding", 3600, (0.010, 0.024), _backward, 5, 0.30, 0.04, 0.006, 0.20, width=0.0010),
    "swept": Cut("hair", 4600, (0.030, 0.055), _backward, 6, 0.28, 0.06, 0.012, 0.13, width=0.0011),
    "parting": Cut("hair", 4600, (0.028, 0.050), _parted(0.036, 0.5), 6, 0.22, 0.10, 0.010, 0.12, width=0.0011),
    "tousled": Cut("hair", 4600, (0.030, 0.050), _forward, 6, 0.30, 0.10, 0.014, 0.26, 0.002, width=0.0011),
    "afro": Cut("hair", 5200, (0.010, 0.020), _from_whorl, 6, 0.95, 0.0, 0.004, 0.35, 0.0035, 0.006, 0.0010),
    "wreath": Cut("balding", 2600, (0.008, 0.018), _backward, 4, 0.30, 0.06, 0.004, 0.20, width=0.0010),
    "bob": Cut("hair", 4600, (0.13, 0.19), _parted(-0.03, 0.15), 9, 0.14, 0.30, 0.010, 0.05, width=0.0013, hug=0.55),
    "long": Cut("hair", 4800, (0.24, 0.36), _parted(0.0, 0.05), 11, 0.10, 0.34, 0.009, 0.04, width=0.0014, hug=0.35),
    "wavy": Cut("hair", 4600, (0.2, 0.3), _parted(0.02, 0.1), 11, 0.14, 0.3, 0.012, 0.06, 0.005, width=0.0014, hug=0.4),
    "tied high": _bound("high", (0.07, 0.15)),
    "tied low": _bound("low", (0.09, 0.19)),
}  # fmt: skip
"""Hair on the head; "tied" is what runs to a ponytail or a bun."""

BEARDS: dict[str, Cut] = {
    "bristles": Cut("beard", 3400, (0.002, 0.004), _beard_down, 3, 0.45, 0.02, 0.001, 0.25, width=0.0005, ragged=0.004),
    "beard": Cut("beard", 4200, (0.006, 0.014), _beard_down, 4, 0.30, 0.06, 0.003, 0.22, width=0.00055, ragged=0.004),
    "full beard": Cut("beard", 4200, (0.018, 0.038), _beard_down, 5, 0.28, 0.10, 0.007, 0.18, 0.0015, width=0.0007),
    "moustache": Cut("moustache", 700, (0.007, 0.013), _moustache_out, 4, 0.30, 0.05, 0.003, 0.16, width=0.0007,
                     ragged=0.001),
}  # fmt: skip

BROWS = {
    "brows": Cut("brows", 560, (0.005, 0.009), _brow_out, 4, 0.14, 0.0, 0.0015, 0.16, width=0.00034, ragged=0.004),
    "thin brows": Cut("brows", 460, (0.004, 0.007), _brow_out, 4, 0.12, 0.0, 0.001, 0.10, width=0.00030, ragged=0.003),
}

HAIR = (*STYLES, *(f"{end} {where}" for end in ("tail", "bun") for where in TIES))
"""What grows on the scalp, other than brows and beards."""

VARIANTS = 3
"""Heads of hair grown of each style; who wears which is the seed's."""


def parts(style: str) -> tuple[str, ...]:
    """What a head of hair is made of: "tied high bun" is hair that runs to a tie and a bun on it."""
    if not style.startswith("tied"):
        return (style,)
    tied, where, end = style.split()
    return (f"{tied} {where}", f"{end} {where}")


def area(style: str) -> str:
    """The growth of the head that a style covers."""
    return STYLES[parts(style)[0]].area


def strands(base: Base, style: str, variant: int) -> Strands:
    """One of a style's heads of hair on the average head; "tail high", "bun low" and so on hang on the tie."""
    return _grown(base, style, variant % VARIANTS)


@lru_cache(maxsize=64)
def _grown(base: Base, style: str, variant: int) -> Strands:
    seed = 1000 + 17 * variant + len(style)
    longer = 1.0 + 0.12 * (variant - 1)
    kind, _, where = style.partition(" ")
    if kind in ("tail", "bun"):
        shape = _tail if kind == "tail" else _bun
        lines, outward = shape(TIES[where], stream(seed, "tie"), longer)
        return Strands(lines, outward, np.full(len(lines), 0.0014), *scalp(base).carried(lines, base))
    cut = (STYLES | BEARDS | BROWS)[style]
    return grow(base, replace(cut, length=(cut.length[0] * longer, cut.length[1] * longer)), seed)


def _tail(tie: np.ndarray, draw: np.random.Generator, longer: float) -> tuple[np.ndarray, np.ndarray]:
    """Hair below the tie: out of a ring, back and down, together again at the end: (lines, outward)."""
    count, rows = 700, 10
    angle, out = draw.uniform(0, 2 * np.pi, (count, 1)), np.sqrt(draw.random((count, 1)))
    share = np.linspace(0, 1, rows)[None] * draw.uniform(0.7, 1.0, (count, 1))
    length = 0.22 * longer
    thick = 0.007 + 0.016 * np.sin(np.clip(share * 1.15, 0, 1) * np.pi)
    back = 0.030 * np.sin(np.clip(share * 3, 0, 1) * np.pi / 2) + 0.010 * share
    x = out * np.cos(angle) * thick + 0.010 * share**2 * draw.normal(0, 1, (count, 1))
    y = tie[1] + 0.012 + back + 0.8 * out * np.sin(angle) * thick
    z = tie[2] + 0.02 * np.sin(np.clip(share * 4, 0, 1) * np.pi) - length * share**1.3
    lines = np.stack([x, y, z], -1)
    outward = np.stack([np.cos(angle) + 0 * x, np.sin(angle) + 0 * x, 0 * x], -1)
    return lines, outward


def _bun(tie: np.ndarray, draw: np.random.Generator, longer: float) -> tuple[np.ndarray, np.ndarray]:
    """Hair wound round the tie into a knot: (lines, outward)."""
    count, rows = 650, 9
    start, tilt = draw.uniform(0, 2 * np.pi, (count, 1)), draw.normal(0, 0.35, (count, 1))
    turn = start + np.linspace(0, 1, rows)[None] * draw.uniform(1.2, 2.6, (count, 1))
    ring = draw.normal(0, 1.0, (count, 1))
    outward = np.stack(
        [np.cos(turn) * np.cos(ring), np.sin(ring) + tilt * np.cos(turn), np.sin(turn) * np.cos(ring)], -1
    )
    outward /= np.linalg.norm(outward, axis=-1, keepdims=True)
    size = np.array([0.030, 0.022, 0.030]) * longer
    lines = tie + np.array([0.0, 0.026, 0.004]) + outward * size * draw.uniform(0.88, 1.06, (count, 1, 1))
    return lines, outward


@lru_cache(maxsize=32)
def covered(base: Base, style: str, variant: int) -> np.ndarray:
    """Which of a style's hairs stay inside a helmet or below its rim, (n,) bool."""
    size = skull(reference(base))
    lines = strands(base, style, variant).lines
    wide, deep = size.half
    x, y, z = (lines - (0, size.centre, size.low)).transpose(2, 0, 1)
    away = np.sqrt((x / wide) ** 2 + (y / deep) ** 2 + (np.clip(z, 0, None) / (size.top - size.low + 0.02)) ** 2)
    return ~((z > -0.012 - 0.030 * (y > 0)) & (away > 0.94)).any(1)
