"""What is on screen and what a recipe says are the same thing, both ways, for every property."""

from dataclasses import fields, replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from rescue_synth import settings
from rescue_synth.dataset import recipe as recipes

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def registered(empty):
    settings.register()
    yield
    settings.unregister()


def screen() -> bpy.types.PropertyGroup:
    return bpy.context.scene.rescue_synth


def random_value(item: bpy.types.Property, draw: np.random.Generator):
    """A value within the property's own bounds, numbers with six significant digits as people write them."""
    if item.type == "POINTER":
        return None
    if item.type == "BOOLEAN":
        return bool(draw.integers(2))
    if item.type == "ENUM":
        return str(draw.choice([entry.identifier for entry in item.enum_items]))
    if item.type == "STRING":
        return "".join(draw.choice(list("abcdefgh"), 6))
    size = item.array_length or 1
    if item.type == "INT":
        numbers = sorted(int(n) for n in draw.integers(item.hard_min, item.hard_max, size, endpoint=True))
    else:
        low, high = max(item.hard_min, -1e4), min(item.hard_max, 1e4)
        # Rounded towards the middle, so that no value leaves the bounds.
        numbers = sorted(float(f"{n:.6g}") for n in low + (high - low) * (0.01 + 0.98 * draw.random(size)))
    return numbers if item.is_array else numbers[0]


def scramble(group: bpy.types.PropertyGroup, draw: np.random.Generator) -> int:
    """Set every property of the tree at random; how many there are."""
    count = 0
    for name in type(group).__annotations__:
        item = group.bl_rna.properties[name]
        if item.type == "POINTER":
            count += scramble(getattr(group, name), draw)
        else:
            setattr(group, name, random_value(item, draw))
            count += 1
    return count


def test_a_fresh_scene_is_the_default_recipe():
    assert settings.to_recipe(screen()) == recipes.Recipe()


@pytest.mark.parametrize("seed", range(40))
def test_screen_to_toml_to_screen_loses_nothing(seed):
    draw = np.random.default_rng(seed)
    assert scramble(screen(), draw) > 85
    screen().name = "rescue"
    screen().weather.method = "depth" if screen().weather.variants > 1 else screen().weather.method
    recipe = settings.to_recipe(screen())
    text = recipes.dumps(recipe)

    screen().property_unset("people")
    settings.from_recipe(screen(), recipes.Recipe())
    assert settings.to_recipe(screen()) == recipes.Recipe()
    settings.from_recipe(screen(), recipes.loads(text))
    assert settings.to_recipe(screen()) == recipe
    assert recipes.dumps(settings.to_recipe(screen())) == text


def test_every_field_of_a_recipe_has_a_property_with_the_same_default_words_and_bounds():
    for section, kind in recipes.SECTIONS.items():
        group = getattr(screen(), section)
        assert set(type(group).__annotations__) == {item.name for item in fields(kind)}
        for item in fields(kind):
            rule, value = item.metadata["rule"], getattr(group, item.name)
            if isinstance(value, bpy.types.PropertyGroup):
                words = type(value).__annotations__
                assert all(rule({word: "x" if section == "assets" else 1}) for word in words)
                with pytest.raises(ValueError) as allowed:
                    rule({"no such word": 1})
                assert set(str(allowed.value).split(" of ")[-1].split(", ")) == set(words)
                continue
            property_ = group.bl_rna.properties[item.name]
            if property_.type in ("INT", "FLOAT"):
                for bound in (property_.hard_min, property_.hard_max):
                    plain = settings.shortest(bound) if property_.type == "FLOAT" else bound
                    rule([plain, plain] if property_.is_array else plain)
                    step = 1 if property_.type == "INT" else abs(plain) * 1e-3 + 1e-3
                    beyond = plain - step if bound == property_.hard_min else plain + step
                    with pytest.raises(ValueError):
                        rule([beyond, beyond] if property_.is_array else beyond)


def test_a_word_left_out_of_a_mix_weighs_nothing_on_screen():
    base = recipes.Recipe()
    rainy = replace(base, weather=replace(base.weather, kinds={"rain": 1.0}))
    settings.from_recipe(screen(), rainy)
    assert screen().weather.kinds.rain == 1.0 and screen().weather.kinds.clear == 0.0
    assert settings.to_recipe(screen()) == rainy


def test_a_wish_without_sense_is_named():
    for word in type(screen().weather.kinds).__annotations__:
        setattr(screen().weather.kinds, word, 0.0)
    with pytest.raises(recipes.RecipeError, match=r"weather\.kinds = \{\}; allowed: weights"):
        settings.to_recipe(screen())


@pytest.mark.parametrize("path", sorted((ROOT / "recipes").glob("*.toml")), ids=lambda path: path.stem)
def test_ready_recipes_pass_through_the_panel_unchanged(path):
    recipe = recipes.load(path)
    settings.from_recipe(screen(), recipe)
    assert settings.to_recipe(screen()) == recipe


def test_the_folder_of_a_file_that_was_never_saved_is_in_the_home_folder(tmp_path):
    assert settings.to_folder(screen()) == Path.home() / "rescue_dataset"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "site.blend"))
    assert settings.to_folder(screen()) == (tmp_path / "rescue_dataset").resolve()
    screen().folder = str(tmp_path / "elsewhere")
    assert settings.to_folder(screen()) == tmp_path / "elsewhere"


@pytest.mark.parametrize("value", [0.85, 0.1, 1 / 3, 0.004, 12.5, 40.0, -0.4, 123456.0])
def test_numbers_come_back_as_people_write_them(value):
    stored = float(np.float32(value))
    assert np.float32(settings.shortest(stored)) == np.float32(value)
    if value != 1 / 3:
        assert settings.shortest(stored) == value
