"""A run: outputs that are missing are made and written, by one process or many; what is there stays.

A record is written last, so a frame with a record is complete. A run that was stopped, killed or ran out of disk goes
on where it was when the same command is given again; with other wishes it refuses, since the frames would not agree.
"""

from __future__ import annotations

import contextlib
import gc
import json
import multiprocessing
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from multiprocessing.connection import Connection, wait
from pathlib import Path

import cv2

from dataset import records
from dataset.files import OutputError, Staged, write_atomic
from dataset.recipe import RecipeError
from dataset.records import RecordError

from . import pixels, recipe
from .frame import VERSION, Made, Maker
from .pictures import PictureError
from .recipe import Recipe
from .sources import SourceSet

SETTINGS = "augment.json"
"""What the folder was made with; a later run must ask for the same."""
BATCH = 8
"""Outputs that are handed to the disk together, while the next ones are made: one by one costs it three times more."""


class RunError(Exception):
    """A run that can't start or go on; the message says what to do."""


@dataclass(frozen=True)
class Outcome:
    """What became of one output."""

    index: int
    image: str = ""
    seconds: float = 0.0
    kept: int = 0
    dropped: int = 0
    problem: str = ""
    """Why it was not made; "" when it was."""
    fatal: bool = False
    """Whether the others would meet the same problem (no space left, a broken pipeline)."""


@dataclass
class Summary:
    """A whole run."""

    total: int
    there: int = 0
    """Outputs that an earlier run had finished."""
    made: int = 0
    kept: int = 0
    dropped: int = 0
    problems: list[str] = field(default_factory=list)
    stopped: bool = False


class Run:
    """Settings of a run, and the work on one output."""

    def __init__(self, wishes: Recipe, found: SourceSet, output: Path, count: int) -> None:
        self.recipe = wishes
        self.found = found
        self.output = output
        self.count = count
        names = [(source.name, len(source.instances)) for source in found.sources]
        self.fingerprint = recipe.fingerprint(wishes)
        self.settings = {"version": VERSION, "recipe": self.fingerprint, "sources": names}
        self._maker: Maker | None = None

    def __getstate__(self) -> dict[str, object]:
        """For workers that are started anew: read-only mappings can't be sent, so the recipe goes as TOML's tree."""
        return {**self.__dict__, "recipe": recipe.tree(self.recipe), "_maker": None}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update({**state, "recipe": recipe.parse(state["recipe"])})

    def missing(self) -> list[int]:
        """Outputs without a valid record and picture. Raises ``RunError`` when the folder holds another run's."""
        file = self.output / SETTINGS
        wanted = json.loads(json.dumps(self.settings))
        if file.exists():
            try:
                same = json.loads(file.read_bytes()) == wanted
            except (OSError, ValueError):
                same = False
            if not same:
                raise RunError(
                    f"{self.output} holds pictures made with another recipe, seed or data set: choose another folder, "
                    "or give the same wishes again to go on"
                )
        elif (self.output / records.FRAMES).exists():
            raise RunError(f"{self.output} holds another data set: choose an empty folder")
        else:
            write_atomic(file, json.dumps(wanted, indent=1).encode() + b"\n")
        there = set()
        for index in range(self.count):
            path = records.path_of(self.output, self._name(index))
            if path.exists() and self._valid(path, index):
                there.add(index)
        return [index for index in range(self.count) if index not in there]

    def _name(self, index: int) -> str:
        return f"{self.recipe.output.name}_{index:06d}"

    def _valid(self, path: Path, index: int) -> bool:
        try:
            record = records.read(path)
            size = (self.output / record.image).stat().st_size
        except (RecordError, OSError):
            return False
        return record.index == index and record.recipe == self.fingerprint and record.bytes == size

    def work(self, indices: Iterable[int]) -> Iterator[Outcome]:
        """Make and write outputs, in order. Some are written while the next ones are made: disks make one wait."""
        with ThreadPoolExecutor(1) as writer:
            pending: deque[Future[list[Outcome]]] = deque()
            batch: list[tuple[Made | Outcome, float]] = []
            for index in indices:
                start = time.perf_counter()
                made = self.make(index)
                batch.append((made, time.perf_counter() - start))
                if len(batch) == BATCH:
                    pending.append(writer.submit(self.write, batch))
                    batch = []
                while pending and (len(pending) > 1 or pending[0].done()):
                    yield from pending.popleft().result()
            pending.append(writer.submit(self.write, batch))
            while pending:
                yield from pending.popleft().result()

    def make(self, index: int) -> Made | Outcome:
        """The output, or why there is none."""
        try:
            if self._maker is None:
                load = None
                if self.recipe.pixels.pipeline:
                    load = partial(pixels.load_pipeline, Path(self.recipe.pixels.pipeline))
                self._maker = Maker(self.recipe, self.found, self.fingerprint, load)
            return self._maker.make(index)
        except PictureError as error:
            return Outcome(index, problem=str(error))
        except RecipeError as error:
            return Outcome(index, problem=str(error), fatal=True)

    def write(self, batch: Sequence[tuple[Made | Outcome, float]]) -> list[Outcome]:
        """Write pictures and masks, then the records; of one where that fails, nothing stays.

        ``batch``: outputs, or why there is none, each with the seconds that making it took.
        """
        staged = [(made, seconds, self._staged(made)) for made, seconds in batch]
        return [self._settled(made, seconds, files) for made, seconds, files in staged]

    def _staged(self, made: Made | Outcome) -> Staged | OutputError | None:
        if isinstance(made, Outcome):
            return None
        path = records.path_of(self.output, made.record.name)
        files = [(self.output / name, data) for name, data in made.files]
        try:
            return Staged([*files, (path, records.encode(made.record))])
        except OutputError as error:
            return error

    def _settled(self, made: Made | Outcome, seconds: float, staged: Staged | OutputError | None) -> Outcome:
        if isinstance(made, Outcome):
            return made
        start = time.perf_counter()
        try:
            if isinstance(staged, OutputError):
                raise staged
            staged.settle()
        except OutputError as error:
            for name, _ in made.files:
                (self.output / name).unlink(missing_ok=True)
            return Outcome(made.record.index, problem=str(error), fatal=True)
        kept = sum(item.exported for item in made.record.instances)
        lost = sum(item.get("out_of_view", 0) for item in made.record.about["operations"])
        seconds += time.perf_counter() - start
        return Outcome(made.record.index, made.record.image, seconds, kept, len(made.record.instances) - kept + lost)


