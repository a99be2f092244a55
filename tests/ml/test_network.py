"""The network: its parts do what pretrained weights expect, and its checkpoints are loaded safely or not at all."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError

import pytest

torch = pytest.importorskip("torch")

from ml.network import checkpoint, lite0, weights  # noqa: E402
from ml.network import design as designs  # noqa: E402
from ml.network.backbones import Body, classifier, freeze, pyramid  # noqa: E402
from ml.network.checkpoint import CheckpointError  # noqa: E402
from ml.network.design import BACKBONES, Design, DesignError  # noqa: E402
from ml.network.model import build  # noqa: E402
from ml.network.norm import StillBatchNorm  # noqa: E402
from ml.network.sampling import SeededSampler  # noqa: E402
from ml.network.weights import WeightsError  # noqa: E402

TINY = Design(("rescuer", "helmet"), size=64, width=16, proposals=20, samples=8)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(before)


def saved(folder: Path, design: Design = TINY, **changes: object) -> Path:
    """A run's folder with a best.pt of fresh weights."""
    folder.mkdir(exist_ok=True)
    state = {
        "config": {"format": 1, "network": designs.tree(design), "training": {}},
        "step": 3,
        "figures": {"ap50": 0.5},
        "averaged": build(design).state_dict(),
        **changes,
    }
    checkpoint.write(folder / checkpoint.BEST, state)
    return folder


def test_a_batch_norm_keeps_its_statistics_whatever_train_asks_for():
    norm = StillBatchNorm(2).train()
    norm.running_mean += 3
    still = norm.running_mean.clone()
    out = norm(torch.full((2, 2, 4, 4), 3.0))
    assert not norm.training
    assert torch.equal(norm.running_mean, still)
    assert out.abs().max() < 1e-6


def test_lite0_has_exactly_the_tensors_of_its_package():
    pytest.importorskip(lite0.PACKAGE)
    state = checkpoint.read_tensors(Path(lite0.packaged_weights()))
    own = lite0.Lite0().state_dict()
    assert {k: v.shape for k, v in state.items()} == {k: v.shape for k, v in own.items()}


def test_folding_a_norm_into_its_convolution_changes_nothing():
    conv, norm = lite0.SameConv(3, 5, 3, 2), lite0.still(5)
    for tensor in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
        torch.nn.init.uniform_(tensor, 0.5, 2.0)
    picture = torch.randn(2, 3, 8, 8)
    assert torch.allclose(lite0.folded(conv, norm, picture), norm(conv(picture)), atol=1e-6)


