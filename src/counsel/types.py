"""The nouns of Counsel: small frozen values that carry everything from a file to an answer.

    Article → Passage → Hit → Citation → Answer → Turn

A passage is a slice of its article and a citation is a slice of it too, so a quote is exact by
construction: `citation.quote == citation.passage.article.text[citation.start:citation.end]`.
Offsets are in characters. This module imports nothing of ours and nothing heavy.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the article that names what follows it: `article.text[start:end]` is the whole line."""

    start: int
    end: int
    level: int  # 1 is the outermost
    title: str  # readable: no Markdown marks


@dataclass(frozen=True, slots=True)
class PageMark:
    """Where a page of a paged article begins in its text."""

    start: int
    number: int  # counted from 1, as PDF viewers open them
    label: str  # as printed on the page ("iv"), or the number


@dataclass(frozen=True, slots=True)
class Article:
    """One file of the corpus, read and cleaned once, never again.

    `text` is the cleaned text every offset refers to; Markdown marks of Markdown, HTML and Word
    articles are kept in it (tables as pipe tables, headings as `#` lines), and taken out for readers
    by `marks.readable`. `path` is the article's identity: relative to the corpus, forward slashes.
    """

    path: str
    title: str
    author: str | None
    url: str | None
    published: str | None  # ISO 8601, as precise as known: 2025-03-04, 2025-03 or 2025
    text: str
    pages: tuple[PageMark, ...] = ()  # empty where the format has no pages
    headings: tuple[Heading, ...] = ()  # in order
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what its owner should know: "no text on 28 of 30 pages"

    def page_at(self, offset: int) -> int | None:
        """The number of the page that holds this character; None where there are no pages."""
        at = bisect_right(self.pages, offset, key=lambda mark: mark.start)
        return self.pages[max(at - 1, 0)].number if self.pages else None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not in the index, and the reason in a few words."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article, under the headings it stands under."""

    article: Article
    start: int
    end: int
    heading: tuple[str, ...] = ()  # titles, outermost first, the article's own title left out
    page: int | None = None  # where the slice begins

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def page_end(self) -> int | None:
        return self.article.page_at(max(self.end - 1, self.start))


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. A higher score is better, always; rank starts at 1."""

    passage: Passage
    score: float
    rank: int
    signals: Mapping[str, float] = field(default_factory=dict)  # what the score is made of


@dataclass(frozen=True, slots=True)
class Citation:
    """The span of an article that stands behind mark [number] of an answer."""

    number: int
    passage: Passage
    start: int
    end: int

    @property
    def quote(self) -> str:
        return self.passage.article.text[self.start : self.end]


LineKind = Literal["text", "item", "note"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer: words of the articles with their marks, or a note of ours without any."""

    text: str  # readable, plain text: no marks, no markup
    marks: tuple[int, ...] = ()  # numbers of the citations behind it
    kind: LineKind = "text"


@dataclass(frozen=True, slots=True)
class Nearest:
    """What a refusal points to: an article, and a question it does answer where one is known."""

    path: str
    title: str
    question: str | None = None


Status = Literal["answered", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question, or why they do not say it.

    Every mark in `lines` has its citation in `citations`; `reason` and `nearest` are for refusals.
    """

    question: str
    standalone: str | None  # how a follow-up was understood; None when it stands alone
    status: Status
    lines: tuple[Line, ...] = ()
    citations: tuple[Citation, ...] = ()
    reason: str | None = None
    nearest: tuple[Nearest, ...] = ()
    generation: int = 0
    signals: Mapping[str, float] = field(default_factory=dict)  # why it answered or refused


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a conversation. History is passed in, never kept by us."""

    question: str
    answer: Answer | None = None
