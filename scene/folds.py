"""What makes cloth of an offset surface: it hangs, it buckles where the pose squeezes it, and it remembers being worn.

Folds are ridges across the direction in which the pose shortens the cloth (scene/strain.py): fans in a bent elbow or
knee, stacks in the groin and at a bent waist, diagonals over a twisted trunk. Cuffs and trouser legs stack over hands
and boots whatever the pose; straps press in what lies under them and raise the cloth beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import noise
from .clothing import ARM_T, ARM_W, AROUND, GAP, LEG_T, LEG_W, REST, Surface
from .strain import ALONG, FALLING, RISING, ROUND

PLAIN = 0.0115
"""Height of plain cotton's folds, metres."""

DEEPEST = 0.62
"""Share of its distance from the body by which cloth may be pressed in."""


def hung(surface: Surface, slack: float) -> Surface:
    """The cloth lies on what is below it and hangs from what is above: moved by up to ``slack`` metres, and the slack
    of sleeves, trouser legs and of a jacket's front gathers below what holds it."""
    outward, values = surface.normals(), surface.values
    sag = slack * np.clip(-outward[:, 2], -0.45, 1.0) * np.clip(values[:, GAP] / 0.02, 0.3, 1.0)
    points = surface.points + outward * sag[:, None]
    below = np.clip((-outward[:, 2] - 0.25) / 0.6, 0, 1) * np.clip((points[:, 2] - 0.10) / 0.15, 0, 1)
    arm, leg, on_arm, on_leg = values[:, ARM_T], values[:, LEG_T], values[:, ARM_W], values[:, LEG_W]
    lengths = on_arm * (0.5 * _bump(arm, 0.25, 0.16) + 0.75 * _bump(arm, 0.72, 0.17))
    lengths += 0.75 * on_leg * (_bump(leg, 0.30, 0.16) + 0.6 * _bump(leg, 0.75, 0.15))
    trunk = np.clip(1 - on_arm - on_leg, 0, 1)
    lengths += 0.8 * trunk * _bump(values[:, 2], 1.05, 0.14)
    points[:, 2] -= below * lengths * 4.5 * slack
    return Surface(points, surface.quads, values, surface.shorter)


def creased(
    surface: Surface,
    height: float,
    seed: int,
    stiff: float = 1.0,
    under: float | None = None,
    tucked: bool = False,
    pressed: np.ndarray | None = None,
) -> Surface:
    """With folds of about ``height`` metres; ``stiff`` stretches their spacing. They never reach the body.

    ``under``: height in the rest pose above which the garment is worn under another one and lies flat. ``tucked``:
    the legs end inside the boots. ``pressed``: metres by which straps and belts move each vertex, (n,).
    """
    if height <= 0:
        return surface
    values = surface.values
    depth = _relief(surface, seed % 61, stiff) * (height / PLAIN)
    if pressed is not None:
        held = np.clip(-pressed / 0.003, 0, 1)
        depth = depth * (1 - 0.8 * held) + pressed
    if tucked:
        leg = values[:, LEG_T]
        inside = np.clip((leg - 0.815) / 0.035, 0, 1) * (values[:, LEG_W] > 0.5)
        blouse = 0.016 * _bump(leg, 0.765, 0.045) * values[:, LEG_W]
        depth = (depth + blouse) * (1 - inside) - inside * np.maximum(0.0, values[:, GAP] - 0.003)
    else:
        inside = 0.0
    depth = np.maximum(depth, -values[:, GAP] * np.where(inside, 0.95, DEEPEST))
    if under is not None:
        depth = np.where(values[:, 2] > under, np.minimum(depth, 0.0), depth)
        depth -= 0.006 * np.clip((values[:, 2] - under) / 0.03, 0, 1)
    return Surface(surface.points + surface.normals() * depth[:, None], surface.quads, values, surface.shorter)


def pressed(distance: np.ndarray, depth: float = 0.006) -> np.ndarray:
    """Metres by which straps move the cloth: in under them, out beside them. ``distance`` (n,): metres inside them."""
    rim = np.clip(0.5 + distance / 0.012, 0, 1)
    return depth * (0.75 * _bump(distance, -0.018, 0.011) - rim)


def _bump(value: np.ndarray, middle: float, width: float) -> np.ndarray:
    return np.exp(-(((value - middle) / width) ** 2))


def _ridge(phase: np.ndarray) -> np.ndarray:
    """Sharp crests, wide valleys, mean about 0; one every unit of the phase."""
    return 0.60 - np.sqrt(np.abs(np.sin(np.pi * phase)))


