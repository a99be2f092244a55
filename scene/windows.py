"""Windows and what is left of them: frames, whole panes and shards, boards, open casements, curtains."""

from __future__ import annotations

import numpy as np

from ..dataset.spec import BAY, STOREY
from .facade import face_matrix, has_balcony, window_of
from .furniture import CLOTHS, Box, boxes, pick
from .house import House
from .meshes import Piece
from .shapes import CAST, OTHER, Colour, box, dressed, rotation

FRAMES = ((0.60, 0.59, 0.56), (0.60, 0.59, 0.56), (0.28, 0.17, 0.10), (0.36, 0.38, 0.38))


def openings(house: House) -> tuple[list[Piece], list[Piece]]:
    """What is left of the windows: frames, sills, curtains and boards; and panes."""
    solid, glass = [], []
    for face in (0, 1):
        turn = face_matrix(house, face)
        for bay in range(house.spec.bays):
            for storey in range(house.spec.storeys):
                draw = house.draw("window", face, bay, storey)
                middle = turn[:3, :3] @ [(bay + 0.5) * BAY, 0, storey * STOREY + 1.5] + turn[:3, 3]
                if not house.stands(*middle, 0.75) or house.lost(face, bay, storey):
                    continue
                burnt = (face, bay, storey) in house.fires
                move = turn.copy()
                move[:3, 3] = turn[:3, :3] @ [bay * BAY, 0, storey * STOREY] + turn[:3, 3]
                for piece, is_glass in _window(house, draw, burnt, has_balcony(house, face, bay) and storey > 0):
                    moved = piece.moved(move)
                    (glass if is_glass else solid).append(moved)
    return solid, glass


def _window(house: House, draw: np.random.Generator, burnt: bool, balcony: bool) -> list[tuple[Piece, bool]]:
    """One window in its bay's frame: (piece, whether it is glass)."""
    left, right, bottom, top = window_of(house)
    inset = 0.12 if house.panel else 0.16
    paint = (0.04, 0.035, 0.03) if burnt else pick(draw, FRAMES, 0.08)
    wide, tall, width = right - left, top - bottom, 0.06
    posts = [left + width / 2, (left + right) / 2, right - width / 2]
    frame: list[Box] = [((wide, 0.07, width), ((left + right) / 2, inset, z), paint)
                        for z in (bottom + width / 2, top - width / 2)]  # fmt: skip
    frame += [((width, 0.07, tall), (x, inset, (bottom + top) / 2), paint) for x in posts]
    if balcony:
        frame.append(((0.06, 0.07, bottom), (left + 0.77, inset, bottom / 2), paint))
    if burnt:
        frame = [part for part in frame if draw.random() < 0.4]
    sill: Box = ((wide + 0.16, 0.2, 0.035), ((left + right) / 2, -0.04, bottom - 0.02), (0.33, 0.33, 0.33))
    done = [(boxes([*frame, sill]), False)]
    if not house.panel:
        lintel: Box = ((wide + 0.5, 0.03, 0.22), ((left + right) / 2, -0.008, top + 0.11), (0.36, 0.345, 0.32))
        done.append((dressed(box(lintel[0], lintel[1]), lintel[2], CAST), False))
    for number in range(2):
        sash = (posts[number] + width / 2, posts[number + 1] - width / 2, bottom + width, top - width)
        done += _sash(draw, sash, inset, burnt, paint)
    if not burnt and draw.random() < 0.45:
        done.append((_curtain(draw, left, right, top, inset), False))
    return done


