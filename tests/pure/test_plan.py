"""The plan is a pure function of recipe, seed, index and retry, and keeps to the recipe."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dataset import flat, layout, plan, staging, sun
from dataset.recipe import Recipe, loads
from dataset.sight import Sight
from dataset.wardrobe import POSES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def frames() -> list:
    """200 frames of the default recipe."""
    return [plan.frame(Recipe(), index) for index in range(200)]


def test_a_frame_is_the_same_in_any_order_and_process(frames: list) -> None:
    assert [plan.frame(Recipe(), index) for index in (57, 3)] == [frames[57], frames[3]]
    code = "from dataset import plan, recipe; print(repr(plan.frame(recipe.Recipe(), 57)))"
    other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == repr(frames[57])


def test_seed_index_and_retry_all_change_a_frame(frames: list) -> None:
    base = frames[5]
    assert plan.frame(replace(Recipe(), seed=1), 5) != base
    again = plan.frame(Recipe(), 5, retry=1)
    assert again.people != base.people and again.camera != base.camera
    assert (again.site, again.weather, again.light) == (base.site, base.weather, base.light)


def test_frames_share_a_site_as_often_as_the_recipe_says(frames: list) -> None:
    assert [frames[index].site.index for index in (0, 3, 4, 199)] == [0, 0, 1, 49]
    assert frames[0].site == frames[3].site != frames[4].site


def test_the_shares_of_views_and_weather_come_near_the_recipes(frames: list) -> None:
    for wish, drawn in (
        (Recipe().camera.views, Counter(spec.camera.view for spec in frames)),
        (Recipe().weather.kinds, Counter(spec.weather.kind for spec in frames)),
    ):
        total = sum(wish.values())
        for word, weight in wish.items():
            share = weight / total
            assert abs(drawn[word] / 200 - share) < 3.5 * math.sqrt(share * (1 - share) / 200), word


def test_counts_and_words_keep_to_the_recipe() -> None:
    wish = loads(
        "[people]\nrescuers = [3, 3]\ncivilians = [0, 0]\nuniforms = { orange = 1 }\nvests = 1\n"
        "[site]\nvehicles = [0, 0]\nheaps = [1, 1]\n[weather]\nkinds = { fog = 1 }\nvisibility = [30, 50]"
    )
    for index in range(30):
        spec = plan.frame(wish, index)
        assert [person.category for person in spec.people] == ["rescuer"] * 3
        assert {person.outfit for person in spec.people} == {"orange"}
        assert all("vest" in person.gear for person in spec.people)
        assert not spec.site.vehicles and len(spec.site.heaps) == 1
        assert spec.weather.kind == "fog" and 30 <= spec.weather.visibility <= 50


def test_people_stand_apart_and_outside_houses(frames: list) -> None:
    crowded = 0
    for spec in frames:
        if spec.camera.level is not None:
            continue
        for number, person in enumerate(spec.people):
            assert not layout.inside_house(person.x, person.y, spec.site.buildings, 0.4)
            alone = [other for other in spec.people[:number] if person.group == -1 or other.group != person.group]
            crowded += any(math.hypot(person.x - other.x, person.y - other.y) < 0.6 for other in alone)
    assert crowded <= 0.01 * sum(len(spec.people) for spec in frames)


def test_teams_are_whole(frames: list) -> None:
    for spec in frames:
        teams = Counter(person.group for person in spec.people if person.group >= 0)
        riders = Counter(person.group for person in spec.people if POSES[person.pose].where == "carried")
        for person in spec.people:
            mates = teams[person.group] - (0 if person.group in riders and person.role == 2 else riders[person.group])
            assert POSES[person.pose].team == (mates if person.group >= 0 else 1)


def test_most_stretchers_have_a_patient_who_is_one_of_the_civilians_wanted() -> None:
    wish = loads("[people]\nrescuers = [4, 4]\ncivilians = [2, 2]")
    where, aboard = plan.site(wish, 0), []
    for seed in range(150):
        people = staging.people(wish, where, seed).people
        assert Counter(person.category for person in people) == {"rescuer": 4, "civilian": 2}
        for number, person in enumerate(people):
            if person.pose == "stretcher" and person.role == 0:
                team = [other for other in people if other.group == person.group]
                assert [other.role for other in team] == list(range(len(team))) and person.group == number
                aboard.append([other.pose for other in team[2:]] == ["on_stretcher"])
                assert all((other.x, other.y, other.yaw) == (person.x, person.y, person.yaw) for other in team)
    assert len(aboard) >= 8 and np.mean(aboard) > 0.5, aboard


def test_many_poses_and_tasks_come_up(frames: list) -> None:
    poses = {person.pose for spec in frames for person in spec.people}
    fitting = {name for name, pose in POSES.items() if pose.team == 1}
    assert len(poses & fitting) >= 0.9 * len(fitting)


def test_every_sun_is_above_the_horizon_at_noon_and_below_at_midnight_in_kyiv() -> None:
    noon, azimuth = sun.position(50.45, 172, 12)
    assert noon == pytest.approx(63.0, abs=0.5) and azimuth == pytest.approx(180, abs=0.5)
    assert sun.position(50.45, 355, 12)[0] == pytest.approx(16.1, abs=0.6)
    assert sun.position(50.45, 172, 0)[0] < -10
    assert 60 < sun.position(50.45, 172, 6)[1] < 95


def test_where_the_site_is_the_users_own_nothing_of_ours_is_reckoned_with() -> None:
    wish = loads("[assets]\nbuild_site = false\n[people]\nrescuers = [4, 4]")
    for index in range(24):
        spec = plan.frame(wish, index)
        where = spec.site
        assert not (where.buildings or where.heaps or where.vehicles or where.props or where.ground.craters)
        assert {POSES[person.pose].where for person in spec.people} <= {"ground", "carried"}
        sight = Sight(where, spec.people, 4 / 3)
        assert not sight.obstacles(*np.meshgrid(np.linspace(-20, 20, 41), np.linspace(-14, 12, 27))).any()


def test_pictures_in_flats_are_taken_by_hand_of_people_on_a_floor_clear_of_the_furniture(frames: list) -> None:
    inside = [spec for spec in frames if spec.camera.level is not None]
    near = [spec for spec in frames if spec.camera.view in ("handheld", "helmet")]
    assert 0.03 * len(near) < len(inside) < 0.25 * len(near)
    for spec in inside:
        rooms = spec.site.flat
        house = spec.site.buildings[rooms.house]
        assert house.damage != "collapsed" and rooms.storey >= 1 and rooms.bay + 2 <= house.bays
        assert spec.camera.view in ("handheld", "helmet") and spec.weather.rate == 0
        things = [(*flat.world(house, rooms, x, y), radius) for x, y, radius, _ in flat.obstacles(rooms)]
        for person in spec.people:
            assert person.level == spec.camera.level and person.buried == 0
            assert layout.inside_house(person.x, person.y, (house,), -0.3)
            assert layout.clear(person.x, person.y, 0.4, things)
        eye = spec.camera.position
        assert layout.inside_house(eye[0], eye[1], (house,), -0.3) and 1.2 < eye[2] < 1.9
    assert all(person.level is None for spec in frames if spec not in inside for person in spec.people)


def test_a_recipe_may_do_without_flats() -> None:
    wish = loads("[camera]\ninside = 0")
    assert all(plan.frame(wish, index).camera.level is None for index in range(40))
    assert all(plan.site(wish, number).flat is None for number in range(10))
