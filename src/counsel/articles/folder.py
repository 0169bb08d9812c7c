"""The folder of articles: which files are there, and the bytes of one of them.

Never leaves the corpus, whatever links stand in it, and never waits for a pipe or a device.
Knows nothing of formats beyond their suffixes.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..errors import NoArticles, Unreadable
from ..types import Skipped

SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "word",
}
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC  # a FIFO opened without O_NONBLOCK blocks for ever


class Source(NamedTuple):
    """A file that could be an article: what a cheap look at the folder tells."""

    path: str  # relative to the corpus, forward slashes; bytes that are not UTF-8 shown as \\xff
    size: int
    mtime_ns: int


def kind(path: str) -> str | None:
    """The format that reads this file, by its suffix; None for a kind Counsel does not read."""
    return SUFFIXES.get(os.path.splitext(path)[1].lower())  # noqa: PTH122  # a name with a newline or a backslash is still a name


def shown(name: str) -> str:
    """A file name as text that JSON and SQLite can hold."""
    return name if name.isascii() else name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def scan(corpus: Path) -> tuple[list[Source], list[Skipped]]:
    """What stands in the folder, sorted by path: files to read, and everything else with its reason.

    Names that begin with a dot are passed over. Links to folders are not followed; a link to a file inside the
    corpus is read unless that file is read under its own name.
    """
    if not corpus.is_dir():
        raise NoArticles(f"{corpus} is not a folder.", "Give the folder of articles with --corpus.")
    root = os.path.realpath(corpus)
    found: dict[str, Source] = {}
    skipped: list[Skipped] = []
    links: list[tuple[str, str]] = []
    folders = [("", root)]
    while folders:
        prefix, folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            skipped.append(Skipped(prefix.rstrip("/") or ".", _plainly(error)))
            continue
        for entry in entries:
            if entry.name.startswith((".", "~$")):
                continue
            path = prefix + shown(entry.name)
            try:
                if entry.is_symlink():
                    links.append((path, entry.path))
                elif entry.is_dir(follow_symlinks=False):
                    folders.append((path + "/", entry.path))
                else:
                    _sort_in(path, entry.stat(follow_symlinks=False), found, skipped)
            except OSError as error:
                skipped.append(Skipped(path, _plainly(error)))
    own_names = {os.path.join(root, path): path for path in found} if links else {}  # noqa: PTH118
    for path, link in links:
        real = os.path.realpath(link)
        try:
            if os.path.isdir(real):  # noqa: PTH112
                skipped.append(Skipped(path, "a link to a folder"))
            elif not os.path.lexists(real) or os.path.islink(real):  # noqa: PTH114
                skipped.append(Skipped(path, "a link that leads nowhere"))
            elif os.path.commonpath([root, real]) != root:
                skipped.append(Skipped(path, "a link out of the corpus"))
            elif real in own_names:
                skipped.append(Skipped(path, f"a link to {own_names[real]}"))
            else:
                _sort_in(path, os.stat(real, follow_symlinks=False), found, skipped)  # noqa: PTH116
        except OSError as error:
            skipped.append(Skipped(path, _plainly(error)))
    return sorted(found.values(), key=lambda source: source.path), sorted(skipped, key=lambda skip: skip.path)


def _sort_in(path: str, status: os.stat_result, found: dict[str, Source], skipped: list[Skipped]) -> None:
    if not stat.S_ISREG(status.st_mode):
        skipped.append(Skipped(path, "not a file (a pipe, socket or device)"))
    elif kind(path) is None:
        suffix = os.path.splitext(path)[1]  # noqa: PTH122
        skipped.append(Skipped(path, f"not a kind of file Counsel reads ({suffix.lower() or 'no suffix'})"))
    elif path in found:
        skipped.append(Skipped(path, "another file's name looks the same"))
    else:
        found[path] = Source(path, status.st_size, status.st_mtime_ns)


def contents(corpus: Path, path: str, most_mb: int) -> bytes:
    """The bytes of one file of the corpus, all from one state of it. Raises Unreadable."""
    for _ in range(2):
        file = _open(corpus, path)
        try:
            before = os.fstat(file)
            if not stat.S_ISREG(before.st_mode):
                raise Unreadable("not a file (a pipe, socket or device)")
            most = most_mb << 20
            if before.st_size > most:
                raise Unreadable(f"larger than {most_mb} MB")
            data = b"".join(_blocks(file, most + 1))
            after = os.fstat(file)
        except OSError as error:
            raise Unreadable(_plainly(error)) from error
        finally:
            os.close(file)
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(data) == after.st_size:
            return data
    raise Unreadable("changed while being read")


def size(corpus: Path, path: str) -> int:
    """How many bytes this file has; 0 when it cannot be looked at."""
    try:
        return os.stat(os.path.join(corpus, path)).st_size  # noqa: PTH116, PTH118
    except (OSError, ValueError):
        return 0


def _blocks(file: int, most: int) -> Iterator[bytes]:
    while most > 0 and (block := os.read(file, min(most, 1 << 20))):
        most -= len(block)
        yield block


def _open(corpus: Path, path: str) -> int:
    """Open each folder on the way without following a link, so that no swap of a folder leads out of the corpus."""
    try:
        return _descend(corpus, path)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EMLINK):
            raise Unreadable(_plainly(error)) from error
    root = os.path.realpath(corpus)
    real = os.path.realpath(os.path.join(root, path))  # noqa: PTH118
    if os.path.commonpath([root, real]) != root or real == root:
        raise Unreadable("a link out of the corpus")
    try:
        return _descend(corpus, os.path.relpath(real, root))
    except OSError as error:
        raise Unreadable(_plainly(error)) from error


def _descend(corpus: Path, path: str) -> int:
    folder = os.open(corpus, FOLDER & ~os.O_NOFOLLOW)  # the corpus itself may be a link
    try:
        *parents, name = path.split("/")
        for parent in parents:
            inner = os.open(_named(folder, parent), FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(_named(folder, name), FILE, dir_fd=folder)
    finally:
        os.close(folder)


def _named(folder: int, name: str) -> str:
    """The entry of this folder that is shown by this name: itself, or one whose bytes are not UTF-8."""
    if "\\" in name and name not in (names := os.listdir(folder)):
        return next((other for other in names if shown(other) == name), name)
    if name in ("", ".", "..") or "\0" in name:
        raise FileNotFoundError(errno.ENOENT, "no such file")
    return name


def _plainly(error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "vanished while being read"
    if isinstance(error, PermissionError):
        return "may not be opened (permission denied)"
    return f"cannot be opened ({(error.strerror or 'unknown error').lower()})"
