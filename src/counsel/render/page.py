"""What the page shows, as Markdown made of our own HTML with every word of an article or a visitor escaped in it.

Marks are links to `#cite-<turn>-<mark>`, the id of the marked words on a source card, so that they work without a script
when the card is on the page. Class names are styled in web/page.css.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Protocol
from urllib.parse import quote

from ..dates import OLD_AFTER, age, long_date, month_date, months_old
from ..types import Article, Line, Passage, Skipped
from .data import is_numbered
from .escape import escape, without_marks
from .shown import Evidence, Piece, Shown, around, pieces, without_headings

_REACH = 280  # characters of a passage open on either side of its cited words, about four lines of a card; the rest is folded


NO_CARDS = '<p class="empty">The passages behind an answer appear here, with the cited words marked.</p>'


class Listed(Protocol):
    """What the list of articles needs of one."""

    @property
    def path(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def author(self) -> str | None: ...
    @property
    def published(self) -> str | None: ...
    @property
    def characters(self) -> int: ...
    @property
    def pages(self) -> int: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


def shelf_line(published: Iterable[str | None]) -> str:
    """ "12 articles, newest March 2026": what there is to ask, in one line, from the dates of all articles."""
    dates = list(published)
    newest = max((day for day in dates if day and month_date(day)), default=None)
    count = f"{len(dates):,} article{'' if len(dates) == 1 else 's'}"
    return f"{count}, newest {month_date(newest)}" if newest else count


def to_markdown(shown: Shown, turn: int, lines: int | None = None) -> str:
    """An answer for the chat, its first `lines` lines when it is still arriving; or a refusal that helps."""
    parts = []
    if shown.standalone:
        parts.append(
            f'<p class="understood">Understood as <em>{escape(shown.standalone)}</em> '
            f'<button class="wish" value="bare {turn}" title="Answer the question as it stands, without the conversation before it">'
            "Ask it as typed</button></p>"
        )
    if shown.status == "refused":
        parts += _refusal(shown)
    else:
        titles = {mark: _place(evidence) for evidence in shown.evidence for mark in evidence.marks}
        said = shown.lines if lines is None else shown.lines[:lines]
        for is_list, group in groupby(said, lambda line: line.kind == "item"):
            if is_list:
                items = "".join(f"<li{' class=step' if is_numbered(line.text) else ''}>{_line(line, turn, titles)}</li>" for line in group)
                parts.append(f"<ul>{items}</ul>")
            else:
                parts += (f"<p{' class=note' if line.kind == 'note' else ''}>{_line(line, turn, titles)}</p>" for line in group)
    return f'<div class="answer">{"".join(parts)}</div>'


def _line(line: Line, turn: int, titles: dict[int, str]) -> str:
    marks = "".join(
        f'<a class="mark" href="#cite-{turn}-{mark}" title="{escape(titles[mark])}">[{mark}]</a>' for mark in line.marks if mark in titles
    )
    return escape(without_marks(line.text)) + (f'<span class="marks">&#160;{marks}</span>' if marks else "")


def _refusal(shown: Shown) -> Iterator[str]:
    yield f'<p class="refusal">{escape(shown.reason or "The articles do not answer this.")}</p>'
    nearest = {near.path: near.title for near in shown.nearest if near.path}
    if nearest:
        links = "".join(f'<li><a href="{article_link(path)}">{escape(title)}</a></li>' for path, title in nearest.items())
        yield f'<p class="lead">The nearest articles</p><ul>{links}</ul>'


def _place(evidence: Evidence) -> str:
    """Title — heading › path (date), page: the place of a source in one line."""
    heading, day = " › ".join(evidence.heading), long_date(evidence.published)
    page = f", page {evidence.page}" if evidence.page is not None else ""
    return evidence.title + (f" — {heading}" if heading else "") + (f" ({day})" if day else "") + page


@dataclass(frozen=True, slots=True)
class Beside:
    """A passage near a cited one, to be shown on its card."""

    mark: int  # the first of the card
    passage: Passage
    first: bool  # of its article
    last: bool


def cards_markup(shown: Shown, turn: int, today: date, beside: Beside | None = None) -> str:
    """The source cards of an answer, in the order of its marks; a line that says so when there are none."""
    if not shown.evidence:
        return NO_CARDS
    return "".join(
        _card(evidence, turn, today, beside if beside and beside.mark == evidence.marks[0] else None) for evidence in shown.evidence
    )


def _card(evidence: Evidence, turn: int, today: date, beside: Beside | None) -> str:
    at, first, last = evidence.start, False, False
    if beside is not None:
        passage, first, last = beside.passage, beside.first, beside.last
        words = without_headings(pieces(passage.article, passage.start, passage.end))
        at, end = passage.start, passage.end
        evidence = replace(evidence, start=at, end=end, heading=passage.heading, page=passage.page, pieces=words)
    marks = "".join(f'<span class="number">{mark}</span>' for mark in evidence.marks)
    link = article_link(evidence.path, evidence.start, evidence.end)
    actions = [f'<a href="{link}">Open the article here</a>']
    if evidence.page is not None:
        actions.append(f'<a href="{original_link(evidence.path, evidence.page)}">Open page {evidence.page} of the file</a>')
    steps = [("before", "Previous passage", not first), ("after", "Next passage", not last), ("sources", "Cited passage", bool(beside))]
    for verb, name, offered in steps:
        value = f"{verb} {turn}" if verb == "sources" else f"{verb} {turn} {evidence.marks[0]} {at}"
        actions += [f'<button class="wish step" value="{value}">{name}</button>'] if offered else []
    before, near, after = around(evidence.pieces, _REACH)
    return (
        f'<section class="source" id="source-{turn}-{evidence.marks[0]}" tabindex="-1">'
        f'<h3>{marks}<span class="title">{escape(evidence.title)}</span></h3>'
        f'<p class="meta">{_meta(evidence.author, evidence.published, evidence.page, today)}</p>'
        + (f'<p class="path">{escape(" › ".join(evidence.heading))}</p>' if evidence.heading else "")
        + '<div class="passage">'
        + (f"<details><summary>Before this</summary>{_laid_out(before, turn)}</details>" if before else "")
        + _laid_out(near, turn)
        + (f"<details><summary>After this</summary>{_laid_out(after, turn)}</details>" if after else "")
        + f'</div><p class="actions">{"".join(actions)}<button class="back">Back to the answer</button></p></section>'
    )


def _meta(author: str | None, published: str | None, page: int | None, today: date) -> str:
    old = (months_old(published, today) or 0) >= OLD_AFTER
    years = age(published, today)
    facts = [
        escape(author) if author else "",
        escape(long_date(published)) if long_date(published) else "No date",
        (f'<span class="old" title="Figures and tools may have changed since">{years}</span>' if old else years),
        f"Page {page}" if page is not None else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def article_link(path: str, start: int | None = None, end: int | None = None) -> str:
    """Where our page shows an article, with a slice of it marked; safe inside a double-quoted attribute."""
    place = "" if start is None else f"&amp;start={start}&amp;end={end}#cited"
    return f"article?path={quote(path, safe='/', errors='replace')}{place}"


def original_link(path: str, page: int) -> str:
    """Where the file of a paged article opens at a page; safe inside a double-quoted attribute."""
    return f"original?path={quote(path, safe='/', errors='replace')}#page={page}"


def _laid_out(pieces: Iterable[Piece], turn: int | None, headings_from: int | None = None) -> str:
    """Pieces as paragraphs, lists and tables. Headings of level 1 become h<headings_from>, or bold lines without it."""
    seen: set[int] = set()
    out = []
    for (_, shape), group in groupby(pieces, lambda piece: (piece.block, _shape(piece))):
        out.append(_block(shape, list(group), turn, headings_from, seen))
    return "".join(out)


def _shape(piece: Piece) -> str:
    if piece.kind in ("header", "row"):
        return "table"
    if piece.kind in ("code", "heading"):
        return piece.kind
    return "text"


def _block(shape: str, group: Sequence[Piece], turn: int | None, headings_from: int | None, seen: set[int]) -> str:
    if shape == "heading":
        tag = "p" if headings_from is None else f"h{min(headings_from + group[0].level - 1, 6)}"
        return "".join(f'<{tag} class="heading">{_words(piece, turn, seen)}</{tag}>' for piece in group)
    if shape == "code":
        return "<pre>" + "<br>".join(_words(piece, turn, seen) for piece in group) + "</pre>"
    if shape == "table":
        return '<div class="table"><table>' + "".join(_row(piece, turn, seen) for piece in group) + "</table></div>"
    paragraphs: list[list[Piece]] = []
    for piece in group:
        if piece.kind == "item" or not paragraphs:
            paragraphs.append([])
        paragraphs[-1].append(piece)
    out = []
    for is_list, some in groupby(paragraphs, lambda paragraph: paragraph[0].kind == "item"):
        texts = [(paragraph[0], _joined(paragraph, turn, seen)) for paragraph in some]
        if is_list:
            out.append("<ul>" + "".join(f"<li{_item_class(first)}>{text}</li>" for first, text in texts) + "</ul>")
        else:
            out += (f"<p>{text}</p>" for _, text in texts)
    return "".join(out)


def _joined(paragraph: Sequence[Piece], turn: int | None, seen: set[int]) -> str:
    return "".join(("" if piece.joined else " ") + _words(piece, turn, seen) for piece in paragraph).strip()


def _item_class(piece: Piece) -> str:
    names = (["step"] if is_numbered(piece.cells[0]) else []) + (["deep"] if piece.level > 1 else [])
    return f' class="{" ".join(names)}"' if names else ""


def _row(piece: Piece, turn: int | None, seen: set[int]) -> str:
    tag = "th" if piece.kind == "header" else "td"
    return "<tr>" + "".join(f"<{tag}>{_marked(cell, piece.marks, turn, seen)}</{tag}>" for cell in piece.cells) + "</tr>"


def _words(piece: Piece, turn: int | None, seen: set[int]) -> str:
    return _marked(piece.cells[0], piece.marks, turn, seen)


def _marked(text: str, marks: Sequence[int], turn: int | None, seen: set[int]) -> str:
    """Words, in <mark> when cited, with a class for each citation; the first words of a citation carry its id and its number."""
    if not marks:
        return escape(text)
    new = [mark for mark in marks if mark not in seen]
    seen.update(new)
    if turn is None:
        return f"<mark{' id=cited' if new and len(seen) == len(new) else ''}>{escape(text)}</mark>"
    labels = "".join(f'<span class="label" id="cite-{turn}-{mark}">{mark}</span>' for mark in new)
    of = " ".join(f"of-{mark}" for mark in marks)
    return f'<mark class="{of}">{labels}{escape(text)}</mark>'


def article_markup(article: Article, today: date, start: int | None = None, end: int | None = None) -> str:
    """The body of a whole article as HTML, text only, the slice [start:end] marked and carrying the id "cited"."""
    cited = [(1, start, end)] if start is not None and end is not None else []
    shown = pieces(article, 0, len(article.text), cited)
    if shown and shown[0].kind == "heading" and shown[0].cells[0] == article.title:
        shown = shown[1:]
    outermost = min((piece.level for piece in shown if piece.kind == "heading"), default=2)
    body = _laid_out(shown, None, headings_from=3 - outermost)
    return f'<h1>{escape(article.title)}</h1><p class="meta">{_meta(article.author, article.published, None, today)}</p>{body}'


def articles_markup(articles: Sequence[Listed], today: date, total: int, left_out: Sequence[Skipped] = (), removable: bool = False) -> str:
    """A table of articles, each a link to its page, with what its owner should know of it; then the files that could not be read.

    A column that none of these articles has anything for is left out.
    """
    authors, dates = any(card.author for card in articles), any(card.published for card in articles)
    rows = "".join(
        f'<tr><td><a href="{article_link(card.path)}">{escape(card.title)}</a>'
        f'<span class="file">{escape(card.path)}</span>{"".join(f"<span class=warning>{escape(note)}</span>" for note in card.notes)}</td>'
        + (f'<td class="author">{escape(card.author or "")}</td>' if authors else "")
        + (f"<td>{escape(long_date(card.published))}<span class=file>{age(card.published, today)}</span></td>" if dates else "")
        + f'<td class="amount">{card.characters // 6:,}{_remove(card.path) if removable else ""}</td></tr>'
        for card in articles
    )
    shown = f'<p class="meta">Showing {len(articles):,} of {total:,}.</p>' if len(articles) < total else ""
    names = ("<th class=author>Author</th>" if authors else "") + ("<th>Date</th>" if dates else "")
    head = f"<tr><th>Article</th>{names}<th class=amount>Words, about</th></tr>"
    table = f'<div class="table"><table class="articles">{head}{rows}</table></div>{shown}'
    items = "".join(
        f'<li><span class="file">{escape(file.path)}</span>{escape(file.reason)}{_remove(file.path) if removable else ""}</li>'
        for file in left_out
    )
    return table + (f'<h2 class="left-out">Left out</h2><ul class="left-out">{items}</ul>' if items else "")


def _remove(path: str) -> str:
    return (
        f'<button class="remove" value="{quote(path, safe="", errors="replace")}">Remove<span class="heard"> {escape(path)}</span></button>'
    )
