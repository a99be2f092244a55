"""Records to COCO's instance annotations, and COCO files of others to the neutral form.

Polygons as they are (several pieces, one list each), run lengths where an instance has holes, the true area, the box
of the mask. No licence is written onto the user's data.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from .foreign import UNLABELLED, ForeignError, ForeignImage, ForeignObject, ForeignSet, locate
from .outlines import Polygon
from .records import Annotation, Record

DESCRIPTION = "Instances and parts; masks, depth and all that is known of a frame lie beside this file"


def encode_instances(records: Sequence[Record], names: Sequence[str]) -> dict[str, Any]:
    """COCO's dictionary; category ids are places in ``names``, from 1. Image ids are frame numbers + 1."""
    parts = {item.category for record in records for item in record.parts}
    wholes = {item.category for record in records for item in record.instances}
    ids = {name: number for number, name in enumerate(names, 1)}
    image_ids = _image_ids(records)
    annotations = [
        _annotation(item, record, image_ids[record.name], ids[item.category])
        for record in records
        for item in record.annotations
        if item.exported
    ]
    return {
        "info": {"description": DESCRIPTION, "version": "1.0"},
        "licenses": [],
        "images": [
            {
                "id": image_ids[record.name],
                "file_name": PurePosixPath(record.image).name,
                "width": record.width,
                "height": record.height,
            }
            for record in records
        ],
        "annotations": [{"id": number, **item} for number, item in enumerate(annotations, 1)],
        "categories": [
            {"id": ids[name], "name": name, "supercategory": "part" if name in parts - wholes else "instance"}
            for name in names
        ],
    }


def _image_ids(records: Sequence[Record]) -> dict[str, int]:
    """Frame number + 1, so that a growing data set keeps its ids; in order where numbers repeat (merged sets)."""
    unique = len({record.index for record in records}) == len(records)
    return {record.name: record.index + 1 if unique else place for place, record in enumerate(records, 1)}


def _annotation(item: Annotation, record: Record, image_id: int, category_id: int) -> dict[str, Any]:
    if item.rle is None:
        segmentation: Any = [[value for point in polygon for value in point] for polygon in item.polygons]
    else:
        segmentation = {"counts": list(item.rle), "size": [record.height, record.width]}
    return {
        "image_id": image_id,
        "category_id": category_id,
        "segmentation": segmentation,
        "area": item.pixels,
        "bbox": list(item.box),
        "iscrowd": 0,
        "attributes": {
            "instance": item.id,
            "owner": item.owner,
            "visible": item.visible,
            "truncated": item.truncated,
            "distance": item.distance,
        },
    }


def parse(data: dict[str, Any], path: Path, problems: list[str]) -> ForeignSet:
    """The neutral form of a COCO file's content; ``problems`` collects what is wrong with it."""
    names = _categories(data, path, problems)
    objects: dict[Any, list[ForeignObject]] = {}
    sizes = {item.get("id"): item for item in _dicts(data.get("images"))}
    for index, item in enumerate(_dicts(data.get("annotations"))):
        where = f"{path}: annotation {item.get('id', f'at place {index}')}"
        image = sizes.get(item.get("image_id"))
        if image is None:
            problems.append(f"{where}: image_id {item.get('image_id')!r} is not in the file, left out")
            continue
        try:
            polygons, rle = _segmentation(item.get("segmentation"), image)
        except ValueError as error:
            problems.append(f"{where}: {error}, left out")
            continue
        category = names.get(item.get("category_id"))
        if category is None:
            problems.append(f"{where}: category_id {item.get('category_id')!r} unknown, read as {UNLABELLED!r}")
        about = {key: item[key] for key in ("iscrowd", "attributes") if key in item}
        found = ForeignObject(category or UNLABELLED, polygons, rle, _instance(about), about)
        objects.setdefault(item.get("image_id"), []).append(found)
    images = []
    for item in _dicts(data.get("images")):
        name = item.get("file_name")
        if not isinstance(name, str) or not name.strip():
            problems.append(f"{path}: image {item.get('id')!r} has no file_name, left out")
            continue
        found = locate(path.parent, name)
        if found is None:
            problems.append(f"{path}: picture {name!r} not found beside the file")
        size = [
            value if type(value) is int and value > 0 else None for value in (item.get("width"), item.get("height"))
        ]
        images.append(ForeignImage(name, found, *size, tuple(objects.get(item.get("id"), ()))))
    if not images:
        raise ForeignError(f"{path}: no images in it; give a COCO instances file (JSON)")
    return ForeignSet(path, tuple(images), tuple(problems))


def _dicts(items: Any) -> Iterable[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _categories(data: dict[str, Any], path: Path, problems: list[str]) -> dict[Any, str]:
    names = {}
    for item in _dicts(data.get("categories")):
        name = str(item.get("name", "")).strip()
        if not name:
            problems.append(f"{path}: category {item.get('id')!r} has no name")
        names[item.get("id")] = name or UNLABELLED
    return names


def _instance(about: dict[str, Any]) -> int | None:
    attributes = about.get("attributes")
    number = attributes.get("instance") if isinstance(attributes, dict) else None
    return number if type(number) is int else None


def _segmentation(segmentation: Any, image: dict[str, Any]) -> tuple[tuple[Polygon, ...], tuple[int, ...] | None]:
    """Polygons or run lengths. Raises ValueError that says what is wrong."""
    if isinstance(segmentation, dict):
        counts = segmentation.get("counts")
        if isinstance(counts, str):
            counts = unpack(counts)
        size = segmentation.get("size")
        if not isinstance(counts, list) or not all(type(count) is int and count >= 0 for count in counts):
            raise ValueError("run lengths are not a list of numbers")
        if size != [image.get("height"), image.get("width")] or sum(counts) != size[0] * size[1]:
            raise ValueError(f"run lengths of {sum(counts)} pixels and size {size} do not fit the picture")
        return (), tuple(counts)
    if not isinstance(segmentation, list):
        raise ValueError("no segmentation")
    polygons = []
    for flat in segmentation:
        if not isinstance(flat, list) or len(flat) < 6 or len(flat) % 2:
            raise ValueError("a polygon is not a list of at least three x, y pairs")
        if not all(isinstance(value, (int, float)) and math.isfinite(value) for value in flat):
            raise ValueError("a polygon has a corner that is not a number")
        polygons.append(tuple(zip(map(float, flat[::2]), map(float, flat[1::2]), strict=True)))
    if not polygons:
        raise ValueError("no segmentation")
    return tuple(polygons), None


def unpack(text: str) -> list[int]:
    """Run lengths from COCO's compressed string: 5 bits a character, from the third count on as differences."""
    counts: list[int] = []
    position = 0
    while position < len(text):
        value, shift, more = 0, 0, True
        while more:
            if position >= len(text):
                raise ValueError("compressed run lengths are cut off")
            bits = ord(text[position]) - 48
            if not 0 <= bits < 64:
                raise ValueError("compressed run lengths hold a strange character")
            value |= (bits & 0x1F) << shift
            more = bool(bits & 0x20)
            position, shift = position + 1, shift + 5
            if not more and bits & 0x10:
                value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
    return counts
