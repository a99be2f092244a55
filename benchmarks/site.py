"""What sites cost: CPU seconds to build, objects, vertices and memory, a row a site.

python benchmarks/site.py [--sites 10] [--first 0]        (or: blender -b -P benchmarks/site.py -- ...)
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from batch import arguments, room  # noqa: E402

COLUMNS = ("built s", "to stand on s", "objects", "vertices", "of them unique", "MB more")


def measured(number: int) -> tuple[float, ...]:
    """Site ``number`` of the default recipe, built in the open file: the values of ``COLUMNS``."""
    import bpy

    terrain, memory = room("scene.terrain"), room("render.memory")
    heaps = room("scene.rubble").load_heaps(ROOT / "assets")
    spec = room("dataset.plan").site(room("dataset.recipe").Recipe(), number)
    collection = room("scene.cleaning").emptied("Site", bpy.context.scene.collection)
    memory.release()
    before, start = memory.resident(), process_time()
    stages = room("scene.site").add_site(spec, heaps, collection)
    while True:
        try:
            next(stages)
        except StopIteration as end:
            surfaces = end.value
            break
    bpy.context.view_layer.update()
    built = process_time()
    terrain.Terrain.of_objects(surfaces)
    stood = process_time()
    meshes = [thing.data for thing in collection.all_objects if thing.type == "MESH"]
    return (
        built - start,
        stood - built,
        len(collection.all_objects),
        sum(len(mesh.vertices) for mesh in meshes),
        sum(len(mesh.vertices) for mesh in dict.fromkeys(meshes)),
        memory.resident() - before,
    )


def main() -> int:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args(arguments())
    room("scene.build").start(room("dataset.recipe").Recipe().assets)
    print(f"| site | {' | '.join(COLUMNS)} |\n|{'---|' * (len(COLUMNS) + 1)}")
    rows = []
    for number in range(options.first, options.first + options.sites):
        rows.append(measured(number))
        print(_row(str(number), rows[-1]), flush=True)
    for word, take in (("median", statistics.median), ("most", max)):
        print(_row(word, [take(column) for column in zip(*rows, strict=True)]), flush=True)
    return 0


def _row(name: str, values: list[float] | tuple[float, ...]) -> str:
    seconds = [f"{value:.1f}" for value in values[:2]]
    return f"| {name} | {' | '.join([*seconds, *(f'{value:,.0f}' for value in values[2:])])} |"


if __name__ == "__main__":
    sys.exit(main())
