"""What labels cost: a whole labelled frame against the bare RGB render of the same frame, and memory over many frames.

    make bench      or      python benchmarks/frame.py [--rounds 7] [--width 640 --height 480] [--memory 60]

Rounds are interleaved (bare, labelled, bare, labelled ...) and medians reported, in wall and CPU seconds: other work on
the machine then hits both alike.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from batch import room  # noqa: E402

STAGES = ("build", "image", "labels", "air and lens", "checks", "writing")


def bare(scene: object, wish: object, path: Path) -> None:
    """What one would do without labels: render, save a JPEG."""
    import bpy

    room("render.shoot").configure(scene, wish)
    layer = scene.view_layers[0]
    layer.use_pass_z = layer.use_pass_object_index = False
    with room("render.quiet").quiet():
        bpy.ops.render.render()
    room("render.compat").set_jpeg(scene.render.image_settings, 90)
    bpy.data.images["Render Result"].save_render(str(path), scene=scene)


def measured(call: object) -> tuple[float, float]:
    """(wall, CPU) seconds of one call."""
    wall, cpu = perf_counter(), process_time()
    call()
    return perf_counter() - wall, process_time() - cpu


def cost(wish: object, rounds: int, folder: Path) -> None:
    """The ratio, with its parts."""
    frame, plan, build = room("render.frame"), room("dataset.plan"), room("scene.build")
    scene = build.start(wish.assets)
    builder = build.Builder(wish, ROOT / "assets")
    spec = next(spec for index in range(99) if not frame.make(spec := plan.frame(wish, index), wish, builder).reasons)
    plain, whole, clocks = [], [], []
    for _ in range(rounds):
        # people, light and camera are built for both: the scene must stand before either is rendered
        build_seconds = measured(lambda: builder.build(spec))
        plain.append(
            [
                a + b
                for a, b in zip(
                    build_seconds, measured(lambda: bare(scene, wish.render, folder / "bare.jpg")), strict=True
                )
            ]
        )
        clock = frame.Clock()
        whole.append(measured(lambda clock=clock: frame.write(folder, frame.make(spec, wish, builder, clock))))
        clocks.append(clock)
    size = f"{wish.render.width}x{wish.render.height}, {wish.render.samples} samples"
    print(f"frame {spec.name}, {size}, {rounds} rounds, medians")
    for label, column in (("wall", 0), ("CPU", 1)):
        one, other = (statistics.median(row[column] for row in rows) for rows in (plain, whole))
        print(
            f"{label:>5}: build + bare render {one:.2f} s, whole labelled frame {other:.2f} s, ratio {other / one:.3f}"
        )
    for stage in STAGES:
        wall, cpu = (statistics.median(getattr(c, kind).get(stage, 0.0) for c in clocks) for kind in ("wall", "cpu"))
        print(f"       {stage:<8} {wall:6.3f} s wall  {cpu:6.3f} s CPU")


def memory(wish: object, frames: int) -> None:
    """Resident memory after 10 frames and after all, on small renders.

    The same ten frames over and over, three sites built anew each time: what one frame needs more than another would
    hide what is lost between them.
    """
    frame, plan, build = room("render.frame"), room("dataset.plan"), room("scene.build")
    build.start(wish.assets)
    builder = build.Builder(wish, ROOT / "assets")
    seen = {}
    for number in range(1, frames + 1):
        frame.make(plan.frame(wish, number % 10), wish, builder)
        room("render.memory").release()
        if number in (10, frames):
            seen[number] = room("render.memory").resident()
    growth = seen[frames] / seen[10] - 1
    print(f"resident memory: {seen[10]} MB after 10 frames, {seen[frames]} MB after {frames} ({growth:+.1%})")


def main() -> None:
    """Parse and run."""
    from dataclasses import replace

    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--width", type=int, default=640)
    options.add_argument("--height", type=int, default=480)
    options.add_argument("--memory", type=int, default=60, help="frames of the memory run, 0 for none")
    chosen = options.parse_args()
    recipe = room("dataset.recipe")
    wish = recipe.Recipe()
    full = replace(wish, render=replace(wish.render, width=chosen.width, height=chosen.height))
    with tempfile.TemporaryDirectory() as folder:
        cost(full, chosen.rounds, Path(folder))
    if chosen.memory:
        small = replace(wish.render, width=128, height=96, samples=1)
        memory(replace(wish, render=small), chosen.memory)


if __name__ == "__main__":
    main()
