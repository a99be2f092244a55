"""What a data set shows against what its recipe wants: weather, hour, view, size, visible share, poses, clothes.

Of the plan nothing has to be rendered; sizes and visible shares are then reckoned by ``dataset/sight.py``. Of a data
set that is made they are measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from . import framing, plan
from .recipe import SIZES, VISIBLE, Recipe
from .records import Record
from .sight import Sight
from .spec import FrameSpec
from .wardrobe import POSES


@dataclass(frozen=True)
class Seen:
    """One person in one picture."""

    size: float
    """Longer side of the box over the picture's height."""
    visible: float
    category: str
    pose: str
    outfit: str


@dataclass(frozen=True)
class Shown:
    """What one frame shows."""

    index: int
    weather: str
    hour: float
    view: str
    people: tuple[Seen, ...]


@dataclass(frozen=True)
class Table:
    """One question's answers."""

    title: str
    wanted: Mapping[str, float]
    """Weights; empty where the recipe leaves it open."""
    found: Counter = field(default_factory=Counter)

    @property
    def off(self) -> float:
        """Largest difference between a wanted and a found share, 0..1; 0 where nothing is wanted."""
        total, weights = sum(self.found.values()), sum(self.wanted.values())
        if not total or not weights:
            return 0.0
        words = {*self.found, *self.wanted}
        return max(abs(self.found[word] / total - self.wanted.get(word, 0.0) / weights) for word in words)


def planned(recipe: Recipe, indices: Iterable[int]) -> list[Shown]:
    """What the frames will show, by the plan alone."""
    return [_of_plan(recipe, plan.frame(recipe, index)) for index in indices]


def made(records: Iterable[Record]) -> list[Shown]:
    """What the frames show: exported people, measured."""
    return [_of_record(record) for record in records]


def tables(recipe: Recipe, shown: list[Shown]) -> list[Table]:
    """A table a question, those with a wish first."""
    leads = [lead for frame in shown if (lead := _lead(recipe, frame)) is not None]
    people = [person for frame in shown for person in frame.people]
    low, high = recipe.light.hours
    edges = [low + (high - low) * part / 4 for part in range(5)]
    hours = [f"{_clock(a)}-{_clock(b)}" for a, b in pairwise(edges)]
    wish = recipe.camera
    rescuers = [person for person in people if person.category == "rescuer"]
    return [
        Table("weather", recipe.weather.kinds, Counter(frame.weather for frame in shown)),
        Table("view", wish.views, Counter(frame.view for frame in shown)),
        Table(
            "hour",
            dict.fromkeys(hours, 1.0),
            Counter(hours[min(int((f.hour - low) / max(high - low, 1e-9) * 4), 3)] for f in shown),
        ),
        Table("size of the person in the middle", wish.sizes, Counter(_class(p.size, SIZES) for p in leads)),
        Table("visible share of that person", wish.visible, Counter(_class(p.visible, VISIBLE) for p in leads)),
        Table("uniform", recipe.people.uniforms, Counter(person.outfit for person in rescuers)),
        Table("people in a frame", {}, Counter(f"{len(frame.people):2d}" for frame in shown)),
        Table("size of all people", {}, Counter(_class(person.size, SIZES) for person in people)),
        Table("visible share of all people", {}, Counter(_class(person.visible, VISIBLE) for person in people)),
        Table("task", {}, Counter(POSES[p.pose].task for p in people if p.pose in POSES)),
    ]


def met(recipe: Recipe, shown: list[Shown]) -> float:
    """Share of frames in which somebody has the wanted size and visible share."""
    hits = 0
    for frame in shown:
        wish = framing.wanted(recipe, plan.first(recipe, frame.index), frame.view)
        hits += any(_misses(person, wish) == 0 for person in frame.people)
    return hits / max(len(shown), 1)


def text(recipe: Recipe, shown: list[Shown], source: str) -> str:
    """All tables as Markdown; ``source`` says whether they are planned or measured."""
    lines = [f"# {len(shown)} frames, {source}", ""]
    lines += [f"Frames in which somebody has the wanted size and visible share: {met(recipe, shown):.1%}", ""]
    for table in tables(recipe, shown):
        total, weights = sum(table.found.values()), sum(table.wanted.values())
        about = f", off by {100 * table.off:.1f} points at most" if weights else ""
        lines += [f"## {table.title} ({total} counted{about})", ""]
        lines += ["| | wanted % | found % |", "|---|---|---|"]
        open_words = sorted(word for word in table.found if word not in table.wanted)
        for word in [*table.wanted, *open_words]:
            wanted = f"{100 * table.wanted[word] / weights:.1f}" if word in table.wanted and weights else ""
            lines.append(f"| {word} | {wanted} | {100 * table.found[word] / max(total, 1):.1f} |")
        lines.append("")
    return "\n".join(lines)


def _of_plan(recipe: Recipe, spec: FrameSpec) -> Shown:
    sight = Sight(spec.site, spec.people, recipe.render.width / recipe.render.height)
    people = []
    for number, person in enumerate(spec.people):
        guess = sight.guess(number, spec.camera)
        if guess.visible >= recipe.labels.min_visible:
            people.append(Seen(guess.size, guess.visible, person.category, person.pose, person.outfit))
    return Shown(spec.index, spec.weather.kind, spec.light.hour, spec.camera.view, tuple(people))


def _of_record(record: Record) -> Shown:
    people = []
    for item in record.instances:
        if item.exported:
            # the box of what is seen; people cut by the frame or hidden are larger by their unseen share
            size = max(item.box[2:]) / record.height
            about = item.about
            pose, outfit = about.get("pose", ""), about.get("outfit", "")
            people.append(Seen(size, item.visible, item.category, pose, outfit))
    about = record.about
    weather, hour = about.get("weather", {}).get("kind", ""), about.get("light", {}).get("hour", 12.0)
    return Shown(record.index, weather, hour, about.get("camera", {}).get("view", ""), tuple(people))


def _lead(recipe: Recipe, frame: Shown) -> Seen | None:
    """The person who comes nearest to what the frame is to show."""
    wish = framing.wanted(recipe, plan.first(recipe, frame.index), frame.view)
    return min(frame.people, key=lambda person: _misses(person, wish), default=None)


def _misses(person: Seen, wish: framing.Wanted) -> float:
    low, high = SIZES[wish.size]
    miss = max(low / max(person.size, 1e-6) - 1.0, person.size / high - 1.0, 0.0)
    if wish.size != "close":  # who fills the picture is cut by it
        low, high = VISIBLE[wish.visible]
        miss += max(low - person.visible, person.visible - high, 0.0)
    return miss


def _class(value: float, classes: Mapping[str, tuple[float, float]]) -> str:
    words = [word for word, (low, _) in classes.items() if value >= low]
    lowest = min(classes, key=lambda word: classes[word][0])
    return max(words, key=lambda word: classes[word][0]) if words else lowest


def _clock(hour: float) -> str:
    return f"{int(hour):02d}:{int(hour % 1 * 60):02d}"
