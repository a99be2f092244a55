"""How good the averaged weights are on the pictures that were held back, at the size that the network sees.

For choosing a checkpoint and watching a run; `python -m ml evaluate` gives the figures to report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torchvision.models.detection import MaskRCNN

from ml.augment.pictures import PictureError

from .data import Example
from .samples import Cache, targets, tensor, warp, whole

IOU = 0.5
THRESHOLD = 0.5
"""Score from which a find counts for precision, recall and F1."""
RECALLS = np.linspace(0, 1, 101)
"""Where COCO reads the precision."""


@dataclass(frozen=True)
class Figures:
    """Masks at IoU 0.5."""

    categories: tuple[str, ...]
    ap50: tuple[float, ...]
    """COCO's average precision a category; NaN where nothing is to be found."""
    precision: float
    """All categories together, at ``THRESHOLD``."""
    recall: float
    f1: float
    best_f1: float
    """At the score where it is highest, ``best_threshold``: for a run by hand; don't report it as the result."""
    best_threshold: float
    pictures: int
    instances: int
    problems: tuple[str, ...] = ()

    @property
    def mean_ap50(self) -> float:
        """Over the categories that occur; 0 where none does."""
        known = [value for value in self.ap50 if value == value]
        return sum(known) / len(known) if known else 0.0

    def plain(self) -> dict[str, float]:
        """For logs and checkpoints: rounded, NaN left out."""
        values = {"ap50": self.mean_ap50, "f1": self.f1, "precision": self.precision, "recall": self.recall}
        values |= {"best_f1": self.best_f1, "best_threshold": self.best_threshold}
        values |= {f"ap50 {name}": value for name, value in zip(self.categories, self.ap50, strict=True)}
        values |= {"pictures": self.pictures, "instances": self.instances}
        return {key: round(float(value), 5) for key, value in values.items() if value == value}


@dataclass
class Tally:
    """Finds of one category over all pictures."""

    scores: list[float] = field(default_factory=list)
    hits: list[bool] = field(default_factory=list)
    instances: int = 0

    def ap(self) -> float:
        """Average precision as pycocotools has it, precision read at 101 recalls; NaN without instances."""
        if not self.instances:
            return float("nan")
        order = np.argsort(-np.asarray(self.scores), kind="mergesort")
        hits = np.cumsum(np.asarray(self.hits, float)[order])
        if not len(hits):
            return 0.0
        recall, precision = hits / self.instances, hits / np.arange(1, len(hits) + 1)
        precision = np.maximum.accumulate(precision[::-1])[::-1]
        at = np.searchsorted(recall, RECALLS, side="left")
        return float(np.where(at < len(precision), precision[np.minimum(at, len(precision) - 1)], 0.0).mean())


