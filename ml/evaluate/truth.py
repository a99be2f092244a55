"""What is there: labelled pictures of a data set of ours, or of any VIA or COCO set of photos.

A synthetic and a real test set are never mixed, and each is called what it is.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from dataset import outlines, records
from dataset.records import Annotation, Record

from ..augment import pictures, shapes, sources
from ..augment.shapes import Shape
from ..predict.detections import EMPTY, Crop, crop

SYNTHETIC, AUGMENTED, REAL = "SYNTHETIC pictures", "AUGMENTED photos", "real photos"
"""Kinds of test sets, named so in every output."""

FULL_SIZE = 1 << 16
"""Photos are taken at their full size: a UAV's people are small enough."""


class TruthError(Exception):
    """A data set that can't be scored against; the message says what to do."""


@dataclass(frozen=True)
class Truth:
    """One labelled thing."""

    category: str
    box: tuple[float, float, float, float]
    """Left, top, right, bottom."""
    mask: Crop
    ignored: str = ""
    """Why it is neither a hit nor a miss to find it or not; "" when it counts."""

    @property
    def area(self) -> int:
        """Pixels of its mask."""
        return self.mask.area


@dataclass(frozen=True)
class Picture:
    """One labelled picture."""

    name: str
    """File name, unique in the set."""
    path: Path
    annotated: tuple[int, int] | None
    """What ``pictures.read`` needs to give it the way round that it was labelled in."""
    width: int
    height: int
    truths: tuple[Truth, ...] = ()


@dataclass(frozen=True)
class TruthSet:
    """A test set in order of its pictures' names."""

    title: str
    kind: str
    pictures: tuple[Picture, ...]
    problems: tuple[str, ...] = ()
    image_ids: dict[Any, str] = field(default_factory=dict)
    """COCO's image id -> name of the picture."""
    category_ids: dict[Any, str] = field(default_factory=dict)
    """COCO's category id -> its name."""

    @property
    def categories(self) -> list[str]:
        """Sorted names of all categories that something counts in."""
        return sorted({truth.category for picture in self.pictures for truth in picture.truths if not truth.ignored})


def open_truth(path: Path, synthetic: bool = False) -> TruthSet:
    """Read a test set. ``synthetic``: its pictures are rendered, though not by us. Raises ``TruthError``."""
    ours = (path / records.FRAMES).is_dir()
    found, kinds, problems = _ours(path) if ours else _foreign(path)
    if not found:
        reasons = "".join(f"\n  {problem}" for problem in problems[:10])
        raise TruthError(f"{path}: no labelled picture that can be read{reasons}")
    if len(kinds) > 1:
        raise TruthError(f"{path}: mixes {' and '.join(sorted(kinds))}; score each kind by itself")
    twice = [name for name, times in Counter(picture.name for picture in found).items() if times > 1]
    if twice:
        raise TruthError(f"{path}: two pictures are called {twice[0]}; give one annotation file at a time")
    folder = path.parent if path.is_file() else path
    image_ids, category_ids = _coco_ids(path)
    kind = SYNTHETIC if synthetic else kinds.pop()
    ordered = tuple(sorted(found, key=lambda picture: picture.name))
    return TruthSet(folder.resolve().name, kind, ordered, tuple(problems), image_ids, category_ids)


def kind_of(record: Record) -> str:
    """Whether a frame's picture was rendered, drawn from photos by augmentation, or is a photo as it was."""
    made = record.generator
    if made.get("name") == "Rescue Synth" or "site" in record.about:
        return SYNTHETIC
    return AUGMENTED if made.get("tool") == "rescue_synth augment" else REAL


def _ours(folder: Path) -> tuple[list[Picture], set[str], list[str]]:
    found, kinds, problems = [], set(), []
    for file in sorted((folder / records.FRAMES).glob("*.json")):
        try:
            record = records.read(file)
        except records.RecordError as error:
            problems.append(f"{error}: left out")
            continue
        image = folder / record.image
        if not image.is_file():
            problems.append(f"{image}: picture is missing: left out")
        elif image.stat().st_size != record.bytes:
            problems.append(f"{image}: {image.stat().st_size} bytes, its record says {record.bytes}: damaged? left out")
        else:
            kinds.add(kind_of(record))
            size = (record.width, record.height)
            truths = tuple(_from_annotation(item) for item in record.annotations)
            found.append(Picture(image.name, image, size, *size, truths))
    return found, kinds, problems


