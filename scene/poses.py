"""A planned person becomes a posed body: the stance of the pose, jittered, on the ground as it is.

``solve`` refuses what the ground does not allow and says why; the caller tries another place or ``fallback(pose)``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..dataset.spec import PersonSpec, child, stream
from ..dataset.wardrobe import POSES, SPOTS
from . import crossing
from .body import Body
from .footing import SOLE, WALKED, Ground, upright_to
from .measures import Measures
from .skeleton import SIDES, rotation
from .solver import FIXED, Solver
from .stances import Hand, Held, Stance
from .stances_dig import DIG
from .stances_haul import HAUL
from .stances_rest import REST
from .stances_stand import STAND
from .terrain import Terrain

__all__ = ["SOLE", "STANCES", "Contact", "Posed", "Tool", "burial_hints", "fallback", "solve"]

STANCES: dict[str, Stance] = {**DIG, **HAUL, **STAND, **REST}

STEEP = {"ground": 24.0, "edge": 34.0, "heap": 40.0, "carried": 90.0}
"""Steepest ground for a pose by where it belongs, degrees."""

FOOT_ERROR, HAND_ERROR = 0.015, 0.03
"""Farther than this from their goals, feet or hands count as out of reach, metres."""

DRAWS = 4
"""Variants of a stance tried before its limbs count as crossed: each nearer to the stance as written."""

CROSSED = "the limbs would cross"

TEAM_HEIGHT = {"stretcher": 0.82, "on_stretcher": 0.82, "lift_two": 0.78}
"""Height of a shared tool's grips over the ground, metres."""

BED = -0.016
"""Height of what carries a patient over the grips of the stretcher, metres."""

SUNK = 0.16
"""How deep a wholly buried person would lie in the ground, metres; slabs on top do the rest."""


@dataclass(frozen=True)
class Tool:
    """Something held: its name in scene/tools.py, 4x4 world matrix and seed; ``path`` (n, 3) in the world for lines."""

    name: str
    matrix: np.ndarray
    seed: int
    path: np.ndarray | None = None


@dataclass(frozen=True)
class Contact:
    """Where a part of the body touches: "foot_l", "knee_r", "hand_l", "seat", "trunk"; a world point; what is there."""

    part: str
    point: tuple[float, float, float]
    surface: str


@dataclass(frozen=True)
class Posed:
    """A posed body. Bone turns and places are in the person's frame; ``root`` takes that into the world."""

    turns: np.ndarray
    """(b, 3, 3), against the rest pose, in the axes of the person's frame."""
    places: np.ndarray
    """(b, 3), metres."""
    root: np.ndarray
    """4x4."""
    tools: tuple[Tool, ...] = ()
    contacts: tuple[Contact, ...] = ()
    placed: bool = True
    """False when the ground does not allow the pose; then only ``reason`` counts."""
    reason: str = ""


def solve(spec: PersonSpec, body: Body, terrain: Terrain | None) -> Posed:
    """The person in their pose on the terrain, or on level ground at z 0 when it is None. Same spec, same numbers."""
    if POSES[spec.pose].where == "carried":
        return _carried(spec, body, terrain)
    return _standing(spec, body, terrain)


def _carried(spec: PersonSpec, body: Body, terrain: Terrain | None) -> Posed:
    """Who lies on what a team carries: as on level ground, taken to where the mates hold it."""
    axes, middle = shared_frame(spec, terrain)
    posed = _standing(replace(spec, x=0.0, y=0.0, yaw=0.0), body, None)
    if not posed.placed:
        return posed
    bed = np.eye(4)
    bed[:3, :3], bed[:3, 3] = axes, middle + axes[:, 2] * BED
    return replace(posed, root=bed @ posed.root, contacts=())


