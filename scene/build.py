"""A FrameSpec becomes a Blender scene: site, weather, light, people, camera.

The site is kept between frames that share it; everything else is made anew for each frame and removed before the next,
so a frame looks the same whether or not another one was built before it.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..dataset.recipe import Assets, Recipe
from ..dataset.spec import FrameSpec, PersonSpec, SiteSpec
from ..dataset.wardrobe import CATEGORIES, PARTS
from . import body, cameras, casting, fires, lighting, people, rubble, tags, tools, user_assets, weather
from .cleaning import emptied
from .materials import set_weather
from .site import Surface, add_site
from .terrain import Terrain

__all__ = ["CATEGORIES", "PARTS", "Builder", "Built", "SceneError", "start"]

SITE, FRAME = "Rescue Site", "Rescue Frame"


DETAIL = (20.0, 6.0)
"""Metres to the camera from which tools are made coarser."""


class SceneError(Exception):
    """The scene can't be built; the message says what is missing and what to do."""


@dataclass(frozen=True)
class Built:
    """A scene ready to be rendered."""

    scene: bpy.types.Scene
    camera: bpy.types.Object
    terrain: Terrain | None
    about: dict[str, dict[str, Any]]
    """Root object's name -> what its annotation says of it."""
    fires: tuple[fires.Fire, ...] = ()


def start(wish: Assets) -> bpy.types.Scene:
    """Open the user's .blend, or an empty file. Raises ``SceneError``."""
    if wish.blend:
        if not Path(wish.blend).is_file():
            raise SceneError(f"assets.blend = {wish.blend!r}: no such file; give the path of a .blend")
        try:
            bpy.ops.wm.open_mainfile(filepath=wish.blend, load_ui=False)
        except RuntimeError as error:
            raise SceneError(f"assets.blend = {wish.blend!r}: Blender cannot open it ({error})") from error
    else:
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    try:
        user_assets.check(wish)
    except user_assets.UserAssetError as error:
        raise SceneError(str(error)) from error
    user_assets.hide_sources(wish)
    return bpy.context.scene


class Builder:
    """Builds frames one after the other in the current scene."""

    def __init__(self, recipe: Recipe, assets: Path) -> None:
        """``assets``: the folder that scripts/build_assets.py wrote. Raises ``SceneError``."""
        self._recipe = recipe
        self._site: SiteSpec | None = None
        self._terrain: Terrain | None = None
        self.rendered: tuple[tuple[object, ...], Any] | None = None
        """A scenery and what was rendered of it; whoever renders keeps it here while the scene stands."""
        try:
            self._base = body.load_base(assets)
            self._heaps = rubble.load_heaps(assets)
        except body.AssetError as error:
            raise SceneError(str(error)) from error

    def build(self, spec: FrameSpec) -> Built:
        """The scene of one frame; what the frame before left is removed."""
        stages = self.stages(spec)
        while True:
            try:
                next(stages)
            except StopIteration as end:
                return end.value

    def stages(self, spec: FrameSpec) -> Generator[str, None, Built]:
        """``build`` piece by piece, for a window that wants to draw in between; yields what comes next."""
        self.rendered = None
        scene = bpy.context.scene
        yield "site"
        collection = emptied(FRAME, scene.collection)
        terrain = yield from self._site_of(spec.site)
        yield "light and weather"
        air = spec.rendered or spec.weather
        set_weather(air.wetness, air.snow_cover, 0.5)
        camera = cameras.add_camera(spec.camera, terrain, collection)
        scene.camera = camera
        lighting.apply(scene, spec.light, air)
        burning = fires.add_fires(spec.site.fires, terrain, bpy.data.collections[lighting.NAME])
        weather.apply(scene, air, tuple(camera.location))
        about = yield from self._people(spec.people, terrain, collection, camera)
        bpy.context.view_layer.update()
        lighting.add_headlamps(scene, spec.light)
        return Built(scene, camera, terrain, about, burning)

    def _site_of(self, spec: SiteSpec) -> Generator[str, None, Terrain | None]:
        """Build the site, piece by piece, unless it is the one that stands already."""
        if spec != self._site:
            self._site = None
            collection = emptied(SITE, bpy.context.scene.collection)
            wish = self._recipe.assets
            if wish.build_site:
                surfaces = yield from add_site(spec, self._heaps, collection)
            else:
                surfaces = _own_surfaces(wish)
            yield "surfaces"
            bpy.context.view_layer.update()
            self._terrain = Terrain([])
            for kind, things in groupby(surfaces, itemgetter(0)):
                yield f"surfaces: {kind}"
                for _, thing in things:
                    self._terrain.add(kind, thing)
            self._site = spec
        return self._terrain

    def _people(
        self,
        specs: tuple[PersonSpec, ...],
        terrain: Terrain | None,
        collection: bpy.types.Collection,
        camera: bpy.types.Object,
    ) -> Generator[str, None, dict[str, dict[str, Any]]]:
        """Add everybody, ours and the user's, one after the other; root's name -> what the record says of them."""
        wish = self._recipe.assets
        about = {}
        ours = []
        yield "people"
        for number, spec in enumerate(specs, 1):
            if user_assets.wanted(wish, spec):
                name = _name(spec, number)
                root = user_assets.add_model(wish, spec, terrain, collection, name)
                about[root.name] = {"model": wish.collections[spec.category], "x": spec.x, "y": spec.y, "yaw": spec.yaw}
            else:
                ours.append((number, spec))
        for place, person in casting.cast(
            tuple(spec for _, spec in ours), self._base, terrain, self._recipe.people.sunk
        ):
            name = _name(person.spec, ours[place][0])
            away = casting.distance(person, tuple(camera.location))
            root = people.add_person(person.spec, person.body, person.posed, collection, name, away)
            tools.add_tools(person.posed, collection, root, int(np.digitize(away, DETAIL)))
            if person.spec.buried and terrain is not None:
                casting.bury(person, terrain, collection)
            yield f"people: {len(about) + 1} of {len(specs)}"
            about[root.name] = person.about  # not ``name``, which an object of the artist's may have
        for root in tags.placed_by_hand(bpy.context.scene, FRAME):
            about[root.name] = tags.about(root)
        return about


def _name(spec: PersonSpec, number: int) -> str:
    return f"{spec.category.capitalize()}.{number:03d}"


def _own_surfaces(wish: Assets) -> list[Surface]:
    """Every rendered mesh of the user's scene but people: the models that serve as such, and those placed by hand."""
    models = {thing for name in wish.collections.values() for thing in bpy.data.collections[name].all_objects}
    things = sorted(bpy.context.scene.objects, key=lambda thing: thing.name)
    return [
        ("ground", thing)
        for thing in things
        if thing.type == "MESH" and thing not in models and not thing.hide_render and not tags.belongs(thing)
    ]
