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

TOOLS = ("shovel", "bar", "rope", "radio", "hose", "stretcher", "sledge", "bucket")

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


@dataclass(frozen=True)
class Pose:
    """What the planner must know of a pose."""

    task: str
    """"stand", "walk", "dig", "carry", "climb", "kneel", "sit", "lie", "talk", "point", "lift", "search"."""
    where: str
    """"ground": free level ground; "heap": on rubble; "edge": at the foot of a heap, facing it."""
    who: tuple[str, ...]
    tool: str = ""
    """A name from TOOLS held in the hands, or ""."""
    team: int = 1
    """How many people the pose needs (a stretcher: 2)."""


POSES: dict[str, Pose] = {
    "stand": Pose("stand", "ground", ("rescuer", "civilian")),
    "point": Pose("point", "ground", ("rescuer", "civilian")),
    "walk": Pose("walk", "ground", ("rescuer", "civilian")),
    "crouch": Pose("search", "edge", ("rescuer", "civilian")),
    "kneel_dig": Pose("dig", "edge", ("rescuer",)),
    "lift": Pose("lift", "edge", ("rescuer",)),
    "carry": Pose("carry", "ground", ("rescuer", "civilian")),
    "lie": Pose("lie", "ground", ("civilian",)),
}
