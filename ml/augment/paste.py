"""Instances of other sources laid into a picture, and four sources in one picture; outlines stay exact.

What is pasted stands in front: it hides what lies behind it, pixel for pixel, and brings its parts along. Size and
place follow an instance that is there already (same row of feet, about the same height), so perspective holds. Edges
and light vary, for a detector learns one kind of edge faster than the thing itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from dataset.draw import count, pick, uniform
from dataset.spec import stream

from . import rings, shapes
from .recipe import Paste
from .shapes import Shape

if TYPE_CHECKING:
    from .frame import Maker, Scene

SMALLEST = 24
"""Height in pixels below which an instance is not worth cutting out."""
ENLARGED = 2.0
"""Most enlargement of a donor: beyond it, it would be blurred among sharp things."""
TRIES = 4
"""Places that are tried for one instance before it is given up."""


def donors(found: Any) -> list[tuple[int, int]]:
    """(source, instance) of everything that can be cut out: whole, mostly seen, not too small."""
    return [
        (number, place)
        for number, source in enumerate(found.sources)
        for place, shape in enumerate(source.instances)
        if not shape.truncated and shape.visible >= 0.7 and shape.box[3] - shape.box[1] >= SMALLEST
    ]


def paste(maker: Maker, scene: Scene, number: int, draws: np.random.Generator) -> None:
    """Paste instances into the scene, as many as the recipe's count; what was done is added to its operations."""
    wishes = maker.recipe.paste
    others = [donor for donor in maker.donors if donor[0] != number] or maker.donors
    if not others:
        return
    for _ in range(count(draws, wishes.count)):
        for _ in range(TRIES):
            source, place = others[int(draws.integers(len(others)))]
            if _paste_one(maker, scene, source, place, wishes, draws):
                break


@dataclass(frozen=True)
class Placed:
    """A donor moved to its place."""

    forward: np.ndarray
    """3x3, donor source to output."""
    shape: Shape
    parts: list[Shape]
    cover: np.ndarray
    """Bool mask of its pixels, from (left, top) on."""
    left: int
    top: int


def _paste_one(maker: Maker, scene: Scene, source: int, place: int, wishes: Paste, draws: np.random.Generator) -> bool:
    """One donor at one place; False when it would lie outside or hide too much."""
    donor = maker.found.sources[source].instances[place]
    height, width = scene.image.shape[:2]
    peers = [shape for shape in scene.instances if shape.category == donor.category]
    occludes = draws.random() < wishes.occlude and bool(peers)
    target = peers[int(draws.integers(len(peers)))] if occludes else _anyone(scene.instances, draws)
    flip, scale = bool(draws.random() < 0.5), uniform(draws, wishes.scale)
    across, down = draws.uniform(-1, 1), draws.uniform(-1, 1)
    edge, sigma = pick(draws, wishes.edges), round(draws.uniform(0.6, 1.6), 2)
    harmony = round(uniform(draws, wishes.harmonise), 3)

    left, top, right, bottom = donor.box
    if target is None:
        size = scale * height / maker.found.sources[source].height
        foot, middle = bottom * height / maker.found.sources[source].height, (0.5 + 0.5 * across) * width
    else:
        box = target.box
        size = scale * (box[3] - box[1]) / (bottom - top)
        foot = box[3] + 0.06 * abs(down) * (box[3] - box[1]) if occludes else box[3] * (1 + 0.04 * down)
        reach = 0.5 * (box[2] - box[0] + size * (right - left))
        middle = (box[0] + box[2]) / 2 + across * reach if occludes else (0.5 + 0.5 * across) * width
    size = round(min(size, ENLARGED), 4)
    sign = -1.0 if flip else 1.0
    shift = round(middle - sign * size * (left + right) / 2, 2), round(foot - size * bottom, 2)
    forward = np.array([[sign * size, 0, shift[0]], [0, size, shift[1]], [0, 0, 1.0]])
    placed = _placed(maker, scene, source, donor, forward)
    if placed is None or not _hide(scene, placed, wishes.hide):
        return False
    _blend(maker, scene, source, placed, edge, sigma, harmony)
    scene.instances.append(placed.shape)
    scene.parts += placed.parts
    numbers = {"scale": size, "flip": flip, "x": shift[0], "y": shift[1], "edge": edge}
    if edge == "gaussian":
        numbers["sigma"] = sigma
    scene.operations.append(
        {
            "operation": "paste",
            "from": maker.found.sources[source].name,
            "instance": donor.id,
            "category": donor.category,
            **numbers,
            "harmonise": harmony,
            "occludes": occludes,
        }
    )
    return True


