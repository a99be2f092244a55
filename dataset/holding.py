"""A frame with parts of others: hold a site and change the weather, hold the people and change the site.

For looking around in the viewport. A data set's own frames come from plan.py alone; with nothing held both agree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import framing, plan, staging
from .recipe import Recipe
from .spec import CameraSpec, FrameSpec, SiteSpec, child


@dataclass(frozen=True)
class Hold:
    """For each part the frame that it is taken from; None: from the frame that is asked for."""

    site: int | None = None
    people: int | None = None
    """Who is there, in what and doing what; where they stand follows from the site."""
    weather: int | None = None
    """With the hour and the light."""
    camera: tuple[int, int, int] | None = None
    """Site, people and view, a frame each: what the camera was aimed at when it was held."""

    def of(self, index: int) -> tuple[int, int, int]:
        """The frames that give site, people and weather when frame ``index`` is asked for."""
        parts = (self.site, self.people, self.weather)
        return tuple(index if part is None else part for part in parts)


def frame(recipe: Recipe, index: int, hold: Hold) -> FrameSpec:
    """Frame ``index`` with what is held taken from its own frame: a pure function of its three arguments."""
    base = plan.frame(recipe, index)
    if hold == Hold():
        return base
    place, cast, air = hold.of(index)
    render = plan.first(recipe, air)  # variants of one render share its light
    sky = plan.weather(recipe, render)
    site = _site(recipe, place)
    return replace(
        base,
        site=site,
        people=staging.people(recipe, site, _seed(recipe, cast)).people,
        weather=plan.weather(recipe, air),
        light=plan.light(recipe, render, sky),
        camera=_camera(recipe, *(hold.camera or (place, cast, index))),
        rendered=None if air == render else sky,
    )


def _camera(recipe: Recipe, place: int, cast: int, index: int) -> CameraSpec:
    """The camera of frame ``index`` before the site and the people of two others."""
    site, render = _site(recipe, place), plan.first(recipe, index)
    stage = staging.people(recipe, site, _seed(recipe, cast))
    look = plan.view(recipe, render)
    return framing.camera(recipe, site, stage, look, framing.wanted(recipe, render, look), _seed(recipe, index))


def _site(recipe: Recipe, index: int) -> SiteSpec:
    return plan.site(recipe, plan.first(recipe, index) // recipe.site.frames_per_site)


def _seed(recipe: Recipe, index: int) -> int:
    return child(recipe.seed, "frame", plan.first(recipe, index), 0)
