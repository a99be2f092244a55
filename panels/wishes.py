"""What the artist may wish for, a closed sub-panel for each table of the recipe."""

import bpy
from bpy.types import Context, Panel

from .rows import Tab, mix, pair, split


class Wish(Tab):
    """A sub-panel of the first panel, closed until it is needed."""

    bl_parent_id = "RESCUE_SYNTH_PT_main"
    bl_options = {"DEFAULT_CLOSED"}


class RESCUE_SYNTH_PT_site(Wish, Panel):
    """Houses, rubble and vehicles"""

    bl_label = "Site"

    def draw(self, context: Context) -> None:
        """Counts, then mixes."""
        site = context.scene.rescue_synth.site
        column = split(self.layout)
        column.enabled = context.scene.rescue_synth.assets.build_site
        column.prop(site, "frames_per_site")
        for name in ("buildings", "storeys", "burnt", "heaps", "craters", "vehicles", "fires", "trees"):
            pair(column, site, name)
        for name in ("distractors", "animals", "belongings"):
            pair(column, site, name)
        for name in ("kinds", "damage", "vehicle_kinds", "vehicle_states"):
            mix(self.layout, site, name)


class RESCUE_SYNTH_PT_people(Wish, Panel):
    """Rescuers and civilians"""

    bl_label = "People"

    def draw(self, context: Context) -> None:
        """Counts, shares, then what they wear."""
        people = context.scene.rescue_synth.people
        column = split(self.layout)
        pair(column, people, "rescuers")
        pair(column, people, "civilians")
        for name in ("helmets", "vests", "women", "buried"):
            column.prop(people, name, slider=True)
        column.prop(people, "sunk")
        mix(self.layout, people, "uniforms")
        mix(self.layout, people, "outfits")


class RESCUE_SYNTH_PT_own_models(Wish, Panel):
    """Your own models and scene, instead of or beside ours"""

    bl_label = "Own Models"

    def draw(self, context: Context) -> None:
        """A collection a category, from the open file or another."""
        assets = context.scene.rescue_synth.assets
        column = split(self.layout)
        column.prop(assets, "blend", placeholder="the open file")
        for name in ("rescuer", "civilian"):
            if assets.blend:
                # Another file's collections are not known here.
                column.prop(assets.collections, name, icon="OUTLINER_COLLECTION")
            else:
                column.prop_search(assets.collections, name, bpy.data, "collections")
        share = column.row()
        share.enabled = bool(assets.collections.rescuer or assets.collections.civilian)
        share.prop(assets, "own_share", slider=True)
        column.prop(assets, "build_site")


class RESCUE_SYNTH_PT_weather(Wish, Panel):
    """Weather, hour and season"""

    bl_label = "Weather and Light"

    def draw(self, context: Context) -> None:
        """Kinds of weather, how strong, then hour and season."""
        wishes = context.scene.rescue_synth
        mix(self.layout, wishes.weather, "kinds", folded=False)
        column = split(self.layout)
        for name in ("visibility", "rain", "snow"):
            pair(column, wishes.weather, name)
        column.prop(wishes.weather, "method")
        column.prop(wishes.weather, "variants")
        column.separator()
        pair(column, wishes.light, "hours")
        pair(column, wishes.light, "days")
        column.prop(wishes.light, "latitude")


class RESCUE_SYNTH_PT_camera(Wish, Panel):
    """Where the pictures are taken from, and with what lens"""

    bl_label = "Camera"

    def draw(self, context: Context) -> None:
        """Kinds of view, places, then the lens."""
        wishes = context.scene.rescue_synth
        mix(self.layout, wishes.camera, "views", folded=False)
        mix(self.layout, wishes.camera, "sizes")
        mix(self.layout, wishes.camera, "visible")
        column = split(self.layout)
        column.prop(wishes.camera, "inside", slider=True)
        pair(column, wishes.camera, "distance")
        pair(column, wishes.camera, "altitude")
        header, body = self.layout.panel("rescue_synth_lens", default_closed=True)
        header.label(text="Lens and Sensor")
        if body is not None:
            column = split(body)
            for name in (
                "exposure",
                "blur",
                "motion",
                "noise",
                "vignette",
                "chroma",
                "contrast",
                "saturation",
                "sharpening",
                "quality",
            ):
                pair(column, wishes.lens, name)


class RESCUE_SYNTH_PT_picture(Wish, Panel):
    """Size and quality of the pictures"""

    bl_label = "Picture"

    def draw(self, context: Context) -> None:
        """Size, then cost."""
        render = context.scene.rescue_synth.render
        column = split(self.layout)
        size = column.column(align=True)
        size.prop(render, "width")
        size.prop(render, "height")
        column.prop(render, "engine")
        column.prop(render, "samples")
        column.prop(render, "bounces")
        column.prop(render, "denoise")


class RESCUE_SYNTH_PT_labels(Wish, Panel):
    """What counts as labelled"""

    bl_label = "Labels"

    def draw(self, context: Context) -> None:
        """Limits, then accuracy."""
        labels = context.scene.rescue_synth.labels
        column = split(self.layout)
        column.prop(labels, "min_pixels")
        column.prop(labels, "min_visible", slider=True)
        column.prop(labels, "simplify", slider=True)
        column.prop(labels, "targets")
        column.prop(labels, "retries")


CLASSES = (
    RESCUE_SYNTH_PT_site,
    RESCUE_SYNTH_PT_people,
    RESCUE_SYNTH_PT_own_models,
    RESCUE_SYNTH_PT_weather,
    RESCUE_SYNTH_PT_camera,
    RESCUE_SYNTH_PT_picture,
    RESCUE_SYNTH_PT_labels,
)
