"""What people leave behind, kind by kind: shapes made once a process and used in rooms and on heaps, whole or wrecked.

Every builder takes a random stream and gives a dressed piece centred on x, standing on z 0, its back at y 0 and its
front towards -y.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..dataset.spec import stream
from . import appliances, cabinets, upholstery
from .joinery import CLOTHS, WOODS, pick
from .meshes import Piece, join
from .shapes import OTHER, Colour, box, dressed, rotation
from .upholstery import crumpled

__all__ = ["CLOTHS", "WOODS", "Box", "boxes", "crumpled", "fallen", "made", "pick"]

SEED = 20260
VARIANTS = 5
"""Different shapes of a kind."""

Box = tuple[tuple[float, float, float], tuple[float, float, float], Colour]
"""(size, centre, colour)."""


@dataclass(frozen=True)
class Kind:
    """What rooms must know of a kind of furniture."""

    make: Callable[[np.random.Generator], Piece]
    wide: float
    """Metres that it takes along a wall."""
    hung: bool = False
    """It hangs on the wall or from the ceiling, and does not topple."""


KINDS: dict[str, Kind] = {
    "sofa": Kind(upholstery.sofa, 2.0), "armchair": Kind(upholstery.armchair, 0.95), "bed": Kind(upholstery.bed, 1.5),
    "chair": Kind(upholstery.chair, 0.5), "stool": Kind(upholstery.stool, 0.45), "table": Kind(cabinets.table, 1.3),
    "desk": Kind(cabinets.desk, 1.3), "wardrobe": Kind(cabinets.wardrobe, 1.6), "chest": Kind(cabinets.chest, 1.0),
    "shelves": Kind(cabinets.shelves, 1.0), "kitchen": Kind(cabinets.kitchen, 2.4), "door": Kind(cabinets.door, 0.85),
    "fridge": Kind(appliances.fridge, 0.65), "washer": Kind(appliances.washer, 0.65),
    "sink": Kind(appliances.sink, 0.6),
    "bath": Kind(appliances.bath, 1.7), "television": Kind(appliances.television, 1.3),
    "radiator": Kind(appliances.radiator, 0.9, True), "carpet": Kind(appliances.carpet, 2.2, True),
    "picture": Kind(appliances.picture, 0.6, True), "lamp": Kind(appliances.lamp, 0.0, True),
}  # fmt: skip

ROOMS: dict[str, tuple[str, ...]] = {
    "bedroom": ("bed", "wardrobe", "carpet", "chest", "picture", "chair", "radiator"),
    "living": ("sofa", "shelves", "television", "armchair", "carpet", "table", "chair", "picture", "radiator"),
    "study": ("desk", "chair", "shelves", "bed", "wardrobe", "picture"),
    "kitchen": ("kitchen", "table", "chair", "fridge", "stool", "chair", "radiator"),
    "bath": ("bath", "sink", "washer"),
}

LEFTOVERS = ("door", "chair", "radiator", "table", "sofa", "sink", "wardrobe", "fridge", "door", "armchair", "chest",
             "shelves", "stool", "washer")  # fmt: skip
"""What the heaps' library was settled with, in its order; further kinds come after."""


WOODEN = ("table", "desk", "wardrobe", "chest", "shelves", "door", "chair", "stool")
GRAIN = (3.0, 3.0, 0.3)
"""Textures of wooden kinds are drawn out along their height: stains and mottling become grain."""


@cache
def made(kind: str, variant: int) -> Piece:
    """A kind's shape number ``variant``; not to be changed. Raises KeyError for an unknown kind."""
    piece = KINDS[kind].make(stream(SEED, kind, variant % VARIANTS))
    if kind in WOODEN:
        piece.points["rest"] = piece.points["rest"] * np.array(GRAIN, np.float32)
    return piece


def fallen(piece: Piece, draw: np.random.Generator) -> Piece:
    """The piece toppled on its front, its back or a side, lying on z 0 over the place where it stood."""
    axis, angle = (((1, 0, 0), 1.0), ((1, 0, 0), -1.0), ((0, 1, 0), 1.0), ((0, 1, 0), -1.0))[int(draw.integers(4))]
    tilt = rotation((0, 0, 1), float(draw.uniform(-0.6, 0.6))) @ rotation(axis, angle * float(draw.uniform(1.45, 1.65)))
    lying = piece.moved(tilt)
    low, high = lying.vertices.min(0), lying.vertices.max(0)
    lying.vertices -= [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2 + 0.5, low[2]]
    return lying


def boxes(parts: list[Box]) -> Piece:
    """Coloured boxes as one piece."""
    return join([dressed(box(size, centre), colour, OTHER) for size, centre, colour in parts])
