"""Photos, outlines, recipes and pipelines as people have them: each problem is named, the rest is done."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from dataset import outlines, records
from dataset.recipe import RecipeError
from dataset.spec import stream
from ml.__main__ import main
from ml.augment import pictures, pixels, recipe, sources
from ml.augment.recipe import PIXELS, Pixels
from tests.ml.sources_of_pictures import SQUARE, region


def picture(width: int = 160, height: int = 120) -> np.ndarray:
    """Left half red, right half blue, with a soft texture."""
    image = np.zeros((height, width, 3), np.uint8)
    image[:, : width // 2], image[:, width // 2 :] = (30, 30, 200), (200, 30, 30)
    return image + stream(0, "texture").integers(0, 20, image.shape, np.uint8)


def write_via(folder: Path, entries: dict[str, list]) -> None:
    """File name -> regions (rings of points)."""
    data = {
        f"{name}-1": {
            "filename": name,
            "size": -1,
            "file_attributes": {},
            "regions": [region(ring) for ring in rings],
        }
        for name, rings in entries.items()
    }
    (folder / "via_region_data.json").write_text(json.dumps(data))


def exif_rotated(image: np.ndarray) -> bytes:
    """JPEG of ``image`` stored turned, with an orientation tag (6) that turns it upright."""
    data = cv2.imencode(".jpg", cv2.rotate(image, cv2.ROTATE_90_COUNTERCLOCKWISE))[1].tobytes()
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
    body = b"Exif\x00\x00" + tiff
    return data[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + data[2:]


def test_bad_pictures_are_named_and_the_rest_is_done(tmp_path: Path, capsys) -> None:
    pil = pytest.importorskip("PIL.Image")
    folder = tmp_path / "set"
    folder.mkdir()
    image = picture()
    good = cv2.imencode(".jpg", image)[1].tobytes()
    (folder / "good.jpg").write_bytes(good)
    (folder / "cut.jpg").write_bytes(good[: len(good) // 2])
    (folder / "cut.png").write_bytes(cv2.imencode(".png", image)[1].tobytes()[:-40])
    (folder / "text.jpg").write_bytes(b"not a picture")
    (folder / "empty.jpg").write_bytes(b"")
    cv2.imwrite(str(folder / "dot.png"), image[:1, :1])
    pil.fromarray(image[:, :, ::-1]).convert("CMYK").save(folder / "cmyk.jpg")
    cv2.imwrite(str(folder / "deep.png"), image.astype(np.uint16) * 257)
    alpha = np.dstack([image, np.full(image.shape[:2], 255, np.uint8)])
    cv2.imwrite(str(folder / "alpha.png"), alpha)
    cv2.imwrite(str(folder / "grey.png"), image[:, :, 0])
    (folder / "turned.jpg").write_bytes(exif_rotated(image))
    names = [path.name for path in folder.iterdir()]
    write_via(folder, {name: [SQUARE] for name in [*sorted(names), "missing.jpg"]})
    assert main(["augment", "--dataset", str(folder), "--output", str(tmp_path / "out"), "--count", "12"]) == 0
    error = capsys.readouterr().err
    for words in (
        "'missing.jpg'",
        "cut.jpg: cut off",
        "cut.png: cut off",
        "text.jpg: not a picture",
        "empty.jpg: not a picture",
        "dot.png: 1 x 1 pixels",
        "cmyk.jpg: CMYK read as RGB",
        "deep.png: 16 bits",
        "alpha.png: transparent",
    ):
        assert words in error, error
    assert "Traceback" not in error
    done = {record.about["source"] for record in records.read_all(tmp_path / "out")}
    assert done == {"good", "cmyk", "deep", "alpha", "grey", "turned"}


def test_pictures_are_read_upright_in_eight_bit_colour(tmp_path: Path) -> None:
    pil = pytest.importorskip("PIL.Image")
    image = picture()
    (tmp_path / "turned.jpg").write_bytes(exif_rotated(image))
    cv2.imwrite(str(tmp_path / "deep.png"), image.astype(np.uint16) * 257)
    pil.fromarray(image[:, :, ::-1]).convert("CMYK").save(tmp_path / "cmyk.jpg", quality=95)
    for name, tolerance in (("turned.jpg", 6), ("deep.png", 0), ("cmyk.jpg", 12)):
        found = pictures.read(tmp_path / name).pixels
        assert found.shape == image.shape and found.dtype == np.uint8
        assert np.abs(found.astype(int) - image).mean() <= tolerance, name


def test_annotations_made_on_the_stored_picture_keep_it_unturned(tmp_path: Path) -> None:
    (tmp_path / "turned.jpg").write_bytes(exif_rotated(picture()))
    assert pictures.read(tmp_path / "turned.jpg", (160, 120)).pixels.shape == (120, 160, 3)
    assert pictures.read(tmp_path / "turned.jpg", (120, 160)).pixels.shape == (160, 120, 3)
    with pytest.raises(pictures.PictureError, match="annotated as 100 x 100"):
        pictures.read(tmp_path / "turned.jpg", (100, 100))


def test_transparent_parts_become_white(tmp_path: Path) -> None:
    image = np.zeros((32, 32, 4), np.uint8)
    image[:16, :, 3] = 255
    cv2.imwrite(str(tmp_path / "a.png"), image)
    found = pictures.read(tmp_path / "a.png").pixels
    assert (found[:16] == 0).all() and (found[16:] == 255).all()


def test_large_pictures_and_their_outlines_shrink_together(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "large.jpg"), cv2.resize(picture(), (4096, 3072)))
    write_via(tmp_path, {"large.jpg": [[(400, 300), (2400, 300), (2400, 2300), (400, 2300)]]})
    source = sources.open_set(tmp_path).sources[0]
    assert (source.width, source.height) == (2048, 1536)
    assert source.instances[0].box == (200, 150, 1200, 1150)


def test_bad_outlines_are_named_and_the_rest_is_done(tmp_path: Path, capsys) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    cv2.imwrite(str(folder / "photo.jpg"), picture())
    bow = [(20, 20), (120, 100), (120, 20), (20, 100)]
    write_via(
        folder,
        {
            "photo.jpg": [
                SQUARE,
                [(200, 200), (260, 200), (260, 260)],
                [(140, 20), (200, 20), (200, 60), (140, 60)],
                bow,
                [(10, 10), (20, 20)],
                [(10, 10), (float("nan"), 20), (30, 30)],
            ]
        },
    )
    found = sources.open_set(folder)
    shapes = found.sources[0].instances
    problems = "\n".join(found.problems)
    assert len(shapes) == 3
    assert "nothing of its outline lies in the picture" in problems
    assert "crosses itself" in problems
    assert "2 points" in problems
    assert "nan" in problems.lower()
    assert shapes[1].truncated and shapes[1].box == (140, 20, 160, 60)
    assert shapes[2].area == pytest.approx(4000, rel=0.03)
    assert main(["augment", "--dataset", str(folder), "--output", str(tmp_path / "out"), "--count", "4"]) == 0
    assert "Traceback" not in capsys.readouterr().err


def test_coco_with_holes_and_several_pieces_is_read_whole(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "photo.jpg"), picture())
    ring = np.zeros((120, 160), bool)
    ring[20:80, 20:80] = True
    ring[40:60, 40:60] = False
    pieces = [[100, 20, 130, 20, 130, 50, 100, 50], [100, 60, 130, 60, 130, 90, 100, 90]]
    coco = {
        "images": [{"id": 1, "file_name": "photo.jpg", "width": 160, "height": 120}],
        "categories": [{"id": 1, "name": "person"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "segmentation": pieces},
            {
                "id": 2,
                "image_id": 1,
                "category_id": 1,
                "iscrowd": 1,
                "segmentation": {"size": [120, 160], "counts": list(outlines.run_lengths(ring))},
            },
        ],
    }
    (tmp_path / "instances.json").write_text(json.dumps(coco))
    shapes = sources.open_set(tmp_path).sources[0].instances
    assert sorted(shape.area for shape in shapes) == [1800, 3200]
    assert sorted(len(shape.rings) for shape in shapes) == [1, 2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[weather]\nhail = 1\n", ["unknown key weather.hail = 1", "kinds", "visibility"]),
        ("[weather]\nkinds = { hail = 1 }\n", ["weather.kinds = {'hail': 1}", "rain"]),
        ("[geometry]\nzoom = [2, 1]\n", ["geometry.zoom = [2, 1]", "low <= high"]),
        ("[pixels]\nchances = { blur = 2 }\n", ["pixels.chances", "from 0 to 1"]),
        ("[geometry]\nwidth = 640\n", ["geometry.width and geometry.height"]),
        ("weather = 3\n", ["weather = 3", "[weather]"]),
        ("seed = \n", ["not valid TOML"]),
    ],
)
def test_a_wrong_recipe_says_key_value_and_what_is_allowed(tmp_path: Path, capsys, text: str, words: list[str]) -> None:
    path = tmp_path / "augment.toml"
    path.write_text(text)
    assert main(["augment", "--dataset", str(tmp_path), "--recipe", str(path), "--output", str(tmp_path / "o")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert all(word in error for word in words), error


def test_the_printed_recipe_reads_back(tmp_path: Path, capsys) -> None:
    assert main(["augment", "--dataset", "x", "--print-recipe"]) == 0
    path = tmp_path / "all.toml"
    path.write_text(capsys.readouterr().out)
    assert recipe.load(path) == recipe.Recipe()
    assert recipe.fingerprint(recipe.load(path)) == recipe.fingerprint(recipe.Recipe())


def test_every_pixel_operation_changes_pixels_by_its_numbers_alone() -> None:
    image = cv2.resize(picture(), (320, 240))
    wishes = Pixels(chances={word: 1.0 for word in PIXELS})
    operations = pixels.draw(wishes, stream(7, "pixels"))
    assert [item["operation"] for item in operations] == list(PIXELS)
    for operation in operations:
        once, again = pixels.apply(image.copy(), [operation]), pixels.apply(image.copy(), [dict(operation)])
        assert once.shape == image.shape and once.dtype == np.uint8
        assert np.array_equal(once, again), operation
        assert not np.array_equal(once, image), operation
    still = pixels.draw(Pixels(chances={}), stream(7, "pixels"))
    assert still == []


def test_brightness_and_blur_follow_their_formulas() -> None:
    image = np.full((64, 64, 3), 100, np.uint8)
    brighter = pixels.apply(image.copy(), [{"operation": "brightness", "by": 0.2}])
    assert (brighter == 151).all()
    more = pixels.apply(image.copy(), [{"operation": "contrast", "by": 0.5}])
    assert np.abs(more.astype(float) - (127.5 + 1.5 * (100 - 127.5))).max() <= 1
    dot = np.zeros((41, 41, 3), np.uint8)
    dot[20, 20] = 255
    soft = pixels.apply(np.repeat(dot, 1, axis=0), [{"operation": "blur", "sigma": 1.5}])[..., 0].astype(float)
    # Paper, eq. 15: exp(-(x^2 + y^2) / (2 sigma^2)) / (2 pi sigma^2)
    assert soft[20, 20] == pytest.approx(255 / (2 * np.pi * 1.5**2), abs=1)
    assert soft[20, 22] == pytest.approx(255 / (2 * np.pi * 1.5**2) * np.exp(-4 / (2 * 1.5**2)), abs=1)


def pipeline(tmp_path: Path, *transforms: object, name: str = "mine.json") -> Path:
    """A user's pipeline in a file."""
    library = pixels.library()
    path = tmp_path / name
    data = library.to_dict(library.Compose(list(transforms)))
    if name.endswith("json"):
        path.write_text(json.dumps(data))
    else:
        yaml = pytest.importorskip("yaml")
        path.write_text(yaml.safe_dump(data))
    return path


