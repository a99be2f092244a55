"""Training, judging and keeping a classifier of crops."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from dataset.files import write_atomic
from dataset.spec import child

from ..crops.frames import CropsError
from ..crops.store import CropSet
from . import fitting
from .batches import Batches, flipped, to_tensor
from .faults import TrainingError
from .fitting import Guard, Schedule
from .measures import Confusion, confusion
from .settings import Model, Settings, fingerprint
from .template import Classifier, Template, initialise

STATE, WEIGHTS = "state.pt", "classifier.pt"
CHUNK = 256
"""Crops that are judged at once: always so many, for bits that don't depend on how many there are."""


def template_of(model: Model) -> Template:
    """The template that the settings name."""
    return Template(model.groups, model.width, model.compression, model.size)


def loss_over(found: CropSet, batches: Batches, seed: int, flip: bool, dtype: torch.dtype) -> fitting.LossOf:
    """Cross-entropy on the crops that ``batches`` picks."""
    place = fitting.device()
    labels = torch.from_numpy(found.labels)

    def loss(model: nn.Module, step: int) -> tuple[Tensor, dict[str, float]]:
        chosen = batches.at(step)
        pixels = flipped(found.pixels[chosen], seed, step) if flip else found.pixels[chosen]
        with torch.autocast(place.type, dtype, enabled=dtype != torch.float32):
            logits = model(to_tensor(pixels, place))
        value = functional.cross_entropy(logits.float(), labels[chosen].to(place))
        return value, {"cross-entropy": float(value.detach())}

    return loss


def train(found: CropSet, wishes: Settings, folder: Path, guard: Guard | None = None) -> Classifier:
    """Train on all crops of ``found`` from the best of several starts; resumes in ``folder``, keeps the weights there.

    Raises ``CropsError`` for a class with fewer than two crops, ``TrainingError``, ``Stopped``, ``OutputError``.
    """
    _check(found)
    guard = guard or Guard(save_every=wishes.save_every)
    how, template = wishes.classifier, template_of(wishes.model)
    seed = child(wishes.seed, "classifier")
    dtype = fitting.precision(wishes.precision)
    batches = Batches(found.labels, how.batch, seed, how.balance)
    loss = loss_over(found, batches, seed, how.flip, dtype)
    mark = _mark(found, wishes)

    def build(draw: int) -> Classifier:
        model = Classifier(template, len(found.classes))
        initialise(model, child(seed, "start", draw))
        return model.to(fitting.device(), memory_format=torch.channels_last)

    if (folder / STATE).exists():
        model = build(0)
    else:
        model, _ = fitting.best_start(build, loss, how.draws, how.draw_steps, how.first_rate, guard.stop)
    schedule = Schedule(how.steps, how.rate, how.first_rate, how.warmup, how.final)
    curve = fitting.fit(model, loss, schedule, folder / STATE, mark, guard)
    curve.write(folder, "Classifier: cross-entropy")
    save(folder, model, found.classes)
    return model.eval()


def train_on(
    model: Classifier,
    found: CropSet,
    wishes: Settings,
    folder: Path,
    balance: bool = False,
    guard: Guard | None = None,
) -> Classifier:
    """Go on training a copy of ``model`` on ``found`` with the gentler rate of retraining; resumes in ``folder``.

    ``balance``: every class as often as every other; else as often as it has crops. Raises as ``train``.
    """
    how = wishes.classifier
    seed = child(wishes.seed, "retrain")
    copy = Classifier(model.template, len(found.classes))
    copy.load_state_dict(model.state_dict())
    copy = copy.to(fitting.device(), memory_format=torch.channels_last)
    batches = Batches(found.labels, how.batch, seed, balance)
    loss = loss_over(found, batches, seed, how.flip, fitting.precision(wishes.precision))
    steps = wishes.study.retrain_steps
    schedule = Schedule(steps, how.rate * how.retrain, how.first_rate, how.warmup, how.final)
    mark = fingerprint(wishes.seed, wishes.precision, how, balance, steps, digest(found))
    fitting.fit(copy, loss, schedule, folder / STATE, mark, guard or Guard(save_every=wishes.save_every))
    return copy.eval()


