"""The paper's experiment as stages that are made once: classifier, autoencoders, crops, one more training an arm.

Every finished stage leaves a result file, written last; a run that was stopped goes on with the first one missing, and
within it from its saved state.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dataset.files import write_atomic
from dataset.spec import child

from ..crops import sheet, store
from ..crops.store import CropSet
from . import arms, classifier, domains, ensemble, probe, quality
from .arms import Pool
from .domains import Domains
from .faults import TrainingError
from .fitting import Guard
from .measures import Confusion, confusion
from .quality import Quality, Reference
from .sampling import Sampler
from .settings import Settings, dumps, fingerprint, tree
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
    report: Report = lambda stage, image: None
    say: Callable[[str], None] = lambda text: None


def stages(wishes: Settings) -> int:
    """How many stages a whole study has."""
    return len(wishes.study.seeds) * (1 + arms.needs_pool(wishes.study.arms) + len(wishes.study.arms))


def run(wishes: Settings, output: Path, watch: Watch | None = None) -> list[dict[str, Any]]:
    """All seeds; returns one result tree a seed.

    Raises ``CropsError``, ``TrainingError``, ``Stopped``, ``OutputError``.
    """
    watch = watch or Watch()
    old, new = domains.load(wishes)
    _claim(output, wishes, [classifier.digest(found) for found in (old, new)])
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
        self.folder = output / f"seed_{seed}"
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

        return Guard(self.watch.stop, report, self.wishes.save_every)

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
            pools.update({name: _read_pool(folder / f"{name}.npz") for name in group})
        return pools, about

    def _make(self, base: Classifier, group: tuple[str, ...], folder: Path) -> None:
        """Train one autoencoder, draw from it, judge what was drawn."""
        inside = [self.found.new.classes.index(name) for name in group]
        new = self.found.new.take(np.isin(self.found.new.labels, inside))
        old = self.found.old.take(np.isin(self.found.old.labels, inside)) if self.wishes.study.mix_old else None
        model = ensemble.train(new, old, base, self.wishes, folder, self._guard("autoencoder " + "+".join(group)))
        about = {}
        for name in group:
            real, earlier = new.of_class(name).pixels, self.found.old.of_class(name).pixels
            sampler = Sampler(model, real, earlier, self.precision)
            about[name] = self._draw(base, sampler, name, folder) | {"parameters": count(model)}
        _write(folder / RESULT, about)
        (folder / ensemble.STATE).unlink(missing_ok=True)
        self.watch.report(f"seed {self.seed}: autoencoder {'+'.join(group)}", str(folder / f"{group[0]}.png"))

    def _draw(self, base: Classifier, sampler: Sampler, name: str, folder: Path) -> dict[str, Any]:
        """Draw and judge one class's pool; returns what is known of its quality."""
        how, label = self.wishes.sampling, self.found.old.classes.index(name)
        seed = child(self.wishes.seed, "draw", name)
        drawn = sampler.draw(self.wishes.study.added, how.modes, how.spread, seed)
        moved = sampler.draw(self.wishes.study.added, {"moved": 1}, how.spread, child(seed, "moved"))
        features, _ = classifier.answers(base, sampler.real, self.precision)
        reference = Reference(sampler.real, features)
        fresh = self.found.new_test.of_class(name).pixels
        look = (how.neighbours, self.precision)
        judged = probe.judge(base, reference, drawn.pixels, label, *look)
        _write_pool(folder / f"{name}.npz", Pool(drawn.pixels, judged, moved.pixels))
        best = quality.best(judged, max(1, round(how.keep * len(judged))), how.score)
        rows = [
            ("real, new", sampler.real),
            ("given back", sampler.reconstruct(sampler.real[:14])),
            ("drawn", drawn.pixels),
            ("best of them", drawn.pixels[_top(judged, how.score)]),
            ("worst of them", drawn.pixels[_top(judged, how.score)[::-1]]),
            ("real, old", sampler.old[list(source[0] for source in moved.sources[:14])]),
            ("moved", moved.pixels),
            ("between two", sampler.between(sampler.real[0], sampler.real[1], 14)),
        ]
        sheet.write(folder / f"{name}.png", [(caption, pixels[:14]) for caption, pixels in rows])
        test, made = (classifier.answers(base, pixels, self.precision)[0] for pixels in (fresh, drawn.pixels))
        sets = {"all": made, "filtered": made[best], "moved": classifier.answers(base, moved.pixels, self.precision)[0]}
        return {
            "drawn": len(judged),
            "copies": int(judged.copy.sum()),
            "means": {key: float(np.mean(getattr(judged, key))) for key in quality.columns() if key != "nearest"},
            "damage": probe.damage(base, reference, fresh, label, *look),
            "planted": probe.copies(base, reference, fresh, label, *look),
            "sets": {key: probe.of_set(test, values, how.neighbours) for key, values in sets.items()}
            | {"real": probe.of_set(test, features, how.neighbours)},
        }

    def _arm(self, arm: str, base: Classifier, pools: dict[str, Pool]) -> dict[str, Any]:
        """Train on with one arm's crops and test on both domains."""
        folder = self.folder / arm.replace(" ", "_")
        if (folder / RESULT).exists():
            return json.loads((folder / RESULT).read_bytes())
        model = base
        if arm != "before":
            more = arms.added(arm, self.found.new, pools, self.wishes, child(self.wishes.seed, arm))
            crops = self.found.old if more is None else store.join(self.found.old, more)
            steps = self.wishes.study.retrain_steps
            mark = fingerprint(self.wishes.seed, self.precision, self.wishes.classifier, classifier.digest(crops))
            model = classifier.train_on(base, crops, self.wishes, steps, folder, mark, self._guard(arm))
        result = {
            "old": _plain(self._test(model, self.found.old_test)),
            "new": _plain(self._test(model, self.found.new_test)),
        }
        _write(folder / RESULT, result)
        (folder / classifier.STATE).unlink(missing_ok=True)
        self.watch.report(f"seed {self.seed}: {arm}", "")
        return result

    def _test(self, model: Classifier, crops: CropSet) -> Confusion:
        _, chances = classifier.answers(model, crops.pixels, self.precision)
        return confusion(crops.classes, crops.labels, chances.argmax(1))


def _plain(found: Confusion) -> dict[str, Any]:
    return {"classes": list(found.classes), "counts": found.counts.tolist()}


def _top(judged: Quality, by: str) -> np.ndarray:
    return np.argsort(-quality.score(judged, by), kind="stable")


def _write(path: Path, result: dict[str, Any]) -> None:
    write_atomic(path, json.dumps(result, indent=1).encode() + b"\n")


def _write_pool(path: Path, pool: Pool) -> None:
    """Pixels and quality in one file. Raises ``OutputError``."""
    data = io.BytesIO()
    judged = {f"q_{name}": getattr(pool.judged, name) for name in quality.columns()}
    np.savez_compressed(data, made=pool.made, moved=pool.moved, **judged)
    write_atomic(path, data.getvalue())


def _read_pool(path: Path) -> Pool:
    """Raises ``TrainingError``."""
    try:
        with np.load(path) as found:
            judged = Quality(*(found[f"q_{name}"] for name in quality.columns()))
            return Pool(found["made"], judged, found["moved"])
    except (OSError, KeyError, ValueError) as error:
        raise TrainingError(f"{path}: damaged ({error}); delete its folder and run again") from error