def _anyone(instances: list[Shape], draws: np.random.Generator) -> Shape | None:
    return instances[int(draws.integers(len(instances)))] if instances else None


def _placed(maker: Maker, scene: Scene, source: int, donor: Shape, forward: np.ndarray) -> Placed | None:
    """The donor and its parts in the output, clipped to it; None when too little of it would be seen."""
    height, width = scene.image.shape[:2]
    frame = rings.frame(width, height)

    def moved(shape: Shape, number: int, owner: int) -> Shape | None:
        whole = [rings.move(ring, forward) for ring in shape.rings]
        kept = tuple(piece for ring in whole for piece in rings.clip(ring, frame))
        before, after = sum(abs(rings.area(r)) for r in whole), sum(abs(rings.area(r)) for r in kept)
        if after < 1:
            return None
        share = min(after / before, 1.0)
        cut = shape.truncated or share < 1 - 1e-9
        about = {**shape.about, "pasted": True}
        return replace(
            shape,
            id=number,
            owner=owner,
            rings=kept,
            visible=shape.visible * share,
            truncated=cut,
            distance=None,
            about=about,
        )

    number = max((shape.id for shape in scene.instances), default=0) + 1
    shape = moved(donor, number, 0)
    if shape is None or shape.visible < 0.35 or shape.area < SMALLEST:
        return None
    free = max((part.id for part in scene.parts), default=0) + 1
    parts = []
    for part in maker.found.sources[source].parts:
        worn = moved(part, free + len(parts), number) if part.owner == donor.id else None
        if worn is not None:
            parts.append(worn)
    left, top, right, bottom = shape.box
    box = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    cover = shapes.mask(shape, box)
    if not cover.any():
        return None
    if scene.filler is not None and (cover & scene.filler[box[1] : box[3], box[0] : box[2]]).any():
        return None
    return Placed(forward, shape, parts, cover, box[0], box[1])


def _hide(scene: Scene, placed: Placed, most: float) -> bool:
    """Take away what the pasted instance hides; False, and nothing changed, when that is too much of anything."""
    at = (placed.left, placed.top)
    instances = [shapes.without(shape, placed.cover, at) for shape in scene.instances]
    for before, after in zip(scene.instances, instances, strict=True):
        if after is None or after.visible < (1 - most) * before.visible:
            return False
    scene.instances = instances
    scene.parts = [kept for part in scene.parts if (kept := shapes.without(part, placed.cover, at))]
    return True


