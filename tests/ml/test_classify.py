"""The classifier: its published size, its warm-up, exact resumption, and every fault by name."""

from __future__ import annotations

import json
import math
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from ml.__main__ import main  # noqa: E402
from ml.crops.frames import CropsError  # noqa: E402
from ml.synth import classifier, curve, fitting, settings  # noqa: E402
from ml.synth.batches import Batches  # noqa: E402
from ml.synth.faults import Stopped, TrainingError  # noqa: E402
from ml.synth.fitting import Guard, Schedule  # noqa: E402
from ml.synth.measures import confusion  # noqa: E402
from ml.synth.template import Classifier, Template, count, initialise  # noqa: E402
from tests.ml import shapes_of_crops as shapes  # noqa: E402

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def wishes(tmp_path_factory) -> settings.Settings:
    file = tmp_path_factory.mktemp("settings") / "study.toml"
    file.write_text(shapes.SETTINGS)
    return settings.load(file)


def test_weights_that_are_no_numbers_are_refused(tmp_path, wishes):
    model = Classifier(classifier.template_of(wishes.model), 3)
    model.head.weight.data[0, 0] = math.nan
    classifier.save(tmp_path, model, ("a", "b", "c"))
    with pytest.raises(TrainingError, match="no numbers; train again"):
        classifier.load(tmp_path)


def stopping_after(steps: int):
    """A stop that is asked for after so many looks."""
    looks = chain(repeat(False, steps), repeat(True))
    return lambda: next(looks)


