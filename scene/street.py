"""Street furniture, plants, dogs and the things that look like people or gear: one builder a kind, meshes shared."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import bpy
import numpy as np

from ..dataset.spec import PropSpec, child, stream
from . import belongings, dogs, furnishings, poles, vegetation
from .materials import paint_material, plain_material, site_material
from .meshes import Piece, to_mesh
from .resting import Bed
from .shapes import turned

Height = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Metres of the ground at (x, y)."""

VARIANTS = 8
"""Different things of a kind."""

STANCE = (0.30, 0.07)
"""Half of a dog's footprint, metres."""

SUNK = 0.012
"""Metres that whatever lies loose sinks into the ground."""

LOOSE = ("dog", *belongings.BUILDERS)
"""Lies or stands on whatever is there, rubble as well."""

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
        mesh, sunk, scale = _shared(spec.kind, variant, furnishings.BUILDERS[spec.kind]), SUNK, 1.0
    made = bpy.data.objects.new(f"Prop {spec.kind}", mesh)
    collection.objects.link(made)
    yaw = 0.0 if spec.kind == "pole" else np.radians(spec.yaw)
    made.matrix_world = turned(yaw, spec.x, spec.y, level - sunk, scale).T.tolist()
    return [("prop", made)]


def add_loose(spec: PropSpec, bed: Bed, collection: bpy.types.Collection) -> list[tuple[str, bpy.types.Object]]:
    """Put a dog or something that people lost on ground or rubble. Raises KeyError for an unknown kind."""
    variant, yaw = child(spec.seed, "variant") % VARIANTS, np.radians(spec.yaw)
    if spec.kind == "dog":
        place = bed.lying(spec.x, spec.y, yaw, STANCE)
        meshes = [_shared(name, variant, partial(_part_of_dog, number)) for number, name in enumerate(("dog", "fur"))]
    else:
        meshes = [_shared(spec.kind, variant, belongings.BUILDERS[spec.kind])]
        corners = np.empty(3 * len(meshes[0].vertices), np.float32)
        meshes[0].vertices.foreach_get("co", corners)
        reach = np.clip(0.6 * np.abs(corners.reshape(-1, 3)).max(0), 0.06, 0.5)
        place = bed.lying(spec.x, spec.y, yaw, (float(reach[0]), float(reach[1])))
    place[:3, 3] -= SUNK * place[:3, 2]
    made = []
    for mesh in meshes:
        thing = bpy.data.objects.new(f"Prop {spec.kind}", mesh)
        collection.objects.link(thing)
        thing.matrix_world = place.T.tolist()
        made.append(thing)
    return [("prop", made[0])]  # nobody stands on fur


def _part_of_dog(number: int, variant: int) -> Piece:
    return dogs.dog(variant)[number]


def _shared(kind: str, variant: int, make: Callable[[int], Piece]) -> bpy.types.Mesh:
    """One mesh a kind and variant for the life of the file."""
    name = f"Rescue {kind} {variant}"
    mesh = bpy.data.meshes.get(name)
    if mesh is None:
        mesh = to_mesh(name, make(variant), [plain_material(), paint_material(), site_material()])
        mesh.use_fake_user = True
    return mesh
