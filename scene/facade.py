"""The outside of a house: wall panels, windows with what is left of them, balconies, pipes, pits and fallen plaster."""

from __future__ import annotations

import numpy as np

from ..dataset.spec import BAY, DEPTH, STOREY
from .furniture import CLOTHS, Box, boxes, pick
from .house import BRICK, CELL, GLASS, SITE, House
from .meshes import Piece, join
from .panels import Frame, Torn, torn
from .shapes import BROKEN, CAST, OTHER, STEEL, Colour, box, dressed, lathe, rotation, tube

WINDOW_PANEL = (0.8, 2.4, 0.8, 2.2)
WINDOW_BRICK = (1.0, 2.2, 0.8, 2.4)
"""(left, right, bottom, top) within a bay and storey, metres: whole cells."""

FRAMES = ((0.60, 0.59, 0.56), (0.60, 0.59, 0.56), (0.28, 0.17, 0.10), (0.36, 0.38, 0.38))


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
                made = _front_panel(house, face, bay, storey)
                if made is not None:
                    done.append(made)
    for end in (0, 1):
        for half in range(2):
            for storey in range(house.spec.storeys):
                made = _end_panel(house, end, half, storey)
                if made is not None:
                    done.append(made)
    return done


def _front_panel(house: House, face: int, bay: int, storey: int) -> Piece | None:
    draw = house.draw("panel", face, bay, storey)
    turn = face_matrix(house, face)
    out = float(draw.normal(0, 0.004)) if house.panel else 0.0
    if house.panel and house.spec.damage == "cracked" and draw.random() < 0.06:
        out -= float(draw.uniform(0.02, 0.07))
    lean = float(draw.normal(0, 0.002)) if house.panel else 0.0
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
    return None if part is None else finish(house, part, shade, (0.42, 0.40, 0.34), draw, brick=not house.panel)


def _end_panel(house: House, end: int, half: int, storey: int) -> Piece | None:
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
    paper = pick(draw, PAPERS)
    return None if part is None else finish(house, part, shade, paper, draw, brick=not house.panel)


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
        colour = np.where((part.layer[:, None] == 1) & True, np.asarray(back, float), np.asarray(front, float))
    else:
        dressed(piece, colour, faces, house.soot(points), float(draw.uniform(-20, 20)))
    piece.points["shelter"] = house.sheltered(points)
    return piece


def openings(house: House) -> tuple[list[Piece], list[Piece]]:
    """What is left of the windows: frames, sills, curtains and boards; and panes."""
    solid, glass = [], []
    for face in (0, 1):
        turn = face_matrix(house, face)
        for bay in range(house.spec.bays):
            for storey in range(house.spec.storeys):
                draw = house.draw("window", face, bay, storey)
                middle = turn[:3, :3] @ [(bay + 0.5) * BAY, 0, storey * STOREY + 1.5] + turn[:3, 3]
                if not house.stands(*middle, 0.75):
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


def marks(house: House) -> list[Piece]:
    """Shrapnel pits around the blasts and patches of fallen plaster, as thin splashes on the front and back."""
    done = []
    left, right, bottom, top = window_of(house)
    for face in (0, 1):
        draw, turn = house.draw("marks", face), face_matrix(house, face)
        count = {"cracked": 260, "holed": 420, "collapsed": 420}[house.spec.damage] if face == 0 else 120
        x, z = draw.uniform(0.1, house.length - 0.1, count), draw.uniform(0.1, house.top - 0.1, count)
        blast = house.damage.blasts[draw.integers(0, len(house.damage.blasts), count)]
        near = draw.random(count) < 0.55
        x = np.where(near, blast[:, 0] + draw.normal(0, 1, count) * (blast[:, 3] + 1.5), x)
        z = np.where(near, blast[:, 2] + draw.normal(0, 1, count) * (blast[:, 3] + 1.0), z)
        radius = np.clip(0.028 * (1 + draw.pareto(1.6, count)), 0.025, 0.5)
        points = np.stack([x, np.full(count, -0.006), z], 1) @ turn[:3, :3].T + turn[:3, 3]
        bay, storey = x % BAY, z % STOREY
        hole = (bay > left - radius - 0.1) & (bay < right + radius + 0.1)
        hole &= (storey > bottom - radius - 0.1) & (storey < top + radius + 0.1)
        hole |= (x < radius) | (x > house.length - radius) | (z < radius) | (z > house.top - radius)
        kept = ~hole & (house.damage(points) < -0.25 - radius)
        if kept.any():
            done.append(_splashes(house, draw, points[kept], radius[kept], turn))
    return done


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
                whole = house.stands(*spot, 0.8)
                corner = np.array([bay * BAY, 0, storey * STOREY])
                if has_balcony(house, face, bay) and storey > 0 and whole:
                    parts.append(_balcony(house, draw).moved(_shift(corner)))
                elif whole and draw.random() < 0.14:
                    parts.append(_conditioner().moved(_shift(corner + [0.4, 0, 0.9])))
                elif whole and draw.random() < 0.1:
                    parts.append(_dish(draw).moved(_shift(corner + [2.7, 0, 1.6])))
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
    profile = np.array([[0.0, 0.0], [0.15, 0.02], [0.28, 0.07], [0.35, 0.12], [0.34, 0.13], [0.0, 0.02]])
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
            elif draw.random() < 0.7:
                drop = np.cumsum(np.c_[draw.normal(0.02, 0.05, 9), draw.normal(-0.02, 0.03, 9),
                                       np.full(9, -float(draw.uniform(0.1, 0.35)))], 0)  # fmt: skip
                parts.append(dressed(tube(path[0] + drop, 0.011, 4), (0.02, 0.02, 0.02), OTHER))
    return parts


__all__ = ["GLASS", "STEEL", "finish", "fittings", "marks", "openings", "walls"]
