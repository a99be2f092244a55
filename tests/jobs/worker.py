"""A stand-in for scripts/batch.py: makes empty "frames", and misbehaves as told.

    python worker.py FOLDER --frames 0-9 [--crash K] [--always K] [--error MESSAGE] [--hang K] [--seconds S]

``--crash K`` dies once at frame K, ``--always K`` each time, ``--error`` refuses the wish, ``--hang K`` stops speaking,
``--refuse K`` fails the checks of frame K, ``--leave K`` stops there once, in good order.
"""

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from jobs.child import Leash, emit

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=Path)
parser.add_argument("--frames", required=True)
parser.add_argument("--crash", type=int, default=-1)
parser.add_argument("--always", type=int, default=-1)
parser.add_argument("--leave", type=int, default=-1)
parser.add_argument("--refuse", type=int, default=-1)
parser.add_argument("--hang", type=int, default=-1)
parser.add_argument("--error", default="")
parser.add_argument("--seconds", type=float, default=0.01)
parser.add_argument("--json", action="store_true")
parser.add_argument("--no-derive", action="store_true")
options = parser.parse_args()

if options.error:
    emit("error", message=options.error)
    sys.exit(2)
leash = Leash()
runs = [part.partition("-") for part in options.frames.split(",")]
frames = [k for first, _, last in runs for k in range(int(first), int(last or first) + 1)]
todo = [k for k in frames if not (options.folder / f"{k}.done").exists()]
with open(options.folder / "runs.txt", "a") as runs:
    runs.write(f"{options.frames}\n")
emit("start", frames=len(frames), todo=len(todo))
for k in todo:
    mark = options.folder / f"{k}.left"
    if leash.pulled or (k == options.leave and not mark.exists()):
        mark.touch()
        break
    if k == options.hang:
        time.sleep(60)
    mark = options.folder / f"{k}.crashed"
    if k == options.always or (k == options.crash and not mark.exists()):
        mark.touch()
        print("Segmentation fault (not really)", file=sys.stderr)
        os._exit(11)
    time.sleep(options.seconds)
    if k == options.refuse:
        emit("refused", index=k, reason="nobody in view")
    else:
        (options.folder / f"{k}.done").touch()
    emit("frame", index=k, seconds=options.seconds, image=str(options.folder / f"{k}.done"))
emit("finished")
sys.exit(1 if options.refuse in todo else 0)
