"""The site's materials: one shared material a kind, all reading the same weather.

Mesh attributes that they read (those missing count as 0):

    col    colour (n, 4), linear: the paint, plaster or stone at a vertex
    soot   0..1 a vertex: blackened by fire; on paint, burnt to rust
    rest   (n, 3) metres: where textures are taken from, so that each piece of rubble has its own grain
    brk    a face: 1 broken concrete, 0 cast or plastered, -1 rusty steel, -2 anything else (paint, wood, cloth)
    hard   0..1 a vertex of the ground: asphalt and slabs
    paved  0..1 a vertex of the ground: slabs
    hollow  0..1 a vertex: lies deeper than what is around it, dirt gathers
    shelter  0..1 a vertex: under a roof, where neither snow nor rain falls
"""

from __future__ import annotations

from collections.abc import Callable

import bpy

from .nodes import Graph, Value, fresh
from .weathering import SNOW, STATES, WEATHER, Layers, put, set_weather, tinted, weather, weather_group

__all__ = [
    "SNOW",
    "STATES",
    "WEATHER",
    "brick_material",
    "far_material",
    "glass_material",
    "ground_material",
    "lamp_material",
    "leaf_material",
    "lit_material",
    "paint_material",
    "plain_material",
    "set_weather",
    "site_material",
    "water_material",
    "weather_group",
]


def site_material() -> bpy.types.Material:
    """Concrete, plaster, brick pieces, steel, wood: houses' bones and rubble."""
    return _shared("Rescue Site", _concrete)


def brick_material() -> bpy.types.Material:
    """Brick walls; ``rest`` is (along the wall, 0, height)."""
    return _shared("Rescue Brick", _brick)


def ground_material() -> bpy.types.Material:
    """Asphalt, mud, grass, pavement; ``hard`` tells asphalt from soil."""
    return _shared("Rescue Ground", _ground)


def paint_material() -> bpy.types.Material:
    """Car paint; where ``soot`` is, burnt to rust and ash."""
    return _shared("Rescue Paint", _paint)


def plain_material() -> bpy.types.Material:
    """Plastic, rubber, bark, cloth: ``col`` with a little grain."""
    return _shared("Rescue Plain", _plain)


def leaf_material() -> bpy.types.Material:
    """Leaves and grass, lit through."""
    return _shared("Rescue Leaf", _leaf)


def glass_material() -> bpy.types.Material:
    """Window panes seen from outside: dark mirrors, opaque because that is cheap and looks the same."""
    return _shared("Rescue Glass", _glass)


def water_material() -> bpy.types.Material:
    """Puddles."""
    return _shared("Rescue Water", _water)


def far_material() -> bpy.types.Material:
    """Whatever stands and lies beyond the site, land, houses and cars alike: few nodes for half of a picture."""
    return _shared("Rescue Far", _far)


def lit_material() -> bpy.types.Material:
    """Panes with a lamp behind: dark by day, aglow as far as ``lighting`` says."""
    return _shared("Rescue Lit", _lit)


def lamp_material() -> bpy.types.Material:
    """Lamp glass that shines in the colour ``col``."""
    return _shared("Rescue Lamp", _lamp)


def _shared(name: str, fill: Callable[[Graph], None]) -> bpy.types.Material:
    material = bpy.data.materials.get(name)
    if material is None:
        material = fresh(name)
        fill(Graph(material))
    return material


def _concrete(graph: Graph) -> None:
    layers = Layers(graph)
    kind = graph.attribute("brk")
    raw = layers.colour
    layers.grain()
    layers.streaks(0.45)
    broken = graph.ramp(kind, 0.2, 0.6)
    stones = layers.cells(38)
    split = graph.node("ShaderNodeSeparateColor")
    graph.put(split.inputs[0], stones.outputs["Color"])
    gravel = graph.mix(split.outputs[0], (0.24, 0.22, 0.20), (0.45, 0.42, 0.38))
    layers.colour = graph.mix(broken, layers.colour, graph.mix(0.5, layers.colour, gravel))
    rust = graph.mix(graph.ramp(layers.middle, 0.4, 0.6), (0.055, 0.030, 0.020), (0.19, 0.075, 0.032))
    steel = graph.math("MULTIPLY", graph.ramp(kind, -0.2, -0.6), graph.ramp(kind, -1.7, -1.4))
    layers.colour = graph.mix(steel, layers.colour, rust)
    painted = tinted(graph, raw, graph.ramp(layers.middle, 0.25, 0.75, 0.82, 1.1))
    layers.colour = graph.mix(graph.ramp(kind, -1.4, -1.7), layers.colour, painted)
    # the stones stand out as the grain does: another cell texture there would be worked out three times more
    relief = graph.ramp(kind, 0.2, 0.6, 0.3, 1.1)
    layers.height = graph.math("MULTIPLY_ADD", layers.fine, relief, graph.math("MULTIPLY", layers.middle, 0.5))
    layers.blackened()
    layers.dusty(1.05)
    layers.creased()
    layers.wet(0.85)
    layers.snowed()
    layers.done()


