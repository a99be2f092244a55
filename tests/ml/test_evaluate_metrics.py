"""Scores against hand-worked tables, and against pycocotools itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.evaluate import bootstrap, coco, curves, match, metrics
from ml.evaluate.truth import Picture, Truth
from ml.predict.detections import EMPTY, Detections, crop, none, run_lengths, whole
from ml.predict.results import pack

SIDE = 200
"""Pixels a side of the pictures here."""


def rectangle(left: int, top: int, right: int, bottom: int):
    """A mask that fills its box."""
    return crop(np.ones((bottom - top, right - left), bool), left, top)


def truth(left: int, top: int, right: int, bottom: int, category: str = "person", ignored: str = "") -> Truth:
    return Truth(category, (left, top, right, bottom), rectangle(left, top, right, bottom), ignored)


def picture(name: str, *truths: Truth) -> Picture:
    return Picture(name, Path(name), None, SIDE, SIDE, truths)


def detections(*rows: tuple) -> Detections:
    """(left, top, right, bottom, score[, category]) each, best first."""
    rows = sorted(rows, key=lambda row: -row[4])
    return Detections(
        np.array([row[:4] for row in rows], np.float32).reshape(-1, 4),
        np.array([row[4] for row in rows], np.float32),
        tuple(row[5] if len(row) > 5 else "person" for row in rows),
        tuple(rectangle(*row[:4]) for row in rows),
    )


# The hand-worked set: four pictures of 200 x 200, category person, IoU 0.5, score 0.5.
#
#   picture  labelled                     detected (score)                 hits  false  missed
#   a        A1 (0,0)-(40,40)             (0,0)-(40,40) 0.9                  1
#                                         (0,0)-(40,30) 0.8: IoU 0.75,
#                                         but A1 is taken                          1
#            A2 (100,100)-(140,140)       (120,100)-(160,140) 0.7:
#                                         IoU 20/60 = 0.33                         1      1 (A2)
#   b        B1 (50,50)-(90,90)           (50,50)-(90,90) 0.4: below 0.5                  1 (B1)
#   c        nothing                      nothing                                           right
#   d        D1 (0,0)-(20,40)             (0,0)-(20,40) 0.6                  1
#            D2 crowd (100,0)-(200,100)   (110,10)-(130,60) 0.95: all of
#                                         it in the crowd: left out
#                                         (90,10)-(110,60) 0.85: half of
#                                         it in the crowd: left out                          right
#
#   together 2 hits, 2 false alarms, 2 misses: precision 2/4, recall 2/4, F1 1/2, accuracy 2/6
#   c and d wholly right: 2 of 4 photos
PICTURES = (
    picture("a", truth(0, 0, 40, 40), truth(100, 100, 140, 140)),
    picture("b", truth(50, 50, 90, 90)),
    picture("c"),
    picture("d", truth(0, 0, 20, 40), truth(100, 0, 200, 100, ignored="crowd")),
)
FOUND = (
    detections((0, 0, 40, 40, 0.9), (0, 0, 40, 30, 0.8), (120, 100, 160, 140, 0.7)),
    detections((50, 50, 90, 90, 0.4)),
    none(),
    detections((0, 0, 20, 40, 0.6), (110, 10, 130, 60, 0.95), (90, 10, 110, 60, 0.85)),
)


@pytest.mark.parametrize("shape", ["box", "mask"])
def test_the_paper_s_figures_of_the_hand_worked_set(shape):
    tallies = [match.tally("person", PICTURES, FOUND, shape, 0.5)]
    found = metrics.counts(tallies, 0.5)
    assert found == metrics.Counts(hits=2, false=2, missed=2)
    assert (found.precision, found.recall, found.f1, found.accuracy) == (0.5, 0.5, 0.5, 2 / 6)
    table = metrics.by_picture(tallies, 0.5, 4)
    assert table.tolist() == [[1, 2, 1], [0, 0, 1], [0, 0, 0], [1, 0, 0]]
    photos = metrics.photos(table)
    assert (photos["wholly_right"], photos["everything_found"], photos["empty_and_silent"]) == (2, 2, 1)
    assert photos["share_wholly_right"] == 0.5
    # a: 1/3 and 1/2; b: nothing detected, 0 of 1; d: 1 and 1.
    assert photos["mean_precision"] == pytest.approx((1 / 3 + 1) / 2)
    assert photos["mean_recall"] == pytest.approx((1 / 2 + 0 + 1) / 3)


def test_a_lower_threshold_on_the_score_counts_more_detections():
    tallies = [match.tally("person", PICTURES, FOUND, "box", 0.5)]
    assert metrics.counts(tallies, 0.4) == metrics.Counts(hits=3, false=2, missed=1)
    assert metrics.counts(tallies, 0.85) == metrics.Counts(hits=1, false=0, missed=3)


def test_a_lower_iou_takes_the_badly_placed_one():
    tallies = [match.tally("person", PICTURES, FOUND, "box", 0.3)]
    assert metrics.counts(tallies, 0.5) == metrics.Counts(hits=3, false=1, missed=1)


def test_sizes_are_those_of_labels_and_of_false_alarms():
    tallies = [match.tally("person", PICTURES, FOUND, "box", 0.5)]
    small, medium, large = (metrics.counts(tallies, 0.5, size[1:]) for size in metrics.SIZES)
    # D1 measures 20 x 40 = 28.3 squared; all else lies between 32 and 96.
    assert small == metrics.Counts(hits=1, false=0, missed=0)
    assert medium == metrics.Counts(hits=1, false=2, missed=2)
    assert large == metrics.Counts(0, 0, 0)
    assert large.precision is large.recall is large.f1 is large.accuracy is None


def test_average_precision_worked_by_hand():
    # Ranked: 0.9 hit, 0.8 false, 0.7 false, 0.6 hit, 0.4 hit; 4 labelled.
    # Recall    1/4  1/4  1/4  2/4  3/4
    # Precision 1    1/2  1/3  2/4  3/5 -> envelope 1, 3/5, 3/5, 3/5, 3/5
    # 101 recalls: 0.00-0.25 (26) at 1, 0.26-0.75 (50) at 3/5, the rest 0.
    found = match.tally("person", PICTURES, FOUND, "box", 0.5)
    assert found.hit.tolist() == [True, False, False, True, True]
    assert curves.average_precision(found) == pytest.approx((26 * 1 + 50 * 0.6) / 101)
    assert coco.score(PICTURES, FOUND, ["person"], "box")["AP50"] == pytest.approx((26 * 1 + 50 * 0.6) / 101)


def test_the_curve_worked_by_hand():
    found = curves.curve([match.tally("person", PICTURES, FOUND, "box", 0.5)])
    assert found.score == pytest.approx([0.9, 0.8, 0.7, 0.6, 0.4], abs=1e-6)
    assert found.precision == pytest.approx([1, 1 / 2, 1 / 3, 2 / 4, 3 / 5])
    assert found.recall == pytest.approx([1 / 4, 1 / 4, 1 / 4, 2 / 4, 3 / 4])
    score, f1 = found.best()
    assert (score, f1) == (pytest.approx(0.4), pytest.approx(2 * 0.6 * 0.75 / 1.35))


def test_equal_scores_are_one_point_of_the_curve():
    pictures = (picture("a", truth(0, 0, 40, 40), truth(100, 0, 140, 40)),)
    found = (detections((0, 0, 40, 40, 0.5), (100, 0, 140, 40, 0.5), (0, 100, 40, 140, 0.5)),)
    points = curves.curve([match.tally("person", pictures, found, "box", 0.5)])
    assert (points.precision.tolist(), points.recall.tolist()) == ([2 / 3], [1.0])


def test_calibration_worked_by_hand():
    # Tenths: 0.4-0.5 one of one hit (distance 0.6), 0.6-0.7 one of one (0.4), 0.7-0.8 none of one (0.7),
    # 0.8-0.9 none of one (0.8), 0.9-1.0 one of one (0.1): ECE = 2.6 / 5.
    found = curves.calibration([match.tally("person", PICTURES, FOUND, "box", 0.5)])
    assert found.detections.tolist() == [0, 0, 0, 0, 1, 0, 1, 1, 1, 1]
    assert found.ece == pytest.approx(2.6 / 5, abs=1e-6)


def test_nothing_labelled_and_nothing_found_is_undefined_not_zero():
    empty = [match.tally("person", [picture("c")], [none()], "box", 0.5)]
    assert metrics.counts(empty, 0.5).f1 is None
    assert curves.calibration(empty).ece is None
    assert curves.curve(empty).best() is None
    assert np.isnan(curves.average_precision(empty[0]))


def random_set(seed: int) -> tuple[list[Picture], list[Detections]]:
    """Pictures with labels, some of them ignored, and detections near them and elsewhere; masks are ragged."""
    draw = np.random.default_rng(seed)
    pictures, found = [], []
    for number in range(12):
        truths, rows, masks = [], [], []
        for _ in range(draw.integers(0, 6)):
            left, top = draw.integers(0, 140, 2)
            width, height = draw.integers(6, 60, 2)
            solid = draw.random((height, width)) < 0.9
            ignored = "crowd" if draw.random() < 0.2 else ""
            category = str(draw.choice(["person", "helmet"]))
            mask = crop(solid, left, top)
            truths.append(Truth(category, (left, top, left + width, top + height), mask, ignored))
            for _ in range(draw.integers(0, 3)):
                shift = draw.integers(-8, 9, 2)
                x, y = max(0, left + shift[0]), max(0, top + shift[1])
                wide, high = max(3, width + draw.integers(-5, 6)), max(3, height + draw.integers(-5, 6))
                label = category if draw.random() < 0.85 else str(draw.choice(["person", "helmet"]))
                rows.append((x, y, min(x + wide, SIDE), min(y + high, SIDE), round(draw.random(), 2), label))
        for _ in range(draw.integers(0, 3)):
            x, y = draw.integers(0, 150, 2)
            rows.append((x, y, x + draw.integers(4, 50), y + draw.integers(4, 50), round(draw.random(), 2), "person"))
        rows.sort(key=lambda row: -row[4])
        for x, y, right, bottom, *_ in rows:
            masks.append(crop(draw.random((bottom - y, right - x)) < 0.92, x, y))
        found.append(
            Detections(
                np.array([row[:4] for row in rows], np.float32).reshape(-1, 4),
                np.array([row[4] for row in rows], np.float32),
                tuple(row[5] for row in rows),
                tuple(masks),
            )
        )
        pictures.append(picture(f"p{number}", *truths))
    return pictures, found


@pytest.mark.parametrize("shape", ["box", "mask"])
@pytest.mark.parametrize("seed", range(6))
def test_our_matching_is_pycocotools_matching(seed, shape):
    pictures, found = random_set(seed)
    theirs = coco.score(pictures, found, ["helmet", "person"], shape)["categories"]
    for category in ("helmet", "person"):
        ours = curves.average_precision(match.tally(category, pictures, found, shape, 0.5))
        assert ours == pytest.approx(theirs[category]["AP50"], abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_precision_and_recall_are_those_of_pycocotools_evaluations(seed):
    cocoeval = pytest.importorskip("pycocotools.cocoeval")
    from pycocotools.coco import COCO

    pictures, found = random_set(seed)
    truths = COCO()
    truths.dataset = coco._truth(pictures, ["helmet", "person"], "box")
    truths.createIndex()
    run = cocoeval.COCOeval(truths, truths.loadRes(coco._results(pictures, found, ["helmet", "person"], "box")), "bbox")
    run.evaluate()
    hits = false = labelled = 0
    for entry in run.evalImgs:
        if entry is None or entry["aRng"] != run.params.areaRng[0]:
            continue
        sure = np.array(entry["dtScores"]) >= 0.3
        matched, ignored = entry["dtMatches"][0] > 0, entry["dtIgnore"][0].astype(bool)
        hits += int((sure & matched & ~ignored).sum())
        false += int((sure & ~matched & ~ignored).sum())
        labelled += int((np.array(entry["gtIgnore"]) == 0).sum())
    tallies = [match.tally(name, pictures, found, "box", 0.5) for name in ("helmet", "person")]
    assert metrics.counts(tallies, 0.3) == metrics.Counts(hits, false, labelled - hits)


def test_pycocotools_says_nothing_on_stdout(capsys):
    coco.score(PICTURES, FOUND, ["person"], "box")
    assert capsys.readouterr().out == ""


def test_a_detector_that_finds_nothing_scores_zero_and_does_not_crash():
    nothing = [none()] * 4
    found = coco.score(PICTURES, nothing, ["person"], "mask")
    assert found["AP50"] == 0.0
    assert found["AP_large"] is None


def test_run_lengths_of_crops_are_those_of_the_whole_picture():
    from pycocotools import mask as tools

    draw = np.random.default_rng(1)
    for _ in range(60):
        height, width = (int(side) for side in draw.integers(1, 14, 2))
        solid = draw.random((height, width)) < draw.choice([0.0, 0.2, 0.7, 1.0])
        mask = crop(solid)
        assert (whole(mask, solid.shape) == solid).all()
        theirs = tools.encode(np.asfortranarray(solid.astype(np.uint8)))
        assert pack(run_lengths(mask, solid.shape)) == theirs["counts"].decode()
    assert run_lengths(EMPTY, (3, 2)) == [6]


def test_intervals_hold_the_figure_and_shrink_with_more_pictures():
    table = np.tile([[8, 2, 2], [3, 2, 1], [10, 1, 4], [0, 1, 2], [5, 0, 0]], (8, 1))
    few, many = bootstrap.intervals(table), bootstrap.intervals(np.tile(table, (9, 1)))
    total = metrics.Counts(*table.sum(axis=0))
    for name, value in (("precision", total.precision), ("recall", total.recall), ("f1", total.f1)):
        low, high = few[name]
        assert low < value < high
        assert (high - low) / (many[name][1] - many[name][0]) == pytest.approx(3, rel=0.15)
    assert few == bootstrap.intervals(table)


def test_pairing_sees_a_small_difference_that_single_intervals_hide():
    draw = np.random.default_rng(3)
    ours = np.column_stack([draw.integers(0, 12, 80), draw.integers(0, 3, 80), draw.integers(0, 9, 80)])
    theirs = ours.copy()
    theirs[::4, 1] += 1  # the same, but for a false alarm in every fourth picture
    point, (low, high) = bootstrap.differences(ours, theirs)["precision"]
    assert 0 < low < point < high
    alone, other = bootstrap.intervals(ours)["precision"], bootstrap.intervals(theirs)["precision"]
    assert other[1] > alone[0]
    assert bootstrap.differences(ours, ours)["f1"] == (0.0, (0.0, 0.0))


def test_an_interval_of_average_precision_holds_it():
    pictures, found = random_set(0)
    tallies = [match.tally(name, pictures, found, "box", 0.5) for name in ("helmet", "person")]
    low, high = bootstrap.ap_interval(tallies, len(pictures))
    assert low < np.mean([curves.average_precision(item) for item in tallies]) < high
