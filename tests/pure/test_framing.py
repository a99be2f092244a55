"""The planner meets the distribution that a recipe states, and says how near it came."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from dataset import framing, plan, quotas, recipe, records, statistics
from dataset.draw import choose
from dataset.population import body
from dataset.recipe import Recipe
from dataset.sight import Sight
from dataset.spec import CameraSpec, GroundSpec, HeapSpec, PersonSpec, SiteSpec, stream
from dataset.staging import Stage

FRAMES = 60


@pytest.fixture(scope="module")
def shown() -> list[statistics.Shown]:
    return statistics.planned(Recipe(), range(FRAMES))


def somebody(x: float, y: float) -> PersonSpec:
    who = body(stream(1, "who"), 0.5, "rescuer")
    return PersonSpec(1, "rescuer", who, "ses", ("helmet",), "stand", False, x, y, 0.0)


def looking(eye: tuple[float, float, float], focal: float = 35.0) -> CameraSpec:
    return CameraSpec("handheld", eye, (0.0, 0.0, 0.9), 0.0, focal, 36.0, True)


def site(*heaps: HeapSpec) -> SiteSpec:
    return SiteSpec(1, 0, GroundSpec(1), heaps=heaps)


def test_quotas_meet_their_shares_better_than_independent_draws_could() -> None:
    weights = {"a": 1.0, "b": 2.0, "c": 7.0}
    for first in (0, 1000):
        found = Counter(choose(quotas.place(5, "weather", index), weights) for index in range(first, first + 200))
        assert all(abs(found[word] / 200 - weight / 10) < 0.01 for word, weight in weights.items())


def test_pairs_of_questions_are_spread_as_well() -> None:
    halves = {"low": 1.0, "high": 1.0}
    pairs = Counter(
        (choose(quotas.place(3, "view", k), halves), choose(quotas.place(3, "size", k), halves)) for k in range(200)
    )
    assert len(pairs) == 4 and max(pairs.values()) - min(pairs.values()) <= 10


def test_what_one_view_cannot_show_the_others_take_over() -> None:
    possible = np.array([[True, True], [True, False]])
    table = quotas.joint({"ground": 1, "air": 1}, {"far": 3, "close": 1}, possible)
    assert table[1, 1] < 1e-6
    assert table.sum(axis=1) == pytest.approx([0.5, 0.5])
    assert table.sum(axis=0) == pytest.approx([0.75, 0.25], abs=1e-3)


def test_a_person_twice_as_far_is_half_as_large() -> None:
    sight = Sight(site(), (somebody(0, 0),), 4 / 3)
    near, far = (sight.guess(0, looking((0.0, -reach, 1.6))) for reach in (6.0, 12.0))
    assert near.size == pytest.approx(2 * far.size, rel=0.05)
    assert near.visible == 1.0


def test_a_standing_person_has_the_size_that_the_lens_gives() -> None:
    found = Sight(site(), (somebody(0, 0),), 4 / 3).guess(0, looking((0.0, -10.0, 1.2)))
    assert found.size == pytest.approx(1.78 * 0.94 * 35 / 10 / 27, rel=0.05)  # 27 mm: the sensor's height


def test_a_heap_hides_who_stands_behind_it() -> None:
    heap = HeapSpec(1, 0.0, -4.0, 0.0, 3.0, 1.5)
    found = Sight(site(heap), (somebody(0, 0),), 4 / 3).guess(0, looking((0.0, -12.0, 1.2)))
    assert 0.0 < found.visible < 0.7


def test_a_person_hides_another() -> None:
    pair = (somebody(0, 0), somebody(0, -1.0))
    sight = Sight(site(), pair, 4 / 3)
    camera = looking((0.0, -6.0, 1.5))
    assert sight.guess(0, camera).visible < 0.6 < sight.guess(1, camera).visible


def test_a_camera_in_a_heap_is_not_free() -> None:
    sight = Sight(site(HeapSpec(1, 0.0, -6.0, 0.0, 3.0, 2.5)), (somebody(0, 0),), 4 / 3)
    assert not sight.free(looking((0.0, -8.5, 1.5)))
    assert sight.free(looking((8.0, 2.0, 1.5)))


def test_nearly_every_frame_shows_somebody_as_wanted(shown: list[statistics.Shown]) -> None:
    assert statistics.met(Recipe(), shown) > 0.9


@pytest.mark.parametrize("title", ["weather", "view", "hour", "size of the person in the middle"])
def test_the_plan_comes_near_to_the_recipe(shown: list[statistics.Shown], title: str) -> None:
    table = next(table for table in statistics.tables(Recipe(), shown) if table.title == title)
    assert sum(table.found.values()) == FRAMES
    assert table.off < 0.07


def test_a_recipe_of_close_ups_gives_close_ups() -> None:
    wish = recipe.loads("[camera]\nviews = { handheld = 1 }\nsizes = { close = 1 }")
    sizes = [max(person.size for person in frame.people) for frame in statistics.planned(wish, range(8))]
    assert min(sizes) > 0.7


def test_a_scene_without_people_still_has_a_camera() -> None:
    wish = recipe.loads("[people]\nrescuers = [0, 0]\ncivilians = [0, 0]\n[labels]\ntargets = 0")
    where = plan.site(wish, 0)
    made = framing.camera(wish, where, Stage((), (0.0, -4.0)), "handheld", framing.Wanted("medium", "clear"), 3)
    assert Sight(where, (), 4 / 3).free(made)


def test_what_was_made_is_counted_from_its_records() -> None:
    person = records.Annotation(
        1, "rescuer", box=(10, 10, 30, 60), visible=0.95, about={"pose": "walk", "outfit": "ses"}
    )
    hidden = records.Annotation(2, "rescuer", box=(0, 0, 9, 9), visible=0.05, exported=False)
    about = {"weather": {"kind": "fog"}, "light": {"hour": 8.0}, "camera": {"view": "cctv"}}
    record = records.Record("a", 0, 1, 0, "", 320, 240, "images/a.jpg", 1, instances=(person, hidden), about=about)
    (frame,) = statistics.made([record])
    assert frame == statistics.Shown(0, "fog", 8.0, "cctv", (statistics.Seen(0.25, 0.95, "rescuer", "walk", "ses"),))
    report = statistics.text(Recipe(), [frame], "measured")
    assert "| fog | 8.3 | 100.0 |" in report and "| walk |  | 100.0 |" in report
