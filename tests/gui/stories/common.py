"""What the stories share: installing the zip, and a small wish."""

import os
import sys
from pathlib import Path

import bpy
from drive import FOLDER, Story

MODULE = "bl_ext.user_default.rescue_synth"


def install() -> Story:
    """Install and enable the zip as Preferences > Get Extensions > Install from Disk does."""
    bpy.ops.extensions.package_install_files(
        repo="user_default", filepath=os.environ["STORY_ZIP"], enable_on_install=True
    )
    yield 1.0


def room(name: str):
    """A room of the installed extension."""
    return sys.modules[f"{MODULE}.{name}"]


def wish(frames: int) -> Path:
    """Small frames of a bare site, into a folder of the story's; the folder."""
    wished = bpy.context.scene.rescue_synth
    wished.frames = frames
    wished.folder = str(FOLDER / "data set")
    wished.render.width, wished.render.height, wished.render.samples = 160, 120, 1
    wished.site.buildings = wished.site.vehicles = (0, 0)
    wished.site.heaps = (1, 1)
    wished.people.rescuers = (1, 2)
    wished.people.civilians = (0, 0)
    for word in ("uav_oblique", "uav_nadir", "helmet", "cctv"):
        setattr(wished.camera.views, word, 0.0)
    wished.camera.distance = (2.5, 5.0)
    return FOLDER / "data set"


def job() -> bpy.types.PropertyGroup:
    """How the run stands."""
    return bpy.context.window_manager.rescue_synth.generate


def ended() -> bool:
    """Whether the run has come to its end, whichever."""
    return job().state in ("DONE", "STOPPED", "FAILED")


def pids() -> list[int]:
    """The processes that work on the run."""
    return room("operators.gaits")._running.pids


def shown(*panels: str) -> None:
    """Let only these panels of ours start open: call it before the tab is first drawn."""
    rooms = ("main", "wishes", "generate", "learning", "training")
    kinds = [kind for name in rooms for kind in room(f"panels.{name}").CLASSES]
    for kind in reversed(kinds):
        bpy.utils.unregister_class(kind)
    for kind in kinds:
        name = kind.__name__.removeprefix("RESCUE_SYNTH_PT_")
        kind.bl_options = set() if name in panels else {"DEFAULT_CLOSED"}
        bpy.utils.register_class(kind)


def task(name: str) -> bpy.types.PropertyGroup:
    """How the latest run of a task stands."""
    return getattr(bpy.context.window_manager.rescue_synth, name)


def write_set(folder: Path, frames: int = 12) -> None:
    """A small data set without rendering: bright ellipses on noise, labelled as rescuers and civilians."""
    import importlib

    import numpy as np

    export, labels, png, records, picture = (
        importlib.import_module(f"{MODULE}.{name}")
        for name in ("dataset.export", "dataset.labels", "dataset.png", "dataset.records", "render.picture")
    )
    y, x = np.mgrid[:96, :128]
    table = {1: labels.Piece(1, "rescuer"), 2: labels.Piece(2, "civilian")}
    for index in range(frames):
        draw = np.random.default_rng(index)
        ids = np.zeros(x.shape, np.uint16)
        image = draw.integers(60, 110, (*x.shape, 3))
        for number, colour in ((1, (255, 140, 20)), (2, (40, 120, 230))):
            left, top = draw.uniform(25, 100), draw.uniform(25, 70)
            inside = ((x - left) / 11) ** 2 + ((y - top) / 20) ** 2 < 1
            ids[inside], image[inside] = number, colour
        labelled = labels.label(ids, table)
        name = f"rescue_{index:06d}"
        data = picture.encode(image.astype(np.uint8), Path("a.jpg"))
        (folder / "images").mkdir(parents=True, exist_ok=True)
        (folder / "images" / f"{name}.jpg").write_bytes(data)
        png.write(folder / "masks" / f"{name}.png", labelled.masks)
        png.write(folder / "parts" / f"{name}.png", labelled.parts)
        about = {"site": index // 2}
        records.write(
            folder,
            records.Record(
                name, index, 0, 0, "0" * 16, 128, 96, f"images/{name}.jpg", len(data), labelled.instances, about=about
            ),
        )
    export.derive(folder, None, picture.load, picture.encode)
