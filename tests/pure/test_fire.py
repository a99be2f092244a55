"""Flames and smoke are laid over a picture, behind whatever stands before them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dataset import plan
from dataset.recipe import Recipe, parse
from imaging import fire

FAR = np.full((120, 160), 50.0, np.float32)
GREY = np.full((120, 160, 3), 0.2, np.float32)
AIR = (0.3, 0.3, 0.3)


def seen(distance: float = 12.0, thick: float = 0.8) -> fire.Seen:
    """A fire in the middle of the picture, 30 px high, its smoke leaning to the right."""
    flames = fire.Path(np.array([80.0, 82]), np.array([90.0, 60]), np.array([14.0, 14]), np.full(2, distance))
    share = np.linspace(0, 1, 20)
    smoke = fire.Path(80 + 40 * share, 62 - 60 * share, 6 + 10 * share, np.full(20, distance))
    return fire.Seen(flames, smoke, 0.5 + 10 * share, thick)


def burnt(found: fire.Seen, depth: np.ndarray = FAR, **options: float) -> np.ndarray:
    return fire.burn(GREY, depth, [found], np.random.default_rng(3), air=AIR, **options)


def test_a_fire_is_bright_and_redder_than_it_is_blue() -> None:
    flames = burnt(seen())[62:90, 70:92].reshape(-1, 3)
    hot = flames[flames.max(-1) > 1]
    assert len(hot) > 60
    assert (hot[:, 0] > 1.5 * hot[:, 2]).all()


def test_smoke_is_dark_at_first_goes_with_the_wind_and_thins_out() -> None:
    black, white = (
        fire.burn(GREY * share, FAR, [seen()], np.random.default_rng(3), air=AIR)[..., 1] for share in (0, 1)
    )
    left = (white - black) / 0.2  # share of the backdrop that comes through
    assert black[46:56, 84:94].mean() < 0.16
    assert np.allclose(left[2:40, 30:60], 1)
    assert left[46:56, 84:94].mean() + 0.1 < left[3:12, 112:124].mean() < 1


def test_what_stands_before_a_fire_is_left_to_the_bit() -> None:
    wall = FAR.copy()
    wall[:, :81] = 5.0
    out = burnt(seen(), wall)
    assert np.array_equal(out[:, :81], GREY[:, :81])
    assert not np.array_equal(out[:, 81:], GREY[:, 81:])


def test_a_fire_outside_of_the_picture_changes_nothing() -> None:
    away = seen()
    moved = fire.Seen(
        replace(away.flames, x=away.flames.x + 900), replace(away.smoke, x=away.smoke.x + 900), away.heights, 0.8
    )
    assert np.array_equal(burnt(moved), GREY)


def test_fog_takes_a_fire_away_and_the_same_draws_give_the_same_fire() -> None:
    assert np.array_equal(burnt(seen()), burnt(seen()))
    assert burnt(seen(thick=0.0), extinction=0.4).max() < 0.25 < 1 < burnt(seen(thick=0.0)).max()


def test_fires_burn_in_wrecks_first_and_nobody_is_sent_into_one() -> None:
    wish = parse({"site": {"fires": [3, 3]}, "people": {"rescuers": [6, 6]}})
    assert Recipe().site.fires[0] == 0
    seen_in_wrecks = 0
    for index in range(0, 40, 4):
        spec = plan.frame(wish, index)
        assert 1 <= len(spec.site.fires) <= 3
        wrecks = {(v.x, v.y) for v in spec.site.vehicles if v.state == "burnt"}
        seen_in_wrecks += len(wrecks & {(each.x, each.y) for each in spec.site.fires})
        if all(person.level is None for person in spec.people):
            for each in spec.site.fires:
                away = [np.hypot(person.x - each.x, person.y - each.y) for person in spec.people]
                assert min(away) > 0.5 + 0.6 * each.size
    assert seen_in_wrecks >= 5
