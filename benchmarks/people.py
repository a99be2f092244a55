"""Who is drawn against who is wanted: sex, age, height, build, skin, clothes, gear and poses of the planned people.

    .venv/ml/bin/python benchmarks/people.py [--people 500] [--recipe recipes/mixed.toml] [--records out/demo]

Prints a Markdown table a category. "off" is the largest difference of a share, "chi2" Pearson's statistic against its
99 % limit: a question over the limit is marked. With ``--records`` a column says what came out in the pictures of a
data set, where poses that found no place have been replaced by easier ones.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dataset import plan, population, records, single, staging  # noqa: E402
from dataset.recipe import Recipe, load  # noqa: E402
from dataset.spec import BodySpec, PersonSpec, SiteSpec, child  # noqa: E402
from dataset.wardrobe import POSES  # noqa: E402

BANDS = 5
"""Bands of equal share that a continuous value is sorted into."""


@dataclass(frozen=True)
class Group:
    """One question: word -> how many were wanted (expected), drawn, and seen in pictures (None: not looked at)."""

    title: str
    wanted: Mapping[str, float]
    drawn: Counter
    seen: Counter | None = None

    def statistic(self) -> tuple[float, float]:
        """(Pearson's chi-square, its 99 % limit); words expected less than five times are taken together."""
        small = [word for word, value in self.wanted.items() if value < 5]
        pairs = [(self.drawn[word], value) for word, value in self.wanted.items() if value >= 5]
        if small:
            pairs.append((sum(self.drawn[word] for word in small), sum(self.wanted[word] for word in small)))
        chi = sum((got - value) ** 2 / value for got, value in pairs if value > 0)
        freedom = max(1, len(pairs) - 1)
        z = NormalDist().inv_cdf(0.99)  # Wilson and Hilferty's approximation of the limit
        return chi, freedom * (1 - 2 / (9 * freedom) + z * (2 / (9 * freedom)) ** 0.5) ** 3

    def lines(self) -> Iterator[str]:
        """Rows of the Markdown table; of a yes or no only the yes."""
        total, wanted = max(1, self.drawn.total()), sum(self.wanted.values())
        chi, limit = self.statistic()
        off = max(abs(self.drawn[word] / total - value / wanted) for word, value in self.wanted.items())
        verdict = "" if chi <= limit else " **over**"
        head = f"{self.title} (of {self.drawn.total()})"
        told = f"{100 * off:.1f} | {chi:.1f} of {limit:.1f}{verdict}"
        for word, value in self.wanted.items():
            if word.startswith("no "):
                continue
            seen = f" {100 * self.seen[word] / max(1, self.seen.total()):.1f} |" if self.seen else " |"
            shares = f"{100 * value / wanted:.1f} | {100 * self.drawn[word] / total:.1f}"
            yield f"| {head} | {word} | {shares} |{seen} {told} |"
            head, told = "", " | "


def main() -> None:
    """Draw, count, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=500, help="people of each category")
    parser.add_argument("--recipe", type=Path, help="a recipe; the default one if left out")
    parser.add_argument("--records", type=Path, help="a data set whose pictures are looked at besides")
    wishes = parser.parse_args()
    recipe = load(wishes.recipe) if wishes.recipe else Recipe()
    for category in ("rescuer", "civilian"):
        people = list(drawn(recipe, category, wishes.people))
        seen = list(pictured(wishes.records, category)) if wishes.records else []
        print(f"## {len(people)} {category}s\n")
        print("| question | answer | wanted % | drawn % | in pictures % | off, points | chi2 of its limit |")
        print("|---|---|---|---|---|---|---|")
        for group in groups(recipe, category, people, seen):
            print("\n".join(group.lines()))
        print()


Drawn = tuple[PersonSpec, SiteSpec, int]
"""A person, the site, and how many of the category were left to place, this one included."""


def drawn(recipe: Recipe, category: str, many: int) -> Iterator[Drawn]:
    """The first ``many`` people of the category that the recipe's frames plan; teams are not cut."""
    found = 0
    for index in count():
        # as plan.frame does, without looking for a camera
        site = plan.site(recipe, index // recipe.site.frames_per_site)
        stage = staging.people(recipe, site, child(recipe.seed, "frame", index, 0))
        mine = [person for person in stage.people if person.category == category]
        for number, person in enumerate(mine):
            yield person, site, len(mine) - number
        found += len(mine)
        if found >= many:
            return


def pictured(folder: Path, category: str) -> Iterator[dict[str, Any]]:
    """What the records of a data set say of the people in its pictures."""
    for record in records.read_all(folder):
        yield from (item.about for item in record.instances if item.category == category and "pose" in item.about)


def groups(recipe: Recipe, category: str, people: list[Drawn], seen: list[dict[str, Any]]) -> Iterator[Group]:
    """All questions about one category."""
    wish, rescuer = recipe.people, category == "rescuer"
    persons = [person for person, _, _ in people]
    bodies = [person.body for person in persons]
    total = len(persons)
    women = wish.women if rescuer else population.WOMEN

    def shares(title: str, weights: Mapping[str, float], of: Callable[[Any], str], looked: list[str] | None) -> Group:
        scale = total / sum(weights.values())
        wanted = {word: value * scale for word, value in weights.items()}
        return Group(title, wanted, Counter(map(of, persons)), Counter(looked) if looked else None)

    yield shares(
        "Sex", {"woman": women, "man": 1 - women}, lambda person: sex(person.body), [sex(one["body"]) for one in seen]
    )
    low, high = (single.YOUNG + (age - 0.5) * 2 * (single.OLD - single.YOUNG) for age in population.AGES[category])
    yield banded("Age, years", [single.years(body) for body in bodies], lambda share: low + share * (high - low), 0)
    for word, (mean, spread) in population.HEIGHTS.items():
        tall = [population.metres(body) * 100 for body in bodies if sex(body) == word]
        inverse = NormalDist(mean * 100, spread * 100).inv_cdf
        yield banded(f"Height, {word}, cm", tall, inverse, 0)
    for what, (mean, spread) in (("muscle", population.MUSCLE[category]), ("weight", population.WEIGHT[category])):
        inverse = NormalDist(mean, spread).inv_cdf
        yield banded(f"Build: {what} (0..1)", [getattr(body, what) for body in bodies], inverse, 2)
    names = list(population.SKIN)
    yield shares("Skin", population.SKIN, lambda person: names[int(np.argmax(person.body.skin))], None)
    outfits = wish.uniforms if rescuer else wish.outfits
    yield shares("Clothes", outfits, lambda person: person.outfit, [one["outfit"] for one in seen])
    yield from gear(recipe, rescuer, persons)
    yield poses(category, people, seen)
    yield task_group(category, people, seen)


def sex(body: BodySpec | dict[str, Any]) -> str:
    """Which of the two a body is nearer to."""
    share = body["sex"] if isinstance(body, dict) else body.sex
    return "woman" if share < 0.5 else "man"


def banded(title: str, values: list[float], inverse: Callable[[float], float], digits: int) -> Group:
    """A continuous value in bands of equal wanted share."""
    edges = [inverse(k / BANDS) for k in range(1, BANDS)]
    named = [f"{edge:.{digits}f}" for edge in edges]
    words = [f"below {named[0]}", *(f"{a} to {b}" for a, b in pairwise(named)), f"over {named[-1]}"]
    found = Counter(words[int(np.searchsorted(edges, value))] for value in values)
    return Group(title, dict.fromkeys(words, len(values) / BANDS), found)


def gear(recipe: Recipe, rescuer: bool, persons: list[PersonSpec]) -> Iterator[Group]:
    """Each piece of gear among those who might wear it."""
    wish = recipe.people
    chances: dict[str, tuple[float, Callable[[PersonSpec], bool]]] = {}
    if rescuer:
        chances["helmet"] = (wish.helmets, lambda person: True)
        chances["vest"] = (wish.vests, lambda person: person.outfit != "hivis")
        for word, chance in population.CHANCES.items():
            chances[word] = (chance, lambda person: True)
        chances["lamp"] = (population.CHANCES["lamp"], lambda person: "helmet" in person.gear)
        chances["visor"] = (
            population.CHANCES["visor"],
            lambda person: "helmet" in person.gear and person.outfit == "turnout",
        )
        chances["cap"] = (population.CHANCES["cap"], lambda person: "helmet" not in person.gear)
    else:
        up = {name for name, words in POSES.items() if words.task != "lie" and words.where != "carried"}
        for word, chance in population.PLAIN_CHANCES.items():
            chances[word] = (chance, lambda person: person.pose in up)
        chances["hood"] = (
            population.PLAIN_CHANCES["hood"], lambda person: person.pose in up and person.outfit == "hoodie",
        )  # fmt: skip
        chances["buried"] = (wish.buried, lambda person: POSES[person.pose].task == "lie")
    for word, (chance, may) in chances.items():
        asked = [person for person in persons if may(person)]
        has = sum(word in person.gear or (word == "buried" and person.buried > 0) for person in asked)
        wanted = {word: len(asked) * chance, f"no {word}": len(asked) * (1 - chance)}
        yield Group(word.replace("_", " ").capitalize(), wanted, Counter({word: has, f"no {word}": len(asked) - has}))


def poses(category: str, people: list[Drawn], seen: list[dict[str, Any]]) -> Group:
    """Poses, one draw a person or team; what was possible differs from draw to draw."""
    wanted: Counter = Counter()
    found: Counter = Counter()
    for person, site, left in people:
        if person.role == 0:
            wanted.update(staging.weights(category, left, bool(site.heaps)))
            found[person.pose] += 1
    looked = Counter(one["pose"] for one in seen if one.get("role", 0) == 0) if seen else None
    return Group("Pose", dict(sorted(wanted.items())), found, looked)


def task_group(category: str, people: list[Drawn], seen: list[dict[str, Any]]) -> Group:
    """The same by task."""
    by_pose = poses(category, people, seen)

    def gathered(values: Mapping[str, float]) -> Counter:
        tasks: Counter = Counter()
        for pose, value in values.items():
            tasks[POSES[pose].task] += value
        return tasks

    looked = gathered(by_pose.seen) if by_pose.seen else None
    return Group("Task", dict(sorted(gathered(by_pose.wanted).items())), gathered(by_pose.drawn), looked)


if __name__ == "__main__":
    main()