def _standing(spec: PersonSpec, body: Body, terrain: Terrain | None) -> Posed:
    """Whoever is carried by the ground itself."""
    spots = SPOTS.get(spec.pose, ((0.0, 0.0, 0.0),))
    dx, dy, turn = spots[spec.role % len(spots)]
    spot = rotation("z", spec.yaw) @ (dx, dy, 0.0)
    ground = Ground(terrain, spec.x + spot[0], spec.y + spot[1], spec.yaw + turn, spec.mirrored, spec.level)
    plain = STANCES.get(f"{spec.pose}_{spec.role}", STANCES[spec.pose])
    if reason := _refused(plain, spec, ground):
        return _unplaced(reason)
    carries = spec.pose in TEAM_HEIGHT and POSES[spec.pose].where != "carried"
    shared = shared_frame(spec, terrain) if carries else None
    team = None if shared is None else _team(spec, shared, ground)
    measures, reason = Measures(body), ""
    if plain.rest == "trunk":
        _lay(ground, plain, body.scale)
    for attempt in range(DRAWS):
        solver = Solver(jittered(plain, spec, attempt), measures, ground, team)
        if spec.buried:
            solver.sunk = SUNK * spec.buried * body.scale
        solver.run()
        refused = _failed(solver)
        if not refused:
            return _posed(solver, spec, shared)
        reason = reason or refused
        if refused != CROSSED:
            break  # another draw of the same stance does not change the ground
    return _unplaced(reason)


def fallback(pose: str) -> str:
    """An easier pose of the same kind of person, for where ``pose`` finds no place."""
    words = POSES[pose]
    if words.task in ("lie", "ride"):
        return "lie_curled" if pose != "lie_curled" else "sit_knees"
    easier = {"heap": "step_up", "edge": "crouch", "ground": "stand"}[words.where]
    easier = "stand" if easier == pose or not set(words.who) <= set(POSES[easier].who) else easier
    return easier


def jittered(stance: Stance, spec: PersonSpec, attempt: int = 0) -> Stance:
    """The stance with small, continuous changes; what must meet (grips, mates) keeps its place.

    Each further ``attempt`` is another draw with smaller changes.
    """
    draw = stream(spec.seed, "pose", *([attempt] if attempt else []))
    noise = draw.normal(0, 1, 48).clip(-2, 2) * stance.wild * (1 - attempt / DRAWS)
    feet = tuple(
        replace(
            foot,
            x=foot.x + 0.012 * n[0],
            y=foot.y + 0.02 * n[1],
            yaw=foot.yaw + 5 * n[2],
            heel=foot.heel + min(5.0, 0.15 * abs(foot.heel)) * n[3],
        )
        for foot, n in zip(stance.feet, noise[:8].reshape(2, 4), strict=True)
    )
    if any(held.how == "between" for held in stance.held):
        noise[8:13] = noise[13:18] = (0.0, *noise[9:13])
    hands = tuple(_moved(hand, n) for hand, n in zip(stance.hands, noise[8:18].reshape(2, 5), strict=True))
    pelvis = (stance.pelvis[0], stance.pelvis[1] + 0.015 * noise[18], stance.pelvis[2] - 0.008 * abs(noise[19]))
    turn = tuple(value + scale * n for value, scale, n in zip(stance.turn, (2.0, 1.0, 4.0), noise[20:23], strict=True))
    spine = tuple(value + scale * n for value, scale, n in zip(stance.spine, (3, 2.0, 4), noise[23:26], strict=True))
    look = stance.look
    if look is not None:
        away = float(np.hypot(look[0], look[1]))
        look = tuple(v + scale * away * n for v, scale, n in zip(look, (0.12, 0.05, 0.07), noise[26:29], strict=True))
    elif stance.rest != "trunk":
        look = (3.5 * noise[26], -6.0, 1.25 + 0.5 * noise[27])
    nod = tuple(value + scale * n for value, scale, n in zip(stance.nod, (2.0, 3.0, 4.0), noise[29:32], strict=True))
    held = tuple(held if held.how != "shaft" else replace(held, roll=held.roll + 5 * noise[32]) for held in stance.held)
    return replace(stance, pelvis=pelvis, turn=turn, spine=spine, look=look, nod=nod, feet=feet, hands=hands, held=held)


