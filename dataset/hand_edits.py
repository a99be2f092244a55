"""Outlines that a person has corrected, against the labels of one frame: who is who, and the labels that follow.

A person edits outlines; a frame keeps one owner a pixel. So an edited outline is filled and takes the pixels that it
covers, but for two rules: of two edited ones the smaller lies on top, and something untouched that would lose half of
its pixels or more stays on top. Parts (helmets, vests) end where their wearer ends. What nobody touched keeps its
record to the letter, and ids run from 1 without gaps as ever. numpy only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from . import labels
from .foreign import UNLABELLED, ForeignObject
from .outlines import Polygon, fill
from .records import Annotation

SAME = 0.5
"""Overlap (IoU) from which an outline without a number of ours counts as an edited one, not as a new one."""
SWALLOWED = 0.5
"""Share of its pixels that something untouched must be about to lose to stay on top."""

NEW, MOVED, RENAMED, DELETED = "new", "moved", "renamed", "deleted"


class EditError(Exception):
    """An edit that can't be carried out; the message names the region and says what to do in VIA."""


@dataclass(frozen=True)
class Labels:
    """The labels of one frame; ids of ``instances`` in ``masks``, of ``part_annotations`` in ``parts``."""

    masks: np.ndarray
    """uint16 HxW."""
    parts: np.ndarray
    """uint16 HxW."""
    instances: tuple[Annotation, ...]
    part_annotations: tuple[Annotation, ...]


@dataclass
class _Layer:
    """One of a frame's two label images on its way: whole instances, or parts."""

    image: np.ndarray
    before: tuple[Annotation, ...]
    drawn: list[tuple[ForeignObject, np.ndarray]] = field(default_factory=list)
    """What the person's file holds, with its filled mask (bool HxW)."""
    pairs: dict[int, int] = field(default_factory=dict)
    """Place in ``drawn`` -> id before."""


def apply(
    frame: Labels,
    drawn: Sequence[ForeignObject],
    part_names: Collection[str],
    *,
    depth: np.ndarray | None = None,
    bound: float = 1.0,
) -> tuple[Labels, Counter[str]]:
    """The frame's labels after a person's edits, and how many were new, moved, renamed and deleted.

    ``drawn``: all that the person's file holds of this frame. ``part_names``: categories that are worn by others.
    ``depth``: metres HxW, not finite where unknown. ``bound``: IoU that outlines keep when simplified. Without any edit
    the very ``frame`` comes back. Raises ``EditError``.
    """
    layers = [_Layer(frame.masks, frame.instances), _Layer(frame.parts, frame.part_annotations)]
    for item in drawn:
        if item.category == UNLABELLED:
            raise EditError(f"{_where(item)} has no category: choose one for it in VIA")
        shape = fill(item.polygons, frame.masks.shape)
        if not shape.any():
            raise EditError(f"{item.category} {_where(item)} covers no pixel of the picture: move or delete it in VIA")
        layers[item.category in part_names].drawn.append((item, shape))
    for layer in layers:
        layer.pairs = _match(layer)
    edits = sum((_count(layer) for layer in layers), Counter())
    if not edits:
        return frame, edits

    masks, instances, renumbered = _redraw(layers[0], depth, bound)
    parts, wearers = _dress(layers[1], masks, renumbered)
    image, annotations, _ = _redraw(parts, depth, bound, masks, wearers)
    return Labels(masks, image, instances, annotations), edits


