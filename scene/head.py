"""The head: skin with lips, lids and stubble, eyes, brows, hair and beards, all from the base mesh."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from . import noise
from .body import Base, Body
from .clothing import region
from .facemap import GROWTHS, painted
from .meshes import Piece
from .skeleton import skin as skinned
from .topology import Patch, Subdivision, clip, cut, edges, normals, smoothed

SUNK = 0.003
"""How far hidden skin draws in from collars and cuffs, metres."""

EYES = {"l": (14598, 14670), "r": (14670, 14742)}

HAIR = (
    (0.010, 0.008, 0.007), (0.022, 0.014, 0.010), (0.045, 0.026, 0.016), (0.10, 0.055, 0.03), (0.24, 0.145, 0.065),
    (0.14, 0.045, 0.018), (0.20, 0.19, 0.185), (0.42, 0.41, 0.40),
)  # fmt: skip
"""Black, dark brown, brown, light brown, fair, red, grey, white; linear."""

IRIS = ((0.045, 0.022, 0.012), (0.09, 0.05, 0.02), (0.07, 0.12, 0.17), (0.10, 0.12, 0.06), (0.10, 0.13, 0.15))


@dataclass(frozen=True, eq=False)
class Sheet:
    """A region of the body's skin and its subdivisions; ``marks`` are facemap.COLUMNS and "hidden" a level."""

    used: np.ndarray
    quads: tuple[np.ndarray, ...]
    steps: tuple[Subdivision, ...]
    marks: tuple[np.ndarray, ...]
    rest: tuple[np.ndarray, ...]
    hidden: tuple[np.ndarray, ...]
    """0..1: under a collar or a cuff."""


@lru_cache(maxsize=16)
def sheet(base: Base, what: str) -> Sheet:
    """A region: "head", "head and chest" (under an open collar), "hands", "arms" (bare from a short sleeve on)."""
    area = region(base)
    keep = {
        "head": area.head_w > 0.25,
        "head and chest": area.head_w > 0.06,
        "hands": (area.hand_w > 0.35) | ((area.arm_w > 0.3) & (area.arm > 0.93)),
        "arms": (area.hand_w > 0.35) | ((area.arm_w > 0.3) & (area.arm > 0.22)),
    }[what]
    used, quads = cut(base.groups["body"], keep)
    cuff = {"hands": 0.97, "arms": 0.30}.get(what)
    hidden = (0.40 - area.head_w[used]) * 12 if cuff is None else (cuff - area.arm[used]) * 40
    marks = np.concatenate([painted(base)[used], np.clip(hidden, 0, 1)[:, None]], 1)
    all_quads, steps, all_marks, all_rest = [quads], [], [marks], [area.rest[used]]
    for _ in range(2):
        step = Subdivision(all_quads[-1], len(all_marks[-1]))
        steps.append(step)
        all_quads.append(step.quads)
        all_marks.append(step.values(all_marks[-1]))
        all_rest.append(step.values(all_rest[-1]))
    under = tuple(values[:, -1] for values in all_marks)
    return Sheet(used, tuple(all_quads), tuple(steps), tuple(all_marks), tuple(all_rest), under)


@lru_cache(maxsize=64)
def _growth(base: Base, what: str, level: int) -> tuple[Patch, np.ndarray, np.ndarray]:
    """(patch of the head's sheet, its edges, distance from its border 0..1 a vertex)."""
    whole = sheet(base, "head")
    found = clip(whole.quads[level], GROWTHS[what](whole.marks[level]))
    starts = np.cumsum(found.sizes) - found.sizes
    after = np.arange(len(found.corners)) + 1
    after[starts + found.sizes - 1] = starts
    links = np.unique(np.sort(np.stack([found.corners, found.corners[after]], 1), 1), axis=0)
    inside = np.ones(len(found.first))
    inside[np.unique(found.rim)] = 0
    inside = smoothed(inside[:, None], links, 2)[:, 0] * inside
    return found, links, inside


