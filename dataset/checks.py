"""Is this frame right? Every check gives its reasons as lines; no lines means that it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from . import outlines, png, records
from .recipe import Labels
from .records import Annotation, Record
from .simplify import iou

EXACT = 0.999
"""Least IoU of an outline that was not simplified."""
BLACK, WHITE, CONTRAST = 6, 249, 1.5
"""Of 255: a picture below, above, or with less than this between its darkest and brightest percent shows nothing."""
NAME = re.compile(r"(?!\d)(?!.*__)\w+", re.ASCII)


def check(
    record: Record,
    masks: np.ndarray,
    parts: np.ndarray,
    luminance: np.ndarray | None,
    policy: Labels,
    *,
    blocked: str = "",
) -> list[str]:
    """Everything that makes a frame unfit for the data set.

    ``masks``, ``parts``: integer HxW. ``luminance``: HxW of the finished picture, uint8 or float 0..1; None skips it.
    ``blocked``: what the camera is inside of or stuck behind, "" for nothing.
    """
    reasons = [f"the camera sees nothing: {blocked}"] if blocked else []
    if luminance is not None:
        reasons += problems_of_picture(record, luminance)
    reasons += problems_of_masks(record, masks, parts, policy.simplify)
    targets = sum(item.exported for item in record.instances)
    if targets < policy.targets:
        hidden = "; ".join(f"{item.category} {item.id} {item.reason}" for item in record.instances if not item.exported)
        reasons.append(f"{targets} exported instances of at least {policy.targets}{f' ({hidden})' if hidden else ''}")
    return reasons


def problems_of_picture(record: Record, luminance: np.ndarray) -> list[str]:
    """Black, white, blank, not finite, or of another size than the record says."""
    if luminance.shape != (record.height, record.width):
        return [f"picture of {luminance.shape[1]} x {luminance.shape[0]}, not {record.width} x {record.height}"]
    values = luminance.astype(np.float32) * (255.0 if luminance.dtype.kind == "f" else 1.0)
    if not np.isfinite(values).all():
        return ["picture with values that are no numbers"]
    dark, middle, bright = np.percentile(values, (1, 50, 99))
    if bright < BLACK:
        return [f"black picture (brightest percent at {bright:.0f} of 255)"]
    if dark > WHITE:
        return [f"white picture (darkest percent at {dark:.0f} of 255)"]
    if bright - dark < CONTRAST:
        return [f"blank picture (everything at about {middle:.0f} of 255)"]
    return []


def problems_of_masks(record: Record, masks: np.ndarray, parts: np.ndarray, bound: float = 1.0) -> list[str]:
    """Where record and label images contradict each other; ``bound``: the IoU that simplified outlines keep."""
    frame = (record.height, record.width)
    for name, image in (("mask", masks), ("part", parts)):
        if image.shape != frame:
            return [f"{name} image of {image.shape[1]} x {image.shape[0]}, not {record.width} x {record.height}"]
    least = min(EXACT, bound)
    problems = [
        *_labels("instance", record.instances, masks, least),
        *_labels("part", record.parts, parts, least),
    ]
    wearers = {item.id for item in record.instances}
    for item in record.parts:
        if item.owner not in wearers:
            problems.append(f"part {item.id}: its wearer {item.owner} is not in the record")
        elif (masks[parts == item.id] != item.owner).any():
            problems.append(f"part {item.id} ({item.category}) leaves its wearer {item.owner}")
    return problems


def _labels(kind: str, annotations: Iterable[Annotation], labels: np.ndarray, least: float) -> list[str]:
    annotations = list(annotations)
    numbers, counts = np.unique(labels, return_counts=True)
    pixels = {int(number): int(count) for number, count in zip(numbers, counts, strict=True) if number}
    ids = [item.id for item in annotations]
    problems = [f"{kind} {number} in the image but not in the record" for number in sorted(pixels.keys() - set(ids))]
    if ids != list(range(1, len(ids) + 1)):
        problems.append(f"{kind} ids do not run from 1 without gaps")
    for item in annotations:
        if item.id not in pixels:
            problems.append(f"{kind} {item.id} ({item.category}) in the record but not in the image")
        else:
            found = _annotation(item, labels == item.id, pixels[item.id], least)
            problems += [f"{kind} {item.id} ({item.category}): {problem}" for problem in found]
    return problems


def _annotation(item: Annotation, mask: np.ndarray, pixels: int, least: float) -> list[str]:
    """One annotation against the mask of its id."""
    problems = []
    box = outlines.bounds(mask)
    if box != item.box:
        return [f"box {item.box}, its pixels span {box}"]
    if item.pixels != pixels:
        problems.append(f"{item.pixels} pixels in the record, {pixels} in the image")
    if item.amodal_pixels < item.pixels or not 0 <= item.visible <= 1:
        problems.append(f"{item.pixels} of {item.amodal_pixels} pixels seen, visible share {item.visible}")
    left, top, width, height = box
    crop = mask[top : top + height, left : left + width]
    moved = [[(x - left, y - top) for x, y in polygon] for polygon in item.polygons]
    overlap = iou(outlines.fill(moved, crop.shape), crop)
    if overlap < least:
        problems.append(f"outline and mask overlap by {overlap:.4f}, at least {least:g} wanted")
    if _outside(item):
        problems.append("outline leaves its box")
    if item.rle is not None and item.rle != outlines.run_lengths(mask):
        problems.append("run lengths are not those of the mask")
    if item.exported == bool(item.reason):
        problems.append(f"exported is {item.exported}, its reason {item.reason!r}")
    return problems


def _outside(item: Annotation) -> bool:
    """Whether the outline leaves the instance's box."""
    left, top, width, height = item.box
    return any(
        not (left <= x <= left + width and top <= y <= top + height) for polygon in item.polygons for x, y in polygon
    )


