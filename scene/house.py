"""What all parts of one house share: its measures, its damage, its fires, its colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..dataset.spec import BAY, DEPTH, STOREY, BuildingSpec, FlatSpec, stream
from .noise import fractal
from .panels import Damage
from .shapes import turned

CELL = 0.2
"""Metres of a panel's cell; bays, storeys and windows are whole numbers of it."""

SITE, BRICK, GLASS, PLAIN = 0, 1, 2, 3
"""Material slots of a house's objects."""

SHIFT_FLOOR, SHIFT_INNER = -0.45, -0.3
"""Floors and inner walls outlast the front, so rooms lie open."""

FACADES = (
    (0.31, 0.30, 0.275), (0.37, 0.355, 0.315), (0.27, 0.27, 0.265), (0.36, 0.32, 0.24), (0.34, 0.275, 0.225),
    (0.26, 0.295, 0.295), (0.38, 0.365, 0.35),
)  # fmt: skip
BRICKS = ((0.22, 0.105, 0.072), (0.25, 0.14, 0.10), (0.33, 0.28, 0.21), (0.19, 0.09, 0.065), (0.29, 0.25, 0.22))


@dataclass(frozen=True, eq=False)
class House:
    """A house in its own metres: x along the front from its left corner, y into the depth, z up."""

    spec: BuildingSpec
    damage: Damage
    fires: tuple[tuple[int, int, int], ...]
    """(face 0 front 1 back, bay, storey) of burnt windows."""
    wall: np.ndarray
    """Colour of the outer walls."""
    trim: np.ndarray
    """Colour of balconies, panels under windows, sills."""
    flat: FlatSpec | None = None
    """A flat in it that is seen from inside; scene/flat.py furnishes it."""
    clean: int = 0
    """How many of the last blasts left no soot."""

    @property
    def length(self) -> float:
        """Metres along the front."""
        return self.spec.bays * BAY

    @property
    def top(self) -> float:
        """Height of the roof slab, metres."""
        return self.spec.storeys * STOREY

    @property
    def panel(self) -> bool:
        """Whether it is a prefabricated house."""
        return self.spec.kind == "panel"

    def draw(self, *path: str | int) -> np.random.Generator:
        """The stream of one part of the house."""
        return stream(self.spec.seed, *path)

    def stands(self, x: float, y: float, z: float, margin: float = 0.5) -> bool:
        """Whether the field leaves (x, y, z) whole by ``margin`` metres."""
        return float(self.damage(np.array([[x, y, z]]))[0]) < -margin

    def lost(self, face: int, bay: int, storey: int) -> bool:
        """Whether a whole prefabricated panel has fallen from beside a hole, window and all: such gaps are square."""
        if not self.panel:
            return False
        x = (bay + 0.5) * BAY
        middle = (x, 0.0) if face == 0 else (self.length - x, DEPTH)
        field = float(self.damage(np.array([[*middle, (storey + 0.5) * STOREY]]))[0])
        return -1.3 < field < 1.0 and self.draw("lost", face, bay, storey).random() < 0.3

    def soot(self, points: np.ndarray) -> np.ndarray:
        """0..1 at points (n, 3): above burnt windows, inside burnt rooms, around blasts."""
        x, y, z = points.T
        total = np.zeros(len(points))
        low, high = points.min(0) - 3.2, points.max(0) + 3.2
        for face, bay, storey in self.fires:
            middle = (bay + 0.5) * BAY if face == 0 else self.length - (bay + 0.5) * BAY
            if not (low[0] < middle < high[0] and low[2] - 5.0 < storey * STOREY + 1.5 < high[2]):
                continue
            out = y if face == 0 else DEPTH - y
            rise = z - (storey * STOREY + 2.2)
            wide = 0.75 + 0.13 * np.clip(rise, 0, 5)
            plume = np.exp(-1.3 * ((x - middle) / wide) ** 2)
            plume = plume * np.where(rise > 0, np.exp(-rise / 2.6), np.exp(-((rise / 1.1) ** 2))) * (out < 0.45)
            inside = (np.abs(x - middle) < BAY / 2) & (out > 0.15) & (out < DEPTH / 2)
            inside &= (z > storey * STOREY - 0.05) & (z < (storey + 1) * STOREY)
            total = np.maximum(total, np.maximum(1.9 * plume, 0.93 * inside))
        for bx, by, bz, radius, *_ in self.damage.blasts[: len(self.damage.blasts) - self.clean]:
            if radius < 3.0 and low[0] - 2 < bx < high[0] + 2 and low[2] - 2 < bz < high[2] + 2:
                away = ((x - bx) ** 2 + 0.3 * (y - by) ** 2 + (z - bz) ** 2) / (1.5 * radius) ** 2
                total = np.maximum(total, 0.9 * np.exp(-(away**2)))
        if total.max(initial=0.0) < 0.01:
            return np.zeros(len(points))
        return np.clip(total * (1 + 0.55 * fractal(points * [1, 1, 0.4], 1.6, 3, 4)), 0, 1)

    def sheltered(self, points: np.ndarray) -> np.ndarray:
        """1 where the floor above still stands, 0 under the sky, at points (n, 3)."""
        inside = (points[:, 1] > 0.05) & (points[:, 1] < DEPTH - 0.05)
        inside &= (points[:, 0] > 0.05) & (points[:, 0] < self.length - 0.05) & (points[:, 2] < self.top - 0.1)
        out = np.zeros(len(points))
        if inside.any():
            below = points[inside]
            level = np.minimum(np.ceil((below[:, 2] + 0.15) / STOREY) * STOREY, self.top)
            out[inside] = self.damage(np.stack([below[:, 0], below[:, 1], level], 1)) + SHIFT_FLOOR < 0
        return out

    def in_flat(self, storey: int, bay: int, half: int) -> bool:
        """Whether a room belongs to the flat."""
        flat = self.flat
        return flat is not None and half == 0 and storey == flat.storey and bay in (flat.bay, flat.bay + 1)

    def world(self) -> np.ndarray:
        """4x4 from the house's metres to the site's."""
        return turned(np.radians(self.spec.yaw), self.spec.x, self.spec.y, -0.02)


