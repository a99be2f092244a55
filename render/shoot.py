"""One render call: a scene becomes a linear picture, object indices and distances.

Cycles writes the index and depth passes from a pixel's first sample, which goes through the pixel's centre: on the
picture's own layer they are exact at any sample count, as long as no volume, falling particle or motion blur lies on
that layer. Where one does, a second layer "Labels" renders the same frame with one sample, in a clean world and without
the weather.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np

from ..dataset.recipe import Render
from . import compat, exr
from .quiet import quiet

IMAGE, LABELS = "Rescue Image", "Rescue Labels"
WEATHER = "Rescue Weather"
"""Collection of what falls and floats; the label layer leaves it out."""


@dataclass(frozen=True)
class Shot:
    """What one render gives.

    picture   float32 (h, w, 3), linear and scene-referred
    ids       uint16 (h, w), pass indices of the objects at the pixels' centres; 0 nothing labelled
    distance  float32 (h, w), metres from the camera along the pixel's ray; inf where nothing was hit
    """

    picture: np.ndarray
    ids: np.ndarray
    distance: np.ndarray


def shoot(scene: bpy.types.Scene, wish: Render, separate: bool) -> Shot:
    """Render the scene's camera. ``separate``: labels need a layer of their own (volumes, particles, motion blur)."""
    configure(scene, wish)
    if wish.engine == "eevee":
        picture = _eevee(scene)
        _samples(scene, 1)
        channels = _render(scene)
        return Shot(picture, _ids(channels, IMAGE), _distance(scene, channels, IMAGE))
    if not separate:
        channels = _render(scene)
        return Shot(_picture(channels), _ids(channels, IMAGE), _distance(scene, channels, IMAGE))
    with _label_layer(scene):
        channels = _render(scene)
    return Shot(_picture(channels), _ids(channels, LABELS), _distance(scene, channels, LABELS))


def configure(scene: bpy.types.Scene, wish: Render) -> None:
    """Set size, engine, samples and passes."""
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = wish.width, wish.height, 100
    render.pixel_aspect_x = render.pixel_aspect_y = 1.0
    render.use_border = render.use_compositing = render.use_sequencer = False
    render.film_transparent = False
    render.use_persistent_data = False
    scene.render.engine = "CYCLES"
    _samples(scene, wish.samples)
    cycles = scene.cycles
    cycles.use_adaptive_sampling = False
    cycles.seed = 0
    compat.set_denoising(cycles, wish.denoise and wish.samples > 1)
    cycles.max_bounces = wish.bounces
    cycles.diffuse_bounces = cycles.glossy_bounces = wish.bounces
    cycles.transmission_bounces = min(wish.bounces, 4)
    cycles.volume_bounces = 0
    cycles.transparent_max_bounces = 8
    # light from the second surface on is taken from the open sky: a fifth of the shading less, hardly to be told
    cycles.use_fast_gi = wish.bounces > 1
    cycles.fast_gi_method, cycles.ao_bounces_render = "REPLACE", 1
    cycles.use_light_tree = False  # a dozen lamps at most: a tree over them costs more than it finds
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 4.0
    layer = scene.view_layers[0]
    layer.name = IMAGE
    _passes(layer)


def lens_scale(scene: bpy.types.Scene) -> float:
    """Pixels a unit of x/z of the scene's camera (square pixels, sensor fitted to the longer side or as set)."""
    camera = scene.camera.data
    width, height = scene.render.resolution_x, scene.render.resolution_y
    fit = camera.sensor_fit
    if fit == "VERTICAL" or (fit == "AUTO" and height > width):
        size = camera.sensor_height if fit == "VERTICAL" else camera.sensor_width
        return camera.lens / size * height
    return camera.lens / camera.sensor_width * width


def _samples(scene: bpy.types.Scene, count: int) -> None:
    scene.cycles.samples = count
    scene.cycles.use_denoising = scene.cycles.use_denoising and count > 1


def _passes(layer: bpy.types.ViewLayer) -> None:
    layer.use_pass_combined = layer.use_pass_z = layer.use_pass_object_index = True


def _render(scene: bpy.types.Scene) -> dict[str, np.ndarray]:
    """Render and read every channel through a multilayer EXR in the temporary folder."""
    with quiet():
        bpy.ops.render.render(scene=scene.name)
    with tempfile.TemporaryDirectory(prefix="rescue-synth-") as folder:
        path = Path(folder) / "shot.exr"
        compat.set_multilayer_exr(scene.render.image_settings)
        bpy.data.images["Render Result"].save_render(str(path), scene=scene)
        return exr.read(path)


def _eevee(scene: bpy.types.Scene) -> np.ndarray:
    compat.set_eevee(scene)
    channels = _render(scene)
    scene.render.engine = "CYCLES"
    return _picture(channels)


def _picture(channels: dict[str, np.ndarray]) -> np.ndarray:
    return np.stack([channels[f"{IMAGE}.Combined.{name}"] for name in "RGB"], -1)


def _ids(channels: dict[str, np.ndarray], layer: str) -> np.ndarray:
    return channels[f"{layer}.{compat.INDEX_CHANNEL}"].astype(np.uint16)


def _distance(scene: bpy.types.Scene, channels: dict[str, np.ndarray], layer: str) -> np.ndarray:
    """Cycles' depth runs along the camera's axis; along the ray it is longer by 1/cos."""
    depth = channels[f"{layer}.Depth.Z"]
    height, width = depth.shape
    scale = lens_scale(scene)
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / scale
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) / scale
    ray = np.sqrt(1.0 + x[None] ** 2 + y[:, None] ** 2)
    return np.where(depth < 1e9, depth * ray, np.inf).astype(np.float32)


@contextmanager
def _label_layer(scene: bpy.types.Scene) -> Iterator[None]:
    """The second view layer, for one render."""
    layer = scene.view_layers.new(LABELS)
    world = bpy.data.worlds.new(LABELS)
    try:
        _passes(layer)
        layer.samples = 1
        layer.world_override = world
        layer.cycles.use_denoising = False
        layer.use_motion_blur = False
        _exclude(layer.layer_collection, WEATHER)
        yield
    finally:
        scene.view_layers.remove(layer)
        bpy.data.worlds.remove(world)


def _exclude(node: bpy.types.LayerCollection, name: str) -> None:
    for below in node.children:
        if below.collection.name == name:
            below.exclude = True
        _exclude(below, name)
