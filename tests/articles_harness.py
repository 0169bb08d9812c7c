"""Builders for the tests of reading."""

from __future__ import annotations

import re
from pathlib import Path

from counsel.articles import read
from counsel.articles.markdown import readable
from counsel.settings import Settings
from counsel.types import Article

LIMITS = Settings(read_seconds=30)


def put(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with these files in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def article(folder: Path, name: str, content: str | bytes) -> Article:
    """What is read of a file with this content."""
    return read(put(folder, {name: content}), name, LIMITS)


def squeezed(text: str) -> str:
    return "".join(text.split())


def folded(text: str) -> str:
    return re.sub(r"\W+", " ", text).lower().strip()


def sentences(markdown: str) -> list[str]:
    """The sentences, items and table cells of a Markdown text, folded."""
    found = []
    for line in markdown.split("\n"):
        cells = line.strip().strip("|").split(" | ") if line.startswith("|") else [line]
        for cell in cells:
            words = readable(re.sub(r"^\s*(?:#+|[*+-]|\d+\.)\s", "", cell))
            found += [folded(sentence) for sentence in re.split(r"(?<=[.!?])\s+", words) if folded(sentence)]
    return found
