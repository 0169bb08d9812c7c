"""HTML elements as Markdown: headings, lists, tables, emphasis; links and pictures as their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import markup

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BLOCKS = {
    *("p", "div", "section", "article", "main", "header", "footer", "aside", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hgroup", "hr", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
    *("figure", "figcaption", "details", "summary", "address", "center", "form", "fieldset", "legend", "body", "html"),
}
STRONG, EMPHASIS = {"b", "strong"}, {"i", "em", "cite"}
_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*")
DEEPEST = 200  # elements within each other; libxml2 itself stops at 256


def blocks(element: HtmlElement, depth: int = 0) -> list[str]:
    """The Markdown blocks of an element's children."""
    if depth > DEEPEST:
        return [markup.escape(markup.squeeze(element.text_content()))]
    found: list[str] = []
    inline: list[str] = [markup.escape(markup.squeeze(element.text or ""))]

    def flush() -> None:
        for paragraph in re.split(r"\n(?:[ ]*\n)+", "".join(inline)):
            lines = [" ".join(line.split()) for line in paragraph.split("\n")]
            found.append("\n".join(line for line in lines if line))
        inline.clear()

    for child in element:
        if isinstance(child.tag, str):
            if child.tag in BLOCKS or _has_blocks(child):
                flush()
                found += _block(child, depth + 1)
            else:
                inline.append(_inline(child, depth + 1))
        inline.append(markup.escape(markup.squeeze(child.tail or "")))
    flush()
    return [block for block in found if block.strip()]


def _has_blocks(element: HtmlElement) -> bool:
    return len(element) > 0 and any(isinstance(inner.tag, str) and inner.tag in BLOCKS for inner in element.iterdescendants())


def _block(element: HtmlElement, depth: int) -> list[str]:
    tag = element.tag
    if re.fullmatch("h[1-6]", tag):
        return [markup.heading(int(tag[1]), _inline(element, depth, plain=True))]
    if tag in ("ul", "ol"):
        return ["\n".join(_items(element, depth))]
    if tag == "table":
        return _table(element, depth)
    if tag == "pre":
        fence = "```"
        return [f"{fence}\n{element.text_content().strip(chr(10)).replace(fence, '` ` `')}\n{fence}"]
    if tag == "blockquote":
        return ["\n".join(("> " + line).rstrip() for line in "\n\n".join(blocks(element, depth)).split("\n"))]
    if tag == "hr":
        return []
    if tag == "dl":
        return _definitions(element, depth)
    if tag in ("dt", "summary", "legend"):
        return [markup.emphasised(" ".join(_inline(element, depth, plain=True).split()), "**")]
    return blocks(element, depth)


def _items(element: HtmlElement, depth: int) -> list[str]:
    number = int(start) if (start := element.get("start") or "").isdecimal() and len(start) < 6 else 1
    lines = _loose(element.text)
    for child in element:
        if isinstance(child.tag, str) and child.tag in ("ul", "ol"):
            lines += ["  " + line for line in _items(child, depth + 1)]
        elif isinstance(child.tag, str) and (body := blocks(child, depth + 1)):
            listed = "\n".join(body) if all(len(block) < 400 for block in body) else "\n\n".join(body)
            lines += markup.item(f"{number}." if element.tag == "ol" else "-", listed).split("\n")
            number += 1
        lines += _loose(child.tail)
    return lines


def _loose(text: str | None) -> list[str]:
    """Words in a list that stand in none of its items."""
    words = " ".join((text or "").split())
    return [markup.item("-", markup.escape(words))] if words else []


def _definitions(element: HtmlElement, depth: int) -> list[str]:
    """Terms and what they mean: as list items where each is short, else as the blocks they are."""
    parts = [child for child in element.iter("dt", "dd") if next(child.iterancestors("dl"), None) is element]
    if not parts or any(len(part.text_content()) > 300 or _has_blocks(part) for part in parts):
        return blocks(element, depth)
    lines, terms = [], ""
    for part in parts:
        words = " ".join(_inline(part, depth, plain=True).split())
        if part.tag == "dt":
            terms = words
        elif words:
            lines.append(markup.item("-", f"{terms.rstrip(':')}: {words}" if terms else words))
    return ["\n".join(lines)] if lines else blocks(element, depth)


