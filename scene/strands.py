"""Hairs one by one: grown once on the average head, then carried to everybody else's.

A hair is a line of points that leaves the skin, follows the style's comb and hangs; none enters the skin. What a style
looks like on the average head is worked out once a process; on another head the lines move as the skin below them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from mathutils import Vector
from mathutils.kdtree import KDTree

from ..dataset.spec import stream
from .body import Base, Body, reference
from .facemap import BODY, GROWTHS
from .head import sheet
from .meshes import Piece
from .skeleton import skin as skinned
from .topology import normals

LEVEL = 1
"""Subdivisions of the head on which hairs grow."""

CLEAR = 0.016
"""Metres that hair keeps from neck and shoulders, which are clothed."""

EARS = 0.80
"""Beyond so many decimetres from the middle, on the unshaped head, are only ears."""

NEIGHBOURS = 5
"""Skin points that carry one point of a hair."""

Comb = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(places (n, 3), distance from the root 0..1) -> the direction (n, 3) in which hair is combed there."""


@dataclass(frozen=True)
class Cut:
    """How a style grows. Lengths in metres."""

    area: str
    """Name of facemap.GROWTHS."""
    count: int
    length: tuple[float, float]
    comb: Comb
    points: int = 6
    rise: float = 0.3
    """0: lies on the skin, 1: stands off it."""
    fall: float = 0.1
    """How fast it gives in to gravity."""
    layer: float = 0.008
    """How thick the hairs lie over one another."""
    stray: float = 0.12
    """How much single hairs leave the comb."""
    curl: float = 0.0
    """Radius of curls."""
    ragged: float = 0.012
    """How far the border thins out."""
    width: float = 0.0009
    hug: float = 0.0
    """Up to which share of its length hair lies on the skin, instead of only not entering it."""
    tie: np.ndarray | None = None
    """Where the hairs end at the latest, (3,)."""


