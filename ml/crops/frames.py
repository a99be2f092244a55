"""Pictures and the boxes of what is labelled in them, whatever set they come from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataset import foreign, records

from ..augment import sources
from ..augment.shapes import Shape

SCENE = re.compile(r"frame_(\d{14})_|(\d{7})_\d{5}_d_|(.*?\D)[_-]?\d+$")
"""A flight of AU-AIR, a sequence of VisDrone, or the name without its last number."""

Box = tuple[float, float, float, float]
"""(left, top, width, height) in pixels."""


class CropsError(Exception):
    """A set that no crops can be cut from; the message says what to do."""


@dataclass(frozen=True)
class Target:
    """One labelled thing."""

    category: str
    box: Box
    visible: float = 1.0
    """Visible share 0..1 where the set knows it."""


@dataclass(frozen=True)
class Frame:
    """One picture and what is labelled in it."""

    name: str
    path: Path
    scene: str
    """What was photographed: a site, a flight, a sequence. Frames of one scene look alike."""
    targets: tuple[Target, ...]
    annotated: tuple[int, int] | None = None
    """Width and height that the annotations are for; None: the picture's own."""
    reduced: bool = False
    """Whether the boxes are already in pixels of the picture as ml/augment/pictures.py reads it."""
    weather: str = ""


@dataclass(frozen=True)
class FrameSet:
    """All frames in a fixed order, and what was left out, one line each."""

    frames: tuple[Frame, ...]
    problems: tuple[str, ...] = ()

    @property
    def categories(self) -> list[str]:
        """Names of all categories, sorted."""
        return sorted({target.category for frame in self.frames for target in frame.targets})


def open_frames(path: Path, scene: Callable[[str], str] | None = None) -> FrameSet:
    """Read a folder of ours, VIA, COCO (outlines or boxes), AU-AIR or VisDrone-DET.

    ``scene`` gives the scene of a picture's name where the set does not say it itself. Raises ``CropsError``.
    """
    from . import boxes  # it builds on this module

    scene = scene or scene_of
    if (path / records.FRAMES).is_dir():
        return _outlined(path, scene)
    if (path / "annotations").is_dir() and any((path / "annotations").glob("*.txt")):
        return boxes.visdrone(path, scene)
    files = [path] if path.is_file() else sorted(path.glob("*.json"))
    if len(files) == 1 and path.exists():
        tree = _json(files[0])
        if boxes.is_auair(tree):
            return boxes.auair(tree, files[0], scene)
        if boxes.is_coco_of_boxes(tree):
            return boxes.coco(tree, files[0], scene)
    return _outlined(path, scene)


def scene_of(name: str) -> str:
    """The scene that a file name tells of: flight, sequence, or all names that differ only in their last number."""
    stem = Path(name).stem
    found = SCENE.match(stem)
    return next(group for group in found.groups() if group).rstrip("_-") if found else stem


def pattern_scene(pattern: str) -> Callable[[str], str]:
    """Scenes by the first group of a regular expression on the file's name. Raises ``CropsError``."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise CropsError(f"--scene {pattern!r}: not a regular expression ({error})") from error
    if compiled.groups < 1:
        raise CropsError(f"--scene {pattern!r}: put the part of the name that tells the scene in brackets")

    def scene(name: str) -> str:
        found = compiled.search(name)
        return found[1] if found and found[1] else name

    return scene


def _json(file: Path) -> Any:
    try:
        return foreign.load_json(file, [])
    except foreign.ForeignError as error:
        raise CropsError(str(error)) from error


def _outlined(path: Path, scene: Callable[[str], str]) -> FrameSet:
    """Sets with outlines, by the reader of ``augment``."""
    try:
        found = sources.open_set(path)
    except sources.SourceError as error:
        raise CropsError(str(error)) from error
    frames = []
    for source in found.sources:
        shapes = [*source.instances, *source.parts]
        site, weather = source.about.get("site"), source.about.get("weather")
        kind = str(weather.get("kind", "")) if isinstance(weather, dict) else str(weather or "")
        place = scene(source.name) if site is None else _site(site)
        targets = tuple(_target(shape) for shape in shapes if not shape.withheld)
        frames.append(Frame(source.name, source.path, place, targets, source.annotated, True, kind))
    return FrameSet(tuple(frames), found.problems)


def _site(site: Any) -> str:
    """A site's name that is the same in all frames that show it."""
    known = site.get("seed", site) if isinstance(site, dict) else site
    return f"site{known}" if isinstance(known, str | int) else json.dumps(known, sort_keys=True)


def _target(shape: Shape) -> Target:
    left, top, right, bottom = shape.box
    return Target(shape.category, (left, top, right - left, bottom - top), shape.visible)
