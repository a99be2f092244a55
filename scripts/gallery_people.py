"""The people's sheet and close-ups of docs/gallery.

    .venv/bpy-4.5/bin/python scripts/gallery_people.py [--only 3,17] [--samples 24] [--cells out/gallery [--keep]]

Light, engine and lens are those of a data set's frames; the ground is a yard with a heap, so that a picture takes
seconds. Every picture shows one person of a fixed seed. ``--cells`` keeps the single pictures as PNG, to be
looked at one by one; with ``--only`` no sheet is written.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import batch  # noqa: E402

GALLERY = ROOT / "docs" / "gallery"
SHEET, CLOSE = (256, 384), (512, 512)
COLUMNS = 8
LIGHTS = ((14.0, 44.0, 215.0, "clear"), (11.0, 40.0, 160.0, "overcast"), (9.0, 26.0, 120.0, "clear"))
"""(hour, elevation, azimuth, sky): taken in turn."""

ROOMS = {
    "dataset": ("recipe", "single", "spec", "wardrobe"),
    "imaging": ("lens",),
    "render": ("picture", "shoot"),
    "scene": (
        "body", "build", "cameras", "casting", "cleaning", "lighting", "materials", "meshes", "noise",
        "people", "poses", "rubble", "shapes", "skeleton", "terrain", "tools",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """One person and how they are looked at."""

    category: str
    pose: str
    outfit: str
    gear: tuple[str, ...] | None = None
    """None leaves it to the seed."""
    woman: bool | None = None
    around: float = 25.0
    """Degrees from the person's face to the camera, to their left when positive."""
    reach: float = 4.6
    """Metres from the camera to the middle of the person."""
    eye: float = 1.5
    aim: float = 0.98
    tall: float = 2.25
    """Metres that the picture's height shows at the person."""
    buried: float = 0.0
    years: float | None = None
    face: float | None = None
    """Look at the head, the camera so many metres over it and ``around`` from where it faces; ``aim`` metres below."""


GEARED = ("helmet", "gloves", "vest", "lamp")
PEOPLE = (
    Shot("rescuer", "stand", "ses", ("helmet", "gloves", "radio_set", "lamp")),
    Shot("rescuer", "kneel_dig", "turnout", ("helmet", "gloves", "visor"), around=70, aim=0.55, tall=1.7, reach=4.2),
    Shot("rescuer", "shovel_dig", "orange", GEARED, around=60, aim=0.75, tall=1.9),
    Shot("rescuer", "walk", "hivis", ("helmet", "vest", "gloves", "backpack"), woman=True, around=-35),
    Shot("rescuer", "radio", "medic", ("helmet", "radio_set", "backpack"), woman=True),
    Shot("rescuer", "search_torch", "military", ("helmet", "gloves", "goggles"), around=-20),
    Shot("rescuer", "lever", "turnout", ("helmet", "gloves", "mask"), around=75, aim=0.8, tall=2.0),
    Shot("rescuer", "crouch", "ses", ("helmet", "gloves", "mask", "harness"), around=50, aim=0.55, tall=1.6, reach=4.0),
    Shot("rescuer", "carry_bucket", "orange", ("cap", "gloves", "harness"), around=30),
    Shot("rescuer", "point", "ses", ("helmet", "vest", "gloves"), woman=True, around=15, tall=2.2),
    Shot("rescuer", "drag_hose", "turnout", ("helmet", "gloves", "lamp"), around=40, aim=0.85),
    Shot("rescuer", "climb", "orange", ("helmet", "gloves", "backpack", "lamp"), around=120, aim=0.75, tall=2.1),
    Shot("civilian", "stand", "casual", ()),
    Shot("civilian", "phone", "jacket", ("bag",), woman=True, around=-25),
    Shot("civilian", "hug_self", "hoodie", ("hood",), woman=True, years=22),
    Shot("civilian", "arms_crossed", "dress_shirt", (), years=64),
    Shot("civilian", "carry_bag", "work", ("cap",), around=40),
    Shot("civilian", "cover_head", "casual", (), around=-15),
    Shot("civilian", "lie", "jacket", (), around=75, aim=0.1, eye=1.6, reach=4.4, tall=3.0),
    Shot("civilian", "lie_side", "casual", (), woman=True, around=20, aim=0.15, eye=1.5, reach=4.2, tall=2.9),
    Shot("civilian", "lie_curled", "hoodie", (), around=-40, aim=0.15, eye=1.5, reach=3.8, tall=2.5),
    Shot("civilian", "buried_reach", "work", (), around=35, aim=0.15, eye=1.5, reach=4.2, tall=2.9, buried=0.5),
    Shot("civilian", "lie", "dress_shirt", (), True, around=-60, aim=0.1, eye=1.6, reach=4.4, tall=3.0, buried=0.45),
    Shot("civilian", "lie_arm_up", "casual", (), around=110, aim=0.1, eye=1.6, reach=4.4, tall=3.0, buried=0.3),
)  # fmt: skip
CLOSE_UPS = (
    Shot("rescuer", "stand", "ses", ("helmet", "radio_set", "lamp"), None, -32, 1.5, aim=0.13, tall=0.56, face=0.02),
    Shot("rescuer", "talk", "turnout", ("helmet", "visor"), None, -30, 1.5, aim=0.08, tall=0.52, face=0.0),
    Shot("rescuer", "radio", "medic", ("helmet", "vest"), True, 40, 1.5, aim=0.10, tall=0.56, face=0.0),
    Shot("rescuer", "pull_rope", "orange", ("helmet", "harness", "radio_set"), None, 40, 1.9, aim=0.36, tall=1, face=0),
    Shot("civilian", "stand", "jacket", (), None, 25, 1.4, aim=0.04, tall=0.42, years=58, face=0.0),
    Shot("civilian", "phone", "hoodie", (), True, -25, 1.4, aim=0.06, tall=0.46, years=27, face=0.0),
)  # fmt: skip


