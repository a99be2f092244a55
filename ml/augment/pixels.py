"""Changes of colour, sharpness and noise: the one module that touches albumentations.

Every number is drawn by us and stored in the record; albumentations' functions apply it. Neighbouring changes of tone
(brightness, contrast, gamma) are applied to a ramp of all 256 values, and the picture passes through the result once:
the same bytes for a third of the time. Two of its functions are not used: shadows (hard edges, 4.7 ms a picture) and
noise (goes through floats, six times slower than here).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from dataset.draw import uniform
from dataset.recipe import RecipeError
from dataset.spec import stream

from .recipe import PIXELS, Pixels

Operation = dict[str, Any]
"""``{"operation": name, number: value ...}``, as it stands in the record."""

_NOISE_SIZE = 1024
_NOISE_DEVIATION = 32
"""Standard deviation of the noise that is kept in 8 bits: four of them fit."""
_GROUPS = ("Compose", "Sequential", "OneOf", "SomeOf", "RandomOrder", "OneOrOther")


@cache
def library() -> Any:
    """albumentations, imported on first use: without asking the network for updates, and without torch.

    It imports torch where it is installed, which costs seconds and memory and serves nothing here, so for the time of
    its import torch is not to be found.
    """
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"
    absent = "torch" not in sys.modules
    if absent:
        sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        import albumentations
        import albumentations.augmentations.blur.functional
        import albumentations.augmentations.pixel.functional
    finally:
        if absent:
            del sys.modules["torch"]
    return albumentations


def _pixel() -> Any:
    return library().augmentations.pixel.functional


def _blur() -> Any:
    return library().augmentations.blur.functional


def _albucore() -> Any:
    """albumentations' arithmetic."""
    import albucore

    return albucore


def draw(wishes: Pixels, draws: np.random.Generator) -> list[Operation]:
    """The operations of one picture with their numbers, in the order in which they are applied."""
    done = {word: draws.random() < wishes.chances.get(word, 0.0) for word in PIXELS}
    operations: list[Operation] = []
    for word in PIXELS:
        numbers = _numbers(word, wishes, draws)
        if done[word]:
            operations.append({"operation": word, **numbers})
    return operations


def _numbers(word: str, wishes: Pixels, draws: np.random.Generator) -> dict[str, Any]:
    """Numbers of one operation; takes the same count from the stream whether it is done or not."""
    if word == "grey":
        return {}
    if word == "colour":
        return {"hue": round(uniform(draws, wishes.hue), 2), "saturation": round(uniform(draws, wishes.saturation), 2)}
    low, high = getattr(wishes, word)
    value = round(uniform(draws, (low, high)), 4)
    if word == "shadow":
        corners = draws.random((4, 2)).round(3).tolist()
        return {"darkness": value, "corners": corners, "softness": round(uniform(draws, (0.005, 0.03)), 4)}
    if word == "motion":
        return {"length": int(value) | 1, "angle": round(uniform(draws, (0, 180)), 2)}
    if word == "noise":
        return {"deviation": value, "offset": draws.integers(0, _NOISE_SIZE, 2).tolist()}
    name = {"blur": "sigma", "compression": "quality", "gamma": "exponent"}.get(word, "by")
    return {name: int(value) if word == "compression" else value}


def apply(image: np.ndarray, operations: list[Operation]) -> np.ndarray:
    """uint8 HxWx3 (blue first) after the operations; the input may be changed."""
    for tonal, group in groupby(operations, lambda operation: operation["operation"] in _TONES):
        if tonal:
            ramp = _RAMP
            for operation in group:
                ramp = _TONES[operation["operation"]](ramp, operation)
            image = _albucore().sz_lut(image, ramp[0], inplace=True)
        else:
            for operation in group:
                image = _APPLY[operation["operation"]](image, operation)
    return image


_RAMP = np.arange(256, dtype=np.uint8)[None]
"""All values that a pixel can have, as a picture of one row."""


