"""Cutting a whole set: planned from its labels, then frame by frame; what is there already stays."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from dataset.files import write_atomic
from dataset.spec import stream

from ..augment import pictures
from .cut import cut, empty_windows
from .frames import Box, CropsError, Frame, FrameSet
from .split import SPLITS, split
from .store import COLUMNS, TABLE, png, write_table
from .winter import winterise

SETTINGS = "crops.json"
BACKGROUND = "background"


@dataclass(frozen=True)
class Wishes:
    """How crops are cut."""

    size: int = 32
    fit: str = "square"
    """"square" keeps proportions, "stretch" takes the box as it is."""
    margin: float = 0.1
    """Share of the longer side added around."""
    min_side: float = 8.0
    """Boxes whose longer side is shorter are left out, pixels."""
    min_visible: float = 0.3
    """Visible share below which a thing is left out, where the set knows it."""
    background: int = 0
    """Windows a frame without anything labelled in them."""
    group: str = "scene"
    """What is never split: "scene" or "frame"."""
    weather: str = ""
    """Only frames with this weather, where the set knows it."""
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Class -> categories that it holds; empty: every category is a class."""
    shift: str = ""
    """"winter": crops are changed as ml/crops/winter.py does."""
    seed: int = 0


@dataclass(frozen=True)
class Cut:
    """One crop to be made."""

    file: str
    split: str
    name: str
    scene: str
    box: Box


@dataclass
class Summary:
    """What became of a run."""

    made: int = 0
    there: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    """Class -> split -> crops."""
    problems: list[str] = field(default_factory=list)
    stopped: bool = False


def plan(found: FrameSet, wishes: Wishes) -> tuple[list[tuple[Frame, list[Cut]]], list[str]]:
    """Every crop of every frame with its split, and what was left out and why. Raises ``CropsError``."""
    classes = {category: name for name, held in wishes.classes.items() for category in held}
    left_out: Counter[str] = Counter()
    wanted: list[tuple[Frame, list[tuple[str, Box]]]] = []
    for frame in found.frames:
        if wishes.weather and frame.weather != wishes.weather:
            left_out[f"frames without the weather {wishes.weather!r}"] += 1
            continue
        wanted.append((frame, _objects(frame, classes, wishes, left_out)))
    scene = (lambda frame: frame.scene) if wishes.group == "scene" else (lambda frame: frame.name)
    pairs = [(scene(frame), name) for frame, objects in wanted for name, _ in objects]
    if not pairs:
        reasons = "; ".join(f"{count} {what}" for what, count in left_out.items()) or "nothing is labelled"
        raise CropsError(f"no crop can be cut: {reasons}. The set's categories: {', '.join(found.categories)}")
    if wishes.background:
        pairs += [(scene(frame), BACKGROUND) for frame, _ in wanted for _ in range(wishes.background)]
    places = split(pairs, seed=wishes.seed)
    names = _unique([frame.name for frame, _ in wanted])
    planned = []
    for (frame, objects), name in zip(wanted, names, strict=True):
        objects = objects + [(BACKGROUND, (0.0, 0.0, 0.0, 0.0))] * wishes.background
        place = places.get(scene(frame), "train")
        cuts = [
            Cut(f"{place}/{label}/{name}_{number:03d}.png", place, label, scene(frame), box)
            for number, (label, box) in enumerate(objects)
        ]
        planned.append((frame, cuts))
    return planned, [f"{count} {what}: left out" for what, count in left_out.items()] + _warnings(pairs, places)


def _objects(frame: Frame, classes: Mapping[str, str], wishes: Wishes, left_out: Counter[str]) -> list[tuple[str, Box]]:
    kept = []
    for target in frame.targets:
        name = classes.get(target.category) if classes else target.category
        if name is None:
            left_out[f"objects of {target.category!r}, which no class holds"] += 1
        elif max(target.box[2:]) < wishes.min_side:
            left_out[f"objects smaller than {wishes.min_side:g} pixels"] += 1
        elif target.visible < wishes.min_visible:
            left_out[f"objects less than {wishes.min_visible:g} visible"] += 1
        else:
            kept.append((_safe(name), target.box))
    return kept


def _safe(name: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.-]+", "-", name).strip(".-") or "unnamed"


def _unique(names: list[str]) -> list[str]:
    """File stems without clashes, in the same order."""
    seen: Counter[str] = Counter()
    found = []
    for name in map(_safe, names):
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}.{seen[name]}")
    return found


