"""Whole runs of `python -m ml train`: interrupted or shared, they learn the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ml.small_runs import SMALL, TINY, environment, log, pictures, same, stepper, tensors, train

torch = pytest.importorskip("torch")

from jobs import child  # noqa: E402
from ml.network import checkpoint  # noqa: E402
from ml.network.model import build  # noqa: E402
from ml.network.sampling import seed_sampling  # noqa: E402
from ml.train import data, loop  # noqa: E402
from ml.train.config import Wishes  # noqa: E402
from ml.train.data import Order  # noqa: E402
from ml.train.loading import Batches, Keys  # noqa: E402
from ml.train.samples import Samples, batch  # noqa: E402
from ml.train.state import State  # noqa: E402
from ml.train.step import Stepper, groups  # noqa: E402
from ml.train.team import Team  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("as_before")


def test_a_run_leaves_everything_that_is_needed(make_frames, tmp_path, capsys):
    run = tmp_path / "run"
    assert train(make_frames(), run, "--steps", "3", "--validations", "1") == 0
    names = {"best.pt", "last.pt", "card.md", "config.json", "environment.json", "log.jsonl", "preview.jpg"}
    assert {path.name for path in run.iterdir()} == names
    trained = checkpoint.load(run, "cpu")
    assert trained.categories == ("civilian", "rescuer", "helmet")
    assert trained.figures["instances"] > 0
    assert [line["step"] for line in log(run)] == [1, 2, 3, 3]
    card = (run / checkpoint.CARD).read_text()
    assert "rendered" in card
    assert "Not finished" not in card
    assert "3 steps" in capsys.readouterr().out
    assert train(make_frames(), run, "--steps", "3", "--validations", "1") == 0  # again: nothing is left to do
    assert "0 steps, 3 were there" in capsys.readouterr().out


def test_a_killed_run_goes_on_and_ends_the_same_to_the_bit(make_frames, tmp_path):
    folder, whole, cut = make_frames(), tmp_path / "whole", tmp_path / "cut"
    length = ["--steps", "8", "--validations", "4"]
    arguments = ["train", "--dataset", str(folder), "--output", str(cut), *SMALL, *length]
    with subprocess.Popen([sys.executable, "-m", "ml", *arguments], cwd=ROOT, env=environment()) as process:
        deadline = time.monotonic() + 300
        while not (cut / checkpoint.LAST).exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        process.kill()
    there = checkpoint.read(cut / checkpoint.LAST)["step"]
    assert train(folder, whole, *length) == 0
    assert train(folder, cut, *length) == 0
    assert 0 < there < 8
    assert same(tensors(whole), tensors(cut))
    assert same(tensors(whole, checkpoint.BEST), tensors(cut, checkpoint.BEST))
    assert log(whole, "seconds") == log(cut, "seconds")


def test_an_interrupt_ends_the_step_and_the_same_command_goes_on(make_frames, tmp_path, monkeypatch, capsys):
    folder, whole, cut = make_frames(), tmp_path / "whole", tmp_path / "cut"
    length = ["--steps", "5", "--validations", "0"]
    step = Stepper.step

    def interrupted(self: Stepper, samples: list, number: int, rate: float) -> dict[str, float]:
        if number == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return step(self, samples, number, rate)

    with monkeypatch.context() as patch:
        patch.setattr(Stepper, "step", interrupted)
        assert train(folder, cut, *length) == 0
    assert "stopped: the same command goes on" in capsys.readouterr().out
    assert checkpoint.read(cut / checkpoint.LAST)["step"] == 3
    assert "Not finished" in (cut / checkpoint.CARD).read_text()
    assert train(folder, cut, *length) == 0
    assert train(folder, whole, *length) == 0
    assert same(tensors(whole), tensors(cut))


def test_losses_are_those_of_a_bare_loop(make_frames):
    folder = make_frames()
    wishes = Wishes((str(folder),), steps=4, batch=2, freeze=0, clip=0.0, precision="float32", min_pixels=4)
    batches = pictures(folder, wishes, 4)
    ours = stepper(wishes)
    found = [ours.step(samples, number, 0.01) for number, samples in enumerate(batches)]

    torch.manual_seed(0)
    model = build(TINY).to(memory_format=torch.channels_last).train()
    seed_sampling(model)
    optimiser = torch.optim.SGD(groups(model, wishes), lr=0.01, momentum=0.9)
    for group in optimiser.param_groups:
        group["lr"] *= group["scale"]
    expected = []
    for samples in batches:
        images, targets = batch(samples, torch.device("cpu"))
        losses = model(images, targets)
        optimiser.zero_grad()
        sum(losses.values()).backward()
        optimiser.step()
        expected.append({name: float(loss.detach()) for name, loss in losses.items()})
    assert found == expected


def test_two_processes_learn_what_one_learns_even_if_one_sees_nothing(make_frames, tmp_path):
    # One picture has people, one has none: in every step one of the two processes has no instance.
    folder = make_frames(count=2, empty=(1,))
    length = ["--steps", "3", "--holdout", "0", "--precision", "float32", "--validations", "1"]
    one, two = tmp_path / "one", tmp_path / "two"
    assert train(folder, one, *length) == 0
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone"]
    arguments = ["-m", "ml", "train", "--dataset", str(folder), "--output", str(two), *SMALL, *length]
    done = subprocess.run([*launcher, *arguments], cwd=ROOT, env=environment(), capture_output=True, timeout=500)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    for ours, theirs in zip(log(one, "seconds"), log(two, "seconds"), strict=True):
        # sums in another order, and each step starts from what the one before made of them
        assert ours == pytest.approx(theirs, rel=1e-4 if ours["step"] == 1 else 1e-3, abs=1e-6)
    ours, theirs = tensors(one), tensors(two)
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        tolerance = 0.05 if name.startswith("/optimiser") else 5e-3  # a mask's edge may round the other way
        assert (value - theirs[name]).norm() <= tolerance * value.norm() + 1e-5, name


def test_events_are_all_there_is_on_stdout(make_frames, tmp_path, capsys):
    assert train(make_frames(), tmp_path / "run", "--steps", "3", "--validations", "1", "--json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [event["event"] for event in events]
    steady = [kind for kind in kinds if kind not in ("message", "loss")]
    assert steady == ["start", "frame", "frame", "frame", "validation", "done"]
    by_kind = {event["event"]: event for event in events}
    assert by_kind["start"]["total"] == 3
    assert set(by_kind["loss"]) >= {"step", "loss", "rate", "classifier", "mask"}
    assert 0 <= by_kind["validation"]["ap50"] <= 1
    assert Path(by_kind["validation"]["image"]).is_file()
    assert (by_kind["done"]["made"], by_kind["done"]["stopped"]) == (3, False)


def test_pictures_from_a_loading_process_are_the_same(make_frames):
    folder = make_frames()
    wishes = Wishes((str(folder),), steps=100, batch=2, augment="strong")
    found = data.read(wishes)
    samples = Samples(found.train, Order(found.train, (), 0), 64, 4, 0)
    here, there = (
        Batches(samples, Keys(wishes, State(step=5), Team(torch.device("cpu"))), workers, print) for workers in (0, 1)
    )
    for _ in range(3):
        for one, other in zip(next(here), next(there), strict=True):
            assert torch.equal(one.image, other.image)
            assert torch.equal(one.target["masks"], other.target["masks"])


def test_minutes_become_steps_and_the_run_ends_in_time(make_frames, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(loop, "MEASURED", 2)
    monkeypatch.setattr(loop, "REPLANNED_EVERY", 2)
    run = tmp_path / "run"
    assert train(make_frames(), run, "--minutes", "0.02", "--validations", "2") == 0
    saved = checkpoint.read(run / checkpoint.LAST)
    assert saved["step"] == saved["state"]["plan"]["total"] >= 3
    assert "s a step:" in capsys.readouterr().err


def test_fine_tuning_starts_from_another_run(make_frames, tmp_path, capsys):
    folder, first, second = make_frames(), tmp_path / "first", tmp_path / "second"
    assert train(folder, first, "--steps", "1", "--validations", "0") == 0
    more = ["--weights", str(first), "--steps", "1", "--validations", "0", "--rate", "1e-9"]
    assert train(folder, second, *more, "--classes", "helmet,rescuer") == 0
    assert "it knows helmet, rescuer" in capsys.readouterr().err
    one, other = (checkpoint.load(run, "cpu").model.roi_heads.box_predictor for run in (first, second))
    assert torch.allclose(one.cls_score.weight[[0, 3, 2]], other.cls_score.weight, atol=1e-6)


@pytest.mark.parametrize("arguments", [["train", "--help"]])
def test_help_does_not_load_torch(arguments):
    code = (
        "import sys\nfrom ml.__main__ import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "print('loaded', *{'torch', 'cv2', 'numpy'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded"
    assert "--backbone" in done.stdout


def test_the_leash_is_asked_between_two_steps(make_frames, tmp_path, monkeypatch):
    asked: list[int] = []

    def pulled(_: child.Leash) -> bool:
        asked.append(1)
        return len(asked) >= 2

    monkeypatch.setattr(child.Leash, "pulled", property(pulled))
    assert train(make_frames(), tmp_path / "run", "--steps", "9", "--validations", "0") == 0
    assert checkpoint.read(tmp_path / "run" / checkpoint.LAST)["step"] == 2


def test_adam_goes_on_from_a_checkpoint_as_if_nothing_had_been(make_frames, tmp_path):
    folder = make_frames()
    wishes = Wishes((str(folder),), steps=3, batch=2, freeze=0, optimiser="adamw", min_pixels=4)
    batches = pictures(folder, wishes, 3)
    one, other = stepper(wishes), stepper(wishes)
    for number in range(2):
        one.step(batches[number], number, wishes.top_rate)
    checkpoint.write(tmp_path / "last.pt", one.state())
    other.load(checkpoint.read(tmp_path / "last.pt"))
    assert one.step(batches[2], 2, 1e-3) == other.step(batches[2], 2, 1e-3)
    assert same(one.model.state_dict(), other.model.state_dict())
