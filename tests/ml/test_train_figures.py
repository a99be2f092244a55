"""Figures of a run: average precision as pycocotools has it, and finds that neither hit nor miss."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from pycocotools import mask as coco_mask  # noqa: E402
from pycocotools.coco import COCO  # noqa: E402
from pycocotools.cocoeval import COCOeval  # noqa: E402

from dataset.spec import stream  # noqa: E402
from ml.train.validate import Tally, match  # noqa: E402

SIZE = (40, 50)


def boxes(draws: np.random.Generator, count: int) -> np.ndarray:
    masks = np.zeros((count, *SIZE), bool)
    for mask in masks:
        y, x = int(draws.integers(0, 26)), int(draws.integers(0, 36))
        mask[y : y + int(draws.integers(5, 14)), x : x + int(draws.integers(5, 14))] = True
    return masks


def moved(masks: np.ndarray, draws: np.random.Generator) -> np.ndarray:
    return np.array([np.roll(m, draws.integers(-3, 4, 2), (0, 1)) for m in masks]).reshape(-1, *SIZE)


def coco_ap50(pictures: list[tuple]) -> float:
    """pycocotools' AP at IoU 0.5 for ``(found, scores, wanted, crowds)`` a picture."""

    def encoded(mask):
        return coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))

    images, truths, finds = [], [], []
    for number, (found, scores, wanted, crowds) in enumerate(pictures, 1):
        images.append({"id": number, "height": SIZE[0], "width": SIZE[1]})
        for crowd, masks in ((0, wanted), (1, crowds)):
            for mask in masks:
                area = int(mask.sum())
                truths.append(
                    {"id": len(truths) + 1, "image_id": number, "category_id": 1, "iscrowd": crowd, "area": area,
                     "bbox": [0, 0, 1, 1], "segmentation": encoded(mask)}
                )  # fmt: skip
        for mask, score in zip(found, scores, strict=True):
            finds.append({"image_id": number, "category_id": 1, "score": score, "segmentation": encoded(mask)})
    truth = COCO()
    truth.dataset = {"images": images, "annotations": truths, "categories": [{"id": 1, "name": "thing"}]}
    truth.createIndex()
    evaluation = COCOeval(truth, truth.loadRes(finds), "segm")
    evaluation.evaluate()
    evaluation.accumulate()
    return float(evaluation.eval["precision"][0, :, 0, 0, -1].mean())


@pytest.mark.parametrize("seed", range(4))
def test_average_precision_is_pycocotools(seed, capsys):
    draws = stream(seed, "pictures")
    tally, pictures = Tally(), []
    for _ in range(8):
        wanted, crowds = boxes(draws, int(draws.integers(0, 4))), boxes(draws, int(draws.integers(0, 2)))
        found = np.concatenate([moved(wanted, draws), moved(crowds, draws), boxes(draws, 2)])
        scores = -np.sort(-draws.random(len(found)))
        found = found[draws.permutation(len(found))]
        hit, aside = match(found, wanted, crowds)
        tally.instances += len(wanted)
        tally.scores += scores[~aside].tolist()
        tally.hits += hit[~aside].tolist()
        pictures.append((found, scores.tolist(), wanted, crowds))
    assert tally.ap() == pytest.approx(coco_ap50(pictures), abs=1e-12)
    assert 0.1 < tally.ap() < 0.95


def test_one_thing_is_hit_once_and_a_find_on_something_unsure_does_not_count():
    thing, other = np.zeros((2, *SIZE), bool)
    thing[5:15, 5:15] = True
    other[20:40, 20:50] = True
    inside = np.zeros(SIZE, bool)
    inside[22:30, 22:30] = True
    hit, aside = match(np.array([thing, thing, inside]), thing[None], other[None])
    assert hit.tolist() == [True, False, False]
    assert aside.tolist() == [False, False, True]


def test_nothing_found_and_nothing_there():
    nothing = np.zeros((0, *SIZE), bool)
    assert [len(x) for x in match(nothing, nothing, nothing)] == [0, 0]
    assert np.isnan(Tally().ap())
    assert Tally(instances=2).ap() == 0.0