def _warnings(pairs: list[tuple[str, str]], places: Mapping[str, str]) -> list[str]:
    counts: dict[str, Counter[str]] = {}
    for scene, name in pairs:
        counts.setdefault(name, Counter())[places[scene]] += 1
    found = []
    if len(places) < len(SPLITS):
        found.append(f"only {len(places)} scenes: no split into {', '.join(SPLITS)}; give --group frame or more scenes")
    for name, held in sorted(counts.items()):
        if sum(held.values()) == 1:
            found.append(f"class {name!r} has one crop: it can be neither split nor learnt")
        elif missing := [place for place in SPLITS if not held[place]]:
            found.append(f"class {name!r} has no crops for {', '.join(missing)}: too few scenes show it")
    return found


def run(
    found: FrameSet,
    wishes: Wishes,
    output: Path,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[int, str], None] = lambda index, image: None,
) -> Summary:
    """Cut everything that is missing in ``output``; the table comes last. Raises ``CropsError``, ``OutputError``."""
    planned, problems = plan(found, wishes)
    _claim(output, found, wishes)
    summary = Summary(problems=[*found.problems, *problems])
    rows = []
    for index, (frame, cuts) in enumerate(planned):
        if stop():
            summary.stopped = True
            return summary
        done = _cut_frame(frame, cuts, wishes, output, summary)
        for item in done:
            summary.counts.setdefault(item.name, Counter())[item.split] += 1
            box = (f"{value:g}" for value in item.box)
            rows.append((item.file, item.split, item.name, item.scene, frame.name, *box))
        report(index, str(output / done[-1].file) if done else "")
    write_table(output / TABLE, COLUMNS, rows)
    return summary


def _claim(output: Path, found: FrameSet, wishes: Wishes) -> None:
    """The folder is ours or empty. Raises ``CropsError``."""
    labels = [(frame.name, len(frame.targets)) for frame in found.frames]
    classes = {name: list(held) for name, held in wishes.classes.items()}
    settings = json.dumps({**vars(wishes), "classes": classes, "frames": labels}, indent=None).encode() + b"\n"
    file = output / SETTINGS
    if file.exists():
        if file.read_bytes() != settings:
            raise CropsError(f"{output} holds crops of another set or cut in another way: choose another folder")
    elif output.is_dir() and any(output.iterdir()):
        raise CropsError(f"{output} is not empty: choose another folder")
    else:
        write_atomic(file, settings)


def _cut_frame(frame: Frame, cuts: list[Cut], wishes: Wishes, output: Path, summary: Summary) -> list[Cut]:
    """Write the frame's crops that are missing; returns those that exist then."""
    if not cuts:
        return []
    labelled = [item for item in cuts if item.name != BACKGROUND]
    # Where the windows of the background lie is known only with the picture at hand.
    if len(labelled) == len(cuts) and all((output / item.file).is_file() for item in cuts):
        summary.there += len(cuts)
        return cuts
    try:
        picture = pictures.read(frame.path, frame.annotated)
    except pictures.PictureError as error:
        summary.problems.append(f"{error}: left out")
        return []
    scale = (1.0, 1.0) if frame.reduced else picture.scale
    taken = [_scaled(target.box, scale) for target in frame.targets]
    height, width = picture.pixels.shape[:2]
    draw = stream(wishes.seed, "background", frame.name)
    free = empty_windows((width, height), taken, len(cuts) - len(labelled), wishes.size, draw)
    done = []
    for item in cuts:
        if item.name == BACKGROUND:
            if not free:
                continue
            item = Cut(item.file, item.split, item.name, item.scene, free.pop(0))
            crop = cut(picture.pixels, item.box, wishes.size, "stretch", 0.0)
        else:
            crop = cut(picture.pixels, _scaled(item.box, scale), wishes.size, wishes.fit, wishes.margin)
        if crop is None:
            summary.problems.append(f"{frame.path}: a {item.name} lies outside the picture: left out")
            continue
        crop = cv2.cvtColor(crop, cv2.COLOR_BGR2RGB)
        if wishes.shift == "winter":
            crop = winterise(crop, wishes.seed, item.file.rsplit("/", 1)[-1])
        write_atomic(output / item.file, png(crop))
        summary.made += 1
        done.append(item)
    return done


def _scaled(box: Box, scale: tuple[float, float]) -> Box:
    return box[0] * scale[0], box[1] * scale[1], box[2] * scale[0], box[3] * scale[1]
