"""The sun's place against what almanacs say."""

import pytest

from dataset import sun


@pytest.mark.parametrize(
    ("latitude", "day", "elevation"),
    [(50.0, 172, 63.4), (50.0, 355, 16.6), (50.0, 81, 40.0), (0.0, 81, 90.0), (-35.0, 355, 78.4)],
)
def test_height_at_noon_on_solstices_and_equinox(latitude: float, day: int, elevation: float) -> None:
    assert sun.position(latitude, day, 12.0)[0] == pytest.approx(elevation, abs=0.7)


@pytest.mark.parametrize(("hour", "azimuth"), [(6.0, 90.0), (12.0, 180.0), (18.0, 270.0)])
def test_it_rises_in_the_east_and_sets_in_the_west(hour: float, azimuth: float) -> None:
    elevation, direction = sun.position(50.0, 81, hour)
    assert direction == pytest.approx(azimuth, abs=1.0)
    assert (elevation > 30) == (hour == 12.0)


def test_south_of_the_equator_the_noon_sun_stands_in_the_north() -> None:
    direction = sun.position(-35.0, 172, 12.0)[1]
    assert min(direction, 360 - direction) < 1.0


def test_summer_days_are_longer_and_nights_dark() -> None:
    def daylight(day: int) -> int:
        return sum(sun.position(50.0, day, hour / 10)[0] > 0 for hour in range(240))

    assert 155 < daylight(172) < 170 and 74 < daylight(355) < 85
    assert sun.position(50.0, 355, 0.0)[0] < -50
