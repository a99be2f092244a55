"""Detections as a COCO results file: the list that pycocotools, and other people's detectors, read and write.

One entry a detection: ``image_id``, ``category_id``, ``bbox`` (x, y, width, height), ``score`` and, where masks are
known, ``segmentation`` (compressed run lengths). Ours also hold ``file_name`` and ``category``, so that they can be
read without the annotation file whose ids they use.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from dataset import outlines
from dataset.coco import unpack

from .detections import Crop, Detections, crop, run_lengths, stack


class ResultsError(Exception):
    """A predictions file that can't be read; the message names the file, the entry and what is wrong."""


def pack(counts: Iterable[int]) -> str:
    """COCO's compressed string of run lengths: inverse of ``dataset.coco.unpack``."""
    counts, text = list(counts), []
    for place, count in enumerate(counts):
        value = count - counts[place - 2] if place > 2 else count
        more = True
        while more:
            bits = value & 0x1F
            value >>= 5
            more = value != -1 if bits & 0x10 else value != 0
            text.append(chr((bits | 0x20 if more else bits) + 48))
    return "".join(text)


def entries(
    found: Detections, image_id: int, file_name: str, shape: tuple[int, int], ids: Mapping[str, int]
) -> list[dict[str, Any]]:
    """One picture's entries; ``shape``: its (height, width), ``ids``: category -> id."""
    items = []
    for place, label in enumerate(found.labels):
        left, top, right, bottom = (round(float(value), 2) for value in found.boxes[place])
        item: dict[str, Any] = {
            "image_id": image_id,
            "file_name": file_name,
            "category_id": ids[label],
            "category": label,
            "bbox": [left, top, round(right - left, 2), round(bottom - top, 2)],
            "score": round(float(found.scores[place]), 5),
        }
        if found.masks is not None:
            counts = pack(run_lengths(found.masks[place], shape))
            item["segmentation"] = {"size": list(shape), "counts": counts}
        items.append(item)
    return items


def read(
    path: Path, names: Mapping[Any, str], categories: Mapping[Any, str], shapes: Mapping[str, tuple[int, int]]
) -> dict[str, Detections]:
    """Picture -> detections, from a results file.

    ``names``: image id -> name of the picture; ``categories``: id -> name; ``shapes``: (height, width) of the pictures
    that are wanted, others are skipped. An entry's own ``file_name`` and ``category`` go before its ids. Raises
    ``ResultsError``.
    """
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultsError(f"{path}: {error.strerror}; give a COCO results file (JSON)") from error
    except ValueError as error:
        raise ResultsError(f"{path}: not valid JSON ({error})") from error
    if isinstance(items, dict) and isinstance(items.get("annotations"), list):
        items = items["annotations"]
    if not isinstance(items, list):
        raise ResultsError(f"{path}: {type(items).__name__} at the top; a COCO results file holds a list")
    found: dict[str, list[Detections]] = {}
    for place, item in enumerate(items):
        where = f"{path}: entry {place}"
        if not isinstance(item, dict):
            raise ResultsError(f"{where}: {type(item).__name__}; an entry is an object")
        name = PurePosixPath(str(item["file_name"])).name if "file_name" in item else names.get(item.get("image_id"))
        if name is None:
            raise ResultsError(f"{where}: image_id {item.get('image_id')!r} is not in the data set; add a file_name")
        if name in shapes:
            found.setdefault(name, []).append(_detection(item, categories, shapes[name], where))
    return {name: stack(parts) for name, parts in found.items()}


def _detection(item: dict[str, Any], categories: Mapping[Any, str], shape: tuple[int, int], where: str) -> Detections:
    label = item.get("category") or categories.get(item.get("category_id"))
    if not isinstance(label, str):
        raise ResultsError(f"{where}: category_id {item.get('category_id')!r} is not in the data set; add a category")
    score = item.get("score")
    if not _number(score) or not 0 <= score <= 1:
        raise ResultsError(f"{where}: score {score!r}; a number from 0 to 1 is needed")
    try:
        mask = _mask(item["segmentation"], shape) if item.get("segmentation") else None
    except (ValueError, KeyError, TypeError) as error:
        raise ResultsError(f"{where}: segmentation ({error})") from error
    box = item.get("bbox")
    if box is None and mask is not None:
        box = [mask.left, mask.top, mask.right - mask.left, mask.bottom - mask.top]
    if not (isinstance(box, list) and len(box) == 4 and all(map(_number, box))):
        raise ResultsError(f"{where}: bbox {box!r}; four numbers x, y, width, height are needed")
    x, y, width, height = box
    corners = np.array([[x, y, x + width, y + height]], np.float32)
    return Detections(corners, np.array([score], np.float32), (label,), None if mask is None else (mask,))


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _mask(segmentation: Any, shape: tuple[int, int]) -> Crop:
    """Raises ValueError, KeyError or TypeError."""
    if isinstance(segmentation, dict):
        counts = segmentation["counts"]
        if tuple(segmentation["size"]) != shape:
            raise ValueError(f"size {segmentation['size']}, the picture has {list(shape)}")
        return crop(outlines.from_run_lengths(unpack(counts) if isinstance(counts, str) else counts, shape))
    rings = [np.asarray(ring, float).reshape(-1, 2) - 0.5 for ring in segmentation]
    return crop(outlines.fill(rings, shape))
