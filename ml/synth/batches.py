"""Which crops a step sees, and as what tensors: all drawn from (seed, step)."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

from dataset.spec import stream


def to_tensor(pixels: np.ndarray, device: torch.device | str = "cpu") -> Tensor:
    """uint8 n x H x W x 3 RGB -> float32 n x 3 x H x W, 0..1."""
    # A view with its channels last in memory, which convolutions on a CPU are fastest in.
    return torch.from_numpy(np.ascontiguousarray(pixels)).to(device).permute(0, 3, 1, 2).float().div_(255)


def to_pixels(crops: Tensor) -> np.ndarray:
    """float n x 3 x H x W, 0..1 -> uint8 n x H x W x 3 RGB."""
    return crops.float().clamp(0, 1).mul(255).round().byte().permute(0, 2, 3, 1).contiguous().cpu().numpy()


class Batches:
    """Batches of crops by step: shuffled epochs, balanced between groups where wished.

    ``groups``: an integer a crop. Balanced, each batch draws from the groups in turn, each through its own shuffled
    epochs; else all crops form one group.
    """

    def __init__(self, groups: np.ndarray, batch: int, seed: int, balance: bool) -> None:
        if len(groups) == 0:
            raise ValueError("no crops")
        keys = np.unique(groups) if balance else [None]
        self.members = [np.arange(len(groups)) if key is None else np.flatnonzero(groups == key) for key in keys]
        self.batch = batch
        self.seed = seed
        self._orders: dict[tuple[int, int], np.ndarray] = {}

    def at(self, step: int) -> np.ndarray:
        """Indices of the crops of step ``step``, int64."""
        ways = len(self.members)
        first = step * self.batch
        return np.array([self._member(place % ways, place // ways) for place in range(first, first + self.batch)])

    def _member(self, group: int, place: int) -> int:
        """The crop at ``place`` in the endless sequence of a group's shuffled epochs."""
        epoch, offset = divmod(place, len(self.members[group]))
        key = (group, epoch)
        if key not in self._orders:
            if len(self._orders) > 4 * len(self.members):
                self._orders.clear()
            self._orders[key] = stream(self.seed, "epoch", group, epoch).permutation(len(self.members[group]))
        return int(self.members[group][self._orders[key][offset]])


def flipped(pixels: np.ndarray, seed: int, step: int) -> np.ndarray:
    """Half of a batch mirrored left to right."""
    turn = stream(seed, "flip", step).random(len(pixels)) < 0.5
    pixels = pixels.copy()
    pixels[turn] = pixels[turn][:, :, ::-1]
    return pixels


def noise(seed: int, step: int, shape: tuple[int, ...], *path: str) -> Tensor:
    """Standard normal numbers of a step, float32."""
    return torch.from_numpy(stream(seed, "noise", *path, step).standard_normal(shape, np.float32))


def augmented(crop: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """A crop as the paper on augmentation would change it: crop, flip, rotation, light, contrast, blur, noise.

    uint8 HxWx3 in and out.
    """
    size = crop.shape[0]
    zoom, turn = draw.uniform(0.85, 1.2), draw.uniform(-10, 10)
    matrix = cv2.getRotationMatrix2D((size / 2 - 0.5, size / 2 - 0.5), turn, zoom)
    matrix[:, 2] += draw.uniform(-0.08, 0.08, 2) * size
    image = cv2.warpAffine(crop, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if draw.random() < 0.5:
        image = image[:, ::-1]
    image = image.astype(np.float32)
    mean = image.mean()
    image = (image - mean) * draw.uniform(0.75, 1.25) + mean + draw.uniform(-30, 30)
    image += draw.uniform(-8, 8, 3).astype(np.float32)
    if draw.random() < 0.25:
        image = cv2.GaussianBlur(image, (0, 0), draw.uniform(0.3, 0.8))
    if draw.random() < 0.3:
        image = image + draw.normal(0, draw.uniform(1, 6), image.shape).astype(np.float32)
    return np.clip(image + 0.5, 0, 255).astype(np.uint8)
