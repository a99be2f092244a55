"""Which pictures a run never learned from: its own validation split, found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from .truth import TruthError, TruthSet

WARNING = "the run learned from this data set: these figures say nothing; add --held-back, or take another set"


def learned_from(config: Mapping[str, Any], dataset: Path) -> bool:
    """Whether a data set is one of those that a run was trained on (its pictures by whatever annotation file)."""
    known = {Path(path).resolve() for path in config.get("training", {}).get("datasets", ())}
    places = {dataset.resolve(), dataset.resolve().parent} if dataset.suffix == ".json" else {dataset.resolve()}
    return bool(places & (known | {path.parent for path in known if path.suffix == ".json"}))


def keep(found: TruthSet, config: Mapping[str, Any]) -> TruthSet:
    """Only the pictures that the run of ``config`` held back. Raises ``TruthError``.

    The split follows from the data sets' contents and the run's seed: it is found again while they are the same.
    """
    from ..train import data
    from ..train.config import TrainError, Wishes

    training = dict(config.get("training", {}))
    names = {field.name for field in fields(Wishes)}
    try:
        wishes = Wishes(**{key: _tuples(value) for key, value in training.items() if key in names})
        read = data.read(wishes)
    except (TrainError, TypeError) as error:
        raise TruthError(f"--held-back: the run's own data can't be read again ({error})") from error
    if read.digest != training.get("data"):
        raise TruthError(
            "--held-back: the run's data sets have changed since it was trained, so its split is lost; "
            "score it on a data set of its own"
        )
    paths = {example.source.path.resolve() for example in read.held_back}
    kept = tuple(picture for picture in found.pictures if picture.path.resolve() in paths)
    if not kept:
        raise TruthError(f"--held-back: no picture of {found.title} was held back; give a data set it was trained on")
    return replace(found, pictures=kept, title=f"{found.title} (held back)")


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
