"""The SE template: one pattern for the classifier and both halves of the autoencoder (paper 2, section 5).

Stem, dense groups with squeeze-excitation, transitions between them. Three settings: number of groups, width,
compression. With 4, 64, 0.8 at 32 x 32 and six classes the classifier has the 801,980 parameters of the paper, 797,980
trainable; parameters count as in the paper, with the running means and variances of batch normalisation.

The paper speaks of 12 convolutions. No layout with 12 gives its totals; this one has 13, of which 12 stand behind batch
normalisation and ReLU, and gives both totals exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

MOMENTUM = 0.1


@dataclass(frozen=True)
class Template:
    """The settings of the template."""

    groups: int = 4
    width: int = 64
    compression: float = 0.8
    size: int = 32
    """Side of a crop, pixels; divisible by 2 ** (groups - 1)."""

    @property
    def base(self) -> int:
        """Side of the last feature map."""
        return self.size >> (self.groups - 1)

    @property
    def channels(self) -> tuple[int, ...]:
        """Channels at the entry of each group, then those at the exit of the last one: 64, 102, 132, 156, 220."""
        found = [self.width]
        for group in range(self.groups):
            dense = found[-1] + self.width
            found.append(dense if group == self.groups - 1 else int(self.compression * dense))
        return tuple(found)

    @property
    def features(self) -> int:
        """Length of the pooled feature vector: 220."""
        return self.channels[-1]


class Excitation(nn.Module):
    """Squeeze-excitation: each channel scaled by what all channels say on average (Hu et al. 2018), without biases."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(width, width // 2, bias=False)
        self.excite = nn.Linear(width // 2, width, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        weight = torch.sigmoid(self.excite(torch.relu(self.squeeze(features.mean((2, 3))))))
        return features * weight[:, :, None, None]


class DenseGroup(nn.Module):
    """Bottleneck 1 x 1 to 4 widths, 3 x 3 back to one, its output laid beside its input: c -> c + width channels.

    ``transposed`` mirrors it for a decoder, with transposed convolutions and without squeeze-excitation.
    """

    def __init__(self, channels: int, width: int, transposed: bool = False) -> None:
        super().__init__()
        convolution = nn.ConvTranspose2d if transposed else nn.Conv2d
        self.norm1 = nn.BatchNorm2d(channels, momentum=MOMENTUM)
        self.narrow = convolution(channels, 4 * width, 1)
        self.norm2 = nn.BatchNorm2d(4 * width, momentum=MOMENTUM)
        self.look = convolution(4 * width, width, 3, padding=1)
        self.excitation = nn.Identity() if transposed else Excitation(width)

    def forward(self, features: Tensor) -> Tensor:
        more = self.narrow(torch.relu(self.norm1(features)))
        more = self.look(torch.relu(self.norm2(more)))
        return torch.cat([features, self.excitation(more)], 1)


class Transition(nn.Module):
    """Between two groups: fewer channels, half the side (or double the side in a decoder)."""

    def __init__(self, channels: int, kept: int, transposed: bool = False) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, momentum=MOMENTUM)
        self.reduce = (nn.ConvTranspose2d if transposed else nn.Conv2d)(channels, kept, 1)
        self.resize = nn.Upsample(scale_factor=2) if transposed else nn.AvgPool2d(2)

    def forward(self, features: Tensor) -> Tensor:
        return self.resize(self.reduce(torch.relu(self.norm(features))))


class Encoder(nn.Module):
    """Crops n x 3 x size x size, 0..1 -> features n x 220 x 4 x 4. Classifier and autoencoder share it."""

    def __init__(self, template: Template) -> None:
        super().__init__()
        width = template.width
        self.stem = nn.Conv2d(3, width // 2, 3, padding=1)
        self.norm = nn.BatchNorm2d(width // 2, momentum=MOMENTUM)
        self.widen = nn.Conv2d(width // 2, width, 1)
        self.groups = nn.ModuleList(groups_of(template))

    def forward(self, crops: Tensor) -> Tensor:
        return self.stages(crops)[-1]

    def stages(self, crops: Tensor) -> list[Tensor]:
        """The features after every group and transition, finest first: what a perceptual loss compares."""
        features = self.widen(torch.relu(self.norm(self.stem(crops * 2 - 1))))
        found = []
        for layer in self.groups:
            features = layer(features)
            found.append(features)
        return found


def groups_of(template: Template, transposed: bool = False) -> list[nn.Module]:
    """Groups and the transitions between them, in order."""
    layers: list[nn.Module] = []
    channels = template.channels
    for group in range(template.groups):
        layers.append(DenseGroup(channels[group], template.width, transposed))
        if group < template.groups - 1:
            layers.append(Transition(channels[group] + template.width, channels[group + 1], transposed))
    return layers


class Classifier(nn.Module):
    """SE-SOTA-ConvNN: encoder, mean over the map, one dense layer."""

    def __init__(self, template: Template, classes: int) -> None:
        super().__init__()
        self.template = template
        self.encoder = Encoder(template)
        self.head = nn.Linear(template.features, classes)

    def forward(self, crops: Tensor) -> Tensor:
        """Logits n x classes."""
        return self.head(self.features(crops))

    def features(self, crops: Tensor) -> Tensor:
        """Pooled features n x 220: where distances between crops are measured."""
        return self.encoder(crops).mean((2, 3))


def count(model: nn.Module) -> tuple[int, int]:
    """(all parameters, trainable ones) as Keras and the paper count: running statistics are untrained parameters."""
    trainable = sum(parameter.numel() for parameter in model.parameters())
    running = sum(b.numel() for name, b in model.named_buffers() if name.endswith(("running_mean", "running_var")))
    return trainable + running, trainable


def initialise(model: nn.Module, seed: int) -> None:
    """Draw all weights anew from ``seed`` alone: He normal for kernels, 0 for biases."""
    generator = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            fan = module.weight[0].numel() if not isinstance(module, nn.ConvTranspose2d) else _transposed_fan(module)
            with torch.no_grad():
                module.weight.copy_(torch.randn(module.weight.shape, generator=generator) * (2.0 / fan) ** 0.5)
                if module.bias is not None:
                    module.bias.zero_()
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()


def _transposed_fan(module: nn.ConvTranspose2d) -> int:
    """Inputs that an output pixel sees: a transposed kernel lies input first."""
    return module.weight[:, 0].numel()
