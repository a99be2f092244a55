"""What the quality measures are worth: do they fall with damage, find copies, tell made crops from real ones?"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from dataset.spec import stream

from . import quality
from .classifier import answers
from .measures import coverage, kernel_distance, ranks, spearman
from .quality import Quality, Reference
from .template import Classifier

BLURS = (0.0, 0.4, 0.7, 1.0, 1.5, 2.0, 3.0)
"""Standard deviations, pixels."""
NOISES = (0.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Standard deviations, of 255."""
LIMIT = 200
"""Crops that the damage is done to."""


def damage(
    classifier: Classifier, reference: Reference, fresh: np.ndarray, label: int, k: int, wished: str = "auto"
) -> dict[str, Any]:
    """Spearman's correlation of every measure with steps of blur and of noise, on real crops that no model saw.

    ``fresh``: uint8 n x S x S x 3. Returns {"crops": n, "blur": {measure: rho}, "noise": {...}, "steps": {"blur":
    {"strengths": [...], measure: [mean rank a step, 0 worst .. 1 best of all steps' crops]}, "noise": {...}}}.
    """
    fresh = fresh[:LIMIT]
    found: dict[str, Any] = {"crops": len(fresh), "steps": {}}
    for kind, strengths in (("blur", BLURS), ("noise", NOISES)):
        levels, judged = [], []
        for level, strength in enumerate(strengths):
            worse = damaged(fresh, kind, strength)
            judged.append(judge(classifier, reference, worse, label, k, wished))
            levels += [level] * len(worse)
        values = {by: np.concatenate([quality.score(one, by) for one in judged]) for by in SINGLE}
        values["together"] = quality.score(_joined(judged), "together")
        found[kind] = {by: spearman(np.array(levels), value) for by, value in values.items()}
        means = {by: _mean_ranks(value, len(strengths)) for by, value in values.items()}
        found["steps"][kind] = {"strengths": list(strengths), **means}
    return found


def _mean_ranks(values: np.ndarray, steps: int) -> list[float]:
    """Mean rank of each step's crops, as a share: 0 all worst, 1 all best."""
    share = ranks(values) / max(1, len(values) - 1)
    return share.reshape(steps, -1).mean(1).tolist()


SINGLE = ("realism", "distance", "density", "sharpness")


def _joined(judged: list[Quality]) -> Quality:
    names = quality.columns()
    return Quality(*(np.concatenate([getattr(one, name) for one in judged]) for name in names))


def damaged(pixels: np.ndarray, kind: str, strength: float) -> np.ndarray:
    """Blurred or noisy crops, uint8."""
    if strength == 0:
        return pixels
    if kind == "blur":
        return np.stack([cv2.GaussianBlur(crop, (0, 0), strength) for crop in np.ascontiguousarray(pixels)])
    noise = stream(0, "damage", str(strength)).normal(0, strength, pixels.shape)
    return np.clip(pixels + noise + 0.5, 0, 255).astype(np.uint8)


def judge(
    classifier: Classifier, reference: Reference, pixels: np.ndarray, label: int, k: int, wished: str = "auto"
) -> Quality:
    """Quality of crops by a classifier's eyes."""
    features, chances = answers(classifier, pixels, wished)
    return quality.judge(reference, pixels, features, chances, label, k)


def copies(
    classifier: Classifier, reference: Reference, fresh: np.ndarray, label: int, k: int, wished: str = "auto"
) -> dict[str, float]:
    """Share of planted copies that are found, and of fresh real crops that are taken for copies (by mistake, or twins).

    Planted: training crops as they are, mirrored, with noise, as JPEG, a little lighter.
    """
    real = reference.pixels[:LIMIT]
    jpeg = [cv2.imdecode(cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, 80])[1], 1) for crop in real]
    planted = {
        "same": real,
        "mirrored": real[:, :, ::-1],
        "noisy": damaged(real, "noise", 6.0),
        "jpeg": np.stack(jpeg),
        "lighter": np.clip(real.astype(np.int16) + 6, 0, 255).astype(np.uint8),
    }
    found = {
        name: float(judge(classifier, reference, pixels, label, k, wished).copy.mean())
        for name, pixels in planted.items()
    }
    found["fresh"] = float(judge(classifier, reference, fresh[:LIMIT], label, k, wished).copy.mean())
    return found


def of_set(real: np.ndarray, made: np.ndarray, k: int) -> dict[str, float]:
    """KID, density and coverage of made features against real ones, n x d and m x d."""
    density, covered = coverage(real, made, k)
    return {"kid": kernel_distance(real, made), "density": density, "coverage": covered}
