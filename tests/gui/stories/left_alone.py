"""Starts a long run and tells the test which processes do it; the test then kills Blender."""

import json
import os

import common
from drive import FOLDER, click_button, open_tab, play


def story():
    yield from common.install()
    yield from open_tab()
    common.wish(frames=500)
    yield from click_button("rescue_synth.generate")
    yield lambda: common.job().done >= 1 or common.ended()
    pids = common.pids()
    part = FOLDER / "pids.part"
    part.write_text(json.dumps({"pids": pids, "blender": os.getpid()}))
    part.rename(FOLDER / "pids.json")
    yield 60.0


play(story())
