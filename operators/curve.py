"""The loss over the steps of a training, drawn as a small picture. numpy only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..dataset import font

WIDTH, HEIGHT = 224, 184
"""Pixels at the interface's usual size: as panels draw it, so that the words stay sharp."""
TOP, BOTTOM = 18, 18
"""Of them around the plot, for the words."""
LETTERS = 14
FINE = 4
"""The line is drawn this many times larger and averaged down."""
LINE, GRID, INK = (1.0, 0.55, 0.1), (0.5, 0.5, 0.5), (0.75, 0.75, 0.75)
SMOOTH = 24
"""The line shows the mean over 1 / SMOOTH of all points, the faint band behind it each of them."""


def picture(points: Sequence[tuple[int, float]], scale: float = 1.0) -> np.ndarray:
    """float32 HxWx4, 0..1, the lowest row first, of (step, loss) in order of steps; at least one point.

    ``scale``: the interface's, 2 on a screen of small pixels.
    """
    height, top_edge, lower_edge = (round(length * scale) for length in (HEIGHT, TOP, BOTTOM))
    canvas = np.zeros((height, round(WIDTH * scale), 4), np.float32)
    steps, losses = (np.array(values, float) for values in zip(*points, strict=True))
    smooth = _smoothed(losses)
    # A few wild steps must not press all others flat.
    top = max(float(np.quantile(losses, 0.98)), float(smooth.max())) * 1.05 or 1.0
    plot = canvas[top_edge : height - lower_edge]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        _paint(plot[round(share * (plot.shape[0] - 1))], np.float32(0.25), GRID)
    _paint(plot, 0.35 * _line(steps, losses / top, plot.shape[:2], 0.6 * scale), LINE)
    _paint(plot, _line(steps, smooth / top, plot.shape[:2], 1.6 * scale), LINE)
    words = ((f"loss {smooth[-1]:.3g}", f"top {top:.3g}"), (f"step {int(steps[0])}", f"{int(steps[-1])}"))
    for (left, right), row in zip(words, (0, height - lower_edge + round(3 * scale)), strict=True):
        for text, end in ((left, False), (right, True)):
            cover = font.line(text, LETTERS * scale)
            at = canvas.shape[1] - cover.shape[1] if end else 0
            cell = canvas[row : row + cover.shape[0], at : at + cover.shape[1]]
            _paint(cell, cover[: cell.shape[0]], INK)
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


def _paint(target: np.ndarray, cover: np.ndarray | np.float32, colour: tuple[float, float, float]) -> None:
    """Lay a colour over a view of the canvas (..., 4), ``cover`` 0..1."""
    cover = np.broadcast_to(cover, target.shape[:-1])[..., None]
    alpha = cover + target[..., 3:] * (1 - cover)
    mixed = (np.array(colour, np.float32) * cover + target[..., :3] * target[..., 3:] * (1 - cover)) / np.maximum(
        alpha, 1e-6
    )
    target[..., :3], target[..., 3:] = mixed, alpha
