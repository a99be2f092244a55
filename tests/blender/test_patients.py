"""Patients on stretchers: carried by their mates, covered, not through the canvas, labelled as civilians."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np
import pytest
from mathutils import Vector
from mathutils.bvhtree import BVHTree
from rescue_synth.dataset import population
from rescue_synth.dataset.recipe import Recipe
from rescue_synth.scene import body as bodies
from rescue_synth.scene import casting, people, poses, tools
from rescue_synth.scene.terrain import Terrain

from .conftest import ROOT

THROUGH = 0.02
"""Metres that a patient may lie in the stretcher."""

pytestmark = pytest.mark.skipif(not (ROOT / "assets" / "people.npz").exists(), reason="make assets first")


@pytest.fixture(autouse=True)
def _fresh(empty: None) -> None:
    """Every test starts in an empty file."""


def team(seed: int, yaw: float = 0.0) -> tuple:
    """Two bearers and their patient, as planned."""
    spot = (1.0, -2.0, yaw)
    bearers = [population.person(Recipe(), seed, role, "rescuer", "stretcher", spot, role) for role in range(2)]
    return (*bearers, population.person(Recipe(), seed, 2, "civilian", "on_stretcher", spot, 2))


def sloping() -> Terrain:
    """Ground that rises along y and a little along x."""
    corners = np.array([(x, y, 0.05 * y + 0.02 * x) for x, y in ((-9, -9), (9, -9), (9, 9), (-9, 9))], float)
    return Terrain([("ground", corners, [(0, 1, 2, 3)])])


def placed(seed: int, yaw: float = 0.0) -> list[casting.Cast]:
    base, found = bodies.load_base(ROOT / "assets"), []
    for spec in team(seed, yaw):
        body = bodies.Body(base, spec.body, spec.seed)
        found.append(casting.Cast(spec, body, poses.solve(spec, body, sloping())))
        assert found[-1].posed.placed, found[-1].posed.reason
    return found


def vertices(thing: bpy.types.Object) -> np.ndarray:
    found = np.empty(len(thing.data.vertices) * 3, np.float32)
    thing.data.vertices.foreach_get("co", found)
    return found.reshape(-1, 3).astype(float)


def dressed(person: casting.Cast) -> bpy.types.Object:
    return people.add_person(person.spec, person.body, person.posed, bpy.context.scene.collection, "Patient", 8.0)


@pytest.mark.parametrize("seed", range(4))
def test_a_patient_lies_on_the_stretcher_and_not_in_it(seed: int) -> None:
    leader, _, patient = placed(seed, 30.0 * seed)
    (tool,) = leader.posed.tools
    shape = tools.shape(tool, 10)
    starts = np.cumsum(shape.sizes) - shape.sizes
    faces = [shape.corners[a : a + n].tolist() for a, n in zip(starts, shape.sizes, strict=True)]
    stretcher = BVHTree.FromPolygons(shape.vertices.tolist(), faces)
    into = np.linalg.inv(tool.matrix) @ patient.posed.root
    root = dressed(patient)
    gaps = []
    for child in root.children:
        word = child.name.split(" ", 1)[1]
        if word in ("blanket", "hair", "tresses"):
            continue
        points = vertices(child)[::5] @ into[:3, :3].T + into[:3, 3]
        inside = points[(np.abs(points[:, 0]) < 0.24) & (np.abs(points[:, 1]) < 0.90)]
        for point in inside[inside[:, 2] < 0.15]:
            spot, _, _, _ = stretcher.ray_cast(Vector((point[0], point[1], 0.5)), Vector((0, 0, -1)))
            if spot is not None:
                gaps.append((point[1], point[2] - spot[2]))
    along, gap = np.array(gaps).T
    assert -gap.min() <= THROUGH, f"{-gap.min() * 100:.1f} cm in the canvas"
    for low, high in ((-0.15, 0.15), (0.25, 0.5)):  # seat and shoulder blades
        assert gap[(along > low) & (along < high)].min() < 0.02, "floats over the canvas"


def test_a_patient_moves_with_the_bearers() -> None:
    for seed, yaw in ((1, 0.0), (2, 75.0)):
        leader, mate, patient = placed(seed, yaw)
        (tool,) = leader.posed.tools
        feet = patient.posed.root[:3, :3] @ patient.posed.places[patient.body.base.bone("foot_l")]
        ahead = leader.posed.root[:3, 3] - mate.posed.root[:3, 3]
        assert feet @ ahead > 0, "feet first"
        assert np.allclose(patient.posed.root[:3, 2], tool.matrix[:3, 2], atol=0.02)
        away = patient.posed.root[:3, 3] - tool.matrix[:3, 3]
        assert np.linalg.norm(away) < 0.15


def test_blankets_cover_without_letting_anything_through() -> None:
    for seed in range(4):
        patient = placed(seed)[2]
        parts = {child.name.split(" ", 1)[1]: child for child in dressed(patient).children}
        blanket = parts["blanket"]
        faces = [tuple(polygon.vertices) for polygon in blanket.data.polygons]
        cover = vertices(blanket)
        tree = BVHTree.FromPolygons(cover.tolist(), faces)
        points = vertices(parts.get("trousers") or parts["coverall"])
        under = points[(points[:, 1] > cover[:, 1].min() + 0.05) & (points[:, 1] < cover[:, 1].max() - 0.05)][::7]
        over = [tree.ray_cast(Vector(p), Vector((0, 0, 1)), 0.6)[0] is not None for p in under.tolist()]
        assert np.mean(over) > 0.995, (seed, np.mean(over))


def test_patients_are_civilians_and_belong_to_themselves() -> None:
    root = dressed(placed(3)[2])
    assert root["rescue_category"] == "civilian"
    blanket = next(child for child in root.children if "blanket" in child.name)
    assert not blanket.get("rescue_ignore") and not blanket.get("rescue_part")


def test_without_a_place_for_the_team_the_patient_lies_on_the_ground() -> None:
    assert poses.fallback("on_stretcher") == "lie_curled"


def test_the_same_patient_is_the_same_again() -> None:
    first, again = (placed(2)[2] for _ in range(2))
    assert np.array_equal(first.posed.places, again.posed.places) and np.array_equal(first.posed.root, again.posed.root)
    other = replace(first.spec, seed=first.spec.seed + 1)
    assert not np.array_equal(poses.solve(other, first.body, None).places, first.posed.places)
