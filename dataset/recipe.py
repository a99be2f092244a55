"""The user's wishes: frozen dataclasses, TOML in and out, and errors that say key, value and what is allowed.

Every field declares its rule beside its default, so the recipe file, the validator, the panel and the documentation
have one source. Ranges are ``(low, high)``; shares are weights that need not sum to 1.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from . import wardrobe
from .rules import Rule, choice, flag, integer, named, number, shares, span, stem, text


class RecipeError(Exception):
    """A wish that can't be granted; the message names the key, its value and what is allowed."""


def wish(default: Any, rule: Rule, about: str) -> Any:
    """A recipe field: its default, the rule that its value keeps and one line for people."""
    value = rule(default)
    return field(default_factory=lambda: value, metadata={"rule": rule, "about": about})


@dataclass(frozen=True)
class Render:
    """How the picture is made."""

    width: int = wish(640, integer(16, 8192), "picture width, pixels")
    height: int = wish(480, integer(16, 8192), "picture height, pixels")
    samples: int = wish(4, integer(1, 4096), "Cycles samples a pixel")
    bounces: int = wish(2, integer(0, 32), "light bounces")
    denoise: bool = wish(True, flag, "OpenImageDenoise, fast")
    engine: str = wish("cycles", choice("cycles", "eevee"), "engine of the picture; labels always come from Cycles")


@dataclass(frozen=True)
class Site:
    """What was destroyed, and how much of it stands around."""

    frames_per_site: int = wish(4, integer(1, 1000), "frames that share one site before the next is built")
    kinds: Mapping[str, float] = wish({"panel": 2, "brick": 1}, shares("panel", "brick"), "kinds of house")
    damage: Mapping[str, float] = wish(
        {"cracked": 1, "holed": 2, "collapsed": 2}, shares("cracked", "holed", "collapsed"), "degree of destruction"
    )
    buildings: tuple[int, int] = wish([1, 2], span(integer(0, 4)), "houses on the site")
    storeys: tuple[int, int] = wish([2, 5], span(integer(1, 9)), "storeys of a house")
    burnt: tuple[float, float] = wish([0.0, 0.6], span(number(0, 1)), "share of windows with soot")
    heaps: tuple[int, int] = wish([2, 4], span(integer(0, 8)), "rubble heaps")
    vehicles: tuple[int, int] = wish([1, 4], span(integer(0, 10)), "vehicles")
    vehicle_kinds: Mapping[str, float] = wish(
        {"car": 4, "van": 1, "truck": 1, "fire_engine": 1, "ambulance": 1},
        shares("car", "van", "truck", "fire_engine", "ambulance"),
        "kinds of vehicle",
    )
    vehicle_states: Mapping[str, float] = wish(
        {"whole": 1, "dented": 2, "burnt": 2}, shares("whole", "dented", "burnt"), "state of cars and vans"
    )
    trees: tuple[int, int] = wish([3, 8], span(integer(0, 40)), "trees near the site")
    craters: tuple[int, int] = wish([0, 2], span(integer(0, 5)), "craters")
    fires: tuple[int, int] = wish([0, 1], span(integer(0, 8)), "spots that still burn: flames, their glow, their smoke")
    distractors: tuple[int, int] = wish([3, 9], span(integer(0, 40)), "cones, buckets, signs, hi-vis on poles ...")
    animals: tuple[int, int] = wish([0, 2], span(integer(0, 20)), "rescue dogs and stray dogs; not labelled")
    belongings: tuple[int, int] = wish(
        [4, 12], span(integer(0, 60)), "pots, bowls, bottles, chairs, toys, dummies ... around the heaps; not labelled"
    )


@dataclass(frozen=True)
class People:
    """Who works and who suffers there."""

    rescuers: tuple[int, int] = wish([2, 6], span(integer(0, 30)), "rescuers in a frame's scene")
    civilians: tuple[int, int] = wish([0, 3], span(integer(0, 30)), "civilians in a frame's scene")
    uniforms: Mapping[str, float] = wish(
        {word: 1 for word in wardrobe.UNIFORMS}, shares(*wardrobe.UNIFORMS), "uniform families of rescuers"
    )
    outfits: Mapping[str, float] = wish(
        {word: 1 for word in wardrobe.PLAIN}, shares(*wardrobe.PLAIN), "clothes of civilians"
    )
    women: float = wish(0.25, number(0, 1), "share of women among rescuers (civilians: half)")
    helmets: float = wish(0.85, number(0, 1), "share of rescuers with a helmet; the others are bare-headed or in caps")
    vests: float = wish(0.4, number(0, 1), "share of rescuers with a hi-vis vest over the uniform")
    buried: float = wish(0.5, number(0, 1), "share of lying civilians who are half buried")
    sunk: float = wish(
        0.06, number(0, 1), "how deep people who are not buried may lie in rubble, walls or vehicles, metres"
    )


