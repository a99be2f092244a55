"""A trained run as a function: picture in, detections out. The only module here that runs a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from . import tiles
from .detections import EMPTY, Crop, Detections, clipped, crop, none, shifted

if TYPE_CHECKING:
    import torch

FLOOR = 0.05
"""Lowest score that is kept for curves: the network's own threshold."""
SOLID = 0.5
"""A pixel belongs to a mask from this probability on."""


class DetectorError(Exception):
    """A run that can't be used; the message says what to do."""


class Detector:
    """A run's network, its categories, and how it looks at large pictures.

    ``size``: pixels of the longer side that pictures are brought to; 0: what the run was trained with. ``tiling``: side
    of the tiles in the picture's pixels; 0: whole pictures only, -1: chosen by the picture's size. Raises
    ``DetectorError``.
    """

    def __init__(
        self,
        run: Path,
        device: str = "auto",
        weights: Literal["best", "last"] = "best",
        *,
        size: int = 0,
        tiling: int = 0,
        floor: float = FLOOR,
    ) -> None:
        try:
            from ..network import checkpoint
        except ImportError as error:
            raise DetectorError(f"{error.name} is missing: pip install -r ml/requirements-train.txt") from error
        try:
            self.trained = checkpoint.load(run, device, weights)
        except checkpoint.CheckpointError as error:
            raise DetectorError(str(error)) from error
        self.categories = self.trained.categories
        self.size = size or self.trained.size
        self.tiling = tiling
        model = self.trained.model
        # Pictures arrive at this size: the network must not change it again.
        model.transform.min_size, model.transform.max_size = (self.size,), self.size
        model.roi_heads.score_thresh = floor

    def detect(self, pixels: np.ndarray) -> Detections:
        """Detections in a picture (uint8 HxWx3, blue first), best first, in its pixels. Raises ``DetectorError``."""
        height, width = pixels.shape[:2]
        side = tiles.side(width, height, self.size, self.tiling)
        if not side:
            return self._whole(pixels)
        views = [self._whole(pixels)]
        places = tiles.layout(width, height, side)
        for left, top, right, bottom in places:
            views.append(shifted(self._whole(pixels[top:bottom, left:right]), left, top))
        return tiles.merge(views, [None, *places], (width, height))

    def _whole(self, pixels: np.ndarray) -> Detections:
        """One pass. The picture is made small before, not inside: masks are made at its size, which may be a UAV's."""
        import torch

        height, width = pixels.shape[:2]
        scale = self.size / max(width, height)
        small = max(1, round(width * scale)), max(1, round(height * scale))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        seen = pixels if small == (width, height) else cv2.resize(pixels, small, interpolation=how)
        rgb = np.ascontiguousarray(seen[:, :, ::-1].transpose(2, 0, 1), np.float32) / 255
        try:
            with torch.inference_mode():
                answer = self.trained.model([torch.from_numpy(rgb).to(self.trained.device)])[0]
        except torch.OutOfMemoryError as error:
            raise DetectorError("out of memory; use --device cpu, or smaller --tiles") from error
        except RuntimeError as error:
            if "alloc" not in str(error).lower() and "memory" not in str(error).lower():
                raise
            raise DetectorError("out of memory; use smaller --tiles or a smaller --image-size") from error
        return read(answer, self.categories, (width, height), small)


def read(
    answer: Mapping[str, torch.Tensor],
    categories: tuple[str, ...],
    size: tuple[int, int],
    small: tuple[int, int],
) -> Detections:
    """The network's answer on a picture of ``small`` (width, height) as detections in one of ``size``."""
    boxes = answer["boxes"].cpu().numpy().astype(np.float32)
    if not len(boxes):
        return none()
    across, down = size[0] / small[0], size[1] / small[1]
    soft = answer["masks"].float().cpu().numpy()[:, 0]
    scaled = boxes * np.array([across, down, across, down], np.float32)
    labels = tuple(categories[int(label) - 1] for label in answer["labels"].cpu().numpy())
    masks = tuple(_mask(one, box, (across, down), size) for one, box in zip(soft, boxes, strict=True))
    return Detections(scaled, answer["scores"].float().cpu().numpy(), labels, masks)


def _mask(soft: np.ndarray, box: np.ndarray, scale: tuple[float, float], size: tuple[int, int]) -> Crop:
    """The mask in the large picture: what is near the box is enlarged smoothly, then cut at half."""
    height, width = soft.shape
    left, top = max(int(box[0]) - 2, 0), max(int(box[1]) - 2, 0)
    right, bottom = min(int(np.ceil(box[2])) + 2, width), min(int(np.ceil(box[3])) + 2, height)
    if right <= left or bottom <= top:
        return EMPTY
    piece = soft[top:bottom, left:right]
    if scale == (1.0, 1.0):
        return crop(piece >= SOLID, left, top)
    x0, y0 = round(left * scale[0]), round(top * scale[1])
    x1, y1 = max(x0 + 1, round(right * scale[0])), max(y0 + 1, round(bottom * scale[1]))
    enlarged = cv2.resize(piece, (x1 - x0, y1 - y0), interpolation=cv2.INTER_LINEAR)
    return clipped(crop(enlarged >= SOLID, x0, y0), *size)
