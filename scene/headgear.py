"""What is worn on the head: helmets of four kinds with strap, lamp and visor, caps, hoods, goggles, masks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from .body import Base, Body, reference
from .clothing import family
from .meshes import Piece
from .topology import cut, edges, normals, smoothed

TURNS = 48


@dataclass(frozen=True)
class Skull:
    """Measures of a head in the rest pose, metres."""

    low: float
    """Height of a helmet's rim."""
    top: float
    centre: float
    """y of the middle."""
    half: tuple[float, float]
    """Half width and half depth of a helmet's inside."""


@dataclass(frozen=True)
class Style:
    """A helmet's shape."""

    brim: tuple[float, float, float]
    """Metres beyond the shell: all round, more in front, more behind."""
    drop: float
    """How much deeper it sits behind."""
    ridge: float
    ridge_width: float
    height: float
    """Metres over the skull."""
    power: float
    """Roundness: 1 a sphere's profile, less is boxier."""


STYLES = {
    "rescue": Style((0.006, 0.016, 0.002), 0.030, 0.004, 0.030, 0.030, 0.78),
    "site": Style((0.012, 0.032, 0.004), 0.022, 0.008, 0.022, 0.040, 0.86),
    "fire": Style((0.020, 0.014, 0.034), 0.034, 0.014, 0.015, 0.042, 0.84),
    "combat": Style((0.004, 0.010, 0.004), 0.045, 0.0, 0.03, 0.026, 0.72),
}


def skull(body: Body) -> Skull:
    """Measure the head."""
    eye = body.vertices[14598:14670, 2].mean()
    share = family(body, body.weights, ("head",))[:13380]
    head = body.vertices[:13380][share > 0.5]
    low = eye + 0.046 * body.scale
    upper = head[(head[:, 2] > low) & (np.abs(head[:, 0]) < 0.2)]
    middle = (upper[:, 1].max() + upper[:, 1].min()) / 2
    half = (np.abs(upper[:, 0]).max() + 0.018, (upper[:, 1].max() - upper[:, 1].min()) / 2 + 0.020)
    return Skull(float(low), float(head[:, 2].max()), float(middle), (float(half[0]), float(half[1])))


def helmet(size: Skull, kind: str) -> Piece:
    """A shell with rim, brim and ridge, rest pose; point attribute ``shell``: (turn 0..1, height 0..1, 0)."""
    style = STYLES[kind]
    around = np.linspace(0, 2 * np.pi, TURNS, endpoint=False)
    sine, cosine = np.sin(around), np.cos(around)
    low = size.low - style.drop * ((1 - cosine) / 2) ** 1.5
    even, front, behind = style.brim
    brim = (even + front * np.clip(cosine, 0, 1) ** 2 + behind * np.clip(-cosine, 0, 1) ** 2) / np.mean(size.half)
    tall = size.top - size.low + style.height
    rings = [(0.955, low + 0.012, -0.3), (0.985, low - 0.002, -0.25), (1 + brim, low - 0.010 - brim * 0.03, -0.2)]
    rings += [
        (1.006 + brim, low - 0.005 - brim * 0.03, -0.15),
        (1.006 + brim * 0.3, low + 0.006, -0.1),
        (1.0, low + 0.014, 0),
    ]
    for step in range(1, 16):
        rise = step / 16 * np.pi / 2
        reach = np.cos(rise) ** style.power
        ridge = style.ridge * np.exp(-((sine * size.half[0] * reach / style.ridge_width) ** 2)) * min(1, rise * 2)
        fade = (1 - step / 16) ** 1.5
        z = size.low + (low - size.low) * fade + 0.014 * (1 - np.sin(rise)) + tall * np.sin(rise) ** 0.95 + ridge
        rings.append((reach, z, step / 16))
    rings.append((0.01, np.full(TURNS, size.low + tall + style.ridge), 1.0))
    points, marks = [], []
    for reach, z, height in rings:
        reach = np.broadcast_to(reach, TURNS)
        points.append(
            np.stack([sine * size.half[0] * reach, size.centre - cosine * size.half[1] * reach, z + 0 * sine], 1)
        )
        marks.append(np.stack([around / (2 * np.pi), np.full(TURNS, height), 0 * around], 1))
    piece = Piece.quads(np.concatenate(points), lathe_quads(len(rings), TURNS), smooth=True)
    piece.points["shell"] = np.concatenate(marks)
    return piece


