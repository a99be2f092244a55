"""Which anchors and proposals a step learns from: drawn a picture, from a seed that the picture's target brings along.

So a step is a function of weights and pictures alone, however the batch is dealt out to processes, and a loss that is a
mean over what was drawn can be put together again: the counts are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torchvision.models.detection import MaskRCNN

PARTS = ("loss_classifier", "loss_box_reg", "loss_mask", "loss_objectness", "loss_rpn_box_reg")


class SeededSampler:
    """torchvision's ``BalancedPositiveNegativeSampler`` with a generator a picture."""

    def __init__(self, size: int, share: float, salt: int) -> None:
        self.size = size
        self.most_positive = int(size * share)
        self.salt = salt
        self.seeds: Sequence[int] = ()
        self.drawn = 0
        """Samples of the last call, over all its pictures."""
        self.positive = 0

    def __call__(self, matches: list[torch.Tensor]) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """Masks (uint8 N) of positive and negative samples a picture, from its matches N: from 1 hit, 0 miss, -1 no."""
        seeds = self.seeds if len(self.seeds) == len(matches) else [0] * len(matches)
        hits, misses = [], []
        for match, seed in zip(matches, seeds, strict=True):
            generator = torch.Generator(match.device).manual_seed(seed ^ self.salt)
            hit, miss = torch.where(match >= 1)[0], torch.where(match == 0)[0]
            hit = _some(hit, self.most_positive, generator)
            miss = _some(miss, self.size - len(hit), generator)
            hits.append(torch.zeros_like(match, dtype=torch.uint8).index_fill_(0, hit, 1))
            misses.append(torch.zeros_like(match, dtype=torch.uint8).index_fill_(0, miss, 1))
            self.drawn += len(hit) + len(miss)
            self.positive += len(hit)
        return hits, misses


def _some(indices: torch.Tensor, most: int, generator: torch.Generator) -> torch.Tensor:
    order = torch.randperm(len(indices), generator=generator, device=indices.device)
    return indices[order[:most]]


@dataclass(frozen=True)
class Counts:
    """What the means of a forward pass were taken over."""

    anchors: int
    proposals: int
    positives: int

    def of(self, part: str) -> int:
        """Count behind a loss part."""
        if part == "loss_mask":
            return self.positives
        return self.anchors if part in ("loss_objectness", "loss_rpn_box_reg") else self.proposals


def seed_sampling(model: MaskRCNN) -> None:
    """Let a network for training draw from its targets' ``seed``s; without them it draws the same every time."""
    rpn, heads = model.rpn.fg_bg_sampler, model.roi_heads.fg_bg_sampler
    model.rpn.fg_bg_sampler = SeededSampler(rpn.batch_size_per_image, rpn.positive_fraction, 1)
    model.roi_heads.fg_bg_sampler = SeededSampler(heads.batch_size_per_image, heads.positive_fraction, 2)
    model.register_forward_pre_hook(_hand_out_seeds)


def _hand_out_seeds(model: nn.Module, arguments: tuple) -> None:
    targets = arguments[1] if len(arguments) > 1 and arguments[1] else ()
    seeds = [int(target["seed"]) for target in targets if "seed" in target]
    for sampler in (model.rpn.fg_bg_sampler, model.roi_heads.fg_bg_sampler):
        sampler.seeds, sampler.drawn, sampler.positive = seeds, 0, 0


def counts(model: MaskRCNN) -> Counts:
    """Of the last forward pass."""
    rpn, heads = model.rpn.fg_bg_sampler, model.roi_heads.fg_bg_sampler
    return Counts(rpn.drawn, heads.drawn, heads.positive)
