"""Annotate Masks and Augment: ``python -m ml`` as a child, with the Python that the preferences name."""

from pathlib import Path

import bpy
from bpy.types import Context, Operator

from .. import preferences, settings
from ..jobs.progress import Progress
from ..jobs.task import Task
from .command import ROOT
from .gaits import Gaits


class Learning(Gaits):
    """An operator that runs a command of the ``ml`` package."""

    @classmethod
    def poll(cls: type[Operator], context: Context) -> bool:
        """One run at a time, and not without a Python."""
        if not preferences.machine(context).python:
            cls.poll_message_set("Choose a Python for learning in the preferences of Rescue Synth first")
            return False
        return cls.idle(context)

    def task_of(self, context: Context, output: Path, *arguments: str) -> Task:
        """The task ``python -m ml ARGUMENTS``. In our folder: there ``ml`` and ``dataset`` are top-level packages."""
        python = bpy.path.abspath(preferences.machine(context).python)
        log = output.with_name(f"{output.name}.log")
        # Our folder is not to be written to, and the child's own caches are no part of the extension.
        quiet = {"PYTHONDONTWRITEBYTECODE": "1"}
        return Task([python, "-m", "ml", *arguments], log, folder=ROOT, environment=quiet)

    def succeeded(self, context: Context, progress: Progress) -> None:
        """Say where the result is."""
        self.report({"INFO"}, f"The data set is in {self._folder}")


class RESCUE_SYNTH_OT_annotate(Learning, Operator):
    """Make a labelled data set for VIA of pictures and masks that something else made"""

    bl_idname = "rescue_synth.annotate"
    bl_label = "Annotate Masks"
    bl_options = {"REGISTER"}

    task = "annotate"

    def begin(self, context: Context) -> tuple[Task, Path] | None:
        """Three folders and what the masks hold."""
        wished = context.scene.rescue_synth.annotate
        for name in ("images", "masks", "output"):
            if not getattr(wished, name):
                self.report({"ERROR"}, f"{wished.bl_rna.properties[name].name}: choose a folder")
                return None
        images, masks, output = (
            Path(bpy.path.abspath(getattr(wished, name))) for name in ("images", "masks", "output")
        )
        arguments = ["--images", str(images), "--masks", str(masks), "--category", wished.category]
        arguments += {"PIECES": [], "ONE": ["--one-instance"], "IDS": ["--ids"]}[wished.kind]
        return self.task_of(context, output, "annotate", *arguments, "--output", str(output)), output


class RESCUE_SYNTH_OT_augment(Learning, Operator):
    """Make many labelled pictures of a data set's few: geometry, light, weather; the outlines stay exact"""

    bl_idname = "rescue_synth.augment"
    bl_label = "Augment"
    bl_options = {"REGISTER"}

    task = "augment"

    def begin(self, context: Context) -> tuple[Task, Path] | None:
        """From a data set to the folder beside it, unless told otherwise."""
        scene = context.scene.rescue_synth
        wished = scene.augment
        source = Path(bpy.path.abspath(wished.source)) if wished.source else settings.to_folder(scene)
        if wished.output:
            output = Path(bpy.path.abspath(wished.output))
        else:
            folder = source if source.suffix not in (".json", ".csv") else source.parent
            output = folder.with_name(f"{folder.name}_augmented")
        arguments = ["--dataset", str(source), "--output", str(output), "--seed", str(scene.seed), "--json"]
        if wished.use_count:
            arguments += ["--count", str(wished.count)]
        return self.task_of(context, output, "augment", *arguments), output


CLASSES = (RESCUE_SYNTH_OT_annotate, RESCUE_SYNTH_OT_augment)
