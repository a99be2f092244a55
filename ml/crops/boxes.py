"""Sets that label with boxes: VisDrone-DET, AU-AIR, and COCO detections without outlines."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dataset.foreign import UNLABELLED, locate

from .frames import CropsError, Frame, FrameSet, Target

VISDRONE = (
    "ignored",
    "pedestrian",
    "people",
    "bicycle",
    "car",
    "van",
    "truck",
    "tricycle",
    "awning-tricycle",
    "bus",
    "motor",
    "others",
)
"""VisDrone-DET's categories by number."""

PAPER = {
    "bus": ("bus",),
    "car": ("car",),
    "ignored": ("ignored",),
    "motorcycle": ("motor",),
    "pedestrian": ("pedestrian",),
    "truck": ("truck",),
}
"""The six classes of the paper and the categories of VisDrone-DET that they hold."""

PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


def visdrone(folder: Path, scene: Callable[[str], str]) -> FrameSet:
    """A folder with ``images/`` and ``annotations/*.txt``. Raises ``CropsError`` when nothing in it can be used.

    A line: left, top, width, height, score, category, truncation, occlusion. Score 0 stays: ignored regions carry it.
    """
    frames, problems = [], []
    for file in sorted((folder / "annotations").glob("*.txt")):
        picture = next((path for end in PICTURES if (path := folder / "images" / (file.stem + end)).is_file()), None)
        if picture is None:
            problems.append(f"{file}: no picture images/{file.stem}.jpg: left out")
            continue
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{file}: {error}: left out")
            continue
        targets = []
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                targets.append(visdrone_line(line))
            except ValueError as error:
                problems.append(f"{file}:{number}: {error}: left out")
        frames.append(Frame(file.stem, picture, scene(file.stem), tuple(targets)))
    return _filled(folder, frames, problems)


def visdrone_line(line: str) -> Target:
    """One line of VisDrone-DET. Raises ``ValueError`` that says what is wrong."""
    values = [value.strip() for value in line.rstrip().rstrip(",").split(",")]
    if len(values) < 6:
        raise ValueError(f"{len(values)} values, a line has 8: left,top,width,height,score,category,truncation,...")
    left, top, width, height, _score, category = (int(value) for value in values[:6])
    if not 0 <= category < len(VISDRONE):
        raise ValueError(f"category {category}, known are 0 to {len(VISDRONE) - 1}")
    if width <= 0 or height <= 0:
        raise ValueError(f"a box of {width} x {height} pixels")
    return Target(VISDRONE[category], (left, top, width, height))


def is_auair(tree: Any) -> bool:
    """Whether a JSON file is AU-AIR's: a list of boxes a picture."""
    items = tree.get("annotations") if isinstance(tree, dict) else None
    return isinstance(items, list) and bool(items) and isinstance(items[0], dict) and "image_name" in items[0]


def auair(tree: dict[str, Any], file: Path, scene: Callable[[str], str]) -> FrameSet:
    """AU-AIR's file and the pictures beside it or in ``images/``. Raises ``CropsError``."""
    names = [str(name) for name in tree.get("categories", [])]
    frames, problems = [], []
    for item in tree["annotations"]:
        name = str(item.get("image_name", ""))
        picture = locate(file.parent, name)
        if picture is None:
            problems.append(f"{file}: {name!r}: picture is missing: left out")
            continue
        targets = []
        for number, box in enumerate(item.get("bbox", []), 1):
            try:
                category = names[_index(box["class"], len(names))]
                targets.append(Target(category, _box([box[key] for key in ("left", "top", "width", "height")])))
            except (KeyError, TypeError, ValueError) as error:
                problems.append(f"{file}: {name!r}, box {number}: {error}: left out")
        frames.append(Frame(Path(name).stem, picture, scene(name), tuple(targets)))
    return _filled(file, sorted(frames, key=lambda frame: frame.name), problems)


def is_coco_of_boxes(tree: Any) -> bool:
    """Whether a JSON file is COCO's and some of its objects have a box and no outline."""
    items = tree.get("annotations") if isinstance(tree, dict) and isinstance(tree.get("images"), list) else None
    return isinstance(items, list) and any(
        isinstance(item, dict) and item.get("bbox") and not item.get("segmentation") for item in items
    )


def coco(tree: dict[str, Any], file: Path, scene: Callable[[str], str]) -> FrameSet:
    """A COCO file by its boxes alone. Raises ``CropsError``."""
    names = {item.get("id"): str(item.get("name", UNLABELLED)) for item in tree.get("categories", [])}
    targets: dict[Any, list[Target]] = {}
    problems: list[str] = []
    for item in tree["annotations"]:
        try:
            found = Target(names.get(item.get("category_id"), UNLABELLED), _box(item["bbox"]))
        except (KeyError, TypeError, ValueError) as error:
            problems.append(f"{file}: annotation {item.get('id')}: {error}: left out")
            continue
        targets.setdefault(item.get("image_id"), []).append(found)
    frames = []
    for image in tree["images"]:
        name = str(image.get("file_name", ""))
        picture = locate(file.parent, name)
        if picture is None:
            problems.append(f"{file}: {name!r}: picture is missing: left out")
            continue
        frames.append(Frame(Path(name).stem, picture, scene(name), tuple(targets.get(image.get("id"), ()))))
    return _filled(file, sorted(frames, key=lambda frame: frame.name), problems)


def _index(value: Any, count: int) -> int:
    if type(value) is not int or not 0 <= value < count:
        raise ValueError(f"class {value!r}, known are 0 to {count - 1}")
    return value


def _box(values: list[Any]) -> tuple[float, float, float, float]:
    left, top, width, height = (float(value) for value in values)
    if not all(map(math.isfinite, (left, top, width, height))) or width <= 0 or height <= 0:
        raise ValueError(f"a box of {width:g} x {height:g} pixels")
    return left, top, width, height


def _filled(source: Path, frames: list[Frame], problems: list[str]) -> FrameSet:
    if not any(frame.targets for frame in frames):
        reasons = "".join(f"\n  {problem}" for problem in problems[:10])
        raise CropsError(f"{source}: no picture with a labelled box in it{reasons}")
    return FrameSet(tuple(frames), tuple(problems))
