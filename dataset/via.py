"""Records to the files of VGG Image Annotator 2.0.x: the project, and the bare annotations that most loaders read.

``via_check.validate_project`` holds what VIA asks of a project; ``via_read.read`` takes the files that people make.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

from .outlines import Polygon
from .records import Annotation, Record
from .via_check import validate_project
from .via_read import read

__all__ = ["FORMAT_VERSION", "categories", "encode", "metadata", "project", "read", "validate_project"]

FORMAT_VERSION = "2.0.10"
"""The newest data format that VIA 2.0.x knows; 2.0.11 writes it too."""


def categories(records: Iterable[Record]) -> list[str]:
    """All categories of a data set: those of instances by name, then those of parts by name."""
    records = list(records)
    wholes = {item.category for record in records for item in record.instances}
    parts = {item.category for record in records for item in record.parts}
    return sorted(wholes) + sorted(parts - wholes)


def metadata(records: Iterable[Record]) -> dict[str, dict[str, Any]]:
    """The annotations alone, one entry an image: what ``via_region_data.json`` holds and the project embeds."""
    entries = {}
    for record in records:
        name = PurePosixPath(record.image).name
        entries[f"{name}{record.bytes}"] = {
            "filename": name,
            "size": record.bytes,
            "regions": [region for item in record.annotations if item.exported for region in _regions(item)],
            "file_attributes": {"width": str(record.width), "height": str(record.height)},
        }
    return entries


def _regions(item: Annotation) -> list[dict[str, Any]]:
    """One region a piece. VIA keeps text attributes as strings, and writes a region's label at its first corner.

    A part starts at its right end, else a helmet's label would hide that of the person below.
    """
    polygons = [_from_right(polygon) for polygon in item.polygons] if item.owner else item.polygons
    return [
        {
            "shape_attributes": {
                "name": "polygon",
                "all_points_x": [_number(x) for x, _ in polygon],
                "all_points_y": [_number(y) for _, y in polygon],
            },
            "region_attributes": {
                "category": item.category,
                "instance": str(item.id),
                "part": str(piece),
                "visible": f"{item.visible:g}",
            },
        }
        for piece, polygon in enumerate(polygons, 1)
    ]


def _from_right(polygon: Polygon) -> Polygon:
    """The same ring from its rightmost corner on."""
    start = max(range(len(polygon)), key=lambda place: polygon[place][0])
    return polygon[start:] + polygon[:start]


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value


def project(records: Sequence[Record], names: Sequence[str], title: str = "rescue_synth") -> dict[str, Any]:
    """A whole VIA project; ``names``: the categories in the order of the dropdown.

    The pictures are looked for in ``images/`` beside VIA's page; elsewhere VIA's file picker finds them by base name.
    """
    entries = metadata(records)
    return {
        "_via_settings": _settings(title),
        "_via_img_metadata": entries,
        "_via_attributes": {
            "region": {
                "category": {
                    "type": "dropdown",
                    "description": "what it is",
                    "options": {name: name for name in names},
                    "default_options": {},
                },
                "instance": _text("its number in masks/, or in parts/ for a part"),
                "part": _text("1, 2, ... where it is seen in several pieces"),
                "visible": _text("share that is seen, 0 to 1"),
            },
            "file": {"width": _text("pixels"), "height": _text("pixels")},
        },
        "_via_data_format_version": FORMAT_VERSION,
        "_via_image_id_list": list(entries),
    }


def _text(description: str) -> dict[str, str]:
    return {"type": "text", "description": description, "default_value": ""}


def _settings(title: str) -> dict[str, Any]:
    """VIA's own defaults, with regions labelled and coloured by category."""
    return {
        "ui": {
            "annotation_editor_height": 25,
            "annotation_editor_fontsize": 0.8,
            "leftsidebar_width": 18,
            "image_grid": {
                "img_height": 80,
                "rshape_fill": "none",
                "rshape_fill_opacity": 0.3,
                "rshape_stroke": "yellow",
                "rshape_stroke_width": 2,
                "show_region_shape": True,
                "show_image_policy": "all",
            },
            "image": {
                "region_label": "category",
                "region_color": "category",
                "region_label_font": "10px Sans",
                "on_image_annotation_editor_placement": "NEAR_REGION",
            },
        },
        "core": {"buffer_size": 18, "filepath": {}, "default_filepath": "images/"},
        "project": {"name": title},
    }


def encode(data: dict[str, Any]) -> bytes:
    """Compact UTF-8 JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
