"""Large pictures in tiles: everything is found once, also what a seam cuts."""

from __future__ import annotations

import numpy as np
import pytest

from ml.predict import tiles
from ml.predict.detections import Detections, clipped, crop, none, shifted

SIZE = (1000, 700)
"""Width and height of the large picture."""


def ellipse(left: int, top: int, right: int, bottom: int):
    """A filled ellipse as a crop."""
    y, x = np.mgrid[top:bottom, left:right] + 0.5
    middle = ((left + right) / 2, (top + bottom) / 2)
    inside = ((x - middle[0]) / (right - left)) ** 2 + ((y - middle[1]) / (bottom - top)) ** 2 < 0.25
    return crop(inside, left, top)


def detections(*rows: tuple) -> Detections:
    """(left, top, right, bottom, score[, category]) each."""
    return Detections(
        np.array([row[:4] for row in rows], np.float32).reshape(-1, 4),
        np.array([row[4] for row in rows], np.float32),
        tuple(row[5] if len(row) > 5 else "person" for row in rows),
        tuple(ellipse(*row[:4]) for row in rows),
    )


def seen_in(everything: Detections, tile: tiles.Tile, least: int = 8) -> Detections:
    """What a perfect detector finds in a tile: what it shows of each thing, if that is at least ``least`` wide."""
    left, top, right, bottom = tile
    moved = shifted(everything, -left, -top)
    masks = [clipped(mask, right - left, bottom - top) for mask in moved.masks]
    kept = [place for place, mask in enumerate(masks) if mask.solid.size and min(mask.solid.shape) >= least]
    boxes = [[masks[p].left, masks[p].top, masks[p].right, masks[p].bottom] for p in kept]
    found = Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        everything.scores[kept],
        tuple(everything.labels[p] for p in kept),
        tuple(masks[p] for p in kept),
    )
    return shifted(found, left, top)


def through_tiles(everything: Detections, length: int = 320) -> Detections:
    places = tiles.layout(*SIZE, length)
    return tiles.merge([none(), *(seen_in(everything, place) for place in places)], [None, *places], SIZE)


def assert_same(found: Detections, wanted: Detections) -> None:
    order, other = np.lexsort(found.boxes.T), np.lexsort(wanted.boxes.T)
    assert found.take(order).labels == wanted.take(other).labels
    np.testing.assert_allclose(found.boxes[order], wanted.boxes[other], atol=1)
    for one, two in zip(found.take(order).masks, wanted.take(other).masks, strict=True):
        assert abs(one.area - two.area) <= 0.02 * two.area


@pytest.mark.parametrize(
    ("width", "height", "length"), [(1000, 700, 320), (4000, 3000, 512), (300, 900, 320), (321, 321, 320)]
)
def test_tiles_cover_the_picture_and_reach_into_each_other(width, height, length):
    places = tiles.layout(width, height, length)
    covered = np.zeros((height, width), bool)
    for left, top, right, bottom in places:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert right - left == min(length, width)
        assert bottom - top == min(length, height)
        covered[top:bottom, left:right] = True
    assert covered.all()
    for starts, whole in (({p[0] for p in places}, width), ({p[1] for p in places}, height)):
        steps = np.diff(sorted(starts))
        assert whole <= length or steps.max() <= np.ceil(length * (1 - tiles.OVERLAP))


def test_auto_cuts_up_only_what_is_much_larger_than_the_network_sees():
    assert tiles.side(640, 480, 512, -1) == 0
    assert tiles.side(4000, 3000, 512, -1) == 512
    assert tiles.side(4000, 3000, 512, 0) == 0
    assert tiles.side(640, 480, 512, 320) == 320
    assert tiles.side(300, 200, 512, 320) == 0


@pytest.mark.parametrize("text", ["-5", "20", "many", "1.5"])
def test_a_wish_for_tiles_that_makes_no_sense_is_refused(text):
    with pytest.raises(tiles.TilesError, match="write auto"):
        tiles.wish(text)


def test_small_things_all_over_are_each_found_once():
    draw = np.random.default_rng(4)
    rows = []
    for top in range(10, 640, 90):
        for left in range(10, 940, 90):
            width, height = draw.integers(12, 45, 2)
            label = "person" if draw.random() < 0.7 else "helmet"
            rows.append((left, top, left + width, top + height, 0.5 + 0.4 * draw.random(), label))
    assert_same(through_tiles(detections(*rows)), detections(*rows))


def test_a_thing_larger_than_the_overlap_is_put_together_again():
    wanted = detections((150, 200, 640, 380, 0.9))
    assert_same(through_tiles(wanted), wanted)


def test_what_the_whole_picture_shows_replaces_its_pieces():
    everything = detections((150, 100, 900, 600, 0.9))
    places = tiles.layout(*SIZE, 320)
    views = [everything, *(seen_in(everything, place) for place in places)]
    assert_same(tiles.merge(views, [None, *places], SIZE), everything)


def test_a_doubtful_whole_does_not_swallow_those_in_it():
    people = [(x, 300, x + 40, 400, 0.9) for x in range(280, 460, 60)]
    places = tiles.layout(*SIZE, 320)
    crowd = detections((250, 280, 480, 420, 0.1))
    views = [crowd, *(seen_in(detections(*people), place) for place in places)]
    found = tiles.merge(views, [None, *places], SIZE)
    assert found.scores.round(2).tolist() == pytest.approx([0.9, 0.9, 0.9, 0.1])


def test_an_arm_that_a_tile_takes_for_a_person_belongs_to_the_person():
    whole, arm = detections((150, 100, 900, 600, 0.6)), detections((500, 330, 570, 400, 0.8))
    places = tiles.layout(*SIZE, 320)
    views = [whole, *(seen_in(arm, place) for place in places)]
    assert_same(tiles.merge(views, [None, *places], SIZE), whole)


def test_neighbours_at_a_seam_stay_two():
    wanted = detections((215, 100, 255, 200, 0.8), (258, 100, 298, 200, 0.7))
    assert_same(through_tiles(wanted), wanted)


def test_different_categories_are_never_joined():
    wanted = detections((200, 100, 300, 300, 0.8, "rescuer"), (200, 100, 300, 300, 0.6, "vest"))
    assert_same(through_tiles(wanted), wanted)


def test_detectors_without_masks_are_merged_by_their_boxes():
    wanted = detections((30, 30, 60, 90, 0.8), (240, 100, 280, 180, 0.7), (500, 300, 560, 420, 0.9))
    places = tiles.layout(*SIZE, 320)
    views = []
    for place in places:
        found = seen_in(wanted, place)
        views.append(Detections(found.boxes, found.scores, found.labels, None))
    found = tiles.merge(views, list(places), SIZE)
    assert found.masks is None
    np.testing.assert_allclose(found.boxes, wanted.take(np.argsort(-wanted.scores)).boxes, atol=1)


def test_nothing_found_anywhere_is_nothing():
    assert len(tiles.merge([none(), none()], [None, (0, 0, 320, 320)], SIZE)) == 0
