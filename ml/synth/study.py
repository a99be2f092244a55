"""The paper's experiment as stages that are made once: classifier, autoencoders, crops, one more training an arm.

Every finished stage leaves a result file, written last; a run that was stopped goes on with the first one missing, and
within it from its saved state.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dataset.files import write_atomic
from dataset.spec import child

from ..crops import sheet, store
from ..crops.store import CropSet
from . import arms, classifier, domains, ensemble, gallery, pool, probe, quality
from .autoencoder import Autoencoder
from .domains import Domains
from .faults import TrainingError
from .fitting import Guard
from .measures import Confusion
from .pool import Pool
from .quality import Reference
from .sampling import Sampler
from .settings import BALANCED, Settings, dumps, fingerprint, tree
from .template import Classifier, count

SETTINGS, RESULT = "study.toml", "result.json"
FREE = ("name", "seeds", "arms", "old", "new")
"""Settings of the study that may change between two runs on one folder."""

Report = Callable[[str, str], None]
"""(what was finished, a picture of it or "")."""


@dataclass(frozen=True)
class Watch:
    """What a study does besides its work."""

    stop: Callable[[], bool] = lambda: False
    begin: Callable[[int, int], None] = lambda total, there: None
    """Told once the crops are read: stages in all, stages that were there."""
    report: Report = lambda stage, image: None
    say: Callable[[str], None] = lambda text: None


def stages(wishes: Settings, output: Path, classes: Sequence[str]) -> tuple[int, int]:
    """(stages of a whole study, those that ``output`` holds): classifier, an autoencoder a group, the arms.

    ``classes``: all that the crops have.
    """
    study = wishes.study
    drawn = arms.needs_pool(study.arms)
    total = len(study.seeds) * (1 + drawn * _groups(wishes, set(study.targets or classes)) + len(study.arms))
    there = 0
    for folder in (folder_of(output, seed) for seed in study.seeds):
        there += (folder / "classifier" / RESULT).is_file()
        there += len(list(folder.glob(f"vae/*/{RESULT}"))) if drawn else 0
        there += sum((folder / _name(arm) / RESULT).is_file() for arm in study.arms)
    return total, there


def _groups(wishes: Settings, targets: set[str]) -> int:
    """Autoencoders a seed: one for each configured group with targets in it, one for each other target."""
    shared = [targets & set(group) for group in wishes.vae.ensembles]
    return sum(map(bool, shared)) + len(targets.difference(*shared))


def folder_of(output: Path, seed: int) -> Path:
    """Where one seed's stages lie."""
    return output / f"seed_{seed}"


def _name(arm: str) -> str:
    return arm.replace(" ", "_")


def run(wishes: Settings, output: Path, watch: Watch | None = None) -> list[dict[str, Any]]:
    """All seeds; returns one result tree a seed.

    Raises ``CropsError``, ``TrainingError``, ``Stopped``, ``OutputError``.
    """
    watch = watch or Watch()
    old, new = domains.load(wishes)
    _claim(output, wishes, [classifier.digest(found) for found in (old, new)])
    watch.begin(*stages(wishes, output, old.classes))
    for problem in [*old.problems, *(new.problems if new is not old else ())]:
        watch.say(problem)
    return [
        Seed(wishes, output, seed, domains.pick(old, new, wishes, seed), watch).run() for seed in wishes.study.seeds
    ]


def _claim(output: Path, wishes: Settings, crops: list[str]) -> None:
    """The folder is new or holds the same study of the same crops. Raises ``TrainingError``."""
    plain = tree(wishes)
    plain["study"] = {key: value for key, value in plain["study"].items() if key not in FREE}
    mark = fingerprint(plain, crops) + "\n"
    file = output / "study.mark"
    if file.exists():
        if file.read_text() != mark:
            raise TrainingError(f"{output} holds a study of other crops or settings: choose another folder")
    elif output.is_dir() and any(output.iterdir()):
        raise TrainingError(f"{output} is not empty: choose another folder")
    else:
        write_atomic(file, mark.encode())
    shown = replace(wishes.study, old=Path(wishes.study.old).name, new=Path(wishes.study.new).name)
    write_atomic(output / SETTINGS, dumps(replace(wishes, study=shown)).encode())


