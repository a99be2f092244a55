"""Drawing into pictures: outlines on a dark rim, words on a patch of colour."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from dataset import font

from .detections import Crop

Colour = tuple[int, int, int]
"""In the order of the canvas's channels: blue, green, red in pictures."""
OUTSIDE = (245, 245, 245)
"""Where a view shows more than there is."""
_FINE = 16
"""OpenCV's fractions of a pixel."""


def view_of(pixels: np.ndarray, view: tuple[float, float, float, float], scale: float) -> np.ndarray:
    """The part ``view`` (left, top, right, bottom) of a picture, scaled; light grey outside."""
    left, top, right, bottom = view
    height, width = pixels.shape[:2]
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    # Pixel centres: the output's pixel 0 shows the source at left - 0.5 + 0.5 / scale.
    matrix = np.array([[scale, 0, (0.5 - left) * scale - 0.5], [0, scale, (0.5 - top) * scale - 0.5]])
    if scale < 0.5:  # averaged, not picked
        pixels = cv2.resize(pixels, None, fx=2 * scale, fy=2 * scale, interpolation=cv2.INTER_AREA)
        matrix = np.array([[0.5, 0, -left * scale - 0.25], [0, 0.5, -top * scale - 0.25]])
    x0, x1 = max(round(-left * scale), 0), round((width - left) * scale)
    y0, y1 = max(round(-top * scale), 0), round((height - top) * scale)
    canvas = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    canvas[:y0] = canvas[y1:] = OUTSIDE
    canvas[:, :x0] = canvas[:, x1:] = OUTSIDE
    return canvas


class Frame:
    """A view of a picture to draw into; it starts at (left, top) of the picture and is ``scale`` times as large."""

    def __init__(self, canvas: np.ndarray, left: float, top: float, scale: float) -> None:
        self.canvas, self.left, self.top, self.scale = canvas, left, top, scale
        self.taken: list[tuple[int, int, int, int]] = []

    def mask(self, mask: Crop, colour: Colour, weight: float) -> None:
        """Its outline, on a dark rim."""
        if not mask.solid.size:
            return
        padded = np.pad(mask.solid.astype(np.uint8), 1)
        grown = cv2.resize(padded, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
        rings, _ = cv2.findContours(grown, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        for ring in rings:
            x = ((ring[:, 0, 0] + 0.5) / 4 - 1 + mask.left - self.left) * self.scale
            y = ((ring[:, 0, 1] + 0.5) / 4 - 1 + mask.top - self.top) * self.scale
            self._line(np.column_stack([x, y]), colour, weight)

    def box(self, box: Sequence[float], colour: Colour, weight: float) -> None:
        """A rectangle."""
        left, top, right, bottom = (float(value) for value in box)
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
        self._line((corners - (self.left, self.top)) * self.scale, colour, weight)

    def _line(self, points: np.ndarray, colour: Colour, weight: float) -> None:
        way = [np.round(points * _FINE).astype(np.int32)]
        cv2.polylines(self.canvas, way, True, (20, 20, 20), round(weight) + (2 if weight > 2 else 1), cv2.LINE_AA, 4)
        cv2.polylines(self.canvas, way, True, colour, max(1, round(weight)), cv2.LINE_AA, 4)

    def tag(self, words: str, box: Sequence[float], colour: Colour) -> None:
        """Words on a patch of colour above the box, or below; where both are taken, none."""
        glyphs = font.line(words, 13)
        high, wide = glyphs.shape[0] + 3, glyphs.shape[1] + 7
        height, width = self.canvas.shape[:2]
        x = round((float(box[0]) - self.left) * self.scale)
        if (float(box[2]) - self.left) * self.scale < 0 or x > width:
            return
        left = min(max(x, 0), max(width - wide, 0))
        above, below = ((float(box[side]) - self.top) * self.scale for side in (1, 3))
        if below < 0 or above > height:
            return
        for top in (round(above) - high - 2, round(below) + 2, round(above) + 2):
            top = min(max(top, 0), height - high)
            spot = (left, top, left + wide, top + high)
            if not any(_touch(spot, other) for other in self.taken):
                self.taken.append(spot)
                self.canvas[top : top + high, left : left + wide] = colour
                ink(self.canvas, glyphs, (top + 2, left + 4), (16, 16, 16))
                return


def _touch(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def ink(canvas: np.ndarray, alpha: np.ndarray, place: tuple[int, int], colour: Colour) -> None:
    """Blend a coverage (0..1 HxW) at (top, left) into a uint8 canvas, cut off at its border."""
    top, left = max(place[0], 0), max(place[1], 0)
    alpha = alpha[top - place[0] :, left - place[1] :]
    target = canvas[top : top + alpha.shape[0], left : left + alpha.shape[1]]
    alpha = alpha[: target.shape[0], : target.shape[1], None]
    target[:] = np.round(target + alpha * (np.array(colour, np.float32) - target)).astype(np.uint8)