def _match(layer: _Layer) -> dict[int, int]:
    """Place in ``drawn`` -> id of the annotation that it is: by its very outline, its number, or where it lies."""
    known = {item.id: item for item in layer.before if item.exported}
    pairs: dict[int, int] = {}
    for place, (item, _) in enumerate(layer.drawn):
        outline = _ring_set(item.polygons)
        for number, annotation in known.items():
            if number not in pairs.values() and _ring_set(annotation.polygons) == outline:
                pairs[place] = number
                break
    shapes = {number: layer.image == number for number in known}

    def free(place: int) -> list[int]:
        return [] if place in pairs else [number for number in known if number not in pairs.values()]

    for near in (True, False):
        for place, (item, shape) in enumerate(layer.drawn):
            if item.instance in free(place) and (not near or (shapes[item.instance] & shape).any()):
                pairs[place] = item.instance
        if near:
            for place, (_, shape) in enumerate(layer.drawn):
                overlaps = {number: _iou(shapes[number], shape) for number in free(place)}
                best = max(overlaps, key=overlaps.get, default=None)
                if best is not None and overlaps[best] >= SAME:
                    pairs[place] = best
    return pairs


def _count(layer: _Layer) -> Counter[str]:
    """How many are new, moved, renamed, deleted."""
    known = {item.id: item for item in layer.before if item.exported}
    found: Counter[str] = Counter()
    found[DELETED] = len(known.keys() - set(layer.pairs.values()))
    found[NEW] = len(layer.drawn) - len(layer.pairs)
    for place, number in layer.pairs.items():
        item = layer.drawn[place][0]
        found[RENAMED] += item.category != known[number].category
        found[MOVED] += _moved(layer, place)
    return +found


def _moved(layer: _Layer, place: int) -> bool:
    """Whether an outline covers other pixels than before."""
    item, shape = layer.drawn[place]
    number = layer.pairs.get(place)
    if number is None:
        return True
    before = next(known for known in layer.before if known.id == number)
    return _ring_set(item.polygons) != _ring_set(before.polygons) and bool((shape != (layer.image == number)).any())


def _redraw(
    layer: _Layer,
    depth: np.ndarray | None,
    bound: float,
    within: np.ndarray | None = None,
    wearers: dict[int, int] | None = None,
) -> tuple[np.ndarray, tuple[Annotation, ...], dict[int, int]]:
    """Label image, annotations and id before -> id after.

    ``within`` and ``wearers`` (provisional number -> instance id), for parts: the new mask image, and whose pixels each
    part may have.
    """
    kept = set(layer.pairs.values())
    image = layer.image.astype(np.int32)
    for item in layer.before:
        if item.exported and item.id not in kept:
            image[layer.image == item.id] = 0
    edited = {_number(layer, place): layer.drawn[place][1] for place in range(len(layer.drawn)) if _moved(layer, place)}
    image[np.isin(image, list(edited))] = 0
    top = _on_top(image, edited)
    for number in sorted(edited, key=lambda number: (-int(edited[number].sum()), number)):
        image[edited[number] & ~top] = number
    if within is not None:
        for number, wearer in wearers.items():
            image[(image == number) & (within != wearer)] = 0
    return _annotate(layer, image, edited, depth, bound, wearers)


def _on_top(image: np.ndarray, edited: dict[int, np.ndarray]) -> np.ndarray:
    """Bool HxW: pixels of what is untouched and would be lost by half or more."""
    top = np.zeros(image.shape, bool)
    if not edited:
        return top
    covered = np.logical_or.reduce(list(edited.values()))
    for number in np.unique(image[covered]).tolist():
        own = image == number
        if number and (own & covered).sum() >= SWALLOWED * own.sum():
            top |= own
    return top


