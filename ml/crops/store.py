"""A set of crops on disk: SPLIT/CLASS/NAME.png, and crops.csv, which says where each one comes from.

Any folder of pictures in CLASS or SPLIT/CLASS folders can be read, with or without the table.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from dataset.files import write_atomic

from .frames import CropsError
from .split import SPLITS

TABLE = "crops.csv"
COLUMNS = ("file", "split", "class", "scene", "source", "left", "top", "width", "height")
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")


@dataclass(frozen=True)
class CropSet:
    """Crops in memory. All arrays have the same length n."""

    classes: tuple[str, ...]
    pixels: np.ndarray
    """uint8 n x size x size x 3, RGB."""
    labels: np.ndarray
    """int64 n: index into ``classes``."""
    names: tuple[str, ...]
    """Path within the folder: unique."""
    scenes: tuple[str, ...]
    """What was photographed; its own name where the set does not say it."""
    splits: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=(), compare=False)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def counts(self) -> dict[str, int]:
        """Class -> number of crops."""
        return {name: int((self.labels == index).sum()) for index, name in enumerate(self.classes)}

    def take(self, chosen: np.ndarray | Sequence[int]) -> CropSet:
        """Only these, by index or mask, in this order."""
        chosen = np.asarray(chosen)
        index = np.flatnonzero(chosen) if chosen.dtype == bool else chosen.astype(np.int64)
        pick = index.tolist()
        return replace(
            self,
            pixels=self.pixels[index],
            labels=self.labels[index],
            names=tuple(self.names[k] for k in pick),
            scenes=tuple(self.scenes[k] for k in pick),
            splits=tuple(self.splits[k] for k in pick),
            problems=(),
        )

    def of_split(self, split: str) -> CropSet:
        """Only one split's."""
        return self.take(np.array([place == split for place in self.splits], bool))

    def of_classes(self, names: Sequence[str]) -> CropSet:
        """Only these classes'; the list of classes stays."""
        return self.take(np.isin(self.labels, [self.classes.index(name) for name in names]))

    def of_class(self, name: str) -> CropSet:
        """Only one class's; the list of classes stays."""
        return self.take(self.labels == self.classes.index(name))


def read(
    folder: Path, size: int, classes: Sequence[str] | None = None, limit: int = 0, partly: bool = False
) -> CropSet:
    """Every crop of a folder at ``size``; damaged ones are left out and named in ``problems``.

    ``classes``: only these, in this order (default: all, sorted). ``limit``: at most so many a split and class, the
    first by name; 0 all. ``partly``: a folder may lack some of ``classes``. Raises ``CropsError``.
    """
    if not folder.is_dir():
        raise CropsError(f"{folder}: no such folder; make it with `python -m ml crops`")
    scenes = _scenes(folder)
    places = [place for place in SPLITS if (folder / place).is_dir()]
    roots = [(place, folder / place) for place in places] or [("", folder)]
    found = sorted({path.name for _, root in roots for path in root.iterdir() if path.is_dir()})
    wanted = tuple(classes) if classes else tuple(found)
    missing = [name for name in wanted if name not in found]
    if not found or (missing and not partly) or len(missing) == len(wanted):
        raise CropsError(
            f"{folder}: no folder of class {', '.join(missing) or 'any'}; it has {', '.join(found) or 'none'}"
        )
    pixels, labels, names, places_, problems = [], [], [], [], []
    for place, root in roots:
        for label, name in enumerate(wanted):
            files = sorted(f for f in (root / name).glob("*") if f.suffix.lower() in PICTURES)
            for file in files[: limit or None]:
                crop = _crop(file, size)
                if crop is None:
                    problems.append(f"{file}: not a picture that can be read: left out")
                    continue
                pixels.append(crop)
                labels.append(label)
                names.append(file.relative_to(folder).as_posix())
                places_.append(place)
    if not pixels:
        raise CropsError(f"{folder}: no crop in it that can be read" + "".join(f"\n  {p}" for p in problems[:10]))
    own = tuple(scenes.get(name, name) for name in names)
    return CropSet(
        wanted, np.stack(pixels), np.array(labels, np.int64), tuple(names), own, tuple(places_), tuple(problems)
    )


def join(first: CropSet, *others: CropSet) -> CropSet:
    """All crops of sets with the same classes and size, in order."""
    sets = (first, *others)
    return CropSet(
        first.classes,
        np.concatenate([found.pixels for found in sets]),
        np.concatenate([found.labels for found in sets]),
        tuple(name for found in sets for name in found.names),
        tuple(scene for found in sets for scene in found.scenes),
        tuple(place for found in sets for place in found.splits),
    )


def of_pixels(classes: tuple[str, ...], name: str, pixels: np.ndarray, origin: str) -> CropSet:
    """Crops of one class that lie in no folder; ``origin`` begins their names and names their scene."""
    names = tuple(f"{origin}/{name}/{k:06d}" for k in range(len(pixels)))
    labels = np.full(len(pixels), classes.index(name), np.int64)
    return CropSet(classes, pixels, labels, names, (origin,) * len(pixels), ("train",) * len(pixels))


def _crop(file: Path, size: int) -> np.ndarray | None:
    try:
        data = np.frombuffer(file.read_bytes(), np.uint8)
        image = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    except (OSError, cv2.error):
        return None
    if image is None:
        return None
    if image.shape[:2] != (size, size):
        shrinks = min(image.shape[:2]) >= size
        image = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def _scenes(folder: Path) -> dict[str, str]:
    table = folder / TABLE
    if not table.is_file():
        return {}
    try:
        with open(table, newline="", encoding="utf-8") as file:
            return {row["file"]: row["scene"] for row in csv.DictReader(file)}
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
        raise CropsError(f"{table}: not a table of crops ({error}); cut the crops again") from error


def png(crop: np.ndarray) -> bytes:
    """PNG of uint8 HxWx3 RGB."""
    return cv2.imencode(".png", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR))[1].tobytes()


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV file, atomically. Raises ``OutputError``."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    write_atomic(path, text.getvalue().encode())