def run(job: Run, workers: int, stop: Callable[[], bool], report: Callable[[Outcome], None] | None = None) -> Summary:
    """Make all missing outputs; ``stop`` is asked between two of them. Raises ``RunError``."""
    cv2.setNumThreads(1)
    missing = job.missing()
    gc.freeze()  # what is there stays: the collector needn't look again, and workers share it with us
    summary = Summary(job.count, there=job.count - len(missing))
    workers = max(1, min(workers, len(missing)))
    outcomes = _here(job, missing, stop) if workers == 1 else _apart(job, missing, workers, stop)
    for outcome in outcomes:
        if outcome.fatal:
            outcomes.close()
            raise RunError(outcome.problem)
        if outcome.problem:
            summary.problems.append(f"output {outcome.index}: {outcome.problem}")
        else:
            summary.made += 1
            summary.kept += outcome.kept
            summary.dropped += outcome.dropped
        if report:
            report(outcome)
    summary.stopped = summary.there + summary.made + len(summary.problems) < job.count
    return summary


def _here(job: Run, missing: list[int], stop: Callable[[], bool]) -> Iterator[Outcome]:
    return job.work(takewhile(lambda _: not stop(), missing))


AHEAD = 3 * BATCH
"""Outputs that a worker has in hand: two batches, so none waits for the parent, and one more for what lies between."""


def _apart(job: Run, missing: list[int], workers: int, stop: Callable[[], bool]) -> Iterator[Outcome]:
    """The same in several processes. A worker that dies costs the outputs that it had in hand."""
    fork = sys.platform == "linux"
    if fork:
        pixels.library()  # once, before the workers split off: they share it
    context = multiprocessing.get_context("fork" if fork else "spawn")
    queue = deque(missing)
    owed: dict[Connection, list[int]] = {}
    processes = []
    for _ in range(workers):
        ours, theirs = context.Pipe()
        inherited = [*owed, ours] if fork else []
        process = context.Process(target=_serve, args=(job, theirs, inherited), daemon=True)
        process.start()
        theirs.close()
        processes.append(process)
        owed[ours] = []
    try:
        for connection in [*owed] * AHEAD:
            _hand_out(connection, owed, queue)
        while any(owed.values()):
            for connection in wait([c for c, numbers in owed.items() if numbers], timeout=0.2):
                try:
                    outcome = connection.recv()
                except (EOFError, OSError):
                    for index in owed[connection]:
                        yield Outcome(index, problem="its worker died (out of memory?); run the same command again")
                    owed[connection] = []
                    continue
                owed[connection].remove(outcome.index)
                if stop():
                    queue.clear()
                _hand_out(connection, owed, queue)
                yield outcome
    finally:
        for connection in owed:
            connection.close()
        for process in processes:
            process.join(timeout=10)
            if process.is_alive():
                process.terminate()


def _hand_out(connection: Connection, owed: dict[Connection, list[int]], queue: deque[int]) -> None:
    """One more output for a worker; None tells it that there are no more."""
    with contextlib.suppress(BrokenPipeError):  # it has died or ended: the next recv() tells
        if queue:
            owed[connection].append(queue.popleft())
            connection.send(owed[connection][-1])
        else:
            connection.send(None)


def _serve(job: Run, connection: Connection, inherited: list[Connection]) -> None:
    """A worker's life: numbers in, outcomes out, until there are no more or the parent dies.

    ``inherited``: the parent's ends, which a fork copies; an open copy would keep the line alive.
    """
    for other in inherited:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C reaches all; the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cv2.setNumThreads(1)
    with contextlib.suppress(EOFError, OSError):
        for outcome in job.work(iter(connection.recv, None)):
            connection.send(outcome)
