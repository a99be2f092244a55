"""PNG files go both ways between us and OpenCV, whatever filters they use, and damage is named."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dataset import png

SHAPES = array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9)
GREY = arrays(np.uint8, SHAPES) | arrays(np.uint16, SHAPES)
COLOUR = arrays(np.uint8, SHAPES.map(lambda shape: (*shape, 3)))


def swapped(image: np.ndarray) -> np.ndarray:
    """RGB to BGR and back; grey as it is."""
    return image[..., ::-1] if image.ndim == 3 else image


def paeth(left: int, up: int, corner: int) -> int:
    """The nearest of the three to left + up - corner, in this order (PNG specification, 9.4)."""
    guess = left + up - corner
    return min((abs(guess - value), place, value) for place, value in enumerate((left, up, corner)))[2]


def filtered(image: np.ndarray, filters: list[int]) -> bytes:
    """PNG bytes with a filter of its own for each row, byte by byte as the specification says."""
    step = 3 if image.ndim == 3 else image.itemsize
    rows = image.astype(image.dtype.newbyteorder(">")).reshape(image.shape[0], -1).view(np.uint8).astype(int)
    body = b""
    for y, kind in enumerate(filters):
        body += bytes([kind])
        for x in range(rows.shape[1]):
            left = rows[y, x - step] if x >= step else 0
            up = rows[y - 1, x] if y else 0
            corner = rows[y - 1, x - step] if y and x >= step else 0
            basis = (0, left, up, (left + up) // 2, paeth(left, up, corner))[kind]
            body += bytes([(rows[y, x] - basis) % 256])
    header = struct.pack(">IIBBBBB", image.shape[1], image.shape[0], 8 * image.itemsize, 2 * (image.ndim == 3), 0, 0, 0)
    chunks = ((b"IHDR", header), (b"tEXt", b"Software\0test"), (b"IDAT", zlib.compress(body)), (b"IEND", b""))
    packed = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks]
    return png.SIGNATURE + b"".join(packed)


@settings(max_examples=150, deadline=None)
@given(GREY | COLOUR, st.sampled_from([png.NONE, png.SUB, png.UP]))
def test_what_we_write_is_read_by_opencv_and_by_us(image, row_filter):
    data = png.encode(image, row_filter)
    other = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert other.dtype == image.dtype
    assert (swapped(other) == image).all()
    ours = png.decode(data)
    assert ours.dtype == image.dtype
    assert (ours == image).all()


@settings(max_examples=150, deadline=None)
@given(GREY | COLOUR, st.data())
def test_rows_of_all_five_filters_are_read(image, data):
    filters = data.draw(st.lists(st.integers(0, 4), min_size=len(image), max_size=len(image)))
    assert (png.decode(filtered(image, filters)) == image).all()


@pytest.mark.parametrize("shape", [(40, 60), (40, 60, 3)])
def test_what_opencv_writes_is_read(shape):
    image = cv2.GaussianBlur(np.random.default_rng(3).integers(0, 256, shape, np.uint8), (0, 0), 3)
    assert (png.decode(cv2.imencode(".png", swapped(image))[1].tobytes()) == image).all()


def test_the_same_pixels_give_the_same_bytes_however_they_lie_in_memory():
    image = np.arange(600, dtype=np.uint16).reshape(20, 30) * 97
    assert png.encode(image) == png.encode(np.asfortranarray(image)) == png.encode(image.astype(">u2").astype("<u2"))


def test_a_bool_mask_is_written_black_and_white():
    mask = np.eye(5, dtype=bool)
    assert (png.decode(png.encode(mask)) == mask * np.uint8(255)).all()


@pytest.mark.parametrize("image", [np.zeros((3, 3)), np.zeros((3, 3, 4), np.uint8), np.zeros((0, 3), np.uint8)])
def test_other_arrays_are_refused(image):
    with pytest.raises(png.PngError, match="cannot write"):
        png.encode(image)


def test_damage_is_named_with_its_file(tmp_path):
    data = png.encode(np.arange(100, dtype=np.uint8).reshape(10, 10))
    flipped = bytearray(data)
    flipped[45] ^= 255
    cases = {"not a PNG": b"GIF89a", "cut off": data[:-12], "damaged": bytes(flipped), "chunk": data[:50]}
    for reason, content in cases.items():
        path = tmp_path / "broken.png"
        path.write_bytes(content)
        with pytest.raises(png.PngError, match=f"broken.png.*{reason}"):
            png.read(path)
    with pytest.raises(png.PngError, match="No such file"):
        png.read(tmp_path / "absent.png")


def test_a_kind_that_is_not_ours_is_named():
    data = cv2.imencode(".png", np.zeros((4, 4, 4), np.uint8))[1].tobytes()
    with pytest.raises(png.PngError, match="8-bit RGB with transparency; save it as"):
        png.decode(data)