def _brick(graph: Graph) -> None:
    layers = Layers(graph)
    along, _, height = graph.split(layers.rest)
    flat = graph.node("ShaderNodeCombineXYZ")
    put(graph, flat, X=along, Y=height)
    bricks = graph.node("ShaderNodeTexBrick", offset=0.5)
    put(
        graph, bricks, Vector=flat.outputs[0], Color1=(0.78, 0.78, 0.80), Color2=(1.18, 1.13, 1.1),
        Mortar=(0.0, 0.0, 0.0), Scale=1.0, Mortar_Size=0.006, Mortar_Smooth=0.2, Bias=0.0,
        Brick_Width=0.26, Row_Height=0.077,
    )  # fmt: skip
    mortar = bricks.outputs["Fac"]
    stone = tinted(graph, layers.colour, bricks.outputs["Color"])
    layers.colour = graph.mix(mortar, stone, (0.27, 0.255, 0.235))
    layers.grain(0.9)
    layers.streaks(0.3)
    layers.height = graph.math("MULTIPLY_ADD", mortar, -0.9, layers.height)
    layers.blackened()
    layers.dusty(0.6)
    layers.creased()
    layers.wet(0.8)
    layers.snowed()
    layers.done(0.6)


def _ground(graph: Graph) -> None:
    layers = Layers(graph, flat=True)
    hard = graph.attribute("hard")
    layers.grain()
    grit = layers.noise(220, 1)
    layers.colour = tinted(graph, layers.colour, graph.ramp(grit, 0.3, 0.7, 0.62, 1.35))
    _chips(graph, layers, hard)
    _flags(graph, layers)
    bend = graph.node("ShaderNodeMix", data_type="VECTOR")
    warp = graph.node("ShaderNodeTexNoise", noise_dimensions="2D")
    put(graph, warp, Vector=layers.rest, Scale=1.3, Detail=4.0)
    # sockets of the vector flavour of Mix: 4 and 5, output 1
    for place, value in ((0, 0.35), (4, layers.rest), (5, warp.outputs["Color"])):
        graph.put(bend.inputs[place], value)
    worn = layers.noise(0.2, 2)
    for scale, width, share, where in ((0.55, 0.007, 0.8, (0.45, 0.6)), (2.2, 0.012, 0.55, (0.56, 0.64))):
        edge = layers.cells(scale, bend.outputs[1], "DISTANCE_TO_EDGE").outputs["Distance"]
        crack = graph.ramp(edge, width * 0.3, width, share, 0.0)
        crack = graph.math("MULTIPLY", crack, graph.ramp(worn, *where))
        layers.colour = graph.mix(graph.math("MULTIPLY", crack, hard), layers.colour, (0.012, 0.012, 0.012))
    clods = graph.math("MULTIPLY", layers.noise(28, 2), graph.ramp(hard, 0.0, 0.6, 1.5, 0.15))
    layers.height = graph.math("ADD", layers.height, clods)
    layers.dusty(0.22, (0.24, 0.215, 0.18))
    layers.creased()
    # soil drinks what stays on asphalt as a film; pools stand on both, fewer on soil, none on a slope
    layers.wet(film=graph.ramp(hard, 0.0, 1.0, 0.18, 1.0))
    low = graph.ramp(hard, 0.0, 1.0, 0.60, 0.53)
    pool = graph.ramp(layers.noise(0.33, 3), low, graph.add(low, 0.07))
    pool = graph.math("MULTIPLY", pool, layers.weather.outputs[0])
    pool = graph.math("MULTIPLY", pool, graph.ramp(layers.up, 0.93, 0.99))
    layers.rough = graph.mix(pool, layers.rough, (0.06, 0.06, 0.06))
    layers.snowed(0.98)
    layers.done(graph.ramp(pool, 0.0, 1.0, 0.6, 0.07), 0.016)


