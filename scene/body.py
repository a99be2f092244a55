"""The base mesh and one person's body: macro targets, identity, skeleton and skin weights.

Rest pose: MakeHuman's A-pose, metres, z up, facing -y, +x the person's left, soles at z = 0.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..dataset.spec import BodySpec, stream

FILE = "people.npz"
STEP = 0.001
RACES = ("caucasian", "african", "asian")


class AssetError(Exception):
    """Assets are missing or damaged; the message says which command makes them."""


@dataclass(frozen=True, eq=False)
class Base:
    """The base mesh as bake/people.py stores it (decimetres, y up, facing +z)."""

    vertices: np.ndarray
    faces: np.ndarray
    groups: dict[str, np.ndarray]
    targets: dict[str, np.ndarray]
    bones: tuple[str, ...]
    parents: np.ndarray
    joints: np.ndarray
    ground: np.ndarray
    weights: np.ndarray

    def bone(self, name: str) -> int:
        """Index of a bone."""
        return self.bones.index(name)


def load_base(assets: Path) -> Base:
    """Read the base mesh, once a process. Raises ``AssetError``."""
    return _load(str(Path(assets) / FILE))


@lru_cache(maxsize=2)
def _load(path: str) -> Base:
    try:
        with np.load(path) as data:
            count, bones = len(data["vertices"]), tuple(map(str, data["bones"]))
            weights = np.zeros((count, len(bones)), np.float32)
            share = data["weights"].astype(np.float32) / 65535
            np.put_along_axis(weights, data["weight_bones"].astype(int), share, 1)
            weights /= np.maximum(weights.sum(1, keepdims=True), 1e-6)
            faces = data["faces"].astype(np.int32)
            names = [str(name) for name in data["group_names"]]
            groups = {name: faces[data["face_groups"] == k] for k, name in enumerate(names)}
            targets = dict(zip(map(str, data["target_names"]), data["targets"], strict=True))
            return Base(
                data["vertices"].astype(float), faces, groups, targets, bones, data["parents"].astype(int),
                data["joints"], data["ground"], weights,
            )  # fmt: skip
    except FileNotFoundError:
        raise AssetError(f"no body data at {path}: run `make assets` (python scripts/build_assets.py)") from None
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise AssetError(f"{path} is damaged ({error}): delete it and run `make assets`") from error


class Body:
    """One person's body in the rest pose."""

    def __init__(self, base: Base, spec: BodySpec, seed: int | None) -> None:
        """``seed`` draws the face's identity; None: the plain average."""
        shaped = _shaped(base, spec, seed)
        points = np.stack([shaped[:, 0], -shaped[:, 2], shaped[:, 1]], 1) * 0.1
        points[:, 2] -= points[base.ground, 2].mean()
        self.base = base
        self.spec = spec
        self.vertices = points
        self.height = float(points[:13380, 2].max())
        self.scale = self.height / 1.75
        valid = base.joints >= 0
        spots = points[np.maximum(base.joints, 0)] * valid[..., None]
        ends = spots.sum(2) / valid.sum(2)[..., None]
        self.heads, self.tails = ends[:, 0], ends[:, 1]
        self.weights = base.weights
        self.kept: dict[str, Any] = {}
        """What builders work out on this body more than once."""

    def head(self, bone: str) -> np.ndarray:
        """The joint at the root of a bone, (3,)."""
        return self.heads[self.base.bone(bone)]

    def tail(self, bone: str) -> np.ndarray:
        """The joint at the end of a bone, (3,)."""
        return self.tails[self.base.bone(bone)]


def as_tall(base: Base, spec: BodySpec, metres: float) -> BodySpec:
    """The same body with the stature that comes nearest to a height within what the base mesh can plausibly show."""
    statures = np.linspace(0.25, 0.68, 6)
    heights = [Body(base, replace(spec, stature=float(value)), None).height for value in statures]
    return replace(spec, stature=float(np.interp(metres, heights, statures)))


