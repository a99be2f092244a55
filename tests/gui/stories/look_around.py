"""Builds a frame in the viewport, holds its site, goes to the next one, previews it: all by the mouse."""

import time

import bpy
import common
import drive
from drive import click_button, gaps, open_tab, picture, play, result, viewport

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
    wished.seed = 3
    wished.people.rescuers, wished.people.civilians = (4, 5), (0, 1)
    wished.site.trees, wished.site.vehicles = (0, 1), (1, 1)
    for word in ("uav_nadir", "helmet", "cctv", "uav_oblique"):
        setattr(wished.camera.views, word, 0.0)
    for word in ("rain", "snow", "fog", "smoke", "dust"):
        setattr(wished.weather.kinds, word, 0.0)
    wished.light.hours, wished.site.buildings = (10.0, 15.0), (1, 1)
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    yield from open_tab()

    began, pauses = time.monotonic(), []
    watch = gaps(pauses)
    next(watch)
    yield from click_button("rescue_synth.randomise", column=0.45)
    yield 0.3
    yield picture("building")
    yield lambda: built() > 0
    next(watch)
    result.update(seconds=time.monotonic() - began, pauses=sorted(pauses)[-6:], people=built())
    area, _ = viewport()
    space = area.spaces.active
    space.region_3d.view_perspective = "CAMERA"
    space.region_3d.view_camera_zoom, space.region_3d.view_camera_offset = 10, (0.14, 0.0)
    space.shading.color_type, space.shading.show_shadows, space.shading.show_cavity = "MATERIAL", True, True
    space.overlay.show_extras = space.overlay.show_relationship_lines = space.overlay.show_floor = False
    yield 3.0
    yield picture("built")

    ground = bpy.data.objects["Ground"].data.vertices[0].co.copy()
    wished.hold.site, wished.site.frames_per_site = True, 1
    yield from click_button("rescue_synth.randomise", column=0.9)
    yield lambda: wished.shown == 1 and built() > 0
    result["kept"] = bpy.data.objects["Ground"].data.vertices[0].co == ground
    yield 2.0
    yield picture("held")

    wished.render.width, wished.render.height = 320, 240
    yield from click_button("rescue_synth.preview")
    yield lambda: common.task("preview").state in ("DONE", "FAILED")
    yield 1.0
    yield picture("previewed")
    result.update(preview=common.task("preview").state, reason=common.task("preview").message)
    result["windows"] = len(bpy.context.window_manager.windows)


play(story())