def _chips(graph: Graph, layers: Layers, hard: Value) -> None:
    """The light and dark stones in asphalt, and grit in soil."""
    split = graph.node("ShaderNodeSeparateColor")
    graph.put(split.inputs[0], layers.cells(70).outputs["Color"])
    stone = graph.ramp(split.outputs[0], 0.0, 1.0, 0.55, 1.5)
    share = graph.ramp(hard, 0.0, 1.0, 0.45, 1.0)
    stone = graph.math("MULTIPLY_ADD", graph.math("SUBTRACT", stone, 1.0), share, 1.0)
    layers.colour = tinted(graph, layers.colour, stone)


def _flags(graph: Graph, layers: Layers) -> None:
    """Half-metre slabs where ``paved`` is: their joints, and no two quite alike."""
    paved = graph.attribute("paved")
    flags = graph.node("ShaderNodeTexBrick", offset=0.5)
    put(
        graph, flags, Vector=layers.rest, Color1=(0.72, 0.72, 0.72), Color2=(1.15, 1.13, 1.10),
        Mortar=(0.22, 0.20, 0.17), Scale=1.0, Mortar_Size=0.009, Mortar_Smooth=0.3, Bias=0.0,
        Brick_Width=0.5, Row_Height=0.5,
    )  # fmt: skip
    flagged = tinted(graph, layers.colour, flags.outputs["Color"])
    layers.colour = graph.mix(paved, layers.colour, flagged)
    joint = graph.math("MULTIPLY", flags.outputs["Fac"], paved)
    layers.height = graph.math("MULTIPLY_ADD", joint, -0.8, layers.height)


def _paint(graph: Graph) -> None:
    layers = Layers(graph)
    dirt = graph.ramp(graph.noise(2.3, layers.rest, 5, 0.7), 0.35, 0.75, 0.1, 0.75)
    painted = graph.mix(graph.math("MULTIPLY", dirt, layers.weather.outputs["Dust"]), layers.colour, (0.20, 0.18, 0.15))
    rust = graph.mix(graph.ramp(layers.middle, 0.35, 0.65), (0.10, 0.045, 0.026), (0.20, 0.10, 0.058))
    ash = graph.mix(graph.ramp(layers.fine, 0.3, 0.7), (0.28, 0.265, 0.25), (0.42, 0.40, 0.38))
    patches = graph.ramp(graph.noise(1.9, layers.rest, 6, 0.7), 0.44, 0.56)
    burnt = graph.mix(patches, (0.035, 0.030, 0.028), rust)
    burnt = graph.mix(graph.ramp(graph.noise(3.1, layers.rest, 7, 0.75), 0.56, 0.66, 0.0, 0.8), burnt, ash)
    fire = graph.ramp(layers.soot, 0.25, 0.75)
    layers.colour = graph.mix(fire, painted, burnt)
    layers.rough = graph.math("MAXIMUM", graph.ramp(layers.soot, 0.2, 0.6, 0.3, 0.8), graph.math("MULTIPLY", dirt, 0.6))
    layers.height = graph.math("MULTIPLY", layers.height, graph.ramp(layers.soot, 0.1, 0.6, 0.02, 1.0))
    layers.wet(0.45)
    layers.snowed()
    shine = graph.ramp(layers.soot, 0.0, 0.4, 0.6, 0.0)
    layers.done(0.5, 0.008, coat_weight=shine, coat_roughness=0.12)


def _plain(graph: Graph) -> None:
    layers = Layers(graph)
    layers.grain(0.7)
    layers.blackened()
    layers.dusty(0.5)
    layers.rough = graph.math("MULTIPLY_ADD", layers.middle, 0.2, 0.5)
    layers.wet(0.6)
    layers.snowed()
    layers.done(0.4, 0.004)


def _leaf(graph: Graph) -> None:
    rest = graph.attribute("rest", "Vector")
    tint = graph.ramp(graph.noise(1.4, rest, 2), 0.3, 0.7, 0.6, 1.35)
    colour = tinted(graph, graph.attribute("col", "Color"), tint)
    state = weather(graph)
    colour = graph.mix(graph.math("MULTIPLY", state.outputs["Dust"], 0.35), colour, (0.20, 0.19, 0.15))
    # under snow grass is dead, and some of the snow lies on it
    colour = graph.mix(graph.ramp(state.outputs["Snow"], 0.0, 0.25, 0.0, 0.75), colour, (0.17, 0.14, 0.085))
    laden = graph.math("MULTIPLY_ADD", state.outputs["Snow"], 0.45, graph.noise(5.0, graph.position(), 3))
    laden = graph.math("MULTIPLY", graph.ramp(laden, 0.62, 0.78), graph.ramp(state.outputs["Snow"], 0.0, 0.1))
    colour = graph.mix(laden, colour, SNOW)
    surface = graph.node("ShaderNodeBsdfDiffuse")
    through = graph.node("ShaderNodeBsdfTranslucent")
    both = graph.node("ShaderNodeMixShader")
    for shader in (surface, through):
        graph.put(shader.inputs["Color"], colour)
    graph.put(both.inputs[0], 0.42)
    graph.put(both.inputs[1], surface.outputs[0])
    graph.put(both.inputs[2], through.outputs[0])
    graph.put(graph.output.inputs["Surface"], both.outputs[0])
    graph.tree.nodes.remove(graph.surface)


