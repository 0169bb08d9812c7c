"""Word documents by python-docx: the body in its order as Markdown, with what the file says of itself.

Headings come from paragraph styles, lists from numbering, tables become pipe tables. Inserted text counts, deleted and
hidden text does not; headers, footers and tables of contents are left out.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from ..errors import Unreadable
from . import cleaning, markup, metadata, plain
from .word_styles import Style, Styles, W, numbering_of, value

MOST_BYTES = 200 << 20  # unpacked; a document of 1,000 pages has some 10 MiB of XML
MOST_ENTRIES = 10_000
LARGEST_XML = 64 << 20  # of the body; as a tree it takes about ten times that
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEMPLATE_DATE = "2013-12-23"  # the creation date in python-docx's own template: of no document
DEEPEST = 50  # tables and frames within each other
AROUND = {
    f"{W}{name}" for name in ("ins", "moveTo", "hyperlink", "smartTag", "fldSimple", "sdt", "sdtContent", "customXml", "r", "dir", "bdo")
}


@dataclass(frozen=True, slots=True)
class Document:
    markdown: str
    title: str | None
    author: str | None
    published: str | None
    tags: tuple[str, ...]


def document(data: bytes) -> Document:
    """The body of a Word document as Markdown. Raises Unreadable."""
    if data.startswith(OLD_WORD):
        raise Unreadable(
            "locked with a password" if "EncryptedPackage".encode("utf-16-le") in data else "an old Word file: save it as .docx"
        )
    _check_size(data)
    import docx

    try:
        opened = docx.Document(BytesIO(data))
    except MemoryError:
        raise
    except Exception as error:  # python-docx raises whatever its parts raise on a damaged file
        raise Unreadable("damaged Word file") from error
    styles = Styles(opened)
    blocks = list(_Body(styles).blocks(opened.element.body, 0))
    if not any(block.heading for block in blocks):
        for block in blocks:
            block.heading = 2 if block.bold and not block.item and plain.could_name(block.text) else 0
    title = next((" ".join(block.text.split()) for block in blocks if block.title), None)
    ones = [block for block in blocks if block.heading == 1]
    if title is None and len(ones) == 1:
        title = " ".join(ones[0].text.split())
    said = _about(opened)
    return Document(_written(blocks), said.get("title") or title, said.get("author"), said.get("date"), _tags(said))


def _check_size(data: bytes) -> None:
    """Refuse an archive that unpacks to more than any document holds."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except Exception as error:  # zipfile raises more than BadZipFile on a damaged archive
        raise Unreadable("damaged Word file") from error
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Unreadable("unpacks to more than any document holds")
    if any(entry.file_size > LARGEST_XML for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))):
        raise Unreadable("unpacks to more than any document holds")
    if not any(entry.filename.lower() == "[content_types].xml" for entry in entries):
        raise Unreadable("not a Word file, whatever its name says")


@dataclass(slots=True)
class _Block:
    text: str
    heading: int = 0
    title: bool = False
    item: str = ""  # the marker of a list item, indented
    table: bool = False
    bold: bool = False