@lru_cache(maxsize=2)
def reference(base: Base) -> Body:
    """The average body that cutting rules and material coordinates refer to."""
    return Body(base, BodySpec(sex=0.6, age=0.6, muscle=0.5, weight=0.5, stature=0.5, skin=(1.0, 0.0, 0.0)), None)


def _shaped(base: Base, spec: BodySpec, seed: int | None) -> np.ndarray:
    """The base mesh's vertices under the targets of a spec, decimetres."""
    shares = _macro(spec)
    if seed is not None:
        shares |= _features(base, spec, stream(seed, "identity"))
    out = base.vertices.copy()
    for name, share in shares.items():
        target = base.targets.get(name)
        if target is not None and abs(share) > 1e-3:
            out += target * (share * STEP)
    return out


FALLING = ("-decr", "-down", "-out", "-backward", "-concave")
"""Ends of targets that go the other way than their twins."""

SPREAD = {"head": 0.16, "forehead": 0.25, "nose": 0.28, "chin": 0.22, "mouth": 0.22, "cheek": 0.25, "eyes": 0.2,
          "eyebrows": 0.3, "ears": 0.3, "neck": 0.15, "stomach": 0.3, "expression": 0.13}  # fmt: skip


def _features(base: Base, spec: BodySpec, draw: np.random.Generator) -> dict[str, float]:
    """Shares of the targets of face and expression: one draw a feature, nearly the same on both sides."""
    drawn: dict[str, float] = {}
    found = {}
    for name in sorted(name for name in base.targets if not name.startswith("macrodetails")):
        kind = name.partition("/")[0]
        stem = name.replace("/l-", "/").replace("/r-", "/").replace("-left-", "-").replace("-right-", "-")
        stem, _, end = stem.rpartition("-")
        if kind == "expression" or end not in ("incr", "decr", "up", "down", "in", "out", "convex", "concave"):
            stem = f"{stem}-{end}"
        if stem not in drawn:
            drawn[stem] = float(draw.normal(0.0, SPREAD[kind]))
        share = drawn[stem] + float(draw.normal(0.0, 0.04))
        if stem.endswith(("mouth-open", "closure")):  # a face at rest has its mouth shut and its eyes open
            share *= 0.2
        if stem.endswith("head-age"):
            share = 0.3 * share + 0.6 * max(0.0, spec.age - 0.55)
        found[name] = min(1.1, max(0.0, -share if name.endswith(FALLING) else share))
    return found


def _macro(spec: BodySpec) -> dict[str, float]:
    """Target name -> share, products of piecewise linear factors as in MakeHuman's macro.json."""
    sexes = {"male": spec.sex, "female": 1 - spec.sex}
    ages = {"young": min(1.0, 2 - 2 * spec.age), "old": max(0.0, 2 * spec.age - 1)}
    heights = {"minheight": max(0.0, 1 - 2 * spec.stature), "maxheight": max(0.0, 2 * spec.stature - 1)}
    found: dict[str, float] = {}
    for sex, a in sexes.items():
        for age, b in ages.items():
            for race, c in zip(RACES, spec.skin, strict=True):
                found[f"macrodetails/{race}-{sex}-{age}"] = a * b * c
            for height, c in heights.items():
                found[f"macrodetails/height/{sex}-{age}-averagemuscle-averageweight-{height}"] = a * b * c
            for muscle, c in _three(spec.muscle, "muscle").items():
                for weight, d in _three(spec.weight, "weight").items():
                    found[f"macrodetails/universal-{sex}-{age}-{muscle}-{weight}"] = a * b * c * d
    return found


def _three(value: float, what: str) -> dict[str, float]:
    return {
        f"min{what}": max(0.0, 1 - 2 * value),
        f"average{what}": 1 - abs(2 * value - 1),
        f"max{what}": max(0.0, 2 * value - 1),
    }
