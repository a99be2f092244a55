"""Dogs, at work and astray: coats, short fur that breaks the outline, and the vest of those that search."""

from __future__ import annotations

from functools import cache

import numpy as np

from ..dataset.spec import stream
from .dog_anatomy import BREEDS, POSES, Breed, bones
from .implicit import Bone, nearest, skinned
from .meshes import Piece, join
from .noise import fractal
from .shapes import OTHER, dressed, smooth_step
from .topology import normals

CELL = 0.018
"""Size of the skin's cells, heights of the withers."""

HAIRS = 5200
"""Tufts of a coat. Each is a few blades wide: what a pixel shows of them is their outline."""

NOSE = (0.014, 0.012, 0.011)
EYE = (0.010, 0.007, 0.005)
VESTS = ((0.62, 0.15, 0.015), (0.44, 0.60, 0.03), (0.45, 0.03, 0.02), (0.60, 0.40, 0.02))
SILVER = (0.50, 0.51, 0.52)
STRAP = (0.02, 0.02, 0.022)

COATS: dict[str, tuple[tuple[tuple[float, float, float], tuple[float, float, float]], ...]] = {
    "shepherd": (((0.020, 0.016, 0.013), (0.25, 0.14, 0.060)), ((0.032, 0.026, 0.021), (0.34, 0.22, 0.115))),
    "labrador": (((0.42, 0.30, 0.155), (0.50, 0.39, 0.24)), ((0.014, 0.013, 0.013), (0.014, 0.013, 0.013)),
                 ((0.085, 0.042, 0.022), (0.095, 0.05, 0.026))),
    "spaniel": (((0.15, 0.062, 0.026), (0.52, 0.49, 0.44)), ((0.018, 0.016, 0.015), (0.50, 0.48, 0.45))),
    "mongrel": (((0.22, 0.14, 0.075), (0.40, 0.33, 0.25)), ((0.13, 0.115, 0.10), (0.20, 0.18, 0.155))),
}  # fmt: skip
"""The back's and the belly's colour."""


