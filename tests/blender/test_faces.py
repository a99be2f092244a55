"""Heads and headgear: fine where somebody is near, as cheap as before where not, the same for the same seed."""

import hashlib
import importlib
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import bpy
import numpy as np
import pytest
from mathutils import Vector
from mathutils.bvhtree import BVHTree

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"

pytestmark = pytest.mark.skipif(not (ASSETS / "people.npz").exists(), reason="make assets first")


def module(name: str) -> ModuleType:
    return importlib.import_module(f"rescue_synth.{name}")


single, bodies, people, poses = (
    module(name) for name in ("dataset.single", "scene.body", "scene.people", "scene.poses")
)
faces, head, hairstyles, eyes = (module(f"scene.{name}") for name in ("faces", "head", "hairstyles", "eyes"))
expressions, headwear, headgear, strands = (
    module(f"scene.{name}") for name in ("expressions", "headwear", "headgear", "strands")
)

NEAR_ONLY = {"lashes", "tears", "teeth"}


@pytest.fixture(autouse=True)
def _fresh(empty: None) -> None:
    """Every test starts in an empty file."""


def somebody(seed: int, away: float, category: str = "civilian", pose: str = "stand", gear: tuple = (), **wishes):
    """(root, spec, posed) of one person on flat ground."""
    base = bodies.load_base(ASSETS)
    (spec,) = single.people(single.Wish(category, seed, pose=pose, gear=gear, **wishes), (0.0, 0.0, 0.0))
    shape = bodies.Body(base, spec.body, spec.seed)
    posed = poses.solve(spec, shape, None)
    assert posed.placed
    return people.add_person(spec, shape, posed, bpy.context.scene.collection, f"Face.{seed:03d}", away), spec, posed


def below(root: bpy.types.Object) -> dict[str, bpy.types.Object]:
    return {child.name.removeprefix(root.name).strip(): child for child in root.children}


def points(thing: bpy.types.Object) -> np.ndarray:
    found = np.empty(len(thing.data.vertices) * 3, np.float32)
    thing.data.vertices.foreach_get("co", found)
    return found.reshape(-1, 3).astype(float)


def solid(thing: bpy.types.Object) -> BVHTree:
    return BVHTree.FromPolygons(points(thing).tolist(), [tuple(polygon.vertices) for polygon in thing.data.polygons])


def digest(root: bpy.types.Object) -> str:
    total = hashlib.sha256()
    for name, child in sorted(below(root).items()):
        total.update(name.encode() + points(child).tobytes())
        tints = {key: list(value) if hasattr(value, "__len__") else value for key, value in sorted(child.items())}
        total.update(repr(tints).encode())
    return total.hexdigest()


def test_hairs_and_lashes_are_for_those_who_are_near() -> None:
    near = below(somebody(3, faces.CLOSE - 0.1, woman=True)[0])
    far = below(somebody(3, faces.CLOSE + 0.1, woman=True)[0])
    assert set(near) >= NEAR_ONLY and not NEAR_ONLY & set(far)
    assert "strand" in near["brows"].data.attributes and "strand" not in far["brows"].data.attributes


@pytest.mark.parametrize("away", [5.0, 20.0])
def test_a_far_head_has_no_more_vertices_than_its_shell(away: float) -> None:
    """The head's sheet, two balls, and shells over a part of the sheet: whoever is far costs what he always did."""
    level = 1 if away < faces.FACE_FAR else 0
    whole = head.sheet(bodies.load_base(ASSETS), "head and chest")
    for seed in range(4):
        parts = below(somebody(seed, away)[0])
        assert len(parts["head"].data.vertices) <= len(whole.rest[level])
        assert len(parts["eyes"].data.vertices) < 600
        shells = sum(len(parts[word].data.vertices) for word in ("hair", "brows", "tresses") if word in parts)
        assert shells < 8000, seed