def cap(size: Skull) -> Piece:
    """A peaked cap."""
    around = np.linspace(0, 2 * np.pi, TURNS, endpoint=False)
    sine, cosine = np.sin(around), np.cos(around)
    peak = 0.42 * np.clip((cosine - 0.35) / 0.65, 0, 1) ** 0.7
    half = (size.half[0] - 0.008, size.half[1] - 0.008)
    rows = [(0.97 + 0 * sine, size.low + 0.004 + 0 * sine), (1.0 + peak, size.low - 0.005 - 0.02 * peak)]
    rows += [(1.0 + peak, size.low - 0.001 - 0.02 * peak), (1.0 + 0 * sine, size.low + 0.008 + 0 * sine)]
    tall = size.top - size.low + 0.014
    for step in range(1, 12):
        rise = step / 12 * np.pi / 2
        rows.append((np.cos(rise) ** 0.7 + 0 * sine, size.low + 0.008 + tall * np.sin(rise) + 0 * sine))
    rows.append((0.01 + 0 * sine, np.full(TURNS, size.low + tall + 0.009)))
    points = [np.stack([sine * half[0] * r, size.centre - cosine * half[1] * r, z], 1) for r, z in rows]
    return Piece.quads(np.concatenate(points), lathe_quads(len(rows), TURNS), smooth=True)


def lamp(size: Skull) -> Piece:
    """A headlamp on the helmet's front; material 1 is the lens."""
    around = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    front = np.array([0, size.centre - size.half[1] - 0.002, size.low + 0.055])
    rows = [(0.022, 0.03), (0.022, -0.012), (0.019, -0.016), (0.017, -0.013), (0.001, -0.012)]
    points = [np.stack([np.cos(around) * r, np.full(16, y), np.sin(around) * r], 1) + front for r, y in rows]
    quads = lathe_quads(len(rows), 16)[:, ::-1]
    slots = (np.arange(len(quads)) >= 32).astype(int)
    return Piece.quads(np.concatenate(points), quads, smooth=True, material=slots)


def visor(size: Skull) -> Piece:
    """A raised face shield of a fire helmet."""
    around = np.linspace(-1.15, 1.15, 25)
    rows = []
    for share in np.linspace(0, 1, 7):
        reach = 1.05 + 0.10 * np.sin(share * np.pi)
        rows.append(
            np.stack(
                [
                    np.sin(around) * size.half[0] * reach,
                    size.centre - np.cos(around) * size.half[1] * reach,
                    size.low + 0.025 + 0.085 * share + 0 * around,
                ],
                1,
            )
        )
    return Piece.quads(np.concatenate(rows), strip_quads(7, 25), smooth=True)


@lru_cache(maxsize=2)
def _strap_path(base: Base) -> tuple[np.ndarray, np.ndarray]:
    """Where a chin strap touches the reference head: (triangle corners (41, 3), their shares (41, 3))."""
    body = reference(base)
    size = skull(body)
    quads = base.groups["body"]
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    surface = BVHTree.FromPolygons(body.vertices.tolist(), triangles.tolist())
    corners, shares = [], []
    for turn in np.linspace(-np.pi / 2, np.pi / 2, 41):
        deep = np.cos(turn)
        guess = (
            np.sin(turn) * size.half[0] * 0.95,
            size.centre + 0.010 - deep**1.3 * 0.060 * body.scale,
            size.low + 0.005 - deep**0.8 * 0.178 * body.scale,
        )
        place, _, index, _ = surface.find_nearest(Vector(guess))
        a, b, c = body.vertices[triangles[index]]
        solved = np.linalg.lstsq(np.stack([a - c, b - c], 1), np.array(place) - c, rcond=None)[0]
        corners.append(triangles[index])
        shares.append((solved[0], solved[1], 1 - solved[0] - solved[1]))
    return np.array(corners), np.array(shares)


def strap(body: Body) -> Piece:
    """A chin strap laid on the cheeks and under the chin."""
    corners, shares = _strap_path(body.base)
    ends = body.vertices[corners]
    line = (ends * shares[:, :, None]).sum(1)
    outward = np.cross(ends[:, 1] - ends[:, 0], ends[:, 2] - ends[:, 0])
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    line = line + outward * 0.004
    for _ in range(3):
        line[1:-1] = 0.5 * line[1:-1] + 0.25 * (line[:-2] + line[2:])
    across = np.cross(np.gradient(line, axis=0), outward)
    across *= 0.009 / np.maximum(np.linalg.norm(across, axis=1), 1e-6)[:, None]
    return Piece.quads(np.concatenate([line - across, line + across]), strip_quads(2, 41), smooth=True)


