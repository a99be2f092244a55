"""Every Blender-version branch of the project, each naming its version. Measured on 4.2.23, 4.5.15 and 5.2.3."""

from __future__ import annotations

import bpy

VERSION: tuple[int, int, int] = tuple(bpy.app.version)


def use_nodes(owner: bpy.types.ID) -> None:
    """Give a material, world or light its node tree. 5.0: always there, and the setter warns."""
    if VERSION < (5, 0, 0):
        owner.use_nodes = True


def set_eevee(scene: bpy.types.Scene) -> None:
    """4.2 to 4.5 call it BLENDER_EEVEE_NEXT, 5.0 BLENDER_EEVEE."""
    scene.render.engine = "BLENDER_EEVEE" if VERSION >= (5, 0, 0) else "BLENDER_EEVEE_NEXT"


def set_sky(node: bpy.types.Node, elevation: float, rotation: float, aerosol: float) -> None:
    """A physical sky. 5.0 renamed NISHITA to SINGLE_/MULTIPLE_SCATTERING and dust_density to aerosol_density.

    ``elevation`` and ``rotation`` are radians.
    """
    if VERSION >= (5, 0, 0):
        node.sky_type = "SINGLE_SCATTERING"
        node.aerosol_density = aerosol
    else:
        node.sky_type = "NISHITA"
        node.dust_density = aerosol
    node.sun_elevation = elevation
    node.sun_rotation = rotation


def set_multilayer_exr(settings: bpy.types.ImageFormatSettings) -> None:
    """Single-part multilayer EXR, 32 bit, uncompressed. 5.0 splits the choice in media type and format."""
    if VERSION >= (5, 0, 0):
        settings.media_type = "MULTI_LAYER_IMAGE"
    settings.file_format = "OPEN_EXR_MULTILAYER"
    if VERSION >= (5, 0, 0):
        settings.use_exr_interleave = True
    settings.color_depth = "32"
    settings.exr_codec = "NONE"


def set_jpeg(settings: bpy.types.ImageFormatSettings, quality: int) -> None:
    """8-bit JPEG. 5.0 wants the media type set back first."""
    if VERSION >= (5, 0, 0):
        settings.media_type = "IMAGE"
    settings.file_format = "JPEG"
    settings.quality = quality
    settings.color_mode = "RGB"


def set_denoising(cycles: bpy.types.PropertyGroup, wanted: bool) -> None:
    """OpenImageDenoise, fast, on the processor. Builds without it (Debian's 5.2.2) leave the grain in."""
    try:
        cycles.denoiser = "OPENIMAGEDENOISE"
    except TypeError:
        cycles.use_denoising = False
        return
    cycles.use_denoising = wanted
    cycles.denoising_quality = "FAST"
    cycles.denoising_use_gpu = False


INDEX_CHANNEL = "Object Index.X" if VERSION >= (5, 0, 0) else "IndexOB.X"
"""Name of the object-index channel in our EXR files; renamed in 5.0."""

RELATIVE_PATH = {"PATH_SUPPORTS_BLEND_RELATIVE"} if VERSION >= (4, 5, 0) else set()
"""Option of path properties that take "//"; without it 4.5 and later show such a path in red."""
