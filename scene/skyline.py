"""Far houses: whole facades as one coarse grid each, linked copies of few meshes."""

from __future__ import annotations

import bpy
import numpy as np

from ..dataset.spec import BAY, DEPTH, STOREY, BuildingSpec, child, stream
from .facade import face_matrix, finish, window_of
from .farland import level
from .house import GLASS, SITE, House, planned
from .materials import far_material, glass_material
from .meshes import Piece, join, to_mesh
from .panels import Frame, torn
from .shapes import CAST, box, dressed

HOUSES, MESHES = 9, 4
"""How many there are at least, and how many different ones."""


def add_skyline(
    seed: int, collection: bpy.types.Collection, places: list[tuple[float, float, float]] | None = None
) -> None:
    """Blocks of flats at ``places`` (x, y, yaw); without, far away around the north, east and west."""
    draw = stream(seed, "background")
    materials = [far_material(), far_material(), glass_material(), far_material()]
    meshes = [to_mesh("Far House", _far(child(seed, "far house", number), draw), materials) for number in range(MESHES)]
    spots = list(places or ())
    for number in range(max(0, HOUSES - len(spots))):
        bearing = np.radians(-15 + 210 * (number + float(draw.uniform(0.1, 0.9))) / HOUSES)
        away = float(draw.uniform(255, 420))
        spots.append((away * np.cos(bearing), 8 + away * np.sin(bearing), float(draw.choice([0, np.pi / 2, np.pi]))))
    for number, (x, y, yaw) in enumerate(spots):
        thing = bpy.data.objects.new("Far House", meshes[number % MESHES])
        thing.location = (x, y, float(level(x, y)) - 0.1)
        thing.rotation_euler = (0, 0, yaw + float(draw.normal(0, 0.05)))
        collection.objects.link(thing)


def _far(seed: int, draw: np.random.Generator) -> Piece:
    damage = "holed" if draw.random() < 0.6 else "cracked"
    house = planned(
        BuildingSpec(seed, "panel", 0, 0, 0, int(draw.integers(3, 8)), int(draw.integers(4, 8)), damage, 0.12)
    )
    parts = [part for part in (_front(house, 0), _front(house, 1), _end(house, 0), _end(house, 1), _top(house)) if part]
    parts += [_panes(house, face) for face in (0, 1)]
    middle = np.eye(4)
    middle[:2, 3] = (-house.length / 2, -DEPTH / 2)
    return join(parts).moved(middle)


def _front(house: House, face: int) -> Piece | None:
    turn, (left, right, bottom, top) = face_matrix(house, face), window_of(house)
    us = _repeated([0, left / 2, left, (left + right) / 2, right], BAY, house.spec.bays)
    vs = _repeated([0, bottom / 2, bottom, (bottom + top) / 2, top], STOREY, house.spec.storeys)
    u, v = ((us[:-1] + us[1:]) / 2) % BAY, ((vs[:-1] + vs[1:]) / 2) % STOREY
    opening = ((u > left) & (u < right))[:, None] & ((v > bottom) & (v < top))[None]
    frame = Frame(turn[:3, 3], turn[:3, 0], np.array([0, 0, 1.0]), -turn[:3, 1])
    draw = house.draw("far", face)
    part = torn(us, vs, frame, 0.3, house.damage, 0.0, draw, opening)
    return None if part is None else finish(house, part, house.wall, (0.30, 0.28, 0.25), draw)


def _end(house: House, end: int) -> Piece | None:
    side = np.array([-1.0 if end == 0 else 1.0, 0, 0])
    origin = np.array([0.0 if end == 0 else house.length, 0, 0])
    frame = Frame(origin, np.array([0, 1.0, 0]), np.array([0, 0, 1.0]), side)
    draw = house.draw("far end", end)
    part = torn(np.linspace(0, DEPTH, 16), np.linspace(0, house.top, 20), frame, 0.3, house.damage, 0.0, draw)
    return None if part is None else finish(house, part, house.wall * 0.95, (0.3, 0.28, 0.25), draw)


def _top(house: House) -> Piece | None:
    frame = Frame(np.array([0.1, 0.1, house.top]), np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), np.array([0, 0, 1.0]))
    draw = house.draw("far top")
    us, vs = np.linspace(0, house.length - 0.2, 30), np.linspace(0, DEPTH - 0.2, 16)
    part = torn(us, vs, frame, 0.25, house.damage, -0.4, draw)
    return None if part is None else finish(house, part, (0.085, 0.085, 0.09), (0.3, 0.3, 0.3), draw)


def _panes(house: House, face: int) -> Piece:
    """Glass behind two windows in three; a dark core within, so that nobody looks through the house."""
    turn, (left, right, bottom, top) = face_matrix(house, face), window_of(house)
    draw, done = house.draw("far panes", face), []
    for bay in range(house.spec.bays):
        for storey in range(house.spec.storeys):
            centre = turn[:3, :3] @ [bay * BAY + (left + right) / 2, 0.15, storey * STOREY + (bottom + top) / 2]
            if draw.random() < 0.66 and house.stands(*(centre + turn[:3, 3]), 0.6):
                done.append(dressed(box((right - left, 0.02, top - bottom), centre + turn[:3, 3]), (0.02, 0.02, 0.03)))
                done[-1].material = GLASS
    core = dressed(box((house.length * 0.8, 0.1, house.top * 0.72)), (0.05, 0.045, 0.04), CAST)
    core.material = SITE
    centre = np.eye(4)
    centre[:3, 3] = (house.length / 2, DEPTH / 2 + 0.2 * face, house.top * 0.36)
    return join([*done, core.moved(centre)])


def _repeated(marks: list[float], period: float, count: int) -> np.ndarray:
    """Grid lines of one bay repeated, with the end."""
    return np.concatenate([np.asarray(marks) + number * period for number in range(count)] + [[count * period]])
