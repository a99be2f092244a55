"""Cancels a long run after its second frame by the mouse, and goes on with a shorter one."""

import time

import bpy
import common
from drive import click_button, open_tab, picture, play, result


def story():
    yield from common.install()
    yield from open_tab()
    common.wish(frames=500)
    yield from click_button("rescue_synth.generate")
    yield lambda: common.job().done >= 2 or common.ended()
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