def main() -> None:
    """Render what is asked for."""
    wishes = _wishes()
    rooms = SimpleNamespace(**{name: batch.room(f"{room}.{name}") for room, names in ROOMS.items() for name in names})
    studio = Studio(rooms, wishes.samples)
    everything = (*PEOPLE, *CLOSE_UPS)
    cells: dict[int, np.ndarray] = {}
    for number in wishes.only or range(len(everything)):
        shot = everything[number]
        kept = wishes.cells / f"{number:02d}_{shot.pose}.png" if wishes.cells else None
        if kept and wishes.keep and kept.exists():
            cells[number] = rooms.picture.load(kept)
            continue
        cells[number] = studio.picture(shot, number, SHEET if number < len(PEOPLE) else CLOSE)
        print(f"{number:2d} {shot.category} {shot.pose} {shot.outfit}", flush=True)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            _save(cells[number], kept, 100)
    if wishes.only:
        return
    GALLERY.mkdir(parents=True, exist_ok=True)
    everybody = [cells[number] for number in range(len(PEOPLE))]
    _save(_sheet(everybody, COLUMNS), GALLERY / "people.jpg", wishes.quality)
    near = [cells[len(PEOPLE) + number] for number in range(len(CLOSE_UPS))]
    for part in range(2):
        _save(_sheet(near[3 * part : 3 * part + 3], 3), GALLERY / f"people_close_{part + 1}.jpg", wishes.quality)


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", type=batch.frame_numbers, help="numbers of single pictures, as 3,17-19")
    parser.add_argument("--samples", type=int, default=24, help="Cycles samples a pixel")
    parser.add_argument("--quality", type=int, default=64, help="JPEG quality of the sheets")
    parser.add_argument("--cells", type=Path, help="folder for the single pictures")
    parser.add_argument("--keep", action="store_true", help="take single pictures that are there as they are")
    return parser.parse_args()