def goggles(size: Skull) -> Piece:
    """Goggles pushed up on the helmet, or worn; a band all round and a bulging front."""
    around = np.linspace(0, 2 * np.pi, TURNS, endpoint=False)
    front = np.clip((np.cos(around) - 0.3) / 0.7, 0, 1) ** 0.5
    rows = []
    for z, out in ((-0.5, 0.0), (-0.5, 1.0), (0.5, 1.0), (0.5, 0.0)):
        reach = 1.012 + (0.02 + 0.16 * front) * out
        high = size.low + 0.045 + z * (0.022 + 0.040 * front)
        rows.append(
            np.stack(
                [np.sin(around) * size.half[0] * reach, size.centre - np.cos(around) * size.half[1] * reach, high], 1
            )
        )
    quads = lathe_quads(4, TURNS)
    lens = np.zeros(len(quads), int)
    lens[TURNS : 2 * TURNS] = front > 0.35
    return Piece.quads(np.concatenate(rows), quads, smooth=True, material=lens)


def mask(body: Body) -> tuple[Piece, np.ndarray]:
    """A dust mask over nose and mouth: (piece in the rest pose, its body vertices' indices)."""
    eye = body.vertices[14598:14670].mean(0)
    points = body.vertices
    face = (
        (np.arange(len(points)) < 13380) & (points[:, 1] < eye[1] + 0.035) & (np.abs(points[:, 0]) < 0.058 * body.scale)
    )
    face &= (points[:, 2] < eye[2] - 0.022 * body.scale) & (points[:, 2] > eye[2] - 0.105 * body.scale)
    used, quads = cut(body.base.groups["body"], face)
    flat = points[used]
    links = edges(quads)
    # a cup: pressed to the face at its rim, domed over nose and mouth
    low, high = flat[:, 2].min(), flat[:, 2].max()
    aside = np.abs(flat[:, 0]) / np.abs(flat[:, 0]).max()
    up = np.abs(2 * (flat[:, 2] - low) / (high - low) - 1)
    dome = np.clip(1 - np.maximum(aside, up) ** 2, 0, 1)[:, None]
    shape = flat * (1 - dome) + smoothed(flat, links, 60) * dome
    shape = shape + np.array([0.0, -0.020, 0.0]) * dome**0.7 * body.scale
    shape = smoothed(shape, links, 4)
    return Piece.quads(shape + normals(shape, quads) * 0.007, quads, smooth=True), used


def hood(body: Body) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A raised hood round the head: (points, quads, indices of its body vertices), rest pose."""
    eye = body.vertices[14598:14670].mean(0)
    points = body.vertices
    share = family(body, body.weights, ("head", "neck_01"))
    around = (np.arange(len(points)) < 13380) & (share > 0.3)
    open_face = (
        (points[:, 1] < eye[1] + 0.075) & (np.abs(points[:, 0]) < 0.068 * body.scale) & (points[:, 2] < eye[2] + 0.055)
    )
    used, quads = cut(body.base.groups["body"], around & ~open_face)
    links = edges(quads)
    shape = smoothed(points[used], links, 30)
    outward = normals(shape, quads)
    # the smoothed crown has sunk into the head
    sunk = ((points[used] - shape) * outward).sum(1, keepdims=True)
    lift = smoothed(np.maximum(0.028, sunk + 0.020), links, 3)
    return shape + outward * lift, quads, used


def lathe_quads(rows: int, turns: int) -> np.ndarray:
    """Faces between ``rows`` closed rings of ``turns`` points."""
    start = np.arange(rows - 1)[:, None] * turns
    near, after = np.arange(turns)[None], (np.arange(turns)[None] + 1) % turns
    return np.stack([start + near, start + after, start + turns + after, start + turns + near], -1).reshape(-1, 4)


def strip_quads(rows: int, columns: int) -> np.ndarray:
    """Faces of an open grid of points, row by row."""
    start = np.arange(rows - 1)[:, None] * columns
    near = np.arange(columns - 1)[None]
    return np.stack([start + near, start + near + 1, start + columns + near + 1, start + columns + near], -1).reshape(
        -1, 4
    )
