"""Materials of clothes: cloth with bands, seams and dirt laid out in rest coordinates.

Garments carry point attributes: ``rest`` (rest position, metres for a 1.75 m person), ``limb`` (arm parameter, leg
parameter, arm weight), ``legm`` (leg weight) and ``side`` (cosine and sine of the angle round the limb). Colour blocks
are cut in the shader, so bands stay crisp at any distance and no picture file is needed. Colours are custom properties
of the objects ("tint_base" ...), so one material serves everybody whose garment has the same layout.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from . import insignia
from .insignia import tint
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
    stripes: Colour | None = None
    """Second colour of a striped shirt."""
    flag: tuple[Colour, Colour, Colour | None] | None = None
    """Flag on the left sleeve: upper and lower half, and a band between them."""
    badge: Colour = (0.6, 0.5, 0.1)
    """Ring and star of the badge on the right sleeve of who wears a flag."""


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
            pattern.stripes,
            pattern.flag,
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
    colours |= {"check": pattern.check, "stripes": pattern.stripes}
    if pattern.flag:
        high, low, band = pattern.flag
        colours |= {"flag_high": high, "flag_low": low, "flag_band": band, "badge": pattern.badge}
        thing["tint_flag_middle"] = 0.008 if band else 0.0
    if pattern.camouflage:
        colours |= {"second": pattern.camouflage[0], "third": pattern.camouflage[1]}
    for name, colour in colours.items():
        if colour is not None:
            thing[f"tint_{name}"] = [float(c) for c in colour]
    thing["tint_wear"] = float(wear)
    # dust and mud don't go with how worn the cloth is: the same person has the same on everything
    thing["tint_mud"] = float((wear * 37.0) % 1.0)
    return thing


def shaded(graph: Graph, colour: Value, factor: float) -> Value:
    """A colour times a number."""
    return graph.mix(1.0, colour, (factor, factor, factor), "MULTIPLY")


@dataclass(frozen=True)
class _Places:
    """Where on a person a point of cloth lies: values of the graph."""

    rest: Value
    x: Value
    y: Value
    z: Value
    wide: Value
    """Metres from the middle."""
    arm: Value
    leg: Value
    on_arm: Value
    on_leg: Value
    torso: Value
    """1 where no arm is."""


def _places(graph: Graph) -> _Places:
    rest = graph.attribute("rest", "Vector")
    x, y, z = graph.split(rest)
    arm, leg, on_arm = graph.split(graph.attribute("limb", "Vector"))
    on_leg = graph.attribute("legm")
    torso = graph.math("LESS_THAN", on_arm, 0.45)
    return _Places(rest, x, y, z, graph.math("ABSOLUTE", x), arm, leg, on_arm, on_leg, torso)


def _weave(graph: Graph, pattern: Pattern) -> None:
    at = _places(graph)
    front = graph.times(graph.math("LESS_THAN", at.y, -0.02), at.torso)
    chest = graph.times(front, graph.between(at.z, 0.90, 1.6))
    colour = _ground(graph, pattern, at.rest, at.x, at.z, at.arm, at.torso)
    colour = _fastened(graph, pattern, at, colour, chest)
    if pattern.tape:
        patch = graph.times(graph.between(at.x, 0.055, 0.135), graph.between(at.z, 1.288, 1.310))
        colour = graph.mix(graph.times(patch, front), colour, tint(graph, "tape"))
    patches: Value = 0.0
    if pattern.flag:
        colour, patches = insignia.sleeve_patches(graph, colour, at.x, at.arm, at.on_arm)
    tape: Value = 0.0
    sewn: Value | None = None
    if pattern.bands:
        colour, tape, sewn = _banded(graph, pattern, at, colour)
    limbs = (at.arm, at.leg, at.on_arm, at.on_leg)
    seams = _seams(graph, pattern, at.x, at.y, at.z, *limbs)
    colour = graph.mix(graph.times(seams, 0.35), colour, shaded(graph, colour, 0.35))
    colour = graph.mix(_frayed(graph, at.rest, at.z, *limbs), colour, shaded(graph, colour, 1.9))
    raised = seams
    if pattern.zip or pattern.buttons:
        placket = graph.times(graph.math("LESS_THAN", at.wide, 0.019), chest)
        raised = graph.math("MAXIMUM", placket, seams)
    if pattern.flag:
        raised = graph.math("MAXIMUM", raised, patches)
    _surface(graph, pattern, at, colour, tape)
    _relief(graph, pattern, at, raised, sewn)


def _fastened(graph: Graph, pattern: Pattern, at: _Places, colour: Value, chest: Value) -> Value:
    """The colour with a zip's teeth or a row of buttons down the chest."""
    if pattern.zip:
        teeth = graph.math("LESS_THAN", graph.math("ABSOLUTE", graph.add(at.x, 0.011)), 0.0028)
        colour = graph.mix(graph.times(teeth, chest), colour, (0.012, 0.012, 0.012))
    if pattern.buttons:
        apart = graph.math("PINGPONG", graph.add(at.z, 0.02), 0.0425)
        discs = graph.math("LESS_THAN", graph.add(graph.times(apart, apart), graph.times(at.x, at.x)), 0.0055**2)
        edge = graph.math("LESS_THAN", graph.math("ABSOLUTE", graph.math("SUBTRACT", at.wide, 0.017)), 0.0016)
        colour = graph.mix(graph.times(graph.times(edge, chest), 0.45), colour, shaded(graph, colour, 0.3))
        colour = graph.mix(graph.times(discs, chest), colour, (0.35, 0.34, 0.31))
    return colour


