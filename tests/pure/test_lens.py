"""The lens model changes light as optics and sensors do."""

from __future__ import annotations

import numpy as np
import pytest

from imaging import lens


@pytest.fixture
def light() -> np.ndarray:
    """A grey field with one bright point, linear."""
    picture = np.full((48, 64, 3), 0.18, np.float32)
    picture[20, 30] = 8.0
    return picture


def rng() -> np.random.Generator:
    return np.random.default_rng(4)


def test_a_perfect_lens_changes_nothing(light: np.ndarray) -> None:
    assert np.array_equal(lens.expose(light, rng()), light)


def test_exposure_counts_in_stops(light: np.ndarray) -> None:
    assert np.allclose(lens.expose(light, rng(), exposure=1.0), 2 * light)


@pytest.mark.parametrize("options", [{"blur": 1.5}, {"motion": 4.0}])
def test_blur_spreads_light_and_keeps_its_sum(light: np.ndarray, options: dict[str, float]) -> None:
    out = lens.expose(light, rng(), **options)
    assert out[20, 30, 0] < 4.0
    assert out.sum() == pytest.approx(light.sum(), rel=1e-3)


def test_vignette_darkens_the_corners_alone() -> None:
    out = lens.expose(np.ones((48, 64, 3), np.float32), rng(), vignette=0.3)
    assert out[24, 32] == pytest.approx(1.0, abs=1e-3)
    assert out[0, 0] == pytest.approx(0.7, abs=0.03)


def test_colour_fringes_part_red_and_blue_at_the_rim_and_leave_green() -> None:
    picture = np.zeros((48, 64, 3), np.float32)
    picture[:, 58] = 1.0
    out = lens.expose(picture, rng(), chroma=3.0)
    red, green, blue = (float((out[24, :, c] * np.arange(64)).sum() / out[24, :, c].sum()) for c in range(3))
    assert green == pytest.approx(58) and red > 59 and blue < 57


def test_noise_grows_with_the_root_of_light_and_repeats_with_its_seed() -> None:
    spread = []
    for level in (0.18, 0.72):
        out = lens.expose(np.full((96, 96, 3), level, np.float32), rng(), noise=0.02)
        spread.append(float(out.std()))
    assert spread[1] / spread[0] == pytest.approx(2.0, rel=0.1)
    again = lens.expose(np.full((96, 96, 3), 0.72, np.float32), rng(), noise=0.02)
    assert np.array_equal(again, out)


def test_the_meter_brightens_the_dark_and_darkens_the_bright_by_a_part_of_the_way() -> None:
    grey = np.full((48, 64, 3), 0.21, np.float32)
    assert lens.metered(grey, 0.0, 0.5) == pytest.approx(0, abs=1e-3)
    assert lens.metered(grey / 4, 0.0, 0.5) == pytest.approx(1.0, abs=1e-3)
    assert lens.metered(grey / 4, 2.0, 0.5) == pytest.approx(0, abs=1e-3)
    assert lens.metered(grey * 2, 0.0, 1.0) == pytest.approx(-1.0, abs=1e-3)
    assert lens.metered(grey * 0, 0.0, 1.0) == 2.4


def test_the_meter_does_not_leave_the_night_black() -> None:
    night = np.full((48, 64, 3), 0.21 / 16, np.float32)
    stops = lens.metered(night, 0.0, 0.15)
    assert 1.5 < stops < 2.0
    darker = lens.metered(night / 2, 0.0, 0.15)
    assert darker > stops and 2.0**darker / 2 < 2.0**stops


def test_developing_without_wishes_changes_nothing() -> None:
    picture = np.random.default_rng(1).uniform(0.0, 2.0, (20, 30, 3)).astype(np.float32)
    assert np.allclose(lens.develop(picture, 1.0, 1.0, 0.0), picture, atol=2e-5)


def test_contrast_turns_around_mid_grey() -> None:
    steps = np.array([0.05, lens.GREY, 0.6], np.float32)
    dark, middle, bright = lens.develop(np.repeat(steps, 3).reshape(1, 3, 3), 1.4, 1.0, 0.0)[0, :, 0]
    assert dark < 0.05 and bright > 0.6
    assert abs(middle - lens.GREY) < 1e-2


def test_deep_shadow_is_not_crushed_by_contrast() -> None:
    steps = np.array([0.02, 0.01, 0.005], np.float32)
    shades = lens.develop(np.repeat(steps, 3).reshape(1, 3, 3), 1.4, 1.0, 0.0)[0, :, 0]
    assert np.all(np.diff(shades) < 0)
    assert shades[2] > 0.4 * 0.005


def test_saturation_keeps_luminance() -> None:
    picture = np.full((4, 4, 3), (0.4, 0.33, 0.28), np.float32)
    vivid = lens.develop(picture, 1.0, 1.5, 0.0)
    weights = np.array([0.2126, 0.7152, 0.0722])
    assert np.allclose(vivid @ weights, picture @ weights, rtol=1e-3)
    assert np.ptp(vivid[0, 0]) > 1.4 * np.ptp(picture[0, 0])


def test_saturation_leaves_what_is_vivid_already() -> None:
    sunset = np.full((4, 4, 3), (0.8, 0.3, 0.04), np.float32)
    assert np.allclose(lens.develop(sunset, 1.0, 1.8, 0.0), sunset, atol=0.04)


def test_a_lamp_has_a_halo_and_a_white_wall_none() -> None:
    picture = np.full((120, 160, 3), 0.02, np.float32)
    wall = picture.copy()
    wall[50:70, 60:80] = 1.2
    assert np.array_equal(lens.expose(wall, rng()), wall)
    picture[58:62, 78:82] = (90.0, 60.0, 20.0)
    out = lens.expose(picture, rng())
    assert out[60, 90, 0] > 0.06 and out[60, 90, 0] > 2 * out[60, 90, 2]
    assert out[5, 5] == pytest.approx(0.02, abs=5e-3)
    assert out.sum() == pytest.approx(picture.sum(), rel=0.02)


def test_sharpening_steepens_an_edge_within_the_limiter() -> None:
    picture = np.full((40, 80, 3), 0.1, np.float32)
    picture[:, 40:] = 0.4
    soft = lens.gaussian(picture, 1.0)
    crisp = lens.develop(soft, 1.0, 1.0, 1.0)
    assert np.diff(crisp[20, :, 0]).max() > 1.3 * np.diff(soft[20, :, 0]).max()
    assert crisp.max() < 0.4 * 2**1.25
