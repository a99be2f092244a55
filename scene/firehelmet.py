"""Firefighters' helmets that cover ears and nape: shell with crest and pivots, visor up or down, neck curtain."""

from __future__ import annotations

import numpy as np

from .headgear import TURNS, Skull, lathe_quads, strip_quads
from .meshes import Piece, join

WIDER = 0.007
"""Metres that the shell is wider than an ordinary helmet's."""

DROP = (0.092, 0.108)
"""How far the rim hangs below the brow, over the ears and behind, metres."""

OPEN = (0.80, 1.20)
"""Turn from the front at which the rim begins and ends to drop, radians."""

CURTAIN = 0.125
"""Metres of cloth below the rim behind."""

PIVOT = 1.42
"""Turn from the front to the visor's pivots, radians."""


def _half(size: Skull) -> tuple[float, float]:
    return size.half[0] + WIDER, size.half[1] + WIDER


def _rim(size: Skull, turn: np.ndarray) -> np.ndarray:
    """Height of the rim at turns from the front, metres."""
    aside = np.abs((turn + np.pi) % (2 * np.pi) - np.pi)
    share = np.clip((aside - OPEN[0]) / (OPEN[1] - OPEN[0]), 0, 1)
    share = share * share * (3 - 2 * share)
    behind = np.clip((aside - np.pi / 2) / (np.pi / 2), 0, 1)
    return size.low + 0.006 - share * (DROP[0] + (DROP[1] - DROP[0]) * behind)


def shell(size: Skull) -> Piece:
    """The shell, rest pose; point attribute ``shell``: (turn 0..1, height 0..1, 0) as headgear.helmet's."""
    turn = np.linspace(0, 2 * np.pi, TURNS, endpoint=False)
    sine, cosine = np.sin(turn), np.cos(turn)
    half, rim = _half(size), _rim(size, turn)
    tall = size.top - size.low + 0.040
    peak = 0.10 * np.clip((cosine - 0.45) / 0.55, 0, 1) ** 1.2
    rings = [(0.955 + 0 * turn, rim + 0.012, -0.3), (0.985 + 0 * turn, rim - 0.002, -0.25)]
    rings += [(1.012 + peak, rim - 0.004 - 0.05 * peak, -0.2), (1.012 + peak, rim + 0.003 - 0.05 * peak, -0.15)]
    for share in (0.04, 0.25, 0.5, 0.75):
        inward = 1 - 0.035 * (1 - share) * np.abs(sine) ** 2
        rings.append((inward + peak * (0.2 if share < 0.1 else 0.0), rim + 0.012 + (size.low - rim) * share, -0.05))
    for step in range(1, 16):
        rise = step / 16 * np.pi / 2
        reach = np.cos(rise) ** 0.80
        crest = 0.013 * np.exp(-((sine * half[0] * reach / 0.017) ** 2)) * min(1.0, rise * 2.2)
        high = size.low + 0.014 * (1 - np.sin(rise)) + tall * np.sin(rise) ** 0.95 + crest
        rings.append((reach + 0 * turn, np.maximum(high, rim + 0.016), step / 16))
    rings.append((0.01 + 0 * turn, np.full(TURNS, size.low + tall + 0.013), 1.0))
    points, marks = [], []
    for reach, high, level in rings:
        points.append(np.stack([sine * half[0] * reach, size.centre - cosine * half[1] * reach, high], 1))
        marks.append(np.stack([turn / (2 * np.pi), np.full(TURNS, level), 0 * turn], 1))
    piece = Piece.quads(np.concatenate(points), lathe_quads(len(rings), TURNS), smooth=True)
    piece.points["shell"] = np.concatenate(marks)
    return piece


def fittings(size: Skull) -> Piece:
    """The visor's pivots on both sides and the front plate; material 1 is the plate."""
    half = _half(size)
    around = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    pieces = []
    for side in (1, -1):
        at = np.array([side * np.sin(PIVOT) * half[0], size.centre - np.cos(PIVOT) * half[1], size.low - 0.012])
        rows = []
        for radius, out in ((0.021, -0.004), (0.021, 0.006), (0.017, 0.009), (0.001, 0.009)):
            rows.append(at + np.stack([np.full(20, side * out), np.cos(around) * radius, np.sin(around) * radius], 1))
        quads = lathe_quads(len(rows), 20)
        pieces.append(Piece.quads(np.concatenate(rows), quads if side > 0 else quads[:, ::-1], smooth=True))
    rows = []
    for share in np.linspace(0, 1, 6):
        wide = 0.21 * (1 - 0.55 * share**2)
        turn = np.linspace(-wide, wide, 7)
        rise = (0.10 + 0.36 * share) * np.pi / 2
        reach = np.cos(rise) ** 0.80 * 1.012 + 0.008
        high = size.low + 0.014 + (size.top - size.low + 0.040) * np.sin(rise) ** 0.95
        rows.append(
            np.stack([np.sin(turn) * half[0] * reach, size.centre - np.cos(turn) * half[1] * reach, high + 0 * turn], 1)
        )
    pieces.append(Piece.quads(np.concatenate(rows), strip_quads(6, 7), smooth=True, material=1))
    return join(pieces)


def visor(size: Skull, down: bool) -> Piece:
    """The face shield: before the face, or pushed up over the brow; material 1 is its frame."""
    half = _half(size)
    turn = np.linspace(-1.25, 1.25, 27)
    rows, count = [], 9
    for share in np.linspace(0, 1, count):
        if down:
            reach = 1.075 + 0.035 * np.sin(share * np.pi) - 0.02 * share
            edge = 0.055 * np.clip(np.abs(turn) / 1.25, 0, 1) ** 2 * share
            high = size.low + 0.022 - 0.140 * share + edge
        else:
            # on the shell, as if swung up about the pivots
            rise = np.clip(0.10 + 0.42 * (1 - share), 0, 1) * np.pi / 2
            reach = np.cos(rise) ** 0.80 * 1.05 + 0.05
            aside = np.clip(np.abs(turn) / 1.25, 0, 1) ** 2
            high = size.low + 0.020 + (size.top - size.low + 0.045) * np.sin(rise) * (1 - 0.75 * aside)
        rows.append(
            np.stack([np.sin(turn) * half[0] * reach, size.centre - np.cos(turn) * half[1] * reach, high + 0 * turn], 1)
        )
    quads = strip_quads(count, 27)
    frame = np.zeros(len(quads), int)
    frame[:26] = 1
    return Piece.quads(np.concatenate(rows), quads, smooth=True, material=frame)


def curtain(size: Skull, seed: int) -> Piece:
    """Cloth from the rim over ears and nape to the collar."""
    half, columns, count = _half(size), 41, 9
    turn = np.linspace(OPEN[1] + 0.02, 2 * np.pi - OPEN[1] - 0.02, columns)
    rim = _rim(size, turn)
    behind = np.clip(np.abs(np.sin(turn / 2)), 0, 1)
    rows = []
    for share in np.linspace(0, 1, count):
        wave = 0.030 * np.sin(turn * 7 + seed % 7) * share**1.5
        reach = 0.965 - 0.10 * np.sin(share * np.pi * 0.75) + 0.06 * share**2 + wave
        high = rim + 0.014 - (CURTAIN * (0.72 + 0.28 * behind) + 0.014) * share
        rows.append(np.stack([np.sin(turn) * half[0] * reach, size.centre - np.cos(turn) * half[1] * reach, high], 1))
    points = np.concatenate(rows)
    quads = strip_quads(count, columns)
    return Piece.quads(points, quads, smooth=True)
