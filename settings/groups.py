"""A property group for each table of a recipe, field for field; the tooltips say what a value does to the data."""

from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty
from bpy.types import PropertyGroup

from ..render.compat import RELATIVE_PATH
from .kinds import floats, ints, share
from .mixes import (
    CategoryCollections,
    DamageMix,
    HouseMix,
    OutfitMix,
    SizeMix,
    UniformMix,
    VehicleMix,
    ViewMix,
    VisibleMix,
    WeatherMix,
    WreckMix,
)


class RenderSettings(PropertyGroup):
    """How the picture is made."""

    width: IntProperty(
        name="Width",
        description="Width of every picture. Detectors are mostly trained at 640",
        default=640,
        min=16,
        max=8192,
        subtype="PIXEL",
    )
    height: IntProperty(
        name="Height", description="Height of every picture", default=480, min=16, max=8192, subtype="PIXEL"
    )
    samples: IntProperty(
        name="Samples",
        description="Cycles samples a pixel. 4 with denoising are enough for training; 64 and more for show",
        default=4,
        min=1,
        max=4096,
        soft_max=256,
    )
    bounces: IntProperty(
        name="Bounces",
        description="How often light is reflected on. 2 costs a third of Blender's 12 and is seldom told apart",
        default=2,
        min=0,
        max=32,
        soft_max=12,
    )
    denoise: BoolProperty(
        name="Denoise",
        description="Remove the grain that few samples leave (OpenImageDenoise). Labels never need it",
        default=True,
    )
    engine: EnumProperty(
        name="Engine",
        description="What makes the picture. The labels come from Cycles either way",
        items=(
            ("cycles", "Cycles", "Ray tracing: true light and the same pixels on every machine"),
            ("eevee", "EEVEE", "Rasterising: much faster on a graphics card, hardly usable without one"),
        ),
        default="cycles",
    )


class SiteSettings(PropertyGroup):
    """What was destroyed, and how much of it stands around."""

    frames_per_site: IntProperty(
        name="Frames per Site",
        description="Frames that share one site before the next is built. More is faster, fewer is more varied",
        default=4,
        min=1,
        max=1000,
        soft_max=32,
    )
    kinds: PointerProperty(type=HouseMix, name="Houses")
    damage: PointerProperty(type=DamageMix, name="Destruction")
    buildings: ints("buildings", "Buildings", (1, 2), 0, 4, "Houses on a site, fewest and most")
    storeys: ints("storeys", "Storeys", (2, 5), 1, 9, "Storeys of a house, fewest and most")
    burnt: floats("burnt", "Burnt", (0.0, 0.6), 0.0, 1.0, "Share of the windows with soot above them, least and most")
    heaps: ints("heaps", "Rubble Heaps", (2, 4), 0, 8, "Heaps of rubble, fewest and most")
    vehicles: ints("vehicles", "Vehicles", (1, 4), 0, 10, "Vehicles, fewest and most")
    vehicle_kinds: PointerProperty(type=VehicleMix, name="Kinds of Vehicle")
    vehicle_states: PointerProperty(type=WreckMix, name="State of Cars")
    trees: ints("trees", "Trees", (3, 8), 0, 40, "Trees near the site, fewest and most")
    craters: ints("craters", "Craters", (0, 2), 0, 5, "Craters in the ground, fewest and most")
    fires: ints("fires", "Fires", (0, 1), 0, 8, "Spots that still burn, with their glow and smoke, fewest and most")
    distractors: ints(
        "distractors",
        "Distractors",
        (3, 9),
        0,
        40,
        "Cones, buckets, signs and vests on poles: things that a detector must learn not to take for people",
    )
    animals: ints("animals", "Animals", (0, 2), 0, 20, "Dogs, at work and astray, fewest and most; not labelled")
    belongings: ints(
        "belongings",
        "Belongings",
        (4, 12),
        0,
        60,
        "Pots, bowls, toys, chairs and shop dummies around the heaps, fewest and most; not labelled",
    )


