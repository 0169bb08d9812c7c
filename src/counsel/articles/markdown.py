"""Markdown: front matter taken off, headings found; the text itself stays Markdown."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from ..types import Heading
from .metadata import iso_date

ATX = re.compile(r" {0,3}(#{1,6})(?:[ ]+(.*?))?(?:[ ]+#+)?")
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
    known = {str(key).lower().replace("_", "").replace("-", ""): value for key, value in values.items()}
    dates = (
        iso_date(_one(known.get(key)))
        for key in ("date", "publishdate", "published", "pubdate", "created", "updateddate", "updated", "lastmod")
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

    return yaml.safe_load(block) or {}


def _one(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _line(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_line, value[:20]))) or None
    if isinstance(value, dict):
        return _line(value.get("name"))
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return " ".join(str(value).strip(" \"'").split())[:300] or None
    return None


def _link(value: object) -> str | None:
    found = re.search(r"https?://[^\s<>\"')\]]+", _line(value) or "")
    return found.group().rstrip(".,;") if found else None


def _list(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.strip("[]").split(",")
    return tuple(tag for tag in map(_line, value[:50]) if tag) if isinstance(value, list) else ()


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
        elif (atx := ATX.fullmatch(line)) and (title := readable(atx[2] or "")):
            found.append(Heading(start, end, len(atx[1]), title))
        elif (under := UNDERLINE.fullmatch(line)) and not before[-2].strip() and _names(before[-1]):
            above = start - 1 - len(before[-1])
            found.append(Heading(above, end, 1 if under[1][0] == "=" else 2, readable(before[-1])))
        before = ["" if found and found[-1].start == start else before[-1], "" if fence or comment else line]
        start = end + 1
    return found


def _names(line: str) -> bool:
    return bool(line.strip()) and len(line) <= 200 and not NOT_PARAGRAPH.match(line) and bool(readable(line))


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


IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)?\)")
LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)?\)|\[[^\[\]]*\])")
TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|\{[#.:][^{}]*\}[ ]*$")
EMPHASIS = re.compile(r"(\*{1,3}|(?<!\w)_{1,3}|~~|`+)(\S(?:.*?\S)?)\1(?!\w)|(\*\*|__)")
MARKS = re.compile(r"[*_`\[<&\\~{]")
SHELTER = 0xF0000  # escaped marks wait here, among characters for private use, while the others are taken out
SHELTERED = re.compile("[\U000f0021-\U000f007e]")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def readable(line: str) -> str:
    """One line of Markdown as plain words: no emphasis, no links, no tags."""
    line = line[:2000]
    if MARKS.search(line):
        line = ESCAPE.sub(lambda found: chr(SHELTER + ord(found[1])), line)
        if "](" in line or "][" in line:
            line = LINK.sub(r"\1", IMAGE.sub(r"\1", line))
        if "<" in line or "{" in line:
            line = TAG.sub("", line)
        for _ in range(3):  # emphasis within emphasis
            line = EMPHASIS.sub(lambda found: found[2] or "", line)
        line = html.unescape(line) if "&" in line else line
        line = SHELTERED.sub(lambda found: chr(ord(found.group()) - SHELTER), line)
    return " ".join(line.split())
