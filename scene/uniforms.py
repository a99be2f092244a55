"""What each outfit word of dataset/wardrobe.py looks like: patterns, boots and helmets, drawn with variation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fabrics import Colour, Pattern

NAVY, FLAME = (0.010, 0.017, 0.055), (0.62, 0.075, 0.012)
LIME, ORANGE, WHITE = (0.52, 0.70, 0.03), (0.80, 0.20, 0.02), (0.75, 0.75, 0.72)
BLACK, BROWN = (0.013, 0.012, 0.011), (0.10, 0.055, 0.03)

SHIRTS: tuple[Colour, ...] = (
    (0.30, 0.04, 0.04), (0.05, 0.10, 0.22), (0.45, 0.44, 0.42), (0.02, 0.02, 0.022), (0.10, 0.16, 0.09),
    (0.42, 0.32, 0.16), (0.16, 0.13, 0.18), (0.55, 0.55, 0.56), (0.62, 0.22, 0.05), (0.55, 0.45, 0.05),
)  # fmt: skip
TROUSERS: tuple[Colour, ...] = (
    (0.03, 0.045, 0.09), (0.05, 0.07, 0.13), (0.02, 0.02, 0.022),
    (0.14, 0.12, 0.09), (0.08, 0.08, 0.08), (0.20, 0.17, 0.12),
)  # fmt: skip


@dataclass(frozen=True)
class Outfit:
    """A dressed torso, its boots and what goes on the head."""

    pattern: Pattern
    loose: float
    """Metres added to the distance between cloth and body."""
    coat: bool
    """Whether the upper part hangs over the trousers as a jacket."""
    boots: Colour
    shaft: float
    """Leg parameter where boots begin: 0.8 to the calf, 0.94 shoes."""
    helmets: tuple[Colour, ...]
    helmet: str
    """"rescue", "fire", "site" or "combat"."""


def outfit(word: str, draw: np.random.Generator) -> Outfit:
    """The outfit of that name; colours and details drawn."""
    return _MADE[word](draw)


def _tint(draw: np.random.Generator, colour: Colour) -> Colour:
    """The colour after some washes: three steps, so that materials are shared."""
    factor = (0.85, 1.0, 1.2)[int(draw.integers(3))]
    return tuple(min(0.8, c * factor) for c in colour)


def _of(draw: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    return colours[int(draw.integers(len(colours)))]


def _ses(draw: np.random.Generator) -> Outfit:
    bands = (("arm", 0.70, 0.735), ("leg", 0.76, 0.795))
    bands += (("z", 1.19, 1.22),) if draw.random() < 0.4 else ()
    pattern = Pattern(_tint(draw, NAVY), FLAME, bands, tape=(0.62, 0.50, 0.05), back=(0.6, 0.6, 0.58))
    return Outfit(pattern, 0.018, False, BLACK, 0.8, (WHITE, (0.75, 0.12, 0.02), LIME), "rescue")


def _turnout(draw: np.random.Generator) -> Outfit:
    base = _of(draw, ((0.016, 0.015, 0.015), (0.30, 0.22, 0.10), (0.02, 0.025, 0.045)))
    bands = (
        ("z", 1.22, 1.245),
        ("z", 0.93, 0.955),
        ("arm", 0.70, 0.745),
        ("arm", 0.30, 0.335),
        ("leg", 0.80, 0.84),
    )
    pattern = Pattern(base, None, bands, edge=(0.60, 0.62, 0.02), back=(0.62, 0.6, 0.05))
    helmets = ((0.70, 0.55, 0.03), (0.45, 0.02, 0.02), (0.02, 0.02, 0.02), WHITE)
    return Outfit(pattern, 0.028, True, BLACK, 0.8, helmets, "fire")


def _orange(draw: np.random.Generator) -> Outfit:
    bands = (("z", 1.19, 1.235), ("x", 0.075, 0.115), ("arm", 0.68, 0.72), ("leg", 0.72, 0.755), ("leg", 0.82, 0.855))
    pattern = Pattern(_tint(draw, (0.70, 0.135, 0.012)), None, bands, back=(0.05, 0.05, 0.06))
    return Outfit(pattern, 0.019, False, BROWN, 0.8, (WHITE, (0.70, 0.12, 0.02), (0.03, 0.08, 0.32)), "rescue")


def _hivis(draw: np.random.Generator) -> Outfit:
    pattern = Pattern(_of(draw, SHIRTS), trousers=_of(draw, TROUSERS), zip=bool(draw.random() < 0.5))
    return Outfit(pattern, 0.017, True, BROWN, 0.84, (WHITE, LIME, (0.70, 0.12, 0.02), (0.03, 0.1, 0.4)), "site")


def _medic(draw: np.random.Generator) -> Outfit:
    base = _of(draw, ((0.42, 0.02, 0.025), (0.03, 0.10, 0.26), (0.55, 0.56, 0.55)))
    bands = (("z", 1.15, 1.185), ("arm", 0.66, 0.70), ("leg", 0.76, 0.795))
    pattern = Pattern(base, None, bands, trousers=NAVY, back=WHITE, tape=WHITE)
    return Outfit(pattern, 0.018, True, BLACK, 0.86, (WHITE, (0.5, 0.02, 0.02)), "rescue")


def _military(draw: np.random.Generator) -> Outfit:
    base = _of(draw, ((0.095, 0.10, 0.05), (0.12, 0.115, 0.075), (0.065, 0.075, 0.045)))
    pattern = Pattern(base, check=tuple(c * 0.7 for c in base), tape=(0.05, 0.06, 0.03))
    return Outfit(pattern, 0.019, False, BROWN, 0.8, ((0.07, 0.08, 0.045), (0.10, 0.09, 0.06)), "combat")


def _civil(loose: float, coat: bool, zipped: float, checked: float = 0.0):
    def make(draw: np.random.Generator) -> Outfit:
        shirt = _of(draw, SHIRTS)
        check = _of(draw, SHIRTS) if draw.random() < checked else None
        pattern = Pattern(shirt, trousers=_of(draw, TROUSERS), zip=bool(draw.random() < zipped), check=check)
        return Outfit(pattern, loose, coat, _of(draw, (BLACK, BROWN, (0.22, 0.22, 0.22))), 0.93, (WHITE,), "site")

    return make


_MADE = {
    "ses": _ses,
    "turnout": _turnout,
    "orange": _orange,
    "hivis": _hivis,
    "medic": _medic,
    "military": _military,
    "casual": _civil(0.012, True, 0.0, 0.15),
    "jacket": _civil(0.024, True, 0.9),
    "hoodie": _civil(0.022, True, 0.3),
    "dress_shirt": _civil(0.013, False, 0.0, 0.3),
    "work": _civil(0.018, False, 0.6, 0.2),
}
"""Outfit word -> maker."""
