"""Who stands where and who looks on: the people of a frame, grouped by task, and its camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import layout
from .draw import count, facing, pick, uniform
from .recipe import Recipe
from .spec import BodySpec, CameraSpec, PersonSpec, SiteSpec, child, stream
from .wardrobe import POSES, TOOLS, Pose

FULL_FRAME = 36.0
"""Sensor width, mm."""


@dataclass(frozen=True)
class Stage:
    """The people and the point that the scene is about."""

    people: tuple[PersonSpec, ...]
    focus: tuple[float, float]


def people(recipe: Recipe, site: SiteSpec, seed: int) -> Stage:
    """Rescuers and civilians of one frame around a focus: a heap, or free ground where there is none."""
    draw = stream(seed, "stage")
    if site.heaps:
        heap = site.heaps[int(draw.integers(len(site.heaps)))]
        focus = (heap.x, heap.y - 0.6 * heap.radius)
    else:
        focus = (float(draw.normal(0, 3)), float(draw.uniform(-5, -2)))
    cast = ["rescuer"] * count(draw, recipe.people.rescuers) + ["civilian"] * count(draw, recipe.people.civilians)
    taken = [(v.x, v.y, layout.LENGTHS[v.kind] * 0.32) for v in site.vehicles]
    taken += [(x, y, radius) for x, y, radius in site.ground.craters]
    placed: list[PersonSpec] = []
    while len(placed) < len(cast):
        number = len(placed)
        category = cast[number]
        mates = cast[number:].count(category)
        name = _pose(stream(seed, "pose", number), category, mates, bool(site.heaps))
        pose = POSES[name]
        spot = _spot(stream(seed, "spot", number), pose, site, focus, taken)
        for role in range(pose.team):
            placed.append(_person(recipe, seed, len(placed), category, name, spot, role))
        taken.append((spot[0], spot[1], 0.45 if pose.team == 1 else 1.4))
    return Stage(tuple(placed), focus)


def _pose(draw: np.random.Generator, category: str, mates: int, heaps: bool) -> str:
    """A pose by task: tasks weigh the same, so that many variants of standing don't crowd out the rest."""
    fitting = {
        name: pose
        for name, pose in POSES.items()
        if category in pose.who and pose.team <= mates and (heaps or pose.where == "ground")
    }
    tasks = sorted({pose.task for pose in fitting.values()})
    task = tasks[int(draw.integers(len(tasks)))]
    names = [name for name, pose in fitting.items() if pose.task == task]
    return names[int(draw.integers(len(names)))]


def _spot(
    draw: np.random.Generator,
    pose: Pose,
    site: SiteSpec,
    focus: tuple[float, float],
    taken: list[layout.Circle],
) -> tuple[float, float, float]:
    """(x, y, yaw) for a pose: on a heap, at its foot facing it, or on free ground near the focus."""
    best = (focus[0], focus[1] - 3.0, 0.0)
    room = 0.45 if pose.team == 1 else 1.4
    for attempt in range(60):
        if pose.where in ("edge", "heap"):
            heap = site.heaps[_nearest(draw, site, focus)]
            angle = float(draw.normal(-np.pi / 2, 1.1))
            reach = heap.radius * float(draw.uniform(0.85, 1.15) if pose.where == "edge" else draw.uniform(0.1, 0.6))
            x, y = heap.x + reach * np.cos(angle), heap.y + reach * np.sin(angle)
            yaw = facing(heap.x - x, heap.y - y) + float(draw.normal(0, 25))
        else:
            spread = 1.2 + 0.06 * attempt
            x, y = focus[0] + float(draw.normal(0, 2.2 * spread)), focus[1] - 1.5 + float(draw.normal(0, 1.6 * spread))
            inward = facing(focus[0] - x, focus[1] - y)
            yaw = inward + float(draw.normal(0, 40)) if draw.random() < 0.55 else float(draw.uniform(0, 360))
            blocked = [(heap.x, heap.y, heap.radius * 0.8) for heap in site.heaps]
            if not layout.clear(x, y, 0.1, blocked):
                continue
        if layout.inside_house(x, y, site.buildings, 0.5) or y < -15:
            continue
        best = (float(x), float(y), float(yaw))
        if layout.clear(x, y, room, taken):
            break
    return best


def _nearest(draw: np.random.Generator, site: SiteSpec, focus: tuple[float, float]) -> int:
    """Index of a heap, the nearer to the focus the likelier."""
    away = np.array([np.hypot(heap.x - focus[0], heap.y - focus[1]) for heap in site.heaps])
    weights = np.exp(-away / 4.0)
    return int(np.searchsorted(np.cumsum(weights / weights.sum()), draw.random()).clip(0, len(away) - 1))


def _person(
    recipe: Recipe, seed: int, number: int, category: str, pose: str, spot: tuple[float, float, float], role: int
) -> PersonSpec:
    draw = stream(seed, "person", number)
    rescuer = category == "rescuer"
    wish = recipe.people
    outfit = pick(draw, wish.uniforms if rescuer else wish.outfits)
    lying = POSES[pose].task == "lie"
    buried = float(draw.uniform(0.25, 0.65)) if lying and draw.random() < wish.buried else 0.0
    return PersonSpec(
        seed=child(seed, "who", number),
        category=category,
        body=body(draw, wish.women if rescuer else 0.5, rescuer),
        outfit=outfit,
        gear=_gear(draw, recipe, rescuer, outfit, POSES[pose]),
        pose=pose,
        mirrored=bool(draw.random() < 0.5) and POSES[pose].team == 1,
        x=spot[0],
        y=spot[1],
        yaw=spot[2],
        buried=buried,
        group=number - role if POSES[pose].team > 1 else -1,
        role=role,
    )


