"""What is learned from: pictures of one or more data sets, their categories, what is held back, and their order."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dataset.spec import child, stream
from ml.augment import sources
from ml.augment.shapes import Shape
from ml.augment.sources import Source

from .config import TrainError, Wishes


@dataclass(frozen=True)
class Thing:
    """One labelled instance or part."""

    shape: Shape
    label: int
    """From 1: place in the categories + 1."""


@dataclass(frozen=True)
class Example:
    """One picture and what is to be found in it."""

    source: Source
    things: tuple[Thing, ...]
    unsure: tuple[Thing, ...]
    """What is there but not asked for: hidden too much, or kept out by its data set. A hit on it is no mistake."""
    group: str
    """Its site; pictures of one group are never on both sides of the split."""
    origin: int
    """Number of its data set."""


@dataclass(frozen=True)
class Data:
    """Everything to learn from and to be judged by."""

    categories: tuple[str, ...]
    train: tuple[Example, ...]
    held_back: tuple[Example, ...]
    problems: tuple[str, ...]
    digest: str
    """Changes when pictures, outlines or split change."""


def read(wishes: Wishes) -> Data:
    """Read all data sets of a run. Raises ``TrainError`` when there is nothing to learn from them."""
    found: list[tuple[int, Source]] = []
    problems: list[str] = []
    for origin, path in enumerate(wishes.datasets):
        try:
            opened = sources.open_set(Path(path))
        except sources.SourceError as error:
            raise TrainError(str(error)) from error
        problems += opened.problems
        found += [(origin, replace(source, depth=None)) for source in opened.sources]
    names = dict(wishes.names)
    present = _categories([source for _, source in found], names)
    categories = _chosen(present, wishes)
    examples = [_example(source, origin, categories, names, wishes) for origin, source in found]
    problems += _gaps(examples, categories, wishes)
    if not any(example.things for example in examples):
        raise TrainError(
            f"{', '.join(wishes.datasets)}: {len(examples)} pictures, and nothing in them that is labelled "
            f"{', '.join(categories)} and large and visible enough; see --min-pixels and --min-visible"
        )
    train, held_back = split(examples, wishes.holdout, wishes.seed)
    if wishes.holdout and not held_back:
        problems.append("one site (or picture) only: nothing is held back, no figure can be given")
    return Data(categories, tuple(train), tuple(held_back), tuple(problems), _digest(train, held_back))


def _categories(found: Sequence[Source], names: dict[str, str]) -> list[str]:
    """All categories: those of whole instances by name, then those of parts."""
    wholes = {names.get(shape.category, shape.category) for source in found for shape in source.instances}
    parts = {names.get(shape.category, shape.category) for source in found for shape in source.parts}
    return sorted(wholes) + sorted(parts - wholes)


def _chosen(present: Sequence[str], wishes: Wishes) -> tuple[str, ...]:
    """The categories of the run. Raises ``TrainError``."""
    where = ", ".join(wishes.datasets)
    if not present:
        raise TrainError(f"{where}: pictures, but nothing is labelled in them")
    missing = [name for name in wishes.classes if name not in present]
    if missing:
        raise TrainError(f"no {' and no '.join(map(repr, missing))} in {where}: there are {', '.join(present)}")
    return wishes.classes or tuple(present)


def _example(source: Source, origin: int, categories: Sequence[str], names: dict[str, str], wishes: Wishes) -> Example:
    things, unsure = [], []
    for shape in (*source.instances, *source.parts):
        category = names.get(shape.category, shape.category)
        if category not in categories:
            continue
        thing = Thing(shape, categories.index(category) + 1)
        clear = not shape.withheld and shape.visible >= wishes.min_visible
        (things if clear else unsure).append(thing)
    return Example(source, tuple(things), tuple(unsure), _group(source, origin), origin)


def _group(source: Source, origin: int) -> str:
    """A site's name: the record's site; else what an augmented picture was made of; else the picture itself."""
    site = source.about.get("site")
    if isinstance(site, dict):
        return f"{origin}/site {site.get('index', 0)} {site.get('seed', '')}"
    return f"{origin}/{site or source.about.get('source') or source.name}"


def _gaps(examples: Sequence[Example], categories: Sequence[str], wishes: Wishes) -> list[str]:
    """Categories that one data set labels and another doesn't: there they would be taught as background."""
    problems = []
    for origin, path in enumerate(wishes.datasets):
        labels = {thing.label for example in examples if example.origin == origin for thing in example.things}
        lacking = [name for label, name in enumerate(categories, 1) if label not in labels]
        if lacking:
            problems.append(
                f"{path}: no {', '.join(lacking)} labelled in it: its pictures teach that there is none; "
                "leave a category out by --classes if they do show some"
            )
    return problems