class PeopleSettings(PropertyGroup):
    """Who works and who suffers there."""

    rescuers: ints("rescuers", "Rescuers", (2, 6), 0, 30, "Rescuers around, fewest and most; not all are in view")
    civilians: ints("civilians", "Civilians", (0, 3), 0, 30, "Victims and bystanders, fewest and most")
    uniforms: PointerProperty(type=UniformMix, name="Uniforms")
    outfits: PointerProperty(type=OutfitMix, name="Civilian Clothes")
    women: share("Women", 0.25, "Share of women among the rescuers; among civilians it is half")
    helmets: share("Helmets", 0.85, "Share of rescuers with a helmet; the others are bare-headed or wear caps")
    vests: share("Vests", 0.4, "Share of rescuers with a high-visibility vest over the uniform")
    buried: share("Half Buried", 0.5, "Share of the lying civilians who are half buried under rubble")
    sunk: FloatProperty(
        name="Sunk at Most",
        description="How deep anybody who is not buried may lie in rubble, walls or vehicles. "
        "0.06 is what cloth and loose rubble give way; less leaves out more people",
        default=0.06,
        min=0.0,
        max=1.0,
        soft_max=0.3,
        subtype="DISTANCE",
        unit="LENGTH",
    )


class WeatherSettings(PropertyGroup):
    """The air."""

    kinds: PointerProperty(type=WeatherMix, name="Weather")
    variants: IntProperty(
        name="Weathers",
        description="Pictures made of each scene, with other fog, rain or snow in the air. "
        "From Depth they cost one render together",
        default=1,
        min=1,
        max=64,
        soft_max=8,
    )
    method: EnumProperty(
        name="Method",
        description="How fog and falling drops are made. Labels are exact either way",
        items=(
            ("depth", "From Depth", "Added to the clear picture by its depth: fast, physically plausible"),
            ("scene", "In Scene", "Volumes and particles that light and shade each other: slow"),
        ),
        default="depth",
    )
    visibility: floats(
        "visibility",
        "Visibility",
        (40.0, 400.0),
        5.0,
        10000.0,
        "Distance at which fog, smoke and dust swallow 95 % of the contrast, least and most",
        unit="LENGTH",
        soft_max=1000.0,
        precision=2,
    )
    rain: floats(
        "rain",
        "Rain (mm/h)",
        (2.0, 25.0),
        0.1,
        100.0,
        "Rain in mm per hour: 2 is light, 10 heavy, 25 a downpour",
        precision=1,
    )
    snow: floats(
        "snow",
        "Snow (mm/h)",
        (0.5, 4.0),
        0.1,
        20.0,
        "Snowfall in mm of water per hour: 1 is light, 4 heavy",
        precision=1,
    )


class LightSettings(PropertyGroup):
    """Hour and season."""

    hours: floats(
        "hours",
        "Hour",
        (6.5, 19.0),
        0.0,
        24.0,
        "Hour of the day in solar time, earliest and latest. Below the horizon it is dusk, then night with floodlights",
        step=50,
        precision=1,
    )
    days: ints(
        "days", "Day of Year", (1, 365), 1, 366, "Day of the year, first and last: 172 is midsummer, 355 midwinter"
    )
    latitude: FloatProperty(
        name="Latitude (°)",
        description="Degrees north of the equator; with day and hour it gives the height of the sun. Kyiv is 50",
        default=50.0,
        min=-66.0,
        max=66.0,
        step=100,
        precision=1,
    )


class CameraSettings(PropertyGroup):
    """Where the pictures are taken from, and what they show of the person that they are about."""

    views: PointerProperty(type=ViewMix, name="Views")
    sizes: PointerProperty(type=SizeMix, name="Size of People")
    visible: PointerProperty(type=VisibleMix, name="Seen of People")
    inside: share(
        "Inside", 0.2, "Share of hand-held and helmet pictures of somebody near that are taken in a wrecked flat"
    )
    distance: floats(
        "distance",
        "Distance",
        (1.5, 26.0),
        1.0,
        200.0,
        "Distance of a hand-held camera to its target, least and most; the size of people decides between them",
        unit="LENGTH",
        soft_max=50.0,
        precision=2,
    )
    altitude: floats(
        "altitude",
        "Altitude",
        (6.0, 30.0),
        3.0,
        200.0,
        "Height of a drone over the ground, least and most. A person is about 30 pixels long at 30 m and 640 pixels",
        unit="LENGTH",
        soft_max=100.0,
        precision=2,
    )


