"""A real Blender in a window on a virtual screen, driven by a story (drive.py) from inside."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
SIZE = (1600, 1000)

sys.path.insert(0, str(ROOT / "scripts"))
import build  # noqa: E402


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """A virtual screen's name; skips where there is no Blender or no Xvfb."""
    for program in ("blender", "Xvfb", "import"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} on this machine")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"],
        pass_fds=[write], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as answer:
        name = f":{answer.readline().strip()}"
    yield name
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def package(screen: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension's zip."""
    return build.build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the screenshots stay, to be looked at."""
    folder = ROOT / "out" / "window"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def learning() -> Path:
    """A Python with torch; skips where there is none."""
    python = ROOT / ".venv" / "ml" / "bin" / "python"
    found = subprocess.run([python, "-c", "import torchvision"], capture_output=True) if python.exists() else None
    if found is None or found.returncode != 0:
        pytest.skip("no .venv/ml with torch")
    return python


Tell = Callable[..., dict]


@pytest.fixture
def tell(screen: str, package: Path, pictures: Path, tmp_path: Path) -> Tell:
    """Runs a story in Blender with the zip at hand; gives what the story put in ``result``."""

    def run(story: str, seconds: float = 300.0, kill_when: str = "", size: tuple[int, int] = SIZE, **more: str) -> dict:
        environment = os.environ | {
            "DISPLAY": screen,
            "BLENDER_USER_RESOURCES": str(tmp_path / "user"),
            "STORY_FOLDER": str(tmp_path),
            "STORY_ZIP": str(package),
            **more,
            "PYTHONPATH": f"{HERE}{os.pathsep}{HERE / 'stories'}",
        }
        command = [
            "blender", "--gpu-backend", "opengl", "-p", "0", "0", str(size[0]), str(size[1]), "--factory-startup",
            "--python-use-system-env", "--enable-event-simulate", "-P", str(HERE / "stories" / f"{story}.py"),
        ]  # fmt: skip
        with open(tmp_path / "blender.log", "wb") as log:
            program = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
            began = time.monotonic()
            end = began + seconds
            try:
                while program.poll() is None:
                    for want in tmp_path.glob("*.want"):
                        time.sleep(0.3)
                        target = pictures / f"{want.stem}.png"
                        subprocess.run(["import", "-window", "root", str(target)], env=environment, check=True)
                        want.unlink()
                    if kill_when and (tmp_path / kill_when).exists():
                        os.killpg(program.pid, signal.SIGKILL)
                        program.wait()
                        return json.loads((tmp_path / kill_when).read_text())
                    assert time.monotonic() < end, f"Blender still ran after {seconds} s"
                    time.sleep(0.1)
            finally:
                if program.poll() is None:
                    os.killpg(program.pid, signal.SIGKILL)
                    program.wait()
        answer = tmp_path / "result.json"
        assert answer.exists(), (tmp_path / "blender.log").read_text()[-3000:]
        told = json.loads(answer.read_text())
        assert "error" not in told, told["error"]
        print(f"{story}: {time.monotonic() - began:.0f} s; the longest waits:")
        for line, waited in told["waited"].items():
            print(f"{waited:7.1f} s  {line}")
        return told

    return run
