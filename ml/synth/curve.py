"""The curve of a training: kept with the saved state, written as a table and drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dataset.files import write_atomic

from ..crops.store import write_table
from ..evaluate.charts import FAINT, GRID, PALETTE, Chart

TABLE, PICTURE = "curve.csv", "curve.png"
EVERY = 10
"""Steps that a row of the table is the mean of."""
_AREA = (62, 76, 16, 46)
"""Left, top, right, bottom margins around the plot, in the chart's units."""


class Curve:
    """Means of the loss and its parts over every ``EVERY`` steps; survives an interruption to the bit."""

    def __init__(self, saved: Mapping[str, Any] | None = None) -> None:
        """``saved``: what ``tree`` gave."""
        found = saved or {}
        self.rows: list[dict[str, float]] = [dict(row) for row in found.get("rows", ())]
        """{"step": steps done, "rate": of the last one, "loss": mean, part: mean ...}, in order."""
        self._sums: dict[str, float] = dict(found.get("sums", {}))
        self._count = int(found.get("count", 0))

    def tree(self) -> dict[str, Any]:
        """Plain values, to be saved with weights and optimiser."""
        return {"rows": self.rows, "sums": self._sums, "count": self._count}

    def add(self, step: int, last: bool, rate: float, loss: float, parts: Mapping[str, float]) -> bool:
        """Take in a step, ``step`` done with it; whether that completed a row."""
        for name, value in {"loss": loss, **parts}.items():
            self._sums[name] = self._sums.get(name, 0.0) + value
        self._count += 1
        if step % EVERY and not last:
            return False
        means = {name: value / self._count for name, value in self._sums.items()}
        self.rows.append({"step": step, "rate": rate, **means})
        self._sums, self._count = {}, 0
        return True

    def write(self, folder: Path, title: str) -> None:
        """curve.csv and curve.png. Raises ``OutputError``."""
        if not self.rows:
            return
        names = list(self.rows[0])
        lines = [[f"{row.get(name, math.nan):.6g}" for name in names] for row in self.rows]
        write_table(folder / TABLE, names, lines)
        write_atomic(folder / PICTURE, chart(self.rows, title).png())


def chart(rows: Sequence[Mapping[str, float]], title: str) -> Chart:
    """Loss and parts over the steps, on a logarithmic scale."""
    found = Chart(title=title)
    left, top, right, bottom = _AREA[0], _AREA[1], found.width - _AREA[2], found.height - _AREA[3]
    names = [name for name in rows[0] if name not in ("step", "rate")]
    # One part that is the loss itself needs no line of its own.
    names = [name for name in names if name == "loss" or any(abs(r[name] - r["loss"]) > 1e-6 for r in rows)]
    values = [row[name] for row in rows for name in names if row[name] > 0]
    low, high = (math.log10(bound(values, default=1.0)) for bound in (min, max))
    low, high = (low, high) if high - low > 0.1 else (low - 0.1, high + 0.1)
    last = max(row["step"] for row in rows)

    def at(step: float, value: float) -> tuple[float, float]:
        share = (math.log10(max(value, 10**low)) - low) / (high - low)
        return left + step / last * (right - left), bottom - share * (bottom - top)

    found.text((left, 20), title, 14)
    found.text((left, 38), f"means of {EVERY} steps, logarithmic scale", 10, FAINT)
    for tick in range(5):
        value = 10 ** (low + tick / 4 * (high - low))
        found.line([at(0, value), at(last, value)], GRID)
        found.text((left - 6, at(0, value)[1] + 4), f"{value:.3g}", 10, FAINT, "end")
        found.text((at(tick / 4 * last, value)[0], bottom + 16), f"{tick / 4 * last:.0f}", 10, FAINT, "middle")
    found.text(((left + right) / 2, found.height - 10), "steps", 11, anchor="middle")
    beside = float(left)
    for place, name in enumerate(names):
        colour = PALETTE[place % len(PALETTE)]
        found.line([at(row["step"], row[name]) for row in rows], colour, 1.8)
        found.line([(beside, 54), (beside + 16, 54)], colour, 2)
        found.text((beside + 21, 58), name, 10)
        beside += 40 + 6 * len(name)
    return found
