"""What each outfit word of dataset/wardrobe.py looks like: garments, patterns, footwear and helmets, with variation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..dataset.wardrobe import UNIFORMS
from .fabrics import Colour, Pattern

NAVY, FLAME = (0.010, 0.017, 0.055), (0.62, 0.075, 0.012)
LIME, ORANGE, WHITE = (0.52, 0.70, 0.03), (0.80, 0.20, 0.02), (0.72, 0.72, 0.69)
RED, YELLOW, BLUE = (0.52, 0.015, 0.012), (0.78, 0.45, 0.01), (0.02, 0.09, 0.38)
BLACK, BROWN = (0.013, 0.012, 0.011), (0.10, 0.055, 0.03)

SHIRTS: tuple[Colour, ...] = (
    (0.30, 0.04, 0.04), (0.05, 0.10, 0.22), (0.45, 0.44, 0.42), (0.02, 0.02, 0.022), (0.10, 0.16, 0.09),
    (0.42, 0.32, 0.16), (0.16, 0.13, 0.18), (0.60, 0.60, 0.60), (0.62, 0.22, 0.05), (0.55, 0.45, 0.05),
    (0.22, 0.28, 0.36), (0.09, 0.09, 0.10), (0.35, 0.20, 0.22), (0.03, 0.06, 0.05), (0.66, 0.62, 0.54),
)  # fmt: skip
TROUSERS: tuple[Colour, ...] = (
    (0.03, 0.045, 0.09), (0.02, 0.02, 0.022), (0.14, 0.12, 0.09), (0.08, 0.08, 0.08), (0.24, 0.20, 0.14),
    (0.06, 0.07, 0.05), (0.03, 0.03, 0.045),
)  # fmt: skip
JEANS: tuple[Colour, ...] = ((0.035, 0.06, 0.13), (0.09, 0.14, 0.24), (0.02, 0.03, 0.055), (0.05, 0.05, 0.06))
NYLON: tuple[Colour, ...] = (
    (0.02, 0.02, 0.024), (0.02, 0.03, 0.08), (0.35, 0.02, 0.02), (0.05, 0.09, 0.05), (0.14, 0.14, 0.15),
    (0.40, 0.16, 0.02), (0.45, 0.38, 0.25), (0.04, 0.13, 0.16), (0.50, 0.40, 0.03),
)  # fmt: skip


WORDS: dict[str, tuple[str, ...]] = {
    "ses": ("ДСНС", "ДСНС", "РЯТУВАЛЬНИК", "SES", "RESCUE", "USAR"),
    "turnout": ("FIRE", "FIRE\nRESCUE", "ДСНС", "FEUERWEHR", "POMPIERS", "BOMBEROS", "VIGILI\nDEL FUOCO", "RESCUE"),
    "orange": ("RESCUE", "SES", "", "SAR", "PROTEZIONE\nCIVILE", "РЯТУВАЛЬНИК", "THW", "AFAD"),
    "medic": ("MEDIC", "МЕДИК", "AMBULANCE", "PARAMEDIC", "SAMU", "EMT"),
    "tshirt": ("", "", "", "1998", "NORTH", "CITY 07", "SURF\nCLUB", "OSLO", "ЛЬВІВ", "NO 1", "TEAM"),
}
"""Prints by outfit, in the languages of the services that wear them; of a civilian's T-shirt."""

TUCKED = {"ses": 0.45, "military": 0.7, "turnout": 0.0, "orange": 0.35}
"""How often trouser legs are tucked into boots."""

VEST_WORDS = ("", "", "RESCUE", "VOLUNTEER", "ВОЛОНТЕР", "SITE 4", "STAFF", "112", "SES", "ДСНС", "TEAM 2")

NAMES = ("KOVAL", "БОНДАР", "MELNYK", "ROSSI", "MARTIN", "ПАВЛИК", "KAYA", "LOPEZ", "NOVAK", "WEBER", "ROMAN")


