"""From an example to what the network sees: a tensor and its targets, a pure function of seed and place."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import torch

from dataset.spec import child, stream
from ml.augment import geometry, pictures, rings, shapes
from ml.augment.pictures import PictureError
from ml.augment.recipe import Geometry

from .data import Example, Order, Thing
from .transforms import STRENGTHS, Box, Strength, change, erase

MEMORY = 600_000_000
"""Bytes of decoded pictures that one process keeps."""
_BORDER = 2.0
"""A picture is kept at no more than this times the network's size: then zooming in still finds detail."""

CLOSE = (0.35, 1.2)
"""Share of the view that a thing brought close takes, along its longer side: from, to."""
CLOSEST = 4.0
"""Largest zoom for it: beyond that there is nothing but blur."""

Key = tuple[int, str]
"""(place in the endless order, strength of augmentation)."""
Target = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Sample:
    """One picture for the network."""

    image: torch.Tensor
    """uint8 3xHxW, red first."""
    target: Target
    """``boxes`` float32 Nx4, ``labels`` int64 N, ``masks`` uint8 NxHxW; ``seed`` int64: what is drawn for it."""
    example: int
    """Its number; -1: no picture could be read."""
    problem: str = ""
    """Why another picture stands in for the one asked for; "" if none does."""


class Samples(torch.utils.data.Dataset):
    """Pictures to learn from by ``Key``."""

    def __init__(self, examples: Sequence[Example], order: Order, size: int, min_pixels: int, seed: int) -> None:
        self.examples = examples
        self.order = order
        self.size = size
        self.min_pixels = min_pixels
        self.seed = seed
        self.cache = Cache(size)

    def __getitem__(self, key: Key) -> Sample:
        """What is asked for, or the next one that can be read; without pixels when no picture at all can be."""
        place, strength = key
        problem = ""
        first = self.order[place]
        for number in (*range(first, len(self.examples)), *range(first)):
            try:
                return self._make(number, place, strength, problem)
            except PictureError as error:
                problem = problem or str(error)
        return Sample(torch.empty(0), {}, -1, problem)

    def _make(self, number: int, place: int, strength: str, problem: str) -> Sample:
        example, wish = self.examples[number], STRENGTHS[strength]
        pixels, filler = self.cache.load(example)
        canvas = fit(example, self.size)
        frame = (example.source.width, example.source.height)
        seed = child(self.seed, "sample", place)
        wishes, centres = aim(example.things, frame, wish, stream(seed, "close"))
        view = geometry.draw(wishes, stream(seed, "view"), frame, canvas, centres)
        image = warp(pixels, view, frame, filler)
        image = change(image, wish, stream(seed, "pixels"))
        image, erased = erase(image, wish, stream(seed, "erase"))
        target = targets(example.things, view, frame, self.min_pixels, erased)
        target["seed"] = torch.tensor(child(seed, "proposals"))
        return Sample(tensor(image), target, number, problem)


def fit(example: Example, size: int) -> tuple[int, int]:
    """Width and height of the picture with its longer side at ``size``."""
    width, height = example.source.width, example.source.height
    share = size / max(width, height)
    return max(1, round(width * share)), max(1, round(height * share))


def aim(
    things: Sequence[Thing], frame: tuple[int, int], wish: Strength, draws: np.random.Generator
) -> tuple[Geometry, list[tuple[float, float]]]:
    """What a view of a picture of ``frame`` (width, height) may be, and the points that it may be laid around.

    Now and then one thing is brought close, so large that it fills or overfills the view: photos are full of people
    who are cut by the frame, wide shots of a site are not.
    """
    if not things or draws.random() >= wish.close:
        return wish.geometry, [thing.shape.centre for thing in things]
    thing = things[int(draws.integers(len(things)))].shape
    left, top, right, bottom = thing.box
    share = max((right - left) / frame[0], (bottom - top) / frame[1], 1e-6)
    zoom = float(np.clip(draws.uniform(*CLOSE) / share, 1.0, CLOSEST))
    chances = {**wish.geometry.chances, "zoom": 1.0}
    return replace(wish.geometry, zoom=(zoom, zoom), aim=1.0, chances=chances), [thing.centre]


