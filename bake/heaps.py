"""Rubble heaps settled by rigid-body physics once, kept as a small table and reused with variation on every site.

A heap is baked at a radius of ``RADIUS`` metres on a mound of scene/mound.py; what is kept of each piece is its shape,
its rotation and where it came to rest, in units that fit any other radius.
"""

from __future__ import annotations

from pathlib import Path

import bmesh
import bpy
import numpy as np

from ..dataset.spec import stream
from ..scene.fragments import KINDS, templates
from ..scene.mound import mound
from ..scene.rubble import FILE, HEIGHT, RADIUS

HEAPS = 4

COUNTS = {"slab": 16, "wall": 40, "chunk": 95, "brick": 95, "masonry": 12, "wood": 24, "sheet": 4, "pipe": 8,
          "furniture": 6}  # fmt: skip
"""Pieces dropped on a heap; rebar and cloth are laid on top later."""

STEPS = 130
"""Frames of 1/24 s: after these all but a few pieces lie still."""

RESTLESS = 0.012
"""Metres a frame beyond which a piece is still moving and is left out."""


def bake(output: Path, count: int = HEAPS) -> None:
    """Settle ``count`` heaps and write them to ``output``/heaps.npz. About 4 s a heap on two cores."""
    heaps = [_settled(number) for number in range(count)]
    Path(output).mkdir(parents=True, exist_ok=True)
    columns = {name: np.concatenate([heap[name] for heap in heaps]) for name in heaps[0]}
    np.savez_compressed(Path(output) / FILE, **columns)


def _settled(number: int) -> dict[str, np.ndarray]:
    """Columns of the heap ``number``, one row a piece."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    scene, draw = bpy.context.scene, stream(number, "heap bake")
    bpy.ops.rigidbody.world_add()
    world = scene.rigidbody_world
    world.collection = bpy.data.collections.new("Bodies")
    world.substeps_per_frame, world.solver_iterations = 8, 10
    world.point_cache.frame_start, world.point_cache.frame_end = 1, STEPS
    _collider(number, scene, world.collection)
    pieces = _dropped(number, draw, scene, world.collection)
    before = None
    for frame in range(1, STEPS + 1):
        scene.frame_set(frame)
        if frame == STEPS - 1:
            before = np.array([thing.matrix_world for *_, thing in pieces])
    after = np.array([thing.matrix_world for *_, thing in pieces])
    bpy.ops.rigidbody.world_remove()
    still = np.linalg.norm(after[:, :3, 3] - before[:, :3, 3], axis=1) < RESTLESS
    x, y, z = after[:, 0, 3], after[:, 1, 3], after[:, 2, 3]
    u, v = x / RADIUS, y / RADIUS
    over = z - HEIGHT * mound(number, u, v)
    lying = still & (np.hypot(x, y) < 1.7 * RADIUS) & (over > -0.15)
    rows = {
        "heap": np.full(len(pieces), number, np.int8),
        "kind": np.array([KINDS.index(kind) for kind, *_ in pieces], np.int8),
        "shape": np.array([shape for _, shape, *_ in pieces], np.int16),
        "scale": np.array([scale for _, _, scale, _ in pieces], np.float32),
        "turn": after[:, :3, :3].astype(np.float32),
        "place": np.stack([u, v, over], 1).astype(np.float32),
    }
    return {name: column[lying] for name, column in rows.items()}


def _collider(number: int, scene: bpy.types.Scene, bodies: bpy.types.Collection) -> None:
    """A coarse mound: its cell count is what the simulation's time hangs on."""
    axis = np.linspace(-2.2, 2.2, 26)
    u, v = np.meshgrid(axis, axis, indexing="ij")
    points = np.stack([u * RADIUS, v * RADIUS, HEIGHT * mound(number, u, v)], -1).reshape(-1, 3)
    first = (np.arange(25)[:, None] * 26 + np.arange(25)).ravel()
    mesh = bpy.data.meshes.new("Mound")
    mesh.from_pydata(points.tolist(), [], np.stack([first, first + 26, first + 27, first + 1], 1).tolist())
    thing = bpy.data.objects.new("Mound", mesh)
    scene.collection.objects.link(thing)
    bodies.objects.link(thing)
    body = thing.rigid_body
    body.type, body.collision_shape = "PASSIVE", "MESH"
    body.friction, body.use_margin, body.collision_margin = 0.9, True, 0.01


def _dropped(
    number: int, draw: np.random.Generator, scene: bpy.types.Scene, bodies: bpy.types.Collection
) -> list[tuple[str, int, float, bpy.types.Object]]:
    """Hulls over the mound, the large ones lowest: (kind, shape, scale, object)."""
    heaviness = {"slab": 0, "furniture": 1, "wall": 1, "sheet": 1.5, "chunk": 2, "wood": 2, "masonry": 2, "pipe": 2}
    order = [(heaviness.get(kind, 3) + float(draw.normal(0, 0.8)), kind) for kind, n in COUNTS.items()
             for _ in range(n)]  # fmt: skip
    pieces = []
    for place, (_, kind) in enumerate(sorted(order)):
        shape = int(draw.integers(len(templates()[kind])))
        sized = kind in ("slab", "wall", "chunk")
        scale = float(np.clip((draw.pareto(2.5) + 1) * 0.6, 0.5, 1.6)) if sized else float(draw.uniform(0.9, 1.05))
        hull = templates()[kind][shape].hull * scale
        thing = bpy.data.objects.new("Piece", _hull(hull))
        turn, away = float(draw.uniform(0, 2 * np.pi)), abs(float(draw.normal(0, 0.52)))
        u, v = np.array(away * np.cos(turn)), np.array(away * np.sin(turn))
        # clear of the mound in any rotation: a body that starts inside the collider falls through it
        height = HEIGHT * float(mound(number, u, v)) + 0.5 + float(np.abs(hull).max()) + 6.0 * place / len(order)
        thing.location = (float(u) * RADIUS, float(v) * RADIUS, height)
        thing.rotation_euler = (draw.normal(0, 0.6), draw.normal(0, 0.6), draw.uniform(0, 2 * np.pi))
        scene.collection.objects.link(thing)
        bodies.objects.link(thing)
        body = thing.rigid_body
        body.collision_shape, body.use_margin, body.collision_margin = "CONVEX_HULL", True, 0.008
        body.friction, body.restitution, body.linear_damping, body.angular_damping = 0.85, 0.0, 0.1, 0.3
        body.mass = max(1.0, float(np.prod(np.ptp(hull, axis=0) + 0.02) * 1500))
        pieces.append((kind, shape, scale, thing))
    return pieces


def _hull(points: np.ndarray) -> bpy.types.Mesh:
    mesh, hull = bpy.data.meshes.new("Hull"), bmesh.new()
    for point in points:
        hull.verts.new(point)
    bmesh.ops.convex_hull(hull, input=hull.verts[:])
    hull.to_mesh(mesh)
    hull.free()
    return mesh
