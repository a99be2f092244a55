"""Materials of the body itself: skin, eyes, hair; each once plain and once for who is near."""

from __future__ import annotations

import bpy

from .fabrics import Colour, tint
from .nodes import Graph, Value, material

TONES: tuple[Colour, ...] = ((0.54, 0.29, 0.20), (0.085, 0.04, 0.024), (0.45, 0.265, 0.165))
"""Average skin of the three macro targets, linear."""

AVERAGE = 0.9634
"""The average body's height against 1.75 m, for which ``rest`` is."""

DUST: Colour = (0.34, 0.30, 0.25)
SOOT: Colour = (0.055, 0.045, 0.038)


def tone(shares: tuple[float, float, float], shade: float, ruddy: float) -> Colour:
    """Skin colour of a mixture; ``shade`` about 1 tans or pales, ``ruddy`` -1..1 reddens."""
    mixed = [shade * sum(share * colour[c] for share, colour in zip(shares, TONES, strict=True)) for c in range(3)]
    return (mixed[0] * (1 + 0.03 * ruddy), mixed[1] * (1 - 0.07 * ruddy), mixed[2] * (1 - 0.10 * ruddy))


def skin(near: bool = False) -> bpy.types.Material:
    """Skin of ``tint_base``; heads carry ``face`` (lip, cheek, stubble) and ``lids`` 0..1, hands read 0.

    ``near`` also reads ``zone`` (oily, thin, under hair) and ``tint_age``, ``tint_freckles``, ``tint_sweat``, all 0..1.
    """
    made, new = material("Skin near" if near else "Skin")
    if new:
        (_near_skin if near else _skin)(Graph(made))
    return made


def _skin(graph: Graph) -> None:
    rest = graph.attribute("rest", "Vector")
    lip, cheek, stubble = graph.split(graph.attribute("face", "Vector"))
    base = tint(graph, "base")

    def times(factors: Colour) -> Value:
        return graph.mix(1.0, base, factors, "MULTIPLY")

    blotch = graph.ramp(graph.noise(28, rest, 5, 0.6), 0.3, 0.72)
    colour = graph.mix(blotch, times((0.82, 0.74, 0.72)), times((1.10, 1.10, 1.12)))
    freckles = graph.ramp(graph.noise(330, rest, 2), 0.62, 0.75)
    colour = graph.mix(graph.times(freckles, 0.25), colour, times((0.6, 0.45, 0.4)))
    colour = graph.mix(graph.times(cheek, 0.5), colour, times((1.02, 0.62, 0.58)))
    colour = graph.mix(graph.times(lip, 0.8), colour, times((0.80, 0.46, 0.47)))
    colour = graph.mix(graph.times(graph.attribute("lids"), 0.75), colour, times((0.45, 0.32, 0.30)))
    hairs = graph.ramp(graph.noise(650, rest, 1), 0.30, 0.68, 0.35, 1.0)
    colour = graph.mix(graph.times(graph.times(stubble, hairs), 0.8), colour, tint(graph, "hair"))
    grime = graph.ramp(graph.noise(22, rest, 6, 0.7), 0.55, 0.85)
    dirty = graph.times(grime, graph.times(tint(graph, "wear", "Fac"), 0.55))
    colour = graph.mix(dirty, colour, (0.13, 0.10, 0.08))
    pores = graph.noise(520, rest, 3, 0.7)
    wrinkles = graph.noise(70, rest, 3, 0.6)
    normal = graph.bump(wrinkles, 0.30, 0.0035)
    graph.principled(
        base_color=colour,
        roughness=graph.ramp(pores, 0.3, 0.7, 0.62, 0.44),
        specular_ior_level=0.42,
        subsurface_weight=0.14,
        subsurface_radius=(1.0, 0.35, 0.2),
        subsurface_scale=0.006,
        normal=graph.bump(pores, 0.35, 0.0012, normal),
    )


