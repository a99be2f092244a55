"""What somebody wears on the head, put on: helmet with strap, lamp and visor, cap, hood, goggles, mask."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import headgear, solids, uniforms
from .fabrics import Colour
from .meshes import Piece
from .skeleton import skin

MASKS: tuple[Colour, ...] = ((0.68, 0.68, 0.66), (0.25, 0.42, 0.52), (0.03, 0.03, 0.03), (0.62, 0.62, 0.60))


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
            style = on.outfit.helmet
            colour = uniforms.shaded(draw, on.outfit.helmets[int(draw.integers(len(on.outfit.helmets)))], 0.06)
            made = on.tinted(
                self._carried_by_head(headgear.helmet(size, style)), "helmet",
                [solids.shell(style in ("rescue", "fire"))], colour, "helmet",
                edge=(0.72, 0.72, 0.66) if draw.random() < 0.6 else (0.75, 0.62, 0.03),
            )  # fmt: skip
            if on.level:
                made.modifiers.new("Smooth", "SUBSURF").render_levels = 1
            on.put(self._carried_by_head(headgear.strap(body)), "strap", [black], "helmet")
            if "lamp" in wears:
                lens = solids.flat("Lens", (0.75, 0.78, 0.8), 0.1, 0.6)
                on.put(self._carried_by_head(headgear.lamp(size)), "lamp", [black, lens], "helmet")
            if "visor" in wears:
                pane = clear if draw.random() < 0.7 else glass
                on.put(self._carried_by_head(headgear.visor(size)), "visor", [pane], "helmet")
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

    def _carried_by_head(self, piece: Piece) -> Piece:
        """A rest-pose piece carried by the head."""
        body, posed = self._on.body, self._on.posed
        number = body.base.bone("head")
        matrix = np.eye(4)
        matrix[:3, :3] = posed.turns[number]
        matrix[:3, 3] = posed.places[number] - posed.turns[number] @ body.heads[number]
        return piece.moved(matrix)
