"""The ready recipes keep their promise: what they plan is what their name says."""

from collections import Counter
from pathlib import Path

import pytest

from dataset import framing, plan, recipe

FOLDER = Path(__file__).resolve().parents[2] / "recipes"
PATHS = sorted(FOLDER.glob("*.toml"))


def planned(name: str, frames: int = 120) -> list:
    wish = recipe.load(FOLDER / f"{name}.toml")
    return [
        (plan.weather(wish, index), plan.light(wish, index, plan.weather(wish, index)), plan.view(wish, index))
        for index in range(frames)
    ]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_it_is_valid_and_says_what_it_is_for(path):
    assert recipe.load(path).frames > 0
    assert path.read_text().startswith("# ")


def test_there_are_enough_and_they_differ():
    prints = {recipe.fingerprint(recipe.load(path)) for path in PATHS}
    assert len(PATHS) >= 6 and len(prints) == len(PATHS)


def test_night_is_night():
    assert Counter(light.sky for _, light, _ in planned("night")) == {"night": 120}


def test_rain_at_dusk_is_wet_and_dim():
    frames = planned("rain_at_dusk")
    assert sum(light.sky == "dusk" for _, light, _ in frames) >= 108
    assert sum(weather.kind == "rain" for weather, _, _ in frames) >= 70


def test_winter_has_snow():
    assert sum(weather.snow_cover > 0 for weather, _, _ in planned("winter")) >= 70


def test_fog_hides():
    assert sum(weather.visibility <= 120 for weather, _, _ in planned("fog")) >= 90


def test_the_search_is_flown():
    assert {view for _, _, view in planned("drone_search")} == {"uav_oblique", "uav_nadir"}


def test_close_brings_somebody_near():
    wish = recipe.load(FOLDER / "close.toml")
    sizes = Counter(framing.wanted(wish, index, plan.view(wish, index)).size for index in range(120))
    assert sizes["large"] + sizes["close"] >= 75
    assert sizes["far"] == 0


def test_a_crowd_is_many_near_the_camera_cutting_one_another():
    wish = recipe.load(FOLDER / "crowd.toml")
    wanted = [framing.wanted(wish, index, plan.view(wish, index)) for index in range(120)]
    assert sum(each.size in ("large", "close") for each in wanted) >= 75
    assert sum(each.visible != "clear" for each in wanted) >= 75
    assert wish.people.rescuers[0] + wish.people.civilians[0] >= 8