class Studio:
    """A yard with a rubble heap on which everybody is photographed."""

    def __init__(self, rooms: SimpleNamespace, samples: int) -> None:
        import bpy

        self.rooms = rooms
        render = rooms.recipe.Recipe().render
        self.wish = replace(render, samples=samples)
        self.heap = rooms.spec.HeapSpec(11, 0.0, 3.4, 30.0, 3.2, 1.5)
        rooms.build.start(rooms.recipe.Assets())
        self.scene = bpy.context.scene
        surfaces = self._yard()
        bpy.context.view_layer.update()
        self.terrain = rooms.terrain.Terrain.of_objects(surfaces)
        self.base = rooms.body.load_base(ROOT / "assets")

    def picture(self, shot: Shot, number: int, size: tuple[int, int]) -> np.ndarray:
        """The picture as bytes (h, w, 3)."""
        rooms, scene = self.rooms, self.scene
        hour, elevation, azimuth, sky = LIGHTS[number % len(LIGHTS)]
        collection = rooms.cleaning.emptied("Gallery Person", scene.collection)
        person = self._placed(shot, number)
        for thing in self.strewn:  # thousands of splinters, which cost more than the person: only where they are near
            thing.modifiers[0].show_render = rooms.wardrobe.POSES[shot.pose].where != "ground"
        self._dressed(person, shot.reach, collection)
        scene.camera = rooms.cameras.add_camera(self._camera(shot, person, size), self.terrain, collection)
        rooms.lighting.apply(
            scene,
            rooms.spec.LightSpec(number, hour, 130, 50.0, elevation, azimuth, sky),
            rooms.spec.WeatherSpec(1, sky, "depth", 8000.0, 0.0, 0.0, 0.0, (0.0, 0.0)),
        )
        light = rooms.shoot.shoot(scene, replace(self.wish, width=size[0], height=size[1]), separate=False).picture
        seen = rooms.lens.expose(
            light,
            rooms.spec.stream(number, "lens"),
            exposure=rooms.lens.metered(light, scene.view_settings.exposure, 0.5),
            blur=0.35, motion=0.0, chroma=0.2, vignette=0.15, noise=0.008,
        )  # fmt: skip
        return _decoded(rooms.picture.jpeg(scene, seen, 96))

    def _yard(self) -> list:
        """Gravelly ground with stones, a heap, and a wall far behind: what can be stood on."""
        rooms = self.rooms
        shapes, meshes, place = rooms.shapes, rooms.meshes, self.scene.collection
        axis = np.linspace(-12, 12, 120)
        x, y = np.meshgrid(axis, axis, indexing="ij")

        def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            spot = np.stack([x, y, np.zeros_like(x)], -1)
            return 0.05 * rooms.noise.fractal(spot, 0.4, 3, 3) + 0.02 * rooms.noise.fractal(spot, 2.5, 2, 5)

        points = np.stack([x, y, height(x, y)], -1).reshape(-1, 3)
        ground = meshes.Piece.quads(points, shapes.grid_quads(len(axis), len(axis)), smooth=True)
        patchy = np.clip(0.5 + rooms.noise.fractal(points, 0.5, 3, 9), 0, 1)[:, None]
        shapes.dressed(ground, np.array((0.15, 0.13, 0.11)) * (1 - patchy) + np.array((0.21, 0.19, 0.165)) * patchy)
        yard = meshes.to_object("Yard", ground, [rooms.materials.site_material()], place)
        wall = shapes.dressed(shapes.bevelled((60.0, 0.4, 5.0), 0.02), (0.33, 0.30, 0.25))
        matrix = np.eye(4)
        matrix[:3, 3] = (0, 11.5, 2.4)
        for turn in (0.0, 90.0, 180.0, 270.0):
            spin = np.eye(4)
            spin[:3, :3] = rooms.skeleton.rotation("z", turn)
            meshes.to_object("Wall", wall.moved(spin @ matrix), [rooms.materials.site_material()], place)
        heaps = rooms.rubble.load_heaps(ROOT / "assets")
        surfaces = rooms.rubble.add_heap(self.heap, heaps, height, place)
        self.strewn = [thing for _, thing in surfaces]
        return [("ground", yard), *surfaces]

    def _dressed(self, person: object, away: float, collection: object) -> None:
        rooms = self.rooms
        root = rooms.people.add_person(person.spec, person.body, person.posed, collection, "Person", away)
        rooms.tools.add_tools(person.posed, collection, root, 2)
        if person.spec.buried:
            rooms.casting.bury(person, self.terrain, collection)

    def _placed(self, shot: Shot, number: int) -> object:
        """The person where the ground allows the very pose."""
        where = self.rooms.wardrobe.POSES[shot.pose].where
        wish = self.rooms.single.Wish(
            shot.category, 100 + number, woman=shot.woman, years=shot.years, outfit=shot.outfit, gear=shot.gear,
            pose=shot.pose, buried=shot.buried,
        )  # fmt: skip
        for attempt in range(40):
            draw = self.rooms.spec.stream(number, "gallery", attempt)
            if where == "ground":
                x, y, yaw = draw.uniform(-3, 3), draw.uniform(-4.5, -2.0), draw.uniform(-20, 20)
            else:
                turn = draw.uniform(-2.2, -0.9)
                away = self.heap.radius * (draw.uniform(0.85, 1.15) if where == "edge" else draw.uniform(0.3, 0.75))
                x, y = self.heap.x + away * np.cos(turn), self.heap.y + away * np.sin(turn)
                yaw = 90 + np.degrees(turn) + 180
            (person,) = self.rooms.single.people(wish, (float(x), float(y), float(yaw)))
            body = self.rooms.body.Body(self.base, person.body, person.seed)
            posed = self.rooms.poses.solve(person, body, self.terrain)
            if posed.placed:
                return self.rooms.casting.Cast(person, body, posed)
        raise SystemExit(f"gallery_people.py: {shot.pose} found no place: move the heap")

    def _camera(self, shot: Shot, person: object, size: tuple[int, int]) -> object:
        """Looking at the middle between head, hips and feet: who bends does not leave the picture."""
        root, places = person.posed.root, person.posed.places
        if shot.face is not None:
            return self._before_face(shot, person, size)
        bones = [self.base.bone(name) for name in ("head", "pelvis", "foot_l", "foot_r")]
        x, y = (places[bones] @ root[:3, :3].T + root[:3, 3])[:, :2].mean(0)
        turn = np.radians(person.spec.yaw + shot.around - 90)
        eye = (float(x + shot.reach * np.cos(turn)), float(y + shot.reach * np.sin(turn)), shot.eye)
        away = np.hypot(shot.reach, shot.eye - shot.aim)
        focal = float(36.0 * away / (shot.tall * size[0] / size[1]))
        return self.rooms.spec.CameraSpec("handheld", eye, (float(x), float(y), shot.aim), 0.0, focal, 36.0, True)

    def _before_face(self, shot: Shot, person: object, size: tuple[int, int]) -> object:
        """Before somebody's face, wherever it looks."""
        root, number = person.posed.root, self.base.bone("head")
        turn = root[:3, :3] @ person.posed.turns[number]
        middle = root[:3, :3] @ person.posed.places[number] + root[:3, 3] + turn @ (0.0, -0.03, 0.08)
        facing = turn @ (0.0, -1.0, 0.0)
        angle = np.arctan2(facing[1], facing[0]) + np.radians(shot.around)
        eye = middle + (shot.reach * np.cos(angle), shot.reach * np.sin(angle), shot.face)
        focal = float(36.0 * shot.reach / (shot.tall * size[0] / size[1]))
        aim = middle - (0.0, 0.0, shot.aim)
        place, target = (tuple(float(value) for value in spot) for spot in (eye, aim))
        return self.rooms.spec.CameraSpec("handheld", place, target, 0.0, focal, 36.0, True)


