"""Reader for exactly the EXR files that we write: single part, scanlines, uncompressed, 32-bit float channels.

Format: "OpenEXR File Layout" (magic 20000630, version 2, attributes, chunk offsets, one scanline a chunk).
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

MAGIC = 20000630


class ExrError(Exception):
    """The file is not of the kind that we write; the message says how it differs."""


def read(path: Path) -> dict[str, np.ndarray]:
    """Channel name -> float32 (height, width), row 0 at the top. Raises ``ExrError``."""
    data = path.read_bytes()
    magic, version = struct.unpack_from("<iI", data, 0)
    if magic != MAGIC or version & 0x1A00:
        raise ExrError(f"{path}: not a single-part scanline EXR")
    attributes, place = _header(data, 8)
    if attributes["compression"] != b"\0":
        raise ExrError(f"{path}: compressed; expected the NONE codec")
    x0, y0, x1, y1 = struct.unpack("<4i", attributes["dataWindow"])
    width, height = x1 - x0 + 1, y1 - y0 + 1
    channels = _channels(attributes["channels"])
    if any(kind != 2 for _, kind in channels):
        raise ExrError(f"{path}: expected 32-bit float channels only")
    offsets = np.frombuffer(data, "<u8", height, place)
    row_bytes = len(channels) * width * 4
    steps = np.diff(offsets.astype(np.int64))
    if height > 1 and not (steps == row_bytes + 8).all():
        raise ExrError(f"{path}: rows are not in order")
    rows = np.frombuffer(data, np.uint8, height * (row_bytes + 8), int(offsets[0])).reshape(height, row_bytes + 8)
    values = np.ascontiguousarray(rows[:, 8:]).view("<f4").reshape(height, len(channels), width)
    return {name: np.ascontiguousarray(values[:, number]) for number, (name, _) in enumerate(channels)}


def _header(data: bytes, place: int) -> tuple[dict[str, bytes], int]:
    """Attributes by name, and where they end."""
    attributes = {}
    while data[place] != 0:
        name, place = _word(data, place)
        _, place = _word(data, place)
        (size,) = struct.unpack_from("<i", data, place)
        attributes[name] = data[place + 4 : place + 4 + size]
        place += 4 + size
    return attributes, place + 1


def _channels(data: bytes) -> list[tuple[str, int]]:
    """(name, pixel type) in file order; types are 0 uint, 1 half, 2 float."""
    found, place = [], 0
    while data[place] != 0:
        name, place = _word(data, place)
        (kind,) = struct.unpack_from("<i", data, place)
        found.append((name, kind))
        place += 16
    return found


def _word(data: bytes, place: int) -> tuple[str, int]:
    end = data.index(b"\0", place)
    return data[place:end].decode(), end + 1
