"""What this machine has, whatever file is open: add-on preferences."""

from collections.abc import Callable, Iterable

import bpy
from bpy.props import EnumProperty, IntProperty, StringProperty
from bpy.types import AddonPreferences, Context

heard: list[Callable[[], None]] = []
"""Called when another Learning Python was chosen."""


def _another(self: AddonPreferences, _context: Context) -> None:
    self.lacks = ""
    for call in heard:
        call()


class RescueSynthPreferences(AddonPreferences):
    """Shown in Edit > Preferences > Add-ons > Rescue Synth."""

    bl_idname = __package__

    device: EnumProperty(
        name="Device",
        description="Where the background workers render",
        items=(
            ("auto", "Automatic", "The first graphics card that Blender can use, else the processor"),
            ("cpu", "CPU", "The processor: slower, and the same pixels on every machine"),
            ("cuda", "CUDA", "NVIDIA card"),
            ("optix", "OptiX", "NVIDIA RTX card"),
            ("hip", "HIP", "AMD card"),
            ("metal", "Metal", "Apple graphics"),
        ),
        default="auto",
    )
    workers: IntProperty(
        name="Workers",
        description=(
            "Blender processes that render at the same time, sharing the processor's cores. "
            "Each needs some 2 GB of memory; more than one pays from 8 cores on"
        ),
        default=1,
        min=1,
        max=64,
        soft_max=8,
    )

    python: StringProperty(
        name="Learning Python",
        description=(
            "Python program with the packages of ml/requirements.txt, for annotating, augmenting and training. "
            "Generating data needs none"
        ),
        subtype="FILE_PATH",
        update=_another,
    )
    lacks: StringProperty(options={"HIDDEN"})
    """Packages that the latest check of that Python has missed, commas between them."""

    def draw(self, _context: Context) -> None:
        """Three rows and a button."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(self, "device")
        layout.prop(self, "workers")
        row = layout.row(align=True)
        row.prop(self, "python")
        row.operator("rescue_synth.check_environment", text="", icon="CHECKMARK")
        if self.lacks:
            layout.label(text=f"It lacks {self.lacks.replace(',', ', ')}: the sidebar says how to get it", icon="INFO")


class Defaults:
    """The preferences of a package that runs without being enabled as an add-on (scripts, tests)."""

    device = "auto"
    workers = 1
    python = ""
    lacks = ""


def machine(context: Context) -> RescueSynthPreferences | Defaults:
    """This machine's preferences."""
    addon = context.preferences.addons.get(__package__)
    return addon.preferences if addon is not None and addon.preferences is not None else Defaults()


def missing(context: Context) -> frozenset[str]:
    """Packages that the Learning Python is known to lack."""
    return frozenset(filter(None, machine(context).lacks.split(",")))


def remember(context: Context, lacks: Iterable[str]) -> None:
    """Keep what a check has found missing."""
    found = machine(context)
    if isinstance(found, RescueSynthPreferences):
        found.lacks = ",".join(lacks)
        context.preferences.is_dirty = True


register, unregister = bpy.utils.register_classes_factory((RescueSynthPreferences,))
