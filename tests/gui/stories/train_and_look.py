"""Chooses a Learning Python, trains until the curve is drawn, stops, goes on, stops again, and evaluates."""

import os
import time

import bpy
import common
import drive
from drive import FOLDER, click_button, click_header, gaps, open_tab, picture, play, result

# torch alone takes half a minute to load on a busy machine.
drive.PATIENCE = 400.0


def story():
    yield from common.install()
    common.shown("train", "environment")
    folder = FOLDER / "data set"
    common.write_set(folder)
    wished = bpy.context.scene.rescue_synth
    wished.folder = str(folder)
    wished.train.minutes, wished.train.image_size = 20.0, 64
    wished.train.weights, wished.train.backbone = "none", "resnet18"
    yield from open_tab()
    yield picture("no_python")
    bpy.context.preferences.addons[common.MODULE].preferences.python = os.environ["STORY_PYTHON"]
    yield lambda: common.task("check").state in ("DONE", "FAILED")
    yield 0.5
    yield picture("checked")
    result["findings"] = [item.text for item in bpy.context.window_manager.rescue_synth.findings]
    result["check"] = common.task("check").state

    job = common.task("train")
    pauses: list[float] = []
    watch = gaps(pauses)
    next(watch)
    yield from click_button("rescue_synth.train")
    yield lambda: (job.curve > 0 and job.done >= 12) or job.state in ("DONE", "FAILED")
    yield 2.0
    next(watch)
    yield picture("training")
    result.update(first=job.done, curve=job.curve, total=job.total, message=job.message)
    yield from click_button("rescue_synth.cancel", column=0.9)
    began = time.monotonic()
    yield lambda: job.state in ("STOPPED", "DONE", "FAILED")
    result.update(stopped=job.state, answered=time.monotonic() - began, pauses=sorted(pauses)[-5:])
    result["saved"] = (FOLDER / "data set_run" / "last.pt").exists()
    yield 0.5
    yield picture("train_stopped")

    before = job.done
    yield from click_button("rescue_synth.train")
    yield lambda: (job.state == "RUNNING" and job.done > before) or job.state in ("DONE", "FAILED")
    result.update(before=before, after=job.done, resumed=job.state, reason=job.message)
    yield from click_button("rescue_synth.cancel", column=0.9)
    yield lambda: job.state in ("STOPPED", "DONE", "FAILED")
    result["trained"] = bpy.context.window_manager.rescue_synth_steps.trained

    looked = common.task("evaluate")
    yield from drive.find_button("rescue_synth.open_folder")
    begun = drive.clicks[0]
    yield from click_header("evaluate", below="rescue_synth.open_folder")
    yield from drive.scroll_down(20)
    yield from click_button("rescue_synth.evaluate")
    result["clicks"] = drive.clicks[0] - begun
    yield lambda: looked.state in ("DONE", "STOPPED", "FAILED")
    yield 0.5
    yield picture("evaluated")
    result.update(evaluated=looked.state, why=looked.message, page=looked.page, figures=looked.figures)
    result["there"] = os.path.isfile(looked.page)


play(story())
