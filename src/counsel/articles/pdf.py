"""PDF by pypdf: the lines of each page with their letters' size and place, the page labels, what the file says of itself."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ..errors import Unreadable
from . import cleaning, metadata
from .layout import Composed, compose
from .lines import Line

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MOST_CHARACTERS = 5_000_000  # of text in one PDF; the longest page of prose has some 6,000


@dataclass(frozen=True, slots=True)
class Document:
    composed: Composed
    labels: tuple[str, ...]  # one for each page
    title: str | None
    author: str | None
    published: str | None
    notes: tuple[str, ...]


def document(data: bytes, most_pages: int) -> Document:
    """The text of a PDF, put together from its lines. Raises Unreadable."""
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    if b"%PDF-" not in data[:2048]:
        raise Unreadable("not a PDF, whatever its name says")
    with pypdf.apply_configuration(jbig2dec_binary=None):
        try:
            reader = pypdf.PdfReader(BytesIO(data))
            if reader.is_encrypted and not reader.decrypt(""):
                raise Unreadable("locked with a password")
            count = len(reader.pages)
        except (Unreadable, MemoryError):
            raise
        except pypdf.errors.FileNotDecryptedError as error:
            raise Unreadable("locked with a password") from error
        except Exception as error:  # pypdf raises far more than its own errors on a damaged file
            raise Unreadable("damaged PDF") from error
        if count > most_pages:
            raise Unreadable(f"more than {most_pages} pages")
        pages, broken = _pages(reader, count)
        return _document(reader, pages, broken)


def _document(reader: PdfReader, pages: list[list[Line]], broken: int) -> Document:
    count = len(pages)
    bare = sum(1 for page in pages if not page)
    if bare == count:
        if broken:
            raise Unreadable("damaged PDF")
        raise Unreadable(
            "no pages"
            if not count
            else f"no text on any of its {count} pages (a scan?)"
            if count > 1
            else "no text on its 1 page (a scan?)"
        )
    composed = compose(pages)
    if not composed.text.strip():
        raise Unreadable("empty")
    title, author, published = _about(reader)
    notes = [f"{broken} of {count} pages could not be read"] if broken else []
    if bare > broken:
        notes.append(f"no text on {bare - broken} of {count} pages")
    letters = sum(letter.isalnum() for letter in composed.text)
    if letters * 2 < len(re.sub(r"[\s.·…_-]", "", composed.text)):
        notes.append("its text layer is hardly readable")
    return Document(composed, _labels(reader, count), title, author, published, tuple(notes))


def _pages(reader: PdfReader, count: int) -> tuple[list[list[Line]], int]:
    pages: list[list[Line]] = []
    broken = characters = 0
    for number in range(count):
        lines: list[Line] = []
        try:
            lines = _lines(reader.pages[number])
        except MemoryError:
            raise
        except Exception:  # RecursionError, LimitReachedError, KeyError and others: the page is lost, the others are not
            broken += 1
        characters += sum(len(line.text) for line in lines)
        if characters > MOST_CHARACTERS:
            raise Unreadable(f"more than {MOST_CHARACTERS // 1_000_000} million characters of text")
        pages.append(lines)
    return pages, broken


def _lines(page: PageObject) -> list[Line]:
    pieces: list[tuple[str, float, bool, float, float]] = []

    def visit(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        if text:
            scale = math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3])
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            name = str((font or {}).get("/BaseFont", ""))
            pieces.append((text, size * scale, bool(re.search(r"bold|black|heavy|semibold|demi", name, re.I)), x, y))

    page.extract_text(visitor_text=visit)
    lines: list[Line] = []
    row: list[tuple[str, float, bool, float, float]] = []
    for text, size, bold, x, y in pieces:
        for i, part in enumerate(text.split("\n")):
            if i:
                _end(row, lines)
            if part:
                row.append((part, size, bold, x, y))
    _end(row, lines)
    return lines


def _end(row: list[tuple[str, float, bool, float, float]], lines: list[Line]) -> None:
    """Close a line: its words, and the size, weight and place that most of its letters have."""
    text = " ".join(cleaning.normalise("".join(piece[0] for piece in row)).split())
    solid = [piece for piece in row if piece[0].strip()]
    row.clear()
    if not text or not solid:
        return
    letters = sum(len(piece[0]) for piece in solid)
    bold = sum(len(piece[0]) for piece in solid if piece[2]) * 2 > letters
    main = max(solid, key=lambda piece: len(piece[0]))
    lines.append(Line(text, round(main[1], 1), bold, round(solid[0][3], 1), round(solid[0][4], 1)))


def _labels(reader: PdfReader, count: int) -> tuple[str, ...]:
    with suppress(Exception):  # labels are a nicety that damaged files do not have
        labels = tuple(" ".join(cleaning.normalise(str(label)).split())[:20] for label in reader.page_labels)
        if len(labels) == count and all(labels):
            return labels
    return tuple(str(number) for number in range(1, count + 1))


def _about(reader: PdfReader) -> tuple[str | None, str | None, str | None]:
    said: dict[str, str] = {}
    with suppress(Exception):  # as above: what a file says of itself may be damaged alone
        xmp = reader.xmp_metadata
        if xmp is not None:
            said["title"] = next(iter((xmp.dc_title or {}).values()), "")
            said["author"] = ", ".join(xmp.dc_creator or [])
            said["date"] = str(xmp.xmp_create_date or "")
    with suppress(Exception):
        info: dict[str, Any] = dict(reader.metadata or {})
        for name, key in (("title", "/Title"), ("author", "/Author"), ("date", "/CreationDate")):
            said[name] = str(info.get(key) or said.get(name) or "")
    title, author = (" ".join(cleaning.normalise(said.get(name, "")).split())[:300] for name in ("title", "author"))
    return (
        None if metadata.NO_TITLE.fullmatch(title) else title,
        None if metadata.NO_AUTHOR.fullmatch(author) else author,
        metadata.iso_date(said.get("date", "")),
    )