def _pipe(phase: np.ndarray, seed: int) -> np.ndarray:
    """Rounded folds with sharp valleys between, of unequal height; one every unit of the phase."""
    uneven = 0.72 + 0.28 * np.sin(np.pi * 0.764 * phase + seed)
    return (np.sqrt(np.abs(np.sin(np.pi * phase))) - 0.5) * uneven


def _arc(values: np.ndarray, number: np.ndarray, slow: np.ndarray, seed: int) -> np.ndarray:
    """How much there is of the ``number``-th fold at each place round a limb or the trunk, 0 to 1.2.

    A tube of cloth does not buckle in rings: a fold runs round a part of it and dies out, and the next one lies on
    another side, as a crushed paper cylinder shows.
    """
    across, deep = values[:, AROUND].T
    side = np.arctan2(deep, across) + 2.1 * number + 2.6 * slow + seed
    return np.clip(0.48 + 0.75 * np.cos(side), 0, 1.2)


@dataclass(frozen=True)
class _Cloth:
    """What all folds of a garment are drawn from, float64 (n,) each."""

    values: np.ndarray
    """Of the surface, (n, k)."""
    on_arm: np.ndarray
    on_leg: np.ndarray
    slow: np.ndarray
    fine: np.ndarray
    patchy: np.ndarray
    """How folded the cloth is from place to place, 0.05 to 1.3."""
    seed: int
    stiff: float


def _cloth(surface: Surface, seed: int, stiff: float) -> _Cloth:
    values = surface.values.astype(float)
    rest = values[:, REST]
    return _Cloth(
        values,
        on_arm=np.clip(values[:, ARM_W] * 1.3 - 0.15, 0, 1),
        on_leg=np.clip(values[:, LEG_W] * 1.3 - 0.15, 0, 1),
        slow=noise.fractal(rest, 3.1, 2, seed).astype(float),
        fine=noise.fractal(rest, 11.0, 2, seed + 7).astype(float),
        patchy=np.clip(0.62 + 0.75 * noise.fractal(rest, 4.7, 1, seed + 13).astype(float), 0.05, 1.3),
        seed=seed,
        stiff=stiff,
    )


def _relief(surface: Surface, seed: int, stiff: float) -> np.ndarray:
    """Metres outwards at plain cotton's height, float64 (n,).

    All in double precision: numpy's single-precision functions may differ in their last bit from one call to the next,
    and in the mesh that would be another picture of the same frame.
    """
    cloth = _cloth(surface, seed, stiff)
    values, on_arm, on_leg, slow, fine = cloth.values, cloth.on_arm, cloth.on_leg, cloth.slow, cloth.fine
    rest = values[:, REST]
    arm, leg = values[:, ARM_T], values[:, LEG_T]
    relief = PLAIN * _worn(cloth) + _buckled(cloth, surface.shorter.astype(float))
    stacked = on_arm * _bump(arm, 0.90, 0.09) * 0.7 + on_leg * _bump(leg, 0.885, 0.075)
    length = (arm * 0.56 * on_arm + leg * 0.86 * on_leg) / (0.043 * stiff)
    tilt = 0.55 * values[:, AROUND].T[0] * np.cos(seed) + 0.45 * values[:, AROUND].T[1]
    turns = length + tilt + 1.6 * slow + 0.4 * fine
    folds = (_pipe(turns, seed) + 0.5) * (0.2 + 0.8 * _arc(values, np.floor(turns), slow, seed + 5)) - 0.25
    relief += 0.022 * stacked * (0.25 + folds * (0.5 + 0.7 * cloth.patchy))
    # collars keep their shape
    return (relief + PLAIN * (0.15 * fine + 0.25 * slow)) * np.clip((1.46 - rest[:, 2]) / 0.08, 0.08, 1.0)


def _buckled(cloth: _Cloth, shorter: np.ndarray) -> np.ndarray:
    """Folds across the directions in which the pose shortens the cloth, by ``shorter`` (n, 4), metres."""
    values, on_arm, on_leg, slow, fine = cloth.values, cloth.on_arm, cloth.on_leg, cloth.slow, cloth.fine
    patchy, seed, stiff = cloth.patchy, cloth.seed, cloth.stiff
    across, deep = values[:, AROUND].T
    angle = np.arctan2(deep, across) / (2 * np.pi)
    on_limb = np.clip(on_arm + on_leg, 0, 1)
    length = values[:, ARM_T] * 0.56 * on_arm + values[:, LEG_T] * 0.86 * on_leg
    length = length + values[:, 2] * (1 - on_limb)
    spacing = stiff * (0.050 * on_arm + 0.064 * on_leg + 0.062 * (1 - on_limb))
    # folds are deep only where much cloth is squeezed; a little slack is in every seam
    tall = 0.95 * spacing[:, None] * np.sqrt(np.clip(shorter - 0.015, 0, 0.6))
    total = tall.sum(1) + 1e-6
    bent = 1.1 * slow + 0.30 * fine
    many, few = (np.where(on_limb > 0.5, *pair) for pair in ((6, 13), (3, 7)))
    phases = {
        ALONG: length / spacing,
        ROUND: angle * many,
        RISING: length / (1.5 * spacing) + angle * few,
        FALLING: length / (1.5 * spacing) - angle * few,
    }
    relief = np.zeros(len(values))
    for number, phase in phases.items():
        share = tall[:, number] / total
        fold = _pipe(phase + bent + 0.37 * seed + 0.29 * number, seed + number)
        relief += tall[:, number] * (0.35 + 0.65 * share) * (fold * (0.55 + 0.6 * patchy) + 0.12)
    return np.clip(relief, -0.024, 0.030)


