"""Garments cut from the base mesh's clothing cage: worked out once on a reference body, then fitted to every person.

A garment is the cage's region under it, moved outwards by the cloth's distance from the body, with rims, collars and
hems grown from its borders. What the body wears under cloth is never made, so nothing can show through.

Values that travel with a garment's vertices (columns of ``Garment.values``, measured on the reference body):
rest x, y, z (metres, soles at 0, for a 1.75 m person), arm and leg parameter (0 shoulder or hip, 0.5 elbow or knee,
1 wrist or ankle), arm and leg weight, cosine and sine of the angle round the limb, distance from the body.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from .body import Base, Body, reference
from .skeleton import dots, skin
from .strain import directions, squeezed
from .topology import Subdivision, cut, edges, normals, rims, smoothed

ARM = ("upperarm", "lowerarm")
HAND = ("hand", "thumb", "index", "middle", "ring", "pinky")
LEG = ("thigh", "calf")
FOOT = ("foot", "ball")
TIGHTS = "helper-tights"

REST, ARM_T, LEG_T, ARM_W, LEG_W, AROUND, GAP = slice(0, 3), 3, 4, 5, 6, slice(7, 9), 9


@dataclass(frozen=True)
class Region:
    """The reference body as cutting rules see it: values for all vertices of the base mesh."""

    rest: np.ndarray
    arm: np.ndarray
    leg: np.ndarray
    arm_w: np.ndarray
    """Weight of upper and lower arm."""
    hand_w: np.ndarray
    leg_w: np.ndarray
    """Weight of thigh, calf and foot."""
    head_w: np.ndarray
    """Weight of neck and head."""
    body: Body

    def height(self, bone: str) -> float:
        """z of a joint."""
        return float(self.body.head(bone)[2])


@dataclass(frozen=True, eq=False)
class Garment:
    """A garment's template: everything that doesn't depend on the person."""

    used: np.ndarray
    """Vertices of the base mesh, (c,)."""
    root: np.ndarray
    """The cage vertex each grown vertex starts from, (g,)."""
    loop: np.ndarray
    """Number of the loop of each grown vertex, (g,)."""
    grown: np.ndarray
    """(g, 3): metres up, share away from the loop's centre, metres along the normal."""
    ring: tuple[np.ndarray, np.ndarray]
    """The grown vertices before and after each one in its ring."""
    quads: np.ndarray
    gap: np.ndarray
    """Distance from the body, (c,), metres for a 1.75 m person."""
    weights: np.ndarray
    """Of cage and grown vertices, (c + g, bones)."""
    links: np.ndarray
    """Edges of the coarse garment."""
    relax: np.ndarray
    """Share of smoothing after posing, (c + g,)."""
    levels: tuple[Subdivision, ...]
    values: tuple[np.ndarray, ...]
    """One array (n, 10) a level."""
    along: np.ndarray
    """Unit vectors along limb or trunk on the reference body, (c + g, 3)."""
    turning: np.ndarray
    """Unit vectors round it, (c + g, 3)."""

    def rest(self, body: Body, looser: float) -> np.ndarray:
        """The coarse garment round a body in the rest pose, (c + g, 3); ``looser`` is metres added to the distance."""
        around, outward = _tights(body)
        points = around[self.used] + outward[self.used] * ((self.gap + looser) * body.scale)[:, None]
        return np.concatenate([points, self._growth(points, outward[self.used], body.scale)])

    def _growth(self, points: np.ndarray, outward: np.ndarray, scale: float) -> np.ndarray:
        if not len(self.root):
            return np.zeros((0, 3))
        start = self._evened(points[self.root])
        count = np.bincount(self.loop)[:, None]
        centre = np.stack([np.bincount(self.loop, start[:, c]) for c in range(3)], 1) / count
        spread = (start - centre[self.loop]) * self.grown[:, 1:2]
        rise = np.zeros_like(start)
        rise[:, 2] = self.grown[:, 0] * scale
        return start + spread + rise + outward[self.root] * self.grown[:, 2:3] * scale

    def _evened(self, start: np.ndarray) -> np.ndarray:
        """Where rings start, the zigzag of the cage's border smoothed along each of them."""
        before, after = self.ring
        for _ in range(6):
            start = 0.5 * start + 0.25 * (start[before] + start[after])
        return start

    def worn(self, body: Body, turns: np.ndarray, places: np.ndarray, looser: float, level: int) -> Surface:
        """The garment on a posed body, ``level`` (0..2) times subdivided, without folds."""
        rest = self.rest(body, looser)
        points = skin(rest, self.weights, body, turns, places)
        points = smoothed(points, self.links, 3, self.relax[:, None])
        quads = self.quads
        shorter = squeezed(rest, points, quads, self.links, self.along, self.turning).astype(np.float32)
        for step in self.levels[:level]:
            points, quads, shorter = step.points(points), step.quads, step.values(shorter)
        return Surface(points, quads, self.values[level], shorter)


