"""What is derived from an augmented set's records: VIA project, bare VIA annotations, COCO."""

from __future__ import annotations

from pathlib import Path

from dataset import coco, records, via
from dataset.files import write_atomic


def derive(folder: Path) -> None:
    """Write the merged files of all records in the folder. Raises ``OutputError`` or ``RecordError``."""
    found = records.read_all(folder)
    names = via.categories(found)
    write_atomic(folder / "via_project.json", via.encode(via.project(found, names)))
    write_atomic(folder / "via_region_data.json", via.encode(via.metadata(found)))
    write_atomic(folder / "coco.json", via.encode(coco.encode_instances(found, names)))
