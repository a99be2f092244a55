"""What a detector found in one picture: plain arrays, no torch.

Boxes are ``(left, top, right, bottom)`` in pixels, (0, 0) the picture's top-left corner; pixel j covers j .. j + 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dataset import outlines


@dataclass(frozen=True)
class Crop:
    """A mask as the box of its solid pixels: ``solid[y, x]`` is pixel (left + x, top + y) of the picture."""

    left: int
    top: int
    solid: np.ndarray
    """bool hxw; 0x0 for an empty mask."""

    @property
    def area(self) -> int:
        """Solid pixels."""
        return int(np.count_nonzero(self.solid))

    @property
    def right(self) -> int:
        """First column right of it."""
        return self.left + self.solid.shape[1]

    @property
    def bottom(self) -> int:
        """First row below it."""
        return self.top + self.solid.shape[0]


EMPTY = Crop(0, 0, np.zeros((0, 0), bool))


def crop(solid: np.ndarray, left: int = 0, top: int = 0) -> Crop:
    """The tight crop of a bool mask whose first pixel is (left, top) of the picture."""
    box = outlines.bounds(solid)
    if box is None:
        return EMPTY
    x, y, width, height = box
    return Crop(left + x, top + y, solid[y : y + height, x : x + width].copy())


def clipped(mask: Crop, width: int, height: int) -> Crop:
    """The part of a mask that lies inside a picture."""
    left, top = max(mask.left, 0), max(mask.top, 0)
    right, bottom = min(mask.right, width), min(mask.bottom, height)
    if (left, top, right, bottom) == (mask.left, mask.top, mask.right, mask.bottom):
        return mask
    if left >= right or top >= bottom:
        return EMPTY
    return crop(mask.solid[top - mask.top : bottom - mask.top, left - mask.left : right - mask.left], left, top)


def whole(mask: Crop, shape: tuple[int, int]) -> np.ndarray:
    """Bool HxW of the whole picture."""
    found = np.zeros(shape, bool)
    found[mask.top : mask.bottom, mask.left : mask.right] = mask.solid
    return found


def union(one: Crop, other: Crop) -> Crop:
    """Pixels of either mask."""
    if not one.solid.size or not other.solid.size:
        return one if one.solid.size else other
    left, top = min(one.left, other.left), min(one.top, other.top)
    solid = np.zeros((max(one.bottom, other.bottom) - top, max(one.right, other.right) - left), bool)
    for mask in (one, other):
        solid[mask.top - top : mask.bottom - top, mask.left - left : mask.right - left] |= mask.solid
    return Crop(left, top, solid)


def run_lengths(mask: Crop, shape: tuple[int, int]) -> list[int]:
    """COCO's uncompressed run lengths of the whole HxW picture: down the columns, zeros first.

    Costs what the crop costs, however large the picture is.
    """
    height, width = shape
    padded = np.pad(mask.solid, ((1, 1), (0, 0))).astype(np.int8)
    steps = np.diff(padded, axis=0)
    x, y = np.nonzero(steps.T > 0)
    starts = (x + mask.left) * height + y + mask.top
    x, y = np.nonzero(steps.T < 0)
    ends = (x + mask.left) * height + y + mask.top
    turns = np.column_stack([starts, ends]).ravel()
    # A run to the bottom and one from the top of the next column are one run.
    same = np.flatnonzero(turns[1:] == turns[:-1])
    turns = np.delete(turns, np.concatenate([same, same + 1]))
    counts = np.diff(np.concatenate([[0], turns, [height * width]]))
    return (counts if counts[-1] or len(counts) == 1 else counts[:-1]).tolist()


@dataclass(frozen=True)
class Detections:
    """Everything found in one picture, in any order."""

    boxes: np.ndarray
    """float32 Nx4."""
    scores: np.ndarray
    """float32 N, 0..1."""
    labels: tuple[str, ...]
    masks: tuple[Crop, ...] | None
    """One each; None from a detector that knows boxes only."""

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, places: Sequence[int] | np.ndarray) -> Detections:
        """Those at ``places`` (indices), in that order."""
        places = [int(place) for place in places]
        return Detections(
            self.boxes[places],
            self.scores[places],
            tuple(self.labels[place] for place in places),
            None if self.masks is None else tuple(self.masks[place] for place in places),
        )


def none(masks: bool = True) -> Detections:
    """Nothing found."""
    return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), (), () if masks else None)


def stack(parts: Sequence[Detections]) -> Detections:
    """All detections of several lists, one after the other; masks only where all have them."""
    if not parts:
        return none()
    with_masks = all(part.masks is not None for part in parts)
    return Detections(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.scores for part in parts]),
        tuple(label for part in parts for label in part.labels),
        tuple(mask for part in parts for mask in part.masks or ()) if with_masks else None,
    )


def shifted(found: Detections, left: int, top: int) -> Detections:
    """Detections moved by (left, top): those of a tile in the whole picture's pixels."""
    offset = np.array([left, top, left, top], np.float32)
    masks = tuple(Crop(mask.left + left, mask.top + top, mask.solid) for mask in found.masks or ())
    return Detections(found.boxes + offset, found.scores, found.labels, None if found.masks is None else masks)
