"""What this machine has, whatever file is open: add-on preferences."""

import bpy
from bpy.props import EnumProperty, IntProperty, StringProperty
from bpy.types import AddonPreferences, Context


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
    )

    def draw(self, _context: Context) -> None:
        """Three rows."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(self, "device")
        layout.prop(self, "workers")
        layout.prop(self, "python")


class Defaults:
    """The preferences of a package that runs without being enabled as an add-on (scripts, tests)."""

    device = "auto"
    workers = 1
    python = ""


def machine(context: Context) -> RescueSynthPreferences | Defaults:
    """This machine's preferences."""
    addon = context.preferences.addons.get(__package__)
    return addon.preferences if addon is not None and addon.preferences is not None else Defaults()


register, unregister = bpy.utils.register_classes_factory((RescueSynthPreferences,))
