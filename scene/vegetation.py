"""Trees in leaf, bare or burnt, bushes, and tufts of grass: a few of each are made and shared by all that stand."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np

from ..dataset.spec import stream
from .materials import leaf_material, plain_material
from .meshes import Piece, join, to_mesh
from .noise import fractal
from .shapes import OTHER, dressed, tube, turned

VARIANTS = 4
"""Different trees of a kind."""

BARKS = {"tree": (0.085, 0.066, 0.050), "bare_tree": (0.085, 0.066, 0.050), "burnt_tree": (0.030, 0.027, 0.025)}
LEAVES = ((0.050, 0.105, 0.022), (0.070, 0.110, 0.024), (0.040, 0.085, 0.028), (0.105, 0.115, 0.030))

GRASSES = ((0.120, 0.180, 0.048), (0.150, 0.170, 0.060), (0.235, 0.205, 0.105), (0.090, 0.155, 0.042))

TOGETHER = 7
"""Tufts in a sward."""

SPRAY = 7
"""Leaves on one twig's end."""

SIDES = (9, 7, 5, 4, 3)
"""Corners of a branch's section by level."""

Height = Callable[[np.ndarray, np.ndarray], np.ndarray]


def tree(kind: str, variant: int) -> bpy.types.Mesh:
    """The shared mesh of a "tree", "bare_tree" or "burnt_tree"; the same numbers always give the same tree."""
    return _shared(f"Rescue {kind} {variant % VARIANTS}", lambda: _tree(kind, variant % VARIANTS))


def bush(variant: int) -> bpy.types.Mesh:
    """The shared mesh of a bush about 1.3 m high."""
    return _shared(f"Rescue bush {variant % VARIANTS}", lambda: _bush(variant % VARIANTS))


def tuft(variant: int) -> bpy.types.Mesh:
    """The shared mesh of a tuft of grass or weed, 15 to 40 cm high."""
    return _shared(f"Rescue tuft {variant % len(GRASSES)}", lambda: _tuft(variant % len(GRASSES)))


def sward(variant: int) -> bpy.types.Mesh:
    """The shared mesh of some tufts over half a metre: an instance costs the same whatever it holds."""
    number = variant % len(GRASSES)
    return _shared(f"Rescue tufts {number}", lambda: _sward(number))


def far_plant(kind: str, variant: int) -> bpy.types.Mesh:
    """The shared mesh of a far "leafy" or "bare" tree, or a "bush": a few thousand faces. ``variant`` 3 is a spruce."""
    return _shared(f"Rescue far {kind} {variant}", lambda: _far_plant(kind, variant))


def strew(
    places: np.ndarray, sizes: np.ndarray, yaws: np.ndarray, mesh: bpy.types.Mesh, collection: bpy.types.Collection
) -> bpy.types.Object:
    """Instances of ``mesh`` at ``places`` (n, 3), as faces of an object that isn't rendered itself.

    Ten thousand cost what one costs; they are no surfaces to stand on and bear no label.
    """
    reach = (np.asarray(sizes) / np.sqrt(2))[:, None, None]
    corner = yaws[:, None] + np.pi / 4 + np.arange(4) * np.pi / 2
    ring = np.stack([np.cos(corner), np.sin(corner), np.zeros_like(corner)], -1) * reach
    vertices = (places[:, None] + ring).reshape(-1, 3)
    carrier = bpy.data.objects.new(
        "Strewn", to_mesh("Strewn", Piece.quads(vertices, np.arange(len(vertices)).reshape(-1, 4)))
    )
    collection.objects.link(carrier)
    carrier.instance_type = "FACES"
    carrier.use_instance_faces_scale = True
    carrier.show_instancer_for_render = carrier.show_instancer_for_viewport = False
    sown = bpy.data.objects.new("Sown", mesh)
    collection.objects.link(sown)
    sown.parent = carrier
    return carrier


def _shared(name: str, make: Callable[[], Piece]) -> bpy.types.Mesh:
    """A mesh kept for the life of the file: sites come and go, trees stay."""
    mesh = bpy.data.meshes.get(name)
    if mesh is None:
        mesh = to_mesh(name, make(), [plain_material(), leaf_material()])
        mesh.use_fake_user = True
    return mesh


