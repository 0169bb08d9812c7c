"""What a labelled question asks for, and whether a printed hit or citation shows it.

A labelled question is one line of JSON:

    {"id": "q7", "kind": "answerable" | "follow-up" | "unanswerable", "turns": ["first", "…", "last"],
     "gold": [{"source": "salary.md", "quote": "…"}], "facts": ["\\$65,420"], "graded": "article"}

A gold place is a `quote` in its source, its pages `page` to `page_to`, or the whole article; any one place answers the question.
A source without a folder is the file of that name in any. The characters `start` to `end` are for the span figures alone. `facts` are
patterns that the text of a right answer holds.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import UsageError

KINDS = ("answerable", "follow-up", "unanswerable")
SPAN_DEPTH = 5  # passages counted by the span figures, as Smith and Troynikov (2024) count them
QUOTE_PREFIX = 60  # a longer gold quote is found by its first 60 characters: a passage may end inside it

Row = Mapping[str, Any]  # an object as it stands in JSON


def read(path: Path) -> list[Row]:
    """The questions of this file. Raises UsageError that names the line for whatever is not a labelled question."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # not splitlines: a question may hold U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.", "Give a file with one labelled question a line.") from error
    questions = [_question(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not questions:
        raise UsageError(f"{path} holds no questions.", "Give a file with one labelled question a line.")
    return questions


def _question(line: str, where: str) -> Row:
    hint = "A line is an object with id, kind, turns and gold; see `counsel eval --help`."
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UsageError(f"{where} is not JSON: {error}.", hint) from error
    if not isinstance(row, dict):
        raise UsageError(f"{where} is not an object.", hint)
    turns, gold = row.get("turns"), row.setdefault("gold", [])
    if "id" not in row or row.get("kind") not in KINDS:
        raise UsageError(f"{where} needs an id and a kind, one of {', '.join(KINDS)}.", hint)
    if not (isinstance(turns, list) and turns and all(isinstance(turn, str) and turn.strip() for turn in turns)):
        raise UsageError(f"{where} has no list of turns.", hint)
    if not (isinstance(gold, list) and all(isinstance(place, dict) and isinstance(place.get("source"), str) for place in gold)):
        raise UsageError(f"{where} has a gold place without a source.", hint)
    try:
        for fact in row.setdefault("facts", []):
            pattern(fact)
    except (re.error, AttributeError, TypeError) as error:
        raise UsageError(f"{where} has a fact that is not a pattern: {error}.", hint) from error
    return row


class Files:
    """The plain-text files of a corpus as they stand on disk, each read once."""

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        self.text = cache(self._text)
        self.plain = cache(lambda path: None if (text := self.text(path)) is None else plain(text))

    def _text(self, path: str) -> str | None:
        """None where there is no such file, or its format is not plain text."""
        file = self.corpus / path
        known = file.suffix.lower() in {".md", ".txt"} and file.is_file()
        return file.read_text(encoding="utf-8", errors="replace") if known else None


def shows(place: Row, piece: Row) -> bool:
    """Whether this hit or citation shows this gold place."""
    if not is_of(place, piece):
        return False
    if place.get("page") is not None:
        first, last = piece["page"], piece["page_end"] or piece["page"]
        return first is not None and first <= place.get("page_to", place["page"]) and place["page"] <= last
    if place.get("quote"):
        wanted = plain(place["quote"])
        body = plain(" ".join([*piece["heading"], piece.get("passage") or piece.get("text") or "", piece.get("quote") or ""]))
        return wanted[:QUOTE_PREFIX] in body
    return True


def is_of(place: Row, piece: Row) -> bool:
    """Whether this hit or citation is of the article of this gold place."""
    source, path = place["source"], piece["path"]
    return bool(path == source if "/" in source else Path(path).name == source)


def spans(gold: Sequence[Row], hits: Sequence[Row], files: Files) -> tuple[float, float, float] | None:
    """Recall, precision and intersection over union of the first five passages against the gold characters.

    Smith and Troynikov, Evaluating Chunking Strategies for Retrieval (2024), counted in characters other than white space.
    A passage is looked up in its file, and not counted where it is not found. None where the gold gives no characters.
    """
    text = files.text(gold[0]["source"]) if gold and all("start" in place for place in gold) else None
    if text is None:
        return None
    at = [offset for offset, character in enumerate(text) if not character.isspace()]
    body = "".join(text[offset] for offset in at)
    wanted = {offset for place in gold for offset in range(place["start"], place["end"])} & set(at)
    if not wanted:
        return None
    here: set[int] = set()  # characters shown of the gold article
    others: dict[str, int] = {}  # how many are shown of each other article, overlaps counted once
    for hit in hits[:SPAN_DEPTH]:
        piece = "".join(hit["text"].split())
        if not is_of(gold[0], hit):
            others[hit["path"]] = max(others.get(hit["path"], 0), len(piece))
            continue
        piece = piece.strip("#*_-+>")
        start = body.find(piece)
        if start >= 0:
            here.update(at[start : start + len(piece)])
    both, shown = len(wanted & here), len(here) + sum(others.values())
    return both / len(wanted), both / shown if shown else 0.0, both / (len(wanted) + shown - both)


_STRAIGHT = str.maketrans("‘’“”–—", "''\"\"--")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKUP = re.compile(r"[*_`#>|\\•·]|^\s*(?:[-+]|\d+[.)])\s+", re.M)


@cache
def pattern(fact: str) -> re.Pattern[str]:
    """Facts were written against the articles; they are folded as the answers are."""
    return re.compile(fact.translate(_STRAIGHT).strip(), re.IGNORECASE)


def plain(text: str) -> str:
    """What is left to compare when a careful copy's freedoms are folded: spaces, case, quote marks, Markdown marks and links."""
    text = _LINK.sub(r"\1", unicodedata.normalize("NFKC", text).translate(_STRAIGHT))
    return " ".join(_MARKUP.sub(" ", text).split()).lower()
