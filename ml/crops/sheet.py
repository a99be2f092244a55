"""Sheets of crops: rows with a caption each, enlarged so that pixels can be judged by eye."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from dataset.files import write_atomic

from .store import CropSet, png

GAP, CAPTION, INK, PAPER = 3, 130, 40, 250
SHOWN = 64
"""Side of a crop on a sheet, pixels."""


def grid(rows: Sequence[tuple[str, np.ndarray]]) -> np.ndarray:
    """uint8 HxWx3 RGB: a row of crops (uint8 n x size x size x 3, RGB) for each (caption, crops).

    Crops are enlarged by a whole number to about ``SHOWN`` pixels.
    """
    shown = [(caption, crops) for caption, crops in rows if len(crops)]
    side = shown[0][1].shape[1] if shown else SHOWN
    size = side * max(1, round(SHOWN / side))
    columns = max((len(crops) for _, crops in shown), default=1)
    sheet = np.full((GAP + (size + GAP) * len(shown), CAPTION + (size + GAP) * columns, 3), PAPER, np.uint8)
    for row, (caption, crops) in enumerate(shown):
        top = GAP + row * (size + GAP)
        for number, line in enumerate(_lines(caption)):
            place = (4, top + 14 + 13 * number)
            cv2.putText(sheet, line, place, cv2.FONT_HERSHEY_SIMPLEX, 0.38, (INK,) * 3, 1, cv2.LINE_AA)
        for column, crop in enumerate(crops):
            left = CAPTION + column * (size + GAP)
            enlarged = cv2.resize(crop, (size, size), interpolation=cv2.INTER_NEAREST)
            sheet[top : top + size, left : left + size] = enlarged
    return sheet


def _lines(caption: str, width: int = 19) -> list[str]:
    lines = [""]
    for word in caption.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def write(path: Path, rows: Sequence[tuple[str, np.ndarray]]) -> None:
    """A sheet as PNG (or JPEG by the file's name). Raises ``OutputError``."""
    sheet = grid(rows)
    if path.suffix.lower() in (".jpg", ".jpeg"):
        shown = cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR)
        write_atomic(path, cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())
    else:
        write_atomic(path, png(sheet))


def overview(found: CropSet, columns: int = 16) -> list[tuple[str, np.ndarray]]:
    """Rows for a set: each class, evenly picked by name."""
    rows = []
    for name in found.classes:
        own = found.of_class(name)
        chosen = np.unique(np.linspace(0, max(0, len(own) - 1), min(columns, len(own))).astype(int))
        rows.append((f"{name} {len(own)}", own.pixels[chosen]))
    return rows
