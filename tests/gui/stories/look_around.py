"""Builds a frame in the viewport, holds its site, goes to the next one, previews it: all by the mouse."""

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


def story():
    yield from common.install()
    common.shown("main", "generate")
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

    ground = bpy.data.objects["Ground"].data.vertices[0].co.copy()
    wished.hold.site, wished.site.frames_per_site = True, 1
    yield from click_button("rescue_synth.randomise", column=0.9)
    yield lambda: wished.shown == 1 and built() > 0
    result["next_view"] = view.view_perspective
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
