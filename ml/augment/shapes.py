"""Labelled things on their way through augmentation: rings in edge coordinates and what is known of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from dataset import outlines
from dataset.labels import PART_SHARE, measure
from dataset.records import Annotation

from . import light, rings, traced
from .geometry import View
from .recipe import Labels
from .rings import Ring
from .traced import Traced

_INSIDE = outlines.INSET
"""No outline ends nearer than this to the right and bottom border: readers that don't clip would fall out."""


@dataclass(frozen=True)
class Shape:
    """One instance or part in the current picture."""

    id: int
    """Unique within its kind and picture; parts name their owner's."""
    category: str
    rings: tuple[Ring, ...]
    """One a visible piece, true edges; holes joined by bridges of no width."""
    owner: int = 0
    visible: float = 1.0
    truncated: bool = False
    amodal: float = 1.0
    """Pixels that it would cover inside the picture if nothing stood before it, against those that are seen."""
    distance: float | None = None
    clear: float = 1.0
    """Share of its light that comes through fog, smoke or falling snow."""
    exact: bool = False
    """Whether its outline follows pixels (then it is written that way) and not corners that somebody set."""
    withheld: str = ""
    """Why the source keeps it from being exported, where that is neither its size nor what hides it."""
    about: dict[str, Any] = field(default_factory=dict)
    traced: Traced | None = None
    """The pixels that its rings were traced from; of other rings, where the shape was moved since."""

    @cached_property
    def area(self) -> float:
        """Pixels that it covers."""
        return sum(abs(rings.area(ring)) for ring in self.rings)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom end."""
        points = self.rings[0] if len(self.rings) == 1 else np.concatenate(self.rings)
        return *points.min(axis=0).tolist(), *points.max(axis=0).tolist()

    @cached_property
    def centre(self) -> tuple[float, float]:
        """Middle of its box."""
        left, top, right, bottom = self.bounds
        return (left + right) / 2, (top + bottom) / 2

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """Whole pixels (left, top, right, bottom) around it."""
        left, top, right, bottom = self.bounds
        return math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)

    @property
    def pixels(self) -> Traced | None:
        """The pixels that ``rings`` go around, where they are known and need not be drawn."""
        return self.traced if self.traced is not None and self.traced.rings is self.rings else None

    @cached_property
    def smooth(self) -> tuple[Ring, ...]:
        """Loops of what its pixels are steps of, holes as loops of their own; of an exact one, in its own picture."""
        left, top, right, bottom = self.box
        solid = mask(self, (left, top, right, bottom))
        return tuple(rings.smoothed(loop + (left, top)) for loop in outlines.loops(solid))


def all_seen(shapes: Sequence[Shape], view: View, forward: np.ndarray, source: tuple[int, int]) -> list[Shape]:
    """The shapes of a source of ``(width, height)`` in the view's output; those of which nothing is shown left out."""
    if not shapes:
        return []
    lengths = [len(ring) for shape in shapes for ring in shape.rings]
    ends = np.cumsum(lengths)
    points = rings.move(np.concatenate([ring for shape in shapes for ring in shape.rings]), forward)
    low, high = (side.reduceat(points, ends - lengths, axis=0).T for side in (np.minimum, np.maximum))
    flat = not view.perspective  # beyond a horizon points come back from the other side
    within = (flat & (low >= 0) & (high <= [[view.width], [view.height]])).all(axis=0).tolist()
    beside = (flat & ((high <= 0) | (low >= [[view.width], [view.height]]))).any(axis=0).tolist()
    moved = np.split(points, ends[:-1])
    planes = rings.window(view, source)
    found, place = [], 0
    for shape in shapes:
        own = slice(place, place + len(shape.rings))
        place = own.stop
        if all(beside[own]):
            continue
        whole = tuple(moved[own]) if all(within[own]) else None
        kept = seen(shape, view, forward, planes, whole)
        if kept:
            found.append(kept)
    return found


def seen(
    shape: Shape,
    view: View,
    forward: np.ndarray,
    planes: np.ndarray,
    whole: tuple[Ring, ...] | None = None,
) -> Shape | None:
    """The shape in the view's output; None where nothing of it is shown.

    ``planes``: ``rings.window`` of the view. The share that is cut away is measured in the source. Corners are moved.
    Where an outline follows pixels its steps are no corners: it is smoothed, moved and drawn anew, unless pixels stay
    pixels (crops and flips): then it stays exact. ``whole``: its rings in the output, where that is known to show all
    of it.
    """
    share, moved = 1.0, whole
    if moved is None:
        kept = [piece for ring in shape.rings for piece in rings.clip(ring, planes)]
        if not kept:
            return None
        share = min(sum(abs(rings.area(piece)) for piece in kept) / shape.area, 1.0)
        limit = (view.width, view.height)
        moved = tuple(np.clip(rings.move(piece, forward), 0, limit) for piece in kept)  # rounding: 1e-13 outside
    if shape.exact and not (view.aligned and abs(forward[0, 0]) == abs(forward[1, 1]) == 1):
        moved = _resampled(shape, view, forward, planes)
        if not moved:
            return None
    cut = share < 1 - 1e-9
    return replace(shape, rings=moved, visible=shape.visible * share, truncated=shape.truncated or cut)


