"""Parts of a frame are held while the others change, and what is held is the same to the last number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dataset import plan
from dataset.holding import Hold, frame
from dataset.recipe import Recipe

RECIPE = Recipe(seed=5)


@pytest.mark.parametrize("variants", [1, 3])
@pytest.mark.parametrize("index", [0, 3, 17])
def test_with_nothing_held_a_frame_is_that_of_the_plan(index, variants):
    recipe = replace(RECIPE, weather=replace(RECIPE.weather, variants=variants))
    assert frame(recipe, index, Hold()) == plan.frame(recipe, index)
    # Held at itself is the same as not held: what holding rebuilds, it rebuilds as the plan does.
    assert frame(recipe, index, Hold(index, index, index, (index, index, index))) == plan.frame(recipe, index)


def test_the_building_stays_and_the_weather_changes():
    shown = [frame(RECIPE, index, Hold(site=2)) for index in (2, 9, 30)]
    assert len({spec.site for spec in shown}) == 1 and shown[0].site == plan.frame(RECIPE, 2).site
    assert [spec.weather for spec in shown] == [plan.frame(RECIPE, index).weather for index in (2, 9, 30)]


def test_the_people_stay_on_another_site():
    kept, moved = plan.frame(RECIPE, 2), frame(RECIPE, 9, Hold(people=2))
    assert moved.site == plan.frame(RECIPE, 9).site != kept.site
    bodies = [(one.seed, one.body, one.outfit, one.gear) for one in moved.people]
    assert bodies == [(one.seed, one.body, one.outfit, one.gear) for one in kept.people]


def test_the_weather_stays_with_its_hour():
    kept, now = plan.frame(RECIPE, 2), frame(RECIPE, 9, Hold(weather=2))
    assert (now.weather, now.light) == (kept.weather, kept.light) and now.site != kept.site


def test_the_camera_stays_whatever_else_changes():
    held = frame(RECIPE, 5, Hold(site=2))
    hold = Hold(camera=(*Hold(site=2).of(5)[:2], 5))
    assert frame(RECIPE, 30, hold).camera == held.camera
    assert frame(RECIPE, 30, Hold()).camera != held.camera
