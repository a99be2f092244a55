"""A new user: installs the zip, opens the tab, presses Generate Dataset, watches three frames come."""

import common
from drive import click_button, open_tab, picture, play, result


def story():
    yield from common.install()
    yield from open_tab()
    yield picture("tab")
    folder = common.wish(frames=3)
    yield from click_button("rescue_synth.generate")
    yield lambda: common.job().done >= 1 or common.ended()
    yield picture("running")
    yield common.ended
    yield 1.0
    yield picture("done")
    job = common.job()
    result.update(state=job.state, done=job.done, message=job.message, image=job.image, icon=job.icon)
    result["files"] = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


play(story())
