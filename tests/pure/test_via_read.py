"""The VIA files that people make are read whole; each problem is named with file and key, none stops the reading."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset import foreign, outlines, records, via, via_read
from dataset.foreign import ForeignError

REAL = Path(os.environ.get("RESCUE_SYNTH_REAL", Path(__file__).parents[3] / "shared" / "real"))
real = pytest.mark.skipif(not (REAL / "via").is_dir(), reason="RESCUE_SYNTH_REAL names no folder with real files")

SQUARE = {"name": "polygon", "all_points_x": [1, 5, 5, 1], "all_points_y": [1, 1, 4, 4]}


def write(folder: Path, data: object, name: str = "via.json") -> Path:
    path = folder / name
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def entry(*regions: object, filename: object = "a.jpg", size: object = 3, **more: object) -> dict:
    return {"filename": filename, "size": size, "regions": list(regions), "file_attributes": {}, **more}


def region(shape: object = SQUARE, **about: object) -> dict:
    return {"shape_attributes": shape, "region_attributes": about}


def one(folder: Path, *regions: object) -> foreign.ForeignImage:
    (folder / "a.jpg").write_bytes(b"abc")
    return via.read(write(folder, {"a.jpg3": entry(*regions)})).images[0]


def test_our_own_project_comes_back_instance_by_instance(finished):
    found = via.read(finished / "via_project.json")
    assert found.problems == ()
    for image, record in zip(found.images, records.read_all(finished), strict=True):
        assert (image.path, image.width, image.height) == (finished / record.image, record.width, record.height)
        kept = [item for item in record.annotations if item.exported]
        assert [(item.category, item.instance) for item in image.objects] == [(i.category, i.id) for i in kept]
        for item, known in zip(image.objects, kept, strict=True):
            shape = record.height, record.width
            assert (outlines.fill(item.polygons, shape) == outlines.fill(known.polygons, shape)).all()


def test_project_and_bare_annotations_lists_and_dicts_read_equal(tmp_path):
    listed = entry(region(kind="car"), region(kind="bus"))
    numbered = {**listed, "regions": {"0": region(kind="car"), "1": region(kind="bus")}}
    files = [{"a": listed}, {"a": numbered}, {"_via_img_metadata": {"a": listed}, "_via_settings": {}}]
    found = [via.read(write(tmp_path, data)).images for data in files]
    assert found[0] == found[1] == found[2]
    assert [item.category for item in found[0][0].objects] == ["car", "bus"]


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (SQUARE, 12),
        ({"name": "rect", "x": 2, "y": 3, "width": 10, "height": 4}, 40),
        ({"name": "circle", "cx": 50, "cy": 50, "r": 20}, np.pi * 400),
        ({"name": "ellipse", "cx": 50, "cy": 50, "rx": 30, "ry": 10}, np.pi * 300),
        ({"name": "ellipse", "cx": 50, "cy": 50, "rx": 30, "ry": 10, "theta": 1.2}, np.pi * 300),
        ({"name": "polyline", "all_points_x": [0, 9, 9, 0], "all_points_y": [0, 0, 9, 0]}, 40.5),
        ({"name": "polygon", "all_points_x": ["0", "4", "4.0"], "all_points_y": [0, 0, 4]}, 8),
    ],
)
def test_every_shape_with_an_area_becomes_an_outline(tmp_path, shape, area):
    x, y = np.array(one(tmp_path, region(shape, label="x")).objects[0].polygons[0]).T
    assert abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2 == pytest.approx(area, rel=0.01)


def test_a_turned_ellipse_is_turned(tmp_path):
    shape = {"name": "ellipse", "cx": 50, "cy": 50, "rx": 30, "ry": 10, "theta": np.pi / 2}
    x, y = np.array(one(tmp_path, region(shape)).objects[0].polygons[0]).T
    assert (np.ptp(x), np.ptp(y)) == pytest.approx((20, 60))


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (region({"name": "point", "cx": 1, "cy": 2}), "a point has no area, left out"),
        (region({"name": "blob"}), "shape 'blob' unknown, left out"),
        (region({}), "shape None unknown, left out"),
        ({"region_attributes": {}}, "no shape_attributes, left out"),
        (None, "no shape_attributes, left out"),
        (region({**SQUARE, "all_points_y": [1, 2]}), "polygon with 4 x and 2 y, left out"),
        (region({"name": "polygon"}), "polygon without all_points_x"),
        (region({"name": "polygon", "all_points_x": [1, 2, 1], "all_points_y": [1, 2, 1]}), "polygon of 2 points"),
        (region({**SQUARE, "all_points_x": [1, None, 5, 1]}), "x = None is not a number, left out"),
        (region({**SQUARE, "all_points_x": [1, float("nan"), 5, 1]}), "x = nan is not a number, left out"),
        (region({**SQUARE, "all_points_x": [1, True, 5, 1]}), "x = True is not a number, left out"),
        (region({"name": "rect", "x": 1, "y": 1, "width": 0, "height": 5}), "rect of 0 x 5, left out"),
        (region({"name": "circle", "cx": 1, "cy": 1, "r": -2}), "circle of radius -2, left out"),
        (region({"name": "circle", "cx": 1, "cy": 1}), "r = None is not a number, left out"),
    ],
)
def test_a_region_that_cannot_be_used_is_named_and_the_others_are_read(tmp_path, bad, words):
    (tmp_path / "a.jpg").write_bytes(b"abc")
    path = write(tmp_path, {"key 7": entry(bad, region(label="car"))})
    found = via.read(path)
    assert [item.category for item in found.images[0].objects] == ["car"]
    assert [problem for problem in found.problems if words in problem and f"{path}: 'key 7': region 0" in problem]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("text", "not an image entry"),
        ({"size": 3}, "not an image entry"),
        (entry(filename=""), "no file name"),
        (entry(filename=None), "no file name"),
        (entry(filename="gone.jpg"), "'gone.jpg' not found"),
        (entry(filename="https://example.org/x/gone.jpg?w=1"), "not found"),
        (entry(filename="bad\0name"), "not found"),
        (entry(filename="x" * 5000), "not found"),
        (entry(size=-1), "file size -1 unknown"),
        (entry(size=None), "file size None unknown"),
        (entry(size=44), "has 3 bytes, not 44"),
        ({"filename": "a.jpg", "size": 3, "regions": 5}, "regions are 5, taken as none"),
        ({"filename": "a.jpg", "size": 3, "regions": None}, "regions are None"),
        (entry({**region(), "region_attributes": 4}), "region_attributes are 4"),
    ],
)
def test_a_bad_image_entry_is_named_with_its_key(tmp_path, bad, words):
    (tmp_path / "a.jpg").write_bytes(b"abc")
    (tmp_path / "b.jpg").write_bytes(b"abc")
    found = via.read(write(tmp_path, {"bad": bad, "good": entry(region(label="car"), filename="b.jpg")}))
    assert found.images[-1].objects[0].category == "car"
    assert [problem for problem in found.problems if words in problem and "'bad'" in problem], found.problems


@pytest.mark.parametrize(
    ("labels", "expected", "words"),
    [
        ([{"name": "car"}, {"name": "bus\n"}], ["car", "bus"], r"label 'bus\n' read as 'bus'"),
        ([{"name": "car"}, {"name": ""}], ["car", "unlabelled"], "label '' is empty"),
        ([{"name": "car"}, {}], ["car", "unlabelled"], "is empty"),
        ([{}, {}], ["object", "object"], None),
        ([{"fire_truck": "fire_truck"}], ["fire_truck"], None),
        ([{"class": "a", "note": "x"}, {"class": "b", "note": "x"}], ["a", "b"], None),
        ([{"kinds": {"helmet": True, "vest": False}}], ["helmet"], None),
        ([{"label": 3}], ["3"], None),
    ],
)
def test_labels_are_found_and_cleaned(tmp_path, labels, expected, words):
    (tmp_path / "a.jpg").write_bytes(b"abc")
    found = via.read(write(tmp_path, {"a": entry(*(region(**about) for about in labels))}))
    assert [item.category for item in found.images[0].objects] == expected
    assert bool(found.problems) == bool(words)
    assert not words or words in found.problems[0]


def test_a_dropdown_names_the_class_and_gives_the_options_their_text(tmp_path):
    project = {
        "_via_img_metadata": {"a": entry(region(name="mine", kind="2"))},
        "_via_attributes": {"region": {"kind": {"type": "dropdown", "options": {"2": "truck"}}}},
    }
    assert via.read(write(tmp_path, project)).categories == ["truck"]


@pytest.mark.parametrize("name", ["a.jpg", "/home/me/a.jpg", "C:\\photos\\a.jpg", "http://host/x/a.jpg", "sub/a.jpg"])
def test_pictures_are_found_by_base_name_beside_the_file_or_in_images(tmp_path, name):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.jpg").write_bytes(b"abc")
    found = via.read(write(tmp_path, {"a": entry(filename=name)}))
    assert found.images[0].path == tmp_path / "images" / "a.jpg"


def test_a_key_that_occurs_twice_is_named(tmp_path):
    text = '{"a": {"filename": "a.jpg", "regions": []}, "a": {"filename": "b.jpg", "regions": []}}'
    assert any("key 'a' occurs twice" in problem for problem in via.read(write(tmp_path, text)).problems)


def test_a_byte_order_mark_is_no_problem(tmp_path):
    path = write(tmp_path, "\ufeff" + json.dumps({"a": entry(region(label="car"))}))
    assert via.read(path).categories == ["car"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[1, 2]", "list at the top"),
        ("[" * 100_000, "not valid JSON"),
        ("{}", "no images in it"),
        ('{"_via_img_metadata": []}', "_via_img_metadata is a list"),
        ('{"a": 1}', "no images in it"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_name(tmp_path, text, words):
    with pytest.raises(ForeignError, match=rf"via\.json: .*{words}"):
        foreign.read(write(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ForeignError, match=r"none\.json: No such file"):
        foreign.read(tmp_path / "none.json")


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats()
    | st.sampled_from(["", "a.jpg", "polygon", "rect", "x"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "filename",
                    "size",
                    "regions",
                    "file_attributes",
                    "shape_attributes",
                    "region_attributes",
                    "name",
                    "x",
                    "y",
                ]
                + [
                    "width",
                    "height",
                    "all_points_x",
                    "all_points_y",
                    "instance",
                    "part",
                    "type",
                    "options",
                    "region",
                    "file",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=250, deadline=None)
@given(values, values, values)
def test_nothing_crashes_the_reader(entries, attributes, settings_of):
    data = {"_via_img_metadata": {"k": entries}, "_via_attributes": attributes, "_via_settings": settings_of}
    for content in (data, {"k": entries}, entries):
        try:
            via_read.parse(content if isinstance(content, dict) else {}, Path("nowhere/via.json"), [])
        except ForeignError:
            continue


@real
@pytest.mark.parametrize("part", ["train", "val"])
def test_the_project_and_the_annotations_of_cars_and_trucks_read_equal(part):
    folder = REAL / "via" / "cartruck" / part
    project, bare = (via.read(folder / name) for name in ("via_region_data.json", "via_region_data_json.json"))
    assert project.images == bare.images
    assert project.categories == ["Car", "Truck"]
    assert all(image.path is not None and image.objects for image in project.images)


@real
def test_no_real_file_crashes_the_reader():
    files = [path for path in (REAL / "via").rglob("*.json")]
    assert len(files) >= 10
    for path in files:
        found = via.read(path)
        assert found.images
        assert any(image.objects for image in found.images)
        assert all(str(path) in problem for problem in found.problems)


@real
def test_dirty_labels_and_missing_pictures_of_fire_trucks_are_named():
    found = via.read(REAL / "via" / "firetruck_train.json")
    assert found.categories == ["fire_truck", "unlabelled"]
    assert sum("not found" in problem for problem in found.problems) == len(found.images)
    assert any(r"label 'fire_truck\n' read as 'fire_truck'" in problem for problem in found.problems)


@real
def test_circles_and_polylines_of_basketball_become_outlines():
    found = via.read(REAL / "via" / "basketball_project_train.json")
    assert sum(len(image.objects) for image in found.images) == 564
    assert "ball" in found.categories