def same(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_the_classifier_has_the_published_number_of_parameters():
    model = Classifier(Template(groups=4, width=64, compression=0.8), 6)
    assert count(model) == (801_980, 797_980)
    assert model.template.channels == (64, 102, 132, 156, 220)
    assert sum(isinstance(layer, nn.Conv2d) for layer in model.modules()) == 13


def test_the_template_gives_the_maps_of_the_table():
    model = Classifier(Template(), 6).eval()
    shapes_ = [tuple(stage.shape[1:]) for stage in model.encoder.stages(torch.zeros(1, 3, 32, 32))]
    assert shapes_[::2] == [(128, 32, 32), (166, 16, 16), (196, 8, 8), (220, 4, 4)]
    assert shapes_[1::2] == [(102, 16, 16), (132, 8, 8), (156, 4, 4)]


def test_initial_weights_come_from_the_seed_alone():
    models = [Classifier(Template(2, 6, 0.8, 16), 3) for _ in range(3)]
    torch.manual_seed(1)
    for model, seed in zip(models, (5, 5, 6), strict=True):
        initialise(model, seed)
        torch.rand(3)
    assert same(models[0], models[1]) and not same(models[0], models[2])


def test_the_rate_rises_from_a_millionth_and_falls_along_a_cosine():
    schedule = Schedule(steps=1000, rate=1e-3, first=1e-6, warmup=0.1, final=0.02)
    rates = [schedule.at(step) for step in range(1000)]
    assert rates[0] == 1e-6 and rates[50] == pytest.approx(10**-4.5) and rates[100] == 1e-3
    assert rates[-1] == pytest.approx(2e-5, rel=0.01)
    assert rates[:101] == sorted(rates[:101]) and rates[100:] == sorted(rates[100:], reverse=True)
    assert all(type(rate) is float for rate in rates)


def line_loss(model: nn.Module, step: int) -> tuple[torch.Tensor, dict[str, float]]:
    """Fit y = 3 x."""
    x = torch.linspace(-1, 1, 8)[:, None] + 0.01 * step
    loss = (model(x) - 3 * x).square().mean()
    return loss, {"error": float(loss.detach())}


def lines(*weights: float):
    def build(draw: int) -> nn.Module:
        model = nn.Linear(1, 1, bias=False)
        nn.init.constant_(model.weight, weights[draw])
        return model

    return build


def test_the_best_of_the_drawn_starts_is_kept():
    model, losses = fitting.best_start(lines(50.0, 2.5, math.nan, 9.0), line_loss, 4, 5, 1e-6)
    assert model.weight.item() == pytest.approx(2.5, abs=1e-3)
    assert losses[1] == min(losse for losse in losses if losse == losse) and math.isnan(losses[2])
    with pytest.raises(TrainingError, match="none of 2 starts"):
        fitting.best_start(lines(math.nan, math.nan), line_loss, 2, 3, 1e-6)
    with pytest.raises(Stopped):
        fitting.best_start(lines(1.0, 2.0), line_loss, 2, 5, 1e-6, stopping_after(3))


def test_a_loss_that_is_not_finite_ends_the_run_with_its_last_good_state(tmp_path):
    def bursting(model: nn.Module, step: int) -> tuple[torch.Tensor, dict[str, float]]:
        loss, parts = line_loss(model, step)
        return (loss * math.inf if step == 7 else loss), parts

    model = lines(1.0)(0)
    with pytest.raises(TrainingError, match=r"the loss is inf at step 7 .*error.*lower the learning rate"):
        fitting.fit(model, bursting, Schedule(20, 0.1, 0.1, 0, 1), tmp_path / "s.pt", "m", Guard(save_every=5))
    saved = fitting.load_state(tmp_path / "s.pt")
    assert saved["step"] == 5 and torch.isfinite(saved["model"]["weight"]).all()


def test_balanced_batches_show_every_class_alike_and_every_crop_once_an_epoch():
    labels = np.array([0] * 30 + [1] * 6)
    batches = Batches(labels, 12, seed=4, balance=True)
    first = [batches.at(step) for step in range(5)]
    assert all((labels[batch] == 1).sum() == 6 for batch in first)
    assert sorted(first[2][labels[first[2]] == 1]) == list(range(30, 36))
    assert sorted(k for batch in first for k in batch if k < 30) == list(range(30))
    assert np.array_equal(Batches(labels, 12, seed=4, balance=True).at(4), first[4])
    assert not np.array_equal(Batches(labels, 12, seed=5, balance=True).at(4), first[4])


def test_it_learns(tmp_path, wishes):
    longer = settings.parse(
        settings.tree(wishes) | {"classifier": {"steps": 90, "batch": 24, "rate": 0.01, "draws": 1}}
    )
    model = classifier.train(shapes.crops(40), longer, tmp_path)
    result = classifier.evaluate(model, shapes.crops(20, seed=9), "float32")
    assert result.accuracy > 0.85, result
    again, classes = classifier.load(tmp_path)
    assert same(model, again) and classes == shapes.KINDS


@pytest.mark.parametrize("looks", [1, 5, 9])
def test_interrupted_and_resumed_is_bit_for_bit_the_same(tmp_path, wishes, looks):
    found = shapes.crops(8)
    whole = classifier.train(found, wishes, tmp_path / "whole")
    with pytest.raises(Stopped):
        classifier.train(found, wishes, tmp_path / "parts", Guard(stopping_after(looks), save_every=4))
    parts = classifier.train(found, wishes, tmp_path / "parts")
    assert same(whole, parts)


def test_a_folder_of_other_settings_is_not_continued(tmp_path, wishes):
    classifier.train(shapes.crops(4), wishes, tmp_path)
    with pytest.raises(TrainingError, match="other settings or crops"):
        classifier.train(shapes.crops(5), wishes, tmp_path)
    (tmp_path / classifier.STATE).write_bytes(b"half a file")
    with pytest.raises(TrainingError, match="not a saved state"):
        classifier.train(shapes.crops(4), wishes, tmp_path)


def test_a_class_with_one_crop_is_refused(tmp_path, wishes):
    few = shapes.crops(4).take([0, 1, 2, 3, 4, 8, 9])
    with pytest.raises(CropsError, match=r"cross \(1\)"):
        classifier.train(few, wishes, tmp_path)


def test_answers_do_not_depend_on_how_many_are_asked(wishes):
    model = Classifier(classifier.template_of(wishes.model), 3).eval()
    pixels = shapes.crops(20).pixels
    features, chances = classifier.answers(model, pixels, "float32")
    assert np.array_equal(classifier.answers(model, pixels[:7], "float32")[0], features[:7])
    assert chances.sum(1) == pytest.approx(1, abs=1e-5)


def test_the_confusion_matrix_counts_each_class_by_itself():
    labels, guesses = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, 2])
    found = confusion(("a", "b", "c", "d"), labels, guesses)
    assert found.counts[:3, :3].tolist() == [[2, 1, 0], [1, 1, 0], [0, 0, 1]]
    shares = found.per_class
    assert shares["a"] == pytest.approx(2 / 3) and shares["b"] == 0.5 and math.isnan(shares["d"])
    assert found.accuracy == pytest.approx(4 / 6) and found.balanced == pytest.approx((2 / 3 + 0.5 + 1) / 3)
    assert found.tree()["per_class"]["d"] is None and "66.7 %" in str(found)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> tuple[Path, Path, Path]:
    """(crops, settings, classifier) after `classify train`."""
    root = tmp_path_factory.mktemp("classify")
    (root / "settings.toml").write_text(shapes.SETTINGS)
    crops = shapes.write(root / "crops", 6, 4)
    arguments = ["--crops", str(crops), "--output", str(root / "out"), "--config", str(root / "settings.toml")]
    assert main(["classify", "train", *arguments]) == 0
    return crops, root / "settings.toml", root / "out"


