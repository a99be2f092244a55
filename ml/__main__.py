"""`python -m ml COMMAND ...`: each command is a module that is imported only when it is asked for.

A command's module has ``add_arguments(parser)`` and ``run(args) -> exit code``; both stay light until ``run``.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

COMMANDS = {
    "annotate": ("ml.annotate", "pictures and masks of any origin become a labelled data set"),
    "doctor": ("ml.doctor", "what this machine offers for learning, and what is missing"),
    "augment": ("ml.augment.command", "a few labelled pictures become many, outlines recomputed"),
    "train": ("ml.train.command", "a Mask R-CNN from labelled pictures, resumable"),
    "evaluate": ("ml.evaluate.command", "a run's figures on labelled pictures, and a page to look at"),
    "predict": ("ml.predict.command", "what a run finds in pictures: overlays, labels to correct in VIA"),
    "export": ("ml.predict.export", "a run's network as one file for other programs, checked equal"),
    "crops": ("ml.crops.command", "labelled objects cut out at one size, a folder a class"),
    "classify": ("ml.synth.classify", "a small classifier of crops: train, evaluate"),
    "vae": ("ml.synth.vae", "autoencoders of crops: train, sample crops that were never photographed"),
    "synthesis-study": ("ml.synth.study_command", "what such crops are worth: the whole experiment, one page"),
}
"""Name -> (module, one line of help)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit code 0: done; 2: wrong input, one line on stderr says what to do."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if not arguments or arguments[0] not in COMMANDS:
        parser = _overview()
        if not arguments or arguments[0] in ("-h", "--help"):
            parser.print_help()
            return 0 if arguments else 2
        parser.error(f"unknown command {arguments[0]!r}; known: {', '.join(COMMANDS)}")
    name, *rest = arguments
    path, about = COMMANDS[name]
    command = importlib.import_module(path)
    parser = argparse.ArgumentParser(prog=f"python -m ml {name}", description=about)
    command.add_arguments(parser)
    return command.run(parser.parse_args(rest))


def _overview() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    listing = "\n".join(f"  {name:{width}}  {about}" for name, (_, about) in COMMANDS.items())
    return argparse.ArgumentParser(
        prog="python -m ml",
        usage="python -m ml COMMAND ...",
        description=f"Learning from data sets of labelled pictures.\n\ncommands:\n{listing}",
        epilog="python -m ml COMMAND --help says more",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


if __name__ == "__main__":
    sys.exit(main())
