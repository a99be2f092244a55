"""The extension inside Blender: it comes, it goes without a trace, and its panels show only what exists."""

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import addon_utils
import bpy
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from recorder import Recorder
from rescue_synth.jobs.progress import Progress, State


def traces() -> set[str]:
    """Everything of ours that Blender knows of at this moment."""
    found = {f"type {name}" for name in dir(bpy.types) if name.startswith("RESCUE_SYNTH")}
    found |= {f"class {cls.__name__}" for base in (bpy.types.PropertyGroup, bpy.types.AddonPreferences)
              for cls in base.__subclasses__() if cls.is_registered and "rescue_synth" in cls.__module__}  # fmt: skip
    found |= {f"operator {name}" for name in dir(bpy.ops.rescue_synth)}
    found |= {f"{owner.__name__}.rescue_synth" for owner in (bpy.types.Scene, bpy.types.WindowManager)
              if hasattr(owner, "rescue_synth")}  # fmt: skip
    for name in dir(bpy.app.handlers):
        handlers = getattr(bpy.app.handlers, name)
        if isinstance(handlers, list):
            found |= {f"handler {name}" for item in handlers if "rescue_synth" in getattr(item, "__module__", "")}
    return found


def test_registering_and_unregistering_leaves_nothing(mount, empty):
    before = traces()
    counts = []
    for _ in range(3):
        errors = []
        assert addon_utils.enable(mount, default_set=True, handle_error=errors.append) is not None and not errors
        counts.append(len(traces() - before))
        addon_utils.disable(mount, default_set=True)
        assert traces() == before
    assert counts[0] > 20 and len(set(counts)) == 1


def test_importing_the_package_loads_no_room():
    code = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location("rescue_synth", {str(Path(__file__).parents[2] / "__init__.py")!r},
                                              submodule_search_locations=["x"])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
sys.exit(any(name.startswith("rescue_synth.") or name == "bpy" for name in sys.modules))
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def rooms(extension: ModuleType, room: str) -> ModuleType:
    """A room of the mounted extension (not of the package that the tests load)."""
    return sys.modules[f"{extension.__name__}.{room}"]


def panels() -> list[type]:
    return [
        getattr(bpy.types, name) for name in dir(bpy.types) if name.startswith(("RESCUE_SYNTH_PT", "RESCUE_SYNTH_MT"))
    ]


def drawn(panel: type, context: object = None) -> Recorder:
    layout = Recorder()
    panel.draw(SimpleNamespace(layout=layout), context or bpy.context)
    if hasattr(panel, "draw_header_preset"):
        panel.draw_header_preset(SimpleNamespace(layout=layout), context or bpy.context)
    return layout


@pytest.mark.parametrize("state", ["IDLE", *State.__members__])
def test_every_panel_shows_only_what_exists_in_every_state_of_a_run(extension, state):
    jobs = bpy.context.window_manager.rescue_synth
    for task in rooms(extension, "operators.job").tasks():
        job = getattr(jobs, task)
        job.state, job.done, job.total, job.seconds, job.left = state, 3, 8, 11.0, 55.0
        job.message, job.log, job.folder = "no space left on the disk: free some and try again", "/tmp/log", "/tmp"
    assert len(panels()) >= 10
    for panel in panels():
        layout = drawn(panel)
        for idname in layout.operators:
            module, _, name = idname.partition(".")
            assert getattr(getattr(bpy.ops, module), name).get_rna_type() is not None
        for data, name in layout.properties:
            assert name in data.bl_rna.properties, f"{panel.__name__} draws {data}.{name}"
        for menu in layout.menus:
            assert hasattr(bpy.types, menu)


