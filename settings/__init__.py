"""The artist's wishes on the scene: a tree of properties with the names and the meaning of dataset/recipe.py's fields.

``to_recipe`` and ``from_recipe`` lose nothing: a recipe shown in the panel and read back is equal. Blender stores
numbers in 32 bits; they are read back as the shortest decimal that those bits stand for, so 0.85 stays 0.85 (recipes
keep six significant digits).
"""

import struct
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, IntProperty, PointerProperty, StringProperty
from bpy.types import PropertyGroup

from ..dataset import recipe as recipes
from ..dataset.holding import Hold
from ..dataset.recipe import Recipe
from . import groups, hold, learning, mixes
from .kinds import path

DEFAULT_FOLDER = "//rescue_dataset"


class RescueSynthSettings(PropertyGroup):
    """Everything on screen: the recipe's fields, and below them what concerns this file alone."""

    name: StringProperty(
        name="Name",
        description="Stem of all file names: letters, digits, hyphens and single underscores",
        default="rescue",
        maxlen=60,
    )
    seed: IntProperty(name="Seed", description="Another seed, another data set", default=0, min=0, max=2**31 - 1)
    frames: IntProperty(
        name="Frames",
        description="Pictures in the data set. Raise it later and generate again: only the new ones are made",
        default=8,
        min=1,
        max=1_000_000,
    )
    render: PointerProperty(type=groups.RenderSettings)
    site: PointerProperty(type=groups.SiteSettings)
    people: PointerProperty(type=groups.PeopleSettings)
    weather: PointerProperty(type=groups.WeatherSettings)
    light: PointerProperty(type=groups.LightSettings)
    camera: PointerProperty(type=groups.CameraSettings)
    lens: PointerProperty(type=groups.LensSettings)
    labels: PointerProperty(type=groups.LabelSettings)
    assets: PointerProperty(type=groups.AssetSettings)

    folder: path("Folder", "Where the data set goes. // is the folder of this blend file", default=DEFAULT_FOLDER)
    annotate: PointerProperty(type=learning.AnnotateSettings)
    augment: PointerProperty(type=learning.AugmentSettings)
    train: PointerProperty(type=learning.TrainSettings)
    evaluate: PointerProperty(type=learning.EvaluateSettings)
    crops: PointerProperty(type=learning.CropsSettings)
    shown: IntProperty(
        name="Frame",
        description="Frame of the data set that Randomise builds in the viewport",
        default=0,
        min=0,
        max=999_999,
    )
    hold: PointerProperty(type=hold.HoldSettings)
    show_labels: BoolProperty(
        name="Show Labels",
        description="Draw a box around everything in the viewport that will be labelled",
        default=True,
    )


def to_recipe(settings: RescueSynthSettings) -> Recipe:
    """The recipe on screen. Raises ``RecipeError`` with the name of the field where a wish makes no sense."""
    data = {item.name: _plain(settings, item.name) for item in fields(Recipe) if item.name not in recipes.SECTIONS}
    for name, section in recipes.SECTIONS.items():
        group = getattr(settings, name)
        data[name] = {item.name: _plain(group, item.name) for item in fields(section)}
    return recipes.parse(data)


def from_recipe(settings: RescueSynthSettings, recipe: Recipe) -> None:
    """Show ``recipe`` on screen. Folder and viewport frame stay as they are."""
    for item in fields(Recipe):
        value = getattr(recipe, item.name)
        if item.name in recipes.SECTIONS:
            group = getattr(settings, item.name)
            for part in fields(value):
                _show(group, part.name, getattr(value, part.name))
        else:
            _show(settings, item.name, value)


def to_folder(settings: RescueSynthSettings) -> Path:
    """The data set's folder as an absolute path; in a file that was never saved, // is the home folder."""
    chosen = settings.folder or DEFAULT_FOLDER
    if chosen.startswith("//") and not bpy.data.filepath:
        return Path.home() / chosen[2:]
    return Path(bpy.path.abspath(chosen)).resolve()


def to_hold(settings: RescueSynthSettings) -> Hold:
    """The parts of the frame in view that stay while the others change."""
    return hold.to_hold(settings.hold)


def _show(group: PropertyGroup, name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        # A word left out weighs nothing (or names nothing), and has its property all the same.
        mix = getattr(group, name)
        for word in entries(mix):
            setattr(mix, word, value.get(word, type(getattr(mix, word))()))
    else:
        setattr(group, name, value)


def _plain(group: PropertyGroup, name: str) -> Any:
    """One property as TOML would give it."""
    value = getattr(group, name)
    if isinstance(value, PropertyGroup):
        values = {word: _plain(value, word) for word in entries(value)}
        return {word: item for word, item in values.items() if item}
    if isinstance(value, float):
        return shortest(value)
    if isinstance(value, (bool, int, str)):
        return value
    return [shortest(item) if isinstance(item, float) else item for item in value]


def entries(mix: PropertyGroup) -> tuple[str, ...]:
    """Names of a mix's properties in the order of their definition."""
    return tuple(type(mix).__annotations__)


def shortest(value: float) -> float:
    """The shortest decimal that rounds to the same 32-bit number: 0.8500000238418579 becomes 0.85."""
    for digits in range(6, 10):
        short = float(f"{value:.{digits}g}")
        if struct.pack("<f", short) == struct.pack("<f", value):
            return short
    return value


CLASSES = (*mixes.CLASSES, *groups.CLASSES, *learning.CLASSES, *hold.CLASSES, RescueSynthSettings)

_register_classes, _unregister_classes = bpy.utils.register_classes_factory(CLASSES)


def register() -> None:
    """Put the settings on every scene."""
    _register_classes()
    bpy.types.Scene.rescue_synth = PointerProperty(type=RescueSynthSettings)


def unregister() -> None:
    """Take them away again."""
    del bpy.types.Scene.rescue_synth
    _unregister_classes()
