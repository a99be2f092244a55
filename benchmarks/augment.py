"""Milliseconds a picture for augmentation, beside its floor (decode + encode) and beside albumentations.

python benchmarks/augment.py [--photos DIR] [--rounds 9] [--count 1000] [--runs 2]

40 pictures of 640x480, each with six outlines of 60 corners. All contestants start from the same JPEG files, do the
same operations with the same chances, and end with JPEG bytes at quality 95 and outlines. Rounds are interleaved;
medians of wall and CPU time; OpenCV and BLAS on one thread.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cv2
import numpy as np

from imaging import fields
from ml.augment import pixels, recipe, run, sources
from ml.augment.frame import Made, Maker

WIDTH, HEIGHT, SOURCES, OBJECTS, CORNERS = 640, 480, 40, 6, 60
PAPER = 44.2
"""Seconds that the paper states for annotating and augmenting 1000 images."""
QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 95]


def make_set(folder: Path, photos: Path | None) -> None:
    """Write pictures and a VIA file: real photos brought to size, or drawn ones with texture at all scales."""
    rng = np.random.default_rng(0)
    files = sorted(p for p in photos.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png")) if photos else []
    entries = {}
    for number in range(SOURCES):
        image = _photo(files[number % len(files)]) if files else _drawn(rng)
        outlines = [_outline(rng) for _ in range(OBJECTS)]
        if not files:
            for outline in outlines:
                cv2.fillPoly(image, [np.rint(outline).astype(np.int32)], rng.integers(0, 255, 3).tolist(), cv2.LINE_AA)
        name = f"p{number:02d}.jpg"
        data = cv2.imencode(".jpg", image, QUALITY)[1].tobytes()
        (folder / name).write_bytes(data)
        regions = [
            {
                "shape_attributes": {
                    "name": "polygon",
                    "all_points_x": outline[:, 0].tolist(),
                    "all_points_y": outline[:, 1].tolist(),
                },
                "region_attributes": {"category": "thing"},
            }
            for outline in outlines
        ]
        entries[f"{name}{len(data)}"] = {
            "filename": name,
            "size": len(data),
            "regions": regions,
            "file_attributes": {},
        }
    (folder / "via_region_data.json").write_text(json.dumps(entries))


def _photo(path: Path) -> np.ndarray:
    return cv2.resize(cv2.imread(str(path)), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


def _drawn(rng: np.random.Generator) -> np.ndarray:
    layers = [fields.noise(HEIGHT, WIDTH, 160, rng, 7) for _ in range(3)]
    image = 128 + 70 * np.stack(layers, axis=-1) + rng.normal(0, 6, (HEIGHT, WIDTH, 1))
    return np.clip(image, 0, 255).astype(np.uint8)


def _outline(rng: np.random.Generator) -> np.ndarray:
    """A lobed ring of whole-number corners, 40 to 160 pixels tall."""
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    tall = rng.uniform(20, 80)
    radius = 1 + sum(rng.uniform(0, 0.12) * np.sin(k * angle + rng.uniform(0, 6)) for k in range(2, 7))
    ring = np.stack([0.5 * tall * radius * np.cos(angle), tall * radius * np.sin(angle)], axis=1)
    ring += (rng.uniform(60, WIDTH - 60), rng.uniform(100, HEIGHT - 100))
    return np.clip(np.rint(ring), 0, (WIDTH - 1, HEIGHT - 1))


class Floor:
    """Decode and encode, nothing else."""

    def __init__(self, folder: Path) -> None:
        self.data = [np.frombuffer(p.read_bytes(), np.uint8) for p in sorted(folder.glob("*.jpg"))]

    def __call__(self, index: int) -> None:
        cv2.imencode(".jpg", cv2.imdecode(self.data[index % SOURCES], cv2.IMREAD_COLOR), QUALITY)


class Ours:
    """Everything: source, view, paste, weather, pixels, outlines, JPEG; with ``writing`` also files and record.

    ``warm`` keeps decoded sources, as a run does; without it every output decodes its source again.
    """

    def __init__(self, folder: Path, changes: dict, writing: Path | None = None, warm: bool = True) -> None:
        wishes = recipe.parse({"output": {"quality": [95, 95]}, **changes})
        found = sources.open_set(folder)
        self.maker = Maker(wishes, found, "benchmark", None)
        self.job = run.Run(wishes, found, writing, 1) if writing else None
        self.warm = warm
        self.batch: list[tuple[Made, float]] = []

    def __call__(self, index: int) -> None:
        if not self.warm:
            self.maker.library.loaded.clear()
        made = self.maker.make(index)
        if self.job:
            self.batch.append((made, 0.0))
            if len(self.batch) == run.BATCH:
                problems = [outcome.problem for outcome in self.job.write(self.batch)]
                assert not any(problems), problems
                self.batch.clear()


class Albumentations:
    """The same operations by its own transforms; outlines as keypoints, or one mask an instance, traced afterwards."""

    def __init__(self, folder: Path, masks: bool, weather: bool) -> None:
        A = pixels.library()
        floor = Floor(folder)
        self.data, self.masks = floor.data, masks
        self.rings = [[np.asarray(s.rings[0]) for s in source.instances] for source in sources.open_set(folder).sources]
        if masks:
            self.drawn = [[self._mask(ring) for ring in rings] for rings in self.rings]
        steps = [
            A.HorizontalFlip(p=0.5),
            A.Affine(scale=(0.85, 1.7), rotate=(-6, 6), p=0.9),
            A.Perspective(scale=(0.0, 0.06), p=0.1),
        ]
        if weather:
            sky = [(A.RandomRain(), 1.0), (A.RandomSnow(), 1.0), (A.RandomFog(), 1.0)]
            for transform, weight in sky:
                transform.p = weight
            steps.append(A.OneOf([transform for transform, _ in sky], p=3 / 9))
        steps += [
            A.RandomBrightnessContrast(brightness_limit=0.2, contrast_limit=0.25, p=0.75),
            A.RandomGamma((75, 135), p=0.3),
            A.HueSaturationValue(6, 40, 0, p=0.15),
            A.ToGray(p=0.02),
            A.RandomShadow(p=0.1),
            A.GaussianBlur(blur_limit=0, sigma_limit=(0.4, 1.6), p=0.25),
            A.MotionBlur(blur_limit=(3, 9), p=0.1),
            A.GaussNoise(std_range=(2 / 255, 12 / 255), p=0.3),
            A.ImageCompression(quality_range=(30, 75), p=0.08),
        ]
        points = None if masks else A.KeypointParams("xy", remove_invisible=False)
        self.pipeline = A.Compose(steps, keypoint_params=points, seed=0)

    @staticmethod
    def _mask(ring: np.ndarray) -> np.ndarray:
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.fillPoly(mask, [np.rint(ring).astype(np.int32)], 1)
        return mask

    def __call__(self, index: int) -> None:
        number = index % SOURCES
        image = cv2.cvtColor(cv2.imdecode(self.data[number], cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        if self.masks:
            result = self.pipeline(image=image, masks=self.drawn[number])
            for mask in result["masks"]:
                cv2.findContours(np.ascontiguousarray(mask), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        else:
            result = self.pipeline(image=image, keypoints=np.concatenate(self.rings[number]))
        cv2.imencode(".jpg", cv2.cvtColor(result["image"], cv2.COLOR_RGB2BGR), QUALITY)


def race(contestants: dict[str, Callable[[int], None]], rounds: int) -> dict[str, tuple[float, float]]:
    """Median wall and CPU milliseconds a picture; every round runs all contestants on the same 40 outputs."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, contestant in contestants.items():
            wall, cpu = perf_counter(), process_time()
            for index in range(number * SOURCES, (number + 1) * SOURCES):
                contestant(index)
            if number:  # the first round warms up
                times[name].append(((perf_counter() - wall) / SOURCES * 1e3, (process_time() - cpu) / SOURCES * 1e3))
    return {name: tuple(statistics.median(t[i] for t in found) for i in (0, 1)) for name, found in times.items()}


