"""What stands in a house's rooms: furniture along the walls, toppled near the hole, small things all over the floor."""

from __future__ import annotations

import numpy as np

from ..dataset.spec import BAY, DEPTH, STOREY
from .belongings import small
from .furniture import KINDS, ROOMS, VARIANTS, fallen, made
from .house import SHIFT_FLOOR, House
from .joinery import CLOTHS, board, pick
from .meshes import Piece, join
from .shapes import rotation, turned
from .upholstery import crumpled

Place = tuple[float, float, float]
"""(x, y, yaw) of a piece's back against a wall, in the house's metres."""


def furnished(house: House) -> list[Piece]:
    """Furniture in rooms that the damage has opened, on what floor is left."""
    done: list[Piece] = []
    for storey in range(house.spec.storeys):
        for bay in range(house.spec.bays):
            for half in range(2):
                if house.in_flat(storey, bay, half):
                    continue
                middle = np.array([[(bay + 0.5) * BAY, DEPTH * (0.25 + 0.5 * half), storey * STOREY + 1.2]])
                if -3.2 < float(house.damage(middle)[0]) < 1.6:
                    done += _room(house, storey, bay, half)
    return done


def _room(house: House, storey: int, bay: int, half: int) -> list[Piece]:
    """One room's things along its walls, on its floor and under its ceiling."""
    draw = house.draw("furniture", storey, bay, half)
    kinds = ROOMS[sorted(ROOMS)[int(draw.integers(len(ROOMS)))]]
    floor, done = storey * STOREY, []
    walls = [0.0, 0.0, 0.0]
    middle = np.array([[(bay + 0.5) * BAY, DEPTH * (0.25 + 0.5 * half), floor + 1.2]])
    # rooms behind whole walls are seen through a window at most
    open_room = float(house.damage(middle)[0]) > -1.8
    for kind in kinds[: int(draw.integers(4, 8)) if open_room else 3]:
        place = _along(draw, walls, kind, bay, half)
        if place is None or not _carried(house, place, floor):
            continue
        done.append(_placed(draw, kind, place, floor, _field(house, place, floor)))
    if open_room:
        done += _litter(house, draw, storey, bay, half)
    above = np.array([[(bay + 0.5) * BAY, DEPTH * (0.25 + 0.5 * half), floor + STOREY]])
    if float(house.damage(above)[0]) + SHIFT_FLOOR < -0.4:
        shape = made("lamp", int(draw.integers(VARIANTS)))
        done.append(shape.moved(turned(float(draw.uniform(0, 6)), above[0, 0], above[0, 1], floor + STOREY - 0.2)))
    if not done:
        return []
    room = join(done)
    room.points["soot"] = house.soot(room.vertices).astype(np.float32)
    room.points["shelter"] = house.sheltered(room.vertices).astype(np.float32)
    return [room]


def _along(draw: np.random.Generator, walls: list[float], kind: str, bay: int, half: int) -> Place | None:
    """The next free stretch of a wall: at the room's depth, left or right. None where the room is full."""
    x0, y0, deep = bay * BAY, half * DEPTH / 2, DEPTH / 2
    room = (BAY - 0.5, deep - 0.9, deep - 0.9)
    need = KINDS[kind].wide * (0.2 if KINDS[kind].hung else 1.0)
    for side in draw.permutation(3):
        start = walls[side] + float(draw.uniform(0.0, 0.4))
        if start + need > room[side]:
            continue
        walls[side] = start + need
        along = start + need / 2 + 0.25
        if side == 0:
            return x0 + along, y0 + deep - 0.14, 0.0
        if side == 1:
            return x0 + 0.12, y0 + deep - 0.5 - along, np.pi / 2
        return x0 + BAY - 0.1, y0 + deep - 0.5 - along, -np.pi / 2
    return None


def _field(house: House, place: Place, floor: float) -> float:
    """The damage half a metre before the wall."""
    x, y, yaw = place
    return float(house.damage(np.array([[x + 0.5 * np.sin(yaw), y - 0.5 * np.cos(yaw), floor]]))[0])


def _carried(house: House, place: Place, floor: float) -> bool:
    return _field(house, place, floor) + SHIFT_FLOOR < -0.25


def _placed(draw: np.random.Generator, kind: str, place: Place, floor: float, field: float) -> Piece:
    """A piece at its wall; the nearer the blast the likelier out of place or toppled."""
    shape = made(kind, int(draw.integers(VARIANTS)))
    x, y, yaw = place
    near = float(np.clip(1.0 + 0.4 * field, 0.08, 0.8))
    if KINDS[kind].hung:
        return shape.moved(turned(yaw, x, y, floor))
    if draw.random() < 0.55 * near:
        shape = fallen(shape, draw)
    away = abs(float(draw.normal(0, 0.5 * near)))
    turn = yaw + float(draw.normal(0, 0.05 + 0.5 * near))
    return shape.moved(turned(turn, x + away * np.sin(yaw), y - away * np.cos(yaw), floor + 0.008))


def _litter(house: House, draw: np.random.Generator, storey: int, bay: int, half: int) -> list[Piece]:
    """Books, clothes, cushions and splinters on the floor that is left."""
    done, floor = [], storey * STOREY
    for number in range(int(draw.integers(7, 16))):
        spot = np.array(
            [[bay * BAY + draw.uniform(0.4, BAY - 0.4), DEPTH / 2 * (half + draw.uniform(0.1, 0.9)), floor]]
        )
        if float(house.damage(spot)[0]) + SHIFT_FLOOR > -0.15:
            continue
        thing = small(int(draw.integers(64))) if number < 3 else scrap(draw)
        done.append(thing.moved(turned(float(draw.uniform(0, 6.28)), *spot[0])))
    return done


def scrap(draw: np.random.Generator) -> Piece:
    """One small thing lying on z 0: a book, a piece of clothing, a drawer's front, a splinter."""
    fate = float(draw.random())
    if fate < 0.35:
        size = (0.22, 0.15, float(draw.uniform(0.012, 0.04)))
        return board(size, (0, 0, size[2] / 2), pick(draw, CLOTHS), 0.003)
    if fate < 0.6:
        wide, long = draw.uniform(0.35, 0.8, 2)
        cloth = crumpled(draw, float(wide), float(long), 0.05)
        cloth.vertices = cloth.vertices - [0, 0, cloth.vertices[:, 2].min()]
        return cloth
    long = float(draw.uniform(0.2, 0.9))
    plank = board((long, float(draw.uniform(0.05, 0.25)), 0.018), (0, 0, 0), (0.36, 0.27, 0.16), 0.003)
    tilt = rotation((0, 1, 0), float(draw.normal(0, 0.06)))
    tilt[:3, 3] = (0, 0, 0.012 + 0.5 * long * abs(np.sin(0.06)))
    return plank.moved(tilt)
