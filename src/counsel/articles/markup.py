"""Markdown written from other formats: words escaped where they would read as marks, lists, pipe tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

HTML_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
AT_LINE_START = re.compile(r"(?m)^(\s*)(#{1,6}|[>|](?=\s)|```|~~~|=+$|-{3,}$)")
WIDEST = 100  # columns of a table; a wider one is not for reading


def escape(text: str) -> str:
    """Words of another format as Markdown: what would read as a heading, a fence or a tag is kept as the words it is."""
    return HTML_LIKE.sub(r"\\<", AT_LINE_START.sub(r"\1\\\2", text))


def squeeze(text: str) -> str:
    return re.sub(r"[ \t\r\n\f\xa0]+", " ", text)


def heading(level: int, text: str) -> str:
    words = " ".join(text.split())
    return f"{'#' * min(max(level, 1), 6)} {words}" if words else ""


def emphasised(text: str, mark: str) -> str:
    """The text between marks, spaces left outside as Markdown asks."""
    body = text.strip()
    if not body or mark in body or "\n" in body or not re.search(r"\w", body):
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{mark}{body}{mark}{after}"


def item(marker: str, body: str) -> str:
    """A list item, its further lines indented under it."""
    first, *rest = body.strip("\n").split("\n")
    indent = " " * (len(marker) + 1)
    return "\n".join([f"{marker} {first}", *(indent + line if line else "" for line in rest)])


def table(rows: Sequence[Sequence[str]], headed: bool = True) -> str:
    """A pipe table, its first row the header unless it has none; short rows are filled up. Empty where there is nothing to show."""
    cells = [[" ".join(cell.replace("|", "\\|").split()) for cell in row[:WIDEST]] for row in rows]
    cells = [row for row in cells if any(row)]
    if not cells:
        return ""
    width = max(map(len, cells))
    empty = [i for i in range(width) if not any(len(row) > i and row[i] for row in cells)]
    full = [[cell for i, cell in enumerate(row + [""] * (width - len(row))) if i not in empty] for row in cells]
    lines = ["| " + " | ".join(row) + " |" for row in ([] if headed else [[""] * len(full[0])]) + full]
    return "\n".join([lines[0], "|" + " --- |" * len(full[0]), *lines[1:]])
