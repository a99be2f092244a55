"""Everything that the Learning Python does but training, once for real: augment, masks, crops, synthesise.

The data set is a dozen small pictures that no renderer has made.
"""

import os
import time

import bpy
import common
import drive
from drive import FOLDER, click_button, click_header, open_tab, picture, play, result, viewport

# torch alone takes half a minute to load on a busy machine.
drive.PATIENCE = 500.0


def done(task: str, name: str) -> drive.Story:
    """Wait for the end of the task's run; keep how it went and a picture."""
    job, began = common.task(task), time.monotonic()
    yield lambda: job.state in ("DONE", "STOPPED", "FAILED")
    yield 0.5
    yield picture(name)
    result[task] = {"state": job.state, "message": job.message, "page": job.page, "seconds": time.monotonic() - began}


def panel(name: str, steps: drive.Story) -> drive.Story:
    """Open a panel, do something there, close it again."""
    yield from click_header(name, upwards=True)
    yield from steps
    drive.click(viewport()[1].x + 80, drive._rows[name])
    yield 0.5


def augment() -> drive.Story:
    yield from click_button("rescue_synth.augment")
    yield from done("augment", "augmented")


def synthesise() -> drive.Story:
    yield from click_button("rescue_synth.crops")
    yield from done("crops", "crops")
    if "STORY_STUDY" in os.environ:  # minutes, even of ten steps each
        yield from click_button("rescue_synth.synthesise")
        yield from done("synthesise", "synthesised")


def annotate() -> drive.Story:
    yield from click_button("rescue_synth.annotate")
    yield from done("annotate", "annotated")


def story():
    yield from common.install()
    common.shown()
    folder = FOLDER / "data set"
    common.write_set(folder)
    wished = bpy.context.scene.rescue_synth
    wished.folder = str(folder)
    wished.augment.use_count, wished.augment.count = True, 8
    wished.crops.steps, wished.crops.count = 10, 4
    wished.annotate.images, wished.annotate.masks = str(folder / "images"), str(folder / "masks")
    wished.annotate.kind, wished.annotate.output = "IDS", str(FOLDER / "annotated")
    yield from open_tab()
    machine = bpy.context.preferences.addons[common.MODULE].preferences
    machine.python = "/nowhere/python"
    yield lambda: common.task("check").state == "FAILED"
    result["no_python"] = common.task("check").message
    machine.python = os.environ["STORY_PYTHON"]
    yield lambda: common.task("check").state == "DONE"
    yield from panel("augment", augment())
    yield from panel("annotate", annotate())
    yield from panel("crops", synthesise())
    for name, path in (("augment", "data set_augmented/frames"), ("annotate", "annotated/frames")):
        result[name]["made"] = len(os.listdir(FOLDER / path)) if (FOLDER / path).is_dir() else 0


play(story())
