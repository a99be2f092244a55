"""Small sets of pictures with known truth, and what a detector found in them."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

from dataset import records
from dataset.records import Annotation, Record
from ml.__main__ import main

SIZE = (120, 160)
"""Height and width of the pictures here."""


def square(left: int, top: int, side: int) -> list[float]:
    """A COCO polygon."""
    return [left, top, left + side, top, left + side, top + side, left, top + side]


def coco_set(folder: Path, count: int = 4) -> Path:
    """Photos ``site_1.png`` ...: a person of 40 x 40, one of 20 x 20, goggles; the last one is empty."""
    folder.mkdir(exist_ok=True)
    images, annotations = [], []
    for number in range(1, count + 1):
        cv2.imwrite(str(folder / f"site_{number}.png"), np.full((*SIZE, 3), 40 * number % 256, np.uint8))
        images.append({"id": 100 + number, "file_name": f"site_{number}.png", "width": SIZE[1], "height": SIZE[0]})
        rows = [(1, square(10, 10, 40)), (1, square(90, 10, 20)), (2, square(20, 20, 10))] if number < count else []
        for category, polygon in rows:
            item = {"id": len(annotations) + 1, "image_id": 100 + number, "category_id": category, "iscrowd": 0}
            annotations.append({**item, "segmentation": [polygon], "bbox": [0, 0, 1, 1], "area": 1})
    categories = [{"id": 1, "name": "person"}, {"id": 2, "name": "goggles"}]
    data = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "instances.json").write_text(json.dumps(data))
    return folder


def our_set(folder: Path, generator: dict[str, str], about: dict[str, str] | None = None) -> Path:
    """Two frames of ours: a rescuer with a helmet, another one too hidden to be exported."""
    for number in (0, 1):
        image = folder / "images" / f"rescue_{number}.png"
        image.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(image), np.full((*SIZE, 3), 90, np.uint8))
        ring = ((10.0, 10.0), (49.75, 10.0), (49.75, 49.75), (10.0, 49.75))
        part = ((20.0, 10.0), (29.75, 10.0), (29.75, 19.75), (20.0, 19.75))
        far = tuple((x + 80, y) for x, y in ring)
        instances = (
            Annotation(1, "rescuer", box=(10, 10, 40, 40), pixels=1600, amodal_pixels=1600, polygons=(ring,)),
            Annotation(2, "rescuer", box=(90, 10, 40, 40), pixels=1600, amodal_pixels=1600, polygons=(far,),
                       exported=False, reason="hidden: 0.05 visible of at least 0.15"),
        )  # fmt: skip
        parts = (Annotation(1, "helmet", 1, box=(20, 10, 10, 10), pixels=100, amodal_pixels=100, polygons=(part,)),)
        record = Record(
            f"rescue_{number}", number, 0, 0, "", SIZE[1], SIZE[0], f"images/rescue_{number}.png",
            image.stat().st_size, instances, parts, generator=generator, about=about or {},
        )  # fmt: skip
        records.write(folder, record)
    return folder


def predictions(path: Path, *rows: tuple) -> Path:
    """(picture, left, top, side, score, category) each, as a COCO results file with masks."""
    items = [
        {"file_name": name, "category": category, "score": score, "bbox": [left, top, side, side],
         "segmentation": [square(left, top, side)]}
        for name, left, top, side, score, category in rows
    ]  # fmt: skip
    path.write_text(json.dumps(items))
    return path


def evaluate(tmp_path: Path, dataset: Path, file: Path, *more: str) -> dict:
    output = tmp_path / "evaluation"
    words = ["evaluate", "--predictions", str(file), "--dataset", str(dataset), "--output", str(output), *more]
    assert main(words) == 0
    return json.loads((output / "results.json").read_text())
