"""Runs so small that a test can wait for them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from ml.__main__ import main  # noqa: E402
from ml.network import checkpoint  # noqa: E402
from ml.network.design import Design  # noqa: E402
from ml.network.model import build  # noqa: E402
from ml.train import data  # noqa: E402
from ml.train.config import Wishes  # noqa: E402
from ml.train.data import Order  # noqa: E402
from ml.train.loading import Keys  # noqa: E402
from ml.train.precision import Precision  # noqa: E402
from ml.train.samples import Samples  # noqa: E402
from ml.train.schedule import Plan  # noqa: E402
from ml.train.state import State  # noqa: E402
from ml.train.step import Stepper  # noqa: E402
from ml.train.team import Team  # noqa: E402

SMALL = [
    "--backbone", "resnet18", "--weights", "none", "--image-size", "64", "--width", "16", "--batch", "2", "--warm-up",
    "2", "--threads", "1", "--workers", "0", "--device", "cpu", "--min-pixels", "4", "--freeze", "0",
]  # fmt: skip
TINY = Design(("civilian", "rescuer", "helmet"), "resnet18", 64, norm="group", width=16, proposals=20, samples=8)


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


def environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
