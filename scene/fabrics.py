"""Materials of people: cloth with bands, seams and dirt laid out in rest coordinates, leather, plastic, skin, hair.

Garments carry point attributes: ``rest`` (rest position over the height factor, metres for a 1.75 m person), ``limb``
(arm parameter, leg parameter, arm weight), ``legm`` (leg weight) and ``dirt``. Colour blocks are cut in the shader, so
bands stay crisp at any distance and no picture file is needed. Materials are shared by colour and found again by name.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from .nodes import Graph, Value, material

Colour = tuple[float, float, float]

TAPE: Colour = (0.62, 0.64, 0.66)
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
    trousers: Colour | None = None
    """Colour below the waist, where it differs."""
    zip: bool = True
    tape: Colour | None = None
    """Name tape on the chest."""
    back: Colour | None = None
    """Print across the shoulder blades."""
    weave: float = 700.0
    check: Colour | None = None
    """Second colour of a checked cloth."""
    straps: Colour | None = None
    """Shoulder straps of a pack or harness."""
    harness: bool = False
    """Also chest, waist and thigh straps."""
    neckline: float = -1.0
    """A V neck cut out in front (a vest); the half width of its opening below, metres; -1: none."""


def cloth(pattern: Pattern, wear: float) -> bpy.types.Material:
    """Cloth by pattern; ``wear`` 0..1 is dirt and fading."""
    wear = round(wear * 3) / 3
    made, new = material(f"Cloth {abs_name(pattern)} {wear:.1f}")
    if new:
        graph = Graph(made)
        _weave(graph, pattern, wear)
    return made


def abs_name(pattern: Pattern) -> str:
    """A short name that tells patterns apart."""
    colours = [pattern.base, pattern.yoke, pattern.edge, pattern.trousers, pattern.back, pattern.check]
    colours.append(pattern.straps)
    shades = "".join("-" if c is None else "".join(f"{round(v * 99):02d}" for v in c) for c in colours)
    cut = "" if pattern.neckline < 0 else f"v{pattern.neckline * 1000:.0f}"
    return f"{shades}{len(pattern.bands)}{int(pattern.zip)}{int(pattern.harness)}{cut}"


def _weave(graph: Graph, pattern: Pattern, wear: float) -> None:
    rest = graph.attribute("rest", "Vector")
    x, y, z = graph.split(rest)
    arm, leg, on_arm = graph.split(graph.attribute("limb", "Vector"))
    on_leg = graph.attribute("legm")
    torso = graph.math("LESS_THAN", on_arm, 0.45)
    colour = _ground(graph, pattern, rest, x, z, arm, on_arm, torso)
    front = graph.math("LESS_THAN", y, -0.02)
    chest = graph.times(torso, graph.between(z, 0.98, 1.6))
    placket = graph.times(graph.times(graph.math("LESS_THAN", graph.math("ABSOLUTE", x), 0.02), front), chest)
    if pattern.zip:
        teeth = graph.math("LESS_THAN", graph.math("ABSOLUTE", graph.add(x, 0.011)), 0.0028)
        colour = graph.mix(graph.times(graph.times(teeth, front), chest), colour, (0.01, 0.01, 0.01))
    if pattern.tape:
        patch = graph.times(graph.between(x, 0.055, 0.135), graph.between(z, 1.275, 1.3))
        colour = graph.mix(graph.times(graph.times(patch, front), torso), colour, pattern.tape)
    if pattern.back:
        letters = graph.math("GREATER_THAN", graph.noise(1.0, _stretched(graph, rest), 0.0), 0.5)
        block = graph.times(graph.math("LESS_THAN", graph.math("ABSOLUTE", x), 0.13), graph.between(z, 1.25, 1.31))
        behind = graph.math("GREATER_THAN", y, 0.05)
        colour = graph.mix(graph.times(graph.times(block, behind), letters), colour, pattern.back)
    tape, border = _bands(graph, pattern, x, z, arm, leg, on_arm, on_leg, torso)
    if pattern.edge and pattern.bands:
        colour = graph.mix(border, colour, pattern.edge)
    if pattern.bands:
        colour = graph.mix(tape, colour, TAPE)
    raised: Value = border if pattern.edge else tape
    if pattern.straps:
        webbing = _straps(graph, pattern, x, z, leg, on_arm, on_leg, torso)
        colour = graph.mix(webbing, colour, pattern.straps)
        tape = graph.times(tape, graph.math("SUBTRACT", 1.0, webbing))
        raised = graph.math("MAXIMUM", raised, webbing)
    colour = graph.mix(_dirt(graph, z, wear), colour, SOIL)
    if pattern.neckline >= 0:
        half = graph.math("MAXIMUM", graph.ramp(z, 1.20, 1.42, 0.0, 0.105), pattern.neckline)
        opening = graph.math("LESS_THAN", graph.math("ABSOLUTE", x), half)
        graph.principled(alpha=graph.math("SUBTRACT", 1.0, graph.times(opening, graph.math("LESS_THAN", y, 0.0))))
    graph.principled(
        base_color=colour,
        roughness=graph.math("SUBTRACT", 0.85, graph.times(tape, 0.45)) if pattern.bands else 0.85,
        metallic=graph.times(tape, 0.35) if pattern.bands else 0.0,
        specular_ior_level=0.25,
        sheen_weight=0.25,
    )
    if pattern.bands:
        graph.principled(emission_color=(0.8, 0.85, 0.9), emission_strength=graph.times(tape, 0.1))
    seams = _seams(graph, x, y, z, arm, leg, on_arm, on_leg)
    normal = graph.bump(graph.noise(16, rest, 4), 0.45, 0.010)
    normal = graph.bump(graph.math("MAXIMUM", placket, seams), 0.7, 0.003, normal)
    if pattern.bands or pattern.straps:
        normal = graph.bump(raised, 0.7, 0.003, normal)
    graph.principled(normal=graph.bump(graph.noise(pattern.weave, rest, 1), 0.35, 0.0015, normal))


def _ground(
    graph: Graph, pattern: Pattern, rest: Value, x: Value, z: Value, arm: Value, on_arm: Value, torso: Value
) -> Value:
    fade = graph.ramp(graph.noise(5, rest, 4), 0.3, 0.75)
    colour = graph.mix(fade, _shade(pattern.base, 0.75), _shade(pattern.base, 1.22))
    if pattern.check:
        lines = [graph.math("LESS_THAN", graph.math("FRACT", graph.times(v, 16.0)), 0.35) for v in (x, z)]
        colour = graph.mix(graph.times(graph.add(*lines), 0.45), colour, pattern.check)
    if pattern.yoke:
        high = graph.math("GREATER_THAN", graph.add(z, graph.times(graph.math("ABSOLUTE", x), 0.18)), 1.36)
        near = graph.math("MAXIMUM", torso, graph.math("LESS_THAN", arm, 0.16))
        colour = graph.mix(graph.times(high, near), colour, pattern.yoke)
    if pattern.trousers:
        low = graph.times(graph.math("LESS_THAN", z, 0.99), torso)
        colour = graph.mix(low, colour, pattern.trousers)
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
    upper = graph.times(torso, graph.math("GREATER_THAN", z, 1.02))
    places = {
        "z": (z, torso),
        "x": (graph.math("ABSOLUTE", x), upper),
        "arm": (arm, graph.math("GREATER_THAN", on_arm, 0.5)),
        "leg": (leg, graph.math("GREATER_THAN", on_leg, 0.6)),
    }
    for kind, low, high in pattern.bands:
        value, where = places[kind]
        wide = (high - low) * 0.5
        tape = graph.math("MAXIMUM", tape, graph.times(graph.between(value, low, high), where))
        border = graph.math("MAXIMUM", border, graph.times(graph.between(value, low - wide, high + wide), where))
    return tape, border


def _straps(
    graph: Graph, pattern: Pattern, x: Value, z: Value, leg: Value, on_arm: Value, on_leg: Value, torso: Value
) -> Value:
    """0/1: shoulder straps; for a harness also those round chest, waist and thighs."""
    side = graph.math("ABSOLUTE", x)
    webbing = graph.times(graph.between(side, 0.088, 0.132), graph.times(torso, graph.math("GREATER_THAN", z, 1.06)))
    if pattern.harness:
        trunk = graph.times(torso, graph.math("LESS_THAN", on_leg, 0.5))
        for low, high in ((1.115, 1.15), (0.985, 1.03)):
            webbing = graph.math("MAXIMUM", webbing, graph.times(graph.between(z, low, high), trunk))
        thigh = graph.times(graph.between(leg, 0.09, 0.135), graph.math("GREATER_THAN", on_leg, 0.5))
        webbing = graph.math("MAXIMUM", webbing, thigh)
    return webbing


def _seams(graph: Graph, x: Value, y: Value, z: Value, arm: Value, leg: Value, on_arm: Value, on_leg: Value) -> Value:
    """Side seams, the yoke's seam, the waist and the inner legs as thin lines."""

    def line(value: Value, at: float, width: float, where: Value) -> Value:
        return graph.times(
            graph.math("LESS_THAN", graph.math("ABSOLUTE", graph.math("SUBTRACT", value, at)), width), where
        )

    trunk = graph.times(graph.math("LESS_THAN", on_arm, 0.4), graph.math("LESS_THAN", on_leg, 0.5))
    seams = line(y, 0.015, 0.003, trunk)
    seams = graph.math("MAXIMUM", seams, line(z, 1.36, 0.0025, trunk))
    seams = graph.math("MAXIMUM", seams, line(z, 1.0, 0.004, trunk))
    seams = graph.math("MAXIMUM", seams, line(arm, 0.06, 0.004, graph.math("GREATER_THAN", on_arm, 0.5)))
    return graph.math("MAXIMUM", seams, line(y, 0.02, 0.003, graph.math("GREATER_THAN", on_leg, 0.6)))


