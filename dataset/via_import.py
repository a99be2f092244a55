"""Corrections that a person made in VIA, back into a data set: records, masks, silhouettes and all derived files.

Nothing is lost on the way. A file that can't be read, or that is not of this data set, changes nothing; a frame with a
region that can't be used stays as it was and is named; what VIA was never shown (people too small or hidden to be
exported) stays; importing the same file again changes nothing more. Frames that changed say so in their records.
"""

from __future__ import annotations

import contextlib
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from . import export, hand_edits, labels, png, records, wardrobe
from .files import OutputError, write_atomic
from .foreign import ForeignError, ForeignImage, load_json
from .hand_edits import DELETED, EditError, Labels
from .recipe import RecipeError, load
from .records import Record
from .via_read import parse

MANY = 0.5
"""Share of a data set's labels that a file may leave out before it is taken for the wrong file."""


class ViaImportError(Exception):
    """A file that is not imported at all; the message says why and what to do."""


@dataclass(frozen=True)
class Summary:
    """What an import did."""

    frames: int
    """Frames that changed."""
    edits: Counter[str]
    """How many labels were new, moved, renamed, deleted."""
    problems: tuple[str, ...]
    """One line each: frames that stayed as they were although the file differs, with what to do."""


def read_edits(
    folder: Path,
    source: Path,
    read_image: export.ReadImage,
    encode_jpeg: export.EncodeJpeg,
    *,
    delete_many: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Summary:
    """Carry the corrections of the VIA file ``source`` into the data set ``folder``.

    ``delete_many``: go on although more than half of all labels are missing in the file. ``progress`` hears frames done
    and frames in all. Raises ``ViaImportError``, ``records.RecordError``, ``files.OutputError``.
    """
    found = records.read_all(folder)
    if not found:
        raise ViaImportError(f"{folder}: no frames in it; choose the folder of a data set")
    images, problems = _images(source, {Path(record.image).name for record in found})
    part_names = _part_names(found)
    bound = _bound(folder)
    changed: list[tuple[Record, Labels]] = []
    edits: Counter[str] = Counter()
    for done, record in enumerate(found):
        progress(done, len(found))
        drawn = images.get(Path(record.image).name)
        if drawn is None:
            continue
        try:
            before = _labels(folder, record)
            after, counted = hand_edits.apply(
                before, drawn.objects, part_names, depth=_depth(folder, record), bound=bound
            )
        except (EditError, png.PngError) as error:
            problems.append(f"{record.name} stays as it was: {error}")
            continue
        if counted:
            edits += counted
            changed.append((_edited(record, after, counted, source), after))
    exported = sum(item.exported for record in found for item in record.annotations)
    if edits[DELETED] > MANY * exported and not delete_many:
        raise ViaImportError(
            f"{source.name} lacks {edits[DELETED]} of {exported} labels: is it the right file? Nothing was changed"
        )
    for record, after in changed:
        _write(folder, record, after)
    if changed:
        names, title = _known_names(folder)
        export.derive(folder, None, read_image, encode_jpeg, names=names, title=title)
    return Summary(len(changed), edits, tuple(problems))


def _images(source: Path, names: set[str]) -> tuple[dict[str, ForeignImage], list[str]]:
    """The file's pictures that are the data set's, by name, and what is wrong with the rest."""
    notes: list[str] = []
    try:
        data = load_json(source, notes)
        if not isinstance(data, dict):
            raise ForeignError(f"{source}: not a VIA file")
        data, counts = _prepared(data)
        read = parse(data, source, notes)
    except ForeignError as error:
        raise ViaImportError(f"{error}; nothing was changed") from error
    known = [image for image in read.images if image.name in names]
    if not known:
        raise ViaImportError(
            f"{source}: none of its {len(read.images)} pictures is in this data set; nothing was changed"
        )
    problems = [f"{image.name} is not in this data set: left out" for image in read.images if image.name not in names]
    kept: dict[str, ForeignImage] = {}
    for image in known:
        readable = sum(len(item.polygons) for item in image.objects)
        if image.name in kept:
            raise ViaImportError(f"{source}: {image.name} is in it twice; delete one in VIA. Nothing was changed")
        if readable < counts[image.name]:
            reasons = [note for note in notes if "left out" in note and image.name in note]
            reason = reasons[0].rsplit(": region ", 1)[-1] if reasons else "a region"
            problems.append(f"{Path(image.name).stem} stays as it was: region {reason}; mend or delete it in VIA")
        else:
            kept[image.name] = image
    return kept, problems


def _prepared(data: dict[str, Any]) -> tuple[dict[str, Any], Counter[str]]:
    """The file's content with copies told from originals, and how many regions each picture has.

    Copy and paste in VIA copies a region's numbers too: of two regions with one instance and piece number, the second
    is new.
    """
    data = copy.deepcopy(data)
    counts: Counter[str] = Counter()
    entries = data.get("_via_img_metadata", data)
    for entry in entries.values() if isinstance(entries, dict) else []:
        regions = entry.get("regions") if isinstance(entry, dict) else None
        regions = list(regions.values()) if isinstance(regions, dict) else regions
        if not isinstance(regions, list):
            continue
        counts[_base(str(entry.get("filename")))] += len(regions)
        taken = set()
        for region in regions:
            about = region.get("region_attributes") if isinstance(region, dict) else None
            if isinstance(about, dict) and about.get("instance"):
                key = (str(about.get("category")), str(about["instance"]), str(about.get("part")))
                if key in taken:
                    about.pop("instance"), about.pop("part", None)
                taken.add(key)
    return data, counts


def _base(name: str) -> str:
    """The file name at the end of a path or address."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _part_names(found: list[Record]) -> set[str]:
    """Categories that are worn by others."""
    wholes = {item.category for record in found for item in record.instances}
    return ({item.category for record in found for item in record.parts} | set(wardrobe.PARTS)) - wholes


def _labels(folder: Path, record: Record) -> Labels:
    """A frame's labels as they lie in the folder. Raises ``PngError``."""
    masks = png.read(folder / records.MASKS / f"{record.name}.png").astype(np.uint16)
    path = folder / records.PARTS / f"{record.name}.png"
    parts = png.read(path).astype(np.uint16) if path.is_file() else np.zeros_like(masks)
    return Labels(masks, parts, record.instances, record.parts)


def _depth(folder: Path, record: Record) -> np.ndarray | None:
    """Metres HxW, infinite where unknown; None without a depth picture."""
    path = folder / records.DEPTH / f"{record.name}.png"
    if record.depth_scale is None or not path.is_file():
        return None
    depth = png.read(path).astype(np.float32) * record.depth_scale
    return np.where(depth > 0, depth, np.inf)


def _edited(record: Record, after: Labels, counted: Counter[str], source: Path) -> Record:
    """The record after the edits, marked as edited by hand; edits of several imports add up."""
    earlier = record.about.get("edited", {})
    total = counted + Counter({key: value for key, value in earlier.items() if isinstance(value, int)})
    about = {**record.about, "edited": {"with": "VIA", "file": source.name, **dict(sorted(total.items()))}}
    return replace(record, instances=after.instances, parts=after.part_annotations, about=about)


def _write(folder: Path, record: Record, after: Labels) -> None:
    """All files of a frame, the record last. If one can't be written, those before it are put back."""
    old: list[tuple[Path, bytes | None]] = []
    try:
        for path, data in (
            *_files(folder, record, after),
            (records.path_of(folder, record.name), records.encode(record)),
        ):
            old.append((path, path.read_bytes() if path.is_file() else None))
            write_atomic(path, data)
    except OutputError:
        for path, data in old:
            with contextlib.suppress(OutputError, OSError):
                path.unlink(missing_ok=True) if data is None else write_atomic(path, data)
        raise


def _files(folder: Path, record: Record, after: Labels) -> Iterator[tuple[Path, bytes]]:
    """Label images and silhouettes; a category that the frame has lost gets a black one."""
    yield folder / records.MASKS / f"{record.name}.png", png.encode(after.masks)
    yield folder / records.PARTS / f"{record.name}.png", png.encode(after.parts)
    shapes = labels.silhouettes(after.masks, after.instances)
    shapes |= labels.silhouettes(after.parts, after.part_annotations)
    there = (folder / records.SILHOUETTES).glob(f"*/{record.name}.png")
    black = np.zeros(after.masks.shape, bool)
    for category in sorted({path.parent.name for path in there} | shapes.keys()):
        path = folder / records.SILHOUETTES / category / f"{record.name}.png"
        yield path, png.encode(shapes.get(category, black))


def _bound(folder: Path) -> float:
    """IoU that the data set's outlines keep."""
    try:
        return load(folder / export.RECIPE).labels.simplify
    except RecipeError:  # none there, or that of another tool
        return 1.0


def _known_names(folder: Path) -> tuple[list[str], str]:
    """Categories in the order that the data set's files have now, and its title."""
    try:
        coco = load_json(folder / export.COCO, [])
        project = load_json(folder / export.VIA_PROJECT, [])
        return [item["name"] for item in coco["categories"]], str(project["_via_settings"]["project"]["name"])
    except (ForeignError, KeyError, TypeError):
        return [], ""
