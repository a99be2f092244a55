"""A run's folder, and the trained network in it.

    config.json       {"format", "network": ml/network/design.py, "training": ml/train/config.py}
    environment.json  versions of everything that computes, the machine's kind
    log.jsonl         a JSON object a line: losses, rate, seconds; validation figures
    best.pt           averaged weights with the best validation figure so far
    last.pt           everything to go on from: raw and averaged weights, optimiser, position
    card.md           what it learned from, how, how well, and where it ends

Checkpoints are trees of tensors and plain values, read with ``weights_only=True``: a file that holds code is refused.
"""

from __future__ import annotations

import errno
import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torchvision.models.detection import MaskRCNN

from dataset.files import write_atomic

from . import design as designs
from .design import Design, DesignError
from .model import build

FORMAT = 1
KIND = "rescue-synth mask r-cnn"
CONFIG, ENVIRONMENT, LOG, CARD = "config.json", "environment.json", "log.jsonl", "card.md"
BEST, LAST = "best.pt", "last.pt"


class CheckpointError(Exception):
    """A checkpoint that can't be used; the message names the file and says why."""


@dataclass(frozen=True)
class Trained:
    """A trained network, ready to look at pictures."""

    model: MaskRCNN
    """In evaluation mode, averaged weights. Takes a list of float RGB pictures 3xHxW in 0..1, any sizes; gives a dict
    each, best first: ``boxes`` float Nx4 (left, top, right, bottom), ``labels`` int64 N, ``scores`` float N, ``masks``
    float Nx1xHxW in 0..1, in the pixels of the picture given. Stock torchvision modules: can be scripted and traced."""
    categories: tuple[str, ...]
    """Label ``i + 1`` is ``categories[i]``."""
    size: int
    """Pixels of the longer side that pictures are brought to inside the network."""
    config: dict[str, Any]
    """As in config.json: ``network`` and ``training``."""
    run: Path
    step: int
    """Training steps behind these weights."""
    figures: dict[str, float]
    """Validation figures of these weights; empty where none were measured."""

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return next(self.model.parameters()).device


def choose_device(wish: str = "auto") -> torch.device:
    """``auto``: CUDA where there is one, else the CPU. Raises ``CheckpointError`` for a device that is not there."""
    if wish == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(wish)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0] if str(error) else "not there"
        raise CheckpointError(f"device {wish!r}: {reason}; use cpu, cuda, cuda:N or auto") from error
    return device


def load(run: Path, device: str = "auto", weights: Literal["best", "last"] = "best") -> Trained:
    """The trained network of a run's folder (or of one of its .pt files). Raises ``CheckpointError``.

    ``best`` falls back to ``last`` in a run that was stopped before its first validation.
    """
    run = Path(run)
    if run.is_file():
        file, run = run, run.parent
    else:
        file = run / (BEST if weights == "best" else LAST)
        if weights == "best" and not file.exists() and (run / LAST).exists():
            file = run / LAST
    state = read(file)
    place = choose_device(device)
    design = design_of(state, file)
    model = build(design)
    try:
        model.load_state_dict(state["averaged"])
    except (RuntimeError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{file}: its weights don't fit its design ({_line(error)}); train again") from error
    model.to(place).eval()
    figures = {str(key): float(value) for key, value in state.get("figures", {}).items()}
    return Trained(model, design.categories, design.size, state["config"], run, int(state["step"]), figures)


def design_of(state: Mapping[str, Any], file: Path) -> Design:
    """The design that a checkpoint's weights belong to. Raises ``CheckpointError``."""
    try:
        return designs.parse(state["config"]["network"])
    except (KeyError, TypeError, DesignError) as error:
        raise CheckpointError(f"{file}: its network can't be built ({_line(error)})") from error


def read(file: Path) -> dict[str, Any]:
    """A checkpoint of ours, tensors on the CPU. Raises ``CheckpointError``."""
    state = read_tensors(file)
    if not isinstance(state, dict) or state.get("kind") != KIND:
        raise CheckpointError(f"{file}: not a checkpoint of `python -m ml train`; give the folder of a run")
    if state.get("format") != FORMAT:
        raise CheckpointError(f"{file}: format {state.get('format')!r}, this version reads {FORMAT}")
    return state


def read_tensors(file: Path) -> Any:
    """Whatever tensors and plain values a file holds, on the CPU; never runs code in it. Raises ``CheckpointError``."""
    try:
        return torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise CheckpointError(f"{file}: no such checkpoint; give the folder of a run of `python -m ml train`") from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # torch looked for the end of its archive before the file's start
            raise CheckpointError(f"{file}: cut off; copy it again") from error
        raise CheckpointError(f"{file}: {error.strerror or error}") from error
    except pickle.UnpicklingError as error:
        if "weights_only" in str(error).lower() or "unsupported" in str(error).lower():
            raise CheckpointError(
                f"{file}: refused, it holds more than weights and could run code; use a checkpoint of this project or "
                "a plain state dict"
            ) from error
        raise CheckpointError(f"{file}: not a checkpoint, or cut off; copy it again") from error
    except (RuntimeError, EOFError, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise CheckpointError(f"{file}: cut off or damaged ({_line(error)}); copy it again") from error


def write(file: Path, state: Mapping[str, Any]) -> None:
    """Write a checkpoint atomically. Raises ``dataset.files.OutputError``."""
    buffer = io.BytesIO()
    torch.save({"kind": KIND, "format": FORMAT, **state}, buffer)
    write_atomic(file, buffer.getbuffer())


def _line(error: BaseException) -> str:
    """The first line of an error that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:160]
