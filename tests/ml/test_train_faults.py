"""Whatever goes wrong while training is named in one line, and nothing is lost."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
from typing import Any

import pytest

from tests.ml.small_runs import pictures, same, stepper, train

torch = pytest.importorskip("torch")

from ml.network import checkpoint  # noqa: E402
from ml.train import data  # noqa: E402
from ml.train.config import TrainError, Wishes  # noqa: E402
from ml.train.data import Order  # noqa: E402
from ml.train.loading import Batches, Keys  # noqa: E402
from ml.train.samples import Samples  # noqa: E402
from ml.train.state import State  # noqa: E402
from ml.train.step import Stepper  # noqa: E402
from ml.train.team import Team  # noqa: E402

pytestmark = pytest.mark.usefixtures("as_before")


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


def _batches(folder):
    wishes = Wishes((str(folder),), steps=100, batch=2)
    found = data.read(wishes)
    samples = Samples(found.train, Order(found.train, (), 0), 64, 4, 0)
    return Batches(samples, Keys(wishes, State(), Team(torch.device("cpu"))), 1, print)


def test_a_killed_loading_process_is_named(make_frames):
    batches = _batches(make_frames())
    assert len(next(batches)) == 2
    for process in multiprocessing.active_children():
        os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(TrainError, match=r"was killed .*--workers 0"):
        for _ in range(20):
            next(batches)


@pytest.mark.parametrize("cut", [EOFError, ConnectionResetError, ConnectionRefusedError, FileNotFoundError])
def test_a_loading_process_killed_while_it_hands_over_is_named(make_frames, monkeypatch, cut):
    batches = _batches(make_frames())
    next(batches)

    def half_sent(timeout=None):
        raise cut

    monkeypatch.setattr(batches._batches._data_queue, "get", half_sent)
    with pytest.raises(TrainError, match=r"was killed .*--workers 0"):
        next(batches)


def test_what_goes_wrong_inside_a_loading_process_is_not_called_a_kill(make_frames, monkeypatch):
    batches = _batches(make_frames())
    next(batches)

    def gone(timeout=None):
        raise FileNotFoundError("Caught FileNotFoundError in DataLoader worker process 0.")

    monkeypatch.setattr(batches._batches._data_queue, "get", gone)
    with pytest.raises(FileNotFoundError):
        next(batches)
