"""Removing what was built, so that nothing of one frame reaches the next and memory does not grow."""

from __future__ import annotations

import bpy


def emptied(name: str, parent: bpy.types.Collection) -> bpy.types.Collection:
    """The collection ``name`` below ``parent``, without its objects, their data and its child collections."""
    collection = bpy.data.collections.get(name)
    if collection is None:
        collection = bpy.data.collections.new(name)
    else:
        _clear(collection)
    if collection.name not in parent.children:
        parent.children.link(collection)
    return collection


def _clear(collection: bpy.types.Collection) -> None:
    for child in list(collection.children):
        _clear(child)
        bpy.data.collections.remove(child)
    things = list(collection.objects)
    data = [thing.data for thing in things if thing.data is not None]
    bpy.data.batch_remove(things)
    # linked duplicates share their data: remove it once, and only when nobody else holds it
    orphans = {block.name_full + type(block).__name__: block for block in data if block.users == 0}
    bpy.data.batch_remove(list(orphans.values()))
