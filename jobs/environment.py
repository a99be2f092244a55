"""Make a Python for learning: a virtual environment with the packages of a requirements file. Standard library only.

    python -m jobs.environment --folder DIR --requirements ml/requirements.txt [FILE ...] [--index URL] [--check numpy]

Speaks the events of jobs/child.py, with ``message`` for what is being done; whatever pip says goes to the log. Running
it again goes on with what is there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
from pathlib import Path

from .child import Leash, emit


class SetupError(Exception):
    """A step that failed; the message is the tool's own reason."""


class StoppedError(Exception):
    """The parent asked for a stop."""


def program(folder: Path) -> Path:
    """The environment's Python."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def step(leash: Leash, *command: str) -> None:
    """Run one step, its words to the log. Raises ``SetupError`` with the line that says why, ``StoppedError``."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    threading.Thread(target=_end_with, args=(leash, process), daemon=True).start()
    reason = ""
    for line in process.stdout:
        sys.stderr.write(line)
        line = line.strip()
        if line.startswith(("Collecting", "Downloading", "Installing")):
            emit("message", text=" ".join(line.split()[:3])[:60])
        # pip's notices come after its error.
        if line.upper().startswith("ERROR") or (line and not reason.upper().startswith("ERROR")):
            reason = line
    code = process.wait()
    if leash.pulled:
        raise StoppedError
    if code != 0:
        raise SetupError(reason or f"{Path(command[0]).name} ended with exit code {code}")


def _end_with(leash: Leash, process: subprocess.Popen) -> None:
    """Thread: end the step when the leash is pulled, silent as it may be."""
    while process.poll() is None:
        if leash.pulled:
            process.terminate()
        time.sleep(0.2)


def make(leash: Leash, folder: Path, requirements: list[Path], check: list[str], index: str = "") -> None:
    """Environment, packages, and a first import of each of ``check``. Raises ``SetupError``, ``StoppedError``.

    ``index``: a further place for pip to look for the packages of the last file, as the build of torch without CUDA.
    """
    python = str(program(folder))
    emit("start", total=2 + len(requirements))
    if not Path(python).exists():
        emit("message", text="Making a virtual environment")
        step(leash, sys.executable, "-m", "venv", "--clear", str(folder))
    emit("frame")
    install = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    for file in requirements:
        if index and file == requirements[-1]:
            # torch first and from there alone: the usual place has a newer build with CUDA of the same name.
            step(leash, *install, "--index-url", index, "torch", "torchvision")
        step(leash, *install, "-r", str(file))
        emit("frame")
    emit("message", text="Trying the packages")
    step(leash, python, "-c", "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)", *check)
    emit("frame")


def main() -> int:
    """Exit code 0, or 2 after an error event."""
    parser = argparse.ArgumentParser(description="Make a Python for learning.")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--requirements", type=Path, required=True, nargs="+")
    parser.add_argument("--index", default="", help="where torch comes from")
    parser.add_argument("--check", nargs="*", default=["numpy", "cv2", "albumentations"])
    options = parser.parse_args()
    try:
        make(Leash(), options.folder, options.requirements, options.check, options.index)
    except (SetupError, OSError) as error:
        emit("error", message=str(error))
        return 2
    except StoppedError:
        return 0
    emit("done", python=str(program(options.folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
