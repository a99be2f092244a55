"""A dressed person in the scene: a small hierarchy under one Empty, labelled by its category."""

from __future__ import annotations

import bpy
import numpy as np

from ..dataset.spec import PersonSpec, stream
from . import noise
from .body import Body
from .clothing import ARM, FOOT, HAND, LEG, cut, edges, family, limb_parameters, normals, smoothed, subdivided
from . import uniforms
from .fabrics import Pattern, cloth, shell, solid
from .fabrics import skin as skin_material
from .meshes import Piece, to_object
from .poses import Posed
from .skeleton import skin
from .tags import CATEGORY, PART

VESTS = (uniforms.LIME, uniforms.ORANGE)
VEST_BANDS = (("z", 1.06, 1.11), ("z", 1.18, 1.23), ("x", 0.090, 0.128))


def add_person(
    spec: PersonSpec, body: Body, posed: Posed, collection: bpy.types.Collection, name: str, away: float
) -> bpy.types.Object:
    """Body, clothes and gear under one Empty named ``name``; ``away``: metres to the camera."""
    root = bpy.data.objects.new(name, None)
    root.empty_display_size = 0.3
    root[CATEGORY] = spec.category
    collection.objects.link(root)
    from mathutils import Matrix

    root.matrix_world = Matrix(posed.root.tolist())
    draw = stream(spec.seed, "dress")
    levels = 1 if away < 18 else 0

    def put(piece: Piece, word: str, material, part: str = "") -> bpy.types.Object:
        made = to_object(f"{name} {word}", piece, [material], collection, root)
        if part:
            made[PART] = part
        return made

    base, k = body.base, body.scale
    tights = base.groups["helper-tights"]
    arm_w, leg_w, foot_w, hand_w = (family(body, body.weights, f) for f in (ARM, LEG, FOOT, HAND))
    head_w = family(body, body.weights, ("neck_01", "head"))
    arm_t, leg_t = limb_parameters(body, body.vertices)
    links = edges(tights)
    soft = smoothed(body.vertices, links, 3)
    outward = normals(soft, tights)

    def garment(keep, offset, word, material, part="", fold=0.0, rounds=4, lvl=levels):
        used, quads = cut(tights, keep)
        points = soft[used] + outward[used] * (offset[used] * k)[:, None]
        weights = smoothed(body.weights[used], edges(quads), rounds)
        values = np.concatenate([weights, body.vertices[used] / k, np.stack([arm_t, leg_t, arm_w, leg_w + foot_w], 1)[used]], 1)
        for _ in range(lvl + 1):
            points, quads, values = subdivided(points, quads, values)
        weights = values[:, : len(base.bones)]
        weights /= weights.sum(1, keepdims=True)
        rest, limb = values[:, -7:-4], values[:, -4:]
        placed = skin(points, weights, body, posed.turns, posed.places)
        if fold:
            placed = placed + normals(placed, quads) * _folds(rest, limb, fold, spec.seed % 97)[:, None]
        dirt = np.clip(1 - rest[:, 2] / 0.9, 0, 1)
        piece = Piece.quads(placed, quads, points={"rest": rest, "limb": limb[:, :3], "legm": limb[:, 3], "dirt": dirt}, smooth=True)
        return put(piece, word, material, part)

    wear = float(draw.random())
    dress = uniforms.outfit(spec.outfit, draw)
    hip = body.head("thigh_l")[2]
    suit = (leg_t < 0.93) | (arm_w > 0.2) | (body.vertices[:, 2] > hip)
    suit &= head_w < 0.45
    offset = 0.018 + 0.008 * arm_w + 0.016 * np.clip(leg_t * 1.3, 0, 1) * (leg_w > 0.3)
    garment(suit, offset, "suit", cloth(dress.pattern, wear), fold=0.008)
    garment((leg_t > 0.80) & (leg_w + foot_w > 0.5), np.full(len(soft), 0.014), "boots", solid("Leather", dress.boots, 0.55, 0.6), rounds=1)
    if "vest" in spec.gear:
        wide = body.head("upperarm_l")[0] - 0.012 * k
        keep = (arm_w < 0.6) & (body.vertices[:, 2] > hip + 0.06) & (np.abs(body.vertices[:, 0]) < wide) & (head_w < 0.15)
        garment(keep, np.full(len(soft), 0.036), "vest", cloth(Pattern(VESTS[int(draw.integers(2))], None, VEST_BANDS), wear), "vest", 0.004)
    body_faces = base.groups["body"]
    used, quads = cut(body_faces, (hand_w > 0.35) | ((arm_w > 0.3) & (arm_t > 0.93)))
    gloved = "gloves" in spec.gear
    rest = smoothed(body.vertices[used], edges(quads), 2, 0.4) if gloved else body.vertices[used]
    rest = rest + normals(rest, quads) * (0.0035 if gloved else 0.0)
    tone = skin_material(_tone(spec.body.skin, float(draw.uniform(0.85, 1.1))))
    put(
        Piece.quads(skin(rest, body.weights[used], body, posed.turns, posed.places), quads, smooth=True),
        "hands",
        solid("Glove", (0.05, 0.05, 0.05), 0.75) if gloved else tone,
    )
    used, quads = cut(body_faces, head_w > 0.25)
    put(Piece.quads(skin(body.vertices[used], body.weights[used], body, posed.turns, posed.places), quads, smooth=True), "head", tone)
    if "helmet" in spec.gear:
        points, quads = _helmet(body, hand_w)
        bone = base.bone("head")
        placed = (points - body.heads[bone]) @ posed.turns[bone].T + posed.places[bone]
        put(Piece.quads(placed, quads, smooth=True), "helmet", shell(dress.helmets[int(draw.integers(len(dress.helmets)))], True), "helmet")
    return root


