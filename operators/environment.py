"""Make a Learning Python: an environment of its own in the extension's user folder, filled by pip."""

import sys
from pathlib import Path

import bpy
from bpy.types import Context, Operator

from .. import __package__ as package
from .. import preferences
from ..jobs import environment
from ..jobs.progress import Progress
from ..jobs.task import Task
from .command import ROOT
from .gaits import Gaits

REQUIREMENTS = ROOT / "ml" / "requirements.txt"


class RESCUE_SYNTH_OT_make_environment(Gaits, Operator):
    """Install the packages for annotating and augmenting into a Python of their own (about 400 MB, from the network)"""

    bl_idname = "rescue_synth.make_environment"
    bl_label = "Make a Learning Python"
    bl_options = {"REGISTER"}

    task = "environment"

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
        command = [
            sys.executable,
            "-m",
            "jobs.environment",
            "--folder",
            str(folder),
            "--requirements",
            str(REQUIREMENTS),
        ]
        log = folder.with_name("python.log")
        return Task(command, log, folder=ROOT, environment={"PYTHONDONTWRITEBYTECODE": "1"}), folder

    def succeeded(self, context: Context, progress: Progress) -> None:
        """Choose it in the preferences."""
        preferences.machine(context).python = str(environment.program(self._folder))
        context.preferences.is_dirty = True
        self.report({"INFO"}, f"Learning uses {self._folder} from now on")


CLASSES = (RESCUE_SYNTH_OT_make_environment,)