class LensSettings(PropertyGroup):
    """What the camera does to the light. The labels know nothing of it."""

    exposure: floats(
        "exposure", "Exposure (EV)", (-0.4, 0.4), -4.0, 4.0, "Exposure error in stops, darkest and brightest"
    )
    blur: floats("blur", "Blur", (0.0, 0.6), 0.0, 5.0, "Softness of lens and focus in pixels (sigma), least and most")
    noise: floats(
        "noise",
        "Noise",
        (0.004, 0.02),
        0.0,
        0.3,
        "Sensor noise at mid grey, 1 being white, least and most",
        precision=3,
    )
    vignette: floats("vignette", "Vignette", (0.0, 0.3), 0.0, 1.0, "Darkening towards the corners, least and most")
    chroma: floats(
        "chroma", "Colour Fringes", (0.0, 0.6), 0.0, 5.0, "Shift of red against blue at the corners in pixels"
    )
    motion: floats(
        "motion", "Motion Blur", (0.0, 1.0), 0.0, 30.0, "Length of the motion blur in pixels, least and most"
    )
    contrast: floats(
        "contrast",
        "Contrast",
        (1.05, 1.45),
        0.5,
        2.0,
        "Contrast that the camera's processing adds, least and most; 1 leaves the light as it is",
    )
    saturation: floats(
        "saturation",
        "Saturation",
        (1.3, 2.2),
        0.0,
        3.0,
        "Colour that the camera's processing adds, least and most; 1 leaves the light as it is",
    )
    sharpening: floats(
        "sharpening", "Sharpening", (0.3, 1.2), 0.0, 3.0, "Sharpening by the camera's processing, least and most"
    )
    quality: ints("quality", "JPEG Quality", (82, 96), 20, 100, "Quality of the JPEG compression, least and most")


class LabelSettings(PropertyGroup):
    """What counts as labelled."""

    min_pixels: IntProperty(
        name="Smallest",
        description="People with fewer visible pixels are recorded but left out of the label files",
        default=24,
        min=1,
        max=100000,
        soft_max=1000,
        subtype="PIXEL",
    )
    min_visible: share(
        "Least Visible",
        0.1,
        "People of whom less than this share is visible are recorded but left out of the label files",
    )
    simplify: FloatProperty(
        name="Accuracy",
        description="Overlap (IoU) that an outline keeps with its mask. 1: exact to the pixel; 0.98: far fewer points",
        default=1.0,
        min=0.5,
        max=1.0,
        subtype="FACTOR",
        precision=3,
    )
    targets: IntProperty(
        name="Least Targets",
        description="Labelled people that every frame shows at least. 0 allows empty pictures",
        default=1,
        min=0,
        max=30,
    )
    retries: IntProperty(
        name="Retries",
        description="How often a frame that fails its checks (nobody in view, camera inside a wall) is drawn again",
        default=6,
        min=0,
        max=50,
    )


class AssetSettings(PropertyGroup):
    """The artist's own models and scene, instead of or beside ours."""

    blend: StringProperty(
        name="Blend File",
        description="File with your models or scene. Empty: the file that is open now, as it is on screen",
        subtype="FILE_PATH",
        options=RELATIVE_PATH,
    )
    collections: PointerProperty(type=CategoryCollections, name="Own Models")
    own_share: share("Own Share", 1.0, "Share of people taken from your collections where one is given")
    build_site: BoolProperty(
        name="Build Site",
        description="Build our disaster site. Off: people and camera go into the scene of the blend file",
        default=True,
    )


CLASSES = (
    RenderSettings,
    SiteSettings,
    PeopleSettings,
    WeatherSettings,
    LightSettings,
    CameraSettings,
    LensSettings,
    LabelSettings,
    AssetSettings,
)