@dataclass
class Surface:
    """A garment as it hangs on a posed body; its points stay as they are once its normals were asked for."""

    points: np.ndarray
    quads: np.ndarray
    values: np.ndarray
    shorter: np.ndarray
    """Share by which the pose shortens the cloth along the directions of scene/strain.py, (n, 4)."""

    _normals: np.ndarray | None = field(default=None, repr=False)

    def normals(self) -> np.ndarray:
        """Vertex normals (n, 3), worked out once: everything that lies on a garment asks for them."""
        if self._normals is None:
            self._normals = normals(self.points, self.quads)
        return self._normals


def _tights(body: Body) -> tuple[np.ndarray, np.ndarray]:
    """(smoothed vertices, normals) of the clothing cage round a body, kept on the body."""
    if "tights" not in body.kept:
        quads = body.base.groups[TIGHTS]
        around = smoothed(body.vertices, _cage_links(body.base), 3)
        body.kept["tights"] = (around, normals(around, quads))
    return body.kept["tights"]


@lru_cache(maxsize=2)
def _cage_links(base: Base) -> np.ndarray:
    return edges(base.groups[TIGHTS])


def family(body: Body, weights: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Sum of the weights of bones whose names start so, (n,)."""
    chosen = [number for number, bone in enumerate(body.base.bones) if bone.startswith(names)]
    return weights[:, chosen].sum(1)


def limb_parameters(body: Body, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Arm and leg parameter of rest points: 0 at shoulder or hip, 0.5 at elbow or knee, 1 at wrist or ankle."""

    def share(start: np.ndarray, end: np.ndarray) -> np.ndarray:
        line = end - start
        return dots(points - start, line) / (line**2).sum()

    def along(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
        first, second = share(a, b), share(b, c)
        return np.where(first < 1, np.minimum(first, 1) * 0.5, 0.5 + 0.5 * np.maximum(second, 0))

    left = points[:, 0] > 0
    arm = [along(*(body.head(f"{bone}_{side}") for bone in ("upperarm", "lowerarm", "hand"))) for side in "lr"]
    leg = [along(*(body.head(f"{bone}_{side}") for bone in ("thigh", "calf", "foot"))) for side in "lr"]
    return np.where(left, *arm), np.where(left, *leg)


@lru_cache(maxsize=2)
def region(base: Base) -> Region:
    """The reference body's regions, once a process."""
    body = reference(base)
    weights = body.weights
    arm, leg = limb_parameters(body, body.vertices)
    return Region(
        body.vertices / body.scale,
        arm,
        leg,
        family(body, weights, ARM),
        family(body, weights, HAND),
        family(body, weights, LEG) + family(body, weights, FOOT),
        family(body, weights, ("neck_01", "head")),
        body,
    )


Ring = tuple[Callable[[np.ndarray], bool], tuple[tuple[float, float, float], ...]]
"""(which loop, by its reference points; the rings grown from it)."""


@dataclass(frozen=True)
class Rule:
    """How a garment is cut: vertices kept, distance from the body, what grows from its borders."""

    keep: np.ndarray
    gap: np.ndarray
    rings: tuple[Ring, ...]
    rounds: int = 4
    """Smoothing of the skin weights: more for what hangs freely."""
    relax: float = 0.3


def template(base: Base, rule: Rule) -> Garment:
    """Work a rule out on the base mesh."""
    area = region(base)
    cage = base.groups[TIGHTS]
    used, quads = cut(cage, rule.keep)
    weights = smoothed(base.weights[used], edges(quads), rule.rounds)
    # cuffs follow the skin below them, collars half
    collar, cuff = (area.head_w[used] - 0.15) * 2, (area.arm[used] - 0.90) * 12 * area.arm_w[used]
    tight = np.maximum(np.clip(collar, 0, 0.35), np.clip(cuff, 0, 1))
    weights = weights + tight[:, None] * (base.weights[used] - weights)
    quads, root, loop, grown, ring = _with_rings(quads, area.rest[used], rule.rings)
    weights = np.concatenate([weights, weights[root]])
    root_values = used[np.concatenate([np.arange(len(used)), root])]
    made = Garment(
        used=used,
        root=root,
        loop=loop,
        grown=grown,
        ring=ring,
        quads=quads,
        gap=rule.gap[used],
        weights=weights.astype(np.float32),
        links=edges(quads),
        relax=_relax(area, root_values, rule.relax),
        levels=(),
        values=(),
        along=np.zeros((0, 3)),
        turning=np.zeros((0, 3)),
    )
    reference_points = made.rest(area.body, 0.0)
    arm_w, leg_w = area.arm_w[root_values] + area.hand_w[root_values], area.leg_w[root_values]
    around, along, turning = directions(area.body, reference_points, arm_w, leg_w)
    values = np.concatenate(
        [
            reference_points / area.body.scale,
            np.stack([*limb_parameters(area.body, reference_points), arm_w, leg_w], 1),
            around,
            np.concatenate([made.gap, made.gap[root]])[:, None],
        ],
        1,
    )
    levels, columns = [], [values]
    count = len(reference_points)
    for _ in range(2):
        step = Subdivision(levels[-1].quads if levels else quads, count)
        levels.append(step)
        columns.append(step.values(columns[-1]))
        count = len(columns[-1])
    columns = [column.astype(np.float32) for column in columns]
    return replace(made, levels=tuple(levels), values=tuple(columns), along=along, turning=turning)


def _with_rings(
    quads: np.ndarray, rest: np.ndarray, rings: tuple[Ring, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Quads with the rings' faces, and root, loop, growth and neighbours of every new vertex."""
    count, faces = len(rest), [quads]
    root, loop, grown = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros((0, 3))]
    before_, after_ = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    number = 0
    for border in rims(quads):
        chosen = [steps for which, steps in rings if which(rest[border])]
        if not chosen:
            continue
        before = border
        for step in chosen[0]:
            fresh = np.arange(count, count + len(border))
            faces.append(np.stack([np.roll(before, -1), before, fresh, np.roll(fresh, -1)], 1))
            root.append(border)
            loop.append(np.full(len(border), number))
            grown.append(np.tile(step, (len(border), 1)))
            before_.append(np.roll(fresh, 1) - len(rest))
            after_.append(np.roll(fresh, -1) - len(rest))
            before, count = fresh, count + len(border)
        number += 1
    ring = (np.concatenate(before_), np.concatenate(after_))
    return np.concatenate(faces), np.concatenate(root), np.concatenate(loop), np.concatenate(grown), ring


def _relax(area: Region, source: np.ndarray, share: float) -> np.ndarray:
    """Smoothing after posing, strongest where linear blending pinches: armpits, elbows, crotch, knees."""
    arm, leg = area.arm[source], area.leg[source]
    near = np.exp(-(((arm - 0.5) / 0.12) ** 2)) * area.arm_w[source] + np.exp(-(((arm - 0.0) / 0.15) ** 2))
    near += np.exp(-(((leg - 0.5) / 0.1) ** 2)) * area.leg_w[source] + np.exp(-(((leg - 0.02) / 0.12) ** 2))
    return np.clip(near, 0.12, 1.0) * share