@dataclass(slots=True)
class _Body:
    styles: Styles
    counts: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 9))

    def blocks(self, holder: Any, depth: int) -> Iterator[_Block]:
        """Paragraphs and tables in the order they stand in."""
        if depth > DEEPEST:
            return
        for element in holder:
            if element.tag == f"{W}p":
                yield from self.paragraph(element, depth)
            elif element.tag == f"{W}tbl":
                yield from self.table(element, depth)
            elif element.tag == f"{W}sdt":
                gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
                content = element.find(f"{W}sdtContent")
                if content is not None and value(gallery) != "Table of Contents":
                    yield from self.blocks(content, depth + 1)
            elif element.tag in AROUND:
                yield from self.blocks(element, depth + 1)

    def paragraph(self, element: Any, depth: int) -> Iterator[_Block]:
        style = self.styles.by_id.get(value(element.find(f"{W}pPr/{W}pStyle")), Style())
        text = _words(element).strip()
        if text and not re.fullmatch(r"toc \d|toc heading", style.name):
            outline = value(element.find(f"{W}pPr/{W}outlineLvl"))
            level = int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else style.level
            item = "" if level else self.marker(style, numbering_of(element))
            yield _Block(text, level, style.name == "title", item, bold=_is_bold(element))
        for frame in element.iter(f"{W}txbxContent"):
            if next(frame.iterancestors(f"{W}p"), None) is element and not any(
                "Fallback" in str(above.tag) for above in frame.iterancestors()
            ):
                yield from self.blocks(frame, depth + 1)

    def marker(self, style: Style, numbering: tuple[str, int] | None) -> str:
        """A dash or a number with its indent, for a paragraph that is a list item; else empty."""
        named = re.match(r"list (bullet|number)(?: (\d))?", style.name)
        numbering = numbering or style.numbering
        if numbering is None or numbering[0] in ("", "0"):
            if not named or numbering is not None:
                return ""
            numbering = (named[0], int(named[2] or 1) - 1)
        identity, depth = numbering
        depth = max(depth, min(int(named[2] or 1) - 1, 8)) if named else depth
        if self.styles.bullets.get(numbering, named is None or named[1] == "bullet"):
            return "   " * depth + "-"
        counts = self.counts[identity]
        counts[depth] += 1
        counts[depth + 1 :] = [0] * (8 - depth)
        return "   " * depth + f"{counts[depth]}."

    def table(self, element: Any, depth: int) -> Iterator[_Block]:
        rows: list[list[str]] = []
        for row in element.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl"), None) is not element:
                continue
            cells: list[str] = []
            for cell in row.iter(f"{W}tc"):
                if next(cell.iterancestors(f"{W}tbl"), None) is not element:
                    continue
                merged = cell.find(f"{W}tcPr/{W}vMerge")
                if merged is not None and value(merged) != "restart" and rows and len(rows[-1]) > len(cells):
                    words = rows[-1][len(cells)]
                else:
                    words = " ".join(markup.escape(block.text) for block in self.blocks(cell, depth + 1))
                span = value(cell.find(f"{W}tcPr/{W}gridSpan"))
                cells += [words] + [""] * (min(int(span), markup.WIDEST) - 1 if span.isdecimal() and len(span) < 5 else 0)
            rows.append(cells)
        if max(map(len, rows), default=0) <= 1:
            for words in (cell for row in rows for cell in row if cell):
                yield _Block(words)
        elif written := markup.table(rows):
            yield _Block(written, table=True)


def _words(element: Any) -> str:
    """The words of a paragraph as it now reads: insertions in, deletions and hidden text out."""
    parts: list[str] = []
    for child in element:
        tag = str(child.tag)
        if tag == f"{W}t":
            parts.append(child.text or "")
        elif tag in (f"{W}tab", f"{W}ptab"):
            parts.append(" ")
        elif tag in (f"{W}br", f"{W}cr"):
            parts.append("\n")
        elif tag == f"{W}noBreakHyphen":
            parts.append("-")
        elif (
            tag == f"{W}r" and child.find(f"{W}rPr/{W}vanish") is not None and value(child.find(f"{W}rPr/{W}vanish")) not in ("0", "false")
        ):
            continue
        elif tag in AROUND:
            parts.append(_words(child))
    return "".join(parts)


def _is_bold(element: Any) -> bool:
    runs = [run for run in element.iter(f"{W}r") if _words(run).strip()]
    return bool(runs) and all(
        run.find(f"{W}rPr/{W}b") is not None and value(run.find(f"{W}rPr/{W}b")) not in ("0", "false") for run in runs
    )


def _written(blocks: list[_Block]) -> str:
    """The blocks as Markdown; under a paragraph styled as the title, headings go one level down."""
    text = ""
    before: _Block | None = None
    titled = any(block.title for block in blocks)
    for block in blocks:
        if block.table:
            words = block.text
        elif block.title:
            words = markup.heading(1, markup.escape(block.text))
        elif block.heading:
            words = markup.heading(block.heading + titled, markup.escape(" ".join(block.text.split())))
        elif block.item:
            words = markup.item(block.item, markup.escape(block.text))
        else:
            words = markup.escape(block.text)
        text += ("" if before is None else "\n" if before.item and block.item else "\n\n") + words
        before = block
    return text


def _about(opened: Any) -> dict[str, str]:
    said: dict[str, str] = {}
    try:
        properties = opened.core_properties
        title, author = (" ".join(cleaning.normalise(str(value or "")).split())[:300] for value in (properties.title, properties.author))
        if not metadata.NO_TITLE.fullmatch(title):
            said["title"] = title
        if not metadata.NO_AUTHOR.fullmatch(author):
            said["author"] = author
        date = metadata.iso_date(properties.created)
        if date and date != TEMPLATE_DATE:
            said["date"] = date
        said["keywords"] = str(properties.keywords or "")
    except Exception:  # a damaged properties part costs the properties, not the article
        return said
    return said


def _tags(said: dict[str, str]) -> tuple[str, ...]:
    words = (" ".join(part.split()) for part in re.split("[,;]", said.get("keywords", "")[:2000]))
    return tuple(dict.fromkeys(word for word in words if word))[:50]