@dataclass(frozen=True, eq=False)
class Strands:
    """Hairs in the reference body's rest pose: lines (n, k, 3), outward directions (n, k, 3), widths (n,)."""

    lines: np.ndarray
    outward: np.ndarray
    widths: np.ndarray
    near: np.ndarray
    """Body vertices that carry each point, (n, k, NEIGHBOURS), and how much, as ``share``."""
    share: np.ndarray
    weights: np.ndarray
    """Bone weights of each point, (n * k, bones)."""

    def of(self, chosen: np.ndarray) -> Strands:
        """Some of the hairs: (n,) bool or indices."""
        shape = (*self.lines.shape[:2], -1)
        weights = self.weights.reshape(shape)[chosen]
        return Strands(
            self.lines[chosen], self.outward[chosen], self.widths[chosen], self.near[chosen], self.share[chosen],
            weights.reshape(-1, weights.shape[-1]),
        )  # fmt: skip

    def on(self, body: Body, turns: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lines and outward directions on a posed body."""
        moved = body.vertices - reference(body.base).vertices
        rest = self.lines + (moved[self.near] * self.share[..., None]).sum(2)
        posed = skinned(rest.reshape(-1, 3), self.weights, body, turns, places).reshape(rest.shape)
        return posed, self.outward @ turns[body.base.bone("head")].T


class Scalp:
    """The average head and trunk as what hair grows on and lies on."""

    def __init__(self, base: Base) -> None:
        body = reference(base)
        head = sheet(base, "head")
        points = body.vertices[head.used]
        for step in head.steps[:LEVEL]:
            points = step.points(points)
        self.points, self.quads, self.marks = points, head.quads[LEVEL], head.marks[LEVEL]
        self.normals = normals(points, self.quads)
        skin = np.arange(BODY)
        low = skin[(body.vertices[:BODY, 2] > 1.05) & (body.vertices[:BODY, 2] < points[:, 2].min() + 0.01)]
        low = low[np.abs(body.vertices[low, 0]) < 0.25]
        everywhere = normals(body.vertices, base.groups["body"])
        flat = np.abs(self.marks[:, 0]) < EARS  # hair presses ears to the head
        self._solid = np.concatenate([points[flat], body.vertices[low]])
        self._outward = np.concatenate([self.normals[flat], everywhere[low]])
        neck = np.clip((1.475 - self._solid[:, 2]) / 0.05, 0, 1)
        self._margin = CLEAR * neck
        self._tree = _tree(self._solid)
        self._carriers = skin[body.vertices[:BODY, 2] > 1.05]
        self._bearing = _tree(body.vertices[self._carriers])

    def roots(self, cut: Cut, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(places (n, 3), normals (n, 3), distance from the border 0..1) of a style's hairs."""
        field = GROWTHS[cut.area](self.marks)
        quads = self.quads[(field[self.quads] > 0).any(1)]
        corner = self.points[quads]
        area = np.linalg.norm(np.cross(corner[:, 2] - corner[:, 0], corner[:, 3] - corner[:, 1]), axis=1)
        picked = quads[draw.choice(len(quads), 2 * cut.count, p=area / area.sum())]
        u, v = draw.random((2, len(picked), 1))
        shares = np.stack([(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v], 1)
        inside = (field[picked] * shares[..., 0]).sum(1)
        kept = np.flatnonzero(inside > draw.random(len(picked)) ** 2 * cut.ragged)[: cut.count]
        place = (self.points[picked[kept]] * shares[kept]).sum(1)
        outward = (self.normals[picked[kept]] * shares[kept]).sum(1)
        return place, _unit(outward), np.clip(inside[kept] / max(cut.ragged, 1e-6), 0, 1)

    def outside(self, places: np.ndarray, lift: np.ndarray, close: bool) -> tuple[np.ndarray, np.ndarray]:
        """The places (n, 3) at least (``close``: just) ``lift`` (n,) metres off the skin, and the skin's normals."""
        found = np.array([self._tree.find(Vector(place))[1] for place in places.tolist()])
        outward = self._outward[found]
        off = ((places - self._solid[found]) * outward).sum(1)
        short = lift + self._margin[found] - off
        if not close:
            short = np.clip(short, 0, None)
        return places + outward * short[:, None], outward

    def carried(self, lines: np.ndarray, base: Base) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(near, share, bone weights) of every point, even along each line."""
        flat = lines.reshape(-1, 3)
        found = [self._bearing.find_n(Vector(place), NEIGHBOURS) for place in flat.tolist()]
        near = self._carriers[np.array([[hit[1] for hit in hits] for hits in found])]
        away = np.array([[hit[2] for hit in hits] for hits in found])
        share = 1 / (away + 0.004) ** 2
        share /= share.sum(1, keepdims=True)
        weights = np.einsum("pk,pkb->pb", share, base.weights[near]).reshape(*lines.shape[:2], -1)
        for _ in range(3):  # a hair bends, it does not break where the nearest skin changes
            weights[:, 1:-1] = 0.5 * weights[:, 1:-1] + 0.25 * (weights[:, :-2] + weights[:, 2:])
        shape = (*lines.shape[:2], NEIGHBOURS)
        return near.reshape(shape), share.reshape(shape), weights.reshape(len(flat), -1).astype(np.float32)


@lru_cache(maxsize=2)
def scalp(base: Base) -> Scalp:
    """The average head, once a process."""
    return Scalp(base)


def grow(base: Base, cut: Cut, seed: int) -> Strands:
    """A style's hairs on the average head."""
    ground = scalp(base)
    draw = stream(seed, "strands")
    place, outward, inside = ground.roots(cut, draw)
    count = len(place)
    length = draw.uniform(*cut.length, count) * (0.45 + 0.55 * inside)
    layer = cut.layer * draw.random(count) * (0.25 + 0.75 * inside)
    stray = draw.normal(0, cut.stray, (count, 3))
    phase, turns = draw.uniform(0, 2 * np.pi, count), draw.uniform(1.2, 2.6, count)
    lines, outs = [place], [outward]
    heading = _unit(outward * cut.rise + _along(cut.comb(place, np.zeros(count)), outward) * (1 - cut.rise) + stray)
    step = length / (cut.points - 1)
    for number in range(1, cut.points):
        share = number / (cut.points - 1)
        if cut.tie is not None:
            step = np.minimum(step, 0.7 * np.linalg.norm(cut.tie - place, axis=1))
        place = place + heading * step[:, None]
        place, outward = ground.outside(place, 0.0005 + layer * min(1.0, 2 * share), share <= cut.hug)
        comb = _along(cut.comb(place, np.full(count, share)), outward)
        heading = heading * 0.55 + comb * 0.45 * (1 - cut.rise) + outward * 0.20 * cut.rise + 0.35 * stray
        heading[:, 2] -= cut.fall
        heading = _unit(heading)
        lines.append(place)
        outs.append(outward)
    strands, normal = np.stack(lines, 1), np.stack(outs, 1)
    if cut.curl:
        strands = _curled(strands, normal, cut.curl, phase, turns)
    widths = cut.width * draw.uniform(0.6, 1.4, count)
    return Strands(strands, normal, widths, *ground.carried(strands, base))


def ribbons(lines: np.ndarray, outward: np.ndarray, widths: np.ndarray, tip: float, seed: int) -> Piece:
    """Flat strips along lines (n, k, 3), facing ``outward``, ``widths`` (n,) at the root and ``tip`` of it at the end.

    Point attributes: ``strand`` (0..1 along, 0..1 a hair, 0) and ``flow``, the hair's direction.
    """
    count, rows, _ = lines.shape
    along = _unit(np.gradient(lines, axis=1))
    across = _unit(np.cross(along, outward))
    up = np.cross(across, along)
    draw = stream(seed, "ribbons")
    roll = draw.uniform(-0.7, 0.7, count)[:, None, None]
    across = across * np.cos(roll) + up * np.sin(roll)
    share = np.linspace(0, 1, rows)
    half = 0.5 * widths[:, None] * (1 - (1 - tip) * share**1.5)
    points = np.stack([lines - across * half[..., None], lines + across * half[..., None]], 2)
    start = (np.arange(count)[:, None] * rows + np.arange(rows - 1)) * 2
    quads = np.stack([start, start + 1, start + 3, start + 2], -1).reshape(-1, 4)
    single = np.broadcast_to(draw.random(count)[:, None, None], (count, rows, 2))
    marks = np.stack([np.broadcast_to(share[None, :, None], single.shape), single, 0 * single], -1)
    flow = np.repeat(along[:, :, None], 2, axis=2)
    values = {"strand": marks.reshape(-1, 3), "flow": flow.reshape(-1, 3)}
    return Piece.quads(points.reshape(-1, 3), quads, points=values, smooth=True)


def _curled(lines: np.ndarray, outward: np.ndarray, radius: float, phase: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """Lines wound about themselves, not at the root."""
    along = _unit(np.gradient(lines, axis=1))
    side = _unit(np.cross(along, outward))
    share = np.linspace(0, 1, lines.shape[1])[None]
    angle = phase[:, None] + 2 * np.pi * turns[:, None] * share
    wave = side * np.sin(angle)[..., None] + outward * (0.6 + 0.6 * np.cos(angle))[..., None]
    return lines + wave * (radius * np.minimum(1, 3 * share))[..., None]


def _tree(points: np.ndarray) -> KDTree:
    found = KDTree(len(points))
    for number, point in enumerate(points.tolist()):
        found.insert(Vector(point), number)
    found.balance()
    return found


def _along(direction: np.ndarray, outward: np.ndarray) -> np.ndarray:
    """What of a direction runs along the skin, at length 1."""
    return _unit(direction - outward * (direction * outward).sum(-1, keepdims=True))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(1e-9, np.linalg.norm(vectors, axis=-1, keepdims=True))
