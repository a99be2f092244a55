"""VAENN: a variational autoencoder whose two halves repeat the classifier (paper 2, sections 3 and 5).

The paper counts 24 convolutions, 2,243,960 parameters, 2,235,960 of them trainable, and does not name the latent size.
This mirror can't meet that total at any latent size: each unit of it brings 8,066 parameters, the rest is odd (three
output channels bring three biases), the published total is even. At 74 it has 2,244,083, 123 more than published
(0.005 %), and exactly the published 8,000 that are not trained.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from .template import MOMENTUM, Classifier, Encoder, Template, groups_of

PUBLISHED = (2_243_960, 2_235_960)
"""Parameters that the paper states: all, trainable."""


class Decoder(nn.Module):
    """Latent n x d -> crops n x 3 x size x size, 0..1: the encoder's mirror with transposed convolutions."""

    def __init__(self, template: Template, latent: int) -> None:
        super().__init__()
        width = template.width
        self.shape = (width, template.base, template.base)
        self.spread = nn.Linear(latent, width * template.base**2)
        self.groups = nn.ModuleList(groups_of(template, transposed=True))
        self.gather = nn.ConvTranspose2d(template.features, width // 2, 3, padding=1)
        self.norm = nn.BatchNorm2d(width // 2, momentum=MOMENTUM)
        self.paint = nn.ConvTranspose2d(width // 2, 3, 3, padding=1)

    def forward(self, latent: Tensor) -> Tensor:
        features = self.spread(latent).unflatten(1, self.shape)
        for layer in self.groups:
            features = layer(features)
        return torch.sigmoid(self.paint(torch.relu(self.norm(self.gather(features)))))


class Autoencoder(nn.Module):
    """Encoder, a normal distribution in latent space for every crop, decoder."""

    def __init__(self, template: Template, latent: int) -> None:
        super().__init__()
        if latent < 1:
            raise ValueError(f"latent size {latent}: at least 1")
        self.template = template
        self.latent = latent
        flat = template.features * template.base**2
        self.encoder = Encoder(template)
        self.mean = nn.Linear(flat, latent)
        self.spread = nn.Linear(flat, latent)
        self.decoder = Decoder(template, latent)

    def encode(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance, n x d each, of the crops' places in latent space."""
        flat = self.encoder(crops).flatten(1)
        # Bounded: a log variance of 20 would overflow in exp() long before it meant anything.
        return self.mean(flat), self.spread(flat).clamp(-12, 6)

    def forward(self, crops: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Reconstruction from z = mean + sigma * noise (eq. 1), mean, log variance; ``noise``: n x d, normal."""
        mean, spread = self.encode(crops)
        return self.decoder(mean + torch.exp(spread / 2) * noise), mean, spread

    def start_from(self, classifier: Classifier | Mapping[str, Tensor]) -> None:
        """Take the encoder's weights from a trained classifier of the same template."""
        weights = classifier.state_dict() if isinstance(classifier, Classifier) else classifier
        self.encoder.load_state_dict(
            {name.removeprefix("encoder."): value for name, value in weights.items() if name.startswith("encoder.")}
        )


@dataclass(frozen=True)
class Weights:
    """What the parts of the loss count."""

    beta: float = 0.05
    """Of the divergence; in units of the summed squared error, or of nats where ``learned``."""
    learned: bool = False
    """Whether the pixels' variance is fitted to the error at hand instead of fixed at 1/2."""
    free: float = 0.0
    """Nats of divergence a latent number that cost nothing."""
    seen: float = 0.0
    """Of the difference that the classifier's features see."""


def loss(
    crops: Tensor, made: Tensor, mean: Tensor, spread: Tensor, weights: Weights, judge: Encoder | None = None
) -> tuple[Tensor, dict[str, float]]:
    """Negative evidence bound of a crop, a scalar, and its parts for the log.

    With x the crop, y what came back, D numbers in each, and a normal N(mean_j, s_j^2), log s_j^2 = spread_j, for each
    of the d latent numbers:

        pixels     = sum (x - y)^2                                            (mean over the batch)
        divergence = 1/2 sum_j (mean_j^2 + s_j^2 - log s_j^2 - 1)             (Kingma, Welling 2013)
        total      = pixels + beta sum_j max(divergence_j, free) + seen * perceptual

    ``learned``: a decoder N(y, v) whose v is the best there is, pixels / D (Rybkin et al. 2021), has the bound
    pixels / 2v + divergence up to a constant; times 2v, so that learning rates mean the same, beta becomes 2 v beta.
    ``free`` keeps latent numbers from collapsing (Kingma et al. 2016): a number whose mean divergence is below it is
    pushed no further down. ``judge``: the classifier's encoder, frozen; crops shall look alike to it as well (Hou et
    al. 2016): mean over the groups' outputs f of |f(x) - f(y)|^2 / var f(x), each counting alike whatever its size.

    ``crops``, ``made``: n x 3 x S x S, 0..1; ``mean``, ``spread``: n x d.
    """
    pixels = functional.mse_loss(made, crops, reduction="sum") / len(crops)
    each = 0.5 * (mean.square() + spread.exp() - spread - 1).mean(0)
    beta = weights.beta * (2 * pixels.detach() / crops[0].numel() if weights.learned else 1)
    total = pixels + beta * each.clamp(min=weights.free).sum()
    parts = {"pixels": float(pixels.detach()), "divergence": float(each.detach().sum())}
    if judge is not None and weights.seen > 0:
        with torch.no_grad():
            wanted = judge.stages(crops)
        # Every second stage is a group's output, the others are transitions.
        pairs = list(zip(judge.stages(made), wanted, strict=True))[::2]
        seen = sum(functional.mse_loss(one, other) / (other.var() + 1e-6) for one, other in pairs) / len(pairs)
        total = total + weights.seen * seen
        parts["seen"] = float(seen.detach())
    return total, parts
