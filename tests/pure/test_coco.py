"""COCO files are what pycocotools expects, and those of others are read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from dataset import coco, foreign, outlines, png, records

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # pycocotools on numpy 2


@pytest.fixture
def loaded(finished, capsys) -> COCO:
    return COCO(str(finished / "coco.json"))


def test_pycocotools_draws_exactly_our_masks(finished, loaded):
    drawn = 0
    for record in records.read_all(finished):
        images = {
            "instances": png.read(finished / "masks" / f"{record.name}.png"),
            "parts": png.read(finished / "parts" / f"{record.name}.png"),
        }
        for item in loaded.loadAnns(loaded.getAnnIds(imgIds=[record.index + 1])):
            kind = "parts" if item["attributes"]["owner"] else "instances"
            mask = images[kind] == item["attributes"]["instance"]
            assert (loaded.annToMask(item).astype(bool) == mask).all()
            assert item["area"] == mask.sum()
            assert tuple(item["bbox"]) == outlines.bounds(mask)
            drawn += 1
    assert drawn == 9


def test_ids_count_from_1_and_categories_are_those_of_via(finished, loaded):
    project = json.loads((finished / "via_project.json").read_text())
    options = list(project["_via_attributes"]["region"]["category"]["options"])
    assert [loaded.cats[number]["name"] for number in range(1, 5)] == options
    assert sorted(loaded.anns) == list(range(1, len(loaded.anns) + 1))
    assert sorted(loaded.imgs) == [1, 2, 3]


def test_everything_that_loaders_ask_for_is_there_and_no_licence(finished):
    data = json.loads((finished / "coco.json").read_text())
    assert {"info", "licenses", "images", "annotations", "categories"} == set(data)
    assert data["licenses"] == []
    assert all("license" not in image for image in data["images"])
    assert {item["supercategory"] for item in data["categories"]} == {"instance", "part"}
    assert all(item["iscrowd"] == 0 for item in data["annotations"])


def test_holes_are_run_lengths_and_pieces_are_polygons(finished):
    data = json.loads((finished / "coco.json").read_text())
    kinds = [item["segmentation"] for item in data["annotations"] if item["image_id"] == 1]
    assert kinds[0]["size"] == [90, 120]
    assert [len(part) for part in kinds[1]] == [8, 8]


def test_our_own_file_comes_back(finished):
    found = foreign.read(finished / "coco.json")
    assert found.problems == ()
    for image, record in zip(found.images, records.read_all(finished), strict=True):
        assert image.path == finished / record.image
        assert [item.category for item in image.objects] == [i.category for i in record.annotations if i.exported]
        assert image.objects[0].rle == record.instances[0].rle


@settings(max_examples=100, deadline=None)
@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40)))
def test_compressed_run_lengths_are_unpacked(mask):
    packed = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()
    assert tuple(coco.unpack(packed)) == outlines.run_lengths(mask)


IMAGE = {"id": 7, "file_name": "a.jpg", "width": 8, "height": 6}


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        ({"image_id": 9}, "image_id 9 is not in the file"),
        ({"image_id": 7}, "no segmentation"),
        ({"image_id": 7, "segmentation": []}, "no segmentation"),
        ({"image_id": 7, "segmentation": [[1, 2, 3]]}, "at least three x, y pairs"),
        ({"image_id": 7, "segmentation": [[1, 2, 3, 4, 5, None]]}, "not a number"),
        ({"image_id": 7, "segmentation": {"counts": [5], "size": [6, 8]}}, "do not fit the picture"),
        ({"image_id": 7, "segmentation": {"counts": "\u0001", "size": [6, 8]}}, "strange character"),
        ({"image_id": 7, "segmentation": {"counts": [-1, 49], "size": [6, 8]}}, "not a list of numbers"),
    ],
)
def test_an_annotation_that_cannot_be_used_is_named_and_the_rest_is_read(tmp_path, annotation, words):
    good = {"id": 2, "image_id": 7, "category_id": 5, "segmentation": [[1, 1, 5, 1, 5, 4]]}
    data = {"images": [IMAGE], "annotations": [{"id": 1, **annotation}, good], "categories": [{"id": 5, "name": "car"}]}
    path = tmp_path / "instances.json"
    path.write_text(json.dumps(data))
    found = foreign.read(path)
    assert [item.category for item in found.images[0].objects] == ["car"]
    assert any(f"{path}: annotation 1" in problem and words in problem for problem in found.problems)


def test_an_unknown_category_and_a_missing_picture_are_named(tmp_path):
    item = {"id": 1, "image_id": 7, "category_id": 5, "segmentation": [[1, 1, 5, 1, 5, 4]]}
    path = Path(tmp_path / "instances.json")
    path.write_text(json.dumps({"images": [IMAGE], "annotations": [item], "categories": []}))
    found = foreign.read(path)
    assert found.categories == ["unlabelled"]
    assert [word in "".join(found.problems) for word in ("category_id 5 unknown", "'a.jpg' not found")] == [True, True]
