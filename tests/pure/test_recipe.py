"""A recipe reads, refuses and writes TOML."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from dataset import recipe
from dataset.recipe import Recipe, RecipeError


def test_the_written_recipe_reads_back_equal_and_explains_every_key() -> None:
    made = replace(Recipe(), seed=7, people=replace(Recipe().people, rescuers=(1, 3), vests=1.0))
    text = recipe.dumps(made)
    assert recipe.loads(text) == made
    values = [line for line in text.splitlines() if "=" in line]
    assert all("  # " in line for line in values)


def test_what_is_left_out_has_its_default() -> None:
    assert recipe.loads("[render]\nwidth = 320\n") == replace(Recipe(), render=replace(Recipe().render, width=320))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", ("colour", "1", "known here", "seed")),
        ("[people]\nrescuers = [-1, 2]", ("people.rescuers", "[-1, 2]", "0 to 30")),
        ("[site]\nheaps = [3, 1]", ("site.heaps", "[3, 1]", "low <= high")),
        ("[weather]\nkinds = { hail = 1 }", ("weather.kinds", "hail", "snow")),
        ("[weather]\nkinds = { rain = 0 }", ("weather.kinds", "above 0")),
        ("[weather]\nkinds = { rain = nan }", ("weather.kinds", "weights")),
        ("[render]\nwidth = 12.5", ("render.width", "12.5", "whole number")),
        ("[render]\ndenoise = 1", ("render.denoise", "true or false")),
        ("[camera]\ndistance = [2, inf]", ("camera.distance", "1 to 200")),
        ("site = 3", ("site = 3", "[site]")),
        ('name = "9lives"', ("name", "9lives", "starting with a letter")),
        ('name = "two__lines"', ("name", "single underscores")),
        ("frames = -4", ("frames = -4", "from 1")),
        ("[people]\nrescuers = [0, 0]\ncivilians = [0, 0]", ("nobody to label",)),
        ("seed = ", ("not valid TOML",)),
        ("[assets]\ncollections = { dog = 'Dogs' }", ("assets.collections", "dog", "rescuer")),
    ],
)
def test_a_wrong_wish_is_refused_with_key_value_and_what_is_allowed(text: str, said: tuple[str, ...]) -> None:
    with pytest.raises(RecipeError) as caught:
        recipe.loads(text, "my.toml")
    message = str(caught.value)
    assert message.startswith("my.toml: ") and "\n" not in message
    for word in said:
        assert word in message


def test_the_fingerprint_sees_every_section_but_not_the_number_of_frames() -> None:
    one = Recipe()
    assert recipe.fingerprint(one) == recipe.fingerprint(replace(one, frames=500))
    changed = {
        recipe.fingerprint(one),
        recipe.fingerprint(replace(one, seed=1)),
        recipe.fingerprint(replace(one, name="other")),
        recipe.fingerprint(replace(one, people=replace(one.people, vests=0.41))),
        recipe.fingerprint(replace(one, weather=replace(one.weather, method="scene"))),
    }
    assert len(changed) == 5


def test_every_field_carries_a_rule_and_a_line_for_people() -> None:
    for kind in [Recipe, *recipe.SECTIONS.values()]:
        for item in fields(kind):
            if item.name not in recipe.SECTIONS:
                assert callable(item.metadata["rule"]) and len(item.metadata["about"]) > 5, item.name


def test_a_missing_recipe_file_is_named(tmp_path) -> None:
    with pytest.raises(RecipeError, match=r"none\.toml.*existing recipe"):
        recipe.load(tmp_path / "none.toml")
