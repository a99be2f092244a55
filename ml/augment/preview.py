"""Sheets to look at before making a thousand: 12 outputs that one source would become, or every operation once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from dataset import preview
from dataset.files import write_atomic

from . import pixels, recipe, weather
from .files import jpeg
from .frame import Made, Maker
from .recipe import Recipe
from .sources import SourceError, SourceSet

VARIANTS = 12
_SILENT = ("view", "jpeg")
"""Operations that every output has; its caption names the others."""


def write(path: Path, wishes: Recipe, found: SourceSet, name: str | None = None, every: bool = False) -> None:
    """Write the sheet of source ``name`` (by default the one with most instances) as JPEG; ``every``: ``operations``.

    Raises ``SourceError`` for an unknown name, ``pictures.PictureError`` for a damaged source, ``OutputError``.
    """
    draw = operations if every else sheet
    write_atomic(path, jpeg(draw(wishes, found, _chosen(found, name, dry=every)), path))


def _chosen(found: SourceSet, name: str | None, dry: bool = False) -> int:
    """Number of the source; ``dry``: rather one that shows no weather yet, since it would get no other."""
    names = [source.name for source in found.sources]
    if name is None:
        wet = [dry and weather.has_some(source.about) for source in found.sources]
        return max(range(len(names)), key=lambda number: (not wet[number], len(found.sources[number].instances)))
    if name not in names:
        raise SourceError(f"--source {name}: not in the data set; it has {', '.join(names[:8])} ...")
    return names.index(name)


def sheet(wishes: Recipe, found: SourceSet, number: int) -> np.ndarray:
    """uint8 HxWx3 RGB: outputs ``number``, ``number + n`` ... of a run with these wishes, n the count of sources."""
    cv2.setNumThreads(1)
    pipeline = (lambda: pixels.load_pipeline(Path(wishes.pixels.pipeline))) if wishes.pixels.pipeline else None
    maker = Maker(wishes, found, recipe.fingerprint(wishes), pipeline)
    made = [maker.make(number + variant * len(found.sources)) for variant in range(VARIANTS)]
    return _joined(made, [_caption(one) for one in made], found, number, f"{VARIANTS} variants")


def operations(wishes: Recipe, found: SourceSet, number: int) -> np.ndarray:
    """uint8 HxWx3 RGB: source ``number`` as it is, and after each operation alone, in the upper half of its range."""
    cv2.setNumThreads(1)
    made, names = [], []
    for name, changes in _each(recipe.tree(wishes)):
        maker = Maker(recipe.parse(changes), found, "preview", None)
        made.append(maker.make(number))
        names.append(name)
    return _joined(made, names, found, number, "every operation alone")


def _each(tree: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and recipe of every operation; ``tree``: ``recipe.tree`` of the wishes, whose ranges hold."""
    geometry, pixels_, sky, paste = (tree[name] for name in ("geometry", "pixels", "weather", "paste"))
    still = {
        **tree,
        "geometry": {**geometry, "chances": {}, "width": 0, "height": 0},
        "pixels": {**pixels_, "chances": {}, "pipeline": ""},
        "weather": {**sky, "kinds": {"clear": 1}, "night": 0, "drops": 0},
        "paste": {**paste, "chance": 0, "mosaic": 0},
    }

    def only(section: str, **wishes: Any) -> dict[str, Any]:
        return {**still, section: {**still[section], **wishes}}

    yield "as it is", still
    yield "flip", only("geometry", chances={"flip": 1})
    low, high = geometry["zoom"]
    for name, zoom in (("zoom in", max(high, 1)), ("zoom out", min(low, 1))):
        yield name, only("geometry", chances={"zoom": 1}, zoom=[zoom, zoom])
    for name in ("rotate", "perspective"):
        yield name, only("geometry", chances={name: 1}, **{name: _upper(geometry[name])})
    for name in recipe.PIXELS:
        ranges = {key: _upper(pixels_[key]) for key in _RANGES.get(name, (name,)) if key in pixels_}
        if name == "compression":  # the lower, the stronger
            ranges[name] = [pixels_[name][0]] * 2
        yield name, only("pixels", chances={name: 1}, **ranges)
    for kind in recipe.KINDS[1:]:
        ranges = {kind: _upper(sky[kind])} if kind in sky else {}
        yield kind, only("weather", kinds={kind: 1}, ground=1, **ranges)
    yield "night", only("weather", night=1)
    yield "drops", only("weather", drops=1)
    yield "paste", only("paste", chance=1)
    yield "mosaic", only("paste", mosaic=1)


_RANGES = {"colour": ("hue", "saturation"), "grey": ()}


def _upper(span: Sequence[float]) -> list[float]:
    """The upper half of a range."""
    low, high = span
    middle = (low + high) / 2
    return [int(middle) if isinstance(high, int) else middle, high]


def _caption(made: Made) -> str:
    done = [entry["operation"] for entry in made.record.about["operations"]]
    return ", ".join(name for name in dict.fromkeys(done) if name not in _SILENT) or "geometry only"


def _joined(made: Sequence[Made], captions: Sequence[str], found: SourceSet, number: int, note: str) -> np.ndarray:
    """The sheet of finished outputs, each with its caption."""
    tiles = []
    for one, caption in zip(made, captions, strict=True):
        image = cv2.imdecode(np.frombuffer(one.files[0][1], np.uint8), cv2.IMREAD_COLOR)
        tiles.append(preview.Tile(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), replace(one.record, name=caption)))
    categories = sorted({shape.category for source in found.sources for shape in source.instances})
    parts = sorted({shape.category for source in found.sources for shape in source.parts})
    return preview.sheet(tiles, categories + parts, found.sources[number].name, note)
