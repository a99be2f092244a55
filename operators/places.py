"""Where everything lies: each step's folder is named after the one before, unless the artist says otherwise."""

import json
from pathlib import Path

import bpy
from bpy.types import Context

from .. import settings


def dataset(context: Context) -> Path:
    """The data set on screen."""
    return settings.to_folder(context.scene.rescue_synth)


def augmented(context: Context) -> Path:
    """Where augmenting writes to."""
    wished = context.scene.rescue_synth.augment
    return _chosen(wished.output) or _beside(_chosen(wished.source) or dataset(context), "augmented")


def taught(context: Context) -> Path:
    """What training learns from: what the run began with, else the augmented data set where there is one."""
    chosen = _chosen(context.scene.rescue_synth.train.source) or learned_from(run(context))
    if chosen is not None:
        return chosen
    more = augmented(context)
    return more if (more / "frames").is_dir() else dataset(context)


def run(context: Context) -> Path:
    """Where training writes to."""
    return _chosen(context.scene.rescue_synth.train.output) or _beside(dataset(context), "run")


def judged(context: Context) -> Path:
    """The run that evaluating looks at."""
    return _chosen(context.scene.rescue_synth.evaluate.run) or run(context)


def tested(context: Context) -> Path | None:
    """The data set that evaluating looks at; None: the pictures that the run held back."""
    return _chosen(context.scene.rescue_synth.evaluate.source)


def learned_from(run: Path) -> Path | None:
    """The (first) data set that a run was trained on, or None where it does not say."""
    try:
        return Path(json.loads((run / "config.json").read_bytes())["training"]["datasets"][0])
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None


def results(context: Context) -> Path:
    """Where evaluating writes to."""
    return _chosen(context.scene.rescue_synth.evaluate.output) or _beside(judged(context), "results")


def crops(context: Context) -> Path:
    """Where cutting out writes to."""
    wished = context.scene.rescue_synth.crops
    return _chosen(wished.output) or _beside(_chosen(wished.source) or dataset(context), "crops")


def made_up(context: Context) -> Path:
    """Where synthesising writes to: beside the crops."""
    folder = crops(context)
    return folder.with_name(f"{folder.name.removesuffix('_crops')}_made")


def chosen(path: str, otherwise: Path) -> Path:
    """A path on screen as an absolute one; ``otherwise`` where it is empty."""
    return _chosen(path) or otherwise


def _chosen(path: str) -> Path | None:
    return Path(bpy.path.abspath(path)).resolve() if path else None


def _beside(source: Path, word: str) -> Path:
    """A folder beside a data set, which may be a single file of annotations."""
    folder = source.parent if source.suffix in (".json", ".csv") else source
    return folder.with_name(f"{folder.name}_{word}")
