"""Which categories are compared: the detector's and the test set's, after renaming."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..predict.detections import Detections
from ..predict.overlap import suppressed
from .truth import TruthSet


class MappingError(Exception):
    """Categories that don't fit together; the message lists both sides."""


@dataclass(frozen=True)
class Agreement:
    """Renaming on both sides, and what is judged in the end."""

    names: dict[str, str]
    """Old name -> new name; "" leaves a category out."""
    judged: tuple[str, ...]
    """Categories that both sides know."""
    unjudged: tuple[str, ...]
    """Lines on what only one side knows."""
    merges: bool
    """Whether several of the detector's categories become one: then doubles among them are taken out."""


def parse(text: str) -> dict[str, str]:
    """``rescuer=person,civilian=person`` as a table; ``goggles=`` leaves goggles out. Raises ``MappingError``."""
    table: dict[str, str] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        old, sign, new = (part.strip() for part in entry.partition("="))
        if not sign or not old:
            raise MappingError(f"--map {entry!r}: write OLD=NEW, such as rescuer=person,civilian=person")
        if table.setdefault(old, new) != new:
            raise MappingError(f"--map {old}: given twice, as {table[old]!r} and as {new!r}")
    return table


def of_run(config: Mapping[str, Any], found: TruthSet) -> dict[str, str]:
    """The names that a run itself gave to categories of its data sets, as far as they occur in ``found``."""
    there = {truth.category for picture in found.pictures for truth in picture.truths}
    try:
        pairs = [(str(old), str(new)) for old, new in config["training"]["names"]]
    except (KeyError, TypeError, ValueError):
        return {}
    return {old: new for old, new in pairs if old in there}


def agree(names: Mapping[str, str], known: Sequence[str], found: TruthSet) -> Agreement:
    """What can be judged of a detector that knows ``known`` on a test set. Raises ``MappingError``."""
    labelled = found.categories
    if not labelled:
        raise MappingError(f"{found.title}: nothing in it counts (all too small, hidden or crowds): nothing to score")
    theirs = list(known)
    everything = {*theirs, *(truth.category for picture in found.pictures for truth in picture.truths)}
    for old in names:
        if old not in everything:
            raise MappingError(
                f"--map {old}={names[old]}: no such category; the detector knows {_list(theirs)}, "
                f"{found.title} labels {_list(labelled)}"
            )
    mine = {names.get(name, name) for name in theirs} - {""}
    truth = {names.get(name, name) for name in labelled} - {""}
    judged = sorted(mine & truth)
    if not judged:
        raise MappingError(
            f"no category in common: the detector knows {_list(theirs)}, {found.title} labels {_list(labelled)}; "
            "rename with --map, such as rescuer=person,civilian=person"
        )
    unjudged = [f"{name}: the detector knows it, {found.title} does not label it" for name in sorted(mine - truth)]
    unjudged += [f"{name}: labelled in {found.title}, unknown to the detector" for name in sorted(truth - mine)]
    new = [names.get(name, name) for name in theirs]
    return Agreement(dict(names), tuple(judged), tuple(unjudged), len({*new} - {""}) < len([n for n in new if n]))


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"


def of_detections(found: Detections, mapping: Agreement) -> Detections:
    """Renamed, only what is judged, highest score first, without doubles among merged categories."""
    labels = tuple(mapping.names.get(label, label) for label in found.labels)
    order = sorted(range(len(found)), key=lambda place: -found.scores[place])
    kept = replace(found, labels=labels).take([place for place in order if labels[place] in mapping.judged])
    return suppressed(kept) if mapping.merges else kept


def of_truth(found: TruthSet, mapping: Agreement) -> TruthSet:
    """Renamed, only what is judged."""
    pictures = []
    for picture in found.pictures:
        renamed = [replace(t, category=mapping.names.get(t.category, t.category)) for t in picture.truths]
        pictures.append(replace(picture, truths=tuple(t for t in renamed if t.category in mapping.judged)))
    return replace(found, pictures=tuple(pictures))
