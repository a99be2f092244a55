"""Drawn crops as a folder: train/CLASS/NAME.png of those kept, a table of every one drawn with its quality, sheets."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import nn

from dataset.files import write_atomic
from dataset.spec import child

from ..crops import sheet
from ..crops.frames import CropsError
from ..crops.store import CropSet, png, write_table
from . import ensemble, probe, quality
from .autoencoder import Autoencoder
from .classifier import answers
from .faults import Stopped, TrainingError
from .quality import Quality, Reference
from .sampling import Drawn, Sampler
from .settings import Sampling, Settings
from .template import Classifier

COLUMNS = 16
"""Crops in a row of a sheet."""


@dataclass(frozen=True)
class Lot:
    """Crops drawn for one class, judged and filtered."""

    drawn: Drawn
    judged: Quality
    kept: np.ndarray
    """int64: indices of those that the filter keeps, in the order in which they were drawn."""
    score: np.ndarray
    """float n: what the filter sorted by, higher is better."""


@dataclass(frozen=True)
class Made:
    """What became of one class."""

    drawn: int
    kept: int
    copies: int
    """Drawn crops that repeat a training crop."""
    sheet: Path


def models(folder: Path, classes: Sequence[str] | None) -> dict[str, Autoencoder]:
    """Class -> the autoencoder that knows it, of all that lie in ``folder``. Raises ``TrainingError``."""
    found: dict[str, Autoencoder] = {}
    for place in sorted(folder.glob(f"*/{ensemble.WEIGHTS}")):
        model, known = ensemble.load(place.parent)
        # A group's folder is named after its classes; the model's own list is that of the classifier.
        found.update({name: model for name in place.parent.name.split("+") if name in known})
    missing = sorted(set(classes or ()) - set(found))
    if missing or not found:
        raise TrainingError(
            f"{folder}: no autoencoder of {', '.join(missing) or 'any class'}; `python -m ml vae train`"
        )
    return {name: found[name] for name in sorted(found) if not classes or name in classes}


def lot(
    sampler: Sampler, judge: Classifier, label: int, count: int, keep: int, how: Sampling, seed: int, wished: str
) -> tuple[Lot, Reference]:
    """Draw ``count`` crops of the class ``label``, keep the ``keep`` best; also the real crops they are held against.

    ``wished``: precision of the classifier's answers.
    """
    drawn = sampler.draw(count, how, seed)
    features, _ = answers(judge, sampler.real, wished)
    reference = Reference(sampler.real, features)
    judged = probe.judge(judge, reference, drawn.pixels, label, how.neighbours, wished)
    score = quality.score(judged, how.score)
    return Lot(drawn, judged, quality.best(judged, keep, how.score), score), reference


@contextlib.contextmanager
def heeding(stop: Callable[[], bool], *parts: nn.Module) -> Iterator[Callable[[], None]]:
    """``Stopped`` is raised when one of ``parts`` is asked again after ``stop`` says so; the same, to be called."""

    def heed(*_: object) -> None:
        if stop():
            raise Stopped

    hooks = [part.register_forward_pre_hook(heed) for part in parts]
    try:
        yield heed
    finally:
        for hook in hooks:
            hook.remove()


def make(
    output: Path,
    name: str,
    model: Autoencoder,
    judge: Classifier,
    new: CropSet,
    old: CropSet | None,
    wishes: Settings,
    stop: Callable[[], bool] = lambda: False,
) -> Made:
    """Draw, judge, filter and write one class; the table is written last.

    Raises ``CropsError`` where there are fewer than two real crops to draw around, ``Stopped``, ``OutputError``.
    """
    how, label, real = wishes.sampling, new.classes.index(name), new.of_class(name)
    if len(real) < ensemble.FEWEST:
        raise CropsError(f"{len(real)} real crop of {name}: at least {ensemble.FEWEST} are needed to draw around")
    earlier = old.of_class(name).pixels if old is not None else None
    count = math.ceil(how.count / how.keep - 1e-9)
    seed, picture = child(wishes.seed, "draw", name), output / f"{name}.png"
    with heeding(stop, model.encoder, model.decoder, judge.encoder) as heed:
        sampler = Sampler(model, real.pixels, earlier, wishes.precision)
        found, _ = lot(sampler, judge, label, count, how.count, how, seed, wishes.precision)
        files = {k: f"train/{name}/made_{k:06d}.png" for k in found.kept.tolist()}
        for k, file in files.items():
            heed()
            write_atomic(output / file, png(found.drawn.pixels[k]))
        sheet.write(picture, rows(sampler, found))
    table(output / f"{name}.csv", found, real.names, files)
    return Made(count, len(found.kept), int(found.judged.copy.sum()), picture)


def table(path: Path, found: Lot, names: Sequence[str], files: dict[int, str]) -> None:
    """One row a drawn crop: kept or not, its file where it has one, how it was drawn, every measure.

    ``names``: of the real crops; ``files``: of the crops that were written. Raises ``OutputError``.
    """
    columns = [name for name in quality.columns() if name != "nearest"]
    kept = set(found.kept.tolist())
    lines = []
    for k, mode in enumerate(found.drawn.modes):
        values = [getattr(found.judged, name)[k] for name in columns]
        shown = [int(value) if isinstance(value, np.bool_) else f"{value:.5g}" for value in values]
        near, score = names[found.judged.nearest[k]], f"{found.score[k]:.5g}"
        lines.append((k, int(k in kept), files.get(k, ""), mode, near, score, *shown))
    write_table(path, ("crop", "kept", "file", "mode", "nearest_crop", "score", *columns), lines)


def rows(sampler: Sampler, found: Lot) -> list[tuple[str, np.ndarray]]:
    """What a sheet shows: real, given back, drawn, kept, best, worst, near copies, a walk, moved ones."""
    real, drawn, judged = sampler.real, found.drawn.pixels, found.judged
    order = np.argsort(-found.score, kind="stable")
    best, worst = order[:COLUMNS], order[::-1][:COLUMNS]
    likely = np.argsort(judged.separation, kind="stable")[:COLUMNS]
    shown = [
        ("real", real[:COLUMNS]),
        ("given back", sampler.reconstruct(real[:COLUMNS])),
        ("drawn", drawn[:COLUMNS]),
        ("kept", drawn[found.kept[:COLUMNS]]),
        ("best", drawn[best]),
        ("nearest real crops of the best", real[judged.nearest[best]]),
        ("worst", drawn[worst]),
        ("most like a training crop", drawn[likely]),
        ("that crop", real[judged.nearest[likely]]),
        ("between two real crops", sampler.between(real[0], real[1], COLUMNS)),
    ]
    if sampler.old is not None:
        shown += [("real, old", sampler.old[:COLUMNS]), ("moved", sampler.moved(sampler.old[:COLUMNS]))]
    return shown
