"""Rubble: settled once, reused with variation, dense with fines, and lying on what it lies on."""

import importlib
import time
from pathlib import Path

import bpy
import numpy as np
import pytest

PACKAGE = "rescue_synth"
spec = importlib.import_module(f"{PACKAGE}.dataset.spec")
rubble = importlib.import_module(f"{PACKAGE}.scene.rubble")
burial = importlib.import_module(f"{PACKAGE}.scene.burial")
fragments = importlib.import_module(f"{PACKAGE}.scene.fragments")
mounds = importlib.import_module(f"{PACKAGE}.scene.mound")
convex = importlib.import_module(f"{PACKAGE}.scene.convex")
terrain = importlib.import_module(f"{PACKAGE}.scene.terrain")
body = importlib.import_module(f"{PACKAGE}.scene.body")
bake = importlib.import_module(f"{PACKAGE}.bake.heaps")

HEAP = spec.HeapSpec(seed=5, x=2.0, y=-3.0, yaw=40.0, radius=3.0, height=1.4)


@pytest.fixture(scope="session")
def baked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one settled heap."""
    folder = tmp_path_factory.mktemp("assets")
    bake.bake(folder, count=1)
    return folder


@pytest.fixture
def library(baked: Path, empty: None) -> "rubble.Library":
    return rubble.load_heaps(baked)


def level(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.zeros_like(np.asarray(x, float))


def vertices(thing: bpy.types.Object) -> np.ndarray:
    points = np.empty(3 * len(thing.data.vertices), np.float32)
    thing.data.vertices.foreach_get("co", points)
    return points.reshape(-1, 3)


def test_settled_pieces_lie_on_the_mound_and_not_in_the_air(library: "rubble.Library") -> None:
    heap = library.heaps[0]
    assert len(heap) > 120
    over = heap.matrices[:, 2, 3]
    assert over.min() > -0.2
    assert np.percentile(over, 95) < 1.2
    turns = heap.matrices[:, :3, :3]
    assert np.abs(np.linalg.det(turns) - 1).max() < 1e-3


def test_the_same_spec_gives_the_same_heap_and_another_seed_another(library: "rubble.Library") -> None:
    made = [rubble.add_heap(HEAP, library, level, bpy.context.scene.collection)[1][1] for _ in range(2)]
    assert vertices(made[0]).tobytes() == vertices(made[1]).tobytes()
    other = spec.HeapSpec(6, HEAP.x, HEAP.y, HEAP.yaw, HEAP.radius, HEAP.height)
    changed = rubble.add_heap(other, library, level, bpy.context.scene.collection)[1][1]
    assert vertices(changed).tobytes() != vertices(made[0]).tobytes()


def test_the_height_function_is_the_surface_that_rays_meet(library: "rubble.Library") -> None:
    surfaces = rubble.add_heap(HEAP, library, level, bpy.context.scene.collection)
    bpy.context.view_layer.update()
    ground = terrain.Terrain.of_objects([("fines", surfaces[0][1])])
    draw = np.random.default_rng(1)
    x, y = HEAP.x + draw.uniform(-1.5, 1.5, 60), HEAP.y + draw.uniform(-1.5, 1.5, 60)
    told = rubble.mound_height(HEAP, library, x, y)
    met = np.array([ground.down(px, py).z for px, py in zip(x, y, strict=True)])
    assert np.abs(met - told).mean() < 0.06
    assert told.max() > 0.6 * HEAP.height
    assert rubble.mound_height(HEAP, library, np.array([60.0]), np.array([60.0]))[0] == pytest.approx(0, abs=1e-6)


def test_a_heap_is_as_wide_and_high_as_its_spec_says(library: "rubble.Library") -> None:
    for radius, height in ((1.5, 0.7), (4.4, 2.2)):
        small = spec.HeapSpec(9, 0, 0, 0, radius, height)
        _, pieces = rubble.add_heap(small, library, level, bpy.context.scene.collection)
        points = vertices(pieces[1])
        assert 0.5 * height < np.percentile(points[:, 2], 99) < 1.9 * height
        assert np.percentile(np.hypot(points[:, 0], points[:, 1]), 95) < 1.8 * radius


def test_fines_are_thousands_and_mostly_crumbs(library: "rubble.Library") -> None:
    rubble.add_heap(HEAP, library, level, bpy.context.scene.collection)
    depsgraph = bpy.context.evaluated_depsgraph_get()
    sizes = np.array([item.matrix_world.to_scale()[0] for item in depsgraph.object_instances if item.is_instance])
    assert len(sizes) > 3000
    assert np.median(sizes) < 0.35 * sizes.max()


def test_debris_lies_on_the_ground(library: "rubble.Library") -> None:
    rubble.add_debris(3, (HEAP,), library, level, bpy.context.scene.collection)
    points = vertices(bpy.data.objects["Debris"])
    assert np.isfinite(points).all()
    assert points[:, 2].min() > -0.8
    assert np.median(points[:, 2]) < 0.3


def test_every_shape_has_area_and_no_holes_in_its_numbers() -> None:
    for kind, shapes in fragments.templates().items():
        assert shapes, kind
        for shape in shapes:
            assert np.isfinite(shape.piece.vertices).all(), kind
            assert np.ptp(shape.piece.vertices, axis=0).max() > 0.03, kind
            assert shape.piece.corners.max() < len(shape.piece.vertices), kind
            assert len(shape.side) == len(shape.tint) == len(shape.piece.vertices), kind


def test_a_chunk_is_closed_and_its_roughness_leaves_cast_faces_flat() -> None:
    piece, hull = convex.chunk(np.random.default_rng(4), np.array([0.4, 0.3, 0.3]), 5, 3)
    faces = piece.corners.reshape(-1, 3)
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), 1)
    _, times = np.unique(edges, axis=0, return_counts=True)
    assert (times == 2).mean() > 0.97
    cast = piece.vertices[faces[piece.faces["brk"] == 0]].reshape(-1, 3)
    assert len(hull) >= 4
    assert np.abs(np.abs(cast / [0.2, 0.15, 0.15]).max(1) - 1).max() < 1e-6


def test_mounds_fade_to_nothing() -> None:
    u, v = np.meshgrid(np.linspace(-3, 3, 60), np.linspace(-3, 3, 60))
    for shape in range(4):
        height = mounds.mound(shape, u, v)
        assert (height[np.hypot(u, v) > 1.6] == 0).all()
        assert 0.6 < height.max() < 1.6


def test_slabs_rest_on_the_buried_without_going_through_them(empty: None) -> None:
    draw = np.random.default_rng(2)
    lying = np.stack([draw.uniform(-0.9, 0.9, 900), draw.normal(0, 0.12, 900), draw.uniform(0.0, 0.25, 900)], 1)
    thing = burial.slab_on(7, lying, (-0.9, 0.0), 0.6, level, bpy.context.scene.collection)
    bpy.context.view_layer.update()
    cover = terrain.Terrain.of_objects([("cover", thing)])
    covered = [cover.down(x, y) is not None for x, y, _ in lying[lying[:, 0] < -0.2]]
    free = [cover.down(x, y) is not None for x, y, _ in lying[lying[:, 0] > 0.75]]
    assert np.mean(covered) > 0.6
    assert np.mean(free) < 0.5
    assert burial.slab_on(7, lying, (-0.9, 0.0), 0.0, level, bpy.context.scene.collection) is None


def test_missing_or_damaged_assets_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(body.AssetError, match=r"build_assets\.py"):
        rubble.load_heaps(tmp_path)
    (tmp_path / "heaps.npz").write_bytes(b"nothing")
    with pytest.raises(body.AssetError, match="damaged"):
        rubble.load_heaps(tmp_path / ".")


def test_three_heaps_build_within_seconds(library: "rubble.Library") -> None:
    start = time.process_time()
    for seed in range(3):
        rubble.add_heap(spec.HeapSpec(seed, 8.0 * seed, 0, 0, 3.5, 1.7), library, level, bpy.context.scene.collection)
    assert time.process_time() - start < 8.0
