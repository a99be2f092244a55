"""Flesh and hair of one person: head, eyes, brows, hair, beard, hands.

Who is nearer than ``CLOSE`` has hairs, lashes and wet eyes; farther off hair is a shell and eyes are painted balls.
"""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from . import complexion, eyes, fabrics, hairstyles, mouth, solids, uniforms
from .fabrics import Colour, Pattern
from .head import HAIR, IRIS, Head, hands
from .headwear import covers
from .strands import ribbons

FACE_NEAR, CLOSE, FACE_FAR = 2.0, 4.0, 14.0
"""Metres to the camera: nearer, heads and hands are finer, have hairs, are coarser."""

SPARSE = 3
"""Between ``FACE_NEAR`` and ``CLOSE`` one hair, twice as wide, stands for so many."""

GLOVES: tuple[Colour, ...] = (
    (0.05, 0.05, 0.05),
    (0.32, 0.22, 0.11),
    (0.10, 0.085, 0.07),
    (0.45, 0.12, 0.03),
    (0.5, 0.48, 0.44),
)

SHORT = ("buzz", "crew", "short", "swept", "parting", "tousled")
"""Men's hair by length; under headgear the first two."""

LONG = ("bob", "long", "wavy", "tied high tail", "tied high bun", "tied low tail", "parting")
UNDER_HELMET = ("tied low tail", "tied low tail", "bob", "crew")