def split(examples: Sequence[Example], share: float, seed: int) -> tuple[list[Example], list[Example]]:
    """Examples to learn from and held back: whole groups, in an order that depends on their names and ``seed`` alone.

    At least one group stays on either side; with a single group nothing is held back.
    """
    sizes = Counter(example.group for example in examples)
    groups = sorted(sizes, key=lambda group: child(seed, "split", group))
    aside: set[str] = set()
    taken = 0
    for group in groups[:-1] if share else []:
        if taken >= share * len(examples):
            break
        if aside and taken + sizes[group] > 2 * share * len(examples):
            continue
        aside.add(group)
        taken += sizes[group]
    learned = [example for example in examples if example.group not in aside]
    return learned, [example for example in examples if example.group in aside]


def _digest(train: Sequence[Example], held_back: Sequence[Example]) -> str:
    digest = hashlib.sha256()
    for side in (train, held_back):
        for example in side:
            areas = [(thing.label, round(thing.shape.area, 2)) for thing in example.things]
            digest.update(repr((example.group, example.source.name, areas)).encode())
        digest.update(b"|")
    return digest.hexdigest()[:16]


class Order:
    """Which example is shown at which place of the endless sequence: a pure function of seed and place.

    A round shows every data set by its share, every picture of it equally often, in an order of its own.
    """

    def __init__(self, examples: Sequence[Example], mix: Sequence[float], seed: int) -> None:
        self.seed = seed
        numbers: dict[int, list[int]] = {}
        for number, example in enumerate(examples):
            numbers.setdefault(example.origin, []).append(number)
        self.members = [numbers[origin] for origin in sorted(numbers)]
        shares = [mix[origin] for origin in sorted(numbers)] if mix else [len(m) for m in self.members]
        total = sum(shares)
        if total <= 0:
            raise TrainError(f"--mix {':'.join(map(str, mix))}: no picture is left in the data sets that have a share")
        self.quotas = [round(len(examples) * share / total) if share else 0 for share in shares]
        self.quotas = [max(1, quota) if share else 0 for quota, share in zip(self.quotas, shares, strict=True)]
        self.length = sum(self.quotas)
        """Pictures a round (an epoch)."""
        self._rounds: dict[int, list[int]] = {}

    def __getitem__(self, place: int) -> int:
        """Number of the example at a place from 0."""
        number = place // self.length
        if number not in self._rounds:
            self._rounds = {key: value for key, value in self._rounds.items() if key == number - 1}
            self._rounds[number] = self._round(number)
        return self._rounds[number][place % self.length]

    def _round(self, number: int) -> list[int]:
        shown: list[int] = []
        for origin, (members, quota) in enumerate(zip(self.members, self.quotas, strict=True)):
            passes: dict[int, list[int]] = {}
            for place in range(number * quota, (number + 1) * quota):
                turn, at = divmod(place, len(members))
                if turn not in passes:
                    passes[turn] = stream(self.seed, "pass", origin, turn).permutation(len(members)).tolist()
                shown.append(members[passes[turn][at]])
        return [shown[i] for i in stream(self.seed, "round", number).permutation(len(shown)).tolist()]
