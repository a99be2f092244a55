"""Reading VIA files that people made: projects and bare annotations, 1.x and 2.x, all shapes, all kinds of dirt.

Nothing in a file stops the reading: what can't be understood is left out and named, with file and key.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .foreign import OBJECT, UNLABELLED, ForeignError, ForeignImage, ForeignObject, ForeignSet, load_json, locate
from .outlines import Polygon

CLASS_NAMES = ("category", "class", "label", "name", "type", "object", "class_name", "category_name", "object_name")
"""Attributes that hold the class, best first, where the file itself doesn't say which one does."""
CURVE_STEPS = 72
"""Corners of a circle or ellipse: one every 5 degrees, as VIA's own COCO export does."""


class _DirtError(Exception):
    """A region that can't be used; the message is what is wrong with it."""


def read(path: Path) -> ForeignSet:
    """Read a project or bare annotations. Raises ``foreign.ForeignError`` when it is no JSON object."""
    problems: list[str] = []
    data = load_json(path, problems)
    if not isinstance(data, dict):
        raise ForeignError(f"{path}: {type(data).__name__} at the top; VIA files hold an object there")
    return parse(data, path, problems)


def parse(data: dict[str, Any], path: Path, problems: list[str]) -> ForeignSet:
    """The neutral form of a VIA file's content; ``problems`` collects what is wrong with it."""
    project = "_via_img_metadata" in data
    entries = data["_via_img_metadata"] if project else data
    if not isinstance(entries, dict):
        raise ForeignError(f"{path}: _via_img_metadata is a {type(entries).__name__}, VIA writes an object")
    attribute = _class_attribute(data if project else {}, entries)
    options = _options(data, attribute) if project else {}
    images, seen = [], set()
    for key, entry in entries.items():
        where = f"{path}: {key!r}"
        if not isinstance(entry, dict) or not ({"filename", "regions"} & entry.keys()):
            problems.append(f"{where}: not an image entry, left out")
            continue
        image = _image(entry, path.parent, where, attribute, options, problems)
        if image.name in seen:
            problems.append(f"{where}: {image.name!r} has another entry before this one")
        seen.add(image.name)
        images.append(image)
    if not images:
        raise ForeignError(f"{path}: no images in it; give a VIA project or VIA annotations (JSON)")
    return ForeignSet(path, tuple(images), tuple(problems))


def _regions(entry: dict[str, Any]) -> list[tuple[str, Any]]:
    """(key, region): VIA 2 writes a list, VIA 1 an object with numbers as keys."""
    regions = entry.get("regions")
    if isinstance(regions, dict):
        return list(regions.items())
    return [(str(index), region) for index, region in enumerate(regions)] if isinstance(regions, list) else []


def _image(
    entry: dict[str, Any],
    folder: Path,
    where: str,
    attribute: str | None,
    options: dict[str, str],
    problems: list[str],
) -> ForeignImage:
    name = entry.get("filename")
    if not isinstance(name, str) or not name.strip():
        problems.append(f"{where}: no file name")
        name = ""
    path = locate(folder, name) if name else None
    if name and path is None:
        problems.append(f"{where}: picture {name!r} not found beside the file")
    size = entry.get("size")
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        problems.append(f"{where}: file size {size!r} unknown")
    elif path is not None and path.stat().st_size != size:
        problems.append(
            f"{where}: picture {name!r} has {path.stat().st_size} bytes, not {size}: another version of it?"
        )
    if not isinstance(entry.get("regions"), (list, dict)):
        problems.append(f"{where}: regions are {entry.get('regions')!r}, taken as none")
    about = entry.get("file_attributes")
    about = about if isinstance(about, dict) else {}
    objects: list[ForeignObject] = []
    for key, region in _regions(entry):
        try:
            objects.append(
                _object(
                    region, attribute, options, lambda text, key=key: problems.append(f"{where}: region {key}: {text}")
                )
            )
        except _DirtError as dirt:
            problems.append(f"{where}: region {key}: {dirt}, left out")
    return ForeignImage(name, path, _size(about.get("width")), _size(about.get("height")), tuple(_join(objects)))


def _size(value: Any) -> int | None:
    try:
        return int(value) if int(value) > 0 else None
    except (TypeError, ValueError, OverflowError):
        return None


def _object(region: Any, attribute: str | None, options: dict[str, str], note: Callable[[str], None]) -> ForeignObject:
    if not isinstance(region, dict) or not isinstance(region.get("shape_attributes"), dict):
        raise _DirtError("no shape_attributes")
    shape, about = region["shape_attributes"], region.get("region_attributes")
    if not isinstance(about, dict):
        note(f"region_attributes are {about!r}, taken as none")
        about = {}
    polygon = _polygon(shape, note)
    category = OBJECT if attribute is None else _category(about.get(attribute), options, note)
    number = about.get("instance")
    instance = int(number) if isinstance(number, (int, str)) and str(number).strip().isdecimal() else None
    return ForeignObject(category, (polygon,), None, instance, {k: v for k, v in about.items() if k != attribute})


def _category(value: Any, options: dict[str, str], note: Callable[[str], None]) -> str:
    if isinstance(value, dict):  # a checkbox: {"helmet": true, "vest": false}
        value = next((key for key, chosen in value.items() if chosen), "")
    text = "" if value is None else str(value)
    name = text.strip()
    if not name:
        note(f"label {text!r} is empty, read as {UNLABELLED!r}")
        return UNLABELLED
    name = options.get(text, options.get(name, "")).strip() or name
    if name != text and name != options.get(text):
        note(f"label {text!r} read as {name!r}")
    return name