def _moved(hand: Hand, n: np.ndarray) -> Hand:
    """A hand a little elsewhere; grips slide along the tool, hands on the own body hardly move."""
    if hand.space == "team":
        return hand
    if hand.space == "tool":
        return replace(hand, at=hand.at + 0.025 * n[0])
    size = 0.008 if hand.space in ("head", "pelvis") or hand.space.startswith("knee") else 0.022
    height = 0.0 if hand.space == "touch" else size * n[2]
    if hand.space == "touch":
        size = 0.03
    return replace(hand, x=hand.x + size * n[0], y=hand.y + size * n[1], z=hand.z + height, curl=hand.curl + 3 * n[3])


def _unplaced(reason: str) -> Posed:
    return Posed(np.zeros((0, 3, 3)), np.zeros((0, 3)), np.eye(4), placed=False, reason=reason)


def _refused(stance: Stance, spec: PersonSpec, ground: Ground) -> str:
    """Why nobody can be here at all, or ""."""
    if ground.base is None:
        return "no ground here"
    if ground.kind not in WALKED:
        return f"on a {ground.kind}"
    around = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    size = 0.3 if stance.rest != "trunk" else 0.5
    ring = np.stack([np.cos(around), np.sin(around)], 1) * size
    z = ground.heights(np.concatenate([ring, 0.5 * ring]))
    if ground.holes > 4:
        return "holes in the ground"
    design = np.column_stack([np.concatenate([ring, 0.5 * ring]), np.ones(16)])
    (a, b, _), *_ = np.linalg.lstsq(design, z, rcond=None)
    if np.degrees(np.arctan(np.hypot(a, b))) > STEEP[POSES[spec.pose].where]:
        return "too steep"
    if stance.rest != "trunk":
        for x, y in ring[::2] * 1.1:
            for height in (0.8, 1.4):
                if stance.pelvis[2] + 0.5 > height and ground.hit(np.array([0, 0, height]), np.array([x, y, height])):
                    return "something stands too near"
    return ""


def _lay(ground: Ground, stance: Stance, scale: float) -> None:
    """Tilt the frame of a lying person to the slope from head to feet."""
    ahead = 1.0 if stance.turn[0] < 0 else -1.0
    grid = np.array([(x, ahead * y) for x in (-0.25, 0.0, 0.25) for y in (-0.8, -0.4, 0.0, 0.35, 0.7)]) * scale
    ground.lean(upright_to(ground.plane(grid)))


def _team(spec: PersonSpec, shared: tuple[np.ndarray, np.ndarray], mine: Ground) -> tuple[np.ndarray, np.ndarray]:
    """Frame of the tool that mates share, in this person's frame: y from front to back, z up."""
    axes, middle = shared
    flip = np.diag([mine.flip, 1.0, 1.0])
    local = flip @ mine.turn.T
    own, place = local @ axes, local @ (middle - mine.origin)
    if own[1, 1] < 0:
        own = own @ np.diag([-1.0, -1.0, 1.0])
    own[:, 0] *= np.sign(own[0, 0])
    if spec.pose == "stretcher":
        # the grip is at this bearer's end of the shaft
        place = place - own[:, 1] * (own[:, 1] @ place)
    return own, place


def shared_frame(spec: PersonSpec, terrain: Terrain | None) -> tuple[np.ndarray, np.ndarray]:
    """World axes (3, 3) and middle (3,) of a team's tool: the same for every mate, whatever their own ground is."""
    ends = []
    for dx, dy, _ in SPOTS[spec.pose]:
        spot = rotation("z", spec.yaw) @ (dx, dy, 0.0) + (spec.x, spec.y, 0.0)
        base = Ground(terrain, spot[0], spot[1], 0.0, False, spec.level).base or 0.0
        ends.append(np.array([spot[0], spot[1], base + TEAM_HEIGHT[spec.pose]]))
    along = ends[1] - ends[0]
    along /= np.linalg.norm(along)
    across = np.cross(along, (0.0, 0.0, 1.0))
    across /= np.linalg.norm(across)
    return np.stack([across, along, np.cross(across, along)], 1), (ends[0] + ends[1]) / 2


