"""What people bring against the dark: floodlights on masts, lamps of vehicles at work, headlamps, lit windows.

A lamp is a light for Cycles and, where it can be seen, a fitting that glows. Fittings are meshes: cameras and labels
see them alike.
"""

from __future__ import annotations

import math

import bpy
import numpy as np

from ..dataset.spec import stream
from .materials import plain_material
from .meshes import Piece, join, to_object
from .nodes import Graph, material
from .shapes import OTHER, box, dressed, lathe, rotation, tube

AT_WORK = ("fire_engine", "ambulance", "truck")
"""Vehicles whose lamps burn."""

BEACONS = ("fire_engine", "ambulance")

HEADLAMPS = 4
"""Headlamps that light their surroundings; those of more people only glow."""

GLOW = 45.0
"""Strength of a lens that is looked into, against the exposure of a night."""

Colour = tuple[float, float, float]


def set_windows(strength: float) -> None:
    """How bright windows far off are: 0 by day."""
    _set_glow("Rescue Lit", strength)


def set_headlamps(burning: bool) -> None:
    """Whether the lenses of headlamps shine or just look like glass."""
    for found in sorted(bpy.data.materials, key=lambda each: each.name):
        if found.name.startswith("Lens "):
            _set_glow(found.name, GLOW if burning else 0.6)


def add_floodlights(collection: bpy.types.Collection, seed: int, power: float) -> None:
    """Two masts south of the site whose heads look at its heart, one cool, one warm."""
    draw = stream(seed, "floodlights")
    for side, colour in ((-1, (1.0, 0.93, 0.82)), (1, (0.86, 0.93, 1.0))):
        x, y = side * float(draw.uniform(7, 15)), float(draw.uniform(-17, -11))
        place = np.array([x, y, float(draw.uniform(5, 8))])
        aim = np.array([draw.normal(0, 2), draw.uniform(-4, 0), 0.8])
        data = bpy.data.lights.new("Floodlight", "AREA")
        data.energy = power * float(draw.uniform(0.7, 1.3))
        data.color, data.size, data.spread = colour, 0.6, math.radians(120)
        _hung(collection, data, place, aim - place)
        _mast(collection, place, aim - place, colour)


def add_vehicle_lamps(scene: bpy.types.Scene, collection: bpy.types.Collection, seed: int) -> None:
    """Headlights of vehicles at work, and blue beacons, each lit or dark as it happens to turn."""
    for number, thing in enumerate(sorted(scene.objects, key=lambda found: found.name)):
        kind = thing.name.removeprefix("Vehicle ").split(".")[0]
        if not thing.name.startswith("Vehicle ") or kind not in AT_WORK:
            continue
        draw = stream(seed, "vehicle", number)
        corners = np.array(thing.bound_box)
        (front, _, _), (_, half, top) = corners.min(0), corners.max(0)
        turn = np.array(thing.matrix_world)
        ahead = turn[:3, :3] @ [-1.0, 0.0, -0.09]
        lenses = [_disc(np.array([front - 0.02, side * 0.72 * half, 0.85]), 0.10) for side in (-1, 1)]
        _glowing(collection, join(lenses).moved(turn), (1.0, 0.93, 0.80), GLOW)
        data = bpy.data.lights.new("Headlights", "SPOT")
        data.energy, data.color, data.shadow_soft_size = 420.0, (1.0, 0.92, 0.80), 0.25
        data.spot_size, data.spot_blend = math.radians(75), 0.6
        _hung(collection, data, (turn @ [front - 0.25, 0.0, 0.9, 1.0])[:3], ahead)
        if kind in BEACONS:
            for side in (-1, 1):
                if draw.random() < 0.7:
                    place = np.array([front * 0.62, side * 0.5 * half, top + 0.06, 1.0])
                    _beacon(collection, turn @ place)


def add_headlamps(scene: bpy.types.Scene, collection: bpy.types.Collection) -> None:
    """Beams from the lamps on people's helmets, as they look. Call when the people stand."""
    worn = [thing for thing in scene.objects if thing.type == "MESH" and thing.name.endswith(" lamp")]
    for thing in sorted(worn, key=lambda found: found.name)[:HEADLAMPS]:
        faces = [face for face in thing.data.polygons if face.material_index == 1]
        if not faces or thing.hide_render:
            continue
        turn = np.array(thing.matrix_world)
        place = turn @ [*np.mean([face.center for face in faces], 0), 1.0]
        ahead = turn[:3, :3] @ np.mean([face.normal for face in faces], 0)
        ahead = ahead / (np.linalg.norm(ahead) + 1e-9)
        data = bpy.data.lights.new("Headlamp", "SPOT")
        data.energy, data.color, data.shadow_soft_size = 55.0, (0.90, 0.95, 1.0), 0.02
        data.spot_size, data.spot_blend = math.radians(62), 0.7
        _hung(collection, data, place[:3] + 0.03 * ahead, ahead - [0.0, 0.0, 0.25])