def _dirt(graph: Graph, z: Value, wear: float) -> Value:
    place = graph.position()
    coarse = graph.times(graph.noise(6, place, 3, 0.6), 0.45)
    fine = graph.times(graph.noise(45, place, 5, 0.75), 0.55)
    low = graph.add(graph.ramp(z, 0.6, 0.0, 0.0, 0.3), graph.attribute("dirt"))
    both = graph.add(graph.add(coarse, fine), graph.times(low, 0.42))
    return graph.times(graph.ramp(both, 0.52, 0.85), 0.25 + 0.5 * wear)


def _stretched(graph: Graph, rest: Value) -> Value:
    made = graph.node("ShaderNodeMapping")
    graph.put(made.inputs["Vector"], rest)
    made.inputs["Scale"].default_value = (60.0, 0.0, 22.0)
    return made.outputs[0]


def _shade(colour: Colour, factor: float) -> Colour:
    return tuple(min(0.85, c * factor + 0.002) for c in colour)


def solid(
    kind: str, colour: Colour, roughness: float, dirt: float = 0.35, bump: float = 0.0, coat: float = 0.0
) -> bpy.types.Material:
    """One colour with dirt: leather, rubber, plastic, webbing."""
    made, new = material(f"{kind} {''.join(f'{round(c * 99):02d}' for c in colour)} {roughness:.2f}")
    if new:
        graph = Graph(made)
        place = graph.position()
        grime = graph.ramp(graph.noise(20, place, 5, 0.7), 0.48, 0.8)
        graph.principled(
            base_color=graph.mix(graph.times(grime, dirt), colour, SOIL),
            roughness=graph.math("ADD", roughness, graph.times(grime, 0.25), clamp=True),
            coat_weight=coat,
        )
        if bump:
            graph.principled(normal=graph.bump(graph.noise(60, place, 3), bump, 0.003))
    return made


