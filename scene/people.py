"""A dressed person in the scene: a small hierarchy under one Empty, labelled by its category.

Label policy: the person is body, clothes and everything worn; helmet and vest are labels of their own besides (a helmet
with its lamp, visor and strap); what the hands hold belongs to nobody.
"""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix

from ..dataset.spec import PersonSpec, stream
from ..dataset.wardrobe import POSES
from . import buckles, expressions, fabrics, folds, garments, layers, lettering, patient, solids, uniforms
from .body import Body
from .clothing import Garment, Surface
from .fabrics import Colour, Pattern
from .faces import Face
from .footwear import shoes
from .meshes import Piece, to_object
from .poses import Posed
from .tags import CATEGORY, PART
from .worn import Worn

NEAR, FAR = 6.0, 40.0
"""Metres to the camera: nearer, garments are finer; farther, coarser."""

VESTS = (
    Pattern(uniforms.LIME, None, (("z", 1.045, 1.095), ("z", 1.165, 1.215), ("x", 0.086, 0.126))),
    Pattern(uniforms.LIME, None, (("z", 1.045, 1.095), ("x", 0.086, 0.126)), edge=uniforms.ORANGE),
    Pattern(uniforms.ORANGE, None, (("z", 1.045, 1.095), ("z", 1.165, 1.215), ("x", 0.086, 0.126))),
    Pattern(uniforms.ORANGE, None, (("z", 1.06, 1.11), ("x", 0.082, 0.118)), edge=uniforms.LIME),
    Pattern(uniforms.ORANGE, None, (("z", 1.0, 1.05), ("z", 1.13, 1.18))),
    Pattern(uniforms.LIME, None, (("z", 1.0, 1.05), ("z", 1.13, 1.18))),
)

LIFTS = {
    "thigh": (0.0, 0.013),
    "flap": (0.0, 0.019),
    "knees": (0.0, 0.010),
    "chest": (0.0, 0.009),
    "belt": (0.001, 0.005),
    "carrier": (0.002, 0.024),
    "pouches": (0.006, 0.052),
}
"""Patch -> metres above the cloth, metres thick."""

BELT: Colour = (0.015, 0.014, 0.013)
CARRIER: Colour = (0.12, 0.105, 0.06)


def add_person(
    spec: PersonSpec, body: Body, posed: Posed, collection: bpy.types.Collection, name: str, away: float
) -> bpy.types.Object:
    """Body, clothes and gear under one Empty named ``name``; ``away``: metres to the camera."""
    root = bpy.data.objects.new(name, None)
    root.empty_display_size = 0.3
    root[CATEGORY] = spec.category
    root.matrix_world = Matrix(posed.root.tolist())
    collection.objects.link(root)
    _Dresser(spec, body, posed, collection, root, away).dress()
    return root


