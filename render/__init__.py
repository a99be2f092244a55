"""A Blender scene becomes picture, ids and depth; frames become a data set on disk."""
