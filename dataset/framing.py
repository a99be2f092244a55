"""The camera of a frame: of the wanted kind, and such that somebody appears as large and as visible as wanted.

Candidates are drawn, their distance solved from the wanted size, and judged by ``dataset/sight.py``; the best is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import flat, quotas
from .draw import choose, uniform
from .recipe import SIZES, VISIBLE, Recipe
from .sight import Sight
from .spec import CameraSpec, SiteSpec, stream
from .staging import Stage

FULL_FRAME, UAV_SENSOR = 36.0, 13.2
"""Sensor widths, mm."""
_CANDIDATES = 40
_OUT_OF_CLASS, _BLOCKED, _EMPTY = 3.0, 12.0, 2.0
"""What it costs to miss a class (a factor of its own distance besides), to stand in something, to see nobody else."""


@dataclass(frozen=True)
class Kind:
    """What a kind of view may do."""

    focal: tuple[float, float]
    """mm on a full frame."""
    reach: tuple[float, float]
    """Metres from the camera to the person."""
    height: tuple[float, float] = (1.35, 1.8)
    """Metres over the ground."""
    depression: tuple[float, float] = (0.0, 0.0)
    """Degrees below the horizon that a UAV looks."""


@dataclass(frozen=True)
class Wanted:
    """What the frame is to show of the person it is about: a word of ``SIZES`` and one of ``VISIBLE``."""

    size: str
    visible: str


def kinds(recipe: Recipe) -> dict[str, Kind]:
    """The kinds of view within the recipe's limits."""
    low, high = recipe.camera.altitude
    oblique, nadir = (28.0, 60.0), (78.0, 90.0)
    return {
        "handheld": Kind((24, 50), recipe.camera.distance),
        "helmet": Kind((16, 20), (1.2, 7.0), (1.65, 1.8)),
        "cctv": Kind((20, 32), (8.0, 24.0), (3.5, 6.5)),
        "uav_oblique": Kind((24, 40), (low / _sine(oblique[1]), high / _sine(oblique[0])), (low, high), oblique),
        "uav_nadir": Kind((24, 40), (low, high), (low, high), nadir),
    }


def wanted(recipe: Recipe, index: int, view: str) -> Wanted:
    """The size and visible share that frame ``index`` is to show; over many frames they meet the recipe's shares.

    A kind of view can't show every size (a UAV no close-ups): the other views then take what it leaves.
    """
    views = {word: weight for word, weight in recipe.camera.views.items() if weight > 0}
    sizes = recipe.camera.sizes
    possible = np.array([[_possible(recipe, name, size) for size in sizes] for name in views])
    row = quotas.joint(views, sizes, possible)[[*views].index(view)]
    size = choose(quotas.place(recipe.seed, "size", index), dict(zip(sizes, row, strict=True)))
    return Wanted(size, choose(quotas.place(recipe.seed, "visible", index), recipe.camera.visible))


def camera(recipe: Recipe, site: SiteSpec, stage: Stage, view: str, wish: Wanted, seed: int) -> CameraSpec:
    """The best of some candidates. The target is off-centre as in real photos."""
    sight = Sight(site, stage.people, recipe.render.width / recipe.render.height)
    best, least = None, np.inf
    for number in range(_CANDIDATES):
        draw = stream(seed, "camera", number)
        candidate, target = _candidate(draw, recipe, stage, sight, view, wish)
        cost = _cost(sight, candidate, target, wish)
        if cost < least:
            cost += _EMPTY * 0.5 ** _others(sight, stage, candidate, target)
        if cost < least:
            best, least = candidate, cost
    return best


def indoors(recipe: Recipe, site: SiteSpec, inside: flat.Inside, view: str, wish: Wanted, seed: int) -> CameraSpec:
    """The best of some cameras in a flat."""
    sight = Sight(site, inside.people, recipe.render.width / recipe.render.height)
    kind, best, least = kinds(recipe)[view], None, np.inf
    for number in range(_CANDIDATES):
        draw = stream(seed, "indoors", number)
        # nobody takes a long lens along into a room
        focal = uniform(draw, (kind.focal[0], min(kind.focal[1], 28.0)))
        candidate, target = flat.candidate(draw, inside, view, focal, FULL_FRAME)
        cost = _cost(sight, candidate, target, wish)
        if cost < least:
            best, least = candidate, cost
    return best


