"""Long work outside Blender's main thread: child processes and pools of them. No bpy, no torch."""
