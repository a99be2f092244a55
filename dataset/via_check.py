"""Everything that VIA 2.0.x asks of a project file, so that no image or region is lost silently when it is opened."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

VERSION = "2.0.10"
KEYS = ("_via_settings", "_via_img_metadata", "_via_attributes", "_via_data_format_version", "_via_image_id_list")
ENTRY_KEYS = ("filename", "size", "regions", "file_attributes")
EXPORTED = ("dropdown", "radio")
"""Attribute types that VIA's COCO export turns into categories."""
TYPES = ("text", "checkbox", "radio", "image", "dropdown")
SETTINGS: dict[str, tuple[str, ...]] = {"ui": ("image_grid", "image"), "core": ("filepath",), "project": ()}
"""The objects that VIA's settings hold; it stops loading at any other one."""
SHAPES: dict[str, tuple[str, ...]] = {
    "rect": ("x", "y", "width", "height"),
    "circle": ("cx", "cy", "r"),
    "ellipse": ("cx", "cy", "rx", "ry"),
    "point": ("cx", "cy"),
    "polygon": (),
    "polyline": (),
}
CORNERS = {"polygon": 3, "polyline": 2}


def validate_project(data: Any) -> list[str]:
    """What is wrong with a VIA project (decoded JSON), one line each; an empty list means nothing.

    Top-level keys of one's own are allowed: VIA ignores them.
    """
    if not isinstance(data, dict):
        return ["a project is a JSON object"]
    missing = [f"{key} is missing" for key in KEYS if key not in data]
    if missing:
        return missing
    kinds = {key: list if key == "_via_image_id_list" else dict for key in KEYS if key != "_via_data_format_version"}
    wrong = [f"{key} is not a JSON {kind.__name__}" for key, kind in kinds.items() if not isinstance(data[key], kind)]
    if wrong:
        return wrong
    return [
        *_version(data),
        *_list(data),
        *_settings(data["_via_settings"]),
        *_attributes(data),
        *_entries(data),
    ]


def _version(data: dict[str, Any]) -> Iterator[str]:
    version = data["_via_data_format_version"]
    if version != VERSION:
        yield f"_via_data_format_version is {version!r}, not {VERSION!r}"


def _list(data: dict[str, Any]) -> Iterator[str]:
    """The order of images must name each key of the metadata once."""
    listed = Counter(map(repr, data["_via_image_id_list"]))
    known = Counter(map(repr, data["_via_img_metadata"]))
    yield from (f"_via_image_id_list lacks {key}: VIA would hide it" for key in sorted(known - listed))
    yield from (f"_via_image_id_list has {key} too often or without metadata" for key in sorted(listed - known))


def _settings(settings: dict[str, Any]) -> Iterator[str]:
    for key, inner in SETTINGS.items():
        if not isinstance(settings.get(key), dict):
            yield f"_via_settings.{key} is missing"
            continue
        for name in inner:
            if not isinstance(settings[key].get(name), dict):
                yield f"_via_settings.{key}.{name} is missing"
        for name, value in settings[key].items():
            if isinstance(value, (dict, list)) and name not in inner:
                yield f"_via_settings.{key}.{name} is an object that VIA does not know: it would load nothing"
    for key, value in settings.items():
        if isinstance(value, (dict, list)) and key not in SETTINGS:
            yield f"_via_settings.{key} is an object that VIA does not know: it would load nothing"
    if not isinstance(_dig(settings, "project").get("name"), str):
        yield "_via_settings.project.name is missing"


def _classes(data: dict[str, Any]) -> list[str]:
    """Region attributes that VIA's COCO export takes for categories."""
    declared = _dig(data, "_via_attributes", "region")
    return [name for name in declared if _dig(declared, name).get("type") in EXPORTED]


def _attributes(data: dict[str, Any]) -> Iterator[str]:
    for kind in ("region", "file"):
        declared = data["_via_attributes"].get(kind)
        if not isinstance(declared, dict):
            yield f"_via_attributes.{kind} is missing"
            continue
        for name, what in declared.items():
            if not isinstance(what, dict) or what.get("type") not in TYPES:
                yield f"_via_attributes.{kind}.{name} has no type that VIA knows ({', '.join(TYPES)})"
    classes = _classes(data)
    if len(classes) != 1:
        yield f"{len(classes)} dropdowns or radios among the region attributes, not 1: VIA's COCO export counts each"
    for name in classes:
        what = data["_via_attributes"]["region"][name]
        for key in ("options", "default_options"):
            if not isinstance(what.get(key), dict):
                yield f"_via_attributes.region.{name}.{key} is missing"
        if not _dig(what, "options"):
            yield f"_via_attributes.region.{name} has no options"
        for option, text in _dig(what, "options").items():
            if not isinstance(text, str) or not option.strip():
                yield f"_via_attributes.region.{name}: option {option!r} is not a text with a name"
        for key in ("region_label", "region_color"):
            shown = _dig(data["_via_settings"], "ui", "image").get(key)
            if shown != name:
                yield f"_via_settings.ui.image.{key} is {shown!r}, not the class attribute {name!r}"


