"""Only This: one entry of a mix takes all its weight."""

from bpy.props import StringProperty
from bpy.types import Context, Operator

from .. import settings


class RESCUE_SYNTH_OT_only(Operator):
    """Only this: all others of the mix get the weight 0. Again gives all of them their usual weights"""

    bl_idname = "rescue_synth.only"
    bl_label = "Only This"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    path: StringProperty(name="Mix", description="Path of the mix from the scene", options={"SKIP_SAVE"})
    word: StringProperty(name="Entry", description="The entry that stays", options={"SKIP_SAVE"})

    def execute(self, context: Context) -> set[str]:
        """Set the weights."""
        mix = context.scene.path_resolve(self.path)
        words = settings.entries(mix)
        alone = all((getattr(mix, word) > 0) == (word == self.word) for word in words)
        for word in words:
            if alone:
                mix.property_unset(word)
            else:
                setattr(mix, word, float(word == self.word))
        return {"FINISHED"}


CLASSES = (RESCUE_SYNTH_OT_only,)
