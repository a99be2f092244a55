"""Everything that the Learning Python does but training, once for real: augment, crops, synthesise, masks, corrections.

The data set is a dozen small pictures that no renderer has made.
"""

import json
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
    yield from click_button("rescue_synth.synthesise")
    yield from done("synthesise", "synthesised")


def annotate() -> drive.Story:
    yield from click_button("rescue_synth.annotate")
    yield from done("annotate", "annotated")


def corrections(folder: os.PathLike) -> drive.Story:
    """Delete one region as VIA does, and import the project by the file browser."""
    project = json.loads((folder / "via_project.json").read_text())
    regions = next(iter(project["_via_img_metadata"].values()))["regions"]
    result["before"] = len(regions)
    regions.pop()
    edited = folder.parent / "edited.json"
    edited.write_text(json.dumps(project))
    yield from click_button("rescue_synth.import_via")
    yield 2.0
    browsers = [
        (window, area)
        for window in bpy.context.window_manager.windows
        for area in window.screen.areas
        if area.type == "FILE_BROWSER"
    ]
    (window, area) = browsers[0]
    yield picture("import_via")
    area.spaces.active.params.directory = str(edited.parent).encode()
    area.spaces.active.params.filename = edited.name
    with bpy.context.temp_override(window=window, area=area):
        bpy.ops.file.execute("INVOKE_DEFAULT")
    yield 3.0
    frame = sorted((folder / "frames").glob("*.json"))[0]
    result["after"] = sum(item["exported"] for item in json.loads(frame.read_text())["instances"])


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
    bpy.context.preferences.addons[common.MODULE].preferences.python = os.environ["STORY_PYTHON"]
    yield lambda: common.task("check").state in ("DONE", "FAILED")
    yield from panel("augment", augment())
    yield from panel("annotate", annotate())
    yield from panel("crops", synthesise())
    for name, path in (("augment", "data set_augmented/frames"), ("annotate", "annotated/frames")):
        result[name]["made"] = len(os.listdir(FOLDER / path)) if (FOLDER / path).is_dir() else 0
    yield from click_header("generate")
    yield from click_header("corrections", below="rescue_synth.generate")
    yield from corrections(folder)
    yield picture("corrected")


play(story())
