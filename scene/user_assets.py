"""The user's own models as people: copies of what lies in a collection of their .blend."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Matrix, Vector

from ..dataset.recipe import Assets
from ..dataset.spec import PersonSpec, stream
from ..dataset.wardrobe import POSES
from .tags import CATEGORY, GEOMETRY
from .terrain import Terrain


class UserAssetError(Exception):
    """A collection that can't serve; the message names it and says what to do."""


def check(wish: Assets) -> None:
    """Whether every collection named in the recipe exists and holds something. Raises ``UserAssetError``."""
    for category, name in wish.collections.items():
        collection = bpy.data.collections.get(name)
        if collection is None:
            there = ", ".join(sorted(item.name for item in bpy.data.collections)) or "none"
            hint = "" if wish.blend else "; set assets.blend to the file that holds it"
            raise UserAssetError(
                f"assets.collections.{category} = {name!r}: no such collection; there are: {there}{hint}"
            )
        if not models(collection):
            raise UserAssetError(f"assets.collections.{category} = {name!r}: the collection holds no mesh to render")


def models(collection: bpy.types.Collection) -> list[bpy.types.Object]:
    """Topmost objects of the collection that hold geometry themselves or below, in order of name."""
    members = list(collection.all_objects)
    tops = [thing for thing in members if thing.parent not in members]
    fitting = [top for top in tops if any(item.type in GEOMETRY for item in (top, *top.children_recursive))]
    return sorted(fitting, key=lambda thing: thing.name)


def wanted(wish: Assets, spec: PersonSpec) -> bool:
    """Whether this person is to be one of the user's models; whoever is carried has to lie as the stretcher asks."""
    if POSES[spec.pose].where == "carried":
        return False
    return spec.category in wish.collections and stream(spec.seed, "own").random() < wish.own_share


def hide_sources(wish: Assets) -> None:
    """Keep the originals out of the pictures; only the copies are rendered and labelled."""
    for name in wish.collections.values():
        for thing in list(bpy.data.collections[name].all_objects):  # hiding one makes Blender build the list anew
            thing.hide_render = True


def add_model(
    wish: Assets, spec: PersonSpec, terrain: Terrain | None, collection: bpy.types.Collection, name: str
) -> bpy.types.Object:
    """A copy of one of the category's models, its lowest point on the ground at (x, y), turned by yaw."""
    sources = models(bpy.data.collections[wish.collections[spec.category]])
    source = sources[int(stream(spec.seed, "model").integers(len(sources)))]
    root = bpy.data.objects.new(name, None)
    root.empty_display_size = 0.3
    collection.objects.link(root)
    copies = _copied(source, collection, name)
    low, centre = _stand(source)
    hit = terrain.down(spec.x, spec.y) if terrain is not None else None
    turn = Matrix.Rotation(math.radians(spec.yaw), 4, "Z")
    root.matrix_world = Matrix.Translation((spec.x, spec.y, hit.z if hit else 0.0)) @ turn
    top = copies[source]
    top.parent = root
    top.matrix_parent_inverse = Matrix.Identity(4)
    top.matrix_basis = Matrix.Translation((-centre[0], -centre[1], -low)) @ source.matrix_world
    root[CATEGORY] = spec.category
    return root


def _copied(
    source: bpy.types.Object, collection: bpy.types.Collection, name: str
) -> dict[bpy.types.Object, bpy.types.Object]:
    """Copies of the source and all below, sharing their meshes, parents among themselves."""
    family = [source, *sorted(source.children_recursive, key=lambda thing: thing.name)]
    copies = {}
    for thing in family:
        copy = thing.copy()
        copy.name = f"{name} {thing.name}"
        copy.hide_render = False
        if CATEGORY in copy:
            del copy[CATEGORY]
        collection.objects.link(copy)
        copies[thing] = copy
    for thing, copy in copies.items():
        if thing.parent in copies:
            copy.parent = copies[thing.parent]
            copy.matrix_parent_inverse = thing.matrix_parent_inverse
        for modifier in copy.modifiers:  # an armature that came along poses the copy, not the original
            if getattr(modifier, "object", None) in copies:
                modifier.object = copies[modifier.object]
    return copies


def _stand(source: bpy.types.Object) -> tuple[float, np.ndarray]:
    """Height of the lowest point and (x, y) of the middle of the model's bounding boxes, metres."""
    corners = [
        item.matrix_world @ Vector(corner)
        for item in (source, *source.children_recursive)
        if item.type in GEOMETRY
        for corner in item.bound_box
    ]
    points = np.array([tuple(corner) for corner in corners])
    return float(points[:, 2].min()), (points[:, :2].min(0) + points[:, :2].max(0)) / 2
