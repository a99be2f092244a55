"""How a run stands: one mapping from its state to rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bpy.types import Context, PropertyGroup, UILayout

from .rows import wrapped

Rows = Callable[[UILayout, Context, PropertyGroup, "Words"], None]


@dataclass(frozen=True)
class Words:
    """How the rows of one task speak."""

    operator: str
    start: str
    unit: str = "frames"
    icon: str = "RENDER_STILL"
    starting: str = "Starting Blender"


GENERATE = Words("rescue_synth.generate", "Generate Dataset")
AUGMENT = Words("rescue_synth.augment", "Augment", "pictures", "MOD_ARRAY", "Reading the data set")
ANNOTATE = Words("rescue_synth.annotate", "Annotate Masks", "pictures", "GREASEPENCIL", "Tracing outlines")

ENVIRONMENT = Words("rescue_synth.make_environment", "Make One", "steps", "IMPORT", "Making a virtual environment")


def draw(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    """The rows of the job's state."""
    ROWS[job.state](layout, context, job, words)


def draw_preview(layout: UILayout, context: Context, job: PropertyGroup) -> None:
    """The preview's row: the button, or that it is being made; and why it was not."""
    if active(job):
        _bar(layout, 0.5, "Rendering the preview")
        return
    layout.operator("rescue_synth.preview", icon="RENDER_RESULT")
    if job.state == "FAILED":
        _reason(layout, context, job)


def active(job: PropertyGroup) -> bool:
    """Whether a run is going."""
    return ROWS[job.state] in (_starting, _running, _stopping, _merging)


def duration(seconds: float) -> str:
    """As one says it: "45 s", "12 min", "3 h 20 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _idle(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    _button(layout, words)


def _starting(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    _bar(layout, 0.0, words.starting)


def _running(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    _bar(layout, _share(job), f"{job.done} of {job.total} {words.unit}")
    row = layout.row()
    if job.seconds > 0:
        row.label(text=f"{job.seconds:.1f} s each", icon="TIME")
        row.label(text=f"{duration(job.left)} left")
    else:
        row.label(text="The first one takes longest", icon="TIME")
    if job.message:
        wrapped(layout, context, job.message)
    _picture(layout, job)


def _stopping(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    layout.progress(factor=_share(job), type="BAR", text="Stopping")


def _merging(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    _bar(layout, _share(job), f"Writing labels of {job.done} {words.unit}")
    _picture(layout, job)


def _done(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    _button(layout, words)
    layout.label(text=f"{job.total} {words.unit} are ready" if job.total else "Ready", icon="CHECKMARK")
    _picture(layout, job)
    _open(layout, job)


def _stopped(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    _button(layout, words, "Resume")
    layout.label(text=f"Stopped: {job.done} of {job.total} {words.unit} are there", icon="PAUSE")
    _picture(layout, job)
    _open(layout, job)


def _failed(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    _button(layout, words, "Resume" if job.done else "Try Again")
    _reason(layout, context, job)
    if job.done:
        _open(layout, job)


def _reason(layout: UILayout, context: Context, job: PropertyGroup) -> None:
    wrapped(layout, context, job.message, icon="ERROR")
    if job.log:
        layout.operator("rescue_synth.open_folder", text="Open Log", icon="TEXT").path = job.log


def _button(layout: UILayout, words: Words, text: str = "") -> None:
    row = layout.row()
    row.scale_y = 1.4
    row.operator(words.operator, text=text or words.start, icon=words.icon)


def _bar(layout: UILayout, share: float, text: str) -> None:
    """Progress with Cancel at its end, where it stays while the rows below come and go."""
    row = layout.row(align=True)
    row.scale_y = 1.4
    row.progress(factor=share, type="BAR", text=text)
    row.operator("rescue_synth.cancel", text="", icon="X")


def _picture(layout: UILayout, job: PropertyGroup) -> None:
    if job.icon:
        layout.template_icon(icon_value=job.icon, scale=10.0)


def _open(layout: UILayout, job: PropertyGroup) -> None:
    layout.operator("rescue_synth.open_folder", icon="FILE_FOLDER").path = job.folder


def _share(job: PropertyGroup) -> float:
    return job.done / job.total if job.total else 0.0


ROWS: dict[str, Rows] = {
    "IDLE": _idle,
    "STARTING": _starting,
    "RUNNING": _running,
    "STOPPING": _stopping,
    "MERGING": _merging,
    "DONE": _done,
    "STOPPED": _stopped,
    "FAILED": _failed,
}