class Seed:
    """One seed of a study: its crops, its folder, its stages in order."""

    def __init__(self, wishes: Settings, output: Path, seed: int, found: Domains, watch: Watch) -> None:
        self.wishes = replace(wishes, seed=child(seed, "study") % 2**31)
        self.folder = folder_of(output, seed)
        self.seed = seed
        self.found = found
        self.watch = watch
        self.precision = wishes.precision

    def run(self) -> dict[str, Any]:
        """Every stage; returns {"seed", "crops", "classifier", "vae", "arms"}."""
        base, about = self._classifier()
        needed = arms.needs_pool(self.wishes.study.arms)
        pools, made = self._pools(base) if needed else ({}, {})
        results = {arm: self._arm(arm, base, pools) for arm in self.wishes.study.arms}
        crops = {
            "old": self.found.old.counts,
            "new": self.found.new.counts,
            "old test": self.found.old_test.counts,
            "new test": self.found.new_test.counts,
        }
        return {"seed": self.seed, "crops": crops, "classifier": about, "vae": made, "arms": results}

    def _guard(self, what: str) -> Guard:
        def report(step: int, steps: int, loss: float) -> None:
            self.watch.say(f"seed {self.seed}: {what}: step {step} of {steps}, loss {loss:.4g}")

        return Guard(self.watch.stop, report, save_every=self.wishes.save_every)

    def _classifier(self) -> tuple[Classifier, dict[str, Any]]:
        """The classifier that knows the old domain alone."""
        folder = self.folder / "classifier"
        if (folder / RESULT).exists():
            return classifier.load(folder)[0], json.loads((folder / RESULT).read_bytes())
        model = classifier.train(self.found.old, self.wishes, folder, self._guard("classifier"))
        every, trainable = count(model)
        about = {"parameters": every, "trainable": trainable}
        _write(folder / RESULT, about)
        (folder / classifier.STATE).unlink(missing_ok=True)
        self.watch.report(f"seed {self.seed}: classifier", "")
        return model, about

    def _pools(self, base: Classifier) -> tuple[dict[str, Pool], dict[str, Any]]:
        """Crops made for every target class by the autoencoder of its group, with their quality."""
        pools: dict[str, Pool] = {}
        about: dict[str, Any] = {}
        for group in ensemble.groups(self.found.new, self.wishes):
            folder = ensemble.folder_of(self.folder / "vae", group)
            if not (folder / RESULT).exists():
                self._make(base, group, folder)
            about.update(json.loads((folder / RESULT).read_bytes()))
            pools.update({name: pool.read(folder / f"{name}.npz") for name in group})
        return pools, about

    def _make(self, base: Classifier, group: tuple[str, ...], folder: Path) -> None:
        """Train one autoencoder, draw from it, judge what was drawn."""
        new = self.found.new.of_classes(group)
        old = self.found.old.of_classes(group) if self.wishes.study.mix_old else None
        model = ensemble.train(new, old, base, self.wishes, folder, self._guard("autoencoder " + "+".join(group)))
        about = {name: self._draw(base, model, name, folder) | {"parameters": count(model)} for name in group}
        _write(folder / RESULT, about)
        (folder / ensemble.STATE).unlink(missing_ok=True)
        self.watch.report(f"seed {self.seed}: autoencoder {'+'.join(group)}", str(folder / f"{group[0]}.png"))

    def _draw(self, base: Classifier, model: Autoencoder, name: str, folder: Path) -> dict[str, Any]:
        """Draw and judge one class's pool, keep it with its table and sheet; returns what is known of its quality."""
        how, places, label = self.wishes.sampling, self.wishes.study.added, self.found.old.classes.index(name)
        real, seed = self.found.new.of_class(name), child(self.wishes.seed, "draw", name)
        sampler = Sampler(model, real.pixels, self.found.old.of_class(name).pixels, self.precision)
        keep = max(1, round(how.keep * places))
        lot, reference = gallery.lot(sampler, base, label, places, keep, how, seed, self.precision)
        moved = sampler.draw(places, replace(how, modes={"moved": 1}), child(seed, "moved")).pixels
        others = self._others(name)
        pool.write(
            folder / f"{name}.npz",
            Pool(lot.drawn.pixels, lot.judged, moved, sampler.moved(others.pixels), others.labels),
        )
        gallery.table(folder / f"{name}.csv", lot, real.names, {})
        sheet.write(folder / f"{name}.png", gallery.rows(sampler, lot))
        return self._quality(base, reference, lot, moved, name)

    def _others(self, name: str) -> CropSet:
        """Old crops of every class but the targets, as many of each as join training at most."""
        others = [kind for kind in self.found.old.classes if kind not in self.found.targets and kind != name]
        return domains.some(self.found.old, self.wishes.study.added, self.seed, "others", others)

    def _quality(
        self, base: Classifier, reference: Reference, lot: gallery.Lot, moved: np.ndarray, name: str
    ) -> dict[str, Any]:
        """What is known of the crops of one class, and of the measures that say so."""
        fresh, label = self.found.new_test.of_class(name).pixels, self.found.old.classes.index(name)
        k = self.wishes.sampling.neighbours
        asked = {"test": fresh, "made": lot.drawn.pixels, "moved": moved}
        seen = {key: classifier.answers(base, pixels, self.precision)[0] for key, pixels in asked.items()}
        sets = {"real": reference.features, "all": seen["made"], "filtered": seen["made"][lot.kept]}
        means = {key: float(np.mean(getattr(lot.judged, key))) for key in quality.columns() if key != "nearest"}
        return {
            "drawn": len(lot.judged),
            "copies": int(lot.judged.copy.sum()),
            "means": means,
            "damage": probe.damage(base, reference, fresh, label, k, self.precision),
            "planted": probe.copies(base, reference, fresh, label, k, self.precision),
            "sets": {
                key: probe.of_set(seen["test"], values, k) for key, values in (sets | {"moved": seen["moved"]}).items()
            },
        }

    def _arm(self, arm: str, base: Classifier, pools: dict[str, Pool]) -> dict[str, Any]:
        """Train on with one arm's crops and test on both domains."""
        folder = self.folder / _name(arm)
        if (folder / RESULT).exists():
            return json.loads((folder / RESULT).read_bytes())
        model = base
        if arm != "before":
            seed = child(self.wishes.seed, arm.removesuffix(BALANCED))
            more = arms.added(arm, self.found.old, self.found.new, pools, self.wishes, seed)
            crops = self.found.old if more is None else store.join(self.found.old, more)
            model = classifier.train_on(base, crops, self.wishes, folder, arms.balanced(arm), self._guard(arm))
        result = {
            "old": _plain(classifier.evaluate(model, self.found.old_test, self.precision)),
            "new": _plain(classifier.evaluate(model, self.found.new_test, self.precision)),
        }
        _write(folder / RESULT, result)
        (folder / classifier.STATE).unlink(missing_ok=True)
        self.watch.report(f"seed {self.seed}: {arm}", "")
        return result


def _plain(found: Confusion) -> dict[str, Any]:
    return {"classes": list(found.classes), "counts": found.counts.tolist()}


def _write(path: Path, result: dict[str, Any]) -> None:
    write_atomic(path, json.dumps(result, indent=1).encode() + b"\n")
