"""What every surface of the site is made of: grain, dirt, soot, dust, wetness, snow; and the weather they share."""

from __future__ import annotations

import bpy

from .nodes import Graph, Value

WEATHER = "Rescue Weather"
"""Node group that hands wetness, snow cover and dust to every material of the site."""

STATES = ("Wetness", "Snow", "Dust")

DUST = (0.25, 0.228, 0.197)
SNOW = (0.84, 0.842, 0.848)


def set_weather(wetness: float, snow: float, dust: float) -> None:
    """The state of all surfaces, each 0..1. Materials follow at once, nothing is rebuilt."""
    nodes = weather_group().nodes
    for name, value in zip(STATES, (wetness, snow, dust), strict=True):
        nodes[name].outputs[0].default_value = value


def weather_group() -> bpy.types.NodeTree:
    """The shared node group; made dry and bare on first use."""
    group = bpy.data.node_groups.get(WEATHER)
    if group is not None:
        return group
    group = bpy.data.node_groups.new(WEATHER, "ShaderNodeTree")
    for name in STATES:
        group.interface.new_socket(name, in_out="OUTPUT", socket_type="NodeSocketFloat")
    out = group.nodes.new("NodeGroupOutput")
    for name in STATES:
        state = group.nodes.new("ShaderNodeValue")
        state.name = name
        state.outputs[0].default_value = 0.0
        group.links.new(state.outputs[0], out.inputs[name])
    return group


def weather(graph: Graph) -> bpy.types.Node:
    """The weather group inside a material: outputs "Wetness", "Snow" and "Dust"."""
    return graph.node("ShaderNodeGroup", node_tree=weather_group())


def put(graph: Graph, node: bpy.types.Node, **values: Value) -> bpy.types.Node:
    """Set inputs by name ("_" stands for a space) and give the node back."""
    for name, value in values.items():
        graph.put(node.inputs[name.replace("_", " ")], value)
    return node


def tinted(graph: Graph, colour: Value, factor: Value) -> Value:
    """A colour multiplied by a number or another colour."""
    return graph.mix(1.0, colour, factor, "MULTIPLY")


