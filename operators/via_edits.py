"""Import VIA: corrections that somebody made in the annotation tool flow back into the data set."""

from collections import Counter
from pathlib import Path

from bpy.props import BoolProperty, StringProperty
from bpy.types import Context, Event, Operator
from bpy_extras.io_utils import ImportHelper

from ..dataset import export, via_import
from ..dataset.files import OutputError
from ..dataset.records import RecordError
from ..render import picture
from . import job, places, steps


class RESCUE_SYNTH_OT_import_via(Operator, ImportHelper):
    """Take over what was corrected in VIA: save the project there, choose the saved file here"""

    bl_idname = "rescue_synth.import_via"
    bl_label = "Import VIA"
    # No UNDO: it writes files and changes nothing in the scene.
    bl_options = {"REGISTER"}

    filename_ext = ".json"
    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})
    delete_many: BoolProperty(
        name="Delete Many",
        description="Go on although the file lacks more than half of the labels",
        default=False,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: Context) -> bool:
        """Not while somebody else writes to the data set."""
        busy = job.busy(context)
        if busy:
            cls.poll_message_set(f"{busy} is running: cancel it or wait for its end")
        return not busy

    def invoke(self, context: Context, event: Event) -> set[str]:
        """Begin in the data set's folder."""
        self.filepath = str(places.dataset(context) / export.VIA_PROJECT)
        return super().invoke(context, event)

    def execute(self, context: Context) -> set[str]:
        """Take over the edits of ``filepath``."""
        folder, manager = places.dataset(context), context.window_manager
        manager.progress_begin(0, 1)
        try:
            summary = via_import.read_edits(
                folder,
                Path(self.filepath),
                picture.load,
                picture.encode,
                delete_many=self.delete_many,
                progress=lambda done, total: manager.progress_update(done / total),
            )
        except (via_import.ViaImportError, RecordError, OutputError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        finally:
            manager.progress_end()
        steps.look(context)
        job.redraw(context)
        self.report({"WARNING"} if summary.problems else {"INFO"}, told(summary.frames, summary.edits))
        for problem in summary.problems[:5]:
            self.report({"WARNING"}, problem)
        if len(summary.problems) > 5:
            self.report({"WARNING"}, f"and {len(summary.problems) - 5} more frames that stay as they were")
        return {"FINISHED"}


def told(frames: int, edits: Counter[str]) -> str:
    """What an import did, in one line."""
    if not frames:
        return "Nothing differs from the data set"
    words = ", ".join(f"{edits[kind]} {kind}" for kind in ("new", "moved", "renamed", "deleted") if edits[kind])
    return f"{frames} frame{'s' if frames > 1 else ''} corrected: {words}"


CLASSES = (RESCUE_SYNTH_OT_import_via,)
