"""Flesh and hair of one person: head, eyes, brows, hair, beard, hands."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from . import complexion, fabrics, solids, uniforms
from .fabrics import Colour, Pattern
from .head import HAIR, IRIS, Head, hands

FACE_NEAR, FACE_FAR = 2.0, 14.0
"""Metres to the camera: nearer, heads and hands are finer; farther, coarser."""

GLOVES: tuple[Colour, ...] = (
    (0.05, 0.05, 0.05),
    (0.32, 0.22, 0.11),
    (0.10, 0.085, 0.07),
    (0.45, 0.12, 0.03),
    (0.5, 0.48, 0.44),
)


class Face:
    """Flesh of one person; ``dresser`` is people._Dresser."""

    def __init__(self, dresser: Any) -> None:
        self._on = dresser
        self._level = 2 if dresser.away < FACE_NEAR else (1 if dresser.away < FACE_FAR else 0)

    def put_on(self) -> None:
        """Head and hands."""
        self._head()
        self._hands()

    def _hands(self) -> None:
        gloved = "gloves" in self._on.spec.gear
        bare = self._on.outfit.upper == "tshirt"
        level = min(1, self._level)
        if gloved:
            colour = uniforms.chosen(self._on.draw("gloves"), GLOVES)
            piece = hands(self._on.body, self._on.posed.turns, self._on.posed.places, level, False, True)
            self._on.tinted(piece, "gloves", [solids.solid("Glove", 0.75, 0.4)], colour)
        if bare or not gloved:
            piece = hands(self._on.body, self._on.posed.turns, self._on.posed.places, level, bare, False)
            self._fleshed(self._on.put(piece, "hands", [complexion.skin()]))

    def _fleshed(self, made: bpy.types.Object) -> None:
        draw = self._on.draw("complexion")
        shade, ruddy = float(np.exp(draw.normal(0, 0.14))), float(draw.uniform(-0.6, 1.0))
        tone = complexion.tone(self._on.spec.body.skin, shade, ruddy)
        fabrics.painted(made, Pattern(tone), self._on.wear)
        made["tint_hair"] = [c * 0.8 for c in self._hair_colour()]

    def _hair_colour(self) -> Colour:
        draw = self._on.draw("hair colour")
        grey = draw.random() < np.clip((self._on.spec.body.age - 0.62) * 3.2, 0, 0.95)
        fair = self._on.spec.body.skin[0] > 0.6
        weights = np.array([0.14, 0.24, 0.28, 0.18, 0.12, 0.04]) if fair else np.array([0.7, 0.25, 0.05, 0, 0, 0])
        picked = int(draw.integers(6, 8)) if grey else int(draw.choice(6, p=weights / weights.sum()))
        return uniforms.shaded(draw, HAIR[picked], 0.15)

    def _head(self) -> None:
        chest = self._on.outfit.upper in ("tshirt", "shirt")
        head = Head(self._on.body, self._on.posed.turns, self._on.posed.places, self._level, chest)
        draw = self._on.draw("head")
        man, old, seed = self._on.spec.body.sex > 0.5, self._on.spec.body.age, self._on.spec.seed
        shadow, style, beard, length = draw.random(4)
        self._fleshed(self._on.put(head.skin(0.85 * shadow**1.5 * man), "head", [complexion.skin()]))
        dark = IRIS[: 2 if self._on.spec.body.skin[0] < 0.5 else 5]
        self._on.tinted(head.eyes(), "eyes", [complexion.eye()], dark[int(draw.integers(len(dark)))])
        growths: list[tuple[str, str, float]] = [("brows", "brows", 0.0016 if man else 0.0011)]
        covered = bool({"helmet", "hood"} & set(self._on.spec.gear))
        capped = covered or "cap" in self._on.spec.gear
        if man:
            bald = old > 0.6 and style < 0.35
            tall = 0.0035 if capped else (0.004, 0.009, 0.015, 0.022)[int(length * 4)]
            growths.append(("balding" if bald and not capped else "hair", "hair", tall))
            if beard < 0.22:
                growths.append(("beard", "beard", 0.0015 + 0.006 * float(draw.random()) ** 2))
            if beard < 0.30:
                growths.append(("moustache", "moustache", 0.003))
        else:
            growths.append(("hair", "hair", 0.004 if capped else 0.016))
        colour = self._hair_colour()
        for what, word, tall in growths:
            piece = head.growth(what, tall, seed, 0.15 if what == "brows" else 0.5)
            if piece is not None:
                self._on.put(piece, word, [complexion.hair()])["tint_hair"] = colour
        if not man and not capped and style < 0.7:
            self._on.put(head.tresses(0.07 + 0.13 * length, seed), "tresses", [complexion.hair()])["tint_hair"] = colour