def looking(ahead: np.ndarray) -> tuple[float, float, float]:
    """Euler angles of an object whose -z looks along ``ahead``."""
    pitch = math.atan2(float(np.hypot(ahead[0], ahead[1])), -float(ahead[2]))
    return pitch, 0.0, math.atan2(-float(ahead[0]), float(ahead[1]))


def _hung(collection: bpy.types.Collection, data: bpy.types.Light, place: np.ndarray, ahead: np.ndarray) -> None:
    """A light at ``place`` that looks along ``ahead``; its fitting is what the camera sees of it."""
    lamp = bpy.data.objects.new(data.name, data)
    lamp.location = tuple(place)
    lamp.rotation_euler = looking(np.asarray(ahead))
    lamp.visible_camera = lamp.visible_glossy = False
    collection.objects.link(lamp)


def _mast(collection: bpy.types.Collection, place: np.ndarray, ahead: np.ndarray, colour: Colour) -> None:
    """A tripod mast with two lamp heads behind the light at ``place``."""
    turn = rotation((0, 0, 1), math.atan2(float(ahead[1]), float(ahead[0])))
    tilt = rotation((0, 1, 0), math.atan2(-float(ahead[2]), float(np.hypot(ahead[0], ahead[1]))))
    head = turn @ tilt
    head[:3, 3] = place - 0.30 * ahead / np.linalg.norm(ahead)
    foot = place * [1, 1, 0]
    poles = [tube(np.array([foot - [0, 0, 0.3], head[:3, 3] - [0, 0, 0.1]]), 0.035, 6)]
    for angle in (0.4, 2.5, 4.6):
        out = np.array([0.9 * math.cos(angle), 0.9 * math.sin(angle), -0.15])
        poles.append(tube(np.array([foot + out, foot + [0, 0, 1.5]]), 0.02, 4))
    heads = [box((0.16, 0.42, 0.34), (-0.09, side * 0.26, 0.0)).moved(head) for side in (-1, 1)]
    to_object("Mast", dressed(join([*poles, *heads]), (0.09, 0.09, 0.095), OTHER), [plain_material()], collection)
    faces = [box((0.01, 0.38, 0.30), (0.0, side * 0.26, 0.0)).moved(head) for side in (-1, 1)]
    _glowing(collection, join(faces), colour, GLOW)


def _beacon(collection: bpy.types.Collection, place: np.ndarray) -> None:
    """A blue light on a roof."""
    data = bpy.data.lights.new("Beacon", "POINT")
    data.energy, data.color, data.shadow_soft_size = 90.0, (0.06, 0.20, 1.0), 0.1
    _hung(collection, data, place[:3] + [0, 0, 0.25], np.array([0, 0, -1.0]))
    dome = lathe(np.array([[0.09, 0.0], [0.09, 0.09], [0.05, 0.14], [0.001, 0.15]]), 10)
    dome.vertices = dome.vertices + place[:3]
    _glowing(collection, dome, (0.05, 0.22, 1.0), GLOW)


def _disc(centre: np.ndarray, radius: float) -> Piece:
    """Facing -x."""
    turn = np.arange(10) * np.pi / 5
    ring = centre + radius * np.stack([0 * turn, -np.cos(turn), np.sin(turn)], -1)
    return Piece.quads(ring, np.arange(10)[None])


def _glowing(collection: bpy.types.Collection, piece: Piece, colour: Colour, strength: float) -> None:
    """A fitting's shining part; it lights nothing itself, the light before it does."""
    made, new = material(f"Rescue Glow {''.join(f'{round(99 * part):02d}' for part in colour)}")
    if new:
        graph = Graph(made)
        graph.principled(base_color=(0.0, 0.0, 0.0), emission_color=colour, emission_strength=strength)
    thing = to_object("Glow", piece, [made], collection)
    thing.visible_diffuse = thing.visible_shadow = False


def _set_glow(name: str, strength: float) -> None:
    found = bpy.data.materials.get(name)
    if found is None:
        return
    for node in found.node_tree.nodes:
        if node.type == "BSDF_PRINCIPLED":
            node.inputs["Emission Strength"].default_value = strength
