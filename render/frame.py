"""One frame: a spec becomes a scene, a picture and labels, checked before anything is written."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import perf_counter, process_time

import bpy
import numpy as np
from mathutils import Vector

from ..dataset import checks, labels, png, records
from ..dataset.files import write_atomic
from ..dataset.recipe import Recipe, fingerprint
from ..dataset.spec import FrameSpec, stream
from ..imaging import air
from ..imaging import lens as optics
from ..scene import build, cameras, tags
from . import amodal, burning, picture, shoot

DEPTH_SCALE = 0.01
"""Metres a unit of the depth picture: 655 m at the most."""

METER = {"clear": 0.5, "overcast": 0.65, "dusk": 0.4, "night": 0.15}
"""How far the camera's meter goes towards mid grey under each sky."""

RANGE = {"clear": (0.38, 0.42), "overcast": (0.45, 0.48), "dusk": (0.42, 0.45), "night": (0.20, 0.30)}
"""How far its processing opens shadows and holds highlights back: imaging/tones.py, ``adapted``."""

LEVELS = {"clear": 0.4, "overcast": 0.55, "dusk": 0.25, "night": 0.0}
"""How far it sets levels: imaging/tones.py, ``levelled``."""

VERSION = "0.1.0"


@dataclass
class Clock:
    """Wall and CPU seconds by stage."""

    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    _start: tuple[float, float] = field(default_factory=lambda: (perf_counter(), process_time()))

    def lap(self, stage: str) -> None:
        """Book the time since the last lap on ``stage``."""
        now = (perf_counter(), process_time())
        self.wall[stage] = self.wall.get(stage, 0.0) + now[0] - self._start[0]
        self.cpu[stage] = self.cpu.get(stage, 0.0) + now[1] - self._start[1]
        self._start = now


@dataclass(frozen=True)
class Rendered:
    """What frames of one scenery share."""

    built: build.Built
    shot: shoot.Shot
    labelled: labels.Labelled


@dataclass(frozen=True)
class Frame:
    """A finished frame in memory; ``files`` are its files' bytes by path within the data set's folder."""

    record: records.Record
    files: dict[str, bytes]
    reasons: tuple[str, ...]
    """Why it is not right; empty when it is."""


def make(spec: FrameSpec, recipe: Recipe, builder: build.Builder, clock: Clock | None = None) -> Frame:
    """Build, render, label and check one frame. Nothing is written.

    A frame that differs from the last one in its air and lens alone is made of the same render.
    """
    clock = clock or Clock()
    if builder.rendered is None or builder.rendered[0] != spec.scenery:
        builder.rendered = (spec.scenery, _rendered(spec, recipe, builder, clock))
    render = builder.rendered[1]
    if isinstance(render, str):
        return _refused(spec, recipe, render)
    scene = render.built.scene
    jpeg = picture.jpeg(scene, _developed(render.built, spec, render.shot), spec.lens.quality)
    clock.lap("air and lens")
    record = _record(spec, recipe, render.built, render.labelled, len(jpeg))
    luminance = picture.luminance(jpeg)
    reasons = checks.check(record, render.labelled.masks, render.labelled.parts, luminance, recipe.labels)
    clock.lap("checks")
    files = {record.image: jpeg} | _label_files(spec.name, render.labelled, render.shot.distance)
    clock.lap("writing")
    return Frame(record, files, tuple(reasons))


def _rendered(spec: FrameSpec, recipe: Recipe, builder: build.Builder, clock: Clock) -> Rendered | str:
    """Scene, render and labels of a frame; or why its camera can't stay."""
    built = builder.build(spec)
    clock.lap("build")
    blocked = cameras.obstruction(built.camera, spec.camera, built.terrain) if built.terrain else ""
    if blocked:
        return blocked
    instances = tags.number(built.scene)
    shot = shoot.shoot(built.scene, recipe.render, separate=spec.weather.method == "scene")
    clock.lap("image")
    labelled = _labels(built.scene, recipe, instances, shot, built)
    clock.lap("labels")
    return Rendered(built, shot, labelled)


def write(folder: Path, frame: Frame) -> None:
    """All files, then the record. Raises ``OutputError``."""
    for name, data in frame.files.items():
        write_atomic(folder / name, data)
    records.write(folder, frame.record)


def _refused(spec: FrameSpec, recipe: Recipe, reason: str) -> Frame:
    wish = recipe.render
    record = records.Record(
        spec.name, spec.index, recipe.seed, spec.retry, fingerprint(recipe), wish.width, wish.height, "", 0
    )
    return Frame(record, {}, (reason,))


