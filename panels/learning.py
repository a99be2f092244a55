"""After the data set: augment it. And the tool for masks that something else made."""

from bpy.types import Context, Panel

from .. import preferences
from . import status
from .rows import Tab, split, wrapped


class Later(Tab):
    """A panel below the data set's, closed until it is needed."""

    bl_options = {"DEFAULT_CLOSED"}

    def needs_python(self, context: Context) -> None:
        """Without a Python for learning: why the button is grey, and the two ways to one."""
        if preferences.machine(context).python:
            return
        box = self.layout.box()
        job = context.window_manager.rescue_synth.environment
        if not status.active(job):
            wrapped(box, context, "Needs a Python with NumPy, OpenCV and Albumentations", icon="INFO")
            choose = box.operator("preferences.addon_show", text="Choose in Preferences", icon="PREFERENCES")
            choose.module = preferences.__package__
        status.draw(box, context, job, status.ENVIRONMENT)


class RESCUE_SYNTH_PT_augment(Later, Panel):
    """Many pictures of few"""

    bl_label = "Augment"
    bl_order = 2

    def draw(self, context: Context) -> None:
        """From where, to where, how many."""
        wishes = context.scene.rescue_synth.augment
        job = context.window_manager.rescue_synth.augment
        column = split(self.layout)
        column.enabled = not status.active(job)
        column.prop(wishes, "source", placeholder="the data set above")
        column.prop(wishes, "output", placeholder="beside it")
        row = column.row(heading="Pictures")
        row.prop(wishes, "use_count", text="")
        field = row.row()
        field.enabled = wishes.use_count
        field.prop(wishes, "count", text="")
        Later.needs_python(self, context)
        status.draw(self.layout, context, job, status.AUGMENT)


class RESCUE_SYNTH_PT_annotate(Later, Panel):
    """Masks of any origin become annotations"""

    bl_label = "Annotate Masks"
    bl_order = 3

    def draw(self, context: Context) -> None:
        """Two folders in, one out."""
        wishes = context.scene.rescue_synth.annotate
        job = context.window_manager.rescue_synth.annotate
        column = split(self.layout)
        column.enabled = not status.active(job)
        for name in ("images", "masks", "kind", "category", "output"):
            column.prop(wishes, name)
        Later.needs_python(self, context)
        status.draw(self.layout, context, job, status.ANNOTATE)


CLASSES = (RESCUE_SYNTH_PT_augment, RESCUE_SYNTH_PT_annotate)
