"""Does what a new user wants, with as few clicks as the documentation says: rain at dusk, own models, yesterday's."""

import json
import os

import bpy
import common
import drive
from drive import (
    FOLDER,
    TICK,
    click,
    click_button,
    click_field,
    click_header,
    find_field,
    open_tab,
    picture,
    play,
    result,
    viewport,
)

drive.PATIENCE = 400.0


def counted(task: str, steps: drive.Story) -> drive.Story:
    """The clicks that a task takes."""
    before = drive.clicks[0]
    yield from steps
    result.setdefault("clicks", {})[task] = drive.clicks[0] - before


def entry(x: float, y: float, name: str) -> drive.Story:
    """Click what lies in an open list."""
    yield 0.5
    drive.move(x, y)
    yield 4 * TICK
    yield picture(name)
    click(x, y)
    yield 0.5


def rain_at_dusk() -> drive.Story:
    """A ready recipe, chosen from the menu in the first panel's header."""
    _, sidebar = viewport()
    yield from find_field("rescue_synth.seed")
    x, y = sidebar.x + 222, drive._rows["rescue_synth.seed"] + 38
    click(x, y)
    yield from entry(x, y - 40 - 20 * 8, "recipes")


def own_models() -> drive.Story:
    """The artist's cube becomes every rescuer."""
    yield from click_header("own_models", below="rescue_synth.preview")
    yield from click_field("rescue_synth.assets.collections.rescuer")
    _, sidebar = viewport()
    field = drive._rows["rescue_synth.assets.collections.rescuer"]
    yield from entry(sidebar.x + sidebar.width * 0.75, field - 48, "collections")


def generated() -> drive.Story:
    yield from click_button("rescue_synth.generate")
    yield common.ended


def story():
    yield from common.install()
    common.shown("main", "generate")
    wished, job = bpy.context.scene.rescue_synth, common.job()
    folder = common.wish(frames=1)
    team = bpy.data.collections.new("Team")
    team.objects.link(bpy.data.objects["Cube"])
    yield from open_tab()
    yield from drive.find_button("rescue_synth.preview")

    yield from counted("choose rain at dusk", rain_at_dusk())
    result["kinds"] = common.room("settings").to_recipe(wished).weather.kinds
    result["hours"] = list(wished.light.hours)
    common.wish(frames=1)  # the chosen weather, in a frame that costs little
    yield from counted("own models", own_models())
    yield from counted("generate", generated())
    result["own"] = {"state": job.state, "message": job.message, "rescuer": wished.assets.collections.rescuer}
    result["models"] = [
        item["about"].get("model")
        for path in (folder / "frames").glob("*.json")
        for item in json.loads(path.read_text())["instances"]
        if item["category"] == "rescuer"
    ]

    # Tomorrow: the file is opened, the tab counts what is there, one click goes on.
    wished.frames = 2
    saved = str(FOLDER / "work.blend")
    bpy.ops.wm.save_as_mainfile(filepath=saved)
    bpy.ops.wm.read_homefile(use_empty=False)
    yield 1.0
    bpy.ops.wm.open_mainfile(filepath=saved)
    yield 2.0
    result["there"] = bpy.context.window_manager.rescue_synth_steps.frames
    yield picture("tomorrow")
    yield from counted("go on with yesterday's", generated())
    job = common.job()
    result["resumed"] = {"state": job.state, "done": job.done, "message": job.message}
    result["made"] = len(os.listdir(folder / "frames"))


play(story())
