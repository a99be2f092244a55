"""Outlines against the picture: an instance with soft edges is warped as the picture is, and compared.

The truth of a draw is the instance's exact cover of each pixel (antialiased), warped like the picture, where it is at
least a half. No outline reaches IoU 1 with it: pixels average, a warp averages again, and readers fill by pixels. So
there is a ceiling, the same for both kinds of outline: what the instance's own 60 corners reach under the identity,
where nothing is warped. Outlines that follow pixels start from less: from the mask of the instance in its source, which
has forgotten where in a pixel its edge was. (Under the identity they are lossless.)

``python tests/ml/test_augment_truth.py 2000`` prints the figures for as many draws.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from dataset import outlines
from dataset.simplify import iou
from ml.augment import geometry, rings, shapes
from ml.augment.geometry import View
from ml.augment.recipe import Geometry, Labels
from ml.augment.shapes import Shape

SIZE = (640, 480)
IDENTITY = View(((0.0, 0.0), (640.0, 0.0), (640.0, 480.0), (0.0, 480.0)), *SIZE)
ALL = Geometry(zoom=(0.7, 2.0), rotate=(-20, 20), chances={"flip": 0.5, "zoom": 1, "rotate": 0.7, "perspective": 0.4})


def instance(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A lobed ring of 60 corners, 40 to 200 pixels tall, and its exact cover of each pixel (float32 HxW, 0..1)."""
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    waves = sum(rng.uniform(-0.1, 0.1) * np.sin(k * angle + rng.uniform(0, 6)) for k in range(2, 6))
    tall = rng.uniform(20, 100)
    ring = np.stack([0.6 * tall * np.cos(angle), tall * np.sin(angle)], axis=1) * (1 + waves)[:, None]
    ring += rng.uniform((120, 120), (520, 360))
    ring = np.clip(ring, 0, SIZE)
    left, top = np.floor(ring.min(axis=0)).astype(int)
    right, bottom = np.ceil(ring.max(axis=0)).astype(int)
    fine = 8
    large = outlines.fill([(ring - (left, top)) * fine - 0.5], ((bottom - top) * fine, (right - left) * fine))
    cover = np.zeros((SIZE[1], SIZE[0]), np.float32)
    cover[top:bottom, left:right] = large.reshape(bottom - top, fine, right - left, fine).mean(axis=(1, 3))
    return ring, cover


def by_edges(polygons: tuple, size: tuple[int, int]) -> np.ndarray:
    """Bool HxW as pycocotools fills it."""
    coco = pytest.importorskip("pycocotools.mask")
    flat = [[value for point in polygon for value in point] for polygon in polygons]
    return coco.decode(coco.merge(coco.frPyObjects(flat, size[1], size[0]))) > 0


def overlap(ring: np.ndarray, cover: np.ndarray, view: View, exact: bool) -> float | None:
    """IoU of the output's outline with the instance in the output's picture; None where none of it is seen."""
    start = shapes.from_mask(cover >= 0.5, 0, 0) if exact else (ring,)
    forward = geometry.matrix(view)
    seen = shapes.seen(Shape(1, "thing", start, exact=exact), view, forward, rings.window(view, SIZE))
    truth = geometry.warp(cover, view, (0,)) >= 0.5
    if seen is None or truth.sum() < 100:
        return None
    found = shapes.annotate([seen], [], SIZE, Labels(), exact).instances[0]
    if exact:
        assert np.array_equal(outlines.fill(found.polygons, truth.shape), by_edges(found.polygons, SIZE))
    return iou(by_edges(found.polygons, SIZE), truth)


@cache
def measured(count: int, exact: bool) -> tuple[float, float, float]:
    """Mean and 5th percentile of IoU over random views, and the ceiling: mean of the own corners under identity."""
    found, ceiling = [], []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        ring, cover = instance(rng)
        value = overlap(ring, cover, geometry.draw(ALL, rng, SIZE, SIZE, [tuple(ring.mean(axis=0))]), exact)
        if value is not None:
            found.append(value)
            ceiling.append(overlap(ring, cover, IDENTITY, exact=False))
    assert len(found) > 0.9 * count
    return float(np.mean(found)), float(np.percentile(found, 5)), float(np.mean(ceiling))


@pytest.mark.parametrize("exact", [False, True], ids=["given corners", "exact outlines"])
def test_outlines_lie_on_the_warped_instance(exact: bool) -> None:
    mean, low, ceiling = measured(150, exact)
    assert mean >= 0.998 * ceiling
    assert low >= 0.98


def test_exact_outlines_are_lossless_under_identity() -> None:
    for seed in range(20):
        ring, cover = instance(np.random.default_rng(seed))
        assert overlap(ring, cover, IDENTITY, exact=True) == 1.0


if __name__ == "__main__":
    for exact in (False, True):
        print(
            "exact" if exact else "given",
            "mean {:.4f} p5 {:.4f} ceiling {:.4f}".format(*measured(int(sys.argv[1]), exact)),
        )
