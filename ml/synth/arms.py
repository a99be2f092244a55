"""What each arm of a study adds to the old training crops: the same number of places a target class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dataset.spec import stream

from ..crops import store
from ..crops.store import CropSet
from . import quality
from .batches import augmented
from .pool import Pool
from .settings import BALANCED, Settings

ABOUT = {
    "before": "the classifier as it is, trained on the old domain alone",
    "longer": "trained on as long as the others, on the old domain alone",
    "real": "with the real crops of the new domain, each once",
    "oversampled": "with the real crops of the new domain, repeated",
    "augmented": "with the real crops of the new domain, each copy changed in geometry, light, blur and noise",
    "recoloured": "with old crops whose colours have the mean and deviation of new ones",
    "recoloured all": "with old crops of every class whose colours have the mean and deviation of new ones",
    "vae": "with made crops, as drawn",
    "vae thinned": "with a random part of them, repeated: as many different ones as the filter keeps",
    "vae filtered": "with the part of them that the filter keeps, repeated",
    "vae moved": "with old crops that the autoencoder moved to the new domain",
    "vae moved all": "with old crops of every class that the targets' autoencoder moved to the new domain",
    "vae and real": "half made crops that the filter keeps, half real ones, repeated",
    "vae and moved all": "targets half made and half real, old crops of the other classes moved to the new domain",
}
"""Arm -> what joins the old crops; with `` balanced`` behind it every class is shown as often as every other."""


def about(arm: str) -> str:
    """What an arm is, in words."""
    plain = arm.removesuffix(BALANCED)
    return ABOUT[plain] + ("; every class shown as often as every other" if plain != arm else "")


def balanced(arm: str) -> bool:
    """Whether the classes are shown equally often while training goes on."""
    return arm.endswith(BALANCED)


def needs_pool(arms: tuple[str, ...]) -> bool:
    """Whether any of these arms adds made crops."""
    return any(arm.startswith("vae") for arm in arms)


def added(
    arm: str, old: CropSet, new: CropSet, pools: Mapping[str, Pool], wishes: Settings, seed: int
) -> CropSet | None:
    """The crops that join the old ones, or None where none do.

    ``new`` holds the known crops of the new domain, of the target classes alone; ``old`` the old domain's training.
    """
    arm = arm.removesuffix(BALANCED)
    if arm in ("before", "longer"):
        return None
    if arm == "real":
        return new
    places = wishes.study.added
    targets = [name for name, count in new.counts.items() if count]
    found = [
        store.of_pixels(new.classes, name, _filling(arm, old, new, pools.get(name), wishes, seed, name), arm)
        for name in targets
    ]
    if arm.endswith(" all"):
        for name in (name for name in new.classes if name not in targets and old.counts[name]):
            label = new.classes.index(name)
            if arm == "recoloured all":
                pixels = recoloured(old.of_class(name).pixels, new.pixels)
            else:
                pixels = np.concatenate([pool.others[pool.other_labels == label] for pool in pools.values()])
            found.append(store.of_pixels(new.classes, name, repeated(pixels, places), arm))
    return store.join(*found)


def _filling(
    arm: str, old: CropSet, new: CropSet, pool: Pool | None, wishes: Settings, seed: int, name: str
) -> np.ndarray:
    """uint8 places x S x S x 3 for one target class."""
    places, real = wishes.study.added, new.of_class(name).pixels
    if arm == "oversampled":
        return repeated(real, places)
    if arm == "augmented":
        copies = repeated(real, places)
        return np.stack([augmented(crop, stream(seed, "augmented", name, k)) for k, crop in enumerate(copies)])
    if arm.startswith("recoloured"):
        return repeated(recoloured(old.of_class(name).pixels, real), places)
    assert pool is not None
    count = max(1, round(wishes.sampling.keep * len(pool.made)))
    if arm == "vae":
        return repeated(pool.made, places)
    if arm in ("vae moved", "vae moved all"):
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


def recoloured(pixels: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Crops whose channels have, over all crops, the mean and deviation that ``like`` has (after Reinhard 2001).

    What an autoencoder that moves crops must beat: six numbers do this. uint8 n x S x S x 3 in and out.
    """
    axes = (0, 1, 2)
    mean, deviation = pixels.mean(axes), np.maximum(pixels.std(axes), 1e-6)
    found = (pixels - mean) * (like.std(axes) / deviation) + like.mean(axes)
    return np.clip(np.rint(found), 0, 255).astype(np.uint8)