def _from_annotation(item: Annotation) -> Truth:
    """What is recorded and not exported (too small, too hidden) need not be found."""
    left, top, width, height = item.box
    moved = [[(x - left, y - top) for x, y in polygon] for polygon in item.polygons]
    mask = crop(outlines.fill(moved, (height, width)), left, top)
    reason = "" if item.exported else item.reason or "not exported"
    return Truth(item.category, (left, top, left + width, top + height), mask, reason)


def _foreign(path: Path) -> tuple[list[Picture], set[str], list[str]]:
    try:
        opened = sources.open_set(path, largest=FULL_SIZE)
    except sources.SourceError as error:
        raise TruthError(str(error).replace("can be augmented", "can be read")) from error
    except pictures.PictureError as error:
        raise TruthError(str(error)) from error
    problems = [problem for problem in opened.problems if not problem.endswith("used as background")]
    found = [
        Picture(
            source.path.name,
            source.path,
            source.annotated,
            source.width,
            source.height,
            tuple(_from_shape(shape, source.width, source.height) for shape in source.instances),
        )
        for source in opened.sources
    ]
    return found, {_kind_of_file(source.path) for source in opened.sources}, problems


def _from_shape(shape: Shape, width: int, height: int) -> Truth:
    left, top, right, bottom = shape.box
    box = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    mask = crop(shapes.mask(shape, box), box[0], box[1])
    low = np.min([ring.min(axis=0) for ring in shape.rings], axis=0)
    high = np.max([ring.max(axis=0) for ring in shape.rings], axis=0)
    reason = "crowd" if shape.about.get("iscrowd") else "" if mask is not EMPTY else "covers no pixel"
    return Truth(shape.category, (*low.tolist(), *high.tolist()), mask, reason)


def _kind_of_file(picture: Path) -> str:
    """A photo, unless a record of ours beside it knows better (our own VIA or COCO file was given)."""
    for folder in (picture.parent, picture.parent.parent):
        record = records.path_of(folder, picture.stem)
        if record.is_file():
            try:
                return kind_of(records.read(record))
            except records.RecordError:
                return SYNTHETIC  # ours, and damaged: the careful guess
    return REAL


def _coco_ids(path: Path) -> tuple[dict[Any, str], dict[Any, str]]:
    """Image and category ids of the set's COCO files, where it has any."""
    names: dict[Any, str] = {}
    categories: dict[Any, str] = {}
    for file in [path] if path.is_file() else sorted(path.glob("*.json")) or sorted(path.glob("*/*.json")):
        try:
            data = json.loads(file.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError):  # no COCO file then; whether it is anything else was found out before
            continue
        if isinstance(data, dict) and isinstance(data.get("images"), list):
            names |= {item["id"]: Path(item["file_name"]).name for item in data["images"] if _has(item, "file_name")}
            listed = data.get("categories") or []
            categories |= {item["id"]: str(item["name"]).strip() for item in listed if _has(item, "name")}
    return names, categories


def _has(item: Any, key: str) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), int | str) and isinstance(item.get(key), str)


def number_of(name: str) -> int | None:
    """The last number in a file's name; None where it has none."""
    digits = re.findall(r"\d+", Path(name).stem)
    return int(digits[-1]) if digits else None


def choose(found: TruthSet, files: str) -> TruthSet:
    """The pictures whose file name ends in an odd or even number, or all. Raises ``TruthError``."""
    if files == "all":
        return found
    wanted = {"odd": 1, "even": 0}[files]
    numbers = [number_of(picture.name) for picture in found.pictures]
    for picture, number in zip(found.pictures, numbers, strict=True):
        if number is None:
            raise TruthError(f"--files {files}: {picture.name} has no number in its name; score all files")
    kept = tuple(p for p, number in zip(found.pictures, numbers, strict=True) if number % 2 == wanted)
    if not kept:
        raise TruthError(f"--files {files}: no picture of {found.title} has an {files} number")
    return replace(found, pictures=kept)


def smaller_ignored(found: TruthSet, min_size: float) -> TruthSet:
    """The set with everything of less than ``min_size`` x ``min_size`` pixels as a region where nothing counts."""

    def judged(truths: Iterable[Truth]) -> tuple[Truth, ...]:
        limit = min_size * min_size
        return tuple(
            replace(truth, ignored=f"smaller than {min_size:g} x {min_size:g} pixels")
            if not truth.ignored and truth.area < limit
            else truth
            for truth in truths
        )

    kept = tuple(replace(picture, truths=judged(picture.truths)) for picture in found.pictures)
    return replace(found, pictures=kept) if min_size > 0 else found
