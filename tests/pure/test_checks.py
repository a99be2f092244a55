"""A frame with a wrong label, or a picture that shows nothing, never gets into the data set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dataset import checks, png, records
from dataset.recipe import Labels

POLICY = Labels()


@pytest.fixture
def luminance(sample) -> np.ndarray:
    return sample.image[..., 1]


def changed(record, number, **fields):
    """The record with one instance changed."""
    instances = list(record.instances)
    instances[number - 1] = replace(instances[number - 1], **fields)
    return replace(record, instances=tuple(instances))


def reasons(sample, record=None, masks=None, parts=None, luminance=None, policy=POLICY, **more):
    labelled = sample.labelled
    return checks.check(
        record or sample.record,
        labelled.masks if masks is None else masks,
        labelled.parts if parts is None else parts,
        luminance,
        policy,
        **more,
    )


def test_a_right_frame_passes(sample, luminance):
    assert reasons(sample, luminance=luminance) == []


def test_a_pixel_that_the_record_does_not_know_is_noticed(sample):
    masks = sample.labelled.masks.copy()
    masks[0, 0] = 9
    assert reasons(sample, masks=masks) == ["instance 9 in the image but not in the record"]


def test_an_instance_that_is_not_in_the_mask_is_noticed(sample):
    masks = np.where(sample.labelled.masks == 1, 0, sample.labelled.masks)
    assert reasons(sample, masks=masks) == ["instance 1 (civilian) in the record but not in the image"]


def test_one_pixel_too_many_is_noticed(sample):
    masks = sample.labelled.masks.copy()
    masks[55, 65] = 0
    found = reasons(sample, masks=masks)
    assert any("pixels in the record" in reason for reason in found)
    assert any("run lengths are not those of the mask" in reason for reason in found)


def test_an_outline_that_is_off_by_half_a_pixel_everywhere_is_noticed(sample):
    person = sample.record.instances[1]
    moved = tuple(tuple((x + 0.5, y) for x, y in polygon) for polygon in person.polygons)
    found = reasons(sample, changed(sample.record, 2, polygons=moved))
    assert any("outline and mask overlap by 0.8" in reason for reason in found)


def test_a_simplified_outline_is_measured_by_its_own_bound(sample):
    person = sample.record.instances[1]
    corner = ((10, 20), (23.75, 20), (23.75, 69.75), (13, 69.75), (10, 60))
    record = changed(sample.record, 2, polygons=(corner, person.polygons[1]))
    assert any("at least 0.999 wanted" in reason for reason in reasons(sample, record))
    assert reasons(sample, record, policy=Labels(simplify=0.98)) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"box": (10, 20, 30, 49)}, "box (10, 20, 30, 49)"),
        ({"pixels": 5}, "5 pixels in the record"),
        ({"amodal_pixels": 5}, "1350 of 5 pixels seen"),
        ({"visible": 1.5}, "visible share 1.5"),
        ({"reason": "small"}, "exported is True, its reason 'small'"),
        ({"id": 4}, "ids do not run from 1"),
    ],
)
def test_a_number_that_contradicts_the_mask_is_noticed(sample, fields, words):
    assert any(words in reason for reason in reasons(sample, changed(sample.record, 2, **fields)))


def test_a_part_outside_its_wearer_is_noticed(sample):
    masks = sample.labelled.masks.copy()
    masks[22, 15:20] = 1
    assert any("part 1 (helmet) leaves its wearer 2" in reason for reason in reasons(sample, masks=masks))


def test_images_of_another_size_are_noticed(sample):
    assert reasons(sample, masks=sample.labelled.masks[1:]) == ["mask image of 120 x 89, not 120 x 90"]
    assert "picture of 119 x 90" in reasons(sample, luminance=np.zeros((90, 119), np.uint8))[0]


@pytest.mark.parametrize(
    ("value", "words"), [(0, "black"), (3, "black"), (255, "white"), (252, "white"), (128, "blank")]
)
@pytest.mark.parametrize("scale", [np.uint8(1), np.float32(1 / 255)])
def test_a_picture_that_shows_nothing_is_refused(sample, value, words, scale):
    picture = np.full((90, 120), value, np.uint8) * scale
    assert reasons(sample, luminance=picture)[0].startswith(f"{words} picture")


def test_a_dark_picture_in_which_something_is_lit_is_kept(sample):
    picture = np.zeros((90, 120), np.uint8)
    picture[40:60, 50:70] = 90
    assert reasons(sample, luminance=picture) == []


def test_a_picture_with_values_that_are_no_numbers_is_refused(sample):
    picture = np.full((90, 120), 0.5, np.float32)
    picture[3, 3] = np.nan
    assert "no numbers" in reasons(sample, luminance=picture)[0]


def test_too_few_targets_and_a_blocked_camera_are_reasons(sample):
    found = reasons(sample, policy=Labels(targets=3), blocked="inside a wall")
    assert found[0] == "the camera sees nothing: inside a wall"
    assert found[1].startswith("2 exported instances of at least 3 (rescuer 3 small: 12 pixels")


def test_a_right_folder_has_no_problems(finished):
    assert checks.check_folder(finished) == []


def test_everything_spoilt_in_a_folder_is_named(folder):
    (folder / "images" / "rescue_000000.jpg").write_bytes(b"x")
    (folder / "masks" / "rescue_000001.png").write_bytes(b"x")
    shape = folder / "silhouettes" / "rescuer" / "rescue_000002.png"
    png.write(shape, ~png.read(shape))
    (folder / "frames" / "rescue_000003.json").write_bytes(b"{}")
    (folder / "coco.json").unlink()
    found = "\n".join(checks.check_folder(folder))
    for words in (
        "has 1 bytes",
        "rescue_000001.png: not a PNG",
        "silhouettes/rescuer differs",
        "000003.json: format",
        "coco.json: No",
    ):
        assert words in found


def test_derived_files_that_are_older_than_the_records_are_noticed(folder):
    first = records.read(records.path_of(folder, "rescue_000000"))
    records.path_of(folder, "rescue_000000").unlink()
    found = checks.check_folder(folder)
    assert sum("derive it again" in problem for problem in found) == 2
    records.write(folder, first)
    assert checks.check_folder(folder) == []


def test_a_folder_that_is_no_data_set_is_named(tmp_path):
    assert checks.check_folder(tmp_path) == [f"{tmp_path}: no frames/ in it: not a data set of ours"]
