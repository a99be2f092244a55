"""Outlines as rings: moved through a matrix, clipped to a view, measured.

Rings live in edge coordinates: pixel ``j`` covers ``j .. j + 1``. An outline is clipped in the source, to (source frame
and view), before it is moved: nothing that the output doesn't show is labelled, and no label lies on filler.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dataset.outlines import INSET

from .geometry import View

Ring = np.ndarray
"""Closed ring, float64 Nx2 of (x, y), the first point not repeated."""


def move(ring: Ring, forward: np.ndarray) -> Ring:
    """The ring through the matrix."""
    moved = ring @ forward[:2, :2].T + forward[:2, 2]
    if forward[2, 0] or forward[2, 1]:
        moved = moved / (ring @ forward[2, :2] + forward[2, 2])[:, None]
    return moved


def window(view: View, source: tuple[int, int]) -> np.ndarray:
    """Half planes ``a x + b y + c >= 0`` of the source that the output shows, 8x3: its frame and the view."""
    quad = view.quad
    turn = sum(quad[i - 1][0] * quad[i][1] - quad[i - 1][1] * quad[i][0] for i in range(4))
    turn = 1.0 if turn > 0 else -1.0
    planes = []
    for (x, y), (u, v) in zip(quad, (*quad[1:], quad[0]), strict=True):
        a, b = -(v - y) * turn, (u - x) * turn
        planes.append((a, b, -(a * x + b * y)))
    return np.concatenate([frame(*source), planes])


def frame(width: float, height: float) -> np.ndarray:
    """The four half planes of a picture."""
    return np.array([(1, 0, 0), (-1, 0, width), (0, 1, 0), (0, -1, height)], float)


def clip(ring: Ring, planes: np.ndarray | Sequence[tuple[float, float, float]]) -> list[Ring]:
    """The parts of a ring inside all half planes, as separate rings without edges of no width along the border."""
    planes = np.asarray(planes)
    sides = ring @ planes[:, :2].T + planes[:, 2]
    low = sides.min(axis=0)
    if (sides.max(axis=0) <= 0).any():
        return []
    rings = [ring]
    for plane in planes[low < 0]:  # what all corners satisfy, all parts of the ring do
        kept = []
        for piece in rings:
            side = piece @ plane[:2] + plane[2]
            if side.min() >= 0:
                kept.append(piece)
            elif side.max() > 0:
                kept += _cut(piece, side, np.array([plane[1], -plane[0]]))
        rings = kept
    return [piece for piece in rings if len(piece) >= 3 and area(piece) != 0]


def _cut(ring: Ring, side: np.ndarray, along: np.ndarray) -> list[Ring]:
    """The parts of a ring where ``side >= 0``. ``along`` is the border's direction.

    The ring's runs inside the border are chains from an entry to an exit. Sorted along the border, crossings 1 and 2
    enclose inside, then 3 and 4, and so on: so each exit is joined to the entry that it pairs with.
    """
    inside = side >= 0
    following = np.append(inside[1:], inside[0])
    entries, exits = np.flatnonzero(~inside & following), np.flatnonzero(inside & ~following)
    if not len(entries):
        return [ring] if inside.all() else []
    if len(entries) == 1:  # by far most often: what is inside is one run, and the border closes it
        return [_closed(_chain(ring, side, int(entries[0]), int(exits[0])))]
    chains, ends = [], []
    for entry in entries:
        place = np.searchsorted(exits, entry)
        last = exits[place] if place < len(exits) else exits[0]
        chains.append(_chain(ring, side, int(entry), int(last)))
        first_point, last_point = chains[-1][0], chains[-1][-1]
        ends += [(float(first_point @ along), len(chains) - 1, 0), (float(last_point @ along), len(chains) - 1, 1)]
    ends.sort()
    for first in range(0, len(ends) - 2, 2):  # both edges of a keyhole bridge cross at one point: entry pairs with exit
        here, there, after = ends[first : first + 3]
        if here[2] == there[2] and after[0] - there[0] < 1e-9:
            ends[first + 1], ends[first + 2] = after, there
    partner = {}
    for (_, one, end), (_, other, other_end) in zip(ends[::2], ends[1::2], strict=True):
        partner[one, end], partner[other, other_end] = (other, other_end), (one, end)
    return _joined(chains, partner)


def _chain(ring: Ring, side: np.ndarray, entry: int, last: int) -> Ring:
    """The ring from where it crosses the border after corner ``entry`` to where it does after corner ``last``."""
    count = len(ring)
    first, beyond = (entry + 1) % count, (last + 1) % count
    inner = [ring[first:beyond]] if first < beyond else [ring[first:], ring[:beyond]]
    start, end = _crossing(ring, side, entry, first), _crossing(ring, side, last, beyond)
    return np.concatenate([start[None], *inner, end[None]])


def _closed(ring: Ring) -> Ring:
    """The ring without corners that repeat the one before them."""
    step = np.abs(ring - np.concatenate([ring[-1:], ring[:-1]])).max(axis=1)
    return ring if step.min() >= 1e-9 else ring[step >= 1e-9]


def _joined(chains: list[Ring], partner: dict[tuple[int, int], tuple[int, int]]) -> list[Ring]:
    """Follow chains from exit to paired entry until each ring closes.

    A self-crossing ring may pair two exits: then one chain is walked backwards.
    """
    rings, used = [], [False] * len(chains)
    for start in range(len(chains)):
        if used[start]:
            continue
        ring, number, end = [], start, 0
        while not used[number]:
            used[number] = True
            ring.append(chains[number] if end == 0 else chains[number][::-1])
            number, end = partner[number, 1 - end]
        rings.append(_closed(np.concatenate(ring)))
    return rings


def _crossing(ring: Ring, side: np.ndarray, one: int, other: int) -> np.ndarray:
    share = side[one] / (side[one] - side[other])
    return ring[one] + share * (ring[other] - ring[one])


def area(ring: Ring) -> float:
    """Signed area; positive for clockwise on the screen."""
    x, y = ring[:, 0], ring[:, 1]
    return 0.5 * float(x[:-1] @ y[1:] - y[:-1] @ x[1:] + x[-1] * y[0] - y[-1] * x[0])


def from_outline(polygon: Sequence[Sequence[float]]) -> Ring:
    """Ring of true edges from an outline of dataset/outlines.py, whose right and bottom edges lie INSET before them."""
    ring = np.asarray(polygon, float).reshape(-1, 2)
    return np.where(ring % 1 == 1 - INSET, ring + INSET, ring)


SMOOTHED = 3.0
"""Sigma along an outline of pixel edges, in edges: what a camera's pixels did to a smooth outline is undone best."""
_STRAYS = 0.8
"""Pixels that smoothing moves a point at most: a step lies that near to the line that it stands for."""
_TINY = 16
"""Loops of fewer pixel edges (single pixels, lines one pixel wide) stay as they are."""


