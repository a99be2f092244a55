"""Starts a long run, opens a new file in the middle, starts again and quits Blender as a user does."""

import time
from pathlib import Path

import bpy
import common
from drive import click_button, open_tab, play, result


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def story():
    yield from common.install()
    yield from open_tab()
    common.wish(frames=500)
    yield from click_button("rescue_synth.generate")
    yield lambda: common.job().done >= 1 or common.ended()
    first = common.pids()
    began = time.monotonic()
    bpy.ops.wm.read_homefile(use_empty=False)
    yield lambda: not alive(first)
    result.update(first=first, gone_after=time.monotonic() - began, state=common.job().state)

    yield from open_tab()
    common.wish(frames=500)
    yield from click_button("rescue_synth.generate")
    yield lambda: common.job().state == "RUNNING"
    result["pids"] = common.pids()


play(story())
