"""A wrecked flat seen from inside: dusty floor, furniture where the planner put it, plaster and bricks, torn paper."""

from __future__ import annotations

import bpy
import numpy as np

from ..dataset.flat import DEEP, FRONT, LEFT, WIDE
from ..dataset.spec import BAY, STOREY, FlatSpec, FurnitureSpec
from .belongings import small
from .fragments import KINDS, templates
from .furniture import VARIANTS, fallen, made
from .gravel import strew
from .house import SHIFT_FLOOR, House
from .households import scrap
from .joinery import board, pick
from .laying import Batch, laid
from .materials import site_material
from .meshes import Piece, join, to_object
from .noise import fractal
from .shapes import OTHER, dressed, grid_quads, rotation, smooth_step, tube, turned

Surface = tuple[str, bpy.types.Object]

STEP = 0.055
"""Metres of the floor's cells."""
PARQUET = ((0.26, 0.16, 0.085), (0.30, 0.20, 0.12), (0.19, 0.115, 0.07), (0.28, 0.25, 0.20))
PLASTER = (0.36, 0.345, 0.315)
CRUMBS = 110.0
"""Crumbs of plaster a square metre where the dust is thickest."""
PAINTS = ((0.50, 0.48, 0.43), (0.34, 0.22, 0.12))


def add_flat(house: House, collection: bpy.types.Collection) -> list[Surface]:
    """The inside of ``house.flat``: what can be walked on, and what is met there. The house has left room for it."""
    flat = house.flat
    floor, rise = _floor(house, flat)
    draw = house.draw("flat litter")
    litter = [scrap(draw).moved(turned(float(draw.uniform(0, 6.28)), *_spot(draw, rise))) for _ in range(26)]
    things = [_thing(house, item) for item in flat.furniture] + _fixed(house, flat)
    made_of = {
        "floor": floor,
        "furniture": join(things),
        "debris": join([_debris(house, flat, rise), *_lost(house, rise)]),
        "litter": join([*litter, *_hanging(house, flat)]),
    }
    surfaces = [(kind, _put(house, flat, f"Flat {kind.capitalize()}", made_of[kind], collection)) for kind in made_of]
    strew(surfaces[0][1], 0.1, 0.7)
    return surfaces[:-1]  # litter gives way under feet


def _put(house: House, flat: FlatSpec, name: str, piece: Piece, collection: bpy.types.Collection) -> bpy.types.Object:
    """A piece of the flat as an object, dry and free of snow where there is a ceiling."""
    inside = piece.moved(turned(0.0, flat.bay * BAY + LEFT, FRONT, flat.storey * STOREY))
    piece.points["shelter"] = house.sheltered(inside.vertices).astype(np.float32)
    return to_object(name, inside.moved(house.world()), [site_material()], collection)


def _floor(house: House, flat: FlatSpec) -> tuple[Piece, _Rise]:
    """Boards under plaster dust, drifted against walls and before the hole; ragged where the slab is torn."""
    draw = house.draw("flat floor")
    rise = _Rise(float(draw.uniform(0, 60)))
    xs, ys = np.arange(-0.12, WIDE + 0.12, STEP), np.arange(-0.1, DEEP + 0.12, STEP)
    x, y = np.meshgrid(xs, ys, indexing="ij")
    points = np.stack([x, y, rise(x, y)], -1).reshape(-1, 3)
    below = points + [flat.bay * BAY + LEFT, FRONT, flat.storey * STOREY]
    gone = house.damage(below * [1, 1, 0] + [0, 0, flat.storey * STOREY]) + SHIFT_FLOOR > -0.1
    quads = grid_quads(len(xs), len(ys))
    quads = quads[~gone[quads].any(axis=1)]
    boards = (
        pick(draw, PARQUET)
        * (0.88 + 0.24 * ((np.floor(x / 0.07) * 0.618 + 0.37 * np.floor(y / 0.45)) % 1.0))[..., None]
    )
    dust = np.clip(0.55 + 0.9 * fractal(np.stack([x, y, 0 * x], -1), 1.3, 3, rise.seed + 5) + 9 * rise(x, y), 0.25, 1.0)
    colour = boards * (1 - dust[..., None]) + np.asarray(PLASTER) * float(draw.uniform(0.8, 1.0)) * dust[..., None]
    piece = dressed(Piece.quads(points, quads, smooth=True), colour.reshape(-1, 3), OTHER)
    piece.points["grit"] = (CRUMBS * dust**2).ravel()
    return piece, rise


