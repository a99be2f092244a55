"""Words printed on clothes: strokes of a plain sign writer's alphabet, laid on a garment's back or chest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from .clothing import REST, Garment, Surface
from .meshes import Piece

STROKES = {
    "A": "002640 1232", "B": "00063645443303 3342413000", "C": "4536160501103041", "D": "00062645412000",
    "E": "46060040 0333", "F": "460600 0333", "G": "45361605011030414323", "H": "0006 4046 0343", "I": "2026",
    "J": "4641301001", "K": "0006 4602 2440", "L": "060040", "M": "0006234640", "N": "00064046",
    "O": "160501103041453616", "P": "00063645443303", "Q": "160501103041453616 2240", "R": "00063645443303 2340",
    "S": "453616050413334241301001", "T": "0646 2620", "U": "060110304146", "V": "062046", "W": "0610233046",
    "X": "0046 0640", "Y": "062346 2320", "Z": "06460040", "0": "160501103041453616", "1": "052620",
    "2": "05163645440040", "3": "0516364544334241301001 1333", "4": "30360242", "5": "4606033342413000",
    "6": "4536160501103041423303", "7": "064610", "8": "13040516364544331302011030414233", "9": "43130405163645413010",
    "Б": "4606003041423303", "Г": "000646", "Д": "00014140 11163631", "И": "06004640", "Л": "00164640",
    "П": "00064640", "У": "0622 4610", "Ь": "06003041423303", "Я": "40461605041343 2300", " ": "",
} | dict(zip("АВЕКМНОРСТІ", (
    "002640 1232", "00063645443303 3342413000", "46060040 0333", "0006 4602 2440", "0006234640", "0006 4046 0343",
    "160501103041453616", "00063645443303", "4536160501103041", "0646 2620", "2026",
), strict=True))  # fmt: skip
"""Letter -> polylines of points "xy" on a grid 5 wide and 7 high, y up."""

WIDE = 0.95
"""Width of a stroke in cells of the grid."""


@dataclass(frozen=True)
class Place:
    """Where words go on the reference body, metres."""

    behind: bool
    x: float
    top: float
    cell: float
    """Size of a letter's grid cell at most."""
    span: float
    """Longest line."""


PLACES = {
    "back": Place(True, 0.0, 1.335, 0.0115, 0.25),
    "chest": Place(False, 0.095, 1.3075, 0.0021, 0.070),
    "front": Place(False, 0.0, 1.27, 0.012, 0.21),
}


def outlines(words: str, place: Place) -> np.ndarray:
    """Quads (m, 4, 2) of the words' strokes, (x, z) on the reference body; lines are parted by newlines."""
    lines = words.split("\n")
    cell = min(place.cell, *(place.span / max(1, 6 * len(line) - 2) for line in lines))
    quads = []
    for row, line in enumerate(lines):
        start = -(6 * len(line) - 2) / 2
        for number, letter in enumerate(line):
            for stroke in STROKES[letter].split():
                points = np.array([[int(a), int(b)] for a, b in zip(stroke[::2], stroke[1::2], strict=True)], float)
                points += (start + 6 * number, -6.5 - 9.0 * row)
                for a, b in pairwise(points):
                    quads += _ribbon(a, b)
    if not quads:
        return np.zeros((0, 4, 2))
    found = np.array(quads) * cell
    # text runs to the reader's right: that is the wearer's left in front and their right behind
    found[..., 0] = place.x + found[..., 0] * (-1 if place.behind else 1)
    found[..., 1] += place.top + 0.5 * cell
    return found


def _ribbon(a: np.ndarray, b: np.ndarray) -> list[np.ndarray]:
    """Quads of about a cell's length along a stroke, which reach half its width beyond its ends."""
    length = float(np.linalg.norm(b - a))
    ahead = (b - a) / length
    side = np.array([-ahead[1], ahead[0]]) * WIDE / 2
    a, b = a - ahead * WIDE * 0.42, b + ahead * WIDE * 0.42
    steps = max(1, round(length / 0.8))
    at = [a + (b - a) * k / steps for k in range(steps + 1)]
    return [np.stack([p + side, p - side, q - side, q + side]) for p, q in pairwise(at)]


@lru_cache(maxsize=96)
def _printed(garment: Garment, level: int, words: str, where: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(corner vertices (v, 3), their shares (v, 3), quads (m, 4)) of words on a garment."""
    place = PLACES[where]
    quads = garment.levels[level - 1].quads if level else garment.quads
    rest = garment.values[level][:, REST].astype(float)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    tree = BVHTree.FromPolygons(rest.tolist(), triangles.tolist())
    side = 1.0 if place.behind else -1.0
    corners, shares, faces = [], [], []
    for outline in outlines(words, place):
        hits = [tree.ray_cast(Vector((x, side, z)), Vector((0, -side, 0))) for x, z in outline.tolist()]
        if any(hit[2] is None for hit in hits):
            continue
        faces.append(np.arange(4) + len(corners))
        for spot, _, index, _ in hits:
            a, b, c = rest[triangles[index]]
            solved = np.linalg.lstsq(np.stack([a - c, b - c], 1), np.array(spot) - c, rcond=None)[0]
            corners.append(triangles[index])
            shares.append((solved[0], solved[1], 1 - solved[0] - solved[1]))
    return (
        np.array(corners, np.int64).reshape(-1, 3),
        np.array(shares).reshape(-1, 3),
        np.array(faces, np.int64).reshape(-1, 4),
    )


def lettering(
    surface: Surface,
    garment: Garment,
    level: int,
    words: str,
    where: str = "back",
    over: Piece | None = None,
    lift: float = 0.0026,
) -> Piece | None:
    """Words on a garment, or on the vest ``over`` it; None where they find no room. Raises KeyError for a letter or
    place that there is not."""
    corners, shares, quads = _printed(garment, level, words, where)
    if not len(quads):
        return None
    outward = surface.normals()
    points = ((surface.points + outward * lift)[corners] * shares[:, :, None]).sum(1)
    if over is not None:
        ahead = (outward[corners] * shares[:, :, None]).sum(1)
        ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-6)
        points = _onto(points - ahead * 0.01, ahead, over, lift)
    rest = (surface.values[:, REST][corners] * shares[:, :, None]).sum(1)
    return Piece.quads(points, quads, points={"rest": rest}, smooth=True)


def _onto(points: np.ndarray, ahead: np.ndarray, over: Piece, lift: float) -> np.ndarray:
    """Points moved along ``ahead`` until they lie ``lift`` over a piece, where it is within 7 cm."""
    starts = np.cumsum(over.sizes) - over.sizes
    faces = [over.corners[a : a + n].tolist() for a, n in zip(starts.tolist(), over.sizes.tolist(), strict=True)]
    tree = BVHTree.FromPolygons(over.vertices.tolist(), faces)
    moved = points.copy()
    for number, (point, line) in enumerate(zip(points.tolist(), ahead.tolist(), strict=True)):
        start, ray, far = Vector(point), Vector(line), None
        for _ in range(3):  # the vest's inner side comes first
            hit = tree.ray_cast(start, ray, 0.07)
            if hit[0] is None:
                break
            far, start = hit[0], hit[0] + ray * 1e-4
        if far is not None:
            moved[number] = np.array(far) + ahead[number] * lift
    return moved