def test_hairs_thin_out_with_the_distance() -> None:
    close = below(somebody(5, faces.FACE_NEAR - 0.1, woman=False, years=30)[0])
    off = below(somebody(5, faces.FACE_NEAR + 0.1, woman=False, years=30)[0])
    assert len(off["hair"].data.vertices) < 0.4 * len(close["hair"].data.vertices)


@pytest.mark.parametrize("woman", [True, False])
def test_the_same_seed_is_the_same_head_however_it_was_worked_out(woman: bool) -> None:
    first = digest(somebody(9, 1.5, woman=woman, years=52)[0])
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    for kept in (hairstyles._grown, hairstyles.covered, strands.scalp, eyes._rims):
        kept.cache_clear()
    assert digest(somebody(9, 1.5, woman=woman, years=52)[0]) == first


@pytest.mark.parametrize("style", ["crew", "swept", "bob", "tied high", "full beard", "brows"])
def test_hairs_stay_outside_the_skin(style: str) -> None:
    """Of the points beyond the roots, on a body unlike the one on which they were grown."""
    base = bodies.load_base(ASSETS)
    (spec,) = single.people(single.Wish("civilian", 12, woman=False, years=50, weight=0.8), (0.0, 0.0, 0.0))
    shape = bodies.Body(base, spec.body, spec.seed)
    turns = np.tile(np.eye(3), (len(base.bones), 1, 1))
    lines, _ = hairstyles.strands(base, style, 0).on(shape, turns, shape.heads)
    bare = head.Head(shape, turns, shape.heads, 1, False)
    sheet = head.sheet(base, "head")
    tree = BVHTree.FromPolygons(bare.posed().tolist(), sheet.quads[1].tolist())
    deep = []
    for point in lines[::40, 1:].reshape(-1, 3):
        place, outward, _, _ = tree.find_nearest(Vector(point))
        deep.append((Vector(point) - place).dot(outward))
    ears = 0.03  # long hair presses ears flat, and a sheet's border has no inside
    assert np.mean(np.array(deep) < -0.003) < ears, np.sort(deep)[:20]


