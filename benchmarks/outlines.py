"""Milliseconds a mask for tracing outlines, at several sizes.

python benchmarks/outlines.py [--rounds 7]
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dataset.outlines import outlines

SIZES = (16, 64, 256)


def blob(size: int, rng: np.random.Generator) -> np.ndarray:
    """A lobed mask about ``size`` pixels wide within a frame's corner, bool."""
    y, x = np.mgrid[: size + 8, : size + 8] - (size + 8) / 2
    angle, radius = np.arctan2(y, x), np.hypot(x, y)
    edge = size * (0.36 + sum(rng.uniform(0, 0.05) * np.sin(k * angle + rng.uniform(0, 6)) for k in range(2, 8)))
    return radius < edge


def main() -> None:
    """Interleave the sizes and print medians."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=7)
    rounds = options.parse_args().rounds
    rng = np.random.default_rng(0)
    masks = {size: [blob(size, rng) for _ in range(30)] for size in SIZES}
    times: dict[int, list[tuple[float, float]]] = {size: [] for size in SIZES}
    for _ in range(rounds):
        for size in SIZES:
            wall, cpu = perf_counter(), process_time()
            for mask in masks[size]:
                outlines(mask)
            times[size].append(((perf_counter() - wall) / 30 * 1e3, (process_time() - cpu) / 30 * 1e3))
    for size in SIZES:
        wall, cpu = (statistics.median(row[column] for row in times[size]) for column in (0, 1))
        print(
            f"outlines of a {size:>3} px mask: {wall:.2f} ms wall, {cpu:.2f} ms CPU (median of {rounds} rounds of 30)"
        )


if __name__ == "__main__":
    main()
