"""Where Cycles computes."""

from __future__ import annotations

import bpy

BACKENDS = {"optix": "OPTIX", "cuda": "CUDA", "hip": "HIP", "metal": "METAL"}


class DeviceError(Exception):
    """The wanted device is not there; the message names those that are."""


def choose(device: str, threads: int = 0) -> str:
    """Point Cycles at "cpu", a named GPU backend, or ("auto") the first that works; returns the choice.

    ``threads``: render threads, 0 all. Raises ``DeviceError``.
    """
    render = bpy.context.scene.render
    render.threads_mode = "FIXED" if threads else "AUTO"
    if threads:
        render.threads = threads
    if device == "cpu":
        return _use("cpu")
    present = available()
    if device == "auto":
        return _use(next((name for name in BACKENDS if name in present), "cpu"))
    if device not in present:
        there = ", ".join(["cpu", *present])
        raise DeviceError(f"no {device} device that Blender can use here; choose one of: {there}")
    return _use(device)


def available() -> list[str]:
    """GPU backends with at least one device."""
    addon = bpy.context.preferences.addons.get("cycles")
    if addon is None:
        return []
    found = []
    for name, backend in BACKENDS.items():
        try:
            if any(entry.type == backend for entry in addon.preferences.get_devices_for_type(backend)):
                found.append(name)
        except (AttributeError, ValueError):  # this build knows no such backend
            continue
    return found


def _use(name: str) -> str:
    scene = bpy.context.scene
    if name == "cpu":
        scene.cycles.device = "CPU"
        return name
    preferences = bpy.context.preferences.addons["cycles"].preferences
    preferences.compute_device_type = BACKENDS[name]
    for entry in preferences.get_devices_for_type(BACKENDS[name]):
        entry.use = entry.type == BACKENDS[name]
    scene.cycles.device = "GPU"
    return name
