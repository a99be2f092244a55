"""Where pictures and outlines come from: a data set of ours, or any VIA or COCO set of photos."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from dataset import foreign, outlines, png, records
from dataset.records import DEPTH, MASKS, Annotation, Record

from . import pictures, rings
from .pictures import Picture, PictureError
from .shapes import Shape, from_mask, mask, scaled

MEMORY = 400_000_000
"""Bytes of decoded sources that one worker keeps."""
_CHECKED_CORNERS = 800
"""Outlines with more corners are not searched for self-crossings: n ** 2 pairs."""


class SourceError(Exception):
    """A data set that can't be augmented; the message says what is missing."""


@dataclass(frozen=True)
class Source:
    """One labelled picture."""

    name: str
    path: Path
    annotated: tuple[int, int] | None
    """Width and height that the annotations are for; None: the picture's own."""
    width: int
    height: int
    """Of the picture in memory, and of all shapes."""
    instances: tuple[Shape, ...]
    parts: tuple[Shape, ...] = ()
    depth: Path | None = None
    depth_scale: float = 0.0
    about: dict[str, Any] = field(default_factory=dict)
    """Weather and view of the source, for those who want to group by it."""


@dataclass(frozen=True)
class SourceSet:
    """Everything that can be augmented, in a fixed order, and everything that can't, named."""

    sources: tuple[Source, ...]
    problems: tuple[str, ...]
    exact: bool
    """Whether the set has masks: then the output has them too."""


def open_set(path: Path, largest: int = pictures.LARGEST) -> SourceSet:
    """Read a data set: a folder of ours (frames/), a VIA or COCO file, or a folder that holds such files.

    Photos with a longer side than ``largest`` are brought down to it. Raises ``SourceError`` when there is nothing to
    augment.
    """
    found = _ours(path) if (path / records.FRAMES).is_dir() else _foreign(path, largest)
    if not found.sources:
        reasons = "".join(f"\n  {problem}" for problem in found.problems[:10])
        raise SourceError(f"{path}: no picture that can be augmented{reasons}")
    return found


def _ours(folder: Path) -> SourceSet:
    sources, problems = [], []
    for file in sorted((folder / records.FRAMES).glob("*.json")):
        try:
            record = records.read(file)
            image = folder / record.image
            if not image.is_file():
                raise PictureError(f"{image}: picture is missing")
            if image.stat().st_size != record.bytes:
                raise PictureError(f"{image}: {image.stat().st_size} bytes, its record says {record.bytes}: damaged?")
        except (records.RecordError, PictureError) as error:
            problems.append(f"{error}: left out")
            continue
        sources.append(_from_record(folder, record))
    return SourceSet(tuple(sources), tuple(problems), (folder / MASKS).is_dir())


def _from_record(folder: Path, record: Record) -> Source:
    depth = folder / DEPTH / f"{record.name}.png"
    has_depth = record.depth_scale is not None and depth.is_file()
    width, height = pictures.reduced(record.width, record.height)
    share = (width / record.width, height / record.height)
    known = {key: record.about[key] for key in ("site", "source", "weather", "light", "camera") if key in record.about}
    return Source(
        record.name,
        folder / record.image,
        (record.width, record.height),
        width,
        height,
        tuple(scaled(shape, *share) for item in record.instances if (shape := _from_annotation(item))),
        tuple(scaled(shape, *share) for item in record.parts if (shape := _from_annotation(item))),
        depth if has_depth else None,
        record.depth_scale or 0.0,
        known,
    )


_OWN_REASONS = ("small", "hidden", "worn by", "veiled")
"""How the reasons begin that are found out anew in the augmented picture."""


def _from_annotation(item: Annotation) -> Shape | None:
    found = tuple(rings.from_outline(polygon) for polygon in item.polygons if len(polygon) >= 3)
    shape = Shape(
        item.id,
        item.category,
        found,
        item.owner,
        item.visible,
        item.truncated,
        max(1.0, item.amodal_pixels / item.pixels) if item.pixels else 1.0,
        item.distance,
        exact=True,
        withheld="" if item.exported or item.reason.startswith(_OWN_REASONS) else item.reason,
        about=dict(item.about),
    )
    return shape if found and shape.area > 0 else None


def _foreign(path: Path, largest: int) -> SourceSet:
    sources: list[Source] = []
    problems: list[str] = []
    taken: dict[Path, Path] = {}
    for file in _files(path):
        try:
            found = foreign.read(file)
        except foreign.ForeignError as error:
            problems.append(f"{error}: left out")
            continue
        problems += found.problems
        for image in found.images:
            if image.path is None:
                problems.append(f"{file}: {image.name!r}: picture is missing: left out")
                continue
            picture = image.path.resolve()
            if picture in taken:
                if taken[picture] == file:
                    problems.append(f"{file}: {image.name!r}: second entry of the same picture: left out")
                continue
            taken[picture] = file
            try:
                sources.append(_from_image(image, problems, largest))
            except PictureError as error:
                problems.append(f"{error}: left out")
    return SourceSet(tuple(sources), tuple(problems), False)


