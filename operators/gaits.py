"""Two gaits for every operator that drives background workers: ``execute`` waits, ``invoke`` goes modal with a timer.

Both drive the same job (jobs/pool.py or jobs/task.py, no bpy): start, poll, stop, finish. ``_finish`` runs on every way
out, releases the timer and leaves no process. An operator says only what to run and what to do with the result.
"""

import time
from pathlib import Path

import bpy
from bpy.types import Context, Event, Operator, Timer

from ..jobs.pool import Pool
from ..jobs.progress import Progress, State
from ..jobs.task import Task
from . import curve, job, steps, thumbnail

INTERVAL = 0.1
"""Seconds between two looks at the workers."""

CURVE = 1.0
"""Seconds between two drawings of a curve."""

PICTURE = 2.0
"""Seconds between two loadings of the latest picture: Blender takes up to a tenth of one for a large JPEG."""

Job = Pool | Task
"""What an operator may drive."""

_running: Job | None = None
"""The job at work: one at a time, whichever window asked for it."""


def stop() -> None:
    """Ask the run for its end; the operator that drives it sees to the rest."""
    if _running is not None:
        _running.stop()


def close() -> None:
    """End the run at once, with its processes."""
    global _running
    if _running is not None:
        _running.close()
        _running = None


class Gaits:
    """Mixin for an operator that drives a job."""

    task = ""
    """Name of the run's state in operators/job.py."""

    _timer: Timer | None = None
    _drawn = (0.0, 0)
    """When the curve was drawn, and up to which step."""
    _pictured = (float("-inf"), "")
    """When the latest picture was loaded, and its path."""

    def begin(self, context: Context) -> tuple[Job, Path] | None:
        """The job and the folder it writes to, or None after reporting what is wrong."""
        raise NotImplementedError

    def succeeded(self, context: Context, progress: Progress) -> None:
        """What to do and report when everything went well."""
        raise NotImplementedError

    @classmethod
    def idle(cls: type[Operator], context: Context) -> bool:
        """For ``poll``: whether nothing runs; says so if something does."""
        busy = job.busy(context)
        if busy:
            cls.poll_message_set(f"{busy} is running: cancel it or wait for its end")
        return not busy

    def execute(self, context: Context) -> set[str]:
        """Run and wait for the end."""
        if not self._start(context):
            return {"CANCELLED"}
        try:
            while self._job.active:
                self._step(context)
                time.sleep(INTERVAL)
        finally:
            result = self._finish(context)
        return result

    def invoke(self, context: Context, _event: Event) -> set[str]:
        """Run while the window stays alive."""
        if bpy.app.background:
            return self.execute(context)
        if not self._start(context):
            return {"CANCELLED"}
        self._timer = context.window_manager.event_timer_add(INTERVAL, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: Context, event: Event) -> set[str]:
        """Look at the workers on every tick; all other events are Blender's."""
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        try:
            self._step(context)
        except BaseException:
            self._finish(context)
            raise
        return {"PASS_THROUGH"} if self._job.active else self._finish(context)

    def cancel(self, context: Context) -> None:
        """Blender ends the operator: another file is opened, the window or Blender is closed."""
        self._finish(context)

    def _start(self, context: Context) -> bool:
        global _running
        begun = self.begin(context)
        if begun is None:
            return False
        self._job, self._folder = begun
        _running = self._job
        job.clear(context, self.task)
        job.show(context, self.task, self._job.progress(), str(self._folder))
        return True

    def _step(self, context: Context) -> None:
        progress = self._job.poll()
        changed = job.show(context, self.task, progress, str(self._folder))
        changed |= self._picture(context, progress)
        if isinstance(self._job, Task):
            changed |= self._learned(context, self._job)
        if changed:
            job.redraw(context)

    def _picture(self, context: Context, progress: Progress, last: bool = False) -> bool:
        """Show the latest picture, unless one was shown just now; whether anything changed."""
        when, shown = self._pictured
        if not progress.image or progress.image == shown or not (last or time.monotonic() - when > PICTURE):
            return False
        self._pictured = time.monotonic(), progress.image
        job.of(context, self.task).icon = thumbnail.show(self.task, self._folder / progress.image)
        return True

    def _learned(self, context: Context, task: Task, last: bool = False) -> bool:
        """Show what only a learning command tells; whether anything changed."""
        state = job.of(context, self.task)
        figures = "\n".join(f"{name} {value:.3f}" for name, value in task.figures.items())
        changed = (state.figures, state.page) != (figures, task.page)
        state.figures, state.page = figures, task.page
        when, step = self._drawn
        if task.curve and task.curve[-1][0] != step and (last or time.monotonic() - when > CURVE):
            self._drawn = time.monotonic(), task.curve[-1][0]
            state.curve = thumbnail.draw(
                f"{self.task} curve", curve.picture(task.curve, context.preferences.system.ui_scale or 1.0)
            )
            changed = True
        return changed

    def _finish(self, context: Context) -> set[str]:
        """Release timer and processes, show the last state and say how it went."""
        global _running
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        self._job.close()
        if _running is self._job:
            _running = None
        progress = self._job.progress()
        job.show(context, self.task, progress, str(self._folder))
        self._picture(context, progress, last=True)
        if isinstance(self._job, Task):
            self._learned(context, self._job, last=True)
        steps.look(context)
        job.redraw(context)
        if progress.state is State.DONE:
            self.succeeded(context, progress)
            return {"FINISHED"}
        self.report({"ERROR"} if progress.state is State.FAILED else {"WARNING"}, progress.message or "Cancelled")
        return {"CANCELLED"}


class RESCUE_SYNTH_OT_cancel(Operator):
    """Stop the run. What is finished stays, and starting again goes on from there"""

    bl_idname = "rescue_synth.cancel"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """Only while there is a run."""
        if not job.busy(context):
            cls.poll_message_set("Nothing is running")
            return False
        return True

    def execute(self, context: Context) -> set[str]:
        """Ask the workers to stop."""
        stop()
        job.redraw(context)
        return {"FINISHED"}


CLASSES = (RESCUE_SYNTH_OT_cancel,)
