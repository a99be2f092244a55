"""Object indices become annotations that say what is seen, of whom, and how much."""

from __future__ import annotations

import numpy as np
import pytest

from dataset import labels, outlines
from dataset.labels import Amodal, LabelError, Piece
from dataset.recipe import Labels

BODY, HELMET = Piece(4, "rescuer"), Piece(4, "rescuer", "helmet")


def test_ids_run_from_1_in_the_order_of_instance_numbers(sample):
    found = sample.record.instances
    assert [(item.id, item.category) for item in found] == [(1, "civilian"), (2, "rescuer"), (3, "rescuer")]
    assert sample.labelled.numbers == {7: 1, 20: 2, 31: 3}
    assert set(np.unique(sample.labelled.masks)) == {0, 1, 2, 3}


def test_a_person_is_the_union_of_body_and_gear(sample):
    person = sample.record.instances[1]
    assert person.box == (10, 20, 30, 50)
    assert person.pixels == 50 * 27
    helmet = sample.record.parts[0]
    assert (helmet.category, helmet.owner, helmet.pixels) == ("helmet", 2, 10 * 17)
    assert (sample.labelled.masks[sample.labelled.parts == 1] == 2).all()


def test_an_instance_behind_a_pole_has_two_polygons_and_one_with_a_hole_has_run_lengths(sample):
    civilian, person, _ = sample.record.instances
    assert len(person.polygons) == 2
    assert person.rle is None
    assert len(civilian.polygons) == 1
    assert (outlines.from_run_lengths(civilian.rle, sample.labelled.masks.shape) == (sample.labelled.masks == 1)).all()


def test_every_outline_gives_its_mask_back(sample):
    for item in sample.record.instances:
        mask = sample.labelled.masks == item.id
        assert (outlines.fill(item.polygons, mask.shape) == mask).all()


def test_the_visible_share_counts_what_is_hidden_and_what_is_outside(sample):
    person = sample.record.instances[1]
    assert (person.amodal_pixels, person.visible, person.truncated) == (1650, 0.675, True)


def test_truncation_without_knowledge_is_touching_the_border(sample):
    assert sample.record.instances[0].truncated
    assert not sample.record.parts[0].truncated


def test_the_distance_is_that_of_the_nearest_visible_pixel(sample):
    assert [item.distance for item in sample.record.instances] == [None, 9.0, None]


def test_small_and_hidden_instances_are_recorded_with_the_reason(sample):
    tiny = sample.record.instances[2]
    assert (tiny.pixels, tiny.exported, tiny.reason) == (12, False, "small: 12 pixels of at least 24")
    ids = np.ones((10, 10), np.uint16)
    hidden = labels.label(ids, {1: BODY}, amodal={(4, ""): Amodal(1000, 2500, False)}).instances[0]
    assert (hidden.exported, hidden.reason) == (False, "hidden: 0.040 visible of at least 0.1")


def test_a_part_needs_a_quarter_of_the_pixels_and_a_wearer_that_is_exported():
    ids = np.zeros((20, 20), np.uint16)
    ids[2:12, 2:12], ids[2:4, 2:4] = 1, 2
    part = labels.label(ids, {1: BODY, 2: HELMET}, policy=Labels(min_pixels=16)).part_annotations[0]
    assert part.exported
    part = labels.label(ids, {1: BODY, 2: HELMET}, policy=Labels(min_pixels=20)).part_annotations[0]
    assert part.reason == "small: 4 pixels of at least 5"
    ids[2:10, 2:10] = 2
    part = labels.label(ids, {1: BODY, 2: HELMET}, policy=Labels(min_pixels=200)).part_annotations[0]
    assert part.reason == "worn by rescuer 1, which is small: 100 pixels of at least 200"


def test_a_head_alone_is_a_person_and_its_helmet():
    ids = np.zeros((8, 8), np.uint16)
    ids[:3, :3] = 2
    found = labels.label(ids, {2: HELMET})
    assert (found.masks == found.parts).all()
    assert found.instances[0].category == "rescuer"


def test_indices_may_be_large_and_have_gaps():
    ids = np.zeros((9, 9), np.int64)
    ids[1:4], ids[6:] = 3_000_000_000, 12
    found = labels.label(ids, {3_000_000_000: Piece(1, "a"), 12: Piece(2, "b")})
    assert (found.masks[2, 0], found.masks[7, 0], found.masks[5, 0]) == (1, 2, 0)


def test_nobody_in_sight_is_no_error():
    found = labels.label(np.zeros((5, 6), np.uint16), {1: BODY})
    assert found.instances == ()
    assert found.masks.shape == (5, 6)


def test_what_does_not_fit_together_is_named():
    ids = np.array([[1, 2]], np.uint16)
    with pytest.raises(LabelError, match="object index 2 is a civilian of instance 4, a rescuer"):
        labels.label(ids, {1: BODY, 2: Piece(4, "civilian")})
    with pytest.raises(LabelError, match="render both at one size"):
        labels.label(ids, {1: BODY}, depth=np.zeros((3, 3), np.float32))


def test_silhouettes_hold_all_of_a_category_and_wanted_ones_even_when_black(sample):
    found = labels.silhouettes(sample.labelled.masks, sample.record.instances, ["civilian", "dog"])
    assert list(found) == ["civilian", "dog", "rescuer"]
    assert (found["rescuer"] == np.isin(sample.labelled.masks, (2, 3))).all()
    assert not found["dog"].any()


def test_simplified_outlines_keep_their_bound():
    y, x = np.mgrid[:80, :80]
    ids = (np.hypot(x - 40, y - 40) < 30).astype(np.uint16)
    exact, simple = (labels.label(ids, {1: BODY}, policy=Labels(simplify=bound)).instances[0] for bound in (1.0, 0.95))
    assert len(simple.polygons[0]) < len(exact.polygons[0]) / 3
    filled = outlines.fill(simple.polygons, ids.shape)
    assert (filled & (ids > 0)).sum() / (filled | (ids > 0)).sum() >= 0.95
