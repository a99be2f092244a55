"""All files that are derived from records: VIA project and annotations, COCO, the contact sheet."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from . import coco, preview, records, via
from .files import OutputError, explain, write_atomic
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
WriteJpeg = Callable[[Path, np.ndarray], object]
"""Writes uint8 HxWx3 RGB to a path that ends in .jpg."""


def derive(
    folder: Path,
    recipe_text: str | None,
    read_image: ReadImage,
    write_jpeg: WriteJpeg,
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
        _preview(folder, found, categories, title, read_image, write_jpeg)
    return found


def _preview(
    folder: Path,
    found: list[Record],
    categories: Sequence[str],
    title: str,
    read_image: ReadImage,
    write_jpeg: WriteJpeg,
) -> None:
    people = sum(item.exported for record in found for item in record.instances)
    note = f"{len(found)} frames of {found[0].width} x {found[0].height}, {people} labelled instances"
    image = preview.sheet(preview.pick(found, folder, read_image), categories, title, note)
    temporary = folder / f".{Path(PREVIEW).stem}.part.jpg"
    try:
        write_jpeg(temporary, image)
        os.replace(temporary, folder / PREVIEW)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise OutputError(explain(folder / PREVIEW, error)) from error
