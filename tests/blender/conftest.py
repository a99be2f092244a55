"""The project as the package ``rescue_synth`` inside the bpy wheel, with user files of its own."""

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

# Before bpy is imported: it reads its user folder only once, and must not see this machine's.
_USER = tempfile.mkdtemp(prefix="rescue_synth_user_")
os.environ["BLENDER_USER_RESOURCES"] = _USER

import bpy  # noqa: E402
import pytest  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "rescue_synth"
_STATUS = pytest.StashKey[int]()


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location(PACKAGE, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)
    return module


if PACKAGE not in sys.modules:
    _load()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave without Blender's own clean-up: the 4.2 wheel's crashes after property update callbacks."""
    shutil.rmtree(_USER, ignore_errors=True)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(config.stash.get(_STATUS, 1))


@pytest.fixture
def empty() -> None:
    """An empty file. Never read_factory_settings: it would unload a mounted extension."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)


@pytest.fixture(scope="session")
def mount(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The checkout mounted as an extension; the module's name. Not enabled yet."""
    import addon_utils

    folder = tmp_path_factory.mktemp("repository")
    (folder / PACKAGE).symlink_to(ROOT, target_is_directory=True)
    repositories = bpy.context.preferences.extensions.repos
    repository = repositories.new(name="dev", module="dev", custom_directory=str(folder), source="USER")
    addon_utils.extensions_refresh(ensure_wheels=False)
    yield f"bl_ext.dev.{PACKAGE}"
    repositories.remove(repository)


@pytest.fixture
def extension(mount: str, empty: None) -> Iterator[ModuleType]:
    """The extension, enabled for one test in an empty file."""
    import addon_utils

    errors: list[BaseException] = []
    module = addon_utils.enable(mount, default_set=True, handle_error=errors.append)
    assert not errors and module is not None, errors
    yield module
    addon_utils.disable(mount, default_set=True)