class Face:
    """Flesh of one person; ``dresser`` is people._Dresser."""

    def __init__(self, dresser: Any) -> None:
        self._on = dresser
        self._near = dresser.away < CLOSE
        self._level = 2 if dresser.away < FACE_NEAR else (1 if dresser.away < FACE_FAR else 0)
        chest = dresser.outfit.upper in ("tshirt", "shirt")
        self._head = Head(dresser.body, dresser.posed.turns, dresser.posed.places, self._level, chest)
        self._man = dresser.spec.body.sex > 0.5
        self._worn = set(dresser.spec.gear)
        draw = dresser.draw("head")
        self._shadow, self._style, self._beard, self._length = (float(value) for value in draw.random(4))
        self._iris, self._bushy = int(draw.integers(60)), float(draw.random())

    def put_on(self) -> None:
        """Head, eyes, hair and hands."""
        if self._near:
            self._close()
        else:
            self._plain()
        self._hands()

    @property
    def _capped(self) -> bool:
        return bool({"helmet", "hood", "cap"} & self._worn)

    @property
    def _bald(self) -> bool:
        return self._man and self._on.spec.body.age > 0.6 and self._style < 0.35

    def _plain(self) -> None:
        """A head as it is seen from afar."""
        head, seed = self._head, self._on.spec.seed
        self._fleshed(self._on.put(head.skin(0.85 * self._shadow**1.5 * self._man), "head", [complexion.skin()]))
        self._on.tinted(head.eyes(), "eyes", [complexion.eye()], self._eye_colour())
        growths: list[tuple[str, str, float]] = [("brows", "brows", 0.0016 if self._man else 0.0011)]
        if self._man:
            tall = 0.0035 if self._capped else (0.004, 0.009, 0.015, 0.022)[int(self._length * 4)]
            growths.append(("balding" if self._bald and not self._capped else "hair", "hair", tall))
            if self._beard < 0.22:
                growths.append(("beard", "beard", 0.0015 + 0.006 * self._bushy**2))
            if self._beard < 0.30:
                growths.append(("moustache", "moustache", 0.003))
        else:
            growths.append(("hair", "hair", 0.004 if self._capped else 0.016))
        colour = self._hair_colour()[0]
        for what, word, tall in growths:
            piece = head.growth(what, tall, seed, 0.15 if what == "brows" else 0.5)
            if piece is not None:
                self._on.put(piece, word, [complexion.hair()])["tint_hair"] = colour
        if not self._man and not self._capped and self._style < 0.7:
            piece = head.tresses(0.07 + 0.13 * self._length, seed)
            self._on.put(piece, "tresses", [complexion.hair()])["tint_hair"] = colour

    def _close(self) -> None:
        """A head as it is seen from near."""
        on, head, old = self._on, self._head, self._on.spec.body.age
        style = self._hairstyle()
        area = hairstyles.area(style)
        shadow = self._man * (0.9 if self._beard < 0.22 else 0.12 + 0.75 * self._shadow**1.5)
        folds = 0.0003 + 0.0013 * float(np.clip((old - 0.5) * 2, 0, 1))
        self._fleshed(on.put(head.skin(shadow, folds, area), "head", [complexion.skin(near=True)]))
        balls = eyes.balls(on.body, on.posed.turns, on.posed.places)
        on.tinted(eyes.eyeballs(balls, on.spec.seed), "eyes", [complexion.eye(near=True)], self._eye_colour())
        rims = eyes.lid_rims(on.body, self._level, head.posed())
        on.put(eyes.wet_line(balls, rims), "tears", [complexion.wet()])
        self._haired(eyes.lashes(balls, rims, 0.0075 if self._man else 0.0095, on.spec.seed), "lashes", 0.25)
        on.put(mouth.teeth(on.body, on.posed.turns, on.posed.places), "teeth", [complexion.teeth()])
        self._grown("brows" if self._man else "thin brows", "brows", 0.8)
        for part in () if covers(on) else hairstyles.parts(style):
            self._grown(part, "hair" if part == style or " " not in part else part.replace(" ", "_"))
        if self._man and self._beard < 0.22:
            self._grown(("bristles", "beard", "full beard")[min(2, int(self._bushy * 3.2))], "beard")
        if self._man and self._beard < 0.30:
            self._grown("moustache", "moustache")

    def _hairstyle(self) -> str:
        """The name of a style for what is worn on the head."""
        if self._man:
            pick = SHORT[: 2 if self._capped else 6]
            if self._on.spec.body.skin[1] > 0.5:
                pick = ("buzz", "crew") if self._capped else ("buzz", "buzz", "afro")
            if self._bald:
                return "buzz" if self._capped else ("wreath", "receding")[int(self._length * 2)]
        else:
            pick = UNDER_HELMET if self._capped else LONG
        return pick[int(self._length * len(pick))]

    def _grown(self, style: str, word: str, darker: float = 1.0) -> None:
        """Hairs of one style, as many as the distance asks for."""
        on = self._on
        base, seed = on.body.base, on.spec.seed
        kept = np.arange(len(hairstyles.strands(base, style, seed).lines))
        if self._capped and style in hairstyles.HAIR:
            kept = kept[hairstyles.covered(base, style, seed % hairstyles.VARIANTS)]
        if self._level < 2:
            kept = kept[::SPARSE]
        found = hairstyles.strands(base, style, seed).of(kept)
        lines, outward = found.on(on.body, on.posed.turns, on.posed.places)
        piece = ribbons(lines, outward, found.widths * (1.0 if self._level == 2 else 2.2), 0.25, seed)
        self._haired(piece, word, darker)

    def _haired(self, piece: Any, word: str, darker: float) -> None:
        made = self._on.put(piece, word, [complexion.strand()])
        colour, grey = self._hair_colour()
        made["tint_hair"] = [c * darker for c in colour]
        made["tint_grey"] = grey * (darker == 1.0)

    def _hands(self) -> None:
        on = self._on
        gloved = "gloves" in self._worn
        bare = on.outfit.upper == "tshirt"
        level = min(1, self._level)
        if gloved:
            colour = uniforms.chosen(on.draw("gloves"), GLOVES)
            piece = hands(on.body, on.posed.turns, on.posed.places, level, False, True)
            on.tinted(piece, "gloves", [solids.solid("Glove", 0.75, 0.4)], colour)
        if bare or not gloved:
            piece = hands(on.body, on.posed.turns, on.posed.places, level, bare, False)
            self._fleshed(on.put(piece, "hands", [complexion.skin(self._near)]))

    def _fleshed(self, made: bpy.types.Object) -> None:
        draw = self._on.draw("complexion")
        shade, ruddy = float(np.exp(draw.normal(0, 0.14))), float(draw.uniform(-0.6, 1.0))
        tone = complexion.tone(self._on.spec.body.skin, shade, ruddy)
        fabrics.painted(made, Pattern(tone), self._on.wear)
        made["tint_hair"] = [c * 0.8 for c in self._hair_colour()[0]]
        made["tint_age"] = float(np.clip((self._on.spec.body.age - 0.5) * 2, 0.05, 1))
        made["tint_freckles"] = float(0.75 * draw.random() ** 3 * self._on.spec.body.skin[0])
        made["tint_sweat"] = float(draw.random() ** 2) * (0.9 if self._on.spec.category == "rescuer" else 0.4)

    def _eye_colour(self) -> Colour:
        dark = IRIS[: 2 if self._on.spec.body.skin[0] < 0.5 else 5]
        return dark[self._iris % len(dark)]

    def _hair_colour(self) -> tuple[Colour, float]:
        """(colour, share of white hairs)."""
        draw = self._on.draw("hair colour")
        greyer = float(np.clip((self._on.spec.body.age - 0.62) * 3.2, 0, 0.95))
        grey = draw.random() < greyer
        fair = self._on.spec.body.skin[0] > 0.6
        weights = np.array([0.14, 0.24, 0.28, 0.18, 0.12, 0.04]) if fair else np.array([0.7, 0.25, 0.05, 0, 0, 0])
        picked = int(draw.integers(6, 8)) if grey else int(draw.choice(6, p=weights / weights.sum()))
        return uniforms.shaded(draw, HAIR[picked], 0.15), (0.5 if grey else 0.5 * greyer)
