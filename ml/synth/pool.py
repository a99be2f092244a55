"""What one autoencoder made for one target class, in one file: a study draws once and trains many arms on it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dataset.files import write_atomic

from . import quality
from .faults import TrainingError
from .quality import Quality


@dataclass(frozen=True)
class Pool:
    """Crops made for one target class."""

    made: np.ndarray
    """uint8 n x S x S x 3, as drawn."""
    judged: Quality
    """Of ``made``."""
    moved: np.ndarray
    """uint8 m x S x S x 3: old crops moved to the new domain; empty where there are none."""
    others: np.ndarray
    """uint8 k x S x S x 3: old crops of the other classes, moved the same way."""
    other_labels: np.ndarray
    """int64 k: the classes of ``others``."""


def write(path: Path, pool: Pool) -> None:
    """Keep a pool. Raises ``OutputError``."""
    data = io.BytesIO()
    arrays = {name: getattr(pool, name) for name in ("made", "moved", "others", "other_labels")}
    judged = {f"q_{name}": getattr(pool.judged, name) for name in quality.columns()}
    np.savez_compressed(data, **arrays, **judged)
    write_atomic(path, data.getvalue())


def read(path: Path) -> Pool:
    """A pool as it was written. Raises ``TrainingError``."""
    try:
        with np.load(path) as found:
            judged = Quality(*(found[f"q_{name}"] for name in quality.columns()))
            return Pool(found["made"], judged, found["moved"], found["others"], found["other_labels"])
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{path}: damaged ({error}); delete its folder and run again") from error
