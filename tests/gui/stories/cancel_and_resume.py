"""Cancels a long run after its second frame by the mouse, and goes on with a shorter one; measures what it costs.

Before a small window with a wireframe viewport: software GL takes longer for a large one than a run may.
"""

import time

import bpy
import common
import cost
import drive
from drive import click_button, find_button, gaps, open_tab, picture, play, result, viewport

# A busy machine gives a worker, which stands back, little.
drive.PATIENCE = 300.0


def story():
    yield from common.install()
    common.shown("generate")  # a small window has no room for more
    yield from open_tab()
    area, sidebar = viewport()
    area.spaces.active.shading.type = "WIREFRAME"
    area.spaces.active.overlay.show_overlays = False
    common.wish(frames=500)
    cost.instrument()
    yield from find_button("rescue_synth.generate")
    idle: list[float] = []
    watch = gaps(idle)
    next(watch)
    for _ in range(60):
        sidebar.tag_redraw()  # as often as a run asks for it at most
        yield 0.1
    next(watch)
    cost.spent.clear()
    busy: list[float] = []
    watch = gaps(busy)
    next(watch)
    yield from click_button("rescue_synth.generate")
    yield lambda: common.job().done >= 2 or common.ended()
    next(watch)
    result.update(idle=cost.told(idle), busy=cost.told(busy))
    result["ours"] = {name: cost.told(seconds) for name, seconds in cost.spent.items()}
    result["twice"] = bpy.ops.rescue_synth.generate.poll()
    yield from click_button("rescue_synth.cancel", column=0.9)
    began = time.monotonic()
    yield lambda: common.job().state not in ("RUNNING", "STOPPING")
    result["answered"] = time.monotonic() - began
    yield common.ended
    yield 0.5
    yield picture("stopped")
    result["stopped"] = {"state": common.job().state, "done": common.job().done, "message": common.job().message}

    common.wish(frames=common.job().done + 2)
    yield from click_button("rescue_synth.generate")
    yield lambda: common.job().state == "STARTING" or common.job().total < 500
    yield common.ended
    result["resumed"] = {"state": common.job().state, "done": common.job().done, "message": common.job().message}

    # The artist aims at another folder's recipe: the same folder with another seed is refused in words.
    bpy.context.scene.rescue_synth.seed = 7
    yield from click_button("rescue_synth.generate")
    yield lambda: common.job().state == "FAILED"
    yield 0.5
    yield picture("refused")
    result["refused"] = common.job().message


play(story())
