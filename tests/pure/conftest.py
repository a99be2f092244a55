"""A small data set of ours on disk, made by the same functions that the renderer calls."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from dataset import export, labels, png, records
from dataset.recipe import Labels
from dataset.records import Record

HEIGHT, WIDTH = 90, 120
TABLE = {
    2: labels.Piece(20, "rescuer"),
    3: labels.Piece(20, "rescuer", "helmet"),
    5: labels.Piece(7, "civilian"),
    8: labels.Piece(31, "rescuer"),
    9: labels.Piece(31, "rescuer", "vest"),
}


def object_indices() -> np.ndarray:
    """uint16 HxW: a rescuer with a helmet in two pieces behind a pole, a civilian with a hole, a tiny rescuer."""
    ids = np.zeros((HEIGHT, WIDTH), np.uint16)
    ids[20:70, 10:40] = 2
    ids[20:30, 15:35] = 3
    ids[:, 24:27] = 0
    ids[50:, 60:100] = 5
    ids[60:70, 70:80] = 0
    ids[10:13, 100:104] = 8
    ids[11, 101:103] = 9
    ids[0, 0] = 77  # an object that is not labelled
    return ids


@dataclass(frozen=True)
class Sample:
    """One frame in memory."""

    record: Record
    labelled: labels.Labelled
    image: np.ndarray


def frame(index: int = 0, policy: Labels | None = None) -> Sample:
    """The frame's record and labels; ``bytes`` stays 0 until it is written."""
    depth = np.full((HEIGHT, WIDTH), np.inf, np.float32)
    depth[20:70, 10:40] = np.linspace(9, 12, 50)[:, None]
    amodal = {(20, ""): labels.Amodal(1650, 2000, True), (31, ""): labels.Amodal(12, 1200, False)}
    labelled = labels.label(
        object_indices(), TABLE, policy=policy, depth=depth, amodal=amodal, about={20: {"pose": "stand"}}
    )
    name = f"rescue_{index:06d}"
    record = Record(
        name, index, 1, 0, "f" * 16, WIDTH, HEIGHT, f"images/{name}.jpg", 0,
        labelled.instances, labelled.part_annotations,
    )  # fmt: skip
    image = np.random.default_rng(index).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    return Sample(record, labelled, image)


def read_image(path: Path) -> np.ndarray:
    return cv2.imread(str(path))[..., ::-1]


def encode_jpeg(image: np.ndarray, path: Path) -> bytes:
    return cv2.imencode(path.suffix, image[..., ::-1])[1].tobytes()


def write_set(folder: Path, count: int = 3, policy: Labels | None = None) -> list[Record]:
    """A whole folder of ``count`` frames, derived files included."""
    for index in range(count):
        sample = frame(index, policy)
        data = encode_jpeg(sample.image, Path("a.jpg"))
        record = replace(sample.record, bytes=len(data))
        (folder / "images").mkdir(parents=True, exist_ok=True)
        (folder / record.image).write_bytes(data)
        png.write(folder / "masks" / f"{record.name}.png", sample.labelled.masks)
        png.write(folder / "parts" / f"{record.name}.png", sample.labelled.parts)
        for word, shape in labels.silhouettes(sample.labelled.masks, record.instances).items():
            png.write(folder / "silhouettes" / word / f"{record.name}.png", shape)
        records.write(folder, record)
    return export.derive(folder, None, read_image, encode_jpeg)


@pytest.fixture
def sample() -> Sample:
    """One frame in memory."""
    return frame()


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole data set of three frames, only to be read."""
    folder = tmp_path_factory.mktemp("finished") / "set"
    write_set(folder)
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    return Path(shutil.copytree(finished, tmp_path / "set"))
