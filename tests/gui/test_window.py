"""The extension in a real window: clicked through as an artist does. Needs ``blender`` (5.2), Xvfb and ImageMagick."""

import os
import time

import pytest


def test_a_first_data_set_by_the_mouse(tell):
    told = tell("first_data_set")
    assert (told["state"], told["done"]) == ("DONE", 3), told["message"]
    assert told["icon"] > 0 and told["image"] == "images/rescue_000002.jpg"
    assert {"via_project.json", "coco.json", "recipe.toml", "preview.jpg"} <= set(told["files"])
    assert sum(name.startswith("frames/") for name in told["files"]) == 3
    # The window stays alive: the longest pause of Blender's main thread while the workers work.
    print(f"longest pauses of the main thread: {told['gaps']}")
    assert told["gaps"][-1] < 0.5


def test_cancel_answers_at_once_and_generate_goes_on(tell):
    told = tell("cancel_and_resume")
    assert told["twice"] is False
    assert told["answered"] < 2.0
    stopped, resumed = told["stopped"], told["resumed"]
    assert stopped["state"] == "STOPPED" and 2 <= stopped["done"] < 500
    assert resumed["state"] == "DONE" and resumed["done"] == stopped["done"] + 2
    assert "another recipe or seed" in told["refused"] and "seed: 0 -> 7" in told["refused"]


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks at /proc")
def test_killing_blender_leaves_no_worker_behind(tell):
    told = tell("left_alone", kill_when="pids.json")
    assert told["pids"]
    end = time.monotonic() + 30.0
    while alive := [pid for pid in told["pids"] if os.path.exists(f"/proc/{pid}")]:
        assert time.monotonic() < end, f"{alive} outlived Blender"
        time.sleep(0.2)
