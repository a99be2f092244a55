"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path


class OutputError(Exception):
    """A file could not be written; the message says which one and what to do."""


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` through a temporary neighbour, fsync and rename.

    The temporary name is fixed (``.NAME.part``), so a killed writer leaves at most one stray file, which the next
    writer of the same path replaces. Raises ``OutputError`` when the disk is full or the folder can't be written.
    """
    Staged([(path, data)]).settle()


class Staged:
    """Files that are written beside their places and come to stand there together, on the disk and whole.

    Many may be staged before the first settles: the disk then takes them in one go, for a fraction of the time.
    """

    def __init__(self, files: Iterable[tuple[Path, bytes]]) -> None:
        """Write every file's temporary neighbour. Raises ``OutputError``; then none of them stays."""
        self._open: list[tuple[Path, Path, int]] = []
        for path, data in files:
            with self._explained(path):
                temporary = path.with_name(f".{path.name}.part")
                self._open.append((path, temporary, _opened(temporary)))
                with open(self._open[-1][2], "wb", buffering=0, closefd=False) as file:
                    rest = memoryview(data)
                    while rest:  # a disk that is nearly full may take a part
                        rest = rest[file.write(rest) :]

    def settle(self) -> None:
        """fsync all, then rename them in the order given. Raises ``OutputError``; then no temporary file stays."""
        for path, _, descriptor in self._open:
            with self._explained(path):
                os.fsync(descriptor)
        while self._open:
            path, temporary, descriptor = self._open[0]
            with self._explained(path):
                os.close(descriptor)  # before the rename: Windows renames no open file
                self._open.pop(0)
                try:
                    os.replace(temporary, path)
                except OSError:
                    temporary.unlink()
                    raise

    @contextlib.contextmanager
    def _explained(self, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            for _, temporary, descriptor in self._open:
                with contextlib.suppress(OSError):
                    os.close(descriptor)
                with contextlib.suppress(OSError):
                    temporary.unlink()
            self._open.clear()
            raise OutputError(explain(path, error)) from error


def _opened(path: Path) -> int:
    """Descriptor of a new, empty file; its folder is made where it is missing."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(path, flags, 0o666)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, flags, 0o666)


def explain(path: Path, error: OSError) -> str:
    """One line a user can act on."""
    if error.errno == errno.ENOSPC:
        return f"no space left on the disk while writing {path}: free some space and run the same command again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"cannot write {path}: permission denied; choose another output folder"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"cannot write {path}: a file stands where a folder is needed; choose another output folder"
    return f"cannot write {path}: {error.strerror or error}"
