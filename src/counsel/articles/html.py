"""A saved web page: the article on it and only the article, as Markdown, with what the page says of itself.

Nothing is fetched; nothing of the page's HTML is passed through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import Unreadable
from . import cleaning, markup
from .html_article import article

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True)
class Page:
    markdown: str
    title: str | None
    author: str | None
    url: str | None
    published: str | None
    tags: tuple[str, ...]
    notes: tuple[str, ...]


def page(data: bytes) -> Page:
    """The article of this page. Raises Unreadable when there is none."""
    from lxml import etree, html

    source, notes = _decoded(data)
    try:
        root = html.document_fromstring(source, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("no text in it") from error
    about = _about(source)
    body = root.find("body") if root.find("body") is not None else root
    title = _title(root, about.get("title"))
    text = article(body, _second_opinion(source))
    if title and not re.search(r"^# ", text, re.M):
        text = markup.heading(1, markup.escape(title)) + "\n\n" + text
    if not re.search(r"\w", text):
        raise Unreadable("no text in it")
    return Page(text, title, about.get("author"), about.get("url"), about.get("date"), _keywords(root), notes)


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    declared = re.search(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,40})", data[:4096], re.I)
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = declared[1].decode("ascii").lower()
        try:
            if "utf" not in name:
                return data.decode({"iso-8859-1": "cp1252", "latin1": "cp1252", "gb2312": "gb18030"}.get(name, name), "replace"), ()
        except LookupError:
            pass
    text, notes = cleaning.decode(data)
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text), notes


def _about(source: str) -> dict[str, str]:
    """Title, author, date and address from the page's metadata."""
    import logging

    from trafilatura.metadata import extract_metadata

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = extract_metadata(source, extensive=False)
    except Exception:  # a library on any input: without metadata the article can still be read
        return {}
    values = {name: getattr(found, name, None) for name in ("title", "author", "url", "date")} if found else {}
    return {name: " ".join(value.split())[:300] for name, value in values.items() if isinstance(value, str) and value.strip()}


def _title(root: HtmlElement, suggested: str | None) -> str | None:
    headings = [" ".join(found.text_content().split()) for found in root.iter("h1")]
    headings = [words for words in headings if words and len(words) <= 300]
    named = " ".join(str(root.xpath("string(//head/title)")).split())
    for words in headings:
        if len(headings) == 1 or words.lower() in named.lower() or words == suggested:
            return words
    return suggested or (headings[0] if headings else None) or named or None


def _keywords(root: HtmlElement) -> tuple[str, ...]:
    said = ",".join(str(value) for value in root.xpath("//meta[@name='keywords']/@content | //meta[@property='article:tag']/@content"))
    return tuple(dict.fromkeys(tag for tag in (" ".join(part.split()) for part in said[:2000].split(",")) if tag))[:50]


def _second_opinion(source: str) -> str:
    """What a well-kept extractor takes for the article's text; empty when it finds none."""
    from trafilatura import extract

    try:
        return extract(source, output_format="markdown", include_tables=True, include_formatting=True, include_comments=False) or ""
    except Exception:  # a library on any input: our own reading stands alone then
        return ""
