"""Drawing crops from an autoencoder: z = mu + sigma * eps (paper 2, eq. 1), and three other ways."""

from __future__ import annotations

from collections.abc import Mapping
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


@dataclass(frozen=True)
class Drawn:
    """n made crops and how each one came about."""

    pixels: np.ndarray
    """uint8 n x S x S x 3, RGB."""
    modes: tuple[str, ...]
    sources: tuple[tuple[int, ...], ...]
    """Indices of the real crops that it was drawn around (old ones for "moved"); () for the prior."""


class Sampler:
    """Draws from one autoencoder. Crop k comes from (seed, k) alone."""

    def __init__(self, model: Autoencoder, real: np.ndarray, old: np.ndarray | None, wished: str = "auto") -> None:
        """``real``: uint8 crops of the new domain to draw around; ``old``: those of the old domain, to be moved."""
        self.model = model.eval()
        self.dtype = fitting.precision(wished)
        self.real, self.old = real, old if old is not None and len(old) else None
        self.mean, self.sigma = self._places(real)
        if self.old is not None:
            self.old_mean, self.old_sigma = self._places(self.old)
            self.way = self.mean.mean(0) - self.old_mean.mean(0)

    def _places(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and sigma, n x d, of crops in latent space."""
        place = fitting.device()

        def answer(some: np.ndarray) -> dict[str, Tensor]:
            with torch.autocast(place.type, self.dtype, enabled=self.dtype != torch.float32):
                mean, spread = self.model.encode(to_tensor(some, place))
            return {"mean": mean, "sigma": torch.exp(spread.float() / 2)}

        found = in_chunks(answer, pixels)
        return found["mean"], found["sigma"]

    def decode(self, latent: np.ndarray) -> np.ndarray:
        """uint8 crops of n x d latent places."""
        place = fitting.device()

        def answer(some: np.ndarray) -> dict[str, Tensor]:
            with torch.autocast(place.type, self.dtype, enabled=self.dtype != torch.float32):
                made = self.model.decoder(torch.from_numpy(some).to(place))
            return {"made": made}

        made = in_chunks(answer, latent.astype(np.float32))["made"]
        return to_pixels(torch.from_numpy(made))

    def draw(self, count: int, modes: Mapping[str, float], spread: float, seed: int) -> Drawn:
        """``count`` crops, the modes by their shares. "moved" needs old crops and is left out without them."""
        usable = {mode: share for mode, share in modes.items() if mode != "moved" or self.old is not None}
        if not usable:
            raise TrainingError('the mode "moved" needs crops of the old domain: give --old')
        chances = np.array(list(usable.values())) / sum(usable.values())
        latent = np.zeros((count, self.model.latent), np.float32)
        start = np.zeros_like(latent)
        chosen, sources = [], []
        for k in range(count):
            draw = stream(seed, "crop", k)
            mode = list(usable)[int(draw.choice(len(usable), p=chances))]
            latent[k], held = self._place(mode, spread, draw)
            chosen.append(mode)
            sources.append(held)
            if mode == "moved":
                start[k] = self.old_mean[held[0]]
        pixels = self.decode(latent)
        moved = np.flatnonzero([mode == "moved" for mode in chosen])
        if len(moved):
            pixels[moved] = self._with_detail(pixels[moved], start[moved], [sources[k][0] for k in moved])
        return Drawn(pixels, tuple(chosen), tuple(sources))

    def _place(self, mode: str, spread: float, draw: np.random.Generator) -> tuple[np.ndarray, tuple[int, ...]]:
        """A place in latent space, d, and the real crops that it lies near."""
        noise = draw.standard_normal(self.model.latent).astype(np.float32) * np.float32(spread)
        if mode == "prior":
            return noise, ()
        if mode == "posterior":
            one = int(draw.integers(len(self.real)))
            return self.mean[one] + self.sigma[one] * noise, (one,)
        if mode == "between":
            one, other = (int(k) for k in draw.integers(0, len(self.real), 2))
            share = np.float32(draw.uniform(0.25, 0.75))
            return (1 - share) * self.mean[one] + share * self.mean[other] + self.sigma[one] * noise, (one, other)
        one = int(draw.integers(len(self.old)))
        return self.old_mean[one] + self.way + self.old_sigma[one] * noise, (one,)

    def _with_detail(self, moved: np.ndarray, start: np.ndarray, sources: list[int]) -> np.ndarray:
        """Moved crops with what the decoder can't draw: old crop + (decoded moved - decoded old)."""
        change = moved.astype(np.int16) - self.decode(start).astype(np.int16)
        return np.clip(self.old[sources].astype(np.int16) + change, 0, 255).astype(np.uint8)

    def reconstruct(self, pixels: np.ndarray) -> np.ndarray:
        """Crops as the autoencoder gives them back, without noise."""
        return self.decode(self._places(pixels)[0])

    def between(self, one: np.ndarray, other: np.ndarray, steps: int) -> np.ndarray:
        """A row of ``steps`` crops from one crop to another through latent space."""
        (a, b), _ = self._places(np.stack([one, other]))
        share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
        return self.decode((1 - share) * a + share * b)
