"""Proving that files are what was written, and remembering it: a cold question does not read 90 MB of encoder again.

    verified        JSON: for each file proved, its status (size, times, inode), its SHA-256, and when that was

A file written to in any way since then has another time of change, which only the system can set, so it is read again. What
no status shows, a disk that loses bits, is found once a day; a build reads all it copies, whatever is remembered.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

from ..errors import DamagedIndex
from .files import Stored, read, stored
from .manifest import REBUILD
from .publication import Generation, trouble

REMEMBERED = 86_400  # seconds
SETTLED = 2.0  # seconds a file must have stood unchanged to be remembered: far more than the grain of any file system's clock


def prove(found: Generation) -> None:
    """Raises DamagedIndex naming the first file of a generation that is not what was written."""
    memory = Memory(found.folder)
    prove_files(found.path, found.manifest.files, memory)
    prove_files(found.encoder, found.manifest.exported, memory)
    memory.save()


def prove_files(folder: Path, expected: Mapping[str, Stored], memory: Memory | None = None) -> None:
    for name, wanted in expected.items():
        path = folder / name
        try:
            status = path.stat()
            if status.st_size != wanted.size:
                raise DamagedIndex(f"{path} is damaged: it has {status.st_size:,} bytes, not {wanted.size:,}.", REBUILD)
            if memory is not None and memory.holds(path, status, wanted):
                continue
            if stored(path) != wanted:
                raise DamagedIndex(f"{path} is damaged: its bytes are not those that were written.", REBUILD)
        except OSError as error:
            raise DamagedIndex(f"{path} {trouble(error)}.", REBUILD) from error
        if memory is not None:
            memory.add(path, status, wanted)


class Memory:
    """What has been proved of an index. Nothing depends on it: one that cannot be read or written only costs time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._entries: dict[str, list[object]] = {}
        self._changed = False
        with contextlib.suppress(OSError, ValueError, RecursionError):
            known = json.loads(read(folder / "verified", 1 << 20))
            self._entries = known if isinstance(known, dict) else {}

    def holds(self, path: Path, status: os.stat_result, wanted: Stored) -> bool:
        """Whether this very file was found to be this, not long ago."""
        entry = self._entries.get(self._name(path))
        if not isinstance(entry, list) or len(entry) != 6 or not isinstance(entry[-1], int):
            return False
        return entry[:-1] == _entry(status, wanted) and 0 <= time.time() - entry[-1] < REMEMBERED

    def add(self, path: Path, status: os.stat_result, proved: Stored) -> None:
        """Remember a file that was just read, if its status was then, and is now, the one given."""
        now = time.time()
        if now - status.st_ctime > SETTLED and _entry(path.stat(), proved) == _entry(status, proved):
            self._entries[self._name(path)] = [*_entry(status, proved), int(now)]
            self._changed = True

    def save(self) -> None:
        if not self._changed:
            return
        self._entries = {name: entry for name, entry in self._entries.items() if (self._folder / name).exists()}
        new = self._folder / f"verified.new-{os.getpid()}"
        with contextlib.suppress(OSError):
            try:
                new.write_text(json.dumps(self._entries), encoding="utf-8")
                new.replace(self._folder / "verified")
            except OSError:
                new.unlink(missing_ok=True)
                raise

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


def _entry(status: os.stat_result, file: Stored) -> list[object]:
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, file.sha256]