def _blend(maker: Maker, scene: Scene, source: int, placed: Placed, edge: str, sigma: float, harmony: float) -> None:
    """Lay the donor's pixels over the scene's, and give them the distance of the ground that it stands on."""
    height, width = scene.image.shape[:2]
    pad = 6 if edge == "gaussian" else 0
    left, top = max(placed.left - pad, 0), max(placed.top - pad, 0)
    right = min(placed.left + placed.cover.shape[1] + pad, width)
    bottom = min(placed.top + placed.cover.shape[0] + pad, height)
    alpha = np.zeros((bottom - top, right - left), np.float32)
    y, x = placed.top - top, placed.left - left
    alpha[y : y + placed.cover.shape[0], x : x + placed.cover.shape[1]] = placed.cover
    solid = alpha.astype(np.uint8)
    if edge == "gaussian":
        alpha = cv2.GaussianBlur(alpha, (0, 0), sigma)
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    shift = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]])
    centred = np.linalg.inv(half) @ shift @ placed.forward @ half
    pixels = maker.library.load(source).pixels
    size = (right - left, bottom - top)
    how = cv2.INTER_AREA if abs(placed.forward[1, 1]) < 0.6 else cv2.INTER_LINEAR
    donor = _warped(pixels, centred, size, how)
    piece = scene.image[top:bottom, left:right]
    gain = _gain(donor, piece, solid, harmony)
    mixed = donor.astype(np.float32) * gain
    mixed = piece + (mixed - piece) * alpha[..., None]
    piece[:] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
    if scene.depth is not None:
        foot = min(placed.top + placed.cover.shape[0], height) - 1
        middle = min(placed.left + placed.cover.shape[1] // 2, width - 1)
        metres = scene.depth[foot, middle]
        area = scene.depth[top:bottom, left:right]
        area[solid > 0] = metres


def _warped(pixels: np.ndarray, centred: np.ndarray, size: tuple[int, int], how: int) -> np.ndarray:
    """The donor's picture in the piece; strongly shrunk ones are averaged first, only where they are needed."""
    if how != cv2.INTER_AREA:
        return cv2.warpAffine(pixels, centred[:2], size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    factor = max(2, int(1 / abs(centred[1, 1])))
    small = cv2.resize(pixels, (pixels.shape[1] // factor, pixels.shape[0] // factor), interpolation=cv2.INTER_AREA)
    sx, sy = pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0]
    up = np.array([[sx, 0, (sx - 1) / 2], [0, sy, (sy - 1) / 2], [0, 0, 1]])
    return cv2.warpAffine(small, (centred @ up)[:2], size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _gain(donor: np.ndarray, piece: np.ndarray, solid: np.ndarray, harmony: float) -> np.ndarray:
    """Three gains that bring the donor's mean light a share ``harmony`` of the way to its surroundings'."""
    own = np.array(cv2.mean(donor, solid)[:3])
    around = np.array(cv2.mean(piece)[:3])
    return np.clip(((around + 12) / (own + 12)) ** (0.6 * harmony), 0.6, 1.6).astype(np.float32)


def mosaic(maker: Maker, number: int, seed: int) -> Scene:
    """Four sources around a point near the middle, source ``number`` first; each is a view of its own."""
    from .frame import Scene

    draws = stream(seed, "mosaic", "views")
    source, wishes = maker.found.sources[number], maker.recipe.geometry
    width, height = (wishes.width, wishes.height) if wishes.width else (source.width, source.height)
    x, y = round(draws.uniform(0.35, 0.65) * width), round(draws.uniform(0.35, 0.65) * height)
    boxes = [(0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height)]
    order = draws.permutation(4)
    image, depth = np.empty((height, width, 3), np.uint8), np.full((height, width), np.inf, np.float32)
    outside = np.zeros((height, width), bool)
    scene = Scene(image, [], [], depth, [{"operation": "mosaic", "x": x, "y": y}], outside)
    for step, box in enumerate(boxes[i] for i in order):
        chosen = number if step == 0 else int(draws.integers(len(maker.found.sources)))
        left, top, right, bottom = box
        quarter = maker.view(chosen, stream(seed, "mosaic", step), (right - left, bottom - top))
        scene.image[top:bottom, left:right] = quarter.image
        if quarter.depth is None:
            scene.depth = None
        elif scene.depth is not None:
            scene.depth[top:bottom, left:right] = quarter.depth
        if quarter.filler is not None:
            outside[top:bottom, left:right] = quarter.filler
        _take_in(scene, quarter, np.array([left, top], float))
        scene.operations += [{**operation, "at": [left, top]} for operation in quarter.operations]
    return scene


def _take_in(scene: Scene, quarter: Scene, shift: np.ndarray) -> None:
    """Shapes of a quarter into the whole, with ids that are free there."""
    numbers: dict[int, int] = {}
    for shape in quarter.instances:
        numbers[shape.id] = len(scene.instances) + 1
        moved = tuple(ring + shift for ring in shape.rings)
        scene.instances.append(replace(shape, id=numbers[shape.id], rings=moved))
    for part in quarter.parts:
        if part.owner in numbers:
            moved = tuple(ring + shift for ring in part.rings)
            scene.parts.append(replace(part, id=len(scene.parts) + 1, owner=numbers[part.owner], rings=moved))
