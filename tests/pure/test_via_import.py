"""What a person corrects in VIA comes back into the data set, all of it and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from dataset import checks, coco, export, files, outlines, png, records, via, via_import
from dataset.via_import import ViaImportError

FIRST = "rescue_000000"
HEIGHT, WIDTH = 90, 120
"""Size of the sample's pictures."""


def read_image(path: Path) -> np.ndarray:
    return cv2.imread(str(path))[..., ::-1]


def encode_jpeg(image: np.ndarray, path: Path) -> bytes:
    return cv2.imencode(path.suffix, image[..., ::-1])[1].tobytes()


def entry(project: dict, name: str = FIRST) -> dict:
    return next(item for item in project["_via_img_metadata"].values() if item["filename"].startswith(name))


def regions(project: dict, category: str, name: str = FIRST) -> list[dict]:
    return [item for item in entry(project, name)["regions"] if item["region_attributes"]["category"] == category]


def box(x0: float, y0: float, x1: float, y1: float, **about: str) -> dict:
    """A region as a person draws it in VIA."""
    shape = {"name": "polygon", "all_points_x": [x0, x1, x1, x0], "all_points_y": [y0, y0, y1, y1]}
    return {"shape_attributes": shape, "region_attributes": about}


def edit(folder: Path, change: Callable[[dict], object], **options: object) -> via_import.Summary:
    """Open the project, change it, save it under another name and import that."""
    project = json.loads((folder / export.VIA_PROJECT).read_text())
    change(project)
    saved = folder.parent / "saved.json"
    saved.write_text(json.dumps(project))
    return via_import.read_edits(folder, saved, read_image, encode_jpeg, **options)


