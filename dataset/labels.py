"""From a picture of object indices to annotations: which pixel belongs to whom, how much is seen, what is exported.

A renderer gives every labelled piece (body, helmet, vest, shovel ...) an index. A person's mask is the union of its
pieces; pieces with a part category are labels of their own beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .outlines import run_lengths, trace
from .recipe import Labels
from .records import Annotation
from .simplify import simplify

PART_SHARE = 4
"""A part (helmet, vest) is exported from a quarter of an instance's smallest number of pixels."""


class LabelError(Exception):
    """Indices and table that don't fit together; the message names the index or the sizes."""


@dataclass(frozen=True)
class Piece:
    """What one object index stands for."""

    instance: int
    """Number of the instance that it belongs to, any unique integer: it orders the labels of a frame."""
    category: str
    """The instance's category, the same for all its pieces."""
    part: str = ""
    """Category of the part ("helmet"), or "" for what is labelled only as a piece of the whole."""


@dataclass(frozen=True)
class Amodal:
    """What could be seen of an instance or part if nothing stood before it, in pixels."""

    inside: int
    """Within the frame."""
    total: int
    """Within the frame and around it."""
    truncated: bool
    """Whether the frame's border cuts it."""


@dataclass(frozen=True)
class Labelled:
    """Labels of one frame; ids run from 1 without gaps."""

    masks: np.ndarray
    """uint16 HxW: instance id per pixel, 0 none."""
    parts: np.ndarray
    """uint16 HxW: part id per pixel, 0 none."""
    instances: tuple[Annotation, ...]
    part_annotations: tuple[Annotation, ...]
    numbers: dict[int, int] = field(default_factory=dict)
    """Instance number of the table -> id in ``masks``; numbers of which no pixel is seen are absent."""


