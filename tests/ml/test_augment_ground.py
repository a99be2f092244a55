"""Wet ground and lying snow: where they come to be, and what they leave alone."""

from __future__ import annotations

import numpy as np
import pytest

from ml.augment import lying, surfaces, weather
from ml.augment.frame import Maker, Scene
from ml.augment.recipe import Recipe
from ml.augment.shapes import Shape

ROWS, COLUMNS, FOCAL, TALL = 120, 160, 140.0, 1.7
MIRROR = np.array([[-1, 0, COLUMNS], [0, 1, 0], [0, 0, 1.0]])
CLOSER = np.array([[2, 0, -COLUMNS / 2], [0, 2, -ROWS / 2], [0, 0, 1.0]])


def street() -> tuple[np.ndarray, np.ndarray]:
    """Distances along the rays of a level camera, and where a floor is seen: up to a wall at 10 m, sky above it."""
    x, y = (np.arange(COLUMNS) + 0.5 - COLUMNS / 2) / FOCAL, (np.arange(ROWS) + 0.5 - ROWS / 2) / FOCAL
    x, y = np.broadcast_arrays(x[None], y[:, None])
    ray = np.sqrt(1 + x * x + y * y)
    floor = y > TALL / 10
    z = np.where(floor, TALL / np.maximum(y, 1e-6), 10.0)
    return np.where(y < -0.3, np.inf, z * ray).astype(np.float32), floor


def seen_by(forward: np.ndarray) -> tuple[surfaces.Surfaces, np.ndarray]:
    """Surfaces in the view of ``forward``, and its floor."""
    depth, floor = street()
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    back = np.linalg.inv(forward)
    x = np.floor(back[0, 0] * (columns + 0.5) + back[0, 2]).astype(int)
    y = np.floor(back[1, 1] * (rows + 0.5) + back[1, 2]).astype(int)
    camera = surfaces.Camera(FOCAL, COLUMNS, ROWS, forward)
    return surfaces.measured(depth[y, x], camera, (0.0, 1.0, 0.0), (COLUMNS, ROWS)), floor[y, x]


@pytest.mark.parametrize("forward", [np.eye(3), MIRROR], ids=["as it is", "mirrored"])
def test_a_floor_faces_up_and_walls_and_sky_do_not(forward):
    ground, floor = seen_by(forward)
    assert ground.up[floor].mean() > 0.9
    assert ground.up[~floor].mean() < 0.05
    assert ground.horizon == pytest.approx(ROWS / 2, abs=1)


def test_a_closer_view_of_the_floor_is_still_a_floor():
    ground, floor = seen_by(CLOSER)
    assert ground.up[floor].mean() > 0.8
    assert ground.up[~floor].mean() < 0.1


def box(left: float, top: float, right: float, bottom: float) -> Shape:
    return Shape(1, "person", (np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float),))


