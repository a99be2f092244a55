"""Annotations that other people made, in one neutral form, whatever tool they used."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from .outlines import Polygon

UNLABELLED = "unlabelled"
"""Category of a region without a label among regions with labels."""
OBJECT = "object"
"""Category of all regions of a file that knows no labels."""


class ForeignError(Exception):
    """A file that can't be read at all; the message names it and says why."""


@dataclass(frozen=True)
class ForeignObject:
    """One labelled thing in a picture."""

    category: str
    polygons: tuple[Polygon, ...] = ()
    """Closed rings of (x, y) in pixels, (0, 0) the picture's top-left corner; the object is their union."""
    rle: tuple[int, ...] | None = None
    """COCO's uncompressed run lengths where the source has them; they then hold instead of the polygons."""
    instance: int | None = None
    """Number within its picture and category, where the source has one."""
    attributes: dict[str, Any] = field(default_factory=dict)
    """Everything else that the source says of it."""


@dataclass(frozen=True)
class ForeignImage:
    """One picture and what is in it."""

    name: str
    """File name as the source writes it."""
    path: Path | None
    """Where it was found, None if nowhere."""
    width: int | None
    height: int | None
    """Size as the source gives it, None where it does not."""
    objects: tuple[ForeignObject, ...] = ()


@dataclass(frozen=True)
class ForeignSet:
    """All pictures of an annotation file, and everything that was wrong with it."""

    source: Path
    images: tuple[ForeignImage, ...] = ()
    problems: tuple[str, ...] = ()
    """One line each, with file and key; the rest of the file was read."""

    @property
    def categories(self) -> list[str]:
        """Sorted names of all categories."""
        return sorted({item.category for image in self.images for item in image.objects})


def load_json(path: Path, problems: list[str]) -> Any:
    """JSON of a file, with or without a byte order mark; a key that occurs twice is named. Raises ``ForeignError``."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            twice = [key for key, times in Counter(key for key, _ in items).items() if times > 1]
            problems.extend(f"{path}: key {key!r} occurs twice: the last one is read" for key in twice)
        return found

    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=pairs)
    except OSError as error:
        raise ForeignError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ForeignError(f"{path}: not a text file in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ForeignError(f"{path}: not valid JSON ({error})") from error


def locate(folder: Path, name: str) -> Path | None:
    """The picture that an annotation file in ``folder`` calls ``name``: a relative, absolute or foreign path or URL."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    candidates = [name, base, f"images/{base}", unquote(base.split("?", 1)[0])]
    for candidate in candidates:
        path = folder / candidate
        try:
            if candidate and path.is_file():
                return path
        except (OSError, ValueError):  # too long, a null character: not a name of ours
            continue
    return None


def read(path: Path) -> ForeignSet:
    """Read a VIA project, bare VIA annotations or a COCO file, whichever it is. Raises ``ForeignError``."""
    from . import coco, via_read  # they build on this module

    problems: list[str] = []
    data = load_json(path, problems)
    if not isinstance(data, dict):
        raise ForeignError(f"{path}: {type(data).__name__} at the top; VIA and COCO files hold an object there")
    parse = coco.parse if isinstance(data.get("images"), list) and "annotations" in data else via_read.parse
    return parse(data, path, problems)
