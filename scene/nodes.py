"""Writing node trees tersely: each method adds a node and returns the socket that carries its value.

A value argument is a number, a colour tuple or another node's output socket.
"""

from __future__ import annotations

from typing import Any

import bpy

from ..render import compat

Value = Any
"""float, tuple of floats, or bpy.types.NodeSocket."""


class Graph:
    """One shader tree under construction. ``surface`` is its Principled BSDF."""

    def __init__(self, material: bpy.types.Material) -> None:
        """Empties the material's tree and gives it a Principled BSDF and an output."""
        compat.use_nodes(material)
        self.tree = material.node_tree
        self.tree.nodes.clear()
        self.surface = self.node("ShaderNodeBsdfPrincipled")
        self.output = self.node("ShaderNodeOutputMaterial")
        self.tree.links.new(self.surface.outputs[0], self.output.inputs["Surface"])

    def node(self, kind: str, **settings: Any) -> bpy.types.Node:
        """A new node with its properties set."""
        made = self.tree.nodes.new(kind)
        for key, value in settings.items():
            setattr(made, key, value)
        return made

    def put(self, socket: bpy.types.NodeSocket, value: Value) -> None:
        """Link or set an input."""
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif isinstance(value, tuple) and len(value) == 3 and socket.type == "RGBA":
            socket.default_value = (*value, 1.0)
        else:
            socket.default_value = value

    def principled(self, **values: Value) -> None:
        """Inputs of the surface by name, underscores for spaces: base_color=..., roughness=..."""
        names = {socket.name.lower().replace(" ", "_"): socket for socket in self.surface.inputs}
        for key, value in values.items():
            self.put(names[key], value)

    def math(self, operation: str, a: Value, b: Value = 0.0, c: Value | None = None, clamp: bool = False) -> Value:
        """A math node."""
        made = self.node("ShaderNodeMath", operation=operation, use_clamp=clamp)
        self.put(made.inputs[0], a)
        self.put(made.inputs[1], b)
        if c is not None:
            self.put(made.inputs[2], c)
        return made.outputs[0]

    def add(self, a: Value, b: Value) -> Value:
        """a + b."""
        return self.math("ADD", a, b)

    def times(self, a: Value, b: Value) -> Value:
        """a * b."""
        return self.math("MULTIPLY", a, b)

    def between(self, value: Value, low: float, high: float) -> Value:
        """1 where low < value < high, else 0."""
        return self.times(self.math("GREATER_THAN", value, low), self.math("LESS_THAN", value, high))

    def ramp(self, value: Value, low: float, high: float, to_low: float = 0.0, to_high: float = 1.0) -> Value:
        """Linear map of low..high to to_low..to_high, clamped."""
        made = self.node("ShaderNodeMapRange", clamp=True)
        for socket, number in zip(made.inputs, (value, low, high, to_low, to_high), strict=False):
            self.put(socket, number)
        return made.outputs[0]

    def mix(self, share: Value, a: Value, b: Value, blend: str = "MIX") -> Value:
        """Colours a and b blended by share."""
        made = self.node("ShaderNodeMix", data_type="RGBA", blend_type=blend)
        sockets = {socket.identifier: socket for socket in made.inputs}
        self.put(sockets["Factor_Float"], share)
        self.put(sockets["A_Color"], a)
        self.put(sockets["B_Color"], b)
        return next(socket for socket in made.outputs if socket.identifier == "Result_Color")

    def attribute(self, name: str, kind: str = "Fac") -> Value:
        """A mesh attribute: kind "Fac", "Vector", "Color" or "Alpha"."""
        return self.node("ShaderNodeAttribute", attribute_name=name).outputs[kind]

    def split(self, vector: Value) -> tuple[Value, Value, Value]:
        """x, y, z."""
        made = self.node("ShaderNodeSeparateXYZ")
        self.put(made.inputs[0], vector)
        return tuple(made.outputs[:3])

    def position(self) -> Value:
        """World position."""
        return self.node("ShaderNodeNewGeometry").outputs["Position"]

    def noise(
        self, scale: float, vector: Value, detail: float = 3.0, roughness: float = 0.55, flat: bool = False
    ) -> Value:
        """Fractal noise 0..1. ``flat``: of x and y alone, at half the cost."""
        made = self.node("ShaderNodeTexNoise", noise_dimensions="2D" if flat else "3D")
        for name, value in (("Vector", vector), ("Scale", scale), ("Detail", detail), ("Roughness", roughness)):
            self.put(made.inputs[name], value)
        return made.outputs[0]

    def bump(self, height: Value, strength: Value, distance: float, normal: Value | None = None) -> Value:
        """A bumped normal. Whatever ``height`` hangs on is worked out three times a hit, ``strength`` once."""
        made = self.node("ShaderNodeBump")
        self.put(made.inputs["Strength"], strength)
        made.inputs["Distance"].default_value = distance
        self.put(made.inputs["Height"], height)
        if normal is not None:
            self.put(made.inputs["Normal"], normal)
        return made.outputs[0]


def material(name: str) -> tuple[bpy.types.Material, bool]:
    """The material of that name and whether it is new (still to be built)."""
    found = bpy.data.materials.get(name)
    return (found, False) if found is not None else (fresh(name), True)


def fresh(name: str) -> bpy.types.Material:
    """A new material. What glows faintly (reflective bands, lenses) is not sampled as a lamp: that would cost most of
    a frame's time, since every face of every garment would be one."""
    made = bpy.data.materials.new(name)
    made.cycles.emission_sampling = "NONE"
    return made