def _worn(cloth: _Cloth) -> np.ndarray:
    """The folds that cloth keeps from being worn, in heights of plain cotton's."""
    values, on_arm, on_leg, slow, fine = cloth.values, cloth.on_arm, cloth.on_leg, cloth.slow, cloth.fine
    patchy, seed, stiff = cloth.patchy, cloth.seed, cloth.stiff
    rest = values[:, REST]
    arm, leg = values[:, ARM_T], values[:, LEG_T]
    trunk = np.clip(1 - on_arm - on_leg, 0, 1)
    across, deep = values[:, AROUND].T
    left = rest[:, 0] > 0
    limb = on_arm * (0.95 + 0.6 * _bump(arm, 0.5, 0.13) + 0.7 * _bump(arm, 0.06, 0.16))
    limb += on_leg * (1.05 + 0.7 * _bump(leg, 0.5, 0.12) + 0.7 * _bump(leg, 0.05, 0.14))
    along = arm * 0.56 * on_arm + leg * 0.86 * on_leg
    turns = along / (0.052 * stiff) + 2.2 * slow + 0.45 * fine + 0.22 * across * np.cos(seed)
    rings = (_ridge(turns) + 0.4) * _arc(values, np.round(turns), slow, seed) - 0.2
    spiral = along / (0.105 * stiff) + 0.75 * across * np.where(left, 1, -1) + 0.5 * deep + 1.3 * slow + 0.1 * seed
    relief = limb * (rings * patchy * 0.55 + _ridge(spiral) * (1.35 - patchy) * 0.95)
    hem = np.clip((rest[:, 2] - 0.80) / 0.12, 0.15, 1)
    waist = _bump(rest[:, 2], 1.03, 0.10) * 1.5 + _bump(rest[:, 2], 1.17, 0.08) * 0.6 + 0.40
    tilt = 0.16 * np.abs(rest[:, 0]) * np.where(rest[:, 2] > 1.1, -1.0, 1.0)
    turns = (rest[:, 2] + tilt) / (0.066 * stiff) + 1.5 * slow + 0.3 * fine + 0.37 * seed
    lying = (_ridge(turns) + 0.4) * _arc(values, np.round(turns), slow, seed + 3) - 0.2
    # the cloth hangs from shoulders and chest in long folds that fan out of the armpits
    fan = np.abs(rest[:, 0]) + 0.35 * np.clip(rest[:, 2] - 1.05, 0, 0.4)
    drag = _ridge(fan / (0.075 * stiff) + 1.8 * slow + 0.21 * seed)
    hanging = 0.45 + 0.70 * _bump(np.abs(rest[:, 0]), 0.15, 0.07)
    relief += trunk * hem * (waist * lying * patchy + hanging * drag * (1.25 - patchy))
    # a hem swings in wide flutes
    flutes = np.sin(2 * np.pi * (5 * np.arctan2(deep, across) / (2 * np.pi) + 1.6 * slow + 0.1 * seed))
    relief += 0.75 * trunk * flutes * np.clip((0.98 - rest[:, 2]) / 0.16, 0, 1)
    return relief + _pulled(rest, arm, on_arm, slow, fine, seed)


def _pulled(
    rest: np.ndarray, arm: np.ndarray, on_arm: np.ndarray, slow: np.ndarray, fine: np.ndarray, seed: int
) -> np.ndarray:
    """Creases that run out of the armpit over chest, shoulder blade and upper arm, where a sleeve pulls."""
    aside, up = np.abs(rest[:, 0]) - 0.165, rest[:, 2] - 1.295
    away = np.hypot(aside, up)
    turn = np.arctan2(up, -aside)
    creases = _ridge((5.2 * turn + 2.2 * slow + 0.7 * fine + 0.9 * seed + 9.0 * away) / np.pi)
    return creases * _bump(away, 0.085, 0.065) * np.clip(1.15 - on_arm * np.clip((arm - 0.12) / 0.1, 0, 1), 0, 1)
