"""Drives a real Blender from inside: a story is a generator that acts, waits and looks, run from a timer.

A story yields seconds to wait, or a function that is asked on every tick until it says True. Whatever it puts in
``result`` reaches the test as JSON; an exception ends Blender and reaches the test as text.
"""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import bpy

Wait = float | Callable[[], bool]
Story = Generator[Wait, None, None]

FOLDER = Path(os.environ["STORY_FOLDER"])
TICK = 0.05
PATIENCE = 120.0
"""Seconds after which waiting for something counts as a failure."""

result: dict = {}


def play(story: Story) -> None:
    """Run the story, then leave Blender."""
    state: dict = {"wait": None, "since": time.monotonic(), "where": "the start"}

    def tick() -> float | None:
        try:
            wait = state["wait"]
            if callable(wait) and not wait():
                if time.monotonic() - state["since"] > PATIENCE:
                    raise TimeoutError(f"waited in vain at {state['where']}")
                return TICK
            _waited[state["where"]] = _waited.get(state["where"], 0.0) + time.monotonic() - state["since"]
            state["since"] = time.monotonic()
            state["wait"], state["where"] = next(story), _line(story)
            return state["wait"] if isinstance(state["wait"], float) else TICK
        except StopIteration:
            finish()
        except Exception:
            result["error"] = traceback.format_exc()
            seen = picture("failed")
            bpy.app.timers.register(lambda: TICK if not seen() else finish(), persistent=True)
        return None

    # persistent: installing an extension or loading a file must not end the story.
    bpy.app.timers.register(tick, first_interval=1.0, persistent=True)


_waited: dict[str, float] = {}
"""Line of a story -> the seconds that it took until it went on."""


def _line(story: Generator) -> str:
    """Where a story stands, from its own line down to the helper's: "84 > click_button 143"."""
    words = []
    while isinstance(story, Generator) and story.gi_frame is not None:
        words.append(f"{story.gi_code.co_name} {story.gi_frame.f_lineno}")
        story = story.gi_yieldfrom
    return " > ".join(words[:3])


def finish() -> None:
    """Write the result and end Blender as a user does."""
    result["waited"] = dict(sorted(_waited.items(), key=lambda item: -item[1])[:12])
    (FOLDER / "result.json").write_text(json.dumps(result, default=str))
    bpy.ops.wm.quit_blender()


def window() -> bpy.types.Window:
    return bpy.context.window_manager.windows[0]


def viewport() -> tuple[bpy.types.Area, bpy.types.Region]:
    """The 3D viewport and its sidebar."""
    area = next(area for area in window().screen.areas if area.type == "VIEW_3D")
    return area, next(region for region in area.regions if region.type == "UI")


def open_tab() -> Story:
    """Dismiss the splash and show our tab."""
    area, sidebar = viewport()
    move(area.x + 300, area.y + 200)
    yield 0.3
    press("ESC")
    yield 0.5
    area.spaces.active.show_region_ui = True
    yield 1.0
    sidebar.active_panel_category = "Rescue Synth"
    area.tag_redraw()
    yield 1.0


def move(x: int, y: int) -> None:
    """The mouse to a point of the window; y upwards."""
    window().event_simulate(type="MOUSEMOVE", value="NOTHING", x=int(x), y=int(y))


clicks = [0]
"""How often a story has clicked so far."""


def click(x: int, y: int) -> None:
    """A click of the left button there; ``clicks`` counts it."""
    clicks[0] += 1
    for value in ("PRESS", "RELEASE"):
        window().event_simulate(type="LEFTMOUSE", value=value, x=int(x), y=int(y))


def scroll_down(notches: int) -> Story:
    """Turn the wheel over the sidebar; what was found in it lies elsewhere then."""
    _, sidebar = viewport()
    x, y = sidebar.x + sidebar.width // 2, sidebar.y + sidebar.height // 2
    move(x, y)
    yield TICK
    for _ in range(notches):
        window().event_simulate(type="WHEELDOWNMOUSE", value="PRESS", x=x, y=y)
        yield TICK
    _rows.clear()
    yield 0.5


def press(key: str) -> None:
    """A key, without text."""
    for value in ("PRESS", "RELEASE"):
        window().event_simulate(type=key, value=value)


def click_button(idname: str, column: float = 0.5, having: str = "") -> Story:
    """Find the sidebar's button of the operator ``idname`` and click it; ``column`` is the share of the width."""
    yield from find_button(idname, column, having)
    _, sidebar = viewport()
    click(sidebar.x + sidebar.width * column - 12, _rows[idname + having])
    yield TICK


_rows: dict[str, int] = {}
"""Where something was found last: passing over the whole sidebar takes a minute before a heavy scene."""