@dataclass(frozen=True)
class Outfit:
    """A dressed body from the neck down, and the helmet that belongs to it."""

    upper: str
    """Garment of the trunk, from scene/garments.py: "coverall", "jacket", "coat", "hoodie", "shirt" or "tshirt"."""
    pattern: Pattern
    lower: Pattern | None
    """Trousers; None under a coverall."""
    helmets: tuple[Colour, ...]
    helmet: str
    """"rescue", "fire", "site" or "combat"."""
    footwear: str = "boots"
    leather: Colour = BLACK
    sole: Colour = (0.015, 0.015, 0.015)
    looser: float = 0.0
    """Metres added to the distance between cloth and body."""
    folds: float = 0.0115
    """Height of the folds, metres."""
    stiff: float = 1.0
    """Spacing of the folds against plain cotton's."""
    word: str = ""
    """Print across the shoulder blades."""
    ink: Colour = WHITE
    motto: str = ""
    """Print across the chest."""
    name: str = ""
    """On the name tape."""
    pockets: tuple[str, ...] = ()
    """Patches from scene/layers.py."""
    tucked: bool = False
    """Trouser legs end inside the boots."""


def outfit(word: str, draw: np.random.Generator) -> Outfit:
    """The outfit of that name; colours and details drawn."""
    made = _MADE[word](draw)
    looser = made.looser + float(draw.uniform(-0.002, 0.006))
    made = replace(made, looser=looser, folds=made.folds * float(draw.uniform(0.8, 1.25)))
    details = np.random.default_rng(draw.integers(2**63))
    if made.upper == "tshirt":
        made = replace(made, motto=_one(details, WORDS["tshirt"]), ink=chosen(details, SHIRTS))
    if word in UNIFORMS and word != "hivis" and details.random() < 0.75:
        flag = FLAGS[-1] if word == "military" and details.random() < 0.5 else FLAGS[int(details.integers(6))]
        badge = chosen(details, (YELLOW, WHITE, RED, (0.45, 0.45, 0.44)))
        made = replace(made, pattern=replace(made.pattern, flag=flag, badge=badge))
    if made.pattern.tape is not None:
        made = replace(made, name=_one(details, NAMES))
    booted = made.footwear == "boots" and word in UNIFORMS
    return replace(made, tucked=booted and bool(details.random() < TUCKED.get(word, 0.15)))


FLAGS: tuple[tuple[Colour, Colour, Colour | None], ...] = (
    ((0.01, 0.10, 0.46), (0.85, 0.62, 0.01), None),
    ((0.01, 0.10, 0.46), (0.85, 0.62, 0.01), None),
    ((0.75, 0.75, 0.73), (0.60, 0.02, 0.04), None),
    ((0.45, 0.02, 0.03), (0.02, 0.08, 0.36), (0.75, 0.75, 0.73)),
    ((0.01, 0.01, 0.012), (0.80, 0.55, 0.01), (0.55, 0.01, 0.01)),
    ((0.60, 0.02, 0.03), (0.03, 0.22, 0.07), (0.75, 0.75, 0.73)),
    ((0.10, 0.11, 0.07), (0.05, 0.055, 0.035), None),
)
"""Upper half, lower half and band between; the last is subdued."""


def _one(draw: np.random.Generator, words: tuple[str, ...]) -> str:
    return words[int(draw.integers(len(words)))]


def shaded(draw: np.random.Generator, colour: Colour, spread: float = 0.18) -> Colour:
    """The colour after some years and washes."""
    factor = float(np.exp(draw.normal(0.0, spread)))
    grey = sum(colour) / 3
    faded = float(draw.uniform(0.0, 0.18))
    cast = draw.normal(1.0, 0.04, 3)
    return tuple(
        float(min(0.8, (c * (1 - faded) + grey * faded) * factor * w)) for c, w in zip(colour, cast, strict=True)
    )