def _brightness(image: np.ndarray, numbers: Operation) -> np.ndarray:
    return _linear(image, 1.0, 255 * numbers["by"])


def _contrast(image: np.ndarray, numbers: Operation) -> np.ndarray:
    gain = 1 + numbers["by"]
    return _linear(image, gain, 127.5 * (1 - gain))


def _linear(image: np.ndarray, gain: float, offset: float) -> np.ndarray:
    return _albucore().multiply_add(image, gain, offset, inplace=False)  # as RandomBrightnessContrast


def _gamma(image: np.ndarray, numbers: Operation) -> np.ndarray:
    return _pixel().gamma_transform(image, gamma=numbers["exponent"])


def _colour(image: np.ndarray, numbers: Operation) -> np.ndarray:
    """Hue turned and saturation raised by one matrix: greys stay grey, and light stays as it is.

    A tenth of the time that the way through HSV takes, where adding to the saturation of what is nearly grey makes
    speckles of colour.
    """
    turn, gain = np.radians(2 * numbers["hue"]), max(0.0, 1 + numbers["saturation"] / 128)
    chroma = gain * (np.cos(turn) * (np.eye(3) - 1 / 3) + np.sin(turn) * _TURN)
    return cv2.transform(image, (_LUMA + (np.eye(3) - _LUMA) @ chroma).astype(np.float32))


_LUMA = np.array([[0.114, 0.587, 0.299]])
"""Shares of blue, green and red."""
_TURN = np.array([[0, 1, -1], [-1, 0, 1], [1, -1, 0]]) / np.sqrt(3)
"""A quarter turn of hue about the axis of greys, with blue first."""


def _grey(image: np.ndarray, numbers: Operation) -> np.ndarray:
    return cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)


