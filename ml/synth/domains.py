"""The crops of a study: old and new domain, training and test, split so that no scene is on two sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dataset.spec import stream

from ..crops import store
from ..crops.frames import CropsError
from ..crops.store import CropSet
from ..crops.winter import winterise
from .settings import Settings, Study


@dataclass(frozen=True)
class Domains:
    """The four sets of one seed."""

    old: CropSet
    """Training crops of the old domain, all classes."""
    new: CropSet
    """Training crops of the new domain, target classes only: what the authors cut out of winter panoramas."""
    old_test: CropSet
    new_test: CropSet
    """Of all classes, as many of each as there are: the targets' share of it is the paper's second test."""
    targets: tuple[str, ...]


def load(wishes: Settings) -> tuple[CropSet, CropSet]:
    """All crops of old and new domain, before anything is picked. Raises ``CropsError``."""
    study, size = wishes.study, wishes.model.size
    if not study.old:
        raise CropsError("study.old is missing: a folder of crops, made with `python -m ml crops`")
    old = store.read(Path(study.old), size, study.classes or None)
    if not study.new and not study.shift:
        raise CropsError('study.new and study.shift are both empty: name the new domain\'s crops, or shift = "winter"')
    new = store.read(Path(study.new), size, old.classes) if study.new else old
    for name, found in (("old", old), ("new", new)):
        missing = {"train", "test"} - set(found.splits)
        if missing:
            raise CropsError(f"study.{name}: no folder {' or '.join(sorted(missing))}/ in it; cut the crops again")
    return old, new


def pick(old: CropSet, new: CropSet, wishes: Settings, seed: int) -> Domains:
    """The sets of one seed: half of the scenes each where both domains come from one folder, then random crops.

    Raises ``CropsError`` where a scene would be on two sides or a target has too few crops.
    """
    study = wishes.study
    if new is old:
        half = {scene: stream(seed, "domain", scene).random() < 0.5 for scene in sorted(set(old.scenes))}
        side = np.array([half[scene] for scene in old.scenes], bool)
        old, new = old.take(side), new.take(~side)
    targets = study.targets or old.classes
    unknown = sorted(set(targets) - set(old.classes))
    if unknown:
        raise CropsError(f"study.targets names {', '.join(unknown)}; the crops have {', '.join(old.classes)}")
    known = some(new.of_split("train"), study.new_count, seed, "new", targets)
    few = [name for name in targets if known.counts[name] < 2]
    if few:
        raise CropsError(
            f"the new domain has less than 2 training crops of {', '.join(few)}: cut more, or change study.targets"
        )
    found = Domains(
        some(old.of_split("train"), study.old_count, seed, "old"),
        _shifted(known, study),
        some(_unlearnt(old), study.test_count, seed, "old test"),
        _shifted(some(_unlearnt(new), study.test_count, seed, "new test"), study),
        tuple(targets),
    )
    _check(found)
    return found


def _unlearnt(found: CropSet) -> CropSet:
    """Test and validation crops: a study chooses nothing by validation, so both can test."""
    return found.take(np.array([place in ("valid", "test") for place in found.splits], bool))


def some(found: CropSet, count: int, seed: int, name: str, classes: Sequence[str] | None = None) -> CropSet:
    """At most ``count`` crops a class, drawn at random; 0: all. Only ``classes`` where given."""
    chosen = [np.zeros(0, np.int64)]
    for label, kind in enumerate(found.classes):
        own = np.flatnonzero(found.labels == label)
        if classes is not None and kind not in classes:
            continue
        if count and len(own) > count:
            own = np.sort(stream(seed, "pick", name, kind).permutation(own)[:count])
        chosen.append(own)
    return found.take(np.concatenate(chosen))


def _shifted(found: CropSet, study: Study) -> CropSet:
    if study.shift != "winter":
        return found
    pixels = [winterise(crop, 0, name) for crop, name in zip(found.pixels, found.names, strict=True)]
    return replace(found, pixels=np.stack(pixels) if pixels else found.pixels)


def _check(found: Domains) -> None:
    learnt = {*found.old.scenes, *found.new.scenes}
    asked = {*found.old_test.scenes, *found.new_test.scenes}
    if both := sorted(learnt & asked):
        raise CropsError(
            f"{len(both)} scenes are in training and in a test, such as {both[0]!r}: cut both domains' crops with "
            "--scene, so that equal places have equal names, or from different sites"
        )
    for name, tested in (("old", found.old_test), ("new", found.new_test)):
        empty = [target for target in found.targets if not tested.counts[target]]
        if empty:
            raise CropsError(f"the {name} domain's test has no crop of {', '.join(empty)}")
