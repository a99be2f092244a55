"""Weather for 8-bit pictures: the formulas of imaging/air.py through look-up tables, fast enough for every output.

For 256 transmissions and 256 values a channel, a table holds Koschmieder's law in linear light. Rain and snow are the
particles of imaging/particles.py, drawn by OpenCV; they shine like the air, so what they cover is less transmission.
Depth comes from the data set; where it has none, a plausible one is guessed: ground towards a horizon, labelled
things standing on it, low-frequency noise.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np

from dataset.draw import pick, uniform
from dataset.spec import stream
from imaging import air, drops, fields, night, particles

from .recipe import Weather
from .shapes import Shape

Operation = dict[str, Any]

DEEPEST = 1.8
"""Most extinction times distance that the middle one of the labelled instances is given: 16 % of its contrast stays."""
_LEVELS = 16
_COARSE, _GUESSED = 8, 4
"""Banks of fog and guessed depth are drawn this many times smaller: nothing in them is sharp."""


def draw(wishes: Weather, seed: int) -> list[Operation]:
    """The weather of one picture with its numbers; empty for a clear day and a dry lens."""
    draws = stream(seed, "weather")
    kind = pick(draws, wishes.kinds)
    visibility = round(uniform(draws, wishes.visibility, logarithmic=True), 1)
    rates = {
        "rain": uniform(draws, wishes.rain, logarithmic=True),
        "snow": uniform(draws, wishes.snow, logarithmic=True),
    }
    wind = round(uniform(draws, wishes.wind), 2)
    dark, wet, count, level, lamp, x, y, spread = draws.random(8).tolist()
    operations: list[Operation] = []
    if kind in rates:
        rate = round(rates[kind], 2)
        clear = 20.0 if kind == "rain" else 4.0
        operations.append({"operation": kind, "rate": rate, "wind": wind, "visibility": round(visibility * clear, 1)})
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


def has_some(about: dict[str, Any]) -> bool:
    """Whether a source's record says that it already shows weather: rain on a snowfall would be neither."""
    known = about.get("weather")
    kind = known.get("kind") if isinstance(known, dict) else known
    return kind in air.KINDS and kind not in ("clear", "overcast")


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


def apply(
    image: np.ndarray,
    depth: np.ndarray | None,
    instances: list[Shape],
    operations: list[Operation],
    seed: int,
    down: tuple[float, float, float] = (0.0, 1.0, 0.0),
) -> tuple[np.ndarray, np.ndarray | None]:
    """uint8 HxWx3 (blue first) in this weather, and float32 HxW: square root of the share of light that comes through.

    ``depth`` float32 HxW metres, inf the sky; None: guessed. The share is None where there is no veil. Writes into
    the operations what it had to find out: whether depth was guessed, and the visibility that lets labels be seen.
    """
    through = None
    for operation in operations:
        kind = operation["operation"]
        rng = stream(seed, "weather", kind)
        if kind == "drops":
            image = _drops(image, operation["count"], rng)
            continue
        if depth is None:
            depth = guess(image, instances, stream(seed, "weather", "depth"))
            operation["depth"] = "guessed"
        if kind == "night":
            image = _night(image, depth, night.Night(*(operation[k] for k in ("level", "lamp", "x", "y", "spread"))))
        else:
            image, through = _air(image, depth, instances, operation, down, rng)
    return image, through


def guess(image: np.ndarray, instances: list[Shape], draws: np.random.Generator) -> np.ndarray:
    """float32 HxW metres for a picture without depth: drawn small, since nothing in it is sharp.

    Sky is what looks like it and reaches the top; without any the camera looks down, and the horizon lies far above.
    """
    height, width = image.shape[:2]
    rows, columns = max(2, height // _GUESSED), max(2, width // _GUESSED)
    sky = _sky(cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA))
    open_air = sky.mean() > 0.02
    horizon = draws.uniform(0.25, 0.5) if open_air else draws.uniform(-1.0, 0.3)
    horizon *= rows
    near, soft = draws.uniform(2.5, 5.0), draws.uniform(0.06, 0.14) * rows

    def metres(row: np.ndarray) -> np.ndarray:
        return near * (rows - horizon + soft) / (np.maximum(row - horizon, 0) + soft)

    ground = metres(np.arange(rows, dtype=np.float32) + 0.5)
    depth = np.repeat(ground[:, None], columns, axis=1).astype(np.float32)
    depth *= np.exp(0.3 * fields.noise(rows, columns, columns / 3, draws, 3))
    depth[sky] = _SKY
    scale = np.array([columns / width, rows / height])
    for shape in sorted(instances, key=lambda item: item.box[3]):  # nearer ones stand lower, and before the others
        foot = float(metres(np.float32(min(shape.box[3] * scale[1], rows))))
        points = [np.rint((ring * scale - 0.5) * 16).astype(np.int32) for ring in shape.rings]
        cv2.fillPoly(depth, points, max(foot, 1.5), shift=4)
    depth = cv2.resize(depth, (width, height), interpolation=cv2.INTER_LINEAR)
    depth[depth >= _SKY / 2] = np.inf
    return depth


