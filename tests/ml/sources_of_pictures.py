"""Small photos and frames of ours to augment, and the command that does it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np

from dataset import files, outlines, png, records
from dataset.records import Annotation, Record
from dataset.spec import stream
from ml.__main__ import main

SQUARE = [(40, 30), (100, 30), (100, 110), (40, 110)]
BUSY = """
[paste]
chance = 0.6
[weather]
night = 0.2
drops = 0.3
"""


def picture(seed: int, width: int = 160, height: int = 120) -> np.ndarray:
    """Soft random colours, uint8 HxWx3."""
    small = stream(seed, "picture").integers(0, 256, (6, 8, 3), np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def region(ring: list[tuple[float, float]]) -> dict:
    """What VIA says of one outline."""
    points = {"all_points_x": [x for x, _ in ring], "all_points_y": [y for _, y in ring]}
    return {"shape_attributes": {"name": "polygon", **points}, "region_attributes": {"category": "person"}}


def write_via(folder: Path, names: list[str], regions: list[list[tuple[float, float]]] | None = None) -> Path:
    """A bare VIA file: the same outlines on every picture."""
    entries = {}
    for name in names:
        path = folder / name
        size = path.stat().st_size if path.exists() else 1
        entries[f"{name}{size}"] = {
            "filename": name,
            "size": size,
            "file_attributes": {},
            "regions": [region(ring) for ring in (regions or [SQUARE])],
        }
    file = folder / "via_region_data.json"
    file.write_text(json.dumps(entries))
    return file


def make_photos(tmp_path: Path) -> Path:
    """Four photos with one square each."""
    folder = tmp_path / "photos"
    folder.mkdir()
    names = [f"photo{k}.jpg" for k in range(4)]
    for k, name in enumerate(names):
        cv2.imwrite(str(folder / name), picture(k))
    write_via(folder, names)
    return folder


def make_renders(tmp_path: Path) -> Path:
    """Three frames of ours: two people with a helmet each, one of them hidden in part, depth and a sky."""
    folder = tmp_path / "renders"
    for k in range(3):
        masks, parts = np.zeros((120, 160), np.uint16), np.zeros((120, 160), np.uint16)
        masks[40:110, 30 + 5 * k : 60 + 5 * k] = 1
        masks[30:100, 90:120] = 2
        masks[60:70, 100:110] = 0
        parts[40:52, 34 + 5 * k : 54 + 5 * k] = 1
        parts[30:42, 94:114] = 2
        depth = np.full((120, 160), 1500, np.uint16)
        depth[:25], depth[masks == 1], depth[masks == 2] = 65535, 800, 600
        data = cv2.imencode(".jpg", picture(k))[1].tobytes()
        name = f"frame_{k:06d}"

        def found(labels: np.ndarray, number: int, category: str, **more: object) -> Annotation:
            own = labels == number
            polygons, holes = outlines.trace(own)
            pixels = int(own.sum())
            rle = outlines.run_lengths(own) if holes else None
            given = {"amodal_pixels": pixels, **more}
            return Annotation(
                number, category, box=outlines.bounds(own), pixels=pixels, polygons=tuple(polygons), rle=rle, **given
            )

        record = Record(
            name, k, 1, 0, "r", 160, 120, f"images/{name}.jpg", len(data),
            instances=(found(masks, 1, "rescuer"), found(masks, 2, "civilian", visible=0.8, amodal_pixels=2500)),
            parts=(found(parts, 1, "helmet", owner=1), found(parts, 2, "helmet", owner=2)),
            depth_scale=0.01,
        )  # fmt: skip
        files.write_atomic(folder / record.image, data)
        png.write(folder / "masks" / f"{name}.png", masks)
        png.write(folder / "parts" / f"{name}.png", parts)
        png.write(folder / "depth" / f"{name}.png", depth)
        records.write(folder, record)
    return folder


def augment(*arguments: object) -> int:
    """The command in this process."""
    return main(["augment", *map(str, arguments)])


def content(folder: Path) -> dict[str, str]:
    """Digest by file name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