def match(masks: np.ndarray, wanted: np.ndarray, ignored: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which finds hit, and which don't count: bool N each.

    ``masks``: bool NxHxW, best first; ``wanted``: MxHxW, each hit once; ``ignored``: KxHxW, hit by whatever lies
    half on it, as COCO's crowds.
    """
    found, them, rest = (m.reshape(len(m), np.prod(m.shape[1:])).astype(np.float32) for m in (masks, wanted, ignored))
    areas = found.sum(1)
    common = found @ them.T
    iou = common / np.maximum(areas[:, None] + them.sum(1) - common, 1)
    within = (found @ rest.T / np.maximum(areas[:, None], 1)).max(1, initial=0.0)
    hit, free = np.zeros(len(masks), bool), np.ones(len(wanted), bool)
    for number in range(len(masks)):
        open_ = np.where(free, iou[number], -1)
        if len(open_) and open_.max() >= IOU:
            hit[number], free[int(open_.argmax())] = True, False
    return hit, ~hit & (within >= IOU)


@dataclass(frozen=True)
class Seen:
    """One held-back picture and what the network found: for the preview."""

    image: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    scores: np.ndarray
    masks: np.ndarray
    """bool NxHxW."""


@torch.no_grad()
def validate(
    model: MaskRCNN,
    examples: Sequence[Example],
    categories: Sequence[str],
    size: int,
    min_pixels: int,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Figures, list[Seen]] | None:
    """Figures on the examples and the first six pictures; None when stopped on the way.

    ``model``: in evaluation mode. What is hidden too much or smaller than ``min_pixels`` is neither hit nor mistake.
    """
    device = next(model.parameters()).device
    cache = Cache(size)
    tallies = {label: Tally() for label in range(1, len(categories) + 1)}
    shown: list[Seen] = []
    problems: list[str] = []
    for example in examples:
        if stop():
            return None
        try:
            pixels, filler = cache.load(example)
        except PictureError as error:
            problems.append(f"{error}: not looked at")
            continue
        view, frame = whole(example, size), (example.source.width, example.source.height)
        image = warp(pixels, view, frame, filler)
        answer = model([tensor(image).to(device).float().div_(255)])[0]
        seen = _seen(image, answer)
        if len(shown) < 6:
            shown.append(seen)
        asked, unsure = (targets(things, view, frame, 1) for things in (example.things, example.unsure))
        _count(tallies, seen, asked, unsure, min_pixels)
    return _figures(tallies, categories, len(examples) - len(problems), tuple(problems)), shown


def _seen(image: np.ndarray, answer: dict[str, torch.Tensor]) -> Seen:
    boxes, labels, scores = (answer[key].float().cpu().numpy() for key in ("boxes", "labels", "scores"))
    masks = (answer["masks"][:, 0] >= 0.5).cpu().numpy()
    return Seen(image, boxes, labels.astype(int), scores, masks)


def _count(
    tallies: dict[int, Tally],
    seen: Seen,
    asked: dict[str, torch.Tensor],
    unsure: dict[str, torch.Tensor],
    min_pixels: int,
) -> None:
    masks, labels = asked["masks"].numpy().astype(bool), asked["labels"].numpy()
    other, other_labels = unsure["masks"].numpy().astype(bool), unsure["labels"].numpy()
    small = masks.sum((1, 2)) < min_pixels
    for label, tally in tallies.items():
        mine = seen.labels == label
        wanted = masks[(labels == label) & ~small]
        ignored = np.concatenate([masks[(labels == label) & small], other[other_labels == label]])
        hit, aside = match(seen.masks[mine], wanted, ignored)
        tally.instances += len(wanted)
        tally.scores += seen.scores[mine][~aside].tolist()
        tally.hits += hit[~aside].tolist()


def _figures(tallies: dict[int, Tally], categories: Sequence[str], pictures: int, problems: tuple[str, ...]) -> Figures:
    instances = sum(tally.instances for tally in tallies.values())
    scores = np.concatenate([np.asarray(tally.scores, float) for tally in tallies.values()])
    hits = np.concatenate([np.asarray(tally.hits, bool) for tally in tallies.values()])
    found = scores >= THRESHOLD
    correct = int((hits & found).sum())
    precision, recall = correct / max(1, int(found.sum())), correct / max(1, instances)
    order = np.argsort(-scores, kind="mergesort")
    curve = 2 * np.cumsum(hits[order]) / (np.arange(1, len(order) + 1) + max(1, instances))
    best = int(curve.argmax()) if len(curve) else -1
    return Figures(
        tuple(categories),
        tuple(tallies[label].ap() for label in sorted(tallies)),
        precision,
        recall,
        2 * correct / max(1, int(found.sum()) + instances),
        float(curve[best]) if best >= 0 else 0.0,
        float(scores[order][best]) if best >= 0 else THRESHOLD,
        pictures,
        instances,
        problems,
    )


def chosen(examples: Sequence[Example], most: int) -> list[Example]:
    """At most ``most`` examples, spread evenly."""
    step = max(1.0, len(examples) / most)
    return [examples[int(number * step)] for number in range(min(most, len(examples)))]
