"""Drawn crops as a folder: train/CLASS/NAME.png of those kept, a table of every one drawn with its quality, sheets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dataset.files import write_atomic
from dataset.spec import child

from ..crops import sheet
from ..crops.frames import CropsError
from ..crops.store import CropSet, png, write_table
from . import ensemble, probe, quality
from .autoencoder import Autoencoder
from .classifier import answers
from .faults import TrainingError
from .quality import Quality, Reference
from .sampling import Drawn, Sampler
from .settings import Settings
from .template import Classifier

COLUMNS = 16


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


def make(
    output: Path,
    name: str,
    model: Autoencoder,
    judge: Classifier,
    new: CropSet,
    old: CropSet | None,
    wishes: Settings,
) -> Made:
    """Draw, judge, filter and write one class.

    Raises ``CropsError`` where there are fewer than two real crops to draw around, ``OutputError``.
    """
    how, label = wishes.sampling, new.classes.index(name)
    real = new.of_class(name)
    if len(real) < ensemble.FEWEST:
        raise CropsError(f"{len(real)} real crop of {name}: at least {ensemble.FEWEST} are needed to draw around")
    earlier = old.of_class(name).pixels if old is not None else None
    sampler = Sampler(model, real.pixels, earlier, wishes.precision)
    count = math.ceil(how.count / how.keep - 1e-9)
    drawn = sampler.draw(count, how.modes, how.spread, child(wishes.seed, "draw", name))
    features, _ = answers(judge, real.pixels, wishes.precision)
    reference = Reference(real.pixels, features)
    judged = probe.judge(judge, reference, drawn.pixels, label, how.neighbours, wishes.precision)
    kept = quality.best(judged, how.count, how.score)
    for k in kept.tolist():
        write_atomic(output / "train" / name / f"made_{k:06d}.png", png(drawn.pixels[k]))
    picture = output / f"{name}.png"
    sheet.write(picture, _rows(sampler, drawn, judged, kept, how.score, real.pixels))
    write_table(output / f"{name}.csv", _header(), _lines(drawn, judged, kept, how.score, real, name))
    return Made(len(drawn.pixels), len(kept), int(judged.copy.sum()), picture)


def _header() -> tuple[str, ...]:
    return ("crop", "file", "mode", "nearest_crop", "score", *(c for c in quality.columns() if c != "nearest"))


def _lines(drawn: Drawn, judged: Quality, kept: np.ndarray, by: str, real: CropSet, name: str) -> list[tuple]:
    """One row a drawn crop; ``file`` is empty for those that the filter left out."""
    worth = quality.score(judged, by)
    place = quality.columns().index("nearest")
    inside = set(kept.tolist())
    rows = []
    for k, values in enumerate(judged.rows()):
        file = f"train/{name}/made_{k:06d}.png" if k in inside else ""
        rest = [f"{v:.5g}" if isinstance(v, float) else int(v) for i, v in enumerate(values) if i != place]
        rows.append((k, file, drawn.modes[k], real.names[values[place]], f"{worth[k]:.5g}", *rest))
    return rows


def _rows(
    sampler: Sampler, drawn: Drawn, judged: Quality, kept: np.ndarray, by: str, real: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    """What the sheet shows: real, given back, drawn, best, worst and its nearest, copies, a walk."""
    order = np.argsort(-quality.score(judged, by), kind="stable")
    best, worst = order[:COLUMNS], order[::-1][:COLUMNS]
    likely = np.argsort(judged.separation, kind="stable")[:COLUMNS]
    return [
        ("real", real[:COLUMNS]),
        ("given back", sampler.reconstruct(real[:COLUMNS])),
        ("drawn", drawn.pixels[:COLUMNS]),
        ("kept", drawn.pixels[kept[:COLUMNS]]),
        ("best", drawn.pixels[best]),
        ("nearest real crops of the best", real[judged.nearest[best]]),
        ("worst", drawn.pixels[worst]),
        ("most like a training crop", drawn.pixels[likely]),
        ("that crop", real[judged.nearest[likely]]),
        ("between two real crops", sampler.between(real[0], real[1], COLUMNS)),
    ]
