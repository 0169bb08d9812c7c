"""Article → passages: slices that follow the article's own structure and tile it, nothing lost, nothing repeated.

    "".join(passage.text for passage in split(article)) == article.text

A passage begins at a heading, a paragraph, or within a long one at a whole sentence, item or row. Sizes are counted in pieces, an
upper estimate of the tokens of a word-piece encoder, so that a passage with its title and headings fits the encoder's window.
Knows nothing of models or vectors.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, islice, pairwise

from .marks import readable
from .segments import Segment, cells, first_segment, segments
from .types import Article, Heading, Passage

SPLITTER = 6  # raised when the same article would be cut otherwise, or the same passage embedded otherwise

TARGET = 110  # pieces; paragraphs that follow each other share a passage up to this size
LARGEST = 200  # pieces; a longer paragraph is cut. With its title and headings a passage then fits 256 tokens
TINY = 25  # pieces; a paragraph shorter than this joins its neighbour while both fit
_REACH = 8000  # characters before a passage in which the beginning of its list is looked for, and as many to the start of a line
_PIECE = re.compile(r"[A-Za-z]{1,7}|\d{1,2}|[^\sA-Za-z\d]")


def pieces(text: str) -> int:
    """An upper estimate of the tokens of a text: seven letters, two digits or one other sign make one."""
    return len(_PIECE.findall(text))


def split(article: Article) -> tuple[Passage, ...]:
    """The passages of an article, in order. An article without text has none."""
    if not article.text:
        return ()
    starts = [start for section in _sections(segments(article)) for start in _cuts(article, section)]
    bounds = [0, *(start for start in starts if start > 0), len(article.text)]
    paths = _paths(article, bounds[1:])
    return tuple(
        Passage(article, start, end, path, article.page_at(start)) for (start, end), path in zip(pairwise(bounds), paths, strict=True)
    )


def embedding_text(passage: Passage) -> str:
    """What is embedded of a passage, a line each: its article's title and headings, what introduces its list, its segments."""
    context = [passage.article.title, *passage.heading]
    lead = [readable(passage.article.text[segment.start : segment.end]) for segment in introduction(passage)]
    return "\n".join([" > ".join(dict.fromkeys(context)), *lead, *(line for _, line in embedded(passage))])


def called(article: Article) -> str:
    """What an article goes by: the names of the folders it lies in, and its title. "nurses/pay.md" is about nurses, whatever it says."""
    return f"{article.path.rpartition('/')[0]} {article.title}"


def above(passage: Passage) -> str:
    """What a passage stands under: what its article goes by, and its headings."""
    return " ".join([called(passage.article), *passage.heading])


def introduction(passage: Passage) -> tuple[Segment, ...]:
    """What stands before a passage that begins within a list or table and is needed to read it.

    The line that introduces the list and the items this one stands under, or the header row; empty where it begins elsewhere.
    """
    article = passage.article
    opening = first_segment(article, passage.start, passage.end)
    if not opening or opening.kind not in ("item", "sentence", "row"):
        return ()
    at = bisect_right(article.headings, passage.start, key=lambda heading: heading.start)
    heading = article.headings[at - 1].start if at else 0
    line = article.text.rfind("\n", max(0, passage.start - 2 * _REACH), max(0, passage.start - _REACH)) + 1
    if not line and heading < passage.start - 2 * _REACH:
        return ()  # no list has a line as long as that
    section = max(heading, line)
    found = segments(article, section, passage.end)
    first = next((i for i, segment in enumerate(found) if segment.start >= passage.start), 0)
    if not first or found[first].block >= passage.start:
        return ()
    lead: list[Segment] = []
    level = found[first].level
    for segment in reversed(found[:first]):
        if segment.block == found[first].block:
            if segment.kind == "header" or (segment.kind == "item" and segment.level < level):
                lead.append(segment)
                level = segment.level
        else:
            if segment.kind == "sentence" and introduces(article.text[segment.start : segment.end]):
                lead.append(segment)
            break
    return tuple(reversed(lead))


