"""What a build says: while it runs, when it is done, and when it cannot be."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import BuildFailed, NoArticles
from ..types import Skipped

Progress = Callable[[str, int, int], None]  # stage ("reading", "preparing", "embedding" or "writing"), done, total

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did. `added`, `changed` and `unchanged` together are the articles of the index."""

    generation: int
    articles: int
    passages: int
    added: int
    changed: int
    removed: int
    unchanged: int
    skipped: tuple[Skipped, ...]
    embedded: int  # texts given to the encoder; passages of the same text share a vector
    seconds: float


def no_articles(corpus: Path, skipped: Sequence[Skipped]) -> NoArticles:
    if not skipped:
        hint = "Put .md, .txt, .html, .pdf or .docx files there, or name another folder with --corpus."
        return NoArticles(f"There are no articles in {corpus}.", hint)
    reasons = "; ".join(f"{skip.path}: {skip.reason}" for skip in skipped[:3]) + ("; …" if len(skipped) > 3 else "")
    return NoArticles(
        f"There are no articles in {corpus} that can be read ({reasons}).", "Add others, or name another folder with --corpus."
    )


@contextlib.contextmanager
def failures_of(folder: Path) -> Iterator[None]:
    """Turn what the system says about writing an index into a sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        code = error.errno if isinstance(error, OSError) else errno.ENOSPC if "full" in str(error) else None
        if code in _FULL:
            raise BuildFailed(f"There is no space left to write {folder}.", "Free some space and run `counsel index` again.") from error
        if code in _FORBIDDEN:
            raise BuildFailed(
                f"{folder} may not be written to.", "Give yourself the right to, or name another folder with --index."
            ) from error
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BuildFailed(f"{folder} could not be written: {reason}.", "Run `counsel index` again.") from error
