"""`python -m ml predict`: what a run finds in pictures, as overlays and as labels to correct."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the sub-command."""
    parser.add_argument("--run", type=Path, required=True, help="folder of a run of `python -m ml train`")
    parser.add_argument("--images", type=Path, required=True, metavar="DIR|FILE", help="pictures to look at")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder to write")
    parser.add_argument("--score", type=float, default=0.5, help="score from which a detection counts (0.5)")
    parser.add_argument("--tiles", default="0", metavar="auto|PX", help="look at large pictures in tiles of PX pixels")
    labels = parser.add_argument_group("labels to correct")
    labels.add_argument("--via", action="store_true", help="also a data set with VIA project and COCO file")
    labels.add_argument(
        "--simplify", type=float, default=0.95, metavar="IOU", help="overlap that its outlines keep; 1: every pixel"
    )
    labels.add_argument("--parts", default="helmet,vest", metavar="NAMES", help="what others wear (helmet,vest)")
    how = parser.add_argument_group("the network")
    how.add_argument("--weights", choices=("best", "last"), default="best", help="which checkpoint of the run")
    how.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 ...")
    how.add_argument("--image-size", type=int, default=0, metavar="PX", help="longer side (default: as trained)")
    parser.add_argument("--json", action="store_true", help="JSON lines on stdout, for a program that drives this one")


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 done or stopped on request, 1 some pictures could not be read, 2 wrong input."""
    from dataset.files import OutputError
    from jobs.voice import Voice

    from .detector import DetectorError
    from .run import PredictError, predict
    from .tiles import TilesError

    try:
        return predict(args)
    except (PredictError, DetectorError, TilesError, OutputError) as error:
        return Voice("predict", args.json).refused(error)
