"""``blender --command rescue_synth generate ...``: scripts/batch.py from any terminal, wherever it lies."""

from __future__ import annotations

import importlib.util

import bpy

from .command import BATCH

NAME = "rescue_synth"

USAGE = f"""usage: blender --command {NAME} generate --output DIR [--frames 0-99] [--recipe FILE.toml] ...
       blender --command {NAME} generate --help"""

_handle: object | None = None


def run(arguments: list[str]) -> int:
    """What follows ``--command rescue_synth``; the exit code."""
    if not arguments or arguments[0] != "generate":
        print(USAGE)
        return 0 if arguments in (["--help"], ["-h"]) else 2
    spec = importlib.util.spec_from_file_location("rescue_synth_batch", BATCH)
    batch = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(batch)
    try:
        return batch.main(arguments[1:])
    except SystemExit as end:
        # argparse's way out: after --help, or with its exit code for wrong input.
        return end.code if isinstance(end.code, int) else 0


def register() -> None:
    """Make the command known."""
    global _handle
    _handle = bpy.utils.register_cli_command(NAME, run)


def unregister() -> None:
    """Take it away."""
    global _handle
    bpy.utils.unregister_cli_command(_handle)
    _handle = None
