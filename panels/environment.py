"""The box about the Learning Python: none yet, one that lacks something, and what a check has found."""

import bpy
from bpy.types import Context, UILayout

from .. import preferences
from . import status
from .rows import wrapped

ICONS = {"ok": "CHECKMARK", "note": "INFO", "missing": "ERROR"}


def draw(layout: UILayout, context: Context, needs: str = "", here: bool = False) -> None:
    """What stands between the artist and the button below: nothing, or a box with the ways out.

    ``needs``: package without which the button is of no use; ``here``: the field to choose one in stands above.
    """
    jobs = context.window_manager.rescue_synth
    if not preferences.machine(context).python:
        _none(layout.box(), context, needs, here)
    elif needs in preferences.missing(context):
        _lacking(layout.box(), context, needs)
    elif status.active(jobs.check):
        status.draw(layout, context, jobs.check, status.CHECK)


def _none(box: UILayout, context: Context, needs: str, here: bool) -> None:
    job = context.window_manager.rescue_synth.environment
    if not status.active(job):
        packages = "NumPy, OpenCV, Albumentations" + (" and PyTorch" if needs else "")
        wrapped(box, context, f"Needs a Python with {packages}", icon="INFO")
        if not here:
            choose = box.operator("preferences.addon_show", text="Choose in Preferences", icon="PREFERENCES")
            choose.module = preferences.__package__
    _make(box, context, "Make One")


def _lacking(box: UILayout, context: Context, needs: str) -> None:
    jobs = context.window_manager.rescue_synth
    wrapped(box, context, f"The Learning Python lacks {needs}", icon="ERROR")
    for item in jobs.findings:
        if item.state == "missing" and item.text.split(" ", 1)[0] == needs and item.fix:
            box.operator("rescue_synth.copy_text", text="Copy the Command for It", icon="COPYDOWN").text = item.fix
    _make(box, context, "Make One with It")
    status.draw(box, context, jobs.check, status.CHECK)


def _make(box: UILayout, context: Context, text: str) -> None:
    """The menu of environments to make, or how the making stands."""
    job = context.window_manager.rescue_synth.environment
    if status.active(job):
        status.draw(box, context, job, status.ENVIRONMENT)
        return
    if not bpy.app.online_access:
        wrapped(
            box, context, "To make one, allow Online Access in Preferences > System > Network", icon="INTERNET_OFFLINE"
        )
    box.operator_menu_enum("rescue_synth.make_environment", "kind", text=text, icon="IMPORT")
    if job.state == "FAILED":
        status.reason(box, context, job)


def report(layout: UILayout, context: Context) -> None:
    """All findings of the latest check, and the button for another."""
    jobs = context.window_manager.rescue_synth
    column = layout.column(align=True)
    for item in jobs.findings:
        wrapped(column, context, item.text, icon=ICONS.get(item.state, "DOT"))
        if item.fix:
            column.operator("rescue_synth.copy_text", icon="COPYDOWN").text = item.fix
    if status.active(jobs.check):
        status.draw(layout, context, jobs.check, status.CHECK)
    else:
        layout.operator("rescue_synth.check_environment", icon="CHECKMARK")
        if jobs.check.state == "FAILED":
            status.reason(layout, context, jobs.check)