def _decoded(jpeg: bytes) -> np.ndarray:
    """A JPEG's pixels as bytes (h, w, 3)."""
    import bpy

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cell.jpg"
        path.write_bytes(jpeg)
        image = bpy.data.images.load(str(path))
        width, height = image.size
        pixels = np.empty(width * height * image.channels, np.float32)
        image.pixels.foreach_get(pixels)
        channels = image.channels
        bpy.data.images.remove(image)
    return (pixels.reshape(height, width, channels)[::-1, :, :3] * 255 + 0.5).astype(np.uint8)


def _sheet(cells: list[np.ndarray], columns: int) -> np.ndarray:
    """Cells side by side, a thin white line between them."""
    gap = 4
    height, width, _ = cells[0].shape
    rows = -(-len(cells) // columns)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, 3), 255, np.uint8)
    for number, cell in enumerate(cells):
        top, left = number // columns * (height + gap), number % columns * (width + gap)
        sheet[top : top + height, left : left + width] = cell
    return sheet


def _save(pixels: np.ndarray, path: Path, quality: int) -> None:
    """Write a PNG or JPEG by its suffix."""
    import bpy

    height, width, _ = pixels.shape
    image = bpy.data.images.new(path.stem, width, height)
    whole = np.ones((height, width, 4), np.float32)
    whole[:, :, :3] = pixels[::-1] / 255.0
    image.pixels.foreach_set(whole.ravel())
    image.file_format = "PNG" if path.suffix == ".png" else "JPEG"
    image.save(filepath=str(path), quality=quality)
    bpy.data.images.remove(image)


if __name__ == "__main__":
    main()
