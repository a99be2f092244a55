"""Generate Dataset and Cancel: background workers make the frames while the window stays alive.

One operator, two gaits: ``execute`` waits for the end (scripts, no window), ``invoke`` goes modal with a timer. Both
drive the same pool; ``_finish`` runs on every way out.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import bpy
from bpy.types import Context, Event, Operator, Timer

from .. import preferences, settings
from ..dataset import recipe as recipes
from ..dataset.files import OutputError, explain, write_atomic
from ..dataset.recipe import Recipe, RecipeError
from ..jobs.pool import Pool, State
from . import command, job, thumbnail

INTERVAL = 0.1
"""Seconds between two looks at the workers."""

SCENE = "scene.blend"
"""Copy of the artist's file in the data set's folder."""

_running: Pool | None = None
"""The pool at work: one data set at a time, whichever window asked for it."""


def close() -> None:
    """End a run at once, with its processes."""
    global _running
    if _running is not None:
        _running.close()
        _running = None


class RESCUE_SYNTH_OT_generate(Operator):
    """Make the data set in background processes. Frames that are in the folder stay: it goes on from there"""

    bl_idname = "rescue_synth.generate"
    bl_label = "Generate Dataset"
    # No UNDO: it writes files and changes nothing in the scene.
    bl_options = {"REGISTER"}

    _pool: Pool
    _folder: Path
    _timer: Timer | None = None

    @classmethod
    def poll(cls, context: Context) -> bool:
        """One run at a time, and only of wishes that make sense."""
        if job.active(context):
            cls.poll_message_set("A data set is being generated: cancel it or wait for its end")
            return False
        try:
            settings.to_recipe(context.scene.rescue_synth)
        except RecipeError as error:
            cls.poll_message_set(str(error))
            return False
        return True

    def execute(self, context: Context) -> set[str]:
        """Make the data set and wait for it."""
        if not self._begin(context):
            return {"CANCELLED"}
        try:
            while self._pool.active:
                self._step(context)
                time.sleep(INTERVAL)
        finally:
            result = self._finish(context)
        return result

    def invoke(self, context: Context, _event: Event) -> set[str]:
        """Make the data set while the window stays alive."""
        if bpy.app.background:
            return self.execute(context)
        if not self._begin(context):
            return {"CANCELLED"}
        self._timer = context.window_manager.event_timer_add(INTERVAL, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: Context, event: Event) -> set[str]:
        """Look at the workers on every tick; all other events are Blender's."""
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        self._step(context)
        return {"PASS_THROUGH"} if self._pool.active else self._finish(context)

    def cancel(self, context: Context) -> None:
        """Blender ends the operator: another file is opened, the window or Blender is closed."""
        self._finish(context)

    def _begin(self, context: Context) -> bool:
        """Write what the workers need and make the pool; False after reporting what is wrong."""
        global _running
        wished = context.scene.rescue_synth
        self._folder = settings.to_folder(wished)
        try:
            recipe = settings.to_recipe(wished)
            path = _hand_over(recipe, self._folder)
        except (RecipeError, OutputError) as error:
            self.report({"ERROR"}, str(error))
            return False
        machine = preferences.machine(context)

        def work(frames: str) -> list[str]:
            threads = command.threads(machine.workers)
            return [*command.batch(self._folder, path, frames, machine.device, threads), "--json", "--no-derive"]

        self._pool = _running = Pool(
            work,
            range(recipe.frames),
            self._folder / "logs",
            workers=machine.workers,
            together=recipe.site.frames_per_site,
            merge=lambda frame: [*command.batch(self._folder, path, frame), "--json"],
        )
        job.clear(context)
        self._step(context)
        return True

    def _step(self, context: Context) -> None:
        progress = self._pool.poll()
        if job.show(context, progress, str(self._folder)):
            if progress.image:
                job.of(context).icon = thumbnail.show(self._folder / progress.image)
            job.redraw(context)

    def _finish(self, context: Context) -> set[str]:
        """Release timer and processes, show the last state and say how it went."""
        global _running
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        self._pool.close()
        if _running is self._pool:
            _running = None
        progress = self._pool.progress()
        job.show(context, progress, str(self._folder))
        job.redraw(context)
        if progress.state is State.DONE:
            self.report({"INFO"}, f"{progress.total} frames are in {self._folder}")
            return {"FINISHED"}
        self.report({"ERROR"} if progress.state is State.FAILED else {"WARNING"}, progress.message or "Cancelled")
        return {"CANCELLED"}


class RESCUE_SYNTH_OT_cancel(Operator):
    """Stop the run. Finished frames stay; Generate Dataset goes on from them"""

    bl_idname = "rescue_synth.cancel"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """Only while there is a run."""
        if not job.active(context):
            cls.poll_message_set("Nothing is running")
            return False
        return True

    def execute(self, context: Context) -> set[str]:
        """Ask the workers to stop; the running operator sees to the rest."""
        if _running is not None:
            _running.stop()
            job.redraw(context)
        return {"FINISHED"}


def _hand_over(recipe: Recipe, folder: Path) -> Path:
    """Put the recipe, and the open file where it is needed, where the workers find them; the recipe's path.

    The artist's scene goes as a copy into the data set's folder. Frames that are there were made from the copy that is
    there, so it stays as long as they do. Raises ``OutputError``.
    """
    assets = recipe.assets
    if not assets.blend and (assets.collections or not assets.build_site):
        scene = folder / SCENE
        if not any((folder / "frames").glob("*.json")) or not scene.exists():
            try:
                folder.mkdir(parents=True, exist_ok=True)
                bpy.ops.wm.save_as_mainfile(filepath=str(scene), copy=True)
            except OSError as error:
                raise OutputError(explain(scene, error)) from error
            except RuntimeError as error:
                raise OutputError(f"cannot hand over the open file as {scene}: {error}") from error
        recipe = replace(recipe, assets=replace(assets, blend=scene.as_posix()))
    path = Path(bpy.app.tempdir) / f"rescue_synth_{folder.name}.toml"
    write_atomic(path, recipes.dumps(recipe).encode())
    return path


CLASSES = (RESCUE_SYNTH_OT_generate, RESCUE_SYNTH_OT_cancel)
