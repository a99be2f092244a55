"""Snow with thickness: a blanket over the ground, trodden on the street, and pillows on vehicles.

The thin cover on everything else is the materials' part (materials.set_weather). The blanket is seen by the label layer
too: boots sink into it in picture and labels alike.
"""

from __future__ import annotations

import bpy
import numpy as np

from ..dataset.spec import WeatherSpec
from .cleaning import emptied
from .materials import SNOW, plain_material
from .meshes import Piece, to_object
from .noise import fractal
from .shapes import OTHER, dressed, smooth_step

NAME = "Rescue Snow"

DEEP = 0.09
"""Thickness at full cover, metres."""

SLUSH = (0.30, 0.275, 0.245)
"""What wheels and boots make of it."""

THIN = 0.2
"""Cover below which snow has no thickness worth a mesh."""


def add_snow(scene: bpy.types.Scene, spec: WeatherSpec) -> None:
    """Lay snow over the site as it stands; what an earlier call made is removed."""
    collection = emptied(NAME, scene.collection)
    if spec.snow_cover < THIN:
        return
    bpy.context.view_layer.update()
    for thing in sorted(scene.objects, key=lambda found: found.name):
        if thing.type != "MESH" or thing.hide_render:
            continue
        if thing.name.split(".")[0] == "Ground":
            to_object("Snow", _blanket(thing.data, spec), [plain_material()], collection)
        elif thing.name.startswith("Vehicle "):
            piece = _pillows(thing, spec)
            if piece is not None:
                to_object("Snow", dressed(piece, SNOW, OTHER), [plain_material()], collection)


def _blanket(mesh: bpy.types.Mesh, spec: WeatherSpec) -> Piece:
    """The ground again, higher by the snow, with slush on the street and trodden paths about the site's heart.

    Where there is none it dips under the ground.
    """
    points, corners, sizes = _arrays(mesh)
    hard = np.zeros(len(points), np.float32)
    if "hard" in mesh.attributes:
        mesh.attributes["hard"].data.foreach_get("value", hard)
    place = points * [1.0, 1.0, 0.0]
    seed = spec.seed % 64
    drift = 0.75 + 0.5 * fractal(place, 0.35, 3, seed) + 0.16 * fractal(place, 2.4, 2, seed + 5)
    deep = DEEP * (0.25 + 0.75 * spec.snow_cover) * drift
    trodden = 0.55 + 0.3 * fractal(place * [0.25, 1.6, 1.0], 1.0, 2, seed + 9)
    path = smooth_step(0.10, 0.04, np.abs(fractal(place, 0.11, 2, seed + 21)))
    path = path * smooth_step(26.0, 15.0, np.hypot(place[:, 0], place[:, 1]))
    steps = 0.5 + 0.5 * fractal(place, 2.7, 1, seed + 22)
    deep *= (1 - hard * trodden) * (1 - path * (0.3 + 0.55 * steps))
    deep -= 0.05 * smooth_step(0.75, 0.1, spec.snow_cover + 0.55 * fractal(place, 0.6, 3, seed + 13))
    # hollows fill first: the blanket is smoother than what lies under it
    raised = points + np.array([0.0, 0.0, 1.0]) * deep[:, None]
    dirt = np.clip(hard * smooth_step(0.4, 0.75, trodden) * 0.75 + path * (0.12 + 0.4 * steps), 0, 0.85)[:, None]
    blanket = dressed(Piece(raised, corners, sizes, smooth=True), _mixed(dirt), OTHER)
    # where it is dirty the material must not lay fresh snow over it
    blanket.points["shelter"] = np.clip(dirt[:, 0] / 0.2, 0, 1).astype(np.float32)
    return blanket


def _mixed(dirt: np.ndarray) -> np.ndarray:
    """Colours of snow with a share of dirt, (n, 1) -> (n, 3)."""
    return np.array(SNOW) * (1 - dirt) + np.array(SLUSH) * dirt


def _pillows(thing: bpy.types.Object, spec: WeatherSpec) -> Piece | None:
    """What lies on a vehicle's level faces, thick in their middle and thin at their edge; in world space."""
    points, corners, sizes = _arrays(thing.data)
    if not (sizes == 4).any():
        return None
    starts = np.cumsum(sizes) - sizes
    quads = corners[starts[sizes == 4][:, None] + np.arange(4)]
    matrix = np.array(thing.matrix_world)
    points = points @ matrix[:3, :3].T + matrix[:3, 3]
    across = np.cross(points[quads[:, 2]] - points[quads[:, 0]], points[quads[:, 3]] - points[quads[:, 1]])
    size = np.linalg.norm(across, axis=1)
    level = across[:, 2] / (size + 1e-9)
    low = float(points[:, 2].min())
    chosen = quads[(level > 0.80) & (size > 1.5e-3) & (points[quads[:, 0], 2] > low + 0.6)]
    if len(chosen) < 4:
        return None
    used, local = np.unique(chosen, return_inverse=True)
    local = local.reshape(-1, 4)
    edges = np.sort(np.concatenate([local[:, [k, (k + 1) % 4]] for k in range(4)]), 1)
    _, where, times = np.unique(edges @ np.array([len(used), 1]), return_inverse=True, return_counts=True)
    inner = np.ones(len(used))
    inner[edges[times[where] == 1].ravel()] = 0.0
    base = points[used]
    heave = 0.8 + 0.5 * fractal(base, 1.5, 2, spec.seed % 64)
    base[:, 2] += 0.004 + DEEP * 0.8 * spec.snow_cover * heave * (0.12 + 0.88 * inner)
    return Piece.quads(base, local, smooth=True)


def _arrays(mesh: bpy.types.Mesh) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices (n, 3), corners and sizes of the faces."""
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    sizes = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_total", sizes)
    return points.reshape(-1, 3).astype(float), corners, sizes
