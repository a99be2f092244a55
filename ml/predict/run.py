"""From pictures to what was found in them: overlays, COCO results and, where wished, a labelled folder for VIA.

coco_results.json          all detections in COCO's form, with the pictures' own names
overlays/NAME.jpg          the pictures with what was found drawn in
found/NAME.json            one picture's detections: a run that was stopped goes on from these
images/ masks/ ...         with --via: the folder of a labelled data set, via_project.json in it
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from dataset import export, preview, records, via
from dataset.files import OutputError, explain, write_atomic
from jobs import child
from jobs.voice import Voice

from ..annotate import safe_names
from ..augment import pictures
from ..augment.files import jpeg
from ..augment.pictures import PictureError
from . import labelled, results
from .detections import Detections
from .detector import Detector
from .drawing import Frame, view_of
from .overlap import distinct
from .tiles import wish

FOUND, OVERLAYS, RESULTS = "found", "overlays", "coco_results.json"
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")
FULL_SIZE = 1 << 16
"""Pictures are looked at in their full size."""
WIDTHS = (960, 1600)
"""Longer side of an overlay, pixels: small pictures are enlarged, or the words would hide them."""


class PredictError(Exception):
    """Wrong input; the message says what to do."""


@dataclass(frozen=True)
class Job:
    """What is looked for, where, and what becomes of it."""

    detector: Detector
    output: Path
    via: bool
    score: float
    simplify: float
    parts: tuple[str, ...]
    fingerprint: str

    @property
    def ids(self) -> dict[str, int]:
        """COCO's category ids: the network's labels."""
        return {name: number for number, name in enumerate(self.detector.categories, 1)}


def predict(args: argparse.Namespace) -> int:
    """The whole command; raises what ``command.run`` catches. Exit code 1: some pictures could not be read."""
    _check(args)
    paths = listed(args.images)
    names = safe_names([path.stem for path in paths])
    leash = child.Leash(watch_stdin=args.json)
    detector = Detector(
        args.run, args.device, args.weights, size=args.image_size, tiling=wish(args.tiles), floor=args.score
    )
    parts = tuple(part.strip() for part in args.parts.split(",") if part.strip())
    job = Job(detector, args.output, args.via, args.score, args.simplify, parts, _fingerprint(args, detector))
    prepare(job)
    voice = Voice("predict", args.json)
    voice.event("start", total=len(paths))
    made, there, instances, problems = 0, 0, 0, []
    for index, (path, name) in enumerate(zip(paths, names, strict=True)):
        if leash.pulled:
            break
        start = time.perf_counter()
        known = _known(job, name, path)
        problem = ""
        try:
            number = len(known) if known is not None else look(job, index, name, path)
            there, made, instances = there + (known is not None), made + (known is None), instances + number
        except PictureError as error:
            problem = str(error)
            problems.append(problem)
            voice.warn(problem)
        image = "" if problem else str((job.output / OVERLAYS / f"{name}.jpg").resolve())
        seconds = round(time.perf_counter() - start, 4)
        voice.event("frame", index=index, image=image, seconds=seconds, problem=problem)
        voice.count(f"{index + 1} of {len(paths)}")
    finish(job)
    left = "" if made + there + len(problems) == len(paths) else " (stopped: the same command goes on)"
    words = f"{made} pictures looked at, {there} were there{left}; {instances} things found; {args.output}"
    totals = {"made": made, "there": there, "instances": instances, "problems": len(problems)}
    voice.done(words, total=len(paths), **totals)
    return 1 if problems else 0


def _check(args: argparse.Namespace) -> None:
    if not 0 <= args.score <= 1 or not 0.5 <= args.simplify <= 1:
        raise PredictError(f"--score {args.score:g} --simplify {args.simplify:g}: from 0 to 1, and from 0.5 to 1")
    folder = args.images if args.images.is_dir() else args.images.parent
    if args.output.resolve() == folder.resolve():
        raise PredictError(f"--output {args.output}: choose a folder of its own, not that of the pictures")


def listed(path: Path) -> list[Path]:
    """The picture, or all pictures of a folder by name. Raises ``PredictError``."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise PredictError(f"--images {path}: no such file or folder")
    found = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
    if not found:
        raise PredictError(f"--images {path}: no pictures in it ({', '.join(SUFFIXES)})")
    return found


def _fingerprint(args: argparse.Namespace, detector: Detector) -> str:
    """What the answers depend on: another run, threshold or size would give others."""
    trained = detector.trained
    wishes = [str(trained.run.resolve()), trained.step, args.weights, args.score, detector.size, detector.tiling]
    wishes += [args.simplify, args.parts, list(trained.categories), trained.config]
    return blake2b(json.dumps(wishes, sort_keys=True, default=str).encode(), digest_size=8).hexdigest()


