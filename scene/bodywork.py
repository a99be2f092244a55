"""Vehicles' bodies as bent sheets: outlines lofted into walls, a greenhouse and tops, with openings cut by fields.

Local axes: x lengthwise with the nose at -x, y to the side, z up from the ground the wheels stand on, metres.
All sheets are made for the side y >= 0 and mirrored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .meshes import Piece
from .shapes import grid_quads, smooth_step

Map = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(u, v) -> points (..., 3)."""
Field = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(u, v) -> number; the sheet is there where it is below 0."""

MIRROR = np.diag([1.0, -1.0, 1.0, 1.0])


class Outline:
    """Half of a rounded rectangle seen from above, from the middle of its front to the middle of its back.

    Its parameter is 0..1 along the front to the corner, 1..2 along the side, 2..3 along the back.
    """

    def __init__(self, front: float, back: float, half: float, squareness: tuple[float, float] = (5.0, 6.0)) -> None:
        """x of both ends, half width, exponents of the superellipse at front and back (the higher the squarer)."""
        self.front, self.back, self.half, self.squareness = front, back, half, squareness
        turn = np.linspace(0, np.pi, 3001)
        power = 2.0 / np.where(np.cos(turn) > 0, *squareness)
        middle, reach = (front + back) / 2, (back - front) / 2
        x = middle - np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** power * reach
        y = half * np.abs(np.sin(turn)) ** power
        arc = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
        step = np.linspace(0, arc[-1], 1201)
        x, y = np.interp(step, arc, x), np.interp(step, arc, y)
        along = np.stack([np.gradient(x), np.gradient(y)], -1)
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        normal = np.stack([-along[:, 1], along[:, 0]], -1)
        first = int(np.argmax(np.abs(normal[:, 1]) > np.abs(normal[:, 0])))
        last = len(x) - 1 - int(np.argmax((np.abs(normal[:, 1]) > np.abs(normal[:, 0]))[::-1]))
        self._knots = np.interp(np.arange(len(x)), [0, first, last, len(x) - 1], [0.0, 1.0, 2.0, 3.0])
        self._values = np.column_stack([x, y, normal])
        self.lengths = (step[first], step[last] - step[first], step[-1] - step[last])

    def at(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """x, y and the outward normal's x, y."""
        return tuple(np.interp(u, self._knots, column) for column in self._values.T)

    def parameters(self, step: float) -> np.ndarray:
        """Values of u about ``step`` metres apart."""
        parts = [
            np.linspace(start, start + 1, max(3, int(length / step) + 1)) for start, length in enumerate(self.lengths)
        ]
        return np.unique(np.concatenate(parts).round(9))

    def metres(self, u: np.ndarray) -> np.ndarray:
        """Arc length from the middle of the front."""
        return np.interp(u, [0, 1, 2, 3], np.cumsum([0.0, *self.lengths]))

    def parameter(self, metres: np.ndarray) -> np.ndarray:
        """Inverse of ``metres``."""
        return np.interp(metres, np.cumsum([0.0, *self.lengths]), [0, 1, 2, 3])

    def u_at(self, x: float) -> float:
        """The parameter of the side at ``x``."""
        side = (self._knots >= 1) & (self._knots <= 2)
        return float(np.interp(x, self._values[side, 0], self._knots[side]))

    def u_across(self, y: float, rear: bool = False) -> float:
        """The parameter of the front (or back) at ``y`` from the middle."""
        if rear:
            part = self._knots >= 2
            return float(np.interp(-y, -self._values[part, 1], self._knots[part]))
        part = self._knots <= 1
        return float(np.interp(y, self._values[part, 1], self._knots[part]))

    def depth(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """About metres inside (positive) or outside of the outline."""
        middle, reach = (self.front + self.back) / 2, (self.back - self.front) / 2
        power = np.where(x < middle, *self.squareness)
        size = (np.abs((x - middle) / reach) ** power + np.abs(y / self.half) ** power) ** (1 / power)
        return (1 - size) * np.minimum(reach, self.half)


@dataclass(frozen=True)
class Shape:
    """A body's curves."""

    wall: Outline
    sill: float
    """z of the wall's lower edge."""
    shoulder: tuple[tuple[float, float], ...]
    """(x, z) of the wall's upper edge."""
    base: Outline
    """Foot of the greenhouse."""
    roof: Outline
    roof_z: tuple[tuple[float, float], ...]
    """(x, z) along the roof."""
    crown: float = 0.05
    lean: float = 0.10
    """How far the nose leans back at the shoulder."""
    tuck: float = 0.07
    """How far the wall turns in towards the sill."""
    bulge: float = 0.03

    def shoulder_at(self, x: np.ndarray) -> np.ndarray:
        """z of the shoulder, rounded at its knots."""
        return _rounded(self.shoulder, x)

    def on_wall(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """The side wall; v 0 at the sill, 1 at the shoulder, where it curls inwards."""
        x, y, nx, ny = self.wall.at(u)
        top = self.shoulder_at(x)
        z = self.sill + v * (top - self.sill)
        tuck = self.tuck * np.clip((0.3 - v) / 0.3, 0, 1) ** 2
        swage = -0.014 * np.exp(-(((v - 0.68) / 0.05) ** 2)) + 0.008 * np.exp(-(((v - 0.60) / 0.05) ** 2))
        shoulder = 0.045 * np.clip((v - 0.7) / 0.3, 0, 1) ** 1.5
        radius = 0.055
        over = np.clip(z - (top - radius), 0, radius)
        curl = radius - np.sqrt(np.maximum(radius**2 - over**2, 0))
        nose = np.clip(-nx, 0, 1) ** 2
        tail = np.clip(nx, 0, 1) ** 2
        bumper = smooth_step(0.62, 0.50, v) * smooth_step(0.0, 0.1, v)
        fascia = nose * (self.lean * v**2 - 0.035 * bumper) + tail * (0.5 * self.lean * v**2 - 0.03 * bumper)
        inset = tuck + curl + shoulder + swage * (1 - nose) * (1 - tail) + fascia
        return np.stack([x - nx * inset, np.maximum(y - ny * inset, 0.0) * (y > 1e-6), z], -1)

    def in_metres(self, along: np.ndarray, z: np.ndarray) -> np.ndarray:
        """The wall at ``along`` metres from the middle of the nose and height ``z``."""
        u = self.wall.parameter(along)
        top = self.shoulder_at(self.wall.at(u)[0])
        return self.on_wall(u, (z - self.sill) / (top - self.sill))

    def on_top(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Bonnet, cowl and deck; v 0 at the shoulder, 1 at the middle line."""
        edge = self.on_wall(u, np.ones_like(u))
        x = edge[..., 0]
        fade = smooth_step(0.0, 0.6, np.minimum(x - self.wall.front, self.wall.back - x))
        hump = self.crown * fade * (1 - (1 - v) ** 2)
        crease = 0.012 * fade * np.exp(-(((v - 0.35) / 0.07) ** 2))
        return np.stack([x, edge[..., 1] * (1 - v), edge[..., 2] + hump + crease], -1)

    def on_house(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """The greenhouse; v 0 at its foot, 1 at the roof."""
        bx, by, _, _ = self.base.at(u)
        rx, ry, nx, ny = self.roof.at(u)
        low = self.shoulder_at(bx) - 0.015
        high = _rounded(self.roof_z, rx)
        out = self.bulge * 4 * v * (1 - v) - 0.035 * smooth_step(0.9, 1.0, v)
        x, y = bx + (rx - bx) * v + nx * out, by + (ry - by) * v + ny * out
        return np.stack([x, np.maximum(y, 0.0) * (by > 1e-6), low + (high - low) * v], -1)

    def on_roof(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """The roof; v 0 at its edge, 1 at the middle line."""
        edge = self.on_house(u, np.ones_like(u))
        x = edge[..., 0]
        fade = smooth_step(-0.02, 0.35, np.minimum(x - self.roof.front, self.roof.back - x))
        hump = self.crown * (0.3 + 0.7 * fade) * (1 - (1 - v) ** 2)
        return np.stack([x, edge[..., 1] * (1 - v), edge[..., 2] + hump * smooth_step(0, 0.1, v)], -1)


def sheet(
    place: Map, us: np.ndarray, vs: np.ndarray, field: Field | None = None, thickness: float = 0.0, lift: float = 0.0
) -> Piece | None:
    """The part of a surface where ``field`` is below 0, its border on the field's zero line; None where nothing is.

    ``thickness`` adds a back that far behind and rims; ``lift`` raises the whole sheet (trim, lamps, stripes).
    """
    u, v = np.meshgrid(np.asarray(us, float), np.asarray(vs, float), indexing="ij")
    keep = np.ones((len(us) - 1, len(vs) - 1), bool)
    if field is not None:
        u, v, keep = _fitted(u, v, field)
        if not keep.any():
            return None
    points = place(u, v)
    quads = grid_quads(*u.shape)[keep.ravel()][:, ::-1]
    normals = _normals(place, u, v)
    front = (points + normals * lift).reshape(-1, 3)
    if thickness:
        back = front - normals.reshape(-1, 3) * thickness
        count = len(front)
        edges = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
        code = np.sort(edges, 1) @ np.array([count, 1])
        _, where, times = np.unique(code, return_inverse=True, return_counts=True)
        rim = edges[times[where] == 1]
        # no rim along the middle line, where the mirror image goes on
        rim = rim[np.abs(front[rim, 1]).max(1) > 1e-4]
        sides = np.column_stack([rim[:, 1], rim[:, 0], rim[:, 0] + count, rim[:, 1] + count])
        quads = np.concatenate([quads, quads[:, ::-1] + count, sides])
        front = np.concatenate([front, back])
    used, corners = np.unique(quads, return_inverse=True)
    return Piece.quads(front[used], corners.reshape(-1, 4), smooth=True)


def _fitted(u: np.ndarray, v: np.ndarray, field: Field) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grid vertices beside the field's zero line moved onto it, and which cells (n - 1, m - 1) are kept."""
    values = field(u, v)
    middle = (values[:-1, :-1] + values[1:, :-1] + values[:-1, 1:] + values[1:, 1:]) / 4
    keep = middle < 0
    inside, outside = np.pad(keep, 1), np.pad(~keep, 1)
    border = _touching(inside) & _touching(outside)
    slope_u, slope_v = np.gradient(values, u[:, 0], v[0])
    # steps are measured in cells, so that sheets with unlike scales of u and v behave alike
    cell_u, cell_v = np.gradient(u[:, 0])[:, None], np.gradient(v[0])[None]
    slope_u, slope_v = slope_u * cell_u, slope_v * cell_v
    step = -values / (slope_u**2 + slope_v**2 + 1e-12)
    move_u = np.clip(step * slope_u, -0.55, 0.55) * border * cell_u
    move_v = np.clip(step * slope_v, -0.55, 0.55) * border * cell_v
    return np.clip(u + move_u, u.min(), u.max()), np.clip(v + move_v, v.min(), v.max()), keep


def _touching(cells: np.ndarray) -> np.ndarray:
    return cells[:-1, :-1] | cells[1:, :-1] | cells[:-1, 1:] | cells[1:, 1:]


def _normals(place: Map, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    step = 1e-3
    along_u = place(u + step, v) - place(u - step, v)
    along_v = place(u, v + step) - place(u, v - step)
    normal = np.cross(along_v, along_u)
    return normal / (np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-12)


def _rounded(knots: tuple[tuple[float, float], ...], x: np.ndarray) -> np.ndarray:
    """Linear interpolation averaged over 16 cm."""
    xs, zs = np.array(knots).T
    return np.mean([np.interp(x + shift, xs, zs) for shift in np.linspace(-0.08, 0.08, 5)], axis=0)
