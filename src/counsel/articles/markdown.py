"""Markdown: front matter and what is no prose taken off, headings found; the text itself stays Markdown."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from ..marks import inline
from ..types import Heading
from .metadata import iso_date

# As Markdown once was, too: "##Pay", and "#Pay and hours", which is no hashtag.
ATX = re.compile(r" {0,3}(#{1,6})(?:(?:[ ]+|(?<=##)(?=[^\W_])|(?=[A-Z]\w* [^#]+$))(.*?))?(?:[ ]+#+)?")
UNDERLINE = re.compile(r" {0,3}(=+|-{2,})")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
NOT_PARAGRAPH = re.compile(r" {0,3}(?:[>|#]|[-*+•][ ]|\d+[.)][ ])| {4}|.*\|[ ]*$")
MOST_FRONT_MATTER = 20_000  # characters; longer is not front matter


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What an article's front matter says of it; `body` is where the article itself begins."""

    body: str
    found: bool = False
    title: str | None = None
    author: str | None = None
    url: str | None = None
    published: str | None = None
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def front_matter(text: str) -> FrontMatter:
    """Read YAML between `---` lines, or TOML between `+++` lines, at the very beginning of a text."""
    fence = text[:3]
    if fence not in ("---", "+++") or text[3:4] != "\n":
        return FrontMatter(text)
    end = re.compile(r"^(?:---|\.\.\.)$" if fence == "---" else r"^\+\+\+$", re.M).search(text, 4, MOST_FRONT_MATTER)
    if end is None:
        return FrontMatter(text)
    block, body = text[4 : end.start()], text[end.end() :].strip("\n")
    notes: tuple[str, ...] = ()
    try:
        values = _parsed(block, fence)
    except Exception:  # a parser of others on any input: whatever it raises, the article itself can be read
        values = dict(re.findall(r"^(\w+)[ ]*[:=][ ]*(\S.*)$", block, re.M))
        notes = ("front matter is not valid: read line by line",)
    if not isinstance(values, dict):
        return FrontMatter(text)
    if notes and not values:
        return FrontMatter(text)
    known = {key.lower().replace("_", "").replace("-", ""): value for key, value in values.items() if isinstance(key, str)}
    dates = (
        _date(known.get(key)) for key in ("date", "publishdate", "published", "pubdate", "created", "updateddate", "updated", "lastmod")
    )
    return FrontMatter(
        body,
        True,
        title=_line(known.get("title")),
        author=_line(known.get("author") or known.get("authors") or known.get("by")),
        url=next((link for key in ("url", "canonical", "canonicalurl", "source", "link") if (link := _link(known.get(key)))), None),
        published=next((date for date in dates if date), None),
        tags=_list(known.get("tags") or known.get("keywords")),
        notes=notes,
    )


def _parsed(block: str, fence: str) -> object:
    if fence == "+++":
        import tomllib

        return tomllib.loads(block)
    import yaml

    class Loader(yaml.SafeLoader):
        """Merges no mapping into others (`<<: *anchor`): a few lines of them can multiply without end."""

        def flatten_mapping(self, node: yaml.MappingNode) -> None:
            pass

    return yaml.load(block, Loader) or {}


def _date(value: object) -> str | None:
    first = value[0] if isinstance(value, list) and value else value
    return iso_date(first if isinstance(first, datetime.date) else _scalar(first))