class Layers:
    """Colour, roughness and height of a surface while layer after layer is put on it."""

    def __init__(self, graph: Graph, flat: bool = False) -> None:
        """``flat``: the surface lies in the plane of ``rest``'s x and y, where textures cost half as much."""
        self.graph = graph
        self.flat = flat
        self.rest = graph.attribute("rest", "Vector")
        self.colour = graph.attribute("col", "Color")
        self.soot = graph.attribute("soot")
        self.broad = self.noise(0.9, 3)
        self.middle = self.noise(14, 2)
        self.fine = self.noise(90, 2)
        geometry = graph.node("ShaderNodeNewGeometry")
        self.up = graph.split(geometry.outputs["Normal"])[2]
        self.weather = weather(graph)
        self.open = graph.math("SUBTRACT", 1.0, graph.attribute("shelter"))
        self.rough = graph.math("MULTIPLY_ADD", self.middle, 0.15, 0.82)
        self.height = graph.math("MULTIPLY_ADD", self.fine, 0.3, graph.math("MULTIPLY", self.middle, 0.5))

    def noise(self, scale: float, detail: float) -> Value:
        """Fractal noise 0..1 on the surface, ``scale`` features a metre."""
        return self.graph.noise(scale, self.rest, detail, flat=self.flat)

    def cells(self, scale: float, vector: Value = None, feature: str = "F1") -> bpy.types.Node:
        """A Voronoi texture, ``scale`` cells a metre."""
        sides = "2D" if self.flat else "3D"
        made = self.graph.node("ShaderNodeTexVoronoi", feature=feature, voronoi_dimensions=sides)
        return put(self.graph, made, Vector=self.rest if vector is None else vector, Scale=scale)

    def stretched(self, scale: tuple[float, float, float]) -> Value:
        """``rest`` scaled a component."""
        made = self.graph.node("ShaderNodeVectorMath", operation="MULTIPLY")
        self.graph.put(made.inputs[0], self.rest)
        self.graph.put(made.inputs[1], scale)
        return made.outputs[0]

    def grain(self, amount: float = 1.0) -> None:
        """Stains, mottling and grit at metres, centimetres and millimetres."""
        graph = self.graph
        for noise, low, high in ((self.broad, 0.72, 1.12), (self.middle, 0.78, 1.15), (self.fine, 0.80, 1.14)):
            low, high = 1 + (low - 1) * amount, 1 + (high - 1) * amount
            self.colour = tinted(graph, self.colour, graph.ramp(noise, 0.28, 0.72, low, high))

    def streaks(self, share: float) -> None:
        """Dirt washed down walls."""
        graph = self.graph
        long = graph.noise(1.0, self.stretched((5.0, 5.0, 0.35)), 3)
        self.colour = graph.mix(graph.ramp(long, 0.55, 0.75, 0.0, share), self.colour, (0.12, 0.11, 0.10))

    def blackened(self) -> None:
        """Soot where fire was."""
        graph = self.graph
        share = graph.math("MULTIPLY", self.soot, graph.ramp(self.broad, 0.2, 0.6, 0.75, 1.0), clamp=True)
        self.colour = graph.mix(share, self.colour, (0.012, 0.011, 0.010))

    def dusty(self, amount: float, tint: tuple[float, float, float] = DUST) -> None:
        """Dust lying on upward faces and a film on walls, least on undersides and where soot is."""
        graph = self.graph
        lying = graph.math("MULTIPLY", graph.ramp(self.up, 0.15, 0.85), graph.ramp(self.middle, 0.25, 0.6, 0.45, 1.0))
        film = graph.ramp(self.up, -0.3, 0.4, 0.03, 0.13)
        share = graph.math("MULTIPLY", graph.math("ADD", lying, film), self.weather.outputs["Dust"])
        share = graph.math("MULTIPLY", share, graph.ramp(self.soot, 0.0, 1.0, amount, amount * 0.15), clamp=True)
        self.colour = graph.mix(share, self.colour, tint)

    def creased(self) -> None:
        """Dirt in the hollows. They come with the mesh: Cycles' own pointiness costs most of a second a frame."""
        hollow = self.graph.attribute("hollow")
        self.colour = tinted(self.graph, self.colour, self.graph.ramp(hollow, 0.0, 1.0, 1.0, 0.55))

    def wet(self, share: float = 1.0, film: Value = 1.0) -> None:
        """Rain darkens and smooths; ``film`` 0..1 is how far water stays on top instead of sinking in."""
        graph = self.graph
        wetness = graph.math("MULTIPLY", self.weather.outputs["Wetness"], graph.math("MULTIPLY", self.open, share))
        dark = tinted(graph, self.colour, (0.50, 0.50, 0.52))
        self.colour = graph.mix(wetness, self.colour, dark)
        shine = graph.math("MULTIPLY", wetness, graph.ramp(self.broad, 0.35, 0.65, 0.2, 0.58))
        film = shine if film == 1.0 else graph.math("MULTIPLY", shine, film)
        self.rough = graph.math("SUBTRACT", self.rough, film, clamp=True)

    def snowed(self, threshold: float = 1.02) -> None:
        """Snow on what faces up, its edge broken by noise."""
        graph = self.graph
        cover = self.weather.outputs["Snow"]
        score = graph.math("MULTIPLY_ADD", self.broad, 0.7, graph.math("ADD", self.up, -0.35))
        score = graph.math("MULTIPLY_ADD", self.middle, 0.3, graph.math("ADD", score, -0.15))
        start = graph.math("MULTIPLY_ADD", cover, -0.62, threshold)
        share = graph.ramp(score, start, graph.math("ADD", start, 0.14))
        share = graph.math("MULTIPLY", share, graph.math("MULTIPLY", self.open, graph.ramp(cover, 0.0, 0.04)))
        self.colour = graph.mix(share, self.colour, SNOW)
        self.rough = graph.math("MAXIMUM", self.rough, graph.math("MULTIPLY", share, 0.8))

    def done(self, strength: Value = 0.55, distance: float = 0.012, **values: object) -> None:
        """Wire it to the output."""
        bent = self.graph.bump(self.height, strength, distance)
        self.graph.principled(base_color=self.colour, roughness=self.rough, normal=bent, **values)