@pytest.mark.parametrize("backbone", [name for name in BACKBONES if name != "resnet50"])
@pytest.mark.parametrize("norm", designs.NORMS)
def test_every_backbone_gives_maps_at_strides_4_to_64(backbone, norm):
    maps = pyramid(replace(TINY, backbone=backbone, norm=norm))(torch.randn(1, 3, 64, 96))
    assert [tuple(m.shape[1:]) for m in maps.values()] == [(16, 64 // s, 96 // s) for s in (4, 8, 16, 32)] + [
        (16, 1, 2)
    ]


def test_frozen_stages_and_only_those_stay():
    body = pyramid(TINY).body
    freeze(body, 2)
    learning = {name.split(".")[0] for name, p in body.named_parameters() if p.requires_grad}
    assert isinstance(body, Body)
    assert learning == {"stage2", "stage3", "stage4"}


def test_pictures_without_anything_in_them_give_finite_losses_and_gradients():
    model = build(TINY).train()
    nothing = {
        "boxes": torch.zeros(0, 4),
        "labels": torch.zeros(0, dtype=torch.int64),
        "masks": torch.zeros(0, 64, 64, dtype=torch.uint8),
    }
    losses = model([torch.rand(3, 64, 64)], [nothing])
    sum(losses.values()).backward()
    assert all(torch.isfinite(loss) for loss in losses.values())
    assert all(p.grad is None or torch.isfinite(p.grad).all() for p in model.parameters())


def test_a_design_survives_json_and_says_what_is_wrong():
    assert designs.parse(designs.tree(TINY)) == TINY
    with pytest.raises(DesignError, match="unknown backbone 'vgg'"):
        designs.parse({**designs.tree(TINY), "backbone": "vgg"})
    with pytest.raises(DesignError, match="categories"):
        designs.parse({"categories": "rescuer"})
    with pytest.raises(DesignError, match="a name of its own"):
        Design(("a", "a"))


def test_samples_depend_on_the_pictures_seed_not_on_its_place_in_the_batch():
    matches = [torch.randint(-1, 3, (500,)) for _ in range(3)]
    sampler = SeededSampler(32, 0.25, 1)
    sampler.seeds = (5, 6, 7)
    together = sampler(matches)
    assert (sampler.drawn, sampler.positive) == (96, 24)
    for number, seed in enumerate((5, 6, 7)):
        sampler.seeds = (seed,)
        alone = sampler([matches[number]])
        assert torch.equal(alone[0][0], together[0][number])
        assert torch.equal(alone[1][0], together[1][number])
        assert not (alone[0][0] & (matches[number] < 1)).any()


def test_a_trained_network_is_loaded_ready_for_use(tmp_path):
    trained = checkpoint.load(saved(tmp_path / "run"), "cpu")
    assert (trained.categories, trained.size, trained.step) == (("rescuer", "helmet"), 64, 3)
    assert not trained.model.training
    with torch.no_grad():
        found = trained.model([torch.rand(3, 48, 80)])[0]
    assert found["masks"].shape[1:] == (1, 48, 80)
    assert set(found["labels"].tolist()) <= {1, 2}


def test_a_run_without_best_weights_gives_its_last(tmp_path):
    run = saved(tmp_path / "run")
    (run / checkpoint.BEST).rename(run / checkpoint.LAST)
    assert checkpoint.load(run, "cpu").step == 3


class Trap:
    """Runs code when it is unpickled the unsafe way."""

    def __reduce__(self):
        return (print, ("the trap was sprung",))


def spoil_cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def spoil_empty(file: Path) -> None:
    file.write_bytes(b"")


def spoil_text(file: Path) -> None:
    file.write_text("hello")


def spoil_foreign(file: Path) -> None:
    torch.save({"state_dict": {"a": torch.zeros(1)}}, file)


def spoil_trap(file: Path) -> None:
    torch.save({"kind": checkpoint.KIND, "format": 1, "x": Trap()}, file)


def spoil_plain_pickle(file: Path) -> None:
    file.write_bytes(pickle.dumps(Trap()))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_cut, "cut off"),
        (spoil_empty, "cut off"),
        (spoil_text, "copy it again"),
        (spoil_foreign, "not a checkpoint of `python -m ml train`"),
        (spoil_trap, "refused, it holds more than weights"),
        (spoil_plain_pickle, "refused|not a checkpoint"),
        (Path.unlink, "no such checkpoint"),
    ],
)
def test_a_bad_checkpoint_is_named_in_one_line_and_never_run(tmp_path, capsys, spoil, reason):
    run = saved(tmp_path / "run")
    spoil(run / checkpoint.BEST)
    with pytest.raises(CheckpointError, match=reason) as caught:
        checkpoint.load(run, "cpu")
    assert "\n" not in str(caught.value)
    assert str(run) in str(caught.value)
    assert "sprung" not in capsys.readouterr().out


def test_weights_that_do_not_fit_their_design_are_refused(tmp_path):
    run = saved(tmp_path / "run", averaged=build(replace(TINY, categories=("a", "b", "c"))).state_dict())
    with pytest.raises(CheckpointError, match="don't fit its design"):
        checkpoint.load(run, "cpu")


def test_a_device_that_is_not_there_is_named():
    with pytest.raises(CheckpointError, match="device 'nonsense'"):
        checkpoint.choose_device("nonsense")


def test_without_a_network_the_alternatives_are_named(monkeypatch):
    def offline(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)
    with pytest.raises(WeightsError, match=r"no route to host.*efficientnet_lite0.*--weights FILE") as caught:
        weights.start(replace(TINY, backbone="resnet18"), "imagenet", print)
    assert "\n" not in str(caught.value)


def test_a_classifiers_state_dict_starts_the_backbone(tmp_path):
    design = replace(TINY, backbone="resnet18")
    net = classifier(design)
    torch.save({"state_dict": net.state_dict()}, tmp_path / "net.pth")
    model = weights.start(design, str(tmp_path / "net.pth"), print)
    assert torch.equal(model.backbone.body.stage4[1].conv2.weight, net.layer4[1].conv2.weight)
    with pytest.raises(WeightsError, match="not the weights of a mobilenet_v3"):
        weights.start(replace(TINY, backbone="mobilenet_v3"), str(tmp_path / "net.pth"), print)


def test_another_runs_categories_are_carried_over_by_name(tmp_path):
    run = saved(tmp_path / "run")
    design = weights.design_for(Design(("vest", "helmet"), size=64), str(run), {"size": 64})
    assert (design.width, design.categories) == (16, ("vest", "helmet"))
    said: list[str] = []
    model = weights.start(design, str(run), said.append)
    before = checkpoint.load(run, "cpu").model
    ours, theirs = model.roi_heads.box_predictor, before.roi_heads.box_predictor
    assert torch.equal(ours.cls_score.weight[[0, 2]], theirs.cls_score.weight[[0, 2]])
    assert torch.equal(ours.bbox_pred.weight[8:12], theirs.bbox_pred.weight[8:12])
    assert not torch.equal(ours.cls_score.weight[1], theirs.cls_score.weight[1])
    assert "it knows helmet; new to it: vest" in said[0]
    with pytest.raises(WeightsError, match="trained with backbone efficientnet_lite0"):
        weights.design_for(Design(("vest",)), str(run), {"backbone": "resnet18"})
