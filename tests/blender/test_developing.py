"""What a frame's light becomes in its file: dusk leaves something to see on the ground and a tone in the sky."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from rescue_synth.dataset.spec import LensSpec, LightSpec
from rescue_synth.render import frame, picture
from rescue_synth.scene import lighting

STOPS = {"clear": 0.7, "overcast": 0.9, "dusk": 1.2, "night": 1.2}
"""About what lighting.py exposes them with."""

LENS = LensSpec(7, 0.0, 0.4, 0.01, 0.2, 0.4, 0.0, 1.25, 1.3, 0.5, 90)


def luminance(sky: str, ground: float, above: float) -> np.ndarray:
    """uint8 of a frame whose lower two thirds are grainy ground of that linear light, and the rest is sky."""
    scene = bpy.context.scene
    scene.view_settings.view_transform, scene.view_settings.look = "AgX", lighting.LOOK
    scene.view_settings.exposure = STOPS[sky]
    light = np.full((120, 160, 3), above, np.float32)
    light[40:] = ground * np.exp(np.random.default_rng(1).normal(0, 0.35, (80, 160, 1)))
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


def test_night_stays_darker_than_dusk(empty: None) -> None:
    night, dusk = (float(luminance(sky, 0.006, 0.02).mean()) for sky in ("night", "dusk"))
    assert night < 0.85 * dusk
