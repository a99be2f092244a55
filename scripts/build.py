"""Build dist/rescue_synth-VERSION.zip, the extension as Blender installs it, and let Blender's own tool validate it.

    .venv/bpy-4.5/bin/python scripts/build.py [--output DIR]

Blender's extension tool decides what goes in (blender_manifest.toml, [build]); afterwards the archive is written anew
with sorted entries and one date, so that the same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP can hold."""

REQUIRED = ("__init__.py", "blender_manifest.toml", "LICENSE", "scripts/batch.py", "recipes/mixed.toml")
"""Without these there is nothing to install. assets/ is checked by itself."""


class BuildError(Exception):
    """The zip can't be built; the message says what is missing."""


def tool() -> Path:
    """Blender's extension tool, which comes with every bpy wheel. Raises ``BuildError``."""
    spec = importlib.util.find_spec("bpy")
    found = sorted(Path(spec.origin).parent.glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py")) if spec else []
    if not found:
        raise BuildError(f"{sys.executable} has no bpy: run make zip, or give a Python with the bpy wheel")
    return found[-1]


def run(*arguments: str) -> None:
    """Run the extension tool. Raises ``BuildError`` with what it says."""
    done = subprocess.run([sys.executable, str(tool()), *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildError(f"blender_ext.py {arguments[0]}: {(done.stderr + done.stdout).strip()}")


def repack(source: Path, target: Path) -> list[str]:
    """Write the archive ``source`` as ``target`` with sorted entries, one date and plain rights; the names in it."""
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        names = sorted(before.namelist())
        for name in names:
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            entry.compress_type = before.getinfo(name).compress_type
            after.writestr(entry, before.read(name), compresslevel=9)
    return names


def build(output: Path) -> Path:
    """The finished, validated zip. Raises ``BuildError``."""
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text())
    target = output / f"{manifest['id']}-{manifest['version']}.zip"
    with tempfile.TemporaryDirectory() as scratch:
        raw, final = Path(scratch) / "raw.zip", Path(scratch) / target.name
        run("build", "--source-dir", str(ROOT), "--output-filepath", str(raw))
        names = repack(raw, final)
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise BuildError(f"the zip lacks {', '.join(missing)}: is the checkout complete?")
        if not any(name.startswith("assets/") for name in names):
            raise BuildError("the zip lacks assets/: run make assets first")
        run("validate", str(final))
        output.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(final, target)
    return target


def main() -> int:
    """Build and say where the zip is; the exit code."""
    parser = argparse.ArgumentParser(description="Build the extension's zip.")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", metavar="DIR", help="default: dist")
    options = parser.parse_args()
    try:
        target = build(options.output)
    except BuildError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 2
    print(f"{target} ({target.stat().st_size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