def _tree(kind: str, variant: int) -> Piece:
    draw = stream(variant, "tree", kind)
    height = float(draw.uniform(5.5, 9.0))
    levels = 4 if kind == "burnt_tree" else 5
    wood: list[Piece] = []
    tips: list[np.ndarray] = []
    start = np.array([0.0, 0.0, -0.15])
    _branch(draw, kind, start, np.array([draw.normal(0, 0.05), draw.normal(0, 0.05), 1.0]), height * 0.6,
            height * 0.022, 0, levels, wood, tips)  # fmt: skip
    bark = join(wood)
    radial = np.clip(bark.vertices[:, 2] / height, 0, 1)
    bark.vertices += 0.02 * (1 - radial)[:, None] * fractal(bark.vertices, 6, 2, variant)[:, None]
    colour = np.asarray(BARKS[kind]) * (1 + 0.35 * fractal(bark.vertices, 2.0, 2, variant + 5))[:, None]
    dressed(bark, colour, OTHER, 0.7 if kind == "burnt_tree" else 0.0)
    if kind != "tree":
        return bark
    return join([bark, _leaves(draw, np.concatenate(tips), 0.10, LEAVES[variant % len(LEAVES)])])


def _branch(
    draw: np.random.Generator, kind: str, start: np.ndarray, ahead: np.ndarray, length: float, radius: float,
    level: int, levels: int, wood: list[Piece], tips: list[np.ndarray],
) -> None:  # fmt: skip
    """Grow one branch and those that spring from it; ``tips`` gathers where leaves can be."""
    steps = (9, 6, 5, 4, 3)[level]
    bend = draw.normal(0, (0.06, 0.16, 0.22, 0.28, 0.3)[level], (steps, 3)) + [0, 0, 0.04 if level else 0.0]
    ahead = ahead / np.linalg.norm(ahead)
    points, directions = [start], []
    for turn in bend:
        ahead = ahead + turn
        ahead = ahead / np.linalg.norm(ahead)
        directions.append(ahead)
        points.append(points[-1] + ahead * (length / steps))
    thin = radius * np.linspace(1.0, 0.35 if level < 3 else 0.2, steps + 1)
    if level == 0:
        thin[0] *= 1.5
    wood.append(tube(np.array(points), np.maximum(thin, 0.003), SIDES[level]))
    if level >= levels - 2:
        tips.append(np.array(points[1:]))
    if level == levels - 1:
        return
    # the trunk forks from a third of its height; the rest all along
    count = int(draw.integers(*((7, 11), (5, 8), (4, 6), (2, 5))[level]))
    if kind == "burnt_tree":
        count = max(2, int(count * 0.6))
    for number in range(count):
        share = (number + draw.uniform(0.2, 1.0)) / count
        place = (0.35 + 0.65 * share if level == 0 else 0.2 + 0.8 * share) * steps
        index = min(int(place), steps - 1)
        along = directions[index]
        aside = draw.normal(0, 1, 3)
        aside -= along * (aside @ along)
        aside /= np.linalg.norm(aside) + 1e-9
        spread = draw.uniform(0.55, 1.1)
        shrink = draw.uniform(0.42, 0.72) * (1.1 - 0.4 * share)
        here = np.array(points[index]) + along * (place - index) * length / steps
        _branch(draw, kind, here, along + aside * spread + [0, 0, 0.12], length * shrink, float(thin[index]) * 0.62,
                level + 1, levels, wood, tips)  # fmt: skip