def _entries(data: dict[str, Any]) -> Iterator[str]:
    names: Counter[str] = Counter()
    for key, entry in data["_via_img_metadata"].items():
        if not isinstance(entry, dict):
            yield f"{key}: not an object"
            continue
        missing = [name for name in ENTRY_KEYS if name not in entry]
        if missing:
            yield f"{key}: {', '.join(missing)} missing: VIA would drop the image"
            continue
        name, size, about = entry["filename"], entry["size"], entry["file_attributes"]
        yield from _file(key, name, size)
        names[str(name)] += 1
        if not isinstance(about, dict):
            yield f"{key}: file_attributes is not an object"
            about = {}
        frame = tuple(_pixels(about.get(side)) for side in ("width", "height"))
        if None in frame:
            yield f"{key}: file_attributes lack width or height: VIA stores the size nowhere else"
        for attribute in about:
            if attribute not in _dig(data, "_via_attributes", "file"):
                yield f"{key}: file attribute {attribute!r} is not declared"
        if not isinstance(entry["regions"], list):
            yield f"{key}: regions is not a list"
            continue
        for index, region in enumerate(entry["regions"]):
            yield from (f"{key}: region {index}: {problem}" for problem in _region(region, data, frame))
    yield from (f"file name {name!r} occurs {times} times" for name, times in names.items() if times > 1)


def _file(key: str, name: Any, size: Any) -> Iterator[str]:
    if not isinstance(name, str) or not name:
        yield f"{key}: filename is not a text"
        return
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        yield f"{key}: size {size!r} is not a number of bytes"
    if key != f"{name}{size}":
        yield f"{key}: the key is not file name + size ({name}{size}): VIA 2.0.0 to 2.0.7 would discard it"
    if "/" in name or "\\" in name:
        yield f"{key}: file name {name!r} is not flat"
    if "," in name:
        yield f"{key}: file name {name!r} has a comma"
    if "__" in name:
        yield f"{key}: file name {name!r} has a double underscore"
    if name[0].isdigit():
        yield f"{key}: file name {name!r} starts with a digit: VIA's COCO export would lose its categories"


def _region(region: Any, data: dict[str, Any], frame: tuple[int | None, ...]) -> Iterator[str]:
    if not isinstance(region, dict):
        yield "not an object"
        return
    shape, about = region.get("shape_attributes"), region.get("region_attributes")
    if not isinstance(shape, dict) or not isinstance(about, dict):
        yield "shape_attributes or region_attributes missing: VIA can't show the image"
        return
    yield from _shape(shape, frame)
    declared = _dig(data, "_via_attributes", "region")
    classes = _classes(data)
    options = {option for name in classes for option in _dig(declared, name, "options")}
    for name, value in about.items():
        if name not in declared:
            yield f"attribute {name!r} is not declared"
        elif _dig(declared, name).get("type") == "checkbox":
            continue
        elif not isinstance(value, str):
            yield f"{name} = {value!r} is not a text"
        elif name in classes and value not in options:
            yield f"{name} = {value!r} is not one of its options"
        elif name not in classes and value in options:
            yield f"{name} = {value!r} is also a class: VIA's COCO export would write the region twice"
    for name in classes:
        if name not in about:
            yield f"{name} is missing"


def _shape(shape: dict[str, Any], frame: tuple[int | None, ...]) -> Iterator[str]:
    name = shape.get("name")
    if name not in SHAPES:
        yield f"shape {name!r} is not one of {', '.join(SHAPES)}"
        return
    for key in SHAPES[name]:
        if not _finite(shape.get(key)):
            yield f"{name} {key} = {shape.get(key)!r} is not a number"
    if name not in CORNERS:
        return
    xs, ys = shape.get("all_points_x"), shape.get("all_points_y")
    if not isinstance(xs, list) or not isinstance(ys, list) or len(xs) != len(ys):
        yield f"{name} needs all_points_x and all_points_y, two lists of one length"
        return
    if len(xs) < CORNERS[name]:
        yield f"{name} of {len(xs)} points"
    for axis, values, limit in (("x", xs, frame[0]), ("y", ys, frame[1])):
        if not all(map(_finite, values)):
            yield f"{name} has an {axis} that is not a number"
        elif limit is not None and not all(0 <= value <= limit for value in values):
            yield f"{name} leaves the picture ({axis} from {min(values)} to {max(values)})"


def _finite(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, (int, float)) and math.isfinite(value)


def _pixels(value: Any) -> int | None:
    """A positive number of pixels, also as a text."""
    try:
        return int(value) if int(value) > 0 else None
    except (TypeError, ValueError, OverflowError):
        return None


def _dig(data: Any, *keys: str) -> dict[str, Any]:
    """The object at a path of keys, {} where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}
