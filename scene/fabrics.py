"""Materials of clothes: cloth with bands, seams and dirt laid out in rest coordinates.

Garments carry point attributes: ``rest`` (rest position, metres for a 1.75 m person), ``limb`` (arm parameter, leg
parameter, arm weight) and ``legm`` (leg weight). Colour blocks are cut in the shader, so bands stay crisp at any
distance and no picture file is needed. Colours are custom properties of the objects ("tint_base" ...), so one material
serves everybody whose garment has the same layout.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from .nodes import Graph, Value, material

Colour = tuple[float, float, float]

TAPE: Colour = (0.60, 0.62, 0.63)
SOIL: Colour = (0.22, 0.18, 0.135)


@dataclass(frozen=True)
class Pattern:
    """How a garment is coloured."""

    base: Colour
    yoke: Colour | None = None
    """Colour of shoulders and upper chest."""
    bands: tuple[tuple[str, float, float], ...] = ()
    """Reflective bands: ("z" | "x" | "arm" | "leg", from, to)."""
    edge: Colour | None = None
    """Fluorescent border of the bands."""
    zip: bool = True
    tape: Colour | None = None
    """Name tape on the chest."""
    check: Colour | None = None
    """Second colour of a checked cloth."""
    camouflage: tuple[Colour, Colour] | None = None
    """Second and third colour of a blotched cloth."""
    weave: float = 700.0
    """Threads a metre; 240 is knitwear."""
    shine: float = 0.0
    """0 cotton .. 1 coated nylon."""
    denim: bool = False
    buttons: bool = False
    """A shirt's front."""


def cloth(pattern: Pattern) -> bpy.types.Material:
    """The material of a pattern's layout; ``painted`` gives an object its colours."""
    flags = "".join(
        str(int(bool(flag)))
        for flag in (
            pattern.yoke,
            pattern.edge,
            pattern.zip,
            pattern.tape,
            pattern.check,
            pattern.camouflage,
            pattern.denim,
            pattern.buttons,
        )
    )
    bands = " ".join(f"{kind}{low:g}-{high:g}" for kind, low, high in pattern.bands)
    made, new = material(f"Cloth {flags} {pattern.weave:g} {pattern.shine:g} {bands}"[:63])
    if new:
        _weave(Graph(made), pattern)
    return made


def painted(thing: bpy.types.Object, pattern: Pattern, wear: float) -> bpy.types.Object:
    """Give an object the colours of its pattern; ``wear`` 0..1 is dirt and fading."""
    colours = {"base": pattern.base, "yoke": pattern.yoke, "edge": pattern.edge, "tape": pattern.tape}
    colours["check"] = pattern.check
    if pattern.camouflage:
        colours |= {"second": pattern.camouflage[0], "third": pattern.camouflage[1]}
    for name, colour in colours.items():
        if colour is not None:
            thing[f"tint_{name}"] = [float(c) for c in colour]
    thing["tint_wear"] = float(wear)
    return thing


def tint(graph: Graph, name: str, kind: str = "Color") -> Value:
    """A colour or number of the object, by ``painted``."""
    return graph.node("ShaderNodeAttribute", attribute_type="OBJECT", attribute_name=f"tint_{name}").outputs[kind]


def shaded(graph: Graph, colour: Value, factor: float) -> Value:
    """A colour times a number."""
    return graph.mix(1.0, colour, (factor, factor, factor), "MULTIPLY")


