"""`python -m ml annotate` turns pictures and masks into a data set, or says in one line what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from dataset import checks, foreign, outlines, png, records
from ml import annotate
from ml.__main__ import main

ROOT = Path(__file__).parents[2]
SIZE = (48, 64)


def shapes() -> np.ndarray:
    """Black and white: a block with a hole, one that touches the border, a lone pixel."""
    mask = np.zeros(SIZE, np.uint8)
    mask[5:20, 8:30] = 255
    mask[9:12, 12:16] = 0
    mask[30:, 40:] = 255
    mask[40, 3] = 255
    return mask


class Folders:
    """Input folders with two pictures, and the command on them."""

    def __init__(self, base: Path) -> None:
        self.images, self.masks, self.output = base / "images", base / "masks", base / "out"
        self.images.mkdir()
        self.masks.mkdir()
        random = np.random.default_rng(2)
        for stem in ("0001", "site, north__b"):
            self.put(self.images / f"{stem}.jpg", random.integers(0, 256, (*SIZE, 3), np.uint8))
            self.put(self.masks / f"{stem}.png", shapes())

    @staticmethod
    def put(path: Path, image: np.ndarray) -> None:
        path.write_bytes(cv2.imencode(path.suffix, image)[1].tobytes())

    def run(self, *more: str, **other: Path) -> int:
        paths = {"images": self.images, "masks": self.masks, "output": self.output} | other
        given = [word for name, path in paths.items() for word in (f"--{name}", str(path))]
        return main(["annotate", *given, "--category", "rescuer", *more])

    def records(self) -> list[records.Record]:
        return records.read_all(self.output)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path)


def test_the_folder_keeps_the_whole_contract(folders, capsys):
    assert folders.run() == 0
    assert checks.check_folder(folders.output) == []
    assert "2 pictures, 6 outlines" in capsys.readouterr().out
    for record in folders.records():
        masks = png.read(folders.output / "masks" / f"{record.name}.png")
        assert masks.dtype == np.uint16
        assert ((masks > 0) == (shapes() > 0)).all()
        assert len(record.instances) == 3
        for item in record.instances:
            assert (outlines.fill(item.polygons, SIZE) == (masks == item.id)).all()
    preview = cv2.imread(str(folders.output / "preview.jpg"))
    assert preview is not None
    assert preview.shape[1] > 900


def test_pictures_keep_their_bytes_and_get_names_that_via_takes(folders):
    folders.run()
    found = {record.about["source"]: record for record in folders.records()}
    assert {name: record.image for name, record in found.items()} == {
        "0001.jpg": "images/image_0001.jpg",
        "site, north__b.jpg": "images/site_north_b.jpg",
    }
    for name, record in found.items():
        assert (folders.output / record.image).read_bytes() == (folders.images / name).read_bytes()


def test_names_stay_apart_where_cleaning_would_make_them_equal():
    assert annotate.safe_names(["a b", "a,b", "A_B", "7", "é"]) == ["a_b", "a_b_2", "A_B_3", "image_7", "image"]


def test_all_white_is_one_instance_when_asked(folders):
    assert folders.run("--one-instance") == 0
    assert [len(record.instances) for record in folders.records()] == [1, 1]
    assert len(folders.records()[0].instances[0].polygons) == 3


def test_instance_numbers_are_kept_apart_where_they_touch(folders):
    ids = np.zeros(SIZE, np.uint16)
    ids[5:20, 8:20], ids[5:20, 20:30], ids[40:, 50:] = 700, 9, 9
    for path in folders.masks.iterdir():
        folders.put(path, ids)
    assert folders.run("--ids") == 0
    record = folders.records()[0]
    assert [(item.pixels, len(item.polygons)) for item in record.instances] == [(150 + 112, 2), (180, 1)]


def test_small_pieces_are_recorded_but_not_exported(folders):
    assert folders.run("--min-pixels", "2") == 0
    assert [item.exported for item in folders.records()[0].instances] == [True, True, False]
    assert checks.check_folder(folders.output) == []
    found = foreign.read(folders.output / "via_region_data.json")
    assert [len(image.objects) for image in found.images] == [2, 2]


@pytest.mark.parametrize("values", [(0, 1), (0, 65535), (0, 255)])
def test_black_and_white_comes_in_8_and_16_bits_and_as_0_and_1(folders, values):
    kind = np.uint16 if values[1] > 255 else np.uint8
    for path in folders.masks.iterdir():
        folders.put(path, (shapes() > 0).astype(kind) * kind(values[1]))
    assert folders.run() == 0
    assert len(folders.records()[0].instances) == 3


def test_a_jpeg_mask_with_softened_edges_is_taken(folders):
    mask = np.zeros((480, 640), np.uint8)
    cv2.circle(mask, (300, 200), 90, 255, -1)
    for path in folders.masks.iterdir():
        path.unlink()
        folders.put(path.with_suffix(".jpg"), mask)
    for path in folders.images.iterdir():
        folders.put(path, np.zeros((480, 640, 3), np.uint8))
    assert folders.run() == 0
    assert [len(record.instances) for record in folders.records()] == [1, 1]


def test_an_all_black_mask_means_nothing_is_there(folders):
    folders.put(folders.masks / "0001.png", np.zeros(SIZE, np.uint8))
    assert folders.run() == 0
    assert [len(record.instances) for record in folders.records()] == [0, 3]
    assert checks.check_folder(folders.output) == []


def test_the_same_command_again_gives_the_same_bytes(folders):
    def contents() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in folders.output.rglob("*") if path.is_file()}

    folders.run()
    first = contents()
    (folders.output / "frames" / "image_0001.json").unlink()
    assert folders.run() == 0
    assert contents() == first


def smaller(folders: Folders) -> None:
    folders.put(folders.masks / "0001.png", shapes()[:, :-1])


def grey(folders: Folders) -> None:
    folders.put(folders.masks / "0001.png", np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1)))


def coloured(folders: Folders) -> None:
    folders.put(folders.masks / "0001.png", np.dstack([shapes(), shapes() // 2, shapes()]))


def without_mask(folders: Folders) -> None:
    (folders.masks / "0001.png").unlink()


def without_picture(folders: Folders) -> None:
    (folders.images / "0001.jpg").unlink()


def broken(folders: Folders) -> None:
    (folders.images / "0001.jpg").write_bytes(b"\xff\xd8 no picture")


def empty_file(folders: Folders) -> None:
    (folders.masks / "0001.png").write_bytes(b"")


def empty_folder(folders: Folders) -> None:
    for path in folders.images.iterdir():
        path.unlink()


def same_stem(folders: Folders) -> None:
    folders.put(folders.images / "0001.png", np.zeros((*SIZE, 3), np.uint8))


def turned(folders: Folders) -> None:
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    data = (folders.images / "0001.jpg").read_bytes()
    segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    (folders.images / "0001.jpg").write_bytes(data[:2] + segment + data[2:])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (smaller, "0001.png: 63 x 48, its picture 0001.jpg is 64 x 48; make both the same size"),
        (grey, "0001.png: grey values (0, 4, 8, 12, 16, 20 ...); save it in black and white, or add --ids"),
        (coloured, "0001.png: coloured; save it in black and white"),
        (without_mask, "0001.jpg: no mask"),
        (without_picture, "0001.png: no picture of that name"),
        (broken, "0001.jpg: not a picture that OpenCV reads"),
        (empty_file, "0001.png: not a picture that OpenCV reads"),
        (empty_folder, "no pictures in it"),
        (same_stem, "0001.png: 0001.jpg has the same stem; rename one"),
        (turned, "0001.jpg: turned by its EXIF note"),
    ],
)
def test_wrong_input_is_one_line_that_names_the_file_and_nothing_is_written(folders, capsys, spoil, words):
    spoil(folders)
    assert folders.run() == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert not list(folders.output.rglob("*.*"))


def test_a_photograph_is_not_taken_for_instance_numbers(folders, capsys):
    folders.put(folders.masks / "0001.png", np.random.default_rng(1).integers(0, 256, SIZE, np.uint8))
    assert folders.run("--ids") == 2
    assert "no mask of instance numbers" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_named(folders, capsys):
    assert folders.run(masks=folders.masks / "none") == 2
    assert "none: no such folder" in capsys.readouterr().err


def test_the_output_may_not_be_an_input_or_another_data_set(folders, capsys):
    assert folders.run(output=folders.images) == 2
    assert "a folder of its own" in capsys.readouterr().err
    assert folders.run() == 0
    (folders.images / "0001.jpg").rename(folders.images / "9.jpg")
    (folders.masks / "0001.png").rename(folders.masks / "9.png")
    assert folders.run() == 2
    assert "holds another data set (image_0001.json); choose a new folder" in capsys.readouterr().err


def test_an_output_that_is_a_file_is_named(folders, capsys):
    folders.output.write_text("")
    assert folders.run() == 2
    assert "choose another output folder" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_that_may_not_be_written_is_named(folders, capsys):
    folders.output.mkdir(mode=0o500)
    assert folders.run() == 2
    assert "permission denied; choose another output folder" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "7up", "a,b", "../x", "a/b"])
def test_a_category_that_is_no_word_is_refused(folders, capsys, name):
    assert main(["annotate", "--images", "i", "--masks", "m", "--output", "o", "--category", name]) == 2
    assert "--category" in capsys.readouterr().err


def test_a_driving_program_gets_events_and_torch_is_never_loaded(folders):
    code = "import sys; from ml.__main__ import main; main(sys.argv[1:]); sys.exit('torch' in sys.modules)"
    paths = ["--images", folders.images, "--masks", folders.masks, "--output", folders.output]
    words = [sys.executable, "-c", code, "annotate", *map(str, paths), "--category", "rescuer", "--json"]
    held = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    events = [json.loads(line) for line in held.stdout]
    assert held.wait(60) == 0
    assert [event["event"] for event in events] == ["start", "frame", "frame", "done"]
    assert events[-1]["outlines"] == 6
