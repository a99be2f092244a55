"""Weather for 8-bit pictures: the formulas of imaging/air.py through look-up tables, fast enough for every output.

For 256 transmissions and 256 values a channel, a table holds Koschmieder's law in linear light. Rain and snow are the
particles of imaging/particles.py, drawn by OpenCV; they shine like the air, so what they cover is less transmission.
Depth comes from the data set; where it has none, it is guessed (distances.py).
"""

from __future__ import annotations

import math
from statistics import median
from typing import Any

import cv2
import numpy as np

from dataset.draw import pick, uniform
from dataset.spec import stream
from imaging import air, drops, night

from . import distances, falling, light, lying, surfaces
from .recipe import Weather
from .shapes import Shape

Operation = dict[str, Any]

DEEPEST = 1.8
"""Most extinction times distance that the middle one of the labelled instances is given: 16 % of its contrast stays."""
_COARSE = 8
"""Banks of fog are drawn this many times smaller: nothing in them is sharp."""


def draw(wishes: Weather, draws: np.random.Generator) -> list[Operation]:
    """The weather of one picture with its numbers; empty for a clear day and a dry lens."""
    kind = pick(draws, wishes.kinds)
    visibility = round(uniform(draws, wishes.visibility, logarithmic=True), 1)
    rates = {
        "rain": uniform(draws, wishes.rain, logarithmic=True),
        "snow": uniform(draws, wishes.snow, logarithmic=True),
    }
    wind = round(uniform(draws, wishes.wind), 2)
    dark, wet, count, level, lamp, x, y, spread, lies, amount = draws.random(10).tolist()
    operations: list[Operation] = []
    if kind in rates:
        rate = round(rates[kind], 2)
        clear = 20.0 if kind == "rain" else 4.0
        ground = round(_GROUND[kind] + (1 - _GROUND[kind]) * amount, 3) if lies < wishes.ground else 0.0
        far = round(visibility * clear, 1)
        operations.append({"operation": kind, "rate": rate, "wind": wind, "visibility": far, "ground": ground})
    elif kind != "clear":
        operations.append({"operation": kind, "visibility": visibility})
    if dark < wishes.night:
        operations.append(
            {
                "operation": "night",
                "level": round(0.02 + 0.08 * level, 4),
                "lamp": round(max(0.0, 1.4 * lamp - 0.3), 4),
                "x": round(0.3 + 0.4 * x, 3),
                "y": round(0.4 + 0.3 * y, 3),
                "spread": round(0.2 + 0.3 * spread, 3),
            }
        )
    if wet < wishes.drops * (5 if kind == "rain" else 1):
        operations.append({"operation": "drops", "count": int(3 + 14 * count * count)})
    return operations


_GROUND = {"rain": 0.5, "snow": 0.35}
"""The least that rain wets the ground, and the least share of it that snow covers, where they do."""


def has_some(about: dict[str, Any]) -> bool:
    """Whether a source's record says that it already shows weather, or night: rain on a snowfall would be neither.

    And the air of a night that is lit by lamps scatters no daylight.
    """
    known, light_ = about.get("weather"), about.get("light")
    kind = known.get("kind") if isinstance(known, dict) else known
    dark = isinstance(light_, dict) and light_.get("sky") == "night"
    return dark or (kind in air.KINDS and kind not in ("clear", "overcast"))


def covered(about: dict[str, Any]) -> bool:
    """Whether a source's record says that its ground is wet or under snow already."""
    known = about.get("weather")
    return isinstance(known, dict) and any(known.get(word, 0) > 0 for word in ("wetness", "snow_cover"))


def indoors(about: dict[str, Any]) -> bool:
    """Whether a source's record says that its camera stands inside a building: nothing falls there."""
    where = about.get("camera")
    return isinstance(where, dict) and where.get("level") is not None


def gravity(about: dict[str, Any]) -> tuple[float, float, float]:
    """Gravity in camera axes (x right, y down, z into the scene) by a record's camera; level where it has none.

    Rain seen from a drone falls away from the camera, not down the picture. Roll is left out.
    """
    camera = about.get("camera")
    try:
        x, y, z = np.subtract(camera["target"], camera["position"])
    except (KeyError, TypeError, ValueError):
        return (0.0, 1.0, 0.0)
    flat, length = float(np.hypot(x, y)), float(np.linalg.norm((x, y, z)))
    return (0.0, flat / length, -float(z) / length) if length else (0.0, 1.0, 0.0)


