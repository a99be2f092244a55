"""Reading photos as people have them: cut off, turned by EXIF, CMYK, 16-bit, transparent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

SMALLEST = 16
"""Pixels a side: below that there is nothing to augment."""
LARGEST = 2048
"""Sources with a longer side are brought down to it once, when they are read."""

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class PictureError(Exception):
    """A picture that can't be used; the message names the file and the reason."""


@dataclass(frozen=True)
class Picture:
    """A source picture in memory."""

    pixels: np.ndarray
    """uint8 HxWx3, blue first."""
    scale: tuple[float, float]
    """Picture pixels a pixel of the annotated size, x and y; 1 unless it was brought down to ``LARGEST``."""
    notes: tuple[str, ...]
    """What had to be converted, in words."""


def read(path: Path, annotated: tuple[int, int] | None = None, largest: int = LARGEST) -> Picture:
    """A picture as the annotator saw it: upright by EXIF unless ``annotated`` (width, height) fits only the stored one.

    A longer side than ``largest`` is brought down to it.

    Raises ``PictureError``.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise PictureError(f"{path}: picture is missing") from None
    except OSError as error:
        raise PictureError(f"{path}: {error.strerror}") from error
    notes: list[str] = []
    pixels = _decode(data, path, notes)
    height, width = pixels.shape[:2]
    if annotated and (width, height) != annotated:
        pixels = _fitting(data, pixels, annotated, path, notes)
        height, width = pixels.shape[:2]
    if min(width, height) < SMALLEST:
        raise PictureError(f"{path}: {width} x {height} pixels; too small, at least {SMALLEST} x {SMALLEST} are needed")
    size = reduced(width, height, largest)
    if size != (width, height):
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        notes.append(f"{width} x {height} brought down to {size[0]} x {size[1]}")
    return Picture(pixels, (pixels.shape[1] / width, pixels.shape[0] / height), tuple(notes))


def reduced(width: int, height: int, largest: int = LARGEST) -> tuple[int, int]:
    """The size that a picture of ``width`` x ``height`` is brought down to: no side over ``largest``."""
    share = min(1.0, largest / max(width, height))
    return round(width * share), round(height * share)


def _decode(data: bytes, path: Path, notes: list[str]) -> np.ndarray:
    """uint8 HxWx3, upright."""
    jpeg = data.startswith(b"\xff\xd8")
    if jpeg:
        channels = _jpeg_channels(data, path)
        if channels == 4:
            notes.append("CMYK read as RGB")
    elif data.startswith(b"\x89PNG") and b"IEND" not in data[-32:]:
        raise PictureError(f"{path}: cut off (PNG without its end); copy the file again")
    try:
        array = np.frombuffer(data, np.uint8)
        pixels = cv2.imdecode(array, cv2.IMREAD_COLOR if jpeg else cv2.IMREAD_UNCHANGED)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise PictureError(f"{path}: not a picture that can be read; save it as JPEG or PNG")
    return _eight_bit_colour(pixels, path, notes)


def _eight_bit_colour(pixels: np.ndarray, path: Path, notes: list[str]) -> np.ndarray:
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
        notes.append("16 bits a channel reduced to 8")
    elif pixels.dtype != np.uint8:
        raise PictureError(f"{path}: {pixels.dtype} pixels; save it with 8 or 16 bits a channel")
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
    if pixels.shape[2] == 4:
        notes.append("transparent parts laid on white")
        alpha = pixels[:, :, 3:].astype(np.uint16)
        return ((pixels[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return pixels


def _jpeg_channels(data: bytes, path: Path) -> int:
    """Number of channels by the frame header; raises ``PictureError`` where the file ends before its end marker.

    The decoder itself paints what is missing grey and says nothing.
    """
    position, channels = 2, 0
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            break
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if marker in _START_OF_FRAME and position + 9 < len(data):
            channels = data[position + 9]
        if marker == 0xDA:  # the picture's data follow; thumbnails with end markers of their own lie before
            if data.rfind(b"\xff\xd9", position + 2 + length) < 0:
                break
            return channels
        position += 2 + length
    raise PictureError(f"{path}: cut off (JPEG without its end); copy the file again")


def _fitting(data: bytes, pixels: np.ndarray, annotated: tuple[int, int], path: Path, notes: list[str]) -> np.ndarray:
    """The picture as stored, if that has the annotated size and the upright one has not."""
    stored = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if (stored.shape[1], stored.shape[0]) == annotated:
        notes.append("annotated as stored: its EXIF rotation is not applied")
        return stored
    raise PictureError(
        f"{path}: {pixels.shape[1]} x {pixels.shape[0]} pixels, annotated as {annotated[0]} x {annotated[1]}; "
        "is it another version of the picture?"
    )
