"""The plan: (recipe, index) -> FrameSpec. Every random draw that decides what a frame shows is made here.

A frame is a pure function of (recipe, seed, index, retry); its site is a pure function of (recipe, seed, site index).
Nothing is carried from one frame to the next, so any frame can be made alone.
"""

from __future__ import annotations

from dataclasses import replace

from . import flat, framing, layout, quotas, staging
from .draw import choose, uniform
from .recipe import Recipe
from .spec import FrameSpec, LensSpec, LightSpec, SiteSpec, WeatherSpec, child, stream
from .sun import position

SUNNY = ("clear", "smoke", "dust")
"""Kinds of weather below a clear sky."""
INDOORS = 1.1
"""Stops that a camera in a room exposes longer: for the room, not for the bright hole in its wall."""
WINTER = 60
"""Days before and after the turn of the year that count as winter north of the equator."""


def frame(recipe: Recipe, index: int, retry: int = 0) -> FrameSpec:
    """What frame ``index`` shows on its ``retry``-th draw. Another retry keeps site, weather, hour and view."""
    base = first(recipe, index)
    where = site(recipe, base // recipe.site.frames_per_site)
    seed = child(recipe.seed, "frame", base, retry)
    sky, look = weather(recipe, base), view(recipe, base)
    wish, air = framing.wanted(recipe, base, look), weather(recipe, index)
    glass = lens(recipe, seed if index == base else child(seed, "variant", index - base))
    within = flat.staged(recipe, where, seed) if _indoors(recipe, base, look, wish) else None
    if within is None:
        stage = staging.people(recipe, where, seed)
        people, camera = stage.people, framing.camera(recipe, where, stage, look, wish, seed)
    else:
        people, camera = within.people, framing.indoors(recipe, where, within, look, wish, seed)
        sky, air = replace(sky, rate=0.0), replace(air, rate=0.0)  # nothing falls under a roof
        glass = replace(glass, exposure=glass.exposure + INDOORS)
    return FrameSpec(
        index=index,
        retry=retry,
        name=f"{recipe.name}_{index:06d}",
        seed=seed,
        site=where,
        people=people,
        weather=air,
        light=light(recipe, base, sky),
        camera=camera,
        lens=glass,
        rendered=sky if index != base and recipe.weather.method == "depth" else None,
    )


def _indoors(recipe: Recipe, base: int, look: str, wish: framing.Wanted) -> bool:
    """Whether frame ``base`` is to be taken in a flat: by hand, and of somebody as near as rooms are long."""
    if look not in ("handheld", "helmet") or wish.size not in ("medium", "large", "close"):
        return False
    return float(stream(recipe.seed, "indoors", base).random()) < recipe.camera.inside


def first(recipe: Recipe, index: int) -> int:
    """The frame whose scene, ground and sky frame ``index`` shows: itself unless variants share a render."""
    return index - index % recipe.weather.variants


def site(recipe: Recipe, number: int) -> SiteSpec:
    """Site ``number``: ground, houses, heaps, vehicles and props; only ground where ours is not built."""
    if not recipe.assets.build_site:
        return layout.bare(recipe, number)
    return layout.site(recipe, number, winter=_is_winter(day(recipe, number), recipe.light.latitude))


def view(recipe: Recipe, index: int) -> str:
    """Kind of view of frame ``index``."""
    return choose(quotas.place(recipe.seed, "view", index), recipe.camera.views)


def kind_of_weather(recipe: Recipe, index: int) -> str:
    """Kind of weather of frame ``index``. Variants of one render have a kind that goes with its sky."""
    share = quotas.place(recipe.seed, "weather", index)
    base = first(recipe, index)
    if index == base:
        return choose(share, recipe.weather.kinds)
    sunny = kind_of_weather(recipe, base) in SUNNY
    fitting = {kind: weight for kind, weight in recipe.weather.kinds.items() if (kind in SUNNY) == sunny}
    return choose(share, fitting)


def weather(recipe: Recipe, index: int) -> WeatherSpec:
    """The weather of frame ``index``; a variant keeps the ground of its render, wet or under snow."""
    base = first(recipe, index)
    if index != base:
        below = weather(recipe, base)
        return replace(_weather(recipe, index), wetness=below.wetness, snow_cover=below.snow_cover)
    return _weather(recipe, index)


def _weather(recipe: Recipe, index: int) -> WeatherSpec:
    draw, base = stream(recipe.seed, "weather", index), first(recipe, index)
    kind = kind_of_weather(recipe, index)
    wish = recipe.weather
    visibility = 8000.0
    rate = wetness = snow = 0.0
    if kind in ("fog", "smoke", "dust"):
        visibility = uniform(draw, wish.visibility, logarithmic=True)
    elif kind == "rain":
        rate = uniform(draw, wish.rain, logarithmic=True)
        visibility, wetness = 6000.0 * rate**-0.68, float(draw.uniform(0.6, 1.0))
    elif kind == "snow":
        rate = uniform(draw, wish.snow, logarithmic=True)
        visibility, snow = 900.0 * rate**-0.9, float(draw.uniform(0.35, 1.0))
    elif kind == "overcast" and draw.random() < 0.3:
        wetness = float(draw.uniform(0.15, 0.6))
    if snow == 0.0 and kind != "rain" and "snow" in wish.kinds:
        number = base // recipe.site.frames_per_site
        lying = _is_winter(day(recipe, number), recipe.light.latitude) and draw.random() < 0.4
        snow = float(draw.uniform(0.2, 0.8)) if lying else 0.0
    wind = tuple(float(v) for v in draw.normal(0.0, 2.0, 2))
    return WeatherSpec(child(recipe.seed, "air", index), kind, wish.method, visibility, rate, wetness, snow, wind)


def day(recipe: Recipe, number: int) -> int:
    """Day of the year of site ``number``; a site with a snowy frame gets a winter day if the recipe has one."""
    draw = stream(recipe.seed, "day", number)
    first = number * recipe.site.frames_per_site
    frames = range(first, first + min(recipe.site.frames_per_site, 64))
    kinds = [kind_of_weather(recipe, index) for index in frames]
    low, high = recipe.light.days
    drawn = [int(value) for value in draw.integers(low, high + 1, 40)]
    if "snow" in kinds:
        drawn = [value for value in drawn if _is_winter(value, recipe.light.latitude)] + drawn
    return drawn[0]


def light(recipe: Recipe, index: int, sky: WeatherSpec) -> LightSpec:
    """Sun and sky of frame ``index``."""
    low, high = recipe.light.hours
    hour = low + (high - low) * quotas.place(recipe.seed, "hour", index)
    number = day(recipe, index // recipe.site.frames_per_site)
    elevation, azimuth = position(recipe.light.latitude, number, hour)
    if elevation < -8.0:
        kind = "night"
    elif elevation < 4.0:
        kind = "dusk"
    else:
        kind = "clear" if sky.kind in SUNNY else "overcast"
    return LightSpec(child(recipe.seed, "lamp", index), hour, number, recipe.light.latitude, elevation, azimuth, kind)


def lens(recipe: Recipe, seed: int) -> LensSpec:
    """What the camera does to the picture."""
    draw = stream(seed, "lens")
    wish = recipe.lens
    names = ("exposure", "blur", "noise", "vignette", "chroma", "motion", "contrast", "saturation", "sharpening")
    values = {name: uniform(draw, getattr(wish, name)) for name in names}
    quality = int(draw.integers(wish.quality[0], wish.quality[1] + 1))
    return LensSpec(seed=child(seed, "sensor"), quality=quality, **values)


def _is_winter(number: int, latitude: float) -> bool:
    south = 183 if latitude < 0 else 0
    return min((number + south) % 365, 365 - (number + south) % 365) <= WINTER
