"""Rescue Synth: labelled synthetic images of disaster sites, made inside Blender.

The house, in the order in which data flows through it::

    settings.py, preferences.py   what the artist wishes; what this machine has
    panels/    operators/         what she sees and presses: thin, no work of their own
    recipes/                      ready wishes as TOML files
    dataset/                      no bpy: recipe -> plan -> spec; masks -> outlines -> records -> VIA, COCO ...
    scene/                        a frame's spec becomes a Blender scene
    render/                       a scene becomes picture, ids and depth; frames become a data set
    jobs/                         no bpy: child processes, so that Blender's window stays alive
    ml/                           no bpy: augment, train, evaluate, predict (python -m ml)
    scripts/batch.py              the same main job without a window

Importing this package loads nothing else: scripts and tests load it by path just to reach its rooms, and only
``register`` needs the user interface.
"""

from __future__ import annotations


def register() -> None:
    """Called by Blender when the extension is enabled."""
    for room in _rooms():
        room.register()


def unregister() -> None:
    """Called by Blender when the extension is disabled; leaves nothing behind."""
    for room in reversed(_rooms()):
        room.unregister()


def _rooms() -> tuple:
    from . import operators, panels, preferences, settings

    return preferences, settings, operators, panels
