"""What a run says: its log, events for a program that drives it, words for a person, a preview and the model card."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import cv2
import numpy as np

from dataset.files import OutputError, explain, write_atomic
from jobs.voice import Voice

from .validate import Figures, Seen

PREVIEW = "preview.jpg"
_COLOURS = ((60, 200, 60), (230, 130, 40), (40, 200, 250), (200, 70, 200), (60, 60, 235), (220, 220, 60))
"""Blue first, one a category, repeated."""
_EVERY = 0.5
"""Seconds between two loss events: a panel draws no faster."""


class Log:
    """log.jsonl: a JSON object a line, each with the ``step`` that it belongs to."""

    def __init__(self, path: Path, step: int) -> None:
        """Go on after ``step``: later lines, of a run that was killed after its last save, and a torn one go."""
        kept = []
        try:
            if path.exists():
                for line in path.read_text().splitlines():
                    try:
                        if json.loads(line)["step"] <= step:
                            kept.append(line + "\n")
                    except (ValueError, KeyError, TypeError):
                        continue
            write_atomic(path, "".join(kept).encode())
            self._file: TextIO = open(path, "a")  # noqa: SIM115 (lives as long as the run)
        except OSError as error:
            raise OutputError(explain(path, error)) from error
        self.path = path

    def write(self, step: int, **values: Any) -> None:
        """One line. Raises ``OutputError``."""
        try:
            self._file.write(json.dumps({"step": step, **values}) + "\n")
            self._file.flush()
        except OSError as error:
            raise OutputError(explain(self.path, error)) from error

    def close(self) -> None:
        """Release the file."""
        self._file.close()


class Speaker(Voice):
    """A run's voice; silent in all processes but the first."""

    def __init__(self, events: bool, silent: bool = False) -> None:
        super().__init__("train", events, silent)
        self._last = 0.0

    def step(self, step: int, total: int, seconds: float, losses: Mapping[str, float], rate: float, image: str) -> None:
        """A step is done; ``image``: a new preview, or ""."""
        loss = sum(losses.values())
        now = time.monotonic()
        if now - self._last >= _EVERY:
            self._last = now
            parts = {name.removeprefix("loss_"): round(value, 5) for name, value in losses.items()}
            self.event("loss", step=step, total=total, loss=round(loss, 5), rate=rate, **parts)
        self.event("frame", index=step, image=image, seconds=round(seconds, 4), problem="")
        self.count(f"step {step} of {total or '?'}: loss {loss:.3f}")


def words(figures: Figures) -> str:
    """Figures in a line."""
    each = ", ".join(f"{n} {v:.3f}" for n, v in zip(figures.categories, figures.ap50, strict=True) if v == v)
    return (
        f"mask AP50 {figures.mean_ap50:.3f} ({each}), F1 {figures.f1:.3f} "
        f"(P {figures.precision:.3f}, R {figures.recall:.3f}) on {figures.pictures} held-back pictures"
    )


def preview(path: Path, shown: Sequence[Seen], categories: Sequence[str], threshold: float = 0.5) -> None:
    """Draw finds into held-back pictures, three in a row. Raises ``OutputError``."""
    tiles = [_drawn(seen, categories, threshold) for seen in shown]
    if not tiles:
        return
    height, width = max(t.shape[0] for t in tiles), max(t.shape[1] for t in tiles)
    rows = -(-len(tiles) // 3)
    sheet = np.zeros((rows * height, 3 * width, 3), np.uint8)
    for number, tile in enumerate(tiles):
        top, left = number // 3 * height, number % 3 * width
        sheet[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    write_atomic(path, cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes())


def _drawn(seen: Seen, categories: Sequence[str], threshold: float) -> np.ndarray:
    image = cv2.resize(seen.image, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
    for mask, box, label, score in zip(seen.masks, seen.boxes, seen.labels, seen.scores, strict=True):
        if score < threshold:
            continue
        colour = _COLOURS[(label - 1) % len(_COLOURS)]
        large = cv2.resize(mask.astype(np.uint8), (image.shape[1], image.shape[0]), interpolation=cv2.INTER_NEAREST)
        lines, _ = cv2.findContours(large, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(image, lines, -1, colour, 2)
        at = int(2 * box[0]), max(10, int(2 * box[1]) - 3)
        cv2.putText(image, f"{categories[label - 1]} {score:.2f}", at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, 16)
    return image


def environment(device: str, precision: str, processes: int, threads: int) -> dict[str, Any]:
    """Versions of everything that computes. No host, no paths."""
    names = ("torch", "torchvision", "numpy", "opencv-python-headless")
    versions = {}
    for name in names:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "unknown"
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        **versions,
        "device": device,
        "precision": precision,
        "processes": processes,
        "threads": threads,
    }
