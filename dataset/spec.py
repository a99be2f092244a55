"""What one frame shows, as numbers: the plan's answer and the scene builders' only input.

Lengths are metres, angles degrees, times seconds. World axes: x east along the street, y north, z up; the site's
heart is near the origin. Every spec carries a ``seed``: a builder draws its details from ``stream(spec.seed, ...)``
and from nothing else, so the same spec builds the same thing in any process.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


def stream(seed: int, *path: str | int) -> np.random.Generator:
    """The random stream named ``path`` under ``seed``: independent of every other one, equal on every machine."""
    digest = hashlib.sha256("/".join(map(str, (seed, *path))).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "little")))


def child(seed: int, *path: str | int) -> int:
    """A 63-bit seed for the thing named ``path`` under ``seed``."""
    digest = hashlib.sha256("/".join(map(str, ("child", seed, *path))).encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


@dataclass(frozen=True)
class GroundSpec:
    """Terrain of about 90 x 70 m around the origin, with a street along x."""

    seed: int
    road: tuple[float, float] = (-13.0, -6.0)
    """y of the street's two edges."""
    surface: str = "mud"
    """What lies beside the street: "mud", "grass", "gravel"."""
    craters: tuple[tuple[float, float, float], ...] = ()
    """(x, y, radius)."""


BAY, STOREY, DEPTH = 3.2, 2.8, 11.0
"""A house's bay width, storey height and depth, metres: what the planner reckons with when it keeps places free."""


@dataclass(frozen=True)
class BuildingSpec:
    """A house whose front left corner stands at (x, y); at yaw 0 its front runs along +x and faces the street (-y)."""

    seed: int
    kind: str
    """"panel" or "brick"."""
    x: float
    y: float
    yaw: float
    storeys: int
    bays: int
    damage: str
    """"cracked", "holed" or "collapsed"."""
    burnt: float
    """0..1: share of windows with soot."""


@dataclass(frozen=True)
class HeapSpec:
    """A rubble heap settled by physics, reused with variation."""

    seed: int
    x: float
    y: float
    yaw: float
    radius: float
    height: float


@dataclass(frozen=True)
class VehicleSpec:
    """A vehicle centred on (x, y), lengthwise along its own x axis, front towards -x at yaw 0."""

    seed: int
    kind: str
    """"car", "van", "truck", "fire_engine", "ambulance"."""
    state: str
    """"whole", "dented", "burnt"."""
    x: float
    y: float
    yaw: float


@dataclass(frozen=True)
class PropSpec:
    """Street furniture, vegetation, animals and distractors: things that are not labelled."""

    seed: int
    kind: str
    """"tree", "bare_tree", "burnt_tree", "bush", "pole", or a name from layout's DISTRACTORS, ANIMALS or BELONGINGS."""
    x: float
    y: float
    yaw: float


@dataclass(frozen=True)
class FurnitureSpec:
    """One piece of a flat, in the flat's own metres (see ``FlatSpec``)."""

    kind: str
    """A name from dataset/flat.py's SIZES."""
    variant: int
    x: float
    y: float
    yaw: float
    """Degrees; at 0 its back is at y and its front looks towards -y."""
    toppled: bool = False


@dataclass(frozen=True)
class FlatSpec:
    """A wrecked flat of two rooms knocked into one, where people and hand-held cameras may be.

    Its own metres: x along the house's front from the flat's left wall, y into the depth from the front wall, z from
    its floor.
    """

    seed: int
    house: int
    """Index in ``SiteSpec.buildings``."""
    storey: int
    bay: int
    """The left one of its two bays."""
    furniture: tuple[FurnitureSpec, ...] = ()


@dataclass(frozen=True)
class FireSpec:
    """A spot that still burns."""

    seed: int
    x: float
    y: float
    size: float
    """Height of its flames, metres."""
    smoke: float
    """0 none .. 1 black."""


@dataclass(frozen=True)
class SiteSpec:
    """The static part of a scene, shared by all frames of one site."""

    seed: int
    index: int
    ground: GroundSpec
    buildings: tuple[BuildingSpec, ...] = ()
    heaps: tuple[HeapSpec, ...] = ()
    vehicles: tuple[VehicleSpec, ...] = ()
    props: tuple[PropSpec, ...] = ()
    flat: FlatSpec | None = None
    fires: tuple[FireSpec, ...] = ()