def test_the_commands_train_and_evaluate(trained, tmp_path, capsys):
    crops, _, folder = trained
    about = json.loads((folder / "classifier.json").read_bytes())
    assert about["crops"] == {"bar": 6, "cross": 6, "disc": 6} and np.sum(about["test"]["counts"]) == 12
    output = tmp_path / "figures.json"
    asked = ["classify", "evaluate", "--crops", str(crops), "--classifier", str(folder), "--output", str(output)]
    assert main(asked) == 0
    assert "recall" in capsys.readouterr().out
    assert json.loads(output.read_bytes())["counts"] == about["test"]["counts"]


def test_progress_is_events(trained, tmp_path, capsys):
    crops, config, _ = trained
    arguments = ["--crops", str(crops), "--output", str(tmp_path / "o"), "--config", str(config), "--steps", "6"]
    assert main(["classify", "train", *arguments, "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    names = [event["event"] for event in events]
    assert names == ["start", "message", "loss", "frame", "message", "done"]
    assert events[0] == {"event": "start", "total": 6, "there": 0}
    assert events[2]["step"] == events[2]["total"] == 6 and events[2]["loss"] > 0
    assert events[-1] == {"event": "done", "made": 6, "there": 0}


def test_a_run_that_goes_on_says_what_was_there(trained, tmp_path, capsys, monkeypatch):
    crops, config, _ = trained
    words = ["--crops", str(crops), "--output", str(tmp_path / "o"), "--config", str(config), "--steps", "12", "--json"]
    looks = chain(repeat(False, 12), repeat(True))
    with monkeypatch.context() as patch:
        patch.setattr("ml.synth.console.Console.stop", lambda console: next(looks))
        assert main(["classify", "train", *words]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["stopped"] is True
    assert main(["classify", "train", *words]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    there = events[0]["there"]
    assert 0 < there < 12 and events[0]["total"] == 12
    assert events[-1] == {"event": "done", "made": 12 - there, "there": there}


def test_the_curve_is_a_table_and_a_picture_and_survives_an_interruption(tmp_path):
    whole = fitting.fit(lines(1.0)(0), line_loss, Schedule(25, 0.1, 0.1, 0, 1), tmp_path / "a.pt", "m")
    model, guard = lines(1.0)(0), Guard(stopping_after(13), save_every=100)
    with pytest.raises(Stopped):
        fitting.fit(model, line_loss, Schedule(25, 0.1, 0.1, 0, 1), tmp_path / "b.pt", "m", guard)
    told = []
    guard = Guard(point=lambda step, steps, loss: told.append((step, steps)))
    parts = fitting.fit(lines(1.0)(0), line_loss, Schedule(25, 0.1, 0.1, 0, 1), tmp_path / "b.pt", "m", guard)
    assert parts.rows == whole.rows and [row["step"] for row in whole.rows] == [10, 20, 25]
    assert told == [(20, 25), (25, 25)]
    whole.write(tmp_path, "A line")
    assert (tmp_path / "curve.csv").read_text().splitlines()[0] == "step,rate,loss,error"
    assert (tmp_path / "curve.png").read_bytes()[:4] == b"\x89PNG"


def test_a_chart_stays_within_its_frame():
    rows = [{"step": 10 * k, "rate": 1e-3, "loss": 10.0 ** (3 - k), "pixels": 10.0 ** (2 - k)} for k in range(1, 6)]
    drawn = curve.chart(rows, "title")
    points = [point for item in drawn.items if item[0] == "line" for point in item[1]]
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in points)
    assert {"loss", "pixels"} <= {item[2] for item in drawn.items if item[0] == "text"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evaluate", "--classifier", "nowhere"], "train first"),
        (["train", "--output", "o", "--steps", "0"], "classifier.steps = 0; allowed"),
        (["train", "--output", "o", "--config", "nowhere.toml"], "give an existing file"),
    ],
)
def test_a_wrong_wish_is_one_line_and_exit_code_2(trained, tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert main(["classify", arguments[0], "--crops", str(trained[0]), *arguments[1:]]) == 2
    err = capsys.readouterr().err.strip()
    assert said in err and "\n" not in err
