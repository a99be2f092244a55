"""Normalisation for batches of two or three pictures."""

from __future__ import annotations

import math

import torch
from torch import nn

GROUPS = 16
"""Of the group norm; fewer where channels don't divide."""


class StillBatchNorm(nn.BatchNorm2d):
    """Batch norm that always uses its stored statistics, whatever ``train()`` asks for.

    The statistics of ImageNet are better than those of two rendered pictures: detectors whose backbones were left to
    collect their own at batch 2 found nothing at all. Scale and shift can still be trained.
    """

    def train(self, mode: bool = True) -> StillBatchNorm:
        """Stay in evaluation mode."""
        return super().train(False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """NxCxHxW, same shape."""
        return nn.functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, training=False, eps=self.eps
        )


def group_norm(channels: int) -> nn.GroupNorm:
    """For layers that are trained from nothing: works on one picture as well as on many."""
    return nn.GroupNorm(math.gcd(GROUPS, channels // 2), channels)
