"""Bodies that turn pictures into feature maps at strides 4, 8, 16 and 32, in five stages that can be frozen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise

import torch
from torch import nn
from torchvision.models import mobilenet_v3_large, resnet18, resnet50
from torchvision.models.detection.backbone_utils import LastLevelMaxPool
from torchvision.ops import FeaturePyramidNetwork

from .design import Design
from .lite0 import DEVIATION, MEAN, Lite0
from .norm import StillBatchNorm, group_norm

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
"""Mean and deviation of red, green, blue in 0..1 that torchvision's weights expect."""
STAGES = 5
"""The stem and four stages behind it."""


class Body(nn.Module):
    """A classifier's stages, the last four with outputs."""

    def __init__(self, stages: list[nn.Sequential]) -> None:
        super().__init__()
        self.stem, self.stage1, self.stage2, self.stage3, self.stage4 = stages

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        """Nx3xHxW, normalised, H and W multiples of 32, to four maps "0".."3" at strides 4, 8, 16, 32."""
        found: dict[str, torch.Tensor] = OrderedDict()
        x = self.stem(x)
        x = self.stage1(x)
        found["0"] = x
        x = self.stage2(x)
        found["1"] = x
        x = self.stage3(x)
        found["2"] = x
        x = self.stage4(x)
        found["3"] = x
        return found


class Pyramid(nn.Module):
    """Body and feature pyramid: what torchvision's detectors call a backbone."""

    def __init__(
        self, body: Body, channels: tuple[int, ...], width: int, norm: Callable[..., nn.Module] | None
    ) -> None:
        super().__init__()
        self.body = body
        self.fpn = FeaturePyramidNetwork(list(channels), width, LastLevelMaxPool(), norm_layer=norm)
        self.out_channels = width

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        """Nx3xHxW to five maps of ``width`` channels at strides 4, 8, 16, 32, 64."""
        return self.fpn(self.body(x))


def classifier(design: Design) -> nn.Module:
    """The backbone as the ImageNet classifier that its weights belong to, with fresh weights."""
    norm = partial(StillBatchNorm, eps=1e-5 if design.backbone in ("resnet18", "resnet50") else 1e-3)
    norm = group_norm if design.norm == "group" else norm
    if design.backbone == "efficientnet_lite0":
        return Lite0(norm)
    make = {"resnet18": resnet18, "resnet50": resnet50, "mobilenet_v3": mobilenet_v3_large}[design.backbone]
    return make(weights=None, norm_layer=norm)


def pyramid(design: Design, weights: Mapping[str, torch.Tensor] | None = None) -> Pyramid:
    """Body and pyramid of a design; ``weights``: state of its ``classifier``, whose last layers may be missing."""
    net = classifier(design)
    if weights is not None:
        adopt(net, weights)
    stages, channels = _stages(net)
    return Pyramid(Body(stages), channels, design.width, group_norm if design.heads == "slim" else None)


def adopt(net: nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    """Load a classifier's weights, its last layer aside. Raises ``ValueError`` naming what does not fit."""
    own = net.state_dict()
    last = ("fc.", "_fc.", "classifier.")
    fits = {k: v for k, v in weights.items() if k in own and own[k].shape == v.shape}
    lacking = [k for k in own if k not in fits and not k.startswith(last) and not k.endswith("num_batches_tracked")]
    if lacking:
        raise ValueError(
            f"{len(lacking)} of {len(own)} tensors are missing or of another shape, the first: {lacking[0]}"
        )
    net.load_state_dict(fits, strict=False)


def normalisation(design: Design) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and deviation of red, green, blue in 0..1."""
    return (MEAN, DEVIATION) if design.backbone == "efficientnet_lite0" else IMAGENET


def _stages(net: nn.Module) -> tuple[list[nn.Sequential], tuple[int, ...]]:
    """Five stages and the channels of the last four."""
    if isinstance(net, Lite0):
        return net.stages(), Lite0.CHANNELS
    if hasattr(net, "layer1"):
        stem = nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool)
        layers = [net.layer1, net.layer2, net.layer3, net.layer4]
        wide = getattr(net.layer1[-1], "conv3", net.layer1[-1].conv2).out_channels
        return [stem, *layers], tuple(wide * 2**i for i in range(4))
    ends = (0, 2, 4, 7, 13, 16)  # MobileNetV3-Large: strides 2, 4, 8, 16, 32; its last 1x1 convolution is left out
    stages = [nn.Sequential(*net.features[a:b]) for a, b in pairwise(ends)]
    return stages, tuple(stage[-1].out_channels for stage in stages[1:])


def freeze(body: Body, stages: int) -> None:
    """Keep the first ``stages`` of five as they are: no gradients, no updates."""
    for stage in [body.stem, body.stage1, body.stage2, body.stage3, body.stage4][:stages]:
        stage.requires_grad_(False)
