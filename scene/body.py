"""The base mesh and one person's body: macro targets, identity, skeleton and skin weights.

Rest pose: MakeHuman's A-pose, metres, z up, facing -y, +x the person's left, soles at z = 0.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

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

    def __init__(self, base: Base, spec: BodySpec, seed: int) -> None:
        """``seed`` draws the face's identity."""
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

    def head(self, bone: str) -> np.ndarray:
        """The joint at the root of a bone, (3,)."""
        return self.heads[self.base.bone(bone)]

    def tail(self, bone: str) -> np.ndarray:
        """The joint at the end of a bone, (3,)."""
        return self.tails[self.base.bone(bone)]


def _shaped(base: Base, spec: BodySpec, seed: int) -> np.ndarray:
    out = base.vertices.copy()
    for name, share in _macro(spec).items():
        target = base.targets.get(name)
        if target is not None and share > 1e-4:
            out += target * (share * STEP)
    draw = stream(seed, "identity")
    for name in base.targets:
        if not name.startswith("macrodetails"):
            out += base.targets[name] * (max(0.0, float(draw.normal(-0.1, 0.35))) * STEP)
    return out


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