def camera(about: dict[str, Any], source: tuple[int, int], forward: np.ndarray) -> surfaces.Camera | None:
    """The camera of a record's source of ``(width, height)``, seen through the view's matrix; None: not known."""
    known = about.get("camera")
    try:
        focal = float(known["focal"]) / float(known["sensor"]) * max(source)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return surfaces.Camera(focal, *source, forward) if math.isfinite(focal) and focal > 0 else None


def apply(
    image: np.ndarray,
    depth: np.ndarray | None,
    instances: list[Shape],
    operations: list[Operation],
    seed: int,
    down: tuple[float, float, float] = (0.0, 1.0, 0.0),
    camera: surfaces.Camera | None = None,
) -> tuple[np.ndarray, np.ndarray | None]:
    """uint8 HxWx3 (blue first) in this weather, and uint8 HxW: the share of light that comes through, as a code.

    ``depth`` float32 HxW metres, inf the sky; None: guessed. The share (``light.STEPS`` of the code) is None where
    there is no veil. Writes into the operations what it had to find out: whether depth was guessed, the visibility
    that lets labels be seen, and how the ground was found.
    """
    through = small = guess = None
    size = (image.shape[1], image.shape[0])
    for operation in operations:
        kind = operation["operation"]
        rng = stream(seed, "weather", kind)
        if kind == "drops":
            image = _drops(image, operation["count"], rng)
            continue
        if small is None:
            small = distances.shrunk(image)
        if depth is None:
            guess = distances.guess(small, size, instances, stream(seed, "weather", "depth"))
            depth = guess.depth
            operation["depth"] = "guessed"
        if operation.get("ground"):
            ground = _ground(small, depth, guess, instances, camera, down, size)
            operation["surfaces"] = "unknown" if ground is None else "measured" if ground.measured else "guessed"
            if ground is not None:
                lay = lying.wet if kind == "rain" else lying.snowed
                image = lay(image, small, ground, operation["ground"], instances, stream(seed, "weather", "ground"))
                small = distances.shrunk(image)
        if kind == "night":
            image = _night(image, depth, night.Night(*(operation[k] for k in ("level", "lamp", "x", "y", "spread"))))
        else:
            image, through = _air(image, small, depth, instances, operation, down, rng)
    return image, through


def _ground(
    small: np.ndarray,
    depth: np.ndarray,
    guess: distances.Guess | None,
    instances: list[Shape],
    camera: surfaces.Camera | None,
    down: tuple[float, float, float],
    size: tuple[int, int],
) -> surfaces.Surfaces | None:
    """What faces up in a picture of ``size`` (width, height); None where nobody can know."""
    rows, columns = small.shape[:2]
    if guess is None:
        if camera is None:
            return None
        near = cv2.resize(depth, (columns, rows), interpolation=cv2.INTER_NEAREST)
        return surfaces.measured(near, camera, down, size)
    taken = np.zeros((rows, columns), np.uint8)
    scale = np.array([columns / size[0], rows / size[1]]) * 16
    for shape in instances:
        cv2.fillPoly(taken, [np.rint(ring * scale - 8).astype(np.int32) for ring in shape.rings], 1, shift=4)
    return surfaces.guessed(small, guess.sky, guess.horizon, taken)