def laid(lay, amount: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Light before and after, and the floor, of a picture of 640 x 480 in which somebody stands."""
    image = np.full((480, 640, 3), 110, np.uint8)
    image[:120] = 210
    ground, floor = seen_by(np.eye(3))
    done = lay(image.copy(), image[::4, ::4], ground, amount, [box(280, 200, 360, 440)], np.random.default_rng(0))
    return image.mean(axis=2), done.mean(axis=2), np.kron(floor, np.ones((4, 4), bool))


@pytest.mark.parametrize("lay", [lying.wet, lying.snowed])
def test_walls_and_sky_stay_as_they_are(lay):
    before, after, floor = laid(lay)
    above = ~floor
    above[200:] = False  # the seam between wall and floor is soft
    assert np.abs(after - before)[above].max() <= 1


def test_rain_darkens_what_lies_at_ones_feet_and_mirrors_the_sky_far_away():
    before, after, _ = laid(lying.wet)
    near, far = np.s_[460:, :200], np.s_[275:290, :200]
    assert after[near].mean() < 0.8 * before[near].mean()
    assert after[far].mean() > 1.1 * after[near].mean()


def test_snow_lightens_the_ground_the_more_of_it_lies():
    before, some, floor = laid(lying.snowed, 0.4)
    _, much, _ = laid(lying.snowed, 1.0)
    assert before[floor].mean() + 10 < some[floor].mean() < much[floor].mean() - 10


def test_nobody_is_made_wet_and_snow_only_dusts_people():
    inside = np.s_[210:430, 290:350]
    before, wet, _ = laid(lying.wet)
    assert np.abs(wet - before)[inside].max() <= 1
    _, snow, floor = laid(lying.snowed)
    gain = (snow - before)[floor].mean()
    assert (snow - before)[inside].max() < 0.5 * gain


def photo(ground: int = 120, sky: int = 230) -> tuple[np.ndarray, np.ndarray]:
    small = np.full((ROWS, COLUMNS, 3), ground, np.uint8)
    small[: ROWS // 3] = sky
    small[ROWS // 3 : ROWS // 2] = (40, 70, 160)  # a brick wall
    where = np.zeros((ROWS, COLUMNS), np.uint8)
    where[: ROWS // 3] = 1
    return small, where


def test_without_depth_ground_is_what_is_like_the_lower_edge_under_a_sky():
    small, sky = photo()
    taken = np.zeros_like(sky)
    taken[70:110, 60:90] = 1
    ground = surfaces.guessed(small, sky, 0.4 * ROWS, taken)
    assert ground is not None and not ground.measured
    assert ground.up.shape == (ROWS // 2, COLUMNS // 2)
    assert ground.up[38:, :25].min() > 0.7
    assert ground.up[: ROWS // 4 - 2].max() < 0.05
    assert ground.up[38:52, 33:42].max() == 0


@pytest.mark.parametrize("known", ["no sky", "a bright lamp in a room", "dark water", "a crowd at the lower edge"])
def test_without_depth_nothing_is_laid_where_nobody_can_know(known):
    small, sky = photo(ground=30 if known == "dark water" else 120)
    taken = np.zeros_like(sky)
    if known == "no sky":
        sky[:] = 0
    if known == "a bright lamp in a room":
        sky[:, 40:] = 0
    if known == "a crowd at the lower edge":
        taken[90:] = 1
    assert surfaces.guessed(small, sky, 0.4 * ROWS, taken) is None


def test_without_depth_the_ground_begins_below_the_sky_and_leaves_out_trees():
    small, sky = photo()
    small[90:, 100:] = np.random.default_rng(0).integers(
        20, 220, (30, 60, 1), np.uint8
    )  # leaves, as bright on the whole
    ground = surfaces.guessed(small, sky, 0.0, np.zeros_like(sky))
    assert ground is not None and ground.horizon == ROWS // 6
    assert ground.up[48:, 55:].mean() < 0.2 < 0.7 < ground.up[48:, :45].min()


class OneSource:
    """The part of a source set that weather asks."""

    def __init__(self, about: dict) -> None:
        self.sources = [type("Source", (), {"about": about})]


def weathered(about: dict, kind: str) -> list[dict]:
    maker = Maker.__new__(Maker)
    maker.recipe, maker.found = Recipe(), OneSource(about)
    scene = Scene(np.full((48, 64, 3), 120, np.uint8), [], [], None)
    numbers = {"rate": 9.0, "wind": 0.0} if kind in ("rain", "snow") else {}
    wanted = [{"operation": kind, "visibility": 500.0, "ground": 0.9, **numbers}]
    maker._weather(scene, 0, 7, wanted)
    return scene.operations


@pytest.mark.parametrize("kind", ["rain", "snow"])
def test_nothing_falls_indoors_but_smoke_drifts_there(kind):
    assert weathered({"camera": {"level": 2.8}}, kind) == []
    assert weathered({"camera": {"level": 2.8}}, "smoke")


def test_a_night_gets_no_days_weather():
    assert weathered({"light": {"sky": "night"}}, "fog") == []


@pytest.mark.parametrize("there", [{"wetness": 0.6}, {"snow_cover": 0.6}])
def test_ground_that_is_wet_or_white_already_stays(there):
    (done,) = weathered({"weather": {"kind": "clear", **there}}, "rain")
    assert done["ground"] == 0.0 and "surfaces" not in done


def test_a_record_without_a_usable_lens_has_no_camera():
    assert weather.camera({}, (640, 480), np.eye(3)) is None
    assert weather.camera({"camera": {"focal": 24.0, "sensor": 0}}, (640, 480), np.eye(3)) is None
    known = weather.camera({"camera": {"focal": 18.0, "sensor": 36.0}}, (480, 640), np.eye(3))
    assert known is not None and known.focal == 320
