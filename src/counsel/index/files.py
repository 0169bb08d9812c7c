"""Every change this package makes to a disk, one method each, so that a test can record, refuse or stop any of them.

Files are written once, under a name that did not exist, and are on the disk before `write` returns. Knows nothing of
what the files mean.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, TypeVar

Result = TypeVar("Result")
Bytes = bytes | bytearray | memoryview

BLOCK = 1 << 20  # bytes read or written at a time


class Stored(NamedTuple):
    """What a file must be: its size in bytes and the SHA-256 of them."""

    size: int
    sha256: str


class Files:
    """The file system as a build uses it. Errors are OSError, as the system raises them."""

    def make_folder(self, path: Path) -> None:
        path.mkdir()

    def create(self, path: Path) -> io.FileIO:
        return io.FileIO(path, "x")

    def append(self, file: io.FileIO, data: Bytes) -> None:
        rest = memoryview(data).cast("B")
        while rest:
            rest = rest[file.write(rest) :]

    def sync(self, file: io.FileIO) -> None:
        os.fsync(file.fileno())

    def sync_folder(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        old.replace(new)

    def remove(self, path: Path) -> None:
        path.unlink()

    def remove_folder(self, path: Path) -> None:
        path.rmdir()

    def by_others(self, path: Path, write: Callable[[], Result]) -> Result:  # noqa: ARG002  # a test wants to know the path
        """Let another library (SQLite, the encoder's export) write the file or folder `path` as it likes."""
        return write()

    def write(self, path: Path, chunks: Iterable[Bytes]) -> Stored:
        """Write a new file and sync it. The caller syncs the folder."""
        digest, size = hashlib.sha256(), 0
        file = self.create(path)
        with contextlib.closing(file):
            for chunk in chunks:
                self.append(file, chunk)
                digest.update(chunk)
                size += memoryview(chunk).nbytes
            self.sync(file)
        if path.stat().st_size != size:
            raise OSError(f"{path.name} did not keep the {size} bytes written to it")
        return Stored(size, digest.hexdigest())

    def seal(self, path: Path) -> Stored:
        """Sync a file that another library has written, and say what it is."""
        with contextlib.closing(io.FileIO(path, "r")) as file:
            self.sync(file)
        return stored(path)

    def need_folder(self, path: Path) -> None:
        """Make a folder where there is none; whatever else stands there is damage, and removed."""
        if not path.is_dir():
            self.clear(path)
            self.make_folder(path)

    def clear(self, path: Path) -> None:
        """Remove a file, or a folder with all that is in it; what is not there is removed already. Links are not followed."""
        if path.is_dir() and not path.is_symlink():
            for inner in sorted(path.iterdir()):
                self.clear(inner)
            self.remove_folder(path)
        elif os.path.lexists(path):  # pathlib follows links
            self.remove(path)


def opened(path: Path) -> io.FileIO:
    """A file opened for reading. Raises OSError for whatever is not a regular file, and never waits for a pipe."""
    file = io.FileIO(path, "r", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK | os.O_CLOEXEC))
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(f"{path.name} is not a regular file")
    return file


def read(path: Path, most: int) -> bytes:
    """The bytes of a small file. Raises OSError where there are more than `most`."""
    with contextlib.closing(opened(path)) as file:
        data = b"".join(iter(lambda: file.read(BLOCK) if file.tell() <= most else b"", b""))
    if len(data) > most:
        raise OSError(f"{path.name} is larger than {most} bytes")
    return data


def stored(path: Path) -> Stored:
    """Size and SHA-256 of a file as it is now."""
    digest = hashlib.sha256()
    size = 0
    block = bytearray(BLOCK)
    with contextlib.closing(opened(path)) as file:
        while got := file.readinto(block):
            digest.update(memoryview(block)[:got])
            size += got
    return Stored(size, digest.hexdigest())
