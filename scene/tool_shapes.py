"""Meshes of tools in real sizes.

Frames are those of scene/poses.py: a shaft runs along z from its tip; a thing in the hand has its
middle in the fist, z towards the thumb, y out of the palm; a thing that hangs has its handle at the origin.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import noise
from .meshes import Piece, join
from .shapes import bevelled, grid_quads, lathe, rotation, tube

Colour = tuple[float, float, float]
Finish = tuple[float, float, float]
"""Roughness, metallic, wear."""

WOOD: Colour = (0.36, 0.22, 0.11)
STEEL: Colour = (0.30, 0.30, 0.31)
DARK: Colour = (0.03, 0.03, 0.032)
RUBBER: Colour = (0.022, 0.022, 0.024)
RED: Colour = (0.45, 0.035, 0.025)
YELLOW: Colour = (0.72, 0.42, 0.03)
BLUE: Colour = (0.03, 0.10, 0.32)
ORANGE: Colour = (0.75, 0.17, 0.02)
GREY: Colour = (0.40, 0.40, 0.40)
CONCRETE: Colour = (0.34, 0.32, 0.29)
CANVAS: Colour = (0.30, 0.29, 0.20)

MATT, WORN, METAL, SOFT = (0.6, 0.0, 0.6), (0.45, 0.0, 0.8), (0.42, 0.9, 0.8), (0.9, 0.0, 0.7)


def dyed(piece: Piece, colour: Colour, finish: Finish = MATT) -> Piece:
    """The piece with the attributes that the tools' material reads."""
    count = len(piece.vertices)
    piece.points = {
        "col": np.broadcast_to((*colour, 1.0), (count, 4)),
        "finish": np.broadcast_to(finish, (count, 3)),
        "rest": piece.vertices.copy(),
    }
    return piece


def moved(piece: Piece, x: float = 0.0, y: float = 0.0, z: float = 0.0, axis: Colour | None = None, turn: float = 0.0):
    """Turned by ``turn`` degrees about ``axis``, then moved."""
    matrix = np.eye(4) if axis is None else rotation(axis, np.radians(turn))
    matrix[:3, 3] = (x, y, z)
    return piece.moved(matrix)


def rod(start: Colour, end: Colour, radius: float, sides: int = 10) -> Piece:
    """A straight capped tube."""
    return tube(np.linspace(start, end, 3), radius, sides, capped=True)


