"""The static part of a scene: ground, houses, heaps, vehicles and props, and what can be stood on."""

from __future__ import annotations

import bpy
import numpy as np

from ..dataset.spec import SiteSpec, child
from . import buildings, ground, rubble, street, vehicles

Surface = tuple[str, bpy.types.Object]
"""(the builder's word for it, object): what Terrain takes."""


def add_site(spec: SiteSpec, heaps: rubble.Library, collection: bpy.types.Collection) -> list[Surface]:
    """Build the site into ``collection``; the surfaces that people and cameras can meet."""

    def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return ground.height(spec.ground, spec.heaps, x, y)

    surfaces = ground.add_ground(spec.ground, spec.heaps, collection)
    for house in spec.buildings:
        surfaces += buildings.add_building(house, collection, heaps, height)
    for heap in spec.heaps:
        surfaces += rubble.add_heap(heap, heaps, height, collection)
    rubble.add_debris(child(spec.seed, "debris"), spec.heaps, heaps, height, collection)
    for vehicle in spec.vehicles:
        surfaces += vehicles.add_vehicle(vehicle, height, collection)
    for prop in spec.props:
        surfaces += street.add_prop(prop, height, collection)
    buildings.add_background(child(spec.seed, "background"), collection)
    return surfaces
