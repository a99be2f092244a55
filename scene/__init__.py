"""Builders: a FrameSpec becomes a Blender scene. No UI, no randomness beyond the specs' own streams."""
