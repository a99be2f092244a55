"""Mask R-CNN (He et al. 2017) on a feature pyramid: torchvision's, with heads that a CPU can train.

A loss has the paper's three parts, classification, box and mask, for two stages: ``loss_objectness`` and
``loss_rpn_box_reg`` of the first, ``loss_classifier``, ``loss_box_reg`` and ``loss_mask`` of the second.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.faster_rcnn import FastRCNNConvFCHead, FastRCNNPredictor
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.rpn import AnchorGenerator

from .backbones import normalisation, pyramid
from .design import Design
from .norm import group_norm

ANCHORS = {"slim": 16, "stock": 32}
"""Pixels of the smallest anchors; every level doubles them. A helmet in a 320 px picture measures 8 to 30."""
RATIOS = (0.5, 1.0, 2.0)
"""Height over width."""
LEVELS = 5
BOX_FEATURES = 256


def build(design: Design, weights: Mapping[str, torch.Tensor] | None = None) -> MaskRCNN:
    """The network of a design with fresh heads; ``weights``: state of the backbone's classifier.

    In training it takes float RGB pictures 3xHxW in 0..1 and targets (``boxes`` float Nx4 of left, top, right, bottom;
    ``labels`` int64 N from 1; ``masks`` uint8 NxHxW) and gives the loss parts. In evaluation it gives ``boxes``,
    ``labels``, ``scores`` and ``masks`` (float Nx1xHxW in 0..1), best first, in each picture's own pixels.
    """
    smallest = ANCHORS[design.heads]
    sizes = tuple((smallest * 2**level,) for level in range(LEVELS))
    mean, deviation = normalisation(design)
    heads = _slim(design) if design.heads == "slim" else {"num_classes": len(design.categories) + 1}
    return MaskRCNN(
        pyramid(design, weights),
        min_size=design.size,
        max_size=design.size,
        image_mean=list(mean),
        image_std=list(deviation),
        rpn_anchor_generator=AnchorGenerator(sizes, (RATIOS,) * LEVELS),
        **heads,
    )


def _slim(design: Design) -> dict[str, object]:
    """Narrow heads with group norm, and few proposals: the second stage costs most of a step."""
    width, classes = design.width, len(design.categories) + 1
    return {
        "num_classes": None,  # given by the predictors
        "rpn_pre_nms_top_n_train": 4 * design.proposals,
        "rpn_post_nms_top_n_train": design.proposals,
        "rpn_pre_nms_top_n_test": 4 * design.proposals,
        "rpn_post_nms_top_n_test": design.proposals,
        "box_batch_size_per_image": design.samples,
        "box_head": FastRCNNConvFCHead((width, 7, 7), [width, width], [BOX_FEATURES], norm_layer=group_norm),
        "box_predictor": FastRCNNPredictor(BOX_FEATURES, classes),
        "mask_head": MaskRCNNHeads(width, [width] * 4, 1, norm_layer=group_norm),
        "mask_predictor": MaskRCNNPredictor(width, width, classes),
    }
