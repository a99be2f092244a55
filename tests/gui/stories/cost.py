"""What a run costs Blender's main thread: the gaps between two ticks of a timer, and the time inside our own code."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import bpy
import common

spent: dict[str, list[float]] = defaultdict(list)
"""What of ours ran -> the seconds of each call."""


@contextmanager
def timed(name: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        spent[name].append(time.perf_counter() - began)


def watched(owner: object, part: str, name: str) -> None:
    """Time every call of ``owner.part``, which takes one argument: Blender looks at how many a function has."""
    call = getattr(owner, part)

    def run(one):
        with timed(name):
            return call(one)

    setattr(owner, part, run)


def watched_method(kind: type, part: str, name: str) -> None:
    """The same for a method that takes (self, context)."""
    call = vars(kind)[part]
    bound = call.__func__ if isinstance(call, classmethod) else call

    def run(self, context):
        with timed(name):
            return bound(self, context)

    setattr(kind, part, classmethod(run) if isinstance(call, classmethod) else run)


def instrument() -> None:
    """Every way in which Blender's main thread enters our code while a run is going."""
    gaits, job, overlay = (common.room(name) for name in ("operators.gaits", "operators.job", "panels.overlay"))
    for part in ("_start", "_step", "_finish"):
        watched_method(gaits.Gaits, part, f"run {part}")
    watched(job, "redraw", "asking for a redraw")
    boxes = overlay._draw

    def draw():
        with timed("boxes"):
            boxes()

    overlay.unregister()
    overlay._draw = draw
    overlay.register()
    for name in dir(bpy.types):
        kind = getattr(bpy.types, name)
        if name.startswith("RESCUE_SYNTH_PT_"):
            for part in ("draw", "draw_header", "draw_header_preset"):
                if part in vars(kind):
                    watched_method(kind, part, f"{name} {part}")
    for name in ("generate", "preview", "randomise"):
        (kind,) = (kind for kind in common.room(f"operators.{name}").CLASSES if kind.__name__.endswith(f"_OT_{name}"))
        watched_method(kind, "poll", f"poll of {name}")


def told(seconds: list[float]) -> dict[str, float]:
    """The longest, and the 99th of a hundred."""
    ordered = sorted(seconds)
    return {
        "max": ordered[-1],
        "p99": ordered[int(0.99 * (len(ordered) - 1))],
        "mean": sum(ordered) / len(ordered),
        "times": len(ordered),
    }