def find_button(idname: str, column: float = 0.5, having: str = "") -> Story:
    """Pass the mouse over the sidebar until it lies on the button of the operator ``idname``.

    ``having``: an argument of that button, where there are several. Blender tells what lies under the mouse only by
    "Copy Python Command".
    """

    def there() -> bool:
        line = _told_by("copy_python_command_button")
        return line.startswith(f"bpy.ops.{idname}(") and having in line

    yield from _passed_over(idname + having, column, there)


def find_field(path: str) -> Story:
    """Pass the mouse over the sidebar until it lies on the field of the property whose path ends in ``path``."""
    yield from _passed_over(path, 0.75, lambda: _told_by("copy_data_path_button", full_path=True).endswith(path))


def click_field(path: str) -> Story:
    """Find the field of a property and click it."""
    yield from find_field(path)
    _, sidebar = viewport()
    click(sidebar.x + sidebar.width * 0.75 - 12, _rows[path])
    yield TICK


def _passed_over(name: str, column: float, there: Callable[[], bool]) -> Story:
    _, sidebar = viewport()
    x = sidebar.x + sidebar.width * column - 12
    rows = list(range(sidebar.y + 15, sidebar.y + sidebar.height, 8))
    for y in [_rows[name], *rows] if name in _rows else rows:
        move(x, y)
        yield TICK
        if there():
            _rows[name] = y
            return
    raise LookupError(f"no {name} in the sidebar")


def _told_by(operator: str, **options: bool) -> str:
    """What an operator of Blender's interface copies about the thing under the mouse, or ""."""
    area, sidebar = viewport()
    manager = bpy.context.window_manager
    manager.clipboard = ""
    call = getattr(bpy.ops.ui, operator)
    with bpy.context.temp_override(window=window(), area=area, region=sidebar):
        if call.poll():
            call(**options)
    return manager.clipboard


def click_header(panel: str, below: str = "", upwards: bool = False) -> Story:
    """Open our closed panel ``panel`` ("train") by a click on its header.

    Where it lies is tried out: a panel is drawn once it is open, and another one is closed again. Only headers may lie
    between it and the place where the search begins: the upper end, under ``below``, found before, or the lower end.
    """
    kind, drawn = getattr(bpy.types, f"RESCUE_SYNTH_PT_{panel}"), []
    draw, before = kind.draw, clicks[0]

    def noted(self, context):
        drawn.append(panel)
        draw(self, context)

    kind.draw = noted
    _, sidebar = viewport()
    top = _rows[below] - 20 if below else sidebar.y + sidebar.height - 12
    rows = range(top, sidebar.y, -10) if not upwards else range(sidebar.y + 12, top, 10)
    x = sidebar.x + 80
    try:
        for y in rows:
            move(x, y)
            yield TICK
            click(x, y)
            yield 0.4
            if drawn:
                clicks[0], _rows[panel] = before + 1, y  # she sees where it is
                return
            click(x, y)
            yield 0.4
        raise LookupError(f"no header of {panel} in the sidebar")
    finally:
        kind.draw = draw


def browser() -> tuple[bpy.types.Window, bpy.types.Area] | None:
    """The file browser that asks for a file, in whichever window."""
    for shown in bpy.context.window_manager.windows:
        for area in shown.screen.areas:
            if area.type == "FILE_BROWSER" and area.spaces.active.active_operator is not None:
                return shown, area
    return None


def accept() -> None:
    """Click the button at the lower right of the file browser that takes the file named beside it."""
    shown, area = browser()
    lower = next(region for region in area.regions if region.type == "EXECUTE")
    clicks[0] += 1
    x, y = lower.x + lower.width - 60, lower.y + lower.height // 2
    for kind, value in (("MOUSEMOVE", "NOTHING"), ("LEFTMOUSE", "PRESS"), ("LEFTMOUSE", "RELEASE")):
        shown.event_simulate(type=kind, value=value, x=x, y=y)


def picture(name: str) -> Wait:
    """Ask the test for a screenshot; wait until it is taken."""
    want = FOLDER / f"{name}.want"
    want.touch()
    return lambda: not want.exists()


def gaps(into: list[float], every: float = 0.02) -> Iterator[None]:
    """Record the time between ticks of a timer: how long Blender's main thread was busy. ``next`` again to end it."""
    state = {"last": time.perf_counter(), "on": True}

    def tick() -> float | None:
        now = time.perf_counter()
        into.append(now - state["last"])
        state["last"] = now
        return every if state["on"] else None

    bpy.app.timers.register(tick, first_interval=every, persistent=True)
    yield
    state["on"] = False
    yield
