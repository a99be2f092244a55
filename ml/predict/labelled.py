"""Detections as a labelled picture of our folder: to be corrected in VIA and learned from.

A pixel of masks/ belongs to one instance: where two overlap, the higher score keeps it. What somebody wears (helmet,
vest) becomes a part of whoever it lies on, as in rendered frames; a helmet on nobody is an instance by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from dataset import labels, png, records
from dataset.files import write_atomic
from dataset.labels import Labelled, Piece
from dataset.recipe import Labels
from dataset.records import Record

from .detections import EMPTY, Crop, Detections
from .overlap import mask_intersections

GENERATOR = "Rescue Synth predict"
WORN = 0.5
"""Share of a helmet or vest that must lie in somebody's box to be theirs."""
REST = 0.3
"""Share of its mask that must be left to somebody whom surer ones overlap."""
SHOWN = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
"""Files that VIA, being a web page, shows; others are saved anew."""
QUALITY = 95
"""Of pictures that had to be turned upright or saved in another format."""


@dataclass(frozen=True)
class Copy:
    """A picture as it goes into the folder."""

    suffix: str
    data: bytes


def copied(path: Path, pixels: np.ndarray) -> Copy:
    """The file byte for byte, or saved anew where tools would not agree on what it shows.

    ``pixels``: uint8 HxWx3 BGR as the detector saw it, upright.
    """
    data = path.read_bytes()
    suffix = path.suffix.lower()
    if suffix in SHOWN:
        stored = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        if (
            stored is not None
            and stored.shape == pixels.shape
            and (b"Exif" not in data[:4096] or _same(stored, pixels))
        ):
            return Copy(suffix, data)
    return Copy(".jpg", cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes())


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return bool((one == other).all())


def owners(found: Detections, parts: Collection[str]) -> list[int]:
    """For every detection the place of the one that wears it; its own where it is worn by nobody.

    Nobody wears two helmets: the surer one goes to whom it fits best.
    """
    assert found.masks is not None
    result = list(range(len(found)))
    wearers = [place for place, label in enumerate(found.labels) if label not in parts]
    bodies = [_boxed(found, wearer) for wearer in wearers]
    outlines = [found.masks[wearer] for wearer in wearers]
    dressed: set[tuple[int, str]] = set()
    for place in sorted(range(len(found)), key=lambda place: -found.scores[place]):
        label, mask = found.labels[place], found.masks[place]
        if label in parts and mask.area:
            inside = mask_intersections([mask], bodies)[0] / mask.area
            overlap = mask_intersections([mask], outlines)[0]
            free = [n for n, wearer in enumerate(wearers) if inside[n] >= WORN and (wearer, label) not in dressed]
            if free:
                best = max(free, key=lambda n: (overlap[n], found.scores[wearers[n]]))
                result[place] = wearers[best]
                dressed.add((wearers[best], label))
    return result


def _boxed(found: Detections, place: int) -> Crop:
    left, top, right, bottom = (round(float(value)) for value in found.boxes[place])
    return Crop(left, top, np.ones((max(bottom - top, 0), max(right - left, 0)), bool))


def label(found: Detections, shape: tuple[int, int], parts: Collection[str], simplify: float) -> Labelled:
    """Label images and annotations of a picture of ``shape`` (height, width).

    ``parts``: categories that others wear. ``simplify``: overlap with the mask that outlines keep; fewer corners are
    easier to correct. Scores stand under ``about``.
    """
    masks = found.masks or (EMPTY,) * len(found)
    worn = owners(found, parts) if found.masks is not None else []
    order = sorted(range(len(found)), key=lambda place: (worn[place] != place, found.scores[place]))
    ids = _drawn(masks, order, shape)
    left = np.bincount(ids.ravel(), minlength=len(found) + 1)
    lost = {n for n in order if worn[n] == n and left[n + 1] < REST * masks[n].area - _covered(ids, masks[n], worn, n)}
    if lost:  # slivers around the surer one are no labels; nor is what nobody wears any more
        order = [place for place in order if place not in lost and worn[place] not in lost]
        ids = _drawn(masks, order, shape)
    table = {
        place + 1: Piece(worn[place], found.labels[worn[place]], found.labels[place] if worn[place] != place else "")
        for place in order
    }
    policy = Labels(min_pixels=1, min_visible=0.0, simplify=simplify, targets=0)
    about = {place: {"score": round(float(score), 4)} for place, score in enumerate(found.scores)}
    return labels.label(ids, table, policy=policy, about=about)


def _drawn(masks: Sequence[Crop], order: Sequence[int], shape: tuple[int, int]) -> np.ndarray:
    """int32 HxW: place + 1 of the last one of ``order`` that covers a pixel."""
    ids = np.zeros(shape, np.int32)
    for place in order:
        mask = masks[place]
        ids[mask.top : mask.bottom, mask.left : mask.right][mask.solid] = place + 1
    return ids


def _covered(ids: np.ndarray, mask: Crop, worn: Sequence[int], place: int) -> int:
    """Pixels of a mask on which its owner's own gear lies: they are still the owner's."""
    seen = ids[mask.top : mask.bottom, mask.left : mask.right][mask.solid]
    gear = [other + 1 for other, wearer in enumerate(worn) if wearer == place and other != place]
    return int(np.isin(seen, gear).sum())


def write(
    folder: Path,
    name: str,
    index: int,
    source: str,
    copy: Copy,
    labelled: Labelled,
    *,
    categories: Collection[str],
    fingerprint: str,
    about: dict[str, Any],
) -> Record:
    """All files of one picture, the record last. Raises ``OutputError``."""
    image = f"{records.IMAGES}/{name}{copy.suffix}"
    write_atomic(folder / image, copy.data)
    png.write(folder / records.MASKS / f"{name}.png", labelled.masks)
    png.write(folder / records.PARTS / f"{name}.png", labelled.parts)
    for category, shape in labels.silhouettes(labelled.masks, labelled.instances, categories).items():
        png.write(folder / records.SILHOUETTES / category / f"{name}.png", shape)
    height, width = labelled.masks.shape
    record = Record(
        name=name,
        index=index,
        seed=0,
        retry=0,
        recipe=fingerprint,
        width=width,
        height=height,
        image=image,
        bytes=len(copy.data),
        instances=labelled.instances,
        parts=labelled.part_annotations,
        generator={"name": GENERATOR},
        about={"source": source, **about},
    )
    records.write(folder, record)
    return record
