"""How near renders come to photos: brightness, colour, contrast, sharpness, and the distance of ImageNet features.

    python benchmarks/realism.py --photos DIR [--photos DIR ...] --renders DIR [--renders DIR ...]

Every picture is brought to 320 pixels on its longer side first. KID (Binkowski 2018): squared maximum mean discrepancy
with a cubic kernel on features of EfficientNet-Lite0, the unbiased estimate over random halves of the photos; the
photos against themselves give its floor. Photos are no target to tune to: they say which way renders differ.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SIDE, BLOCK, DRAWS = 320, 16, 50
MEASURES = ("luminance", "its spread", "saturation", "its spread", "local contrast", "spectrum slope", "sharpness")


def pictures(folder: Path) -> list[np.ndarray]:
    """All pictures of a folder (a data set's lie in images/), uint8 HxWx3 RGB, longer side ``SIDE``."""
    folder = folder / "images" if (folder / "images").is_dir() else folder
    found = []
    for path in sorted(folder.iterdir()):
        image = cv2.imread(str(path)) if path.suffix.lower() in (".jpg", ".jpeg", ".png") else None
        if image is not None:
            scale = SIDE / max(image.shape[:2])
            size = [max(32, round(side * scale)) for side in image.shape[1::-1]]
            found.append(cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB))
    if not found:
        sys.exit(f"{folder}: no pictures")
    return found


def measures(image: np.ndarray) -> tuple[float, ...]:
    """One number for each of ``MEASURES``; brightness and colour 0..1."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float64) / 255
    saturation = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)[..., 1] / 255
    rows, columns = (side // BLOCK for side in grey.shape)
    blocks = grey[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    local = blocks.std(axis=(1, 3)).mean()
    sharp = np.abs(cv2.Laplacian(grey, cv2.CV_64F)).mean()
    return grey.mean(), grey.std(), saturation.mean(), saturation.std(), local, slope(grey), sharp


def slope(grey: np.ndarray) -> float:
    """Exponent of the radial power spectrum between 4 and 64 cycles a picture; natural scenes have about -2."""
    side = min(grey.shape)
    window = np.outer(np.hanning(side), np.hanning(side))
    power = np.abs(np.fft.fftshift(np.fft.fft2((grey[:side, :side] - grey.mean()) * window))) ** 2
    y, x = np.indices(power.shape) - side // 2
    ring = np.hypot(x, y).round().astype(int)
    mean = np.bincount(ring.ravel(), power.ravel()) / np.maximum(np.bincount(ring.ravel()), 1)
    span = np.arange(4, min(64, side // 2 - 1))
    return float(np.polyfit(np.log(span), np.log(mean[span] + 1e-12), 1)[0])


def features(images: list[np.ndarray]) -> np.ndarray:
    """float64 [n, 1280]: what EfficientNet-Lite0's last layer sees of the picture's middle square."""
    import torch

    from ml.network import lite0

    torch.set_num_threads(1)
    network = lite0.Lite0().eval()
    network.load_state_dict(torch.load(lite0.packaged_weights(), weights_only=True))
    network._fc = torch.nn.Identity()
    rows = []
    with torch.no_grad():
        for image in images:
            square = cv2.resize(middle(image), (224, 224), interpolation=cv2.INTER_AREA)
            tensor = torch.from_numpy(square).permute(2, 0, 1)[None].float()
            rows.append(network((tensor - 127) / 128)[0].numpy())
    return np.array(rows, np.float64)


def middle(image: np.ndarray) -> np.ndarray:
    """The largest square in the middle."""
    side = min(image.shape[:2])
    top, left = ((length - side) // 2 for length in image.shape[:2])
    return image[top : top + side, left : left + side]


def kid(one: np.ndarray, other: np.ndarray) -> float:
    """Unbiased squared maximum mean discrepancy with the kernel (x y / d + 1) ** 3."""
    inner, outer, across = ((a @ b.T / a.shape[1] + 1) ** 3 for a, b in ((one, one), (other, other), (one, other)))
    n, m = len(one), len(other)
    return (
        (inner.sum() - np.trace(inner)) / (n * (n - 1))
        + (outer.sum() - np.trace(outer)) / (m * (m - 1))
        - 2 * across.mean()
    )


def spread(photos: np.ndarray, others: np.ndarray | None) -> tuple[float, float]:
    """Mean and deviation of KID between halves of the photos and as many others (None: the photos' other halves)."""
    draw = np.random.default_rng(0)
    size = min(len(photos) // 2, len(others) if others is not None else len(photos))
    values = []
    for _ in range(DRAWS):
        order = draw.permutation(len(photos))
        against = photos[order[size : 2 * size]] if others is None else others[draw.permutation(len(others))[:size]]
        values.append(kid(photos[order[:size]], against))
    return float(np.mean(values)), float(np.std(values))


def main() -> None:
    """Parse and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--photos", type=Path, action="append", required=True, metavar="DIR")
    options.add_argument("--renders", type=Path, action="append", required=True, metavar="DIR")
    chosen = options.parse_args()
    sets = {"photos": [image for folder in chosen.photos for image in pictures(folder)]}
    sets |= {folder.name: pictures(folder) for folder in chosen.renders}
    known = {name: features(images) for name, images in sets.items()}
    scale = known["photos"].std()
    rows = [["| | " + " | ".join(sets) + " |"], ["|---" * (len(sets) + 1) + "|"]]
    values = {name: np.array([measures(image) for image in images]) for name, images in sets.items()}
    for number, measure in enumerate(MEASURES):
        cells = [f"{v[:, number].mean():.3f} ± {v[:, number].std():.3f}" for v in values.values()]
        rows.append([f"| {measure} | " + " | ".join(cells) + " |"])
    cells = []
    for name, found in known.items():
        mean, deviation = spread(known["photos"] / scale, None if name == "photos" else found / scale)
        cells.append(f"{mean:.3f} ± {deviation:.3f}")
    rows.append(["| KID to the photos | " + " | ".join(cells) + " |"])
    rows.append(["| pictures | " + " | ".join(str(len(images)) for images in sets.values()) + " |"])
    print("\n".join(row[0] for row in rows))


if __name__ == "__main__":
    main()
