"""One step: forward, backward, clip, update, average."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch.nn.parallel import DistributedDataParallel
from torchvision.models.detection import MaskRCNN

from dataset.spec import child
from ml.network.backbones import freeze
from ml.network.sampling import PARTS, counts, seed_sampling

from .averaging import Average
from .config import TrainError, Wishes
from .precision import Precision
from .samples import Sample, batch
from .team import Team

_NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "bad_alloc")


class Stepper:
    """Network, optimiser and average, and what a step does to them."""

    def __init__(self, model: MaskRCNN, wishes: Wishes, team: Team, precision: Precision, depthwise: bool) -> None:
        self.wishes, self.team, self.precision = wishes, team, precision
        self.model = model.to(team.device, memory_format=torch.channels_last).train()
        freeze(self.model.backbone.body, wishes.freeze)
        seed_sampling(self.model)
        precision.prepare(self.model, depthwise)
        self.optimiser = optimiser(self.model, wishes)
        self.average = Average(self.model, wishes.averaging)
        self.chunk = wishes.batch // team.size
        """Pictures that go through the network at once; less than the batch after running out of memory."""
        self.forward: Any = self.model
        if team.size > 1:
            self.forward = DistributedDataParallel(self.model, broadcast_buffers=False)
        self.parameters = [p for p in self.model.parameters() if p.requires_grad]

    def step(self, samples: Sequence[Sample], number: int, rate: float) -> dict[str, float]:
        """Learn from this process's pictures of the batch after ``number`` steps; loss parts of the whole batch.

        Raises ``TrainError`` when a loss is not finite (nothing is changed then) or memory does not suffice for one
        picture.
        """
        while True:
            try:
                losses = self._gradients(samples, number)
                break
            except (RuntimeError, MemoryError) as error:
                if not _no_memory(error):
                    raise
                self._halve(error)
        if not all(map(math.isfinite, losses.values())):
            parts = ", ".join(f"{name.removeprefix('loss_')} {value:.3g}" for name, value in losses.items())
            raise TrainError(f"the loss is not finite at step {number + 1} ({parts}): give a lower --rate")
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["scale"]
        self._update()
        self.average.update(number + 1)
        return losses

    def _gradients(self, samples: Sequence[Sample], number: int) -> dict[str, float]:
        """Gradients of the whole batch's loss in every process; the loss parts."""
        torch.manual_seed(child(self.wishes.seed, "step", number))  # nothing draws from it today; a layer may tomorrow
        self.optimiser.zero_grad(set_to_none=True)
        sums = dict.fromkeys(PARTS, 0.0)
        for first in range(0, len(samples), self.chunk):
            part = samples[first : first + self.chunk]
            images, targets = batch(part, self.team.device)
            with self.precision.context():
                losses = self.forward(images, targets)
            share = len(part) / len(samples)
            weights, values = self._weights(losses)
            loss = sum(loss if weights[name] == 1 else loss * weights[name] for name, loss in losses.items())
            loss = loss if share == 1 else loss * share
            (self.precision.scaler.scale(loss) if self.precision.scaler else loss).backward()
            sums = {name: sums[name] + share * values[name] for name in sums}
        return sums

    def _weights(self, losses: dict[str, torch.Tensor]) -> tuple[dict[str, float], dict[str, float]]:
        """What to multiply this process's means by, so that their average over processes is the mean over everything.

        Also the loss parts over everything.
        """
        own = torch.stack([losses[name].detach().float() for name in PARTS]).double().cpu()
        if self.team.size == 1:
            return dict.fromkeys(PARTS, 1.0), dict(zip(PARTS, own.tolist(), strict=True))
        numbers = torch.tensor([counts(self.model).of(name) for name in PARTS], dtype=torch.float64)
        # A part without samples is 0, not a mean; 0 * NaN stays NaN, so that a broken process is heard by all.
        both = self.team.sum(torch.cat([numbers, own * numbers])).cpu()
        total, summed = both[: len(PARTS)], both[len(PARTS) :]
        weights = torch.where(total > 0, numbers * self.team.size / total.clamp(min=1), 1.0)
        means = summed / total.clamp(min=1)
        return dict(zip(PARTS, weights.tolist(), strict=True)), dict(zip(PARTS, means.tolist(), strict=True))

    def _update(self) -> None:
        scaler = self.precision.scaler
        if scaler:
            scaler.unscale_(self.optimiser)
        if self.wishes.clip:
            torch.nn.utils.clip_grad_norm_(self.parameters, self.wishes.clip)
        if scaler:
            scaler.step(self.optimiser)
            scaler.update()
        else:
            self.optimiser.step()

    def _halve(self, error: Exception) -> None:
        """Half as many pictures at once; the step stays the same. Raises ``TrainError`` where that is no way out."""
        self.optimiser.zero_grad(set_to_none=True)
        if self.team.size > 1:
            raise TrainError("out of memory in one of several processes: give a smaller --batch") from error
        if self.chunk == 1:
            raise TrainError("out of memory with a single picture: give a smaller --image-size or --width") from error
        self.chunk = (self.chunk + 1) // 2
        if self.team.device.type == "cuda":
            torch.cuda.empty_cache()

    def state(self) -> dict[str, Any]:
        """Everything to go on from, as tensors and plain values."""
        return {
            "weights": {name: value.detach() for name, value in self.model.state_dict().items()},
            "averaged": self.average.state(self.model),
            "optimiser": self.optimiser.state_dict(),
            "scaler": self.precision.scaler.state_dict() if self.precision.scaler else {},
            "chunk": self.chunk,
        }

    def load(self, state: dict[str, Any]) -> None:
        """Go on from a ``state``."""
        self.model.load_state_dict(state["weights"])
        self.average.load(state["averaged"])
        self.optimiser.load_state_dict(state["optimiser"])
        if self.precision.scaler and state["scaler"]:
            self.precision.scaler.load_state_dict(state["scaler"])
        self.chunk = min(self.chunk, int(state["chunk"]))


def optimiser(model: MaskRCNN, wishes: Wishes) -> torch.optim.Optimizer:
    """The wished one, its rate still 0."""
    chosen = groups(model, wishes)
    if wishes.optimiser == "adamw":
        return torch.optim.AdamW(chosen, lr=0.0, betas=(float(wishes.momentum), 0.999))
    return torch.optim.SGD(chosen, lr=0.0, momentum=float(wishes.momentum))


def groups(model: MaskRCNN, wishes: Wishes) -> list[dict[str, Any]]:
    """Parameters by rate and decay: the backbone learns slower, biases and norms don't decay. Plain floats only.

    (A numpy number in a group would end up in the checkpoint, where ``weights_only`` refuses it.)
    """
    body = {id(parameter) for parameter in model.backbone.body.parameters()}
    found = []
    for inside, scale in ((True, float(wishes.backbone_rate)), (False, 1.0)):
        chosen = [p for p in model.parameters() if p.requires_grad and (id(p) in body) == inside]
        kernels, others = [p for p in chosen if p.ndim > 1], [p for p in chosen if p.ndim <= 1]
        for parameters, decay in ((kernels, float(wishes.decay)), (others, 0.0)):
            if parameters:
                found.append({"params": parameters, "weight_decay": decay, "scale": scale})
    return found


def _no_memory(error: BaseException) -> bool:
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(word in text for word in _NO_MEMORY)
