"""One training loop for classifier and autoencoders: warm-up, Adam, saved states, exact resumption.

Everything random in step k is drawn from (seed, k), so a saved state is weights, optimiser and a number; a run that was
interrupted goes on to the same bits as one that was not.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor, nn

from dataset.files import write_atomic

from .curve import Curve
from .faults import Stopped, TrainingError

LossOf = Callable[[nn.Module, int], tuple[Tensor, dict[str, float]]]
"""(model, step) -> loss of that step's batch, and parts of it for the log."""


@dataclass(frozen=True)
class Schedule:
    """The learning rate over a run: geometric warm-up from ``first`` to ``rate``, then a cosine down to ``final``."""

    steps: int
    rate: float
    first: float
    warmup: float
    """Share of the steps."""
    final: float
    """Share of ``rate``."""

    def at(self, step: int) -> float:
        """Rate of step 0 .. steps - 1, a plain float."""
        rising = round(self.warmup * self.steps)
        if step < rising and self.first > 0:
            return float(self.first * (self.rate / self.first) ** (step / rising))
        if step < rising:
            return float(self.rate * step / rising)
        share = (step - rising) / max(1, self.steps - rising)
        return float(self.rate * (self.final + (1 - self.final) * 0.5 * (1 + math.cos(math.pi * share))))


@dataclass(frozen=True)
class Guard:
    """What a run does besides learning."""

    stop: Callable[[], bool] = lambda: False
    """Asked between two steps: True ends the run after saving."""
    report: Callable[[int, int, float], None] = lambda step, steps, loss: None
    """Told (steps done, steps in all, mean loss of the last row of the curve) at every saved state."""
    point: Callable[[int, int, float], None] = lambda step, steps, loss: None
    """Told the same at every row of the curve."""
    save_every: int = 200


def precision(wished: str) -> torch.dtype:
    """ "auto": bfloat16 on a GPU, or on a CPU that multiplies matrices in it; float32 elsewhere."""
    if wished == "auto":
        fast = torch.cuda.is_available() or "amx" in _processor() or "avx512_bf16" in _processor()
        return torch.bfloat16 if fast else torch.float32
    return torch.bfloat16 if wished == "bfloat16" else torch.float32


def _processor() -> str:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def device() -> torch.device:
    """The GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def best_start(
    build: Callable[[int], nn.Module],
    loss_of: LossOf,
    draws: int,
    steps: int,
    rate: float,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[nn.Module, list[float]]:
    """Numerical warm-up: of ``draws`` initial weights the one that a few steps at a tiny rate serve best.

    ``build(draw)`` makes the model with the weights of that draw; all draws see the same batches. Returns the best
    model as these steps left it and each draw's mean loss over its last quarter. Raises ``TrainingError`` when no draw
    has a finite loss, ``Stopped`` when asked to stop.
    """
    if draws == 1 or steps == 0:
        return build(0), []
    best, losses = None, []
    for draw in range(draws):
        model = build(draw)
        optimiser = torch.optim.Adam(model.parameters(), lr=rate)
        last = []
        for step in range(steps):
            if stop():
                raise Stopped
            loss, _ = _learn(model, optimiser, loss_of, step)
            if step >= steps - max(1, steps // 4):
                last.append(loss)
        losses.append(sum(last) / len(last) if last else math.inf)
        if math.isfinite(losses[-1]) and losses[-1] <= min(losses[:-1], default=math.inf):
            best = model
    if best is None:
        raise TrainingError(f"none of {draws} starts has a finite loss: lower first_rate, or look at the crops")
    return best, losses


def fit(
    model: nn.Module, loss_of: LossOf, schedule: Schedule, state: Path, mark: str, guard: Guard | None = None
) -> Curve:
    """Train ``model`` in place to the last step; returns the curve of the whole run.

    ``state``: file of the saved state, continued when it holds a run of the same ``mark`` (the fingerprint of
    everything that decides the outcome). Raises ``TrainingError`` when the loss is not finite or the file holds another
    run, ``Stopped`` when asked to stop, the state saved.
    """
    guard = guard or Guard()
    optimiser = torch.optim.Adam(model.parameters(), lr=schedule.at(0))
    step, curve = 0, Curve()
    if state.exists():
        saved = load_state(state)
        if saved.get("mark") != mark:
            raise TrainingError(f"{state} was trained with other settings or crops: choose another folder")
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        step, curve = int(saved["step"]), Curve(saved.get("curve"))
    while step < schedule.steps:
        if guard.stop():
            save_state(state, model, optimiser, step, mark, curve)
            raise Stopped
        rate = schedule.at(step)
        for group in optimiser.param_groups:
            group["lr"] = rate
        loss, parts = _learn(model, optimiser, loss_of, step)
        if not math.isfinite(loss):
            shown = ", ".join(f"{name} {value:.3g}" for name, value in parts.items())
            kept = "the last good state is kept" if state.exists() else "nothing was saved yet"
            raise TrainingError(
                f"the loss is {loss} at step {step} ({shown}): lower the learning rate ({schedule.rate:g}); {kept}"
            )
        step += 1
        if curve.add(step, step == schedule.steps, rate, loss, parts):
            guard.point(step, schedule.steps, curve.rows[-1]["loss"])
        if step % guard.save_every == 0 or step == schedule.steps:
            save_state(state, model, optimiser, step, mark, curve)
            guard.report(step, schedule.steps, curve.rows[-1]["loss"] if curve.rows else loss)
    return curve


def weights_of(path: Path) -> dict[str, Any]:
    """A kept model: what ``load_state`` gives, its weights finite. Raises ``TrainingError``."""
    saved = load_state(path)
    weights = saved.get("model", {})
    if not all(torch.isfinite(value).all() for value in weights.values() if value.is_floating_point()):
        raise TrainingError(f"{path}: its weights are no numbers; train again with a lower learning rate")
    return saved


def steps_done(path: Path) -> int:
    """Steps of the saved state at ``path``; 0 where there is none. Raises ``TrainingError``."""
    return int(load_state(path).get("step", 0)) if path.exists() else 0


def _learn(
    model: nn.Module, optimiser: torch.optim.Optimizer, loss_of: LossOf, step: int
) -> tuple[float, dict[str, float]]:
    """One step; the weights stay as they are when the loss is not finite."""
    model.train()
    loss, parts = loss_of(model, step)
    value = float(loss.detach())
    if math.isfinite(value):
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1e3)
        optimiser.step()
    return value, parts


def save_state(
    path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, step: int, mark: str, curve: Curve
) -> None:
    """Write everything that a continued run needs, atomically. Raises ``OutputError``."""
    data = io.BytesIO()
    state = {"step": step, "mark": mark, "model": model.state_dict(), "optimiser": optimiser.state_dict()}
    torch.save(state | {"curve": curve.tree()}, data)
    write_atomic(path, data.getvalue())


def load_state(path: Path) -> dict[str, Any]:
    """A saved state or weights file, on the CPU. Raises ``TrainingError``."""
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise TrainingError(f"{path}: {error.strerror}; train first") from error
    except (RuntimeError, UnpicklingError, zipfile.BadZipFile, EOFError, KeyError) as error:
        raise TrainingError(f"{path}: not a saved state; delete it and train again") from error
