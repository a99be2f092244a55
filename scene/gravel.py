"""Fines: thousands of splinters strewn over a surface as instances, thick where its ``grit`` attribute says so.

``grit`` is a value a vertex: splinters a square metre. Instances belong to their host, so they never carry a label.
"""

from __future__ import annotations

import bpy
import numpy as np

from ..dataset.spec import stream
from .fragments import SEED, pebbles
from .materials import site_material
from .meshes import to_mesh
from .shapes import dressed

GROUP, PEBBLES = "Rescue Gravel", "Rescue Pebbles"

STONES = ((0.225, 0.213, 0.195), (0.28, 0.265, 0.24), (0.17, 0.16, 0.145), (0.21, 0.115, 0.08), (0.235, 0.222, 0.20))


def strew(host: bpy.types.Object, small: float = 0.12, large: float = 1.5) -> None:
    """Strew splinters of ``small`` to ``large`` times 4-12 cm over a mesh with a ``grit`` attribute."""
    modifier = host.modifiers.new("Gravel", "NODES")
    modifier.node_group = _group(small, large)


def _pebbles() -> bpy.types.Collection:
    """The splinters' own collection, never linked to a scene."""
    found = bpy.data.collections.get(PEBBLES)
    if found is not None:
        return found
    collection = bpy.data.collections.new(PEBBLES)
    for number, template in enumerate(pebbles()):
        draw = stream(SEED, "pebble colour", number)
        colour = np.asarray(STONES[number % len(STONES)]) * float(draw.uniform(0.8, 1.1))
        piece = dressed(template.piece.moved(np.eye(4)), colour, template.piece.faces["brk"], rest=float(number))
        thing = bpy.data.objects.new(f"Pebble.{number:02d}", to_mesh("Pebble", piece, [site_material()]))
        collection.objects.link(thing)
    return collection


def _group(small: float, large: float) -> bpy.types.NodeTree:
    """Points by density -> splinters, sizes by a power law. One group a pair of sizes."""
    name = f"{GROUP} {small:g}-{large:g}"
    found = bpy.data.node_groups.get(name)
    if found is not None:
        return found
    tree = bpy.data.node_groups.new(name, "GeometryNodeTree")
    tree.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    node, link = tree.nodes.new, tree.links.new
    source, out = node("NodeGroupInput"), node("NodeGroupOutput")
    density = node("GeometryNodeInputNamedAttribute")
    density.data_type = "FLOAT"
    density.inputs["Name"].default_value = "grit"
    points = node("GeometryNodeDistributePointsOnFaces")
    link(source.outputs[0], points.inputs["Mesh"])
    link(next(socket for socket in density.outputs if socket.type == "VALUE"), points.inputs["Density"])
    link(_upward(tree), points.inputs["Selection"])
    library = node("GeometryNodeCollectionInfo")
    library.inputs["Collection"].default_value = _pebbles()
    library.inputs["Separate Children"].default_value = True
    library.inputs["Reset Children"].default_value = True
    stones = node("GeometryNodeInstanceOnPoints")
    stones.inputs["Pick Instance"].default_value = True
    link(points.outputs["Points"], stones.inputs["Points"])
    link(library.outputs[0], stones.inputs["Instance"])
    link(_random(tree, "FLOAT_VECTOR", (6.3, 6.3, 6.3), 1), stones.inputs["Rotation"])
    link(_sizes(tree, small, large), stones.inputs["Scale"])
    both = node("GeometryNodeJoinGeometry")
    link(source.outputs[0], both.inputs[0])
    link(stones.outputs[0], both.inputs[0])
    link(both.outputs[0], out.inputs[0])
    return tree


def _upward(tree: bpy.types.NodeTree) -> bpy.types.NodeSocket:
    """True on faces that splinters can lie on."""
    normal = tree.nodes.new("GeometryNodeInputNormal")
    parts = tree.nodes.new("ShaderNodeSeparateXYZ")
    steep = tree.nodes.new("FunctionNodeCompare")
    steep.data_type, steep.operation = "FLOAT", "GREATER_THAN"
    tree.links.new(normal.outputs[0], parts.inputs[0])
    tree.links.new(parts.outputs["Z"], steep.inputs[0])
    steep.inputs[1].default_value = 0.42
    return steep.outputs[0]


def _sizes(tree: bpy.types.NodeTree, small: float, large: float) -> bpy.types.NodeSocket:
    """small + (large - small) * random^6: many crumbs, few lumps."""
    power = tree.nodes.new("ShaderNodeMath")
    power.operation = "POWER"
    power.inputs[1].default_value = 6.0
    tree.links.new(_random(tree, "FLOAT", 1.0, 2), power.inputs[0])
    spread = tree.nodes.new("ShaderNodeMath")
    spread.operation = "MULTIPLY_ADD"
    spread.inputs[1].default_value, spread.inputs[2].default_value = large - small, small
    tree.links.new(power.outputs[0], spread.inputs[0])
    return spread.outputs[0]


def _random(tree: bpy.types.NodeTree, kind: str, high: object, seed: int) -> bpy.types.NodeSocket:
    made = tree.nodes.new("FunctionNodeRandomValue")
    made.data_type = kind
    live = [socket for socket in made.inputs if socket.enabled]
    next(socket for socket in live if socket.name == "Min").default_value = (0, 0, 0) if kind != "FLOAT" else 0.0
    next(socket for socket in live if socket.name == "Max").default_value = high
    next(socket for socket in live if socket.name == "Seed").default_value = seed
    return next(socket for socket in made.outputs if socket.enabled)
