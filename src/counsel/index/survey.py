"""What became of the files of the corpus since a generation was built. A file is known by its bytes, never by its times alone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..articles.folder import Source, contents, scan
from ..errors import NoArticles, Unreadable
from ..settings import Settings
from ..types import Skipped
from .store import SourceRecord


@dataclass(frozen=True, slots=True)
class Changes:
    """How the corpus differs from the index: paths, sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Survey:
    """Every file of the corpus: refused already, to be kept as it was read before, or to be read."""

    records: tuple[SourceRecord, ...]  # by path; `reason` is set where the file is refused without reading it anew
    kept: frozenset[str]
    unread: tuple[str, ...]


def survey(corpus: Path, folder: Path, settings: Settings, previous: Sequence[SourceRecord], same_reading: bool) -> Survey:
    """Look at the bytes of every file. `same_reading`: whether `previous` was read by the same rules as today's.

    A file that was refused is read again when its bytes or its time of change are others.
    """
    before = {record.path: record for record in previous} if same_reading else {}
    sources, refused = _outside(folder, corpus)
    records = [SourceRecord(skip.path, 0, 0, None, skip.reason) for skip in refused]
    kept, unread = [], []
    for source in sources:
        sha256, reason = fingerprint(corpus, source.path, settings)
        known = before.get(source.path)
        if reason is None and known is not None and known.sha256 == sha256:
            if known.reason is None:
                kept.append(source.path)
            elif (known.size, known.mtime_ns) == (source.size, source.mtime_ns):
                reason = known.reason
            else:
                unread.append(source.path)
        elif reason is None:
            unread.append(source.path)
        records.append(SourceRecord(source.path, source.size, source.mtime_ns, sha256, reason))
    return Survey(tuple(sorted(records, key=lambda record: record.path)), frozenset(kept), tuple(unread))


def _outside(folder: Path, corpus: Path) -> tuple[list[Source], list[Skipped]]:
    """What stands in the corpus, but for the index where that stands in it too."""
    sources, refused = scan(corpus)
    inside = os.path.relpath(os.path.realpath(folder), os.path.realpath(corpus)).replace(os.sep, "/") + "/"
    return (
        [source for source in sources if not source.path.startswith(inside)],
        [skip for skip in refused if not f"{skip.path}/".startswith(inside)],
    )


def fingerprint(corpus: Path, path: str, settings: Settings) -> tuple[str | None, str | None]:
    """SHA-256 of a file's bytes, or None and the reason why they cannot be had."""
    try:
        return hashlib.sha256(contents(corpus, path, settings.max_file_mb)).hexdigest(), None
    except Unreadable as error:
        return None, str(error)


def changes(corpus: Path, folder: Path, settings: Settings, previous: Sequence[SourceRecord]) -> Changes:
    """How the corpus differs from what was built, by sizes and times; bytes are read only where those differ.

    A corpus that is not there any more counts as one with every article removed.
    """
    before = {record.path: record for record in previous}
    try:
        sources, _ = _outside(folder, corpus)
    except NoArticles:
        sources = []
    added: list[str] = []
    changed: list[str] = []
    for source in sources:
        known = before.get(source.path)
        if known is None:
            added.append(source.path)
        elif (known.size, known.mtime_ns) != (source.size, source.mtime_ns) and fingerprint(corpus, source.path, settings)[
            0
        ] != known.sha256:
            (changed if known.reason is None else added).append(source.path)
    there = {source.path for source in sources}
    removed = [record.path for record in previous if record.reason is None and record.path not in there]
    return Changes(tuple(added), tuple(changed), tuple(sorted(removed)))
