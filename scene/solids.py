"""Materials of gear: leather, plastic, webbing, helmet shells, footwear. Colours are ``fabrics.painted``'s."""

from __future__ import annotations

import bpy

from .fabrics import SOIL, Colour, shaded, tint
from .nodes import Graph, Value, material


def solid(kind: str, roughness: float, bump: float = 0.0, coat: float = 0.0, metal: float = 0.0) -> bpy.types.Material:
    """One colour (``tint_base``) with dirt (``tint_wear``): leather, rubber, plastic, webbing."""
    made, new = material(f"{kind} {roughness:.2f}")
    if new:
        graph = Graph(made)
        place = graph.position()
        grime = graph.ramp(graph.noise(20, place, 5, 0.7), 0.48, 0.8)
        graph.principled(
            base_color=graph.mix(graph.times(grime, tint(graph, "wear", "Fac")), tint(graph, "base"), SOIL),
            roughness=graph.math("ADD", roughness, graph.times(grime, 0.25), clamp=True),
            coat_weight=coat,
            metallic=metal,
        )
        if bump:
            graph.principled(normal=graph.bump(graph.noise(60, place, 3), bump, 0.003))
    return made


def flat(kind: str, colour: Colour, roughness: float, glow: float = 0.0, alpha: float = 1.0) -> bpy.types.Material:
    """One fixed colour: second materials of pieces whose first is tinted (straps, lenses, visors)."""
    made, new = material(f"{kind} {''.join(f'{round(c * 99):02d}' for c in colour)}")
    if new:
        graph = Graph(made)
        graph.principled(base_color=colour, roughness=roughness, alpha=alpha)
        if glow:
            graph.principled(emission_color=colour, emission_strength=glow)
    return made


def shell(striped: bool) -> bpy.types.Material:
    """A helmet's shell: glossy, scratched, dusty, with reflective patches. Reads ``shell`` (turn, height, 0)."""
    made, new = material(f"Shell {int(striped)}")
    if new:
        graph = Graph(made)
        turn, height, _ = graph.split(graph.attribute("shell", "Vector"))
        base: Value = tint(graph, "base")
        if striped:
            lobes = graph.math("PINGPONG", graph.math("ADD", graph.times(turn, 4.0), 0.5), 0.5)
            patch = graph.times(graph.math("GREATER_THAN", lobes, 0.36), graph.between(height, 0.15, 0.26))
            base = graph.mix(patch, base, tint(graph, "edge"))
        marks, relief = _fittings(graph, turn, height, striped)
        base = graph.mix(marks, base, (0.012, 0.012, 0.013))
        place = graph.position()
        wear = tint(graph, "wear", "Fac")
        dust = graph.times(graph.ramp(graph.noise(14, place, 7, 0.72), 0.46, 0.8), wear)
        scratch = graph.times(graph.math("GREATER_THAN", graph.noise(90, place, 4, 0.8), 0.64), wear)
        base = graph.mix(graph.times(scratch, 0.4), base, (0.30, 0.28, 0.26))
        graph.principled(
            base_color=graph.mix(graph.times(dust, 0.75), base, SOIL),
            roughness=graph.ramp(dust, 0.0, 1.0, 0.26, 0.75),
            coat_weight=0.2,
            normal=graph.bump(graph.noise(40, place, 4), 0.06, 0.004, graph.bump(relief, 0.9, 0.004)),
        )
    return made


def _fittings(graph: Graph, turn: Value, height: Value, striped: bool) -> tuple[Value, Value]:
    """(what is black, what stands out) of a shell: rim trim, slots for lamp and ear muffs, vents, moulded ribs."""
    trim = graph.math("LESS_THAN", height, -0.06)
    # the same on both sides: 0 in front, 0.5 behind
    side = graph.math("PINGPONG", turn, 0.5)
    slot = graph.times(graph.between(side, 0.215, 0.265), graph.between(height, 0.055, 0.11))
    dark = graph.math("MAXIMUM", trim, slot)
    for low in (0.15, 0.20, 0.29, 0.34) if striped else (0.22, 0.27):
        vent = graph.times(graph.between(side, low, low + 0.022), graph.between(height, 0.50, 0.60))
        dark = graph.math("MAXIMUM", dark, vent)
    rib = graph.math("ABSOLUTE", graph.math("SUBTRACT", side, 0.105 if striped else 0.085))
    rib = graph.times(graph.ramp(rib, 0.006, 0.014, 1.0, 0.0), graph.between(height, 0.12, 0.80))
    back = graph.times(graph.between(side, 0.415, 0.425), graph.between(height, 0.10, 0.72))
    return dark, graph.math("SUBTRACT", graph.math("MAXIMUM", rib, back), dark)


def footwear() -> bpy.types.Material:
    """Boots and shoes: leather over a rubber sole, laces; reads ``rest`` and ``foot`` (across, along, 0)."""
    made, new = material("Footwear")
    if new:
        graph = Graph(made)
        rest = graph.attribute("rest", "Vector")
        _, _, z = graph.split(rest)
        across, along, lacing = graph.split(graph.attribute("foot", "Vector"))
        sole = graph.math("LESS_THAN", z, 0.017)
        tongue = graph.times(graph.math("LESS_THAN", graph.math("ABSOLUTE", across), 0.022), lacing)
        rows = graph.math(
            "LESS_THAN",
            graph.math("PINGPONG", graph.add(graph.times(along, 55.0), graph.times(across, 14.0)), 0.5),
            0.2,
        )
        laces = graph.times(tongue, rows)
        place = graph.position()
        grime = graph.noise(18, place, 6, 0.7)
        dusty = graph.add(grime, graph.ramp(z, 0.15, 0.0, 0.0, 0.14))
        colour = graph.mix(tongue, tint(graph, "base"), shaded(graph, tint(graph, "base"), 0.6))
        colour = graph.mix(laces, colour, (0.10, 0.085, 0.06))
        colour = graph.mix(sole, colour, tint(graph, "edge"))
        dust = graph.times(
            graph.ramp(dusty, 0.42, 0.8), graph.math("MULTIPLY_ADD", tint(graph, "wear", "Fac"), 0.6, 0.3)
        )
        normal = graph.bump(graph.math("SUBTRACT", laces, sole), 0.8, 0.004)
        graph.principled(
            base_color=graph.mix(dust, colour, SOIL),
            roughness=graph.ramp(dust, 0.0, 1.0, 0.42, 0.9),
            normal=graph.bump(graph.noise(32, rest, 4), 0.35, 0.005, normal),
        )
    return made