@dataclass(frozen=True)
class BodySpec:
    """Parameters of the base mesh's macro targets, all 0..1 unless said."""

    sex: float
    """0 female .. 1 male."""
    age: float
    """0.5 about 25 years, 1 about 70."""
    muscle: float
    weight: float
    stature: float
    """The "height" target: steep, keep within 0.3..0.65."""
    skin: tuple[float, float, float]
    """Shares of the three macro targets (caucasian, african, asian), sum 1."""


@dataclass(frozen=True)
class PersonSpec:
    """One person: who, in what, doing what, where."""

    seed: int
    category: str
    """"rescuer" or "civilian"."""
    body: BodySpec
    outfit: str
    """Uniform family or civilian outfit, a name from dataset/wardrobe.py."""
    gear: tuple[str, ...]
    """Names from dataset/wardrobe.py: "helmet", "vest", "gloves", "backpack", "goggles", "shovel" ..."""
    pose: str
    """A name from dataset/wardrobe.py's POSES."""
    mirrored: bool
    x: float
    y: float
    yaw: float
    """0 faces -y; counter-clockwise from above."""
    buried: float = 0.0
    """Share of the body under rubble, 0..0.7 (lying civilians)."""
    group: int = -1
    """People of one group (a stretcher team) share a number; -1 alone."""
    role: int = 0
    """Place within the group: 0 leads."""
    level: float | None = None
    """z of the floor that they are on inside a house, metres; None: the ground, wherever it lies."""


@dataclass(frozen=True)
class WeatherSpec:
    """State of the air and of the surfaces."""

    seed: int
    kind: str
    """"clear", "overcast", "rain", "snow", "fog", "smoke", "dust"."""
    method: str
    """"depth": added to the picture from its depth; "scene": volumes and falling particles in the scene."""
    visibility: float
    """Metres at which contrast falls to 5 % (Koschmieder: extinction = 3 / visibility)."""
    rate: float
    """Rain in mm/h, snow in mm/h of water; 0 when dry."""
    wetness: float
    snow_cover: float
    wind: tuple[float, float]
    """Horizontal wind, m/s."""


@dataclass(frozen=True)
class LightSpec:
    """Sun and sky."""

    seed: int
    hour: float
    day: int
    latitude: float
    elevation: float
    """Sun over the horizon, degrees."""
    azimuth: float
    """Degrees clockwise from north (+y)."""
    sky: str
    """"clear", "overcast", "dusk", "night"."""


@dataclass(frozen=True)
class CameraSpec:
    """A pinhole camera."""

    view: str
    """"uav_nadir", "uav_oblique", "handheld", "helmet", "cctv"."""
    position: tuple[float, float, float]
    """z is metres over the ground below it for hand-held views, over the site's zero level for the others."""
    target: tuple[float, float, float]
    """z over the ground at the target."""
    roll: float
    focal: float
    """mm."""
    sensor: float
    """Sensor width, mm."""
    near_ground: bool
    """Whether z follows the terrain."""
    level: float | None = None
    """z of the floor that both heights count from inside a house, metres; None: as said above."""


@dataclass(frozen=True)
class LensSpec:
    """What the camera does to the picture after the light has arrived; labels know nothing of it."""

    seed: int
    exposure: float
    """Stops added to the light's own exposure."""
    blur: float
    """Sigma, pixels."""
    noise: float
    """Standard deviation at mid grey, 0..1."""
    vignette: float
    chroma: float
    """Radial shift of red against blue at the corner, pixels."""
    motion: float
    """Length of the motion blur, pixels."""
    contrast: float
    saturation: float
    sharpening: float
    """How the camera develops the picture: imaging/lens.py, ``develop``."""
    quality: int
    """JPEG quality."""


@dataclass(frozen=True)
class FrameSpec:
    """Frame ``index``, drawn for the ``retry``-th time."""

    index: int
    retry: int
    name: str
    seed: int
    site: SiteSpec
    people: tuple[PersonSpec, ...]
    weather: WeatherSpec
    light: LightSpec
    camera: CameraSpec
    lens: LensSpec
    rendered: WeatherSpec | None = None
    """The weather that the scene is built and lit for, where ``weather`` only changes its air; None: the same."""

    @property
    def scenery(self) -> tuple[object, ...]:
        """All that decides what is rendered: frames of equal scenery are made of one render."""
        return self.site, self.people, self.light, self.camera, self.rendered or self.weather
