"""Rows that several panels draw: pairs of numbers, mixes, and wrapped text."""

from __future__ import annotations

from bpy.types import Context, PropertyGroup, UILayout

from .. import settings


class Tab:
    """Where all panels of the tab live."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Rescue Synth"


def tick(layout: UILayout, done: bool) -> None:
    """In a panel's header: whether this step is done."""
    layout.label(text="", icon="CHECKMARK" if done else "RADIOBUT_OFF")


def split(layout: UILayout) -> UILayout:
    """A column with Blender's usual division: names to the left, fields to the right, no animation dots."""
    layout.use_property_split = True
    layout.use_property_decorate = False
    return layout.column()


def pair(layout: UILayout, group: PropertyGroup, name: str) -> None:
    """[low, high] side by side, divided from their name like every other row."""
    row = layout.split(factor=0.4, align=True)
    heading = row.row()
    heading.alignment = "RIGHT"
    heading.label(text=title(group, name))
    fields = row.row(align=True)
    fields.use_property_split = False
    fields.prop(group, name, index=0, text="")
    fields.prop(group, name, index=1, text="")


def mix(layout: UILayout, group: PropertyGroup, name: str, folded: bool = True) -> None:
    """A foldable table of weights with the share that each comes to."""
    header, body = layout.panel(f"rescue_synth_{type(group).__name__}_{name}", default_closed=folded)
    header.label(text=title(group, name))
    if body is None:
        return
    weights = getattr(group, name)
    words = settings.entries(weights)
    total = sum(getattr(weights, word) for word in words)
    column = split(body)
    chosen = [word for word in words if getattr(weights, word) > 0]
    for word in words:
        value = getattr(weights, word)
        row = column.row(align=True)
        row.prop(weights, word)
        only = row.operator(
            "rescue_synth.only", text="", icon="SOLO_ON" if chosen == [word] else "SOLO_OFF", emboss=False
        )
        only.path, only.word = weights.path_from_id(), word
        share = row.row()
        share.ui_units_x = 2.2
        share.alignment = "RIGHT"
        share.active = value > 0
        share.label(text=f"{100 * value / total:.0f} %" if total else "-")


def title(group: PropertyGroup, name: str) -> str:
    """The name of a property as people read it."""
    return group.bl_rna.properties[name].name


NARROW, WIDE = frozenset("fijlrt.,:;'!|()[] "), frozenset("mwMW%@")


def extent(text: str) -> float:
    """About how wide a text is, in pixels at the interface's usual size."""
    return sum(
        3.9 if letter in NARROW else 9.6 if letter in WIDE else 7.6 if letter.isupper() else 6.6 for letter in text
    )


def lines(text: str, room: float) -> list[str]:
    """The text in lines of at most ``room`` pixels, as far as its words allow; at least one."""
    found = [""]
    for word in text.split():
        longer = f"{found[-1]} {word}" if found[-1] else word
        if found[-1] and extent(longer) > room:
            found.append(word)
        else:
            found[-1] = longer
    return found


def wrapped(layout: UILayout, context: Context, text: str, icon: str = "NONE") -> None:
    """A text over as many lines as the sidebar needs."""
    width = context.region.width if context.region else 300
    scale = context.preferences.system.ui_scale or 1.0  # 0 where there is no window
    # The tabs at the region's edge, the panel's border and a box's take some 62 pixels, an icon 20 more.
    room = max(120.0, width / scale - (62 if icon == "NONE" else 82))
    column = layout.column(align=True)
    column.scale_y = 0.8
    for number, line in enumerate(lines(text, room)):
        column.label(text=line, icon=icon if number == 0 else ("BLANK1" if icon != "NONE" else "NONE"))
