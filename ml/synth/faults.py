"""What ends a training before its time; no torch needed to name it."""

from __future__ import annotations


class TrainingError(Exception):
    """Training that can't start or go on; the message says what to do."""


class Stopped(Exception):  # noqa: N818 (no error: somebody asked for it)
    """Ended on request; the same command goes on from there."""