def shovel(draw: np.random.Generator, sides: int) -> Piece:
    """Round-point shovel, 1.40 m: dished steel blade, socket, long ash handle."""
    rows, columns = 11, 9
    along, across = np.meshgrid(np.linspace(0, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    wide = 0.108 * np.clip(along / 0.42, 0, 1) ** 0.55 * (1 - 0.12 * np.clip((along - 0.8) / 0.2, 0, 1) ** 2)
    x = across * np.maximum(wide, 0.006)
    z = 0.285 * along
    dish = 0.022 * across**2 * np.clip(along * 2, 0, 1) + 0.018 * (1 - along) ** 2
    front = np.stack([x, dish, z], -1).reshape(-1, 3)
    behind = front - (0, 0.0025, 0)
    quads = grid_quads(rows, columns)
    blade = Piece.quads(
        np.concatenate([front, behind]), np.concatenate([quads, quads[:, ::-1] + len(front)]), smooth=True
    )
    socket = lathe(np.array([(0.012, 0.17), (0.019, 0.24), (0.020, 0.40), (0.0, 0.401)]), sides)
    bow = draw.normal(0, 0.004, 2)
    t = np.linspace(0, 1, 9)
    shaft = tube(np.stack([bow[0] * np.sin(np.pi * t), bow[1] * np.sin(np.pi * t), 0.36 + 1.04 * t], 1),
                 0.0165 + 0.002 * np.abs(t - 0.3), sides, capped=True)  # fmt: skip
    paint = [STEEL, DARK, (0.28, 0.05, 0.03)][int(draw.integers(3))]
    return join([dyed(blade, paint, METAL), dyed(socket, paint, METAL), dyed(shaft, WOOD, WORN)])


def bar(draw: np.random.Generator, sides: int) -> Piece:
    """Wrecking bar, 1.50 m: hexagonal steel, chisel tip, bent claw."""
    t = np.linspace(0, 1, 12)
    hook = np.clip((t - 0.9) / 0.1, 0, 1)
    course = np.stack([0 * t, -0.07 * hook**2, 0.06 + 1.44 * t - 0.05 * hook**3], 1)
    body = tube(course, 0.0135 * (1 - 0.3 * hook), 6, capped=True)
    tip = bevelled((0.034, 0.008, 0.10), 0.003, (0, 0, 0.05))
    return join([dyed(body, [DARK, BLUE, RED, STEEL][int(draw.integers(4))], METAL), dyed(tip, STEEL, METAL)])


def sledge(draw: np.random.Generator, sides: int) -> Piece:
    """Sledge hammer, 5 kg: octagonal head across the tip, handle of 0.9 m."""
    head = join([bevelled((0.062, 0.17, 0.062), 0.012), bevelled((0.072, 0.05, 0.072), 0.01)])
    t = np.linspace(0, 1, 7)
    handle = tube(np.stack([0 * t, 0 * t, -0.045 + 0.945 * t], 1), 0.0155 + 0.003 * (t - 0.4) ** 2, sides, capped=True)
    wooden = draw.random() < 0.5
    grip = rod((0, 0, 0.62), (0, 0, 0.9), 0.0185, sides)
    pieces = [dyed(head, DARK if wooden else RED, METAL), dyed(handle, WOOD if wooden else YELLOW, WORN)]
    return join(pieces if wooden else [*pieces, dyed(grip, RUBBER, SOFT)])


def torch(draw: np.random.Generator, sides: int) -> Piece:
    """Hand lamp of 0.2 m; the lens looks towards the thumb."""
    body = lathe(
        np.array(
            [(0.0, -0.10), (0.016, -0.10), (0.018, -0.06), (0.018, 0.06), (0.028, 0.085), (0.03, 0.12), (0.026, 0.122)]
        ),
        sides,
    )
    lens = lathe(np.array([(0.026, 0.119), (0.014, 0.121), (0.001, 0.1215)]), sides)
    return join(
        [
            dyed(body, [DARK, YELLOW, ORANGE][int(draw.integers(3))], WORN),
            dyed(lens, (0.9, 0.9, 0.82), (0.15, 0.0, 0.0)),
        ]
    )


def radio(draw: np.random.Generator, sides: int) -> Piece:
    """Handheld radio with antenna, knob and a lighter grille, 0.13 m."""
    body = bevelled((0.056, 0.034, 0.13), 0.007)
    antenna = tube(
        np.array([(0.017, 0, 0.06), (0.017, 0, 0.14), (0.018, 0.002, 0.22)]), [0.0065, 0.005, 0.004], sides, True
    )
    knob = rod((-0.014, 0, 0.064), (-0.014, 0, 0.082), 0.008, sides)
    grille = bevelled((0.04, 0.003, 0.045), 0.001, (0, 0.0165, 0.02))
    screen = bevelled((0.036, 0.003, 0.02), 0.001, (0, 0.0165, -0.025))
    return join(
        [
            dyed(body, DARK, WORN),
            dyed(antenna, RUBBER, SOFT),
            dyed(knob, RUBBER, SOFT),
            dyed(grille, (0.1, 0.1, 0.1)),
            dyed(screen, (0.25, 0.3, 0.22), (0.2, 0, 0)),
        ]
    )


def phone(draw: np.random.Generator, sides: int) -> Piece:
    """Smartphone; its length runs along the fingers, the screen looks out of the palm."""
    case = [DARK, (0.5, 0.5, 0.52), (0.3, 0.04, 0.06), (0.05, 0.12, 0.3)][int(draw.integers(4))]
    screen = bevelled((0.142, 0.0015, 0.066), 0.0005, (0, 0.0045, 0))
    return join(
        [dyed(bevelled((0.15, 0.009, 0.074), 0.004), case, WORN), dyed(screen, (0.01, 0.01, 0.012), (0.08, 0, 0))]
    )


def bucket(draw: np.random.Generator, sides: int) -> Piece:
    """Builder's bucket of 12 litres with rubble in it; the bail's middle is at the origin."""
    rim, low, r = -0.21, -0.48, 0.148
    wall = lathe(
        np.array(
            [
                (0.0, low),
                (0.105, low),
                (0.11, low + 0.01),
                (r, rim),
                (r + 0.006, rim + 0.004),
                (r - 0.004, rim + 0.002),
                (0.118, low + 0.03),
            ]
        ),
        sides * 2,
    )
    fill = lathe(np.array([(0.14, rim - 0.05), (0.09, rim - 0.02), (0.03, rim), (0.001, rim + 0.005)]), sides * 2)
    fill.vertices = fill.vertices + 0.018 * noise.fractal(fill.vertices + draw.uniform(0, 9), 22, 2)[:, None]
    swing = np.linspace(0, np.pi, 15)
    bail = tube(np.stack([0 * swing, (r + 0.004) * np.cos(swing), rim - rim * np.sin(swing) ** 0.8], 1), 0.003, 6)
    grip = rod((0, -0.055, 0.0), (0, 0.055, 0.0), 0.012, sides)
    shade = [DARK, GREY, BLUE, ORANGE, (0.55, 0.55, 0.5)][int(draw.integers(5))]
    return join(
        [
            dyed(wall, shade, (0.5, 0.7 if shade == GREY else 0.0, 1.0)),
            dyed(fill, CONCRETE, SOFT),
            dyed(bail, STEEL, METAL),
            dyed(grip, RUBBER),
        ]
    )


def holdall(draw: np.random.Generator, sides: int) -> Piece:
    """A full bag with two straps that meet in the hand."""
    pillow = _rough((0.26, 0.50, 0.28), 9, 0.03, 5, float(draw.uniform(0, 50)), bulge=3.2)
    pieces = [dyed(moved(pillow, z=-0.36), [BLUE, DARK, (0.25, 0.05, 0.05), CANVAS][int(draw.integers(4))], SOFT)]
    for side in (-0.06, 0.06):
        swing = np.linspace(0, np.pi, 13)
        strap = tube(
            np.stack(
                [side * (1 - np.sin(swing)) + 0 * swing, 0.13 * np.cos(swing), -0.24 + 0.24 * np.sin(swing) ** 0.7], 1
            ),
            0.009,
            6,
        )
        pieces.append(dyed(strap, RUBBER, SOFT))
    return join(pieces)


def case(draw: np.random.Generator, sides: int) -> Piece:
    """Equipment case 0.48 m wide between two hands, or a cardboard box."""
    if draw.random() < 0.35:
        box = _rough((0.485, 0.34, 0.27), 7, 0.006, 9, float(draw.uniform(0, 50)))
        tape = bevelled((0.05, 0.343, 0.272), 0.002)
        return join(
            [
                dyed(moved(box, y=-0.04, z=0.06), (0.42, 0.28, 0.15), SOFT),
                dyed(moved(tape, y=-0.04, z=0.06), (0.5, 0.4, 0.25)),
            ]
        )
    shade = [ORANGE, YELLOW, DARK, RED, (0.1, 0.2, 0.12)][int(draw.integers(5))]
    body = bevelled((0.485, 0.32, 0.24), 0.02, (0, -0.03, 0.05))
    seam = bevelled((0.492, 0.327, 0.014), 0.004, (0, -0.03, 0.10))
    latches = [bevelled((0.05, 0.02, 0.06), 0.005, (x, -0.195, 0.09)) for x in (-0.15, 0.15)]
    handle = tube(
        np.array([(-0.08, -0.19, 0.03), (-0.07, -0.225, 0.03), (0.07, -0.225, 0.03), (0.08, -0.19, 0.03)]), 0.01, 8
    )
    return join(
        [
            dyed(body, shade, WORN),
            dyed(seam, DARK),
            *(dyed(latch, STEEL, METAL) for latch in latches),
            dyed(handle, RUBBER),
        ]
    )


def slab(draw: np.random.Generator, sides: int) -> Piece:
    """Broken concrete plate with bent rebar, 0.56 m wide, gripped at its sides."""
    plate = _rough((0.56, 0.52, 0.10), 9, 0.035, 7, float(draw.uniform(0, 50)))
    return _with_rebar(moved(plate, y=-0.10, z=0.03), draw, (0.1, -0.34, 0.03), (0.05, -0.5, 0.10))


def long_slab(draw: np.random.Generator, sides: int) -> Piece:
    """The same for two: their hands lie under its short sides at y -0.40 and 0.40, z 0."""
    plate = _rough((0.66, 0.86, 0.11), 11, 0.03, 6, float(draw.uniform(0, 50)))
    return _with_rebar(moved(plate, z=0.075), draw, (0.3, 0.1, 0.08), (0.55, 0.16, 0.02))


def block(draw: np.random.Generator, sides: int) -> Piece:
    """A block of masonry to sit on: 0.42 m high."""
    stone = _rough((0.62, 0.44, 0.44), 11, 0.03, 5, float(draw.uniform(0, 50)))
    stone.vertices[:, 2] = np.where(stone.vertices[:, 2] > 0.16, 0.21, stone.vertices[:, 2])
    shade = CONCRETE if draw.random() < 0.6 else (0.36, 0.13, 0.07)
    return dyed(moved(stone, z=0.21), shade, SOFT)


def stretcher(draw: np.random.Generator, sides: int) -> Piece:
    """Two-man stretcher, 2.2 m: poles, sagging canvas, feet, loose straps; bearers at y -1.04 and 1.04."""
    half, inner = 0.275, 0.92
    poles = [rod((x, -1.14, 0), (x, 1.14, 0), 0.0165, sides) for x in (-half, half)]
    grips = [rod((x, s * 0.95, 0), (x, s * 1.145, 0), 0.0195, sides) for x in (-half, half) for s in (-1, 1)]
    rows, columns = 21, 9
    y, x = np.meshgrid(np.linspace(-inner, inner, rows), np.linspace(-half, half, columns), indexing="ij")
    sag = -0.056 * (1 - (x / half) ** 6) * (1 - 0.5 * (y / inner) ** 6)
    sag = sag + 0.004 * noise.fractal(np.stack([x, y, 0 * x], -1), 9, 2, float(draw.uniform(0, 50)))
    sheet = np.stack([x, y, sag + 0.016], -1).reshape(-1, 3)
    quads = grid_quads(rows, columns)[:, ::-1]
    canvas = Piece.quads(
        np.concatenate([sheet, sheet - (0, 0, 0.003)]),
        np.concatenate([quads, quads[:, ::-1] + len(sheet)]),
        smooth=True,
    )
    bars = [rod((-half, s * 0.70, -0.012), (half, s * 0.70, -0.012), 0.011, sides) for s in (-1, 1)]
    feet = [
        tube(np.array([(x, s * 0.74, 0), (x, s * 0.74, -0.13), (x, s * 0.62, -0.13), (x, s * 0.62, 0)]), 0.009, 6)
        for x in (-half, half)
        for s in (-1, 1)
    ]
    straps = []
    for y in (-0.55, -0.12, 0.30):
        x = np.linspace(-half - 0.02, half + 0.02, 15)
        low = -0.056 * np.clip(1 - (x / half) ** 6, 0, 1) + 0.018
        line = np.stack([x, y + 0.012 * draw.normal() * (x / half) ** 2, np.where(np.abs(x) > half, -0.02, low)], 1)
        sheet = np.concatenate([line + (0, 0.024, 0), line - (0, 0.024, 0)])
        k = np.arange(14)
        straps.append(Piece.quads(sheet, np.stack([k + 15, k + 16, k + 1, k], 1), smooth=True))
    cloth = [ORANGE, CANVAS, (0.10, 0.16, 0.10), BLUE][int(draw.integers(4))]
    metal = [dyed(p, GREY, METAL) for p in (*poles, *bars, *feet)]
    return join(
        [
            *metal,
            *(dyed(g, RUBBER, SOFT) for g in grips),
            dyed(canvas, cloth, SOFT),
            *(dyed(strap, (0.03, 0.03, 0.032), SOFT) for strap in straps),
        ]
    )


def rope(course: np.ndarray, draw: np.random.Generator, sides: int) -> Piece:
    """Kernmantle rope of 12 mm along ``course`` (n, 3)."""
    line = smooth_course(course, 14)
    colour = [ORANGE, (0.5, 0.5, 0.48), BLUE, YELLOW][int(draw.integers(4))]
    return dyed(tube(line, 0.0085, 8), colour, SOFT)


def hose(course: np.ndarray, draw: np.random.Generator, sides: int) -> Piece:
    """Charged delivery hose of 52 mm with a branch pipe at its first end."""
    line = smooth_course(course, 14)
    line[:, :] += 0.004 * noise.fractal(line, 3, 1)[:, None]
    colour = [(0.5, 0.47, 0.40), (0.40, 0.05, 0.03), (0.5, 0.38, 0.08)][int(draw.integers(3))]
    ahead = line[0] - line[3]
    ahead = ahead / np.linalg.norm(ahead)
    pipe = tube(
        np.stack([line[0] + ahead * t for t in (-0.02, 0.06, 0.14, 0.30, 0.36)]),
        [0.034, 0.034, 0.024, 0.017, 0.020],
        sides + 2,
        True,
    )
    return join([dyed(tube(line, 0.021, sides), colour, SOFT), dyed(pipe, (0.5, 0.5, 0.5), METAL)])


def smooth_course(points: np.ndarray, steps: int) -> np.ndarray:
    """Centripetal curve through ``points`` (n, 3), ``steps`` samples between neighbours."""
    points = np.asarray(points, float)
    ends = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    times = np.concatenate([[0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(ends, axis=0), axis=1)) + 1e-6)])
    found = []
    for k in range(1, len(ends) - 2):
        t = np.linspace(times[k], times[k + 1], steps, endpoint=k == len(ends) - 3)[:, None]
        p, s = ends[k - 1 : k + 3], times[k - 1 : k + 3]
        a = [((s[i + 1] - t) * p[i] + (t - s[i]) * p[i + 1]) / (s[i + 1] - s[i]) for i in range(3)]
        b = [((s[i + 2] - t) * a[i] + (t - s[i]) * a[i + 1]) / (s[i + 2] - s[i]) for i in range(2)]
        found.append(((s[2] - t) * b[0] + (t - s[1]) * b[1]) / (s[2] - s[1]))
    return np.concatenate(found)


