"""Annotate Masks and Augment: ``python -m ml`` as a child, with the Python that the preferences name."""

from collections.abc import Collection
from pathlib import Path

import bpy
from bpy.types import Context, Operator

from .. import preferences
from ..jobs.progress import Progress
from ..jobs.task import GRACE, Task
from . import places, steps
from .command import ROOT
from .gaits import Gaits


class Learning(Gaits):
    """An operator that runs a command of the ``ml`` package."""

    needs = ""
    """Package without which the command can't start, or ""."""
    made = "The data set is in"
    """What is said before the folder when all went well."""

    @classmethod
    def poll(cls: type[Operator], context: Context) -> bool:
        """One run at a time, not without a Python, and not without what a check has found missing."""
        if not preferences.machine(context).python:
            cls.poll_message_set("Choose a Python for learning in the preferences of Rescue Synth first")
            return False
        if cls.needs in preferences.missing(context):
            cls.poll_message_set(f"The Learning Python lacks {cls.needs}: press Check and do what it says")
            return False
        return cls.idle(context)

    def task_of(
        self, context: Context, output: Path, *arguments: str, grace: float = GRACE, good: Collection[int] = (0,)
    ) -> Task | None:
        """The task ``python -m ml ARGUMENTS``, or None after reporting what is wrong.

        In our folder: there ``ml`` and ``dataset`` are top-level packages.
        """
        python = Path(bpy.path.abspath(preferences.machine(context).python))
        if not python.is_file():
            self.report({"ERROR"}, f"{python}: no such program; choose the Learning Python in the preferences anew")
            return None
        log = output.with_name(f"{output.name}.log")
        # Our folder is not to be written to, and the child's own caches are no part of the extension.
        quiet = {"PYTHONDONTWRITEBYTECODE": "1"}
        command = [str(python), "-m", "ml", *arguments, "--json"]
        return Task(command, log, folder=ROOT, environment=quiet, grace=grace, good=good)

    def labelled(self, source: Path) -> bool:
        """Whether there is something to learn from at ``source``; reports what is missing."""
        if source.is_file() or steps.count(source / "frames") or any(source.glob("*.json")):
            return True
        self.report({"ERROR"}, f"{source}: no labelled pictures there; generate the data set first, or choose another")
        return False

    def succeeded(self, context: Context, progress: Progress) -> None:
        """Say where the result is."""
        self.report({"INFO"}, f"{self.made} {self._folder}")


def begun(task: Task | None, folder: Path) -> tuple[Task, Path] | None:
    """What ``begin`` gives back."""
    return None if task is None else (task, folder)


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
        return begun(self.task_of(context, output, "annotate", *arguments, "--output", str(output)), output)


class RESCUE_SYNTH_OT_augment(Learning, Operator):
    """Make many labelled pictures of a data set's few: geometry, light, weather; the outlines stay exact"""

    bl_idname = "rescue_synth.augment"
    bl_label = "Augment"
    bl_options = {"REGISTER"}

    task = "augment"

    def begin(self, context: Context) -> tuple[Task, Path] | None:
        """From a data set to the folder beside it, unless told otherwise."""
        scene = context.scene.rescue_synth
        source = places.chosen(scene.augment.source, places.dataset(context))
        if not self.labelled(source):
            return None
        output = places.augmented(context)
        arguments = ["--dataset", str(source), "--output", str(output), "--seed", str(scene.seed)]
        if scene.augment.use_count:
            arguments += ["--count", str(scene.augment.count)]
        return begun(self.task_of(context, output, "augment", *arguments), output)


CLASSES = (RESCUE_SYNTH_OT_annotate, RESCUE_SYNTH_OT_augment)
