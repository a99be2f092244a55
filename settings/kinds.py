"""The kinds of field that the settings are made of: pairs, weights, shares and paths."""

from collections.abc import Callable
from typing import Any

import bpy
from bpy.props import FloatProperty, FloatVectorProperty, IntVectorProperty, StringProperty
from bpy.types import PropertyGroup

from ..render.compat import RELATIVE_PATH

heard: list[Callable[[bpy.types.Context], None]] = []
"""Called whenever a path on screen changes: what lies there may be shown."""


def _told(_group: PropertyGroup, context: bpy.types.Context) -> None:
    for call in heard:
        call(context)


def path(name: str, about: str, subtype: str = "DIR_PATH", default: str = "") -> Any:
    """A folder (or, as FILE_PATH, a file)."""
    return StringProperty(
        name=name, description=about, subtype=subtype, default=default, options=RELATIVE_PATH, update=_told
    )


def _ordered(name: str) -> Callable[[PropertyGroup, bpy.types.Context], None]:
    """Update callback of a [low, high] pair: raising low above high takes high along."""

    def update(self: PropertyGroup, _context: bpy.types.Context) -> None:
        low, high = getattr(self, name)
        if low > high:
            setattr(self, name, (low, low))

    return update


def ints(field: str, name: str, default: tuple[int, int], low: int, high: int, about: str, **more: Any) -> Any:
    """A [fewest, most] pair of whole numbers for the field ``field``."""
    return IntVectorProperty(
        name=name, description=about, default=default, size=2, min=low, max=high, update=_ordered(field), **more
    )


def floats(field: str, name: str, default: tuple[float, float], low: float, high: float, about: str, **more: Any):
    """A [least, most] pair of numbers for the field ``field``."""
    return FloatVectorProperty(
        name=name, description=about, default=default, size=2, min=low, max=high, update=_ordered(field), **more
    )


def weight(name: str, default: float, about: str) -> Any:
    """One entry of a mix: how often it comes, against the others' weights."""
    return FloatProperty(
        name=name,
        description=f"{about}. A weight against the others of this mix; 0 leaves it out",
        default=default,
        min=0.0,
        soft_max=10.0,
        step=50,
        precision=2,
    )


def share(name: str, default: float, about: str) -> Any:
    """A share from 0 to 1."""
    return FloatProperty(name=name, description=about, default=default, min=0.0, max=1.0, subtype="FACTOR")