def _folds(rest, limb, height, seed):
    bump = lambda value, middle, width: np.exp(-(((value - middle) / width) ** 2))
    arm, leg, on_arm, on_leg = limb.T
    near = on_arm * (bump(arm, 0.5, 0.13) + 0.8 * bump(arm, 0.92, 0.12) + 0.7 * bump(arm, 0.08, 0.14) + 0.2)
    near += on_leg * (bump(leg, 0.5, 0.11) + 1.2 * bump(leg, 0.88, 0.1) + 0.9 * bump(leg, 0.02, 0.13) + 0.2)
    near += (1 - np.clip(on_arm + on_leg, 0, 1)) * (0.8 * bump(rest[:, 2], 1.0, 0.1) + 0.2)
    along = arm * 0.56 * on_arm + leg * 0.86 * on_leg + rest[:, 2] * 0.9 * (1 - np.clip(on_arm + on_leg, 0, 1))
    phase = np.pi * (along / 0.055 + 1.2 * noise.fractal(rest, 4, 2, seed))
    return ((1 - np.abs(np.sin(phase)) ** 0.75) - 0.36) * height * near * (0.6 + 0.6 * noise.fractal(rest, 6, 1, seed + 3))


def _helmet(body, hand_w):
    eye = body.vertices[14598:14670, 2].mean()
    head = body.vertices[:13380][family(body, body.weights, ("head",))[:13380] > 0.5]
    low, top = eye + 0.048 * body.scale, head[:, 2].max()
    upper = head[(head[:, 2] > low) & (np.abs(head[:, 0]) < 0.2)]
    centre = (upper[:, 1].max() + upper[:, 1].min()) / 2
    a, b, tall = np.abs(upper[:, 0]).max() + 0.02, (upper[:, 1].max() - upper[:, 1].min()) / 2 + 0.022, top - low + 0.03
    around = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    sine, cosine = np.sin(around), np.cos(around)
    drop = 0.034 * ((1 - cosine) / 2) ** 1.5
    brim = (0.014 + 0.03 * np.clip(cosine, 0, 1) ** 2) / ((a + b) / 2)
    rings = [(0.965 + 0 * brim, low - drop + 0.01), (1 + brim, low - drop - 0.012), (1.004 + brim, low - drop - 0.008), (1.0 + 0 * brim, low - drop + 0.012)]
    for step in range(1, 14):
        p = step / 14 * np.pi / 2
        ridge = 0.005 * np.exp(-((sine * a * np.cos(p) / 0.03) ** 2))
        rings.append((np.cos(p) ** 0.8 + 0 * brim, low - drop * (1 - step / 14) + tall * np.sin(p) ** 0.95 + ridge))
    rings.append((0.02 + 0 * brim, np.full(48, low + tall + 0.005)))
    points = np.concatenate([np.stack([sine * a * r, centre - cosine * b * r, z], 1) for r, z in rings])
    i = np.arange(len(rings) - 1)[:, None] * 48
    j, n = np.arange(48)[None], (np.arange(48)[None] + 1) % 48
    return points, np.stack([i + j, i + n, i + 48 + n, i + 48 + j], -1).reshape(-1, 4)


def _tone(shares, shade):
    tones = ((0.50, 0.27, 0.18), (0.10, 0.05, 0.03), (0.45, 0.27, 0.17))
    return tuple(shade * sum(share * tone[c] for share, tone in zip(shares, tones, strict=True)) for c in range(3))
