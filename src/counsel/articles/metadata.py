"""What an article says about itself: dates made ISO 8601, names made readable, lines such as "Published: 2026-03-10"."""

from __future__ import annotations

import datetime
import os
import re

MONTHS = {
    name: number
    for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)
}
MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
SHAPES = [
    re.compile(r"\b(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<name>{MONTH}),?\s+(?P<y>\d{{4}})\b", re.I),
    re.compile(rf"\b(?P<name>{MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})\b", re.I),
    re.compile(r"\b(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})\b"),
    re.compile(r"^(?:D:)?(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:\d{6})?\b"),
    re.compile(r"^(?:D:)?(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})\d"),
    re.compile(rf"\b(?P<name>{MONTH}),?\s+(?P<y>\d{{4}})\b", re.I),
    re.compile(r"\b(?P<y>\d{4})[-/](?P<m>\d{1,2})\b"),
    re.compile(r"^(?:D:)?(?P<y>\d{4})$"),
]


def iso_date(value: object) -> str | None:
    """A date as ISO 8601, as precise as it is known; None where there is none.

    Of 03/04/2025 only the year is certain.
    """
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    text = str(value or "").strip()[:100]
    for shape in SHAPES:
        if found := shape.search(text):
            parts = found.groupdict()
            year, month, day = int(parts["y"]), int(parts.get("m") or 0), int(parts.get("d") or 0)
            if parts.get("name"):
                month = MONTHS[parts["name"][:3].lower()]
            elif "/" in text and parts.get("d") and found.start("d") == found.start():
                if day <= 12 and month <= 12 and day != month:
                    month = day = 0
                elif month > 12:
                    month, day = day, month
            try:
                datetime.date(year, month or 1, day or 1)
            except ValueError:
                continue
            if year < 1000:
                continue
            return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if month and day else "")
    return None


DATED = re.compile(
    r"(?:first |last )?(?:published|updated|posted|date|written|modified|reviewed)(?: on| at)?\s*:?\s+(?P<date>\S.{3,40})", re.I
)
NAMED = re.compile(
    r"(?:(?:written |posted )?by|authors?)\s*:?\s+(?P<name>\S.{1,80}?)(?:\s*(?:,|\||·|•|–|—|\bon\b)\s*(?P<date>\S.{3,40}))?", re.I
)
NAME = re.compile(r"[^\W\d_a-z][\w'’.-]*(?:(?:, | & | )[^\W\d_][\w'’.-]*){0,7}")
LINKED = re.compile(r"(?:source|url|link|canonical|original|from)\s*:\s.{0,120}?(?P<url>https?://[^\s<>\"')\]]+)", re.I)
# What programs write where a person wrote nothing.
NO_AUTHOR = re.compile(
    r"python-docx|administrator|admin|user|unknown|owner|author|microsoft.*|windows.*|root|none|default.*|anonymous|\W*", re.I
)
NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel) ?-.*|untitled.*|document\d*|presentation\d*|slide \d+|title|none|\W*"
    r"|.*\.(?:docx?|pdf|indd|tex|odt|rtf|pptx?|xlsx?|qxd|dvi|html?)",
    re.I,
)
TOP = 12  # lines looked at for an article's own account of itself


def lines_at_top(text: str) -> dict[str, str]:
    """Date, author and address as the first lines name them ("Published: …", "By …", "Source: … https://…")."""
    said: dict[str, str] = {}
    lines = [line.replace("*", "").strip(" _>-") for line in text[:4000].split("\n") if line.strip()]
    for line in lines[:TOP]:
        if len(line) > 300:
            continue
        if (dated := DATED.fullmatch(line)) and (date := iso_date(dated["date"])):
            said.setdefault("published", date)
        elif found := _signed(line):
            said.setdefault("author", found[0])
            if found[1]:
                said.setdefault("published", found[1])
        elif linked := LINKED.match(line):
            said.setdefault("url", linked["url"].rstrip(".,;"))
    return said


def _signed(line: str) -> tuple[str, str | None] | None:
    """Who wrote it, and when if that is said too: "By Jane Roe, 14 October 2025"."""
    found = NAMED.fullmatch(line)
    if found is None:
        return None
    date = iso_date(found["date"]) if found["date"] else None
    name = found["name"] if date or not found["date"] else line[found.start("name") :]
    return (name.strip(), date) if NAME.fullmatch(name.strip()) else None


def is_byline(line: str) -> bool:
    """Whether a line says who wrote an article or when, and nothing else."""
    if DATED.fullmatch(line) and iso_date(line):
        return True
    if _signed(line):
        return True
    return len(line) <= 30 and sum(letter.isdecimal() for letter in line) >= 4 and iso_date(line) is not None


def readable_name(path: str) -> str:
    """A file name as a title: "002_ai-careers.txt" is "Ai careers". Empty when it holds no word, as hashes do."""
    stem = os.path.splitext(path.rsplit("/", 1)[-1])[0]  # noqa: PTH122
    words = [word for word in re.split(r"[\s_\-+.]+", stem) if word]
    while words and (words[0].isdecimal() or not any(letter.isalpha() for letter in words[0])):
        words.pop(0)
    words = [word for word in words if not re.fullmatch(r"(?=[0-9a-f]*\d)[0-9a-f]{7,}", word)]
    title = " ".join(words)
    if not re.search(r"[^\W\d_]{2}", title) and not any(ord(letter) > 0x2E7F for letter in title):
        return ""
    return title[0].upper() + title[1:]


def first_words(text: str, most: int = 70) -> str:
    """The beginning of a text, cut at a word: a title where there is none."""
    start = " ".join(text[:400].split())
    if len(start) <= most:
        return start
    return start[:most].rsplit(" ", 1)[0].rstrip(",;:–—- ") + "…"
