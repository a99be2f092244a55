"""Output frame ``index`` = f(recipe, sources, index): source, view, paste, weather, pixels, in this order.

Geometry comes first, so that everything later works at the output's size; what is pasted stands in the same weather
and before the same sensor as the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from dataset import png
from dataset.draw import count
from dataset.records import IMAGES, MASKS, PARTS, Record
from dataset.spec import child, stream
from imaging import air

from . import geometry, paste, pixels, shapes, weather
from .recipe import Recipe
from .shapes import Shape
from .sources import Library, SourceSet
from .surfaces import Camera

VERSION = 3
"""Raised when the same recipe would give other pictures."""


@dataclass
class Scene:
    """A picture on its way, at the output's size."""

    image: np.ndarray
    """uint8 HxWx3, blue first."""
    instances: list[Shape]
    parts: list[Shape]
    depth: np.ndarray | None
    """float32 HxW metres, inf where the sky or filler is; None where nothing is known."""
    operations: list[dict[str, Any]] = field(default_factory=list)
    filler: np.ndarray | None = None
    """Bool HxW: pixels that no source shows; None where there are none. Nothing may be pasted there."""
    camera: Camera | None = None
    """How the source's camera sees the output; None where that is not known."""


@dataclass(frozen=True)
class Made:
    """One finished output, not yet written."""

    record: Record
    files: tuple[tuple[str, bytes], ...]
    """Path in the data set and content; the record comes after them."""


class Maker:
    """Makes outputs of one run. Not shared between processes; each has its own memory of decoded sources."""

    def __init__(self, recipe: Recipe, found: SourceSet, fingerprint: str, pipeline: Callable[[], Any] | None) -> None:
        self.recipe = recipe
        self.found = found
        self.fingerprint = fingerprint
        self.exact = recipe.labels.outlines == "exact" or (recipe.labels.outlines == "auto" and found.exact)
        self.library = Library(found.sources)
        self.donors = paste.donors(found)
        self.pipeline = pipeline() if pipeline else None

    def source_of(self, index: int) -> int:
        """Which source output ``index`` comes from: all take turns, whatever the count."""
        return index % len(self.found.sources)

    def make(self, index: int) -> Made:
        """Output ``index``, finished. Raises ``pictures.PictureError`` or ``recipe.RecipeError``."""
        seed = child(self.recipe.seed, "augment", index)
        draws = stream(seed, "picture")
        quality = count(draws, self.recipe.output.quality)
        changes = pixels.draw(self.recipe.pixels, draws)
        scene = self.scene(index, seed, draws)
        image = pixels.apply(scene.image, changes)
        scene.operations += changes
        if self.pipeline is not None:
            image, applied = pixels.run_pipeline(self.pipeline, image, child(seed, "pipeline"))
            scene.operations += [{"operation": "pipeline", "applied": applied}]
        return self._finish(index, seed, scene, image, quality)

    def scene(self, index: int, seed: int, draws: np.random.Generator) -> Scene:
        """Everything before sensor and colour: geometry, paste, weather.

        Takes the same count of numbers from ``draws`` whatever they decide; what goes on from there has streams of
        its own under ``seed``.
        """
        number = self.source_of(index)
        sky = weather.draw(self.recipe.weather, draws)
        pasted, joined = draws.random(2).tolist()
        scene = paste.mosaic(self, number, seed) if joined < self.recipe.paste.mosaic else self.view(number, draws)
        if pasted < self.recipe.paste.chance:
            paste.paste(self, scene, number, stream(seed, "paste"))
        self._weather(scene, number, seed, sky)
        return scene

    def _weather(self, scene: Scene, number: int, seed: int, operations: list[dict[str, Any]]) -> None:
        about = self.found.sources[number].about
        if weather.has_some(about):
            operations = [item for item in operations if item["operation"] not in air.KINDS]
        elif weather.indoors(about):
            operations = [item for item in operations if item["operation"] not in air.FALLING]
        if weather.covered(about):
            operations = [{**item, "ground": 0.0} if "ground" in item else item for item in operations]
        if not operations:
            return
        scene.image, codes = weather.apply(
            scene.image, scene.depth, scene.instances, operations, seed, weather.gravity(about), scene.camera
        )
        scene.operations += operations
        if codes is not None:
            scene.instances = [shapes.veiled(shape, codes) for shape in scene.instances]

    def view(self, number: int, draws: np.random.Generator, size: tuple[int, int] | None = None) -> Scene:
        """A view of source ``number`` at ``size`` (width, height), by default the output's."""
        source, loaded = self.found.sources[number], self.library.load(number)
        frame = (source.width, source.height)
        wishes = self.recipe.geometry
        if size is None:
            size = (wishes.width, wishes.height) if wishes.width else frame
        view = geometry.draw(wishes, draws, frame, size, [shape.centre for shape in source.instances])
        forward = geometry.matrix(view)
        image = geometry.warp(loaded.pixels, view, loaded.filler, loaded.levels)
        depth = None
        if loaded.depth is not None:
            depth = geometry.warp(loaded.depth, view, (np.inf,), nearest=True)
        instances = shapes.all_seen(source.instances, view, forward, frame)
        parts = shapes.all_seen(source.parts, view, forward, frame)
        numbers = {
            "source": source.name,
            "zoom": view.zoom,
            "flip": view.flip,
            "flip_vertical": view.flip_vertical,
            "angle": view.angle,
            "perspective": view.perspective,
            "matrix": forward.round(9).tolist(),
            "out_of_view": len(source.instances) - len(instances),
        }
        filler = geometry.filler(view, forward, frame)
        camera = weather.camera(source.about, frame, forward)
        return Scene(image, instances, parts, depth, [{"operation": "view", **numbers}], filler, camera)

    def _finish(self, index: int, seed: int, scene: Scene, image: np.ndarray, quality: int) -> Made:
        height, width = image.shape[:2]
        labelled = shapes.annotate(scene.instances, scene.parts, (width, height), self.recipe.labels, self.exact)
        data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        name = f"{self.recipe.output.name}_{index:06d}"
        files = [(f"{IMAGES}/{name}.jpg", data)]
        if labelled.masks is not None:
            files.append((f"{MASKS}/{name}.png", png.encode(labelled.masks, level=1)))
        if labelled.part_masks is not None and labelled.parts:
            files.append((f"{PARTS}/{name}.png", png.encode(labelled.part_masks, level=1)))
        source = self.found.sources[self.source_of(index)]
        record = Record(
            name=name,
            index=index,
            seed=seed,
            retry=0,
            recipe=self.fingerprint,
            width=width,
            height=height,
            image=files[0][0],
            bytes=len(data),
            instances=labelled.instances,
            parts=labelled.parts,
            generator={"tool": "rescue_synth augment", "version": VERSION},
            about={
                **source.about,
                "source": source.name,
                "operations": [*scene.operations, {"operation": "jpeg", "quality": quality}],
            },
        )
        return Made(record, tuple(files))
