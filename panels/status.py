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
    ready: str = "are ready"


GENERATE = Words("rescue_synth.generate", "Generate Dataset")
AUGMENT = Words("rescue_synth.augment", "Augment", "pictures", "MOD_ARRAY", "Reading the data set")
ANNOTATE = Words("rescue_synth.annotate", "Annotate Masks", "pictures", "GREASEPENCIL", "Tracing outlines")
TRAIN = Words("rescue_synth.train", "Train", "steps", "PLAY", "Reading the data set", "trained")
EVALUATE = Words("rescue_synth.evaluate", "Evaluate", "pictures", "VIEWZOOM", "Loading the network", "looked at")
CROPS = Words("rescue_synth.crops", "Cut Crops", "pictures", "IMAGE_DATA", "Reading the data set", "cut up")
SYNTHESISE = Words("rescue_synth.synthesise", "Synthesise", "steps", "SHADERFX", "Reading the crops", "done")
CHECK = Words("rescue_synth.check_environment", "Check", "things", "CHECKMARK", "Asking the Learning Python")
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
        reason(layout, context, job)


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
    count = f"{job.done} of {job.total} {words.unit}" if job.total else f"{job.done} {words.unit}"
    _bar(layout, _share(job), count, f"{duration(job.left)} left" if job.left else "")
    pace = f"{job.seconds:.1f} s each" if job.seconds > 0 else "The first one takes longest"
    layout.label(text=pace, icon="TIME")
    if job.message and not job.figures:
        wrapped(layout, context, job.message)
    _learned(layout, job)
    _picture(layout, job)


def _stopping(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    layout.label(text="Stopping")
    row = layout.row()
    row.scale_y = 1.4
    row.progress(factor=_share(job), type="BAR", text="")


def _merging(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    _bar(layout, _share(job), f"Writing labels of {job.done} {words.unit}")
    _picture(layout, job)


def _done(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    _button(layout, words)
    count = job.total or job.done
    layout.label(text=f"{count} {words.unit} {words.ready}" if count else "Ready", icon="CHECKMARK")
    _learned(layout, job)
    _picture(layout, job)
    _open(layout, job)


def _stopped(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    _button(layout, words, "Resume")
    of = f"{job.done} of {job.total}" if job.total else str(job.done)
    layout.label(text=f"Stopped: {of} {words.unit} are there", icon="PAUSE")
    _learned(layout, job)
    _picture(layout, job)
    _open(layout, job)


def _failed(layout: UILayout, context: Context, job: PropertyGroup, words: Words) -> None:
    _button(layout, words, "Resume" if job.done else "Try Again")
    reason(layout, context, job)
    if job.done:
        _open(layout, job)


def reason(layout: UILayout, context: Context, job: PropertyGroup) -> None:
    """Why a run failed, and where its log is."""
    wrapped(layout, context, job.message, icon="ERROR")
    if job.log:
        layout.operator("rescue_synth.open_folder", text="Open Log", icon="TEXT").path = job.log


def _button(layout: UILayout, words: Words, text: str = "") -> None:
    row = layout.row()
    row.scale_y = 1.4
    row.operator(words.operator, text=text or words.start, icon=words.icon)


def _bar(layout: UILayout, share: float, text: str, left: str = "") -> None:
    """Words, and below them progress with Cancel at its end, where it stays while the rows below come and go.

    The words have a row of their own: a bar in a sidebar of 300 pixels has no room for count and time.
    """
    head = layout.row()
    head.label(text=text)
    if left:
        end = head.row()
        end.alignment = "RIGHT"
        end.label(text=left)
    row = layout.row(align=True)
    row.scale_y = 1.4
    row.progress(factor=share, type="BAR", text="")
    row.operator("rescue_synth.cancel", text="", icon="X")


def _picture(layout: UILayout, job: PropertyGroup) -> None:
    if job.icon:
        layout.template_icon(icon_value=job.icon, scale=10.0)


def _learned(layout: UILayout, job: PropertyGroup) -> None:
    """The curve of the loss, and what the last validation found."""
    if job.curve:
        layout.template_icon(icon_value=job.curve, scale=11.0)
    if job.figures:
        table = layout.column(align=True)
        for line in job.figures.split("\n"):
            name, _, value = line.rpartition(" ")
            row = table.row()
            row.label(text=name)
            end = row.row()
            end.alignment = "RIGHT"
            end.label(text=value)


def _open(layout: UILayout, job: PropertyGroup) -> None:
    if job.page:
        layout.operator("rescue_synth.open_folder", text="Open Results", icon="URL").path = job.page
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