def check_folder(folder: Path, bound: float | None = None) -> list[str]:
    """Every frame of a data set against its files, and the derived files against the records; one line a problem.

    ``bound``: the IoU that simplified outlines keep; None takes it from the folder's recipe, 1 without one. Pictures
    are looked at from outside (there, of the recorded size in bytes), not decoded.
    """
    if not (folder / records.FRAMES).is_dir():
        return [f"{folder}: no {records.FRAMES}/ in it: not a data set of ours"]
    if bound is None:
        bound = _bound(folder)
    problems, found = [], []
    for path in sorted((folder / records.FRAMES).glob("*.json")):
        try:
            record = records.read(path)
        except records.RecordError as error:
            problems.append(str(error))
            continue
        found.append(record)
        problems += [f"{path.name}: {problem}" for problem in _files(folder, path, record, bound)]
    return problems + _derived(folder, found)


def _bound(folder: Path) -> float:
    from .recipe import RecipeError, load

    try:
        return load(folder / "recipe.toml").labels.simplify
    except RecipeError:  # none there, or that of another tool (augment.toml): outlines are exact then
        return 1.0


def _files(folder: Path, path: Path, record: Record, bound: float) -> list[str]:
    problems = []
    if record.name != path.stem or not NAME.fullmatch(record.name):
        problems.append(f"name {record.name!r} does not fit")
    image = folder / record.image
    if not image.is_file():
        problems.append(f"{record.image} is missing")
    elif image.stat().st_size != record.bytes:
        problems.append(f"{record.image} has {image.stat().st_size} bytes, not {record.bytes}")
    try:
        masks = png.read(folder / records.MASKS / f"{record.name}.png")
        parts = folder / records.PARTS / f"{record.name}.png"
        worn = png.read(parts) if parts.is_file() or record.parts else np.zeros_like(masks)
        problems += problems_of_masks(record, masks, worn, bound)
        for category in sorted({item.category for item in record.instances}):
            ids = [item.id for item in record.instances if item.category == category]
            shape = png.read(folder / records.SILHOUETTES / category / f"{record.name}.png")
            if not np.array_equal(shape, np.isin(masks, ids) * np.uint8(255)):
                problems.append(f"silhouettes/{category} differs from the mask")
    except png.PngError as error:
        problems.append(str(error))
    return problems


def _derived(folder: Path, found: list[Record]) -> list[str]:
    """VIA's project keeps all of VIA's rules, and VIA and COCO hold every exported piece and instance."""
    from .foreign import ForeignError, load_json
    from .via_check import validate_project

    problems: list[str] = []
    exported = [item for record in found for item in record.annotations if item.exported]
    try:
        project = load_json(folder / "via_project.json", problems)
        problems += [f"via_project.json: {problem}" for problem in validate_project(project)]
        bare = load_json(folder / "via_region_data.json", problems)
        if isinstance(project, dict) and project.get("_via_img_metadata") != bare:
            problems.append("via_region_data.json and via_project.json differ")
        regions = sum(len(entry["regions"]) for entry in bare.values())
        pieces = sum(len(item.polygons) for item in exported)
        if len(bare) != len(found) or regions != pieces:
            problems.append(
                f"via_region_data.json has {len(bare)} images and {regions} regions,"
                f" the records {len(found)} and {pieces}: derive it again"
            )
        listed = load_json(folder / "coco.json", problems)
        if len(listed["images"]) != len(found) or len(listed["annotations"]) != len(exported):
            problems.append("coco.json has other images or annotations than the records: derive it again")
    except ForeignError as error:
        problems.append(str(error))
    except (KeyError, TypeError, AttributeError) as error:
        problems.append(f"{folder}: derived files of another make ({error!r})")
    return problems