def _weave(graph: Graph, pattern: Pattern) -> None:
    rest = graph.attribute("rest", "Vector")
    x, y, z = graph.split(rest)
    arm, leg, on_arm = graph.split(graph.attribute("limb", "Vector"))
    on_leg = graph.attribute("legm")
    torso = graph.math("LESS_THAN", on_arm, 0.45)
    front = graph.times(graph.math("LESS_THAN", y, -0.02), torso)
    colour = _ground(graph, pattern, rest, x, z, arm, torso)
    chest = graph.times(front, graph.between(z, 0.90, 1.6))
    wide = graph.math("ABSOLUTE", x)
    placket = graph.times(graph.math("LESS_THAN", wide, 0.019), chest)
    if pattern.zip:
        teeth = graph.math("LESS_THAN", graph.math("ABSOLUTE", graph.add(x, 0.011)), 0.0028)
        colour = graph.mix(graph.times(teeth, chest), colour, (0.012, 0.012, 0.012))
    if pattern.buttons:
        apart = graph.math("PINGPONG", graph.add(z, 0.02), 0.0425)
        discs = graph.math("LESS_THAN", graph.add(graph.times(apart, apart), graph.times(x, x)), 0.0055**2)
        edge = graph.math("LESS_THAN", graph.math("ABSOLUTE", graph.math("SUBTRACT", wide, 0.017)), 0.0016)
        colour = graph.mix(graph.times(graph.times(edge, chest), 0.45), colour, shaded(graph, colour, 0.3))
        colour = graph.mix(graph.times(discs, chest), colour, (0.35, 0.34, 0.31))
    if pattern.tape:
        patch = graph.times(graph.between(x, 0.055, 0.135), graph.between(z, 1.288, 1.310))
        colour = graph.mix(graph.times(patch, front), colour, tint(graph, "tape"))
    tape, border = _bands(graph, pattern, x, z, arm, leg, on_arm, on_leg, torso)
    if pattern.edge and pattern.bands:
        colour = graph.mix(border, colour, tint(graph, "edge"))
    if pattern.bands:
        colour = graph.mix(tape, colour, TAPE)
    seams = _seams(graph, pattern, x, y, z, arm, on_arm, on_leg)
    colour = graph.mix(graph.times(seams, 0.35), colour, shaded(graph, colour, 0.35))
    colour = graph.mix(_dirt(graph, z, leg, on_leg, arm, on_arm), colour, SOIL)
    rough = 0.88 - 0.42 * pattern.shine
    graph.principled(
        base_color=colour,
        roughness=graph.math("SUBTRACT", rough, graph.times(tape, rough - 0.40)) if pattern.bands else rough,
        metallic=graph.times(tape, 0.35) if pattern.bands else 0.0,
        specular_ior_level=0.22 + 0.25 * pattern.shine,
        sheen_weight=0.15 * (1 - pattern.shine),
    )
    if pattern.bands:
        graph.principled(emission_color=(0.8, 0.85, 0.9), emission_strength=graph.times(tape, 0.08))
    normal = _crushed(graph, rest, pattern.shine)
    raised = graph.math("MAXIMUM", placket, seams) if pattern.zip or pattern.buttons else seams
    normal = graph.bump(raised, 0.7, 0.003, normal)
    if pattern.bands:
        normal = graph.bump(border if pattern.edge else tape, 0.6, 0.002, normal)
    graph.principled(normal=graph.bump(graph.noise(pattern.weave, rest, 1), 0.3, 0.0012, normal))


def _crushed(graph: Graph, rest: Value, shine: float) -> Value:
    """A normal with what is too fine for the mesh: sharp creases of cloth that was sat on, packed and worn."""
    normal: Value | None = None
    for scale, strength, distance in ((7.0, 0.30, 0.034), (16.0, 0.22, 0.013), (38.0, 0.12, 0.005)):
        ridge = graph.math("ABSOLUTE", graph.math("SUBTRACT", graph.noise(scale, rest, 2, 0.45), 0.5))
        # the root makes the creases sharp and the fields between them flat
        normal = graph.bump(graph.math("POWER", ridge, 0.6), strength * (1.0 - 0.3 * shine), distance, normal)
    return normal


def _ground(graph: Graph, pattern: Pattern, rest: Value, x: Value, z: Value, arm: Value, torso: Value) -> Value:
    base = tint(graph, "base")
    fade = graph.ramp(graph.noise(4, rest, 5, 0.65), 0.3, 0.75)
    colour = graph.mix(fade, shaded(graph, base, 0.80), shaded(graph, base, 1.16))
    if pattern.denim:
        streaks = graph.noise(1.0, _stretched(graph, rest, (900.0, 900.0, 60.0)), 1)
        pale = graph.mix(1.0, colour, (0.10, 0.11, 0.13), "ADD")
        thigh = graph.times(graph.ramp(graph.noise(5, rest, 2), 0.45, 0.7), 0.5)
        colour = graph.mix(graph.add(graph.times(streaks, 0.35), thigh), colour, pale)
    if pattern.check:
        second = tint(graph, "check")
        for value, rate, width in ((x, 19.0, 0.42), (z, 19.0, 0.42), (x, 38.0, 0.08), (z, 38.0, 0.08)):
            line = graph.math("LESS_THAN", graph.math("FRACT", graph.times(graph.add(value, 4.0), rate)), width)
            colour = graph.mix(graph.times(line, 0.5), colour, second)
    if pattern.camouflage:
        blotch = graph.math("GREATER_THAN", graph.noise(9, rest, 2, 0.5), 0.54)
        spot = graph.math("GREATER_THAN", graph.noise(15, _stretched(graph, rest, (1.0, 1.0, 1.6)), 2, 0.5), 0.60)
        colour = graph.mix(spot, graph.mix(blotch, colour, tint(graph, "second")), tint(graph, "third"))
    if pattern.yoke:
        high = graph.math("GREATER_THAN", graph.add(z, graph.times(graph.math("ABSOLUTE", x), 0.12)), 1.30)
        near = graph.math("MAXIMUM", torso, graph.math("LESS_THAN", arm, 0.16))
        colour = graph.mix(graph.times(high, near), colour, tint(graph, "yoke"))
    return colour


