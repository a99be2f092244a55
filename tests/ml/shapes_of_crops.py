"""Small made-up crops for tests: discs, bars and crosses on soft grounds."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from dataset.spec import stream
from ml.crops import store
from ml.crops.store import CropSet

KINDS = ("bar", "cross", "disc")
SIZE = 16


def crop(kind: str, number: int, seed: int = 0) -> np.ndarray:
    """uint8 16x16x3 RGB."""
    draw = stream(seed, kind, number)
    image = np.empty((SIZE, SIZE, 3), np.uint8)
    image[:] = draw.integers(40, 120, 3)
    ink = tuple(int(value) for value in draw.integers(150, 256, 3))
    x, y = (int(value) for value in draw.integers(6, 10, 2))
    if kind == "disc":
        cv2.circle(image, (x, y), int(draw.integers(3, 6)), ink, -1)
    else:
        cv2.line(image, (x - 5, y), (x + 5, y), ink, 2)
        if kind == "cross":
            cv2.line(image, (x, y - 5), (x, y + 5), ink, 2)
    noise = draw.normal(0, 4, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def crops(count: int, seed: int = 0, kinds: tuple[str, ...] = KINDS) -> CropSet:
    """``count`` crops of each kind in memory."""
    found = [
        store.of_pixels(KINDS, kind, np.stack([crop(kind, k, seed) for k in range(count)]), f"seed{seed}")
        for kind in kinds
    ]
    return store.join(*found)


def write(folder: Path, train: int, test: int) -> Path:
    """A folder of crops as `python -m ml crops` leaves it."""
    for place, count, seed in (("train", train, 1), ("test", test, 2)):
        for kind in KINDS:
            for k in range(count):
                file = folder / place / kind / f"{kind}{seed}_{k:03d}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(store.png(crop(kind, k, seed)))
    return folder


SETTINGS = """
precision = "float32"
save_every = 4
[model]
groups = 2
width = 6
size = 16
[classifier]
steps = 12
batch = 12
draws = 2
draw_steps = 2
rate = 0.01
[vae]
latent = 5
steps = 8
batch = 8
rate = 0.005
"""
