"""Pixels with the outline that was traced around them.

What a pasted instance hides is found by pixels, and the same pixels and outline are needed again when the shape is
written. Drawing and tracing are what costs, so they are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dataset import outlines

from . import rings


@dataclass(frozen=True, eq=False)
class Traced:
    """Some pixels of a picture and their outline."""

    solid: np.ndarray
    """Bool hxw; never written to."""
    left: int
    top: int
    """Where in the picture ``solid`` begins."""
    polygons: tuple[outlines.Polygon, ...]
    """As ``outlines.outlines`` gives them, counted from ``solid``'s first pixel."""
    holes: int
    rings: tuple[rings.Ring, ...]
    """The same as true edges, in the picture."""


def trace(solid: np.ndarray, left: int, top: int) -> Traced:
    """Trace a bool mask whose first pixel is (left, top)."""
    polygons, holes = outlines.trace(solid)
    moved = tuple(rings.from_outline(polygon) + (left, top) for polygon in polygons)
    return Traced(solid, left, top, tuple(polygons), holes, moved)