def _banded(graph: Graph, pattern: Pattern, at: _Places, colour: Value) -> tuple[Value, Value, Value]:
    """The colour with reflective bands on it; where their tape is, and what of them stands out of the cloth."""
    upper = graph.math("GREATER_THAN", at.z, 1.02)
    places = {
        "z": (at.z, at.torso),
        "x": (at.wide, graph.times(at.torso, upper)),
        "arm": (at.arm, graph.math("GREATER_THAN", at.on_arm, 0.5)),
        "leg": (at.leg, graph.math("GREATER_THAN", at.on_leg, 0.6)),
    }
    bands = [(places[kind][0], low, high, places[kind][1]) for kind, low, high in pattern.bands]
    along = graph.add(graph.add(at.x, at.y), at.z)
    tape, border, stitches = insignia.tape(graph, bands, along, bool(pattern.edge))
    if pattern.edge:
        colour = graph.mix(border, colour, tint(graph, "edge"))
    scuffed = graph.ramp(graph.noise(23, at.rest, 3, 0.7), 0.35, 0.7, 1.05, 0.62)
    colour = graph.mix(tape, colour, graph.mix(1.0, TAPE, scuffed, "MULTIPLY"))
    colour = graph.mix(graph.times(stitches, 0.7), colour, (0.16, 0.16, 0.17))
    sewn = graph.math("SUBTRACT", border if pattern.edge else tape, graph.times(stitches, 0.8))
    return colour, tape, sewn


def _surface(graph: Graph, pattern: Pattern, at: _Places, colour: Value, tape: Value) -> None:
    """Dirt and wet on the colour, and how all of it takes light."""
    soiled, soil, wet = insignia.dirt(graph, at.y, at.z, at.leg, at.on_leg, at.arm, at.on_arm)
    colour = graph.mix(soiled, colour, soil)
    colour = graph.mix(graph.times(wet, 0.75), colour, shaded(graph, colour, 0.45))
    rough: Value = 0.88 - 0.42 * pattern.shine
    if pattern.bands:
        rough = graph.math("SUBTRACT", rough, graph.times(tape, rough - 0.40))
    graph.principled(
        base_color=colour,
        roughness=graph.math("SUBTRACT", rough, graph.times(wet, 0.35)),
        metallic=graph.times(tape, 0.35) if pattern.bands else 0.0,
        specular_ior_level=0.22 + 0.25 * pattern.shine,
        sheen_weight=0.15 * (1 - pattern.shine),
    )
    if pattern.bands:
        graph.principled(emission_color=(0.8, 0.85, 0.9), emission_strength=graph.times(tape, 0.08))


