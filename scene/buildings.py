"""Destroyed houses: prefabricated and brick, from cracked to collapsed, with their rooms; and a skyline of far ones."""

from __future__ import annotations

import bpy
import numpy as np

from ..dataset.spec import BuildingSpec, HeapSpec, child
from . import facade, fittings, marks, rooms, rubble, skyline, windows
from .fragments import KINDS
from .house import GLASS, House, planned
from .laying import Batch, laid
from .materials import brick_material, glass_material, plain_material, site_material
from .meshes import Piece, join, to_object
from .shapes import rotation

Surface = tuple[str, bpy.types.Object]


def add_building(
    spec: BuildingSpec, collection: bpy.types.Collection, heaps: rubble.Library | None = None
) -> list[Surface]:
    """A house as two objects, structure and details; the structure is what people and cameras can meet.

    With ``heaps`` a collapsed house's fallen part lies at its foot as rubble.
    """
    house = planned(spec)
    world = house.world()
    bones = facade.walls(house) + rooms.floors(house) + rooms.partitions(house)
    structure = to_object("House", join(bones).moved(world), _materials(), collection)
    details = to_object("House Details", join(_details(house)).moved(world), _materials(), collection)
    details.pass_index = 0
    surfaces = [("building", structure)]
    if heaps is not None:
        surfaces += _fallen(house, heaps, collection)
    return surfaces


def add_background(seed: int, collection: bpy.types.Collection) -> None:
    """A skyline of far houses; see skyline.py."""
    skyline.add_skyline(seed, collection)


def _materials() -> list[bpy.types.Material]:
    """In the order of house.SITE, BRICK, GLASS, PLAIN."""
    return [site_material(), brick_material(), glass_material(), plain_material()]


def _details(house: House) -> list[Piece]:
    solid, glass = windows.openings(house)
    return [
        *solid, *_slotted(glass, GLASS), *marks.marks(house), *fittings.fittings(house), *rooms.furnished(house),
        *rooms.hanging(house), *rooms.roof(house),
    ]  # fmt: skip


def _slotted(pieces: list[Piece], slot: int) -> list[Piece]:
    for piece in pieces:
        piece.material = slot
    return pieces


def _fallen(house: House, heaps: rubble.Library, collection: bpy.types.Collection) -> list[Surface]:
    """Rubble under the largest blast: a heap on the ground, and for a collapsed part great slabs leaning on it."""
    x, y, _, radius, *_ = max(house.damage.blasts.tolist(), key=lambda row: row[3])
    if radius < 2.6:
        return []
    draw, world = house.draw("fallen"), house.world()
    collapsed = house.spec.damage == "collapsed"
    size = min(radius * (0.95 if collapsed else 0.65), 5.2)
    foot = (np.clip(x, 0.5, house.length - 0.5), y if collapsed else min(y, 0.0) - 0.3 * size, 0.0, 1.0)
    place = world @ np.asarray(foot, float)
    tall = size * float(draw.uniform(0.38, 0.5))
    heap = HeapSpec(child(house.spec.seed, "fallen"), place[0], place[1], float(draw.uniform(0, 360)), size, tall)
    surfaces = rubble.add_heap(heap, heaps, _level, collection, 0.15 * float(house.spec.burnt > 0.3))
    if collapsed:
        _leaning(house, foot, size, tall, draw, collection)
    return surfaces


def _level(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.zeros_like(np.asarray(x, float))


def _leaning(
    house: House, foot: tuple[float, ...], size: float, tall: float, draw: np.random.Generator,
    collection: bpy.types.Collection,
) -> None:  # fmt: skip
    """Floors that came down whole: great slabs stacked askew on the heap."""
    count = 2 * house.spec.storeys
    matrices = []
    for number in range(count):
        tilt = rotation((0, 0, 1), float(draw.uniform(0, 6.28))) @ rotation((0, 1, 0), float(draw.normal(0.25, 0.22)))
        away = abs(float(draw.normal(0, 0.35))) * size
        turn = float(draw.uniform(0, 6.28))
        level = tall * float(np.exp(-((away / size / 0.62) ** 2)))
        tilt[:3, 3] = (foot[0] + away * np.cos(turn), foot[1] + away * np.sin(turn), level + 0.12 + 0.05 * number)
        matrices.append(house.world() @ tilt)
    shapes = draw.integers(0, 3, count)
    batch = Batch(np.full(count, KINDS.index("slab")), shapes, draw.uniform(1.0, 1.35, count), np.array(matrices))
    to_object("House Slabs", laid(batch, draw), [site_material()], collection)
