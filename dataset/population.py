"""Who the people are: body, clothes and gear of one person, as often as wanted."""

from __future__ import annotations

import numpy as np

from .draw import pick
from .recipe import Recipe
from .spec import BodySpec, PersonSpec, child, stream
from .wardrobe import POSES, TOOLS, Pose

WOMEN = 0.5
"""Share of women among civilians; the recipe says it for rescuers."""

SKIN = {"caucasian": 0.72, "african": 0.12, "asian": 0.16}
"""Which of the base mesh's three skins makes up most of somebody's."""

AGES = {"rescuer": (0.45, 0.86), "civilian": (0.43, 1.0)}
"""Spans of the body's age; 0.5 is about 25 years, 1 about 70."""

MUSCLE = {"rescuer": (0.52, 0.06), "civilian": (0.46, 0.06)}
WEIGHT = {"rescuer": (0.52, 0.11), "civilian": (0.52, 0.11)}
"""Means and standard deviations of the targets."""

HEIGHTS = {"woman": (1.645, 0.06), "man": (1.77, 0.065)}
"""Means and standard deviations of body heights, metres: about those of European adults."""

UPWARDS, DOWNWARDS = 1.44, 0.73
"""Metres of body height for each unit of stature, above and below its middle at 0.5: measured on the base mesh."""

CHANCES = {
    "lamp": 0.4,
    "visor": 0.5,
    "goggles": 0.15,
    "mask": 0.2,
    "gloves": 0.8,
    "backpack": 0.15,
    "harness": 0.2,
    "radio_set": 0.4,
    "cap": 0.45,
}
"""How often rescuers wear what the recipe doesn't speak of: lamp and visor (firefighters) on helmets, caps without."""

PLAIN_CHANCES = {"cap": 0.2, "hood": 0.15, "bag": 0.2}
"""The same of civilians who neither lie nor are carried; hoods on hoodies only."""


def person(
    recipe: Recipe, seed: int, number: int, category: str, pose: str, spot: tuple[float, float, float], role: int
) -> PersonSpec:
    """Person ``number`` of the frame whose seed this is, at ``spot``: (x, y, yaw)."""
    draw = stream(seed, "person", number)
    rescuer = category == "rescuer"
    wish, words = recipe.people, POSES[pose]
    outfit = pick(draw, wish.uniforms if rescuer else wish.outfits)
    buried = float(draw.uniform(0.25, 0.65)) if words.task == "lie" and draw.random() < wish.buried else 0.0
    return PersonSpec(
        seed=child(seed, "who", number),
        category=category,
        body=body(draw, wish.women if rescuer else WOMEN, category),
        outfit=outfit,
        gear=_gear(draw, recipe, rescuer, outfit, words),
        pose=pose,
        mirrored=bool(draw.random() < 0.5) and words.team == 1,
        x=spot[0],
        y=spot[1],
        yaw=spot[2],
        buried=buried,
        group=number - role if words.team > 1 else -1,
        role=role,
    )


def body(draw: np.random.Generator, women: float, category: str) -> BodySpec:
    """A plausible adult; the ranges keep the macro targets away from caricature."""
    female = draw.random() < women
    races = np.eye(3)[int(draw.choice(3, p=list(SKIN.values())))]
    mixed = 0.75 * races + 0.25 * draw.dirichlet([2.0, 1.0, 1.0])
    skin = tuple(float(share) for share in mixed / mixed.sum())
    sex = float(draw.uniform(0.0, 0.12) if female else draw.uniform(0.88, 1.0))
    age = float(draw.uniform(*AGES[category]))
    mean, spread = HEIGHTS["woman" if female else "man"]
    return BodySpec(
        sex=sex,
        age=age,
        muscle=float(np.clip(draw.normal(*MUSCLE[category]), 0.3, 0.62)),
        weight=float(np.clip(draw.normal(*WEIGHT[category]), 0.25, 0.85)),
        stature=stature(float(np.clip(draw.normal(), -2.2, 2.2)) * spread + mean, sex, age, skin),
        skin=skin,
    )


def stature(metres: float, sex: float, age: float, skin: tuple[float, float, float]) -> float:
    """The target's value for a body height. It is steeper above the middle; a test holds it against real bodies."""
    over = metres - _middle(sex, age, skin)
    return float(np.clip(0.5 + over / (UPWARDS if over > 0 else DOWNWARDS), 0.25, 0.68))


def metres(body: BodySpec) -> float:
    """How tall a body is, without shoes: the inverse of ``stature``."""
    over = body.stature - 0.5
    return _middle(body.sex, body.age, body.skin) + over * (UPWARDS if over > 0 else DOWNWARDS)


def _middle(sex: float, age: float, skin: tuple[float, float, float]) -> float:
    """Metres of body height at a stature of 0.5: fitted to the base mesh, within 4 mm."""
    old = max(0.0, age - 0.5)
    return 1.6042 + 0.1451 * sex - (0.0298 + 0.0333 * sex) * old + 0.0634 * skin[1] - (0.1065 + 0.0155 * sex) * skin[2]


def _gear(draw: np.random.Generator, recipe: Recipe, rescuer: bool, outfit: str, pose: Pose) -> tuple[str, ...]:
    """What they wear. The draws come in a fixed order, whatever is kept."""
    chance = dict(
        zip(("helmet", "vest", "lamp", "face", "pack", "radio", "cap", "gloves"), draw.random(8), strict=True)
    )
    gear: list[str] = []
    if rescuer:
        wanted = CHANCES
        helmet = chance["helmet"] < recipe.people.helmets
        gear += ["helmet"] if helmet else (["cap"] if chance["cap"] < wanted["cap"] else [])
        if helmet and chance["lamp"] < wanted["lamp"]:
            gear.append("lamp")
        if helmet and outfit == "turnout" and chance["lamp"] > 1 - wanted["visor"]:
            gear.append("visor")
        gear += _either(chance["face"], wanted, "goggles", "mask")
        if chance["vest"] < recipe.people.vests or outfit == "hivis":
            gear.append("vest")
        gear += ["gloves"] if chance["gloves"] < wanted["gloves"] else []
        gear += _either(chance["pack"], wanted, "backpack", "harness")
        gear += ["radio_set"] if chance["radio"] < wanted["radio_set"] else []
    elif pose.task not in ("lie", "ride"):
        head = _either(chance["cap"], PLAIN_CHANCES, "cap", "hood")
        gear += head if head != ["hood"] or outfit == "hoodie" else []
        gear += ["bag"] if chance["pack"] < PLAIN_CHANCES["bag"] else []
    if pose.tool in TOOLS:
        gear.append(pose.tool)
    return tuple(gear)


def _either(chance: float, wanted: dict[str, float], first: str, second: str) -> list[str]:
    """One of two things, or nothing, by one number 0..1."""
    if chance < wanted[first]:
        return [first]
    return [second] if chance < wanted[first] + wanted[second] else []