def test_lashes_stand_on_the_lids() -> None:
    root, spec, posed = somebody(4, 1.5, woman=True)
    shape = expressions.showing(bodies.Body(bodies.load_base(ASSETS), spec.body, spec.seed), spec)
    balls = eyes.balls(shape, posed.turns, posed.places)
    rims = eyes.lid_rims(shape, 2, head.Head(shape, posed.turns, posed.places, 2, False).posed())
    for side, ball in balls.items():
        away = np.linalg.norm(rims[side] - ball.centre, axis=1)
        assert np.all(np.abs(away - ball.radius) < 0.004), (side, away - ball.radius)
        high = (rims[side] - ball.centre) @ ball.axes[:, 2]
        assert high[: eyes.MARGIN // 2].mean() > high[eyes.MARGIN // 2 :].mean() + 0.004
    every = points(below(root)["lashes"])
    nearest = np.min([np.linalg.norm(every - ball.centre, axis=1) - ball.radius for ball in balls.values()], axis=0)
    assert nearest.min() > -0.001 and nearest.max() < 0.016


def shut(seed: int, pose: str) -> tuple[str, list[bool]]:
    """(mood, for both eyes: whether a ray from before the face meets a lid before the eye)."""
    root, spec, posed = somebody(seed, 1.5, pose=pose)
    shape = bodies.Body(bodies.load_base(ASSETS), spec.body, spec.seed)
    skin = solid(below(root)["head"])
    found = []
    for ball in eyes.balls(shape, posed.turns, posed.places).values():
        ahead = ball.axes[:, 1]
        hit = skin.ray_cast(Vector(ball.centre + ahead * 0.08), Vector(-ahead), 0.08 - ball.radius - 0.0002)[0]
        found.append(hit is not None)
    return expressions.mood(spec), found


def test_the_unconscious_have_their_eyes_closed() -> None:
    lying = [shut(seed, "lie") for seed in range(40, 46)]
    closed = [eye for mood, found in lying if mood == "unconscious" for eye in found]
    assert len(closed) >= 4 and np.mean(closed) > 0.8, lying
    standing = [eye for seed in range(40, 46) for eye in shut(seed, "stand")[1]]
    assert np.mean(standing) < 0.3, standing


def test_faces_show_what_their_people_do() -> None:
    (worker,) = single.people(single.Wish("rescuer", 3, pose="lever"), (0.0, 0.0, 0.0))
    (caller,) = single.people(single.Wish("civilian", 3, pose="wave"), (0.0, 0.0, 0.0))
    assert expressions.mood(worker) == "effort" and expressions.mood(caller) == "call"
    assert expressions.expression(caller)[f"{expressions.UNIT}mouth-open"] > 0.25


def fire(full: bool, *gear: str):
    """A firefighter whose helmet covers the ears, or not."""
    for seed in range(60, 90):
        root, _, _ = somebody(seed, 1.5, "rescuer", outfit="turnout", gear=("helmet", "visor", *gear))
        if ("curtain" in below(root)) == full:
            return root
    raise AssertionError("no such helmet among thirty")


def test_full_helmets_cover_ears_and_show_no_hair() -> None:
    root = fire(True)
    parts = below(root)
    assert not {"hair", "tied_low", "tail_low"} & set(parts)
    cover = [solid(parts[word]) for word in ("helmet", "curtain")]
    skin = points(parts["head"])
    sheet = head.sheet(bodies.load_base(ASSETS), "head")
    if len(skin) != len(sheet.rest[2]):
        sheet = head.sheet(bodies.load_base(ASSETS), "head and chest")
    ear = np.flatnonzero((np.abs(sheet.marks[2][:, 0]) > 0.82) & (sheet.marks[2][:, 1] > 6.9))
    middle = skin[sheet.marks[2][:, 1] > 7.0].mean(0)
    hidden = []
    for point in skin[ear[::9]]:
        away = Vector(point - middle)
        away.z = 0
        hidden.append(any(tree.ray_cast(Vector(point), away.normalized(), 0.1)[0] is not None for tree in cover))
    assert np.mean(hidden) > 0.97


def test_what_belongs_to_a_helmet_is_labelled_with_it() -> None:
    parts = {word: child.get("rescue_part", "") for word, child in below(fire(True, "lamp")).items()}
    assert {parts[word] for word in ("helmet", "curtain", "fittings", "visor", "strap", "lamp")} == {"helmet"}
    assert not any(parts[word] for word in ("head", "lashes", "tears", "teeth", "brows"))


def test_chin_straps_touch_the_chin() -> None:
    for seed in range(100, 106):
        root, _, _ = somebody(seed, 1.5, "rescuer", outfit="orange", gear=("helmet",))
        parts = below(root)
        skin, strap = solid(parts["head"]), points(parts["strap"])
        half = len(strap) // 2
        line = (strap[:half] + strap[half:]) / 2
        under = line[half // 2 - 3 : half // 2 + 4]
        gaps = [skin.find_nearest(Vector(point))[3] for point in under]
        assert max(gaps) < 0.009, (seed, gaps)


def test_no_hair_goes_through_a_helmet() -> None:
    base = bodies.load_base(ASSETS)
    size = headgear.skull(bodies.reference(base))
    shell = headgear.helmet(size, "rescue")
    tree = BVHTree.FromPolygons(shell.vertices.tolist(), shell.corners.reshape(-1, 4).tolist())
    for style in ("tied low", "bob", "crew"):
        kept = hairstyles.strands(base, style, 1).of(hairstyles.covered(base, style, 1))
        assert len(kept.lines) > 800, style
        through = 0
        for line in kept.lines[::20]:
            for start, end in pairwise(line):
                step = Vector(end - start)
                through += tree.ray_cast(Vector(start), step.normalized(), step.length)[0] is not None
        assert through <= 0.02 * len(kept.lines[::20]), (style, through)
