"""Autoencoders, one for each group of similar classes, made and trained alike from one configuration."""

from __future__ import annotations

import io
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from dataset.files import write_atomic
from dataset.spec import child

from ..crops.frames import CropsError
from ..crops.store import CropSet
from . import autoencoder, fitting
from .autoencoder import Autoencoder
from .batches import Batches, flipped, noise, to_tensor
from .classifier import digest, template_of
from .faults import TrainingError
from .fitting import Guard, Schedule
from .settings import Settings, Vae, fingerprint
from .template import Classifier, Template, initialise

STATE, WEIGHTS = "state.pt", "autoencoder.pt"
FEWEST = 2
"""Crops below which there is nothing to vary."""


def groups(found: CropSet, wishes: Settings) -> list[tuple[str, ...]]:
    """Which classes share an autoencoder: the configured groups, every other class by itself.

    Classes without crops are left out. Raises ``CropsError`` for names that the set does not know.
    """
    wanted = [tuple(group) for group in wishes.vae.ensembles]
    unknown = sorted({name for group in wanted for name in group} - set(found.classes))
    if unknown:
        raise CropsError(f"vae.ensembles names {', '.join(unknown)}; the crops have {', '.join(found.classes)}")
    grouped = {name for group in wanted for name in group}
    present = [tuple(name for name in group if found.counts[name]) for group in wanted]
    alone = [(name,) for name in found.classes if name not in grouped and found.counts[name]]
    return [group for group in present if group] + alone


def folder_of(root: Path, group: tuple[str, ...]) -> Path:
    """Where the autoencoder of a group lies."""
    return root / "+".join(group)


def train(
    new: CropSet,
    old: CropSet | None,
    classifier: Classifier,
    wishes: Settings,
    folder: Path,
    guard: Guard | None = None,
) -> Autoencoder:
    """One autoencoder for all crops of ``new``, and as many of ``old`` in every batch where given.

    Its encoder starts from ``classifier``. Resumes in ``folder``. Raises ``CropsError`` for too few crops,
    ``TrainingError``, ``Stopped``, ``OutputError``.
    """
    if len(new) < FEWEST:
        held = " and ".join(name for name, count in new.counts.items() if count) or folder.name
        raise CropsError(f"{len(new)} crop of {held}: an autoencoder needs at least {FEWEST}")
    template = template_of(wishes.model)
    if classifier.template != template:
        raise CropsError(f"the classifier has the template {classifier.template}, the settings say {template}")
    how, seed = wishes.vae, child(wishes.seed, "vae")
    model = Autoencoder(template, how.latent)
    initialise(model, child(seed, "start"))
    model.start_from(classifier)
    model = model.to(fitting.device(), memory_format=torch.channels_last)
    seen = [digest(found) for found in (new, old) if found is not None]
    mark = fingerprint(wishes.seed, wishes.precision, wishes.model, how, seen, _weights_mark(classifier))
    schedule = Schedule(how.steps, how.rate, how.first_rate, how.warmup, how.final)
    loss = loss_over(new, old, classifier, wishes, seed)
    curve = fitting.fit(model, loss, schedule, folder / STATE, mark, guard or Guard(save_every=wishes.save_every))
    curve.write(folder, f"Autoencoder of {folder.name}: loss of a crop")
    save(folder, model, new.classes)
    return model.eval()


def loss_over(new: CropSet, old: CropSet | None, classifier: Classifier, wishes: Settings, seed: int) -> fitting.LossOf:
    """What ``autoencoder.loss`` says of the crops and the noise of a step, both drawn from (``seed``, step) alone."""
    how, dtype, place = wishes.vae, fitting.precision(wishes.precision), fitting.device()
    pixels = new.pixels if old is None else np.concatenate([new.pixels, old.pixels])
    domain = np.arange(len(pixels)) >= len(new)
    batches = Batches(domain.astype(int), how.batch, seed, balance=True)
    judge = classifier.encoder.eval().requires_grad_(False) if how.perceptual > 0 else None

    def loss(model: nn.Module, step: int) -> tuple[Tensor, dict[str, float]]:
        some = pixels[batches.at(step)]
        crops = to_tensor(flipped(some, seed, step) if how.flip else some, place)
        with torch.autocast(place.type, dtype, enabled=dtype != torch.float32):
            made, mean, spread = model(crops, noise(seed, step, (len(some), how.latent)).to(place))
            made = made.float()
            return autoencoder.loss(crops, made, mean.float(), spread.float(), weights(how, step), judge)

    return loss


def weights(how: Vae, step: int) -> autoencoder.Weights:
    """What the parts of the loss count at ``step``: beta rises along a line over the first ``beta_warmup`` steps."""
    rising = how.beta_warmup * how.steps
    beta = how.beta * min(1.0, step / rising) if rising else how.beta
    return autoencoder.Weights(beta, how.variance == "learned", how.free_bits, how.perceptual)


def _weights_mark(classifier: Classifier) -> str:
    """Something that differs for another classifier."""
    return f"{sum(float(value.double().sum()) for value in classifier.state_dict().values()):.12g}"


def save(folder: Path, model: Autoencoder, classes: tuple[str, ...]) -> None:
    """Keep weights, template, latent size and classes. Raises ``OutputError``."""
    data = io.BytesIO()
    weights = {name: value.cpu() for name, value in model.state_dict().items()}
    about = {"template": asdict(model.template), "latent": model.latent, "classes": list(classes)}
    torch.save({**about, "model": weights}, data)
    write_atomic(folder / WEIGHTS, data.getvalue())


def load(folder: Path) -> tuple[Autoencoder, tuple[str, ...]]:
    """A trained autoencoder and its classes. Raises ``TrainingError``."""
    saved = fitting.weights_of(folder / WEIGHTS)
    try:
        model = Autoencoder(Template(**saved["template"]), int(saved["latent"]))
        model.load_state_dict(saved["model"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise TrainingError(f"{folder}: no autoencoder of ours in it ({error}); train one") from error
    return model.to(fitting.device(), memory_format=torch.channels_last).eval(), tuple(saved["classes"])
