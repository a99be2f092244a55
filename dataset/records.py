"""One JSON record a frame: the single source of truth. VIA, COCO and every other file are derived from records.

Coordinates are pixels with (0, 0) at the top-left corner of the picture, x to the right, y down. A box is
``(x, y, width, height)`` over whole pixels. Polygons follow dataset/outlines.py. A record holds no time, host or path
outside its folder: the same frame gives the same bytes everywhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .files import write_atomic

FORMAT = 1

IMAGES, MASKS, PARTS, SILHOUETTES, DEPTH, FRAMES = "images", "masks", "parts", "silhouettes", "depth", "frames"


class RecordError(Exception):
    """A record that can't be read; the message names file and key."""


@dataclass(frozen=True)
class Annotation:
    """One labelled thing in one frame: a whole instance, or a part (helmet, vest) worn by one."""

    id: int
    """The number in masks/ (whole instances) or parts/ (parts); from 1, unique within its kind and frame."""
    category: str
    owner: int = 0
    """For a part: the id of the instance that wears it. 0 for a whole instance."""
    box: tuple[int, int, int, int] = (0, 0, 0, 0)
    pixels: int = 0
    """Visible pixels: those that carry this id in the mask."""
    amodal_pixels: int = 0
    """Pixels that it would cover inside the frame if nothing stood before it; at least ``pixels``."""
    visible: float = 1.0
    """Visible share 0..1: pixels over all amodal pixels, those outside the frame included."""
    truncated: bool = False
    """Whether the frame's border cuts it."""
    distance: float | None = None
    """Metres from the camera to its nearest visible pixel; None where no depth is known."""
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()
    """One closed polygon a visible piece (the first point is not repeated), holes joined by keyhole bridges."""
    rle: tuple[int, ...] | None = None
    """COCO's uncompressed run lengths (column by column, starting with zeros), present only where it has holes."""
    exported: bool = True
    """False: recorded but kept out of VIA, COCO and the like; ``reason`` says why."""
    reason: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    """What it is: pose, uniform, body ... free keys, plain JSON values."""


@dataclass(frozen=True)
class Record:
    """Everything known about one frame. Paths are relative to the data set's folder, with forward slashes."""

    name: str
    """Stem of all its files: letters, digits and underscores, no double underscore, not starting with a digit."""
    index: int
    seed: int
    retry: int
    recipe: str
    """Fingerprint of the recipe (dataset/recipe.py)."""
    width: int
    height: int
    image: str
    bytes: int
    """Size of the picture file: VIA's key is file name + size."""
    instances: tuple[Annotation, ...] = ()
    parts: tuple[Annotation, ...] = ()
    depth_scale: float | None = None
    """Metres a unit of the 16-bit depth picture; 0 there means unknown, 65535 this far or farther. None: no depth."""
    generator: dict[str, Any] = field(default_factory=dict)
    """Name and version of what made the frame (tool, Blender)."""
    about: dict[str, Any] = field(default_factory=dict)
    """Site, weather, light, camera, lens; augmentation adds its source frame and operations."""
    format: int = FORMAT

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """Instances, then parts."""
        return self.instances + self.parts


def encode(record: Record) -> bytes:
    """The record as UTF-8 JSON, keys in the order of the fields, numbers as Python prints them, newline at the end."""
    tree = {**vars(record), "instances": [*map(vars, record.instances)], "parts": [*map(vars, record.parts)]}
    text = json.dumps(tree, ensure_ascii=False, check_circular=False, separators=(",", ":"))
    return (text + "\n").encode()


def decode(data: bytes, source: str = "record") -> Record:
    """Inverse of ``encode``. Raises ``RecordError`` naming ``source`` and what is wrong."""
    try:
        fields = json.loads(data)
        if fields.get("format") != FORMAT:
            raise RecordError(f"{source}: format {fields.get('format')!r}, this version reads {FORMAT}")
        fields["instances"] = tuple(_annotation(item) for item in fields["instances"])
        fields["parts"] = tuple(_annotation(item) for item in fields["parts"])
        return Record(**fields)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"{source}: not a frame record ({error})") from error


def _annotation(fields: dict[str, Any]) -> Annotation:
    fields["box"] = tuple(fields["box"])
    fields["polygons"] = tuple(tuple(map(tuple, polygon)) for polygon in fields["polygons"])
    fields["rle"] = None if fields["rle"] is None else tuple(fields["rle"])
    return Annotation(**fields)


def path_of(folder: Path, name: str) -> Path:
    """Where the record of frame ``name`` lies."""
    return folder / FRAMES / f"{name}.json"


def write(folder: Path, record: Record) -> None:
    """Write the record atomically. It comes last: a frame without a valid record does not exist."""
    write_atomic(path_of(folder, record.name), encode(record))


def read(path: Path) -> Record:
    """Read one record. Raises ``RecordError``."""
    try:
        return decode(path.read_bytes(), str(path))
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror}") from error


def read_all(folder: Path) -> list[Record]:
    """All records of a data set in order of their names. Raises ``RecordError`` on the first bad one."""
    return [read(path) for path in sorted((folder / FRAMES).glob("*.json"))]
