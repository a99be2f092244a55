"""After the data set: augment it. And what stands apart: masks that something else made, and the Learning Python."""

from bpy.types import Context, Panel

from .. import preferences
from . import environment, status
from .rows import Tab, split, tick


class Later(Tab):
    """A panel below the data set's, closed until it is needed."""

    bl_options = {"DEFAULT_CLOSED"}


class RESCUE_SYNTH_PT_augment(Later, Panel):
    """Many pictures of few"""

    bl_label = "Augment"
    bl_order = 2

    def draw_header(self, context: Context) -> None:
        """Whether there are augmented pictures."""
        tick(self.layout, context.window_manager.rescue_synth_steps.augmented > 0)

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
        environment.draw(self.layout, context)
        status.draw(self.layout, context, job, status.AUGMENT)


class RESCUE_SYNTH_PT_annotate(Later, Panel):
    """Masks of any origin become annotations"""

    bl_label = "Annotate Masks"
    bl_order = 6

    def draw(self, context: Context) -> None:
        """Two folders in, one out."""
        wishes = context.scene.rescue_synth.annotate
        job = context.window_manager.rescue_synth.annotate
        column = split(self.layout)
        column.enabled = not status.active(job)
        for name in ("images", "masks"):
            column.prop(wishes, name, placeholder="choose a folder")
        column.prop(wishes, "kind")
        column.prop(wishes, "category")
        column.prop(wishes, "output", placeholder="choose a new one")
        environment.draw(self.layout, context)
        status.draw(self.layout, context, job, status.ANNOTATE)


class RESCUE_SYNTH_PT_environment(Later, Panel):
    """The Python that all learning runs in"""

    bl_label = "Learning Python"
    bl_order = 7

    def draw(self, context: Context) -> None:
        """Which one, and what it has."""
        machine = preferences.machine(context)
        if isinstance(machine, preferences.RescueSynthPreferences):
            split(self.layout).prop(machine, "python", text="Python", placeholder="choose, or make one")
        environment.draw(self.layout, context, here=True)
        if machine.python:
            environment.report(self.layout, context)


CLASSES = (RESCUE_SYNTH_PT_augment, RESCUE_SYNTH_PT_annotate, RESCUE_SYNTH_PT_environment)
