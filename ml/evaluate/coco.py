"""COCO's own figures, by pycocotools itself."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any

from ..predict.detections import Crop, Detections, run_lengths
from .match import Shape
from .truth import Picture

STATS = ("AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large", "AR_1", "AR_10", "AR_100",
         "AR_small", "AR_medium", "AR_large")  # fmt: skip
"""What COCOeval.stats holds, in its order."""


def score(
    pictures: Sequence[Picture], found: Sequence[Detections], categories: Sequence[str], shape: Shape
) -> dict[str, Any]:
    """``STATS`` (None where nothing of that size is labelled) and ``AP50`` a category under ``categories``.

    Everything that does not count is a crowd to pycocotools. 100 detections a picture and category at most.
    """
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):  # it prints, and stdout belongs to the progress lines
        truth = COCO()
        truth.dataset = _truth(pictures, categories, shape)
        truth.createIndex()
        results = _results(pictures, found, categories, shape)
        detected = truth.loadRes(results) if results else _nothing(truth)
        run = COCOeval(truth, detected, "bbox" if shape == "box" else "segm")
        run.evaluate()
        run.accumulate()
        run.summarize()
    stats = {name: _known(value) for name, value in zip(STATS, run.stats, strict=True)}
    precision = run.eval["precision"][0, :, :, 0, 2]  # IoU 0.5, recalls x categories, all sizes, 100 detections
    each = {name: _known(precision[:, place].mean()) for place, name in enumerate(categories)}
    return {**stats, "categories": {name: {"AP50": value} for name, value in each.items()}}


def _known(value: float) -> float | None:
    """pycocotools says -1 where there is nothing to say."""
    return None if value < 0 else float(value)


def _truth(pictures: Sequence[Picture], categories: Sequence[str], shape: Shape) -> dict[str, Any]:
    annotations = []
    for number, picture in enumerate(pictures, 1):
        for truth in picture.truths:
            left, top, right, bottom = truth.box
            item = {
                "id": len(annotations) + 1,
                "image_id": number,
                "category_id": categories.index(truth.category) + 1,
                "bbox": [left, top, right - left, bottom - top],
                "area": float(truth.area),
                "iscrowd": int(bool(truth.ignored)),
            }
            if shape == "mask":
                item["segmentation"] = _rle(truth.mask, picture)
            annotations.append(item)
    return {
        "images": [
            {"id": number, "width": picture.width, "height": picture.height}
            for number, picture in enumerate(pictures, 1)
        ],
        "annotations": annotations,
        "categories": [{"id": number, "name": name} for number, name in enumerate(categories, 1)],
    }


def _results(
    pictures: Sequence[Picture], found: Sequence[Detections], categories: Sequence[str], shape: Shape
) -> list[dict[str, Any]]:
    results = []
    for number, (picture, detections) in enumerate(zip(pictures, found, strict=True), 1):
        for place, label in enumerate(detections.labels):
            item: dict[str, Any] = {
                "image_id": number,
                "category_id": categories.index(label) + 1,
                "score": float(detections.scores[place]),
            }
            if shape == "box":
                left, top, right, bottom = (float(value) for value in detections.boxes[place])
                item["bbox"] = [left, top, right - left, bottom - top]
            else:
                assert detections.masks is not None
                item["segmentation"] = _rle(detections.masks[place], picture)
            results.append(item)
    return results


def _rle(mask: Crop, picture: Picture) -> dict[str, Any]:
    from pycocotools import mask as tools

    size = (picture.height, picture.width)
    return tools.frPyObjects({"size": list(size), "counts": run_lengths(mask, size)}, *size)


def _nothing(truth: Any) -> Any:
    """What ``loadRes`` cannot make of an empty list."""
    from pycocotools.coco import COCO

    empty = COCO()
    empty.dataset = {"images": truth.dataset["images"], "annotations": [], "categories": truth.dataset["categories"]}
    empty.createIndex()
    return empty
