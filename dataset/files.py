"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path


class OutputError(Exception):
    """A file could not be written; the message says which one and what to do."""


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` through a temporary neighbour, fsync and rename.

    The temporary name is fixed (``.NAME.part``), so a killed writer leaves at most one stray file, which the next
    writer of the same path replaces. Raises ``OutputError`` when the disk is full or the folder can't be written.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise OutputError(explain(path, error)) from error


def explain(path: Path, error: OSError) -> str:
    """One line a user can act on."""
    if error.errno == errno.ENOSPC:
        return f"no space left on the disk while writing {path}: free some space and run the same command again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"cannot write {path}: permission denied; choose another output folder"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"cannot write {path}: a file stands where a folder is needed; choose another output folder"
    return f"cannot write {path}: {error.strerror or error}"