def smoothed(loop: np.ndarray) -> Ring:
    """The smooth outline whose pixels a loop of ``outlines.loops`` goes around; corners of more than a pixel stay.

    The middles of the pixel edges scatter evenly about it. They are averaged along the loop by a kernel that keeps
    curvature, 2 G - G * G (G: a Gaussian), so nothing shrinks.
    """
    loop = np.asarray(loop, float)
    step = np.concatenate([loop[1:], loop[:1]]) - loop
    length = np.abs(step).sum(axis=1).astype(int)
    count = int(length.sum())
    if count < _TINY:
        return loop
    place = np.arange(count) - np.repeat(np.cumsum(length) - length, length) + 0.5
    middles = np.repeat(loop, length, axis=0) + place[:, None] * np.repeat(step / length[:, None], length, axis=0)
    sigma = min(SMOOTHED, count / 12)
    kept = np.exp(-2 * (np.pi * sigma * np.fft.rfftfreq(count)) ** 2)
    kept = kept * (2 - kept)
    moved = np.fft.irfft(np.fft.rfft(middles, axis=0) * kept[:, None], count, axis=0) - middles
    far = np.hypot(moved[:, 0], moved[:, 1])
    return middles + moved * np.minimum(1, _STRAYS / np.maximum(far, 1e-9))[:, None]


def crosses_itself(ring: Ring) -> bool:
    """Whether two edges of a ring properly cross; touching and lying on each other (bridges) don't count."""
    start, end = ring, np.roll(ring, -1, axis=0)
    edge = end - start

    def side(points: np.ndarray) -> np.ndarray:
        """Sign of every point's side of every edge, edges x points."""
        offset = points[None] - start[:, None]
        return np.sign(edge[:, None, 0] * offset[..., 1] - edge[:, None, 1] * offset[..., 0])

    one = side(start)
    split = one * np.roll(one, -1, axis=1) < 0
    return bool((split & split.T).any())
