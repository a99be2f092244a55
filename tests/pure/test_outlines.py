"""Outlines give the mask back in every reader, and simplified ones as much of it as was asked for."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, ImageDraw
from pycocotools import mask as coco_mask
from skimage import measure
from skimage.draw import polygon as skimage_polygon

from dataset.outlines import bounds, fill, from_run_lengths, outlines, run_lengths, trace
from dataset.simplify import iou, simplify

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # pycocotools on numpy 2
MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=14))


def by_skimage(polygons, shape):
    mask = np.zeros(shape, bool)
    for polygon in polygons:
        x, y = np.array(polygon).T
        mask[skimage_polygon(y, x, shape)] = True
    return mask


def by_pycocotools(polygons, shape):
    height, width = shape
    flat = [[value for point in polygon for value in point] for polygon in polygons]
    return coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects(flat, height, width))).astype(bool)


def by_opencv(polygons, shape):
    mask = np.zeros(shape, np.uint8)
    for polygon in polygons:
        cv2.fillPoly(mask, [np.array(polygon).astype(int)], 1)
    return mask.astype(bool)


def by_pillow(polygons, shape):
    image = Image.new("L", shape[::-1])
    for polygon in polygons:
        ImageDraw.Draw(image).polygon(list(polygon), fill=1, outline=1)
    return np.array(image).astype(bool)


READERS = {"skimage": by_skimage, "pycocotools": by_pycocotools, "OpenCV": by_opencv, "Pillow": by_pillow, "own": fill}


def masks_of_every_kind() -> list[np.ndarray]:
    """320 masks: noise, smooth blobs, rings, blobs with pin holes, borders touched, thin diagonals, single pixels."""
    random = np.random.default_rng(11)
    found = []
    for number in range(320):
        height, width = random.integers(1, 48, 2)
        noise = random.random((height, width))
        smooth = cv2.GaussianBlur(noise, (0, 0), random.uniform(0.6, 4))
        blob = smooth > np.quantile(smooth, random.random())
        y, x = np.ogrid[:height, :width]
        distance = np.hypot(y - height / 2, x - width / 2)
        kinds = [
            noise < random.random(),
            blob,
            (distance < height / 2) & (distance > height / 5),
            blob & (noise < 0.9),
            (x - y) % 7 == 0,
            (x + y) % 5 < 2,
            (x == random.integers(width)) & (y == random.integers(height)),
            np.ones((height, width), bool),
        ]
        found.append(kinds[number % len(kinds)])
    return found


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_gives_320_masks_back_exactly(reader):
    worst = min(iou(READERS[reader](outlines(mask), mask.shape), mask) for mask in masks_of_every_kind() if mask.any())
    assert worst == 1.0


@settings(max_examples=300, deadline=None)
@given(MASKS)
def test_any_mask_comes_back_from_every_reader(mask):
    polygons = outlines(mask)
    for name, reader in READERS.items():
        if polygons:
            assert (reader(polygons, mask.shape) == mask).all(), name


@settings(max_examples=200, deadline=None)
@given(MASKS)
def test_there_is_one_polygon_a_piece_and_the_holes_are_counted(mask):
    polygons, holes = trace(mask)
    assert len(polygons) == measure.label(mask, connectivity=2).max()
    solid = np.pad(mask, 1)
    enclosed = measure.label(~solid, connectivity=2).max() - 1
    assert holes == enclosed


@settings(max_examples=200, deadline=None)
@given(MASKS)
def test_outlines_stay_inside_the_box(mask):
    box = bounds(mask)
    points = [point for polygon in outlines(mask) for point in polygon]
    assert (box is None) == (not points)
    if box is not None:
        x, y, width, height = box
        assert all(x <= px <= x + width - 0.25 and y <= py <= y + height - 0.25 for px, py in points)


@settings(max_examples=200, deadline=None)
@given(MASKS)
def test_run_lengths_are_those_of_pycocotools(mask):
    counts = run_lengths(mask)
    height, width = mask.shape
    packed = coco_mask.frPyObjects({"counts": list(counts), "size": [height, width]}, height, width)
    assert (coco_mask.decode(packed).astype(bool) == mask).all()
    assert packed["counts"] == coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"]
    assert (from_run_lengths(counts, mask.shape) == mask).all()


def test_run_lengths_of_another_size_are_refused():
    with pytest.raises(ValueError, match="cover 5 pixels"):
        from_run_lengths([2, 3], (2, 2))


def test_edges_lie_at_i_and_at_j_and_three_quarters():
    mask = np.zeros((6, 8), bool)
    mask[1:4, 2:5] = True
    assert set(outlines(mask)[0]) == {(2, 1), (4.75, 1), (4.75, 3.75), (2, 3.75)}


def test_an_empty_mask_has_no_outline():
    assert outlines(np.zeros((4, 4), bool)) == []


def test_fill_leaves_out_what_lies_outside_the_frame():
    assert fill([[(-5, -5), (2.75, -5), (2.75, 1.75), (-5, 1.75)]], (4, 4)).sum() == 6
    assert not fill([[(9, 9), (12, 9), (12, 12)]], (4, 4)).any()


def star(size: int) -> np.ndarray:
    y, x = np.mgrid[:size, :size] - size / 2 + 0.5
    radius = np.hypot(x, y)
    return (radius < size / 2 * (0.7 + 0.3 * np.sin(5 * np.arctan2(y, x)))) & (radius > size / 8)


@pytest.mark.parametrize("bound", [0.9, 0.95, 0.98])
@pytest.mark.parametrize("size", [24, 64, 256])
def test_simplified_outlines_keep_the_wanted_overlap_with_fewer_corners(size, bound):
    mask = star(size)
    exact = outlines(mask)
    fewer = simplify(exact, mask, bound)
    assert iou(fill(fewer, mask.shape), mask) >= bound
    assert sum(map(len, fewer)) < sum(map(len, exact))


def test_a_bound_of_one_changes_nothing():
    mask = star(32)
    assert simplify(outlines(mask), mask, 1.0) == outlines(mask)


@settings(max_examples=100, deadline=None)
@given(MASKS, st.floats(0.5, 0.999))
def test_no_mask_makes_simplifying_break_its_bound(mask, bound):
    fewer = simplify(outlines(mask), mask, bound)
    assert iou(fill(fewer, mask.shape), mask) >= bound
    assert all(len(polygon) >= 3 for polygon in fewer)


def test_an_object_of_64_pixels_takes_less_than_2_ms():
    frame = np.zeros((480, 640), bool)
    frame[100:164, 200:264] = star(64)
    seconds = []
    for _ in range(30):
        start = time.perf_counter()
        outlines(frame)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.002
