"""What is derived from an augmented set's records: VIA project and annotations, COCO, contact sheet, the wishes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from dataset import export
from dataset.files import write_atomic

from . import recipe
from .recipe import Recipe

WISHES = "augment.toml"


def derive(folder: Path, wishes: Recipe) -> None:
    """Write the merged files of all records in the folder. Raises ``OutputError`` or ``RecordError``."""
    export.derive(folder, None, _read, jpeg)
    name = Path(wishes.pixels.pipeline).name  # no machine's paths in a data set
    shown = replace(wishes, pixels=replace(wishes.pixels, pipeline=name))
    write_atomic(folder / WISHES, recipe.dumps(shown).encode())


def jpeg(image: np.ndarray, _path: Path) -> bytes:
    """JPEG of uint8 HxWx3 RGB."""
    return cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


def _read(path: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
