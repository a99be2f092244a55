"""What each arm of a study adds to the old training crops: the same number of places a target class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dataset.spec import stream

from ..crops import store
from ..crops.store import CropSet
from . import quality
from .batches import augmented
from .quality import Quality
from .settings import Settings

ABOUT = {
    "before": "the classifier as it is, trained on the old domain alone",
    "longer": "trained on as long as the others, on the old domain alone",
    "real": "with the real crops of the new domain, each once",
    "oversampled": "with the real crops of the new domain, repeated",
    "augmented": "with the real crops of the new domain, each copy changed in geometry, light, blur and noise",
    "vae": "with made crops, as drawn",
    "vae thinned": "with a random part of them, repeated: as many different ones as the filter keeps",
    "vae filtered": "with the part of them that the filter keeps, repeated",
    "vae moved": "with old crops that the autoencoder moved to the new domain",
    "vae and real": "half made crops that the filter keeps, half real ones, repeated",
}


@dataclass(frozen=True)
class Pool:
    """Crops made for one target class."""

    made: np.ndarray
    """uint8 n x S x S x 3, as drawn."""
    judged: Quality
    moved: np.ndarray
    """uint8 m x S x S x 3: old crops moved to the new domain; empty where there are none."""


def needs_pool(arms: tuple[str, ...]) -> bool:
    """Whether any of these arms adds made crops."""
    return any(arm.startswith("vae") for arm in arms)


def added(arm: str, new: CropSet, pools: Mapping[str, Pool], wishes: Settings, seed: int) -> CropSet | None:
    """The crops that join the old ones, or None where none do."""
    if arm in ("before", "longer"):
        return None
    if arm == "real":
        return new
    places = wishes.study.added
    found = []
    for name in (name for name, count in new.counts.items() if count):
        real = new.of_class(name).pixels
        pixels = _filling(arm, real, pools.get(name), wishes, places, seed, name)
        found.append(store.of_pixels(new.classes, name, pixels, arm))
    return store.join(*found)


def _filling(
    arm: str, real: np.ndarray, pool: Pool | None, wishes: Settings, places: int, seed: int, name: str
) -> np.ndarray:
    """uint8 places x S x S x 3 for one class."""
    if arm == "oversampled":
        return repeated(real, places)
    if arm == "augmented":
        copies = repeated(real, places)
        return np.stack([augmented(crop, stream(seed, "augmented", name, k)) for k, crop in enumerate(copies)])
    assert pool is not None
    count = max(1, round(wishes.sampling.keep * len(pool.made)))
    if arm == "vae":
        return repeated(pool.made, places)
    if arm == "vae moved":
        return repeated(pool.moved, places)
    if arm == "vae thinned":
        chosen = np.sort(stream(seed, "thinned", name).permutation(len(pool.made))[:count])
        return repeated(pool.made[chosen], places)
    kept = pool.made[quality.best(pool.judged, count, wishes.sampling.score)]
    if arm == "vae filtered":
        return repeated(kept, places)
    half = places // 2
    return np.concatenate([repeated(kept, places - half), repeated(real, half)])


def repeated(pixels: np.ndarray, count: int) -> np.ndarray:
    """``count`` crops: all of them in turn, from the first again when they end."""
    return pixels[np.arange(count) % len(pixels)]
