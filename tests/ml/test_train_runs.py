"""Whole runs of `python -m ml train`: interrupted or shared they learn the same, and every fault is named."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from jobs import child  # noqa: E402
from ml.__main__ import main  # noqa: E402
from ml.network import checkpoint  # noqa: E402
from ml.network.design import Design  # noqa: E402
from ml.network.model import build  # noqa: E402
from ml.network.sampling import seed_sampling  # noqa: E402
from ml.train import data, loop  # noqa: E402
from ml.train.config import TrainError, Wishes  # noqa: E402
from ml.train.data import Order  # noqa: E402
from ml.train.loading import Batches, Keys  # noqa: E402
from ml.train.precision import Precision  # noqa: E402
from ml.train.samples import Samples, batch  # noqa: E402
from ml.train.schedule import Plan  # noqa: E402
from ml.train.state import State  # noqa: E402
from ml.train.step import Stepper, groups  # noqa: E402
from ml.train.team import Team  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SMALL = [
    "--backbone", "resnet18", "--weights", "none", "--image-size", "64", "--width", "16", "--batch", "2", "--warm-up",
    "2", "--threads", "1", "--workers", "0", "--device", "cpu", "--min-pixels", "4", "--freeze", "0",
]  # fmt: skip
TINY = Design(("civilian", "rescuer", "helmet"), "resnet18", 64, norm="group", width=16, proposals=20, samples=8)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """One thread, and the signals and the processes' names as they were."""
    threads, handlers = torch.get_num_threads(), [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
    for number, handler in zip((signal.SIGINT, signal.SIGTERM), handlers, strict=True):
        signal.signal(number, handler)


def train(folder: Path, output: Path, *more: str) -> int:
    return main(["train", "--dataset", str(folder), "--output", str(output), *SMALL, *more])


def tensors(run: Path, name: str = checkpoint.LAST) -> dict[str, Any]:
    """All tensors of a checkpoint by their path."""
    found: dict[str, Any] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, torch.Tensor):
            found[path] = value
        elif isinstance(value, dict):
            for key, item in value.items():
                walk(item, f"{path}/{key}")
        elif isinstance(value, list | tuple):
            for number, item in enumerate(value):
                walk(item, f"{path}/{number}")

    walk(checkpoint.read(run / name), "")
    return found


def log(run: Path, *without: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (run / checkpoint.LOG).read_text().splitlines()]
    return [{key: value for key, value in line.items() if key not in without} for line in lines]


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(value, other[key]) for key, value in one.items())


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


def stepper(wishes: Wishes) -> Stepper:
    torch.manual_seed(0)
    device = torch.device("cpu")
    return Stepper(build(TINY), wishes, Team(device), Precision(device, wishes.precision), TINY.depthwise)


def pictures(folder: Path, wishes: Wishes, count: int) -> list[list]:
    """Batches of the first steps."""
    found = data.read(wishes)
    samples = Samples(found.train, Order(found.train, (), 0), TINY.size, wishes.min_pixels, wishes.seed)
    keys = iter(Keys(wishes, State(plan=Plan(total=count)), Team(torch.device("cpu"))))
    return [[samples[key] for key in next(keys)] for _ in range(count)]


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


def environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


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
        assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-6)
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


def refused(capsys: pytest.CaptureFixture, *arguments: Any) -> str:
    """The one line that a run ends with."""
    capsys.readouterr()
    assert train(*arguments) == 2
    return capsys.readouterr().err.splitlines()[-1]


def test_a_folder_goes_on_with_its_own_run_only(make_frames, tmp_path, capsys):
    folder, run = make_frames(), tmp_path / "run"
    assert train(folder, run, "--steps", "1", "--validations", "0") == 0
    assert "holds another run (steps: 1 there, 2 now" in refused(capsys, folder, run, "--steps", "2")
    words = refused(capsys, folder, run, "--steps", "1", "--validations", "0", "--classes", "rescuer")
    assert "categories: ['civilian', 'rescuer', 'helmet'] there, ['rescuer'] now" in words
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    assert "holds something else" in refused(capsys, folder, tmp_path / "mine", "--steps", "1")


def test_a_last_checkpoint_that_was_cut_off_is_named(make_frames, tmp_path, capsys):
    folder, run = make_frames(), tmp_path / "run"
    length = ["--steps", "1", "--validations", "0"]
    assert train(folder, run, *length) == 0
    file = run / checkpoint.LAST
    file.write_bytes(file.read_bytes()[:20_000])
    words = refused(capsys, folder, run, *length)
    assert "last.pt: cut off" in words


