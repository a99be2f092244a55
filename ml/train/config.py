"""What a run was asked for, in plain values: saved beside its checkpoints, compared when it goes on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

AUGMENTS = ("schedule", "strong", "weak", "none")
"""schedule: weak until 40 % of the run, strong then. Weak fits faster, strong carries over to photos."""
OPTIMISERS = {"sgd": 0.02, "adamw": 0.0005}
"""With the learning rate that each takes when none is given."""
_FREE = frozenset({"validations"})
"""Wishes that may differ when a run goes on: they don't touch the weights."""


class TrainError(Exception):
    """A run that can't start or go on; the message says what to do."""


@dataclass(frozen=True)
class Wishes:
    """Everything that decides what is learned, the data sets' contents and the network's design aside."""

    datasets: tuple[str, ...]
    mix: tuple[float, ...] = ()
    """Share of every data set in what is shown; empty: each as large as it is."""
    names: tuple[tuple[str, str], ...] = ()
    """Categories that get another name: (theirs, ours)."""
    classes: tuple[str, ...] = ()
    """Categories to learn, in order; empty: all there are."""
    weights: str = "imagenet"
    """Where weights come from: imagenet, coco, none, a file, or another run's folder."""
    minutes: float = 0.0
    epochs: float = 0.0
    steps: int = 0
    """How long; exactly one of the three is not 0."""
    batch: int = 4
    """Pictures a step, over all processes."""
    optimiser: str = "sgd"
    rate: float = 0.0
    """Highest learning rate of the new layers; 0: the optimiser's own."""
    backbone_rate: float = 0.3
    """The backbone's, as a share of it."""
    momentum: float = 0.9
    decay: float = 1e-4
    """Weight decay of kernels; biases and norms have none."""
    warm_up: int = 50
    """Steps until the rate is reached."""
    clip: float = 10.0
    """Largest length of all gradients taken as one vector; 0: not clipped."""
    freeze: int = 2
    """Stages of the backbone, of five, that stay as they are."""
    averaging: float = 0.9995
    """Largest share of the old in a step of the moving average; it starts lower. 0: no averaging."""
    augment: str = AUGMENTS[0]
    holdout: float = 0.15
    """Share of pictures held back for validation, by whole sites; 0: none."""
    validations: int = 8
    """How often the held-back pictures are looked at during a run."""
    min_pixels: int = 30
    """Things that cover fewer pixels of what the network sees are not taught."""
    min_visible: float = 0.2
    """Nor are those of which less than this share is seen."""
    precision: str = "auto"
    """auto: half precision where it is faster; float32."""
    seed: int = 0

    def __post_init__(self) -> None:
        """Raises ``TrainError``."""
        lengths = [self.minutes, self.epochs, self.steps]
        if sum(length != 0 for length in lengths) != 1 or not all(0 <= x < math.inf for x in lengths):
            raise TrainError("say how long: exactly one of --minutes, --epochs and --steps, above 0")
        if self.mix and (
            len(self.mix) != len(self.datasets)
            or not all(0 <= x < math.inf for x in self.mix)
            or sum(share > 0 for share in self.mix) < 1
        ):
            raise TrainError(f"--mix {':'.join(map(str, self.mix))}: one share a data set, at least one above 0")
        _within("--batch", self.batch, 1, 1024)
        _within("--rate", self.rate, 0, 10)
        _within("--backbone-rate", self.backbone_rate, 0, 10)
        _within("--momentum", self.momentum, 0, 0.999)
        _within("--decay", self.decay, 0, 1)
        _within("--warm-up", self.warm_up, 0, 1_000_000)
        _within("--clip", self.clip, 0, math.inf)
        _within("--freeze", self.freeze, 0, 5)
        _within("--averaging", self.averaging, 0, 0.99999)
        _within("--holdout", self.holdout, 0, 0.9)
        _within("--validations", self.validations, 0, 10_000)
        _within("--min-pixels", self.min_pixels, 1, 1_000_000)
        _within("--min-visible", self.min_visible, 0, 1)
        if self.optimiser not in OPTIMISERS:
            raise TrainError(f"--optimiser {self.optimiser}: one of {', '.join(OPTIMISERS)}")
        if self.augment not in AUGMENTS:
            raise TrainError(f"--augment {self.augment}: one of {', '.join(AUGMENTS)}")
        if self.precision not in ("auto", "float32"):
            raise TrainError(f"--precision {self.precision}: auto or float32")

    @property
    def top_rate(self) -> float:
        """Highest learning rate."""
        return self.rate or OPTIMISERS[self.optimiser]


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise TrainError(f"{name} {value:g}: from {low:g} to {high:g}")


def tree(wishes: Wishes) -> dict[str, Any]:
    """Plain JSON values."""
    return {key: _plain(value) for key, value in asdict(wishes).items()}


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def differences(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """What keeps a run from going on, one line a wish: ``batch: 4 there, 8 now``. Both are trees of plain values."""
    keys = [*wanted, *(key for key in there if key not in wanted)]
    return [
        f"{key}: {there.get(key)} there, {wanted.get(key)} now"
        for key in keys
        if key not in _FREE and there.get(key) != wanted.get(key)
    ]


DEFAULTS = {field.name: field.default for field in fields(Wishes) if field.name != "datasets"}
"""Of every wish: what the command line says when nothing is said."""
