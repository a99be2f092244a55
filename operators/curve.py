"""The loss over the steps of a training, drawn as a small picture. numpy only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..dataset import font

WIDTH, HEIGHT = 384, 208
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 28, 28
"""Pixels around the plot, for the words."""
FINE = 4
"""The line is drawn this many times larger and averaged down."""
LINE, GRID, INK = (1.0, 0.55, 0.1), (0.5, 0.5, 0.5), (0.75, 0.75, 0.75)
SMOOTH = 24
"""The line shows the mean over 1 / SMOOTH of all points, the faint band behind it each of them."""


def picture(points: Sequence[tuple[int, float]]) -> np.ndarray:
    """float32 HxWx4, 0..1, the lowest row first, of (step, loss) in order of steps; at least one point."""
    canvas = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    steps, losses = (np.array(values, float) for values in zip(*points, strict=True))
    smooth = _smoothed(losses)
    # A few wild steps must not press all others flat.
    top = max(float(np.quantile(losses, 0.98)), float(smooth.max())) * 1.05 or 1.0
    box = slice(TOP, HEIGHT - BOTTOM), slice(LEFT, WIDTH - RIGHT)
    plot = canvas[box]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        _paint(plot[round(share * (plot.shape[0] - 1))], np.float32(0.25), GRID)
    _paint(plot, 0.35 * _line(steps, losses / top, plot.shape[:2], 0.6), LINE)
    _paint(plot, _line(steps, smooth / top, plot.shape[:2], 1.6), LINE)
    _write(canvas, f"loss {smooth[-1]:.3g}", 4, LEFT)
    _write(canvas, f"top {top:.3g}", 4, WIDTH - RIGHT, right=True)
    _write(canvas, f"step {int(steps[0])}", HEIGHT - BOTTOM + 6, LEFT)
    _write(canvas, f"{int(steps[-1])}", HEIGHT - BOTTOM + 6, WIDTH - RIGHT, right=True)
    return canvas[::-1].copy()


def _smoothed(losses: np.ndarray) -> np.ndarray:
    """Moving mean, over fewer points at the ends."""
    reach = len(losses) // (2 * SMOOTH)
    total = np.concatenate([[0.0], np.cumsum(losses)])
    place = np.arange(len(losses))
    low, high = np.maximum(place - reach, 0), np.minimum(place + reach + 1, len(losses))
    return (total[high] - total[low]) / (high - low)


def _line(steps: np.ndarray, values: np.ndarray, shape: tuple[int, int], weight: float) -> np.ndarray:
    """Coverage 0..1 (HxW, the highest row first) of a line of ``weight`` pixels; ``values`` 0 at the lower edge."""
    height, width = shape[0] * FINE, shape[1] * FINE
    across = np.linspace(steps[0], max(steps[-1], steps[0] + 1), width + 1)
    level = (1.0 - np.interp(across, steps, values).clip(0.0, 1.0)) * (height - 1)
    half = weight * FINE / 2
    low, high = np.minimum(level[:-1], level[1:]) - half, np.maximum(level[:-1], level[1:]) + half
    rows = np.arange(height)[:, None]
    inside = (rows >= low) & (rows <= high)
    return inside.reshape(shape[0], FINE, shape[1], FINE).mean(axis=(1, 3), dtype=np.float32)


def _write(canvas: np.ndarray, text: str, top: int, at: int, right: bool = False) -> None:
    """A line of text with its upper edge at ``top``, starting (or, ``right``, ending) at ``at``."""
    cover = font.line(text, 17)
    left = at - cover.shape[1] if right else at
    _paint(canvas[top : top + cover.shape[0], left : left + cover.shape[1]], cover, INK)


def _paint(target: np.ndarray, cover: np.ndarray | np.float32, colour: tuple[float, float, float]) -> None:
    """Lay a colour over a view of the canvas (..., 4), ``cover`` 0..1."""
    cover = np.broadcast_to(cover, target.shape[:-1])[..., None]
    alpha = cover + target[..., 3:] * (1 - cover)
    mixed = (np.array(colour, np.float32) * cover + target[..., :3] * target[..., 3:] * (1 - cover)) / np.maximum(
        alpha, 1e-6
    )
    target[..., :3], target[..., 3:] = mixed, alpha
