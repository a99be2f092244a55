"""Fires of a scene as its camera sees them, laid over a picture of it."""

from __future__ import annotations

import bpy
import numpy as np

from ..dataset.spec import FrameSpec, stream
from ..imaging import air, fire
from ..scene.fires import Fire
from . import shoot

PUFFS = 56
CLEAR = 4000.0
"""Metres of visibility from which on the air before a fire is taken as clear."""

NEAR = 0.3
"""Metres before the camera from which on it sees."""

HEIGHT = 26.0
"""Metres up to which a column of smoke is followed."""


def burnt(
    light: np.ndarray, distance: np.ndarray, scene: bpy.types.Scene, fires: tuple[Fire, ...], spec: FrameSpec
) -> np.ndarray:
    """The picture (float32 (h, w, 3), linear) with flames and smoke where ``fires`` are; same shape."""
    seen = [found for each in fires if (found := _seen(scene, each, spec)) is not None]
    if not seen:
        return light
    colour, _ = air.airlight(light, distance, "smoke")
    haze = air.CONTRAST / max(spec.weather.visibility, 1.0) if spec.weather.visibility < CLEAR else 0.0
    return fire.burn(light, distance, seen, stream(spec.weather.seed, "fires"), air=colour, extinction=haze)


def _seen(scene: bpy.types.Scene, burning: Fire, spec: FrameSpec) -> fire.Seen | None:
    """A fire's axis and its smoke in the camera's pixels; None behind the camera."""
    size, wind = burning.spec.size, np.array(spec.weather.wind)
    foot = np.array([burning.spec.x, burning.spec.y, burning.z])
    lean = np.array([*(0.06 * size * wind), 0.0])
    ends = np.stack([foot - [0, 0, 0.1 * size], foot + lean + [0, 0, size]])
    flames, _ = _path(scene, ends, np.full(2, 0.55 * size))
    if len(flames.x) < 2:
        return None
    draw = stream(burning.spec.seed, "smoke")
    share = (np.arange(PUFFS) + draw.uniform(0, 1, PUFFS)) / PUFFS
    heights = 0.5 * size + HEIGHT * share**1.6
    # smoke goes with the wind and rises the slower the cooler it gets
    adrift = (heights / 2.6)[:, None] * (0.35 * wind + draw.normal(0, 0.12, 2))
    radius = 0.45 * size + 0.15 * heights
    wander = draw.normal(0, 0.35, (PUFFS, 3)) * radius[:, None]
    smoke, ahead = _path(scene, foot + np.column_stack([adrift, heights]) + wander, radius)
    return fire.Seen(flames, smoke, heights[ahead], burning.spec.smoke)


def _path(scene: bpy.types.Scene, places: np.ndarray, radius: np.ndarray) -> tuple[fire.Path, np.ndarray]:
    """World points (n, 3) and radii in metres as the camera sees those before it; which these are, (n,) bool."""
    view = np.array(scene.camera.matrix_world.inverted())
    local = places @ view[:3, :3].T + view[:3, 3]
    ahead = local[:, 2] < -NEAR
    x, y, z = local[ahead].T
    scale = shoot.lens_scale(scene) / -z
    across, down = scene.render.resolution_x / 2, scene.render.resolution_y / 2
    distance = np.linalg.norm(local[ahead], axis=1)
    return fire.Path(across + x * scale, down - y * scale, radius[ahead] * scale, distance), ahead
