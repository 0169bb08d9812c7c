"""Noticing that the articles of a folder have changed, by looking at it again and again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import NoArticles
from .folder import Source, scan

EVERY = 1.0  # seconds between two looks; a look at 5,000 files takes about 30 ms


def changes(corpus: Path) -> Iterator[None]:
    """Yields at once, and then whenever files are others than they were the last time, as soon as nobody seems to be writing.

    What changes while the caller is at work is noticed after it.
    """
    while True:
        seen = last = _files(corpus)
        yield
        while True:
            time.sleep(EVERY)
            now = _files(corpus)
            if now != seen and now == last:
                break
            last = now


def _files(corpus: Path) -> Sequence[Source]:
    try:
        return scan(corpus)[0]
    except NoArticles:
        return ()