class Head:
    """One person's posed head."""

    def __init__(self, body: Body, turns: np.ndarray, places: np.ndarray, level: int, chest: bool) -> None:
        """``level`` 0..2 subdivisions; ``chest``: whether an open collar shows more than the neck."""
        self.body, self.turns, self.places, self.level = body, turns, places, level
        self._what = "head and chest" if chest else "head"

    def _posed(self, what: str, level: int) -> np.ndarray:
        whole = sheet(self.body.base, what)
        points = skinned(
            self.body.vertices[whole.used], self.body.weights[whole.used], self.body, self.turns, self.places
        )
        for step in whole.steps[:level]:
            points = step.points(points)
        return points

    def skin(self, shadow: float, folds: float = 0.0, hair: str = "") -> Piece:
        """Skin of head and neck. Below the collar it draws in.

        ``shadow`` 0..1 is the stubble's strength, ``folds`` the depth in metres of what age has folded, ``hair`` the
        growth under which the scalp is tinted. Point attributes: ``rest``, ``face`` (lip, cheek, stubble), ``lids``,
        ``zone`` (oily, thin, under hair).
        """
        whole = sheet(self.body.base, self._what)
        marks, quads = whole.marks[self.level], whole.quads[self.level]
        points = self._posed(self._what, self.level)
        sunk = whole.hidden[self.level] * SUNK + marks[:, 9] * folds
        points = points - normals(points, quads) * sunk[:, None]
        face = marks[:, 3:6] * (1.0, 1.0, shadow)
        values = {"rest": whole.rest[self.level], "face": face, "lids": marks[:, 6]}
        if hair:
            under = np.clip(GROWTHS[hair](marks) / 0.006, 0, 1)
            values["zone"] = np.stack([marks[:, 7], marks[:, 8], under], 1)
        return Piece.quads(points, quads, points=values, smooth=True)

    def posed(self) -> np.ndarray:
        """The head's sheet as it is, without what lies below the neck: (n, 3)."""
        return self._posed("head", self.level)

    def growth(self, what: str, length: float, seed: int, lumps: float = 0.35) -> Piece | None:
        """Hair, brows or a beard ``length`` metres off the skin; None where none grows."""
        level = max(1, self.level)
        found, links, inside = _growth(self.body.base, what, level)
        if len(found.sizes) < 3:
            return None
        whole = sheet(self.body.base, "head")
        posed = self._posed("head", level)
        outward = found.of(normals(posed, whole.quads[level]))
        points, rest = found.of(posed), found.of(whole.rest[level])
        if what == "hair":
            points = smoothed(points, links, 3)
        rough = noise.fractal(rest * (1.0, 1.0, 0.45), 38.0, 2, seed % 53) * lumps + 1.0
        tall = length * rough * np.clip(inside, 0.12, 1) ** 0.6
        points = points + outward * tall[:, None]
        # 0 at the border .. 1: there the hair thins out
        return Piece(points, found.corners, found.sizes, points={"rest": rest, "thick": inside}, smooth=True)

    def tresses(self, length: float, seed: int) -> Piece:
        """Long hair hanging behind the ears, ``length`` metres below the eyes: carried by the head."""
        body, rows, columns = self.body, 12, 25
        eye = body.vertices[EYES["l"][0] : EYES["l"][1]].mean(0)
        crown = body.vertices[_crown(body.base)]
        centre = (crown[:, 1].max() + crown[:, 1].min()) / 2
        half = (np.abs(crown[:, 0]).max() + 0.010, (crown[:, 1].max() - crown[:, 1].min()) / 2 + 0.010)
        turn = np.radians(np.linspace(-112, 112, columns))[None]
        share = np.linspace(0, 1, rows)[:, None]
        locks = noise.fractal(
            np.stack([turn * 1.6 + 0 * share, 0.6 * share + 0 * turn, 0 * turn + 0 * share], -1), 4.0, 2, seed % 53
        )
        high = eye[2] + 0.055
        low = eye[2] - length * body.scale * (1 + 0.18 * locks) - 0.02 * np.cos(turn)
        reach = 1.0 - 0.17 * np.sin(np.clip(share * 1.25, 0, 1) * np.pi / 2) + 0.07 * share**2 + 0.07 * locks
        x = np.sin(turn) * half[0] * (reach + 0.05 * share)
        y = centre + np.cos(turn) * half[1] * reach
        points = np.stack([x, y, high + (low - high) * share], -1).reshape(-1, 3)
        start = np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None]
        quads = np.stack([start, start + columns, start + columns + 1, start + 1], -1).reshape(-1, 4)
        number = body.base.bone("head")
        placed = (points - body.heads[number]) @ self.turns[number].T + self.places[number]
        return Piece.quads(
            placed, quads, points={"rest": points / body.scale, "thick": np.ones(len(placed))}, smooth=True
        )

    def eyes(self) -> Piece:
        """Both eyeballs, with the distance from the front pole for iris and pupil."""
        body = self.body
        both = np.concatenate([body.base.groups["helper-l-eye"], body.base.groups["helper-r-eye"]])
        used, quads = cut(both, np.ones(len(body.vertices), bool))
        iris = np.zeros(len(body.vertices))
        for first, last in EYES.values():
            ball = body.vertices[first:last]
            front = ball[np.argsort(ball[:, 1])[:4]].mean(0)
            iris[first:last] = np.linalg.norm(ball - front, axis=1)
        points = skinned(body.vertices[used], body.weights[used], body, self.turns, self.places)
        step = Subdivision(quads, len(used))
        marks = {"iris": step.values(iris[used][:, None])[:, 0]}
        return Piece.quads(step.points(points), step.quads, points=marks, smooth=True)


@lru_cache(maxsize=2)
def _crown(base: Base) -> np.ndarray:
    """Vertices of the head's widest part, above the eyes."""
    above = region(base).head_w[:13380] > 0.6
    return np.nonzero(above & (base.vertices[:13380, 1] > 7.45) & (np.abs(base.vertices[:13380, 0]) < 0.79))[0]


def hands(body: Body, turns: np.ndarray, places: np.ndarray, level: int, bare_arms: bool, gloved: bool) -> Piece:
    """Hands (and arms below a short sleeve), bare or in work gloves with wide cuffs."""
    whole = sheet(body.base, "arms" if bare_arms and not gloved else "hands")
    rest = body.vertices[whole.used]
    if gloved:
        rest = smoothed(rest, edges(whole.quads[0]), 2, 0.4)
        cuff = 1 - np.clip((region(body.base).arm[whole.used] - 0.93) / 0.09, 0, 1)
        rest = rest + normals(rest, whole.quads[0]) * (0.0035 + 0.012 * cuff)[:, None]
    points = skinned(rest, body.weights[whole.used], body, turns, places)
    for step in whole.steps[:level]:
        points = step.points(points)
    if not gloved:
        points = points - normals(points, whole.quads[level]) * whole.hidden[level][:, None] * SUNK
    zero = np.zeros((len(points), 3))
    marks = {"rest": whole.rest[level], "face": zero, "lids": zero[:, 0]}
    return Piece.quads(points, whole.quads[level], points=marks, smooth=True)
