"""Cloth answers to the pose: it buckles where it is squeezed, straps press into it, and what is sewn on lies on it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from mathutils import Vector
from mathutils.bvhtree import BVHTree
from rescue_synth.dataset import single
from rescue_synth.scene import body as bodies
from rescue_synth.scene import buckles, clothing, folds, garments, layers, lettering, poses, strain, uniforms

from .conftest import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / "assets" / "people.npz").exists(), reason="make assets first")


@lru_cache(maxsize=16)
def hanging(kind: str, pose: str, level: int = 1) -> clothing.Surface:
    """A garment on somebody in a pose, without folds."""
    base = bodies.load_base(ROOT / "assets")
    (person,) = single.people(single.Wish("rescuer", 107, gear=(), outfit="orange", pose=pose), (0.0, 0.0, 0.0))
    body = bodies.Body(base, person.body, person.seed)
    posed = poses.solve(person, body, None)
    return garments.garment(base, kind).worn(body, posed.turns, posed.places, 0.0, level)


def depth(before: clothing.Surface, after: clothing.Surface) -> np.ndarray:
    return ((after.points - before.points) * before.normals()).sum(1)


def test_shortening_and_shear_are_told_apart() -> None:
    x, z = np.meshgrid(np.arange(6.0), np.arange(6.0), indexing="ij")
    rest = np.stack([x, 0 * x, z], -1).reshape(-1, 3)
    first = np.arange(5)[:, None] * 6 + np.arange(5)[None]
    quads = np.stack([first, first + 6, first + 7, first + 1], -1).reshape(-1, 4)
    links = np.unique(np.sort(np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)]), 1), axis=0)
    along, turning = np.tile((0.0, 0.0, 1.0), (36, 1)), np.tile((1.0, 0.0, 0.0), (36, 1))

    def measured(posed: np.ndarray) -> np.ndarray:
        return strain.squeezed(rest, posed, quads, links, along, turning).mean(0)

    assert np.allclose(measured(rest), 0, atol=1e-6)
    short = measured(rest * (1, 1, 0.7))
    assert abs(short[strain.ALONG] - 0.3) < 1e-6 and abs(short[strain.ROUND]) < 1e-6
    assert 0.1 < short[strain.RISING] < 0.2
    sheared = measured(rest + rest[:, 2:] * (0.4, 0, 0))
    assert sheared[strain.RISING] < -0.1 < 0.1 < sheared[strain.FALLING]


def test_bent_limbs_fold_more_than_straight_ones() -> None:
    tall = {}
    for pose in ("stand", "crouch"):
        surface = hanging("coverall", pose)
        knee = (np.abs(surface.values[:, clothing.LEG_T] - 0.5) < 0.07) & (surface.values[:, clothing.LEG_W] > 0.5)
        tall[pose] = depth(surface, folds.creased(surface, folds.PLAIN, 7))[knee].std()
    assert tall["crouch"] > 1.4 * tall["stand"] > 0.002, tall


def test_no_fold_reaches_the_body() -> None:
    for pose in ("crouch", "bend_over", "hands_on_hips"):
        surface = hanging("coverall", pose)
        for tucked in (False, True):
            moved = depth(surface, folds.creased(surface, 1.25 * folds.PLAIN, 3, tucked=tucked))
            assert (moved >= -surface.values[:, clothing.GAP] - 1e-6).all() and moved.max() < 0.07


def test_legs_tucked_into_boots_end_close_to_the_body() -> None:
    surface = hanging("trousers", "stand")
    below = surface.values[:, clothing.LEG_T] > 0.87
    loose, tucked = (
        depth(surface, folds.creased(surface, folds.PLAIN, 7, tucked=flag))[below].mean() for flag in (False, True)
    )
    assert tucked < loose - 0.02


@pytest.mark.parametrize(("kind", "name"), [("coverall", "harness"), ("jacket", "straps"), ("coverall", "loops")])
def test_straps_press_in_what_lies_under_them_and_raise_the_cloth_beside(kind: str, name: str) -> None:
    surface = hanging(kind, "stand")
    garment = garments.garment(bodies.load_base(ROOT / "assets"), kind)
    moved = layers.pinched(garment, 1, (name,))
    inside = layers.FIELDS[name](surface.values.astype(float))
    bare = depth(surface, folds.creased(surface, folds.PLAIN, 7))
    held = depth(surface, folds.creased(surface, folds.PLAIN, 7, pressed=moved))
    assert held[inside > 0.008].mean() < bare[inside > 0.008].mean() - 0.002
    beside = (inside < -0.012) & (inside > -0.024)
    assert held[beside].mean() > bare[beside].mean() + 0.002
    assert np.abs(moved[inside < -0.07]).max() < 0.001
    assert layers.pinched(garment, 1, ()) is None


@pytest.mark.parametrize("name", sorted(buckles.FITTINGS))
def test_buckles_sit_on_their_strap(name: str) -> None:
    base = bodies.load_base(ROOT / "assets")
    for pose in ("stand", "crouch"):
        surface = hanging("coverall", pose)
        draw = np.random.default_rng(1)
        piece = buckles.fittings(surface, garments.garment(base, "coverall"), 1, name, 0.005, draw)
        tree = BVHTree.FromPolygons(surface.points.tolist(), surface.quads.tolist())
        away = np.array([tree.find_nearest(Vector(point))[3] for point in piece.vertices.tolist()])
        assert np.median(away) < 0.02 and away.max() < 0.12, (pose, away.max())


def words() -> set[str]:
    found = set(uniforms.VEST_WORDS) | set(uniforms.NAMES)
    return (found | {word for some in uniforms.WORDS.values() for word in some}) - {""}


def test_every_word_can_be_written_and_fits_its_place() -> None:
    for word in sorted(words()):
        place = lettering.PLACES["back"]
        strokes = lettering.outlines(word, place)
        assert len(strokes) > 3, word
        assert np.ptp(strokes[..., 0]) < place.span + 0.02 and strokes[..., 1].max() < place.top + 0.02, word
    with pytest.raises(KeyError):
        lettering.outlines("%", lettering.PLACES["back"])


def test_words_read_from_left_to_right_on_back_and_chest() -> None:
    """An L's stem is on its left: the wearer's left from behind, their right in front."""
    for where, sign in (("back", 1), ("front", -1)):
        strokes = lettering.outlines("L", lettering.PLACES[where])
        high = strokes[..., 1] > strokes[..., 1].mean() + 0.02
        assert np.sign(strokes[..., 0][high].mean()) == sign, where


@pytest.mark.parametrize("where", ["back", "front"])
def test_prints_lie_on_the_cloth_and_look_outwards(where: str) -> None:
    base = bodies.load_base(ROOT / "assets")
    surface = folds.creased(hanging("jacket", "stand", 2), folds.PLAIN, 5)
    piece = lettering.lettering(surface, garments.garment(base, "jacket"), 2, "RESCUE", where)
    tree = BVHTree.FromPolygons(surface.points.tolist(), surface.quads.tolist())
    found = [tree.find_nearest(Vector(point)) for point in piece.vertices.tolist()]
    out = [(Vector(point) - hit[0]).dot(hit[1]) for point, hit in zip(piece.vertices.tolist(), found, strict=True)]
    assert np.mean(np.array(out) > 0.0005) > 0.97 and max(hit[3] for hit in found) < 0.006
    corners = piece.vertices[piece.corners.reshape(-1, 4)]
    facing = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])[:, 1]
    assert np.mean(facing * (1 if where == "back" else -1) > 0) > 0.9
