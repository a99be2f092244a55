"""Builds a frame in the viewport, breaks off another by Esc, holds the site, goes on and previews, by mouse and key."""

import time

import bpy
import common
import drive
from drive import click_button, find_button, gaps, open_tab, picture, play, result, viewport

drive.PATIENCE = 300.0


def built() -> int:
    """People in the scene, once the builder has let go of it."""
    people = [thing for thing in bpy.context.scene.objects if thing.get("rescue_category")]
    busy = any(operator.bl_idname == "RESCUE_SYNTH_OT_randomise" for operator in drive.window().modal_operators)
    return 0 if busy else len(people)


def things() -> dict[str, tuple]:
    """What stands in the scene, and where: name -> matrix."""
    return {thing.name: tuple(map(tuple, thing.matrix_world)) for thing in bpy.context.scene.objects}


def building() -> str:
    """What the builder is at, as the panel shows it."""
    return bpy.context.window_manager.rescue_synth.building


def watch_stages(seconds: dict[str, float]) -> None:
    """Record how long each stage of the builder keeps Blender's main thread."""
    kind = common.room("operators.randomise").RESCUE_SYNTH_OT_randomise
    stages = kind._stages

    def timed(self, context):
        running, words = stages(self, context), "begin"
        while True:
            began = time.perf_counter()
            try:
                following = next(running)
            except StopIteration as end:
                return end.value
            finally:
                seconds[words] = max(seconds.get(words, 0.0), time.perf_counter() - began)
            yield following
            words = following

    kind._stages = timed


def story():
    yield from common.install()
    common.shown("main", "generate")
    stages: dict[str, float] = {}
    watch_stages(stages)
    wished = bpy.context.scene.rescue_synth
    common.wish(frames=2)
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    yield from open_tab()
    yield from find_button("rescue_synth.preview")

    began, pauses = time.monotonic(), []
    watch = gaps(pauses)
    next(watch)
    yield from click_button("rescue_synth.randomise", column=0.45)
    yield 0.3
    yield picture("building")
    yield lambda: built() > 0
    next(watch)
    result.update(seconds=time.monotonic() - began, pauses=sorted(pauses)[-6:], people=built())
    view = viewport()[0].spaces.active.region_3d
    result["first_view"] = view.view_perspective
    yield 1.0
    yield picture("built")
    result["stages"] = stages

    # Esc in the middle of the next one: the scene is as it was, and so is the number of the frame.
    before = things()
    yield from click_button("rescue_synth.randomise", column=0.9)
    yield lambda: "house" in building() or "heap" in building()
    result["broken_off_at"] = building()
    drive.press("ESC")
    yield lambda: not building()
    yield 1.0
    yield picture("broken_off")
    wished = bpy.context.scene.rescue_synth  # undo has exchanged the data
    result.update(as_before=things() == before, same_frame=wished.shown == 0)

    ground = bpy.data.objects["Ground"].data.vertices[0].co.copy()
    wished.hold.site, wished.site.frames_per_site = True, 1
    yield from click_button("rescue_synth.randomise", column=0.9)
    yield lambda: wished.shown == 1 and built() > 0
    result["next_view"] = viewport()[0].spaces.active.region_3d.view_perspective
    result["kept"] = bpy.data.objects["Ground"].data.vertices[0].co == ground
    yield 2.0
    yield picture("held")

    yield from click_button("rescue_synth.preview")
    yield lambda: common.task("preview").state in ("DONE", "FAILED")
    yield 1.0
    yield picture("previewed")
    result.update(preview=common.task("preview").state, reason=common.task("preview").message)
    result["windows"] = len(bpy.context.window_manager.windows)


play(story())