def _failed(solver: Solver) -> str:
    """Why the pose does not fit here, or ""."""
    for side, foot, hand in zip(SIDES, solver.stance.feet, solver.stance.hands, strict=True):
        if np.linalg.norm(solver.wanted[f"foot_{side}"]) > FOOT_ERROR and not foot.up:
            return "the feet find no hold"
        if hand.space in FIXED and np.linalg.norm(solver.wanted[f"hand_{side}"]) > HAND_ERROR:
            return "the hands do not reach"
    if solver.stance.rest != "trunk":
        for side in SIDES:
            for a, b in (("thigh", "calf"), ("upperarm", "lowerarm"), ("lowerarm", "hand")):
                if solver.ground.hit(solver.place(f"{a}_{side}"), solver.place(f"{b}_{side}")):
                    return "something is in the way"
        if solver.ground.hit(solver.place("pelvis"), solver.place("head")):
            return "something is in the way"
    return CROSSED if crossing.deepest(solver)[0] > crossing.LIMIT else ""


def _posed(solver: Solver, spec: PersonSpec, shared: tuple[np.ndarray, np.ndarray] | None) -> Posed:
    """The solver's result, mirrored if the person is."""
    root = solver.ground.root
    turns, places = solver.turns, solver.places
    if spec.mirrored:
        names = solver.body.base.bones
        other = [names.index(_opposite(name)) for name in names]
        mirror = np.diag([-1.0, 1.0, 1.0])
        turns, places = mirror @ turns[other] @ mirror, places[other] @ mirror
    contacts = tuple(
        Contact(_opposite(part) if spec.mirrored else part, tuple(map(float, solver.ground.world(point))), surface)
        for part, point, surface in solver.contacts()
    )
    return Posed(turns, places, root, _tools(solver, spec, shared), contacts)


def _opposite(name: str) -> str:
    return name[:-1] + {"l": "r", "r": "l"}[name[-1]] if name.endswith(("_l", "_r")) else name


def _tools(solver: Solver, spec: PersonSpec, shared: tuple[np.ndarray, np.ndarray] | None) -> tuple[Tool, ...]:
    """World frames of what is held; of a shared tool only its leader holds it."""
    found = []
    for number, held in enumerate(solver.stance.held):
        if held.how == "team" and spec.role:
            continue
        matrix, path = np.eye(4), solver.path(held)
        if held.how == "team" and shared is not None:
            matrix[:3, :3], matrix[:3, 3] = shared
        else:
            axes, place = solver.held_frame(held)
            flip = np.diag([solver.ground.flip, 1.0, 1.0])
            matrix[:3, :3] = solver.ground.turn @ flip @ solver.ground.tilt @ axes @ flip
            matrix[:3, 3] = solver.ground.world(place)
        world = None if path is None else np.array([solver.ground.world(point) for point in path])
        found.append(Tool(held.tool, matrix, child(spec.seed, "tool", number), world))
    return tuple(found)


def burial_hints(posed: Posed, body: Body) -> tuple[tuple[float, float, float, float], ...]:
    """Where slabs may lie on a lying person, legs first: (x, y, z of the upper side, radius) in the world."""
    found = []
    for bone in ("calf_l", "calf_r", "thigh_l", "thigh_r", "pelvis", "spine_02"):
        number = body.base.bone(bone)
        middle = posed.turns[number] @ ((body.tails[number] - body.heads[number]) / 2) + posed.places[number]
        radius = (0.16 if bone in ("pelvis", "spine_02") else 0.11) * body.scale
        x, y, z = posed.root[:3, :3] @ middle + posed.root[:3, 3]
        found.append((float(x), float(y), float(z + 0.75 * radius), float(radius)))
    return tuple(found)


def held_names() -> set[str]:
    """Every tool that a stance holds."""
    return {held.tool for stance in STANCES.values() for held in stance.held}


def held_by(pose: str) -> tuple[Held, ...]:
    """What a pose holds."""
    return STANCES[pose].held