def state(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def record(folder: Path, name: str = FIRST) -> records.Record:
    return records.read(records.path_of(folder, name))


def whole(folder: Path) -> None:
    """Records, label images, silhouettes, VIA and COCO agree, and outlines give back their masks."""
    assert checks.check_folder(folder) == []


def test_a_file_that_nobody_edited_changes_no_byte(folder):
    before = state(folder)
    summary = edit(folder, lambda project: None)
    assert summary == via_import.Summary(0, Counter(), ())
    assert state(folder) == before


def test_a_moved_point_moves_the_mask(folder):
    old = record(folder)

    def move(project: dict) -> None:
        (civilian,) = regions(project, "civilian")
        shape = civilian["shape_attributes"]
        right = max(shape["all_points_x"])
        shape["all_points_x"] = [110 if x == right else x for x in shape["all_points_x"]]

    summary = edit(folder, move)
    assert (summary.frames, summary.edits) == (1, Counter(moved=1))
    new = record(folder)
    (now,) = [item for item in new.instances if item.category == "civilian"]
    (then,) = [item for item in old.instances if item.category == "civilian"]
    assert now.box == (60, 50, 50, 40) and now.pixels == then.pixels + 40 * 10
    assert now.about["edited"] == "moved" and now.rle is not None, "its hole stays"
    masks = png.read(folder / "masks" / f"{FIRST}.png")
    assert (masks[50:90, 100:110] == now.id).all()
    assert (png.read(folder / "silhouettes" / "civilian" / f"{FIRST}.png") > 0).sum() == now.pixels
    # Nobody else changed, and the other frames have the bytes they had.
    assert [item for item in new.instances if item.id != now.id] == [i for i in old.instances if i.id != then.id]
    assert "edited" not in record(folder, "rescue_000001").about
    whole(folder)


def test_an_edited_frame_is_marked_in_its_record_and_edits_add_up(folder):
    edit(folder, lambda project: entry(project)["regions"].append(box(2, 2, 8, 8, category="rescuer")))
    edit(folder, lambda project: entry(project)["regions"].remove(regions(project, "civilian")[0]))
    assert record(folder).about["edited"] == {"with": "VIA", "file": "saved.json", "deleted": 1, "new": 1}


def test_a_deleted_region_is_gone_everywhere_with_what_it_wears(folder):
    def delete(project: dict) -> None:
        for region in regions(project, "rescuer"):
            entry(project)["regions"].remove(region)

    summary = edit(folder, delete)
    assert summary.edits["deleted"] == 1
    new = record(folder)
    assert [item.category for item in new.instances if item.exported] == ["civilian"]
    assert not [item for item in new.parts if item.exported]
    # The tiny rescuer was never exported, so VIA never had it: it stays, with the next free number.
    assert [(item.id, item.exported) for item in new.instances if item.category == "rescuer"] == [(2, False)]
    assert not (png.read(folder / "masks" / f"{FIRST}.png")[20:70, 10:40]).any()
    listed = json.loads((folder / "coco.json").read_text())
    assert len([item for item in listed["annotations"] if item["image_id"] == 1]) == 1
    whole(folder)


def test_one_piece_of_two_may_be_deleted(folder):
    def delete(project: dict) -> None:
        entry(project)["regions"].remove(regions(project, "rescuer")[1])

    old, summary = record(folder), edit(folder, delete)
    assert summary.edits == Counter(moved=1)
    (now,) = [item for item in record(folder).instances if item.category == "rescuer" and item.exported]
    (then,) = [item for item in old.instances if item.category == "rescuer" and item.exported]
    assert len(now.polygons) == 1 and now.pixels < then.pixels and now.visible < then.visible
    assert now.amodal_pixels == then.amodal_pixels
    whole(folder)


def test_a_new_region_becomes_an_instance_with_its_distance(folder):
    depth = np.full((HEIGHT, WIDTH), 65535, np.uint16)
    depth[0:10, 0:10] = 700
    png.write(folder / "depth" / f"{FIRST}.png", depth)
    known = record(folder)
    records.write(folder, records.decode(records.encode(known).replace(b'"depth_scale":null', b'"depth_scale":0.01')))
    summary = edit(folder, lambda project: entry(project)["regions"].append(box(2, 2, 8, 8, category="rescuer")))
    assert summary.edits == Counter(new=1)
    new = record(folder).instances[-1]
    assert (new.category, new.box, new.pixels, new.distance) == ("rescuer", (2, 2, 6, 6), 36, 7.0)
    assert new.exported and new.about == {"edited": "new"}
    whole(folder)


@pytest.mark.parametrize(
    "shape",
    [
        {"name": "rect", "x": 2, "y": 2, "width": 6, "height": 6},
        {"name": "circle", "cx": 5, "cy": 5, "r": 3},
        {"name": "ellipse", "cx": 6, "cy": 6, "rx": 4, "ry": 2, "theta": 0.5},
    ],
)
def test_every_shape_of_via_may_be_drawn(folder, shape):
    new = {"shape_attributes": shape, "region_attributes": {"category": "stretcher"}}
    edit(folder, lambda project: entry(project)["regions"].append(new))
    assert record(folder).instances[-1].category == "stretcher"
    assert (folder / "silhouettes" / "stretcher" / f"{FIRST}.png").is_file()
    assert "stretcher" in [item["name"] for item in json.loads((folder / "coco.json").read_text())["categories"]]
    whole(folder)


def test_a_changed_category_keeps_the_pixels(folder):
    def rename(project: dict) -> None:
        regions(project, "civilian")[0]["region_attributes"]["category"] = "rescuer"

    old, summary = record(folder), edit(folder, rename)
    assert summary.edits == Counter(renamed=1)
    new = record(folder)
    assert [item.pixels for item in new.instances] == [item.pixels for item in old.instances]
    assert "civilian" not in {item.category for item in new.instances}
    assert not png.read(folder / "silhouettes" / "civilian" / f"{FIRST}.png").any()
    whole(folder)


def test_an_outline_takes_the_pixels_that_it_covers(folder):
    def grow(project: dict) -> None:
        shape = regions(project, "civilian")[0]["shape_attributes"]
        shape["all_points_x"] = [35 if x == 60 else x for x in shape["all_points_x"]]

    before = record(folder)
    edit(folder, grow)
    masks = png.read(folder / "masks" / f"{FIRST}.png")
    (civilian,) = [item for item in record(folder).instances if item.category == "civilian"]
    assert (masks[52:68, 36:40] == civilian.id).all()
    (rescuer,) = [item for item in record(folder).instances if item.category == "rescuer" and item.exported]
    (then,) = [item for item in before.instances if item.category == "rescuer" and item.exported]
    assert rescuer.pixels == then.pixels - 20 * 5 and "edited" not in rescuer.about
    whole(folder)


def test_what_would_be_swallowed_stays_on_top(folder):
    edit(folder, lambda project: entry(project)["regions"].append(box(0, 0, 120, 90, category="rubble")))
    new = record(folder)
    assert [item.category for item in new.instances if item.exported] == ["civilian", "rescuer", "rubble"]
    assert new.instances[-1].pixels == 90 * 120 - sum(item.pixels for item in new.instances[:-1])
    whole(folder)


def test_a_copied_region_is_a_new_one(folder):
    def paste(project: dict) -> None:
        copy = json.loads(json.dumps(regions(project, "rescuer")[0]))
        copy["shape_attributes"]["all_points_y"] = [y - 18 for y in copy["shape_attributes"]["all_points_y"]]
        entry(project)["regions"].append(copy)

    assert edit(folder, paste).edits == Counter(new=1)
    whole(folder)


def test_a_new_part_belongs_to_whom_it_lies_on(folder):
    edit(folder, lambda project: entry(project)["regions"].append(box(62, 51, 90, 56, category="helmet")))
    new = record(folder)
    (civilian,) = [item for item in new.instances if item.category == "civilian"]
    assert [item.pixels for item in new.parts if item.owner == civilian.id] == [28 * 5]
    whole(folder)


def test_a_part_ends_where_its_wearer_ends(folder):
    def cut(project: dict) -> None:
        for region in regions(project, "rescuer"):
            shape = region["shape_attributes"]
            shape["all_points_y"] = [25 if y == 20 else y for y in shape["all_points_y"]]

    edit(folder, cut)
    (helmet,) = [item for item in record(folder).parts if item.category == "helmet"]
    assert helmet.box[1] == 25
    whole(folder)


def test_importing_the_same_file_again_changes_nothing_more(folder):
    def change(project: dict) -> None:
        entry(project)["regions"].append(box(2, 2, 8, 8, category="rescuer"))
        entry(project)["regions"].remove(regions(project, "civilian")[0])
        shape = regions(project, "rescuer")[0]["shape_attributes"]
        shape["all_points_y"] = [75 if y > 69 else y for y in shape["all_points_y"]]

    edit(folder, change)
    before = state(folder)
    again = via_import.read_edits(folder, folder.parent / "saved.json", read_image, encode_jpeg)
    assert again.frames == 0 and state(folder) == before


def test_bare_annotations_serve_as_well(folder):
    data = json.loads((folder / export.VIA_REGIONS).read_text())
    entry({"_via_img_metadata": data})["regions"].pop()
    saved = folder / export.VIA_REGIONS
    saved.write_text(json.dumps(data))
    assert via_import.read_edits(folder, saved, read_image, encode_jpeg).frames == 1
    whole(folder)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda regions: regions.append(box(2, 2, 8, 8)), "has no category: choose one"),
        (lambda regions: regions.append(box(300, 300, 320, 320, category="rescuer")), "covers no pixel"),
        (lambda regions: regions.append(box(2, 2, 8, 8, category="helmet")), "lies on nobody"),
        (lambda regions: regions[0]["shape_attributes"].update(all_points_x=[1]), "mend or delete it in VIA"),
        (lambda regions: regions.append({"shape_attributes": {"name": "point", "cx": 1, "cy": 1},
                                         "region_attributes": {"category": "rescuer"}}), "a point has no area"),
    ],
)  # fmt: skip
def test_a_frame_with_a_region_of_no_use_stays_and_the_others_go_on(folder, spoil, words):
    def change(project: dict) -> None:
        spoil(entry(project)["regions"])
        entry(project, "rescue_000001")["regions"].pop()

    before = record(folder)
    summary = edit(folder, change)
    (problem,) = summary.problems
    assert words in problem and problem.startswith(FIRST)
    assert record(folder) == before and summary.frames == 1
    assert "edited" in record(folder, "rescue_000001").about
    whole(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', '{"x.jpg9": {"filename": "x.jpg", "regions": []}}'])
def test_a_bad_file_changes_nothing(folder, content):
    saved = folder.parent / "saved.json"
    saved.write_text(content)
    before = state(folder)
    with pytest.raises(ViaImportError, match=r"saved\.json"):
        via_import.read_edits(folder, saved, read_image, encode_jpeg)
    assert state(folder) == before


def test_a_file_that_lacks_most_labels_is_taken_for_the_wrong_one(folder):
    def empty(project: dict) -> None:
        for item in project["_via_img_metadata"].values():
            item["regions"] = []

    before = state(folder)
    with pytest.raises(ViaImportError, match=r"lacks 9 of 9 labels: is it the right file"):
        edit(folder, empty)
    assert state(folder) == before
    assert edit(folder, empty, delete_many=True).edits == Counter(deleted=9)
    whole(folder)


def test_pictures_that_the_file_does_not_name_stay_as_they_are(folder):
    def drop(project: dict) -> None:
        for key in [key for key in project["_via_img_metadata"] if not key.startswith(FIRST)]:
            del project["_via_img_metadata"][key]
        entry(project)["regions"].pop()

    before = record(folder, "rescue_000002")
    assert edit(folder, drop).frames == 1
    assert record(folder, "rescue_000002") == before
    whole(folder)


def test_a_disk_that_fills_up_leaves_the_frame_as_it_was(folder, monkeypatch):
    before = {name: data for name, data in state(folder).items() if FIRST in name}
    written = []

    def full(path: Path, data: bytes) -> None:
        written.append(path)
        if len(written) == 3:
            raise files.OutputError("no space left on the disk")
        files.write_atomic(path, data)

    monkeypatch.setattr(via_import, "write_atomic", full)
    with pytest.raises(files.OutputError):
        edit(folder, lambda project: entry(project)["regions"].pop())
    assert {name: data for name, data in state(folder).items() if FIRST in name} == before


def test_the_outlines_of_an_edited_frame_give_back_its_masks_in_coco(folder):
    edit(folder, lambda project: entry(project)["regions"].append(box(2.4, 2.6, 8.1, 7.9, category="rescuer")))
    found = coco.parse(json.loads((folder / "coco.json").read_text()), folder / "coco.json", [])
    new = [item for item in found.images[0].objects if item.category == "rescuer"][-1]
    assert outlines.fill(new.polygons, (HEIGHT, WIDTH)).sum() == record(folder).instances[-1].pixels
    assert via.read(folder / export.VIA_PROJECT).problems == ()
