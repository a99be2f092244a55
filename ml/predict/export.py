"""`python -m ml export`: a run's network as one file that needs nothing of ours, checked equal before it is written.

TorchScript: ``torch.jit.load(FILE)`` (Python or C++, with torchvision's operators loaded) takes a list of float RGB
pictures 3xHxW in 0..1 of any sizes and gives ``(losses, detections)``, a dict of boxes, labels, scores and masks each.
The names of the categories lie beside it as JSON.
"""

from __future__ import annotations

import argparse
import io
import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import torch

SUFFIXES = (".pt", ".torchscript")
TOLERANCE = 1e-4
"""Of boxes in pixels, scores and mask probabilities: what another order of sums may change."""


class ExportError(Exception):
    """A network that can't be exported; the message says what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the sub-command."""
    parser.add_argument("--run", type=Path, required=True, help="folder of a run of `python -m ml train`")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="TorchScript, such as detector.pt")
    parser.add_argument("--weights", choices=("best", "last"), default="best", help="which checkpoint of the run")
    parser.add_argument("--json", action="store_true", help="JSON lines on stdout, for a program that drives this one")


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 done, 2 wrong input or an exported network that differs."""
    from dataset.files import OutputError
    from jobs.voice import Voice

    from .detector import DetectorError

    voice = Voice("export", args.json)
    try:
        difference = export(args.run, args.output, args.weights)
    except (ExportError, DetectorError, OutputError) as error:
        return voice.refused(error)
    words = f"{args.output}: equal to the run's network, largest difference {difference:.1e}"
    voice.done(words, file=str(args.output.resolve()), difference=difference)
    return 0


def export(run: Path, output: Path, weights: Literal["best", "last"] = "best") -> float:
    """Write the file; returns the largest difference from the network on a picture. Raises ``ExportError``."""
    from dataset.files import write_atomic

    from .detector import Detector

    if output.suffix.lower() not in SUFFIXES:
        raise ExportError(f"--output {output}: name it {' or '.join(SUFFIXES)}, it becomes TorchScript")
    trained = Detector(run, "cpu", weights).trained
    pictures = _pictures(trained.size)
    data, answers = _script(trained.model, pictures)
    wanted = [_answer(trained.model, picture) for picture in pictures]
    difference = max(map(_difference, wanted, answers))
    if difference > TOLERANCE:
        raise ExportError(
            f"what was exported differs by {difference:.1e}, at most {TOLERANCE:g} is allowed; not written"
        )
    about = {
        "categories": list(trained.categories),
        "label": "label i + 1 is categories[i]",
        "input": "float RGB 3xHxW in 0..1",
        "size": trained.size,
        "run": trained.run.resolve().name,
        "step": trained.step,
    }
    write_atomic(output, data)
    write_atomic(
        output.with_name(f"{output.name}.json"), json.dumps(about, ensure_ascii=False, indent=1).encode() + b"\n"
    )
    return difference


def _pictures(size: int) -> list[torch.Tensor]:
    """Two pictures that look like something, of other sizes than the network's."""
    import torch

    generator = torch.Generator().manual_seed(1)
    found = []
    for height, width in ((size * 3 // 4, size), (size, size // 2 + 7)):
        coarse = torch.rand(1, 3, 6, 8, generator=generator)
        fine = torch.rand(1, 3, height, width, generator=generator)
        smooth = torch.nn.functional.interpolate(coarse, (height, width), mode="bilinear", align_corners=False)
        found.append((0.8 * smooth + 0.2 * fine)[0])
    return found


def _answer(model: Any, picture: torch.Tensor) -> dict[str, torch.Tensor]:
    import torch

    with torch.inference_mode():
        return model([picture])[0]


def _script(model: Any, pictures: list[torch.Tensor]) -> tuple[bytes, list[dict[str, torch.Tensor]]]:
    """TorchScript bytes, and what they answer after being read back."""
    import torch

    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # torch.jit is frozen upstream, and says so; torchvision's detectors still script.
        warnings.simplefilter("ignore")
        try:
            torch.jit.save(torch.jit.script(model), buffer)
        except (RuntimeError, torch.jit.frontend.NotSupportedError) as error:
            raise ExportError(f"TorchScript can't take this network: {str(error).strip().splitlines()[0]}") from error
        loaded = torch.jit.load(io.BytesIO(buffer.getvalue()))
        with torch.inference_mode():
            return buffer.getvalue(), [loaded([picture])[1][0] for picture in pictures]


def _difference(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> float:
    """The largest difference of any number; infinite where something else was found."""
    if one["labels"].tolist() != other["labels"].tolist():
        return float("inf")
    return max(
        (float((one[key] - other[key]).abs().max()) for key in ("boxes", "scores", "masks") if one[key].numel()),
        default=0.0,
    )
