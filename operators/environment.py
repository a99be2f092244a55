"""The Learning Python: make one in the extension's user folder, filled by pip; and check the one that is chosen."""

import sys
from pathlib import Path

import bpy
from bpy.props import EnumProperty, StringProperty
from bpy.types import Context, Operator

from .. import __package__ as package
from .. import preferences
from ..jobs import environment
from ..jobs.progress import Progress
from ..jobs.task import Task
from . import job, places
from .command import ROOT
from .gaits import Gaits
from .learning import Learning, begun

REQUIREMENTS, TRAINING = ROOT / "ml" / "requirements.txt", ROOT / "ml" / "requirements-train.txt"
PROCESSOR = "https://download.pytorch.org/whl/cpu"
"""Where torch's makers keep the build without CUDA; it is a tenth of the other's size."""


class RESCUE_SYNTH_OT_make_environment(Gaits, Operator):
    """Install the packages for learning into a Python of their own, from the network. Again adds what is missing"""

    bl_idname = "rescue_synth.make_environment"
    bl_label = "Make a Learning Python"
    bl_options = {"REGISTER"}

    task = "environment"

    kind: EnumProperty(
        name="For",
        items=(
            ("BASE", "Annotating and Augmenting", "NumPy, OpenCV, Albumentations: about 400 MB"),
            ("PROCESSOR", "Training as Well, on the Processor", "PyTorch without CUDA: about 1 GB more"),
            ("CUDA", "Training as Well, on an NVIDIA Card", "PyTorch with CUDA: about 5 GB more"),
        ),
        default="BASE",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: Context) -> bool:
        """One run at a time, and only with Blender's leave to use the network."""
        if not bpy.app.online_access:
            cls.poll_message_set("Allow Online Access in Preferences > System > Network first")
            return False
        if package not in context.preferences.addons:
            cls.poll_message_set("Only the installed extension has a folder for it")
            return False
        return cls.idle(context)

    def begin(self, context: Context) -> tuple[Task, Path] | None:
        """The environment lies in the extension's user folder, and survives its updates."""
        folder = Path(bpy.utils.extension_path_user(package, path="python", create=True))
        command = [sys.executable, "-m", "jobs.environment", "--folder", str(folder), "--requirements"]
        command += [str(REQUIREMENTS)] if self.kind == "BASE" else [str(REQUIREMENTS), str(TRAINING)]
        command += ["--index", PROCESSOR] if self.kind == "PROCESSOR" else []
        command += ["--check", "numpy", "cv2", "albumentations", *(["torch"] if self.kind != "BASE" else [])]
        log = folder.with_name("python.log")
        return Task(command, log, folder=ROOT, environment={"PYTHONDONTWRITEBYTECODE": "1"}), folder

    def succeeded(self, context: Context, progress: Progress) -> None:
        """Choose it in the preferences."""
        preferences.machine(context).python = str(environment.program(self._folder))
        context.preferences.is_dirty = True
        self.report({"INFO"}, f"Learning uses {self._folder} from now on")


class RESCUE_SYNTH_OT_check_environment(Learning, Operator):
    """Ask the Learning Python what it and this machine offer, and how to get what is missing"""

    bl_idname = "rescue_synth.check_environment"
    bl_label = "Check"
    bl_options = {"REGISTER"}

    task = "check"

    def begin(self, context: Context) -> tuple[Task, Path] | None:
        """``python -m ml doctor``; its log goes to Blender's folder for what is soon forgotten."""
        data = places.dataset(context)
        log = Path(bpy.app.tempdir) / "rescue_synth_check"
        task = self.task_of(context, log, "doctor", "--folder", str(data), good=(0, 1))
        return begun(task, log)

    def succeeded(self, context: Context, progress: Progress) -> None:
        """Keep the findings for the panel, and what is missing for the buttons."""
        findings = context.window_manager.rescue_synth.findings
        findings.clear()
        missing = []
        for check in self._job.checks:
            item = findings.add()
            item.state = str(check.get("state", ""))
            item.text = f"{check.get('name', '')} {check.get('text', '')}"
            item.fix = str(check.get("fix", ""))
            if item.state == "missing":
                missing.append(str(check.get("name", "")))
        preferences.remember(context, missing)
        if missing:
            self.report({"WARNING"}, f"The Learning Python lacks {', '.join(missing)}")
        else:
            self.report({"INFO"}, "The Learning Python has all that it needs")


class RESCUE_SYNTH_OT_copy_text(Operator):
    """Copy this command, to paste it into a terminal"""

    bl_idname = "rescue_synth.copy_text"
    bl_label = "Copy Command"
    bl_options = {"INTERNAL"}

    text: StringProperty(options={"SKIP_SAVE"})

    def execute(self, context: Context) -> set[str]:
        """Put ``text`` on the clipboard."""
        context.window_manager.clipboard = self.text
        self.report({"INFO"}, "Copied")
        return {"FINISHED"}


CLASSES = (RESCUE_SYNTH_OT_make_environment, RESCUE_SYNTH_OT_check_environment, RESCUE_SYNTH_OT_copy_text)


def _check() -> float | None:
    """Timer: check a newly chosen Python once nothing else runs."""
    manager = bpy.context.window_manager
    if job.busy(bpy.context):
        return 1.0
    if manager.windows and bpy.ops.rescue_synth.check_environment.poll():
        with bpy.context.temp_override(window=manager.windows[0]):
            try:
                bpy.ops.rescue_synth.check_environment("INVOKE_DEFAULT")
            except RuntimeError as error:
                # Nobody pressed a button whose report would be seen: the panel says it.
                found = job.of(bpy.context, "check")
                found.state, found.message = "FAILED", str(error).removeprefix("Error: ").strip()
                job.redraw(bpy.context)
    return None


def _chosen() -> None:
    """Another Python was chosen: what was found of the one before says nothing about it."""
    bpy.context.window_manager.rescue_synth.findings.clear()
    if not bpy.app.background and not bpy.app.timers.is_registered(_check):
        bpy.app.timers.register(_check, first_interval=0.2)


def register() -> None:
    """Hear of changes of the preference."""
    preferences.heard.append(_chosen)


def unregister() -> None:
    """Hear of them no more."""
    preferences.heard.remove(_chosen)
    if bpy.app.timers.is_registered(_check):
        bpy.app.timers.unregister(_check)