class _Dresser:
    """Everything that goes on one body, from the inside out; the draws come in a fixed order."""

    def __init__(
        self,
        spec: PersonSpec,
        body: Body,
        posed: Posed,
        collection: bpy.types.Collection,
        root: bpy.types.Object,
        away: float,
    ) -> None:
        self.spec, self.posed = spec, posed
        self.body = expressions.showing(body, spec)
        self.level = 2 if away < NEAR else (1 if away < FAR else 0)
        self.away = away
        self._collection, self._root = collection, root
        self.outfit = uniforms.outfit(spec.outfit, stream(spec.seed, "outfit"))
        self.wear = float(stream(spec.seed, "wear").beta(1.6, 2.2))

    def dress(self) -> None:
        """All pieces."""
        Face(self).put_on()
        upper, garment = self._garment(self.outfit.upper, self.outfit.pattern)
        lower = None
        if self.outfit.lower is not None:
            lower = self._garment("trousers", self.outfit.lower)
        self._footwear()
        self._pockets((upper, garment), lower or (upper, garment))
        if "vest" in self.spec.gear:
            self._vest(upper, garment)
        Worn(self).put_on((upper, garment), lower or (upper, garment))
        if POSES[self.spec.pose].task == "ride":
            self._covered([upper.points, *([lower[0].points] if lower else [])])

    def put(self, piece: Piece, word: str, materials: list[bpy.types.Material], part: str = "") -> bpy.types.Object:
        """One object below the root."""
        made = to_object(f"{self._root.name} {word}", piece, materials, self._collection, self._root)
        if part:
            made[PART] = part
        return made

    def tinted(
        self,
        piece: Piece,
        word: str,
        materials: list[bpy.types.Material],
        colour: Colour,
        part: str = "",
        edge: Colour | None = None,
        wear: float | None = None,
    ) -> bpy.types.Object:
        """One object in one colour, as worn as its person unless said."""
        made = self.put(piece, word, materials, part)
        return fabrics.painted(made, Pattern(colour, edge=edge), self.wear if wear is None else wear)

    def draw(self, what: str) -> np.random.Generator:
        """The random stream of one part of the person."""
        return stream(self.spec.seed, what)

    def _garment(self, kind: str, pattern: Pattern) -> tuple[Surface, Garment]:
        """Put a garment on; its surface before folds, for what lies on it."""
        garment = garments.garment(self.body.base, kind)
        looser = self.outfit.looser
        below = kind == "trousers"
        surface = garment.worn(self.body, self.posed.turns, self.posed.places, 0.0 if below else looser, self.level)
        surface = folds.hung(surface, 0.003 if below else 0.005 + 0.4 * max(0.0, looser))
        seed = self.spec.seed + (7 if kind == "trousers" else 0)
        under = 0.84 if below else None
        creased = folds.creased(
            surface, self.outfit.folds, seed, self.outfit.stiff, under, self.outfit.tucked,
            layers.pinched(garment, self.level, self._straps(kind)),
        )  # fmt: skip
        if POSES[self.spec.pose].task == "ride":  # the bed is flat, and so is the cloth on it
            np.maximum(creased.points[:, 2], -0.004, out=creased.points[:, 2])
        values = creased.values
        marks = {"rest": values[:, :3], "limb": values[:, 3:6], "legm": values[:, 6], "side": values[:, 7:10]}
        piece = Piece.quads(creased.points, creased.quads, points=marks, smooth=True)
        made = self.put(piece, kind, [fabrics.cloth(pattern)])
        fabrics.painted(made, pattern, self.wear)
        return creased, garment

    def _straps(self, kind: str) -> tuple[str, ...]:
        """What presses into a garment."""
        gear, pockets = set(self.spec.gear), set(self.outfit.pockets)
        legs = ("loops",) if "harness" in gear else ()
        if kind == "trousers":
            return legs
        found = ("harness",) if "harness" in gear else tuple(sorted({"belt", "carrier"} & pockets))
        if {"backpack", "bag"} & gear:
            found += ("straps", *(("sternum",) if "backpack" in gear else ()))
        return found + (legs if kind == "coverall" else ())

    def hardware(self, on: tuple[Surface, Garment], name: str, lift: float, colour: Colour) -> None:
        """Buckles and loose ends of a strap, where somebody near could see them."""
        if not self.level:
            return
        piece = buckles.fittings(*on, self.level, name, lift, self.draw(f"{name} fittings"))
        if piece is not None:
            slots = [
                solids.flat("Black", (0.015, 0.015, 0.016), 0.45),
                solids.flat("Steel", (0.20, 0.20, 0.21), 0.35),
                solids.solid("Webbing", 0.6),
            ]
            self.tinted(piece, f"{name} fittings", slots, colour, wear=0.3 * self.wear)

    def _covered(self, clothes: list[np.ndarray]) -> None:
        """Blanket or foil, and the straps of the stretcher over it."""
        draw = self.draw("blanket")
        foil = draw.random() < 0.4
        colour = uniforms.chosen(draw, patient.FOILS if foil else patient.BLANKETS)
        piece = patient.cover([*clothes, self._toes()], self.body, self.posed, draw, foil)
        over = solids.solid("Foil", 0.22, 0.5, metal=0.9) if foil else solids.solid("Blanket", 0.95, 0.5)
        black = solids.flat("Black", (0.015, 0.015, 0.016), 0.45)
        self.tinted(piece, "blanket", [over, black], colour, wear=(0.1 if foil else 0.5) * self.wear)

    def _toes(self) -> np.ndarray:
        """Points of the shoes, (n, 3)."""
        boots = self.outfit.footwear == "boots"
        return shoes(self.body, self.posed.turns, self.posed.places, boots, 1).vertices

    def _footwear(self) -> None:
        boots = self.outfit.footwear == "boots"
        piece = shoes(self.body, self.posed.turns, self.posed.places, boots, max(1, self.level))
        self.tinted(piece, self.outfit.footwear, [solids.footwear()], self.outfit.leather, edge=self.outfit.sole)

    def _pockets(self, upper: tuple[Surface, Garment], lower: tuple[Surface, Garment]) -> None:
        """Pockets, pads, belt, plate carrier and print on the clothes' surface."""
        vest, harness = "vest" in self.spec.gear, "harness" in self.spec.gear
        legs = self.outfit.lower or self.outfit.pattern
        pads = self.draw("knees").random() < 0.5
        for name in self.outfit.pockets:
            if (vest and name in ("chest", "carrier", "pouches")) or (
                harness and name in ("belt", "carrier", "pouches")
            ):
                continue
            below = name in ("thigh", "flap", "knees")
            piece = layers.layer(*(lower if below else upper), self.level, name, *LIFTS[name])
            if piece is None:
                continue
            if name in ("belt", "carrier", "pouches"):
                colour = BELT if name == "belt" else uniforms.shaded(self.draw("carrier"), CARRIER)
                self.tinted(piece, name, [solids.solid("Webbing", 0.7, 0.4)], colour, wear=0.35 * self.wear)
                if name == "belt":
                    self.hardware(upper, "belt", sum(LIFTS["belt"]), colour)
            elif name == "knees" and pads:
                self.tinted(piece, name, [solids.solid("Pad", 0.7)], (0.018, 0.018, 0.02))
            else:
                pattern = legs if below else self.outfit.pattern
                fabrics.painted(self.put(piece, name, [fabrics.cloth(pattern)]), pattern, self.wear)
        if not vest:
            self._printed(upper, self.outfit.word, "back", self.outfit.ink)
            self._printed(upper, self.outfit.motto, "front", self.outfit.ink)
            if self.level == 2 and "chest" not in self.outfit.pockets:
                self._printed(upper, self.outfit.name, "chest", self.outfit.pattern.base)

    def _printed(
        self, upper: tuple[Surface, Garment], words: str, where: str, ink: Colour, over: Piece | None = None
    ) -> None:
        """Words on the upper garment or on the vest over it."""
        piece = lettering.lettering(*upper, self.level, words, where, over) if words else None
        if piece is not None:
            self.tinted(piece, f"{where} print", [solids.solid("Print", 0.5)], ink, "vest" if over is not None else "")

    def _vest(self, surface: Surface, garment: Garment) -> None:
        """A waistcoat over the upper garment: sleeveless, a V neck, bands; opened or closed."""
        draw = self.draw("vest")
        opened = draw.random() < 0.3
        pattern = VESTS[int(draw.integers(len(VESTS)))]
        base = uniforms.shaded(draw, pattern.base, 0.08)
        pattern = Pattern(base, None, pattern.bands, pattern.edge, zip=not opened, shine=0.35)
        lift = float(draw.uniform(0.007, 0.014))
        piece = layers.layer(surface, garment, self.level, "open vest" if opened else "vest", lift, 0.003, 4)
        if piece is None:
            return
        made = self.put(piece, "vest", [fabrics.cloth(pattern)], "vest")
        fabrics.painted(made, pattern, self.wear * 0.8)
        words = uniforms.VEST_WORDS[int(draw.integers(len(uniforms.VEST_WORDS)))]
        self._printed((surface, garment), words, "back", (0.02, 0.02, 0.025), piece)
