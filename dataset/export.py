"""All files that are derived from records: VIA project and annotations, COCO, the contact sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from . import coco, preview, records, via
from .files import write_atomic
from .records import Record

VIA_PROJECT, VIA_REGIONS, COCO, PREVIEW, RECIPE = (
    "via_project.json",
    "via_region_data.json",
    "coco.json",
    "preview.jpg",
    "recipe.toml",
)

ReadImage = Callable[[Path], np.ndarray]
"""Path -> uint8 HxWx3 RGB."""
EncodeJpeg = Callable[[np.ndarray, Path], bytes]
"""uint8 HxWx3 RGB, and the path that they are meant for -> JPEG bytes."""


def derive(
    folder: Path,
    recipe_text: str | None,
    read_image: ReadImage,
    encode_jpeg: EncodeJpeg,
    *,
    names: Sequence[str] = (),
    title: str = "",
) -> list[Record]:
    """Write everything that follows from the records of ``folder``, each file atomically; returns the records.

    ``recipe_text`` goes to recipe.toml unless None. ``names``: categories in the order wanted (ids and colours follow
    it); those that the records have besides come after them. Raises ``records.RecordError`` or ``files.OutputError``.
    """
    found = records.read_all(folder)
    categories = list(dict.fromkeys([*names, *via.categories(found)]))
    title = title or folder.resolve().name
    if recipe_text is not None:
        write_atomic(folder / RECIPE, recipe_text.encode())
    write_atomic(folder / VIA_PROJECT, via.encode(via.project(found, categories, title)))
    write_atomic(folder / VIA_REGIONS, via.encode(via.metadata(found)))
    write_atomic(folder / COCO, via.encode(coco.encode_instances(found, categories)))
    if found:
        _preview(folder, found, categories, title, read_image, encode_jpeg)
    return found


def _preview(
    folder: Path,
    found: list[Record],
    categories: Sequence[str],
    title: str,
    read_image: ReadImage,
    encode_jpeg: EncodeJpeg,
) -> None:
    people = sum(item.exported for record in found for item in record.instances)
    note = f"{len(found)} frames of {found[0].width} x {found[0].height}, {people} labelled instances"
    image = preview.sheet(preview.pick(found, folder, read_image), categories, title, note)
    write_atomic(folder / PREVIEW, encode_jpeg(image, folder / PREVIEW))