def test_wrong_wishes_end_in_one_line(make_frames, tmp_path, capsys):
    folder, run = make_frames(), tmp_path / "run"
    assert "say how long" in refused(capsys, folder, run)
    assert "no 'dog' in" in refused(capsys, folder, run, "--steps", "1", "--classes", "dog")
    assert "no such file or folder" in refused(capsys, tmp_path / "nothing", run, "--steps", "1")
    assert "--mix x" in refused(capsys, folder, run, "--steps", "1", "--mix", "x")
    assert "no such file or run" in refused(capsys, folder, run, "--steps", "1", "--weights", str(tmp_path / "no.pt"))
    assert "device 'tpu9'" in refused(capsys, folder, run, "--steps", "1", "--device", "tpu9")
    assert not (run / checkpoint.LAST).exists()


def test_a_full_disk_is_named(make_frames, tmp_path, capsys, monkeypatch):
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder, run = make_frames(), tmp_path / "run"
    assert train(folder, run, "--steps", "1", "--validations", "0") == 0
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        words = refused(capsys, folder, tmp_path / "other", "--steps", "1")
    assert "no space left on the disk while writing" in words
    assert checkpoint.load(run, "cpu").step == 1


def test_out_of_memory_halves_what_goes_through_at_once(make_frames, tmp_path, capsys, monkeypatch):
    gradients = Stepper._gradients

    def small(self: Stepper, samples: list, number: int) -> dict[str, float]:
        if self.chunk > 1:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 GB")
        return gradients(self, samples, number)

    monkeypatch.setattr(Stepper, "_gradients", small)
    assert train(make_frames(), tmp_path / "run", "--steps", "2", "--validations", "0") == 0
    words = capsys.readouterr().err
    assert words.count("out of memory with 2 pictures at once: 1 at once from now on") == 1
    assert checkpoint.read(tmp_path / "run" / checkpoint.LAST)["chunk"] == 1


def test_one_picture_that_does_not_fit_is_the_end(make_frames, tmp_path, capsys, monkeypatch):
    def never(*_: object) -> dict[str, float]:
        raise MemoryError

    monkeypatch.setattr(Stepper, "_gradients", never)
    assert "give a smaller --image-size" in refused(capsys, make_frames(), tmp_path / "run", "--steps", "1")


def test_a_batch_in_parts_has_the_gradients_of_the_whole(make_frames):
    folder = make_frames(people=2)
    wishes = Wishes((str(folder),), steps=1, batch=2, freeze=0, precision="float32", min_pixels=4, augment="none")
    samples = pictures(folder, wishes, 1)[0]
    found = []
    for chunk in (2, 1):
        ours = stepper(wishes)
        ours.chunk = chunk
        losses = ours._gradients(samples, 0)
        found.append((losses["loss_objectness"], ours.model.rpn.head.conv[0][0].weight.grad.clone()))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-5)
    assert torch.allclose(found[0][1], found[1][1], rtol=0.2, atol=1e-4)


def test_a_loss_that_is_not_finite_changes_nothing(make_frames, monkeypatch):
    folder = make_frames()
    wishes = Wishes((str(folder),), steps=1, batch=2, min_pixels=4)
    ours = stepper(wishes)
    before = {name: value.clone() for name, value in ours.model.state_dict().items()}
    monkeypatch.setattr(ours, "_gradients", lambda samples, number: {"loss_mask": float("nan")})
    with pytest.raises(TrainError, match=r"not finite at step 1 .*mask nan.*: give a lower --rate"):
        ours.step([], 0, 0.1)
    assert same(before, ours.model.state_dict())


def test_damaged_pictures_are_named_once_and_skipped(make_frames, tmp_path, capsys):
    folder = make_frames()
    for name in ("frame_000000.png", "frame_000003.png"):
        image = folder / "images" / name
        image.write_bytes(b"x" * image.stat().st_size)
    assert train(folder, tmp_path / "run", "--steps", "4", "--validations", "1") == 0
    words = capsys.readouterr().err
    assert words.count("frame_000000.png") == 1
    assert words.count("frame_000003.png") == 1


def test_a_killed_loading_process_is_named(make_frames):
    folder = make_frames()
    wishes = Wishes((str(folder),), steps=100, batch=2)
    found = data.read(wishes)
    samples = Samples(found.train, Order(found.train, (), 0), 64, 4, 0)
    batches = Batches(samples, Keys(wishes, State(), Team(torch.device("cpu"))), 1, print)
    assert len(next(batches)) == 2
    for process in multiprocessing.active_children():
        os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(TrainError, match=r"was killed .*--workers 0"):
        for _ in range(20):
            next(batches)


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
