"""A camera's processing narrows the range of light: it opens dark ground and keeps a bright sky from being paper."""

from __future__ import annotations

import time

import numpy as np
import pytest

from imaging import lens, tones


def backlit(stops_between: float = 6.0) -> np.ndarray:
    """Dark ground with grain under a bright sky, linear (96, 128, 3); between them lie ``stops_between``."""
    grain = np.random.default_rng(2).uniform(0.8, 1.25, (96, 128, 1)).astype(np.float32)
    picture = np.full((96, 128, 3), 0.18 * 2.0 ** (stops_between / 2), np.float32)
    picture[48:] = 0.18 * 2.0 ** (-stops_between / 2)
    return picture * grain


def test_mid_grey_stays_where_it_is() -> None:
    grey = np.full((48, 64, 3), tones.GREY / 4, np.float32)
    assert np.allclose(tones.adapted(grey, 2.0, 0.5, 0.5), grey, rtol=0.03)


def test_white_things_are_left_white() -> None:
    snow = np.full((48, 64, 3), 1.7 * tones.GREY, np.float32)
    assert np.allclose(tones.adapted(snow, 0.0, 0.5, 0.5), snow)


def test_dark_ground_rises_and_a_bright_sky_falls() -> None:
    picture = backlit()
    out = tones.adapted(picture, 0.0, 0.4, 0.45)
    ground, sky = (np.log2(out[part].mean() / picture[part].mean()) for part in (np.s_[60:], np.s_[:36]))
    assert 0.7 < ground < 1.3 and -1.1 < sky < -0.6


def test_the_ground_keeps_its_grain() -> None:
    picture = backlit()
    out = tones.adapted(picture, 0.0, 0.4, 0.3)
    before, after = (np.log2(p[64:, :, 1]).std() for p in (picture, out))
    assert after > 0.85 * before


def test_neither_side_of_an_edge_shines_into_the_other() -> None:
    out = tones.adapted(backlit(), 0.0, 0.4, 0.3)[..., 1]
    assert out[47].mean() == pytest.approx(out[20].mean(), rel=0.12)
    assert out[49].mean() == pytest.approx(out[80].mean(), rel=0.12)


@pytest.mark.parametrize("level", [0.0, 1e-6, 1e4])
def test_what_lies_beyond_any_range_moves_by_a_limited_number_of_stops(level: float) -> None:
    picture = np.full((48, 64, 3), level, np.float32)
    out = tones.adapted(picture, 0.0, 1.0, 1.0)
    assert np.isfinite(out).all()
    assert np.all(out <= picture * 2.0**tones.LIFT * 1.001) and np.all(out >= picture * 2.0**-tones.HOLD * 0.999)


def test_colours_keep_their_hue() -> None:
    picture = backlit() * np.array([1.0, 0.5, 0.2], np.float32)
    out = tones.adapted(picture, 0.0, 0.4, 0.3)
    assert np.allclose(out[..., 0] * 0.5, out[..., 1], rtol=1e-4)


def test_a_lens_without_such_wishes_leaves_the_range_alone() -> None:
    picture = backlit()
    rng = np.random.default_rng(1)
    assert np.array_equal(lens.expose(picture, rng, stops=1.0), picture)
    assert not np.array_equal(lens.expose(picture, rng, stops=1.0, shadows=0.4), picture)


def test_the_meter_is_set_for_the_ground_and_not_for_the_sky() -> None:
    picture = backlit()
    sky = np.zeros((96, 128), bool)
    sky[:48] = True
    assert lens.metered(picture, 0.0, 0.5, sky=sky) > lens.metered(picture, 0.0, 0.5) + 0.4
    assert lens.metered(picture, 0.0, 0.5, sky=sky | True) == lens.metered(picture, 0.0, 0.5)


def test_it_is_quick_enough_for_every_frame() -> None:
    picture = np.tile(backlit(), (5, 5, 1))
    seconds = []
    for _ in range(3):
        start = time.process_time()
        tones.adapted(picture, 0.0, 0.4, 0.3)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.15


def test_fog_comes_out_light_and_stays_fog() -> None:
    fog = np.float32(0.15) * np.exp2(np.linspace(-1, 1, 64, dtype=np.float32))[None, :, None].repeat(48, 0).repeat(3, 2)
    out = tones.levelled(fog, 0.0, 0.55)
    assert np.quantile(out, 0.98) > 1.5 * np.quantile(fog, 0.98)
    ranges = [np.log2(np.quantile(each, 0.98) / np.quantile(each, 0.02)) for each in (fog, out)]
    assert 1.1 * ranges[0] < ranges[1] < 1.35 * ranges[0]


def test_a_full_range_is_left_as_it_is() -> None:
    tone = np.linspace(tones.BLACK, tones.WHITE, 96, dtype=np.float32) * np.float32(1.04)
    full = (np.float32(tones.GREY) * np.exp2(tone))[None, :, None].repeat(48, 0).repeat(3, 2)
    assert np.allclose(tones.levelled(full, 0.0, 0.5), full, rtol=0.12)


def test_levels_look_at_the_exposure_that_is_to_come_and_keep_colours() -> None:
    dim = np.random.default_rng(1).uniform(0.02, 0.1, (48, 64, 3)).astype(np.float32)
    assert np.allclose(tones.levelled(dim, 2.0, 0.5), tones.levelled(dim * 4, 0.0, 0.5) / 4, rtol=1e-4)
    out = tones.levelled(dim, 0.0, 0.5)
    assert np.allclose(out / out.sum(-1, keepdims=True), dim / dim.sum(-1, keepdims=True), rtol=1e-4)