def _candidate(
    draw: np.random.Generator, recipe: Recipe, stage: Stage, sight: Sight, view: str, wish: Wanted
) -> tuple[CameraSpec, int]:
    """One camera that looks at somebody from the distance that gives the wanted size; and at whom."""
    kind = kinds(recipe)[view]
    target = int(draw.integers(len(stage.people))) if stage.people else -1
    centre = sight.centre(target) if target >= 0 else np.array([*stage.focus, 1.0])
    uav = view.startswith("uav")
    focal, sensor = uniform(draw, kind.focal), UAV_SENSOR if uav else FULL_FRAME
    south = -np.pi / 2 + float(np.clip(draw.normal(0, 0.6), -1.3, 1.3))
    around = float(draw.uniform(0, 2 * np.pi)) if view == "uav_nadir" else south
    down = np.radians(uniform(draw, kind.depression))
    aside, rise = float(draw.normal(0, 1)), float(draw.normal(0, 1))
    if wish.visible != "clear" and draw.random() < 0.6:
        aside *= 4.0
    roll = float(draw.normal(0, 0.75 if uav else 1.5))

    def at(reach: float) -> CameraSpec:
        flat = reach * (np.cos(down) if uav else 1.0)
        x, y = centre[0] + flat * np.cos(around), centre[1] + flat * np.sin(around)
        height = float(np.clip(centre[2] + reach * np.sin(down), *kind.height)) if uav else tall
        # off-centre by a share of what the picture shows at that distance
        spread = 0.11 * reach * FULL_FRAME / focal
        tx, ty = centre[0] - aside * spread * np.sin(around), centre[1] + aside * spread * np.cos(around)
        tz = max(centre[2] - sight.floor((tx, ty)) + 0.4 * rise * spread, 0.1)
        return CameraSpec(
            view, (float(x), float(y), height), (float(tx), float(ty), float(tz)), roll,
            focal * sensor / FULL_FRAME, sensor, view in ("handheld", "helmet"),
        )  # fmt: skip

    tall = uniform(draw, kind.height)
    low, high = SIZES[wish.size]
    aim = float(low * (high / low) ** draw.random())
    reference = 12.0
    size = sight.size(target, at(reference)) if target >= 0 else 0.1
    return at(float(np.clip(reference * size / aim, *kind.reach))), target


def _cost(sight: Sight, candidate: CameraSpec, target: int, wish: Wanted) -> float:
    """How far a candidate is from what is wanted."""
    cost = 0.0 if sight.free(candidate) else _BLOCKED
    if target < 0:
        return cost
    found = sight.guess(target, candidate)
    cost += _miss(np.log(max(found.size, 1e-3)), *np.log(SIZES[wish.size]))
    if wish.size != "close":
        cost += _miss(found.visible, *VISIBLE[wish.visible])
    return cost


def _others(sight: Sight, stage: Stage, candidate: CameraSpec, target: int) -> int:
    """How many people besides the target can be seen well."""
    return sum(sight.guess(other, candidate).visible > 0.5 for other in range(len(stage.people)) if other != target)


def _miss(value: float, low: float, high: float) -> float:
    away = max(low - value, value - high, 0.0)
    return _OUT_OF_CLASS * (1.0 + away) if away > 0 else 0.0


def _possible(recipe: Recipe, view: str, size: str) -> bool:
    """Whether a standing person (seen from above: a head and shoulders) can have a size in a view."""
    kind = kinds(recipe)[view]
    ratio = recipe.render.width / recipe.render.height
    extent = 0.6 if view == "uav_nadir" else 1.7 * np.cos(np.radians(np.mean(kind.depression)))
    smallest, largest = (
        extent * focal / FULL_FRAME * ratio / reach for focal, reach in zip(kind.focal, kind.reach[::-1], strict=True)
    )
    low, high = SIZES[size]
    return smallest < high * 0.95 and largest > low * 1.05


def _sine(degrees: float) -> float:
    return float(np.sin(np.radians(degrees)))