@cache
def dog(variant: int) -> tuple[Piece, Piece]:
    """Dog number ``variant``, every second one in a vest; breed and pose change from one to the next.

    What can be met and, apart from it, the fur. Stands on z 0 and looks towards +x.
    """
    draw = stream(variant, "dog")
    breed, pose = BREEDS[variant % len(BREEDS)], tuple(POSES)[(variant + variant // 4) % len(POSES)]
    made = bones(breed, pose)
    body = skinned(made, CELL * breed.tall)
    low = float(body.vertices[:, 2].min())
    nearby = nearest(made, body.vertices)
    colour = _coat(draw, breed, made, nearby, body.vertices)
    outward = normals(body.vertices, body.corners.reshape(-1, 4))
    body, fur = dressed(body, colour, OTHER), np.ones(len(colour), bool)
    if variant % 2 == 0:
        vest, fur = _vest(draw, breed, made, body.vertices)
        body = join([body, vest])
    rooted = np.flatnonzero(fur)
    hair = _fur(draw, breed, made, nearby[rooted], body.vertices[rooted], outward[rooted], colour[rooted])
    for part in (body, hair):
        part.vertices = part.vertices - [0.0, 0.0, low]
        part.vertices[:, 2] = np.maximum(part.vertices[:, 2], 0.0)
    return body, hair


def _coat(
    draw: np.random.Generator, breed: Breed, made: list[Bone], nearby: np.ndarray, points: np.ndarray
) -> np.ndarray:
    """Linear colours (n, 3): a saddle, a mask, patches or one colour, by breed; nose and eyes."""
    palettes = COATS[breed.name]
    dark, pale = (np.array(tone) for tone in palettes[int(draw.integers(len(palettes)))])
    names = np.array([bone.name for bone in made])[nearby]
    spot = fractal(points, 4.0, 2, float(draw.uniform(0, 64)))
    level = _height(made, points)
    share = 1 - smooth_step(0.30, 0.62, level + 0.16 * spot)
    if breed.name == "shepherd":
        share = np.select(
            [np.isin(names, ("leg", "paw", "thigh")), names == "muzzle", names == "ear", names == "head"],
            [1 - 0.4 * smooth_step(0.45, 0.7, level), 0.12 + 0 * level, 0.15 + 0 * level, 0.75 + 0.2 * spot], share,
        )  # fmt: skip
    elif breed.name == "spaniel":
        patches = smooth_step(0.0, 0.12, fractal(points, 2.6, 1, float(draw.uniform(0, 64))))
        share = np.where(np.isin(names, ("leg", "paw", "muzzle")), 0.9, patches)
        share = np.where(np.isin(names, ("ear", "head", "brow")), 0.0, share)
    share = np.clip(share, 0, 1)[:, None]
    colour = (dark * (1 - share) + pale * share) * (1 + 0.22 * fractal(points, 45.0, 2, 3.0))[:, None]
    colour[names == "nose"] = NOSE
    colour[names == "eye"] = EYE
    return np.clip(colour, 0.005, 0.6)


def _height(made: list[Bone], points: np.ndarray) -> np.ndarray:
    """How far up between belly and back, about 0..1, along the trunk's own line wherever it points."""
    trunk = [bone for bone in made if bone.name == "trunk"][:3]
    line = trunk[-1].b - trunk[0].a
    up = np.array([-line[2], 0.0, line[0]]) * (-1.0 if line[0] < 0 else 1.0)
    up /= np.linalg.norm(up)
    middle = (trunk[0].a + trunk[-1].b) / 2
    return 0.5 + ((points - middle) @ up) / (2.2 * max(trunk[0].radii))


def _fur(
    draw: np.random.Generator, breed: Breed, made: list[Bone], nearby: np.ndarray, points: np.ndarray,
    outward: np.ndarray, colour: np.ndarray,
) -> Piece:  # fmt: skip
    """Tufts that lie along the body from nose to tail and down the legs; none on nose, eyes and toes."""
    names = np.array([bone.name for bone in made])
    lengths = np.array([_length(name, breed) for name in names])
    bare = np.isin(names, ("nose", "eye", "paw", "muzzle"))
    roots = draw.choice(np.flatnonzero(~bare[nearby]), HAIRS)
    lines = np.array([bone.b - bone.a + [0, 0, 1e-6] for bone in made])
    lines[np.isin(names, ("neck", "head", "brow"))] *= -1  # these run towards the nose
    flow = (lines / np.linalg.norm(lines, axis=1, keepdims=True))[nearby[roots]]
    flow = flow + [0, 0, -0.25] + draw.normal(0, 0.22, (HAIRS, 3))
    up = outward[roots]
    flow -= up * (flow * up).sum(1, keepdims=True)
    flow /= np.linalg.norm(flow, axis=1, keepdims=True) + 1e-9
    long = (lengths[nearby[roots]] * draw.uniform(0.6, 1.3, HAIRS))[:, None]
    wide = 0.0026 + 0.045 * long
    across = np.cross(flow, up)
    root = points[roots] - 0.002 * up
    middle = root + 0.55 * long * flow + 0.20 * long * up
    tip = root + long * flow + 0.26 * long * up
    blade = np.stack([root - wide * across, root + wide * across, middle + 0.8 * wide * across, tip,
                      middle - 0.8 * wide * across], 1)  # fmt: skip
    piece = Piece.quads(blade.reshape(-1, 3), np.arange(5 * HAIRS).reshape(-1, 5), smooth=True)
    tone = colour[roots] * draw.uniform(0.72, 1.32, (HAIRS, 1))
    return dressed(piece, np.repeat(np.clip(tone, 0.005, 0.6), 5, 0), OTHER)


def _length(name: str, breed: Breed) -> float:
    """How long hair grows on a part, metres."""
    share = {"head": 0.35, "brow": 0.3, "ear": 0.4, "leg": 0.45, "shoulder": 0.8, "neck": 1.2, "tail": 1.5}
    if breed.ears == "long":
        share |= {"ear": 1.3, "leg": 1.0}
    return share.get(name, 1.0) * breed.fur


def _vest(draw: np.random.Generator, breed: Breed, made: list[Bone], skin: np.ndarray) -> tuple[Piece, np.ndarray]:
    """A coat of cloth over back and flanks with reflective hems and a strap, and which of ``skin`` it leaves bare."""
    trunk = [bone for bone in made if bone.name in ("trunk", "neck", "shoulder")]
    shell = skinned(trunk, CELL * breed.tall, 0.022 * breed.tall)
    along, level = _along(made, shell.vertices), _height(made, shell.vertices)
    cloth = (along > -0.10) & (along < 0.95) & (level > 0.40)
    strap = (np.abs(along - 0.42) < 0.075) & (level <= 0.42)
    quads = shell.corners.reshape(-1, 4)
    quads = quads[(cloth | strap)[quads].all(1)]
    used, index = np.unique(quads, return_inverse=True)
    points, along, level = shell.vertices[used], along[used], level[used]
    colour = np.tile(np.array(VESTS[int(draw.integers(len(VESTS)))]), (len(used), 1))
    colour *= (1 + 0.12 * fractal(points, 9.0, 3, 5.0))[:, None]
    band = (np.abs(along - 0.04) < 0.04) | (np.abs(along - 0.81) < 0.04) | (np.abs(level - 0.56) < 0.028)
    colour[band] = SILVER
    colour[strap[used] & ~cloth[used]] = STRAP
    outward = normals(shell.vertices, shell.corners.reshape(-1, 4))[used]
    points = points + 0.006 * fractal(points, 7.0, 2, 9.0)[:, None] * outward
    under, high = _along(made, skin), _height(made, skin)
    bare = (under < -0.13) | (under > 0.93) | ((high < 0.40) & (np.abs(under - 0.42) > 0.1))
    return dressed(Piece.quads(points, index.reshape(-1, 4), smooth=True), colour, OTHER), bare


def _along(made: list[Bone], points: np.ndarray) -> np.ndarray:
    """How far along the trunk, 0 at the chest, 1 at the loin."""
    trunk = [bone for bone in made if bone.name == "trunk"]
    line = trunk[2].a - trunk[0].a
    return ((points - trunk[0].a) @ line) / float(line @ line)
