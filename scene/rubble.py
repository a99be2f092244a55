"""Rubble: heaps from the baked library with variation, loose debris around them, pieces lying on a buried person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import bpy
import numpy as np

from ..dataset.spec import HeapSpec, stream
from .body import AssetError
from .fragments import KINDS, templates
from .gravel import strew
from .laying import Batch, gathered, laid
from .materials import site_material
from .meshes import Piece, to_object
from .mound import mound, roughness
from .shapes import BROKEN, dressed, grid_quads, rotation, turned

FILE = "heaps.npz"
RADIUS, HEIGHT = 3.5, 1.75
"""What the library's heaps were settled at, metres."""

FINES = (0.185, 0.168, 0.146)

Height = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""z of the ground at arrays x, y of one form."""


@dataclass(frozen=True, eq=False)
class Library:
    """Settled heaps. A batch's places are (x / radius, y / radius, metres over the mound)."""

    heaps: tuple[Batch, ...]


def load_heaps(assets: Path) -> Library:
    """Read the baked heaps, once a process. Raises ``AssetError``."""
    return _load(str(Path(assets) / FILE))


@lru_cache(maxsize=2)
def _load(path: str) -> Library:
    try:
        with np.load(path) as data:
            columns = {name: data[name] for name in ("heap", "kind", "shape", "scale", "turn", "place")}
    except FileNotFoundError as error:
        raise AssetError(f"{path} is missing: run scripts/build_assets.py") from error
    except (OSError, ValueError, KeyError) as error:
        raise AssetError(f"{path} is damaged ({error}): run scripts/build_assets.py again") from error
    matrices = np.tile(np.eye(4), (len(columns["kind"]), 1, 1))
    matrices[:, :3, :3], matrices[:, :3, 3] = columns["turn"], columns["place"]
    whole = Batch(columns["kind"], columns["shape"], columns["scale"], matrices)
    numbers = sorted(set(columns["heap"].tolist()))
    return Library(tuple(whole.only(columns["heap"] == number) for number in numbers))