def _leaves(draw: np.random.Generator, places: np.ndarray, size: float, colour: tuple[float, float, float]) -> Piece:
    """Leaves in flat sprays that spring from ``places`` outwards, with gaps where the sky shows; dark inside the crown.

    Some boughs bear few, and each spray has its own tint: leaf by leaf, a crown would be one grey-green cloud.
    """
    middle, spread = places.mean(0), places.std(0) + 0.2
    count = min(len(places) * 5, 14000) // SPRAY
    lumps = fractal(places, 0.75 / float(spread.mean()), 2, float(draw.uniform(0, 64)))
    thick = np.clip(0.42 + 2.4 * lumps, 0.03, 1)
    root = places[draw.choice(len(places), count, p=thick / thick.sum())] + draw.normal(0, 0.04, (count, 3))
    out = _unit((root - middle) / spread)
    along = _unit(0.8 * out + draw.normal(0, 0.55, (count, 3)) + [0, 0, -0.12])
    face = _unit([0, 0, 1.0] + 0.7 * out + draw.normal(0, 0.35, (count, 3)))
    side = _unit(np.cross(face, along))
    face = np.cross(along, side)
    step = np.arange(SPRAY)
    hand = np.where(step % 2, 1.0, -1.0) * (step < SPRAY - 1)  # the last one ends the twig
    reach = size * draw.uniform(0.65, 1.3, (count, SPRAY))[..., None]
    foot = (
        root[:, None] + (0.42 * size * step)[None, :, None] * along[:, None] + draw.normal(0, 0.012, (count, SPRAY, 3))
    )
    lean = np.where(hand != 0, 0.45, 1.0)[:, None]
    ahead = lean * along[:, None] + 0.85 * hand[:, None] * side[:, None] - 0.22 * face[:, None]
    ahead = _unit(ahead + draw.normal(0, 0.22, (count, SPRAY, 3)))
    across = _unit(np.cross(face[:, None] + draw.normal(0, 0.3, (count, SPRAY, 3)), ahead))
    up = np.cross(ahead, across)
    blade = np.stack(
        [foot, foot + reach * (0.5 * ahead + 0.33 * across + 0.09 * up), foot + reach * ahead,
         foot + reach * (0.5 * ahead - 0.33 * across + 0.09 * up)], 2,
    )  # fmt: skip
    total = count * SPRAY
    piece = Piece.quads(blade.reshape(-1, 3), np.arange(4 * total).reshape(-1, 4), smooth=True, material=1)
    away = np.linalg.norm((root - middle) / spread, axis=1) + 0.35 * (root - middle)[:, 2] / spread[2]
    shade = np.clip(0.50 + 0.32 * away, 0.48, 1.35) * draw.uniform(0.72, 1.3, count)
    tint = np.asarray(colour) * shade[:, None] * (1 + draw.normal(0, 0.10, (count, 3)) * [1.4, 0.7, 1.0])
    tint = np.repeat(tint, SPRAY, 0) * draw.uniform(0.85, 1.18, (total, 1))
    return dressed(piece, np.repeat(np.clip(tint, 0.005, 0.4), 4, 0), OTHER)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)


def _far_plant(kind: str, variant: int) -> Piece:
    """As a tree is, with few branches and leaves as large as sprays of many."""
    draw = stream(variant, "far plant", kind)
    if variant == 3:
        return _spruce(draw)
    wood: list[Piece] = []
    tips: list[np.ndarray] = []
    height = 0.9 if kind == "bush" else float(draw.uniform(5.5, 8.0))
    _branch(draw, "tree", np.array([0.0, 0.0, -0.15]), np.array([draw.normal(0, 0.05), 0.0, 1.0]), height * 0.62,
            height * 0.022, 0, 4 if kind == "bare" else 3, wood, tips)  # fmt: skip
    bark = dressed(join(wood), BARKS["tree"], OTHER)
    if kind == "bare":
        return bark
    places = np.concatenate(tips)
    count = 400 if kind == "bush" else 900
    places = places[draw.integers(0, len(places), count)] + draw.normal(0, 0.05 * height, (count, 3))
    size = 0.075 if kind == "bush" else 0.046
    return join([bark, _leaves(draw, places, size * height, LEAVES[variant % len(LEAVES)])])


