"""Records survive the disk unchanged, and no reader ever sees half a file."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset import records
from dataset.files import OutputError, Staged, write_atomic
from dataset.records import Annotation, Record, RecordError

numbers = st.floats(-1e6, 1e6, allow_nan=False)
polygons = st.lists(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=5).map(tuple), max_size=3).map(tuple)
annotations = st.builds(
    Annotation,
    id=st.integers(1, 65535),
    category=st.text(max_size=8),
    box=st.tuples(*[st.integers(0, 9999)] * 4),
    distance=st.none() | numbers,
    polygons=polygons,
    rle=st.none() | st.lists(st.integers(0, 99)).map(tuple),
    exported=st.booleans(),
    reason=st.text(max_size=8),
    about=st.dictionaries(st.text(max_size=4), st.text(max_size=4) | numbers | st.none(), max_size=3),
)
frames = st.builds(
    Record,
    name=st.just("rescue_000001"),
    index=st.integers(0),
    seed=st.integers(0, 2**63 - 1),
    retry=st.integers(0, 9),
    recipe=st.text(max_size=16),
    width=st.integers(1, 9999),
    height=st.integers(1, 9999),
    image=st.text(max_size=20),
    bytes=st.integers(0),
    instances=st.lists(annotations, max_size=3).map(tuple),
    parts=st.lists(annotations, max_size=2).map(tuple),
    depth_scale=st.none() | numbers,
    about=st.dictionaries(st.text(max_size=4), st.lists(st.integers(), max_size=3), max_size=2),
)

PLAIN = Record("rescue_000001", 1, 7, 0, "abc", 4, 3, "images/rescue_000001.jpg", 12, (Annotation(1, "rescuer"),))


@settings(max_examples=100, deadline=None)
@given(frames)
def test_a_record_survives_the_disk(record):
    assert records.decode(records.encode(record)) == record
    assert records.encode(records.decode(records.encode(record))) == records.encode(record)


def test_records_are_read_in_order_of_their_names(tmp_path):
    for name in ("rescue_000003", "rescue_000001", "rescue_000002"):
        records.write(tmp_path, replace(PLAIN, name=name))
    assert [record.name[-1] for record in records.read_all(tmp_path)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"format":1}', b'{"format":99}', b"\xff\xfe", records.encode(PLAIN)[:-30]]
)
def test_a_bad_record_is_named(tmp_path, content):
    path = records.path_of(tmp_path, "rescue_000001")
    write_atomic(path, content)
    with pytest.raises(RecordError, match=r"rescue_000001\.json"):
        records.read(path)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "frames" / "a.json"
    write_atomic(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"no space left.*free some space"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.json"]


def test_staged_files_show_when_they_settle_and_all_together(tmp_path):
    frames = tmp_path / "frames"
    staged = Staged([(tmp_path / "images" / "a.jpg", b"picture"), (frames / "a.json", b"record")])
    other = Staged([(frames / "b.json", b"other")])
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.endswith(".part")]
    other.settle()
    assert sorted(os.listdir(frames)) == [".a.json.part", "b.json"]
    staged.settle()
    assert (tmp_path / "images" / "a.jpg").read_bytes() == b"picture"
    assert sorted(os.listdir(frames)) == ["a.json", "b.json"]


def test_staged_files_that_do_not_settle_leave_nothing_and_harm_no_others(tmp_path, monkeypatch):
    first, second = (Staged([(tmp_path / f"{name}.jpg", b"x"), (tmp_path / f"{name}.json", b"y")]) for name in "ab")
    real, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"no space left.*a\.json"):
        first.settle()
    second.settle()
    assert sorted(os.listdir(tmp_path)) == ["b.jpg", "b.json"]


def test_a_file_where_a_folder_is_needed_is_named(tmp_path):
    (tmp_path / "set").write_bytes(b"")
    with pytest.raises(OutputError, match="choose another output folder"):
        write_atomic(tmp_path / "set" / "a.json", b"")


WRITER = """
import sys
from pathlib import Path
from dataset.files import write_atomic
print("ready", flush=True)
while True:
    for letter in b"ab":
        write_atomic(Path(sys.argv[1]), bytes([letter]) * 3_000_000)
"""


def test_a_killed_writer_leaves_the_old_or_the_new_file_whole(tmp_path):
    path = tmp_path / "big.bin"
    root = Path(__file__).parents[2]
    for _ in range(4):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], cwd=root, stdout=subprocess.PIPE)
        writer.stdout.readline()
        while not path.exists():
            pass
        for _ in range(30):
            content = path.read_bytes()
            assert len(content) == 3_000_000
            assert content.count(content[:1]) == len(content)
        writer.kill()
        writer.wait()
        assert set(os.listdir(tmp_path)) <= {"big.bin", ".big.bin.part"}
    write_atomic(path, b"c")
    assert os.listdir(tmp_path) == ["big.bin"]
