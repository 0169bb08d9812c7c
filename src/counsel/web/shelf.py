"""The folder of articles as the page may change it: a file is added, replaced or removed, and nothing outside it is touched.

A file is read on trial before it is let in, by the same reader as a build, so that what could not be indexed is refused with its reason.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..articles import read_all, scan
from ..articles.folder import SUFFIXES, kind
from ..errors import CounselError
from ..settings import Settings
from ..types import Skipped
from .renewal import Renewal

ROOM = 2**30  # bytes left free on the disk after a file was added, so that an index can still be written
_NAME_LIMIT, _SUFFIX_LIMIT = 180, 16  # bytes before the last dot and characters after it: file systems take 255 bytes
_INCOMING = ".incoming-"  # a scan passes over names that begin with a dot
_ABANDONED = 3600  # seconds after which nobody is still sending a file
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|]')  # forbidden on one system or another


class Refused(CounselError):
    """A file that is not added or removed; `status` is how HTTP says so."""

    def __init__(self, sentence: str, status: int = 422) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder that `settings` names as the corpus, and the bringing up to date of its index."""

    settings: Settings
    renewal: Renewal

    def sweep(self) -> None:
        """Clear away what arrived for a page that was killed."""
        for folder in self.settings.corpus.glob(f"{_INCOMING}*"):
            if time.time() - folder.stat().st_mtime > _ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def largest(self) -> int:
        """Bytes a file may have."""
        return self.settings.max_file_mb << 20

    def begin(self) -> Incoming:
        """A file that is arriving. Raises Refused where there is no room for it or nothing may be written."""
        corpus = self.settings.corpus
        try:
            if shutil.disk_usage(corpus).free < ROOM + self.largest:
                raise Refused("There is too little room left on the disk.", 507)
            return Incoming(self, Path(tempfile.mkdtemp(prefix=_INCOMING, dir=corpus)))
        except OSError as error:
            raise Refused(f"The folder of articles may not be written to: {error.strerror}.", 507) from error

    def remove(self, path: str) -> None:
        """Delete one file that stands among the articles. Raises Refused for any other."""
        sources, skipped = scan(self.settings.corpus)
        there = {source.path for source in sources} | {skip.path for skip in skipped}
        if path not in there or kind(path) is None:
            raise Refused("This file is no longer among the articles.", 404)
        root = Path(os.path.realpath(self.settings.corpus))
        file = root / path
        if file.parent.resolve() != file.parent or not file.parent.is_relative_to(root):
            raise Refused("This file is not in the folder of articles.", 404)
        try:
            file.unlink()
        except OSError as error:
            raise Refused(f"{path} cannot be removed: {error.strerror}.", 409) from error


class Incoming:
    """A file on its way in, in a hidden folder of its own that is gone once `close` was called."""

    def __init__(self, shelf: Shelf, folder: Path) -> None:
        self.shelf, self.folder = shelf, folder
        self.written = 0
        self._file = (folder / "bytes").open("wb")

    def write(self, data: bytes) -> None:
        """Raises Refused beyond the size that can be read."""
        self.written += len(data)
        if self.written > self.shelf.largest:
            raise Refused(f"The file is larger than {self.shelf.settings.max_file_mb} MB.", 413)
        self._file.write(data)

    def place(self, name: str, replace: bool = False) -> str:
        """Put the file among the articles under this name, made safe, and return the name.

        Raises Refused for a file that cannot be read, and, unless it may replace, where one of that name stands.
        """
        name = safe_name(name)
        settings = self.shelf.settings
        if kind(name) is None:
            raise Refused(f"{name} is not of a kind that Counsel reads: {', '.join(SUFFIXES)}.", 415)
        target = settings.corpus / name
        if os.path.lexists(target) and not replace:
            raise Refused(f"There is an article {name} already.", 409)
        self._file.close()
        arrived = (self.folder / "bytes").rename(self.folder / name)
        (read,) = read_all(self.folder, [name], settings)
        if isinstance(read, Skipped):
            raise Refused(f"{name} cannot be read: {read.reason}.")
        try:
            if replace:
                arrived.replace(target)
            else:
                os.link(arrived, target)  # unlike a rename, never over a file that came meanwhile
        except FileExistsError as error:
            raise Refused(f"There is an article {name} already.", 409) from error
        except OSError as error:
            raise Refused(f"{name} cannot be written: {error.strerror}.", 507) from error
        return name

    def close(self) -> None:
        with suppress(OSError):
            self._file.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def safe_name(name: str) -> str:
    """A file name that stands for itself on every system: no folder, no control character, not hidden, not too long."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(character if character.isprintable() else " " for character in _NOT_IN_NAMES.sub(" ", name))
    stem, suffix = os.path.splitext(" ".join(name.split()).lstrip(".~$ "))  # noqa: PTH122  # "..md" is a stem without suffix to both
    return (stem.rstrip(". ").encode()[:_NAME_LIMIT].decode(errors="ignore") or "article") + suffix[:_SUFFIX_LIMIT]
