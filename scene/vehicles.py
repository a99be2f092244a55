"""Vehicles: cars, vans, trucks, fire engines and ambulances, whole, dented or burnt out."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np

from ..dataset.spec import VehicleSpec, stream
from . import cars, heavy
from .coachwork import Coach
from .materials import glass_material, lamp_material, paint_material, plain_material
from .meshes import Piece, join, to_object
from .noise import fractal, ridged
from .shapes import rotation, smooth_step, turned

Height = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Metres of the ground at (x, y)."""

PANES = 5
"""Windscreen, one side, rear, (unused,) other side: see coachwork.glaze."""


def add_vehicle(
    spec: VehicleSpec, height: Height, collection: bpy.types.Collection
) -> list[tuple[str, bpy.types.Object]]:
    """Build one vehicle standing on the ground as it lies there."""
    piece, length, width = vehicle(spec)
    slots = [paint_material(), plain_material(), glass_material(), lamp_material()]
    made = to_object(f"Vehicle {spec.kind}", piece, slots, collection)
    made.matrix_world = _standing(spec, height, length * 0.3, width * 0.42).T.tolist()
    return [("vehicle", made)]


def vehicle(spec: VehicleSpec) -> tuple[Piece, float, float]:
    """The vehicle in its own axes (nose at -x, wheels on z 0), its length and width."""
    draw = stream(spec.seed, "vehicle")
    burnt, dented = spec.state == "burnt", spec.state == "dented"
    panes, flat = _losses(draw, burnt, dented)
    paint = heavy.paint_of(spec.kind, draw) if spec.kind in heavy.KINDS else cars.paint_of(spec.kind, draw)
    coach = Coach(paint, 0.9 if burnt else 0.0)
    if spec.kind in heavy.KINDS:
        length = heavy.add_heavy(coach, spec.kind, draw, panes, flat)
    else:
        length = cars.add_car(coach, spec.kind, draw, panes, flat)
    piece = join(coach.pieces)
    place = stream(spec.seed, "damage").uniform(0, 64)
    if burnt:
        soot = piece.points["soot"]
        patches = np.clip(0.95 + 0.6 * fractal(piece.vertices, 0.7, 2, place), 0.3, 1)
        piece.points["soot"] = np.where(soot > 0.5, patches, soot).astype(np.float32)
    if burnt or dented:
        piece.vertices = _battered(piece.vertices, spec, length, burnt)
    piece.points["rest"] = (piece.vertices + place).astype(np.float32)
    half = float(np.ptp(piece.vertices[:, 1])) / 2
    return piece, length, 2 * half


def _losses(draw: np.random.Generator, burnt: bool, dented: bool) -> tuple[tuple[str, ...], np.ndarray]:
    """What is left of the panes, and which tyres are flat."""
    if burnt:
        return ("gone",) * PANES, draw.random(4) < 0.9
    if not dented:
        return ("whole",) * PANES, np.zeros(4, bool)
    states = draw.choice(["whole", "crazed", "gone"], PANES, p=[0.35, 0.25, 0.40])
    return tuple(str(state) for state in states), draw.random(4) < 0.4


def _battered(points: np.ndarray, spec: VehicleSpec, length: float, burnt: bool) -> np.ndarray:
    """The body pushed in at a few places, creased there, and warped by fire all over."""
    draw = stream(spec.seed, "dents")
    tall = float(points[:, 2].max())
    half = float(np.abs(points[:, 1]).max())
    moved = points.copy()
    seed = float(draw.uniform(0, 64))
    creases = np.stack([ridged(points, 2.1, 2, seed + axis) for axis in range(3)], -1)
    swells = np.stack([fractal(points, 1.3, 3, seed + 7 + axis) for axis in range(3)], -1)
    folds = np.stack([ridged(points, 6.5, 1, seed + 20 + axis) for axis in range(3)], -1)
    # what touches the ground stays where it is
    high = smooth_step(0.25, 0.6, points[:, 2])[:, None]
    warp = 0.055 if burnt else 0.005
    moved += high * warp * (0.8 * swells + 0.45 * (creases - 0.4))
    for _ in range(int(draw.integers(2, 5))):
        centre, push = _blow(draw, length, half, tall)
        reach = float(draw.uniform(0.45, 0.95))
        near = np.exp(-((np.linalg.norm((points - centre) / reach, axis=1)) ** 3))[:, None]
        fold = np.minimum(creases, 0.75) ** 2 * np.sign(creases)
        moved += high * near * (push * (1 + 0.5 * swells) + 0.10 * (fold - 0.2) + 0.03 * folds)
    cab = np.exp(-(((points[:, 0] - 0.1 * length) / (0.26 * length)) ** 2)) * smooth_step(
        0.55, 1.0, points[:, 2] / tall
    )
    sag = (0.16 if burnt else float(draw.choice([0.0, 0.03, 0.16]))) * float(draw.uniform(0.6, 1.2))
    moved[:, 2] -= sag * cab * (1 + 0.8 * swells[:, 2])
    return moved


def _blow(draw: np.random.Generator, length: float, half: float, tall: float) -> tuple[np.ndarray, np.ndarray]:
    """Where the body was hit and how far it was pushed."""
    depth = float(draw.uniform(0.10, 0.28))
    where = int(draw.choice(4, p=[0.4, 0.3, 0.15, 0.15]))
    if where == 0:
        return np.array([-length / 2, draw.uniform(-half, half), draw.uniform(0.4, 0.8)]), np.array([depth, 0, -0.02])
    if where == 1:
        side = float(draw.choice([-1, 1]))
        place = np.array([draw.uniform(-0.4, 0.4) * length, side * half, draw.uniform(0.5, 0.9)])
        return place, np.array([0, -side * depth, 0])
    if where == 2:
        return np.array([length / 2, draw.uniform(-half, half), 0.6]), np.array([-depth, 0, 0.02])
    return np.array([draw.uniform(-0.3, 0.3) * length, draw.uniform(-half, half), tall]), np.array([0, 0, -depth])


def _standing(spec: VehicleSpec, height: Height, ahead: float, aside: float) -> np.ndarray:
    """4x4 that puts the wheels on the ground: turned, pitched and rolled as the ground is under them."""
    turn = np.radians(spec.yaw)
    x = np.array([[-ahead, -aside], [-ahead, aside], [ahead, -aside], [ahead, aside]])
    world = x @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + (spec.x, spec.y)
    z = height(world[:, 0], world[:, 1])
    pitch = np.arctan2((z[2] + z[3] - z[0] - z[1]) / 2, 2 * ahead)
    roll = np.arctan2((z[1] + z[3] - z[0] - z[2]) / 2, 2 * aside)
    lean = rotation((0, 1, 0), -pitch) @ rotation((1, 0, 0), roll)
    return turned(turn, spec.x, spec.y, float(z.mean()) - 0.012) @ lean