def _resampled(shape: Shape, view: View, forward: np.ndarray, planes: np.ndarray) -> tuple[Ring, ...]:
    """Rings of the output's pixels whose centres lie in the shape's smooth outline."""
    loops = [rings.move(piece, forward) - 0.5 for loop in shape.smooth for piece in rings.clip(loop, planes)]
    if not loops:
        return ()
    points = np.concatenate(loops)
    left, top = np.maximum(np.floor(points.min(axis=0)), 0).astype(int).tolist()
    right, bottom = np.minimum(np.ceil(points.max(axis=0)) + 1, (view.width, view.height)).astype(int).tolist()
    solid = np.zeros((max(bottom - top, 0), max(right - left, 0)), bool)
    for loop in loops:  # a hole is a loop of its own
        solid ^= outlines.fill([loop - (left, top)], solid.shape)
    return from_mask(solid, left, top)


def mask(shape: Shape, box: tuple[int, int, int, int]) -> np.ndarray:
    """Bool mask of the pixels of ``box`` (left, top, right, bottom) whose centres lie in the shape."""
    left, top, right, bottom = box
    size = (max(bottom - top, 0), max(right - left, 0))
    return outlines.fill([ring - (left + 0.5, top + 0.5) for ring in shape.rings], size)


def from_mask(solid: np.ndarray, left: int, top: int) -> tuple[Ring, ...]:
    """Rings of a bool mask whose first pixel is (left, top)."""
    return traced.trace(solid, left, top).rings


def without(shape: Shape, cover: np.ndarray, at: tuple[int, int]) -> Shape | None:
    """The shape less a bool mask that lies at (left, top) of the picture; None where nothing is left of it."""
    left, top, right, bottom = shape.box
    x0, y0 = max(left, at[0]), max(top, at[1])
    x1, y1 = min(right, at[0] + cover.shape[1]), min(bottom, at[1] + cover.shape[0])
    if x0 >= x1 or y0 >= y1:
        return shape
    known = shape.pixels
    if known is not None:
        own, left, top = known.solid.copy(), known.left, known.top
    else:
        own = mask(shape, (left, top, right, bottom))
    before = int(own.sum())
    hidden = cover[y0 - at[1] : y1 - at[1], x0 - at[0] : x1 - at[0]]
    part = own[y0 - top : y1 - top, x0 - left : x1 - left]
    if not (part & hidden).any():
        return shape
    part &= ~hidden
    after = int(own.sum())
    if not after:
        return None
    share = after / before
    found = traced.trace(own, left, top)
    return replace(
        shape,
        rings=found.rings,
        traced=found,
        exact=True,
        visible=shape.visible * share,
        amodal=shape.amodal / share,
    )


def veiled(shape: Shape, codes: np.ndarray) -> Shape:
    """The shape with what the air leaves of it at its middle; ``codes``: uint8 HxW, ``light.STEPS`` of the picture."""
    x, y = shape.centre
    height, width = codes.shape
    clear = float(light.STEPS[codes[min(int(y), height - 1), min(int(x), width - 1)]])
    return replace(shape, clear=min(shape.clear, clear))


def scaled(shape: Shape, across: float, down: float) -> Shape:
    """The shape in a picture that was resized."""
    return replace(shape, rings=tuple(ring * (across, down) for ring in shape.rings))


@dataclass(frozen=True)
class Labelled:
    """Annotations of an output picture and, where asked for, its label images."""

    instances: tuple[Annotation, ...]
    parts: tuple[Annotation, ...]
    masks: np.ndarray | None = None
    part_masks: np.ndarray | None = None


def annotate(
    instances: Sequence[Shape], parts: Sequence[Shape], size: tuple[int, int], policy: Labels, exact: bool
) -> Labelled:
    """Annotations with ids 1..n in the order given; parts follow their owners and leave with them.

    ``exact``: outlines, boxes and pixels come from label images, which are returned too; later shapes lie on top.
    """
    instances, found, masks = _drawn(instances, size, exact)
    found = [_finished(a, n, shape, 0, policy, 1) for n, (a, shape) in enumerate(zip(found, instances, strict=True), 1)]
    numbers = {shape.id: annotation for shape, annotation in zip(instances, found, strict=True)}
    parts, worn, part_masks = _drawn([part for part in parts if part.owner in numbers], size, exact)
    pieces = []
    for number, (annotation, shape) in enumerate(zip(worn, parts, strict=True), 1):
        owner = numbers[shape.owner]
        piece = _finished(annotation, number, shape, owner.id, policy, PART_SHARE)
        if piece.exported and not owner.exported:
            piece = replace(
                piece, exported=False, reason=f"worn by {owner.category} {owner.id}, which is {owner.reason}"
            )
        pieces.append(piece)
    return Labelled(tuple(found), tuple(pieces), masks, part_masks)


