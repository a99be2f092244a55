"""`python -m ml doctor`: what this Python and this machine offer for learning, and what to do about what they lack.

Reads ml/requirements*.txt, so that there is no second list of packages. torch is imported only where it is installed:
whether it sees a graphics card, nobody else can say.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOM = Path(__file__).resolve().parent
BASE, TRAIN = "requirements.txt", "requirements-train.txt"
PURPOSES = {BASE: "annotating and augmenting", TRAIN: "training"}
PYTHON = (3, 11)
MEMORY, DISK = 4.0, 2.0
"""GB below which a run may end early."""

MODULES = {"opencv-python-headless": "cv2"}
"""Import names that are not the package's own."""
LIGHT = frozenset({"numpy", "cv2", "torch", "torchvision", "pycocotools"})
"""Imported to be sure that they load; the others are looked up only, as albumentations takes seconds."""

OK, NOTE, MISSING = "ok", "note", "missing"


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    name: str
    state: str
    """``ok``; ``note``: works, with less; ``missing``: something can't be done."""
    text: str
    fix: str = ""
    """The command that helps, to be pasted into a terminal as it is, or ""."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the sub-command."""
    parser.add_argument(
        "--folder", type=Path, default=Path(), metavar="DIR", help="where data will go: its disk counts"
    )
    parser.add_argument("--json", action="store_true", help="JSON lines on stdout, for a program that drives this one")


def run(args: argparse.Namespace) -> int:
    """Exit code 0: everything is there; 1: something is missing."""
    from jobs import child

    missing = False
    for finding in findings(args.folder):
        missing |= finding.state == MISSING
        if args.json:
            child.emit("check", **asdict(finding))
        else:
            print("\n".join(lines(finding)), flush=True)
    if args.json:
        child.emit("done")
    return int(missing)


def lines(finding: Finding) -> Iterator[str]:
    """A finding as people read it."""
    yield f"{finding.state:8}{finding.name:34}{finding.text}"
    if finding.fix:
        yield f"{'':8}{'':34}-> {finding.fix}"


def findings(folder: Path) -> Iterator[Finding]:
    """Everything that is looked at, in the order of a report."""
    yield python(sys.version_info[:3])
    for name, purpose in PURPOSES.items():
        if (ROOM / name).is_file():
            yield from packages(ROOM / name, purpose)
    if importlib.util.find_spec("torch") is not None and not unloadable("torch"):
        yield graphics()
    yield memory()
    yield disk(folder)


def python(version: tuple[int, ...]) -> Finding:
    """The interpreter itself."""
    shown = ".".join(map(str, version))
    if version[:2] >= PYTHON:
        return Finding("Python", OK, f"{shown}, {sys.executable}")
    return Finding("Python", MISSING, f"{shown} is too old: choose Python {PYTHON[0]}.{PYTHON[1]} or newer")


def packages(requirements: Path, purpose: str) -> Iterator[Finding]:
    """Each package of a requirements file: its version, or why it is of no use for ``purpose``."""
    for name, least in wanted(requirements.read_text(encoding="utf-8").splitlines()):
        fix = f"{shlex.quote(sys.executable)} -m pip install -r {shlex.quote(str(requirements))}"
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, MISSING, f"not installed: needed for {purpose}", fix)
            continue
        if numbers(version) < numbers(least):
            yield Finding(name, MISSING, f"{version} is older than {least}, which {purpose} needs", fix)
            continue
        reason = unloadable(MODULES.get(name, name.replace("-", "_")))
        if reason:
            again = fix.replace("install", "install --force-reinstall", 1)
            yield Finding(name, MISSING, f"{version} does not load: {reason}", again)
        else:
            yield Finding(name, OK, version)


def wanted(text: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(package, least version or "") of a requirements file's lines; comments and further files are left out."""
    for line in text:
        match = re.match(r"\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:[>=~]=\s*([\w.]+))?", line.partition("#")[0])
        if match:
            yield match[1], match[2] or ""


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, "2.14.1+cpu" -> (2, 14, 1): enough to compare releases."""
    head = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in head[0].split(".")) if head else ()


def unloadable(module: str) -> str:
    """Why a module does not load, in one line, or ""; heavy ones that are sure to load are not tried."""
    if module not in LIGHT:
        return ""
    try:
        importlib.import_module(module)
    except Exception as error:  # an extension module may raise whatever it likes while it is loaded
        reason = str(error).strip().split("\n")[0]
        return f"{type(error).__name__}: {reason}" if reason else type(error).__name__
    return ""


def graphics() -> Finding:
    """The card that torch sees. Call only where torch loads."""
    torch = importlib.import_module("torch")
    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info(0)
        card = torch.cuda.get_device_name(0)
        return Finding("CUDA", OK, f"{card}, {free / 2**30:.1f} of {total / 2**30:.1f} GB free")
    if shutil.which("nvidia-smi") and torch.version.cuda is None:
        return Finding(
            "CUDA",
            NOTE,
            "this torch can't use the card: install the build for CUDA that pytorch.org names",
        )
    return Finding("CUDA", NOTE, f"no card: training runs on the processor ({os.cpu_count()} cores)")


def memory() -> Finding:
    """Main memory that is free now."""
    free = available_memory()
    if free is None:
        return Finding("Memory", NOTE, f"{platform.system()} does not say how much is free")
    if free < MEMORY:
        return Finding("Memory", NOTE, f"{free:.1f} GB free: close other programs, or train with smaller pictures")
    return Finding("Memory", OK, f"{free:.1f} GB free")


def available_memory() -> float | None:
    """GB, or None where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) / 2**20
    except OSError:
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    except (AttributeError, ValueError, OSError):
        return None


def disk(folder: Path) -> Finding:
    """Free space where the data will go; the folder need not be there yet."""
    there = folder.resolve()
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free / 2**30
    if free < DISK:
        return Finding("Disk", NOTE, f"{free:.1f} GB free at {there}: a thousand pictures take about 1 GB")
    return Finding("Disk", OK, f"{free:.1f} GB free at {there}")
