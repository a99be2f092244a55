"""The camera of a frame, its height taken from the ground below."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Quaternion, Vector

from ..dataset.spec import CameraSpec
from .terrain import Terrain

NAME = "Rescue Camera"

CLEARANCE = 0.35
"""Metres that a camera keeps from any surface."""

SIGHT = 0.45
"""Share of the way to the target that must be free."""


def add_camera(spec: CameraSpec, terrain: Terrain | None, collection: bpy.types.Collection) -> bpy.types.Object:
    """A camera object named ``NAME``, linked into ``collection``."""
    data = bpy.data.cameras.new(NAME)
    data.lens, data.sensor_width, data.sensor_fit = spec.focal, spec.sensor, "HORIZONTAL"
    data.clip_start, data.clip_end = 0.05, 4000.0
    eye = Vector(spec.position)
    aim = Vector(spec.target)
    if spec.level is not None:
        eye.z += spec.level
        aim.z += spec.level
    elif terrain is not None:
        aim.z += _floor(terrain, aim)
        if spec.near_ground:
            eye.z += _floor(terrain, eye)
        else:
            eye.z = max(eye.z, _floor(terrain, eye) + 1.0)
    camera = bpy.data.objects.new(NAME, data)
    turn = (aim - eye).to_track_quat("-Z", "Y")
    camera.rotation_mode = "QUATERNION"
    camera.rotation_quaternion = turn @ Quaternion((0, 0, 1), math.radians(spec.roll))
    camera.location = eye
    collection.objects.link(camera)
    return camera


def obstruction(camera: bpy.types.Object, spec: CameraSpec, terrain: Terrain) -> str:
    """Why the camera can't stay where it is ("inside", "blocked"), or ""."""
    eye = tuple(camera.location)
    if terrain.nearest(eye, CLEARANCE) is not None:
        return "camera inside or against something"
    if terrain.down(eye[0], eye[1], top=eye[2]) is None and spec.near_ground:
        return "camera beside the site"
    ahead = camera.rotation_quaternion @ Vector((0, 0, -1))
    way = float(np.linalg.norm(np.subtract(spec.target[:2], spec.position[:2])))
    free = terrain.first(eye, tuple(ahead), max(way * SIGHT, 1.0))
    return "camera's view blocked" if free is not None else ""


def ground_sample_distance(camera: bpy.types.Object, width: int, terrain: Terrain | None) -> float:
    """Metres a pixel at the picture's centre."""
    ahead = camera.rotation_quaternion @ Vector((0, 0, -1))
    reach = terrain.first(tuple(camera.location), tuple(ahead), 500.0) if terrain is not None else None
    return (reach or 500.0) * camera.data.sensor_width / camera.data.lens / width


def _floor(terrain: Terrain, place: Vector) -> float:
    hit = terrain.down(place.x, place.y, only=("ground", "heap"))
    return hit.z if hit is not None else 0.0
