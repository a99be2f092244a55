"""The walls of the house: who may import what, and where no hidden randomness may come in."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("dataset", "jobs", "imaging", "scene", "render", "operators", "panels", "ml", "bake")
TORCH = {"torch", "torchvision"}
INTERFACE = {"operators", "panels", "settings", "preferences"}
BLENDER = {"bpy", "bmesh", "mathutils", "bpy_extras", "gpu", "blf"}
ALLOWED_BARE = set(sys.stdlib_module_names) | {"numpy"}


def sources(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """(full name, line) of everything that a file imports; names within the project start with their room."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = [*base, *(node.module.split(".") if node.module else [])]
            yield from ((".".join([*stem, alias.name]), node.lineno) for alias in node.names)


def breaches(room: str, forbidden: set[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources(room)
        for name, line in imports(path)
        if name.split(".")[0] in forbidden
    ]


@pytest.mark.parametrize("room", ["dataset", "jobs", "imaging"])
def test_rooms_without_blender_import_numpy_and_the_standard_library_only(room):
    own = {"dataset", "jobs", "imaging"}
    found = {
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources(room)
        for name, line in imports(path)
        if name.split(".")[0] not in ALLOWED_BARE | own
    }
    assert not found


@pytest.mark.parametrize("room", ["scene", "render"])
def test_scene_and_render_know_no_interface(room):
    assert not breaches(room, INTERFACE | TORCH | {"ml"})


def test_the_data_set_looks_at_nobody_further_down():
    for room in ("dataset", "imaging"):
        assert not breaches(room, {"scene", "render", "jobs", "ml", "bake"} | INTERFACE)


def test_panels_never_import_the_scene():
    assert not breaches("panels", {"scene", "render", "ml"})


def test_only_the_root_imports_operators_and_panels():
    for room in ROOMS:
        assert not breaches(room, {"operators", "panels"} - {room}), room


def test_learning_never_imports_blender_and_torch_stays_there():
    assert not breaches("ml", BLENDER | {"scene", "render", "bake"} | INTERFACE)
    for room in set(ROOMS) - {"ml"}:
        assert not breaches(room, TORCH), room


@pytest.mark.parametrize("room", ["scene", "render", "operators", "panels"])
def test_rooms_inside_blender_import_each_other_relatively(room):
    for path in sources(room):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert not [name for name in names if name.split(".")[0] in ROOMS], f"{path}:{node.lineno}"


BANNED = {
    r"^\s*(import|from) random\b": "the module random",
    r"\b(np|numpy)\.random\.(?!Generator\b|PCG64\b|SeedSequence\b|default_rng\()\w+": "numpy's hidden generator",
    r"\bdefault_rng\(\s*\)": "a generator without a seed",
    r"\btime\.time(_ns)?\(": "the clock",
    r"\bdatetime\.now\(|\bos\.urandom\(|\buuid[14]?\b|\bsecrets\.": "the clock or the system's randomness",
    r"(?<![\w.])(hash|id)\(": "a hash or an address, which differs from process to process",
}
REPEATABLE = [
    *(path for room in ("scene", "render", "imaging") for path in sources(room) if path.name != "generate.py"),
    *(
        ROOT / "dataset" / name
        for name in ("plan.py", "layout.py", "staging.py", "population.py", "single.py", "spec.py", "draw.py")
    ),
]


@pytest.mark.parametrize("path", REPEATABLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_frame_draws_from_its_seed_alone(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [
        f"{path.name}:{number} uses {what}: {line.strip()}"
        for number, line in enumerate(lines, 1)
        for pattern, what in BANNED.items()
        if re.search(pattern, line)
    ]
    assert not found


@pytest.mark.parametrize("command", ["", "annotate", "augment", "doctor", "evaluate", "predict", "export"])
def test_help_loads_nothing_heavy(command):
    arguments = [*filter(None, [command]), "--help"]
    code = (
        "import sys, runpy\n"
        f"sys.argv = ['ml', *{arguments!r}]\n"
        "try:\n    runpy.run_module('ml', run_name='__main__')\n"
        "except SystemExit:\n    pass\n"
        "print('loaded', *{'torch', 'cv2', 'albumentations', 'numpy', 'bpy'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "loaded", done.stdout + done.stderr
