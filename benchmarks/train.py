"""Seconds a training step, ours beside a bare torchvision loop of the same network on the same pictures.

python benchmarks/train.py [--rounds 15] [--batch 2] [--size 320] [--backbone resnet18] [--precision float32]

Both start from the same weights. Steps are interleaved, who goes first changes from round to round; medians of wall and
CPU time. The losses of all steps must be the same numbers. Ours does more in a step: moving average, gradient check,
check for losses that are not finite, seeds.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import statistics
import sys
from pathlib import Path
from time import perf_counter, process_time

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch
from torchvision.models.detection import MaskRCNN

from dataset.spec import stream
from ml.network.design import BACKBONES, Design
from ml.network.model import build
from ml.network.sampling import seed_sampling
from ml.train.config import Wishes
from ml.train.precision import Precision
from ml.train.samples import Sample, batch
from ml.train.step import Stepper, groups
from ml.train.team import Team

DEVICE = torch.device("cpu")
PEOPLE = 6
RATE = 0.005


def picture(number: int, size: int) -> Sample:
    """Noise with a few upright ellipses, as many as people in a frame of ours."""
    draws = stream(0, "picture", number)
    height, width = size * 3 // 4, size
    image = torch.from_numpy(draws.integers(0, 256, (3, height, width), np.uint8))
    y, x = np.mgrid[:height, :width]
    masks, boxes = [], []
    for _ in range(PEOPLE):
        tall, centre = draws.uniform(0.1, 0.5) * height, draws.uniform(0.2, 0.8, 2) * (height, width)
        mask = ((y - centre[0]) / (tall / 2)) ** 2 + ((x - centre[1]) / (tall / 6)) ** 2 <= 1
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        masks.append(mask.astype(np.uint8))
        boxes.append((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
    target = {
        "boxes": torch.tensor(np.array(boxes), dtype=torch.float32),
        "labels": torch.ones(PEOPLE, dtype=torch.int64),
        "masks": torch.from_numpy(np.array(masks)),
        "seed": torch.tensor(number),
    }
    return Sample(image, target, number)


class Bare:
    """What everybody writes first."""

    def __init__(self, model: MaskRCNN, wishes: Wishes, precision: Precision, depthwise: bool) -> None:
        self.model = model.to(DEVICE, memory_format=torch.channels_last).train()
        seed_sampling(self.model)
        precision.prepare(self.model, depthwise)
        self.precision = precision
        self.optimiser = torch.optim.SGD(groups(self.model, wishes), lr=RATE, momentum=wishes.momentum)
        for group in self.optimiser.param_groups:
            group["lr"] = RATE * group["scale"]

    def step(self, samples: list[Sample], number: int) -> dict[str, float]:
        images, targets = batch(samples, DEVICE)
        with self.precision.context():
            losses = self.model(images, targets)
        loss = sum(losses.values())
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return {name: float(value.detach()) for name, value in losses.items()}


def main() -> None:
    """Print a table, and a JSON line for whoever keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--size", type=int, default=320)
    parser.add_argument("--backbone", choices=BACKBONES, default=BACKBONES[0])
    parser.add_argument("--precision", choices=("auto", "float32"), default="float32")
    options = parser.parse_args()
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    wishes = Wishes(
        ("none",), steps=options.rounds, batch=options.batch, freeze=0, clip=0.0, precision=options.precision
    )
    torch.manual_seed(0)
    design = Design(("person",), options.backbone, options.size)
    model = build(design)
    precision = Precision(DEVICE, wishes.precision)
    bare = Bare(copy.deepcopy(model), wishes, precision, design.depthwise)
    ours = Stepper(model, wishes, Team(DEVICE), precision, design.depthwise)
    contestants = {"bare": lambda s, n: bare.step(s, n), "ours": lambda s, n: ours.step(s, n, RATE)}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
    for number in range(options.rounds + 2):
        samples = [picture(number * options.batch + place, options.size) for place in range(options.batch)]
        losses = {}
        for name in sorted(contestants, reverse=bool(number % 2)):
            wall, cpu = perf_counter(), process_time()
            losses[name] = contestants[name](samples, number)
            times[name].append((perf_counter() - wall, process_time() - cpu))
        assert losses["bare"] == losses["ours"], f"step {number}: {losses}"
    report(times, options)


def report(times: dict[str, list[tuple[float, float]]], options: argparse.Namespace) -> None:
    """Medians without the two first steps, and the ratio of each round's pair."""
    rounds = {name: values[2:] for name, values in times.items()}
    medians = {name: [statistics.median(column) for column in zip(*v, strict=True)] for name, v in rounds.items()}
    ratios = [
        statistics.median(ours[i] / bare[i] for ours, bare in zip(rounds["ours"], rounds["bare"], strict=True))
        for i in (0, 1)
    ]
    print(f"{options.backbone}, {options.batch} pictures of {options.size} px, {options.precision}, same losses")
    print("| loop | wall s | CPU s |\n|---|---|---|")
    for name, (wall, cpu) in medians.items():
        print(f"| {name} | {wall:.3f} | {cpu:.3f} |")
    print(f"| ours / bare, median of rounds | {ratios[0]:.3f} | {ratios[1]:.3f} |")
    found = {"benchmark": "train", "step_s": round(medians["ours"][0], 4), "ratio_wall": round(ratios[0], 4)}
    print(json.dumps({**found, "ratio_cpu": round(ratios[1], 4)}))


if __name__ == "__main__":
    main()
