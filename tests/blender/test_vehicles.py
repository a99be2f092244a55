"""Vehicles stand on the ground, have the size that the planner keeps free, and differ by state."""

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.layout import LENGTHS
from rescue_synth.dataset.spec import VehicleSpec
from rescue_synth.scene import vehicles
from rescue_synth.scene.materials import glass_material

KINDS = tuple(LENGTHS)
STATES = ("whole", "dented", "burnt")


def level(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.zeros(np.broadcast(x, y).shape)


def slope(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 0.1 * np.asarray(x) - 0.05 * np.asarray(y)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_fits_what_the_planner_keeps_free(kind: str) -> None:
    for seed in range(3):
        piece, length, width = vehicles.vehicle(VehicleSpec(seed, kind, "whole", 0, 0, 0))
        size = np.ptp(piece.vertices, axis=0)
        assert abs(length - LENGTHS[kind]) < 0.7 and size[0] < LENGTHS[kind] + 0.75
        assert 1.6 < width < 3.1 and 1.3 < size[2] < 3.2
        assert abs(piece.vertices[:, 2].min()) < 0.03, "the wheels stand on z 0"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_spec_gives_the_same_bytes(kind: str, state: str) -> None:
    spec = VehicleSpec(7, kind, state, 0, 0, 0)
    one, two = vehicles.vehicle(spec)[0], vehicles.vehicle(spec)[0]
    assert one.vertices.tobytes() == two.vertices.tobytes()
    assert np.isfinite(one.vertices).all() and len(one.vertices) < 60_000


def test_burnt_ones_have_no_glass_and_soot_all_over() -> None:
    whole, burnt = (vehicles.vehicle(VehicleSpec(3, "car", state, 0, 0, 0))[0] for state in ("whole", "burnt"))
    assert (whole.material == 2).any() and (whole.points["soot"] == 0).all()
    windows = (burnt.material == 2).sum()
    assert windows < 0.1 * (whole.material == 2).sum(), "only the mirrors' glass is left"
    assert np.median(burnt.points["soot"]) > 0.5


def test_dents_move_the_body_and_leave_the_tyres_on_the_ground() -> None:
    draw = range(6)
    whole = [vehicles.vehicle(VehicleSpec(seed, "van", "whole", 0, 0, 0))[0] for seed in draw]
    dented = [vehicles.vehicle(VehicleSpec(seed, "van", "dented", 0, 0, 0))[0] for seed in draw]
    assert all(abs(piece.vertices[:, 2].min()) < 0.12 for piece in dented)
    narrower = [np.ptp(a.vertices[:, 0]) - np.ptp(b.vertices[:, 0]) for a, b in zip(whole, dented, strict=True)]
    assert max(np.abs(narrower)) > 0.03


def test_it_leans_as_the_ground_does(empty: None) -> None:
    collection = bpy.context.scene.collection
    (kind, made) = vehicles.add_vehicle(VehicleSpec(1, "car", "whole", 3, 2, 30), slope, collection)[0]
    bpy.context.view_layer.update()
    up = np.array(made.matrix_world)[:3, 2]
    normal = np.array([-0.1, 0.05, 1.0]) / np.linalg.norm([-0.1, 0.05, 1.0])
    assert kind == "vehicle" and up @ normal > 0.9995
    assert glass_material().name in [slot.name for slot in made.data.materials]
