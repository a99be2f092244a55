"""Several weathers of one render: the same labels, another picture, and every frame can still be made alone."""

from __future__ import annotations

import json
from pathlib import Path

from rescue_synth.dataset import plan, recipe, records
from rescue_synth.render import generate
from rescue_synth.scene import build

ASSETS = Path(__file__).resolve().parents[3] / "assets"

WISH = recipe.loads(
    "[render]\nwidth = 96\nheight = 72\nsamples = 1\n[site]\nbuildings = [0, 1]\nvehicles = [0, 1]\n"
    "[people]\nrescuers = [2, 2]\ncivilians = [0, 0]\n"
    "[weather]\nvariants = 3\nkinds = { overcast = 1, rain = 1, snow = 1, fog = 1 }\n"
    "[camera]\nviews = { handheld = 1 }\nsizes = { large = 1 }\nvisible = { clear = 1 }\n"
)


def run(folder: Path, *frames: int) -> None:
    build.start(WISH.assets)
    assert not generate.generate(WISH, folder, frames, ASSETS).failed


def test_variants_share_one_render_and_its_labels(tmp_path: Path) -> None:
    run(tmp_path, 0, 1, 2)
    first, *others = records.read_all(tmp_path)
    events = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    stages = [event["stages"] for event in events if event["event"] == "frame"]
    assert ["image" in seconds for seconds in stages] == [True, False, False]
    for folder in ("masks", "parts", "depth"):
        files = [(tmp_path / folder / f"rescue_{index:06d}.png").read_bytes() for index in range(3)]
        assert files[0] == files[1] == files[2]
    assert [other.instances for other in others] == [first.instances] * 2
    pictures = {(tmp_path / record.image).read_bytes() for record in (first, *others)}
    assert len(pictures) == 3
    kinds = [record.about["weather"]["kind"] for record in (first, *others)]
    assert len(set(kinds)) > 1 and not set(kinds) & set(plan.SUNNY)


def test_a_variant_made_alone_is_the_same_to_the_byte(tmp_path: Path) -> None:
    run(tmp_path / "together", 0, 1, 2)
    run(tmp_path / "alone", 2)
    for path in ("images/rescue_000002.jpg", "masks/rescue_000002.png", "frames/rescue_000002.json"):
        assert (tmp_path / "alone" / path).read_bytes() == (tmp_path / "together" / path).read_bytes()
