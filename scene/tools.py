"""Tools in people's hands as objects. Label policy: what is held belongs to nobody; what is worn is the person's."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix

from ..dataset.spec import stream
from .meshes import Piece, to_object
from .nodes import Graph, material
from .poses import Posed, Tool
from .tags import IGNORE, PART
from .tool_shapes import LINES, SHAPES

SOIL = (0.22, 0.18, 0.135)


def add_tools(
    posed: Posed, collection: bpy.types.Collection, parent: bpy.types.Object, detail: int = 1
) -> list[bpy.types.Object]:
    """What the hands hold, as children of the person's root; ``detail`` 0 (far) .. 2 (near)."""
    made = []
    root = np.linalg.inv(posed.root)
    for number, tool in enumerate(posed.tools):
        piece = shape(tool, 6 + 4 * detail)
        word = f"{parent.name} {tool.name}" + (f" {number}" if number else "")
        thing = to_object(word, piece, [tool_material()], collection, parent)
        thing.matrix_local = Matrix((root if tool.path is not None else root @ tool.matrix).tolist())
        thing[PART], thing[IGNORE] = "", True
        made.append(thing)
    return made


def shape(tool: Tool, sides: int) -> Piece:
    """The mesh of a tool in its own frame; of a rope or hose in the world. Raises KeyError for an unknown name."""
    draw = stream(tool.seed, "tool")
    if tool.name in LINES and tool.path is not None:
        return LINES[tool.name](tool.path, draw, sides)
    return SHAPES[tool.name](draw, sides)


def tool_material() -> bpy.types.Material:
    """One material for all tools: colour and finish come from the mesh, scratches and dirt from noise."""
    made, new = material("Tool")
    if new:
        graph = Graph(made)
        rest = graph.attribute("rest", "Vector")
        rough, metal, wear = graph.split(graph.attribute("finish", "Vector"))
        dirt = graph.times(graph.ramp(graph.noise(18, rest, 6, 0.7), 0.45, 0.75), wear)
        scratch = graph.times(graph.ramp(graph.noise(120, rest, 4, 0.8), 0.60, 0.68), wear)
        mottled = graph.ramp(graph.noise(30, rest, 4), 0.3, 0.7, 0.82, 1.15)
        base = graph.mix(1.0, graph.attribute("col", "Color"), mottled, "MULTIPLY")
        base = graph.mix(graph.times(scratch, 0.35), base, (0.34, 0.31, 0.28))
        graph.principled(
            base_color=graph.mix(graph.times(dirt, 0.7), base, SOIL),
            roughness=graph.math("ADD", rough, graph.times(dirt, 0.3), clamp=True),
            metallic=graph.times(metal, graph.math("SUBTRACT", 1.0, dirt)),
            normal=graph.bump(graph.noise(90, rest, 4), 0.25, 0.003),
        )
    return made
