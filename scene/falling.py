"""Raindrops and snowflakes around the camera: a few boxes full of them, set side by side."""

from __future__ import annotations

import bpy
import numpy as np

from ..dataset.spec import WeatherSpec, stream
from .meshes import Piece, to_mesh
from .nodes import Graph, fresh
from .shapes import rotation

KINDS = ("rain", "snow")

TILE = 5.0
"""Side of a box, metres."""

REACH = 2
"""Boxes on each side of the camera's own."""

EXPOSURE = 1 / 120
"""Seconds during which a falling piece draws its streak."""

SPEED = {"rain": 7.0, "snow": 1.2}
"""Metres a second."""

NEAR = 1.0
"""Metres around the camera where nothing falls: what drifts past a lens is no shape, only a blur that is not drawn."""

LIMIT = 5000
"""Pieces a box at the most."""


def add_falling(
    spec: WeatherSpec, camera: tuple[float, float, float], collection: bpy.types.Collection
) -> list[bpy.types.Object]:
    """Rain streaks or snow flakes of ``spec.rate`` in a block of 25 m around ``camera``."""
    draw = stream(spec.seed, "falling")
    velocity = np.array([*spec.wind, -SPEED[spec.kind]])
    make = _streaks if spec.kind == "rain" else _flakes
    count = min(int(_density(spec) * TILE**3), LIMIT)
    pieces = [make(draw, count, velocity) for _ in range(3)]
    meshes = [to_mesh(f"Falling {number}", piece, [_material(spec.kind)]) for number, piece in enumerate(pieces)]
    made = []
    steps = range(-REACH, REACH + 1)
    for x in steps:
        for y in steps:
            for z in (-1, 0, 1):
                number = int(draw.integers(3))
                # the wind bends all streaks one way: boxes are shifted against each other, never turned
                shift = TILE * np.array([x, y, z]) + [0.0, 0.0, float(draw.uniform(-1.5, 1.5))]
                mesh = meshes[number]
                if np.abs(shift).max() < TILE / 2 + NEAR:
                    mesh = to_mesh("Falling near", _beyond(pieces[number], -shift), mesh.materials[:])
                thing = bpy.data.objects.new("Falling", mesh)
                thing.location = np.array(camera) + shift
                thing.visible_shadow = False
                collection.objects.link(thing)
                made.append(thing)
    return made


def _beyond(piece: Piece, eye: np.ndarray) -> Piece:
    """The piece without what falls within ``NEAR`` of ``eye``."""
    faces = piece.corners.reshape(len(piece.sizes), -1)
    away = np.linalg.norm(piece.vertices[faces].mean(1) - eye, axis=1)
    return Piece.quads(piece.vertices, faces[away > NEAR])


def _density(spec: WeatherSpec) -> float:
    """Pieces a cubic metre that are large enough to be seen: grows with the square root of the rate."""
    return (6.0 if spec.kind == "rain" else 14.0) * float(np.sqrt(spec.rate))


def _streaks(draw: np.random.Generator, count: int, velocity: np.ndarray) -> Piece:
    """Two crossed needles a drop, as long as it falls during the exposure."""
    middle = draw.uniform(-TILE / 2, TILE / 2, (count, 3))
    along = velocity * EXPOSURE * draw.uniform(0.8, 1.5, (count, 1)) / 2
    width = draw.uniform(0.0004, 0.0008, (count, 1))
    yaw = draw.uniform(0, np.pi, count)
    side = np.stack([np.cos(yaw), np.sin(yaw), np.zeros(count)], -1) * width
    other = np.stack([-np.sin(yaw), np.cos(yaw), np.zeros(count)], -1) * width
    blades = [
        np.stack([middle - along, middle + across, middle + along, middle - across], 1) for across in (side, other)
    ]
    vertices = np.concatenate(blades).reshape(-1, 3)
    return Piece.quads(vertices, np.arange(len(vertices)).reshape(-1, 4))


def _flakes(draw: np.random.Generator, count: int, velocity: np.ndarray) -> Piece:
    """Crumpled hexagons, some of them in clumps, drawn out a little along their way."""
    middle = draw.uniform(-TILE / 2, TILE / 2, (count, 3))
    radius = draw.uniform(0.0012, 0.0030, (count, 1, 1)) * np.where(draw.random((count, 1, 1)) < 0.12, 1.7, 1.0)
    turn = np.arange(6) * np.pi / 3
    ring = np.stack([np.cos(turn), np.sin(turn), np.zeros(6)], -1) + draw.normal(0, 0.18, (count, 6, 3))
    spin = np.array(
        [
            rotation(axis, angle)[:3, :3]
            for axis, angle in zip(draw.normal(0, 1, (64, 3)), draw.uniform(0, 6, 64), strict=True)
        ]
    )
    ring = np.einsum("nij,nkj->nki", spin[draw.integers(0, 64, count)], ring) * radius
    streak = velocity * EXPOSURE * np.linspace(-0.5, 0.5, 6)[None, :, None] * np.sign(ring[..., 2:3])
    vertices = (
        middle[:, None] + ring + 0.5 * np.abs(streak) * np.sign(ring[..., 2:3]) * velocity / np.linalg.norm(velocity)
    )
    return Piece.quads(vertices.reshape(-1, 3), np.arange(6 * count).reshape(-1, 6))


def _material(kind: str) -> bpy.types.Material:
    """Water shows the light behind and above it; snow is white and lit through."""
    name = f"Rescue {kind}"
    found = bpy.data.materials.get(name)
    if found is not None:
        return found
    material = fresh(name)
    graph = Graph(material)
    if kind == "rain":
        # opaque and half as wide as it should be: transparent drops double the time of a render
        graph.principled(base_color=(0.55, 0.57, 0.60), roughness=0.25)
        return material
    both = graph.node("ShaderNodeMixShader")
    for place, shader in ((1, "ShaderNodeBsdfDiffuse"), (2, "ShaderNodeBsdfTranslucent")):
        made = graph.node(shader)
        graph.put(made.inputs["Color"], (0.85, 0.87, 0.90))
        graph.put(both.inputs[place], made.outputs[0])
    graph.put(both.inputs[0], 0.5)
    graph.put(graph.output.inputs["Surface"], both.outputs[0])
    graph.tree.nodes.remove(graph.surface)
    return material