def _shadow(image: np.ndarray, numbers: Operation) -> np.ndarray:
    """A soft-edged quadrilateral of less light, drawn at a quarter of the size."""
    height, width = image.shape[:2]
    small = np.full((max(1, height // 4), max(1, width // 4)), 255, np.uint8)
    corners = np.asarray(numbers["corners"]) * 1.4 - 0.2
    corners = corners[np.argsort(np.arctan2(*(corners - corners.mean(axis=0)).T))]
    points = np.rint(corners * (small.shape[1], small.shape[0])).astype(np.int32)
    cv2.fillPoly(small, [points], round(255 * (1 - numbers["darkness"])))
    small = cv2.GaussianBlur(small, (0, 0), max(0.3, numbers["softness"] * small.shape[1]))
    light = cv2.cvtColor(cv2.resize(small, (width, height)), cv2.COLOR_GRAY2BGR)
    return cv2.multiply(image, light, scale=1 / 255)


def _gaussian(image: np.ndarray, numbers: Operation) -> np.ndarray:
    return _pixel().separable_convolve(image, kernel=_blur().create_gaussian_kernel_1d(numbers["sigma"]))


def _motion(image: np.ndarray, numbers: Operation) -> np.ndarray:
    kernel = _blur().create_motion_kernel(numbers["length"], numbers["angle"], 0.0, False, None)
    return _pixel().convolve(image, kernel=kernel / kernel.sum())


@cache
def _noise() -> np.ndarray:
    """uint8 2Sx2Sx3 about 128, S = _NOISE_SIZE: drawn once, each picture takes another piece of it."""
    tile = stream(0, "noise").standard_normal((_NOISE_SIZE, _NOISE_SIZE, 3), np.float32)
    return np.tile(np.clip(np.rint(tile * _NOISE_DEVIATION + 128), 0, 255).astype(np.uint8), (2, 2, 1))


def _add_noise(image: np.ndarray, numbers: Operation) -> np.ndarray:
    height, width = image.shape[:2]
    y, x = numbers["offset"]
    field = _noise()
    if height > _NOISE_SIZE or width > _NOISE_SIZE:
        field = np.tile(field, (-(-height // _NOISE_SIZE), -(-width // _NOISE_SIZE), 1))
    piece = field[y : y + height, x : x + width]
    gain = numbers["deviation"] / _NOISE_DEVIATION
    return cv2.addWeighted(image, 1, piece, gain, -128 * gain)


def _compression(image: np.ndarray, numbers: Operation) -> np.ndarray:
    return _pixel().image_compression(image, numbers["quality"], ".jpg")


_TONES = {"brightness": _brightness, "contrast": _contrast, "gamma": _gamma}
_APPLY = {
    "colour": _colour,
    "grey": _grey,
    "shadow": _shadow,
    "blur": _gaussian,
    "motion": _motion,
    "noise": _add_noise,
    "compression": _compression,
}


def load_pipeline(path: Path) -> Any:
    """A user's pipeline (``A.to_dict`` as JSON or YAML): pixels change, nothing moves. Raises ``RecipeError``."""
    where = f"pixels.pipeline = {path}"
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix.lower() in (".yaml", ".yml"):
            import yaml

            data = yaml.safe_load(text)
        else:
            data = json.loads(text)
    except OSError as error:
        raise RecipeError(f"{where}: {error.strerror}") from error
    except Exception as error:  # json and yaml have no common base for syntax errors
        raise RecipeError(f"{where}: not valid JSON or YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, Mapping) or not isinstance(data.get("transform"), Mapping):
        raise RecipeError(f"{where}: no key 'transform'; write it with albumentations' A.save or A.to_dict")
    albumentations = library()
    try:
        built = albumentations.from_dict(data)
    except Exception as error:  # pydantic, KeyError, TypeError: whatever a transform's constructor raises
        raise RecipeError(f"{where}: {' '.join(str(error).split())[:300]}") from error
    moving = [
        name for name, transform in _leaves(built) if not isinstance(transform, albumentations.ImageOnlyTransform)
    ]
    if moving:
        raise RecipeError(
            f"{where}: {', '.join(moving)} would move pixels without their outlines; only image-only operations are "
            "allowed here, geometry has a table of its own, [geometry]"
        )
    return albumentations.Compose([built], save_applied_params=True)


def _leaves(transform: Any) -> list[tuple[str, Any]]:
    if hasattr(transform, "transforms"):
        return [leaf for inner in transform.transforms for leaf in _leaves(inner)]
    return [(type(transform).__name__, transform)]


def run_pipeline(pipeline: Any, image: np.ndarray, seed: int) -> tuple[np.ndarray, list[Operation]]:
    """The user's pipeline on one picture, and what it did with which numbers.

    Raises ``RecipeError`` when it changes size or type.
    """
    pipeline.set_random_seed(seed % 2**32)
    try:
        result = pipeline(image=cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
    except Exception as error:
        raise RecipeError(f"pixels.pipeline: {' '.join(str(error).split())[:300]}") from error
    changed = result["image"]
    if changed.shape != image.shape or changed.dtype != np.uint8:
        raise RecipeError(
            f"pixels.pipeline: returns {changed.dtype} of shape {changed.shape} for uint8 of shape {image.shape}; "
            "leave out what converts or resizes (Normalize, ToFloat, ToTensorV2 ...)"
        )
    applied = [{"operation": name, **_jsonable(params)} for name, params in result.get("applied_transforms", [])]
    return cv2.cvtColor(changed, cv2.COLOR_RGB2BGR), [item for item in applied if item["operation"] not in _GROUPS]


def _jsonable(params: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers, texts and short lists of an operation's parameters; arrays over the picture are left out."""
    kept: dict[str, Any] = {}
    for key, value in params.items():
        if isinstance(value, np.generic):
            value = value.item()
        elif isinstance(value, np.ndarray) and value.size <= 16:
            value = value.tolist()
        try:
            if len(json.dumps(value)) <= 400:
                kept[str(key)] = value
        except (TypeError, ValueError):
            continue
    return kept
