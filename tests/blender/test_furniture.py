"""Furniture has the size that rooms reckon with, stands on the floor, and flats are built where they were planned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from rescue_synth.dataset import flat as flats
from rescue_synth.dataset.recipe import Recipe
from rescue_synth.dataset.spec import BAY, STOREY, BuildingSpec, GroundSpec, SiteSpec, stream
from rescue_synth.scene import buildings, fragments, furniture, poses
from rescue_synth.scene.body import Body, load_base
from rescue_synth.scene.terrain import Terrain

ASSETS = Path(__file__).resolve().parents[2] / "assets"
HOUSE = BuildingSpec(21, "panel", -6.0, 0.5, 3.0, 4, 5, "holed", 0.3)


@pytest.mark.parametrize("kind", furniture.KINDS)
def test_every_kind_stands_at_its_wall_and_is_more_than_a_few_boxes(kind: str) -> None:
    for variant in range(furniture.VARIANTS):
        piece = furniture.made(kind, variant)
        low, high = piece.vertices.min(0), piece.vertices.max(0)
        assert np.isfinite(piece.vertices).all()
        assert 64 < len(piece.vertices) < 4500
        if kind == "lamp":
            assert high[2] < 0.02 and low[2] > -1.0
            continue
        # doors that stand open and drawers pulled out may reach into the room; nothing reaches through the wall
        assert low[2] > -0.05 and high[1] < 0.1 and high[2] < 2.4
        assert np.ptp(piece.vertices[:, 0]) < furniture.KINDS[kind].wide + 1.3


@pytest.mark.parametrize("kind", ["wardrobe", "chest", "shelves"])
def test_a_cupboard_is_joinery_from_aside_and_from_behind(kind: str) -> None:
    """Panels, an edge and rails of other shades than the boards, so that none of its sides is a plain box's."""
    for variant in range(furniture.VARIANTS):
        piece = furniture.made(kind, variant)
        shade = np.round(piece.points["col"][:, 0], 3)
        for axis, outside in ((0, piece.vertices[:, 0].max()), (1, 0.0)):
            near = np.abs(piece.vertices[:, axis] - outside) < 0.035
            assert len(np.unique(shade[near])) >= 3


def test_wood_has_its_grain_along_its_height_indoors_and_on_heaps() -> None:
    chest = furniture.made("chest", 0)
    along = np.ptp(chest.points["rest"], axis=0) / np.ptp(chest.vertices, axis=0)
    assert along[0] > 5 * along[2]
    number = furniture.LEFTOVERS.index("chest")
    lying = fragments.templates()["furniture"][number]
    assert np.ptp(lying.rest[:, 2]) < 0.5 * np.ptp(lying.piece.vertices[:, 2])
    sofa = furniture.made("sofa", 0)
    assert np.ptp(sofa.points["rest"][:, 2]) > 0.9 * np.ptp(sofa.vertices[:, 2])


def test_shapes_of_a_kind_differ_and_are_made_only_once() -> None:
    assert furniture.made("sofa", 1) is furniture.made("sofa", 1)
    sizes = {furniture.made("wardrobe", variant).vertices.tobytes() for variant in range(furniture.VARIANTS)}
    assert len(sizes) == furniture.VARIANTS


@pytest.mark.parametrize("kind", ["sofa", "wardrobe", "fridge", "chair"])
def test_what_fell_lies_on_the_floor_and_lower_than_it_stood(kind: str) -> None:
    standing = furniture.made(kind, 0)
    for seed in range(6):
        lying = furniture.fallen(standing, stream(seed, "fall"))
        assert lying.vertices[:, 2].min() == pytest.approx(0.0, abs=1e-6)
        if kind in ("wardrobe", "fridge"):
            assert np.ptp(lying.vertices[:, 2]) < 0.85 * np.ptp(standing.vertices[:, 2])


@pytest.fixture
def site(empty: None) -> tuple[flats.FlatSpec, Terrain]:
    """A house with a flat, built."""
    rooms = flats.flat(5, (HOUSE,))
    surfaces = buildings.add_building(HOUSE, bpy.context.scene.collection, rooms_of=rooms)
    bpy.context.view_layer.update()
    return rooms, Terrain.of_objects(surfaces)


def test_a_flats_floor_carries_where_people_are_planned_and_a_ceiling_is_over_them(
    site: tuple[flats.FlatSpec, Terrain],
) -> None:
    rooms, terrain = site
    level = rooms.storey * STOREY - flats.SUNK
    covered = 0
    spots = [(x, y) for x in np.linspace(0.6, flats.WIDE - 0.6, 9) for y in np.linspace(1.4, flats.DEEP - 0.6, 6)]
    for x, y in spots:
        place = flats.world(HOUSE, rooms, x, y)
        below = terrain.down(*place, level + 0.3, only=("floor",))
        assert below is not None and abs(below.z - level) < 0.12
        covered += terrain.first((*place, level + 0.5), (0.0, 0.0, 1.0), STOREY) is not None
    assert covered > 0.8 * len(spots)


def test_daylight_comes_through_the_front_and_the_two_rooms_are_one(site: tuple[flats.FlatSpec, Terrain]) -> None:
    rooms, terrain = site
    level = rooms.storey * STOREY - flats.SUNK
    middle = flats.world(HOUSE, rooms, flats.WIDE / 2, 3.0)
    turn = np.radians(HOUSE.yaw)
    ways = [(np.cos(turn + a), np.sin(turn + a), 0.0) for a in np.linspace(-2.4, -0.7, 24)]
    assert sum(terrain.first((*middle, level + 1.5), way, 8.0) is None for way in ways) >= 3
    left, right = (flats.world(HOUSE, rooms, x, 2.4) for x in (BAY - 0.8, BAY + 0.6))
    ahead = (right[0] - left[0], right[1] - left[1], 0.0)
    assert terrain.first((*left, level + 1.4), ahead, 1.3) is None


def test_somebody_planned_in_a_flat_stands_on_its_floor(site: tuple[flats.FlatSpec, Terrain]) -> None:
    rooms, terrain = site
    base = load_base(ASSETS)
    where = SiteSpec(1, 0, GroundSpec(1), (HOUSE,), flat=rooms)
    placed = 0
    for seed in range(4):
        inside = flats.staged(Recipe(), where, seed)
        for one in inside.people if inside else ():
            body = Body(base, one.body, one.seed)
            posed = poses.solve(one, body, terrain)
            if not posed.placed:
                continue
            placed += 1
            assert abs(posed.root[2, 3] - one.level) < 0.15
            assert "floor" in {contact.surface for contact in posed.contacts} or one.pose.startswith("sit")
            outside = poses.solve(replace(one, level=None), body, terrain)
            assert not outside.placed
    assert placed >= 4
