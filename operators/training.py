"""Train, Evaluate, and crops: the learning commands that need torch, and the one that feeds them."""

from pathlib import Path

from bpy.types import Context, Operator

from ..dataset.files import OutputError, write_atomic
from ..dataset.recipe import to_toml
from ..jobs.task import Task
from . import places
from .learning import Learning, begun

STUDY = """# python -m ml synthesis-study --print-config shows all that may stand here
seed = {seed}
[classifier]
steps = {steps}
[vae]
steps = {steps}
[study]
seeds = [0]
shift = "winter"
added = {count}
retrain_steps = {steps}
"""
SAVING = 120.0
"""Seconds that a stopped training has for its step and its checkpoint."""


class RESCUE_SYNTH_OT_train(Learning, Operator):
    """Teach a network to find and outline what is labelled. What a run has learned stays: it goes on from there"""

    bl_idname = "rescue_synth.train"
    bl_label = "Train"
    bl_options = {"REGISTER"}

    task = "train"
    made = "Trained; the run is in"
    needs = "torch"

    def begin(self, context: Context) -> tuple[Task, Path] | None:
        """From the data set (the augmented one, if there is one) into the run's folder."""
        wished = context.scene.rescue_synth.train
        source, output = places.taught(context), places.run(context)
        if not self.labelled(source):
            return None
        weights = wished.weights
        if weights == "FILE":
            if not wished.weights_file:
                self.report({"ERROR"}, "Weights: choose a file, or the folder of another run")
                return None
            weights = str(places.chosen(wished.weights_file, Path()))
        arguments = ["--dataset", str(source), "--output", str(output), "--backbone", wished.backbone]
        arguments += ["--weights", weights, "--minutes", f"{wished.minutes:g}", "--image-size", str(wished.image_size)]
        return begun(self.task_of(context, output, "train", *arguments, grace=SAVING), output)


class RESCUE_SYNTH_OT_evaluate(Learning, Operator):
    """Let the trained network look at labelled pictures and count what it finds, misses and invents"""

    bl_idname = "rescue_synth.evaluate"
    bl_label = "Evaluate"
    bl_options = {"REGISTER"}

    task = "evaluate"
    made = "The results are in"
    needs = "torch"

    def begin(self, context: Context) -> tuple[Task, Path] | None:
        """A run and a data set, into a page of results."""
        run, source, output = places.judged(context), places.tested(context), places.results(context)
        if not run.exists():
            self.report({"ERROR"}, f"{run}: no such run; train first, or choose another")
            return None
        held_back = source is None
        if held_back:
            source = places.learned_from(run) or places.dataset(context)
        if not self.labelled(source):
            return None
        arguments = ["--run", str(run), "--dataset", str(source), "--output", str(output)]
        arguments += ["--held-back"] if held_back else []
        return begun(self.task_of(context, output, "evaluate", *arguments), output)


class RESCUE_SYNTH_OT_crops(Learning, Operator):
    """Cut everything labelled out of its pictures, at one size, a folder a class: what Synthesise learns from"""

    bl_idname = "rescue_synth.crops"
    bl_label = "Cut Crops"
    bl_options = {"REGISTER"}

    task = "crops"
    made = "The crops are in"

    def begin(self, context: Context) -> tuple[Task, Path] | None:
        """From a data set to the folder beside it."""
        wished = context.scene.rescue_synth.crops
        source, output = places.chosen(wished.source, places.dataset(context)), places.crops(context)
        if not self.labelled(source):
            return None
        arguments = ["--dataset", str(source), "--output", str(output)]
        return begun(self.task_of(context, output, "crops", *arguments), output)


class RESCUE_SYNTH_OT_synthesise(Learning, Operator):
    """Learn what the crops look like, make new ones up, and measure what they are worth: a page of results"""

    bl_idname = "rescue_synth.synthesise"
    bl_label = "Synthesise Crops"
    bl_options = {"REGISTER"}

    task = "synthesise"
    made = "The results are in"
    needs = "torch"

    def begin(self, context: Context) -> tuple[Task, Path] | None:
        """A study of the artist's own, or one of the crops above."""
        wished = context.scene.rescue_synth.crops
        output = places.made_up(context)
        study = places.chosen(wished.config, output.with_name(f"{output.name.removesuffix('_made')}_study.toml"))
        if not wished.config and not self._write(context, study):
            return None
        arguments = ["--config", str(study), "--output", str(output)]
        return begun(self.task_of(context, output, "synthesis-study", *arguments, grace=SAVING), output)

    def _write(self, context: Context, study: Path) -> bool:
        """Write the study; reports what is wrong."""
        wished, folder = context.scene.rescue_synth.crops, places.crops(context)
        if not folder.is_dir():
            self.report({"ERROR"}, f"{folder}: no crops there; cut them first")
            return False
        text = STUDY.format(seed=context.scene.rescue_synth.seed, steps=wished.steps, count=wished.count)
        try:
            write_atomic(study, (text + f"old = {to_toml(folder.name)}\n").encode())
        except OutputError as error:
            self.report({"ERROR"}, str(error))
            return False
        return True


CLASSES = (
    RESCUE_SYNTH_OT_train,
    RESCUE_SYNTH_OT_evaluate,
    RESCUE_SYNTH_OT_crops,
    RESCUE_SYNTH_OT_synthesise,
)
