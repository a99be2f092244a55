"""The autoencoders: their size against the published one, what they learn, how crops are drawn, and every fault."""

from __future__ import annotations

import csv
import json
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from ml.__main__ import main  # noqa: E402
from ml.crops import store  # noqa: E402
from ml.crops.frames import CropsError  # noqa: E402
from ml.synth import classifier, ensemble, settings  # noqa: E402
from ml.synth.autoencoder import PUBLISHED, Autoencoder, Weights, loss  # noqa: E402
from ml.synth.console import Console  # noqa: E402
from ml.synth.faults import Stopped, TrainingError  # noqa: E402
from ml.synth.fitting import Guard  # noqa: E402
from ml.synth.sampling import Sampler  # noqa: E402
from ml.synth.settings import Sampling  # noqa: E402
from ml.synth.template import Classifier, Template, count, initialise  # noqa: E402
from tests.ml import shapes_of_crops as shapes  # noqa: E402

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def wishes(tmp_path_factory) -> settings.Settings:
    file = tmp_path_factory.mktemp("settings") / "study.toml"
    file.write_text(shapes.SETTINGS)
    return settings.load(file)


@pytest.fixture(scope="module")
def judge(wishes) -> Classifier:
    model = Classifier(classifier.template_of(wishes.model), 3)
    initialise(model, 1)
    return model.eval()