class _Rise:
    """Metres of dust over the slab at (x, y) of the flat."""

    def __init__(self, seed: float) -> None:
        self.seed = seed

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        x, y = np.asarray(x, float), np.asarray(y, float)
        spot = np.stack([x, y, np.zeros_like(x)], -1)
        edge = np.minimum(np.minimum(x, WIDE - x), np.minimum(y, DEEP - y))
        near = np.exp(-np.clip(edge, 0, None) / 0.25) + 0.8 * np.exp(-(((x - WIDE / 2) / 0.35) ** 2))
        drift = np.clip(0.25 + fractal(spot, 1.1, 3, self.seed), 0, 1)
        return 0.012 + 0.05 * near * drift + 0.02 * drift**2 + 0.004 * fractal(spot, 6.0, 2, self.seed + 3)


def _thing(house: House, item: FurnitureSpec) -> Piece:
    """One piece of furniture where the plan has it."""
    piece = made(item.kind, item.variant % VARIANTS)
    if item.toppled:
        piece = fallen(piece, house.draw("fallen", item.kind, item.variant))
        piece.vertices = piece.vertices - [0, piece.vertices[:, 1].max(), 0]
    return piece.moved(turned(np.radians(item.yaw), item.x, item.y, 0.012))


def _fixed(house: House, flat: FlatSpec) -> list[Piece]:
    """Skirting, frames and leaves of the doors to the corridor, radiators, lamps, pipes."""
    draw, done = house.draw("flat fixed"), []
    wood = pick(draw, PAINTS)
    for room in (0, 1):
        left = room * BAY - LEFT + 0.08  # the corridor's wall has its opening 1.1 to 2.0 m from here
        jambs = (left + 1.1, left + 2.0)
        done += [board((0.09, 0.16, 2.05), (x, DEEP + 0.06, 1.02), wood, 0.008) for x in jambs]
        done.append(board((0.99, 0.16, 0.09), ((jambs[0] + jambs[1]) / 2, DEEP + 0.06, 2.06), wood, 0.008))
        if draw.random() < 0.75:
            leaf = made("door", int(draw.integers(VARIANTS)))
            swing = rotation((0, 0, 1), -float(draw.uniform(0.5, 2.2))) @ rotation(
                (0, 1, 0), float(draw.normal(0, 0.05))
            )
            hinge = np.eye(4)
            hinge[:3, 3] = (0.42, 0, 0)
            swing[:3, 3] = (jambs[0] + 0.04, DEEP - 0.02, 0.02)
            done.append(leaf.moved(swing @ hinge))
        for start, end in ((left, jambs[0] - 0.05), (jambs[1] + 0.05, left + BAY - 0.16)):
            if draw.random() < 0.85:
                done.append(board((end - start, 0.015, 0.07), ((start + end) / 2, DEEP + 0.09, 0.05), wood, 0.004))
        lamp = made("lamp", int(draw.integers(VARIANTS)))
        done.append(lamp.moved(turned(float(draw.uniform(0, 6)), left + BAY / 2, DEEP / 2, STOREY - 0.21)))
    for x, yaw in ((0.0, np.pi / 2), (WIDE, -np.pi / 2)):
        done.append(board((0.015, DEEP - 1.2, 0.07), (x, DEEP / 2 + 0.6, 0.05), wood, 0.004))
        if draw.random() < 0.6:
            done.append(made("radiator", int(draw.integers(VARIANTS))).moved(turned(yaw, x, 0.9, 0.02)))
    return done


