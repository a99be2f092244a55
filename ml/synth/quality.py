"""Quality of a single made crop, which the paper leaves open: "there is no metric that can evaluate a single image".

All measures compare with the real crops that the autoencoder learnt from, in the features of a classifier that never
saw a made crop. No measure is the truth; the table gives all of them, and the filter says which one it used.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import cv2
import numpy as np

from .measures import distances, neighbour_radius, ranks

COPY = 0.33
"""A crop whose pixels are nearer to a training crop than this share of what separates real crops is a copy."""
PIXEL_SIDE = 16
"""Copies are looked for at this side: a shift by less than a pixel or a little noise does not hide one."""


@dataclass(frozen=True)
class Quality:
    """Measures of n crops; every array has length n."""

    realism: np.ndarray
    """Kynkaanniemi et al. 2019: largest (radius of a real crop's neighbourhood / distance to it); 1 and up: inside."""
    distance: np.ndarray
    """Mean distance to the k nearest real crops, over the median real crop's own: 1 is as real crops have it."""
    density: np.ndarray
    """Real neighbourhoods that it lies in, over k."""
    nearest: np.ndarray
    """Index of the training crop with the nearest pixels, as it is or mirrored."""
    separation: np.ndarray
    """Pixel distance to that crop over the median distance of a real crop to its nearest real one."""
    copy: np.ndarray
    """Whether ``separation`` is below ``COPY``: it repeats a training crop."""
    probability: np.ndarray
    """What the classifier gives its class, 0..1."""
    entropy: np.ndarray
    """Of the classifier's answer, 0 certain .. 1 all classes alike."""
    sharpness: np.ndarray
    """Variance of the Laplacian over the median of real crops: 1 is as sharp as they are."""

    def __len__(self) -> int:
        return len(self.realism)

    def rows(self) -> list[tuple[float | int | bool, ...]]:
        """One tuple a crop, in the order of ``columns()``."""
        return list(zip(*(getattr(self, item.name).tolist() for item in fields(self)), strict=True))


def columns() -> tuple[str, ...]:
    """Names of the measures in the order of ``Quality.rows``."""
    return tuple(item.name for item in fields(Quality))


@dataclass(frozen=True)
class Reference:
    """Real crops of one class that made ones are compared with."""

    pixels: np.ndarray
    """uint8 n x S x S x 3."""
    features: np.ndarray
    """float n x d."""

    def __post_init__(self) -> None:
        if len(self.pixels) < 2:
            raise ValueError(f"{len(self.pixels)} real crops: at least 2 are needed to measure distances between them")


def judge(
    reference: Reference, pixels: np.ndarray, features: np.ndarray, chances: np.ndarray, label: int, k: int = 3
) -> Quality:
    """Quality of n crops of class ``label``.

    ``pixels`` uint8 n x S x S x 3, ``features`` n x d, ``chances`` n x classes (each row sums to 1).
    """
    radius = neighbour_radius(reference.features, k)
    apart = distances(features, reference.features)
    k = min(k, len(radius))
    near = np.partition(apart, k - 1, axis=1)[:, :k].mean(1)
    # Neighbourhoods of outliers are huge and would call everything real: only the smaller half counts.
    compact = radius <= np.median(radius)
    realism = (radius[compact] / np.maximum(apart[:, compact], 1e-12)).max(1)
    nearest, separation = _nearest(reference.pixels, pixels)
    safe = np.clip(chances, 1e-12, 1)
    entropy = -(safe * np.log(safe)).sum(1) / np.log(max(2, chances.shape[1]))
    return Quality(
        realism=realism,
        distance=near / max(float(np.median(_own_distance(reference.features, k))), 1e-12),
        density=(apart < radius[None]).sum(1) / k,
        nearest=nearest,
        separation=separation,
        copy=separation < COPY,
        probability=chances[:, label].astype(float),
        entropy=entropy,
        sharpness=sharpness(pixels) / max(float(np.median(sharpness(reference.pixels))), 1e-12),
    )


def _own_distance(features: np.ndarray, k: int) -> np.ndarray:
    """Mean distance of each real crop to its k nearest others."""
    apart = distances(features, features)
    np.fill_diagonal(apart, np.inf)
    k = max(1, min(k, len(features) - 1))
    return np.partition(apart, k - 1, axis=1)[:, :k].mean(1)


def _nearest(real: np.ndarray, made: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of the nearest real crop by pixels and the distance to it, over that between real ones."""
    known, asked = _small(real), _small(made)
    apart = np.minimum(distances(asked, known), distances(_small(made[:, :, ::-1]), known))
    between = np.minimum(distances(known, known), distances(_small(real[:, :, ::-1]), known))
    np.fill_diagonal(between, np.inf)
    # Twins among the real crops (frames of one film) would make the scale 0.
    usual = max(float(np.median(between.min(1))), 1e-12)
    nearest = apart.argmin(1)
    return nearest, apart[np.arange(len(made)), nearest] / usual


def _small(pixels: np.ndarray) -> np.ndarray:
    side = min(PIXEL_SIDE, pixels.shape[1])
    shrunk = [cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA) for crop in np.ascontiguousarray(pixels)]
    return np.stack(shrunk).reshape(len(pixels), -1).astype(np.float64)


def sharpness(pixels: np.ndarray) -> np.ndarray:
    """Variance of the Laplacian of the grey picture, n."""
    grey = [cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2GRAY) for crop in pixels]
    return np.array([cv2.Laplacian(image, cv2.CV_64F).var() for image in grey])


def score(quality: Quality, by: str) -> np.ndarray:
    """What the filter sorts by, higher is better, n.

    "realism", "density": as they are. "distance": its negative. "sharpness": how little it differs from real crops',
    either way. "together": mean rank in all four among these crops; features of a classifier may not mind blur,
    sharpness minds nothing else, so the filter's default asks all.
    """
    single = {
        "realism": quality.realism,
        "density": quality.density,
        "distance": -quality.distance,
        "sharpness": -np.abs(np.log(np.maximum(quality.sharpness, 1e-6))),
    }
    return np.mean([ranks(values) for values in single.values()], 0) if by == "together" else single[by]


def best(quality: Quality, count: int, by: str) -> np.ndarray:
    """Indices of the ``count`` best crops, copies of training crops last, in the order in which they were drawn."""
    worth = score(quality, by)
    order = np.lexsort((np.arange(len(worth)), -worth, quality.copy))
    return np.sort(order[:count])
