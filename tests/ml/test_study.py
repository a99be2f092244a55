"""The study: the same results however often it was interrupted, no scene on two sides, equal arms, one page."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from dataset import recipe
from ml.__main__ import main
from ml.crops import store
from ml.crops.frames import CropsError
from ml.crops.store import CropSet
from ml.evaluate import charts
from ml.synth import arms, domains, figures, page, pool, quality, settings, study
from ml.synth.faults import Stopped, TrainingError
from ml.synth.pool import Pool
from ml.synth.quality import Quality
from ml.synth.study import Watch
from tests.ml import shapes_of_crops as shapes

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
[study]
name = "Shapes in <winter>"
seeds = [4]
old = "crops"
shift = "winter"
targets = ["disc"]
new_count = 6
added = 8
retrain_steps = 3
arms = ["before", "augmented balanced", "vae filtered", "vae moved all"]
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("study")
    shapes.write(root / "crops", 24, 12)
    (root / "study.toml").write_text(shapes.SETTINGS + CONFIG)
    return root / "study.toml"


@pytest.fixture(scope="module")
def finished(config) -> Path:
    """The output of the command, never interrupted."""
    output = config.parent / "out"
    assert main(["synthesis-study", "--config", str(config), "--output", str(output)]) == 0
    return output


def test_interrupted_again_and_again_it_comes_to_the_same_results(config, finished, tmp_path):
    wishes = settings.load(config)
    stops, results = 0, None
    while results is None:
        looks = chain(repeat(False, 9), repeat(True))
        try:
            results = study.run(wishes, tmp_path, Watch(stop=lambda looks=looks: next(looks)))
        except Stopped:
            stops += 1
    assert stops >= 2
    wanted = json.loads((finished / page.JSON_FILE).read_bytes())["seeds"]
    assert json.dumps(results) == json.dumps(wanted), "as text: nan is not equal to itself"


def test_the_page_needs_no_other_file_and_names_every_arm(finished):
    text = (finished / page.PAGE).read_text()
    assert all(source.startswith("data:") for source in re.findall(r"src='([^']{5})", text))
    assert not re.search(r"https?:|<link|<script", text)
    assert "Shapes in &lt;winter&gt;" in text and "<winter>" not in text
    table = (finished / page.TABLE).read_text()
    for arm in ("before", "augmented balanced", "vae filtered", "vae moved all"):
        assert f"| {arm} |" in table and f"<td>{arm}</td>" in text


def test_the_page_shows_gain_price_and_what_damage_does(finished):
    text = (finished / page.PAGE).read_text()
    assert text.count("<svg") == 3
    for name in ("arms", "blur", "noise"):
        assert (finished / f"{name}.png").read_bytes()[:4] == b"\x89PNG"
    tree = json.loads((finished / page.JSON_FILE).read_bytes())
    damage = tree["seeds"][0]["vae"]["disc"]["damage"]
    for kind in ("blur", "noise"):
        steps = damage["steps"][kind]
        assert len(steps["together"]) == len(steps["strengths"]) and steps["sharpness"][0] != steps["sharpness"][-1]
        assert all(0 <= share <= 1 for name, shares in steps.items() if name != "strengths" for share in shares)


@pytest.mark.parametrize(
    ("targets", "shared", "autoencoders"),
    [((), [], 3), (("disc",), [], 1), ((), [["bar", "disc"]], 2), (("cross",), [["bar", "disc"]], 1)],
)
def test_a_study_knows_its_stages_before_the_first_one(tmp_path, targets, shared, autoencoders):
    chosen = {"seeds": [1, 2], "targets": list(targets), "arms": ["before", "vae"]}
    wishes = settings.parse({"study": chosen, "vae": {"ensembles": shared}})
    assert study.stages(wishes, tmp_path, shapes.KINDS) == (2 * (1 + autoencoders + 2), 0)
    unmade = replace(wishes, study=replace(wishes.study, arms=("before", "augmented")))
    assert study.stages(unmade, tmp_path, shapes.KINDS) == (2 * 3, 0)


def test_every_drawn_crop_is_in_the_studys_table(finished):
    folder = finished / "seed_4" / "vae" / "disc"
    rows = list(csv.DictReader((folder / "disc.csv").read_text().splitlines()))
    assert len(rows) == 8 and sum(row["kept"] == "1" for row in rows) == 4
    assert (folder / "curve.csv").is_file() and (finished / "seed_4" / "classifier" / "curve.png").is_file()


def test_the_figure_of_the_arms_puts_each_share_where_it_belongs():
    columns = dict.fromkeys(page.COLUMNS, 50.0) | {"new_target": 100.0, "new_taken": 0.0}
    drawn = figures.trade({"before": {"mean": columns, "spread": dict.fromkeys(page.COLUMNS, 0.0)}})
    squares = {item[2]: item[1][0] for item in drawn.items if item[0] == "box" and item[1][2] == 7}
    found, taken, every = (squares[charts.PALETTE[place]] for place in range(3))
    assert taken < every < found and every == pytest.approx((taken + found) / 2)
    assert found + 7 <= drawn.width


def test_progress_is_one_event_a_stage_and_a_finished_study_is_only_written_anew(config, finished, capsys):
    words = ["synthesis-study", "--config", str(config), "--output", str(finished), "--json"]
    assert main(words) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events[0] == {"event": "start", "total": 6, "there": 6}
    assert events[1:] == [{"event": "done", "made": 0, "there": 6, "page": str(finished / page.PAGE)}]


def test_other_settings_are_refused_and_more_arms_are_not(config, finished):
    wishes = settings.load(config)
    with pytest.raises(TrainingError, match="other crops or settings"):
        study.run(replace(wishes, study=replace(wishes.study, added=9)), finished)
    more = replace(wishes, study=replace(wishes.study, arms=(*wishes.study.arms, "oversampled")))
    assert set(study.run(more, finished)[0]["arms"]) == set(more.study.arms)


def test_no_scene_is_on_two_sides(config):
    wishes = settings.load(config)
    old, new = domains.load(wishes)
    found = domains.pick(old, new, wishes, 3)
    assert found.new.counts == {"bar": 0, "cross": 0, "disc": 6}
    names = [set(part.names) for part in (found.old, found.new, found.old_test, found.new_test)]
    assert sum(map(len, names)) == len(set.union(*names))
    assert not np.array_equal(found.new.pixels, new.take([new.names.index(n) for n in found.new.names]).pixels)
    same = replace(new, scenes=tuple("yard" for _ in new.scenes))
    with pytest.raises(CropsError, match="scenes are in training and in a test"):
        domains.pick(old, same, wishes, 3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"targets": ("boat",)}, "boat"),
        ({"old": ""}, "study.old is missing"),
        ({"shift": ""}, "name the new domain"),
        ({"old": "/nowhere"}, "no such folder"),
    ],
)
def test_a_study_that_makes_no_sense_is_refused(config, tmp_path, change, said):
    wishes = settings.load(config)
    with pytest.raises(CropsError, match=said):
        study.run(replace(wishes, study=replace(wishes.study, **change)), tmp_path / "out")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[study]\narms = ["magic"]', "study.arms"),
        ("[study]\nseeds = []", "study.seeds"),
        ("[model]\nsize = 20", "model.size = 20"),
        ("[vae]\nlatent = 0", "vae.latent = 0"),
        ("[vae]\nensembles = [[]]", "none of them empty"),
        ("colour = 1", "unknown key colour"),
        ("seed = ", "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_one_line_and_exit_code_2(tmp_path, capsys, text, said):
    (tmp_path / "study.toml").write_text(text)
    words = ["synthesis-study", "--config", str(tmp_path / "study.toml"), "--output", str(tmp_path / "out")]
    assert main(words) == 2
    err = capsys.readouterr().err.strip()
    assert said in err and "\n" not in err


@pytest.mark.parametrize("command", ["crops", "classify", "vae", "synthesis-study"])
def test_help_loads_nothing_heavy(command):
    code = (
        "import sys\nfrom ml.__main__ import main\n"
        f"try:\n    main([{command!r}, '--help'])\nexcept SystemExit:\n    pass\n"
        "print('loaded', *{'torch', 'cv2', 'numpy'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "loaded", done.stdout + done.stderr


def test_settings_survive_their_own_printing(config, tmp_path):
    wishes = settings.load(config)
    (tmp_path / "again.toml").write_text(settings.dumps(wishes))
    assert settings.load(tmp_path / "again.toml") == wishes
    assert settings.parse(settings.tree(wishes)) == wishes


@pytest.mark.parametrize("file", sorted((ROOT / "docs" / "studies").glob("*.toml")), ids=lambda file: file.stem)
def test_the_studies_of_the_documentation_can_be_read(file):
    if file.stem.endswith("_frames"):
        assert recipe.load(file).frames > 0
    else:
        wishes = settings.load(file)
        assert wishes.study.name and Path(wishes.study.old).resolve().is_relative_to(ROOT / "out")


def made_pool(count: int) -> Pool:
    """``count`` made discs whose realism rises with their number, as many moved, and a few moved bars and crosses."""
    values = {name: np.zeros(count) for name in quality.columns()}
    values |= {"realism": np.arange(count, dtype=float), "copy": np.zeros(count, bool), "sharpness": np.ones(count)}
    made, moved = (shapes.crops(count, seed=seed, kinds=("disc",)).pixels for seed in (8, 9))
    others = shapes.crops(7, seed=10, kinds=("bar", "cross"))
    return Pool(made, Quality(**values), moved, others.pixels, others.labels)


DIFFERENT = {
    "oversampled": 6,
    "augmented": 20,
    "recoloured": 9,
    "vae": 20,
    "vae thinned": 5,
    "vae filtered": 5,
    "vae moved": 20,
    "vae and real": 11,
}
"""Arm -> how many different crops lie in its 20 places: 6 real new discs, 9 old ones, 20 made, a quarter kept."""


def added(arm: str, new: CropSet) -> CropSet | None:
    wishes = settings.parse({"study": {"added": 20}, "sampling": {"keep": 0.25, "score": "realism"}})
    return arms.added(arm, shapes.crops(9, seed=4), new, {"disc": made_pool(20)}, wishes, 1)


@pytest.mark.parametrize("ending", ["", settings.BALANCED])
def test_every_arm_fills_the_same_number_of_places(ending):
    new = shapes.crops(6, kinds=("disc",))
    found = {arm: added(arm + ending, new) for arm in DIFFERENT}
    assert all(crops.counts == {"bar": 0, "cross": 0, "disc": 20} for crops in found.values())
    assert {arm: len(np.unique(crops.pixels.reshape(20, -1), axis=0)) for arm, crops in found.items()} == DIFFERENT
    assert len(added("real" + ending, new)) == 6
    best = made_pool(20).made[15:]
    assert np.array_equal(found["vae filtered"].pixels[:5], best), "filtered and thinned differ in choice alone"


def test_arms_of_all_classes_move_the_others_too():
    new = shapes.crops(6, kinds=("disc",))
    for arm in ("recoloured all", "vae moved all", "vae and moved all"):
        assert added(arm, new).counts == {"bar": 20, "cross": 20, "disc": 20}, arm
    pool = made_pool(20)
    moved = added("vae moved all", new).of_class("bar").pixels
    assert np.array_equal(moved[:7], pool.others[pool.other_labels == 0])
    both = added("vae and moved all", new).of_class("disc").pixels
    assert np.array_equal(both[10:16], new.pixels), "half of the targets are real"


def test_recoloured_crops_have_the_colours_of_the_others():
    pixels, like = shapes.crops(9, seed=4).pixels, shapes.crops(9, seed=5).pixels // 2 + 60
    found = arms.recoloured(pixels, like).astype(float)
    for figure in (np.mean, np.std):
        assert figure(found, (0, 1, 2)) == pytest.approx(figure(like.astype(float), (0, 1, 2)), abs=1)


def test_every_arm_is_explained():
    assert set(settings.COMPARED) <= set(settings.ARMS)
    assert all(arms.about(arm) for arm in settings.ARMS)
    assert "as often as every other" in arms.about("vae balanced") and arms.balanced("vae balanced")
    assert added("before", shapes.crops(6, kinds=("disc",))) is None


def test_a_pool_comes_back_as_it_was_kept_and_a_damaged_one_is_named(tmp_path):
    kept = made_pool(5)
    pool.write(tmp_path / "disc.npz", kept)
    found = pool.read(tmp_path / "disc.npz")
    assert np.array_equal(found.made, kept.made) and np.array_equal(found.other_labels, kept.other_labels)
    assert np.array_equal(found.judged.realism, kept.judged.realism)
    whole = (tmp_path / "disc.npz").read_bytes()
    for cut in (0, 20, len(whole) // 2):
        (tmp_path / "disc.npz").write_bytes(whole[:cut])
        with pytest.raises(TrainingError, match="delete its folder"):
            pool.read(tmp_path / "disc.npz")


def test_measures_of_an_arm_by_hand():
    result = {
        "old": {"classes": ["a", "b", "c"], "counts": [[9, 1, 0], [2, 8, 0], [0, 0, 0]]},
        "new": {"classes": ["a", "b", "c"], "counts": [[5, 5, 0], [6, 4, 0], [2, 0, 8]]},
    }
    found = page.measures(result, ["a"])
    assert found == pytest.approx(
        {
            "old_target": 90, "new_target": 50, "old_all": 85, "new_all": 170 / 3, "new_others": 60, "old_taken": 20,
            "new_taken": 40,
        }
    )  # fmt: skip
    table = page.summary([{"arms": {"before": result}}, {"arms": {"before": result}}], ["a"])
    assert table["before"]["mean"]["new_target"] == 50 and table["before"]["spread"]["new_target"] == 0


def test_the_study_reads_damaged_crops_around(config, tmp_path):
    shapes.write(tmp_path / "crops", 4, 3)
    bad = tmp_path / "crops" / "train" / "disc" / "disc1_000.png"
    bad.write_bytes(bad.read_bytes()[:20])
    found = store.read(tmp_path / "crops", 16)
    assert found.counts["disc"] == 6 and "disc1_000.png" in found.problems[0]
