"""What somebody wears on the head, put on: helmet with strap, lamp and visor, cap, hood, goggles, mask."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from . import firehelmet, headgear, solids, uniforms
from .fabrics import Colour
from .meshes import Piece
from .skeleton import skin

MASKS: tuple[Colour, ...] = ((0.68, 0.68, 0.66), (0.25, 0.42, 0.52), (0.03, 0.03, 0.03), (0.62, 0.62, 0.60))


CURTAINS: tuple[Colour, ...] = ((0.05, 0.05, 0.055), (0.36, 0.37, 0.38), (0.28, 0.20, 0.08), (0.03, 0.04, 0.10))
FULL, DOWN = 0.55, 0.45
"""Shares of firefighters' helmets that cover ears and nape, and of their visors that are down."""


def covers(dresser: Any) -> bool:
    """Whether somebody wears a helmet that covers ears and nape."""
    fire = dresser.outfit.helmet == "fire" and "helmet" in dresser.spec.gear
    return bool(fire and dresser.draw("full helmet").random() < FULL)


class Headwear:
    """Headgear of one person; ``dresser`` is people._Dresser."""

    def __init__(self, dresser: Any) -> None:
        self._on = dresser
        self._gear = set(dresser.spec.gear)

    def put_on(self) -> None:
        """Everything named in the person's gear that goes on the head."""
        on, wears = self._on, self._gear
        body, size = on.body, headgear.skull(on.body)
        draw = on.draw("headgear")
        black = solids.flat("Black", (0.015, 0.015, 0.016), 0.45)
        glass = solids.flat("Glass", (0.035, 0.038, 0.042), 0.06)
        clear = solids.flat("Clear", (0.55, 0.60, 0.62), 0.05, alpha=0.28)
        if "helmet" in wears:
            self._helmet(size, draw, black, clear if draw.random() < 0.7 else glass)
        elif "cap" in wears:
            piece = self._carried_by_head(headgear.cap(size))
            on.tinted(piece, "cap", [solids.solid("Cap", 0.85, 0.25)], uniforms.chosen(draw, uniforms.SHIRTS))
        elif "hood" in wears:
            points, quads, used = headgear.hood(body)
            placed = skin(points, body.weights[used], body, on.posed.turns, on.posed.places)
            piece = Piece.quads(placed, quads, smooth=True)
            on.tinted(piece, "hood", [solids.solid("Hood", 0.88, 0.4)], on.outfit.pattern.base)
        if "goggles" in wears:
            part = "helmet" if "helmet" in wears else ""
            on.put(self._carried_by_head(headgear.goggles(size)), "goggles", [black, glass], part)
        if "mask" in wears:
            piece, used = headgear.mask(body)
            placed = skin(piece.vertices, body.weights[used], body, on.posed.turns, on.posed.places)
            made = Piece(placed, piece.corners, piece.sizes, smooth=True)
            on.tinted(made, "mask", [solids.solid("Mask", 0.85)], uniforms.chosen(draw, MASKS))

    def _helmet(
        self, size: headgear.Skull, draw: np.random.Generator, black: bpy.types.Material, pane: bpy.types.Material
    ) -> None:
        """Shell, strap, lamp, visor and neck curtain."""
        on, wears, style, full = self._on, self._gear, self._on.outfit.helmet, covers(self._on)
        colour = uniforms.shaded(draw, on.outfit.helmets[int(draw.integers(len(on.outfit.helmets)))], 0.06)
        edge = (0.72, 0.72, 0.66) if draw.random() < 0.6 else (0.75, 0.62, 0.03)
        made = on.tinted(
            self._carried_by_head(firehelmet.shell(size) if full else headgear.helmet(size, style)), "helmet",
            [solids.shell(style in ("rescue", "fire"))], colour, "helmet", edge=edge,
        )  # fmt: skip
        if on.level:
            made.modifiers.new("Smooth", "SUBSURF").render_levels = 1
        on.put(self._carried_by_head(headgear.strap(on.body)), "strap", [black], "helmet")
        if "lamp" in wears:
            lens = solids.flat("Lens", (0.75, 0.78, 0.8), 0.1, 0.6)
            on.put(self._carried_by_head(headgear.lamp(size)), "lamp", [black, lens], "helmet")
        down = bool(draw.random() < DOWN)
        if full:
            plate = solids.flat("Plate", (0.62, 0.50, 0.22) if draw.random() < 0.5 else (0.50, 0.50, 0.48), 0.3)
            on.put(self._carried_by_head(firehelmet.fittings(size)), "fittings", [black, plate], "helmet")
            cloth = CURTAINS[int(draw.integers(len(CURTAINS)))]
            piece = self._carried_by_head(firehelmet.curtain(size, on.spec.seed))
            on.tinted(piece, "curtain", [solids.solid("Curtain", 0.85, 0.3)], cloth, "helmet")
        if "visor" in wears:
            piece = firehelmet.visor(size, down) if full else headgear.visor(size)
            on.put(self._carried_by_head(piece), "visor", [pane, black], "helmet")

    def _carried_by_head(self, piece: Piece) -> Piece:
        """A rest-pose piece carried by the head."""
        body, posed = self._on.body, self._on.posed
        number = body.base.bone("head")
        matrix = np.eye(4)
        matrix[:3, :3] = posed.turns[number]
        matrix[:3, 3] = posed.places[number] - posed.turns[number] @ body.heads[number]
        return piece.moved(matrix)