def _air(
    image: np.ndarray,
    small: np.ndarray,
    depth: np.ndarray,
    instances: list[Shape],
    operation: Operation,
    down: tuple[float, float, float],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """The picture through this air; ``small``: ``distances.shrunk`` of it, ``depth``: at the picture's size or less."""
    kind = operation["operation"]
    height, width = image.shape[:2]
    visibility = max(operation["visibility"], air.CONTRAST / DEEPEST * _middle(depth, (width, height), instances))
    operation["visibility"] = round(visibility, 1)
    state = air.Air(kind, visibility, operation.get("rate", 0.0), operation.get("wind", 0.0), down=down)
    tiny = (max(1, small.shape[1] // 2), max(1, small.shape[0] // 2))
    scene = light.linear()[cv2.resize(small, tiny, interpolation=cv2.INTER_AREA)]
    sky = np.isinf(cv2.resize(depth, tiny, interpolation=cv2.INTER_NEAREST))
    colour, share = air.airlight_of(scene[..., ::-1], sky, kind)
    codes = _transmission(depth, (width, height), state, rng)
    seen = codes
    if kind in air.FALLING:
        make, _ = air.FALLING[kind]
        cloud = make(height, width, state.rate, state.wind, state.lens(width, rng), rng)
        covered = falling.cover(cloud, depth, (width, height), state.extinction)
        seen = cv2.multiply(codes, cv2.LUT(covered, _FREE), scale=1 / 255)
    steps = light.STEPS[None]
    colour = np.asarray(colour, np.float32)[::-1, None]
    return light.apply(image, seen, steps * np.float32(share), (1 - steps) * colour), codes


_FREE = np.rint(255 * np.sqrt(1 - np.arange(256) / 255)).astype(np.uint8)
"""Code of the share that is left where particles cover a share of 255."""


def _middle(depth: np.ndarray, size: tuple[int, int], instances: list[Shape]) -> float:
    """Metres to the middle one of the instances."""
    metres = [float(depth[_pixel(shape.centre, size, depth.shape)]) for shape in instances]
    metres = [value for value in metres if math.isfinite(value)]
    return median(metres) if metres else 0.0


def _pixel(point: tuple[float, float], size: tuple[int, int], shape: tuple[int, ...]) -> tuple[int, int]:
    """Row and column of an array of ``shape`` that spans a picture of ``size`` (width, height)."""
    (x, y), (rows, columns) = point, shape
    return min(int(y * rows / size[1]), rows - 1), min(int(x * columns / size[0]), columns - 1)


def _transmission(depth: np.ndarray, size: tuple[int, int], state: air.Air, rng: np.random.Generator) -> np.ndarray:
    """uint8 HxW of a picture of ``size``: codes of ``air.transmission``."""
    path = cv2.min(depth, float(state.reach))
    path *= np.float32(-0.5 * state.extinction)
    banks = air.banks((max(2, size[1] // _COARSE), max(2, size[0] // _COARSE)), state.kind, rng)
    if banks is not None:
        path *= cv2.resize(banks, (depth.shape[1], depth.shape[0]), interpolation=cv2.INTER_LINEAR)
    codes = cv2.convertScaleAbs(cv2.exp(path, path), alpha=255)
    if depth.shape != (size[1], size[0]):
        return cv2.resize(codes, size, interpolation=cv2.INTER_LINEAR)
    return cv2.blur(codes, (3, 3))  # depth has hard steps, the picture's edges are soft


def _night(image: np.ndarray, depth: np.ndarray, state: night.Night) -> np.ndarray:
    """As ``night.fall``."""
    moon, lamp = (np.asarray(colour, np.float32)[::-1, None] for colour in (night.MOON, night.LAMP))
    gain = np.minimum(state.level * moon + light.STEPS * lamp, 1)
    height, width = image.shape[:2]
    small = (min(depth.shape[1], max(2, width // 2)), min(depth.shape[0], max(2, height // 2)))
    beam = night.beam(cv2.resize(depth, small, interpolation=cv2.INTER_NEAREST), state)
    codes = cv2.convertScaleAbs(cv2.sqrt(np.minimum(beam, 1)), alpha=255)
    codes = cv2.resize(codes, (width, height), interpolation=cv2.INTER_LINEAR)
    return light.apply(image, codes, gain, np.zeros((1, 256), np.float32))


_SOFT = 3
"""Drops are drawn this many times smaller: they are far out of focus."""


def _drops(image: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    height, width = image.shape[:2]
    rows, columns = max(2, height // _SOFT), max(2, width // _SOFT)
    size = (max(1, columns // drops.SHRUNK), max(1, rows // drops.SHRUNK))
    small = light.linear()[cv2.resize(image, size, interpolation=cv2.INTER_AREA)]
    for patch in drops.patches(small, rows, columns, count, rng):
        opacity, colour = (cv2.resize(layer, None, fx=_SOFT, fy=_SOFT) for layer in (patch.opacity, patch.colour))
        top, left = _SOFT * patch.top, _SOFT * patch.left
        piece = image[top : top + opacity.shape[0], left : left + opacity.shape[1]]
        linear = light.linear()[piece]
        linear += (colour - linear) * opacity[..., None]
        piece[:] = light.code(linear)
    return image