def _annotate(
    layer: _Layer,
    image: np.ndarray,
    edited: Collection[int],
    depth: np.ndarray | None,
    bound: float,
    wearers: dict[int, int] | None,
) -> tuple[np.ndarray, tuple[Annotation, ...], dict[int, int]]:
    """Ids from 1 without gaps, and what each annotation now is."""
    before = {item.id: item for item in layer.before}
    names = {_number(layer, place): layer.drawn[place][0].category for place in range(len(layer.drawn))}
    present = sorted(set(np.unique(image).tolist()) - {0})
    for number in edited:
        if number not in present and (wearers is None or number in wearers):
            raise EditError(f"{names[number]} {number} lies wholly below others: move or delete it in VIA")
    renumbered = {number: place for place, number in enumerate(present, 1)}
    lookup = np.zeros(max(present, default=0) + 1, np.uint16)
    lookup[present] = range(1, len(present) + 1)
    final = lookup[image]
    categories = [names[number] if number in names else before[number].category for number in present]
    found = []
    for number, measured in zip(present, labels.measure(final, categories, depth, bound), strict=True):
        owner = wearers.get(number, 0) if wearers is not None else 0
        old = before.get(number)
        if old is not None and old.pixels == measured.pixels and number not in edited:
            about = old.about if old.category == measured.category else {**old.about, "edited": RENAMED}
            found.append(replace(old, id=measured.id, category=measured.category, owner=owner, about=about))
        else:
            found.append(_judged(replace(measured, owner=owner), old, number in edited))
    return final, tuple(found), renumbered


def _judged(measured: Annotation, old: Annotation | None, edited: bool) -> Annotation:
    """What is known of an edited annotation besides its pixels; what a person has drawn is exported."""
    if old is None:
        return replace(measured, about={"edited": NEW})
    whole = max(old.pixels / old.visible if old.visible else 0.0, measured.pixels)
    return replace(
        measured,
        amodal_pixels=max(old.amodal_pixels, measured.pixels),
        visible=round(measured.pixels / whole, 4),
        truncated=old.truncated or measured.truncated,
        exported=edited or old.exported,
        reason="" if edited else old.reason,
        about={**old.about, "edited": MOVED} if edited else old.about,
    )


def _dress(layer: _Layer, masks: np.ndarray, renumbered: dict[int, int]) -> tuple[_Layer, dict[int, int]]:
    """Parts without those whose wearer is gone; and provisional number -> instance id of the wearer."""
    before = {item.id: item for item in layer.before}
    dressed = _Layer(layer.image.copy(), layer.before)
    owners: list[int] = []
    for place, (item, shape) in enumerate(layer.drawn):
        number = layer.pairs.get(place)
        under = Counter(masks[shape].tolist())
        del under[0]
        wearer = renumbered.get(before[number].owner, 0) if number is not None else 0
        if not under[wearer]:
            wearer = under.most_common(1)[0][0] if under else 0
        if wearer:
            if number is not None:
                dressed.pairs[len(dressed.drawn)] = number
            dressed.drawn.append((item, shape))
            owners.append(wearer)
        elif number is None:
            raise EditError(f"{item.category} {_where(item)} lies on nobody: outline its wearer too, or delete it")
    wearers = {_number(dressed, place): owner for place, owner in enumerate(owners)}
    for item in layer.before:
        if not item.exported:
            wearers[item.id] = renumbered.get(item.owner, 0)
            if not wearers[item.id]:
                dressed.image[dressed.image == item.id] = 0
    return dressed, wearers


def _number(layer: _Layer, place: int) -> int:
    """The id before; for what is new, one above them all."""
    if place in layer.pairs:
        return layer.pairs[place]
    news = [other for other in range(len(layer.drawn)) if other not in layer.pairs]
    return max((item.id for item in layer.before), default=0) + 1 + news.index(place)


def _ring_set(polygons: Sequence[Polygon]) -> frozenset[Polygon]:
    """Polygons for comparison: each from its smallest corner on, in no order."""
    rings = []
    for polygon in polygons:
        points = tuple((float(x), float(y)) for x, y in polygon)
        start = points.index(min(points)) if points else 0
        rings.append(points[start:] + points[:start])
    return frozenset(rings)


def _iou(one: np.ndarray, other: np.ndarray) -> float:
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 0.0


def _where(item: ForeignObject) -> str:
    """Which region, as a person finds it: by its number, else by where it lies."""
    if item.instance is not None:
        return str(item.instance)
    x, y = item.polygons[0][0]
    return f"at ({x:.0f}, {y:.0f})"
