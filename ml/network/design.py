"""What a network is, in plain values: enough to build it again, anywhere. No torch, so that ``--help`` stays quick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

BACKBONES = ("efficientnet_lite0", "resnet18", "resnet50", "mobilenet_v3")
"""The first one starts from ImageNet without a network: its weights come as a Python package."""
HEADS = ("slim", "stock")
"""slim: narrow, group norm, few proposals, anchors from 16 px: for CPUs and for training from little. stock:
torchvision's own widths and anchors, as COCO's weights need them."""
NORMS = ("batch", "group")
"""batch: the backbone's batch norm with the statistics of its ImageNet weights, never its own. group: for a backbone
without such weights."""
_SMALLEST_SIZE = 32


class DesignError(Exception):
    """A network that can't be built; the message says what to choose."""


@dataclass(frozen=True)
class Design:
    """Everything that shapes the network. Label 0 is background; label ``i + 1`` is ``categories[i]``."""

    categories: tuple[str, ...]
    backbone: str = BACKBONES[0]
    size: int = 320
    """Pixels of a picture's longer side as the network sees it; any picture is brought to it, and its answers back."""
    heads: str = HEADS[0]
    norm: str = NORMS[0]
    width: int = 96
    """Channels of the feature pyramid and of the slim heads; a multiple of 8."""
    proposals: int = 200
    """Regions a picture that the second stage looks at (slim)."""
    samples: int = 64
    """Of those, how many a picture the second stage learns from (slim)."""

    def __post_init__(self) -> None:
        """Raises ``DesignError``."""
        if not self.categories or len(set(self.categories)) != len(self.categories) or "" in self.categories:
            raise DesignError(f"categories {list(self.categories)}: at least one, each with a name of its own")
        if self.backbone not in BACKBONES:
            raise DesignError(f"unknown backbone {self.backbone!r}: choose one of {', '.join(BACKBONES)}")
        if self.heads not in HEADS:
            raise DesignError(f"unknown heads {self.heads!r}: choose one of {', '.join(HEADS)}")
        if self.norm not in NORMS:
            raise DesignError(f"unknown norm {self.norm!r}: choose one of {', '.join(NORMS)}")
        if self.size < _SMALLEST_SIZE or self.width < 8 or self.width % 8 or self.proposals < 1 or self.samples < 4:
            raise DesignError(
                f"size {self.size} (from {_SMALLEST_SIZE}), width {self.width} (a multiple of 8), "
                f"proposals {self.proposals} (from 1), samples {self.samples} (from 4): out of range"
            )

    @property
    def depthwise(self) -> bool:
        """Whether the backbone is made of depthwise convolutions, which CPUs run faster in float32 than in bfloat16."""
        return self.backbone in ("efficientnet_lite0", "mobilenet_v3")


def tree(design: Design) -> dict[str, Any]:
    """Plain JSON values."""
    return {**asdict(design), "categories": list(design.categories)}


def parse(values: Mapping[str, Any]) -> Design:
    """Inverse of ``tree``. Raises ``DesignError`` for keys and values that are none of ours."""
    try:
        categories: Sequence[str] = values["categories"]
        if isinstance(categories, str) or not all(isinstance(name, str) for name in categories):
            raise TypeError("categories is no list of names")
        return Design(**{**values, "categories": tuple(categories)})
    except (KeyError, TypeError) as error:
        raise DesignError(f"not a network design ({error})") from error
