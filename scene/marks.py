"""Marks of fire and steel on the walls: shrapnel pits, fallen plaster, cracks. Thin, a few millimetres proud."""

from __future__ import annotations

import numpy as np

from ..dataset.spec import BAY, STOREY
from .facade import face_matrix, window_of
from .house import House
from .meshes import Piece
from .shapes import BROKEN, OTHER, dressed


def marks(house: House) -> list[Piece]:
    """Shrapnel pits around the blasts and patches of fallen plaster, as thin splashes on the front and back."""
    done = []
    left, right, bottom, top = window_of(house)
    for face in (0, 1):
        draw, turn = house.draw("marks", face), face_matrix(house, face)
        count = {"cracked": 320, "holed": 560, "collapsed": 520}[house.spec.damage] if face == 0 else 120
        x, z = draw.uniform(0.1, house.length - 0.1, count), draw.uniform(0.1, house.top - 0.1, count)
        blast = house.damage.blasts[draw.integers(0, len(house.damage.blasts), count)]
        near = draw.random(count) < 0.55
        x = np.where(near, blast[:, 0] + draw.normal(0, 1, count) * (blast[:, 3] + 1.5), x)
        z = np.where(near, blast[:, 2] + draw.normal(0, 1, count) * (blast[:, 3] + 1.0), z)
        radius = np.clip(0.034 * (1 + draw.pareto(1.35, count)), 0.03, 0.6)
        points = np.stack([x, np.full(count, -0.006), z], 1) @ turn[:3, :3].T + turn[:3, 3]
        bay, storey = x % BAY, z % STOREY
        hole = (bay > left - radius - 0.1) & (bay < right + radius + 0.1)
        hole &= (storey > bottom - radius - 0.1) & (storey < top + radius + 0.1)
        hole |= (x < radius) | (x > house.length - radius) | (z < radius) | (z > house.top - radius)
        kept = ~hole & (house.damage(points) < -0.25 - radius)
        if kept.any():
            done.append(_splashes(house, draw, points[kept], radius[kept], turn))
        done += _cracks(house, face, turn)
    return done


def _cracks(house: House, face: int, turn: np.ndarray) -> list[Piece]:
    """Jagged cracks running from the corners of windows, widest there."""
    draw, done = house.draw("cracks", face), []
    left, right, bottom, top = window_of(house)
    for _ in range({"cracked": 26, "holed": 16, "collapsed": 14}[house.spec.damage]):
        bay, storey = int(draw.integers(house.spec.bays)), int(draw.integers(house.spec.storeys))
        at_left, low = draw.random() < 0.5, draw.random() < 0.5
        start = np.array([bay * BAY + (left if at_left else right), storey * STOREY + (bottom if low else top)])
        heading = np.array([-1.0 if at_left else 1.0, -1.0 if low else 1.0]) * draw.uniform(0.3, 1.2, 2)
        steps = int(draw.integers(6, 16))
        turns = heading / np.linalg.norm(heading) + draw.normal(0, 0.55, (steps, 2))
        path = np.concatenate([[start], start + np.cumsum(turns * draw.uniform(0.06, 0.16), 0)])
        inside = (path > 0.05).all() and (path < [house.length - 0.05, house.top - 0.05]).all()
        points = np.stack([path[:, 0], np.full(steps + 1, -0.005), path[:, 1]], 1)
        placed = points @ turn[:3, :3].T + turn[:3, 3]
        if inside and float(house.damage(placed).max()) < -0.3:
            done.append(_ribbon(house, points, float(draw.uniform(0.006, 0.022)), turn))
    return done


def _ribbon(house: House, points: np.ndarray, width: float, turn: np.ndarray) -> Piece:
    """A dark strip along points (n, 3) of a face, thinning out to its end."""
    ahead = np.gradient(points[:, [0, 2]], axis=0)
    side = np.stack([-ahead[:, 1], np.zeros(len(points)), ahead[:, 0]], 1)
    side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-9
    half = width * np.linspace(1, 0.15, len(points))[:, None]
    vertices = np.stack([points - side * half, points + side * half], 1).reshape(-1, 3)
    first = 2 * np.arange(len(points) - 1)
    quads = np.stack([first, first + 1, first + 3, first + 2], 1)
    placed = vertices @ turn[:3, :3].T + turn[:3, 3]
    normal = np.cross(placed[quads[0, 1]] - placed[quads[0, 0]], placed[quads[0, 2]] - placed[quads[0, 0]])
    quads = quads if normal @ turn[:3, 1] < 0 else quads[:, ::-1]
    return dressed(Piece.quads(placed, quads), (0.03, 0.028, 0.025), OTHER)


def _splashes(
    house: House, draw: np.random.Generator, points: np.ndarray, radius: np.ndarray, turn: np.ndarray
) -> Piece:
    """Ragged discs: a dark crater within a pale spalled ring; large ones are bare patches."""
    count, sides = len(points), 10
    spread = np.linspace(0, 2 * np.pi, sides, endpoint=False) + draw.normal(0, 0.12, (count, sides))
    reach = radius[:, None] * draw.uniform(0.6, 1.25, (count, sides))
    inner = reach * draw.uniform(0.45, 0.7, (count, 1))
    rings = []
    for ring, lift in ((reach, 0.0), (inner, -0.001)):
        local = np.stack([np.cos(spread) * ring, np.full((count, sides), lift), np.sin(spread) * ring * 0.9], -1)
        rings.append(points[:, None] + local @ turn[:3, :3].T)
    vertices = np.concatenate([*rings, points[:, None] + (turn[:3, :3] @ [0, -0.001, 0])], 1)
    here, after = np.arange(sides), (np.arange(sides) + 1) % sides
    quads = np.stack([here, after, sides + after, sides + here], 1)
    fans = np.stack([sides + here, sides + after, np.full(sides, 2 * sides)], 1)
    starts = np.arange(count)[:, None] * (2 * sides + 1)
    corners = np.concatenate([(quads.ravel() + starts), (fans.ravel() + starts)], 1).ravel()
    sizes = np.tile(np.r_[np.full(sides, 4), np.full(sides, 3)], count)
    bare = np.clip(radius / 0.18, 0, 1)[:, None]
    pale, dark = house.wall * 0.62 + 0.12, np.array([0.10, 0.095, 0.09])
    under = np.array([0.29, 0.28, 0.26]) if house.panel else np.array([0.36, 0.33, 0.29])
    core = (dark * (1 - bare) + under * bare)[:, None]
    colour = np.concatenate([np.broadcast_to(pale, (count, sides, 3)), np.broadcast_to(core, (count, sides + 1, 3))], 1)
    piece = Piece(vertices.reshape(-1, 3), corners.astype(np.int32), sizes.astype(np.int32))
    flat = vertices.reshape(-1, 3)
    return dressed(piece, colour.reshape(-1, 3), BROKEN, house.soot(flat))