def shell(colour: Colour, stripes: bool) -> bpy.types.Material:
    """A helmet's shell: glossy, scratched, dusty, with reflective patches. Reads the attribute ``shell`` (turn, height)."""
    made, new = material(f"Shell {''.join(f'{round(c * 99):02d}' for c in colour)} {int(stripes)}")
    if new:
        graph = Graph(made)
        turn, height, _ = graph.split(graph.attribute("shell", "Vector"))
        base: Value = colour
        if stripes:
            lobes = graph.math("PINGPONG", graph.math("ADD", graph.times(turn, 4.0), 0.5), 0.5)
            patch = graph.times(graph.math("GREATER_THAN", lobes, 0.34), graph.between(height, 0.14, 0.28))
            base = graph.mix(patch, colour, (0.75, 0.76, 0.72))
        place = graph.position()
        dust = graph.ramp(graph.noise(16, place, 7, 0.7), 0.48, 0.8)
        graph.principled(
            base_color=graph.mix(graph.times(dust, 0.5), base, SOIL),
            roughness=graph.ramp(dust, 0.0, 1.0, 0.3, 0.65),
            coat_weight=0.25,
            normal=graph.bump(graph.noise(40, place, 4), 0.08, 0.004),
        )
    return made


def skin(tone: Colour) -> bpy.types.Material:
    """Skin; heads carry ``stubble``, ``lip``, ``cheek`` 0..1, hands don't and read 0."""
    tone = tuple(round(c * 12) / 12 if c > 0.2 else round(c * 40) / 40 for c in tone)
    made, new = material(f"Skin {''.join(f'{round(c * 99):02d}' for c in tone)}")
    if new:
        graph = Graph(made)
        rest = graph.attribute("rest", "Vector")
        blotch = graph.ramp(graph.noise(30, rest, 5), 0.3, 0.75)
        colour = graph.mix(blotch, _shade(tone, 0.84), _shade(tone, 1.12))
        red = (tone[0], tone[1] * 0.62, tone[2] * 0.58)
        colour = graph.mix(graph.times(graph.attribute("cheek"), 0.45), colour, red)
        lips = (tone[0] * 0.75, tone[1] * 0.48, tone[2] * 0.5)
        colour = graph.mix(graph.times(graph.attribute("lip"), 0.75), colour, lips)
        hairs = graph.ramp(graph.noise(420, rest, 2), 0.25, 0.7)
        colour = graph.mix(graph.times(graph.attribute("stubble"), hairs), colour, (0.05, 0.04, 0.035))
        grime = graph.ramp(graph.noise(22, rest, 6, 0.7), 0.55, 0.85)
        colour = graph.mix(graph.times(grime, 0.4), colour, (0.16, 0.12, 0.09))
        graph.principled(
            base_color=colour,
            roughness=0.5,
            subsurface_weight=0.15,
            subsurface_scale=0.006,
            normal=graph.bump(graph.noise(260, rest, 3), 0.3, 0.0012),
        )
    return made


