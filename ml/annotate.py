"""`python -m ml annotate`: pictures and black-and-white masks of any origin become a labelled data set.

Picture and mask share a stem (``0001.jpg``, ``0001.png``). Pictures are copied byte for byte under names that every
annotation tool takes; the record keeps the name that they had. numpy and OpenCV only.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from dataset.records import Record
    from jobs.voice import Voice

PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")
LIGHT, DARK = 250, 5
"""Of 255: lighter is white, darker is black. JPEG masks stray by a few grey values at their edges."""
STRAY = 0.02
"""Share of pixels between both that a saved black-and-white mask may have (its softened edge); more is grey."""

GENERATOR = "Rescue Synth annotate"


class AnnotateError(Exception):
    """Wrong input; the message names the file and says what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the sub-command."""
    parser.add_argument("--images", type=Path, required=True, metavar="DIR", help="pictures")
    parser.add_argument("--masks", type=Path, required=True, metavar="DIR", help="masks with the same stems")
    parser.add_argument("--category", required=True, metavar="NAME", help="what the masks show, such as rescuer")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="data set to write")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--ids", action="store_true", help="masks hold instance numbers (8 or 16 bits), not black and white"
    )
    kind.add_argument(
        "--one-instance", action="store_true", help="all white is one instance (default: each piece is one)"
    )
    parser.add_argument("--min-pixels", type=int, default=1, metavar="N", help="smaller instances are not exported")
    parser.add_argument(
        "--simplify", type=float, default=1.0, metavar="IOU", help="overlap that outlines keep; 1: exact"
    )
    parser.add_argument("--json", action="store_true", help="JSON lines on stdout, for a program that drives this one")


def run(args: argparse.Namespace) -> int:
    """Annotate the whole folder. Exit code 0, or 2 for wrong input with one line on stderr."""
    from dataset.files import OutputError
    from jobs.voice import Voice

    try:
        _check(args)
        frames = list(_pairs(args.images, args.masks))
        annotate(frames, args, Voice("annotate", args.json))
    except (AnnotateError, OutputError) as error:
        return Voice("annotate", args.json).refused(error)
    return 0


def _check(args: argparse.Namespace) -> None:
    if not re.fullmatch(r"[^\W\d]\w*([ -]\w+)*", args.category):
        raise AnnotateError(f"--category {args.category!r}: a word that starts with a letter, such as rescuer")
    if args.min_pixels < 1 or not 0.5 <= args.simplify <= 1:
        raise AnnotateError(
            f"--min-pixels {args.min_pixels} --simplify {args.simplify:g}: from 1 pixel, and an overlap from 0.5 to 1"
        )
    for folder in (args.images, args.masks):
        if not folder.is_dir():
            raise AnnotateError(
                f"{folder}: no such folder; give the one with the {'pictures' if folder == args.images else 'masks'}"
            )
    if args.output.resolve() in (args.images.resolve(), args.masks.resolve()):
        raise AnnotateError(f"--output {args.output}: choose a folder of its own, not that of the pictures or masks")


def _pairs(images: Path, masks: Path) -> Iterable[tuple[Path, Path]]:
    """(picture, mask) by stem, sorted. Raises ``AnnotateError`` where one of both is missing."""
    pictures, shapes = _stems(images), _stems(masks)
    if not pictures:
        raise AnnotateError(f"{images}: no pictures in it ({', '.join(PICTURES)})")
    if images.resolve() == masks.resolve():
        raise AnnotateError(f"{images}: pictures and masks need a folder each")
    for stem, path in pictures.items():
        if stem not in shapes:
            raise AnnotateError(f"{path}: no mask {masks / stem}.png for it; add one (all black where nothing is)")
    for stem, path in shapes.items():
        if stem not in pictures:
            raise AnnotateError(f"{path}: no picture of that name in {images}; add it or remove the mask")
    return [(pictures[stem], shapes[stem]) for stem in sorted(pictures)]


def _stems(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in PICTURES and not path.name.startswith("."):
            other = found.setdefault(path.stem, path)
            if other != path:
                raise AnnotateError(f"{path}: {other.name} has the same stem; rename one of them")
    return found


def annotate(frames: list[tuple[Path, Path]], args: argparse.Namespace, voice: Voice) -> None:
    """Write the data set. Every input is looked at before the first file is written."""
    from dataset import export, via
    from dataset.recipe import Labels
    from jobs import child

    names = safe_names([picture.stem for picture, _ in frames])
    _writable(args.output, dict(zip(names, frames, strict=True)), args.category)
    policy = Labels(min_pixels=args.min_pixels, min_visible=0, simplify=args.simplify, targets=0)
    leash = child.Leash(watch_stdin=args.json)
    for picture, mask in frames:
        read(picture, mask, ids=args.ids, one=args.one_instance)
    voice.event("start", total=len(frames))
    for index, ((picture, mask), name) in enumerate(zip(frames, names, strict=True)):
        if leash.pulled:
            break
        ids = read(picture, mask, ids=args.ids, one=args.one_instance)
        record = _write(args.output, index, name, picture, ids, args.category, policy)
        voice.event("frame", index=index, image=str((args.output / record.image).resolve()))
        if not args.json:
            found = sum(item.exported for item in record.instances)
            print(f"{index + 1}/{len(frames)} {picture.name} -> {record.image}: {found} {args.category}")
    found = export.derive(
        args.output, None, _rgb, _jpeg, names=[args.category], title=f"{args.category} in {args.images.name}"
    )
    outlines = sum(len(entry["regions"]) for entry in via.metadata(found).values())
    words = f"{len(found)} pictures, {outlines} outlines: look at {args.output / export.PREVIEW} first"
    voice.done(words, total=len(frames), made=len(found), outlines=outlines)


def _writable(folder: Path, frames: dict[str, tuple[Path, Path]], category: str) -> None:
    """A new folder, or one that an interrupted run of the same command left."""
    from dataset import records
    from dataset.files import OutputError, explain

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(explain(folder, error)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write {folder}: permission denied; choose another output folder")
    for path in sorted((folder / records.FRAMES).glob("*.json")):
        try:
            known = records.read(path)
        except records.RecordError as error:
            raise AnnotateError(f"{error}; choose a new folder for --output") from error
        sources = {picture.name for picture, _ in frames.values()}
        ours = known.generator.get("name") == GENERATOR and known.name in frames and known.about["source"] in sources
        if not ours or {item.category for item in known.instances} - {category}:
            raise AnnotateError(f"--output {folder}: holds another data set ({path.name}); choose a new folder")


def safe_names(stems: list[str]) -> list[str]:
    """Unique stems of letters, digits and underscores for data set files, in order of ``stems``."""
    taken: set[str] = set()
    names = []
    for stem in stems:
        name = re.sub(r"[\W_]+", "_", stem, flags=re.ASCII).strip("_") or "image"
        name = f"image_{name}" if name[0].isdigit() else name
        number, unique = 2, name
        while unique.lower() in taken:  # some file systems don't tell upper from lower case
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique.lower())
        names.append(unique)
    return names


def read(picture: Path, mask: Path, *, ids: bool, one: bool) -> np.ndarray:
    """Instance numbers of one picture, integer HxW. Raises ``AnnotateError``."""
    import cv2
    import numpy as np

    image = _decode(picture, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if b"Exif" in picture.read_bytes()[:4096]:
        upright = _decode(picture, cv2.IMREAD_COLOR)
        if upright.shape != image.shape or (upright != image).any():
            raise AnnotateError(f"{picture}: turned by its EXIF note, which half of all tools ignore; save it upright")
    shape = _decode(mask, cv2.IMREAD_UNCHANGED)
    if shape.shape[:2] != image.shape[:2]:
        raise AnnotateError(
            f"{mask}: {shape.shape[1]} x {shape.shape[0]}, its picture {picture.name} is"
            f" {image.shape[1]} x {image.shape[0]}; make both the same size"
        )
    values = _single(shape, mask)
    if ids:
        return _numbers(values, mask)
    white = _white(values, mask)
    if one:
        return white.astype(np.uint16)
    count, pieces = cv2.connectedComponents(white.astype(np.uint8), connectivity=8)
    if count > 65536:
        raise AnnotateError(f"{mask}: {count - 1} white pieces; is it a mask? (at most 65535, or --one-instance)")
    return pieces


def _decode(path: Path, flags: int) -> np.ndarray:
    import cv2
    import numpy as np

    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise AnnotateError(f"{path}: {error.strerror}") from error
    try:
        image = cv2.imdecode(data, flags) if data.size else None
    except cv2.error:
        image = None
    if image is None:
        raise AnnotateError(f"{path}: not a picture that OpenCV reads; save it as JPEG or PNG")
    return image


def _single(shape: np.ndarray, mask: Path) -> np.ndarray:
    """The one channel of a mask: its colours must agree; transparency is left aside."""
    if shape.ndim == 2:
        return shape
    colours = shape[..., :3] if shape.shape[2] >= 3 else shape[..., :1]
    if (colours != colours[..., :1]).any():
        raise AnnotateError(f"{mask}: coloured; save it in black and white, or as grey instance numbers with --ids")
    return colours[..., 0]


def _white(values: np.ndarray, mask: Path) -> np.ndarray:
    """Bool HxW of a black-and-white mask (0 and 255, 0 and 1, or 16 bits), a few softened pixels at half allowed."""
    import numpy as np

    top = values.max(initial=0)
    if top <= 1 or values.dtype == bool:
        return values > 0
    scale = 257 if values.dtype == np.uint16 and top > 255 else 1
    levels = values.astype(np.float32) / scale
    between = np.count_nonzero((levels > DARK) & (levels < LIGHT))
    if between > STRAY * levels.size or (between and not (levels >= LIGHT).any()):
        found = np.unique(values)
        shown = ", ".join(map(str, found[:6].tolist())) + (" ..." if len(found) > 6 else "")
        raise AnnotateError(
            f"{mask}: grey values ({shown}); save it in black and white, or add --ids if they are instance numbers"
        )
    return levels > 127


def _numbers(values: np.ndarray, mask: Path) -> np.ndarray:
    """Instance numbers as they are; a picture of many greys is none."""
    import numpy as np

    if values.dtype.kind not in "ui":
        raise AnnotateError(f"{mask}: {values.dtype} values; instance numbers are whole: save it as 8- or 16-bit PNG")
    if mask.suffix.lower() in (".jpg", ".jpeg", ".webp"):
        raise AnnotateError(f"{mask}: this format changes numbers; save instance numbers as PNG")
    found = np.unique(values)
    steps = np.count_nonzero(values[:, 1:] != values[:, :-1])
    if len(found) > 2 and steps > values.size // 4:
        raise AnnotateError(f"{mask}: grey values that change at every pixel; it is no mask of instance numbers")
    return values


def _write(
    folder: Path, index: int, name: str, picture: Path, ids: np.ndarray, category: str, policy: object
) -> Record:
    """All files of one picture, the record last."""
    import numpy as np

    from dataset import labels, png, records
    from dataset.files import write_atomic

    table = {int(number): labels.Piece(int(number), category) for number in np.unique(ids) if number}
    labelled = labels.label(ids, table, policy=policy)
    image = f"{records.IMAGES}/{name}{picture.suffix.lower()}"
    data = picture.read_bytes()
    write_atomic(folder / image, data)
    png.write(folder / records.MASKS / f"{name}.png", labelled.masks)
    png.write(folder / records.PARTS / f"{name}.png", labelled.parts)
    for word, shape in labels.silhouettes(labelled.masks, labelled.instances, [category]).items():
        png.write(folder / records.SILHOUETTES / word / f"{name}.png", shape)
    record = records.Record(
        name=name,
        index=index,
        seed=0,
        retry=0,
        recipe="",
        width=ids.shape[1],
        height=ids.shape[0],
        image=image,
        bytes=len(data),
        instances=labelled.instances,
        generator={"name": GENERATOR},
        about={"source": picture.name},
    )
    records.write(folder, record)
    return record


def _rgb(path: Path) -> np.ndarray:
    import cv2

    return _decode(path, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)[..., ::-1]


def _jpeg(image: np.ndarray, path: Path) -> bytes:
    import cv2

    return cv2.imencode(path.suffix, image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
