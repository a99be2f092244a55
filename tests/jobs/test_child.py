"""A child process: its events, its stop, its end, and that it never outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs.child import NICENESS, Child, ChildError, parse

ROOT = Path(__file__).parents[2]

HEAD = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
from jobs.child import Leash, emit
"""


def start(tmp_path: Path, body: str) -> Child:
    return Child([sys.executable, "-c", HEAD + body], tmp_path / "child.log")


def drain(child: Child, seconds: float = 10.0) -> list[dict]:
    """Poll as a timer would until the child has ended."""
    events = []
    end = time.monotonic() + seconds
    while not child.ended:
        events += child.poll()
        assert time.monotonic() < end, "the child did not end in time"
        time.sleep(0.01)
    return events + child.poll()


def wait_for(child: Child, event: str, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not any(item["event"] == event for item in child.poll()):
        assert time.monotonic() < end, f"no {event} came"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether the process runs (a zombie that nobody reaped has ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_events_arrive_in_order_and_chatter_goes_to_the_log(tmp_path):
    body = """
print("Blender 4.5.15")
emit("start", frames=2)
print('{"no": "event"}', flush=True)
for index in range(200):
    emit("frame", index=index)
print("{broken", flush=True)
print("warning: cold", file=sys.stderr)
"""
    child = start(tmp_path, body)
    events = drain(child)
    assert [event["event"] for event in events] == ["start"] + ["frame"] * 200
    assert [event["index"] for event in events[1:]] == list(range(200))
    assert child.returncode == 0
    log = child.log.read_text()
    assert "Blender 4.5.15" in log and '{"no": "event"}' in log and "{broken" in log and "warning: cold" in log


def test_a_crash_leaves_its_last_line(tmp_path):
    child = start(tmp_path, "raise RuntimeError('the roof fell in')")
    drain(child)
    assert child.returncode == 1
    assert child.last_words() == "RuntimeError: the roof fell in"


def test_blenders_own_chatter_does_not_hide_the_reason(tmp_path):
    body = """
print("Fra:1 Mem:20M")
print("ValueError: no such denoiser")
print("Error: script failed, file: 'scripts/batch.py', exiting.")
print("Blender 5.2.2 LTS")
print()
print("Blender quit")
sys.exit(1)
"""
    child = start(tmp_path, body)
    drain(child)
    assert child.last_words() == "ValueError: no such denoiser"


def test_last_words_are_this_childs_own(tmp_path):
    drain(start(tmp_path, "sys.exit('first')"))
    child = start(tmp_path, "sys.exit(3)")
    drain(child)
    assert child.last_words() == "" and child.returncode == 3


def test_a_stopped_child_finishes_its_step_and_saves(tmp_path):
    body = """
leash = Leash()
emit("start")
while not leash.pulled:
    time.sleep(0.02)
emit("saved")
"""
    child = start(tmp_path, body)
    wait_for(child, "start")
    child.stop(grace=5.0)
    assert drain(child)[-1]["event"] == "saved"
    assert child.returncode == 0


def test_without_a_parent_at_the_other_end_the_leash_hangs_loose():
    code = HEAD + "leash = Leash()\ntime.sleep(0.3)\nsys.exit(leash.pulled)"
    assert subprocess.run([sys.executable, "-c", code], stdin=subprocess.DEVNULL).returncode == 0


def test_the_second_interrupt_ends_the_step_at_hand(tmp_path):
    child = start(tmp_path, "leash = Leash(watch_stdin=False)\nemit('start')\ntime.sleep(60)\n")
    wait_for(child, "start")
    os.kill(child.pid, signal.SIGINT)
    time.sleep(0.2)
    assert not child.poll() and not child.ended
    os.kill(child.pid, signal.SIGINT)
    drain(child, 3.0)
    assert child.last_words() == "KeyboardInterrupt"


def test_a_child_that_ignores_the_stop_is_killed_after_its_grace(tmp_path):
    body = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
emit("start")
time.sleep(60)
"""
    child = start(tmp_path, body)
    wait_for(child, "start")
    began = time.monotonic()
    child.stop(grace=0.3)
    drain(child)
    assert 0.25 < time.monotonic() - began < 2.0
    assert child.returncode == -signal.SIGKILL


def test_close_takes_the_childs_own_helpers_along(tmp_path):
    body = """
import subprocess
helper = subprocess.Popen(["sleep", "60"])
emit("start", helper=helper.pid)
time.sleep(60)
"""
    child = start(tmp_path, body)
    helper = None
    while helper is None:
        helper = next((event["helper"] for event in child.poll()), None)
    child.close()
    time.sleep(0.1)
    assert not alive(child.pid) and not alive(helper)


def test_polling_never_blocks(tmp_path):
    child = start(tmp_path, "emit('start'); time.sleep(60)")
    wait_for(child, "start")
    began = time.monotonic()
    for _ in range(100):
        child.poll()
    assert time.monotonic() - began < 0.1
    child.close()


def test_a_child_ends_when_its_parent_is_killed(tmp_path):
    body = "leash = Leash()\nemit('start')\nwhile not leash.pulled:\n    time.sleep(0.02)\n"
    parent_code = (
        HEAD
        + f"""
from pathlib import Path
from jobs.child import Child
child = Child([sys.executable, "-c", {HEAD + body!r}], Path({str(tmp_path / "child.log")!r}))
while not child.poll():
    time.sleep(0.01)
print(child.pid, flush=True)
time.sleep(60)
"""
    )
    parent = subprocess.Popen([sys.executable, "-c", parent_code], stdout=subprocess.PIPE)
    pid = int(parent.stdout.readline())
    assert alive(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 5.0
    while alive(pid):
        assert time.monotonic() < end, "the child outlived its parent"
        time.sleep(0.02)


def test_a_program_that_is_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(ChildError, match="cannot start /no/such/blender: No such file or directory; check the path"):
        Child(["/no/such/blender"], tmp_path / "child.log")


@pytest.mark.parametrize("line", [b"", b"Fra:1 Mem:20M", b"[1, 2]", b'{"event": 3}', b'{"event"', b"\xff\xfe{"])
def test_lines_that_are_no_events(line):
    assert parse(line) is None


@pytest.mark.skipif(sys.platform == "win32", reason="priorities are classes there")
def test_a_child_and_its_helpers_stand_back_for_the_window(tmp_path):
    code = "import os, subprocess, sys; subprocess.run([sys.executable, '-c', 'import os; print(os.nice(0))'])"
    child = Child([sys.executable, "-c", code], tmp_path / "log")
    drain(child, 60.0)
    assert int((tmp_path / "log").read_text()) == min(19, os.nice(0) + NICENESS)