def hair(colour: Colour) -> bpy.types.Material:
    """Hair as a rough, streaky surface."""
    made, new = material(f"Hair {''.join(f'{round(c * 99):02d}' for c in colour)}")
    if new:
        graph = Graph(made)
        streak = graph.node("ShaderNodeMapping")
        graph.put(streak.inputs["Vector"], graph.attribute("rest", "Vector"))
        streak.inputs["Scale"].default_value = (260.0, 260.0, 40.0)
        strands = graph.noise(1.0, streak.outputs[0], 2)
        graph.principled(
            base_color=graph.mix(strands, _shade(colour, 0.5), _shade(colour, 1.6)),
            roughness=0.45,
            normal=graph.bump(strands, 0.9, 0.003),
        )
    return made


def eye() -> bpy.types.Material:
    """An eyeball; ``iris`` is the distance from its front pole, metres."""
    made, new = material("Eye")
    if new:
        graph = Graph(made)
        away = graph.attribute("iris")
        colour = graph.mix(graph.math("LESS_THAN", away, 0.0062), (0.62, 0.58, 0.55), (0.09, 0.07, 0.05))
        colour = graph.mix(graph.math("LESS_THAN", away, 0.0027), colour, (0.005, 0.005, 0.005))
        graph.principled(base_color=colour, roughness=0.12)
    return made
