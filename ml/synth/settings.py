"""Every setting of classifier, autoencoders, sampling and study: one TOML file for the three commands.

The same machinery as dataset/recipe.py: each field declares its rule beside its default, so the file, the validator and
the printed defaults have one source.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from dataset.recipe import RecipeError, checked, to_toml, wish
from dataset.rules import Rule, choice, flag, integer, number, shares, text

MODES = ("posterior", "prior", "fitted", "between", "moved")
"""How crops are drawn: around one real crop, from the standard normal, from a normal fitted to where real crops lie,
between two real crops, or a real crop of the old domain moved to the new one."""

BALANCED = " balanced"
"""Ends the name of an arm that shows every class as often as every other."""

_ADDING = (
    "real",
    "oversampled",
    "augmented",
    "recoloured",
    "recoloured all",
    "vae",
    "vae thinned",
    "vae filtered",
    "vae moved",
    "vae moved all",
    "vae and real",
    "vae and moved all",
)
ARMS = ("before", "longer", *_ADDING, *(arm + BALANCED for arm in _ADDING))
"""Ways to train on; ml/synth/arms.py says what each one is."""

COMPARED = (
    "before",
    "longer",
    "oversampled",
    "augmented",
    "vae",
    "vae thinned",
    "vae filtered",
    "vae moved",
    "oversampled balanced",
    "augmented balanced",
    "vae balanced",
    "recoloured all",
    "vae moved all",
    "vae and moved all",
)
"""Those that a study compares unless told otherwise."""


def words(allowed: tuple[str, ...] = ()) -> Rule:
    """A list of texts, each once; of ``allowed`` ones where that is given."""

    def rule(value: Any) -> tuple[str, ...]:
        good = isinstance(value, list | tuple) and all(isinstance(word, str) and word for word in value)
        if not good or len(set(value)) < len(value) or (allowed and not set(value) <= set(allowed)):
            raise ValueError("a list of texts" + (f" out of {', '.join(allowed)}" if allowed else ", each once"))
        return tuple(value)

    return rule


def numbers(low: int, high: int) -> Rule:
    """A list of different whole numbers within bounds, at least one."""
    one = integer(low, high)

    def rule(value: Any) -> tuple[int, ...]:
        if not isinstance(value, list | tuple) or not value or len(set(value)) < len(value):
            raise ValueError(f"a list of different whole numbers from {low} to {high}")
        return tuple(one(item) for item in value)

    return rule


def ensembles(value: Any) -> tuple[tuple[str, ...], ...]:
    """Lists of classes: each list shares one autoencoder."""
    if not isinstance(value, list | tuple):
        raise ValueError('lists of classes, such as [["car", "van"], ["pedestrian"]]')
    found = tuple(words()(item) for item in value)
    names = [name for group in found for name in group]
    if len(set(names)) < len(names) or not all(found):
        raise ValueError("lists of classes, none of them empty, no class twice")
    return found


@dataclass(frozen=True)
class Model:
    """The template (paper 2, section 5)."""

    groups: int = wish(4, integer(1, 6), "dense groups")
    width: int = wish(64, integer(4, 512), "channels that each group adds")
    compression: float = wish(0.8, number(0.1, 1), "share of channels kept between two groups")
    size: int = wish(32, integer(8, 256), "side of a crop, pixels")


@dataclass(frozen=True)
class Classifier:
    """Training of the classifier."""

    steps: int = wish(4000, integer(1, 10**7), "batches in all")
    batch: int = wish(64, integer(2, 4096), "crops a batch")
    rate: float = wish(1e-3, number(1e-8, 1), "learning rate after the warm-up (Adam)")
    first_rate: float = wish(1e-6, number(0, 1), "learning rate of the first step, and of the drawn starts")
    warmup: float = wish(0.1, number(0, 0.9), "share of the steps in which the rate rises")
    final: float = wish(0.02, number(0, 1), "rate at the end, share of the full one (cosine)")
    draws: int = wish(5, integer(1, 50), "starts that are drawn; the best one is kept")
    draw_steps: int = wish(200, integer(0, 10**5), "steps that each start is given")
    balance: bool = wish(True, flag, "every class as often as every other; false: as often as it has crops")
    flip: bool = wish(True, flag, "mirror half of the crops")
    retrain: float = wish(0.25, number(0.0, 1), "rate when training goes on with more crops, share of the full one")


@dataclass(frozen=True)
class Vae:
    """Training of the autoencoders."""

    latent: int = wish(74, integer(1, 4096), "size of the latent space (the template's fourth setting)")
    ensembles: tuple[tuple[str, ...], ...] = wish([], ensembles, "classes that share an autoencoder; []: one each")
    steps: int = wish(4000, integer(1, 10**7), "batches in all")
    batch: int = wish(64, integer(2, 4096), "crops a batch")
    rate: float = wish(1e-3, number(1e-8, 1), "learning rate after the warm-up (Adam)")
    first_rate: float = wish(1e-6, number(0, 1), "learning rate of the first step")
    warmup: float = wish(0.1, number(0, 0.9), "share of the steps in which the rate rises")
    final: float = wish(0.02, number(0, 1), "rate at the end, share of the full one (cosine)")
    beta: float = wish(0.05, number(0, 1000), "weight of the divergence from the standard normal")
    variance: str = wish(
        "fixed", choice("fixed", "learned"), "of the pixels; learned: beta counts against what is still wrong with them"
    )
    beta_warmup: float = wish(0.0, number(0, 1), "share of the steps in which beta rises from 0")
    free_bits: float = wish(0.0, number(0, 20), "divergence of a latent number that costs nothing, nats")
    perceptual: float = wish(0.0, number(0, 1e6), "weight of the difference that the classifier's features see")
    flip: bool = wish(True, flag, "mirror half of the crops")


@dataclass(frozen=True)
class Sampling:
    """Drawing crops."""

    count: int = wish(10000, integer(1, 10**7), "crops kept for each class")
    modes: Mapping[str, float] = wish({"posterior": 1}, shares(*MODES), "how they are drawn")
    spread: float = wish(1.0, number(0, 10), "multiplies sigma, or the deviation of prior and fitted")
    detail: float = wish(
        0.0, number(0, 1), "share of what the decoder can't draw that posterior and between keep of the real crop"
    )
    keep: float = wish(0.5, number(0.01, 1), "share of the drawn crops that the filter keeps")
    score: str = wish(
        "together", choice("realism", "distance", "density", "sharpness", "together"), "what the filter sorts by"
    )
    neighbours: int = wish(3, integer(1, 100), "k of all measures on neighbours")


@dataclass(frozen=True)
class Study:
    """The experiment (paper 2, table 2)."""

    name: str = wish("synthesis study", text, "heading of the page")
    seeds: tuple[int, ...] = wish([0, 1, 2], numbers(0, 2**31 - 1), "one whole run each")
    old: str = wish("", text, "folder of crops of the old domain, relative to this file")
    new: str = wish("", text, 'folder of crops of the new domain; "": the old one\'s, changed by shift')
    shift: str = wish("", choice("", "winter"), "changes the new domain's crops")
    classes: tuple[str, ...] = wish([], words(), "classes; []: all")
    targets: tuple[str, ...] = wish([], words(), "classes whose new-domain crops are known; [] all")
    old_count: int = wish(0, integer(0, 10**7), "training crops a class of the old domain; 0: all")
    new_count: int = wish(811, integer(2, 10**6), "new-domain training crops a target class")
    test_count: int = wish(0, integer(0, 10**6), "test crops a class and domain; 0: all")
    added: int = wish(10000, integer(1, 10**7), "crops that join training, a target class")
    mix_old: bool = wish(True, flag, "autoencoders see as many old crops as new ones (the paper's 811 + 811)")
    arms: tuple[str, ...] = wish(list(COMPARED), words(ARMS), "what is compared")
    retrain_steps: int = wish(2000, integer(1, 10**7), "batches with the added crops")


@dataclass(frozen=True)
class Settings:
    """Everything."""

    seed: int = wish(0, integer(0, 2**31 - 1), "another seed, other weights and crops")
    precision: str = wish("auto", choice("auto", "float32", "bfloat16"), "auto: bfloat16 where that is fast")
    save_every: int = wish(200, integer(1, 10**6), "steps between two saved states")
    model: Model = field(default_factory=Model)
    classifier: Classifier = field(default_factory=Classifier)
    vae: Vae = field(default_factory=Vae)
    sampling: Sampling = field(default_factory=Sampling)
    study: Study = field(default_factory=Study)

    def __post_init__(self) -> None:
        if self.model.size % (1 << (self.model.groups - 1)) or self.model.size >> (self.model.groups - 1) < 2:
            raise RecipeError(
                f"model.size = {self.model.size}: with {self.model.groups} groups it must divide by "
                f"{1 << (self.model.groups - 1)}, and leave at least 2 pixels"
            )


SECTIONS: dict[str, type] = {
    "model": Model,
    "classifier": Classifier,
    "vae": Vae,
    "sampling": Sampling,
    "study": Study,
}


def parse(data: Mapping[str, Any]) -> Settings:
    """Settings from TOML's dictionary; what is left out has its default. Raises ``RecipeError``."""
    values: dict[str, Any] = {}
    for key in SECTIONS:
        if key not in data:
            continue
        if not isinstance(data[key], Mapping):
            raise RecipeError(f"{key} = {data[key]!r}: write it as a table, [{key}]")
        values[key] = SECTIONS[key](**checked(list(fields(SECTIONS[key])), data[key], f"{key}.", []))
    plain = {key: value for key, value in data.items() if key not in SECTIONS}
    return Settings(**checked(_plain(), plain, "", [*SECTIONS]), **values)


