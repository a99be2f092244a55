"""What `python -m ml augment` may do to a picture: dataclasses, TOML in and out, errors that say what is allowed.

Chances are 0..1 a picture, ranges ``[low, high]`` are drawn from evenly, shares are weights. Lengths in pixels are
pixels of the output. The same machinery as dataset/recipe.py: every field declares its rule beside its default.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dataset.recipe import RecipeError, checked, to_toml, wish
from dataset.rules import Rule, choice, flag, integer, number, shares, span, stem, text

KINDS = ("clear", "rain", "snow", "fog", "smoke", "dust")
EDGES = ("none", "gaussian")
PIXELS = (
    "brightness",
    "contrast",
    "gamma",
    "colour",
    "grey",
    "shadow",
    "blur",
    "motion",
    "noise",
    "compression",
)


def chances(*words: str) -> Rule:
    """A chance from 0 to 1 for each word; words left out have the chance 0."""

    def rule(value: Any) -> Mapping[str, float]:
        known = isinstance(value, Mapping) and all(word in words for word in value)
        if not known or any(
            isinstance(c, bool) or not isinstance(c, int | float) or not 0 <= c <= 1 for c in value.values()
        ):
            raise ValueError("chances from 0 to 1 for some of " + ", ".join(words))
        return MappingProxyType({word: float(value[word]) for word in words if word in value})

    return rule


@dataclass(frozen=True)
class Geometry:
    """Which part of the source is seen, and how it lies in the output. One matrix."""

    width: int = wish(0, integer(0, 8192), "output width; 0: the source's (sources over 2048 are brought down to that)")
    height: int = wish(0, integer(0, 8192), "output height; 0: the source's")
    zoom: tuple[float, float] = wish([0.85, 1.7], span(number(0.25, 8)), "1: the whole source; 2: half of its width")
    rotate: tuple[float, float] = wish([-6, 6], span(number(-180, 180)), "degrees, counter-clockwise")
    perspective: tuple[float, float] = wish([0.0, 0.06], span(number(0, 0.3)), "how far corners move in, share of size")
    chances: Mapping[str, float] = wish(
        {"flip": 0.5, "flip_vertical": 0, "zoom": 0.9, "rotate": 0.35, "perspective": 0.1},
        chances("flip", "flip_vertical", "zoom", "rotate", "perspective"),
        "how often each is done",
    )
    aim: float = wish(0.8, number(0, 1), "how often a crop is laid around one of the labelled instances")
    filler: bool = wish(True, flag, "allow borders outside the source (one plain colour, never labelled)")


@dataclass(frozen=True)
class Pixels:
    """Changes of colour, sharpness and noise, applied after geometry and weather."""

    brightness: tuple[float, float] = wish([-0.2, 0.2], span(number(-1, 1)), "added, share of white")
    contrast: tuple[float, float] = wish([-0.25, 0.25], span(number(-1, 1)), "gain about mid grey, less 1")
    gamma: tuple[float, float] = wish([0.75, 1.35], span(number(0.1, 10)), "exponent")
    saturation: tuple[float, float] = wish([-40, 40], span(number(-255, 255)), "of colours; 128: twice, -128: grey")
    hue: tuple[float, float] = wish([-6, 6], span(number(-90, 90)), "turn of hue, of 180")
    shadow: tuple[float, float] = wish([0.25, 0.6], span(number(0, 1)), "darkness of a cast shadow")
    blur: tuple[float, float] = wish([0.4, 1.6], span(number(0.1, 20)), "Gaussian blur, sigma (paper, eq. 15-16)")
    motion: tuple[int, int] = wish([3, 9], span(integer(3, 99)), "length of motion blur")
    noise: tuple[float, float] = wish([2, 12], span(number(0, 100)), "standard deviation, of 255")
    compression: tuple[int, int] = wish([30, 75], span(integer(5, 100)), "quality of one more JPEG pass")
    chances: Mapping[str, float] = wish(
        {
            "brightness": 0.5,
            "contrast": 0.5,
            "gamma": 0.3,
            "colour": 0.15,
            "grey": 0.02,
            "shadow": 0.1,
            "blur": 0.25,
            "motion": 0.1,
            "noise": 0.3,
            "compression": 0.08,
        },
        chances(*PIXELS),
        "how often each is done",
    )
    pipeline: str = wish("", text, "your albumentations pipeline (A.to_dict in JSON or YAML), image-only")


@dataclass(frozen=True)
class Weather:
    """Air between camera and scene; by depth where the data set has it, by a plausible guess where not."""

    kinds: Mapping[str, float] = wish(
        {"clear": 6, "rain": 1, "snow": 1, "fog": 0.5, "smoke": 0.25, "dust": 0.25},
        shares(*KINDS),
        "kinds of weather",
    )
    visibility: tuple[float, float] = wish([30, 300], span(number(5, 10000)), "in fog, smoke and dust, metres")
    rain: tuple[float, float] = wish([4, 50], span(number(0.1, 200)), "rain, mm/h")
    snow: tuple[float, float] = wish([0.5, 5], span(number(0.1, 50)), "snow, mm/h of water")
    wind: tuple[float, float] = wish([-5, 5], span(number(-30, 30)), "across the picture, m/s")
    ground: float = wish(0.8, number(0, 1), "how often rain leaves the ground wet, and snow lies on it")
    night: float = wish(0.05, number(0, 1), "how often day becomes night")
    drops: float = wish(0.03, number(0, 1), "how often drops sit on the lens (in rain: five times that)")


@dataclass(frozen=True)
class Paste:
    """Instances from other sources, cut out by their outlines."""

    chance: float = wish(0.25, number(0, 1), "how often something is pasted")
    count: tuple[int, int] = wish([1, 2], span(integer(1, 20)), "how many instances")
    scale: tuple[float, float] = wish([0.7, 1.2], span(number(0.1, 5)), "size against what the place asks for")
    occlude: float = wish(0.5, number(0, 1), "how often it is laid over an instance of its own category")
    hide: float = wish(0.5, number(0, 1), "the most it may hide of any labelled instance")
    edges: Mapping[str, float] = wish({"none": 1, "gaussian": 2}, shares(*EDGES), "kinds of edge")
    harmonise: tuple[float, float] = wish([0.2, 0.8], span(number(0, 1)), "how far its light follows the place's")
    mosaic: float = wish(0.0, number(0, 1), "how often four sources share one picture")


@dataclass(frozen=True)
class Labels:
    """What counts as labelled, and how outlines are written."""

    min_pixels: int = wish(24, integer(1, 100000), "smaller instances are recorded but not exported")
    min_visible: float = wish(0.1, number(0, 1), "less visible instances are recorded but not exported")
    outlines: str = wish(
        "auto",
        choice("auto", "exact", "given"),
        "exact: pixel outlines and masks; given: the source's corners, moved; auto: exact where the source has masks",
    )


@dataclass(frozen=True)
class Output:
    """The files."""

    name: str = wish("aug", stem, "stem of all file names")
    quality: tuple[int, int] = wish([90, 95], span(integer(20, 100)), "JPEG quality")


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what an augmented picture looks like."""

    seed: int = wish(0, integer(0, 2**31 - 1), "another seed, other pictures")
    geometry: Geometry = field(default_factory=Geometry)
    pixels: Pixels = field(default_factory=Pixels)
    weather: Weather = field(default_factory=Weather)
    paste: Paste = field(default_factory=Paste)
    labels: Labels = field(default_factory=Labels)
    output: Output = field(default_factory=Output)

    def __post_init__(self) -> None:
        if bool(self.geometry.width) != bool(self.geometry.height):
            raise RecipeError("geometry.width and geometry.height: give both, or 0 for both")


