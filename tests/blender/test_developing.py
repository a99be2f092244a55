"""What a frame's light becomes in its file: dusk leaves something to see on the ground and a tone in the sky."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.recipe import Render
from rescue_synth.dataset.spec import LensSpec, LightSpec, WeatherSpec
from rescue_synth.render import frame, picture, shoot
from rescue_synth.scene import lighting

STOPS = {"clear": 0.7, "overcast": 0.9, "dusk": 1.2, "night": 1.2}
"""About what lighting.py exposes them with."""

AIR = WeatherSpec(1, "overcast", "depth", 2e4, 0.0, 0.0, 0.0, (0.0, 0.0))

LENS = LensSpec(7, 0.0, 0.4, 0.01, 0.2, 0.4, 0.0, 1.25, 1.3, 0.5, 90)


def luminance(sky: str, ground: float, above: float, grain: float = 0.35) -> np.ndarray:
    """uint8 of a frame whose lower two thirds are grainy ground of that linear light, and the rest is sky."""
    scene = bpy.context.scene
    scene.view_settings.view_transform, scene.view_settings.look = "AgX", lighting.LOOK
    scene.view_settings.exposure = STOPS[sky]
    light = np.full((120, 160, 3), above, np.float32)
    light[40:] = ground * np.exp(np.random.default_rng(1).normal(0, grain, (80, 160, 1)))
    seen_sky = np.zeros((120, 160), bool)
    seen_sky[:40] = True
    spec = SimpleNamespace(lens=LENS, light=LightSpec(1, 18.0, 270, 50.0, -3.0, 260.0, sky))
    return picture.luminance(picture.jpeg(scene, frame.finish(light, seen_sky, STOPS[sky], spec), 90))


@pytest.mark.parametrize("ground", [0.003, 0.006, 0.012])
def test_the_ground_at_dusk_is_not_crushed(ground: float, empty: None) -> None:
    seen = luminance("dusk", ground, 0.35)[50:]
    assert (seen < 20).mean() < 0.08
    assert 30 < np.median(seen) < 110  # and it is still dusk


@pytest.mark.parametrize("sky", ["clear", "overcast", "dusk"])
def test_a_sky_behind_dark_things_keeps_a_tone(sky: str, empty: None) -> None:
    seen = luminance(sky, 0.01, 1.6)[:30]
    assert (seen > 250).mean() < 0.02 and np.median(seen) > 150


def test_fog_by_day_is_light_and_keeps_a_tone(empty: None) -> None:
    seen = luminance("overcast", 0.14, 0.16, grain=0.12)
    assert 150 < np.median(seen) < 225
    assert (seen > 250).mean() < 0.01 and seen[50:].std() > 4


def test_night_stays_darker_than_dusk(empty: None) -> None:
    night, dusk = (float(luminance(sky, 0.006, 0.02).mean()) for sky in ("night", "dusk"))
    assert night < 0.85 * dusk


def _block(size: tuple[float, float, float], middle: tuple[float, float, float], index: int = 0) -> None:
    bpy.ops.mesh.primitive_cube_add(size=1, location=middle)
    bpy.context.object.scale, bpy.context.object.pass_index = size, index


def test_who_stands_before_a_rooms_opening_is_no_black_shape(empty: None) -> None:
    scene = bpy.context.scene
    _block((60, 60, 0.1), (0, 0, -0.05))
    for size, middle in [((5, 6, 0.1), (0, 0, 2.65)), ((5, 0.1, 2.6), (0, -3, 1.3))]:  # ceiling, back wall
        _block(size, middle)
    for side in (-2.5, 2.5):
        _block((0.1, 6, 2.6), (side, 0, 1.3))
    _block((0.6, 0.3, 1.8), (0, 1.5, 0.9), index=7)
    bpy.ops.object.camera_add(location=(0, -2.6, 1.5), rotation=(np.radians(85), 0, 0))
    scene.camera = bpy.context.object
    lighting.apply(scene, LightSpec(1, 12.0, 170, 50.0, 40.0, 100.0, "overcast"), AIR)
    shot = shoot.shoot(scene, Render(width=64, height=48, samples=8), separate=False)
    inside, outside = shot.picture[shot.ids == 7], shot.picture[np.isinf(shot.distance)]
    assert len(inside) > 50 and len(outside) > 50
    assert np.median(inside) > 0.03 * np.median(outside)