def label(
    ids: np.ndarray,
    table: Mapping[int, Piece],
    *,
    policy: Labels | None = None,
    depth: np.ndarray | None = None,
    amodal: Mapping[tuple[int, str], Amodal] | None = None,
    about: Mapping[int, dict[str, Any]] | None = None,
) -> Labelled:
    """Labels of a frame.

    ``ids``: integer HxW of object indices; 0 and indices that ``table`` lacks are unlabelled. ``depth``: metres HxW,
    not finite where nothing was hit. ``amodal`` by (instance, part category), part "" for the whole instance; where it
    is missing the visible pixels count as all there is. ``about`` by instance. Ids follow the order of instance
    numbers, parts the order of (instance, part category). Raises ``LabelError``.
    """
    if depth is not None and depth.shape != ids.shape:
        raise LabelError(f"depth is {depth.shape}, object indices are {ids.shape}: render both at one size")
    policy, amodal, about = policy or Labels(), amodal or {}, about or {}
    present = np.unique(ids)
    seen = {int(index): table[int(index)] for index in present if index and int(index) in table}
    wholes = sorted({piece.instance for piece in seen.values()})
    worn = sorted({(piece.instance, piece.part) for piece in seen.values() if piece.part})
    numbers = {instance: number for number, instance in enumerate(wholes, 1)}
    part_numbers = {key: number for number, key in enumerate(worn, 1)}
    if max(len(numbers), len(part_numbers)) > 65535:
        raise LabelError(f"{len(numbers)} instances in one frame: a 16-bit mask holds 65535")

    categories = _categories(seen)
    masks = _translate(ids, present, {index: numbers[piece.instance] for index, piece in seen.items()})
    parts = _translate(ids, present, {i: part_numbers[p.instance, p.part] for i, p in seen.items() if p.part})
    instances = [
        _judge(_known(found, amodal.get((instance, ""))), policy.min_pixels, policy.min_visible)
        for instance, found in zip(
            wholes, measure(masks, [categories[w] for w in wholes], depth, policy.simplify), strict=True
        )
    ]
    instances = [
        replace(found, about=dict(about.get(instance, {}))) for instance, found in zip(wholes, instances, strict=True)
    ]
    pieces = []
    for (instance, part), found in zip(worn, measure(parts, [w[1] for w in worn], depth, policy.simplify), strict=True):
        owner = instances[numbers[instance] - 1]
        found = _known(replace(found, owner=owner.id), amodal.get((instance, part)))
        found = _judge(found, max(1, policy.min_pixels // PART_SHARE), policy.min_visible)
        if found.exported and not owner.exported:
            found = replace(
                found, exported=False, reason=f"worn by {owner.category} {owner.id}, which is {owner.reason}"
            )
        pieces.append(found)
    return Labelled(masks, parts, tuple(instances), tuple(pieces), numbers)


def _categories(seen: Mapping[int, Piece]) -> dict[int, str]:
    categories: dict[int, str] = {}
    for index, piece in seen.items():
        known = categories.setdefault(piece.instance, piece.category)
        if known != piece.category:
            raise LabelError(f"object index {index} is a {piece.category} of instance {piece.instance}, a {known}")
    return categories


def _translate(ids: np.ndarray, present: np.ndarray, numbers: Mapping[int, int]) -> np.ndarray:
    """uint16 HxW: each index replaced by its number, 0 where it has none; ``present``: the sorted indices."""
    values = np.array([numbers.get(int(index), 0) for index in present], np.uint16)
    if present.size and present[0] >= 0 and present[-1] < 1 << 20:
        lookup = np.zeros(int(present[-1]) + 1, np.uint16)
        lookup[present] = values
        return lookup[ids]
    return values[np.searchsorted(present, ids)]


def measure(
    labels: np.ndarray, categories: list[str], depth: np.ndarray | None = None, bound: float = 1.0
) -> list[Annotation]:
    """Annotations of ids 1..n in a uint16 HxW label image, ``categories[id - 1]`` each, in order of ids.

    Box, pixels, outlines (simplified down to IoU ``bound``), RLE where there are holes, nearest distance. What is seen
    counts as all there is, and touching the border as truncated. Every id must own a pixel.
    """
    y, x = np.nonzero(labels)
    order = np.argsort(labels[y, x], kind="stable")
    y, x = y[order], x[order]
    first = np.searchsorted(labels[y, x], np.arange(1, len(categories) + 2))
    near = None if depth is None else np.where(np.isfinite(depth[y, x]) & (depth[y, x] > 0), depth[y, x], np.inf)
    height, width = labels.shape
    found = []
    for index, category in enumerate(categories):
        own = slice(first[index], first[index + 1])
        if own.start == own.stop:
            raise LabelError(f"label {index + 1} ({category}) owns no pixel")
        left, right = int(x[own].min()), int(x[own].max()) + 1
        top, bottom = int(y[own.start]), int(y[own.stop - 1]) + 1
        pixels = int(own.stop - own.start)
        distance = np.inf if near is None else float(near[own].min())
        polygons, rle = _outline(labels, index + 1, (left, top, right, bottom), bound)
        found.append(
            Annotation(
                id=index + 1,
                category=category,
                box=(left, top, right - left, bottom - top),
                pixels=pixels,
                amodal_pixels=pixels,
                truncated=left == 0 or top == 0 or right == width or bottom == height,
                distance=round(distance, 3) if np.isfinite(distance) else None,
                polygons=polygons,
                rle=rle,
            )
        )
    return found


def _outline(
    labels: np.ndarray, number: int, box: tuple[int, int, int, int], bound: float
) -> tuple[tuple, tuple | None]:
    """Polygons in the frame's coordinates, and run lengths over the whole frame where there are holes."""
    left, top, right, bottom = box
    crop = labels[top:bottom, left:right] == number
    polygons, holes = trace(crop)
    rle = None
    if holes:
        whole = np.zeros(labels.shape, bool)
        whole[top:bottom, left:right] = crop
        rle = run_lengths(whole)
    polygons = simplify(polygons, crop, bound)
    return tuple(tuple((x + left, y + top) for x, y in polygon) for polygon in polygons), rle


def _known(found: Annotation, amodal: Amodal | None) -> Annotation:
    """Add what is known of the hidden rest; a rasteriser may miss a pixel that the renderer drew, never the reverse."""
    if amodal is None:
        return found
    inside = max(found.pixels, amodal.inside)
    share = found.pixels / max(inside, amodal.total)
    return replace(found, amodal_pixels=inside, visible=round(share, 4), truncated=amodal.truncated)


def _judge(found: Annotation, min_pixels: int, min_visible: float) -> Annotation:
    """Whether it is exported, and why not."""
    if found.pixels < min_pixels:
        return replace(found, exported=False, reason=f"small: {found.pixels} pixels of at least {min_pixels}")
    if found.visible < min_visible:
        return replace(found, exported=False, reason=f"hidden: {found.visible:.3f} visible of at least {min_visible:g}")
    return found


def silhouettes(
    masks: np.ndarray, annotations: Iterable[Annotation], categories: Iterable[str] = ()
) -> dict[str, np.ndarray]:
    """Bool HxW a category, sorted by name: where anything of it is seen, exported or not.

    ``masks`` and ``annotations`` are a frame's instances, or its parts. ``categories``: wanted even if all black.
    """
    members: dict[str, list[int]] = {category: [] for category in categories}
    for item in annotations:
        members.setdefault(item.category, []).append(item.id)
    lookup = np.zeros(int(masks.max(initial=0)) + 1, bool)
    found = {}
    for category in sorted(members):
        chosen = lookup.copy()
        chosen[members[category]] = True
        found[category] = chosen[masks]
    return found