class Cache:
    """Decoded pictures and their mean colours, the least recently used dropped first."""

    def __init__(self, size: int, memory: int = MEMORY) -> None:
        self.largest = round(size * _BORDER)
        self.memory = memory
        self.used = 0
        self.loaded: OrderedDict[str, tuple[np.ndarray, tuple[float, ...]]] = OrderedDict()

    def load(self, example: Example) -> tuple[np.ndarray, tuple[float, ...]]:
        """Pixels uint8 HxWx3, blue first, maybe fewer than the source has; mean colour. Raises ``PictureError``."""
        key = str(example.source.path)
        if key in self.loaded:
            self.loaded.move_to_end(key)
            return self.loaded[key]
        pixels = pictures.read(example.source.path, example.source.annotated).pixels
        width, height = fit(example, self.largest)
        if width < pixels.shape[1]:
            pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
        self.loaded[key] = item = pixels, tuple(round(x) for x in cv2.mean(pixels)[:3])
        self.used += pixels.nbytes
        while self.used > self.memory and len(self.loaded) > 1:
            self.used -= self.loaded.popitem(last=False)[1][0].nbytes
        return item


def warp(pixels: np.ndarray, view: geometry.View, frame: tuple[int, int], filler: Sequence[float]) -> np.ndarray:
    """The view of a picture that may be stored smaller than its ``frame`` (width, height)."""
    share = (pixels.shape[1] / frame[0], pixels.shape[0] / frame[1])
    if share != (1.0, 1.0):
        quad = tuple((x * share[0], y * share[1]) for x, y in view.quad)
        view = geometry.View(
            quad, view.width, view.height, view.flip, view.flip_vertical, view.zoom, view.angle, view.perspective
        )
    return geometry.warp(pixels, view, filler)


def targets(
    things: Sequence[Thing], view: geometry.View, frame: tuple[int, int], min_pixels: int, erased: Sequence[Box] = ()
) -> Target:
    """Boxes, labels and masks of what the view shows of ``things``; what is smaller than ``min_pixels`` is left out."""
    forward, planes = geometry.matrix(view), rings.window(view, frame)
    boxes, labels, masks = [], [], []
    for thing in things:
        shape = shapes.seen(thing.shape, view, forward, planes)
        if shape is None:
            continue
        left, top, right, bottom = shape.box
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, view.width), min(bottom, view.height)
        mask = np.zeros((view.height, view.width), np.uint8)
        mask[top:bottom, left:right] = shapes.mask(shape, (left, top, right, bottom))
        for x0, y0, x1, y1 in erased:
            mask[y0:y1, x0:x1] = 0
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if not len(rows) or int(mask.sum()) < min_pixels:
            continue
        boxes.append((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
        labels.append(thing.label)
        masks.append(mask)
    return {
        "boxes": torch.tensor(np.array(boxes, np.float32).reshape(-1, 4)),
        "labels": torch.tensor(labels, dtype=torch.int64),
        "masks": torch.from_numpy(np.array(masks, np.uint8).reshape(-1, view.height, view.width)),
    }


def whole(example: Example, size: int) -> geometry.View:
    """The view that shows all of a picture, its longer side at ``size``."""
    width, height = fit(example, size)
    across, down = float(example.source.width), float(example.source.height)
    return geometry.View(((0.0, 0.0), (across, 0.0), (across, down), (0.0, down)), width, height)


def tensor(image: np.ndarray) -> torch.Tensor:
    """uint8 3xHxW, red first, of uint8 HxWx3, blue first."""
    return torch.from_numpy(np.ascontiguousarray(image[:, :, ::-1].transpose(2, 0, 1)))


def batch(samples: Sequence[Sample], device: torch.device) -> tuple[list[torch.Tensor], list[dict[str, Any]]]:
    """Pictures float 3xHxW in 0..1 and targets on a device, as the network takes them."""
    images = [sample.image.to(device, non_blocking=True).float().div_(255) for sample in samples]
    found = [
        {key: value if key == "seed" else value.to(device, non_blocking=True) for key, value in sample.target.items()}
        for sample in samples
    ]
    return images, found
