"""An answer as plain values that a browser can keep: what was said, and the evidence for it piece by piece.

An Answer holds whole articles by reference; a Shown holds only the passages it cites, so a conversation kept in the
browser still opens its sources after the server, the index and the articles have changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile, pairwise

from ..marks import readable
from ..segments import Kind, Segment, cells, segments
from ..types import Answer, Article, Citation, Line, Nearest, Status


@dataclass(frozen=True, slots=True)
class Piece:
    """Readable words of an article: a heading, a sentence, a list item, a table row (its cells) or a line of code."""

    cells: tuple[str, ...]  # one, but for table rows
    kind: Kind
    level: int
    block: int  # pieces of one paragraph, list or table share it
    marks: tuple[int, ...] = ()  # the citations that quote it
    joined: bool = False  # to the piece before it, without a space: a word that a citation cuts


@dataclass(frozen=True, slots=True)
class Evidence:
    """One cited passage: where it stands and its text, with the cited words told apart."""

    marks: tuple[int, ...]
    path: str
    title: str
    author: str | None
    published: str | None
    url: str | None
    heading: tuple[str, ...]
    page: int | None  # of the first cited words
    start: int  # of the first citation
    end: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of an answer."""

    question: str
    standalone: str | None = None
    status: Status = "answered"
    lines: tuple[Line, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
    nearest: tuple[Nearest, ...] = ()
    offers: tuple[str, ...] = ()  # questions to ask next, each of which has an answer
    generation: int = 0
    bare: bool = False  # asked without the turns before it


def show(answer: Answer, offers: Sequence[str] = (), bare: bool = False) -> Shown:
    """What a page needs of an answer; citations of one passage become one piece of evidence, in the order of their marks."""
    groups: dict[tuple[str, int, int], list[Citation]] = {}
    for citation in answer.citations:
        passage = citation.passage
        groups.setdefault((passage.article.path, passage.start, passage.end), []).append(citation)
    return Shown(
        question=answer.question,
        standalone=answer.standalone,
        status=answer.status,
        lines=answer.lines,
        evidence=tuple(map(_evidence, groups.values())),
        reason=answer.reason,
        nearest=answer.nearest,
        offers=tuple(offers),
        generation=answer.generation,
        bare=bare,
    )


def _evidence(citations: list[Citation]) -> Evidence:
    first, passage = citations[0], citations[0].passage
    article = passage.article
    return Evidence(
        marks=tuple(citation.number for citation in citations),
        path=article.path,
        title=article.title,
        author=article.author,
        published=article.published,
        url=article.url,
        heading=passage.heading,
        page=article.page_at(first.start),
        start=first.start,
        end=first.end,
        pieces=without_headings(pieces(article, passage.start, passage.end, [(c.number, c.start, c.end) for c in citations])),
    )


def without_headings(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Pieces from the first that is no heading: the card names the title and the headings already."""
    return tuple(dropwhile(lambda piece: piece.kind == "heading" and not piece.marks, pieces))


def pieces(article: Article, start: int, end: int, cited: Sequence[tuple[int, int, int]] = ()) -> tuple[Piece, ...]:
    """The readable pieces of a slice; `cited` holds (mark, start, end), and cited words are pieces of their own."""
    found: list[Piece] = []
    for segment in segments(article, start, end):
        if segment.kind != "rule":
            found += _pieces(article, segment, cited)
    return tuple(found)


def _pieces(article: Article, segment: Segment, cited: Sequence[tuple[int, int, int]]) -> list[Piece]:
    """The pieces of one segment, cut where a citation begins or ends inside it; rows and code are never cut."""
    kind: Kind = segment.kind
    whole = kind in ("header", "row", "code")
    inside = () if whole else {edge for _, start, end in cited for edge in (start, end) if segment.start < edge < segment.end}
    edges = sorted({segment.start, segment.end, *inside})
    found = []
    for start, end in pairwise(edges):
        text = article.text[start:end]
        words = (text,) if kind == "code" else tuple(cells(text)) if whole else (readable(text),)
        marks = tuple(mark for mark, begin, stop in cited if begin < end and start < stop)
        if any(words):
            found.append(
                Piece(words, kind, segment.level, segment.block, marks, joined=start > segment.start and not _spaced(article.text, start))
            )
            kind = "sentence" if kind == "item" else kind
    return found


def _spaced(text: str, at: int) -> bool:
    return text[at - 1].isspace() or text[at].isspace()


def around(pieces: Sequence[Piece], reach: int) -> tuple[Sequence[Piece], Sequence[Piece], Sequence[Piece]]:
    """The pieces far before the cited ones, those within `reach` characters of them, and those far after."""
    marked = [at for at, piece in enumerate(pieces) if piece.marks]
    if not marked:
        return (), pieces, ()
    first, last = marked[0], marked[-1]
    first = _reached(pieces, range(first - 1, -1, -1), reach, first)
    last = _reached(pieces, range(last + 1, len(pieces)), reach, last)
    return pieces[:first], pieces[first : last + 1], pieces[last + 1 :]


def _reached(pieces: Sequence[Piece], order: range, reach: int, at: int) -> int:
    for position in order:
        reach -= sum(map(len, pieces[position].cells))
        if reach < 0:
            break
        at = position
    return at
