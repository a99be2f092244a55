"""The static part of a scene: ground, houses, heaps, vehicles and props, and what can be stood on."""

from __future__ import annotations

from collections.abc import Generator

import bpy
import numpy as np

from ..dataset.spec import SiteSpec, child
from . import buildings, ground, neighbourhood, rubble, skyline, street, vehicles
from .resting import Bed

Surface = tuple[str, bpy.types.Object]
"""(the builder's word for it, object): what Terrain takes."""


def add_site(
    spec: SiteSpec, heaps: rubble.Library, collection: bpy.types.Collection
) -> Generator[str, None, list[Surface]]:
    """Build the site into ``collection``, yielding what comes next; the surfaces that people and cameras can meet."""

    def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return ground.height(spec.ground, spec.heaps, x, y)

    yield "ground"
    surfaces = ground.add_ground(spec.ground, spec.heaps, collection)
    for number, house in enumerate(spec.buildings, 1):
        yield f"house {number} of {len(spec.buildings)}"
        rooms = spec.flat if spec.flat is not None and spec.flat.house == number - 1 else None
        surfaces += buildings.add_building(house, collection, heaps, height, rooms)
    for number, heap in enumerate(spec.heaps, 1):
        yield f"heap {number} of {len(spec.heaps)}"
        surfaces += rubble.add_heap(heap, heaps, height, collection)
    yield "debris"
    surfaces += rubble.add_debris(child(spec.seed, "debris"), spec.heaps, heaps, height, collection)
    for number, vehicle in enumerate(spec.vehicles, 1):
        yield f"vehicle {number} of {len(spec.vehicles)}"
        surfaces += vehicles.add_vehicle(vehicle, height, collection)
    yield "trees and things"
    bpy.context.view_layer.update()
    lying = [thing for kind, thing in surfaces if kind == "heap"]
    bed = Bed(height, lying)
    for prop in spec.props:
        loose = prop.kind in street.LOOSE
        surfaces += street.add_loose(prop, bed, collection) if loose else street.add_prop(prop, height, collection)
    yield "neighbourhood"
    flats = neighbourhood.add_neighbourhood(spec, collection)
    skyline.add_skyline(child(spec.seed, "background"), collection, flats)
    return surfaces