def _line(value: object) -> str | None:
    """One value, or a list of them. No deeper: aliases can nest a list in itself more often than anyone can count."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_scalar, value[:20]))) or None
    return _scalar(value)


def _scalar(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, int) and value.bit_length() > 64:
        return None  # Python refuses to write a number of more than 4,300 digits
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return " ".join(str(value).strip(" \"'").split())[:300] or None
    return None


def _link(value: object) -> str | None:
    found = re.search(r"https?://[^\s<>\"')\]]+", _line(value) or "")
    return found.group().rstrip(".,;") if found else None


def _list(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.strip("[]").split(",")
    return tuple(tag for tag in map(_scalar, value[:50]) if tag) if isinstance(value, list) else ()


# Code, which stays; a table in HTML, which becomes one in Markdown; or what a browser would not show: comments, what belongs to the
# page, imports and components of MDX.
_NOT_PROSE = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>`{3,}|~{3,})(?s:.*?)(?:^ {0,3}(?P=fence)[`~]*[ ]*$|\Z)|`[^`\n]+`)"
    r"|<!--(?s:(?:(?!<!--).)*?)-->"
    r"|<(?P<hidden>head|iframe|noscript|script|style|svg|template)\b[^<>]*>(?s:(?:(?!<(?P=hidden)\b).)*?)</(?P=hidden)\s*>"
    r"|(?P<table><table\b[^<>]*>(?s:(?:(?!</?table\b).)*)</table\s*>)\n*"
    r"|^import\s(?:[^\n]*\sfrom\s+)?(?P<quote>['\"])[^'\"\n]+(?P=quote);?[ ]*$"
    r"|^[ ]*<[A-Za-z][\w.]*\n[^<>]*>[ ]*$",
    re.MULTILINE | re.IGNORECASE,
)
_ADMONITION = re.compile(r"[ ]{0,3}:{3,}[ ]*(?:\w+(?:\[(?P<label>[^\[\]]*)\])?)?(?P<title>[^\n]*)")

_UNREAD = ("<", "{%", "{{")  # what a line of nothing but tags begins with
_IMAGES = re.compile(r"[ ]*(?:\[?!\[[^\[\]\n]*\]\([^()\n]*\)(?:\]\([^()\n]*\))?[ ]*)+")


def prose(text: str) -> str:
    """The text without what was not written to be read: comments, scripts, imports, lines of nothing but tags or pictures, marks of
    admonitions. Tables in HTML become tables in Markdown.
    """
    text = _NOT_PROSE.sub(lambda found: found["code"] or (_table(found["table"]) if found["table"] else ""), text)
    lines = text.split("\n")
    kept = []
    for line, is_code in zip(lines, code_lines(lines), strict=True):
        admonition = None if is_code else _ADMONITION.fullmatch(line)
        if admonition:
            line = (admonition["label"] or admonition["title"]).strip()
        if not is_code and _IMAGES.fullmatch(line):
            continue  # what a picture shows is told to those who cannot see it, and is no line of the text
        if is_code or line == "" or not (admonition or line.lstrip().startswith(_UNREAD)) or inline(line):
            kept.append(line)
    return "\n".join(kept)


def _table(source: str) -> str:
    """A table in HTML as Markdown, a paragraph of its own; as it stands where it cannot be read."""
    from lxml import etree, html

    from .html_markdown import blocks

    try:
        read = blocks(html.fragment_fromstring(source, create_parent="div", parser=html.HTMLParser(remove_comments=True, remove_pis=True)))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return source
    return "\n" + "\n\n".join(read) + "\n\n"


def headings(text: str) -> list[Heading]:
    """The headings of a Markdown text: `#` lines and underlined lines outside code and comments.

    `text[start:end]` is the whole line; of an underlined heading, both lines.
    """
    found: list[Heading] = []
    before, start, fence, comment = ["", ""], 0, "", False
    for line in text.split("\n"):
        end = start + len(line)
        opening = FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif comment:
            comment = "-->" not in line
        elif opening:
            fence = opening[1]
        elif line.lstrip().startswith("<!--") and "-->" not in line:
            comment = True
        elif (atx := ATX.fullmatch(line)) and (title := inline(atx[2] or "")):
            found.append(Heading(start, end, len(atx[1]), title))
        elif (under := UNDERLINE.fullmatch(line)) and not before[-2].strip() and _names(before[-1]):
            above = start - 1 - len(before[-1])
            found.append(Heading(above, end, 1 if under[1][0] == "=" else 2, inline(before[-1])))
        before = ["" if found and found[-1].start == start else before[-1], "" if fence or comment else line]
        start = end + 1
    return found


def _names(line: str) -> bool:
    return bool(line.strip()) and len(line) <= 200 and not NOT_PARAGRAPH.match(line) and bool(inline(line))


def code_lines(lines: list[str]) -> list[bool]:
    """Which of these lines are code between fences: nothing in them is ever touched."""
    inside, fence = [], ""
    for line in lines:
        opening = FENCE.match(line)
        closing = bool(fence and opening and opening[1].startswith(fence) and not line.strip(" `~"))
        if not fence and opening:
            fence = opening[1]
        inside.append(bool(fence))
        if closing:
            fence = ""
    return inside