@dataclass(frozen=True)
class Weather:
    """The air."""

    kinds: Mapping[str, float] = wish(
        {"clear": 3, "overcast": 3, "rain": 2, "snow": 1, "fog": 1, "smoke": 1, "dust": 1},
        shares("clear", "overcast", "rain", "snow", "fog", "smoke", "dust"),
        "kinds of weather",
    )
    variants: int = wish(
        1, integer(1, 64), "pictures of one scene, each with another weather in the air; by depth they cost one render"
    )
    method: str = wish("depth", choice("depth", "scene"), "fog and falling drops by depth, or as volumes and particles")
    visibility: tuple[float, float] = wish([40.0, 400.0], span(number(5, 10000)), "visibility in fog and smoke, metres")
    rain: tuple[float, float] = wish([2.0, 25.0], span(number(0.1, 100)), "rain, mm/h")
    snow: tuple[float, float] = wish([0.5, 4.0], span(number(0.1, 20)), "snowfall, mm/h of water")


@dataclass(frozen=True)
class Light:
    """Hour and season."""

    hours: tuple[float, float] = wish([6.5, 19.0], span(number(0, 24)), "hour of the day (local solar time)")
    days: tuple[int, int] = wish([1, 365], span(integer(1, 366)), "day of the year")
    latitude: float = wish(50.0, number(-66, 66), "latitude, degrees")


SIZES = {
    "far": (0.02, 0.06),
    "small": (0.06, 0.15),
    "medium": (0.15, 0.35),
    "large": (0.35, 0.75),
    "close": (0.75, 1.7),
}
"""Longer side of the box around a whole person over the picture's height: from, to."""
VISIBLE = {"clear": (0.9, 1.0), "partly": (0.5, 0.9), "hidden": (0.1, 0.5)}
"""Share of a person that is inside the frame and hidden by nothing: from, to."""


@dataclass(frozen=True)
class Camera:
    """Where the pictures are taken from, and what they show of the person that they are about."""

    views: Mapping[str, float] = wish(
        {"handheld": 4, "uav_oblique": 3, "uav_nadir": 1, "helmet": 1, "cctv": 1},
        shares("handheld", "uav_oblique", "uav_nadir", "helmet", "cctv"),
        "kinds of view",
    )
    sizes: Mapping[str, float] = wish(
        {"far": 1, "small": 3, "medium": 4, "large": 3, "close": 2},
        shares(*SIZES),
        "size of the person in the middle: 2-6, 6-15, 15-35, 35-75, over 75 % of the picture's height",
    )
    visible: Mapping[str, float] = wish(
        {"clear": 6, "partly": 3, "hidden": 1},
        shares(*VISIBLE),
        "how much of that person is seen: 90, 50, 10 % at least",
    )
    inside: float = wish(
        0.2, number(0, 1), "share of hand-held and helmet pictures of somebody near that are taken in a wrecked flat"
    )
    distance: tuple[float, float] = wish([1.5, 26.0], span(number(1, 200)), "metres to the target at most, hand-held")
    altitude: tuple[float, float] = wish([6.0, 30.0], span(number(3, 200)), "height of a UAV over the ground, metres")


@dataclass(frozen=True)
class Lens:
    """What the camera does to the light; labels stay exact."""

    exposure: tuple[float, float] = wish([-0.4, 0.4], span(number(-4, 4)), "exposure error, stops")
    blur: tuple[float, float] = wish([0.0, 0.6], span(number(0, 5)), "blur, pixels (sigma)")
    noise: tuple[float, float] = wish([0.004, 0.02], span(number(0, 0.3)), "sensor noise at mid grey")
    vignette: tuple[float, float] = wish([0.0, 0.3], span(number(0, 1)), "darkening at the corners")
    chroma: tuple[float, float] = wish([0.0, 0.6], span(number(0, 5)), "colour fringes at the corners, pixels")
    motion: tuple[float, float] = wish([0.0, 1.0], span(number(0, 30)), "motion blur, pixels")
    contrast: tuple[float, float] = wish([1.05, 1.45], span(number(0.5, 2)), "contrast of the camera's processing")
    saturation: tuple[float, float] = wish([1.3, 2.2], span(number(0, 3)), "colour of the camera's processing")
    sharpening: tuple[float, float] = wish([0.3, 1.2], span(number(0, 3)), "sharpening of the camera's processing")
    quality: tuple[int, int] = wish([82, 96], span(integer(20, 100)), "JPEG quality")


@dataclass(frozen=True)
class Labels:
    """What counts as labelled."""

    min_pixels: int = wish(24, integer(1, 100000), "smaller instances are recorded but not exported")
    min_visible: float = wish(0.1, number(0, 1), "less visible instances are recorded but not exported")
    simplify: float = wish(1.0, number(0.5, 1), "IoU that simplified outlines keep with the mask; 1 = exact outlines")
    targets: int = wish(1, integer(0, 30), "exported instances that every frame has at least")
    retries: int = wish(6, integer(0, 50), "how often a frame that fails its checks is drawn again")