def _table(element: HtmlElement, depth: int) -> list[str]:
    """A table of data as a pipe table; one that only lays out the page as the blocks in its cells."""
    rows = [row for row in element.iter("tr") if next(row.iterancestors("table"), None) is element]
    nested = element.find(".//table") is not None
    columns = max((sum(1 for cell in row if cell.tag in ("td", "th")) for row in rows), default=0)
    if (
        nested
        or columns <= 1
        or element.get("role") == "presentation"
        or any(len(cell.text_content()) > 1500 for row in rows for cell in row)
    ):
        return [block for row in rows for cell in row if isinstance(cell.tag, str) for block in blocks(cell, depth)]
    caption = element.find("caption")
    above = [" ".join(caption.text_content().split())] if caption is not None else []
    table = markup.table(_grid(rows, depth), _headed(rows))
    return [markup.emphasised(markup.escape(words), "**") for words in above if words] + [table]


def _headed(rows: Sequence[HtmlElement]) -> bool:
    """Whether the first row names the columns: it says so, or holds no figure but years."""
    first = [cell for cell in rows[0] if cell.tag in ("td", "th")]
    if any(cell.tag == "th" for cell in first) or rows[0].getparent().tag == "thead":
        return True
    values = [cell.text_content() for cell in first[1:]]
    return not any(re.search(r"\d", value) and not _YEAR.fullmatch(value) for value in values)


def _grid(rows: list[HtmlElement], depth: int) -> list[list[str]]:
    """The cells of a table; one that spans rows is repeated in each, so that every row can be read alone."""
    grid: list[list[str]] = []
    down: dict[int, tuple[int, str]] = {}
    for row in rows:
        line: list[str] = []
        for cell in (cell for cell in row if cell.tag in ("td", "th")):
            while len(line) in down:
                left, words = down[len(line)]
                line.append(words)
                down[len(line) - 1] = (left - 1, words)
                if left <= 1:
                    del down[len(line) - 1]
            words = " ".join(" ".join(blocks(cell, depth)).split())
            if (span := _span(cell, "rowspan")) > 1:
                down[len(line)] = (span - 1, words)
            line += [words] + [""] * (_span(cell, "colspan") - 1)
        for column in sorted(column for column in down if column >= len(line)):
            line += [""] * (column - len(line)) + [down[column][1]]
            down[column] = (down[column][0] - 1, down[column][1])
        down = {column: value for column, value in down.items() if value[0] > 0}
        grid.append(line)
    return grid


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name) or ""
    return min(int(value), markup.WIDEST) if value.isdecimal() and len(value) < 6 else 1


def _inline(element: HtmlElement, depth: int, *, plain: bool = False) -> str:
    """The words of an inline element, with its emphasis unless that is to be left out."""
    tag = element.tag
    if tag == "br":
        return "\n"
    if tag in ("img", "wbr", "picture") or depth > DEEPEST:
        return ""
    parts = [markup.escape(markup.squeeze(element.text or ""))]
    for child in element:
        if isinstance(child.tag, str):
            parts.append(_inline(child, depth + 1, plain=plain or tag in STRONG or tag in EMPHASIS))
        parts.append(markup.escape(markup.squeeze(child.tail or "")))
    words = "".join(parts)
    if tag == "sup" and re.fullmatch(r"\s*\[?\s*\d+\s*\]?\s*", words):
        before = (element.getprevious().tail if element.getprevious() is not None else element.getparent().text) or ""
        return f"^{words.strip()}" if before[-1:].isdigit() and "[" not in words and element.find(".//a") is None else ""
    if plain:
        return words
    if tag in STRONG:
        return markup.emphasised(words, "**")
    if tag in EMPHASIS:
        return markup.emphasised(words, "*")
    if tag in ("code", "kbd", "samp", "tt") and "`" not in words and words.strip():
        return f"`{words.strip()}`"
    if tag == "q":
        return f"“{words.strip()}”"
    return words
