"""Street furniture, vegetation and the things that look like people or gear: one builder a kind, meshes shared."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np

from ..dataset.spec import PropSpec, child, stream
from . import furnishings, poles, vegetation
from .materials import paint_material, plain_material, site_material
from .meshes import Piece, to_mesh
from .shapes import turned

Height = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Metres of the ground at (x, y)."""

VARIANTS = 8
"""Different things of a kind."""

TREES = ("tree", "bare_tree", "burnt_tree")


def add_prop(spec: PropSpec, height: Height, collection: bpy.types.Collection) -> list[tuple[str, bpy.types.Object]]:
    """Put one prop on the ground. Raises KeyError for an unknown kind."""
    level = float(height(np.array(spec.x), np.array(spec.y)))
    variant = child(spec.seed, "variant") % VARIANTS
    draw = stream(spec.seed, "prop")
    if spec.kind in TREES:
        mesh, sunk, scale = vegetation.tree(spec.kind, variant), 0.0, float(draw.uniform(0.8, 1.15))
    elif spec.kind == "bush":
        mesh, sunk, scale = vegetation.bush(variant), 0.0, float(draw.uniform(0.7, 1.3))
    elif spec.kind == "pole":
        mesh, sunk, scale = _shared("pole", poles.side_of(spec.x), poles.pole), 0.0, 1.0
    else:
        mesh, sunk, scale = _shared(spec.kind, variant, furnishings.BUILDERS[spec.kind]), 0.012, 1.0
    made = bpy.data.objects.new(f"Prop {spec.kind}", mesh)
    collection.objects.link(made)
    yaw = 0.0 if spec.kind == "pole" else np.radians(spec.yaw)
    made.matrix_world = turned(yaw, spec.x, spec.y, level - sunk, scale).T.tolist()
    return [("prop", made)]


def _shared(kind: str, variant: int, make: Callable[[int], Piece]) -> bpy.types.Mesh:
    """One mesh a kind and variant for the life of the file."""
    name = f"Rescue {kind} {variant}"
    mesh = bpy.data.meshes.get(name)
    if mesh is None:
        mesh = to_mesh(name, make(variant), [plain_material(), paint_material(), site_material()])
        mesh.use_fake_user = True
    return mesh
