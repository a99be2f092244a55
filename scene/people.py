"""A dressed person in the scene: a small hierarchy under one Empty, labelled by its category.

Label policy: the person is body, clothes and everything worn; helmet and vest are labels of their own besides (a helmet
with its lamp, visor and strap); what the hands hold belongs to nobody.
"""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np
from mathutils import Matrix

from ..dataset.spec import PersonSpec, stream
from . import fabrics, gear, headgear, noise, uniforms
from . import head as heads
from .body import Body
from .clothing import ARM, FOOT, HAND, LEG, collared, cut, edges, family, limb_parameters, normals, smoothed, subdivided
from .meshes import Piece, to_object
from .poses import Posed
from .skeleton import skin
from .tags import CATEGORY, PART

VEST_BANDS = (("z", 1.06, 1.11), ("z", 1.18, 1.23), ("x", 0.090, 0.128))

NEAR, FAR = 3.5, 14.0
"""Metres to the camera: nearer gets one subdivision more, farther one less."""

WEBBING = ((0.015, 0.015, 0.016), (0.45, 0.06, 0.03), (0.55, 0.45, 0.03))

TONES = ((0.50, 0.27, 0.18), (0.10, 0.05, 0.03), (0.45, 0.27, 0.17))


def add_person(
    spec: PersonSpec, body: Body, posed: Posed, collection: bpy.types.Collection, name: str, away: float
) -> bpy.types.Object:
    """Body, clothes and gear under one Empty named ``name``; ``away``: metres to the camera."""
    root = bpy.data.objects.new(name, None)
    root.empty_display_size = 0.3
    root[CATEGORY] = spec.category
    root.matrix_world = Matrix(posed.root.tolist())
    collection.objects.link(root)
    _Dresser(spec, body, posed, collection, root, 2 if away < NEAR else (1 if away < FAR else 0)).dress()
    return root