def _drawn(
    shapes: Sequence[Shape], size: tuple[int, int], exact: bool
) -> tuple[list[Shape], list[Annotation], np.ndarray | None]:
    """Shapes that cover a pixel, their annotations, and their label image where outlines follow pixels."""
    if exact:
        return _from_pixels(shapes, size)
    pairs = [(shape, found) for shape in shapes if (found := _from_rings(shape, size))]
    return [shape for shape, _ in pairs], [found for _, found in pairs], None


def _from_pixels(shapes: Sequence[Shape], size: tuple[int, int]) -> tuple[list[Shape], list[Annotation], np.ndarray]:
    """Shapes that own a pixel, their annotations and the uint16 HxW label image that numbers them 1..n."""
    width, height = size
    labels = np.zeros((height, width), np.uint16)
    for number, shape in enumerate(shapes, 1):
        left, top, right, bottom = shape.box
        box = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
        labels[box[1] : box[3], box[0] : box[2]][mask(shape, box)] = number
    present = np.unique(labels)
    present = present[present > 0]
    lookup = np.zeros(len(shapes) + 1, np.uint16)
    lookup[present] = np.arange(1, len(present) + 1)
    kept = [shapes[number - 1] for number in present]
    labels = lookup[labels]
    return kept, measure(labels, [shape.category for shape in kept]), labels


def _from_rings(shape: Shape, size: tuple[int, int]) -> Annotation | None:
    """Annotation of a shape whose corners are kept; of an exact one from its own pixels. None: smaller than a pixel."""
    width, height = size
    left, top, right, bottom = shape.box
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    if shape.exact:
        found = shape.pixels or traced.trace(mask(shape, (left, top, right, bottom)), left, top)
        return _of_pixels(shape.category, found, size)
    pixels = round(shape.area)
    if not pixels or right <= left or bottom <= top:
        return None
    limit = (width - _INSIDE, height - _INSIDE)
    inside = shape.bounds[2] <= limit[0] and shape.bounds[3] <= limit[1]
    cut = shape.rings if inside else [np.minimum(ring, limit) for ring in shape.rings]
    polygons = tuple(tuple(map(tuple, ring.round(3).tolist())) for ring in cut)
    return Annotation(0, shape.category, box=(left, top, right - left, bottom - top), pixels=pixels, polygons=polygons)


def _of_pixels(category: str, found: Traced, size: tuple[int, int]) -> Annotation | None:
    """Annotation of pixels inside a picture of ``size`` (width, height); None where there are none."""
    box = outlines.bounds(found.solid)
    if box is None:
        return None
    left, top = found.left, found.top
    rle = None
    if found.holes:
        whole = np.zeros((size[1], size[0]), bool)
        whole[top : top + found.solid.shape[0], left : left + found.solid.shape[1]] = found.solid
        rle = outlines.run_lengths(whole)
    polygons = tuple(tuple((x + left, y + top) for x, y in polygon) for polygon in found.polygons)
    box = (box[0] + left, box[1] + top, box[2], box[3])
    return Annotation(0, category, box=box, pixels=int(found.solid.sum()), polygons=polygons, rle=rle)


def _finished(found: Annotation, number: int, shape: Shape, owner: int, policy: Labels, smaller: int) -> Annotation:
    """Add what the source knew, what geometry and paste did, and whether it is exported.

    ``smaller``: the minimum of pixels is this many times lower.
    """
    reason = _reason(found.pixels, shape, max(1, policy.min_pixels // smaller), policy.min_visible)
    return replace(
        found,
        id=number,
        owner=owner,
        amodal_pixels=max(found.pixels, round(found.pixels * shape.amodal)),
        visible=round(shape.visible, 4),
        truncated=shape.truncated,
        distance=shape.distance,
        about=shape.about,
        exported=not reason,
        reason=reason,
    )


FAINTEST = 0.05
"""What is left of less than this share of its light can't be seen: recorded, not exported (the usual visibility)."""


def _reason(pixels: int, shape: Shape, min_pixels: int, min_visible: float) -> str:
    """Why a shape is not exported; "" when it is."""
    if shape.withheld:
        return shape.withheld
    if pixels < min_pixels:
        return f"small: {pixels} pixels of at least {min_pixels}"
    if round(shape.visible, 4) < min_visible:
        return f"hidden: {shape.visible:.3f} visible of at least {min_visible:g}"
    if shape.clear < FAINTEST:
        return f"veiled: {shape.clear:.3f} of its light comes through"
    return ""
