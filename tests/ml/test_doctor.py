"""``python -m ml doctor``: what is there, what is missing and the command that helps."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ml import doctor

ROOT = Path(__file__).parents[2]


def run(*arguments: str, python: str = sys.executable, **environment: str) -> subprocess.CompletedProcess:
    import os

    return subprocess.run(
        [python, "-m", "ml", "doctor", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=120, env={**os.environ, **environment},
    )  # fmt: skip


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Requirements of our own: one package that is there, none for training."""
    monkeypatch.setattr(doctor, "ROOM", tmp_path)
    (tmp_path / doctor.BASE).write_text("numpy>=1.20  # arrays\n")
    return tmp_path


def told(folder: Path) -> dict[str, doctor.Finding]:
    return {finding.name: finding for finding in doctor.findings(folder)}


def test_what_is_there_is_named_with_its_version(room):
    found = told(room)
    assert found["Python"].state == "ok" and sys.executable in found["Python"].text
    assert found["numpy"].state == "ok" and found["numpy"].text[0].isdigit()
    assert found["Memory"].text.endswith("GB free") or found["Memory"].state == "note"
    assert str(room) in found["Disk"].text


def test_a_missing_package_comes_with_the_exact_command(room):
    (room / doctor.TRAIN).write_text("no-such-package-of-ours>=2.0\n")
    finding = told(room)["no-such-package-of-ours"]
    assert (finding.state, finding.text) == ("missing", "not installed: needed for training")
    assert finding.fix == f"{sys.executable} -m pip install -r {room / doctor.TRAIN}"


def test_a_package_that_is_too_old_is_missing(room):
    (room / doctor.BASE).write_text("numpy>=99.1\n")
    finding = told(room)["numpy"]
    assert finding.state == "missing" and "older than 99.1" in finding.text and "pip install -r" in finding.fix


def test_a_package_that_does_not_load_says_why(room, monkeypatch):
    def fail(name: str) -> None:
        raise OSError("libGL.so.1: cannot open shared object file\nmore")

    monkeypatch.setattr(doctor.importlib, "import_module", fail)
    finding = told(room)["numpy"]
    assert finding.state == "missing"
    assert finding.text.endswith("does not load: OSError: libGL.so.1: cannot open shared object file")
    assert "--force-reinstall" in finding.fix


@pytest.mark.parametrize(("version", "state"), [((3, 10, 4), "missing"), ((3, 11, 0), "ok"), ((4, 0, 0), "ok")])
def test_an_old_python_is_named(version, state):
    assert doctor.python(version).state == state


def test_little_memory_and_disk_are_noted_with_what_to_do(room, monkeypatch):
    monkeypatch.setattr(doctor, "available_memory", lambda: 1.5)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: doctor.shutil._ntuple_diskusage(9, 8, 2**30))
    found = told(room / "not" / "there" / "yet")
    assert found["Memory"].state == "note" and "close other programs" in found["Memory"].text
    assert found["Disk"].state == "note" and found["Disk"].text.startswith("1.0 GB free at")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("numpy>=2.0", [("numpy", "2.0")]),
        ("torch == 2.14.1  # the pair", [("torch", "2.14.1")]),
        ("opencv-python-headless", [("opencv-python-headless", "")]),
        ("albumentations[all]~=2.0.8", [("albumentations", "2.0.8")]),
        ("# a comment", []),
        ("-r requirements.txt", []),
    ],
)
def test_requirements_are_read_as_pip_reads_them(line, wanted):
    assert list(doctor.wanted([line])) == wanted


def test_releases_compare_by_number():
    assert doctor.numbers("2.14.1+cpu") == (2, 14, 1) > doctor.numbers("2.9") > doctor.numbers("")


def test_every_package_that_we_ask_for_is_looked_at():
    names = {finding.name for finding in doctor.findings(ROOT)}
    for file in sorted((ROOT / "ml").glob("requirements*.txt")):
        assert file.name in doctor.PURPOSES
        assert {name for name, _ in doctor.wanted(file.read_text().splitlines())} <= names


def test_the_report_speaks_to_people_and_to_programs():
    plain, events = run(), run("--json")
    assert plain.returncode == events.returncode
    assert plain.stdout.startswith("ok      Python")
    said = [json.loads(line) for line in events.stdout.splitlines()]
    assert said[-1]["event"] == "done" and {item["event"] for item in said[:-1]} == {"check"}
    assert plain.returncode == int(any(item.get("state") == "missing" for item in said))


def test_without_torch_nothing_asks_for_it(tmp_path):
    # A Python without any package (-S: no site-packages) can still say what it lacks.
    code = (
        "import sys, runpy\nsys.argv = ['ml', 'doctor']\n"
        "try:\n    runpy.run_module('ml', run_name='__main__')\n"
        "except SystemExit as end:\n    print('exit', end.code, 'torch' in sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stderr.splitlines()[-1] == "exit 1 False", done.stderr
    assert "missing numpy" in done.stdout and "pip install -r" in done.stdout
