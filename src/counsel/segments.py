"""Article text → segments: the units a reader quotes, each a slice of the article.

A segment is a heading, a sentence, a list item (its first sentence), a table row or a line of code. Knows nothing of passages
or questions.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .marks import readable
from .types import Article

Kind = Literal["heading", "sentence", "item", "header", "row", "rule", "code"]


@dataclass(frozen=True, slots=True)
class Segment:
    """`article.text[start:end]`, without the white space around it."""

    start: int
    end: int
    kind: Kind
    level: int  # of a heading: 1 is the outermost; of an item: how far it is indented, in characters; else 0
    block: int  # where its paragraph, list or table begins: segments of one block belong together


_ITEM = re.compile(r"[ \t]*(?:>[ \t]*)?(?:[-*+•◦▪‣·–●○■►]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)](?=\s+[A-Z]))[ \t]+(?=\S)")
_RULE = re.compile(r"\s*(?:\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?|(?:[-*_]\s*){3,}|\[[^\]]+\]:\s*\S+)\s*")
_ROW = re.compile(r"\s*(?:\|.*\||\S.*?\s\|\s.*)\s*")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_END = re.compile(r"[.!?…]+[\"'”’)\]*_]*(?=\s)|[。！？]+[」』”]*")
_LINE_ENDS_SENTENCE = re.compile(r"[.!?:;…。][\"'”’)\]*_]*\s*$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|sr|jr|st|vs|no|nos|fig|figs|eq|sec|vol|ed|eds|inc|ltd|co|corp|dept|est|approx|al|cf|resp|gen|col|lt|sgt|rev|hon|pres|gov|sen|rep)"
    r"|\b(?:e\.g|i\.e|a\.k\.a|u\.s|u\.k|d\.c|ph\.d|a\.m|p\.m|b\.a|b\.s|m\.a|m\.s)"
    r"|(?<![A-Za-z])[A-Z])\.$",
    re.IGNORECASE,
)
_LINK_ENDS = re.compile(r"[^\[\]]*\][(\[]")  # the rest of the words of a link: they are not cut
TABLE = 8000  # characters before a passage in which the header of its table is looked for
_SHORT_LINE = 60  # characters: a shorter line within a paragraph, followed by a capital, is a line of its own


def segments(article: Article, start: int = 0, end: int | None = None) -> tuple[Segment, ...]:
    """The segments of a slice that begins and ends at line or segment boundaries, in order, never overlapping."""
    return tuple(_segments(article, start, len(article.text) if end is None else end))


def first_segment(article: Article, start: int, end: int) -> Segment | None:
    """The first segment of such a slice; None where there is none."""
    return next(_segments(article, start, end), None)


def _segments(article: Article, start: int, end: int) -> Iterator[Segment]:
    text = article.text
    headings = article.headings
    at = bisect_left(headings, start, key=lambda heading: heading.end - 1)
    block_start = -1  # of the paragraph, list or table being read; -1: none
    block_kind = ""
    paragraph: tuple[int, int] | None = None  # of the open paragraph or item: where its text began and has ended so far
    first: Kind = "sentence"
    level = 0
    fenced = False
    after_blank = False

    def flush() -> list[Segment]:
        nonlocal paragraph
        spans = sentences(text, *paragraph) if paragraph else ()
        paragraph = None
        return [Segment(begin, stop, "sentence" if at else first, level, block_start) for at, (begin, stop) in enumerate(spans)]

    line_start = start
    while line_start < end:
        newline = text.find("\n", line_start, end)
        line_end = end if newline < 0 else newline
        line = text[line_start:line_end]
        here, line_start = line_start, line_end + 1
        while at < len(headings) and headings[at].end <= here:
            at += 1
        if not line.strip():
            if block_kind != "item":
                yield from flush()
                block_kind = ""
            after_blank = True
            continue
        blank_before, after_blank = after_blank, False
        begin = here + len(line) - len(line.lstrip())
        stop = here + len(line.rstrip())
        if at < len(headings) and headings[at].start < line_end and here < headings[at].end:
            yield from flush()
            block_kind = ""
            if here <= headings[at].start:
                yield Segment(begin, stop, "heading", headings[at].level, headings[at].start)
            continue
        if _FENCE.match(line):
            yield from flush()
            fenced, block_kind = not fenced, ""
            yield Segment(begin, stop, "rule", 0, here)
            continue
        if fenced:
            yield Segment(begin, stop, "code", 0, here)
            continue
        if _RULE.fullmatch(line):
            yield from flush()
            yield Segment(begin, stop, "rule", 0, block_start if block_kind == "row" else here)
            continue
        item = _ITEM.match(line)
        if item:
            yield from flush()
            if block_kind != "item":
                block_kind, block_start = "item", begin
            first, level = "item", len(line) - len(line.lstrip())
            paragraph = (begin, stop)
        elif _ROW.fullmatch(line):
            yield from flush()
            header = block_kind != "row"
            if header:
                block_kind, block_start = "row", begin
            after = text.find("\n", line_start, end)
            followed = text[line_start : end if after < 0 else after]
            yield Segment(begin, stop, "header" if header and _RULE.fullmatch(followed) and "-" in followed else "row", 0, block_start)
        elif paragraph and block_kind == "item" and (line[:1] in " \t" or not (blank_before or line[:1].isupper())):
            if blank_before or _breaks(text, paragraph[1], line):
                yield from flush()
                first = "sentence"
                paragraph = (begin, stop)
            paragraph = (paragraph[0], stop)
        elif paragraph and block_kind == "text" and not _breaks(text, paragraph[1], line):
            paragraph = (paragraph[0], stop)
        else:
            yield from flush()
            if block_kind != "text" or blank_before:
                block_kind, block_start = "text", begin
            first, level = "sentence", 0
            paragraph = (begin, stop)
    yield from flush()


def _breaks(text: str, previous_end: int, line: str) -> bool:
    """Whether a new line begins a sentence of its own rather than going on with the line before."""
    before = text[text.rfind("\n", 0, previous_end) + 1 : previous_end]
    if before.rfind("[") > before.rfind("]"):
        return False  # within the words of a link
    if _LINE_ENDS_SENTENCE.search(before):
        return True
    return len(before) < _SHORT_LINE and line.lstrip()[:1].isupper()


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the sentences of a paragraph stand. A full stop after an abbreviation or an initial ends none, nor one within a link."""
    begin = start
    for match in _END.finditer(text, start, end):
        following = text[match.end() : match.end() + 40].lstrip()[:1]
        if match.end() >= end or not following:
            break
        if text[match.start()] == "." and (
            following.islower() or _ABBREVIATION.search(text, max(begin, match.start() - 12), match.start() + 1)
        ):
            continue
        if text.rfind("[", begin, match.start()) > text.rfind("]", begin, match.start()) and _LINK_ENDS.match(text, match.end(), end):
            continue
        mark = _ITEM.match(text, begin)
        if mark and mark.end() >= match.end():
            continue
        yield begin, match.end()
        begin = match.end()
        while begin < end and text[begin].isspace():
            begin += 1
    if begin < end:
        yield begin, end


