"""A new user: presses Generate Dataset, watches three frames come, corrects two labels in VIA and takes them over."""

import json
from pathlib import Path

import common
import drive
from drive import click_button, click_header, open_tab, picture, play, result


def corrected(project: Path) -> dict[str, str]:
    """What VIA does to its project when somebody renames one label and deletes another; of which frames they were."""
    content = json.loads(project.read_text())
    frames = list(content["_via_img_metadata"].values())

    def label(region: dict) -> tuple[str, str]:
        return region["region_attributes"]["category"], region["region_attributes"]["instance"]

    renamed = frames[-1]
    person = next(label(region) for region in renamed["regions"] if label(region)[0] == "rescuer")
    for region in renamed["regions"]:
        if label(region) == person:
            region["region_attributes"]["category"] = "civilian"
    fuller = max(frames[:-1], key=lambda frame: len({label(region) for region in frame["regions"]}))
    gone = label(fuller["regions"][-1])
    fuller["regions"] = [region for region in fuller["regions"] if label(region) != gone]
    project.write_text(json.dumps(content))
    return {"renamed": renamed["filename"], "deleted": fuller["filename"], "gone": gone[0]}


def labels(folder: Path) -> dict[str, list[str]]:
    """What COCO lists of each picture."""
    coco = json.loads((folder / "coco.json").read_text())
    words = {item["id"]: item["name"] for item in coco["categories"]}
    return {
        Path(image["file_name"]).name: sorted(
            words[item["category_id"]] for item in coco["annotations"] if item["image_id"] == image["id"]
        )
        for image in coco["images"]
    }


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

    result.update(before=labels(folder), edits=corrected(folder / "via_project.json"))
    yield from drive.find_button("rescue_synth.open_folder")
    begun = drive.clicks[0]
    yield from click_header("corrections", below="rescue_synth.open_folder")
    yield from drive.scroll_down(20)
    yield from click_button("rescue_synth.import_via")
    yield lambda: drive.browser() is not None
    yield 1.0
    yield picture("import_via")
    drive.accept()
    yield lambda: drive.browser() is None
    result.update(clicks=drive.clicks[0] - begun, after=labels(folder))
    result["marks"] = {
        path.stem: json.loads(path.read_text())["about"].get("edited") for path in (folder / "frames").glob("*.json")
    }
    yield 0.5
    yield picture("imported")


play(story())