@pytest.mark.parametrize(
    ("state", "button", "words"),
    [
        ("IDLE", "generate", ""),
        ("STARTING", "cancel", "Starting"),
        ("RUNNING", "cancel", "3 of 8 frames"),
        ("STOPPING", "", "Stopping"),
        ("MERGING", "cancel", "Writing labels of 3 frames"),
        ("DONE", "generate", "8 frames are ready"),
        ("STOPPED", "generate", "3 of 8 frames are there"),
        ("FAILED", "generate", "free some"),
    ],
)
def test_each_state_says_how_it_stands_and_offers_the_next_step(extension, state, button, words):
    job = bpy.context.window_manager.rescue_synth.generate
    job.state, job.done, job.total = state, 3, 8
    job.message = "no space left on the disk: free some and try again"
    layout = drawn(bpy.types.RESCUE_SYNTH_PT_generate)
    shown = " ".join([*layout.texts, *(text for _, text in layout.progress_bars)])
    assert words in shown
    offered = {idname.partition(".")[2] for idname in layout.operators} & {"generate", "cancel"}
    assert offered == ({button} if button else set())


def test_every_wish_of_a_recipe_is_drawn_once(extension):
    recipes = rooms(extension, "dataset.recipe")
    wishes = bpy.context.scene.rescue_synth
    drawn_ones = [(data, name) for panel in panels() for data, name in drawn(panel).properties]
    shown = [(data.path_from_id(), name) for data, name in drawn_ones if isinstance(data, bpy.types.PropertyGroup)]
    for section, kind in recipes.SECTIONS.items():
        for item in fields(kind):
            value = getattr(getattr(wishes, section), item.name)
            names = (
                [(f"rescue_synth.{section}.{item.name}", word) for word in type(value).__annotations__]
                if isinstance(value, bpy.types.PropertyGroup)
                else [(f"rescue_synth.{section}", item.name)]
            )
            for name in names:
                # A [low, high] pair is drawn as two fields.
                assert shown.count(name) in (1, 2), name
    for name in ("name", "seed", "frames"):
        assert ("rescue_synth", name) in shown


def test_every_wish_explains_itself(extension):
    settings = rooms(extension, "settings")
    for kind in settings.CLASSES:
        for name, item in kind.bl_rna.properties.items():
            if name in kind.__annotations__ and item.type != "POINTER":
                assert len(item.description) >= 15, f"{kind.__name__}.{name}"
                assert not item.description.endswith("."), f"{kind.__name__}.{name}: Blender adds the full stop"


def test_a_disabled_button_says_why(extension):
    wishes = bpy.context.scene.rescue_synth
    assert bpy.ops.rescue_synth.generate.poll() and bpy.ops.rescue_synth.randomise.poll()
    wishes.people.rescuers = wishes.people.civilians = (0, 0)
    assert not bpy.ops.rescue_synth.generate.poll()
    layout = drawn(bpy.types.RESCUE_SYNTH_PT_generate)
    assert "nobody to label" in " ".join(layout.texts)
    with pytest.raises(RuntimeError, match="nobody to label"):
        bpy.ops.rescue_synth.generate()


def test_the_preferences_show_only_what_exists_and_what_the_python_lacks(extension):
    mine = bpy.context.preferences.addons[extension.__name__].preferences
    layout = Recorder()
    type(mine).draw(SimpleNamespace(layout=layout, lacks="torch,torchvision"), bpy.context)
    assert [name for _, name in layout.properties] == ["device", "workers", "python"]
    assert layout.operators == ["rescue_synth.check_environment"]
    assert "It lacks torch, torchvision: the sidebar says how to get it" in layout.texts


def test_one_run_at_a_time(extension):
    assert not bpy.ops.rescue_synth.cancel.poll()
    job = rooms(extension, "operators.job")
    progress = Progress(State.RUNNING, 1, 8)
    job.show(bpy.context, "generate", progress, "/tmp")
    assert job.busy(bpy.context) == "Generate Dataset" and bpy.ops.rescue_synth.cancel.poll()
    assert not bpy.ops.rescue_synth.preview.poll()
    with pytest.raises(RuntimeError, match="Generate Dataset is running: cancel it or wait"):
        bpy.ops.rescue_synth.generate()
    # Showing the same again changes nothing, so nothing is redrawn.
    assert not job.show(bpy.context, "generate", progress, "/tmp")
    assert job.show(bpy.context, "generate", replace(progress, done=2), "/tmp")