def whole_runs(folder: Path, scratch: Path, count: int, rounds: int) -> dict[int, tuple[float, float]]:
    """Best wall and CPU seconds of 40 -> ``count`` by 1 and 2 workers, from reading the set to the last record."""
    seconds: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    for _ in range(rounds):
        for workers in seconds:
            shutil.rmtree(scratch, ignore_errors=True)
            start, busy = perf_counter(), sum(os.times()[:4])
            job = run.Run(recipe.Recipe(), sources.open_set(folder), scratch, count)
            summary = run.run(job, workers, lambda: False)
            seconds[workers].append((perf_counter() - start, sum(os.times()[:4]) - busy))
            assert summary.made == count, summary.problems
    return {workers: tuple(min(found) for found in zip(*pairs, strict=True)) for workers, pairs in seconds.items()}


FLOOR = "floor: decode + encode"
OURS = "ours, whole, no files, every picture decoded anew"
OURS_STILL = "ours, no weather or paste, decoded anew"


def show(found: dict[str, tuple[float, float]]) -> None:
    """Print ``race``'s figures as a table; albumentations, which decodes every picture too, against ours alike."""
    floor = found[FLOOR][1]
    print(f"| {'contestant':54} | wall ms | CPU ms | x floor | against ours |\n|{'---|' * 5}")
    for name, (wall, cpu) in found.items():
        ratio = ""
        if name in (OURS, OURS_STILL) or name.startswith("albumentations"):
            ratio = f"{cpu / found[OURS_STILL if 'no weather' in name else OURS][1]:.2f}"
        print(f"| {name:54} | {wall:7.2f} | {cpu:6.2f} | {cpu / floor:7.2f} | {ratio:12} |")


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--photos", type=Path, help="folder of photos to use instead of drawn pictures")
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--count", type=int, default=1000, help="outputs of a whole run")
    options.add_argument("--runs", type=int, default=2, help="whole runs by 1 and 2 workers; the best counts")
    args = options.parse_args()
    cv2.setNumThreads(1)
    still = {"weather": {"kinds": {"clear": 1}, "night": 0, "drops": 0}, "paste": {"chance": 0}}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "set"
        folder.mkdir()
        make_set(folder, args.photos)
        contestants: dict[str, Callable[[int], None]] = {
            FLOOR: Floor(folder),
            "ours, whole, no files": Ours(folder, {}),
            "ours, whole: weather, paste, outlines, files, records": Ours(folder, {}, Path(scratch) / "written"),
            OURS: Ours(folder, {}, None, warm=False),
            "albumentations, keypoints, its weather": Albumentations(folder, False, True),
            "albumentations, masks, its weather": Albumentations(folder, True, True),
            OURS_STILL: Ours(folder, still, None, warm=False),
            "albumentations, keypoints, no weather": Albumentations(folder, False, False),
            "albumentations, masks, no weather": Albumentations(folder, True, False),
        }
        gc.freeze()  # as a run does, for all alike
        show(race(contestants, args.rounds))
        if args.count:
            seconds = whole_runs(folder, Path(scratch) / "run", args.count, args.runs)
            for workers, (wall, cpu) in seconds.items():
                print(f"40 -> {args.count}, {workers} workers: {wall:.2f} s, {args.count / wall:.0f} images/s", end="")
                print(f", {cpu:.2f} s of CPU", f"(paper: {PAPER} s for 1000)" if args.count == 1000 else "")
            print(f"2 workers against 1: {seconds[1][0] / seconds[2][0]:.2f}x")


if __name__ == "__main__":
    main()
