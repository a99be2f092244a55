"""The main job: a recipe and a folder become a data set, frame by frame, resumable at any moment."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from ..dataset import export, plan, recipe, records, statistics
from ..dataset.files import OutputError, explain, write_atomic
from ..scene import build
from . import frame, memory, picture

RECIPE, LOG, STATISTICS = "recipe.toml", "log.jsonl", "statistics.md"


GONE = "{} was deleted or moved while it was being written: generate again to begin anew"


class FolderError(Exception):
    """The output folder does not fit the wish; the message says why and what to do."""


@dataclass(frozen=True)
class Summary:
    """What a run did."""

    folder: Path
    made: int
    kept: int
    """Frames that were there already."""
    failed: dict[int, str]
    """Frame index -> why its last draw was refused."""


Progress = Callable[[dict[str, Any]], None]
"""Receives one event at a time, as JSON lines carry them."""


def generate(
    wish: recipe.Recipe,
    folder: Path,
    frames: Iterable[int],
    assets: Path,
    progress: Progress = lambda event: None,
    derive: bool = True,
    wanted: Callable[[], bool] = lambda: True,
) -> Summary:
    """Make the frames that ``folder`` lacks, then derive VIA, COCO and the preview from all records.

    ``wanted`` is asked before every frame; False ends the run, keeping what is done. Raises ``FolderError``,
    ``OutputError``, ``RecipeError``, ``build.SceneError``.
    """
    indices = list(dict.fromkeys(frames))
    wish = portable(wish, folder)
    prepare(wish, folder)
    todo = [index for index in indices if not finished(folder, wish, index)]
    progress({"event": "start", "frames": len(indices), "todo": len(todo), "folder": str(folder)})
    failed: dict[int, str] = {}
    builder = build.Builder(wish, assets)
    start = perf_counter()
    made = 0
    for number, index in enumerate(todo, 1):
        if not wanted():
            break
        began = perf_counter()
        result, clock = _draw(wish, index, builder, folder)
        if not (folder / RECIPE).exists():
            raise FolderError(GONE.format(folder))
        name = f"{wish.name}_{index:06d}"
        if result.reasons:
            failed[index] = "; ".join(result.reasons)
            progress({"event": "refused", "index": index, "name": name, "reason": failed[index]})
        else:
            frame.write(folder, result)
            made += 1
        memory.release()
        seconds = perf_counter() - began
        left = (perf_counter() - start) / number * (len(todo) - number)
        event = {"event": "frame", "index": index, "name": name, "done": number, "of": len(todo)}
        event |= {"seconds": round(seconds, 2), "left": round(left, 1), "image": f"{records.IMAGES}/{name}.jpg"}
        progress(event)
        _log(folder, event | {"retry": result.record.retry, "stages": _rounded(clock), "resident": memory.resident()})
    if derive:
        names = [*build.CATEGORIES, *build.PARTS]
        found = export.derive(folder, None, picture.load, picture.encode, names=names, title="Rescue Synth")
        write_atomic(folder / STATISTICS, statistics.text(wish, statistics.made(found), "measured").encode())
    progress({"event": "finished", "folder": str(folder), "made": made, "failed": len(failed)})
    return Summary(folder, made, len(indices) - len(todo), failed)


def portable(wish: recipe.Recipe, folder: Path) -> recipe.Recipe:
    """The recipe as it stands in ``folder``: its .blend relative to it, so that both may move to another machine."""
    if not wish.assets.blend:
        return wish
    try:
        blend = Path(os.path.relpath(folder.resolve() / wish.assets.blend, folder.resolve())).as_posix()
    except ValueError:  # another drive of Windows: nothing relative leads there
        return wish
    return replace(wish, assets=replace(wish.assets, blend=blend))


def prepare(wish: recipe.Recipe, folder: Path) -> None:
    """Make the folder, or make sure that it holds this very recipe. Raises ``FolderError``, ``OutputError``."""
    path = folder / RECIPE
    if path.exists():
        try:
            known = recipe.load(path)
        except recipe.RecipeError as error:
            raise FolderError(f"{error}: this folder's own recipe is damaged; choose another output folder") from error
        known = portable(known, folder)  # as an earlier version wrote it
        if recipe.fingerprint(known) != recipe.fingerprint(wish):
            differing = ", ".join(_differences(known, wish))
            raise FolderError(
                f"{folder} was made with another recipe or seed ({differing}): choose another output folder,"
                " or repeat its recipe"
            )
        return
    if folder.is_dir() and any((folder / records.FRAMES).glob("*.json")):
        raise FolderError(f"{folder} holds frames but no {RECIPE}: choose another output folder")
    write_atomic(path, recipe.dumps(wish).encode())


def finished(folder: Path, wish: recipe.Recipe, index: int) -> bool:
    """Whether the frame has a valid record of this recipe and its picture in full."""
    try:
        found = records.read(records.path_of(folder, f"{wish.name}_{index:06d}"))
        return found.recipe == recipe.fingerprint(wish) and (folder / found.image).stat().st_size == found.bytes
    except (records.RecordError, OSError):
        return False


def _draw(wish: recipe.Recipe, index: int, builder: build.Builder, folder: Path) -> tuple[frame.Frame, frame.Clock]:
    """Draw the frame until it passes its checks or the retries are used up; every refusal is logged."""
    clock = frame.Clock()
    for retry in range(wish.labels.retries + 1):
        result = frame.make(plan.frame(wish, index, retry), wish, builder, clock)
        if not result.reasons:
            break
        _log(folder, {"event": "redraw", "index": index, "retry": retry, "reasons": list(result.reasons)})
    return result, clock


def _log(folder: Path, event: dict[str, Any]) -> None:
    """Append one line; the log is for people and never read back."""
    path = folder / LOG
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"time": stamp} | event) + "\n")
    except FileNotFoundError as error:
        raise FolderError(GONE.format(folder)) from error
    except OSError as error:
        raise OutputError(explain(path, error)) from error


def _rounded(clock: frame.Clock) -> dict[str, float]:
    return {stage: round(seconds, 3) for stage, seconds in clock.wall.items()}


def _differences(one: recipe.Recipe, other: recipe.Recipe) -> list[str]:
    """Keys whose values differ, as "key: old -> new"."""
    found = []
    for name in recipe.SECTIONS:
        before, after = vars(getattr(one, name)), vars(getattr(other, name))
        found += [f"{name}.{key}: {before[key]} -> {after[key]}" for key in before if before[key] != after[key]]
    found += [
        f"{key}: {getattr(one, key)} -> {getattr(other, key)}"
        for key in ("name", "seed")
        if getattr(one, key) != getattr(other, key)
    ]
    return found[:4]
