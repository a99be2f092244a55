"""How far a run is: from steps to progress, learning rate and strength of augmentation."""

from __future__ import annotations

import math
from dataclasses import dataclass

FLOOR = 0.01
"""Share of the learning rate that is left at the end of the cosine."""
STRONG_FROM = 0.4
"""Progress from which ``schedule`` augments strongly."""
MEASURED = 12
"""Steps after which a run that was given minutes knows how many steps they hold."""
_SLACK = 0.05
"""Share by which the forecast must be off before the plan is changed."""


@dataclass(frozen=True)
class Plan:
    """Progress as a function of the step. A run by time changes its plan now and then; then it is a new line."""

    step: int = 0
    progress: float = 0.0
    """At ``step``."""
    total: int = 0
    """Steps at the end; 0: not known yet."""

    def at(self, step: int) -> float:
        """Progress 0..1 when ``step`` steps are behind."""
        if not self.total:
            return 0.0
        left = self.total - self.step
        return 1.0 if left <= 0 else min(1.0, self.progress + (1 - self.progress) * max(0, step - self.step) / left)

    def moved(self, step: int, total: int) -> Plan:
        """The plan from ``step`` on, with another end; at least one step is left."""
        return Plan(step, self.at(step), max(total, step + 1))

    def rate(self, step: int, warm_up: int) -> float:
        """Share of the learning rate for the step after ``step`` steps: linear warm-up, then a cosine."""
        warm = min(1.0, (step + 1) / (warm_up + 1))
        return warm * (FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * self.at(step))))


def strength(augment: str, progress: float) -> str:
    """``none``, ``weak`` or ``strong`` for a picture shown at this progress."""
    if augment == "schedule":
        return "strong" if progress >= STRONG_FROM else "weak"
    return augment


def forecast(plan: Plan, step: int, seconds_a_step: float, seconds_left: float) -> Plan:
    """The plan, changed where the time that is left holds clearly more or fewer steps than it says."""
    total = step + max(1, int(seconds_left / max(seconds_a_step, 1e-6)))
    if plan.total and abs(total - plan.total) <= max(1, _SLACK * (plan.total - step)):
        return plan
    return plan.moved(step, total)