def _relief(graph: Graph, pattern: Pattern, at: _Places, raised: Value, sewn: Value | None) -> None:
    """Creases, seams, tape and threads that stand out of the cloth."""
    normal = graph.bump(raised, 0.7, 0.003, _crushed(graph, at.rest, pattern.shine))
    if sewn is not None:
        normal = graph.bump(sewn, 0.6, 0.002, normal)
    graph.principled(normal=graph.bump(graph.noise(pattern.weave, at.rest, 1), 0.3, 0.0012, normal))


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
    if pattern.stripes:
        bar = graph.math("LESS_THAN", graph.math("FRACT", graph.times(graph.add(z, 4.0), 23.0)), 0.38)
        colour = graph.mix(graph.times(bar, graph.math("LESS_THAN", arm, 0.9)), colour, tint(graph, "stripes"))
    if pattern.camouflage:
        blotch = graph.math("GREATER_THAN", graph.noise(9, rest, 2, 0.5), 0.54)
        spot = graph.math("GREATER_THAN", graph.noise(15, _stretched(graph, rest, (1.0, 1.0, 1.6)), 2, 0.5), 0.60)
        colour = graph.mix(spot, graph.mix(blotch, colour, tint(graph, "second")), tint(graph, "third"))
    if pattern.yoke:
        high = graph.math("GREATER_THAN", graph.add(z, graph.times(graph.math("ABSOLUTE", x), 0.12)), 1.30)
        near = graph.math("MAXIMUM", torso, graph.math("LESS_THAN", arm, 0.16))
        colour = graph.mix(graph.times(high, near), colour, tint(graph, "yoke"))
    return colour


def _seams(
    graph: Graph,
    pattern: Pattern,
    x: Value,
    y: Value,
    z: Value,
    arm: Value,
    leg: Value,
    on_arm: Value,
    on_leg: Value,
) -> Value:
    """Side seams, yoke, waist, sleeves, inner legs and the hems of sleeves and legs as thin lines."""

    def line(value: Value, at: float, width: float, where: Value) -> Value:
        near = graph.math("LESS_THAN", graph.math("ABSOLUTE", graph.math("SUBTRACT", value, at)), width)
        return graph.times(near, where)

    trunk = graph.times(graph.math("LESS_THAN", on_arm, 0.4), graph.math("LESS_THAN", on_leg, 0.5))
    seams = line(y, 0.015, 0.003, trunk)
    seams = graph.math("MAXIMUM", seams, line(arm, 0.06, 0.005, graph.math("GREATER_THAN", on_arm, 0.5)))
    if pattern.yoke or pattern.zip:
        high = graph.add(z, graph.times(graph.math("ABSOLUTE", x), 0.12))
        seams = graph.math("MAXIMUM", seams, line(high, 1.30, 0.0025, trunk))
    sleeve, below = graph.math("GREATER_THAN", on_arm, 0.5), graph.math("GREATER_THAN", on_leg, 0.6)
    for value, at, where in ((arm, 0.945, sleeve), (arm, 0.955, sleeve), (leg, 0.905, below), (leg, 0.912, below)):
        seams = graph.math("MAXIMUM", seams, line(value, at, 0.0018, where))
    return graph.math("MAXIMUM", seams, line(y, 0.02, 0.003, below))


def _frayed(graph: Graph, rest: Value, z: Value, arm: Value, leg: Value, on_arm: Value, on_leg: Value) -> Value:
    """Share of worn through dye: cuffs, leg ends, collar, elbows and knees."""

    def above(value: Value, low: float, high: float, where: Value) -> Value:
        return graph.times(graph.ramp(value, low, high), where)

    edge = graph.math("MAXIMUM", above(arm, 0.96, 1.0, on_arm), above(leg, 0.90, 0.95, on_leg))
    edge = graph.math("MAXIMUM", edge, above(z, 1.475, 1.50, graph.math("LESS_THAN", on_arm, 0.3)))
    bend = graph.math("ABSOLUTE", graph.math("SUBTRACT", graph.math("MAXIMUM", arm, leg), 0.5))
    edge = graph.math("MAXIMUM", edge, graph.ramp(bend, 0.07, 0.0, 0.0, 0.5))
    thread = graph.ramp(graph.noise(60, rest, 3, 0.7), 0.42, 0.66)
    return graph.times(graph.times(edge, thread), graph.math("MULTIPLY_ADD", tint(graph, "wear", "Fac"), 0.45, 0.08))


def _stretched(graph: Graph, rest: Value, scale: tuple[float, float, float]) -> Value:
    made = graph.node("ShaderNodeMapping")
    graph.put(made.inputs["Vector"], rest)
    made.inputs["Scale"].default_value = scale
    return made.outputs[0]
