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