def _near_skin(graph: Graph) -> None:
    rest = graph.attribute("rest", "Vector")
    _, cheek, stubble = graph.split(graph.attribute("face", "Vector"))
    lip = graph.split(graph.attribute("face", "Vector"))[0]
    oil, thin, under = graph.split(graph.attribute("zone", "Vector"))
    base = tint(graph, "base")
    wear, age = tint(graph, "wear", "Fac"), tint(graph, "age", "Fac")

    def times(factors: Colour) -> Value:
        return graph.mix(1.0, base, factors, "MULTIPLY")

    patches = graph.noise(19, rest, 4, 0.62)
    fine = graph.noise(190, rest, 3, 0.65)
    colour = graph.mix(graph.ramp(patches, 0.32, 0.68), times((0.86, 0.74, 0.69)), times((1.07, 1.10, 1.12)))
    colour = graph.mix(graph.ramp(fine, 0.38, 0.72, 0.0, 0.55), colour, times((0.86, 0.66, 0.60)))
    red = graph.times(graph.add(cheek, graph.times(thin, 0.4)), graph.ramp(patches, 0.25, 0.7, 0.65, 0.20))
    colour = graph.mix(red, colour, times((1.02, 0.64, 0.58)))
    colour = graph.mix(graph.times(lip, 0.75), colour, times((0.80, 0.42, 0.42)))
    colour = graph.mix(graph.times(graph.attribute("lids"), 0.40), colour, times((0.66, 0.48, 0.46)))
    dots = graph.noise(420, rest, 1)
    colour = graph.mix(graph.times(graph.ramp(dots, 0.60, 0.72), tint(graph, "freckles", "Fac")), colour,
                       times((0.62, 0.44, 0.36)))  # fmt: skip
    spots = graph.ramp(graph.noise(95, rest, 2, 0.5), 0.66, 0.72)
    colour = graph.mix(graph.times(spots, graph.times(age, 0.55)), colour, times((0.62, 0.46, 0.38)))
    shaven = graph.times(stubble, graph.ramp(graph.noise(700, rest, 1), 0.25, 0.70, 0.25, 1.0))
    colour = graph.mix(graph.times(shaven, 0.72), colour, graph.mix(0.25, tint(graph, "hair"), times((0.6, 0.6, 0.6))))
    colour = graph.mix(graph.times(under, 0.92), colour, graph.mix(0.08, tint(graph, "hair"), base))
    dust, soot = _grime(graph, rest, wear, under)
    colour = graph.mix(dust, graph.mix(soot, colour, SOOT), DUST)
    wet = graph.times(tint(graph, "sweat", "Fac"), graph.ramp(graph.add(oil, patches), 0.55, 1.1))
    pores = graph.noise(760, rest, 2, 0.7)
    rough = graph.math("SUBTRACT", graph.ramp(pores, 0.3, 0.7, 0.58, 0.44), graph.times(oil, 0.13))
    rough = graph.math("SUBTRACT", rough, graph.add(graph.times(wet, 0.20), graph.times(lip, 0.10)))
    graph.principled(
        base_color=colour,
        roughness=graph.add(rough, graph.times(dust, 0.35)),
        specular_ior_level=0.45,
        subsurface_weight=0.45,
        subsurface_radius=(1.0, 0.38, 0.20),
        subsurface_scale=0.0045,
        normal=_relief(graph, rest, pores, fine, age, lip),
    )


def _grime(graph: Graph, rest: Value, wear: Value, under: Value) -> tuple[Value, Value]:
    """(pale dust, dark smears) 0..1: streaks that run down the face, more of both the dirtier the work."""
    streaks = graph.node("ShaderNodeMapping")
    graph.put(streaks.inputs["Vector"], rest)
    streaks.inputs["Scale"].default_value = (95.0, 60.0, 22.0)
    run = graph.noise(1.0, streaks.outputs[0], 4, 0.7)
    cloud = graph.noise(13, rest, 3, 0.6)
    dust = graph.times(graph.ramp(graph.add(run, cloud), 0.98, 1.42), graph.times(wear, 0.85))
    soot = graph.times(graph.ramp(graph.noise(16, rest, 6, 0.7), 0.54, 0.78), graph.times(wear, 0.60))
    return dust, graph.times(soot, graph.math("SUBTRACT", 1.0, under))


def _relief(graph: Graph, rest: Value, pores: Value, fine: Value, age: Value, lip: Value) -> Value:
    """The normal: wrinkles of brow and eyes by age, skin's grain, pores, grooves of the lips."""
    x, y, z = (graph.times(value, AVERAGE) for value in graph.split(rest))
    side = graph.math("ABSOLUTE", x)
    front = graph.math("LESS_THAN", y, -0.085)
    wavy = graph.add(z, graph.add(graph.times(side, 0.12), graph.times(graph.noise(20, rest, 2), 0.020)))
    brow = graph.times(graph.ramp(z, 1.600, 1.612), graph.ramp(z, 1.648, 1.636))
    brow = graph.times(brow, graph.times(graph.ramp(side, 0.052, 0.030), front))
    # furrows narrow beside the skin between them, and broken off here and there
    furrows = graph.ramp(graph.math("PINGPONG", graph.times(wavy, 95.0), 0.5), 0.0, 0.24, -1.0, 0.0)
    broken = graph.ramp(graph.noise(38, rest, 1), 0.36, 0.58)
    lines = graph.times(graph.times(furrows, broken), brow)
    aside, over = graph.math("SUBTRACT", side, 0.036), graph.math("SUBTRACT", z, 1.577)
    angle = graph.math("ARCTAN2", over, aside)
    reach = graph.math("SQRT", graph.add(graph.times(aside, aside), graph.times(over, over)))
    crow = graph.times(graph.ramp(reach, 0.010, 0.016), graph.ramp(reach, 0.036, 0.020))
    crow = graph.times(crow, graph.math("GREATER_THAN", aside, 0.004))
    rays = graph.ramp(graph.math("PINGPONG", graph.times(angle, 2.6), 0.5), 0.0, 0.30, -1.0, 0.0)
    rays = graph.times(rays, crow)
    creases = graph.bump(graph.times(graph.add(lines, rays), graph.times(age, age)), 0.60, 0.0026)
    grain = graph.add(graph.times(fine, 0.75), graph.times(pores, 0.45))
    uneven = graph.bump(graph.noise(75, rest, 3, 0.6), 0.26, 0.0032, creases)
    normal = graph.bump(grain, 0.40, 0.0018, uneven)
    chapped = graph.times(graph.math("PINGPONG", graph.times(x, 330.0), 0.5), lip)
    return graph.bump(chapped, 0.25, 0.0012, normal)


def hair() -> bpy.types.Material:
    """Hair of ``tint_hair``: streaks along ``rest``'s z, a soft sheen, single hairs where ``thick`` is small."""
    made, new = material("Hair")
    if new:
        graph = Graph(made)
        rest = graph.attribute("rest", "Vector")
        streak = graph.node("ShaderNodeMapping")
        graph.put(streak.inputs["Vector"], rest)
        streak.inputs["Scale"].default_value = (420.0, 300.0, 38.0)
        strands = graph.noise(1.0, streak.outputs[0], 3, 0.6)
        locks = graph.noise(55, rest, 3)
        base = tint(graph, "hair")
        dark = graph.mix(1.0, base, (0.45, 0.45, 0.45), "MULTIPLY")
        light = graph.mix(1.0, base, (1.8, 1.7, 1.6), "MULTIPLY")
        normal = graph.bump(locks, 0.6, 0.012)
        single = graph.noise(1.0, streak.outputs[0], 1)
        shown = graph.add(graph.math("MULTIPLY_ADD", graph.attribute("thick"), 1.5, 0.05), single)
        graph.principled(
            base_color=graph.mix(graph.ramp(strands, 0.3, 0.7), dark, light),
            alpha=graph.math("GREATER_THAN", shown, 0.78),
            roughness=0.55,
            specular_ior_level=0.35,
            normal=graph.bump(strands, 0.8, 0.004, normal),
        )
    return made


def strand() -> bpy.types.Material:
    """Single hairs of ``tint_hair``, darker at the root, ``tint_grey`` of them white; reads ``strand`` and ``flow``."""
    made, new = material("Strand")
    if new:
        graph = Graph(made)
        along, single, _ = graph.split(graph.attribute("strand", "Vector"))
        base = tint(graph, "hair")
        dark = graph.mix(1.0, base, (0.55, 0.52, 0.50), "MULTIPLY")
        light = graph.mix(1.0, base, (1.75, 1.65, 1.55), "MULTIPLY")
        colour = graph.mix(single, dark, light)
        colour = graph.mix(graph.ramp(along, 0.0, 0.45, 0.45, 0.0), colour, dark)
        white = graph.math("LESS_THAN", graph.math("FRACT", graph.times(single, 7.31)), tint(graph, "grey", "Fac"))
        colour = graph.mix(white, colour, (0.42, 0.41, 0.40))
        turned = graph.node("ShaderNodeVectorTransform", vector_type="VECTOR", convert_from="OBJECT",
                            convert_to="WORLD")  # fmt: skip
        graph.put(turned.inputs[0], graph.attribute("flow", "Vector"))
        graph.principled(
            base_color=colour, roughness=0.5, specular_ior_level=0.32, anisotropic=0.7, tangent=turned.outputs[0]
        )
    return made


def teeth() -> bpy.types.Material:
    """Teeth."""
    made, new = material("Teeth")
    if new:
        Graph(made).principled(base_color=(0.46, 0.40, 0.31), roughness=0.25)
    return made


def eye(near: bool = False) -> bpy.types.Material:
    """An eyeball, ``tint_base`` the iris' colour. Plain: ``iris`` is the distance from its front pole, metres; near:
    ``eye`` is (radians from the axis, to the left, up)."""
    made, new = material("Eye near" if near else "Eye")
    if new:
        (_near_eye if near else _eye)(Graph(made))
    return made


def _eye(graph: Graph) -> None:
    away = graph.attribute("iris")
    white = graph.mix(graph.ramp(away, 0.006, 0.012), (0.50, 0.46, 0.43), (0.36, 0.26, 0.23))
    colour = graph.mix(graph.math("LESS_THAN", away, 0.0060), white, tint(graph, "base"))
    colour = graph.mix(graph.between(away, 0.0052, 0.0061), colour, (0.02, 0.018, 0.016))
    colour = graph.mix(graph.math("LESS_THAN", away, 0.0026), colour, (0.004, 0.004, 0.004))
    graph.principled(base_color=colour, roughness=0.1)


def _near_eye(graph: Graph) -> None:
    place = graph.attribute("eye", "Vector")
    away, aside, up = graph.split(place)
    corner = graph.ramp(graph.math("ABSOLUTE", aside), 0.35, 0.85)
    veins = graph.ramp(graph.noise(9.0, place, 4, 0.7), 0.45, 0.75)
    white = graph.mix(corner, (0.52, 0.48, 0.45), (0.42, 0.28, 0.25))
    white = graph.mix(graph.times(veins, graph.ramp(away, 0.4, 0.9, 0.0, 0.45)), white, (0.45, 0.22, 0.19))
    white = graph.mix(graph.ramp(up, 0.56, 0.78, 0.0, 0.55), white, (0.22, 0.17, 0.15))
    spokes = graph.noise(1.0, _spoked(graph, aside, up, away), 3, 0.6)
    iris = graph.mix(graph.ramp(spokes, 0.3, 0.7), tint(graph, "base"), graph.mix(1.0, tint(graph, "base"),
                     (2.0, 1.9, 1.7), "MULTIPLY"))  # fmt: skip
    iris = graph.mix(graph.ramp(away, 0.27, 0.36), iris, (0.016, 0.014, 0.013))
    iris = graph.mix(graph.ramp(away, 0.150, 0.135), iris, (0.003, 0.003, 0.003))
    colour = graph.mix(graph.ramp(away, 0.365, 0.405), iris, white)
    graph.principled(
        base_color=colour, roughness=0.25, specular_ior_level=0.3, coat_weight=1.0, coat_roughness=0.02, coat_ior=1.38
    )


def _spoked(graph: Graph, aside: Value, up: Value, away: Value) -> Value:
    """Coordinates for what runs from the pupil to the iris' rim."""
    made = graph.node("ShaderNodeCombineXYZ")
    graph.put(made.inputs[0], graph.times(graph.math("ARCTAN2", graph.math("SUBTRACT", up, 0.5), aside), 5.0))
    graph.put(made.inputs[1], graph.times(away, 8.0))
    return made.outputs[0]


def wet() -> bpy.types.Material:
    """Tears along a lid."""
    made, new = material("Tears")
    if new:
        Graph(made).principled(base_color=(0.42, 0.24, 0.20), roughness=0.06, specular_ior_level=0.6)
    return made
