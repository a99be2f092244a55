"""Outlines go through the same matrix as the picture, and stay true to it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset import outlines
from dataset.spec import stream
from ml.augment import geometry, rings, shapes
from ml.augment.geometry import View
from ml.augment.recipe import Geometry
from ml.augment.shapes import Shape

SIZE = (320, 240)
FRAME = [(1.0, 0.0, 0.0), (-1.0, 0.0, float(SIZE[0])), (0.0, 1.0, 0.0), (0.0, -1.0, float(SIZE[1]))]


def flipped(horizontally: bool, vertically: bool) -> View:
    """The whole source, mirrored."""
    quad = np.array([[0, 0], [SIZE[0], 0], [SIZE[0], SIZE[1]], [0, SIZE[1]]], float)
    if horizontally:
        quad = quad[[1, 0, 3, 2]]
    if vertically:
        quad = quad[[3, 2, 1, 0]]
    return View(tuple(map(tuple, quad.tolist())), *SIZE, horizontally, vertically)


def lobed(rng: np.random.Generator, centre: tuple[float, float], radius: float, corners: int = 60) -> np.ndarray:
    """A smooth ring that never crosses itself."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    waves = sum(rng.uniform(-0.12, 0.12) * np.sin(k * angle + rng.uniform(0, 6)) for k in range(2, 6))
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) * (radius * (1 + waves))[:, None] + centre


def covered(ring: np.ndarray, size: tuple[int, int], fine: int = 8) -> np.ndarray:
    """float HxW: exact share of each pixel inside the ring, sampled ``fine`` x ``fine`` times."""
    width, height = size
    large = outlines.fill([ring * fine - 0.5], (height * fine, width * fine)).astype(np.float32)
    return large.reshape(height, fine, width, fine).mean(axis=(1, 3))


views = st.integers(0, 2**31 - 1)


