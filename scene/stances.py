"""How a pose is written down: feet, hands, trunk, gaze and tool of a person 1.75 m tall, facing -y, +x to the left.

Places are metres, angles degrees; they scale with the body. ``space`` says what a place hangs on: "root" the ground
frame; "ground" the same with z counted from the ground there; "chest", "pelvis", "head", "knee_l", "knee_r" the bone,
with coordinates as in the upright rest pose (shoulders at z 1.40, hips 0.93, eyes 1.64, knees 0.51).
"""

from __future__ import annotations

from dataclasses import dataclass, field

Place = tuple[float, float, float]


@dataclass(frozen=True)
class Foot:
    """Where an ankle goes and what of the foot touches the ground."""

    x: float
    y: float
    yaw: float = 0.0
    """Toes to the person's left when positive."""
    heel: float = 0.0
    """Pitch: heel up when positive, toes up when negative."""
    toe: float | None = None
    """Bend of the toes; None keeps them flat on the ground."""
    up: float = 0.0
    """Height of the lowest point over the ground (a foot in the air)."""
    kneel: bool = False
    """The knee is on the ground; x, y are ignored, ``yaw`` turns the thigh outwards."""
    pole: Place | None = None
    """Where the knee points; None follows the toes."""
    roll: float = 0.0
    """About the foot's length, for lying people."""


@dataclass(frozen=True)
class Hand:
    """Where a hand grips or touches: the middle of the closed fist, or the finger tips in space "touch"."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    space: str = "chest"
    """Above, or "touch": finger tips on the ground at (x, y); "tool": on the tool's shaft."""
    pole: Place = (0.5, 0.5, -0.7)
    """Where the elbow points; x is outwards for both hands."""
    point: Place | None = None
    """Direction of the fingers in the root frame, x outwards; None continues the forearm."""
    palm: Place | None = None
    """Direction that the palm faces, x outwards; None turns it to the body."""
    curl: float = 22.0
    """Bend of each finger joint."""
    at: float = 0.0
    """Place along the tool, metres from its tip."""
    thumb: float = 1.0
    """Thumb towards the tool's far end (1) or its tip (-1)."""


@dataclass(frozen=True)
class Held:
    """A tool and how it is held."""

    tool: str
    how: str = "right"
    """"right", "left": rigid in that hand; "hang_right", "hang_left": hangs below it; "shaft": from ``tip`` towards
    ``toward``; "between": centred between the hands; "set": stands at ``tip``; "line": a rope through the hands;
    "team": shared, placed from the team's own frame."""
    tip: Place = (0.0, 0.0, 0.0)
    tip_space: str = "root"
    toward: Place = (0.0, 0.0, 0.0)
    toward_space: str = "chest"
    anchor: float = 0.0
    """When above 0, ``toward`` lies this far from the tip and the tip follows from it."""
    roll: float = 0.0
    """About the shaft."""
    path: tuple[tuple[float, float, float, str], ...] = ()
    """Places with their spaces, or space "hand_l", "hand_r": the course of a rope or hose."""


@dataclass(frozen=True)
class Stance:
    """A pose."""

    pelvis: Place = (0.0, 0.0, 0.95)
    """Goal of the pelvis joint; z over the mean ground below the feet."""
    turn: Place = (0.0, 0.0, 0.0)
    """Pelvis pitch (forward), roll, yaw."""
    spine: Place = (3.0, 0.0, 0.0)
    """Pitch, roll, yaw of the whole spine against the pelvis."""
    look: Place | None = None
    """Point in the root frame that the eyes seek; None looks ahead."""
    nod: Place = (0.0, 0.0, 0.0)
    """Pitch, roll, yaw of the head beside the gaze."""
    feet: tuple[Foot, Foot] = field(default=(Foot(0.13, -0.02, 10), Foot(-0.13, 0.05, -13)))
    """Left, right."""
    hands: tuple[Hand, Hand] = field(default=(Hand(), Hand()))
    held: tuple[Held, ...] = ()
    shrug: Place = (0.0, 0.0, 0.0)
    """Both collar bones up, forward; the third is left's up more than right's."""
    rest: str = "feet"
    """What carries the weight: "feet", "knees", "seat" or "trunk"."""
    seat: float = 0.0
    """Height of the seat over the ground."""
    balance: float = 1.0
    """How much the hips shift to bring the centre of mass over the feet."""
    reach: float = 0.0
    """Degrees the trunk may bend more so that the hands get there."""
    wild: float = 1.0
    """Size of the jitter."""


DOWN = Hand(0.25, -0.05, 0.79, pole=(0.15, 1, -0.1), point=(0.02, -0.14, -1), palm=(-1, 0.25, 0))
"""An arm that hangs."""


def on_knee(side: str) -> Hand:
    """A hand that rests on a knee."""
    return Hand(0.0, -0.03, 0.10, f"knee_{side}", (0.6, 0.9, -0.4), (-0.3, -0.8, -0.5), (0, 0.2, -1), 16)
