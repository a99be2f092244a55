"""Cutting one object out of a picture, at one size for all."""

from __future__ import annotations

import cv2
import numpy as np

from .frames import Box

TRIES = 40
"""Draws for one window without anything labelled in it."""


def cut(pixels: np.ndarray, box: Box, size: int, fit: str = "square", margin: float = 0.1) -> np.ndarray | None:
    """The crop, uint8 size x size x 3, or None where nothing of the box lies in the picture.

    ``pixels``: uint8 HxWx3. ``margin``: share of the longer side added all around. "square" keeps the proportions: the
    window is square, shifted into the picture where the border cuts it; "stretch" takes the box as it is.
    """
    height, width = pixels.shape[:2]
    left, top, wide, high = box
    if left >= width or top >= height or left + wide <= 0 or top + high <= 0:
        return None
    grow = margin * max(wide, high)
    wide, high = wide + 2 * grow, high + 2 * grow
    middle = (left - grow + wide / 2, top - grow + high / 2)
    if fit == "square":
        wide = high = max(wide, high)
    x0, x1 = _inside(middle[0], wide, width, fit == "square")
    y0, y1 = _inside(middle[1], high, height, fit == "square")
    window = pixels[y0:y1, x0:x1]
    shrinks = min(window.shape[:2]) >= size
    return cv2.resize(window, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def _inside(middle: float, length: float, limit: int, shift: bool) -> tuple[int, int]:
    """Whole pixels of an interval within 0..limit, at least one; ``shift`` moves it inside before it is clipped."""
    length = min(max(1, round(length)), limit)
    start = round(middle - length / 2)
    if shift:
        start = min(max(start, 0), limit - length)
    return min(max(start, 0), limit - 1), max(min(start + length, limit), max(start, 0) + 1)


def empty_windows(
    frame: tuple[int, int], taken: list[Box], count: int, size: int, draw: np.random.Generator
) -> list[Box]:
    """Up to ``count`` square windows of a frame (width, height) that touch no box of ``taken``.

    Their sides are those of the boxes, or ``size`` to four times that where there are none.
    """
    width, height = frame
    sides = [max(box[2], box[3]) for box in taken] or [size, 2 * size, 4 * size]
    found: list[Box] = []
    for _ in range(count * TRIES):
        if len(found) == count:
            break
        side = min(float(draw.choice(sides)) * draw.uniform(0.8, 1.25), width, height)
        window = (draw.uniform(0, width - side), draw.uniform(0, height - side), side, side)
        if side >= 4 and not any(_touch(window, box) for box in taken):
            found.append(window)
    return found


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )
