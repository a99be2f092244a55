"""Materials of the body itself: skin, eyes, hair."""

from __future__ import annotations

import bpy

from .fabrics import Colour, tint
from .nodes import Graph, material

TONES: tuple[Colour, ...] = ((0.54, 0.29, 0.20), (0.085, 0.04, 0.024), (0.45, 0.265, 0.165))
"""Average skin of the three macro targets, linear."""


def tone(shares: tuple[float, float, float], shade: float, ruddy: float) -> Colour:
    """Skin colour of a mixture; ``shade`` about 1 tans or pales, ``ruddy`` -1..1 reddens."""
    mixed = [shade * sum(share * colour[c] for share, colour in zip(shares, TONES, strict=True)) for c in range(3)]
    return (mixed[0] * (1 + 0.03 * ruddy), mixed[1] * (1 - 0.07 * ruddy), mixed[2] * (1 - 0.10 * ruddy))


def skin() -> bpy.types.Material:
    """Skin of ``tint_base``; heads carry ``face`` (lip, cheek, stubble) and ``lids`` 0..1, hands read 0."""
    made, new = material("Skin")
    if new:
        graph = Graph(made)
        rest = graph.attribute("rest", "Vector")
        lip, cheek, stubble = graph.split(graph.attribute("face", "Vector"))
        base = tint(graph, "base")

        def times(factors: Colour) -> object:
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
    return made


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


def eye() -> bpy.types.Material:
    """An eyeball; ``iris`` is the distance from its front pole, metres; ``tint_base`` the iris' colour."""
    made, new = material("Eye")
    if new:
        graph = Graph(made)
        away = graph.attribute("iris")
        white = graph.mix(graph.ramp(away, 0.006, 0.012), (0.50, 0.46, 0.43), (0.36, 0.26, 0.23))
        colour = graph.mix(graph.math("LESS_THAN", away, 0.0060), white, tint(graph, "base"))
        colour = graph.mix(graph.between(away, 0.0052, 0.0061), colour, (0.02, 0.018, 0.016))
        colour = graph.mix(graph.math("LESS_THAN", away, 0.0026), colour, (0.004, 0.004, 0.004))
        graph.principled(base_color=colour, roughness=0.1)
    return made