@given(views)
@settings(max_examples=60, deadline=None)
def test_area_grows_by_the_determinant(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ring = lobed(rng, (rng.uniform(80, 240), rng.uniform(80, 160)), rng.uniform(8, 60))
    wishes = Geometry(chances={"flip": 0.5, "zoom": 1.0, "rotate": 1.0})
    forward = geometry.matrix(geometry.draw(wishes, rng, SIZE, SIZE))
    grown = rings.area(rings.move(ring, forward))
    assert grown == pytest.approx(rings.area(ring) * np.linalg.det(forward[:2, :2]), rel=1e-9)


@given(views)
@settings(max_examples=80, deadline=None)
def test_what_is_kept_lies_inside_the_frame_and_never_grows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ring = lobed(rng, (rng.uniform(0, 320), rng.uniform(0, 240)), rng.uniform(8, 90))
    inside = rings.clip(ring, FRAME)
    shape = Shape(1, "thing", tuple(inside))
    if not inside:
        return
    wishes = Geometry(chances={"flip": 0.5, "zoom": 1.0, "rotate": 1.0, "perspective": 1.0}, zoom=(0.5, 3.0))
    view = geometry.draw(wishes, rng, SIZE, SIZE)
    forward = geometry.matrix(view)
    seen = shapes.seen(shape, view, forward, rings.window(view, SIZE))
    if seen is None:
        return
    for piece in seen.rings:
        assert piece.min() >= 0
        assert (piece.max(axis=0) <= SIZE).all()
    assert 0 < seen.visible <= 1


@given(views)
@settings(max_examples=60, deadline=None)
def test_cutting_in_two_conserves_area(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ring = lobed(rng, (100, 100), 60) * (1, rng.uniform(0.3, 1))
    angle, offset = rng.uniform(0, 2 * np.pi), rng.uniform(-30, 30)
    a, b = float(np.cos(angle)), float(np.sin(angle))
    c = -(a * ring[:, 0].mean() + b * ring[:, 1].mean()) + offset
    parts = [*rings.clip(ring, [(a, b, c)]), *rings.clip(ring, [(-a, -b, -c)])]
    assert sum(abs(rings.area(part)) for part in parts) == pytest.approx(abs(rings.area(ring)), rel=1e-9)


@pytest.mark.parametrize("direction", [(True, False), (False, True), (True, True)])
def test_flipping_twice_changes_nothing(direction: tuple[bool, bool]) -> None:
    view = flipped(*direction)
    forward = geometry.matrix(view)
    mask = np.zeros((240, 320), bool)
    mask[40:90, 300:320] = mask[60:70, 280:310] = True
    mask[50:60, 305:310] = False
    image = stream(1, "image").integers(0, 256, (240, 320, 3), np.uint8)
    ring = rings.from_outline(outlines.outlines(mask)[0])
    assert np.array_equal(rings.move(rings.move(ring, forward), forward), ring)
    twice = geometry.warp(geometry.warp(image, view, (0, 0, 0)), view, (0, 0, 0))
    assert np.array_equal(twice, image)


@pytest.mark.parametrize("view", [flipped(True, False), flipped(False, True), flipped(False, False)])
def test_pixel_outlines_stay_lossless_under_flips(view: View) -> None:
    rng = np.random.default_rng(3)
    mask = covered(lobed(rng, (150, 110), 60), SIZE) > 0.5
    shape = Shape(1, "thing", shapes.from_mask(mask, 0, 0), exact=True)
    forward = geometry.matrix(view)
    seen = shapes.seen(shape, view, forward, rings.window(view, SIZE))
    code = {(True, False): 1, (False, True): 0}.get((view.flip, view.flip_vertical))
    expected = mask if code is None else cv2.flip(mask.astype(np.uint8), code) > 0
    assert np.array_equal(shapes.mask(seen, (0, 0, *SIZE)), expected)


def test_a_comb_cut_through_its_teeth_falls_into_pieces() -> None:
    comb = np.array([(0, 0), (50, 0), (50, 30), (40, 30), (40, 10), (30, 10), (30, 30), (20, 30), (20, 10), (10, 10)])
    comb = np.vstack([comb, [(10, 30), (0, 30)]]).astype(float)
    pieces = rings.clip(comb, [(0.0, 1.0, -20.0)])
    assert sorted(abs(rings.area(piece)) for piece in pieces) == [100, 100, 100]
    for piece in pieces:
        assert piece[:, 1].min() == 20
        assert np.ptp(piece[:, 0]) == 10


def test_a_ring_with_a_keyhole_bridge_can_be_cut_across_its_hole() -> None:
    mask = np.zeros((60, 60), bool)
    mask[10:50, 10:50] = True
    mask[25:35, 25:35] = False
    ring = rings.from_outline(outlines.outlines(mask)[0])
    for x in (18.0, 25.0, 30.0, 40.0):
        left, right = rings.clip(ring, [(-1.0, 0.0, x)]), rings.clip(ring, [(1.0, 0.0, -x)])
        total = sum(abs(rings.area(piece)) for piece in (*left, *right))
        assert total == pytest.approx(mask.sum())
        assert np.array_equal(outlines.fill([piece - 0.5 for piece in (*left, *right)], (60, 60)), mask), (
            f"cut at {x} loses pixels"
        )


def test_a_view_without_filler_lies_in_the_source() -> None:
    wishes = Geometry(
        zoom=(0.5, 2.0), filler=False, rotate=(-40, 40), chances={"zoom": 1.0, "rotate": 0.7, "perspective": 0.5}
    )
    for seed in range(200):
        view = geometry.draw(wishes, np.random.default_rng(seed), SIZE, SIZE)
        quad = np.asarray(view.quad)
        assert quad.min() >= -1e-3
        assert (quad.max(axis=0) <= np.array(SIZE) + 1e-3).all()
        assert geometry.filler(view, geometry.matrix(view), SIZE) is None


def test_filler_is_one_plain_colour_and_no_mirrored_source() -> None:
    image = np.full((240, 320, 3), 200, np.uint8)
    view = geometry.draw(Geometry(zoom=(0.5, 0.5), chances={"zoom": 1.0}), np.random.default_rng(0), SIZE, SIZE)
    out = geometry.warp(image, view, (10, 20, 30))
    outside = geometry.filler(view, geometry.matrix(view), SIZE)
    outside = cv2.erode(outside.astype(np.uint8), np.ones((3, 3))) > 0
    assert outside.mean() > 0.6
    assert (out[outside] == (10, 20, 30)).all()


def test_a_shrunk_source_is_averaged_not_skipped() -> None:
    stripes = np.zeros((960, 1280, 3), np.uint8)
    stripes[:, ::2] = 255
    wishes = Geometry(chances={"rotate": 1.0}, rotate=(2, 2))
    view = geometry.draw(wishes, np.random.default_rng(0), (1280, 960), SIZE)
    centre = geometry.warp(stripes, view, (0, 0, 0))[60:180, 80:240]
    assert abs(centre.mean() - 127.5) < 4
    assert centre.std() < 25


@given(views)
@settings(max_examples=30, deadline=None)
def test_smoothing_an_outline_of_pixels_keeps_area_and_place(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ring = lobed(rng, (160, 120), rng.uniform(15, 90))
    solid = covered(ring, SIZE, 4) >= 0.5
    smooth = Shape(1, "thing", shapes.from_mask(solid, 0, 0), exact=True).smooth
    assert sum(rings.area(loop) for loop in smooth) == pytest.approx(abs(rings.area(ring)), rel=0.02)
    assert (outlines.fill([smooth[0] - 0.5], solid.shape) ^ solid).sum() < 0.25 * len(smooth[0])


def test_holes_and_lines_of_one_pixel_survive_a_new_sampling() -> None:
    solid = np.zeros((240, 320), bool)
    solid[100:160, 100:180] = True
    solid[120:140, 130:150] = False
    solid[50:100, 140] = True
    np.fill_diagonal(solid[160:200, 180:220], True)
    quad = ((60.0, 30.0), (260.0, 30.0), (260.0, 180.0), (60.0, 180.0))
    view = View(quad, 480, 360, zoom=1.6)
    forward = geometry.matrix(view)
    shape = Shape(1, "thing", shapes.from_mask(solid, 0, 0), exact=True)
    seen = shapes.seen(shape, view, forward, rings.window(view, SIZE))
    found = shapes.mask(seen, (0, 0, 480, 360))
    back = cv2.resize(found.astype(np.uint8), (200, 150), interpolation=cv2.INTER_NEAREST) > 0
    expected = solid[30:180, 60:260]
    assert (back ^ expected).sum() < 0.02 * expected.sum()
    assert found[56:166, 191:196].any(axis=1).all(), "the line is torn"
    assert not found[228:252, 180:204].any(), "the hole is filled"
