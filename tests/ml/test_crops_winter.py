"""The artificial winter: the same for the same crop, paler, colder, whiter, and still the same object."""

from __future__ import annotations

import cv2
import numpy as np

from dataset.spec import stream
from ml.crops.winter import winterise


def meadow(seed: int) -> np.ndarray:
    """A dark red block on green, uint8 32x32x3 RGB."""
    image = np.full((32, 32, 3), (70, 120, 50), np.float32) + stream(seed, "meadow").normal(0, 6, (32, 32, 3))
    image[10:22, 9:24] = (130, 30, 25)
    return np.clip(image, 0, 255).astype(np.uint8)


def test_the_same_crop_has_the_same_winter():
    crop = meadow(1)
    kept = crop.copy()
    assert np.array_equal(winterise(crop, 3, "a"), winterise(crop, 3, "a"))
    assert np.array_equal(crop, kept)
    assert not np.array_equal(winterise(crop, 3, "a"), winterise(crop, 3, "b"))
    assert not np.array_equal(winterise(crop, 3, "a"), winterise(crop, 4, "a"))


def test_winter_is_pale_cold_and_white_on_the_ground():
    for seed in range(12):
        crop = meadow(seed)
        changed = winterise(crop, 0, str(seed))
        before, after = (cv2.cvtColor(image, cv2.COLOR_RGB2HSV).astype(float) for image in (crop, changed))
        assert after[..., 1].mean() < 0.6 * before[..., 1].mean()
        rim = np.ones((32, 32), bool)
        rim[6:26, 6:26] = False
        assert changed[rim].mean() > crop[rim].mean() + 30
        warmth = [image[..., 0].astype(float).mean() - image[..., 2].astype(float).mean() for image in (crop, changed)]
        assert warmth[1] < warmth[0]


def test_the_object_stays_where_it_is():
    for seed in range(12):
        grey = cv2.cvtColor(winterise(meadow(seed), 0, str(seed)), cv2.COLOR_RGB2GRAY).astype(float)
        assert grey[:6].mean() > grey[12:20, 12:21].mean() + 15
