"""What is sewn on clothes: reflective tape with its stitches, flag and badge on the sleeves, hems, dirt by place.

All of it is cut in the shader from the garment's rest coordinates; see scene/fabrics.py for the attributes.
"""

from __future__ import annotations

from .nodes import Graph, Value

Colour = tuple[float, float, float]

DUST: Colour = (0.34, 0.31, 0.27)
MUD: Colour = (0.075, 0.055, 0.038)

PATCH = 0.17
"""Arm parameter of the middle of flag and badge."""


def tint(graph: Graph, name: str, kind: str = "Color") -> Value:
    """A colour or number of the object, by ``fabrics.painted``."""
    return graph.node("ShaderNodeAttribute", attribute_type="OBJECT", attribute_name=f"tint_{name}").outputs[kind]


def sleeve_patches(graph: Graph, colour: Value, x: Value, arm: Value, on_arm: Value) -> tuple[Value, Value]:
    """(colour, relief 0/1) with a flag on the left sleeve and a round badge on the right one."""
    outer, ahead, _ = graph.split(graph.attribute("side", "Vector"))
    here = graph.times(graph.math("GREATER_THAN", outer, 0.2), graph.math("GREATER_THAN", on_arm, 0.4))
    u = graph.math("ABSOLUTE", graph.times(ahead, 0.062))
    v = graph.times(graph.math("SUBTRACT", PATCH, arm), 0.56)
    tall = graph.math("ABSOLUTE", v)
    flag = graph.times(graph.math("LESS_THAN", u, 0.036), graph.math("LESS_THAN", tall, 0.024))
    flag = graph.times(graph.times(flag, here), graph.math("GREATER_THAN", x, 0.0))
    stripes = graph.mix(graph.math("GREATER_THAN", v, 0.0), tint(graph, "flag_low"), tint(graph, "flag_high"))
    middle = graph.math("LESS_THAN", tall, tint(graph, "flag_middle", "Fac"))
    stripes = graph.mix(middle, stripes, tint(graph, "flag_band"))
    away = graph.math("SQRT", graph.add(graph.times(u, u), graph.times(v, v)))
    badge = graph.times(graph.math("LESS_THAN", away, 0.037), graph.times(here, graph.math("LESS_THAN", x, 0.0)))
    rings = graph.between(away, 0.024, 0.033)
    star = graph.math("LESS_THAN", graph.math("MULTIPLY_ADD", u, 1.6, tall), 0.016)
    inner = graph.mix(graph.math("MAXIMUM", rings, star), tint(graph, "flag_high"), tint(graph, "badge"))
    colour = graph.mix(flag, colour, stripes)
    return graph.mix(badge, colour, inner), graph.math("MAXIMUM", flag, badge)


def tape(
    graph: Graph, bands: list[tuple[Value, float, float, Value]], dash: Value, edged: bool
) -> tuple[Value, Value, Value]:
    """(tape, tape with its border, stitches) as 0/1 masks of bands: (coordinate, from, to, where)."""
    silver: Value = 0.0
    border: Value = 0.0
    stitches: Value = 0.0
    for value, low, high, where in bands:
        half = (high - low) / 2
        away = graph.math("ABSOLUTE", graph.math("SUBTRACT", value, (low + high) / 2))
        silver = graph.math("MAXIMUM", silver, graph.times(graph.math("LESS_THAN", away, half), where))
        seam = graph.math("LESS_THAN", graph.math("ABSOLUTE", graph.math("SUBTRACT", away, half * 0.86)), half * 0.045)
        stitches = graph.math("MAXIMUM", stitches, graph.times(seam, where))
        if edged:
            border = graph.math("MAXIMUM", border, graph.times(graph.math("LESS_THAN", away, 2 * half), where))
    dashed = graph.math("LESS_THAN", graph.math("FRACT", graph.times(dash, 160.0)), 0.62)
    return silver, border, graph.times(stitches, dashed)


def dirt(
    graph: Graph, y: Value, z: Value, leg: Value, on_leg: Value, arm: Value, on_arm: Value
) -> tuple[Value, Value, Value]:
    """(share, colour, wetness) of what kneeling, sitting and reaching into rubble leave on cloth."""

    def near(value: Value, middle: float, width: float, strength: float, where: Value) -> Value:
        away = graph.math("ABSOLUTE", graph.math("SUBTRACT", value, middle))
        return graph.times(graph.ramp(away, width, 0.0, 0.0, strength), where)

    place = graph.position()
    coarse = graph.noise(6, place, 3, 0.6)
    fine = graph.noise(45, place, 4, 0.75)
    front = graph.math("LESS_THAN", y, 0.03)
    soiled = graph.ramp(z, 0.75, 0.0, 0.0, 0.50)
    soiled = graph.add(soiled, near(leg, 0.52, 0.15, 0.60, graph.times(on_leg, front)))
    soiled = graph.add(soiled, near(arm, 0.85, 0.4, 0.34, on_arm))
    soiled = graph.add(soiled, near(z, 0.88, 0.13, 0.42, graph.math("GREATER_THAN", y, 0.05)))
    soiled = graph.add(soiled, near(z, 1.46, 0.09, 0.22, 1.0))
    both = graph.add(graph.add(graph.times(coarse, 0.45), graph.times(fine, 0.55)), graph.times(soiled, 0.46))
    wear = tint(graph, "wear", "Fac")
    share = graph.times(graph.ramp(both, 0.50, 0.82), graph.math("MULTIPLY_ADD", wear, 0.62, 0.14))
    mud = tint(graph, "mud", "Fac")
    wet = graph.times(graph.times(graph.ramp(soiled, 0.25, 0.6), graph.ramp(coarse, 0.42, 0.62)), mud)
    return share, graph.mix(mud, DUST, MUD), graph.times(wet, wear)
