"""Make a data set without a window.

    blender -b -P scripts/batch.py -- --output DIR --frames 0-99 [--recipe FILE.toml] [--seed N]
    python scripts/batch.py --output DIR --frames 0-99 ...                     (with the bpy wheel)

Runs from a checkout and from the installed extension alike. Running it again on the same folder makes only what is
missing. Exit codes: 0 done, 1 some frames could not be made, 2 wrong input (one line says what).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "rescue_synth"


class Parser(argparse.ArgumentParser):
    """argparse with one-line errors."""

    def error(self, message: str) -> None:
        sys.exit(fail(message))


def fail(message: str) -> int:
    """Say what is wrong in one line; the exit code for wrong input."""
    print(f"batch.py: {message}", file=sys.stderr)
    return 2


def load_package() -> ModuleType:
    """The project as the package ``rescue_synth``, whatever folder it lies in."""
    if PACKAGE not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            PACKAGE, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
        )
        module = importlib.util.module_from_spec(spec)
        sys.modules[PACKAGE] = module
        spec.loader.exec_module(module)
    return sys.modules[PACKAGE]


def room(name: str) -> ModuleType:
    """A module of the project by its dotted name, such as ``dataset.recipe``."""
    load_package()
    return importlib.import_module(f"{PACKAGE}.{name}")


def frame_numbers(text: str) -> list[int]:
    """ "0-99", "57" or "0-9,20,30-39". Raises ``argparse.ArgumentTypeError``."""
    numbers: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9})(?:-(\d{1,9}))?\s*", part)
        if not match:
            raise argparse.ArgumentTypeError(f"{text!r}: write 0-99, 57 or 0-9,20,30-39")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise argparse.ArgumentTypeError(f"{text!r}: the last frame lies before the first; write {last}-{first}")
        numbers += range(first, last + 1)
    return numbers


def parser() -> Parser:
    """The command's options."""
    made = Parser(prog="batch.py", description="Make a labelled data set of disaster sites.")
    made.add_argument("--output", type=Path, metavar="DIR", help="folder of the data set")
    made.add_argument("--frames", type=frame_numbers, metavar="0-99", help="frames to make; default: the recipe's")
    made.add_argument("--recipe", type=Path, metavar="FILE.toml", help="what to make; default: the built-in recipe")
    made.add_argument("--seed", type=int, metavar="N", help="another seed, another data set")
    for name, what in (("width", "pixels"), ("height", "pixels"), ("samples", "Cycles samples a pixel")):
        made.add_argument(f"--{name}", type=int, metavar="N", help=what)
    made.add_argument("--engine", choices=("cycles", "eevee"), help="engine of the picture")
    made.add_argument(
        "--device", default="auto", choices=("auto", "cpu", "cuda", "optix", "hip", "metal"), help="where Cycles runs"
    )
    made.add_argument("--threads", type=int, default=0, metavar="N", help="render threads; default: all")
    made.add_argument("--assets", type=Path, default=ROOT / "assets", metavar="DIR", help="built assets")
    made.add_argument("--plan", action="store_true", help="print what the frames will show, and make nothing")
    made.add_argument("--json", action="store_true", help="progress as JSON lines on stdout")
    made.add_argument("--no-derive", action="store_true", help="leave VIA, COCO and preview to a later run")
    return made


def arguments() -> list[str]:
    """Our own arguments: after "--" in Blender, all of them under plain Python."""
    if "--" in sys.argv:
        return sys.argv[sys.argv.index("--") + 1 :]
    inside_blender = not Path(sys.argv[0]).name.endswith(".py")
    return [] if inside_blender else sys.argv[1:]


def report(event: dict) -> None:
    """One line for people."""
    kind = event["event"]
    if kind == "start":
        kept = event["frames"] - event["todo"]
        print(f"{event['todo']} frames to make" + (f", {kept} are there already" if kept else ""), flush=True)
    elif kind == "frame":
        left = f"{event['left'] / 60:.1f} min" if event["left"] > 90 else f"{event['left']:.0f} s"
        head = f"frame {event['done']} of {event['of']}  {event['name']}"
        print(f"{head}  {event['seconds']:.1f} s  {left} left", flush=True)
    elif kind == "refused":
        print(f"{event['name']} could not be made: {event['reason']}", file=sys.stderr, flush=True)
    elif kind == "finished":
        print(f"look at {event['folder']}/preview.jpg; annotations: {event['folder']}/via_project.json", flush=True)


def wish(options: argparse.Namespace) -> object:
    """The recipe with the command's overrides. Raises ``RecipeError``."""
    recipe = room("dataset.recipe")
    base = recipe.load(options.recipe) if options.recipe else recipe.Recipe()
    tables = {
        "render": {
            key: getattr(options, key)
            for key in ("width", "height", "samples", "engine")
            if getattr(options, key) is not None
        }
    }
    plain = {"seed": options.seed} if options.seed is not None else {}
    changes = recipe.parse(plain | tables)  # the recipe's own rules check the overrides
    render = replace(base.render, **{key: getattr(changes.render, key) for key in tables["render"]})
    seed = changes.seed if plain else base.seed
    if options.recipe and base.assets.blend:
        blend = (options.recipe.resolve().parent / base.assets.blend).as_posix()
        base = replace(base, assets=replace(base.assets, blend=blend))
    return replace(base, render=render, seed=seed)


def main(given: list[str] | None = None) -> int:
    """Run with ``given`` arguments, else with the process's own; the exit code."""
    options = parser().parse_args(arguments() if given is None else given)
    if options.output is None and not options.plan:
        return fail("the following arguments are required: --output")
    quiet = room("render.quiet").quiet
    try:
        with quiet():
            import bpy  # noqa: F401
    except ImportError:
        return fail('no Blender here: run "blender -b -P scripts/batch.py -- ..." or install the bpy wheel')
    # Only with --json does a parent hold the other end of stdin; in a terminal it means something else.
    leash = room("jobs.child").Leash(watch_stdin=options.json)
    try:
        failed = make(options, wanted=lambda: not leash.pulled)
    except (
        room("dataset.recipe").RecipeError,
        room("dataset.files").OutputError,
        room("render.generate").FolderError,
        room("render.devices").DeviceError,
        room("scene.build").SceneError,
    ) as error:
        if options.json:
            print(json.dumps({"event": "error", "message": str(error)}), flush=True)
        return fail(str(error))
    except BrokenPipeError:  # whoever read our progress is gone; what is done is kept
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    return 1 if failed else 0


def make(options: argparse.Namespace, wanted: Callable[[], bool]) -> dict[int, str]:
    """Plan or make what the options ask for while it is ``wanted``; which frames failed, and why.

    Raises the errors that ``main`` reports.
    """
    chosen = wish(options)
    frames = options.frames if options.frames is not None else range(chosen.frames)
    if options.plan:
        counted = room("dataset.statistics")
        print(counted.text(chosen, counted.planned(chosen, frames), "planned"))
        return {}
    with room("render.quiet").quiet():
        room("scene.build").start(chosen.assets)
        room("render.devices").choose(options.device, options.threads)
    summary = room("render.generate").generate(
        chosen,
        options.output,
        frames,
        options.assets,
        progress=(lambda event: print(json.dumps(event), flush=True)) if options.json else report,
        derive=not options.no_derive,
        wanted=wanted,
    )
    return summary.failed


if __name__ == "__main__":
    sys.exit(main())
