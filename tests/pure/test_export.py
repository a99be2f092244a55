"""Derived files follow from the records alone, and the contact sheet shows what the records say."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from dataset import export, font, preview
from dataset.files import OutputError
from dataset.preview import PALETTE, Tile


def read_image(path: Path) -> np.ndarray:
    return cv2.imread(str(path))[..., ::-1]


def encode_jpeg(image: np.ndarray, path: Path) -> bytes:
    return cv2.imencode(path.suffix, image[..., ::-1])[1].tobytes()


def derived(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_the_same_records_give_the_same_bytes(folder):
    before = derived(folder)
    assert set(before) == {"via_project.json", "via_region_data.json", "coco.json", "preview.jpg"}
    export.derive(folder, None, read_image, encode_jpeg)
    assert derived(folder) == before


def test_a_recipe_is_written_when_given(folder):
    export.derive(folder, 'name = "é"\n', read_image, encode_jpeg)
    assert (folder / "recipe.toml").read_bytes() == 'name = "é"\n'.encode()


def test_wanted_categories_keep_their_place_and_others_follow(folder):
    export.derive(folder, None, read_image, encode_jpeg, names=["vest", "dog"])
    names = [item["name"] for item in json.loads((folder / "coco.json").read_text())["categories"]]
    assert names == ["vest", "dog", "civilian", "rescuer", "helmet"]


def test_an_empty_data_set_has_files_that_open(tmp_path):
    (tmp_path / "frames").mkdir()
    assert export.derive(tmp_path, None, read_image, encode_jpeg, names=["rescuer"]) == []
    assert json.loads((tmp_path / "via_region_data.json").read_text()) == {}


def test_a_full_disk_leaves_the_old_files(folder, monkeypatch):
    before = derived(folder)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="no space left"):
        export.derive(folder, None, read_image, encode_jpeg)
    assert derived(folder) == before


def test_at_most_eight_frames_are_shown_from_first_to_last(sample):
    many = [replace(sample.record, index=number) for number in range(100)]
    chosen = [record.index for record in preview.choose(many)]
    assert (len(chosen), chosen[0], chosen[-1]) == (8, 0, 99)


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 1, 1), (3, 3, 1), (4, 2, 2), (5, 3, 2), (8, 4, 2)])
def test_the_sheet_is_a_grid_under_a_title(sample, count, columns, rows):
    image = preview.sheet([Tile(sample.image, sample.record)] * count, ["civilian"], "Title", "note")
    assert image.dtype == np.uint8
    width = max(2, columns) * preview.TILE if columns == 1 else columns * (preview.TILE + preview.GAP) - preview.GAP
    assert image.shape[1] == width + 2 * preview.GAP
    assert image.shape[0] == preview.BAR + rows * (360 + preview.GAP)


def test_outlines_are_drawn_in_their_category_s_colour_along_the_border_only(sample):
    grey = np.full((90, 120, 3), 128, np.uint8)
    colours = {"rescuer": PALETTE[1], "civilian": PALETTE[0]}
    drawn = preview.draw(grey, replace(sample.record, parts=()), colours, 480)
    on_edge, inside, outside = drawn[200, 40], drawn[200, 66], drawn[200, 20]
    assert np.abs(on_edge - PALETTE[1]).max() < 60
    assert np.abs(inside - (0.86 * 128 + 0.14 * np.array(PALETTE[1]))).max() < 2
    assert (outside == 128).all()


def test_averaging_keeps_the_mean_and_constant_areas():
    image = np.random.default_rng(0).random((37, 53, 3)).astype(np.float32)
    small = font.resample(image, (11, 20))
    assert small.shape == (11, 20, 3)
    assert small.mean() == pytest.approx(image.mean(), abs=1e-5)
    assert font.resample(np.full((9, 9), 0.25), (4, 5)) == pytest.approx(0.25)


def test_letters_differ_and_unknown_ones_show_as_question_marks():
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    assert len({font.line(letter, 27).tobytes() for letter in letters}) == len(letters)
    assert (font.line("ж", 18) == font.line("?", 18)).all()
