"""The names that recipes, plans and the people's builders share: outfits, gear and poses.

A table of words, so that a recipe can be validated and a frame planned without Blender. The geometry behind each word
lives in scene/clothing.py, scene/gear.py and scene/poses.py; a test asserts that every word has one.
"""

from __future__ import annotations

from dataclasses import dataclass

CATEGORIES = ("rescuer", "civilian")
PARTS = ("helmet", "vest")

UNIFORMS = ("ses", "turnout", "orange", "hivis", "medic", "military")
"""State Emergency Service dark blue and red-orange; black and yellow turnout; orange overalls; hi-vis over plain
clothes; medic; military."""

PLAIN = ("casual", "jacket", "hoodie", "dress_shirt", "work")
"""Civilian outfits."""

TOOLS = (
    "shovel", "bar", "sledge", "rope", "hose", "radio", "phone", "torch", "bucket", "stretcher", "slab", "case",
    "holdall", "block",
)  # fmt: skip
"""Things in the hands or sat upon; they are nobody's part."""

GEAR = (
    "helmet",
    "vest",
    "gloves",
    "backpack",
    "lamp",
    "goggles",
    "mask",
    "visor",
    "harness",
    "radio_set",
    "cap",
    "hood",
    "bag",
)
"""Things worn; a bare head is the absence of "helmet", "cap" and "hood"."""


RESCUER, CIVILIAN = ("rescuer",), ("civilian",)
ANYBODY = ("rescuer", "civilian")


@dataclass(frozen=True)
class Pose:
    """What the planner must know of a pose."""

    task: str
    """"stand", "walk", "dig", "carry", "climb", "sit", "lie", "ride", "talk", "lift", "search", "haul", "aid" ..."""
    where: str
    """"ground": free level ground; "heap": on rubble; "edge": at the foot of a heap, facing it; "carried": on what a
    team carries, which such a person joins and which nobody draws alone."""
    who: tuple[str, ...]
    tool: str = ""
    """A name from TOOLS held in the hands, or ""."""
    team: int = 1
    """How many people the pose needs (a stretcher: 2)."""
    radius: float = 0.5
    """Free ground needed around the spot, metres."""


POSES: dict[str, Pose] = {
    "stand": Pose("stand", "ground", ANYBODY),
    "hands_on_hips": Pose("stand", "ground", ANYBODY),
    "arms_crossed": Pose("stand", "ground", ANYBODY),
    "look_up": Pose("stand", "ground", ANYBODY),
    "hug_self": Pose("stand", "ground", CIVILIAN),
    "talk": Pose("talk", "ground", ANYBODY),
    "point": Pose("talk", "ground", ANYBODY, radius=0.7),
    "radio": Pose("talk", "ground", RESCUER, "radio"),
    "phone": Pose("talk", "ground", ANYBODY, "phone"),
    "wave": Pose("call", "ground", CIVILIAN),
    "wave_both": Pose("call", "ground", CIVILIAN),
    "cover_head": Pose("call", "ground", CIVILIAN),
    "walk": Pose("walk", "ground", ANYBODY, radius=0.6),
    "run": Pose("walk", "ground", ANYBODY, radius=0.8),
    "carry_bag": Pose("walk", "ground", CIVILIAN, "holdall", radius=0.6),
    "climb": Pose("climb", "heap", RESCUER, radius=0.8),
    "step_up": Pose("climb", "heap", ANYBODY, radius=0.7),
    "crouch": Pose("search", "edge", ANYBODY, radius=0.6),
    "kneel_search": Pose("search", "edge", RESCUER, "torch", radius=0.7),
    "search_torch": Pose("search", "ground", RESCUER, "torch"),
    "kneel_dig": Pose("dig", "edge", RESCUER, radius=0.7),
    "dig_knees": Pose("dig", "edge", RESCUER, radius=0.7),
    "shovel_dig": Pose("dig", "edge", RESCUER, "shovel", radius=0.9),
    "shovel_lift": Pose("dig", "edge", RESCUER, "shovel", radius=1.0),
    "shovel_throw": Pose("dig", "edge", RESCUER, "shovel", radius=1.0),
    "lever": Pose("break", "edge", RESCUER, "bar", radius=1.0),
    "sledge_up": Pose("break", "edge", RESCUER, "sledge", radius=1.0),
    "sledge_down": Pose("break", "edge", RESCUER, "sledge", radius=1.0),
    "lift": Pose("lift", "edge", RESCUER, "slab", radius=0.8),
    "lift_two": Pose("lift", "ground", RESCUER, "slab", team=2, radius=1.2),
    "carry": Pose("carry", "ground", ANYBODY, "case", radius=0.6),
    "stretcher": Pose("carry", "ground", RESCUER, "stretcher", team=2, radius=1.8),
    "carry_bucket": Pose("carry", "ground", RESCUER, "bucket", radius=0.6),
    "pass_bucket": Pose("carry", "ground", RESCUER, "bucket", radius=0.7),
    "drag_hose": Pose("haul", "ground", RESCUER, "hose", radius=0.8),
    "hold_hose": Pose("haul", "ground", RESCUER, "hose", radius=0.9),
    "pull_rope": Pose("haul", "ground", RESCUER, "rope", radius=0.8),
    "bend_over": Pose("aid", "edge", RESCUER, radius=0.7),
    "aid": Pose("aid", "edge", ANYBODY, radius=0.7),
    "support": Pose("aid", "ground", ANYBODY, team=2, radius=0.9),
    "sit_block": Pose("sit", "ground", CIVILIAN, "block", radius=0.6),
    "sit_knees": Pose("sit", "ground", CIVILIAN, radius=0.6),
    "sit_lean": Pose("sit", "ground", CIVILIAN, radius=0.8),
    "lie": Pose("lie", "ground", CIVILIAN, radius=1.0),
    "on_stretcher": Pose("ride", "carried", CIVILIAN, team=3, radius=1.8),
    "lie_arm_up": Pose("lie", "ground", CIVILIAN, radius=1.1),
    "lie_side": Pose("lie", "ground", CIVILIAN, radius=1.0),
    "lie_curled": Pose("lie", "ground", CIVILIAN, radius=0.8),
    "lie_prone": Pose("lie", "ground", CIVILIAN, radius=1.0),
    "buried_reach": Pose("lie", "ground", CIVILIAN, radius=1.0),
}

RIDES = {"stretcher": "on_stretcher"}
"""Pose of a team -> pose of the civilian whom they carry."""

SPOTS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "stretcher": ((0.0, -1.04, 0.0), (0.0, 1.04, 0.0)),
    "on_stretcher": ((0.0, -1.04, 0.0), (0.0, 1.04, 0.0), (0.0, 0.0, 0.0)),
    "lift_two": ((0.0, 0.86, 0.0), (0.0, -0.86, 180.0)),
    "support": ((0.21, 0.0, 0.0), (-0.21, 0.03, 0.0)),
}
"""Where mates stand by role, from the team's place and yaw: (to the left, to the back, further yaw)."""