def _sash(
    draw: np.random.Generator, sash: tuple[float, float, float, float], inset: float, burnt: bool, paint: Colour
) -> list[tuple[Piece, bool]]:
    """Whole glass, shards, a board, a film, an open casement or nothing."""
    x0, x1, z0, z1 = sash
    middle, size = ((x0 + x1) / 2, inset, (z0 + z1) / 2), (x1 - x0, z1 - z0)
    fate = float(draw.random())
    if burnt or fate < 0.22:
        return []
    if fate < 0.34:
        return [(_shards(draw, sash, inset), True)]
    if fate < 0.46:
        board = pick(draw, ((0.42, 0.33, 0.21), (0.36, 0.28, 0.18), (0.50, 0.48, 0.44), (0.30, 0.33, 0.36)))
        plate = dressed(
            box((size[0] + 0.1, 0.015, size[1] + 0.08), (middle[0], inset - 0.045, middle[2])), board, OTHER
        )
        return [(plate.moved(_about(middle, (0, 1, 0), float(draw.normal(0, 0.02)))), False)]
    pane = dressed(box((size[0], 0.006, size[1]), middle), (0.02, 0.025, 0.03), OTHER)
    if fate < 0.58:
        hinge = (x0, inset, middle[2])
        swing = _about(hinge, (0, 0, 1), float(draw.uniform(0.3, 1.7)))
        bars: list[Box] = [((size[0], 0.04, 0.05), (middle[0], inset, z), paint) for z in (z0, z1)]
        bars += [((0.05, 0.04, size[1]), (x, inset, middle[2]), paint) for x in (x0, x1)]
        casement = [(boxes(bars).moved(swing), False)]
        return [*casement, (pane.moved(swing), True)] if draw.random() < 0.6 else casement
    # each pane stands a little differently: each mirrors another piece of sky
    tilt = _about(middle, (0, 0, 1), float(draw.normal(0, 0.02))) @ _about(
        middle, (1, 0, 0), float(draw.normal(0, 0.012))
    )
    return [(pane.moved(tilt), True)]


def _about(point: Colour, axis: Colour, angle: float) -> np.ndarray:
    """4x4 turning about an axis through a point."""
    matrix = rotation(axis, angle)
    matrix[:3, 3] = np.asarray(point) - matrix[:3, :3] @ np.asarray(point)
    return matrix


def _shards(draw: np.random.Generator, sash: tuple[float, float, float, float], inset: float) -> Piece:
    """Glass left along the frame."""
    x0, x1, z0, z1 = sash
    corners, faces = [], []
    for _ in range(int(draw.integers(3, 7))):
        side, at = int(draw.integers(4)), float(draw.uniform(0.1, 0.9))
        base, reach = float(draw.uniform(0.12, 0.4)), float(draw.uniform(0.1, 0.45))
        along = np.clip([at - base / 2, at + base / 2, at + float(draw.normal(0, 0.15))], 0, 1)
        inward = np.array([0, 0, reach])
        wide, tall = x1 - x0, z1 - z0
        if side < 2:
            x, z = x0 + along * wide, (z0 + inward * tall) if side == 0 else (z1 - inward * tall)
        else:
            x, z = (x0 + inward * wide) if side == 2 else (x1 - inward * wide), z0 + along * tall
        faces.append(len(corners) + np.arange(3))
        corners += [(px, inset, pz) for px, pz in zip(np.broadcast_to(x, 3), np.broadcast_to(z, 3), strict=True)]
    return dressed(Piece.quads(np.array(corners), np.array(faces)), (0.02, 0.025, 0.03), OTHER)


def _curtain(draw: np.random.Generator, left: float, right: float, top: float, inset: float) -> Piece:
    """A curtain behind the window, drawn half or blown out over the sill."""
    cloth = pick(draw, (*CLOTHS, (0.55, 0.54, 0.50), (0.50, 0.46, 0.36)))
    start, end = (left, left + float(draw.uniform(0.3, 0.9))) if draw.random() < 0.5 else (left, right)
    across, down = np.meshgrid(np.linspace(0, 1, 22), np.linspace(0, 1, 7), indexing="ij")
    x = start + (end - start) * across + 0.05 * down * draw.normal(0, 1)
    fold = 0.035 * np.sin(across * float(draw.uniform(25, 45)) * (end - start) + 2 * down)
    blown = 0.0 if draw.random() < 0.75 else -0.55 * down**1.5
    y = inset + 0.14 + fold + blown * (0.6 + 0.4 * np.sin(3 * across))
    z = top - 0.05 - down * float(draw.uniform(0.8, 1.4))
    first = np.arange(21)[:, None] * 7 + np.arange(6)
    quads = np.stack([first, first + 7, first + 8, first + 1], -1).reshape(-1, 4)
    piece = Piece.quads(np.stack([x, y, z], -1).reshape(-1, 3), quads, smooth=True)
    return dressed(piece, cloth, OTHER)