def _bands(
    graph: Graph,
    pattern: Pattern,
    x: Value,
    z: Value,
    arm: Value,
    leg: Value,
    on_arm: Value,
    on_leg: Value,
    torso: Value,
) -> tuple[Value, Value]:
    """(tape, tape with its border) as 0/1 masks."""
    tape: Value = 0.0
    border: Value = 0.0
    places = {
        "z": (z, torso),
        "x": (graph.math("ABSOLUTE", x), graph.times(torso, graph.math("GREATER_THAN", z, 1.02))),
        "arm": (arm, graph.math("GREATER_THAN", on_arm, 0.5)),
        "leg": (leg, graph.math("GREATER_THAN", on_leg, 0.6)),
    }
    for kind, low, high in pattern.bands:
        value, where = places[kind]
        wide = (high - low) * 0.5
        tape = graph.math("MAXIMUM", tape, graph.times(graph.between(value, low, high), where))
        if pattern.edge:
            border = graph.math("MAXIMUM", border, graph.times(graph.between(value, low - wide, high + wide), where))
    return tape, border


def _seams(
    graph: Graph, pattern: Pattern, x: Value, y: Value, z: Value, arm: Value, on_arm: Value, on_leg: Value
) -> Value:
    """Side seams, yoke, waist, sleeves and inner legs as thin lines."""

    def line(value: Value, at: float, width: float, where: Value) -> Value:
        near = graph.math("LESS_THAN", graph.math("ABSOLUTE", graph.math("SUBTRACT", value, at)), width)
        return graph.times(near, where)

    trunk = graph.times(graph.math("LESS_THAN", on_arm, 0.4), graph.math("LESS_THAN", on_leg, 0.5))
    seams = line(y, 0.015, 0.003, trunk)
    seams = graph.math("MAXIMUM", seams, line(arm, 0.06, 0.005, graph.math("GREATER_THAN", on_arm, 0.5)))
    if pattern.yoke or pattern.zip:
        high = graph.add(z, graph.times(graph.math("ABSOLUTE", x), 0.12))
        seams = graph.math("MAXIMUM", seams, line(high, 1.30, 0.0025, trunk))
    return graph.math("MAXIMUM", seams, line(y, 0.02, 0.003, graph.math("GREATER_THAN", on_leg, 0.6)))


def _dirt(graph: Graph, z: Value, leg: Value, on_leg: Value, arm: Value, on_arm: Value) -> Value:
    place = graph.position()
    coarse = graph.times(graph.noise(6, place, 3, 0.6), 0.45)
    fine = graph.times(graph.noise(45, place, 5, 0.75), 0.55)
    low = graph.ramp(z, 0.7, 0.0, 0.0, 0.55)
    knee = graph.times(
        graph.ramp(graph.math("ABSOLUTE", graph.math("SUBTRACT", leg, 0.5)), 0.12, 0.0, 0.0, 0.45), on_leg
    )
    cuff = graph.times(
        graph.ramp(graph.math("ABSOLUTE", graph.math("SUBTRACT", arm, 0.85)), 0.4, 0.0, 0.0, 0.35), on_arm
    )
    both = graph.add(graph.add(coarse, fine), graph.times(graph.add(low, graph.add(knee, cuff)), 0.42))
    return graph.times(graph.ramp(both, 0.50, 0.85), graph.math("MULTIPLY_ADD", tint(graph, "wear", "Fac"), 0.6, 0.12))


def _stretched(graph: Graph, rest: Value, scale: tuple[float, float, float]) -> Value:
    made = graph.node("ShaderNodeMapping")
    graph.put(made.inputs["Vector"], rest)
    made.inputs["Scale"].default_value = scale
    return made.outputs[0]
