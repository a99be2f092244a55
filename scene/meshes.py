"""Meshes as arrays: pieces are gathered in numpy and become one Blender mesh in a few foreach_set calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import bpy
import numpy as np


@dataclass
class Piece:
    """A polygon mesh in arrays.

    vertices  float (n, 3), metres
    corners   int (sum of sizes,), vertex indices face by face, counter-clockwise from outside
    sizes     int (m,), corners of each face
    points    name -> float (n,) or (n, 3) or (n, 4): values a vertex ("col", "soot", "rest" ...)
    faces     name -> float (m,): values a face ("brk")
    uv        float (sum of sizes, 2) or None
    smooth    whether faces are shaded smooth
    material  slot of every face, int (m,), or one number
    """

    vertices: np.ndarray
    corners: np.ndarray
    sizes: np.ndarray
    points: dict[str, np.ndarray] = field(default_factory=dict)
    faces: dict[str, np.ndarray] = field(default_factory=dict)
    uv: np.ndarray | None = None
    smooth: bool | np.ndarray = False
    material: int | np.ndarray = 0

    @classmethod
    def quads(cls, vertices: np.ndarray, quads: np.ndarray, **values: object) -> Piece:
        """From vertices (n, 3) and faces (m, k), all of k corners."""
        quads = np.asarray(quads, np.int32)
        return cls(np.asarray(vertices, float), quads.ravel(), np.full(len(quads), quads.shape[1], np.int32), **values)

    def moved(self, matrix: np.ndarray) -> Piece:
        """The same piece under a 4x4 matrix (points values are kept as they are)."""
        matrix = np.asarray(matrix, float)
        vertices = self.vertices @ matrix[:3, :3].T + matrix[:3, 3]
        corners, sizes = self.corners, self.sizes
        if np.linalg.det(matrix[:3, :3]) < 0:
            corners = _flipped(corners, sizes)
        return Piece(vertices, corners, sizes, self.points, self.faces, self.uv, self.smooth, self.material)


def join(pieces: list[Piece]) -> Piece:
    """One piece from many; attributes missing in some are filled with zeros. Raises ValueError on an empty list."""
    if not pieces:
        raise ValueError("join needs at least one piece")
    starts = np.cumsum([0] + [len(piece.vertices) for piece in pieces])
    return Piece(
        np.concatenate([piece.vertices for piece in pieces]),
        np.concatenate([piece.corners + start for piece, start in zip(pieces, starts[:-1], strict=True)]).astype(
            np.int32
        ),
        np.concatenate([piece.sizes for piece in pieces]).astype(np.int32),
        _merged([piece.points for piece in pieces], [len(piece.vertices) for piece in pieces]),
        _merged([piece.faces for piece in pieces], [len(piece.sizes) for piece in pieces]),
        None,
        np.concatenate([np.broadcast_to(piece.smooth, len(piece.sizes)) for piece in pieces]),
        np.concatenate([np.broadcast_to(piece.material, len(piece.sizes)) for piece in pieces]).astype(np.int32),
    )


def to_mesh(name: str, piece: Piece, materials: list[bpy.types.Material] | None = None) -> bpy.types.Mesh:
    """A Blender mesh with the piece's attributes: (n,) FLOAT, (n, 3) FLOAT_VECTOR, (n, 4) FLOAT_COLOR."""
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(piece.vertices))
    mesh.vertices.foreach_set("co", np.ascontiguousarray(piece.vertices, np.float32).ravel())
    mesh.loops.add(len(piece.corners))
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(piece.corners, np.int32))
    count = len(piece.sizes)
    mesh.polygons.add(count)
    starts = np.zeros(count, np.int32)
    starts[1:] = np.cumsum(piece.sizes)[:-1]
    mesh.polygons.foreach_set("loop_start", starts)
    mesh.polygons.foreach_set("use_smooth", np.ascontiguousarray(np.broadcast_to(piece.smooth, count), bool))
    mesh.polygons.foreach_set("material_index", np.ascontiguousarray(np.broadcast_to(piece.material, count), np.int32))
    for domain, values in (("POINT", piece.points), ("FACE", piece.faces)):
        for key in sorted(values):
            _attribute(mesh, key, domain, np.asarray(values[key], np.float32))
    if piece.uv is not None:
        mesh.uv_layers.new(name="UVMap").uv.foreach_set("vector", np.asarray(piece.uv, np.float32).ravel())
    for material in materials or []:
        mesh.materials.append(material)
    mesh.update(calc_edges=True)
    return mesh


def to_object(
    name: str,
    piece: Piece,
    materials: list[bpy.types.Material],
    collection: bpy.types.Collection,
    parent: bpy.types.Object | None = None,
) -> bpy.types.Object:
    """``to_mesh`` as an object linked into ``collection``."""
    made = bpy.data.objects.new(name, to_mesh(name, piece, materials))
    collection.objects.link(made)
    if parent is not None:
        made.parent = parent
    return made


def _attribute(mesh: bpy.types.Mesh, name: str, domain: str, values: np.ndarray) -> None:
    kind, key = {1: ("FLOAT", "value"), 3: ("FLOAT_VECTOR", "vector"), 4: ("FLOAT_COLOR", "color")}[
        1 if values.ndim == 1 else values.shape[1]
    ]
    mesh.attributes.new(name, kind, domain).data.foreach_set(key, np.ascontiguousarray(values).ravel())


def _merged(groups: list[Mapping[str, np.ndarray]], counts: list[int]) -> dict[str, np.ndarray]:
    shapes = {key: np.asarray(value).shape[1:] for group in groups for key, value in group.items()}
    return {
        key: np.concatenate(
            [
                np.asarray(group[key], np.float32) if key in group else np.zeros((count, *shape), np.float32)
                for group, count in zip(groups, counts, strict=True)
            ]
        )
        for key, shape in sorted(shapes.items())
    }


def _flipped(corners: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Corners with every face's order reversed."""
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    ends = np.repeat(np.cumsum(sizes), sizes)
    return corners[starts + ends - 1 - np.arange(len(corners))]
