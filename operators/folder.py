"""Open what a run made: the data set's folder, its latest picture, its log."""

from pathlib import Path

import bpy
from bpy.props import StringProperty
from bpy.types import Context, Operator

from .. import settings


class RESCUE_SYNTH_OT_open_folder(Operator):
    """Open the data set's folder in the file browser of the system"""

    bl_idname = "rescue_synth.open_folder"
    bl_label = "Open Folder"
    bl_options = {"INTERNAL"}

    path: StringProperty(name="Path", subtype="FILE_PATH", options={"SKIP_SAVE"})

    def execute(self, context: Context) -> set[str]:
        """Open ``path``, or the folder on screen."""
        path = Path(self.path) if self.path else settings.to_folder(context.scene.rescue_synth)
        if not path.exists():
            self.report({"ERROR"}, f"{path} is not there yet: generate first")
            return {"CANCELLED"}
        bpy.ops.wm.path_open(filepath=str(path))
        return {"FINISHED"}


CLASSES = (RESCUE_SYNTH_OT_open_folder,)
