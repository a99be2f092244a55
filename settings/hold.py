"""Parts of the frame in the viewport that stay while the others change."""

from collections.abc import Callable

from bpy.props import BoolProperty, IntProperty, IntVectorProperty
from bpy.types import Context, PropertyGroup

from ..dataset.holding import Hold


def held(name: str, about: str, remember: Callable[[PropertyGroup, int], None]) -> BoolProperty:
    """A lock; closing it remembers the frame in view."""

    def update(self: PropertyGroup, _context: Context) -> None:
        remember(self, self.id_data.rescue_synth.shown)

    return BoolProperty(
        name=name,
        description=f"Keep {about} of the frame in view when you go to others. The data set knows nothing of it",
        default=False,
        update=update,
    )


def _site(self: PropertyGroup, shown: int) -> None:
    self.site_of = shown


def _people(self: PropertyGroup, shown: int) -> None:
    self.people_of = shown


def _weather(self: PropertyGroup, shown: int) -> None:
    self.weather_of = shown


def _camera(self: PropertyGroup, shown: int) -> None:
    site, people, _ = to_hold(self).of(shown)
    self.camera_of = site, people, shown


class HoldSettings(PropertyGroup):
    """What is held, and the frames that it is taken from."""

    site: held("Site", "the site", _site)
    people: held("People", "the people, their clothes and what they do", _people)
    weather: held("Weather", "weather, hour and light", _weather)
    camera: held("Camera", "the camera", _camera)
    site_of: IntProperty(name="Site of", description="Frame whose site is held", min=0)
    people_of: IntProperty(name="People of", description="Frame whose people are held", min=0)
    weather_of: IntProperty(name="Weather of", description="Frame whose weather is held", min=0)
    camera_of: IntVectorProperty(
        name="Camera of", description="Frames of the site, the people and the view that the camera was aimed at", min=0
    )


def held_parts(group: HoldSettings) -> tuple[str, ...]:
    """Names of the parts that are held."""
    return tuple(name for name in ("site", "people", "weather", "camera") if getattr(group, name))


def to_hold(group: HoldSettings) -> Hold:
    """What is held, for the builder of a frame."""
    return Hold(
        site=group.site_of if group.site else None,
        people=group.people_of if group.people else None,
        weather=group.weather_of if group.weather else None,
        camera=tuple(group.camera_of) if group.camera else None,
    )


CLASSES = (HoldSettings,)