@dataclass(frozen=True)
class _Frame:
    """How a heap of the spec uses a heap of the library."""

    spec: HeapSpec
    shape: int
    flip: float

    def mound(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Metres of fines over the ground at world x, y."""
        u, v = self.unit(x, y)
        return self.spec.height * mound(self.shape, u, v) + roughness(x, y, np.hypot(u, v))

    def unit(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """World to the mound's own coordinates."""
        turn = np.radians(self.spec.yaw)
        dx, dy = (np.asarray(x, float) - self.spec.x), (np.asarray(y, float) - self.spec.y)
        u, v = dx * np.cos(turn) + dy * np.sin(turn), -dx * np.sin(turn) + dy * np.cos(turn)
        return u / self.spec.radius, self.flip * v / self.spec.radius


def mound_height(spec: HeapSpec, library: Library, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Metres of a heap's fines over the ground at (x, y), arrays of one form; pieces stand out of it. 0 far away."""
    return _frame(spec, library).mound(np.asarray(x, float), np.asarray(y, float))


def add_heap(
    spec: HeapSpec,
    library: Library,
    height: Height,
    collection: bpy.types.Collection,
    soot: float = 0.0,
    bricks: float | None = None,
) -> list[tuple[str, bpy.types.Object]]:
    """A heap of ``spec.radius`` metres on the ground: its fines and its pieces, both to be stood on.

    ``bricks`` 0..1: how much of it is brickwork instead of concrete; None leaves it to the seed.
    """
    frame = _frame(spec, library)
    draw = stream(spec.seed, "heap pieces")
    share = float(draw.uniform(0.0, 0.5)) if bricks is None else bricks
    fines = to_object("Heap Fines", _fines(frame, height, draw, soot, share), [site_material()], collection)
    strew(fines, 0.2, 1.8)
    piece = laid(_bricked(_pieces(frame, library, height, draw), share, draw), draw, soot)
    piece.points["grit"] = np.full(len(piece.vertices), 30.0, np.float32)
    pieces = to_object("Heap Pieces", piece, [site_material()], collection)
    strew(pieces, 0.12, 0.8)
    return [("heap", fines), ("heap", pieces)]


def add_debris(
    seed: int, heaps: tuple[HeapSpec, ...], library: Library, height: Height, collection: bpy.types.Collection
) -> list[tuple[str, bpy.types.Object]]:
    """Loose pieces thrown around the heaps and along the street, thinning out with distance; not to be stood on."""
    draw = stream(seed, "debris")
    spots = [(heap.x, heap.y, heap.radius, 45) for heap in heaps] + [(0.0, -6.0, 7.0, 50)]
    batches = [_thrown(draw, height, *spot) for spot in spots]
    piece = laid(gathered(batches), draw)
    return [("debris", to_object("Debris", piece, [site_material()], collection))]


def _bricked(batch: Batch, share: float, draw: np.random.Generator) -> Batch:
    """Some lumps and panels become bricks and brickwork, most slabs of a brick house go."""
    shapes, name = templates(), {kind: number for number, kind in enumerate(KINDS)}
    kinds, numbers, scales = batch.kinds.copy(), batch.shapes.copy(), batch.scales.copy()
    for old, new in (("chunk", "brick"), ("wall", "masonry")):
        turned_into = (kinds == name[old]) & (draw.random(len(kinds)) < share)
        kinds[turned_into] = name[new]
        numbers[turned_into] = draw.integers(0, len(shapes[new]), int(turned_into.sum()))
        scales[turned_into] = draw.uniform(0.9, 1.1, int(turned_into.sum()))
    kept = (kinds != name["slab"]) | (draw.random(len(kinds)) > 0.8 * share)
    return Batch(kinds, numbers, scales, batch.matrices).only(kept)


def _frame(spec: HeapSpec, library: Library) -> _Frame:
    draw = stream(spec.seed, "heap frame")
    return _Frame(spec, int(draw.integers(len(library.heaps))), float(draw.choice([-1.0, 1.0])))


def _fines(frame: _Frame, height: Height, draw: np.random.Generator, soot: float, bricks: float) -> Piece:
    """A fine grid over the mound, its rim sunk unevenly into the ground."""
    spec = frame.spec
    count = int(np.clip(3.2 * spec.radius / 0.085, 40, 150))
    axis = np.linspace(-1.6, 1.6, count) * spec.radius
    x, y = np.meshgrid(spec.x + axis, spec.y + axis, indexing="ij")
    u, v = frame.unit(x, y)
    away = np.hypot(u, v)
    over = frame.mound(x, y)
    rim = np.clip((away - 0.95) / 0.4 + 1.6 * over / spec.height - 0.15, 0, 3)
    z = height(x, y) + over - 0.05 - 0.14 * np.clip((away - 0.9) / 0.35, 0, 2.5)
    points = np.stack([x, y, z], -1).reshape(-1, 3)
    piece = Piece.quads(points, grid_quads(count, count), smooth=True)
    shade = np.asarray(FINES) * float(draw.uniform(0.85, 1.15))
    red = np.clip(1.4 * mound(7, 2.0 * u, 2.0 * v) * 0.5 + 0.25 * np.sin(3 * u + 2 * v), 0, 0.5).reshape(-1, 1) * (
        0.3 + bricks
    )
    colour = shade * (1 - red) + np.array([0.19, 0.135, 0.105]) * red
    dressed(piece, colour, BROKEN, soot)
    cluster = np.clip(0.35 + 1.3 * mound(3, 1.3 * u + 0.1, 1.3 * v) + 0.9 * np.sin(5 * u) * np.sin(4 * v), 0.15, 1.6)
    piece.points["grit"] = (520 * cluster * np.clip(1.25 - away, 0, 1) * (rim < 2)).ravel()
    return piece


def _pieces(frame: _Frame, library: Library, height: Height, draw: np.random.Generator) -> Batch:
    """The settled pieces, and smaller copies of them turned and sunk, so that few bodies look like thousands."""
    spec = frame.spec
    whole = library.heaps[frame.shape]
    kind = {name: number for number, name in enumerate(KINDS)}
    area = (spec.radius / RADIUS) ** 2
    big = np.isin(whole.kinds, [kind["slab"], kind["furniture"], kind["sheet"]])
    small = np.isin(whole.kinds, [kind["chunk"], kind["brick"], kind["wall"], kind["masonry"]])
    passes = [
        (np.ones(len(whole), bool), 1.0, 0.0, 0.0),
        (~big, 1.0, 2.9 + 0.3 * float(draw.random()), -0.10),
        (small, 0.66, 0.4 + 0.3 * float(draw.random()), -0.02),
        (small, 0.45, 4.2 + 0.3 * float(draw.random()), -0.02),
    ]
    batches = []
    for mask, scale, turn, sunk in passes:
        kept = np.flatnonzero(mask & (draw.random(len(whole)) < np.clip(area * 1.15, 0.12, 0.92)))
        batches.append(_placed(frame, whole.only(kept), height, scale, turn, sunk))
    batches.append(_on_top(frame, height, draw, area))
    return gathered(batches)


def _placed(frame: _Frame, batch: Batch, height: Height, scale: float, turn: float, sunk: float) -> Batch:
    """Pieces of the library moved to the heap: places stretch with its radius, the pieces' own sizes hardly do."""
    spec = frame.spec
    unit = batch.matrices[:, :3, 3]
    spread = scale**0.5
    matrix = turned(turn) @ np.diag([1.0, frame.flip, 1.0, 1.0])
    own = np.einsum("ij,nj->ni", matrix[:3, :3], unit * [spread, spread, 1])
    world = turned(np.radians(spec.yaw))[:3, :3]
    away = np.einsum("ij,nj->ni", world, own * [spec.radius, spec.radius, 1.0])
    x, y = spec.x + away[:, 0], spec.y + away[:, 1]
    sizes = batch.scales * scale
    heavy = np.isin(batch.kinds, [KINDS.index("slab"), KINDS.index("wall"), KINDS.index("sheet")])
    sizes = np.where(heavy, sizes * np.clip(spec.radius / RADIUS, 0.5, 1.1), sizes)
    matrices = np.tile(np.eye(4), (len(batch), 1, 1))
    flip = np.diag([1.0, frame.flip, 1.0])
    # a mirrored place keeps its slope when the piece is turned by the mirrored rotation
    turns = np.einsum("ij,njk,kl->nil", flip, batch.matrices[:, :3, :3], flip)
    matrices[:, :3, :3] = np.einsum("ij,njk->nik", world @ turned(turn)[:3, :3], turns)
    base = height(x, y) + frame.mound(x, y)
    matrices[:, :3, 3] = np.stack([x, y, base + own[:, 2] * scale + sunk], 1)
    return Batch(batch.kinds, batch.shapes, sizes, matrices)


def _on_top(frame: _Frame, height: Height, draw: np.random.Generator, area: float) -> Batch:
    """Tangled bars and cloth caught on the heap."""
    spec, shapes = frame.spec, templates()
    count = max(3, int(7 * area))
    kinds = np.where(draw.random(count) < 0.75, KINDS.index("rebar"), KINDS.index("cloth"))
    away, turn = spec.radius * np.abs(draw.normal(0, 0.4, count)), draw.uniform(0, 2 * np.pi, count)
    x, y = spec.x + away * np.cos(turn), spec.y + away * np.sin(turn)
    z = height(x, y) + frame.mound(x, y) + draw.uniform(0.05, 0.22, count)
    number = np.array([int(draw.integers(len(shapes[KINDS[kind]]))) for kind in kinds])
    return Batch(kinds, number, draw.uniform(0.55, 1.0, count), _lying(draw, frame.spec, x, y, z, height, frame))


def _lying(
    draw: np.random.Generator, spec: HeapSpec, x: np.ndarray, y: np.ndarray, z: np.ndarray, height: Height,
    frame: _Frame,
) -> np.ndarray:  # fmt: skip
    """4x4 matrices (n, ...) of things that lie along the heap's slope, each turned at random."""
    step = 0.3

    def top(px: np.ndarray, py: np.ndarray) -> np.ndarray:
        return height(px, py) + frame.mound(px, py)

    normals = np.stack([top(x - step, y) - top(x + step, y), top(x, y - step) - top(x, y + step),
                        np.full(len(x), 2 * step)], 1)  # fmt: skip
    return resting(draw, np.stack([x, y, z], 1), normals, 0.1)


def resting(draw: np.random.Generator, places: np.ndarray, normals: np.ndarray, tilt: float) -> np.ndarray:
    """4x4 matrices (n, 4, 4): local z along ``normals`` give or take ``tilt`` radians, turned about it at random."""
    count = len(places)
    up = normals / np.linalg.norm(normals, axis=1, keepdims=True) + draw.normal(0, tilt, (count, 3))
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    turn = draw.uniform(0, 2 * np.pi, count)
    along = np.stack([np.cos(turn), np.sin(turn), np.zeros(count)], 1)
    along -= up * (along * up).sum(1, keepdims=True)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    matrices = np.tile(np.eye(4), (count, 1, 1))
    matrices[:, :3, 0], matrices[:, :3, 1], matrices[:, :3, 2] = along, np.cross(up, along), up
    matrices[:, :3, 3] = places
    return matrices


def _thrown(draw: np.random.Generator, height: Height, x0: float, y0: float, radius: float, count: int) -> Batch:
    """Pieces strewn beyond a heap, sizes by a power law, lying flat on the ground."""
    shapes = templates()
    names = ("chunk", "brick", "brick", "chunk", "wall", "wood", "masonry", "sheet", "cloth", "furniture")
    share = np.array([0.34, 0.2, 0.1, 0.12, 0.11, 0.05, 0.03, 0.01, 0.02, 0.02])
    kinds = np.array([KINDS.index(names[n]) for n in draw.choice(len(names), count, p=share)])
    away, turn = radius * (0.85 + 0.9 * draw.exponential(0.55, count)), draw.uniform(0, 2 * np.pi, count)
    x, y = x0 + 1.25 * away * np.cos(turn), y0 + away * np.sin(turn)
    sized = np.isin(kinds, [KINDS.index("chunk"), KINDS.index("wall")])
    power = np.clip(0.22 * (1 + draw.pareto(1.8, count)), 0.2, 0.9)
    sizes = np.where(sized, power, draw.uniform(0.8, 1.0, count))
    number = np.array([int(draw.integers(len(shapes[KINDS[kind]]))) for kind in kinds])
    furniture = kinds == KINDS.index("furniture")
    sizes[furniture] = 1.0
    half = np.array([np.ptp(shapes[KINDS[kind]][n].hull[:, 1 if toppled else 2]) / 2
                     for kind, n, toppled in zip(kinds, number, furniture, strict=True)])  # fmt: skip
    z = height(x, y) + np.where(furniture, 0.96, 0.75) * half * sizes
    normals = np.tile([0.0, 0.0, 1.0], (count, 1))
    matrices = resting(draw, np.stack([x, y, z], 1), normals, 0.12)
    # thrown out of windows, on its front or its back
    matrices[furniture] = matrices[furniture] @ rotation((1, 0, 0), np.pi / 2)
    return Batch(kinds, number, sizes, matrices)
