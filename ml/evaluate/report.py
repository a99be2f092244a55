"""Everything that an evaluation leaves in its folder.

index.html            the page: all figures, charts and overlays in one file
results.json          the same figures for programs, with the definitions
coco_results.json     all detections as found, in COCO's form: can be scored again without the network
charts/*.png          precision over recall, threshold, recall by size, reliability
overlays/*.jpg        worst misses, highest false alarms, an even choice of pictures
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from dataset.files import OutputError, explain, write_atomic

from ..augment import pictures
from ..predict import results as coco_results
from ..predict.detections import Detections
from . import charts, curves, overlays, page
from .charts import Chart
from .overlays import Focus
from .score import Scored
from .truth import FULL_SIZE, Picture, TruthSet

RESULTS, PREDICTIONS, PAGE = "results.json", "coco_results.json", "index.html"
CLOSE_UPS = 12
"""Worst misses, and highest false alarms, that are shown."""
SHOWN = 8
"""Pictures that are shown whole: evenly spread, neither the best nor the worst."""


@dataclass(frozen=True)
class Figure:
    """One overlay."""

    file: str
    caption: str
    data: bytes
    """JPEG."""


def prepare(folder: Path) -> None:
    """Make sure before the work that the folder can be written. Raises ``OutputError``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(explain(folder, error)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write {folder}: permission denied; choose another output folder")


def write(
    folder: Path,
    results: dict[str, Any],
    scored: Sequence[Scored],
    truth: TruthSet,
    found: Sequence[Detections],
    raw: Sequence[Detections],
) -> None:
    """Write the folder, the page last. ``found`` is what was judged, ``raw`` what the detector said.

    Raises ``OutputError``.
    """
    drawn = draw(scored, results)
    for name, chart in drawn.items():
        write_atomic(folder / "charts" / f"{name}.png", chart.png())
    shown = look(scored[-1], truth, found, results["settings"]["score"])
    kept = {figure.file for figures in shown.values() for figure in figures}
    for old in (folder / "overlays").glob("*.jpg"):  # an earlier evaluation into the same folder had others
        if old.name not in kept:
            old.unlink()
    for figures in shown.values():
        for figure in figures:
            write_atomic(folder / "overlays" / figure.file, figure.data)
    write_atomic(folder / PREDICTIONS, _predictions(raw, truth))
    write_atomic(folder / RESULTS, json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n")
    write_atomic(folder / PAGE, page.render(results, drawn, shown).encode())


def draw(scored: Sequence[Scored], results: dict[str, Any]) -> dict[str, Chart]:
    """Charts by name."""
    asked, data = results["settings"], results["dataset"]
    note = f"{data['kind']}: {data['name']}, IoU {asked['iou']:g}"
    box = scored[0]
    lines = [(f"all, {item.shape}", item.curve, 0.0 if item.shape == "box" else 5.0) for item in scored]
    if len(box.tallies) > 1:
        lines += [(f"{item.category}, box", curves.curve([item]), 0.0) for item in box.tallies[:4]]
    return {
        "precision_recall": charts.precision_recall(lines, note),
        "threshold": charts.threshold(box.curve, asked["score"], f"{note}, boxes"),
        "found_by_size": charts.found_by_size(box.tallies, asked["score"], f"{note}, boxes"),
        "reliability": charts.reliability(box.calibration, f"{note}, boxes"),
    }


def look(scored: Scored, truth: TruthSet, found: Sequence[Detections], score: float) -> dict[str, list[Figure]]:
    """Overlays by theme: misses, alarms, pictures."""
    album = _Album(scored, truth, found, score)
    misses = []
    for rank, miss in enumerate(scored.misses[:CLOSE_UPS], 1):
        target = truth.pictures[miss.picture].truths[miss.place]
        low = f", best score below the threshold {miss.best:.2f}" if miss.best >= 0 else ", no detection that fits"
        caption = f"{target.category} of {miss.size:.0f} x {miss.size:.0f} pixels{low}"
        misses += album.close(f"miss_{rank:02d}", miss.picture, Focus("truth", miss.place), caption)
    alarms = []
    for rank, alarm in enumerate(scored.alarms[:CLOSE_UPS], 1):
        label = found[alarm.picture].labels[alarm.place]
        caption = f"{label} {alarm.score:.2f}: {alarm.kind}"
        alarms += album.close(f"false_{rank:02d}", alarm.picture, Focus("detection", alarm.place), caption)
    count = len(truth.pictures)
    chosen = sorted({round(k * (count - 1) / max(SHOWN - 1, 1)) for k in range(SHOWN)}) if count else []
    whole = [figure for number in chosen for figure in album.whole(number)]
    return {"misses": misses, "alarms": alarms, "pictures": whole}


class _Album:
    """Draws overlays, reading a picture again only when another one was drawn in between."""

    def __init__(self, scored: Scored, truth: TruthSet, found: Sequence[Detections], score: float) -> None:
        self.scored, self.truth, self.found, self.score = scored, truth, found, score
        self._last: tuple[int, np.ndarray] | None = None

    def close(self, name: str, number: int, focus: Focus, caption: str) -> list[Figure]:
        """A close-up; nothing where the picture can't be read (predictions of pictures that are elsewhere)."""
        pixels = self._pixels(number)
        if pixels is None:
            return []
        image = overlays.close(pixels, self._judged(number), focus)
        return [Figure(f"{name}.jpg", f"{caption} ({self._picture(number).name})", _jpeg(image))]

    def whole(self, number: int) -> list[Figure]:
        """A whole picture."""
        pixels = self._pixels(number)
        if pixels is None:
            return []
        hits, false, missed = self.scored.table[number].tolist()
        caption = f"{self._picture(number).name}: {hits} hits, {false} false alarms, {missed} missed"
        image = overlays.whole(pixels, self._judged(number))
        return [Figure(f"picture_{number:04d}.jpg", caption, _jpeg(image))]

    def _picture(self, number: int) -> Picture:
        return self.truth.pictures[number]

    def _judged(self, number: int) -> overlays.Judged:
        return overlays.judge(number, self._picture(number), self.found[number], self.scored, self.score)

    def _pixels(self, number: int) -> np.ndarray | None:
        if self._last is None or self._last[0] != number:
            picture = self._picture(number)
            try:
                self._last = number, pictures.read(picture.path, picture.annotated, FULL_SIZE).pixels
            except pictures.PictureError:
                return None
        return self._last[1]


def _jpeg(image: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()


def _predictions(raw: Sequence[Detections], truth: TruthSet) -> bytes:
    """COCO results with the ids of the set's own COCO file where it has one."""
    ids = {name: number for number, name in truth.image_ids.items()}
    known = {name: number for number, name in truth.category_ids.items()}
    labels = sorted({label for found in raw for label in found.labels})
    free = (number for number in range(1, 10**6) if number not in truth.category_ids)
    numbers = {label: known[label] if label in known else next(free) for label in labels}
    entries = []
    for place, (picture, found) in enumerate(zip(truth.pictures, raw, strict=True), 1):
        shape = (picture.height, picture.width)
        entries += coco_results.entries(found, ids.get(picture.name, place), picture.name, shape, numbers)
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()