@pytest.mark.parametrize("name", ["mine.json", "mine.yaml"])
def test_a_users_pipeline_is_seeded_and_its_numbers_recorded(tmp_path: Path, name: str) -> None:
    A = pixels.library()
    loaded = pixels.load_pipeline(
        pipeline(tmp_path, A.OneOf([A.Posterize(p=1), A.Solarize(p=1)], p=1), A.RandomGamma(p=1), name=name)
    )
    image = picture()
    first, applied = pixels.run_pipeline(loaded, image, 11)
    second, _ = pixels.run_pipeline(loaded, image, 11)
    other = [pixels.run_pipeline(loaded, image, seed)[0] for seed in range(6)]
    assert np.array_equal(first, second)
    assert any(not np.array_equal(first, changed) for changed in other)
    assert any(item["operation"] == "RandomGamma" for item in applied)
    json.dumps(applied)


def test_a_pipeline_that_moves_pixels_is_refused(tmp_path: Path) -> None:
    A = pixels.library()
    with pytest.raises(RecipeError, match="HorizontalFlip would move pixels"):
        pixels.load_pipeline(pipeline(tmp_path, A.OneOf([A.HorizontalFlip(p=1), A.RandomGamma(p=1)])))
    with pytest.raises(RecipeError, match="leave out what converts"):
        pixels.run_pipeline(pixels.load_pipeline(pipeline(tmp_path, A.ToFloat(p=1))), picture(), 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "not valid JSON"), ("{}", "no key 'transform'"), ('{"transform": {"x": 1}}', "pipeline =")],
)
def test_a_broken_pipeline_file_is_named(tmp_path: Path, capsys, text: str, words: str) -> None:
    (tmp_path / "mine.json").write_text(text)
    (tmp_path / "augment.toml").write_text('[pixels]\npipeline = "mine.json"\n')
    folder = tmp_path / "set"
    folder.mkdir()
    cv2.imwrite(str(folder / "photo.jpg"), picture())
    write_via(folder, {"photo.jpg": [SQUARE]})
    arguments = [
        "--dataset",
        str(folder),
        "--recipe",
        str(tmp_path / "augment.toml"),
        "--output",
        str(tmp_path / "out"),
    ]
    assert main(["augment", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error and "mine.json" in error and "Traceback" not in error