def _debris(house: House, flat: FlatSpec, rise: _Rise) -> Piece:
    """Bricks, lumps and sheets of plaster: most before the hole and under the wall that was."""
    draw = house.draw("flat debris")
    names = ("chunk", "brick", "wall", "masonry", "wood", "rebar")
    rows = []
    for number in range(190):
        name = names[int(draw.choice(6, p=[0.42, 0.28, 0.14, 0.04, 0.11, 0.01]))]
        x, y, _ = _spot(draw, rise)
        if number % 3 == 0:  # the stump of the middle wall
            x = WIDE / 2 + float(draw.normal(0, 0.35))
        elif number % 3 == 1:
            y = abs(float(draw.normal(0, 0.7)))
        if (
            house.damage(np.array([[x + flat.bay * BAY + LEFT, y + FRONT, flat.storey * STOREY]]))[0] + SHIFT_FLOOR
            > -0.2
        ):
            continue
        shape = int(draw.integers(len(templates()[name])))
        size = (
            float(np.clip(0.16 * (1 + draw.pareto(1.6)), 0.14, 0.6)) if name != "brick" else float(draw.uniform(0.7, 1))
        )
        high = 0.5 * float(np.ptp(templates()[name][shape].hull[:, 2])) * size
        lying = turned(float(draw.uniform(0, 6.28))) @ rotation((1, 0, 0), float(draw.normal(0, 0.14)))
        lying[:3, 3] = (x, y, float(rise(x, y)) + 0.8 * high)
        rows.append((KINDS.index(name), shape, size, lying))
    kinds, shapes, scales, matrices = zip(*rows, strict=True)
    return laid(Batch(np.array(kinds), np.array(shapes), np.array(scales), np.array(matrices)), draw)


def _lost(house: House, rise: _Rise) -> list[Piece]:
    """Pots, bottles and toys on the floor."""
    draw = house.draw("flat belongings")
    return [
        small(int(draw.integers(64))).moved(turned(float(draw.uniform(0, 6.28)), *_spot(draw, rise)))
        for _ in range(int(draw.integers(3, 9)))
    ]


def _spot(draw: np.random.Generator, rise: _Rise) -> tuple[float, float, float]:
    x, y = float(draw.uniform(0.1, WIDE - 0.1)), float(draw.uniform(0.3, DEEP - 0.1))
    return x, y, float(rise(x, y))


def _hanging(house: House, flat: FlatSpec) -> list[Piece]:
    """Cables from the ceiling's edge and paper come off the walls."""
    draw, done = house.draw("flat hanging"), []
    for _ in range(int(draw.integers(3, 7))):
        x, y = float(draw.uniform(0.3, WIDE - 0.3)), float(draw.uniform(0.1, 1.6))
        long, sway = float(draw.uniform(0.3, 1.4)), draw.normal(0, 0.2, 2)
        share = np.linspace(0, 1, 9)
        path = np.stack([x + sway[0] * share**2, y + sway[1] * share**2, STOREY - 0.2 - long * share], 1)
        path[:, :2] += 0.03 * np.sin(7 * share + x)[:, None]
        done.append(dressed(tube(path, 0.006, 4), (0.04, 0.04, 0.04), OTHER))
    for number in range(int(draw.integers(3, 8))):
        wide, long = float(draw.uniform(0.25, 0.55)), float(draw.uniform(0.5, 1.5))
        u, v = np.meshgrid(np.linspace(0, 1, 7), np.linspace(0, 1, 12), indexing="ij")
        curl = smooth_step(0.2, 1.0, v) * float(draw.uniform(0.1, 0.45)) * (1 + 0.4 * np.sin(3 * u + number))
        top = float(draw.uniform(1.6, 2.5))
        z = top - long * v + 0.4 * curl
        along = float(draw.uniform(1.2, DEEP - 0.6)) if number % 3 else float(draw.uniform(0.4, WIDE - 0.6))
        at = along + wide * u
        sides = ((0.012 + curl, at), (WIDE - 0.012 - curl, at), (at, DEEP + 0.08 - curl))
        px, py = sides[1 + number % 2 if number % 3 else 2] if number % 2 else sides[0 if number % 3 else 2]
        sheet = Piece.quads(np.stack([px, py, z], -1).reshape(-1, 3), grid_quads(7, 12), smooth=True)
        tint = pick(draw, ((0.45, 0.38, 0.26), (0.42, 0.42, 0.36), (0.33, 0.36, 0.38), (0.44, 0.30, 0.26)))
        done.append(dressed(sheet, tint, OTHER))
    return done
