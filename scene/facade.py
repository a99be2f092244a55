"""The outer walls of a house, panel by panel, and where their windows are."""

from __future__ import annotations

import numpy as np

from ..dataset.spec import BAY, DEPTH, STOREY
from .furniture import pick
from .house import BRICK, CELL, SITE, House
from .meshes import Piece
from .panels import Frame, Torn, bars, torn
from .shapes import CAST, OTHER, Colour, dressed

WINDOW_PANEL = (0.8, 2.4, 0.8, 2.2)
WINDOW_BRICK = (1.0, 2.2, 0.8, 2.4)
"""(left, right, bottom, top) within a bay and storey, metres: whole cells."""


def window_of(house: House) -> tuple[float, float, float, float]:
    """The house's usual window."""
    return WINDOW_PANEL if house.panel else WINDOW_BRICK


def face_matrix(house: House, face: int) -> np.ndarray:
    """4x4 from a face's own frame (x along it, -y outwards, z up) to the house: 0 front, 1 back."""
    if face == 0:
        return np.eye(4)
    matrix = np.diag([-1.0, -1.0, 1.0, 1.0])
    matrix[:2, 3] = (house.length, DEPTH)
    return matrix


def has_balcony(house: House, face: int, bay: int) -> bool:
    """Whether the bay has balconies."""
    return house.panel and (bay + 2 * face) % 3 == 1


def lines(start: float, end: float) -> np.ndarray:
    """Grid lines a cell apart."""
    return np.linspace(start, end, round((end - start) / CELL) + 1)


def walls(house: House) -> list[Piece]:
    """Front, back and the two end walls, panel by panel."""
    done = []
    for face in (0, 1):
        for bay in range(house.spec.bays):
            for storey in range(house.spec.storeys):
                done += _front_panel(house, face, bay, storey)
    for end in (0, 1):
        for half in range(2):
            for storey in range(house.spec.storeys):
                done += _end_panel(house, end, half, storey)
    return done


def _front_panel(house: House, face: int, bay: int, storey: int) -> list[Piece]:
    draw = house.draw("panel", face, bay, storey)
    turn = face_matrix(house, face)
    out = float(draw.normal(0, 0.004)) if house.panel else 0.0
    if house.panel and house.spec.damage == "cracked" and draw.random() < 0.06:
        out -= float(draw.uniform(0.02, 0.07))
    lean = float(draw.normal(0, 0.002)) if house.panel else 0.0
    if house.lost(face, bay, storey):
        return []
    gap = 0.008 if house.panel else 0.0
    origin = turn[:3, :3] @ [bay * BAY + gap, out, storey * STOREY + gap] + turn[:3, 3]
    up = np.array([0, lean, 1.0])
    frame = Frame(origin, turn[:3, 0] * (1 - 2 * gap / BAY), turn[:3, :3] @ up * (1 - 2 * gap / STOREY), -turn[:3, 1])
    left, right, bottom, top = window_of(house)
    fine = _needs_grid(house, frame, BAY, STOREY)
    us = lines(0, BAY) if fine else np.array([0, left, right, BAY])
    vs = lines(0, STOREY) if fine else np.array([0, bottom, top, STOREY])
    u, v = (us[:-1] + us[1:]) / 2, (vs[:-1] + vs[1:]) / 2
    opening = ((u > left) & (u < right))[:, None] & ((v > bottom) & (v < top))[None]
    if has_balcony(house, face, bay) and storey > 0:
        opening = opening | (((u > left) & (u < left + 0.8))[:, None] & (v < top)[None])
        if not fine:
            us, opening = np.array([0, left, left + 0.8, right, BAY]), None
            u = (us[:-1] + us[1:]) / 2
            opening = ((u > left) & (u < right))[:, None] & ((v > bottom) & (v < top))[None]
            opening |= ((u > left) & (u < left + 0.8))[:, None] & (v < top)[None]
    part = torn(us, vs, frame, 0.26 if house.panel else 0.38, house.damage, 0.0, draw, opening)
    shade = house.wall * (float(draw.uniform(0.9, 1.08)) if house.panel else 1.0)
    return _walled(house, part, shade, (0.42, 0.40, 0.34), draw)


def _end_panel(house: House, end: int, half: int, storey: int) -> list[Piece]:
    """A windowless wall at the left or right end."""
    draw = house.draw("end", end, half, storey)
    wide = DEPTH / 2
    x = 0.0 if end == 0 else house.length
    side = np.array([-1.0 if end == 0 else 1.0, 0, 0])
    frame = Frame(np.array([x, half * wide, storey * STOREY]), np.array([0, 1.0, 0]), np.array([0, 0, 1.0]), side)
    fine = _needs_grid(house, frame, wide, STOREY)
    us = np.linspace(0, wide, 28) if fine else np.array([0, wide])
    vs = lines(0, STOREY) if fine else np.array([0, STOREY])
    part = torn(us, vs, frame, 0.25, house.damage, 0.0, draw)
    shade = house.wall * (float(draw.uniform(0.92, 1.06)) if house.panel else 1.0)
    return _walled(house, part, shade, pick(draw, PAPERS), draw)


def _walled(house: House, part: Torn | None, front: Colour, back: Colour, draw: np.random.Generator) -> list[Piece]:
    """An outer wall and, where it is concrete and torn, the thin bars of its mesh."""
    if part is None:
        return []
    wall = finish(house, part, front, back, draw, brick=not house.panel)
    return [wall, *bars(draw, part, 0.2, 0.006)] if house.panel else [wall]


PAPERS = ((0.45, 0.36, 0.22), (0.22, 0.34, 0.40), (0.50, 0.46, 0.36), (0.40, 0.25, 0.22), (0.33, 0.42, 0.30),
          (0.52, 0.50, 0.46), (0.46, 0.40, 0.44), (0.30, 0.42, 0.42), (0.48, 0.42, 0.30))  # fmt: skip


def _needs_grid(house: House, frame: Frame, wide: float, tall: float) -> bool:
    """Whether damage or soot comes near a panel: only then it is worth fine cells."""
    u, v = np.meshgrid(np.linspace(0, wide, 5), np.linspace(0, tall, 5), indexing="ij")
    points = frame.at(u, v).reshape(-1, 3)
    return float(house.damage(points).max()) > -1.0 or float(house.soot(points).max()) > 0.03


def finish(
    house: House, part: Torn, front: Colour, back: Colour, draw: np.random.Generator, brick: bool = False
) -> Piece:
    """Colours, soot, shelter and texture coordinates for a torn panel."""
    piece, points = part.piece, part.piece.vertices
    colour = np.where(part.layer[:, None] == 1, np.asarray(back, float), np.asarray(front, float))
    faces = piece.faces["brk"]
    if brick:
        rest = np.stack([points[:, 0] + points[:, 1], np.zeros(len(points)), points[:, 2]], 1)
        plaster = np.all(part.layer[piece.corners.reshape(-1, 4)] == 1, axis=1)
        dressed(piece, colour, np.where(plaster, CAST, OTHER), house.soot(points), rest)
        piece.material = np.where(plaster, SITE, BRICK)
    else:
        dressed(piece, colour, faces, house.soot(points), float(draw.uniform(-20, 20)))
    piece.points["shelter"] = house.sheltered(points)
    return piece