def _glass(graph: Graph) -> None:
    rest = graph.attribute("rest", "Vector")
    grime = graph.ramp(graph.noise(2.0, rest, 4), 0.4, 0.75)
    rough = graph.math("MULTIPLY_ADD", grime, 0.2, 0.03)
    graph.principled(base_color=graph.mix(grime, (0.02, 0.025, 0.03), (0.07, 0.068, 0.06)), roughness=rough)


def _water(graph: Graph) -> None:
    frozen = graph.ramp(weather(graph).outputs["Snow"], 0.15, 0.4)
    colour = graph.mix(frozen, (0.082, 0.070, 0.052), SNOW)
    rings = graph.node("ShaderNodeTexVoronoi", voronoi_dimensions="2D")
    put(graph, rings, Vector=graph.position(), Scale=4.5)
    away = rings.outputs["Distance"]
    wave = graph.math("SINE", graph.times(away, 60.0))
    wave = graph.times(wave, graph.ramp(away, 0.0, 0.42, 1.0, 0.0))
    # drops ring the water where it rains: the wetter, the more of them
    wave = graph.times(wave, graph.ramp(weather(graph).outputs["Wetness"], 0.5, 1.0))
    bent = graph.bump(wave, 0.35, 0.012)
    rough = graph.math("MULTIPLY_ADD", frozen, 0.7, 0.04)
    graph.principled(base_color=colour, roughness=rough, ior=1.33, normal=bent)


def _far(graph: Graph) -> None:
    place = graph.position()
    broad, fine = graph.noise(0.21, place, 4.0, 0.62), graph.noise(3.1, place, 2.0)
    tint = graph.times(graph.ramp(broad, 0.3, 0.7, 0.72, 1.28), graph.ramp(fine, 0.3, 0.7, 0.84, 1.16))
    colour = tinted(graph, graph.attribute("col", "Color"), tint)
    state, hard = weather(graph), graph.attribute("hard")
    up = graph.ramp(graph.split(graph.node("ShaderNodeNewGeometry").outputs["Normal"])[2], 0.25, 0.7)
    wet = graph.times(state.outputs["Wetness"], graph.ramp(up, 0.0, 1.0, 0.35, 1.0))
    colour = graph.mix(wet, colour, tinted(graph, colour, (0.55, 0.55, 0.57)))
    # soil and grass stay rough in rain; water stands on asphalt alone, and there in patches
    film = graph.times(graph.times(wet, hard), graph.ramp(broad, 0.46, 0.56, 0.12, 0.75))
    cover = state.outputs["Snow"]
    score = graph.math("MULTIPLY_ADD", broad, 0.9, graph.times(up, 0.6))
    start = graph.math("MULTIPLY_ADD", cover, -0.75, 1.15)
    share = graph.times(graph.ramp(score, start, graph.add(start, 0.16)), graph.ramp(cover, 0.0, 0.04))
    share = graph.times(share, graph.ramp(up, 0.1, 0.4))
    colour = graph.mix(share, colour, SNOW)
    rough = graph.math("SUBTRACT", 0.88, film, clamp=True)
    rough = graph.math("MAXIMUM", rough, graph.times(share, 0.85))
    graph.principled(base_color=colour, roughness=rough, specular_ior_level=graph.ramp(wet, 0.0, 1.0, 0.3, 0.4))


def _lit(graph: Graph) -> None:
    warmth = graph.mix(graph.noise(0.7, graph.position(), 1.0), (1.0, 0.50, 0.16), (0.9, 0.80, 0.62))
    graph.principled(base_color=(0.02, 0.025, 0.03), roughness=0.08, emission_color=warmth, emission_strength=0.0)


def _lamp(graph: Graph) -> None:
    colour = graph.attribute("col", "Color")
    graph.principled(base_color=colour, roughness=0.2, emission_color=colour, emission_strength=1.5)
