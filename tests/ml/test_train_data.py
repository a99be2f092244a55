"""What is learned from: split by site, shown in an order and changed in ways that depend on seed and place alone."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from dataset import records  # noqa: E402
from dataset.spec import stream  # noqa: E402
from ml.augment import geometry, shapes  # noqa: E402
from ml.train import data, schedule, transforms  # noqa: E402
from ml.train.config import TrainError, Wishes, differences, tree  # noqa: E402
from ml.train.data import Order  # noqa: E402
from ml.train.samples import CLOSE, CLOSEST, Samples, aim  # noqa: E402
from ml.train.schedule import Plan  # noqa: E402


def wishes(*datasets: Path, **more: object) -> Wishes:
    return Wishes(**{"datasets": tuple(map(str, datasets)), "steps": 1, "holdout": 0.25, **more})


def samples(folder: Path, size: int = 64, **more: object) -> Samples:
    found = data.read(wishes(folder, **more))
    return Samples(found.train, Order(found.train, (), 0), size, 1, 0)


def test_instances_and_parts_are_categories_of_their_own(make_frames):
    found = data.read(wishes(make_frames()))
    assert found.categories == ("civilian", "rescuer", "helmet")
    assert [thing.label for thing in found.train[0].things] == [2, 1, 3, 3]


def test_no_site_is_on_both_sides(make_frames):
    found = data.read(wishes(make_frames(count=12, per_site=3)))
    learned, held = ({example.group for example in side} for side in (found.train, found.held_back))
    assert (len(learned), len(held)) == (3, 1)
    assert not learned & held
    again = data.read(wishes(make_frames(count=12, per_site=3)))
    assert again.digest == found.digest
    assert len({data.read(wishes(make_frames(count=12, per_site=3), seed=seed)).digest for seed in range(5)}) > 1


def test_pictures_made_of_one_picture_stay_together(make_frames):
    folder = make_frames(count=6)
    for file in sorted((folder / "frames").glob("*.json")):
        tree_ = json.loads(file.read_text())
        tree_["about"] = {"source": f"photo{tree_['index'] % 2}"}
        file.write_text(json.dumps(tree_))
    found = data.read(wishes(folder, holdout=0.5))
    assert {example.group for example in found.train} == {"0/photo0"} or {e.group for e in found.train} == {"0/photo1"}
    assert len(found.train) == len(found.held_back) == 3


def test_a_single_site_is_not_cut(make_frames):
    found = data.read(wishes(make_frames(count=3, per_site=3)))
    assert not found.held_back
    assert any("nothing is held back" in problem for problem in found.problems)


def test_categories_are_chosen_renamed_and_missed_by_name(make_frames):
    folder = make_frames()
    people = data.read(wishes(folder, names=(("rescuer", "person"), ("civilian", "person")), classes=("person",)))
    assert people.categories == ("person",)
    assert {len(example.things) for example in people.train} == {2}
    with pytest.raises(TrainError, match=r"no 'dog' in .*: there are civilian, rescuer, helmet"):
        data.read(wishes(folder, classes=("dog", "helmet")))


def test_nothing_to_learn_from_is_said(make_frames, tmp_path):
    with pytest.raises(TrainError, match="no such file or folder"):
        data.read(wishes(tmp_path / "none"))
    with pytest.raises(TrainError, match="nothing is labelled"):
        data.read(wishes(make_frames("bare", people=0)))
    (tmp_path / "hollow" / "frames").mkdir(parents=True)
    with pytest.raises(TrainError, match="no picture"):
        data.read(wishes(tmp_path / "hollow"))


def test_what_one_data_set_does_not_label_is_said(make_frames, tmp_path):
    folder = make_frames("plain", count=2)
    for file in (folder / "frames").glob("*.json"):
        tree_ = json.loads(file.read_text())
        tree_["parts"] = []
        file.write_text(json.dumps(tree_))
    found = data.read(wishes(make_frames(), folder))
    assert any("no helmet labelled in it" in problem for problem in found.problems)


def test_hidden_and_withheld_things_are_neither_taught_nor_mistakes(make_frames):
    folder = make_frames(count=2)
    file = records.path_of(folder, "frame_000000")
    tree_ = json.loads(file.read_text())
    tree_["instances"][0]["visible"] = 0.1
    tree_["instances"][1] |= {"exported": False, "reason": "a poster"}
    file.write_text(json.dumps(tree_))
    found = data.read(wishes(folder, holdout=0.0))
    assert [thing.label for thing in found.train[0].things] == [3, 3]
    assert [thing.label for thing in found.train[0].unsure] == [2, 1]


def test_a_round_shows_every_picture_once_and_no_two_rounds_alike(make_frames):
    examples = data.read(wishes(make_frames(), holdout=0.0)).train
    order = Order(examples, (), 3)
    rounds = [[order[place] for place in range(8 * r, 8 * r + 8)] for r in range(3)]
    assert all(sorted(shown) == list(range(8)) for shown in rounds)
    assert len({tuple(shown) for shown in rounds}) == 3
    again = Order(examples, (), 3)
    assert [again[place] for place in (20, 3, 11)] == [order[place] for place in (20, 3, 11)]


def test_shares_of_data_sets_hold_in_every_round(make_frames):
    many, few = make_frames("many", count=12), make_frames("few", count=4)
    found = data.read(wishes(many, few, holdout=0.0, mix=(1.0, 3.0)))
    order = Order(found.train, (1.0, 3.0), 0)
    shown = [found.train[order[place]].origin for place in range(3 * order.length)]
    assert Counter(shown[: order.length]) == {0: 4, 1: 12}
    first = Counter(order[place] for place in range(3 * order.length) if found.train[order[place]].origin == 0)
    assert set(first.values()) == {1}


def test_a_sample_is_a_function_of_its_place(make_frames):
    folder = make_frames()
    one, other = samples(folder), samples(folder)
    for place in (9, 2):
        a, b = one[place, "strong"], other[place, "strong"]
        assert torch.equal(a.image, b.image)
        assert all(torch.equal(a.target[key], b.target[key]) for key in a.target)
    assert int(one[9, "weak"].target["seed"]) == int(one[9, "strong"].target["seed"])


def test_unchanged_targets_are_the_records_masks(make_frames):
    made = samples(make_frames(people=1), holdout=0.0)
    sample = made[0, "none"]
    source = made.examples[sample.example].source
    x, y, width, height = records.read_all(Path(source.path).parents[1])[sample.example].instances[0].box
    assert sample.image.shape == (3, 48, 64)
    assert sample.target["boxes"][0].tolist() == [x, y, x + width, y + height]
    assert sample.target["masks"][0].sum() == width * height
    red, green, blue = (int(v) for v in sample.image[:, y + 20, x + 8])
    assert red > green > blue  # red comes first


@pytest.mark.parametrize("strength", ["weak", "strong"])
def test_masks_follow_the_picture(make_frames, strength):
    made = samples(make_frames(people=1), holdout=0.0)
    for place in range(12):
        sample = made[place, strength]
        target = sample.target
        assert sample.image.shape == (3, 48, 64)
        for box, mask in zip(target["boxes"], target["masks"], strict=True):
            rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            assert box.tolist() == [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]


def test_what_is_erased_is_cut_out_of_the_masks(make_frames):
    always = transforms.Strength(transforms.STRENGTHS["none"].geometry, erase=1.0)
    made = samples(make_frames(people=1), holdout=0.0)
    transforms.STRENGTHS["probe"] = always
    try:
        whole, cut = (int(made[0, s].target["masks"].sum()) for s in ("none", "probe"))
        areas = {int(made[place, "probe"].target["masks"].sum()) for place in range(16)}
    finally:
        del transforms.STRENGTHS["probe"]
    assert cut <= whole
    assert len(areas) > 2


def test_a_damaged_picture_is_named_and_the_next_one_stands_in(make_frames):
    folder = make_frames(count=4)
    image = folder / "images" / "frame_000001.png"
    image.write_bytes(b"x" * image.stat().st_size)
    made = samples(folder, holdout=0.0)
    shown = [made[place, "none"] for place in range(4)]
    assert [sample.example for sample in shown if sample.problem] == [2]
    assert "frame_000001.png" in next(sample.problem for sample in shown if sample.problem)


def test_changes_keep_the_kind_of_picture_and_leave_the_given_one_alone():
    image = stream(1, "image").integers(0, 256, (40, 60, 3), np.uint8)
    before = image.copy()
    for number in range(30):
        out = transforms.change(image, transforms.STRENGTHS["strong"], stream(number, "pixels"))
        assert (out.shape, out.dtype) == (image.shape, np.uint8)
    assert np.array_equal(image, before)
    assert np.array_equal(transforms.change(image, transforms.STRENGTHS["none"], stream(0, "pixels")), image)


def test_amplitude_jitter_keeps_the_mean_and_moves_texture():
    image = stream(1, "image").integers(80, 170, (40, 60, 3), np.uint8)
    out = transforms.amplitude(image, stream(2, "amplitude"))
    assert np.abs(out.mean((0, 1)) - image.mean((0, 1))).max() < 3
    assert np.abs(out.astype(int) - image).mean() > 2


def test_the_rate_warms_up_falls_and_ends_low():
    plan = Plan(total=100)
    rates = [plan.rate(step, 9) for step in range(100)]
    assert rates[0] == pytest.approx(0.1, abs=0.01)
    assert max(rates) == rates[9]
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] < 0.02


def test_a_plan_by_time_changes_without_a_jump():
    plan = Plan(total=100)
    moved = schedule.forecast(plan, 50, 1.0, 100.0)
    assert moved.total == 150
    assert moved.at(50) == plan.at(50) == 0.5
    assert moved.at(100) == pytest.approx(0.75)
    assert moved.at(150) == 1.0
    assert schedule.forecast(plan, 50, 1.0, 51.0) is plan
    assert schedule.forecast(plan, 50, 1.0, -5.0).total == 51


def test_strong_changes_come_late():
    assert [schedule.strength("schedule", p) for p in (0.0, 0.39, 0.41, 1.0)] == ["weak", "weak", "strong", "strong"]
    assert schedule.strength("none", 0.9) == "none"


def test_wishes_out_of_range_are_named_and_differences_told():
    with pytest.raises(TrainError, match="exactly one of --minutes"):
        Wishes(("a",))
    with pytest.raises(TrainError, match="--rate -1"):
        Wishes(("a",), steps=1, rate=-1)
    with pytest.raises(TrainError, match="one share a data set"):
        Wishes(("a",), steps=1, mix=(1.0, 2.0))
    one, other = tree(Wishes(("a",), steps=1)), tree(Wishes(("a",), steps=1, batch=8, validations=2))
    assert differences(one, other) == ["batch: 4 there, 8 now"]


def test_a_thing_brought_close_fills_the_view():
    ring = np.array([[100.0, 80.0], [110.0, 80.0], [110.0, 100.0], [100.0, 100.0]])
    thing = data.Thing(shapes.Shape(1, "person", (ring,)), 1)
    strong = replace(transforms.STRENGTHS["strong"], close=1.0)
    shares = []
    for number in range(200):
        wishes_, centres = aim([thing], (320, 240), strong, stream(number, "close"))
        view = geometry.draw(wishes_, stream(number, "view"), (320, 240), (320, 240), centres)
        shares.append(max(10 / 320, 20 / 240) * view.zoom)
        assert centres == [thing.shape.centre]
    assert max(shares) <= CLOSEST * 20 / 240 + 1e-6, "never beyond what the pixels hold"
    assert min(shares) > 0.2

    large = data.Thing(shapes.Shape(1, "person", (ring * [6, 4] - [550, 300],)), 1)
    zooms = [aim([large], (320, 240), strong, stream(n, "close"))[0].zoom[0] for n in range(200)]
    spread = [zoom * 80 / 240 for zoom in zooms]
    assert min(spread) >= 1 / 3 and max(spread) <= CLOSE[1] and max(spread) > 1, "some are cut by the frame"
    assert aim([thing], (320, 240), replace(strong, close=0.0), stream(0, "close"))[0] is strong.geometry