def load(path: Path) -> Settings:
    """Settings from a TOML file; the study's folders are relative to it. Raises ``RecipeError``."""
    try:
        found = parse(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path}: not valid TOML: {error}") from error
    except RecipeError as error:
        raise RecipeError(f"{path}: {error}") from error
    except OSError as error:
        raise RecipeError(f"{path}: {error.strerror}; give an existing file") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path}: not a text file in UTF-8") from error
    places = {key: str(path.parent / value) for key in ("old", "new") if (value := getattr(found.study, key))}
    return replace(found, study=replace(found.study, **places))


def given(path: Path | None, seed: int | None, changes: Mapping[str, Mapping[str, Any]]) -> Settings:
    """The settings of a file (or the defaults) with what the command line says besides; None says nothing.

    Raises ``RecipeError``.
    """
    found = tree(load(path)) if path else tree(Settings())
    if seed is not None:
        found["seed"] = seed
    for section, values in changes.items():
        found[section].update({key: value for key, value in values.items() if value is not None})
    return parse(found)


def dumps(settings: Settings) -> str:
    """All settings as TOML, a comment a key."""
    lines = [f"{i.name} = {to_toml(getattr(settings, i.name))}  # {i.metadata['about']}" for i in _plain()]
    for name, section in SECTIONS.items():
        lines += ["", f"[{name}]"]
        values = getattr(settings, name)
        lines += [f"{i.name} = {to_toml(getattr(values, i.name))}  # {i.metadata['about']}" for i in fields(section)]
    return "\n".join(lines) + "\n"


def tree(settings: Settings) -> dict[str, Any]:
    """The settings as plain values; ``parse(tree(s)) == s``."""
    found: dict[str, Any] = {item.name: getattr(settings, item.name) for item in _plain()}
    for name in SECTIONS:
        section = getattr(settings, name)
        values = {item.name: getattr(section, item.name) for item in fields(section)}
        found[name] = {key: dict(value) if isinstance(value, Mapping) else value for key, value in values.items()}
    return found


def fingerprint(*parts: Any) -> str:
    """16 hexadecimal digits that differ when any part differs; parts are plain values or sections of the settings."""
    plain = [dict(vars(part)) if hasattr(part, "__dataclass_fields__") else part for part in parts]
    text_ = json.dumps(plain, sort_keys=True, default=lambda value: dict(value))
    return hashlib.sha256(text_.encode()).hexdigest()[:16]


def _plain() -> list:
    return [item for item in fields(Settings) if item.name not in SECTIONS]
