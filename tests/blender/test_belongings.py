"""Dogs and what people lost: whole bodies, on the ground however it slopes, planned in streams of their own."""

from dataclasses import replace

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.layout import ANIMALS, BELONGINGS, site
from rescue_synth.dataset.recipe import Recipe, loads
from rescue_synth.dataset.spec import PropSpec
from rescue_synth.scene import belongings, dogs, street
from rescue_synth.scene.implicit import Bone, skinned
from rescue_synth.scene.meshes import Piece, to_object
from rescue_synth.scene.resting import TILT, Bed
from rescue_synth.scene.shapes import box

SLOPE = 0.2


def slope(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 0.7 + SLOPE * np.asarray(x) + 0.0 * np.asarray(y)


def edges_used(piece: Piece) -> np.ndarray:
    """How many faces share each edge."""
    quads = piece.corners.reshape(-1, 4)
    edges = np.sort(np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2), axis=1)
    return np.unique(edges, axis=0, return_counts=True)[1]


def test_flesh_is_closed_looks_outwards_and_has_its_size() -> None:
    ball = skinned([Bone("", np.zeros(3), np.array([0.5, 0, 0]), (0.2, 0.2))], 0.02)
    assert (edges_used(ball) % 2 == 0).all(), "no hole"
    a, b, c, d = (ball.vertices[ball.corners.reshape(-1, 4)[:, n]] for n in range(4))
    volume = float((np.einsum("ij,ij->i", a, np.cross(b, c)) + np.einsum("ij,ij->i", a, np.cross(c, d))).sum() / 6)
    assert volume == pytest.approx(np.pi * 0.2**2 * 0.5 + 4 / 3 * np.pi * 0.2**3, rel=0.03)


@pytest.mark.parametrize("variant", range(street.VARIANTS))
def test_a_dog_is_one_body_on_four_paws_with_a_head_and_fur_around_it(variant: int) -> None:
    body, fur = dogs.dog(variant)
    low, high = body.vertices.min(0), body.vertices.max(0)
    assert low[2] == pytest.approx(0.0, abs=1e-6) and fur.vertices[:, 2].min() >= 0.0
    assert 0.6 < high[0] - low[0] < 1.3 and 0.3 < high[2] < 0.95 and high[1] - low[1] < 0.45
    touching = body.vertices[body.vertices[:, 2] < 0.03]
    quarters = {(x > np.median(touching[:, 0]), y > 0) for x, y, _ in touching}
    assert len(quarters) == 4, "it stands or lies on both sides, before and behind"
    grown = np.ptp(fur.vertices, axis=0) - np.ptp(body.vertices, axis=0)
    assert (grown < 0.12).all(), "fur lies along the body"


@pytest.mark.parametrize("kind", street.LOOSE)
def test_what_lies_on_a_slope_touches_it_and_floats_nowhere(kind: str, empty: None) -> None:
    collection = bpy.context.scene.collection
    bed = Bed(slope, [])
    for seed in range(6):
        (word, made), *rest = street.add_loose(PropSpec(seed, kind, 3.0, -2.0, 70.0 * seed), bed, collection)
        bpy.context.view_layer.update()
        points = np.array([made.matrix_world @ vertex.co for vertex in made.data.vertices])
        off = (points[:, 2] - slope(points[:, 0], points[:, 1])) / np.hypot(1.0, SLOPE)
        assert word == "prop" and not rest, "one thing that can be met"
        assert -0.03 < off.min() < -0.005 < 0.03 < off.max() < 2.0


def test_things_on_rubble_lie_on_top_of_it_and_not_steeper_than_they_would_stay(empty: None) -> None:
    block = to_object("Heap", box((2.0, 2.0, 1.0), (0.0, 0.0, 0.5)), [], bpy.context.scene.collection)
    bpy.context.view_layer.update()
    bed = Bed(lambda x, y: 0.0 * (np.asarray(x) + np.asarray(y)), [block])
    assert bed.level(0.3, -0.4) == pytest.approx(1.0, abs=1e-4) and bed.level(3.0, 0.0) == 0.0
    edge = bed.lying(1.0, 0.0, 0.0, (0.3, 0.1))
    assert edge[0, 0] > 0 and abs(edge[2, 0] / edge[0, 0]) <= TILT + 1e-6


def test_what_is_planned_can_be_built() -> None:
    assert set(BELONGINGS) == set(belongings.BUILDERS) and {*ANIMALS, *BELONGINGS} == set(street.LOOSE)


def test_more_of_them_leave_the_rest_of_the_site_as_it_was() -> None:
    few = loads("[site]\nanimals = [0, 0]\nbelongings = [0, 0]\n")
    many = replace(few, site=replace(few.site, animals=(4, 4), belongings=(20, 20)))
    for number in range(6):
        bare, full = site(few, number, False), site(many, number, False)
        assert full.props[: len(bare.props)] == bare.props
        assert replace(full, props=()) == replace(bare, props=())
        added = full.props[len(bare.props) :]
        assert sum(prop.kind in BELONGINGS for prop in added) >= 12
        assert sum(prop.kind in ANIMALS for prop in added) >= 2


def test_dogs_keep_off_heaps_vehicles_and_each_other() -> None:
    wish = replace(Recipe(), site=replace(Recipe().site, animals=(4, 4)))
    for number in range(8):
        made = site(wish, number, False)
        found = [prop for prop in made.props if prop.kind in ANIMALS]
        for dog in found:
            others = [prop for prop in made.props if prop is not dog]
            assert min(np.hypot(dog.x - prop.x, dog.y - prop.y) for prop in others) > 0.6
            assert all(np.hypot(dog.x - v.x, dog.y - v.y) > 2.0 for v in made.vehicles)
            assert all(np.hypot(dog.x - h.x, dog.y - h.y) > 0.8 * h.radius for h in made.heaps)
