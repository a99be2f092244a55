"""Quality of single crops: falls with damage, finds copies, and filters by what it says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from dataset.spec import stream
from ml.synth import measures, quality
from ml.synth.quality import Quality, Reference
from tests.ml import shapes_of_crops as shapes


def features(pixels: np.ndarray) -> np.ndarray:
    """Coarse colours and fine edges of crops: something a classifier could have learnt."""
    found = []
    for crop in np.ascontiguousarray(pixels):
        grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
        edges = np.abs(cv2.Laplacian(grey, cv2.CV_32F))
        layers = [cv2.resize(layer, (4, 4), interpolation=cv2.INTER_AREA).ravel() for layer in (grey / 4, edges)]
        found.append(np.concatenate(layers))
    return np.stack(found)


def chances(count: int) -> np.ndarray:
    return np.full((count, 3), 1 / 3)


def judged(pixels: np.ndarray, real: np.ndarray) -> Quality:
    return quality.judge(Reference(real, features(real)), pixels, features(pixels), chances(len(pixels)), 0)


@pytest.fixture(scope="module")
def real() -> np.ndarray:
    return shapes.crops(80, seed=1, kinds=("disc",)).pixels


@pytest.fixture(scope="module")
def fresh() -> np.ndarray:
    return shapes.crops(40, seed=2, kinds=("disc",)).pixels


def noisy(pixels: np.ndarray, strength: float) -> np.ndarray:
    return np.clip(pixels + stream(1, "noise").normal(0, strength, pixels.shape), 0, 255).astype(np.uint8)


def blurred(pixels: np.ndarray, strength: float) -> np.ndarray:
    return np.stack([cv2.GaussianBlur(crop, (0, 0), strength) for crop in np.ascontiguousarray(pixels)])


@pytest.mark.parametrize(("worse", "steps"), [(blurred, (0.01, 0.7, 1.2, 2, 4)), (noisy, (0, 15, 30, 60, 90))])
def test_the_score_falls_with_blur_and_with_noise(real, fresh, worse, steps):
    found = [judged(worse(fresh, strength), real) for strength in steps]
    levels = np.repeat(np.arange(len(steps)), len(fresh))
    joined = Quality(*(np.concatenate([getattr(one, name) for one in found]) for name in quality.columns()))
    assert measures.spearman(levels, quality.score(joined, "together")) < -0.7


def test_copies_are_found_and_fresh_crops_are_none(real, fresh):
    jpeg = np.stack([cv2.imdecode(cv2.imencode(".jpg", crop)[1], cv2.IMREAD_COLOR) for crop in real])
    for planted, least in ((real, 1), (real[:, :, ::-1], 1), (noisy(real, 3), 1), (jpeg, 0.75)):
        found = judged(planted, real)
        assert found.copy.mean() >= least
        assert (found.nearest == np.arange(len(real))).mean() > 0.95
    assert judged(fresh, real).copy.mean() <= 0.05


def test_realism_distance_and_density_by_hand():
    pixels = shapes.crops(4, kinds=("disc",)).pixels
    reference = Reference(pixels, np.array([[0.0], [1.0], [3.0], [10.0]]))
    # Each one's distance to its nearest neighbour: 1, 1, 2, 7; the median is 1.5, so only the first two count.
    found = quality.judge(reference, pixels[:2], np.array([[1.5], [20.0]]), chances(2), 1, k=1)
    assert found.realism == pytest.approx([2.0, 1 / 19])
    assert found.distance == pytest.approx([0.5 / 1.5, 10 / 1.5])
    assert found.density.tolist() == [2, 0]
    assert found.probability == pytest.approx(1 / 3) and found.entropy == pytest.approx(1)


def test_sharpness_is_1_for_real_crops_and_falls_with_blur(real, fresh):
    assert np.median(judged(fresh, real).sharpness) == pytest.approx(1, abs=0.3)
    assert np.median(judged(blurred(fresh, 2), real).sharpness) < 0.2


def test_the_filter_keeps_the_best_and_leaves_copies_to_the_last(real, fresh):
    pixels = np.concatenate([real[:5], fresh[:10], blurred(fresh[10:20], 4)])
    found = judged(pixels, real)
    kept = quality.best(found, 10, "together")
    assert not found.copy[kept].any() and kept.tolist() == sorted(kept)
    left = np.setdiff1d(np.flatnonzero(~found.copy), kept)
    score = quality.score(found, "together")
    assert score[kept].min() >= score[left].max()
    assert (kept < 15).sum() >= 9


def test_one_real_crop_is_too_few_to_compare_with(real):
    with pytest.raises(ValueError, match="at least 2"):
        Reference(real[:1], features(real[:1]))


def test_spearman_knows_ties_and_constants():
    assert measures.spearman(np.array([1, 2, 3, 4]), np.array([10, 20, 30, 45])) == pytest.approx(1)
    assert measures.ranks(np.array([5, 1, 5, 9])).tolist() == [1.5, 0, 1.5, 3]
    assert measures.spearman(np.array([1, 2, 2, 3]), np.array([1, 3, 2, 4])) == pytest.approx(0.9486833)
    assert np.isnan(measures.spearman(np.ones(4), np.arange(4)))


def test_the_kernel_distance_is_unbiased_at_small_sets():
    draw = stream(3, "sets")
    near = [measures.kernel_distance(draw.normal(size=(40, 6)), draw.normal(size=(40, 6))) for _ in range(60)]
    far = [measures.kernel_distance(draw.normal(size=(40, 6)), draw.normal(1, 1, (40, 6))) for _ in range(60)]
    assert abs(np.mean(near)) < 3 * np.std(near) / np.sqrt(60) + 1e-9
    assert np.mean(far) > 10 * np.std(near)
    assert np.isnan(measures.kernel_distance(np.zeros((1, 3)), np.zeros((5, 3))))


def test_the_kernel_distance_is_that_of_its_formula_whatever_the_blocks():
    draw = stream(5, "sets")
    real, made = draw.normal(size=(7, 3)), draw.normal(0.5, 1, (5, 3))

    def mean(a: np.ndarray, b: np.ndarray, same: bool) -> float:
        pairs = [(i, j) for i in range(len(a)) for j in range(len(b)) if not (same and i == j)]
        return float(np.mean([(a[i] @ b[j] / 3 + 1) ** 3 for i, j in pairs]))

    wanted = mean(real, real, True) + mean(made, made, True) - 2 * mean(real, made, False)
    assert measures.kernel_distance(real, made) == pytest.approx(wanted)
    whole = measures._kernel_sum(real, real, True)
    assert measures._kernel_sum(real, real, True, block=2) == pytest.approx(whole)


def test_density_and_coverage_by_hand():
    real = np.array([[0.0], [1.0], [5.0]])
    density, covered = measures.coverage(real, np.array([[0.5], [0.4]]), k=1)
    assert density == pytest.approx(2.0) and covered == pytest.approx(2 / 3)
    assert measures.coverage(real, real + 100, k=1) == (0.0, 0.0)
