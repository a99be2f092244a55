"""Boxes in the viewport around everything that will be labelled, coloured by category."""

from __future__ import annotations

from collections.abc import Iterator

import blf
import bpy
import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader

CATEGORY = "rescue_category"
"""The custom property that makes an object and all below it a labelled instance (scene/tags.py says more)."""

COLOURS = {"rescuer": (1.0, 0.55, 0.1, 0.9), "civilian": (0.25, 0.7, 1.0, 0.9)}
OTHER = (0.8, 0.8, 0.8, 0.9)

_handle: object | None = None

Box = tuple[float, float, float, float]
"""left, bottom, right, top in pixels of the region."""


def boxes(scene: bpy.types.Scene, perspective: np.ndarray, width: int, height: int) -> Iterator[tuple[str, Box]]:
    """Category and box of each labelled instance that lies before the view.

    ``perspective`` is the view's 4 x 4 matrix from world to clip space.
    """
    for root in scene.objects:
        category = root.get(CATEGORY)
        if category is None or not root.visible_get():
            continue
        corners = [
            np.array(thing.bound_box) @ np.array(thing.matrix_world)[:3, :3].T + np.array(thing.matrix_world)[:3, 3]
            for thing in (root, *root.children_recursive)
            if thing.type == "MESH"
        ]
        found = project(np.concatenate(corners), perspective, width, height) if corners else None
        if found is not None:
            yield str(category), found


def project(points: np.ndarray, perspective: np.ndarray, width: int, height: int) -> Box | None:
    """The box around world ``points`` (n, 3) in pixels; None where one of them lies behind the view."""
    clip = np.c_[points, np.ones(len(points))] @ perspective.T
    if (clip[:, 3] <= 0).any():
        return None
    pixels = (clip[:, :2] / clip[:, 3:] + 1.0) / 2.0 * (width, height)
    (left, bottom), (right, top) = pixels.min(0), pixels.max(0)
    return float(left), float(bottom), float(right), float(top)


def _draw() -> None:
    """Draw handler of every 3D viewport."""
    context = bpy.context
    if not context.scene.rescue_synth.show_labels or not context.space_data.overlay.show_overlays:
        return
    region = context.region
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")
    scale = context.preferences.system.ui_scale
    gpu.state.line_width_set(1.5 * scale)
    blf.size(0, 11 * scale)
    perspective = np.array(context.region_data.perspective_matrix)
    for category, (left, bottom, right, top) in boxes(context.scene, perspective, region.width, region.height):
        colour = COLOURS.get(category, OTHER)
        corners = ((left, bottom), (right, bottom), (right, top), (left, top))
        shader.bind()
        shader.uniform_float("color", colour)
        batch_for_shader(shader, "LINE_LOOP", {"pos": corners}).draw(shader)
        blf.position(0, left, top + 4 * scale, 0)
        blf.color(0, *colour)
        blf.draw(0, category)
    gpu.state.line_width_set(1.0)
    gpu.state.blend_set("NONE")


def register() -> None:
    """Draw in every viewport."""
    global _handle
    _handle = bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_PIXEL")


def unregister() -> None:
    """Draw no more."""
    global _handle
    bpy.types.SpaceView3D.draw_handler_remove(_handle, "WINDOW")
    _handle = None
