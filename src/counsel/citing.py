"""Pieces of articles → the lines of an answer with their marks, and the citations behind the marks.

Knows nothing of questions or of why a piece was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .segments import Segment, shown
from .types import Article, Citation, Line, LineKind

if TYPE_CHECKING:
    from .index import Index


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment to be shown and where it stands; and where other articles say the same."""

    article: Article
    segment: Segment
    also: tuple[Piece, ...] = field(default=(), compare=False)

    @property
    def text(self) -> str:
        return shown(self.segment, self.article)

    @property
    def paths(self) -> frozenset[str]:
        """The articles that say it."""
        return frozenset(piece.article.path for piece in (self, *self.also))


Said = Piece | str  # words of the articles, or a note of ours


def cite(said: Iterable[Said], index: Index) -> tuple[tuple[Line, ...], tuple[Citation, ...]]:
    """Lines with marks, notes without: pieces that follow each other in one passage share a citation, every other has its own."""
    lines: list[Line] = []
    citations: list[Citation] = []
    latest: dict[str, int] = {}
    for piece in said:
        if isinstance(piece, str):
            lines.append(Line(piece, kind="note"))
            continue
        marks = tuple(_mark(one, citations, latest, index) for one in (piece, *piece.also))
        listed = piece.segment.kind == "item" or (piece.segment.kind == "heading" and any(line.marks for line in lines))
        kind: LineKind = "item" if listed else "text"
        lines.append(Line(piece.text, marks, kind))
    return tuple(lines), tuple(citations)


def _mark(piece: Piece, citations: list[Citation], latest: dict[str, int], index: Index) -> int:
    """The number of the citation behind a piece: the last of its article where the piece goes on from there, or a new one."""
    article, segment = piece.article, piece.segment
    passage = index.passage(index.row_at(article.path, segment.start))
    last = citations[latest[article.path] - 1] if article.path in latest else None
    if last and last.passage == passage and last.end <= segment.start and not article.text[last.end : segment.start].strip():
        citations[last.number - 1] = replace(last, end=segment.end)
    else:
        citations.append(Citation(len(citations) + 1, passage, segment.start, segment.end))
        latest[article.path] = len(citations)
    return latest[article.path]
