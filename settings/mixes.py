"""Mixes: a property for each word of a recipe's table of weights, and the table of the artist's collections."""

from bpy.props import StringProperty
from bpy.types import PropertyGroup

from .kinds import weight


class HouseMix(PropertyGroup):
    """Kinds of house."""

    panel: weight("Panel", 2.0, "Block of prefabricated concrete panels")
    brick: weight("Brick", 1.0, "House of bricks with wooden floors")


class DamageMix(PropertyGroup):
    """Degrees of destruction."""

    cracked: weight("Cracked", 1.0, "Standing, windows gone, plaster off")
    holed: weight("Holed", 2.0, "Walls and floors broken through")
    collapsed: weight("Collapsed", 2.0, "Whole bays fallen into a heap")


class VehicleMix(PropertyGroup):
    """Kinds of vehicle."""

    car: weight("Car", 4.0, "Passenger car")
    van: weight("Van", 1.0, "Delivery van")
    truck: weight("Truck", 1.0, "Flatbed truck")
    fire_engine: weight("Fire Engine", 1.0, "Fire engine of the rescue service")
    ambulance: weight("Ambulance", 1.0, "Ambulance")


class WreckMix(PropertyGroup):
    """States of cars and vans."""

    whole: weight("Whole", 1.0, "Undamaged")
    dented: weight("Dented", 2.0, "Bent sheet metal, broken glass")
    burnt: weight("Burnt", 2.0, "Burnt out, on its rims")


class UniformMix(PropertyGroup):
    """Uniform families of rescuers."""

    ses: weight("Emergency", 1.0, "State Emergency Service: dark blue and red-orange")
    turnout: weight("Turnout Gear", 1.0, "Firefighters' black and yellow turnout gear")
    orange: weight("Orange Overall", 1.0, "Orange overalls with reflective bands")
    hivis: weight("Hi-Vis on Plain", 1.0, "Volunteers: high-visibility clothes over plain ones")
    medic: weight("Medic", 1.0, "Red or green with reflective bands")
    military: weight("Military", 1.0, "Olive or camouflage with a carrier")


class OutfitMix(PropertyGroup):
    """Clothes of civilians."""

    casual: weight("Casual", 1.0, "T-shirt and jeans")
    jacket: weight("Jacket", 1.0, "Jacket and trousers")
    hoodie: weight("Hoodie", 1.0, "Hooded pullover")
    dress_shirt: weight("Shirt", 1.0, "Shirt and suit trousers")
    work: weight("Work Clothes", 1.0, "Work clothes in drab colours")


class WeatherMix(PropertyGroup):
    """Kinds of weather."""

    clear: weight("Clear", 3.0, "Sun and blue sky, hard shadows")
    overcast: weight("Overcast", 3.0, "Closed clouds, soft light")
    rain: weight("Rain", 2.0, "Streaks in the air, dark wet surfaces")
    snow: weight("Snow", 1.0, "Falling flakes, snow on the ground")
    fog: weight("Fog", 1.0, "White haze that grows with distance")
    smoke: weight("Smoke", 1.0, "Grey smoke over the site")
    dust: weight("Dust", 1.0, "Yellowish dust after a collapse")


class ViewMix(PropertyGroup):
    """Kinds of view."""

    handheld: weight("Hand-Held", 4.0, "A camera at eye level")
    uav_oblique: weight("UAV Oblique", 3.0, "A drone looking down at an angle")
    uav_nadir: weight("UAV Nadir", 1.0, "A drone looking straight down")
    helmet: weight("Helmet", 1.0, "A wide-angle camera on a rescuer's helmet")
    cctv: weight("CCTV", 1.0, "A fixed camera on a pole")


class SizeMix(PropertyGroup):
    """How large people are in the picture."""

    far: weight("Far", 1.0, "The person in the middle is 2 to 6 % as large as the picture is high")
    small: weight("Small", 3.0, "The person in the middle is 6 to 15 % as large as the picture is high")
    medium: weight("Medium", 4.0, "The person in the middle is 15 to 35 % as large as the picture is high")
    large: weight("Large", 3.0, "The person in the middle is 35 to 75 % as large as the picture is high")
    close: weight("Close", 2.0, "The person in the middle fills the picture's height or more")


class VisibleMix(PropertyGroup):
    """How much of the person in the middle is seen."""

    clear: weight("Clear", 6.0, "90 % and more of the person in the middle is seen")
    partly: weight("Partly", 3.0, "50 to 90 % of the person in the middle is seen")
    hidden: weight("Hidden", 1.0, "10 to 50 % of the person in the middle is seen")


class CategoryCollections(PropertyGroup):
    """The artist's own models, a collection a category."""

    rescuer: StringProperty(
        name="Rescuers",
        description="Collection whose objects serve as rescuers, each object with its children one model. Empty: ours",
    )
    civilian: StringProperty(
        name="Civilians",
        description="Collection whose objects serve as civilians, each object with its children one model. Empty: ours",
    )


CLASSES = (
    HouseMix,
    DamageMix,
    VehicleMix,
    WreckMix,
    UniformMix,
    OutfitMix,
    WeatherMix,
    ViewMix,
    SizeMix,
    VisibleMix,
    CategoryCollections,
)
