"""Rules that a recipe's values keep: each takes what TOML gave, returns the recipe's form, or says what is allowed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Rule = Callable[[Any], Any]
"""Takes a value as TOML gives it, returns it in the recipe's form, raises ValueError saying what is allowed."""


def integer(low: int, high: int) -> Rule:
    """A whole number within bounds."""

    def rule(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return rule


def number(low: float, high: float) -> Rule:
    """A finite number within bounds."""

    def rule(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return float(value)

    return rule


def span(of: Rule) -> Rule:
    """``[low, high]``, both by the rule ``of``, low not above high."""

    def rule(value: Any) -> tuple:
        try:
            low, high = (of(item) for item in value)
            if low <= high:
                return (low, high)
        except (TypeError, ValueError):
            pass
        try:
            of(None)
        except ValueError as allowed:
            raise ValueError(f"[low, high] with low <= high, each {allowed}") from None
        raise ValueError("[low, high] with low <= high")

    return rule


def choice(*words: str) -> Rule:
    """One of the words."""

    def rule(value: Any) -> str:
        if value not in words:
            raise ValueError("one of " + ", ".join(words))
        return value

    return rule


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def text(value: Any) -> str:
    """Any string."""
    if not isinstance(value, str):
        raise ValueError("a text in quotes")
    return value


def stem(value: Any) -> str:
    """A file stem that VIA takes: annotations.md's rules on names."""
    if (
        not isinstance(value, str)
        or not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*(_[A-Za-z0-9-]+)*", value)
        or len(value) > 60
    ):
        raise ValueError("letters, digits, hyphens and single underscores, starting with a letter, at most 60")
    return value


def shares(*words: str) -> Rule:
    """Weights by word: non-negative, at least one above 0. Words left out weigh 0."""

    def rule(value: Any) -> Mapping[str, float]:
        good = isinstance(value, Mapping) and all(
            word in words
            and not isinstance(weight, bool)
            and isinstance(weight, int | float)
            and 0 <= weight < math.inf
            for word, weight in value.items()
        )
        if not good or not sum(value.values()) > 0:
            raise ValueError("weights of at least 0, one of them above 0, for some of " + ", ".join(words))
        return MappingProxyType({word: float(value[word]) for word in words if value.get(word)})

    return rule


def named(*words: str) -> Rule:
    """A text for each of some words (collection names); left out or "" means none."""

    def rule(value: Any) -> Mapping[str, str]:
        if not isinstance(value, Mapping) or not all(k in words and isinstance(v, str) for k, v in value.items()):
            raise ValueError("names in quotes for some of " + ", ".join(words))
        return MappingProxyType({word: value[word] for word in words if value.get(word)})

    return rule