def planned(spec: BuildingSpec, flat: FlatSpec | None = None) -> House:
    """Decide where the house was hit, where it burnt and what it looks like."""
    draw = stream(spec.seed, "house")
    length, top = spec.bays * BAY, spec.storeys * STOREY
    blasts = _blasts(spec, draw, length, top)
    fires = tuple(
        (face, bay, storey)
        for face in (0, 1)
        for bay in range(spec.bays)
        for storey in range(spec.storeys)
        if draw.random() < spec.burnt
    )
    palette = FACADES if spec.kind == "panel" else BRICKS
    wall = np.asarray(palette[int(draw.integers(len(palette)))]) * float(draw.uniform(0.85, 1.08))
    trim = np.asarray(FACADES[int(draw.integers(len(FACADES)))]) * float(draw.uniform(0.7, 1.1))
    seed = float(draw.uniform(0, 60))
    if flat is None:
        return House(spec, Damage(blasts, seed), fires, wall, trim)
    holes = _holes(flat)
    rooms = [(0, flat.bay + more, flat.storey) for more in (0, 1)]
    fires = tuple(fire for fire in fires if fire not in rooms)
    damage = Damage(np.concatenate([blasts, holes]), seed, _spared(flat))
    return House(spec, damage, fires, wall, trim, flat, len(holes))


def _holes(flat: FlatSpec) -> np.ndarray:
    """Blasts that open a flat: through the front wall, and through the wall between its rooms."""
    draw = stream(flat.seed, "holes")
    left, floor = flat.bay * BAY, flat.storey * STOREY
    front = left + BAY * float(draw.uniform(0.35, 1.65))
    return np.array([
        (front, -0.5, floor + float(draw.uniform(0.9, 1.7)), float(draw.uniform(1.5, 2.0)), 0.8, 0.9),
        (left + BAY, float(draw.uniform(2.0, 2.8)), floor + 1.3, 2.3, 0.8, 0.8),
    ])  # fmt: skip


def _spared(flat: FlatSpec) -> tuple[tuple[float, ...], ...]:
    """Floor, ceiling and outer inner walls of a flat: whoever is there stands on something."""
    left, right, floor = flat.bay * BAY, (flat.bay + 2) * BAY, flat.storey * STOREY
    return (
        (left - 0.4, 0.7, floor - 0.4, right + 0.4, DEPTH / 2 + 0.3, floor + 0.06, -1.0),
        (left - 0.4, 0.5, floor + STOREY - 0.25, right + 0.4, DEPTH / 2 + 0.3, floor + STOREY + 0.4, -0.15),
        (left - 0.4, DEPTH / 2 - 0.4, floor - 0.4, right + 0.4, DEPTH / 2 + 0.3, floor + STOREY + 0.4, -0.6),
        (left - 0.3, 1.0, floor - 0.4, left + 0.5, DEPTH / 2 + 0.3, floor + STOREY + 0.4, -0.3),
        (right - 0.5, 1.0, floor - 0.4, right + 0.3, DEPTH / 2 + 0.3, floor + STOREY + 0.4, -0.3),
    )


def _blasts(spec: BuildingSpec, draw: np.random.Generator, length: float, top: float) -> np.ndarray:
    """Rows (x, y, z, radius, up, down)."""
    small = [
        (float(draw.uniform(0.1, 0.9)) * length, -0.4, float(draw.uniform(0.15, 0.85)) * top,
         float(draw.uniform(0.7, 1.25)), 0.8, 0.8)
        for _ in range(int(draw.integers(1, 4)))
    ]  # fmt: skip
    if spec.damage == "cracked":
        return np.array(small)
    end = float(draw.choice([0.0, 1.0]))
    if spec.damage == "holed":
        size = float(draw.uniform(3.0, 4.6)) * min(1.0, top / 9.0 + 0.25)
        corner = (
            length * (end + float(draw.normal(0, 0.04))),
            float(draw.uniform(-0.5, 3.0)),
            top * 0.97,
            size,
            0.5,
            0.8,
        )
        middle = (float(draw.uniform(0.3, 0.7)) * length, -0.6, float(draw.uniform(0.35, 0.6)) * top,
                  float(draw.uniform(1.7, 2.5)), 0.6, 0.8)  # fmt: skip
        return np.array([corner, middle, *small])
    wide = float(draw.uniform(0.28, 0.42)) * length
    # less wide below: the lowest storey's walls stand up to their waist in the rubble
    fallen = (length * end, DEPTH * float(draw.uniform(0.25, 0.6)), top * 0.8, max(wide, 3.4) + 0.8, 0.3, 0.55)
    return np.array([fallen, (length * (end * 0.5 + 0.25), -0.5, top * 0.5, 1.9, 0.6, 0.8), *small])
