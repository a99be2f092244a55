"""Value noise in numpy: the same numbers on every machine and Blender version."""

from __future__ import annotations

import numpy as np

_LATTICE = np.random.Generator(np.random.PCG64(3)).random((64, 64, 64)).astype(np.float32)


def fractal(points: np.ndarray, frequency: float = 1.0, octaves: int = 1, seed: float = 0.0) -> np.ndarray:
    """Fractal value noise at ``points`` (float, (..., 3), metres), about -1..1, float32 of shape (...).

    ``frequency`` is features a metre; each octave doubles it and halves the amplitude. The lattice repeats after
    64 / frequency metres.
    """
    position = np.asarray(points, np.float32) * np.float32(frequency) + np.float32(seed * 17.31 % 64.0)
    total = np.zeros(position.shape[:-1], np.float32)
    amplitude, norm = 1.0, 0.0
    for _ in range(octaves):
        total += np.float32(amplitude) * _lattice(position)
        norm += amplitude
        amplitude *= 0.5
        position = position * np.float32(2.03) + np.float32(11.7)
    return total / np.float32(norm)


def ridged(points: np.ndarray, frequency: float = 1.0, octaves: int = 1, seed: float = 0.0) -> np.ndarray:
    """1 - 2|noise|: sharp creases at the zero crossings, about -1..1."""
    return 1.0 - 2.0 * np.abs(fractal(points, frequency, octaves, seed))


def _lattice(position: np.ndarray) -> np.ndarray:
    """Trilinear, smooth-stepped interpolation of the lattice, -1..1."""
    corner = np.floor(position).astype(np.int32)
    part = position - corner
    part = part * part * (3.0 - 2.0 * part)
    corner &= 63
    beyond = (corner + 1) & 63
    x0, y0, z0 = corner[..., 0], corner[..., 1], corner[..., 2]
    x1, y1, z1 = beyond[..., 0], beyond[..., 1], beyond[..., 2]
    fx, fy, fz = part[..., 0], part[..., 1], part[..., 2]

    def along_x(y: np.ndarray, z: np.ndarray) -> np.ndarray:
        low = _LATTICE[x0, y, z]
        return low + (_LATTICE[x1, y, z] - low) * fx

    near = along_x(y0, z0)
    near += (along_x(y1, z0) - near) * fy
    far = along_x(y0, z1)
    far += (along_x(y1, z1) - far) * fy
    return ((near + (far - near) * fz) - 0.5) * 2.0