def chosen(draw: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    """One of the colours, shaded."""
    return shaded(draw, colours[int(draw.integers(len(colours)))])


def _ses(draw: np.random.Generator) -> Outfit:
    bands = (("arm", 0.70, 0.735), ("leg", 0.76, 0.795))
    if draw.random() < 0.5:
        bands += (("z", 1.165, 1.20),)
    base, flame = shaded(draw, NAVY), shaded(draw, FLAME, 0.1)
    pattern = Pattern(base, flame, bands, tape=(0.62, 0.50, 0.05))
    word = _one(draw, WORDS["ses"])
    helmets = (WHITE, (0.75, 0.12, 0.02), LIME, RED)
    pockets = ("thigh", "flap", "knees", "chest") if draw.random() < 0.7 else ("thigh", "flap", "chest")
    if draw.random() < 0.45:
        return Outfit("jacket", pattern, Pattern(base, None, bands[1:2]), helmets, "rescue", word=word, pockets=pockets)
    return Outfit("coverall", pattern, None, helmets, "rescue", word=word, pockets=(*pockets, "belt"))


def _turnout(draw: np.random.Generator) -> Outfit:
    base = chosen(draw, ((0.016, 0.015, 0.015), (0.30, 0.22, 0.10), (0.02, 0.025, 0.045)))
    edge = (0.60, 0.62, 0.02) if draw.random() < 0.75 else (0.75, 0.17, 0.02)
    bands = (("z", 1.215, 1.245), ("z", 0.86, 0.89), ("arm", 0.70, 0.745), ("arm", 0.30, 0.335))
    upper = Pattern(base, None, bands, edge=edge, shine=0.15)
    lower = Pattern(base, None, (("leg", 0.78, 0.82),), edge=edge, shine=0.15)
    helmets = ((0.70, 0.55, 0.03), RED, (0.02, 0.02, 0.02), WHITE)
    word = _one(draw, WORDS["turnout"])
    return Outfit(
        "coat", upper, lower, helmets, "fire", looser=0.004, folds=0.0125, stiff=1.35, word=word, ink=edge,
        pockets=("thigh", "flap", "knees"),
    )  # fmt: skip


def _orange(draw: np.random.Generator) -> Outfit:
    bands = (("z", 1.19, 1.235), ("arm", 0.68, 0.72), ("leg", 0.72, 0.755))
    if draw.random() < 0.6:
        bands += (("x", 0.075, 0.115), ("leg", 0.82, 0.855))
    pattern = Pattern(shaded(draw, (0.72, 0.14, 0.012)), None, bands)
    pockets = ("thigh", "flap", "knees", "belt") if draw.random() < 0.5 else ("thigh", "flap", "belt")
    word = _one(draw, WORDS["orange"])
    helmets = (WHITE, (0.70, 0.12, 0.02), BLUE, YELLOW)
    leather = (BLACK, BROWN)[int(draw.integers(2))]
    return Outfit(
        "coverall",
        pattern,
        None,
        helmets,
        "rescue",
        "boots",
        leather,
        word=word,
        ink=(0.02, 0.02, 0.03),
        pockets=pockets,
    )


def _hivis(draw: np.random.Generator) -> Outfit:
    upper = ("shirt", "jacket", "tshirt", "hoodie")[int(draw.integers(4))]
    pattern = Pattern(chosen(draw, NYLON if upper == "jacket" else SHIRTS), zip=upper in ("jacket", "hoodie"))
    if upper == "shirt":
        pattern = replace(pattern, buttons=True, check=chosen(draw, SHIRTS) if draw.random() < 0.4 else None)
    leather = shaded(draw, (BROWN, (0.30, 0.18, 0.08))[int(draw.integers(2))])
    pockets = ("thigh", "flap", "knees") if draw.random() < 0.4 else ()
    helmets = (WHITE, YELLOW, RED, BLUE, ORANGE, YELLOW)
    return Outfit(upper, pattern, _legs(draw), helmets, "site", "boots", leather, pockets=pockets)


def _medic(draw: np.random.Generator) -> Outfit:
    base = chosen(draw, ((0.42, 0.02, 0.025), (0.03, 0.10, 0.26), (0.55, 0.56, 0.55), (0.62, 0.13, 0.01)))
    bands = (("z", 1.15, 1.185), ("arm", 0.66, 0.70))
    pattern = Pattern(base, None, bands, tape=WHITE, shine=0.3)
    lower = Pattern(shaded(draw, NAVY), None, (("leg", 0.76, 0.795),))
    dark = sum(base) < 1.2
    return Outfit(
        "jacket",
        pattern,
        lower,
        (WHITE, RED),
        "rescue",
        word=_one(draw, WORDS["medic"]),
        ink=WHITE if dark else RED,
        pockets=(
            "thigh",
            "flap",
        ),
    )


def _military(draw: np.random.Generator) -> Outfit:
    base = chosen(draw, ((0.16, 0.155, 0.08), (0.19, 0.17, 0.11), (0.12, 0.13, 0.075)))
    second = shaded(draw, (0.055, 0.07, 0.03))
    pattern = Pattern(base, camouflage=(second, (0.075, 0.05, 0.03)), tape=(0.05, 0.06, 0.03))
    helmets = ((0.10, 0.11, 0.055), (0.16, 0.14, 0.09))
    leather = shaded(draw, (0.16, 0.10, 0.05))
    lower = replace(pattern, tape=None, zip=False)
    pockets = ("thigh", "flap", "knees", *(("carrier", "pouches") if draw.random() < 0.75 else ("chest",)))
    return Outfit("jacket", pattern, lower, helmets, "combat", "boots", leather, pockets=pockets)


def _legs(draw: np.random.Generator) -> Pattern:
    if draw.random() < 0.45:
        return Pattern(chosen(draw, JEANS), zip=False, denim=True)
    return Pattern(chosen(draw, TROUSERS), zip=False)


def _civil(uppers: tuple[str, ...], colours: tuple[Colour, ...], checked: float, shine: float = 0.0):
    def make(draw: np.random.Generator) -> Outfit:
        upper = uppers[int(draw.integers(len(uppers)))]
        check = chosen(draw, SHIRTS) if draw.random() < checked else None
        striped = not check and upper in ("tshirt", "shirt") and draw.random() < 0.2
        parted = upper == "jacket" and draw.random() < 0.35
        zipped = upper == "jacket" or (upper == "hoodie" and bool(draw.random() < 0.5))
        weave = 240.0 if upper == "hoodie" else 700.0
        pattern = Pattern(
            chosen(draw, colours), chosen(draw, colours) if parted else None, zip=zipped, check=check, weave=weave,
            shine=shine, buttons=upper == "shirt", stripes=chosen(draw, SHIRTS) if striped else None,
        )  # fmt: skip
        boots = bool(draw.random() < 0.3)
        leather = chosen(
            draw, (BLACK, BROWN, (0.4, 0.4, 0.4), (0.10, 0.02, 0.02), (0.55, 0.55, 0.54), (0.03, 0.04, 0.08))
        )
        sole = (0.45, 0.44, 0.42) if not boots and draw.random() < 0.5 else (0.02, 0.018, 0.016)
        return Outfit(
            upper, pattern, _legs(draw), (WHITE,), "site", "boots" if boots else "shoes", leather, sole,
            folds=0.012, stiff=1.15 if shine else 1.0,
        )  # fmt: skip

    return make


_MADE: dict[str, Callable[[np.random.Generator], Outfit]] = {
    "ses": _ses,
    "turnout": _turnout,
    "orange": _orange,
    "hivis": _hivis,
    "medic": _medic,
    "military": _military,
    "casual": _civil(("tshirt", "tshirt", "hoodie", "shirt"), SHIRTS, 0.1),
    "jacket": _civil(("jacket",), NYLON, 0.0, 0.6),
    "hoodie": _civil(("hoodie",), SHIRTS, 0.0),
    "dress_shirt": _civil(
        ("shirt",), ((0.62, 0.62, 0.62), (0.35, 0.45, 0.60), (0.55, 0.48, 0.50), (0.10, 0.12, 0.2)), 0.3
    ),
    "work": _civil(
        ("jacket", "shirt"), ((0.03, 0.06, 0.14), (0.12, 0.12, 0.12), (0.08, 0.10, 0.06), (0.26, 0.20, 0.12)), 0.15
    ),
}
"""Outfit word -> maker."""
