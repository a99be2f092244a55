"""Add > Rescue Synth: people, heaps, houses and wrecks by hand, at the 3D cursor."""

import math

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, FloatVectorProperty, IntProperty
from bpy.types import Context, Menu, Object, Operator

from ..dataset.single import OLD, Wish
from ..dataset.spec import BuildingSpec, HeapSpec, VehicleSpec
from ..dataset.wardrobe import GEAR, PLAIN, POSES, UNIFORMS
from . import command

DRAWN = ("ANY", "Drawn", "The seed chooses, as for the frames of a data set")


def _items(words: tuple[str, ...], tips: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    return [(word, word.replace("_", " ").title(), (tips or {}).get(word, "")) for word in words]


def _poses(category: str) -> list[tuple[str, str, str]]:
    found = [DRAWN]
    for name, words in POSES.items():
        if category in words.who and words.where != "carried":
            others = f"; adds {words.team} people" if words.team > 1 else ""
            found.append((name, name.replace("_", " ").capitalize(), f"{words.task.capitalize()}{others}"))
    return found


class Adding:
    """What all operators of the menu share: place, turn, seed, and errors as reports."""

    bl_options = {"REGISTER", "UNDO"}

    seed: IntProperty(
        name="Seed",
        description="Everything that is left open is drawn from this number: the same number, the same thing",
        min=0,
        options={"SKIP_SAVE"},
    )
    location: FloatVectorProperty(
        name="Location",
        description="Where it goes; it stands on the ground below this place",
        subtype="TRANSLATION",
        options={"SKIP_SAVE"},
    )
    turn: FloatProperty(name="Rotation", description="About the upright, from facing the front view", subtype="ANGLE")

    @classmethod
    def poll(cls, context: Context) -> bool:
        """Objects are added in Object Mode."""
        if context.mode != "OBJECT":
            cls.poll_message_set("Switch to Object Mode first")
            return False
        return True

    def execute(self, context: Context) -> set[str]:
        """Add it, select it, and make it active."""
        # Here and not at the top: the builders are heavy and nobody needs them before.
        from ..scene import byhand

        if not self.properties.is_property_set("location"):
            self.location = context.scene.cursor.location
        if not self.properties.is_property_set("seed"):
            self.seed = byhand.count(context.scene)
        spot = byhand.Spot(*self.location, yaw=math.degrees(self.turn))
        if context.window is not None:
            context.window.cursor_modal_set("WAIT")
        try:
            made = self.make(context, byhand, spot, _collection(context))
        except byhand.PlacingError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        finally:
            if context.window is not None:
                context.window.cursor_modal_restore()
        for thing in context.selected_objects:
            thing.select_set(False)
        for thing in made:
            thing.select_set(True)
            context.view_layer.objects.active = thing
        return {"FINISHED"}


class AddingPeople(Adding):
    """Body, clothes, gear and pose in the redo panel."""

    set_body: BoolProperty(name="Set Body", description="Choose the body instead of leaving it to the seed")
    sex: EnumProperty(name="Sex", items=_items(("WOMAN", "MAN")), default="MAN", description="Sex of the body")
    age: FloatProperty(name="Age", description="Years", default=35, min=18, max=OLD, precision=0)
    height: FloatProperty(
        name="Height", description="From the sole to the crown", subtype="DISTANCE", default=1.76, min=1.45, max=2.0
    )
    muscle: FloatProperty(name="Muscle", description="How muscular", default=0.5, min=0.3, max=0.65, subtype="FACTOR")
    weight: FloatProperty(
        name="Weight", description="From lean to heavy", default=0.5, min=0.2, max=0.9, subtype="FACTOR"
    )
    set_gear: BoolProperty(name="Set Gear", description="Choose what is worn instead of leaving it to the seed")
    gear: EnumProperty(
        name="Gear", description="What is worn; tools come with the pose", items=_items(GEAR), options={"ENUM_FLAG"}
    )
    mirrored: BoolProperty(name="Mirrored", description="Swap left and right")
    detail: EnumProperty(
        name="Detail",
        description="How fine the meshes are",
        items=(
            ("NEAR", "Near", "For cameras within two metres"),
            ("MIDDLE", "Middle", "For cameras within fifteen metres"),
            ("FAR", "Far", "For crowds and aerial views"),
        ),
        default="MIDDLE",
    )

    def make(self, context: Context, byhand: object, spot: object, collection: bpy.types.Collection) -> list[Object]:
        """The person, or the team of the pose."""
        body = {}
        if self.set_body:
            body = {"woman": self.sex == "WOMAN", "years": self.age, "muscle": self.muscle, "weight": self.weight}
        wish = Wish(
            self.category,
            self.seed,
            outfit="" if self.outfit == "ANY" else self.outfit,
            gear=tuple(word for word in GEAR if word in self.gear) if self.set_gear else None,
            pose="" if self.pose == "ANY" else self.pose,
            mirrored=self.mirrored,
            buried=getattr(self, "buried", 0.0),
            **body,
        )
        metres = self.height if self.set_body else None
        return byhand.add_people(wish, spot, command.ROOT / "assets", context.scene, collection, metres, self.detail)

    def draw(self, _context: Context) -> None:
        """The redo panel: fields that the seed decides are greyed."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        for name in ("seed", "pose", "outfit"):
            layout.prop(self, name)
        if hasattr(self, "buried") and POSES.get(self.pose, POSES["stand"]).task == "lie":
            layout.prop(self, "buried")
        layout.prop(self, "set_gear")
        column = layout.column(align=True)
        column.active = self.set_gear
        column.prop(self, "gear")
        layout.prop(self, "set_body")
        column = layout.column()
        column.active = self.set_body
        for name in ("sex", "age", "height", "muscle", "weight"):
            column.prop(self, name)
        for name in ("mirrored", "detail", "location", "turn"):
            layout.prop(self, name)


class RESCUE_SYNTH_OT_add_rescuer(AddingPeople, Operator):
    """Add a rescuer at the 3D cursor, dressed, in a pose that the ground there allows, labelled"""

    bl_idname = "rescue_synth.add_rescuer"
    bl_label = "Rescuer"
    category = "rescuer"

    pose: EnumProperty(name="Pose", description="What the rescuer does", items=_poses("rescuer"))
    outfit: EnumProperty(name="Uniform", description="Uniform family", items=[DRAWN, *_items(UNIFORMS)])


class RESCUE_SYNTH_OT_add_civilian(AddingPeople, Operator):
    """Add a civilian at the 3D cursor: standing, sitting, lying or half buried, labelled"""

    bl_idname = "rescue_synth.add_civilian"
    bl_label = "Civilian"
    category = "civilian"

    pose: EnumProperty(name="Pose", description="What the civilian does", items=_poses("civilian"))
    outfit: EnumProperty(name="Clothes", description="Plain clothes", items=[DRAWN, *_items(PLAIN)])
    buried: FloatProperty(
        name="Buried", description="Share of somebody lying that slabs and bricks cover", max=0.7, min=0.0,
        subtype="FACTOR",
    )  # fmt: skip


class RESCUE_SYNTH_OT_add_heap(Adding, Operator):
    """Add a rubble heap at the 3D cursor, on the ground as it lies there"""

    bl_idname = "rescue_synth.add_heap"
    bl_label = "Rubble Heap"

    radius: FloatProperty(name="Radius", description="To the foot", subtype="DISTANCE", default=2.5, min=0.8, max=6.0)
    height: FloatProperty(name="Height", description="Of the top", subtype="DISTANCE", default=1.2, min=0.2, max=3.5)

    def make(self, context: Context, byhand: object, spot: object, collection: bpy.types.Collection) -> list[Object]:
        """The heap."""
        spec = HeapSpec(self.seed, 0.0, 0.0, 0.0, self.radius, self.height)
        return [byhand.add_heap(spec, spot, command.ROOT / "assets", context.scene, collection)]


class RESCUE_SYNTH_OT_add_building(Adding, Operator):
    """Add a destroyed house at the 3D cursor, the middle of its front there"""

    bl_idname = "rescue_synth.add_building"
    bl_label = "Destroyed Building"

    kind: EnumProperty(
        name="Kind",
        description="How it was built",
        items=(("panel", "Panel", "Prefabricated concrete"), ("brick", "Brick", "Brickwork under plaster")),
    )
    damage: EnumProperty(
        name="Destruction",
        description="How far it is destroyed",
        items=(
            ("cracked", "Cracked", "Windows gone, plaster off, cracks"),
            ("holed", "Holed", "A blast opened the front"),
            ("collapsed", "Collapsed", "Part of it came down"),
        ),
        default="holed",
    )
    storeys: IntProperty(name="Storeys", description="Floors above the ground", default=4, min=1, max=9)
    bays: IntProperty(name="Bays", description="Windows along the front", default=5, min=2, max=10)
    burnt: FloatProperty(
        name="Burnt", description="Share of the windows with soot", default=0.3, min=0, max=1, subtype="FACTOR"
    )

    def make(self, context: Context, byhand: object, spot: object, collection: bpy.types.Collection) -> list[Object]:
        """The house and what fell of it."""
        spec = BuildingSpec(self.seed, self.kind, 0.0, 0.0, 0.0, self.storeys, self.bays, self.damage, self.burnt)
        return [byhand.add_house(spec, spot, command.ROOT / "assets", context.scene, collection)]


class RESCUE_SYNTH_OT_add_wreck(Adding, Operator):
    """Add a vehicle at the 3D cursor: whole, dented or burnt out"""

    bl_idname = "rescue_synth.add_wreck"
    bl_label = "Wreck"

    kind: EnumProperty(
        name="Kind", description="Of vehicle", items=_items(("car", "van", "truck", "fire_engine", "ambulance"))
    )
    state: EnumProperty(
        name="State",
        description="What happened to it",
        items=(
            ("whole", "Whole", "Undamaged"),
            ("dented", "Dented", "Dents, broken panes, flat tyres"),
            ("burnt", "Burnt", "Burnt out"),
        ),
        default="dented",
    )

    def make(self, context: Context, byhand: object, spot: object, collection: bpy.types.Collection) -> list[Object]:
        """The vehicle."""
        spec = VehicleSpec(self.seed, self.kind, self.state, 0.0, 0.0, 0.0)
        return [byhand.add_wreck(spec, spot, context.scene, collection)]


class RESCUE_SYNTH_MT_add(Menu):
    """Add > Rescue Synth"""

    bl_label = "Rescue Synth"
    bl_idname = "RESCUE_SYNTH_MT_add"

    def draw(self, _context: Context) -> None:
        """People first, then what they work on."""
        layout = self.layout
        layout.operator("rescue_synth.add_rescuer", icon="OUTLINER_OB_ARMATURE")
        layout.operator("rescue_synth.add_civilian", icon="COMMUNITY")
        layout.separator()
        layout.operator("rescue_synth.add_heap", icon="MESH_ICOSPHERE")
        layout.operator("rescue_synth.add_building", icon="HOME")
        layout.operator("rescue_synth.add_wreck", icon="AUTO")


def _menu(self: Menu, _context: Context) -> None:
    self.layout.menu("RESCUE_SYNTH_MT_add", icon="COMMUNITY")


def _collection(context: Context) -> bpy.types.Collection:
    """The active collection, unless it is one that the next frame empties."""
    from ..scene import build

    active = context.collection
    ours = [bpy.data.collections.get(name) for name in (build.SITE, build.FRAME)]
    return context.scene.collection if active is None or active in ours else active


CLASSES = (
    RESCUE_SYNTH_OT_add_rescuer,
    RESCUE_SYNTH_OT_add_civilian,
    RESCUE_SYNTH_OT_add_heap,
    RESCUE_SYNTH_OT_add_building,
    RESCUE_SYNTH_OT_add_wreck,
    RESCUE_SYNTH_MT_add,
)


def register() -> None:
    """Put the menu into Add."""
    bpy.types.VIEW3D_MT_add.append(_menu)


def unregister() -> None:
    """Take it out again."""
    bpy.types.VIEW3D_MT_add.remove(_menu)
