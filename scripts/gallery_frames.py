"""A sheet of whole frames of a data set, without outlines: what docs/gallery/frames.jpg shows.

python scripts/batch.py --output out/gallery --frames 0-23 --recipe recipes/gallery.toml
python scripts/gallery_frames.py out/gallery docs/gallery/frames.jpg
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

COLUMNS, WIDTH, GAP = 4, 360, 4
LARGEST = 300_000
"""Bytes of the sheet."""


def sheet(paths: list[Path]) -> np.ndarray:
    """The pictures row by row, uint8 HxWx3 BGR."""
    cells = []
    for path in paths:
        image = cv2.imread(str(path))
        height = round(WIDTH * image.shape[0] / image.shape[1])
        cell = cv2.resize(image, (WIDTH, height), interpolation=cv2.INTER_AREA)
        cells.append(np.pad(cell, ((0, GAP), (0, GAP), (0, 0))))
    cells += [np.zeros_like(cells[0])] * (-len(cells) % COLUMNS)
    return np.vstack([np.hstack(cells[start : start + COLUMNS]) for start in range(0, len(cells), COLUMNS)])


def main() -> None:
    """Write the sheet at the best quality that fits."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("dataset", type=Path)
    options.add_argument("output", type=Path)
    chosen = options.parse_args()
    image = sheet(sorted((chosen.dataset / "images").glob("*.jpg")))
    for quality in range(92, 20, -4):
        data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        if len(data) <= LARGEST:
            break
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_bytes(data.tobytes())


if __name__ == "__main__":
    main()
