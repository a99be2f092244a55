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


def rain_at_dusk() -> drive.Story:
    """A ready recipe, chosen from the menu in the first panel's header."""
    _, sidebar = viewport()
    yield from find_field("rescue_synth.seed")
    x, y = sidebar.x + 231, drive._rows["rescue_synth.seed"] + 32
    drive.move(x, y)
    yield 4 * TICK
    click(x, y)
    yield 0.5
    recipes = [name for name, _ in common.room("panels.recipes").ready()]
    y -= 24 + 20 * recipes.index("Rain at dusk")
    for step in (20, 10, 0):
        drive.move(x + step, y)
        yield 2 * TICK
    yield picture("recipes")
    click(x, y)
    yield 0.5


def own_models() -> drive.Story:
    """The artist's cube becomes every rescuer."""
    yield from click_header("own_models", below="rescue_synth.preview")
    yield from click_field("rescue_synth.assets.collections.rescuer")
    yield 0.5
    yield picture("collections")
    # Blender's list follows no simulated mouse: the second entry by the keys, counted as the click that it stands for.
    for key in ("DOWN_ARROW", "DOWN_ARROW", "RET"):
        drive.press(key)
        yield 2 * TICK
    drive.clicks[0] += 1


def generated() -> drive.Story:
    yield from click_button("rescue_synth.generate")
    yield common.ended


def story():
    yield from common.install()
    common.shown("main", "generate")
    wished, job = bpy.context.scene.rescue_synth, common.job()
    folder = common.wish(frames=1)
    team = bpy.data.collections.new("Team")
    bpy.context.scene.collection.children.link(team)
    team.objects.link(bpy.data.objects["Cube"])
    yield from open_tab()
    yield from drive.find_button("rescue_synth.preview")

    yield from counted("choose rain at dusk", rain_at_dusk())
    result["kinds"] = dict(common.room("settings").to_recipe(wished).weather.kinds)
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
