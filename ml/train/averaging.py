"""A moving average of the weights: what is judged, kept as best and used in the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import nn


class Average:
    """Averages of the trained parameters; everything else is taken as it is.

    The share of the old grows with the steps, ``(1 + t) / (10 + t)``, up to ``most``: the average spans about the last
    tenth of a short run and ``1 / (1 - most)`` steps of a long one.
    """

    def __init__(self, model: nn.Module, most: float) -> None:
        self.most = most
        self.names = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
        parameters = dict(model.named_parameters())
        self._live = [parameters[name] for name in self.names]
        self.values = [parameter.detach().clone() for parameter in self._live]

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Take in the weights after ``step`` steps, counted from 1."""
        old = min(self.most, (1 + step) / (10 + step)) if self.most else 0.0
        torch._foreach_lerp_(self.values, self._live, 1 - old)

    def state(self, model: nn.Module) -> dict[str, torch.Tensor]:
        """The model's whole state with averaged parameters; tensors are shared, not copied."""
        return {**{name: value.detach() for name, value in model.state_dict().items()}, **dict(self._pairs())}

    def load(self, state: Mapping[str, torch.Tensor]) -> None:
        """Go on from a ``state``."""
        for name, value in self._pairs():
            value.copy_(state[name])

    def _pairs(self) -> Iterable[tuple[str, torch.Tensor]]:
        return zip(self.names, self.values, strict=True)
