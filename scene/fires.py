"""Spots that still burn: the light that they throw. Flames and smoke are laid over the finished picture
(imaging/fire.py), as the air is: labels know nothing of either."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..dataset.spec import FireSpec
from .terrain import Terrain

GLOW = 120.0
"""Watts of a fire a metre high: seen in shade and at dusk, lost in the sun."""

COLOUR = (1.0, 0.42, 0.10)


@dataclass(frozen=True)
class Fire:
    """A burning spot where it stands."""

    spec: FireSpec
    z: float
    """Height of what burns, metres."""


def add_fires(
    specs: tuple[FireSpec, ...], terrain: Terrain | None, collection: bpy.types.Collection
) -> tuple[Fire, ...]:
    """Put a warm light into every fire; where they burn."""
    burning = []
    for spec in specs:
        hit = terrain.down(spec.x, spec.y) if terrain is not None else None
        fire = Fire(spec, hit.z if hit is not None else 0.0)
        data = bpy.data.lights.new("Fire", "POINT")
        data.energy, data.color = GLOW * spec.size**2, COLOUR
        data.shadow_soft_size = 0.3 * spec.size
        lamp = bpy.data.objects.new("Fire", data)
        lamp.location = (spec.x, spec.y, fire.z + 0.6 * spec.size)
        collection.objects.link(lamp)
        burning.append(fire)
    return tuple(burning)
