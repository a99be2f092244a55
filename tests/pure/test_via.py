"""VIA projects keep every rule of VIA 2.0.x, and the validator notices each one that is broken."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest

from dataset import via
from dataset.via_check import validate_project

Project = dict


@pytest.fixture
def project(finished) -> Project:
    return json.loads((finished / "via_project.json").read_text())


def entry(project: Project) -> dict:
    return next(iter(project["_via_img_metadata"].values()))


def region(project: Project) -> dict:
    return entry(project)["regions"][0]


def renamed(name: str) -> Callable[[Project], None]:
    """Give the first image another file name, with the key and list that belong to it."""

    def change(project: Project) -> None:
        metadata = project["_via_img_metadata"]
        old = next(iter(metadata))
        first = metadata.pop(old)
        first["filename"] = name
        key = f"{name}{first['size']}"
        metadata[key] = first
        project["_via_image_id_list"] = [key if known == old else known for known in project["_via_image_id_list"]]

    return change


def test_our_projects_keep_every_rule(project):
    assert validate_project(project) == []


def test_the_bare_annotations_are_those_of_the_project(finished, project):
    assert json.loads((finished / "via_region_data.json").read_text()) == project["_via_img_metadata"]


def test_regions_carry_category_instance_part_and_visible(project):
    found = [region["region_attributes"] for region in entry(project)["regions"]]
    assert found[0] == {"category": "civilian", "instance": "1", "part": "1", "visible": "1"}
    assert found[1] == {"category": "rescuer", "instance": "2", "part": "1", "visible": "0.675"}
    assert found[2] == {"category": "rescuer", "instance": "2", "part": "2", "visible": "0.675"}
    assert [about["category"] for about in found[3:]] == ["helmet", "helmet"]


def test_the_dropdown_holds_categories_of_instances_then_of_parts(project):
    options = project["_via_attributes"]["region"]["category"]["options"]
    assert list(options) == ["civilian", "rescuer", "helmet", "vest"]


def test_what_is_not_exported_is_left_out(project):
    assert all(about["region_attributes"]["instance"] != "3" for about in entry(project)["regions"])


def test_own_keys_at_the_top_are_harmless(project):
    assert validate_project({**project, "provenance": {"tool": {"deep": 1}}}) == []


def test_encoding_is_compact_and_keeps_half_pixels():
    assert via.encode({"x": [1, 1.75], "n": "é"}) == '{"x":[1,1.75],"n":"é"}'.encode()


def drop(*path: str) -> Callable[[Project], None]:
    """Remove the key at a path."""

    def change(project: Project) -> None:
        for key in path[:-1]:
            project = project[key]
        del project[path[-1]]

    return change


def put(*path: object) -> Callable[[Project], None]:
    """Set the key at a path: all but the last are the path, the last is the value."""

    def change(project: Project) -> None:
        for key in path[:-2]:
            project = project[key]
        project[path[-2]] = path[-1]

    return change


def on_entry(*path: object) -> Callable[[Project], None]:
    return lambda project: put(*path)(entry(project))


def on_region(*path: object) -> Callable[[Project], None]:
    return lambda project: put(*path)(region(project))


SHAPE, ABOUT = "shape_attributes", "region_attributes"
CLASS = ("_via_attributes", "region", "category")
BROKEN = {
    "settings missing": (drop("_via_settings"), "_via_settings is missing"),
    "metadata missing": (drop("_via_img_metadata"), "_via_img_metadata is missing"),
    "attributes missing": (drop("_via_attributes"), "_via_attributes is missing"),
    "version missing": (drop("_via_data_format_version"), "_via_data_format_version is missing"),
    "order missing": (drop("_via_image_id_list"), "_via_image_id_list is missing"),
    "metadata a list": (put("_via_img_metadata", []), "not a JSON dict"),
    "another version": (put("_via_data_format_version", "2.0.9"), "not '2.0.10'"),
    "image not listed": (lambda p: p["_via_image_id_list"].pop(), "VIA would hide it"),
    "image listed twice": (lambda p: p["_via_image_id_list"].append(p["_via_image_id_list"][0]), "too often"),
    "unknown image listed": (lambda p: p["_via_image_id_list"].append("x.jpg1"), "without metadata"),
    "key without size": (on_entry("size", 4), "the key is not file name + size"),
    "size unknown": (on_entry("size", -1), "not a number of bytes"),
    "size a text": (on_entry("size", "12"), "not a number of bytes"),
    "regions a dict": (on_entry("regions", {}), "regions is not a list"),
    "file name missing": (lambda p: entry(p).pop("filename"), "filename missing"),
    "size missing": (lambda p: entry(p).pop("size"), "size missing"),
    "regions missing": (lambda p: entry(p).pop("regions"), "regions missing"),
    "file attributes missing": (lambda p: entry(p).pop("file_attributes"), "file_attributes missing"),
    "width missing": (lambda p: entry(p)["file_attributes"].pop("width"), "lack width or height"),
    "undeclared file attribute": (on_entry("file_attributes", "site", "3"), "file attribute 'site' is not declared"),
    "no shape": (lambda p: region(p).pop(SHAPE), "VIA can't show the image"),
    "no region attributes": (lambda p: region(p).pop(ABOUT), "VIA can't show the image"),
    "unknown object in settings": (put("_via_settings", "origin", {"a": 1}), "would load nothing"),
    "unknown list in core": (put("_via_settings", "core", "extra", [1]), "would load nothing"),
    "unknown object in image": (put("_via_settings", "ui", "tool", {}), "would load nothing"),
    "ui missing": (drop("_via_settings", "ui"), "_via_settings.ui is missing"),
    "image settings missing": (drop("_via_settings", "ui", "image"), "_via_settings.ui.image is missing"),
    "no project name": (drop("_via_settings", "project", "name"), "project.name is missing"),
    "folder in the name": (renamed("images/a.jpg"), "not flat"),
    "backslash in the name": (renamed("a\\b.jpg"), "not flat"),
    "comma in the name": (renamed("a,b.jpg"), "comma"),
    "double underscore": (renamed("a__b.jpg"), "double underscore"),
    "digit in front": (renamed("1a.jpg"), "starts with a digit"),
    "same name twice": (renamed("rescue_000001.jpg"), "occurs 2 times"),
    "two dropdowns": (
        put("_via_attributes", "region", "kind", {"type": "radio", "options": {"a": "a"}, "default_options": {}}),
        "2 dropdowns",
    ),
    "no dropdown": (put(*CLASS, "type", "text"), "0 dropdowns"),
    "unknown type": (put("_via_attributes", "region", "part", {"type": "number"}), "no type that VIA knows"),
    "no options": (put(*CLASS, "options", {}), "has no options"),
    "option not a text": (put(*CLASS, "options", "civilian", 3), "not a text"),
    "no default options": (drop(*CLASS, "default_options"), "default_options is missing"),
    "other label": (put("_via_settings", "ui", "image", "region_label", "__via_region_id__"), "region_label is"),
    "other colour": (put("_via_settings", "ui", "image", "region_color", "part"), "region_color is"),
    "region without category": (lambda p: region(p)[ABOUT].pop("category"), "category is missing"),
    "unknown category": (on_region(ABOUT, "category", "dog"), "not one of its options"),
    "undeclared attribute": (on_region(ABOUT, "mood", "calm"), "'mood' is not declared"),
    "number instead of text": (on_region(ABOUT, "instance", 3), "not a text"),
    "text that is also a class": (on_region(ABOUT, "part", "helmet"), "write the region twice"),
    "unknown shape": (on_region(SHAPE, "name", "blob"), "not one of rect"),
    "lists of two lengths": (lambda p: region(p)[SHAPE]["all_points_x"].pop(), "two lists of one length"),
    "two points": (
        lambda p: region(p)[SHAPE].update(all_points_x=[1, 2], all_points_y=[1, 2]),
        "polygon of 2 points",
    ),
    "not a number": (lambda p: region(p)[SHAPE]["all_points_x"].__setitem__(0, None), "not a number"),
    "infinite": (lambda p: region(p)[SHAPE]["all_points_y"].__setitem__(0, float("inf")), "not a number"),
    "outside the picture": (lambda p: region(p)[SHAPE]["all_points_x"].__setitem__(0, 121), "leaves the picture"),
    "rect without width": (on_region(SHAPE, {"name": "rect", "x": 1, "y": 1, "height": 2}), "rect width = None"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_each_broken_rule_is_noticed_and_named(project, rule):
    change, words = BROKEN[rule]
    broken = copy.deepcopy(project)
    change(broken)
    problems = validate_project(broken)
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize("data", [None, [], "x", {}, {"_via_settings": 1}])
def test_what_is_no_project_at_all_is_refused_without_an_exception(data):
    assert validate_project(data)
