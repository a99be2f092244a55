"""Where the sun stands."""

from __future__ import annotations

import math


def position(latitude: float, day: int, hour: float) -> tuple[float, float]:
    """(elevation, azimuth) of the sun, degrees; azimuth clockwise from north.

    ``hour`` is local solar time, ``day`` the day of the year. Declination by Cooper (1969); good to about a degree.
    """
    declination = math.radians(23.45) * math.sin(2 * math.pi * (284 + day) / 365)
    angle = math.radians(15.0 * (hour - 12.0))
    north = math.radians(latitude)
    up = math.sin(north) * math.sin(declination) + math.cos(north) * math.cos(declination) * math.cos(angle)
    east = -math.cos(declination) * math.sin(angle)
    forward = math.cos(north) * math.sin(declination) - math.sin(north) * math.cos(declination) * math.cos(angle)
    return math.degrees(math.asin(max(-1.0, min(1.0, up)))), math.degrees(math.atan2(east, forward)) % 360.0
