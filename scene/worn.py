"""What is put on over the clothes: packs, harness, radio, and headgear."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import gear, layers, solids, uniforms
from .clothing import Garment, Surface
from .fabrics import Colour
from .headwear import Headwear

WEBBING: tuple[Colour, ...] = ((0.015, 0.015, 0.016), (0.42, 0.05, 0.03), (0.55, 0.42, 0.03), (0.03, 0.07, 0.20))
PACKS: tuple[Colour, ...] = (
    (0.45, 0.04, 0.03), (0.02, 0.02, 0.022), (0.07, 0.08, 0.045), (0.55, 0.16, 0.02), (0.03, 0.06, 0.16),
    (0.12, 0.12, 0.12),
)  # fmt: skip
BOTTLES: tuple[Colour, ...] = ((0.62, 0.45, 0.02), (0.02, 0.02, 0.022), (0.35, 0.36, 0.36), (0.03, 0.10, 0.05))
BLACK: Colour = (0.02, 0.02, 0.022)


class Worn:
    """Gear of one person; ``dresser`` is people._Dresser."""

    def __init__(self, dresser: Any) -> None:
        self._on = dresser
        self._gear = set(dresser.spec.gear)

    def put_on(self, upper: tuple[Surface, Garment], lower: tuple[Surface, Garment]) -> None:
        """Everything named in the person's gear, over the clothes of trunk and legs."""
        self._carried(*upper, lower)
        Headwear(self._on).put_on()

    def _carried(self, surface: Surface, garment: Garment, lower: tuple[Surface, Garment]) -> None:
        on, wears = self._on, self._gear
        body, turns, places = on.body, on.posed.turns, on.posed.places
        draw = on.draw("gear")
        webbing = WEBBING[int(draw.integers(len(WEBBING)))]
        over = 0.012 if "vest" in wears else 0.001
        straps = [("harness", webbing)] if "harness" in wears else []
        straps += [("straps", BLACK)] if {"backpack", "bag"} & wears else []
        straps += [("sternum", BLACK)] if "backpack" in wears else []
        for name, colour in straps:
            self._strapped((surface, garment), name, over, colour)
        if "harness" in wears:
            self._strapped(lower, "loops", 0.001, webbing)
        spine = body.base.bone("spine_02")
        back = self._reach(surface, garment, 1.0)
        chest = self._reach(surface, garment, -1.0)
        at = np.array([0.0, back - 0.012, body.head("spine_03")[2] - 0.03])
        pack = uniforms.chosen(draw, PACKS)
        if "backpack" in wears:
            bottle = on.spec.outfit == "turnout"
            piece = gear.air_bottle() if bottle else gear.backpack(draw)
            piece = gear.on_bone(piece, body, body.base.bones[spine], at, turns, places)
            black = solids.flat("Black", (0.015, 0.015, 0.016), 0.45)
            if bottle:
                pack = uniforms.chosen(draw, BOTTLES)
            on.tinted(piece, "backpack", [solids.solid("Canvas", 0.4 if bottle else 0.8, 0.3), black], pack)
        elif "bag" in wears:
            piece = gear.on_bone(gear.bag(), body, body.base.bones[spine], at, turns, places)
            on.tinted(piece, "bag", [solids.solid("Canvas", 0.8, 0.3)], pack)
        if "radio_set" in wears:
            spot = np.array([0.105 * body.scale, chest - over - 0.012, body.head("spine_03")[2] + 0.09])
            piece = gear.on_bone(gear.radio(), body, "spine_03", spot, turns, places)
            on.tinted(piece, "radio", [solids.solid("Plastic", 0.45)], BLACK)

    def _strapped(self, under: tuple[Surface, Garment], name: str, over: float, colour: Colour) -> None:
        """A strap ``over`` metres above the cloth, with its buckles."""
        on = self._on
        piece = layers.layer(*under, on.level, name, over, 0.004, 3)
        if piece is not None:
            on.tinted(piece, name, [solids.solid("Webbing", 0.6)], colour, wear=0.3 * on.wear)
            on.hardware(under, name, over + 0.005, colour)

    def _reach(self, surface: Surface, garment: Garment, sign: float) -> float:
        """y of the clothed back (1) or chest (-1) in the rest pose, metres."""
        body = self._on.body
        rest = garment.rest(body, self._on.outfit.looser)
        level = body.head("spine_03")[2]
        near = (np.abs(rest[:, 0]) < 0.14 * body.scale) & (np.abs(rest[:, 2] - level) < 0.13 * body.scale)
        return float((rest[near, 1] * sign).max() * sign)
