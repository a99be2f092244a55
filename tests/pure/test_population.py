"""Who is drawn: as often as wanted, of plausible size, and what somebody asks for is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from dataset import population, single
from dataset.recipe import Recipe
from dataset.spec import PersonSpec, stream
from dataset.wardrobe import GEAR, POSES

MANY = 1000


def crowd(category: str, pose: str = "stand") -> list[PersonSpec]:
    """Many people of one category."""
    return [population.person(Recipe(), 5, number, category, pose, (0.0, 0.0, 0.0), 0) for number in range(MANY)]


def near(found: int, of: int, wanted: float) -> bool:
    """Whether a count is within what chance explains nine times in ten thousand."""
    return abs(found / of - wanted) <= 3.3 * (wanted * (1 - wanted) / of) ** 0.5


@pytest.mark.parametrize("category", ["rescuer", "civilian"])
def test_sex_skin_clothes_and_height_come_up_as_wanted(category: str) -> None:
    people = crowd(category)
    wish = Recipe().people
    women = sum(person.body.sex < 0.5 for person in people)
    assert near(women, MANY, wish.women if category == "rescuer" else population.WOMEN)
    skins = Counter(list(population.SKIN)[int(np.argmax(person.body.skin))] for person in people)
    assert all(near(skins[word], MANY, share) for word, share in population.SKIN.items())
    outfits = Counter(person.outfit for person in people)
    wanted = wish.uniforms if category == "rescuer" else wish.outfits
    assert all(near(outfits[word], MANY, share / sum(wanted.values())) for word, share in wanted.items())
    for word, (mean, spread) in population.HEIGHTS.items():
        tall = [population.metres(p.body) for p in people if (p.body.sex < 0.5) == (word == "woman")]
        assert np.mean(tall) == pytest.approx(mean, abs=4 * spread / len(tall) ** 0.5)
        assert np.std(tall) == pytest.approx(spread, rel=0.15)
        assert min(tall) > mean - 2.3 * spread and max(tall) < mean + 2.3 * spread


def test_gear_comes_up_as_wanted_and_only_where_it_fits() -> None:
    people = crowd("rescuer")
    helmeted = [person for person in people if "helmet" in person.gear]
    assert near(len(helmeted), MANY, Recipe().people.helmets)
    for word in ("gloves", "backpack", "harness", "radio_set", "goggles", "mask"):
        assert near(sum(word in person.gear for person in people), MANY, population.CHANCES[word]), word
    assert near(sum("lamp" in person.gear for person in helmeted), len(helmeted), population.CHANCES["lamp"])
    for person in people:
        assert "helmet" in person.gear or not {"lamp", "visor"} & set(person.gear)
        assert not {"helmet", "cap"} <= set(person.gear) and not {"backpack", "harness"} <= set(person.gear)
        assert "vest" in person.gear or person.outfit != "hivis"
    assert all(person.gear == () for person in crowd("civilian", "lie"))


def test_height_and_stature_are_inverse() -> None:
    skin = (0.7, 0.2, 0.1)
    for sex in (0.05, 0.95):
        for metres in (1.60, 1.66, 1.74, 1.80):
            stature = population.stature(metres, sex, 0.7, skin)
            body = replace(crowd("rescuer")[0].body, sex=sex, age=0.7, skin=skin, stature=stature)
            assert population.metres(body) == pytest.approx(metres, abs=1e-9)


def test_what_is_asked_of_one_person_is_kept_and_the_rest_drawn() -> None:
    wish = single.Wish(
        "rescuer", 3, woman=True, years=50.0, muscle=0.6, outfit="medic", gear=("helmet",), pose="shovel_dig"
    )
    (person,) = single.people(wish, (1.0, 2.0, 30.0))
    assert person.body.sex < 0.5 and single.years(person.body) == pytest.approx(50.0)
    assert person.body.muscle == 0.6 and person.outfit == "medic" and person.pose == "shovel_dig"
    assert person.gear == ("helmet", "shovel") and (person.x, person.y, person.yaw) == (1.0, 2.0, 30.0)
    (other,) = single.people(replace(wish, woman=None, years=None, gear=None), (1.0, 2.0, 30.0))
    assert other.body.skin == person.body.skin and set(other.gear) <= {*GEAR, "shovel"}


def test_the_seed_decides_what_is_left_open() -> None:
    people = [single.people(single.Wish("civilian", seed), (0.0, 0.0, 0.0))[0] for seed in range(30)]
    assert len({person.pose for person in people}) > 8 and len({person.body for person in people}) == 30
    assert all("civilian" in POSES[person.pose].who and POSES[person.pose].where == "ground" for person in people)
    again = single.people(single.Wish("civilian", 7), (0.0, 0.0, 0.0))
    assert again == (people[7],)
    assert single.people(single.Wish("civilian", 7), (0.0, 0.0, 0.0), attempt=1) != again


def test_a_team_pose_gives_mates_of_one_group_who_differ() -> None:
    leader, mate = single.people(single.Wish("rescuer", 4, pose="stretcher"), (0.0, 0.0, 0.0))
    assert (leader.role, mate.role) == (0, 1) and leader.group == mate.group >= 0
    assert leader.body != mate.body and leader.seed != mate.seed


def test_bodies_are_equal_for_equal_streams() -> None:
    one, two = (population.body(stream(3, "body"), 0.3, "rescuer") for _ in range(2))
    assert one == two