def cells(row: str) -> list[str]:
    """The readable cells of a table row; empty ones stay, so that columns keep their place."""
    inner = row.strip().removeprefix("|").removesuffix("|")
    return [readable(cell) for cell in re.split(r"(?<!\\)\|", inner)]


def shown(segment: Segment, article: Article) -> str:
    """What a person reads of a segment. A table row is read with the heading of its table and the names of its columns."""
    text = article.text[segment.start : segment.end]
    if segment.kind != "row":
        return readable(text)
    return table_row(segment, article)


def table_row(segment: Segment, article: Article) -> str:
    """A table row as "first cell: column value, column value"; as "caption → first cell: value" where the columns have no names."""
    row = cells(article.text[segment.start : segment.end])
    header = _header(segment, article)
    label, values = row[0], row[1:]
    if not any(header[1:]) and len([value for value in values if value]) <= 1:
        caption = header[0] if header and not any(header[1:]) else ""
        said = ": ".join(part for part in (label, " ".join(value for value in values if value)) if part)
        return f"{caption} → {said}" if caption and caption != label else said
    named = [
        f"{name} {value}".strip() if name and name != value else value
        for name, value in zip([*header[1:], *[""] * len(values)], values, strict=False)
        if value
    ]
    return (f"{label}: " if label else "") + ", ".join(named)


def _header(segment: Segment, article: Article) -> list[str]:
    """The cells of the header row of a row's table, which may begin before the slice it was read in; empty where it has none.

    A row is a header by the rule under it.
    """
    text = article.text
    begin = segment.block
    while begin > max(0, segment.block - TABLE):
        before = text.rfind("\n", 0, begin - 1) + 1
        line = text[before : begin - 1]
        if "|" not in line or not (_ROW.fullmatch(line) or _RULE.fullmatch(line)):
            break
        begin = before
    end = text.find("\n", begin)
    rule = text[end + 1 : text.find("\n", end + 1)]
    return cells(text[begin:end]) if begin != segment.start and "-" in rule and _RULE.fullmatch(rule) else []
