"""Charts drawn once and given twice: as SVG for the page, as PNG for everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

import cv2
import numpy as np

from dataset import font

from ..predict import drawing
from .curves import BINS, Calibration, Curve
from .match import Tally

Point = tuple[float, float]
Colour = tuple[int, int, int]
"""Red, green, blue."""

INK, FAINT, GRID, PAPER = (28, 32, 38), (110, 117, 126), (226, 229, 233), (255, 255, 255)
OCTAVES = (0, 8, 16, 32, 64, 128, 256, 1 << 16)
"""Classes of size of a chart, by the square root of the pixels."""
PALETTE: tuple[Colour, ...] = (
    (31, 99, 180),
    (205, 84, 22),
    (34, 135, 88),
    (142, 68, 160),
    (176, 132, 8),
    (60, 140, 160),
)
WIDTH, HEIGHT = 460, 360
_FINE = 2
"""Pixels of the PNG a unit of the chart."""
_AREA = (56, 58, 16, 46)
"""Left, top, right, bottom margins around the plot."""


@dataclass
class Chart:
    """Lines, boxes and words in units of about a pixel, (0, 0) at the top left."""

    width: int = WIDTH
    height: int = HEIGHT
    title: str = ""
    items: list[tuple] = field(default_factory=list)

    def line(self, points: Sequence[Point], colour: Colour = INK, weight: float = 1.0, dash: float = 0.0) -> None:
        """A polyline; ``dash``: length of dashes and gaps, 0 for none."""
        self.items.append(("line", [(float(x), float(y)) for x, y in points], colour, weight, dash))

    def box(self, left: float, top: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        self.items.append(("box", (left, top, width, height), colour))

    def text(self, at: Point, words: str, size: float = 11, colour: Colour = INK, anchor: str = "start") -> None:
        """A line of words, its baseline's start, middle or end at ``at``."""
        self.items.append(("text", at, words, size, colour, anchor))

    def svg(self) -> str:
        """An SVG element."""
        drawn = "".join(_svg(item) for item in self.items)
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" role="img" aria-label="{escape(self.title, True)}">'
            f"{drawn}</svg>"
        )

    def png(self) -> bytes:
        """PNG bytes at twice the size."""
        canvas = np.full((self.height * _FINE, self.width * _FINE, 3), 255, np.uint8)
        for item in self.items:
            _paint(canvas, item)
        return cv2.imencode(".png", canvas[:, :, ::-1])[1].tobytes()


def _svg(item: tuple) -> str:
    kind = item[0]
    if kind == "line":
        _, points, colour, weight, dash = item
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashes = f' stroke-dasharray="{dash:g}"' if dash else ""
        return f'<polyline points="{way}" fill="none" stroke="rgb{colour}" stroke-width="{weight:g}"{dashes}/>'
    if kind == "box":
        (left, top, width, height), colour = item[1:]
        return f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="rgb{colour}"/>'
    (x, y), words, size, colour, anchor = item[1:]
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="rgb{colour}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _paint(canvas: np.ndarray, item: tuple) -> None:
    kind = item[0]
    if kind == "line":
        _, points, colour, weight, dash = item
        thick = max(1, round(weight * _FINE))
        for piece in _dashes(points, dash) if dash else [points]:
            way = np.round(np.array(piece) * _FINE * 16).astype(np.int32)
            cv2.polylines(canvas, [way], False, colour, thick, cv2.LINE_AA, 4)
    elif kind == "box":
        (left, top, width, height), colour = item[1:]
        low = round(left * _FINE), round(top * _FINE)
        high = round((left + width) * _FINE) - 1, round((top + height) * _FINE) - 1
        if high[0] >= low[0] and high[1] >= low[1]:
            cv2.rectangle(canvas, low, high, colour, -1)
    else:
        (x, y), words, size, colour, anchor = item[1:]
        glyphs = font.line(words, size * _FINE * 0.98)
        left = x * _FINE - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * glyphs.shape[1]
        drawing.ink(canvas, glyphs, (round(y * _FINE - glyphs.shape[0] * 7 / 9), round(left)), colour)