@dataclass(frozen=True)
class Assets:
    """The user's own models, instead of or beside ours."""

    blend: str = wish("", text, "a .blend file to start from; relative to the recipe's folder")
    collections: Mapping[str, str] = wish(
        {}, named(*wardrobe.CATEGORIES), "collection in that .blend whose objects serve as people of a category"
    )
    own_share: float = wish(1.0, number(0, 1), "share of people taken from these collections where one is given")
    build_site: bool = wish(True, flag, "build our site; false: people and camera go into the .blend's own scene")


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what a data set looks like. ``frames`` and ``seed`` may be overridden by the command."""

    name: str = wish("rescue", stem, "stem of all file names")
    seed: int = wish(0, integer(0, 2**31 - 1), "another seed, another data set")
    frames: int = wish(8, integer(1, 1_000_000), "frames of the data set")
    render: Render = field(default_factory=Render)
    site: Site = field(default_factory=Site)
    people: People = field(default_factory=People)
    weather: Weather = field(default_factory=Weather)
    light: Light = field(default_factory=Light)
    camera: Camera = field(default_factory=Camera)
    lens: Lens = field(default_factory=Lens)
    labels: Labels = field(default_factory=Labels)
    assets: Assets = field(default_factory=Assets)

    def __post_init__(self) -> None:
        if sum(self.people.rescuers) + sum(self.people.civilians) == 0 and self.labels.targets > 0:
            raise RecipeError(
                "people.rescuers and people.civilians are both [0, 0]: nobody to label; raise one of them"
            )


SECTIONS: dict[str, type] = {
    "render": Render,
    "site": Site,
    "people": People,
    "weather": Weather,
    "light": Light,
    "camera": Camera,
    "lens": Lens,
    "labels": Labels,
    "assets": Assets,
}


def parse(data: Mapping[str, Any]) -> Recipe:
    """A recipe from TOML's dictionary; what is left out has its default. Raises ``RecipeError``."""
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key in SECTIONS:
            if not isinstance(value, Mapping):
                raise RecipeError(f"{key} = {value!r}: write it as a table, [{key}]")
            values[key] = _section(SECTIONS[key], value, f"{key}.")
    plain = {key: value for key, value in data.items() if key not in SECTIONS}
    rules = [item for item in fields(Recipe) if item.name not in SECTIONS]
    return Recipe(**checked(rules, plain, "", [*SECTIONS]), **values)


def loads(source: str, where: str = "recipe") -> Recipe:
    """A recipe from TOML text. Raises ``RecipeError`` with ``where`` in front."""
    try:
        return parse(tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{where}: not valid TOML: {error}") from error
    except RecipeError as error:
        raise RecipeError(f"{where}: {error}") from error


def load(path: Path) -> Recipe:
    """A recipe from a TOML file. Raises ``RecipeError``."""
    try:
        return loads(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise RecipeError(f"{path}: {error.strerror}; give an existing recipe file") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path}: not a text file in UTF-8") from error


def dumps(recipe: Recipe) -> str:
    """The whole recipe as TOML with a comment a key; ``loads(dumps(r)) == r``."""
    lines = [f"{item.name} = {to_toml(getattr(recipe, item.name))}  # {item.metadata['about']}" for item in _plain()]
    for name, section in SECTIONS.items():
        lines += ["", f"[{name}]"]
        values = getattr(recipe, name)
        lines += [f"{i.name} = {to_toml(getattr(values, i.name))}  # {i.metadata['about']}" for i in fields(section)]
    return "\n".join(lines) + "\n"


def fingerprint(recipe: Recipe) -> str:
    """16 hexadecimal digits that differ when anything but the number of frames differs."""
    tree = {name: _tree(getattr(recipe, name)) for name in SECTIONS}
    tree |= {"name": recipe.name, "seed": recipe.seed}
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()[:16]


def _plain() -> list:
    return [item for item in fields(Recipe) if item.name not in SECTIONS]


def _section(kind: type, data: Mapping[str, Any], prefix: str) -> Any:
    return kind(**checked(list(fields(kind)), data, prefix, []))


def checked(rules: list, data: Mapping[str, Any], prefix: str, others: list[str]) -> dict[str, Any]:
    """The values of ``data`` in the form of the fields ``rules`` (made by ``wish``); raises ``RecipeError``.

    ``prefix`` names the table in messages ("weather."); ``others`` are further keys that are known at this place.
    """
    known = {item.name: item.metadata["rule"] for item in rules}
    values = {}
    for key, value in data.items():
        if key not in known:
            raise RecipeError(
                f"unknown key {prefix}{key} = {_short(value)}; known here: {', '.join([*known, *others])}"
            )
        try:
            values[key] = known[key](value)
        except ValueError as allowed:
            raise RecipeError(f"{prefix}{key} = {_short(value)}; allowed: {allowed}") from None
    return values


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _tree(section: Any) -> dict[str, Any]:
    values = {item.name: getattr(section, item.name) for item in fields(section)}
    return {key: dict(value) if isinstance(value, Mapping) else value for key, value in values.items()}


def to_toml(value: Any) -> str:
    """A recipe's value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {to_toml(item)}" for key, item in value.items()) + " }" if value else "{}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(to_toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