def same(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_the_autoencoder_has_the_stated_number_of_parameters():
    every, trainable = count(Autoencoder(Template(), 74))
    assert (every, trainable) == (2_244_083, 2_236_083)
    assert every - trainable == PUBLISHED[0] - PUBLISHED[1] == 8000
    assert every - PUBLISHED[0] == 123


def test_no_latent_size_meets_the_published_number():
    sizes = [count(Autoencoder(Template(), latent))[0] for latent in (1, 2, 3)]
    step = sizes[1] - sizes[0]
    assert step == sizes[2] - sizes[1] == 8066
    assert (PUBLISHED[0] - sizes[0]) % step != 0


@pytest.mark.parametrize(("size", "groups"), [(32, 4), (16, 3), (24, 2)])
def test_what_comes_back_has_the_size_of_what_went_in(size, groups):
    model = Autoencoder(Template(groups, 4, 0.8, size), 3)
    made, mean, spread = model(torch.rand(2, 3, size, size), torch.zeros(2, 3))
    assert made.shape == (2, 3, size, size) and mean.shape == spread.shape == (2, 3)
    assert made.min() >= 0 and made.max() <= 1


def test_the_divergence_is_that_of_normal_distributions():
    crops = torch.rand(4, 3, 8, 8)
    mean, spread = torch.full((4, 2), 0.5), torch.full((4, 2), 0.2)
    normal = torch.distributions.Normal(mean, torch.exp(spread / 2))
    wanted = torch.distributions.kl_divergence(normal, torch.distributions.Normal(0.0, 1.0)).sum() / 4
    total, parts = loss(crops, crops + 0.1, mean, spread, Weights(beta=2.0))
    assert parts["divergence"] == pytest.approx(float(wanted), rel=1e-5)
    assert float(total) == pytest.approx(0.01 * 192 + 2 * float(wanted), rel=1e-4)


def test_a_learned_variance_weighs_the_divergence_by_the_error_at_hand():
    """The gradient is that of D/2 log(pixels / D) + divergence, times 2 v = 2 pixels / D."""
    crops, mean, spread = torch.rand(4, 3, 8, 8), torch.randn(4, 2, requires_grad=True), torch.zeros(4, 2)
    made = crops + 0.1 * mean.sum()
    loss(crops, made, mean, spread, Weights(beta=1.0, learned=True))[0].backward(retain_graph=True)
    found, mean.grad = mean.grad.clone(), None
    pixels = (made - crops).square().sum() / 4
    bound = 96 * torch.log(pixels / 192) + 0.5 * mean.square().sum() / 4
    (2 * pixels.detach() / 192 * bound).backward()
    assert found == pytest.approx(mean.grad, rel=1e-4)


def test_divergence_below_the_free_nats_is_pushed_no_further():
    crops, mean, spread = torch.rand(4, 3, 8, 8), torch.tensor([[0.1, 2.0]] * 4, requires_grad=True), torch.zeros(4, 2)
    loss(crops, crops, mean, spread, Weights(beta=1.0, free=0.5))[0].backward()
    assert mean.grad[:, 0].tolist() == [0] * 4 and (mean.grad[:, 1] > 0).all()


def test_beta_rises_along_a_line_to_its_full_weight():
    how = settings.Vae(beta=0.4, beta_warmup=0.5, steps=100)
    assert [ensemble.weights(how, step).beta for step in (0, 25, 50, 99)] == pytest.approx([0, 0.2, 0.4, 0.4])
    assert ensemble.weights(settings.Vae(beta=0.4), 0).beta == 0.4


def test_the_encoder_starts_from_the_classifier(wishes, judge):
    model = Autoencoder(classifier.template_of(wishes.model), 5)
    assert not same(model.encoder, judge.encoder)
    model.start_from(judge)
    assert same(model.encoder, judge.encoder)


def test_it_learns_and_the_perceptual_loss_leaves_its_judge_alone(tmp_path, wishes, judge):
    found = shapes.crops(24, kinds=("disc",))
    before = {name: value.clone() for name, value in judge.state_dict().items()}
    weighed = settings.parse(
        settings.tree(wishes) | {"vae": {"latent": 6, "steps": 60, "batch": 12, "rate": 0.01, "perceptual": 1.0}}
    )
    model = ensemble.train(found, None, judge, weighed, tmp_path)
    assert all(torch.equal(before[name], value) for name, value in judge.state_dict().items())
    untrained = Autoencoder(model.template, 6)
    initialise(untrained, 1)
    errors = []
    for each in (untrained, model):
        given = Sampler(each, found.pixels, None, "float32").reconstruct(found.pixels).astype(float)
        errors.append(((given - found.pixels) ** 2).mean())
    assert errors[1] < 0.5 * errors[0]


@pytest.mark.parametrize("looks", [0, 3, 6])
def test_interrupted_and_resumed_is_bit_for_bit_the_same(tmp_path, wishes, judge, looks):
    new, old = shapes.crops(6, kinds=("disc",)), shapes.crops(9, seed=3, kinds=("disc",))
    whole = ensemble.train(new, old, judge, wishes, tmp_path / "whole")
    stop = chain(repeat(False, looks), repeat(True))
    with pytest.raises(Stopped):
        ensemble.train(new, old, judge, wishes, tmp_path / "parts", Guard(lambda: next(stop), save_every=4))
    parts = ensemble.train(new, old, judge, wishes, tmp_path / "parts")
    assert same(whole, parts)
    again, _ = ensemble.load(tmp_path / "parts")
    assert same(whole, again)


def test_one_crop_another_template_and_another_run_are_refused(tmp_path, wishes, judge):
    with pytest.raises(CropsError, match=r"^1 crop of disc: .* at least 2"):
        ensemble.train(shapes.crops(1, kinds=("disc",)), None, judge, wishes, tmp_path)
    with pytest.raises(CropsError, match="template"):
        ensemble.train(shapes.crops(4), None, Classifier(Template(2, 4, 0.8, 16), 3), wishes, tmp_path)
    with pytest.raises(ValueError, match="latent size 0"):
        Autoencoder(Template(), 0)
    with pytest.raises(TrainingError, match="train first"):
        ensemble.load(tmp_path / "nowhere")


def test_classes_share_autoencoders_as_configured(wishes):
    shared = settings.parse(settings.tree(wishes) | {"vae": {"ensembles": [["bar", "cross"]]}})
    assert ensemble.groups(shapes.crops(2), shared) == [("bar", "cross"), ("disc",)]
    assert ensemble.groups(shapes.crops(2, kinds=("cross", "disc")), shared) == [("cross",), ("disc",)]
    wrong = settings.parse(settings.tree(wishes) | {"vae": {"ensembles": [["boat"]]}})
    with pytest.raises(CropsError, match="boat"):
        ensemble.groups(shapes.crops(2), wrong)


@pytest.fixture(scope="module")
def sampler(wishes) -> Sampler:
    model = Autoencoder(classifier.template_of(wishes.model), 5)
    initialise(model, 2)
    new, old = shapes.crops(6, kinds=("disc",)).pixels, shapes.crops(9, seed=3, kinds=("disc",)).pixels
    return Sampler(model, new, old, "float32")


MIX = Sampling(modes=dict.fromkeys(settings.MODES, 1), detail=0.5)


def test_crop_k_is_the_same_however_many_are_drawn(sampler):
    few, many = sampler.draw(5, MIX, 7), sampler.draw(30, MIX, 7)
    assert np.array_equal(few.pixels, many.pixels[:5]) and few.sources == many.sources[:5]
    assert set(many.modes) == set(settings.MODES)
    assert not np.array_equal(few.pixels, sampler.draw(5, MIX, 8).pixels)


def test_without_noise_the_posterior_gives_the_crops_back(sampler):
    drawn = sampler.draw(8, Sampling(spread=0.0), 1)
    sources = [source[0] for source in drawn.sources]
    assert np.array_equal(drawn.pixels, sampler.reconstruct(sampler.real[sources]))


def test_the_posterior_follows_mu_and_sigma(sampler):
    """Eq. 1: z = mu + sigma * eps, by the moments of what is drawn around one crop."""
    one = Sampler(sampler.model, sampler.real[:2], None, "float32")
    latent = []
    one.decode = lambda places: latent.append(places) or np.zeros((len(places), 16, 16, 3), np.uint8)
    drawn, places = one.draw(600, Sampling(), 3), one.new_places
    first = np.array([source[0] == 0 for source in drawn.sources])
    assert latent[0][first].mean(0) == pytest.approx(places.mean[0], abs=0.25 * float(places.sigma[0].max()))
    assert latent[0][first].std(0) == pytest.approx(places.sigma[0], rel=0.2)


def test_a_walk_begins_and_ends_at_its_two_crops(sampler):
    walk = sampler.between(sampler.real[0], sampler.real[3], 5)
    ends = sampler.reconstruct(sampler.real[[0, 3]])
    assert np.array_equal(walk[[0, -1]], ends)


def test_moved_crops_keep_the_detail_of_the_old_one(sampler):
    still = Sampler(sampler.model, sampler.real, sampler.old, "float32")
    still.way = np.zeros_like(still.way)
    drawn = still.draw(6, Sampling(modes={"moved": 1}, spread=0.0), 2)
    assert np.array_equal(drawn.pixels, sampler.old[[source[0] for source in drawn.sources]])
    alone = Sampler(sampler.model, sampler.real, None, "float32")
    with pytest.raises(TrainingError, match="--old"):
        alone.draw(2, Sampling(modes={"moved": 1}), 1)


def test_the_fitted_normal_has_the_moments_of_all_places(sampler):
    """Law of total variance: cov z = cov mu + mean sigma^2, by what is drawn."""
    latent = []
    one = Sampler(sampler.model, sampler.real, None, "float32")
    one.decode = lambda places: latent.append(places) or np.zeros((len(places), 16, 16, 3), np.uint8)
    one.draw(4000, Sampling(modes={"fitted": 1}), 3)
    mean, sigma = one.new_places.mean, one.new_places.sigma
    wanted = np.cov(mean, rowvar=False, bias=True) + np.diag((sigma**2).mean(0))
    assert latent[0].mean(0) == pytest.approx(mean.mean(0), abs=0.1 * float(np.sqrt(wanted.max())))
    assert np.cov(latent[0], rowvar=False) == pytest.approx(wanted, abs=0.1 * float(wanted.max()))


@pytest.mark.parametrize("mode", ["posterior", "between"])
def test_kept_detail_is_what_the_decoder_could_not_draw_of_the_first_source(sampler, mode):
    bare, half, whole = (sampler.draw(6, Sampling(modes={mode: 1}, detail=d), 2) for d in (0.0, 0.5, 1.0))
    assert bare.sources == whole.sources
    first = [source[0] for source in whole.sources]
    lost = sampler.real[first].astype(int) - sampler.reconstruct(sampler.real)[first]
    assert np.array_equal(whole.pixels, np.clip(bare.pixels + lost, 0, 255))
    inside = (bare.pixels + lost >= 0) & (bare.pixels + lost <= 255)
    between = (half.pixels.astype(int) - bare.pixels)[inside]
    assert between == pytest.approx(lost[inside] / 2, abs=0.51)


def test_crops_of_any_class_move_the_same_way(sampler):
    others = shapes.crops(5, kinds=("bar",)).pixels
    still = Sampler(sampler.model, sampler.real, sampler.old, "float32")
    still.way = np.zeros_like(still.way)
    assert np.array_equal(still.moved(others), others)
    assert not np.array_equal(sampler.moved(others), others)
    assert sampler.moved(others[:0]).shape == (0, 16, 16, 3)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """A folder with crops, settings, classifier and autoencoders, made by the commands."""
    root = tmp_path_factory.mktemp("vae")
    (root / "settings.toml").write_text(shapes.SETTINGS + 'ensembles = [["bar", "cross"]]\n')
    shapes.write(root / "crops", 5, 2)
    common = ["--crops", str(root / "crops"), "--config", str(root / "settings.toml")]
    assert main(["classify", "train", *common, "--output", str(root / "classifier")]) == 0
    common += ["--classifier", str(root / "classifier")]
    assert main(["vae", "train", *common, "--output", str(root / "vae")]) == 0
    assert sorted(path.name for path in (root / "vae").iterdir()) == ["bar+cross", "disc"]
    return root


def arguments(root: Path, *more: str) -> list[str]:
    places = [("--crops", "crops"), ("--config", "settings.toml"), ("--classifier", "classifier")]
    return [word for option, name in places for word in (option, str(root / name))] + [*more]


def test_drawn_crops_are_a_set_with_a_table_of_qualities(trained, tmp_path, capsys):
    more = ["--vae", str(trained / "vae"), "--output", str(tmp_path), "--count", "9", "--keep", "0.5", "--json"]
    assert main(["vae", "sample", *arguments(trained, *more)]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["event"] for event in events if event["event"] != "message"] == ["start", *["frame"] * 3, "done"]
    assert Path(events[1]["image"]).stat().st_size > 1000
    made = store.read(tmp_path, 16)
    assert made.counts == {"bar": 9, "cross": 9, "disc": 9}
    rows = list(csv.DictReader((tmp_path / "cross.csv").read_text().splitlines()))
    assert all(bool(row["file"]) == (row["kept"] == "1") for row in rows)
    assert len(rows) == 18 and sum(bool(row["file"]) for row in rows) == 9
    assert {"realism", "distance", "density", "separation", "copy", "entropy", "sharpness"} <= set(rows[0])
    assert all(row["nearest_crop"].startswith("train/cross/") for row in rows)
    worth = {bool(row["file"]): [] for row in rows}
    for row in rows:
        worth[bool(row["file"])].append((row["copy"] == "0", float(row["score"])))
    assert min(worth[True]) >= max(worth[False])


def test_a_stop_is_heard_within_a_class_and_the_same_command_ends_as_if_nothing_had_been(
    trained, tmp_path, monkeypatch
):
    def command(folder: Path) -> int:
        return main(["vae", "sample", *arguments(trained, "--vae", str(trained / "vae"), "--output", str(folder))])

    asked = []
    monkeypatch.setattr(Console, "stop", lambda _: bool(asked.append(1)))
    assert command(tmp_path / "calm") == 0
    calm = {path.name: path.read_bytes() for path in (tmp_path / "calm").rglob("*.*")}
    often = len(asked)
    assert often > 3 * 9  # oftener than once a class, and once a crop
    for until in (3, often // 2):
        left = iter([False] * until)
        monkeypatch.setattr(Console, "stop", lambda _, left=left: next(left, True))
        assert command(tmp_path / "cut") == 0
        assert not (tmp_path / "cut" / "disc.csv").exists()
    monkeypatch.setattr(Console, "stop", lambda _: False)
    assert command(tmp_path / "cut") == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "cut").rglob("*.*")} == calm


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "--output", "o", "--latent", "0"], "vae.latent = 0; allowed: a whole number from 1"),
        (["train", "--output", "o", "--class", "boat"], "boat"),
        (["sample", "--output", "o", "--vae", "nowhere"], "no autoencoder"),
        (["sample", "--output", "o", "--vae", "nowhere", "--keep", "0"], "sampling.keep"),
    ],
)
def test_a_wrong_wish_is_one_line_and_exit_code_2(trained, tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    assert main(["vae", words[0], *arguments(trained, *words[1:])]) == 2
    err = capsys.readouterr().err.strip()
    assert said in err and "\n" not in err


def test_a_class_with_one_crop_is_refused(trained, tmp_path, capsys):
    file = tmp_path / "few" / "train" / "disc" / "a.png"
    file.parent.mkdir(parents=True)
    file.write_bytes(store.png(shapes.crop("disc", 0)))
    words = arguments(trained, "--output", str(tmp_path / "o"))
    words[1] = str(tmp_path / "few")
    assert main(["vae", "train", *words]) == 2
    assert "at least 2" in capsys.readouterr().err
