"""What is labelled: custom properties on objects, the same for our people, the artist's and hand-placed ones.

root["rescue_category"] = "rescuer"   on an instance's topmost object (mostly an Empty)
child["rescue_part"] = "helmet"       on a piece that is also a label of its own
child["rescue_ignore"] = True         on a piece that belongs to nobody (a tool in the hand)
root["rescue_about"] = '{"pose": ..}' JSON that goes into the instance's record (hand-placed people: their spec)
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

CATEGORY, PART, IGNORE, ABOUT = "rescue_category", "rescue_part", "rescue_ignore", "rescue_about"

LIMIT = 32767
"""Blender's largest pass index."""

GEOMETRY = ("MESH", "CURVE", "SURFACE", "META", "FONT", "CURVES", "POINTCLOUD")


class TagError(Exception):
    """More labelled objects than pass indices; the message says how many."""


@dataclass(frozen=True)
class Labelled:
    """One labelled instance of the scene."""

    number: int
    """From 1, in order of the roots' names."""
    root: bpy.types.Object
    category: str
    pieces: tuple[tuple[int, str, bpy.types.Object], ...]
    """(pass index, part or "", object)."""


def number(scene: bpy.types.Scene) -> list[Labelled]:
    """Give every piece of every labelled instance a pass index of its own, everything else 0."""
    for thing in scene.objects:
        thing.pass_index = 0
    roots = sorted((thing for thing in scene.objects if thing.get(CATEGORY)), key=lambda thing: thing.name)
    found, index = [], 0
    for place, root in enumerate(roots, 1):
        pieces = []
        for thing in _family(root):
            if thing.type not in GEOMETRY or thing.hide_render or thing.get(IGNORE):
                continue
            index += 1
            if index > LIMIT:
                raise TagError(f"more than {LIMIT} labelled objects in the scene: join some meshes")
            thing.pass_index = index
            pieces.append((index, str(thing.get(PART, "")), thing))
        if pieces:
            found.append(Labelled(place, root, str(root[CATEGORY]), tuple(pieces)))
    return found


def belongs(thing: bpy.types.Object) -> bool:
    """Whether an object is, or hangs on, a labelled instance."""
    while thing is not None:
        if thing.get(CATEGORY):
            return True
        thing = thing.parent
    return False


def placed_by_hand(scene: bpy.types.Scene, ours: str) -> list[bpy.types.Object]:
    """Topmost labelled objects that are not in the collection ``ours``, in order of name."""
    mine = bpy.data.collections.get(ours)
    built = set(mine.all_objects) if mine is not None else set()
    roots = [thing for thing in scene.objects if thing.get(CATEGORY) and thing not in built]
    return sorted(roots, key=lambda thing: thing.name)


def about(root: bpy.types.Object) -> dict[str, Any]:
    """What the record says of a hand-placed instance: its property, at the place where it is now."""
    try:
        told = json.loads(root.get(ABOUT, "{}"))
    except ValueError:
        told = {}
    if not told:
        return {}
    x, y, _ = root.matrix_world.translation
    return told | {"x": float(x), "y": float(y), "yaw": math.degrees(root.matrix_world.to_euler().z)}


def triangles(thing: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> tuple[np.ndarray, np.ndarray]:
    """World vertices (n, 3) and triangles (m, 3) of an object as it renders (modifiers applied)."""
    evaluated = thing.evaluated_get(depsgraph)
    mesh = evaluated.to_mesh()
    if mesh is None:
        return np.zeros((0, 3)), np.zeros((0, 3), int)
    mesh.calc_loop_triangles()
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    faces = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", faces)
    evaluated.to_mesh_clear()
    matrix = np.array(evaluated.matrix_world)
    return points.reshape(-1, 3).astype(float) @ matrix[:3, :3].T + matrix[:3, 3], faces.reshape(-1, 3)


def _family(root: bpy.types.Object) -> Iterator[bpy.types.Object]:
    """The root and all below it, children in order of name; another category's root below is not ours."""
    yield root
    for below in sorted(root.children, key=lambda thing: thing.name):
        if not below.get(CATEGORY):
            yield from _family(below)