def _developed(built: build.Built, spec: FrameSpec, shot: shoot.Shot) -> np.ndarray:
    """The linear picture with the air between camera and things and the site's fires, seen through the lens."""
    light, scene = shot.picture, built.scene
    if spec.weather.method == "depth":
        turn = scene.camera.matrix_world.to_3x3().transposed()
        x, y, z = turn @ Vector((0, 0, -1))
        across = turn @ Vector((*spec.weather.wind, 0))
        weather = replace(spec.weather, wind=(across.x, -across.z))
        draw = stream(spec.weather.seed, "air")
        light = air.add(light, shot.distance, weather, draw, focal=shoot.lens_scale(scene), down=(x, -y, -z))
    light = burning.burnt(light, shot.distance, scene, built.fires, spec)
    return finish(light, np.isinf(shot.distance), scene.view_settings.exposure, spec)


def finish(light: np.ndarray, sky: np.ndarray, stops: float, spec: FrameSpec) -> np.ndarray:
    """The light that arrives at the camera as it develops it: metered, its range narrowed, seen through the lens.

    ``sky``: bool (h, w); ``stops``: what the view settings add afterwards.
    """
    wish = asdict(spec.lens)
    wish["exposure"] += optics.metered(light, stops, METER[spec.light.sky], sky=sky)
    options = {name: value for name, value in wish.items() if name not in ("seed", "quality")}
    shadows, highlights = RANGE[spec.light.sky]
    return optics.expose(
        light,
        stream(spec.lens.seed, "lens"),
        stops=stops,
        shadows=shadows,
        highlights=highlights,
        levels=LEVELS[spec.light.sky],
        **options,
    )


def _labels(
    scene: bpy.types.Scene, recipe: Recipe, instances: list[tags.Labelled], shot: shoot.Shot, built: build.Built
) -> labels.Labelled:
    table = {
        index: labels.Piece(item.number, item.category, part) for item in instances for index, part, _ in item.pieces
    }
    present = set(np.unique(shot.ids).tolist())
    seen = [item for item in instances if any(index in present for index, _, _ in item.pieces)]
    about = {item.number: built.about.get(item.root.name, {}) for item in seen}
    return labels.label(
        shot.ids, table, policy=recipe.labels, depth=shot.distance, amodal=_amodal(scene, seen), about=about
    )


def _amodal(scene: bpy.types.Scene, instances: list[tags.Labelled]) -> dict[tuple[int, str], labels.Amodal]:
    """What each instance and part would cover unhidden, from the meshes as they render."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    view = np.array(scene.camera.matrix_world.inverted())
    lens = amodal.Lens(view, shoot.lens_scale(scene), scene.render.resolution_x, scene.render.resolution_y)
    found = {}
    for item in instances:
        meshes = [(part, tags.triangles(thing, depsgraph)) for _, part, thing in item.pieces]
        for part in dict.fromkeys(["", *(part for part, _ in meshes)]):
            chosen = [mesh for word, mesh in meshes if part in ("", word)]
            covered = amodal.coverage(lens, chosen)
            found[item.number, part] = labels.Amodal(covered.inside, covered.total, covered.truncated)
    return found


def _label_files(name: str, labelled: labels.Labelled, distance: np.ndarray) -> dict[str, bytes]:
    depth = np.clip(np.nan_to_num(distance, posinf=1e9) / DEPTH_SCALE + 0.5, 1, 65535).astype(np.uint16)
    files = {
        f"{records.MASKS}/{name}.png": png.encode(labelled.masks),
        f"{records.PARTS}/{name}.png": png.encode(labelled.parts),
        f"{records.DEPTH}/{name}.png": png.encode(depth, png.UP),
    }
    shapes = labels.silhouettes(labelled.masks, labelled.instances, build.CATEGORIES)
    shapes |= labels.silhouettes(labelled.parts, labelled.part_annotations, build.PARTS)
    return files | {f"{records.SILHOUETTES}/{word}/{name}.png": png.encode(shape) for word, shape in shapes.items()}


def _record(
    spec: FrameSpec, recipe: Recipe, built: build.Built, labelled: labels.Labelled, size: int
) -> records.Record:
    wish = recipe.render
    camera = asdict(spec.camera) | {
        "matrix_world": [[round(value, 6) for value in row] for row in built.camera.matrix_world],
        "metres_per_pixel": round(cameras.ground_sample_distance(built.camera, wish.width, built.terrain), 5),
    }
    return records.Record(
        name=spec.name,
        index=spec.index,
        seed=recipe.seed,
        retry=spec.retry,
        recipe=fingerprint(recipe),
        width=wish.width,
        height=wish.height,
        image=f"{records.IMAGES}/{spec.name}.jpg",
        bytes=size,
        instances=labelled.instances,
        parts=labelled.part_annotations,
        depth_scale=DEPTH_SCALE,
        generator={"name": "Rescue Synth", "version": VERSION, "blender": bpy.app.version_string},
        about={
            "site": {"index": spec.site.index, "seed": spec.site.seed},
            "weather": asdict(spec.weather),
            "light": asdict(spec.light),
            "camera": camera,
            "lens": asdict(spec.lens),
            "people": {"planned": len(spec.people), "placed": len(built.about)},
        },
    )