def _dashes(points: Sequence[Point], length: float) -> list[list[Point]]:
    """The polyline cut into dashes of ``length`` with gaps as long."""
    way = np.array(points, float)
    steps = np.hypot(*np.diff(way, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    pieces = []
    for start in np.arange(0, along[-1], 2 * length):
        stop = min(start + length, along[-1])
        inner = along[(along > start) & (along < stop)]
        at = np.concatenate([[start], inner, [stop]])
        pieces.append(list(zip(np.interp(at, along, way[:, 0]), np.interp(at, along, way[:, 1]), strict=True)))
    return pieces


class Plot:
    """A chart with both axes from 0 to 1."""

    def __init__(self, title: str, note: str, across: str, up: str, ticks: Sequence[str] = ()) -> None:
        """``ticks``: words under as many equal parts of the lower axis instead of its numbers."""
        self.chart = Chart(title=title)
        self.chart.text((_AREA[0], 20), title, 14)
        self.chart.text((_AREA[0], 38), note, 10, FAINT)
        for tick in np.linspace(0, 1, 6):
            (x, y), (left, bottom) = self.at((tick, tick)), self.at((0, 0))
            right, top = self.at((1, 1))
            self.chart.line([(left, y), (right, y)], GRID)
            if not ticks:
                self.chart.line([(x, top), (x, bottom)], GRID)
                self.chart.text((x, bottom + 16), f"{tick:.1f}", 10, FAINT, "middle")
            self.chart.text((left - 8, y + 4), f"{tick:.1f}", 10, FAINT, "end")
        for place, words in enumerate(ticks):
            x = self.at(((place + 0.5) / len(ticks), 0))[0]
            self.chart.text((x, bottom + 16), words, 10, FAINT, "middle")
        self.chart.text(((left + right) / 2, HEIGHT - 10), across, 11, INK, "middle")
        self.chart.text((8, top - 6), up, 11)

    @staticmethod
    def at(point: Point) -> Point:
        """Where (0..1, 0..1) lies on the chart."""
        left, top, right, bottom = _AREA
        return left + point[0] * (WIDTH - left - right), HEIGHT - bottom - point[1] * (HEIGHT - top - bottom)

    def line(self, points: Sequence[Point], colour: Colour, weight: float = 2.0, dash: float = 0.0) -> None:
        """A line in the plot's units."""
        if len(points) > 1:
            self.chart.line([self.at(point) for point in points], colour, weight, dash)

    def bar(self, low: float, high: float, value: float, colour: Colour) -> None:
        """A bar from 0 up to ``value``."""
        left, top = self.at((low, value))
        right, bottom = self.at((high, 0))
        self.chart.box(left + 1, top, right - left - 2, bottom - top, colour)

    def legend(self, entries: Sequence[tuple[str, Colour, float]]) -> None:
        """(words, colour, dash) below each other, in the corner that the fewest lines cross."""
        wide, high = 44 + 6 * max((len(words) for words, *_ in entries), default=0), 15 * len(entries) + 6
        (left, bottom), (right, top) = self.at((0, 0)), self.at((1, 1))
        corners = [(x, y) for y in (bottom - high - 8, top + 8) for x in (left + 8, right - wide - 8)]
        ways = [item[1] for item in self.chart.items if item[0] == "line" and item[2] != GRID]
        bars = [item[1] for item in self.chart.items if item[0] == "box"]
        ways += [[(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)] for x, y, w, h in bars]
        drawn = [point for way in ways for point in _dense(way)]
        crossed = [sum(x <= px <= x + wide and y <= py <= y + high for px, py in drawn) for x, y in corners]
        x, y = corners[crossed.index(min(crossed))]
        self.chart.box(x, y, wide, high, PAPER)
        for row, (words, colour, dash) in enumerate(entries):
            level = y + 10 + 15 * row
            self.chart.line([(x + 5, level), (x + 27, level)], colour, 2, dash)
            self.chart.text((x + 33, level + 4), words, 10)


def _dense(points: Sequence[Point]) -> list[Point]:
    """Points along a polyline, close enough to tell what it crosses."""
    way = np.array(points, float)
    share = np.linspace(0, 1, 9)[:, None, None]
    return [tuple(point) for point in (way[:-1] + share * np.diff(way, axis=0)).reshape(-1, 2).tolist()]


def precision_recall(lines: Sequence[tuple[str, Curve, float]], note: str) -> Chart:
    """Precision over recall; (name, curve, dash) a line."""
    plot = Plot("Precision over recall", note, "recall", "precision")
    entries = []
    for place, (name, curve, dash) in enumerate(lines):
        colour = PALETTE[place % len(PALETTE)]
        if len(curve.score):
            points = [(0.0, float(curve.precision[0])), *zip(curve.recall, curve.precision, strict=True)]
            plot.line(points, colour, 1.8, dash)
        entries.append((name, colour, dash))
    plot.legend(entries)
    return plot.chart


def threshold(curve: Curve, score: float, note: str) -> Chart:
    """Precision, recall and F1 over the threshold on the score."""
    plot = Plot("What the threshold does", note, "score from which a detection counts", "")
    for values, colour in ((curve.precision, PALETTE[0]), (curve.recall, PALETTE[1]), (curve.f1, PALETTE[2])):
        plot.line(list(zip(curve.score, values, strict=True)), colour, 1.8)
    plot.line([(score, 0.0), (score, 1.0)], FAINT, 1.2, 4)
    words = (("precision", PALETTE[0], 0.0), ("recall", PALETTE[1], 0.0), ("F1", PALETTE[2], 0.0))
    plot.legend([*words, (f"threshold {score:g}", FAINT, 4.0)])
    return plot.chart


def reliability(found: Calibration, note: str) -> Chart:
    """Share of hits over the score."""
    ece = "no detections" if found.ece is None else f"ECE {found.ece:.3f}"
    plot = Plot("Can its scores be believed?", f"{note}, {ece}", "score", "share of hits")
    for place, number in enumerate(found.detections):
        if number:
            low = place / BINS
            plot.bar(low, low + 1 / BINS, float(found.share[place]), (176, 205, 238))
            x, y = plot.at((low + 0.5 / BINS, float(found.share[place])))
            plot.chart.text((x, y - 4), str(int(number)), 9, FAINT, "middle")
    plot.line([(0.0, 0.0), (1.0, 1.0)], FAINT, 1.2, 4)
    used = [place for place, number in enumerate(found.detections) if number]
    plot.line([(float(found.score[p]), float(found.share[p])) for p in used], PALETTE[0], 1.8)
    plot.legend([("as the scores say", FAINT, 4.0), ("as it is (detections a bar)", PALETTE[0], 0.0)])
    return plot.chart


def found_by_size(tallies: Sequence[Tally], score: float, note: str) -> Chart:
    """Recall over the size of what is labelled."""
    size = np.concatenate([item.truth_size for item in tallies]) if tallies else np.zeros(0)
    hit = np.concatenate([item.truth_score >= score for item in tallies]) if tallies else np.zeros(0, bool)
    words = [f"{low}-{high}" for low, high in pairwise(OCTAVES[1:-1])]
    words = [f"below {OCTAVES[1]}", *words, f"from {OCTAVES[-2]}"]
    plot = Plot("What is found, by size", note, "size, pixels (square root of the area)", "recall", words)
    for place, (low, high) in enumerate(pairwise(OCTAVES)):
        own = (size >= low) & (size < high)
        if own.any():
            left, right = (place + 0.1) / len(words), (place + 0.9) / len(words)
            share = float(hit[own].mean())
            plot.bar(left, right, share, (176, 205, 238))
            x, y = plot.at(((left + right) / 2, share))
            plot.chart.text((x, y - 4), f"{int(hit[own].sum())} of {int(own.sum())}", 9, FAINT, "middle")
    return plot.chart