def test_one_entry_of_a_mix_may_take_it_all_and_give_it_back(extension):
    wishes = bpy.context.scene.rescue_synth
    settings = rooms(extension, "settings")
    kinds = wishes.weather.kinds
    assert bpy.ops.rescue_synth.only(path="rescue_synth.weather.kinds", word="rain") == {"FINISHED"}
    assert settings.to_recipe(wishes).weather.kinds == {"rain": 1.0}
    assert bpy.ops.rescue_synth.only(path=kinds.path_from_id(), word="fog") == {"FINISHED"}
    assert settings.to_recipe(wishes).weather.kinds == {"fog": 1.0}
    assert bpy.ops.rescue_synth.only(path=kinds.path_from_id(), word="fog") == {"FINISHED"}
    assert settings.to_recipe(wishes) == rooms(extension, "dataset.recipe").Recipe()


def test_frames_of_yesterday_turn_generate_into_resume(extension, tmp_path):
    wishes = bpy.context.scene.rescue_synth
    (tmp_path / "frames").mkdir()
    for index in range(3):
        (tmp_path / "frames" / f"rescue_{index:06d}.json").touch()
    wishes.folder = str(tmp_path)
    assert "3 of 8 frames are in the folder" in drawn(bpy.types.RESCUE_SYNTH_PT_generate).texts
    wishes.frames = 3
    header = Recorder()
    bpy.types.RESCUE_SYNTH_PT_generate.draw_header(SimpleNamespace(layout=header), bpy.context)
    assert header.icons == ["CHECKMARK"]
    wishes.frames = 4
    header = Recorder()
    bpy.types.RESCUE_SYNTH_PT_generate.draw_header(SimpleNamespace(layout=header), bpy.context)
    assert header.icons == ["RADIOBUT_OFF"]


def test_what_is_held_is_said_not_to_be_in_the_data_set(extension):
    wishes = bpy.context.scene.rescue_synth
    before = rooms(extension, "settings").to_recipe(wishes)
    assert "what is held" not in " ".join(drawn(bpy.types.RESCUE_SYNTH_PT_generate).texts)
    wishes.shown, wishes.hold.site, wishes.hold.weather = 5, True, True
    assert rooms(extension, "settings").to_recipe(wishes) == before
    button = " ".join(drawn(bpy.types.RESCUE_SYNTH_PT_generate).texts)
    assert "Frames get their own site and weather: what is held counts in the viewport" in button
    locks = " ".join(drawn(bpy.types.RESCUE_SYNTH_PT_main).texts)
    assert "Held in the viewport only" in locks


def test_long_words_go_over_as_many_lines_as_the_sidebar_needs(extension):
    rows = rooms(extension, "panels.rows")
    text = "Held in the viewport only: preview and data set show each frame as planned"
    found = rows.lines(text, 220.0)
    assert " ".join(found) == text and 2 <= len(found) <= 3
    assert all(rows.extent(line) <= 220.0 for line in found)
    assert rows.lines("/a/path/without/any/blank/that/is/far/too/long/for/it", 120.0) == [
        "/a/path/without/any/blank/that/is/far/too/long/for/it"
    ]
    assert rows.lines("", 120.0) == [""]


def test_raising_the_lower_bound_takes_the_upper_along(extension):
    wishes = bpy.context.scene.rescue_synth
    wishes.people.rescuers[0] = 9
    assert tuple(wishes.people.rescuers) == (9, 9)
    wishes.camera.altitude = (50.0, 20.0)
    assert tuple(wishes.camera.altitude) == (50.0, 50.0)
