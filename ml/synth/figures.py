"""The figures of a study's page: what each arm gains and costs, and how the measures fall with damage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..evaluate.charts import FAINT, GRID, INK, PALETTE, Chart, Plot
from .settings import BALANCED

ROW, NAMES = 19, 150
"""Height of an arm's row and width of the arms' names, in the chart's units."""
SIDES = (
    ("new_target", "targets found", 0),
    ("new_taken", "others taken for targets", 1),
    ("new_all", "all classes", 2),
)
"""(column, words, place in the palette) of what is drawn for every arm."""


def trade(table: Mapping[str, Mapping[str, Any]]) -> Chart:
    """Gain and price of every arm in the new domain: a row an arm, a dot a measure, a line one deviation each way.

    ``table``: arm -> {"mean": {column: per cent}, "spread": {...}}.
    """
    high = 74 + ROW * len(table) + 34
    found = Chart(width=560, height=high, title="Gain and price in the new domain")
    left, right, top, bottom = NAMES, found.width - 24, 66, high - 34
    found.text((16, 22), found.title, 14)
    x = 16.0
    for _, words, place in SIDES:
        found.box(x, 36, 9, 9, PALETTE[place])
        found.text((x + 14, 45), words, 11)
        x += 34 + 6.2 * len(words)

    def at(share: float) -> float:
        return left + min(max(share, 0), 100) / 100 * (right - left)

    for tick in range(0, 101, 20):
        found.line([(at(tick), top - 8), (at(tick), bottom)], GRID)
        found.text((at(tick), bottom + 16), f"{tick} %", 10, FAINT, "middle")
    for row, (arm, figures) in enumerate(table.items()):
        y = top + 6 + ROW * row
        found.text((left - 10, y + 4), arm, 10, FAINT if arm.endswith(BALANCED) else INK, "end")
        for column, _, place in SIDES:
            mean, spread = figures["mean"][column], figures["spread"][column]
            if mean == mean:
                found.line([(at(mean - spread), y), (at(mean + spread), y)], PALETTE[place], 1.2)
                found.box(at(mean) - 3.5, y - 3.5, 7, 7, PALETTE[place])
    return found


def falls(kind: str, damages: Sequence[Mapping[str, Any]]) -> Chart:
    """Mean rank of every measure over the steps of one kind of damage, mean of all seeds.

    ``damages``: what ``probe.damage`` gave for each.
    """
    strengths = damages[0]["steps"][kind]["strengths"]
    unit = "pixels" if kind == "blur" else "of 255"
    note = f"mean rank of {damages[0]['crops']} unseen real crops, {len(damages)} seeds"
    found = Plot(f"The scores fall with {kind}", note, f"deviation, {unit}", "rank", [f"{s:g}" for s in strengths])
    measures = [name for name in damages[0]["steps"][kind] if name != "strengths"]
    entries = []
    for place, name in enumerate(measures):
        values = np.mean([damage["steps"][kind][name] for damage in damages], 0)
        colour = PALETTE[place % len(PALETTE)]
        steps = [((k + 0.5) / len(strengths), float(value)) for k, value in enumerate(values)]
        found.line(steps, colour, 2.6 if name == "together" else 1.4)
        rho = float(np.mean([damage[kind][name] for damage in damages]))
        entries.append((f"{name} {rho:+.2f}", colour, 0.0))
    found.legend(entries)
    return found.chart
