"""PNG files in numpy and the standard library: 8-bit grey, 16-bit grey (masks, depth) and 8-bit RGB.

The writer's bytes depend on the pixels alone. The reader takes the same three kinds with any of PNG's five row
filters, so files that another tool saved again are read too; interlaced, palette and transparent files are not ours.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np

from .files import write_atomic

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB = 0, 2
_KINDS = {0: "grey", 2: "RGB", 3: "palette", 4: "grey with transparency", 6: "RGB with transparency"}

NONE, SUB, UP, AVERAGE, PAETH = range(5)
"""Row filters: what a byte is stored relative to (left, above, both, the nearest of the three neighbours)."""


class PngError(Exception):
    """Not a PNG that we read; the message names the file and the reason."""


def encode(image: np.ndarray, row_filter: int = NONE, level: int = 4) -> bytes:
    """PNG bytes of a uint8 or uint16 HxW (grey), bool HxW (black and white) or uint8 HxWx3 (RGB) array.

    ``row_filter``: ``NONE`` suits label images, ``UP`` or ``SUB`` smooth ones such as depth. Raises ``PngError``.
    """
    image = np.asarray(image)
    if image.dtype == bool:
        image = image * np.uint8(255)
    grey = image.ndim == 2 and image.dtype in (np.uint8, np.uint16)
    if not grey and not (image.ndim == 3 and image.shape[2] == 3 and image.dtype == np.uint8):
        raise PngError(f"cannot write {image.dtype} of shape {image.shape}: bool, uint8 or uint16 HxW, or uint8 HxWx3")
    height, width = image.shape[:2]
    if not height or not width:
        raise PngError(f"cannot write a picture of {width} x {height} pixels")
    rows = np.ascontiguousarray(image, ">u2" if image.dtype == np.uint16 else np.uint8)
    rows = rows.view(np.uint8).reshape(height, -1)
    step = rows.shape[1] // width
    filtered = np.empty((height, rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = row_filter
    filtered[:, 1:] = rows
    if row_filter == SUB:
        filtered[:, 1 + step :] -= rows[:, :-step]
    elif row_filter == UP:
        filtered[1:, 1:] -= rows[:-1]
    elif row_filter != NONE:
        raise PngError(f"row filter {row_filter} is read but not written: NONE, SUB or UP")
    header = struct.pack(">IIBBBBB", width, height, 8 * image.itemsize, GREY if grey else RGB, 0, 0, 0)
    body = zlib.compress(filtered.tobytes(), level)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def decode(data: bytes, source: str = "PNG") -> np.ndarray:
    """Inverse of ``encode``: uint8 or uint16 HxW, or uint8 HxWx3. Raises ``PngError`` naming ``source``."""
    header, body = _chunks(data, source)
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if (kind, depth) not in ((GREY, 8), (GREY, 16), (RGB, 8)) or interlaced:
        what = f"{depth}-bit {_KINDS.get(kind, 'unknown')}{', interlaced' if interlaced else ''}"
        raise PngError(f"{source}: {what}; save it as 8-bit grey, 16-bit grey or 8-bit RGB without interlacing")
    step = (3 if kind == RGB else 1) * depth // 8
    try:
        raw = zlib.decompress(body)
    except zlib.error as error:
        raise PngError(f"{source}: damaged ({error})") from error
    if not width or not height or len(raw) != height * (width * step + 1):
        raise PngError(f"{source}: damaged ({len(raw)} bytes of pixels for {width} x {height})")
    lines = np.frombuffer(raw, np.uint8).reshape(height, width * step + 1)
    if lines[:, 0].max() > PAETH:
        raise PngError(f"{source}: damaged (unknown row filter {lines[:, 0].max()})")
    rows = _unfilter(lines[:, 0], lines[:, 1:].reshape(height, width, step))
    if depth == 16:
        return np.ascontiguousarray(rows).view(">u2").reshape(height, width).astype(np.uint16)
    return rows if kind == RGB else rows[:, :, 0]


def _chunks(data: bytes, source: str) -> tuple[bytes, bytes]:
    """Content of IHDR, and of all IDAT joined; every checksum is looked at."""
    if not data.startswith(SIGNATURE):
        raise PngError(f"{source}: not a PNG file")
    header, body, position = b"", [], len(SIGNATURE)
    while position + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        content = data[position + 8 : position + 8 + length]
        check = data[position + 8 + length : position + 12 + length]
        if len(content) != length or check != struct.pack(">I", zlib.crc32(name + content)):
            raise PngError(f"{source}: damaged (chunk {name.decode('latin-1')})")
        if name == b"IHDR":
            header = content
        elif name == b"IDAT":
            body.append(content)
        elif name == b"IEND" and len(header) == 13:
            return header, b"".join(body)
        position += 12 + length
    raise PngError(f"{source}: damaged (cut off)")


def _unfilter(filters: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Undo the row filters; ``filters`` H, ``rows`` HxWxB bytes as stored, returns the bytes of the pixels."""
    if (filters == NONE).all():
        return rows.copy()
    if (filters == SUB).all():
        return np.cumsum(rows, axis=1, dtype=np.uint8)
    if (filters == UP).all():
        return np.cumsum(rows, axis=0, dtype=np.uint8)
    return _unfilter_mixed(filters, rows)


def _unfilter_mixed(filters: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """All filters at once, one diagonal a step: a pixel needs its left, upper and upper left neighbours only."""
    height, width, step = rows.shape
    padded = np.zeros((height + 1, width + 1, step), np.int16)  # a zero row above and a zero column to the left
    padded[1:, 1:] = rows
    kinds = filters[:, None]
    for diagonal in range(height + width - 1):
        y = np.arange(max(0, diagonal - width + 1), min(height, diagonal + 1))
        x = diagonal - y
        left, up, corner = padded[y + 1, x], padded[y, x + 1], padded[y, x]
        guess = left + up - corner
        to_left, to_up, to_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
        nearest = np.where(to_up <= to_corner, up, corner)
        nearest = np.where((to_left <= to_up) & (to_left <= to_corner), left, nearest)
        kind = kinds[y]
        basis = np.select(
            [kind == SUB, kind == UP, kind == AVERAGE, kind == PAETH], [left, up, (left + up) >> 1, nearest]
        )
        padded[y + 1, x + 1] = (padded[y + 1, x + 1] + basis) & 255
    return padded[1:, 1:].astype(np.uint8)


def write(path: Path, image: np.ndarray, row_filter: int = NONE) -> None:
    """Write atomically. Raises ``PngError`` or ``files.OutputError``."""
    write_atomic(path, encode(image, row_filter))


def read(path: Path) -> np.ndarray:
    """Read a file. Raises ``PngError``."""
    try:
        return decode(path.read_bytes(), str(path))
    except OSError as error:
        raise PngError(f"{path}: {error.strerror}") from error
