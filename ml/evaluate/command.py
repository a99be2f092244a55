"""`python -m ml evaluate`: a run, or anybody's predictions, against a labelled data set."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the sub-command."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--run", type=Path, help="folder of a run of `python -m ml train`")
    source.add_argument("--predictions", type=Path, metavar="JSON", help="COCO results of any detector instead")
    parser.add_argument(
        "--dataset", type=Path, required=True, help="folder of ours, or a VIA or COCO file or its folder"
    )
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="default: a folder in the run's, named after the set"
    )
    what = parser.add_argument_group("what counts")
    what.add_argument("--map", default="", metavar="OLD=NEW,...", help="rename on both sides; OLD= leaves one out")
    what.add_argument("--min-size", type=float, default=0, metavar="PX", help="less than PX x PX pixels: ignored")
    what.add_argument("--files", choices=("all", "odd", "even"), default="all", help="by the number in a file's name")
    what.add_argument("--held-back", action="store_true", help="only what the run itself kept for validation")
    what.add_argument("--iou", type=float, default=0.5, help="overlap from which a detection is a hit (0.5)")
    what.add_argument("--score", type=float, default=0.5, help="score from which a detection counts (0.5)")
    what.add_argument("--synthetic", action="store_true", help="the pictures are rendered, though not by us")
    what.add_argument("--against", type=Path, metavar="RESULTS", help="results.json to compare with, paired by picture")
    how = parser.add_argument_group("the network")
    how.add_argument("--weights", choices=("best", "last"), default="best", help="which checkpoint of the run")
    how.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 ...")
    how.add_argument("--image-size", type=int, default=0, metavar="PX", help="longer side (default: as trained)")
    how.add_argument("--tiles", default="0", metavar="auto|PX", help="look at large pictures in tiles of PX pixels")
    parser.add_argument("--json", action="store_true", help="JSON lines on stdout, for a program that drives this one")


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 done or stopped on request, 2 wrong input."""
    from dataset.files import OutputError
    from jobs.voice import Voice

    from ..predict.detector import DetectorError
    from ..predict.results import ResultsError
    from ..predict.tiles import TilesError
    from .mapping import MappingError
    from .run import EvaluateError, evaluate
    from .score import ComparisonError
    from .truth import TruthError

    wrong = (EvaluateError, TruthError, MappingError, ResultsError, ComparisonError, DetectorError, TilesError)
    try:
        return evaluate(args)
    except (*wrong, OutputError) as error:
        return Voice("evaluate", args.json).refused(error)
