"""Train, Evaluate, Synthesise Crops: what is made of a data set."""

from bpy.types import Context, Panel

from .. import preferences
from . import environment, status
from .learning import Later
from .rows import split, tick


class RESCUE_SYNTH_PT_train(Later, Panel):
    """A network learns to find and outline what is labelled"""

    bl_label = "Train"
    bl_order = 3

    def draw_header(self, context: Context) -> None:
        """Whether there is a trained network."""
        tick(self.layout, context.window_manager.rescue_synth_steps.trained)

    def draw(self, context: Context) -> None:
        """From what, how long, with what network; then the curve."""
        wishes = context.scene.rescue_synth.train
        job = context.window_manager.rescue_synth.train
        steps = context.window_manager.rescue_synth_steps
        column = split(self.layout)
        column.enabled = not status.active(job)
        column.prop(wishes, "source", placeholder="the augmented one" if steps.augmented else "the data set above")
        column.prop(wishes, "output", placeholder="beside the data set")
        column.prop(wishes, "minutes")
        header, body = self.layout.panel("rescue_synth_network", default_closed=True)
        header.label(text="Network")
        if body is not None:
            column = split(body)
            column.enabled = not status.active(job)
            column.prop(wishes, "backbone")
            column.prop(wishes, "weights")
            if wishes.weights == "FILE":
                column.prop(wishes, "weights_file")
            column.prop(wishes, "image_size")
        environment.draw(self.layout, context, "torch")
        status.draw(self.layout, context, job, status.TRAIN)


class RESCUE_SYNTH_PT_evaluate(Later, Panel):
    """How well a trained network does"""

    bl_label = "Evaluate"
    bl_order = 4

    def draw_header(self, context: Context) -> None:
        """Whether there are results."""
        tick(self.layout, context.window_manager.rescue_synth_steps.evaluated)

    def draw(self, context: Context) -> None:
        """Which run, on what."""
        wishes = context.scene.rescue_synth.evaluate
        job = context.window_manager.rescue_synth.evaluate
        column = split(self.layout)
        column.enabled = not status.active(job)
        column.prop(wishes, "run", placeholder="the run above")
        column.prop(wishes, "source", placeholder="held-back ones")
        column.prop(wishes, "output", placeholder="beside the run")
        environment.draw(self.layout, context, "torch")
        status.draw(self.layout, context, job, status.EVALUATE)


class RESCUE_SYNTH_PT_crops(Later, Panel):
    """Small pictures of what is labelled, and more of them made up"""

    bl_label = "Synthesise Crops"
    bl_order = 5

    def draw_header(self, context: Context) -> None:
        """Whether there are crops."""
        tick(self.layout, context.window_manager.rescue_synth_steps.crops)

    def draw(self, context: Context) -> None:
        """Cut first, then synthesise."""
        wishes = context.scene.rescue_synth.crops
        jobs = context.window_manager.rescue_synth
        column = split(self.layout)
        column.enabled = not (status.active(jobs.crops) or status.active(jobs.synthesise))
        column.prop(wishes, "source", placeholder="the data set above")
        column.prop(wishes, "output", placeholder="beside it")
        environment.draw(self.layout, context)
        status.draw(self.layout, context, jobs.crops, status.CROPS)
        self.layout.separator()
        column = split(self.layout)
        column.enabled = not status.active(jobs.synthesise)
        column.prop(wishes, "config", placeholder="of the crops above")
        numbers = column.column()
        numbers.enabled = not wishes.config
        numbers.prop(wishes, "steps")
        numbers.prop(wishes, "count")
        if preferences.machine(context).python:
            environment.draw(self.layout, context, "torch")
        status.draw(self.layout, context, jobs.synthesise, status.SYNTHESISE)


CLASSES = (RESCUE_SYNTH_PT_train, RESCUE_SYNTH_PT_evaluate, RESCUE_SYNTH_PT_crops)