def _files(path: Path) -> list[Path]:
    """Annotation files, the likeliest first; pictures that an earlier file describes are not read from a later one."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise SourceError(f"{path}: no such file or folder")
    found = sorted(path.glob("*.json")) or sorted(path.glob("*/*.json"))
    if not found:
        raise SourceError(f"{path}: neither frames/ of ours nor a VIA or COCO file (*.json) in it")
    return sorted(found, key=lambda file: (file.parent, "project" not in file.name, file.name))


def _from_image(image: foreign.ForeignImage, problems: list[str], largest: int) -> Source:
    """Raises ``PictureError``."""
    assert image.path is not None
    annotated = (image.width, image.height) if image.width and image.height else None
    picture = pictures.read(image.path, annotated, largest)
    problems.extend(f"{image.path}: {note}" for note in picture.notes)
    height, width = picture.pixels.shape[:2]
    shapes = []
    for number, item in enumerate(image.objects, 1):
        where = f"{image.path}: {item.category} {number}"
        shape = _from_object(item, number, picture, annotated, where, problems)
        if shape:
            shapes.append(shape)
    if not image.objects:
        problems.append(f"{image.path}: nothing labelled in it: used as background")
    return Source(image.path.stem, image.path, annotated, width, height, tuple(shapes))


def _from_object(
    item: foreign.ForeignObject,
    number: int,
    picture: Picture,
    annotated: tuple[int, int] | None,
    where: str,
    problems: list[str],
) -> Shape | None:
    height, width = picture.pixels.shape[:2]
    exact = False
    if item.rle is not None and annotated:
        try:
            solid = outlines.from_run_lengths(item.rle, (annotated[1], annotated[0]))
        except ValueError as error:
            problems.append(f"{where}: {error}: left out")
            return None
        found, exact = from_mask(solid, 0, 0), True
    else:
        found = tuple(np.asarray(polygon, float).reshape(-1, 2) for polygon in item.polygons)
    kept: list[rings.Ring] = []
    frame = rings.frame(width, height)
    cut = False
    for ring in found:
        if len(ring) < 3 or not np.isfinite(ring).all():
            problems.append(f"{where}: an outline of {len(ring)} points or with NaN: left out")
            continue
        ring = ring * picture.scale
        if not exact and len(ring) <= _CHECKED_CORNERS and rings.crosses_itself(ring):
            problems.append(f"{where}: outline crosses itself: taken from the pixels that it encloses")
            ring_pieces, exact = _healed(ring, width, height), True
        else:
            ring_pieces = (ring,)
        inside = [piece for whole in ring_pieces for piece in rings.clip(whole, frame)]
        cut |= sum(abs(rings.area(p)) for p in inside) < sum(abs(rings.area(p)) for p in ring_pieces) - 1e-6
        kept += inside
    shape = Shape(number, item.category, tuple(kept), truncated=cut, exact=exact, about=_plain(item.attributes))
    if not kept or shape.area < 1:
        problems.append(f"{where}: nothing of its outline lies in the picture: left out")
        return None
    left, top, right, bottom = shape.box
    touches = left <= 0 or top <= 0 or right >= width or bottom >= height
    return Shape(number, item.category, tuple(kept), truncated=cut or touches, exact=exact, about=shape.about)


def _healed(ring: rings.Ring, width: int, height: int) -> tuple[rings.Ring, ...]:
    """Rings of the pixels that a self-crossing ring encloses (even-odd)."""
    box = (0, 0, width, height)
    return from_mask(mask(Shape(1, "", (ring,)), box), 0, 0)


def _plain(attributes: dict[str, Any]) -> dict[str, Any]:
    """Attributes that a record can hold."""
    return {str(key): value for key, value in attributes.items() if isinstance(value, str | int | float | bool)}


@dataclass
class Loaded:
    """A source in memory."""

    pixels: np.ndarray
    """uint8 HxWx3, blue first."""
    depth: np.ndarray | None
    """float32 HxW metres, inf where the sky is; None where the data set has no depth."""
    filler: tuple[float, float, float]
    """Mean colour: what stands outside of the source."""
    levels: dict[int, np.ndarray] = field(default_factory=dict)


class Library:
    """Decoded sources, the least recently used dropped first. Raises ``PictureError`` for damaged ones."""

    def __init__(self, sources: tuple[Source, ...], memory: int = MEMORY) -> None:
        self.sources = sources
        self.memory = memory
        self.used = 0
        self.loaded: OrderedDict[int, Loaded] = OrderedDict()

    def load(self, number: int) -> Loaded:
        """Picture and depth of source ``number``."""
        if number in self.loaded:
            self.loaded.move_to_end(number)
            return self.loaded[number]
        source = self.sources[number]
        pixels = pictures.read(source.path, source.annotated).pixels
        depth = _depth(source)
        mean = cv2.mean(pixels)
        item = Loaded(pixels, depth, (round(mean[0]), round(mean[1]), round(mean[2])))
        self.loaded[number] = item
        self.used += _size(item)
        while self.used > self.memory and len(self.loaded) > 1:
            self.used -= _size(self.loaded.popitem(last=False)[1])
        return item


def _size(item: Loaded) -> int:
    return 3 * item.pixels.nbytes + (0 if item.depth is None else item.depth.nbytes)  # 3: with its smaller versions


def _depth(source: Source) -> np.ndarray | None:
    """Metres; unknown and farthest count as infinitely far. Raises ``PictureError``."""
    if source.depth is None:
        return None
    try:
        stored = png.read(source.depth)
    except png.PngError as error:
        raise PictureError(str(error)) from error
    metres = stored.astype(np.float32) * np.float32(source.depth_scale)
    metres[(stored == 0) | (stored == 65535)] = np.inf
    if metres.shape != (source.height, source.width):
        metres = cv2.resize(metres, (source.width, source.height), interpolation=cv2.INTER_NEAREST)
    return metres
