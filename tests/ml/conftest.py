"""Small labelled data sets to learn from."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from dataset import files, outlines, records
from dataset.records import Annotation, Record
from dataset.spec import stream
from tests.ml.judged_sets import coco_set, predictions
from tests.ml.sources_of_pictures import BUSY, make_renders

WIDTH, HEIGHT = 64, 48
COLOURS = {"rescuer": (40, 120, 240), "civilian": (200, 160, 60)}
HELMET = (40, 230, 240)


@pytest.fixture
def make_frames(tmp_path: Path) -> Callable[..., Path]:
    """Frames of ours: coloured boxes with a helmet each, on noise; ``people`` a frame, ``per_site`` frames a site."""

    def make(name: str = "frames", count: int = 8, people: int = 2, per_site: int = 2, empty: tuple[int, ...] = ()):
        folder = tmp_path / name
        for number in range(count):
            _write_frame(folder, number, 0 if number in empty else people, number // per_site)
        return folder

    return make


def _write_frame(folder: Path, number: int, people: int, site: int) -> None:
    draws = stream(7, "frame", number)
    image = draws.integers(60, 120, (HEIGHT, WIDTH, 3), np.uint8)
    masks, parts = np.zeros((HEIGHT, WIDTH), np.uint16), np.zeros((HEIGHT, WIDTH), np.uint16)
    kinds = []
    for person in range(1, people + 1):
        kinds.append("rescuer" if person % 2 else "civilian")
        left, top = 4 + (person - 1) * WIDTH // people + int(draws.integers(0, 6)), int(draws.integers(2, 14))
        body, helmet = np.s_[top : top + 30, left : left + 16], np.s_[top : top + 7, left + 3 : left + 13]
        masks[body], parts[helmet] = person, person
        image[body], image[helmet] = COLOURS[kinds[-1]], HELMET
    data = cv2.imencode(".png", image)[1].tobytes()
    name = f"frame_{number:06d}"
    record = Record(
        name, number, 1, 0, "r", WIDTH, HEIGHT, f"images/{name}.png", len(data),
        instances=tuple(_found(masks, i, kind) for i, kind in enumerate(kinds, 1)),
        parts=tuple(_found(parts, i, "helmet", owner=i) for i in range(1, people + 1)),
        about={"site": {"index": site, "seed": 100 + site}},
    )  # fmt: skip
    files.write_atomic(folder / record.image, data)
    records.write(folder, record)


def _found(labels: np.ndarray, number: int, category: str, **more: object) -> Annotation:
    own = labels == number
    polygons, _ = outlines.trace(own)
    pixels = int(own.sum())
    return Annotation(
        number,
        category,
        box=outlines.bounds(own),
        pixels=pixels,
        amodal_pixels=pixels,
        polygons=tuple(polygons),
        **more,
    )


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return coco_set(tmp_path / "photos")


@pytest.fixture
def found(tmp_path: Path) -> Path:
    """Site 1: both persons; site 2: the large one, and a false alarm; site 3: nothing; site 4 is empty."""
    return predictions(
        tmp_path / "found.json",
        ("site_1.png", 10, 10, 40, 0.9, "person"),
        ("site_1.png", 90, 10, 20, 0.8, "person"),
        ("site_2.png", 11, 10, 40, 0.7, "person"),
        ("site_2.png", 60, 70, 30, 0.6, "person"),
    )


@pytest.fixture
def as_before() -> Iterator[None]:
    """One thread of torch in the test, and after it threads and signals as they were."""
    torch = pytest.importorskip("torch")
    threads, handlers = torch.get_num_threads(), [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
    for number, handler in zip((signal.SIGINT, signal.SIGTERM), handlers, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def renders(tmp_path: Path) -> Path:
    """Three frames of ours: two people with a helmet each, one of them hidden in part, depth and a sky."""
    return make_renders(tmp_path)


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """A recipe in which much happens."""
    path = tmp_path / "busy.toml"
    path.write_text(BUSY)
    return path
