"""The headless command for what is on screen: what the workers run and what Copy Command Line gives."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import bpy

ROOT = Path(__file__).resolve().parent.parent
BATCH = ROOT / "scripts" / "batch.py"


def base() -> list[str]:
    """This very Blender without a window, or this Python where Blender is the bpy module."""
    if bpy.app.binary_path:
        # Factory settings: add-ons and start-up scripts of the user have no say in what a frame looks like.
        return [
            bpy.app.binary_path, "-b", "--factory-startup", "--python-exit-code", "1", "-P", str(BATCH), "--",
        ]  # fmt: skip
    return [sys.executable, str(BATCH)]


def batch(output: Path, recipe: Path, frames: str, device: str = "auto", threads: int = 0) -> list[str]:
    """The command that makes ``frames`` ("0-99") of the recipe in the folder ``output``."""
    command = [*base(), "--output", str(output), "--recipe", str(recipe), "--frames", frames]
    if device != "auto":
        command += ["--device", device]
    if threads:
        command += ["--threads", str(threads)]
    return command


def threads(workers: int) -> int:
    """Render threads for each of several workers; 0 (all) for one."""
    return 0 if workers == 1 else max(1, (os.cpu_count() or 1) // workers)


def text(command: list[str]) -> str:
    """The command as one types it in a shell."""
    return shlex.join(command)
