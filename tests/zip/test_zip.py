"""The zip: Blender's own tool accepts it, Blender installs it, and the main job runs from inside it.

Needs assets/ and a bpy wheel (``make test-zip V=4.2``); each version runs this file in its own Python.
"""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

sys.path.insert(0, str(ROOT / "scripts"))
import build  # noqa: E402

INSTALL = """
import json, sys
import bpy, addon_utils
zip_path, out = sys.argv[1:]
result = bpy.ops.extensions.package_install_files(repo="user_default", filepath=zip_path, enable_on_install=True)
module = sys.modules["bl_ext.user_default.rescue_synth"]
loaded = addon_utils.check(module.__name__)
about = {
    "result": sorted(result),
    "folder": str(module.__path__[0]),
    "enabled": all(loaded),
    "settings": hasattr(bpy.types.Scene, "rescue_synth"),
    "operators": dir(bpy.ops.rescue_synth),
    "panels": [name for name in dir(bpy.types) if name.startswith("RESCUE_SYNTH_PT")],
}
addon_utils.disable(module.__name__, default_set=True)
about["left"] = dir(bpy.ops.rescue_synth)
open(out, "w").write(json.dumps(about))
"""

TINY = """
[render]
width = 96
height = 72
samples = 1
[site]
buildings = [0, 0]
heaps = [1, 1]
vehicles = [0, 0]
[people]
rescuers = [1, 2]
[camera]
views = { handheld = 1 }
distance = [2.5, 5.0]
"""


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build.build(tmp_path_factory.mktemp("dist"))


def test_it_holds_what_the_extension_needs_and_nothing_else(package):
    names = zipfile.ZipFile(package).namelist()
    assert {name.split("/")[0] for name in names if "/" in name} == {
        "assets", "dataset", "imaging", "jobs", "ml", "operators", "panels", "recipes", "render", "scene", "scripts",
        "settings",
    }  # fmt: skip
    assert {name for name in names if "/" not in name} == {
        "__init__.py", "preferences.py", "blender_manifest.toml", "LICENSE", "README.md",
    }  # fmt: skip
    assert [name for name in names if name.startswith("scripts/")] == ["scripts/batch.py"]
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".blend1"))]
    assert any(name.startswith("assets/") and "licen" in name.lower() for name in names), "assets come with a licence"


def test_the_same_sources_give_the_same_bytes(package, tmp_path):
    assert build.build(tmp_path).read_bytes() == package.read_bytes()


def test_blenders_own_tool_validates_it(package):
    done = subprocess.run([sys.executable, str(build.tool()), "validate", str(package)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = package.with_name("broken.zip")
    with zipfile.ZipFile(package) as whole, zipfile.ZipFile(broken, "w") as part:
        for name in whole.namelist():
            if name != "blender_manifest.toml":
                part.writestr(name, whole.read(name))
    assert subprocess.run([sys.executable, str(build.tool()), "validate", str(broken)]).returncode != 0


@pytest.fixture(scope="session")
def installed(package: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What a fresh Blender says after installing the zip."""
    folder = tmp_path_factory.mktemp("user")
    script, answer = folder / "install.py", folder / "answer.json"
    script.write_text(INSTALL)
    environment = os.environ | {"BLENDER_USER_RESOURCES": str(folder / "blender")}
    done = subprocess.run(
        [sys.executable, str(script), str(package), str(answer)],
        env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert answer.exists(), done.stdout + done.stderr
    return json.loads(answer.read_text())


def test_blender_installs_and_enables_it(installed):
    assert installed["result"] == ["FINISHED"] and installed["enabled"] and installed["settings"]
    assert {"generate", "cancel", "randomise"} <= set(installed["operators"])
    assert "RESCUE_SYNTH_PT_generate" in installed["panels"]
    assert installed["left"] == []


def test_the_main_job_runs_from_the_installed_extension(installed, tmp_path):
    recipe = tmp_path / "tiny.toml"
    recipe.write_text(TINY)
    batch = Path(installed["folder"]) / "scripts" / "batch.py"
    output = tmp_path / "data"
    done = subprocess.run(
        [sys.executable, str(batch), "--output", str(output), "--frames", "0", "--recipe", str(recipe)],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (output / "images" / "rescue_000000.jpg").exists() and (output / "via_project.json").exists()
