"""A new user: installs the zip, opens the tab, presses Generate Dataset, watches three frames come."""

import time

import common
from drive import click_button, gaps, open_tab, picture, play, result, viewport


def timed_steps() -> list[float]:
    """Seconds that each look at the workers keeps Blender's main thread; grows as the run goes on."""
    operator, seconds = common.room("operators.gaits").Gaits, []
    step = operator._step

    def timed(self, context):
        began = time.perf_counter()
        step(self, context)
        seconds.append(time.perf_counter() - began)

    operator._step = timed
    return seconds


def story():
    yield from common.install()
    yield from open_tab()
    yield picture("tab")
    folder = common.wish(frames=3)
    # What the window itself costs here (software GL, a busy machine), then with a run going on.
    idle: list[float] = []
    watch = gaps(idle)
    next(watch)
    for _ in range(30):
        viewport()[1].tag_redraw()
        yield 0.1
    next(watch)
    busy: list[float] = []
    steps = timed_steps()
    watch = gaps(busy)
    yield from click_button("rescue_synth.generate")
    yield lambda: common.job().state == "RUNNING" or common.ended()
    next(watch)
    yield lambda: common.job().done >= 1 or common.ended()
    yield picture("running")
    yield common.ended
    next(watch)
    yield 1.0
    yield picture("done")
    job = common.job()
    result.update(state=job.state, done=job.done, message=job.message, image=job.image, icon=job.icon)
    result["files"] = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    result.update(idle=max(idle), busy=max(busy), steps=max(steps))


play(story())
