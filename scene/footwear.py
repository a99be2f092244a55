"""Boots and shoes: an upper round the foot of the clothing cage and a rubber sole that stands on the ground."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .body import Base, Body
from .clothing import LEG_T, REST, region
from .garments import garment
from .meshes import Piece
from .poses import SOLE
from .skeleton import skin

WELT = 0.024
"""Height of the seam between upper and sole over the bare foot's sole, metres."""


def shoes(body: Body, turns: np.ndarray, places: np.ndarray, boots: bool, level: int) -> Piece:
    """Both shoes; marks ``foot``: (across the foot in metres, along it, 1 where laces are)."""
    kind = garment(body.base, "boots" if boots else "shoes")
    rest = kind.rest(body, 0.0)
    weights = kind.weights
    quads = kind.quads
    for step in kind.levels[:level]:
        rest, quads, weights = step.points(rest), step.quads, step.values(weights)
    rest = _soled(rest, body.scale)
    values = kind.values[level]
    marks = {
        "rest": values[:, REST] * (1, 1, 0) + np.stack([0 * rest[:, 2], 0 * rest[:, 2], rest[:, 2] / body.scale], 1)
    }
    marks["foot"] = _laced(body.base, kind, level)
    return Piece.quads(skin(rest, weights, body, turns, places), quads, points=marks, smooth=True)


def _soled(rest: np.ndarray, scale: float) -> np.ndarray:
    """Below the welt the upper becomes a flat-bottomed block, a little wider, with a heel."""
    rest = rest.copy()
    welt = WELT * scale
    low = rest[:, 2] < welt
    for side in (rest[:, 0] > 0, rest[:, 0] <= 0):
        foot = low & side
        if not foot.any():
            continue
        centre = rest[foot, :2].mean(0)
        out = rest[foot, :2] - centre
        reach = np.linalg.norm(out, axis=1, keepdims=True)
        rest[foot, :2] = centre + out * (1 + 0.005 * scale / np.maximum(reach, 0.02))
        length = rest[foot, 1].max() - rest[foot, 1].min()
        share = (rest[foot, 1] - rest[foot, 1].min()) / length
        arch = 0.010 * scale * np.exp(-(((share - 0.62) / 0.10) ** 2))
        deep = np.clip((welt - rest[foot, 2]) / (0.010 * scale), 0, 1)
        rest[foot, 2] = np.minimum(rest[foot, 2], welt - deep * (welt + SOLE - arch))
    return rest


@lru_cache(maxsize=8)
def _laced(base: Base, kind: object, level: int) -> np.ndarray:
    """Where the laces run, by the reference foot."""
    body = region(base).body
    values = kind.values[level]
    rest, leg = values[:, REST], values[:, LEG_T]
    toe = body.head("ball_l") / body.scale
    ankle = body.head("foot_l") / body.scale
    forward = toe[:2] - ankle[:2]
    forward = forward / np.linalg.norm(forward)
    mirrored = np.abs(rest[:, 0])
    away = np.stack([mirrored - ankle[0], rest[:, 1] - ankle[1]], 1)
    across = away @ np.array([-forward[1], forward[0]])
    ahead = away @ forward
    front = (ahead > 0.015) & (ahead < 0.135) & (rest[:, 2] > 0.045)
    along = ahead * 0.7 + (rest[:, 2] - 0.05) * -0.7
    shaft = np.clip((1.25 - leg) / 0.1, 0, 1)
    return np.stack([across, along + 1.0, front * np.where(leg < 2, shaft * 0 + 1, 0)], 1)