def _rough(size: Colour, steps: int, depth: float, frequency: float, seed: float, bulge: float = 12.0) -> Piece:
    """A block with broken faces; ``bulge`` 12 is a box, 3 a cushion."""
    sheets, quads = [], []
    grid = np.linspace(-1, 1, steps)
    u, v = np.meshgrid(grid, grid, indexing="ij")
    cells = grid_quads(steps, steps)
    for axis in range(3):
        for sign in (-1.0, 1.0):
            sheet = np.empty((steps, steps, 3))
            sheet[..., axis] = sign
            sheet[..., (axis + 1) % 3], sheet[..., (axis + 2) % 3] = u, v
            quads.append((cells if sign > 0 else cells[:, ::-1]) + len(sheets) * steps * steps)
            sheets.append(sheet.reshape(-1, 3))
    points = np.concatenate(sheets)
    points /= (np.abs(points) ** bulge).sum(1, keepdims=True) ** (1 / bulge)
    points = points * np.asarray(size) / 2
    for axis in range(3):
        points[:, axis] += depth * min(1.0, size[axis] / 0.25) * noise.fractal(points, frequency, 3, seed + 7 * axis)
    return Piece.quads(points, np.concatenate(quads), smooth=bulge < 6)


def _with_rebar(plate: Piece, draw: np.random.Generator, start: Colour, end: Colour) -> Piece:
    bars = []
    for shift in (-0.16, 0.0):
        first, last = np.add(start, (shift, 0, 0)), np.add(end, (shift + draw.normal(0, 0.04), 0, draw.normal(0, 0.05)))
        bars.append(
            dyed(
                tube(smooth_course(np.stack([first, (first + last) / 2 + (0, 0, 0.02), last]), 5), 0.006, 6),
                (0.16, 0.07, 0.035),
                (0.8, 0.4, 1.0),
            )
        )
    return join([dyed(plate, CONCRETE, SOFT), *bars])


SHAPES: dict[str, Callable[[np.random.Generator, int], Piece]] = {
    "shovel": shovel, "bar": bar, "sledge": sledge, "torch": torch, "radio": radio, "phone": phone, "bucket": bucket,
    "holdall": holdall, "case": case, "slab": slab, "long_slab": long_slab, "block": block, "stretcher": stretcher,
}  # fmt: skip

LINES: dict[str, Callable[[np.ndarray, np.random.Generator, int], Piece]] = {"rope": rope, "hose": hose}