def _spruce(draw: np.random.Generator) -> Piece:
    """Whorls of drooping boughs around a straight trunk."""
    height = float(draw.uniform(8.0, 10.0))
    stem = dressed(tube(np.array([[0, 0, -0.15], [0, 0, height]]), np.array([0.14, 0.02]), 5), BARKS["tree"], OTHER)
    count = 620
    level = 0.12 + 0.87 * draw.uniform(0, 1, count) ** 1.25
    reach = (1 - level) * 0.24 * height * draw.uniform(0.75, 1.1, count) + 0.1
    turn = draw.uniform(0, 2 * np.pi, count)
    out = np.stack([np.cos(turn), np.sin(turn), np.full(count, -0.35)], -1)
    aside = np.stack([-np.sin(turn), np.cos(turn), np.zeros(count)], -1)
    start = np.stack([np.zeros(count), np.zeros(count), level * height], -1)
    half = (0.12 + 0.16 * reach)[:, None] * aside
    end = start + out * reach[:, None]
    blade = np.stack([start, start + 0.6 * (end - start) + half, end, start + 0.6 * (end - start) - half], 1)
    piece = Piece.quads(blade.reshape(-1, 3), np.arange(4 * count).reshape(-1, 4), material=1)
    shade = np.repeat(draw.uniform(0.6, 1.3, count), 4) * np.tile([0.5, 1.0, 1.25, 1.0], count)
    return join([stem, dressed(piece, np.array([0.028, 0.058, 0.026]) * shade[:, None], OTHER)])


def _bush(variant: int) -> Piece:
    draw = stream(variant, "bush")
    wood: list[Piece] = []
    tips: list[np.ndarray] = []
    for _ in range(int(draw.integers(6, 10))):
        aside = draw.normal(0, 0.6, 2)
        _branch(draw, "tree", np.array([*draw.normal(0, 0.12, 2), -0.05]), np.array([*aside, 1.0]),
                float(draw.uniform(0.7, 1.2)), 0.012, 2, 5, wood, tips)  # fmt: skip
    bark = dressed(join(wood), BARKS["tree"], OTHER)
    return join([bark, _leaves(draw, np.concatenate(tips), 0.075, LEAVES[(variant + 1) % len(LEAVES)])])


def _sward(variant: int) -> Piece:
    """Tufts of mostly one grass, of different sizes."""
    draw = stream(variant, "sward")
    kinds = [_tuft(variant), _tuft(variant), _tuft((variant + 1) % len(GRASSES))]
    tufts = []
    for number in range(TOGETHER):
        aside = draw.normal(0, 0.27, 2) if number else np.zeros(2)
        place = turned(float(draw.uniform(0, 6.28)), *aside, -0.01, float(draw.uniform(0.45, 1.1)))
        tufts.append(kinds[int(draw.integers(3))].moved(place))
    return join(tufts)


def _tuft(variant: int) -> Piece:
    """Blades from one root, each of three quads and a tip, the middle ones upright."""
    draw = stream(variant, "tuft")
    count = 34
    root = draw.normal(0, 0.05, (count, 2))
    yaw = draw.uniform(0, 2 * np.pi, count)
    tall = draw.uniform(0.10, 0.32, count) * (1.3 if variant == 2 else 1.0)
    lean = draw.uniform(0.15, 1.0, count) * tall
    width = draw.uniform(0.004, 0.009, count) * (1.6 if variant == 3 else 1.0)
    rise = np.array([0.0, 0.4, 0.75, 1.0])
    out = rise**2 * lean[:, None]
    centre = np.stack(
        [root[:, :1] + np.cos(yaw)[:, None] * out, root[:, 1:] + np.sin(yaw)[:, None] * out,
         np.broadcast_to(rise, (count, 4)) * tall[:, None] * np.sqrt(1 - 0.3 * rise) - 0.02], -1,
    )  # fmt: skip
    side = np.stack([-np.sin(yaw), np.cos(yaw), np.zeros(count)], -1)[:, None]
    half = (width[:, None] * np.array([1.0, 0.9, 0.6, 0.08]))[..., None]
    vertices = np.stack([centre - side * half, centre + side * half], 2).reshape(-1, 3)
    first = (np.arange(count)[:, None] * 8 + np.arange(3)[None] * 2)[..., None]
    quads = (first + np.array([0, 1, 3, 2])).reshape(-1, 4)
    piece = Piece.quads(vertices, quads, smooth=True, material=1)
    shade = np.repeat(draw.uniform(0.6, 1.3, count), 8) * np.tile(np.repeat([0.55, 0.9, 1.1, 1.25], 2), count)
    return dressed(piece, np.asarray(GRASSES[variant]) * shade[:, None], OTHER)
