"""People's looks: dressed without gaps, labelled in parts, equal in every process, placed in no time."""

import hashlib
import importlib
import subprocess
import sys
import time
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


spec, wardrobe, bodies, people, poses = (
    module(name) for name in ("dataset.spec", "dataset.wardrobe", "scene.body", "scene.people", "scene.poses")
)
head, clothing = module("scene.head"), module("scene.clothing")


def drawn(seed: int, **wishes: object):
    """A random person, as far as ``wishes`` leave it open."""
    draw = spec.stream(seed, "test person")
    skin = draw.dirichlet((0.6, 0.6, 0.6))
    shape = spec.BodySpec(
        float(draw.random()), float(draw.uniform(0.5, 0.95)), float(draw.uniform(0.35, 0.6)),
        float(draw.uniform(0.3, 0.8)), float(draw.uniform(0.38, 0.6)), tuple(float(s) for s in skin),
    )  # fmt: skip
    outfits = wardrobe.UNIFORMS + wardrobe.PLAIN
    alone = [name for name, pose in wardrobe.POSES.items() if pose.team == 1]
    values = {
        "outfit": outfits[int(draw.integers(len(outfits)))],
        "gear": tuple(word for word in wardrobe.GEAR if draw.random() < 0.3),
        "pose": alone[int(draw.integers(len(alone)))],
    } | wishes
    return spec.PersonSpec(seed, "rescuer", shape, mirrored=False, x=0.0, y=0.0, yaw=0.0, **values)


def placed(person, away: float = 10.0) -> bpy.types.Object | None:
    """The person in the scene; None where the pose refuses flat ground."""
    base = bodies.load_base(ASSETS)
    shape = bodies.Body(base, person.body, person.seed)
    posed = poses.solve(person, shape, None)
    if not posed.placed:
        return None
    return people.add_person(person, shape, posed, bpy.context.scene.collection, f"Person.{person.seed:03d}", away)


UPPERS = ("coverall", "jacket", "coat", "hoodie", "shirt", "tshirt")


def points(thing: bpy.types.Object) -> np.ndarray:
    found = np.empty(len(thing.data.vertices) * 3, np.float32)
    thing.data.vertices.foreach_get("co", found)
    return found.reshape(-1, 3)


def faces(thing: bpy.types.Object) -> list[tuple[int, ...]]:
    return [tuple(polygon.vertices) for polygon in thing.data.polygons]


def below(root: bpy.types.Object) -> dict[str, bpy.types.Object]:
    """The root's children by the last word of their names."""
    return {child.name.removeprefix(root.name).strip(): child for child in root.children}


def digest(root: bpy.types.Object) -> str:
    total = hashlib.sha256()
    for name, child in sorted(below(root).items()):
        total.update(name.encode() + points(child).tobytes())
        for key, value in sorted(child.items()):
            if key.startswith("tint"):
                total.update(f"{key}{list(value) if hasattr(value, '__len__') else value}".encode())
    return total.hexdigest()


@pytest.fixture(autouse=True)
def _fresh(empty: None) -> None:
    """Every test starts in an empty file."""


def covered(skin: np.ndarray, outward: np.ndarray, tree: BVHTree, reach: float) -> np.ndarray:
    """Which points have cloth within ``reach`` in front of them."""
    hits = [
        tree.ray_cast(Vector(p.tolist()), Vector(n.tolist()), reach)[0] is not None
        for p, n in zip(skin, outward, strict=True)
    ]
    return np.array(hits)


@pytest.mark.parametrize("half", [0, 1])
def test_no_skin_shows_through_cloth(half: int) -> None:
    """Every skin vertex that the rules put under a collar or a cuff has cloth in front of it, on 100 people."""
    base = bodies.load_base(ASSETS)
    area = clothing.region(base)
    seen = bare = 0
    for seed in range(half * 100, half * 100 + 100):
        root = placed(drawn(seed, gear=()), 100.0)
        if root is None:
            continue
        parts = below(root)
        upper = next(parts[kind] for kind in UPPERS if kind in parts)
        tree = BVHTree.FromPolygons(points(upper).tolist(), faces(upper))
        open_collar = upper.name.endswith("shirt")
        for word, what in (("head", "head and chest" if open_collar else "head"), ("hands", "hands")):
            if word == "hands" and upper.name.endswith("tshirt"):
                what = "arms"
            used = head.sheet(base, what).used
            skin = points(parts[word])[: len(used)]
            outward = module("scene.topology").normals(skin.astype(float), head.sheet(base, what).quads[0])
            if word == "head":
                under = area.head_w[used] < 0.36
            elif what == "arms":
                under = area.arm[used] < 0.29
            else:
                under = (area.arm[used] < 0.965) & (area.arm_w[used] > 0.3)
            hidden = covered(skin[under], outward[under], tree, 0.09)
            seen += int(under.sum())
            bare += int((~hidden).sum())
    assert seen > 2000
    assert bare <= seen * 0.002, f"{bare} of {seen}"


def test_trousers_stay_under_the_jacket() -> None:
    for seed in range(300, 330):
        outfit = ("turnout", "medic", "casual", "jacket")[seed % 4]
        root = placed(drawn(seed, outfit=outfit, gear=(), pose="stand"))
        parts = below(root)
        upper = next(parts[kind] for kind in UPPERS if kind in parts)
        tree = BVHTree.FromPolygons(points(upper).tolist(), faces(upper))
        trousers = parts["trousers"]
        rest = np.empty(len(trousers.data.vertices) * 3, np.float32)
        trousers.data.attributes["rest"].data.foreach_get("vector", rest)
        quads = np.array(faces(trousers))
        place = points(trousers).astype(float)
        outward = module("scene.topology").normals(place, quads)
        under = (rest.reshape(-1, 3)[:, 2] > 0.93) & (np.abs(outward[:, 2]) < 0.6)
        hidden = covered(place[under], outward[under], tree, 0.12)
        assert hidden.mean() > 0.985, (seed, hidden.mean())