SECTIONS: dict[str, type] = {
    "geometry": Geometry,
    "pixels": Pixels,
    "weather": Weather,
    "paste": Paste,
    "labels": Labels,
    "output": Output,
}


def parse(data: Mapping[str, Any]) -> Recipe:
    """A recipe from TOML's dictionary; what is left out has its default. Raises ``RecipeError``."""
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key in SECTIONS:
            if not isinstance(value, Mapping):
                raise RecipeError(f"{key} = {value!r}: write it as a table, [{key}]")
            values[key] = SECTIONS[key](**checked(list(fields(SECTIONS[key])), value, f"{key}.", []))
    plain = {key: value for key, value in data.items() if key not in SECTIONS}
    rules = [item for item in fields(Recipe) if item.name not in SECTIONS]
    return Recipe(**checked(rules, plain, "", [*SECTIONS]), **values)


def load(path: Path) -> Recipe:
    """A recipe from a TOML file; paths in it are relative to it. Raises ``RecipeError``."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        pipeline = data.get("pixels", {}).get("pipeline", "") if isinstance(data.get("pixels"), Mapping) else ""
        if pipeline and isinstance(pipeline, str):
            data["pixels"]["pipeline"] = str(path.parent / pipeline)
        return parse(data)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path}: not valid TOML: {error}") from error
    except RecipeError as error:
        raise RecipeError(f"{path}: {error}") from error
    except OSError as error:
        raise RecipeError(f"{path}: {error.strerror}; give an existing recipe file") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path}: not a text file in UTF-8") from error


def dumps(recipe: Recipe) -> str:
    """The whole recipe as TOML, a comment a key."""
    lines = [f"seed = {recipe.seed}  # {fields(Recipe)[0].metadata['about']}"]
    for name, section in SECTIONS.items():
        lines += ["", f"[{name}]"]
        values = getattr(recipe, name)
        lines += [f"{i.name} = {to_toml(getattr(values, i.name))}  # {i.metadata['about']}" for i in fields(section)]
    return "\n".join(lines) + "\n"


def fingerprint(recipe: Recipe) -> str:
    """16 hexadecimal digits that differ when anything differs; a pipeline counts by its content."""
    wishes = tree(recipe)
    if recipe.pixels.pipeline:
        try:
            wishes["pipeline"] = hashlib.sha256(Path(recipe.pixels.pipeline).read_bytes()).hexdigest()
        except OSError as error:
            raise RecipeError(f"pixels.pipeline = {recipe.pixels.pipeline}: {error.strerror}") from error
        wishes["pixels"].pop("pipeline")
    return hashlib.sha256(json.dumps(wishes, sort_keys=True).encode()).hexdigest()[:16]


def tree(recipe: Recipe) -> dict[str, Any]:
    """The recipe as TOML's dictionary; ``parse(tree(r)) == r``."""
    return {"seed": recipe.seed} | {name: _tree(getattr(recipe, name)) for name in SECTIONS}


def _tree(section: Any) -> dict[str, Any]:
    values = {item.name: getattr(section, item.name) for item in fields(section)}
    return {key: dict(value) if isinstance(value, Mapping) else value for key, value in values.items()}
