"""Destroyed houses: prefabricated and brick, from cracked to collapsed, with their rooms; and a skyline of far ones."""

from __future__ import annotations

import bpy
import numpy as np

from ..dataset.spec import DEPTH, BuildingSpec, FlatSpec, HeapSpec, child
from . import facade, fittings, flat, households, marks, rooms, rubble, skyline, windows
from .fragments import KINDS
from .house import GLASS, House, planned
from .laying import Batch, laid
from .materials import brick_material, glass_material, plain_material, site_material
from .meshes import Piece, join, to_object
from .shapes import rotation

Surface = tuple[str, bpy.types.Object]


def add_building(
    spec: BuildingSpec,
    collection: bpy.types.Collection,
    heaps: rubble.Library | None = None,
    height: rubble.Height | None = None,
    rooms_of: FlatSpec | None = None,
) -> list[Surface]:
    """A house as two objects, structure and details; the structure is what people and cameras can meet.

    ``rooms_of``: a flat in it to be seen from inside; its floor can be walked on, its furniture is met as well.
    With ``heaps`` what fell lies at its foot as rubble, on the ground of ``height`` (level where it is None).
    """
    house = planned(spec, rooms_of)
    world = house.world()
    bones = facade.walls(house) + rooms.floors(house) + rooms.partitions(house)
    structure = to_object("House", join(bones).moved(world), _materials(), collection)
    details = to_object("House Details", join(_details(house)).moved(world), _materials(), collection)
    details.pass_index = 0
    surfaces = [("building", structure)]
    if rooms_of is not None:
        surfaces += flat.add_flat(house, collection)
    if heaps is not None:
        surfaces += _fallen(house, heaps, height or _level, collection)
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
        *solid, *_slotted(glass, GLASS), *marks.marks(house), *fittings.fittings(house), *households.furnished(house),
        *rooms.hanging(house), *rooms.roof(house),
    ]  # fmt: skip


def _slotted(pieces: list[Piece], slot: int) -> list[Piece]:
    for piece in pieces:
        piece.material = slot
    return pieces


def _fallen(
    house: House, heaps: rubble.Library, height: rubble.Height, collection: bpy.types.Collection
) -> list[Surface]:
    """Rubble under the largest blast: a heap on the ground, and for a collapsed part great slabs leaning on it."""
    x, y, _, radius, *_ = max(house.damage.blasts.tolist(), key=lambda row: row[3])
    if radius < 2.6:
        return []
    draw, world = house.draw("fallen"), house.world()
    collapsed = house.spec.damage == "collapsed"
    if collapsed:
        inward = 1.0 if x < house.length / 2 else -1.0
        size = min(0.85 * radius, 5.5)
        feet = [
            (x + inward * 0.30 * radius, 0.30 * DEPTH, size),
            (x + inward * 0.35 * radius, 0.72 * DEPTH, 0.9 * size),
            (x + inward * float(draw.uniform(-0.2, 0.5)) * radius, -0.25 * size, 0.75 * size),
        ]
    else:
        size = min(0.65 * radius, 3.2)
        feet = [(float(np.clip(x, 0.5, house.length - 0.5)), min(y, 0.0) - 0.3 * size, size)]
    surfaces = []
    for number, (fx, fy, reach) in enumerate(feet):
        place = world @ np.array([fx, fy, 0.0, 1.0])
        tall = reach * float(draw.uniform(0.42, 0.55) if collapsed else draw.uniform(0.36, 0.48))
        seed = child(house.spec.seed, "fallen", number)
        heap = HeapSpec(seed, place[0], place[1], float(draw.uniform(0, 360)), reach, tall)
        bricks = 0.1 if house.panel else 0.8
        surfaces += rubble.add_heap(heap, heaps, height, collection, 0.15 * float(house.spec.burnt > 0.3), bricks)
        if collapsed and house.panel:
            surfaces.append(_leaning(house, (fx, fy), reach, tall, draw, collection))
    return surfaces


def _level(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.zeros_like(np.asarray(x, float))


def _leaning(
    house: House, foot: tuple[float, ...], size: float, tall: float, draw: np.random.Generator,
    collection: bpy.types.Collection,
) -> Surface:  # fmt: skip
    """Floors that came down whole: great slabs stacked askew on the heap."""
    count = house.spec.storeys
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
    return "building", to_object("House Slabs", laid(batch, draw), [site_material()], collection)