def test_vests_stay_outside_what_they_are_worn_over() -> None:
    """In every pose: all of the back, and the chest beside the opening, have the vest in front of them."""
    garments = module("scene.garments")
    base = bodies.load_base(ASSETS)
    seen = bare = 0
    for seed in range(800, 824):
        root = placed(drawn(seed, gear=("vest",)))
        if root is None:
            continue
        parts = below(root)
        kind = next(kind for kind in UPPERS if kind in parts)
        garment = garments.garment(base, kind)
        x, y, z = garment.values[1][:, :3].astype(float).T
        back = (y > 0.04) & (np.abs(x) < 0.12) & (z > 1.0) & (z < 1.34)
        front = (y < -0.04) & (np.abs(np.abs(x) - 0.115) < 0.01) & (z > 1.0) & (z < 1.2)
        inside = back | front
        place, quads = points(parts[kind]).astype(float), np.array(faces(parts[kind]))
        outward = module("scene.topology").normals(place, quads)
        tree = BVHTree.FromPolygons(points(parts["vest"]).tolist(), faces(parts["vest"]))
        hidden = covered(place[inside], outward[inside], tree, 0.08)
        seen += int(inside.sum())
        bare += int((~hidden).sum())
    assert seen > 10000
    assert bare <= seen * 0.004, f"{bare} of {seen}"


def test_helmet_and_vest_are_parts_of_their_own() -> None:
    root = placed(drawn(1, outfit="ses", gear=("helmet", "vest", "lamp", "visor"), pose="stand"))
    assert root["rescue_category"] == "rescuer" and root.type == "EMPTY"
    parts = {word: child.get("rescue_part", "") for word, child in below(root).items()}
    assert {parts[word] for word in ("helmet", "strap", "lamp", "visor")} == {"helmet"}
    assert parts["vest"] == "vest"
    assert all(not parts[word] for word in ("head", "hands", "boots") if word in parts)


@pytest.mark.parametrize("word", wardrobe.GEAR)
def test_every_gear_word_puts_something_on(word: str) -> None:
    with_helmet = ("helmet",) if word in ("lamp", "visor") else ()
    plain = below(placed(drawn(2, outfit="orange", gear=with_helmet, pose="stand")))
    geared = below(placed(drawn(2, outfit="orange", gear=(*with_helmet, word), pose="stand")))
    added = set(geared) - {name.split(".")[0] for name in plain}
    assert added, f"{word} adds nothing"


@pytest.mark.parametrize("word", wardrobe.UNIFORMS + wardrobe.PLAIN)
def test_every_outfit_word_dresses_somebody(word: str) -> None:
    made = {digest(placed(drawn(seed, outfit=word, gear=(), pose="stand"))) for seed in range(400, 403)}
    assert len(made) == 3


def test_soles_stand_on_the_ground() -> None:
    for seed in range(500, 508):
        root = placed(drawn(seed, gear=(), pose="stand"))
        soles = next(child for name, child in below(root).items() if name in ("boots", "shoes"))
        low = points(soles)[:, 2].min() + root.matrix_world.translation.z
        assert -0.02 < low < 0.012, (seed, low)


def test_the_same_spec_is_the_same_to_the_byte_in_another_process() -> None:
    person = drawn(7, outfit="hivis", gear=("helmet", "vest", "backpack"), pose="stand")
    here = digest(placed(person))
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    assert digest(placed(person)) == here
    code = (
        "import sys; sys.path[:0] = [sys.argv[1]]; import conftest, test_people_looks as t;"
        "print(t.digest(t.placed(t.drawn(7, outfit='hivis', gear=('helmet', 'vest', 'backpack'), pose='stand'))))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)], capture_output=True, text=True, timeout=120
    )
    assert run.stdout.split()[-1] == here, run.stderr[-500:]


def test_twelve_people_are_dressed_within_three_seconds() -> None:
    """Seconds of this thread, after each garment's template was worked out once."""
    base = bodies.load_base(ASSETS)
    crowd = [drawn(seed, pose="stand") for seed in range(600, 612)]
    for person in crowd:
        placed(person)
    spent = []
    for number, person in enumerate(crowd):
        shape = bodies.Body(base, person.body, person.seed + 1000)
        posed = poses.solve(person, shape, None)
        start = time.thread_time()
        people.add_person(person, shape, posed, bpy.context.scene.collection, f"Again.{number:03d}", 8.0)
        spent.append(time.thread_time() - start)
    assert sum(spent) < 3.0 and float(np.median(spent)) < 0.3, spent


def test_materials_do_not_grow_with_the_crowd() -> None:
    for seed in range(700, 740):
        placed(drawn(seed, pose="stand"), 60.0)
    some = len(bpy.data.materials)
    for seed in range(740, 780):
        placed(drawn(seed, pose="stand"), 60.0)
    assert len(bpy.data.materials) <= some + 15


def test_missing_or_damaged_bodies_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(bodies.AssetError, match="make assets"):
        bodies.load_base(tmp_path)
    (tmp_path / "people.npz").write_bytes(b"PK not an archive")
    with pytest.raises(bodies.AssetError, match="damaged"):
        bodies.load_base(tmp_path)