class _Dresser:
    """Everything that goes on one body."""

    def __init__(self, spec, body, posed, collection, root, detail) -> None:
        self.spec, self.body, self.posed = spec, body, posed
        self.collection, self.root, self.detail = collection, root, detail
        self.draw = stream(spec.seed, "dress")
        self.outfit = uniforms.outfit(spec.outfit, self.draw)
        self.wear = float(self.draw.random())
        self.harness = "harness" in spec.gear
        webbing = WEBBING[int(self.draw.integers(len(WEBBING)))]
        self.straps = webbing if {"backpack", "bag", "harness"} & set(spec.gear) else None
        weights = body.weights
        self.arm, self.leg = family(body, weights, ARM), family(body, weights, LEG)
        self.foot, self.hand = family(body, weights, FOOT), family(body, weights, HAND)
        self.neck = family(body, weights, ("neck_01", "head"))
        self.arm_t, self.leg_t = limb_parameters(body, body.vertices)
        tights = body.base.groups["helper-tights"]
        self.soft = smoothed(body.vertices, edges(tights), 3)
        self.outward = normals(self.soft, tights)

    def dress(self) -> None:
        """All pieces, from the inside out; the draws come in a fixed order."""
        rescuer = self.spec.category == "rescuer"
        self._head()
        self._hands()
        suit = self._suit()
        self._boots()
        self._pockets(*suit, rescuer)
        if "vest" in self.spec.gear:
            self._vest()
        self._carried()
        self._headgear()

    def put(self, piece: Piece, word: str, materials: list[bpy.types.Material], part: str = "") -> bpy.types.Object:
        """One object below the root."""
        made = to_object(f"{self.root.name} {word}", piece, materials, self.collection, self.root)
        if part:
            made[PART] = part
        return made

    def _skinned(self, points: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return skin(points, weights, self.body, self.posed.turns, self.posed.places)

    def _garment(
        self, keep: np.ndarray, offset: np.ndarray, fold: float, rounds: int, levels: int, collar: float = 0.0
    ) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Posed points, quads and point attributes of a region of the clothing cage at a distance from the body."""
        body = self.body
        used, quads = cut(body.base.groups["helper-tights"], keep)
        points = self.soft[used] + self.outward[used] * (offset[used] * body.scale)[:, None]
        weights = smoothed(body.weights[used], edges(quads), rounds)
        marks = np.stack([self.arm_t, self.leg_t, self.arm, self.leg + self.foot], 1)[used]
        values = np.concatenate([weights, body.vertices[used] / body.scale, marks], 1)
        if collar:
            points, quads, values = collared(points, quads, values, collar * body.scale, 0.985)
        # skinned after one subdivision, refined in its pose: weights of 53 bones are dear to carry further
        points, quads, values = subdivided(points, quads, values)
        weights = values[:, : len(body.base.bones)]
        placed = self._skinned(points, weights / weights.sum(1, keepdims=True))
        placed = smoothed(placed, edges(quads), 2, 0.4)
        values = values[:, -7:]
        for _ in range(levels - 1):
            placed, quads, values = subdivided(placed, quads, values)
        rest, limb = values[:, :3], values[:, 3:]
        if fold:
            placed = placed + normals(placed, quads) * folds(rest, limb, fold, self.spec.seed % 97)[:, None]
        knee = 0.5 * np.exp(-(((limb[:, 1] - 0.5) / 0.07) ** 2)) * (limb[:, 3] > 0.5)
        elbow = 0.35 * np.exp(-(((limb[:, 0] - 0.5) / 0.06) ** 2)) * (limb[:, 2] > 0.5)
        marks = {"rest": rest, "limb": limb[:, :3], "legm": limb[:, 3], "dirt": np.clip(knee + elbow, 0, 1)}
        return placed, quads, marks

    def _suit(self) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Coverall, or jacket and trousers in one skin whose hem is a step in the offset."""
        hip = self.body.head("thigh_l")[2]
        z = self.body.vertices[:, 2]
        # trousers end in the boot's shaft, or fall on the shoe
        hem = self.outfit.shaft + (0.02 if self.outfit.shaft < 0.9 else 0.065)
        keep = ((self.leg_t < hem) | (self.arm > 0.2) | (z > hip)) & (self.neck < 0.45)
        keep &= (self.arm_t < 1.0) | (self.arm < 0.2)
        loose = self.outfit.loose
        offset = loose + 0.006 * self.arm + 0.75 * loose * np.clip(self.leg_t * 1.3, 0, 1) * (self.leg > 0.3)
        waist = self.body.head("spine_01")[2] + 0.02
        if self.outfit.coat:
            offset = offset + 0.012 * ((z > hip - 0.02) & (self.arm < 0.3))
        else:
            offset = offset - 0.008 * np.exp(-(((z - waist) / 0.03) ** 2)) * (self.arm < 0.3)
        points, quads, marks = self._garment(keep, offset, 0.0075, 4, self.detail + 1, 0.045)
        piece = Piece.quads(points, quads, points=marks, smooth=True)
        made = self.put(piece, "suit", [self._cloth()])
        thick = made.modifiers.new("Thickness", "SOLIDIFY")
        thick.thickness, thick.offset = 0.004, -1.0
        return points, quads, marks

    def _cloth(self) -> bpy.types.Material:
        pattern = replace(self.outfit.pattern, straps=self.straps, harness=self.harness)
        return fabrics.cloth(pattern, self.wear)

    def _boots(self) -> None:
        keep = (self.leg_t > self.outfit.shaft - 0.02) & (self.leg + self.foot > 0.5)
        offset = 0.011 + 0.004 * np.clip((0.97 - self.leg_t) / 0.15, 0, 1)
        points, quads, marks = self._garment(keep, offset, 0.0, 1, max(1, self.detail))
        marks["rest"] = marks["rest"].copy()
        leather = fabrics.solid("Leather", self.outfit.boots, 0.5, 0.6, 0.3)
        self.put(Piece.quads(points, quads, points={"rest": marks["rest"]}, smooth=True), "boots", [leather])
        sole = self._garment(keep & (self.body.vertices[:, 2] < 0.07 * self.body.scale), offset + 0.006, 0.0, 1, 1)
        low = sole[2]["rest"][:, 2] < 0.028
        block = gear.patch(sole[0], sole[1], low, 0.012, 0)
        if block:
            self.put(block[0], "soles", [fabrics.solid("Rubber", (0.015, 0.015, 0.015), 0.8, 0.7)])

    def _hands(self) -> None:
        keep = (self.hand > 0.35) | ((self.arm > 0.3) & (self.arm_t > 0.93))
        worn = "gloves" in self.spec.gear
        cuff = 1 - np.clip((self.arm_t - 0.93) / 0.09, 0, 1)
        piece = gear.gloves(self.body, keep, self.posed.turns, self.posed.places, worn, cuff)
        colours = ((0.05, 0.05, 0.05), (0.30, 0.22, 0.12), (0.10, 0.085, 0.07), (0.55, 0.12, 0.02))
        colour = colours[int(self.draw.integers(4))]
        made = self.put(piece, "hands", [fabrics.solid("Glove", colour, 0.75, 0.6, 0.4) if worn else self._skin()])
        if self.detail:
            made.modifiers.new("Smooth", "SUBSURF").render_levels = 1

    def _skin(self) -> bpy.types.Material:
        shade = 0.88 + 0.06 * (self.spec.seed % 5)
        shares = self.spec.body.skin
        tone = tuple(shade * sum(s * t[c] for s, t in zip(shares, TONES, strict=True)) for c in range(3))
        return fabrics.skin(tone)

    def _head(self) -> None:
        body, turns, places = self.body, self.posed.turns, self.posed.places
        man, old = self.spec.body.sex > 0.5, self.spec.body.age
        stubble, style, shade = self.draw.random(3)
        grey = old > 0.72 and shade < (old - 0.6) * 2
        fair = self.spec.body.skin[0] > 0.6
        colour = heads.HAIR[4] if grey else heads.HAIR[int(shade * (4 if fair else 2))]
        self.put(
            heads.head(body, turns, places, self.neck > 0.25, 0.75 * stubble * man, self.detail), "head", [self._skin()]
        )
        self.put(heads.eyes(body, turns, places), "eyes", [fabrics.eye()])
        coat = [fabrics.hair(colour)]
        covered = {"helmet", "cap", "hood"} & set(self.spec.gear)
        length = 0.006 if man else 0.016
        length = 0.004 if covered else length + 0.012 * style
        bald = man and old > 0.7 and style < 0.3
        for word, long in (
            ("scalp", 0.0 if bald else length),
            ("brow", 0.0022),
            ("stubble", 0.006 if man and stubble > 0.8 else 0.0),
        ):
            piece = heads.hair(body, turns, places, long, word, self.draw) if long else None
            if piece is not None:
                self.put(piece, {"scalp": "hair", "brow": "brows", "stubble": "beard"}[word], coat)

    def _vest(self) -> None:
        """A waistcoat over the suit: sleeveless, a V neck, bands; opened or closed."""
        body = self.body
        hip, z, x = body.head("thigh_l")[2], body.vertices[:, 2], np.abs(body.vertices[:, 0])
        wide = body.head("upperarm_l")[0] - 0.006 * body.scale
        keep = (self.arm < 0.62) & (z > hip + 0.05 * body.scale) & (x < wide) & (self.neck < 0.12)
        offset = np.full(len(z), self.outfit.loose + 0.022 + 0.012 * self.outfit.coat)
        points, quads, marks = self._garment(keep, offset, 0.005, 6, self.detail + 1)
        opened = 0.035 if self.draw.random() < 0.35 else 0.0
        colour = (uniforms.LIME, uniforms.ORANGE)[int(self.draw.random() < 0.4)]
        border = (uniforms.ORANGE, None)[int(self.draw.random() < 0.6)] if colour == uniforms.LIME else None
        pattern = fabrics.Pattern(
            colour, None, VEST_BANDS, border, zip=not opened, neckline=opened, straps=self.straps, harness=self.harness
        )
        cloth = fabrics.cloth(pattern, self.wear * 0.7)
        piece = Piece.quads(points, quads, points=marks, smooth=True)
        made = self.put(piece, "vest", [cloth], "vest")
        thick = made.modifiers.new("Thickness", "SOLIDIFY")
        thick.thickness, thick.offset = 0.003, 1.0

    def _pockets(self, points: np.ndarray, quads: np.ndarray, marks: dict[str, np.ndarray], rescuer: bool) -> None:
        """Thigh pockets, knee pads and a belt lifted off the suit's surface."""
        rest, limb, leg = marks["rest"], marks["limb"], marks["legm"]
        side = normals(rest, quads)
        arm_free, t = limb[:, 2] < 0.3, limb[:, 1]
        cloth = [self._cloth()]
        spots = []
        if rescuer or self.spec.outfit == "work":
            outer = (np.sign(rest[:, 0]) * side[:, 0] > 0.45) & (t > 0.26) & (t < 0.40) & (leg > 0.5)
            spots.append(("pockets", outer, 0.012, cloth))
            front = (side[:, 1] < -0.45) & (t > 0.455) & (t < 0.575) & (leg > 0.5)
            if self.draw.random() < 0.6:
                spots.append(("pads", front, 0.012, [fabrics.solid("Pad", (0.014, 0.014, 0.015), 0.7, 0.7)]))
        if not self.outfit.coat:
            waist = self.body.head("spine_01")[2] / self.body.scale + 0.02
            belt = (np.abs(rest[:, 2] - waist) < 0.024) & arm_free
            spots.append(("belt", belt, 0.006, [fabrics.solid("Webbing", (0.015, 0.014, 0.013), 0.6)]))
        for word, keep, lift, materials in spots:
            made = gear.patch(points, quads, keep, lift, 2)
            if made:
                piece, used = made
                piece.points = {key: np.concatenate([value[used]] * 2) for key, value in marks.items()}
                self.put(piece, word, materials)

    def _carried(self) -> None:
        """Packs on the back, a radio on the chest, harness straps."""
        body, turns, places = self.body, self.posed.turns, self.posed.places
        spine = body.head("spine_03")
        back = body.vertices[:13380][
            (np.abs(body.vertices[:13380, 0]) < 0.1) & (body.vertices[:13380, 2] > spine[2] - 0.1)
        ]
        back = back[back[:, 2] < spine[2] + 0.1]
        depth = float(back[:, 1].max()) + self.outfit.loose + 0.02
        chest = float(back[:, 1].min()) - self.outfit.loose - 0.03
        at = np.array([0.0, depth, spine[2] - 0.05])
        wears = set(self.spec.gear)
        colours = ((0.45, 0.05, 0.03), (0.02, 0.02, 0.022), (0.05, 0.07, 0.04), (0.55, 0.16, 0.02))
        fabric = [fabrics.solid("Canvas", colours[int(self.draw.integers(4))], 0.8, 0.6, 0.3)]
        if "backpack" in wears:
            piece = gear.air_bottle() if self.spec.outfit == "turnout" else gear.backpack(self.draw)
            self.put(gear.on_bone(piece, body, "spine_02", at, turns, places), "pack", fabric)
        if "bag" in wears:
            self.put(gear.on_bone(gear.bag(), body, "spine_02", at, turns, places), "bag", fabric)
        if "radio_set" in wears:
            spot = np.array([0.105 * body.scale, chest, spine[2] + 0.06])
            black = [fabrics.solid("Plastic", (0.02, 0.02, 0.022), 0.45)]
            self.put(gear.on_bone(gear.radio(), body, "spine_03", spot, turns, places), "radio", black)

    def _headgear(self) -> None:
        body, size = self.body, headgear.skull(self.body)
        wears = set(self.spec.gear)
        black = fabrics.solid("Plastic", (0.02, 0.02, 0.022), 0.45)
        glass = fabrics.solid("Glass", (0.05, 0.055, 0.06), 0.08, 0.2)
        if "helmet" in wears:
            colour = self.outfit.helmets[int(self.draw.integers(len(self.outfit.helmets)))]
            style = self.outfit.helmet
            shell = self._on_head(headgear.helmet(size, style))
            made = self.put(shell, "helmet", [fabrics.shell(colour, style in ("rescue", "fire"))], "helmet")
            if self.detail:
                made.modifiers.new("Smooth", "SUBSURF").render_levels = 1
            self.put(
                self._on_head(headgear.strap(body, size)),
                "strap",
                [fabrics.solid("Webbing", (0.012, 0.012, 0.013), 0.7)],
                "helmet",
            )
            if "lamp" in wears:
                lens = fabrics.solid("Lens", (0.75, 0.78, 0.8), 0.1, 0.1)
                self.put(self._on_head(headgear.lamp(size)), "lamp", [black, lens], "helmet")
            if "visor" in wears:
                self.put(self._on_head(headgear.visor(size)), "visor", [glass], "helmet")
        elif "cap" in wears:
            colour = uniforms.SHIRTS[int(self.draw.integers(len(uniforms.SHIRTS)))]
            self.put(self._on_head(headgear.cap(size)), "cap", [fabrics.solid("Cap", colour, 0.85)])
        elif "hood" in wears:
            points, quads, used = headgear.hood(body)
            placed = self._skinned(points, body.weights[used])
            self.put(
                Piece.quads(placed, quads, smooth=True),
                "hood",
                [fabrics.solid("Hood", self.outfit.pattern.base, 0.85, 0.3, 0.4)],
            )
        if "goggles" in wears:
            self.put(
                self._on_head(headgear.goggles(size)), "goggles", [black, glass], "helmet" if "helmet" in wears else ""
            )
        if "mask" in wears:
            piece, used = headgear.mask(body)
            placed = self._skinned(piece.vertices, body.weights[used])
            colour = ((0.7, 0.7, 0.68), (0.25, 0.42, 0.5), (0.03, 0.03, 0.03))[int(self.draw.integers(3))]
            self.put(
                Piece(placed, piece.corners, piece.sizes, smooth=True), "mask", [fabrics.solid("Mask", colour, 0.8)]
            )

    def _on_head(self, piece: Piece) -> Piece:
        """A rest-pose piece carried by the head."""
        number = self.body.base.bone("head")
        matrix = np.eye(4)
        matrix[:3, :3] = self.posed.turns[number]
        matrix[:3, 3] = self.posed.places[number] - self.posed.turns[number] @ self.body.heads[number]
        return piece.moved(matrix)


def folds(rest: np.ndarray, limb: np.ndarray, height: float, seed: int) -> np.ndarray:
    """Fold relief (n,), metres: ridges across the limbs, strongest at joints and hems, about zero on average."""

    def bump(value: np.ndarray, middle: float, width: float) -> np.ndarray:
        return np.exp(-(((value - middle) / width) ** 2))

    arm, leg, on_arm, on_leg = limb.T
    trunk = 1 - np.clip(on_arm + on_leg, 0, 1)
    z = rest[:, 2]
    near = on_arm * (bump(arm, 0.5, 0.13) + 0.8 * bump(arm, 0.92, 0.12) + 0.7 * bump(arm, 0.08, 0.14) + 0.25)
    near += on_leg * (bump(leg, 0.5, 0.11) + 1.2 * bump(leg, 0.88, 0.10) + 0.9 * bump(leg, 0.02, 0.13) + 0.25)
    near += trunk * (0.9 * bump(z, 0.98, 0.10) + 0.7 * bump(z, 1.12, 0.08) + 0.25)
    along = arm * 0.56 * on_arm + leg * 0.86 * on_leg + z * 0.9 * trunk
    around = np.arctan2(rest[:, 1], np.abs(rest[:, 0]) - 0.15) * (1 - trunk) + rest[:, 0] * 9 * trunk
    warp = noise.fractal(rest, 1.5, 2, seed + 11)
    fine = noise.fractal(rest, 4.0, 2, seed + 12)
    phase = np.pi * (along / 0.052 + 1.6 * warp + 0.7 * fine + 0.2 * np.sin(around + seed))
    ridge = 1 - np.abs(np.sin(phase)) ** 0.75 - 0.36
    oblique = np.pi * (along / 0.09 + 0.9 * warp + around * 0.45 * np.sign(rest[:, 0]) + seed * 0.37)
    second = 1 - np.abs(np.sin(oblique)) ** 0.7 - 0.38
    share = np.clip(0.55 + 0.8 * noise.fractal(rest, 1.2, 2, seed + 13), 0, 1.2)
    return height * (ridge * share + 0.8 * second * (1.2 - share)) * near
