"""One file read: its bytes, its format, its cleaned text, its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import Unreadable
from ..settings import Settings
from ..types import Article, Heading, PageMark
from . import cleaning, folder, furniture, markdown, metadata, plain

READER = 8  # raised when the same file would be read differently

MARKDOWN_LINE = re.compile(r"^#{1,6} +\S", re.M)


def read(corpus: Path, path: str, limits: Settings) -> Article:
    """The article in this file of the corpus. Raises Unreadable with the reason, and nothing else."""
    form = folder.kind(path)
    if form is None:
        raise Unreadable("not a kind of file Counsel reads")
    data = folder.contents(corpus, path, limits.max_file_mb)
    if not data:
        raise Unreadable("empty")
    if form == "html":
        return _html(path, data)
    if form == "pdf":
        return _pdf(path, data, limits)
    if form == "word":
        return _word(path, data)
    return _text(path, data)


def _text(path: str, data: bytes) -> Article:
    decoded, notes = cleaning.decode(data)
    front = markdown.front_matter(cleaning.normalise(decoded))
    marked = folder.kind(path) == "markdown" or front.found or len(MARKDOWN_LINE.findall(front.body)) >= 2
    body = markdown.prose(front.body) if marked else front.body
    cleaned = furniture.without_furniture(body, authored=marked)
    found = markdown.headings(cleaned.text) if marked else plain.headings(cleaned.text, cleaned.captions)
    title = front.title
    if not title and marked and not found:  # a page's text saved as Markdown may begin with its title
        first = plain.headings(cleaned.text[:1000], cleaned.captions)[:1]
        title = first[0].title if first and first[0].level == 1 else None
    about = About(title, front.author, front.url, front.published, front.tags, (*notes, *front.notes))
    return _article(path, cleaned.text, found, about)


def _html(path: str, data: bytes) -> Article:
    from . import html

    page = html.page(data)
    cleaned = furniture.without_furniture(cleaning.normalise(page.markdown), authored=False)
    about = About(page.title, page.author, page.url, page.published, page.tags, page.notes)
    return _article(path, cleaned.text, markdown.headings(cleaned.text), about)


def _pdf(path: str, data: bytes, limits: Settings) -> Article:
    from . import pdf

    document = pdf.document(data, limits.max_pages)
    text = document.composed.text
    found = list(document.composed.headings)
    about = About(document.title or document.composed.title, document.author, None, document.published, (), document.notes)
    marks = tuple(
        PageMark(start, number, label)
        for number, (start, label) in enumerate(zip(document.composed.starts, document.labels, strict=True), start=1)
    )
    return _article(path, text, found, about, marks, own_words_first=True)


def _word(path: str, data: bytes) -> Article:
    from . import word

    document = word.document(data)
    cleaned = furniture.without_furniture(cleaning.normalise(document.markdown), authored=True)
    found = markdown.headings(cleaned.text)
    several = sum(heading.level == 1 for heading in found) > 1  # then none of them is the title
    title = document.title or (metadata.readable_name(path) if several else None)
    return _article(path, cleaned.text, found, About(title, document.author, None, document.published, document.tags), own_words_first=True)


@dataclass(frozen=True, slots=True)
class About:
    """What a file's own metadata says of its article."""

    title: str | None = None
    author: str | None = None
    url: str | None = None
    published: str | None = None
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _article(
    path: str, text: str, found: list[Heading], about: About, pages: tuple[PageMark, ...] = (), *, own_words_first: bool = False
) -> Article:
    """The article, named by its metadata, else by its first heading of level 1, its file name or its first words.

    Author and date come from the metadata, unless a program wrote those and the text has a word of its own on it.
    """
    if not text.strip():
        raise Unreadable("empty")
    heading = next((heading.title for heading in found if heading.level == 1), None)
    title = about.title or heading or metadata.readable_name(path) or (found[0].title if found else metadata.first_words(text))
    said = metadata.lines_at_top(text)
    author, published = (about.author, metadata.iso_date(about.published))
    if own_words_first:
        author, published = said.get("author") or author, said.get("published") or published
    return Article(
        path=path,
        title=" ".join(cleaning.normalise(title).split())[:300],
        author=author or said.get("author"),
        url=about.url or said.get("url"),
        published=published or said.get("published"),
        text=text,
        pages=pages,
        headings=tuple(found),
        tags=about.tags,
        notes=(*about.notes, *cleaning.broken_note(text)),
    )