def _join(objects: list[ForeignObject]) -> Iterator[ForeignObject]:
    """One object an instance where regions carry an instance number and a piece number ("part"), as ours do."""
    joined: dict[tuple[str, int], list[ForeignObject]] = {}
    order: list[tuple[str, int] | ForeignObject] = []
    for item in objects:
        if item.instance is None or "part" not in item.attributes:
            order.append(item)
            continue
        key = item.category, item.instance
        if key not in joined:
            order.append(key)
        joined.setdefault(key, []).append(item)
    for entry in order:
        if isinstance(entry, ForeignObject):
            yield entry
            continue
        first, *rest = joined[entry]
        polygons = first.polygons + tuple(polygon for item in rest for polygon in item.polygons)
        yield ForeignObject(first.category, polygons, None, first.instance, first.attributes)


def _polygon(shape: dict[str, Any], note: Callable[[str], None]) -> Polygon:
    """The shape's outline as a closed ring."""
    name = shape.get("name")
    if name in ("polygon", "polyline"):
        return _ring(shape, name, note)
    if name == "rect":
        x, y, width, height = (_finite(shape, key) for key in ("x", "y", "width", "height"))
        if width <= 0 or height <= 0:
            raise _DirtError(f"rect of {width:g} x {height:g}")
        return (x, y), (x + width, y), (x + width, y + height), (x, y + height)
    if name in ("circle", "ellipse"):
        return _curve(shape, name)
    if name == "point":
        raise _DirtError("a point has no area")
    raise _DirtError(f"shape {name!r} unknown")


def _ring(shape: dict[str, Any], name: str, note: Callable[[str], None]) -> Polygon:
    xs, ys = shape.get("all_points_x"), shape.get("all_points_y")
    if not isinstance(xs, list) or not isinstance(ys, list):
        raise _DirtError(f"{name} without all_points_x and all_points_y")
    if len(xs) != len(ys):
        raise _DirtError(f"{name} with {len(xs)} x and {len(ys)} y")
    points = [(_finite({"x": x}, "x"), _finite({"y": y}, "y")) for x, y in zip(xs, ys, strict=True)]
    points = [point for index, point in enumerate(points) if index == 0 or point != points[index - 1]]
    closed = len(points) > 1 and points[0] == points[-1]
    points = points[:-1] if closed else points
    if len(set(points)) < 3:
        raise _DirtError(f"{name} of {len(set(points))} points has no area")
    if name == "polyline" and not closed:
        note("open polyline read as a closed outline")
    return tuple(points)


def _curve(shape: dict[str, Any], name: str) -> Polygon:
    x, y = _finite(shape, "cx"), _finite(shape, "cy")
    radii = (_finite(shape, "r"),) * 2 if name == "circle" else (_finite(shape, "rx"), _finite(shape, "ry"))
    if min(radii) <= 0:
        raise _DirtError(f"{name} of radius {min(radii):g}")
    turn = _finite(shape, "theta") if name == "ellipse" and "theta" in shape else 0.0
    points = []
    for step in range(CURVE_STEPS):
        angle = 2 * math.pi * step / CURVE_STEPS
        along, across = radii[0] * math.cos(angle), radii[1] * math.sin(angle)
        points.append(
            (x + along * math.cos(turn) - across * math.sin(turn), y + along * math.sin(turn) + across * math.cos(turn))
        )
    return tuple(points)


def _finite(shape: dict[str, Any], key: str) -> float:
    value = shape.get(key)
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise _DirtError(f"{key} = {value!r} is not a number")
    return number


def _class_attribute(project: dict[str, Any], entries: dict[str, Any]) -> str | None:
    """Which region attribute is the class; None when no region has any.

    The project's dropdown or radio, else what its regions are coloured or labelled by, else a usual name, else the
    attribute that most regions fill in.
    """
    filled: dict[str, int] = {}
    for entry in entries.values():
        for _, region in _regions(entry) if isinstance(entry, dict) else []:
            about = region.get("region_attributes") if isinstance(region, dict) else None
            for key, value in about.items() if isinstance(about, dict) else []:
                filled[key] = filled.get(key, 0) + (value not in ("", None, {}))
    if not any(filled.values()):
        return None
    declared = _dig(project, "_via_attributes", "region")
    candidates = [key for key, what in declared.items() if _dig(declared, key).get("type") in ("dropdown", "radio")]
    image = _dig(project, "_via_settings", "ui", "image")
    candidates += [image.get("region_color"), image.get("region_label"), *CLASS_NAMES]
    for candidate in candidates:
        if isinstance(candidate, str) and filled.get(candidate):
            return candidate
    return max(filled, key=lambda key: filled[key])


def _options(project: dict[str, Any], attribute: str | None) -> dict[str, str]:
    """Option id -> its text, where the class is a dropdown, radio or checkbox."""
    found = _dig(project, "_via_attributes", "region", attribute, "options")
    return {key: text for key, text in found.items() if isinstance(text, str)}


def _dig(data: Any, *keys: Any) -> dict[str, Any]:
    """The object at a path of keys, {} where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}
