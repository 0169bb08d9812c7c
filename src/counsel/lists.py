"""Lists that may answer a question: an article's own, its tables that a line introduces, labelled paragraphs, a section's sub-headings.

A "which" or "how do I" question is best answered by the list its author wrote, with the line that introduces it, in its
order. Knows nothing of how an answer is put together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from .evidence import ASIDE
from .marks import readable
from .passages import introduces
from .segments import Segment, segments
from .terms import terms
from .types import Article, Heading

# Headings that name a part every article has rather than what this one says.
DULL = re.compile(
    r"(?:introduction|conclusions?|summary|overview|faqs?|frequently asked questions|sources?|references"
    r"|resources|further reading|additional resources|"
    r".*questions (?:people|we) .*|(?:common |some )?questions(?: about .*)?|notes?|background|abstract"
    r"|contents|table of contents|more information.*|about .*|key takeaways|what next|next steps|final thoughts"
    r"|similar .*|contacts?.*|in short|in brief)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:step |stage |phase )?\(?\d+", re.IGNORECASE)
_LABEL = re.compile(r"(\*{2,3}|__)[^*_\n]{2,60}?(?:[.:!?]\1|\1[.:])(?=[ \t]+\S)")  # "**Patience.** Bakers …"
LABELLED = 3  # paragraphs after each other that begin with a label are a list
REACH = 6000  # characters around a place in which its list is read


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of an article: what introduces it (a sentence or a heading) and its items, outermost level only."""

    article: Article
    intro: Segment | None
    items: tuple[Segment, ...]
    headings: tuple[str, ...]  # titles it stands under, outermost first
    labelled: bool = False  # whether its items are paragraphs that begin with a label

    @property
    def numbered(self) -> bool:
        """Whether its items are steps or ranks, by their numbers."""
        return all(_NUMBERED.match(self.article.text[item.start : item.end].lstrip("#* ")) for item in self.items)

    @property
    def labels(self) -> frozenset[str]:
        """The terms of its items."""
        return frozenset(term for item in self.items for term in terms(self.article.text[item.start : item.end]))

    @property
    def lead(self) -> tuple[str, ...]:
        """The last of its headings and the line that introduces it."""
        if self.intro is None or self.intro.kind == "heading":
            return self.headings[-2:]
        return (*self.headings[-2:], readable(self.article.text[self.intro.start : self.intro.end]))

    @property
    def about(self) -> str:
        """What the list is of: its article and its lead."""
        return ": ".join((self.article.title, *self.lead))

    @property
    def text(self) -> str:
        """What a reader sees of it, from the title of its article on."""
        return " ".join([self.about, *(readable(self.article.text[item.start : item.end]) for item in self.items)])


def listings(article: Article, offset: int) -> Iterator[Listing]:
    """The lists of the section that holds this place, then the outlines of the sections it stands in, innermost first."""
    headings = article.headings
    at = bisect_right(headings, offset, key=lambda heading: heading.start) - 1
    path = _path(headings, at)
    if any(ASIDE.fullmatch(heading.title) for heading in path):
        return
    begin = headings[at].start if at >= 0 else 0
    end = headings[at + 1].start if at + 1 < len(headings) else len(article.text)
    begin = max(begin, article.text.rfind("\n", 0, max(0, offset - REACH)) + 1)
    end = min(end, offset + REACH)
    titles = tuple(heading.title for heading in path if heading.title != article.title)
    yield from _lists(article, segments(article, begin, end), titles, headings[at] if at >= 0 else None)
    for depth in range(len(path) - 1, -1, -1):
        children = _children(headings, path[depth])
        if len(children) >= 3 and path[depth].title != article.title:  # an outline of the whole article answers nothing
            items = tuple(_line(article, child) for child in children)
            yield Listing(
                article,
                _line(article, path[depth]),
                items,
                tuple(heading.title for heading in path[: depth + 1] if heading.title != article.title),
            )


def _lists(article: Article, found: tuple[Segment, ...], titles: tuple[str, ...], heading: Heading | None) -> Iterator[Listing]:
    above = _line(article, heading) if heading else None
    at = 0
    while at < len(found):
        if found[at].kind not in ("item", "header", "row"):
            labelled = _labelled(article, found[at:])
            if len(labelled) >= LABELLED:
                yield Listing(article, above, labelled, titles, labelled=True)
                at = bisect_left(found, labelled[-1].end, key=lambda segment: segment.start)
            else:
                at += 1
            continue
        block = [segment for segment in found[at:] if segment.block == found[at].block]
        before = found[at - 1] if at and found[at - 1].kind == "sentence" else None
        announced = before if before and introduces(article.text[before.start : before.end]) else None
        if found[at].kind != "item":
            rows = tuple(segment for segment in block if segment.kind == "row")
            opens = above if at and found[at - 1].kind == "heading" else None
            if (announced or opens) and len(rows) >= 2:
                yield Listing(article, announced or opens, rows, titles)
            at += len(block)
            continue
        items = [segment for segment in block if segment.kind == "item"]
        level = min(item.level for item in items)
        top = tuple(item for item in items if item.level == level)
        intro = announced or above
        if len(top) >= 2:
            yield Listing(article, intro, top, titles)
        for number, parent in enumerate(items):
            below = list(takewhile(lambda item, parent=parent: item.level > parent.level, items[number + 1 :]))  # type: ignore[misc]
            children = tuple(item for item in below if item.level == min(other.level for other in below))
            if len(children) >= 2:
                yield Listing(article, parent, children, titles)
        at += max(1, len([segment for segment in found[at:] if segment.block == found[at].block]))


def _labelled(article: Article, found: Sequence[Segment]) -> tuple[Segment, ...]:
    """The first of these paragraphs as items, as long as each begins with a label in bold: the label and the sentence after it."""
    items: list[Segment] = []
    for block, group in groupby(found, key=lambda segment: segment.block):
        lines = list(group)
        label = _LABEL.match(article.text, lines[0].start)
        if not label or lines[0].kind != "sentence":
            break
        said = next((line for line in lines if line.end > label.end()), lines[0])
        items.append(Segment(lines[0].start, said.end, "item", 0, block))
    return tuple(items)


def _line(article: Article, heading: Heading) -> Segment:
    """The line of a heading, without what underlines it."""
    end = article.text.find("\n", heading.start, heading.end)
    return Segment(heading.start, heading.end if end < 0 else end, "heading", heading.level, heading.start)


def _path(headings: tuple[Heading, ...], at: int) -> list[Heading]:
    """The headings in force at a heading, outermost first, itself last."""
    stack: list[Heading] = []
    for heading in headings[: at + 1]:
        stack = [outer for outer in stack if outer.level < heading.level] + [heading]
    return stack


def _children(headings: tuple[Heading, ...], parent: Heading) -> list[Heading]:
    """The headings directly under another."""
    at = bisect_left(headings, parent.start, key=lambda heading: heading.start) + 1
    below: list[Heading] = []
    for heading in headings[at:]:
        if heading.level <= parent.level:
            break
        below.append(heading)
    level = min((heading.level for heading in below), default=0)
    return [heading for heading in below if heading.level == level and not DULL.fullmatch(heading.title)]