_SKY = 1e4


def _sky(small: np.ndarray) -> np.ndarray:
    """Bool hxw: blue or bright grey without texture, joined to the picture's top. A guess: white walls fool it."""
    blue, green, red = cv2.split(small)
    light = cv2.max(cv2.max(blue, green), red)
    spread = cv2.subtract(light, cv2.min(cv2.min(blue, green), red))
    texture = cv2.absdiff(green, cv2.blur(green, (3, 3)))
    bluish = (cv2.subtract(blue, red) > 12) & (blue >= green) & (light > 110)
    bright = (light > 185) & (spread < 32)
    candidate = ((bluish | bright) & (texture < 10)).astype(np.uint8)
    candidate = cv2.morphologyEx(candidate, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels = cv2.connectedComponents(candidate, connectivity=4)
    top = np.unique(labels[0])
    return np.isin(labels, top[top > 0])


def _air(
    image: np.ndarray,
    depth: np.ndarray,
    instances: list[Shape],
    operation: Operation,
    down: tuple[float, float, float],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    kind = operation["operation"]
    visibility = max(operation["visibility"], air.CONTRAST / DEEPEST * _middle(depth, instances))
    operation["visibility"] = round(visibility, 1)
    state = air.Air(kind, visibility, operation.get("rate", 0.0), operation.get("wind", 0.0), down=down)
    height, width = depth.shape
    small = _linear()[cv2.resize(image, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)]
    sky = np.isinf(cv2.resize(depth, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_NEAREST))
    light, share = air.airlight_of(small[..., ::-1], sky, kind)
    root = _transmission(depth, state, rng)
    seen = root
    if kind in air.FALLING:
        make, _ = air.FALLING[kind]
        cloud = make(height, width, state.rate, state.wind, state.lens(width, rng), rng)
        seen = cv2.multiply(root, _uncovered(cloud, depth, state.extinction))
    light = np.asarray(light, np.float32)[::-1, None, None]
    steps = _STEPS[:, None]
    return _looked_up(image, seen, steps * (_linear() * np.float32(share)) + (1 - steps) * light), root


def _middle(depth: np.ndarray, instances: list[Shape]) -> float:
    """Metres to the middle one of the instances."""
    height, width = depth.shape
    metres = []
    for shape in instances:
        x, y = shape.centre
        metres.append(float(depth[min(int(y), height - 1), min(int(x), width - 1)]))
    metres = [value for value in metres if np.isfinite(value)]
    return float(np.median(metres)) if metres else 0.0


def _transmission(depth: np.ndarray, state: air.Air, rng: np.random.Generator) -> np.ndarray:
    """float32 HxW, the square root of ``air.transmission``."""
    height, width = depth.shape
    path = np.minimum(depth, np.float32(state.reach)) * np.float32(-0.5 * state.extinction)
    banks = air.banks((max(2, height // _COARSE), max(2, width // _COARSE)), state.kind, rng)
    if banks is not None:
        path = cv2.multiply(path, cv2.resize(banks, (width, height), interpolation=cv2.INTER_LINEAR))
    return cv2.blur(cv2.exp(path), (3, 3))  # depth has hard steps, the picture's edges are soft


@cache
def _linear() -> np.ndarray:
    """float32 256: linear light of an 8-bit sRGB value."""
    value = np.arange(256, dtype=np.float32) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)


@cache
def _coded() -> np.ndarray:
    """uint8 4096: 8-bit sRGB of linear light i / 4095."""
    light = np.arange(4096) / 4095
    value = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(value * 255).astype(np.uint8)


def code(light: np.ndarray) -> np.ndarray:
    """8-bit sRGB of linear light, clipped to 0..1."""
    return np.take(_coded(), np.clip(light * np.float32(4095) + np.float32(0.5), 0, 4095).astype(np.uint16))


_STEPS = (np.arange(256, dtype=np.float32) / 255) ** 2
"""Shares of light are coded as their square roots in 8 bits: fine steps where little comes through."""


def _looked_up(image: np.ndarray, root: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Every value replaced by ``table`` (3 channels x 256 ``_STEPS`` x 256 values, linear) at its pixel's share.

    ``root``: float32 HxW, the square root of the share.
    """
    index = cv2.LUT(cv2.convertScaleAbs(root, alpha=255), _HIGH)
    coded = code(table).reshape(3, 65536)
    planes = [
        _take(coded[channel], cv2.add(plane, index, dtype=cv2.CV_16U)) for channel, plane in enumerate(cv2.split(image))
    ]
    return cv2.merge(planes)


def _take(table: np.ndarray, index: np.ndarray) -> np.ndarray:
    """``table[index]`` for 65536 uint8 and uint16 HxW; OpenCV 5 does it five times faster than numpy."""
    return cv2.LUT(index, table) if _WIDE_TABLES else np.take(table, index)


_WIDE_TABLES = int(cv2.__version__.split(".")[0]) >= 5
_HIGH = (np.arange(256) * 256).astype(np.uint16)


def _uncovered(cloud: particles.Cloud, depth: np.ndarray, extinction: float) -> np.ndarray:
    """float32 HxW: square root of the share of each pixel that no particle covers.

    A particle is hidden or not as a whole, by the depth at its middle.
    """
    height, width = depth.shape
    x = np.clip((cloud.x0 + cloud.x1) / 2, 0, width - 1).astype(np.intp)
    y = np.clip((cloud.y0 + cloud.y1) / 2, 0, height - 1).astype(np.intp)
    strength = cloud.opacity * np.exp(-extinction * cloud.distance, dtype=np.float32)
    seen = (depth[y, x] > cloud.distance) & (strength > 0.004)
    ends = np.rint(np.stack([cloud.x0, cloud.y0, cloud.x1, cloud.y1], axis=1) * 16 - 8).astype(np.int32)
    ends = ends.reshape(-1, 2, 2)
    top = max(float(strength[seen].max(initial=0.01)), 0.01)
    level = np.minimum((strength * (_LEVELS / top)).astype(np.int64), _LEVELS - 1)
    layer = np.zeros((height, width), np.uint8)
    fine = seen & (cloud.radius < 1.1)
    for number in range(_LEVELS):
        chosen = np.flatnonzero(fine & (level == number))
        if chosen.size:
            value = round(255 * top * (number + 0.5) / _LEVELS)
            cv2.polylines(layer, list(ends[chosen]), False, value, 1, cv2.LINE_AA, 4)
    coarse = np.flatnonzero(seen & ~fine)
    if coarse.size:
        blurred = np.zeros((height // 2 + 1, width // 2 + 1), np.uint8)
        for number in coarse[np.argsort(-cloud.distance[coarse], kind="stable")]:
            one, other = (ends[number] >> 1).tolist()
            value = float(255 * strength[number])
            cv2.line(blurred, one, other, value, max(1, round(float(cloud.radius[number]))), cv2.LINE_AA, 4)
        blurred = cv2.GaussianBlur(blurred, (0, 0), 1.2)
        blurred = cv2.resize(blurred, (2 * blurred.shape[1], 2 * blurred.shape[0]), interpolation=cv2.INTER_LINEAR)
        layer = cv2.max(layer, blurred[:height, :width])
    return cv2.LUT(layer, _FREE)


_FREE = np.sqrt(1 - np.arange(256) / 255).astype(np.float32)


def _night(image: np.ndarray, depth: np.ndarray, state: night.Night) -> np.ndarray:
    """As ``night.fall``."""
    moon, lamp = (np.asarray(colour, np.float32)[::-1, None, None] for colour in (night.MOON, night.LAMP))
    light = np.minimum(state.level * moon + _STEPS[:, None] * lamp, 1)
    height, width = depth.shape
    small = (max(2, width // 2), max(2, height // 2))
    beam = night.beam(cv2.resize(depth, small, interpolation=cv2.INTER_NEAREST), state)
    root = cv2.resize(cv2.sqrt(np.minimum(beam, 1)), (width, height), interpolation=cv2.INTER_LINEAR)
    return _looked_up(image, root, light * _linear())


def _drops(image: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    height, width = image.shape[:2]
    size = (max(1, width // drops.SHRUNK), max(1, height // drops.SHRUNK))
    small = _linear()[cv2.resize(image, size, interpolation=cv2.INTER_AREA)]
    for patch in drops.patches(small, height, width, count, rng):
        rows, columns = patch.opacity.shape
        piece = image[patch.top : patch.top + rows, patch.left : patch.left + columns]
        linear = _linear()[piece]
        linear += (patch.colour - linear) * patch.opacity[..., None]
        piece[:] = code(linear)
    return image