def prepare(job: Job) -> None:
    """Make sure that the folder can be written and holds nothing that would be lost.

    Raises ``PredictError`` or ``OutputError``.
    """
    folder = job.output
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(explain(folder, error)) from error
    for path in sorted((folder / records.FRAMES).glob("*.json")):
        try:
            made = records.read(path).generator.get("name")
        except records.RecordError as error:
            raise PredictError(f"{error}; choose a new folder for --output") from error
        if made != labelled.GENERATOR:
            raise PredictError(f"--output {folder}: holds another data set ({path.name}); choose a new folder")
    project = folder / export.VIA_PROJECT
    if project.exists() and project.read_bytes() != _project(folder, job):
        raise PredictError(
            f"{project} was changed since it was written (corrected in VIA?); choose a new folder for --output, or "
            "move the corrected file away"
        )


def _categories(job: Job) -> list[str]:
    """Persons first, then what they wear: the order of the dropdown and of COCO's ids."""
    known = job.detector.categories
    return [name for name in known if name not in job.parts] + [name for name in known if name in job.parts]


def _project(folder: Path, job: Job) -> bytes:
    """The VIA project that the folder's records give."""
    found = records.read_all(folder)
    names = list(dict.fromkeys([*_categories(job), *via.categories(found)]))
    return via.encode(via.project(found, names, folder.resolve().name))


def _known(job: Job, name: str, path: Path) -> list[Any] | None:
    """The detections that an earlier run with the same wishes left, if everything of the picture is there."""
    try:
        kept = json.loads((job.output / FOUND / f"{name}.json").read_bytes())
        size = path.stat().st_size
    except (OSError, ValueError):
        return None
    same = kept.get("fingerprint") == job.fingerprint and (kept.get("source"), kept.get("bytes")) == (path.name, size)
    if same and job.via and not records.path_of(job.output, name).is_file():
        return None
    return kept["entries"] if same else None


def look(job: Job, index: int, name: str, path: Path) -> int:
    """Look at one picture and write everything of it; returns how much was found. Raises ``PictureError``."""
    pixels = pictures.read(path, None, FULL_SIZE).pixels
    found = job.detector.detect(pixels)
    found = distinct(found.take(np.flatnonzero(found.scores >= job.score)), job.parts)
    shape = pixels.shape[0], pixels.shape[1]
    write_atomic(
        job.output / OVERLAYS / f"{name}.jpg", jpeg(overlay(pixels, found, _categories(job))[:, :, ::-1], path)
    )
    if job.via:
        labels = labelled.label(found, shape, job.parts, job.simplify)
        labelled.write(
            job.output,
            name,
            index,
            path.name,
            labelled.copied(path, pixels),
            labels,
            categories=[category for category in _categories(job) if category not in job.parts],
            fingerprint=job.fingerprint,
            about={"run": job.detector.trained.run.resolve().name, "threshold": job.score, **_provenance(path)},
        )
    entries = results.entries(found, index + 1, path.name, shape, job.ids)
    kept = {"fingerprint": job.fingerprint, "source": path.name, "bytes": path.stat().st_size, "entries": entries}
    write_atomic(job.output / FOUND / f"{name}.json", json.dumps(kept, separators=(",", ":")).encode())
    return len(entries)


def _provenance(path: Path) -> dict[str, Any]:
    """The site of a rendered frame of ours, so that it is never taken for a photo, nor its site split by training."""
    try:
        known = records.read(records.path_of(path.parent.parent, path.stem))
    except records.RecordError:
        return {}
    return {"site": known.about["site"]} if "site" in known.about else {}


def overlay(pixels: np.ndarray, found: Detections, categories: Sequence[str]) -> np.ndarray:
    """uint8 HxWx3 BGR: outlines and scores in one colour a category; every picture at a readable size."""
    height, width = pixels.shape[:2]
    scale = min(max(max(width, height), WIDTHS[0]), WIDTHS[1]) / max(width, height)
    frame = Frame(view_of(pixels, (0.0, 0.0, float(width), float(height)), scale), 0.0, 0.0, scale)
    colours = {name: preview.PALETTE[n % len(preview.PALETTE)][::-1] for n, name in enumerate(categories)}
    order = np.argsort(found.scores, kind="stable")
    for place in order:
        colour = colours[found.labels[place]]
        if found.masks is None:
            frame.box(found.boxes[place], colour, 1.8)
        else:
            frame.mask(found.masks[place], colour, 1.8)
    for place in order[::-1]:
        words = f"{found.labels[place]} {found.scores[place]:.2f}"
        frame.tag(words, found.boxes[place], colours[found.labels[place]])
    return frame.canvas


def finish(job: Job) -> None:
    """Write what follows from all pictures together."""
    entries: list[Any] = []
    for path in sorted((job.output / FOUND).glob("*.json")):
        kept = json.loads(path.read_bytes())
        if kept.get("fingerprint") == job.fingerprint:
            entries += kept["entries"]
    write_atomic(job.output / RESULTS, json.dumps(entries, separators=(",", ":")).encode())
    if job.via:
        export.derive(job.output, None, _rgb, jpeg, names=_categories(job))


def _rgb(path: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION), cv2.COLOR_BGR2RGB)