def body(draw: np.random.Generator, women: float, rescuer: bool) -> BodySpec:
    """A plausible adult; the ranges keep the macro targets away from caricature."""
    female = draw.random() < women
    races = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])[int(draw.choice(3, p=[0.72, 0.12, 0.16]))]
    mixed = 0.75 * races + 0.25 * draw.dirichlet([2.0, 1.0, 1.0])
    return BodySpec(
        sex=float(draw.uniform(0.0, 0.12) if female else draw.uniform(0.88, 1.0)),
        age=float(draw.uniform(0.5, 0.78) if rescuer else draw.uniform(0.48, 0.98)),
        muscle=float(np.clip(draw.normal(0.52 if rescuer else 0.46, 0.06), 0.3, 0.62)),
        weight=float(np.clip(draw.normal(0.52, 0.11), 0.25, 0.85)),
        stature=float(np.clip(draw.normal(0.49, 0.05), 0.36, 0.6)),
        skin=tuple(float(share) for share in mixed / mixed.sum()),
    )


def _gear(draw: np.random.Generator, recipe: Recipe, rescuer: bool, outfit: str, pose: Pose) -> tuple[str, ...]:
    """What they wear. The draws come in a fixed order, whatever is kept."""
    chance = dict(
        zip(("helmet", "vest", "lamp", "face", "pack", "radio", "cap", "gloves"), draw.random(8), strict=True)
    )
    gear: list[str] = []
    if rescuer:
        helmet = chance["helmet"] < recipe.people.helmets
        gear += ["helmet"] if helmet else (["cap"] if chance["cap"] < 0.45 else [])
        if helmet and chance["lamp"] < 0.4:
            gear.append("lamp")
        if helmet and outfit == "turnout" and chance["lamp"] > 0.5:
            gear.append("visor")
        gear += ["goggles"] if chance["face"] < 0.15 else (["mask"] if chance["face"] < 0.35 else [])
        if chance["vest"] < recipe.people.vests or outfit == "hivis":
            gear.append("vest")
        gear += ["gloves"] if chance["gloves"] < 0.8 else []
        gear += ["backpack"] if chance["pack"] < 0.15 else (["harness"] if chance["pack"] < 0.35 else [])
        gear += ["radio_set"] if chance["radio"] < 0.4 else []
    elif pose.task != "lie":
        gear += ["cap"] if chance["cap"] < 0.2 else (["hood"] if chance["cap"] < 0.35 and outfit == "hoodie" else [])
        gear += ["bag"] if chance["pack"] < 0.2 else []
    if pose.tool in TOOLS:
        gear.append(pose.tool)
    return tuple(gear)


def camera(recipe: Recipe, site: SiteSpec, stage: Stage, view: str, seed: int) -> CameraSpec:
    """A camera of the wanted kind that looks at somebody; the target is off-centre as in real photos."""
    draw = stream(seed, "camera")
    target = stage.people[int(draw.integers(len(stage.people)))] if stage.people else None
    x, y = (target.x, target.y) if target is not None else stage.focus
    x, y = x + float(draw.normal(0, 0.5)), y + float(draw.normal(0, 0.3))
    roll = float(draw.normal(0, 1.5))
    if view.startswith("uav"):
        return _uav(draw, recipe, view, (x, y), roll)
    south = -np.pi / 2 + float(np.clip(draw.normal(0, 0.55), -1.25, 1.25))
    if view == "cctv":
        reach, height, focal = float(draw.uniform(9, 18)), float(draw.uniform(3.5, 6.5)), float(draw.uniform(20, 32))
    elif view == "helmet":
        reach, height, focal = (
            float(draw.uniform(2.0, 6.0)),
            float(draw.uniform(1.65, 1.8)),
            float(draw.uniform(16, 20)),
        )
    else:
        reach = uniform(draw, recipe.camera.distance, logarithmic=True)
        height, focal = float(draw.uniform(1.35, 1.8)), float(draw.uniform(24, 50))
    eye = (x + reach * np.cos(south), y + reach * np.sin(south), height)
    aim = (x, y, float(np.clip(draw.normal(1.0, 0.25), 0.4, 1.6)))
    return CameraSpec(view, tuple(map(float, eye)), aim, roll, focal, FULL_FRAME, view != "cctv")


def _uav(draw: np.random.Generator, recipe: Recipe, view: str, target: tuple[float, float], roll: float) -> CameraSpec:
    altitude = uniform(draw, recipe.camera.altitude, logarithmic=True)
    depression = np.radians(draw.uniform(78, 90) if view == "uav_nadir" else draw.uniform(28, 60))
    around = float(draw.uniform(0, 2 * np.pi)) if view == "uav_nadir" else -np.pi / 2 + float(draw.normal(0, 0.7))
    reach = altitude / np.tan(depression)
    x, y = target
    wide = float(draw.uniform(24, 40))
    sensor = 13.2
    eye = (float(x + reach * np.cos(around)), float(y + reach * np.sin(around)), altitude)
    return CameraSpec(view, eye, (x, y, 0.8), roll * 0.5, wide * sensor / FULL_FRAME, sensor, False)