def embedded(passage: Passage) -> tuple[tuple[Segment, str], ...]:
    """The segments of a passage that are embedded, in order, each with its readable text: the last lines of its embedding text.

    Headings, table rules and what has no text are left out.
    """
    text = passage.article.text
    lines = []
    for segment in segments(passage.article, passage.start, passage.end):
        piece = text[segment.start : segment.end]
        if segment.kind in ("header", "row"):
            lines.append((segment, " | ".join(cell for cell in cells(piece) if cell)))
        elif segment.kind not in ("heading", "rule"):
            lines.append((segment, readable(piece)))
    return tuple((segment, line) for segment, line in lines if line)


def _sections(found: tuple[Segment, ...]) -> Iterator[list[Segment]]:
    """Runs of segments under one heading; headings that follow each other stay together with what follows them."""
    section: list[Segment] = []
    for segment in found:
        if segment.kind == "heading" and section and section[-1].kind != "heading":
            yield section
            section = []
        section.append(segment)
    if section:
        yield section


def _cuts(article: Article, section: list[Segment]) -> Iterator[int]:
    """Where the passages of a section begin.

    A paragraph, list or table that fits stays whole, a longer one is cut into parts of about even size; short ones that
    follow each other share a passage; a heading or an introducing line stays with what it announces.
    """
    text = article.text
    parts = [part for _, block in groupby(section, key=lambda segment: segment.block) for part in _parts(article, list(block))]
    sizes = [pieces(text[start:end]) for start, end, _ in parts]
    yield parts[0][0]
    filled = 0
    for ((start, end, kind), after), (size, following) in zip(pairwise(parts), pairwise(sizes), strict=True):
        filled += size
        joins = introduces(text[start:end]) or min(filled, following) < TINY
        if kind != "heading" and filled + following > (LARGEST if joins else TARGET):
            yield after[0]
            filled = 0


def _parts(article: Article, block: list[Segment]) -> Iterator[tuple[int, int, str]]:
    """A block whole where it fits, else in parts of about even size; as (start, end, kind of its last segment)."""
    units = [unit for segment in block for unit in _bounded(article, segment)]
    sizes = [pieces(article.text[start:end]) for start, end, _ in units]
    share = sum(sizes) / max(1, -(-sum(sizes) // LARGEST))
    begin, filled, parts = units[0][0], 0, 1
    for at, (_, end, kind) in enumerate(units):
        filled += sizes[at]
        if at + 1 == len(units):
            yield begin, end, kind
        elif filled + sizes[at + 1] / 2 > share * parts:
            yield begin, end, kind
            begin, parts = units[at + 1][0], parts + 1


def _bounded(article: Article, segment: Segment) -> Iterator[tuple[int, int, str]]:
    """A segment as units no longer than LARGEST: itself, or its parts cut at spaces."""
    start = segment.start
    text = article.text
    while segment.end - start > LARGEST and len(found := list(islice(_PIECE.finditer(text, start, segment.end), LARGEST + 1))) > LARGEST:
        stop = found[LARGEST - 1].end()
        space = text.rfind(" ", start + (stop - start) // 2, stop)
        stop = space + 1 if space > 0 else stop
        yield start, stop, segment.kind
        start = stop
    yield start, segment.end, segment.kind


def introduces(text: str) -> bool:
    """Whether a line announces what follows it."""
    return text.rstrip(" *_").endswith(":")


def _paths(article: Article, ends: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """For passages by their ends, in order: the titles of the headings in force there, outermost first, without the article's own title."""
    stack: list[Heading] = []
    following = 0
    for end in ends:
        while following < len(article.headings) and article.headings[following].start < end:
            heading = article.headings[following]
            stack = [outer for outer in stack if outer.level < heading.level] + [heading]
            following += 1
        yield tuple(heading.title for heading in stack if heading.title != article.title)
