"""What is fixed to a house's walls: balconies, rain pipes, cables, air conditioners, satellite dishes."""

from __future__ import annotations

import numpy as np

from ..dataset.spec import BAY, STOREY
from .facade import face_matrix, has_balcony
from .furniture import CLOTHS, Box, boxes, pick
from .house import House
from .meshes import Piece, join
from .shapes import CAST, OTHER, box, dressed, lathe, rotation, tube


def fittings(house: House) -> list[Piece]:
    """Balconies, gutters' pipes, cables, air conditioners and dishes."""
    done = []
    for face in (0, 1):
        turn = face_matrix(house, face)
        parts: list[Piece] = []
        for bay in range(house.spec.bays):
            draw = house.draw("fittings", face, bay)
            for storey in range(house.spec.storeys):
                spot = turn[:3, :3] @ [(bay + 0.5) * BAY, -0.3, storey * STOREY + 0.5] + turn[:3, 3]
                whole = house.stands(*spot, 0.8) and not house.lost(face, bay, storey)
                corner = np.array([bay * BAY, 0, storey * STOREY])
                if has_balcony(house, face, bay) and storey > 0 and whole:
                    parts.append(_balcony(house, draw).moved(_shift(corner)))
                elif whole and draw.random() < 0.08:
                    spot = corner + [float(draw.choice([0.4, 2.75])), 0, float(draw.uniform(0.5, 1.9))]
                    parts.append(_conditioner().moved(_shift(spot)))
                elif whole and draw.random() < 0.1:
                    parts.append(_dish(draw).moved(_shift(corner + [2.7, 0, float(draw.uniform(0.9, 2.2))])))
            if bay % 3 == 2:
                parts += _pipe_down(house, turn, bay * BAY + 0.05)
        parts += _cables(house, face, turn)
        if parts:
            done.append(join(parts).moved(turn))
    return done


def _shift(by: np.ndarray) -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, 3] = by
    return matrix


def _balcony(house: House, draw: np.random.Generator) -> Piece:
    """A slab with a parapet of panels, bars or glazing, things left on it."""
    paint = house.trim * float(draw.uniform(0.8, 1.15))
    slab = dressed(box((2.9, 1.1, 0.14), (1.6, -0.55, 0.02)), house.wall * 0.9, CAST)
    style = float(draw.random())
    if style < 0.6:
        sheets = [((2.9, 0.05, 0.9), (1.6, -1.08, 0.55)), ((0.05, 1.1, 0.9), (0.18, -0.55, 0.55)),
                  ((0.05, 1.1, 0.9), (3.02, -0.55, 0.55))]  # fmt: skip
        rail = [dressed(box(size, centre), paint, CAST) for size, centre in sheets]
    else:
        bars: list[Box] = [
            ((0.018, 0.018, 0.95), (0.18 + 0.142 * n, -1.08, 0.55), (0.10, 0.09, 0.08)) for n in range(21)
        ]
        bars += [((2.9, 0.03, 0.03), (1.6, -1.08, z), (0.10, 0.09, 0.08)) for z in (0.12, 1.02)]
        rail = [boxes(bars)]
    if draw.random() < 0.4:
        posts: list[Box] = [((0.05, 0.05, 1.5), (x, -1.07, 1.75), (0.5, 0.49, 0.46)) for x in (0.2, 1.1, 2.1, 3.0)]
        posts += [((2.9, 0.05, 0.05), (1.6, -1.07, 2.5), (0.5, 0.49, 0.46))]
        rail.append(boxes(posts))
    if draw.random() < 0.5:
        clutter: list[Box] = [
            (tuple(draw.uniform(0.25, 0.7, 3)), (float(draw.uniform(0.5, 2.6)), -0.6, 0.35), pick(draw, CLOTHS))
        ]
        rail.append(boxes(clutter))
    return join([slab, *rail])


def _conditioner() -> Piece:
    """An outdoor unit on brackets."""
    fan = lathe(np.array([[0.0, 0.0], [0.2, 0.0], [0.2, 0.012], [0.0, 0.012]]), 14)
    turned_fan = fan.moved(_shift(np.array([-0.1, -0.35, 0])) @ rotation((1, 0, 0), np.pi / 2))
    case: list[Box] = [((0.78, 0.3, 0.54), (0, -0.2, 0), (0.52, 0.52, 0.50)),
                       ((0.03, 0.4, 0.03), (-0.3, -0.2, -0.29), (0.12, 0.11, 0.1)),
                       ((0.03, 0.4, 0.03), (0.3, -0.2, -0.29), (0.12, 0.11, 0.1))]  # fmt: skip
    return join([boxes(case), dressed(turned_fan, (0.07, 0.07, 0.07), OTHER)])


def _dish(draw: np.random.Generator) -> Piece:
    """A satellite dish on an arm."""
    profile = np.array([[0.0, 0.0], [0.11, 0.015], [0.21, 0.05], [0.27, 0.09], [0.26, 0.10], [0.0, 0.02]])
    bowl = dressed(lathe(profile, 16), (0.50, 0.50, 0.48), OTHER)
    tilt = rotation((0, 0, 1), float(draw.normal(0, 0.5))) @ rotation((1, 0, 0), 1.2)
    arm = dressed(tube(np.array([[0, 0, -0.1], [0, -0.35, -0.05]]), 0.02, 5), (0.3, 0.3, 0.3), OTHER)
    return join([bowl.moved(_shift(np.array([0, -0.35, 0])) @ tilt), arm])


def _pipe_down(house: House, turn: np.ndarray, x: float) -> list[Piece]:
    """A rain pipe, broken where the wall is."""
    parts = []
    for storey in range(house.spec.storeys):
        spot = turn[:3, :3] @ [x, 0, (storey + 0.5) * STOREY] + turn[:3, 3]
        if house.stands(*spot, 0.6):
            path = np.array([[x, -0.09, storey * STOREY + 0.02], [x, -0.09, (storey + 1) * STOREY]])
            parts.append(dressed(tube(path, 0.055, 8), (0.30, 0.30, 0.29), OTHER))
    return parts


def _cables(house: House, face: int, turn: np.ndarray) -> list[Piece]:
    """Cables strung along the wall in sags, some torn and hanging."""
    draw, parts = house.draw("cables", face), []
    for storey in range(1, house.spec.storeys + 1):
        if draw.random() < 0.45:
            continue
        height = storey * STOREY - float(draw.uniform(0.1, 0.4))
        for bay in range(house.spec.bays):
            share = np.linspace(0, 1, 9)
            path = np.stack([(bay + share) * BAY, np.full(9, -0.03),
                             height - 4 * share * (1 - share) * float(draw.uniform(0.02, 0.18))], 1)  # fmt: skip
            if house.stands(*(turn[:3, :3] @ path[4] + turn[:3, 3]), 0.3):
                parts.append(dressed(tube(path, 0.011, 4), (0.02, 0.02, 0.02), OTHER))
            elif house.stands(*(turn[:3, :3] @ path[0] + turn[:3, 3]), 0.2):
                drop = np.cumsum(np.c_[draw.normal(0.02, 0.05, 9), draw.normal(-0.02, 0.03, 9),
                                       np.full(9, -float(draw.uniform(0.1, 0.35)))], 0)  # fmt: skip
                parts.append(dressed(tube(path[0] + drop, 0.011, 4), (0.02, 0.02, 0.02), OTHER))
    return parts
