"""The whole chain, not only the renderer: weather changes a frame's picture and none of its masks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from rescue_synth.dataset import plan, recipe
from rescue_synth.dataset.spec import FireSpec, FrameSpec, WeatherSpec
from rescue_synth.render import frame
from rescue_synth.scene import build

ASSETS = Path(__file__).resolve().parents[3] / "assets"

WISH = recipe.loads(
    "[render]\nwidth = 96\nheight = 72\nsamples = 1\n"
    "[site]\nheaps = [0, 0]\nbuildings = [0, 0]\nvehicles = [0, 0]\ntrees = [0, 0]\ndistractors = [0, 0]\n"
    "[people]\nrescuers = [2, 2]\n[camera]\nviews = { handheld = 1 }\ndistance = [4, 5]\n"
    "[lens]\nnoise = [0, 0]\n[light]\nhours = [11, 13]"
)

AIR = {
    "fog": {"visibility": 12.0},
    "rain": {"rate": 20.0, "visibility": 800.0},
    "snow": {"rate": 3.0, "visibility": 300.0},
    "smoke": {"visibility": 15.0},
    "dust": {"visibility": 15.0},
}


def under(spec: FrameSpec, kind: str, method: str, **changes: float) -> FrameSpec:
    """The same frame in other air; the ground stays dry and bare."""
    return replace(spec, weather=replace(CLEAR, kind=kind, method=method, **changes))


CLEAR = WeatherSpec(1, "clear", "depth", 8000.0, 0.0, 0.0, 0.0, (1.0, 0.5))


@pytest.mark.parametrize("method", ["depth", "scene"])
def test_no_weather_moves_a_label(empty: None, method: str) -> None:
    build.start(WISH.assets)
    builder = build.Builder(WISH, ASSETS)
    index = next(k for k in range(9) if not frame.make(plan.frame(WISH, k), WISH, builder).reasons)
    spec = plan.frame(WISH, index)
    clear = frame.make(under(spec, "clear", "depth"), WISH, builder)
    names = [name for name in clear.files if name.startswith(("masks/", "parts/", "depth/", "silhouettes/"))]
    assert len(names) >= 5
    light = np.frombuffer(clear.files[clear.record.image], np.uint8)
    for kind, changes in AIR.items():
        made = frame.make(under(spec, kind, method, **changes), WISH, builder)
        assert {name: made.files[name] for name in names} == {name: clear.files[name] for name in names}, kind
        assert made.record.instances == clear.record.instances
        assert not np.array_equal(np.frombuffer(made.files[made.record.image], np.uint8), light), kind


def test_no_fire_moves_a_label(empty: None) -> None:
    build.start(WISH.assets)
    builder = build.Builder(WISH, ASSETS)
    index = next(k for k in range(9) if not frame.make(plan.frame(WISH, k), WISH, builder).reasons)
    spec = under(plan.frame(WISH, index), "clear", "depth")
    without = frame.make(spec, WISH, builder)
    beside = FireSpec(3, spec.people[0].x + 0.7, spec.people[0].y, 1.6, 1.0)
    burning = frame.make(replace(spec, site=replace(spec.site, fires=(beside,))), WISH, builder)
    names = [name for name in without.files if name.startswith(("masks/", "parts/", "depth/", "silhouettes/"))]
    assert {name: burning.files[name] for name in names} == {name: without.files[name] for name in names}
    assert burning.record.instances == without.record.instances
    assert burning.files[burning.record.image] != without.files[without.record.image]
    assert [thing for thing in bpy.data.lights if thing.name.startswith("Fire")]