def _check(found: CropSet) -> None:
    few = [f"{name} ({count})" for name, count in found.counts.items() if count < 2]
    if few:
        raise CropsError(
            f"too few training crops of {', '.join(few)}: at least 2 a class; leave the class out or add some"
        )
    if len(found.classes) < 2:
        raise CropsError(f"only the class {found.classes[0]}: a classifier needs at least two")


def _mark(found: CropSet, wishes: Settings) -> str:
    return fingerprint(wishes.seed, wishes.precision, wishes.model, wishes.classifier, digest(found))


def digest(found: CropSet) -> str:
    """16 hexadecimal digits of pixels, labels and classes."""
    state = hashlib.sha256(repr((found.classes, found.pixels.shape)).encode())
    state.update(np.ascontiguousarray(found.pixels).tobytes())
    state.update(found.labels.tobytes())
    return state.hexdigest()[:16]


def save(folder: Path, model: Classifier, classes: tuple[str, ...]) -> None:
    """Keep weights, template and classes in ``folder``. Raises ``OutputError``."""
    data = io.BytesIO()
    weights = {name: value.cpu() for name, value in model.state_dict().items()}
    torch.save({"template": asdict(model.template), "classes": list(classes), "model": weights}, data)
    write_atomic(folder / WEIGHTS, data.getvalue())


def load(folder: Path) -> tuple[Classifier, tuple[str, ...]]:
    """A trained classifier and its classes. Raises ``TrainingError``."""
    saved = fitting.weights_of(folder / WEIGHTS if folder.is_dir() or not folder.exists() else folder)
    try:
        model = Classifier(Template(**saved["template"]), len(saved["classes"]))
        model.load_state_dict(saved["model"])
    except (KeyError, TypeError, RuntimeError) as error:
        raise TrainingError(f"{folder}: no classifier of ours in it ({error}); train one") from error
    return model.to(fitting.device(), memory_format=torch.channels_last).eval(), tuple(saved["classes"])


def in_chunks(answer: Callable[[np.ndarray], Mapping[str, Tensor]], pixels: np.ndarray) -> dict[str, np.ndarray]:
    """``answer`` to crops, CHUNK at a time (the last chunk padded), as float32 arrays."""
    parts: dict[str, list[np.ndarray]] = {}
    for first in range(0, len(pixels), CHUNK):
        some = pixels[first : first + CHUNK]
        padded = np.concatenate([some, np.zeros((CHUNK - len(some), *some.shape[1:]), some.dtype)])
        with torch.inference_mode():
            for name, value in answer(padded).items():
                parts.setdefault(name, []).append(value.float().cpu().numpy()[: len(some)])
    return {name: np.concatenate(found) for name, found in parts.items()}


def answers(model: Classifier, pixels: np.ndarray, wished: str = "auto") -> tuple[np.ndarray, np.ndarray]:
    """(features n x 220, chances n x classes) for uint8 n x S x S x 3, float32."""
    place, dtype = fitting.device(), fitting.precision(wished)

    def answer(some: np.ndarray) -> dict[str, Tensor]:
        with torch.autocast(place.type, dtype, enabled=dtype != torch.float32):
            features = model.features(to_tensor(some, place))
        features = features.float()
        return {"features": features, "chances": torch.softmax(model.head(features), 1)}

    if not len(pixels):
        return np.zeros((0, model.template.features), np.float32), np.zeros((0, model.head.out_features), np.float32)
    found = in_chunks(answer, pixels)
    return found["features"], found["chances"]


def evaluate(model: Classifier, found: CropSet, wished: str = "auto") -> Confusion:
    """How the crops are taken; the set's classes must be the model's."""
    _, chances = answers(model, found.pixels, wished)
    return confusion(found.classes, found.labels, chances.argmax(1))
