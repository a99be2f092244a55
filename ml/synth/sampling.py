"""Drawing crops from an autoencoder: z = mu + sigma * eps (paper 2, eq. 1), and four other ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from dataset.spec import stream

from . import fitting
from .autoencoder import Autoencoder
from .batches import to_pixels, to_tensor
from .classifier import in_chunks
from .faults import TrainingError
from .settings import Sampling


@dataclass(frozen=True)
class Drawn:
    """n made crops and how each one came about."""

    pixels: np.ndarray
    """uint8 n x S x S x 3, RGB."""
    modes: tuple[str, ...]
    sources: tuple[tuple[int, ...], ...]
    """Indices of the real crops that it was drawn around (old ones for "moved"); () for the prior."""


@dataclass(frozen=True)
class Places:
    """Where crops lie in latent space."""

    mean: np.ndarray
    """float32 n x d."""
    sigma: np.ndarray
    """float32 n x d."""


class Sampler:
    """Draws from one autoencoder. Crop k comes from (seed, k) alone."""

    def __init__(self, model: Autoencoder, real: np.ndarray, old: np.ndarray | None, wished: str = "auto") -> None:
        """``real``: uint8 crops of the new domain to draw around; ``old``: those of the old domain, to be moved."""
        self.model = model.eval()
        self.dtype = fitting.precision(wished)
        self.real, self.old = real, old if old is not None and len(old) else None
        self.new_places = self._places(real)
        self.old_places = self._places(self.old) if self.old is not None else None
        self.way = self.new_places.mean.mean(0) - self.old_places.mean.mean(0) if self.old_places else None
        """float32 d: the mean way from the old domain to the new one."""
        self.middle, self.shape = _fitted(self.new_places)

    def _places(self, pixels: np.ndarray) -> Places:
        """Where crops lie, uint8 n x S x S x 3."""
        place = fitting.device()

        def answer(some: np.ndarray) -> dict[str, Tensor]:
            with torch.autocast(place.type, self.dtype, enabled=self.dtype != torch.float32):
                mean, spread = self.model.encode(to_tensor(some, place))
            return {"mean": mean, "sigma": torch.exp(spread.float() / 2)}

        return Places(**in_chunks(answer, pixels))

    def decode(self, latent: np.ndarray) -> np.ndarray:
        """uint8 crops of n x d latent places."""
        place = fitting.device()

        def answer(some: np.ndarray) -> dict[str, Tensor]:
            with torch.autocast(place.type, self.dtype, enabled=self.dtype != torch.float32):
                made = self.model.decoder(torch.from_numpy(some).to(place))
            return {"made": made}

        made = in_chunks(answer, latent.astype(np.float32))["made"]
        return to_pixels(torch.from_numpy(made))

    def draw(self, count: int, how: Sampling, seed: int) -> Drawn:
        """``count`` crops, ``how.modes`` by their shares; "moved" is left out where there are no old crops.

        Raises ``TrainingError`` where that leaves nothing.
        """
        usable = {mode: share for mode, share in how.modes.items() if mode != "moved" or self.old is not None}
        if not usable:
            raise TrainingError('the mode "moved" needs crops of the old domain: give --old')
        chances = np.array(list(usable.values())) / sum(usable.values())
        latent = np.zeros((count, self.model.latent), np.float32)
        modes, sources = [], []
        for k in range(count):
            draw = stream(seed, "crop", k)
            modes.append(list(usable)[int(draw.choice(len(usable), p=chances))])
            latent[k], held = self._place(modes[-1], how.spread, draw)
            sources.append(held)
        pixels = self.decode(latent)
        moved = np.array([mode == "moved" for mode in modes], bool)
        self._add_detail(pixels, moved, self.old, self.old_places, sources, 1.0)
        around = np.array([mode in ("posterior", "between") for mode in modes], bool)
        self._add_detail(pixels, around, self.real, self.new_places, sources, how.detail)
        return Drawn(pixels, tuple(modes), tuple(sources))

    def _place(self, mode: str, spread: float, draw: np.random.Generator) -> tuple[np.ndarray, tuple[int, ...]]:
        """A place in latent space, float32 d, and the real crops that it lies near, the nearest first."""
        noise = draw.standard_normal(self.model.latent).astype(np.float32) * np.float32(spread)
        mean, sigma = self.new_places.mean, self.new_places.sigma
        if mode == "prior":
            return noise, ()
        if mode == "fitted":
            return self.middle + self.shape @ noise, ()
        if mode == "posterior":
            one = int(draw.integers(len(self.real)))
            return mean[one] + sigma[one] * noise, (one,)
        if mode == "between":
            one, other = (int(k) for k in draw.integers(0, len(self.real), 2))
            share = np.float32(draw.uniform(0.15, 0.5))
            return (1 - share) * mean[one] + share * mean[other] + sigma[one] * noise, (one, other)
        one = int(draw.integers(len(self.old)))
        return self.old_places.mean[one] + self.way + self.old_places.sigma[one] * noise, (one,)

    def _add_detail(
        self, pixels: np.ndarray, chosen: np.ndarray, real: np.ndarray, places: Places, sources: list, share: float
    ) -> None:
        """To chosen crops, in place, ``share`` of (real crop - what the decoder makes of it) of their first source."""
        if not chosen.any() or share == 0:
            return
        first = [sources[k][0] for k in np.flatnonzero(chosen)]
        known, place = np.unique(first, return_inverse=True)
        lost = real[known].astype(np.float32) - self.decode(places.mean[known])
        whole = pixels[chosen] + share * lost[place]
        pixels[chosen] = np.clip(np.rint(whole), 0, 255).astype(np.uint8)

    def moved(self, pixels: np.ndarray) -> np.ndarray:
        """Crops of the old domain, of any class, as they would look in the new one: pixels + (D(z + way) - D(z)).

        D is the decoder, z the crop's place, ``way`` the mean way from old to new. uint8 n x S x S x 3 in and out.
        """
        if self.way is None:
            raise TrainingError('the mode "moved" needs crops of the old domain: give --old')
        if not len(pixels):
            return pixels
        start = self._places(pixels).mean
        change = self.decode(start + self.way).astype(np.int16) - self.decode(start)
        return np.clip(pixels + change, 0, 255).astype(np.uint8)

    def reconstruct(self, pixels: np.ndarray) -> np.ndarray:
        """Crops as the autoencoder gives them back, without noise."""
        return self.decode(self._places(pixels).mean)

    def between(self, one: np.ndarray, other: np.ndarray, steps: int) -> np.ndarray:
        """A row of ``steps`` crops from one crop to another through latent space."""
        a, b = self._places(np.stack([one, other])).mean
        share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
        return self.decode((1 - share) * a + share * b)


def _fitted(places: Places) -> tuple[np.ndarray, np.ndarray]:
    """Mean (float32 d) and a root (float32 d x d) of the covariance of the aggregate posterior.

    The covariance of z over all crops is cov(mu) + mean(sigma^2) (law of total variance); where the standard normal and
    the crops' places differ, as with a small beta, this normal draws from where the decoder was trained.
    """
    spread = np.cov(places.mean, rowvar=False, bias=True).reshape(places.mean.shape[1], -1)
    spread = spread + np.diag((places.sigma.astype(float) ** 2).mean(0))
    return places.mean.mean(0), np.linalg.cholesky(spread).astype(np.float32)
